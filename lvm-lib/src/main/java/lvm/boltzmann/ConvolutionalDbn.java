package lvm.boltzmann;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.boltzmann.ConvolutionalRbm.Network;
import lvm.data.Dataset;
import lvm.fit.FitBuilder;
import lvm.linalg.Interrupts;
import lvm.linalg.VectorMath;
import lvm.model.Card;
import lvm.model.HasEncoder;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.random.Fill;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Two convolutional machines, the upper one over the pooling units of the lower: a convolutional deep belief network, in which what is seen and
 * what is expected meet in the middle. Its energy for hierarchical inference is
 *
 * <p>E(v, h, h′) = −Σ h ∘ (W ⋆ v + c) − Σ b v − Σ h′ ∘ (Γ ⋆ p + c′), p the pooling units of h, and of each block of h and of h′ at most one is on.
 *
 * <p>Given v and h′ a unit of a block has the input (W ⋆ v)_α + c + (what h′ sends to its pooling unit), so that a hidden unit of the lower layer sees
 * both the pixels and the context. H. Lee, R. Grosse, R. Ranganath and A. Y. Ng (2009), sections 3.4 and 3.5. The biases that the upper machine
 * learnt for its visible units do not enter, for the lower machine has those of the same units. Immutable.
 */
public final class ConvolutionalDbn extends SavedModel implements SinglePrecision, HasEncoder<FMatrixRMaj> {
    private final ConvolutionalRbm lower;
    private final ConvolutionalRbm upper;

    private ConvolutionalDbn(ConvolutionalRbm lower, ConvolutionalRbm upper, ModelSummary summary) {
        super(summary);
        this.lower = lower;
        this.upper = upper;
    }

    /**
     * A stack of two machines.
     *
     * @param lower of images
     * @param upper of the pooling units of the lower one: as many channels as that has filters, of their height and width
     * @return the stack; its history is that of the upper machine
     * @throws IllegalArgumentException if the upper machine does not fit on the lower
     */
    public static ConvolutionalDbn of(ConvolutionalRbm lower, ConvolutionalRbm upper) {
        PoolingBlocks blocks = lower.net().blocks();
        if (upper.shape().channels() != blocks.maps()
                || upper.shape().height() != blocks.poolHeight()
                || upper.shape().width() != blocks.poolWidth()) {
            throw new IllegalArgumentException("ConvolutionalDbn.of: the upper machine is for images of "
                    + upper.shape().channels() + " × " + upper.shape().height() + "×"
                    + upper.shape().width() + ", the pooling units of the lower are " + blocks.maps() + " × "
                    + blocks.poolHeight() + "×" + blocks.poolWidth());
        }
        ModelSummary summary = Card.of("ConvolutionalDbn")
                .setting("images", lower.summary().settings().get("images"))
                .setting("lower filters", lower.summary().settings().get("filters"))
                .setting("upper filters", upper.summary().settings().get("filters"))
                .columns(lower.columns())
                .summary(upper.history());
        return new ConvolutionalDbn(lower, upper, summary);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the layers must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** The settings of a fit: those of the two machines. The lower one learns from the data, the upper from the lower's {@link #lower} features. */
    public static final class Builder extends FitBuilder<Builder, ConvolutionalDbn> {
        private ConvolutionalRbmBuilder lower;
        private ConvolutionalRbmBuilder upper;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The two layers; must be set. Each has its own settings, its seed too.
         *
         * @param lower of images
         * @param upper of the pooling units of the lower one; its image is set by the fit
         * @return this
         */
        public Builder layers(ConvolutionalRbmBuilder lower, ConvolutionalRbmBuilder upper) {
            this.lower = lower;
            this.upper = upper;
            return given("layers");
        }

        @Override
        protected ConvolutionalDbn fit(DMatrixRMaj x, List<String> columns) {
            Dataset data = Dataset.of(x);
            return fit(columns.isEmpty() ? data : data.withColumns(columns.toArray(String[]::new)));
        }

        /**
         * Trains the lower machine on the images, and the upper one on the probabilities of its pooling units.
         *
         * @param data n images of numbers from 0 to 1
         * @return the stack
         * @throws IllegalArgumentException if the layers are not set, or as {@link ConvolutionalRbmBuilder#fit(Dataset)}
         */
        @Override
        public ConvolutionalDbn fit(Dataset data) {
            Require.set("ConvolutionalDbn", "layers", lower != null && upper != null);
            ConvolutionalRbm first = lower.fit(data);
            PoolingBlocks blocks = first.net().blocks();
            upper.image(blocks.maps(), blocks.poolHeight(), blocks.poolWidth());
            return of(first, upper.fit(Dataset.of(first.encode(data)).named("pooling units")));
        }
    }

    /**
     * Reads a stack.
     *
     * @param file a file of {@link #save(Path)}
     * @return the stack, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static ConvolutionalDbn load(Path file) {
        return Models.load(file, ConvolutionalDbn.class);
    }

    @Override
    public void store(ModelData data) {
        data.putModel("lower", lower).putModel("upper", upper);
    }

    static ConvolutionalDbn read(ModelData data) {
        return new ConvolutionalDbn(
                data.model("lower", ConvolutionalRbm.class),
                data.model("upper", ConvolutionalRbm.class),
                data.summary());
    }

    /** {@return the machine of the images} */
    public ConvolutionalRbm lower() {
        return lower;
    }

    /** {@return the machine of its pooling units} */
    public ConvolutionalRbm upper() {
        return upper;
    }

    /**
     * What the upper filters stand for in the image, for pictures of them: the lower filters, each at the places of a pooling block in equal shares,
     * weighted by the upper ones. To first order that is how the input of an upper unit depends on the pixels, up to how sure the units between are.
     *
     * @return K×(channels·side²), a row an upper filter; the side is C·(kernel of the upper) + kernel of the lower − 1 pixels
     */
    public FMatrixRMaj projectedFilters() {
        int pool = lower.pool();
        int small = lower.shape().kernelHeight();
        int large = upper.shape().kernelHeight();
        int channels = lower.shape().channels();
        int side = pool * large + small - 1;
        FMatrixRMaj below = lower.net().w();
        FMatrixRMaj above = upper.net().w();
        FMatrixRMaj all = new FMatrixRMaj(above.numCols, channels * side * side);
        for (int place = 0; place < pool * pool; place++) {
            for (int u = 0; u < above.numRows; u++) { // channel by channel, that is lower filter by lower filter
                int k = u / (large * large);
                int top = u / large % large * pool + place / pool;
                int left = u % large * pool + place % pool;
                for (int w = 0; w < below.numRows; w++) {
                    int pixel = (w / (small * small) * side + top + w / small % small) * side + left + w % small;
                    for (int f = 0; f < above.numCols; f++) {
                        all.data[f * all.numCols + pixel] += above.get(u, f) * below.get(w, k) / (pool * pool);
                    }
                }
            }
        }
        return all;
    }

    @Override
    public int dim() {
        return lower.dim();
    }

    /** {@return the pooling units of the upper machine} */
    @Override
    public int latentDim() {
        return upper.latentDim();
    }

    /**
     * The probabilities of the upper pooling units, bottom-up: given the probabilities of the lower ones.
     *
     * @param v n×D numbers from 0 to 1; not modified
     * @return n×(upper pooling units)
     * @throws IllegalArgumentException if v has another number of columns, or a number out of range
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj v) {
        return upper.encode(lower.encode(v));
    }

    /**
     * The energy E(v, h, h′) of every row.
     *
     * @param v n×D numbers from 0 to 1; not modified
     * @param lowerUnits h, n×(lower hidden units) zeros and ones, at most one on in a block; not modified
     * @param upperUnits h′, n×(upper hidden units) likewise; not modified
     * @return n values in nats
     * @throws IllegalArgumentException if a shape does not fit or a number is out of range
     */
    public double[] energy(FMatrixRMaj v, FMatrixRMaj lowerUnits, FMatrixRMaj upperUnits) {
        String where = "ConvolutionalDbn.energy";
        Require.unitInterval(where, "v", v, dim());
        Require.binary(where, "lowerUnits", lowerUnits, lower.net().blocks().units());
        Require.binary(where, "upperUnits", upperUnits, upper.net().blocks().units());
        if (v.numRows != lowerUnits.numRows || v.numRows != upperUnits.numRows) {
            throw new IllegalArgumentException(where + ": " + v.numRows + " rows of v, " + lowerUnits.numRows + " and "
                    + upperUnits.numRows + " of units, expected as many");
        }
        FMatrixRMaj a = lower.net().up(v);
        FMatrixRMaj up = upper.net().up(lower.net().blocks().pooled(lowerUnits));
        double[] e = new double[v.numRows];
        int pixels = lower.shape().height() * lower.shape().width();
        for (int r = 0; r < e.length; r++) {
            e[r] = -RbmUnits.dot(a.data, r * a.numCols, lowerUnits.data, r * a.numCols, a.numCols)
                    - RbmUnits.dot(up.data, r * up.numCols, upperUnits.data, r * up.numCols, up.numCols);
            for (int i = 0; i < v.numCols; i++) {
                e[r] -= (double) lower.net().b().data[i / pixels] * v.data[r * v.numCols + i];
            }
        }
        return e;
    }

    /**
     * Completes images by Gibbs sampling of all layers with the known pixels held: the hidden units of the lower layer given pixels and upper
     * layer together. The probabilities of the unknown pixels are averaged over the second half of the sweeps.
     *
     * @param v n×D numbers from 0 to 1; not modified
     * @param known of D pixels, those that stay
     * @param sweeps of Gibbs sampling, at least 2
     * @param rng the source of randomness; advanced
     * @return n×D, the known pixels and the mean probabilities of the others
     * @throws IllegalArgumentException if the shapes do not fit, or a number is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj complete(FMatrixRMaj v, boolean[] known, int sweeps, RandomGenerator rng) {
        return complete("ConvolutionalDbn.complete", lower, upper, v, known, sweeps, rng);
    }

    /**
     * Completes the images of a data set, see {@link #complete(FMatrixRMaj, boolean[], int, RandomGenerator)}.
     *
     * @param data n images; not modified
     * @param known of D pixels, those that stay
     * @param sweeps of Gibbs sampling, at least 2
     * @param rng the source of randomness; advanced
     * @return n×D, the known pixels and the mean probabilities of the others
     * @throws IllegalArgumentException as {@link #complete(FMatrixRMaj, boolean[], int, RandomGenerator)}
     */
    public FMatrixRMaj complete(Dataset data, boolean[] known, int sweeps, RandomGenerator rng) {
        return complete(observations(data), known, sweeps, rng);
    }

    /** By one layer or two. */
    static FMatrixRMaj complete(
            String where,
            ConvolutionalRbm lower,
            ConvolutionalRbm upper,
            FMatrixRMaj v,
            boolean[] known,
            int sweeps,
            RandomGenerator rng) {
        Require.unitInterval(where, "x", v, lower.dim());
        Require.atLeast(where, "sweeps", 2, sweeps);
        if (known.length != lower.dim()) {
            throw new IllegalArgumentException(
                    where + ": known has " + known.length + " pixels, expected " + lower.dim());
        }
        Network below = lower.net();
        FMatrixRMaj state = v.copy();
        FMatrixRMaj sums = v.copy();
        for (int i = 0; i < state.getNumElements(); i++) {
            if (!known[i % v.numCols]) {
                state.data[i] = rng.nextInt(2);
                sums.data[i] = 0;
            }
        }
        FMatrixRMaj context =
                upper == null ? null : new FMatrixRMaj(v.numRows, below.blocks().pools());
        int counted = sweeps - sweeps / 2;
        for (int k = 0; k < sweeps; k++) {
            Interrupts.check(where);
            FMatrixRMaj h = below.up(state);
            if (context != null) {
                below.blocks().add(context, h);
            }
            below.blocks().means(h);
            below.blocks().draw(h, rng);
            if (context != null) {
                context = above(upper.net(), below.blocks().pooled(h), rng);
            }
            FMatrixRMaj x = below.down(h);
            VectorMath.sigmoid(x, x);
            for (int i = 0; i < x.getNumElements(); i++) {
                if (!known[i % v.numCols] && k >= sweeps / 2) {
                    sums.data[i] += x.data[i] / counted;
                }
            }
            Fill.bits(x, rng);
            for (int i = 0; i < x.getNumElements(); i++) {
                if (!known[i % v.numCols]) {
                    state.data[i] = x.data[i];
                }
            }
        }
        return sums;
    }

    /** A draw of the upper units, and what they send to the pooling units below, without the biases of these. */
    static FMatrixRMaj above(Network upper, FMatrixRMaj pools, RandomGenerator rng) {
        FMatrixRMaj h = upper.up(pools);
        upper.blocks().means(h);
        upper.blocks().draw(h, rng);
        FMatrixRMaj back = upper.down(h);
        int places = upper.shape().height() * upper.shape().width();
        int n = back.numCols;
        for (int i = 0; i < back.getNumElements(); i++) {
            back.data[i] -= upper.b().data[i % n / places];
        }
        return back;
    }
}

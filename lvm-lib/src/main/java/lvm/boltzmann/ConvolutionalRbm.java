package lvm.boltzmann;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.VectorMath;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasEncoder;
import lvm.model.HasEnergy;
import lvm.model.History;
import lvm.model.LogPartition;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.random.Fill;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A convolutional restricted Boltzmann machine with probabilistic max pooling: every one of K filters sees all places of an image with the same
 * weights, and of the hidden units of a filter's map at most one is on in each block of C×C places, that of a pooling unit,
 *
 * <p>E(v, h) = −Σ_k Σ_α hᵏ_α ((Wᵏ ⋆ v)_α + c_k) − Σ_c b_c Σ_β vᶜ_β, subject to Σ_{α in a block} hᵏ_α ≤ 1,
 *
 * <p>with α over the places of a map, β over pixels, ⋆ the cross-correlation, and one bias for each filter and each channel. With the input
 * aᵏ_α = (Wᵏ ⋆ v)_α + c_k a block has p(hᵏ_α = 1 | v) = e^aᵏ_α/(1 + Σ_block e^a), its pooling unit is off with 1/(1 + Σ_block e^a), and the free energy is
 * F(v) = −Σ b v − Σ_blocks log(1 + Σ_block e^a). H. Lee, R. Grosse, R. Ranganath and A. Y. Ng (2009), Convolutional deep belief networks for scalable
 * unsupervised learning of hierarchical representations, with binary visible units.
 *
 * <p>The filters are for any size of image, {@link #onImages}, but each size has a distribution and a Z of its own. Without padding the pixels at
 * the border are seen by fewer units than those in the middle; with zeros around the image they are seen by as many, but beside pixels that
 * are always off. Immutable.
 */
public final class ConvolutionalRbm extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasEnergy<FMatrixRMaj>, HasEncoder<FMatrixRMaj> {
    /** The sweeps of Gibbs sampling that {@link #sample} takes from its start to its draws. */
    public static final int DEFAULT_SWEEPS = 1000;

    /** The most visible units whose states are summed over. */
    public static final int MAX_UNITS = 20;

    private static final int BLOCK = 1 << 10;

    private final Network net;

    /**
     * Parameters and what is computed from them, shared by the model and what trains it.
     *
     * @param shape of the convolution
     * @param blocks of its results
     * @param w patchSize×K
     * @param b 1×channels
     * @param c 1×K
     */
    record Network(ConvShape shape, PoolingBlocks blocks, FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c) {
        static Network of(
                String where, int channels, int height, int width, int filters, int kernel, int padding, int pool) {
            if (kernel > Math.min(height, width) + 2 * padding) {
                throw new IllegalArgumentException(
                        where + ": the kernel is " + kernel + "×" + kernel + ", the image only "
                                + height + "×" + width + (padding > 0 ? " with " + padding + " zeros on each side" : "")
                                + "; expected a kernel that fits into it");
            }
            ConvShape shape = new ConvShape(channels, height, width, filters, kernel, 1, padding);
            if (shape.outHeight() % pool != 0 || shape.outWidth() % pool != 0) {
                throw new IllegalArgumentException(where + ": maps of " + shape.outHeight() + "×" + shape.outWidth()
                        + " places (image " + height + "×" + width + ", kernel " + kernel + ", padding " + padding
                        + ") are not divided by blocks of " + pool + "×" + pool
                        + "; expected sides that are multiples of " + pool);
            }
            return new Network(
                    shape,
                    new PoolingBlocks(filters, shape.outHeight(), shape.outWidth(), pool),
                    new FMatrixRMaj(shape.patchSize(), filters),
                    new FMatrixRMaj(1, channels),
                    new FMatrixRMaj(1, filters));
        }

        Network with(FMatrixRMaj weights, FMatrixRMaj visible, FMatrixRMaj hidden) {
            return new Network(shape, blocks, weights.copy(), visible.copy(), hidden.copy());
        }

        /** The inputs of all hidden units. */
        FMatrixRMaj up(FMatrixRMaj v) {
            Tape tape = Tape.withoutGradients();
            return tape.constant(v)
                    .conv2d(tape.constant(w), tape.constant(c), shape)
                    .value();
        }

        /** The logits of the visible units. */
        FMatrixRMaj down(FMatrixRMaj h) {
            Tape tape = Tape.withoutGradients();
            return tape.constant(h)
                    .convTranspose2d(tape.constant(w), tape.constant(b), shape)
                    .value();
        }

        double[] minusFreeEnergy(FMatrixRMaj v) {
            double[] f = blocks.logSums(up(v));
            int pixels = shape.height() * shape.width();
            for (int r = 0; r < f.length; r++) {
                for (int i = 0; i < v.numCols; i++) {
                    f[r] += (double) b.data[i / pixels] * v.data[r * v.numCols + i];
                }
            }
            return f;
        }

        /** v ~ p(v | h), h ~ p(h | v), so many times; v is modified. */
        void gibbs(FMatrixRMaj v, int sweeps, RandomGenerator rng) {
            for (int k = 0; k < sweeps; k++) {
                FMatrixRMaj h = up(v);
                blocks.means(h);
                blocks.draw(h, rng);
                VectorMath.sigmoid(down(h), v);
                Fill.bits(v, rng);
            }
        }

        /** log p(v) up to log Z for all states of the visible units, which are few. */
        double[] allStates(String where) {
            int d = shape.imageSize();
            double[] all = new double[1 << d];
            FMatrixRMaj v = new FMatrixRMaj(Math.min(all.length, BLOCK), d);
            for (int from = 0; from < all.length; from += v.numRows) {
                Interrupts.check(where);
                BinaryStates.fill(v, from);
                System.arraycopy(minusFreeEnergy(v), 0, all, from, v.numRows);
            }
            return all;
        }
    }

    ConvolutionalRbm(Network net, ModelSummary summary) {
        super(summary);
        this.net = net;
    }

    /**
     * A machine of given parameters, without padding.
     *
     * @param weights W, (channels·kernel²)×K finite numbers, a column a filter, channel by channel and row by row; copied
     * @param visibleBias b, 1×channels finite numbers; copied
     * @param hiddenBias c, 1×K finite numbers; copied
     * @param height the rows of pixels of an image
     * @param width the pixels of a row
     * @param pool C, the side of a block
     * @param padding the zeros on each side of an image, at least 0 and less than the kernel
     * @return the machine; its history is a closed form's
     * @throws IllegalArgumentException if the shapes do not fit, a number is not finite, the kernel is larger than the padded image, or the
     *     maps are not divided by the blocks
     */
    public static ConvolutionalRbm of(
            FMatrixRMaj weights,
            FMatrixRMaj visibleBias,
            FMatrixRMaj hiddenBias,
            int height,
            int width,
            int pool,
            int padding) {
        String where = "ConvolutionalRbm.of";
        int channels = Require.atLeast(where, "the columns of visibleBias, the channels,", 1, visibleBias.numCols);
        RbmUnits.row(where, "visibleBias", visibleBias, channels);
        int kernel = (int) Math.round(Math.sqrt((double) weights.numRows / channels));
        if (kernel < 1 || kernel * kernel * channels != weights.numRows) {
            throw new IllegalArgumentException(where + ": weights has " + weights.numRows + " rows, expected "
                    + channels + " times a square, the weights of a square filter");
        }
        Require.atLeast(where, "the columns of weights, the filters,", 1, weights.numCols);
        Require.finiteRows(where, "weights", weights, weights.numCols);
        RbmUnits.row(where, "hiddenBias", hiddenBias, weights.numCols);
        Require.atLeast(where, "pool", 1, pool);
        Network net = Network.of(where, channels, height, width, weights.numCols, kernel, padding, pool)
                .with(weights, visibleBias, hiddenBias);
        return new ConvolutionalRbm(net, card(net).summary(History.closedForm()));
    }

    static Card card(Network net) {
        ConvShape s = net.shape();
        return Card.of("ConvolutionalRbm")
                .setting("images", s.channels() + " × " + s.height() + "×" + s.width())
                .setting("filters", s.filters() + " of " + s.kernelHeight() + "×" + s.kernelWidth())
                .setting("zeros around an image", s.top())
                .setting(
                        "pooling blocks",
                        net.blocks().side() + "×" + net.blocks().side());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; filters and kernel must be set
     */
    public static ConvolutionalRbmBuilder builder() {
        return new ConvolutionalRbmBuilder();
    }

    /**
     * Reads a machine.
     *
     * @param file a file of {@link #save(Path)}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static ConvolutionalRbm load(Path file) {
        return Models.load(file, ConvolutionalRbm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("w", net.w()).put("b", net.b()).put("c", net.c()).put("shape", new int[] {
            net.shape().height(),
            net.shape().width(),
            net.shape().kernelHeight(),
            net.shape().top(),
            net.blocks().side()
        });
    }

    static ConvolutionalRbm read(ModelData data) {
        int[] s = data.integers("shape");
        FMatrixRMaj w = data.floats("w");
        FMatrixRMaj b = data.floats("b");
        Network net = Network.of("ConvolutionalRbm.read", b.numCols, s[0], s[1], w.numCols, s[2], s[3], s[4]);
        return new ConvolutionalRbm(net.with(w, b, data.floats("c")), data.summary());
    }

    Network net() {
        return net;
    }

    /** {@return the numbers of an image, channels·height·width} */
    @Override
    public int dim() {
        return net.shape().imageSize();
    }

    /** {@return the number of pooling units, K maps of them} */
    @Override
    public int latentDim() {
        return net.blocks().pools();
    }

    /** {@return the shapes of the convolution, image, filters and maps of hidden units} */
    public ConvShape shape() {
        return net.shape();
    }

    /** {@return the side of a pooling block, C} */
    public int pool() {
        return net.blocks().side();
    }

    /** {@return the weights W, (channels·kernel²)×K, a copy; a column is a filter} */
    public FMatrixRMaj weights() {
        return net.w().copy();
    }

    /** {@return the biases b of the channels, 1×channels, a copy} */
    public FMatrixRMaj visibleBias() {
        return net.b().copy();
    }

    /** {@return the biases c of the filters, 1×K, a copy} */
    public FMatrixRMaj hiddenBias() {
        return net.c().copy();
    }

    /**
     * The same filters and biases on images of another size. That is another distribution with another Z, of which nothing was learnt but what
     * the filters share: the energies of images of different sizes do not compare.
     *
     * @param height the rows of pixels of an image
     * @param width the pixels of a row
     * @return a machine with the same parameters
     * @throws IllegalArgumentException if the kernel is larger than the padded image, or the maps are not divided by the blocks
     */
    public ConvolutionalRbm onImages(int height, int width) {
        return of(net.w(), net.b(), net.c(), height, width, pool(), net.shape().top());
    }

    private FMatrixRMaj grey(String where, FMatrixRMaj v) {
        Require.unitInterval(where, "x", v, dim());
        return v;
    }

    @Override
    public double[] freeEnergy(FMatrixRMaj v) {
        double[] f = net.minusFreeEnergy(grey("ConvolutionalRbm.freeEnergy", v));
        for (int i = 0; i < f.length; i++) {
            f[i] = -f[i];
        }
        return f;
    }

    /**
     * The probabilities of the pooling units to be on, 1 − 1/(1 + Σ_block e^a), exact.
     *
     * @param v n×D numbers from 0 to 1; not modified
     * @return n×(pooling units), map by map, each row by row
     * @throws IllegalArgumentException if v has another number of columns, or a number out of range
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj v) {
        return net.blocks().pooled(detections(v));
    }

    /**
     * The probabilities of the hidden units, p(hᵏ_α = 1 | v), exact.
     *
     * @param v n×D numbers from 0 to 1; not modified
     * @return n×(hidden units), map by map, each row by row
     * @throws IllegalArgumentException as {@link #encode(FMatrixRMaj)}
     */
    public FMatrixRMaj detections(FMatrixRMaj v) {
        FMatrixRMaj h = net.up(grey("ConvolutionalRbm.detections", v));
        net.blocks().means(h);
        return h;
    }

    /**
     * The probabilities of the hidden units for the rows of a data set, see {@link #detections(FMatrixRMaj)}.
     *
     * @param data n images; not modified
     * @return n×(hidden units)
     * @throws IllegalArgumentException as {@link #detections(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public FMatrixRMaj detections(Dataset data) {
        return detections(observations(data));
    }

    /**
     * Draws by chains of their own, which begin at fair coins and make {@value #DEFAULT_SWEEPS} sweeps of Gibbs sampling.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D zeros and ones
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        return sample(n, DEFAULT_SWEEPS, rng);
    }

    /**
     * Draws by chains of a given length, see {@link #sample(int, RandomGenerator)}.
     *
     * @param n the number of draws, at least 0
     * @param sweeps the sweeps from the start to the draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D zeros and ones
     * @throws IllegalArgumentException if n or sweeps is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj sample(int n, int sweeps, RandomGenerator rng) {
        Require.atLeast("ConvolutionalRbm.sample", "n", 0, n);
        Require.atLeast("ConvolutionalRbm.sample", "sweeps", 0, sweeps);
        FMatrixRMaj v = new FMatrixRMaj(n, dim());
        Arrays.fill(v.data, .5f);
        Fill.bits(v, rng);
        for (int k = 0; k < sweeps && n > 0; k++) {
            Interrupts.check("ConvolutionalRbm.sample");
            net.gibbs(v, 1, rng);
        }
        return v;
    }

    /**
     * Completes images: the unknown pixels are sampled given the known ones, and their probabilities averaged over the second half of the sweeps.
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
        return ConvolutionalDbn.complete("ConvolutionalRbm.complete", this, null, v, known, sweeps, rng);
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

    /**
     * Log Z by a sum over all images, of which the hidden units are summed in closed form.
     *
     * @return log Z, exact up to rounding
     * @throws IllegalArgumentException if an image has more than {@value #MAX_UNITS} numbers
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public LogPartition logPartition() {
        String where = "ConvolutionalRbm.logPartition";
        if (dim() > MAX_UNITS) {
            throw new IllegalArgumentException(where + ": images of " + dim() + " numbers, expected at most "
                    + MAX_UNITS + " for the sum over all of them");
        }
        return LogPartition.exact(Logs.logSumExp(net.allStates(where)), "sum over the images");
    }
}

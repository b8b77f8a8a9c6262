package lvm.boltzmann;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.data.Sequences;
import lvm.linalg.Products;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.FMatrixRMaj;

/**
 * A restricted Boltzmann machine of some columns given others, p(v | x): D binary visible units, H binary hidden ones, and K columns x that
 * move the biases of both,
 *
 * <p>E(v, h | x) = −(b + x A)ᵀv − (c + x B)ᵀh − vᵀW h, p(v, h | x) = e^−E(v, h | x)/Z(x), A is K×D, B is K×H, W is D×H.
 *
 * <p>Z(x) is another one for every x. A row of data is (v, x), the D columns first. Of sequences x is the m frames before, and the machine
 * p(xᵗ | xᵗ⁻¹, …, xᵗ⁻ᵐ), an autoregressive one of order m: G. W. Taylor, G. E. Hinton and S. T. Roweis (2007), Modeling human motion using
 * binary latent variables, with binary visible units. With classes or other answers as v it is a model of structured outputs, p(y | x).
 *
 * <p>Given x it is an ordinary {@link Rbm}, {@link #at}. Log-likelihoods are exact where there are at most 20 hidden units, or annealed row by
 * row. Immutable.
 */
public final class ConditionalRbm extends ConditionedRbm {
    private final FMatrixRMaj w;
    private final FMatrixRMaj b;
    private final FMatrixRMaj c;
    private final FMatrixRMaj a;
    private final FMatrixRMaj u;
    private final FMatrixRMaj rates; // 1×D, or null
    private final int order; // 0 where the condition is no past

    ConditionalRbm(List<FMatrixRMaj> parts, FMatrixRMaj rates, int order, ModelSummary summary) {
        super(summary);
        w = parts.get(0);
        b = parts.get(1);
        c = parts.get(2);
        a = parts.get(3);
        u = parts.get(4);
        this.rates = rates;
        this.order = order;
    }

    /**
     * A machine of given parameters.
     *
     * @param weights W, D×H finite numbers; copied
     * @param visibleBias b, 1×D finite numbers; copied
     * @param hiddenBias c, 1×H finite numbers; copied
     * @param toVisible A, K×D finite numbers; copied
     * @param toHidden B, K×H finite numbers; copied
     * @return the machine; its history is a closed form's
     * @throws IllegalArgumentException if the shapes do not fit, a layer is empty, or a number is not finite
     */
    public static ConditionalRbm of(
            FMatrixRMaj weights,
            FMatrixRMaj visibleBias,
            FMatrixRMaj hiddenBias,
            FMatrixRMaj toVisible,
            FMatrixRMaj toHidden) {
        new RbmUnits(weights, visibleBias, hiddenBias, new BinaryLayer(weights.numRows)).checked("ConditionalRbm.of");
        Require.atLeast("ConditionalRbm.of", "the number of rows of toVisible, the condition,", 1, toVisible.numRows);
        Require.finiteRows("ConditionalRbm.of", "toVisible", toVisible, weights.numRows);
        Require.finiteRows("ConditionalRbm.of", "toHidden", toHidden, weights.numCols);
        if (toHidden.numRows != toVisible.numRows) {
            throw new IllegalArgumentException(
                    "ConditionalRbm.of: toVisible has " + toVisible.numRows + " rows and toHidden " + toHidden.numRows
                            + ", expected as many, a row for each column of the condition");
        }
        List<FMatrixRMaj> parts =
                List.of(weights.copy(), visibleBias.copy(), hiddenBias.copy(), toVisible.copy(), toHidden.copy());
        Card card = card(weights.numRows, weights.numCols, toVisible.numRows);
        return new ConditionalRbm(parts, null, 0, card.summary(History.closedForm()));
    }

    static Card card(int visible, int hidden, int condition) {
        return Card.of("ConditionalRbm")
                .setting("visible units", visible)
                .setting("hidden units", hidden)
                .setting("columns of the condition", condition);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden units must be set, and the condition or the order
     */
    public static ConditionalRbmBuilder builder() {
        return new ConditionalRbmBuilder();
    }

    /**
     * Reads a machine.
     *
     * @param file a file of {@link #save(Path)}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static ConditionalRbm load(Path file) {
        return Models.load(file, ConditionalRbm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("w", w).put("b", b).put("c", c).put("a", a).put("u", u).put("order", order);
        data.put("has rates", rates != null);
        if (rates != null) {
            data.put("rates", rates);
        }
    }

    static ConditionalRbm read(ModelData data) {
        return new ConditionalRbm(
                List.of(data.floats("w"), data.floats("b"), data.floats("c"), data.floats("a"), data.floats("u")),
                data.flag("has rates") ? data.floats("rates") : null,
                data.integer("order"),
                data.summary());
    }

    @Override
    public int visible() {
        return w.numRows;
    }

    /** {@return the number of hidden units, H} */
    @Override
    public int latentDim() {
        return w.numCols;
    }

    @Override
    public int condition() {
        return a.numRows;
    }

    /** {@return the frames before a frame that are its condition, m; 0 where the machine was not fitted to sequences} */
    public int order() {
        return order;
    }

    /** {@return the weights W, D×H, a copy} */
    public FMatrixRMaj weights() {
        return w.copy();
    }

    /** {@return the biases b, 1×D, a copy} */
    public FMatrixRMaj visibleBias() {
        return b.copy();
    }

    /** {@return the biases c, 1×H, a copy} */
    public FMatrixRMaj hiddenBias() {
        return c.copy();
    }

    /** {@return the weights A from the condition to the visible units, K×D, a copy} */
    public FMatrixRMaj toVisible() {
        return a.copy();
    }

    /** {@return the weights B from the condition to the hidden units, K×H, a copy} */
    public FMatrixRMaj toHidden() {
        return u.copy();
    }

    // --- the machines of rows

    @Override
    ConditionedUnits units(FMatrixRMaj x) {
        FMatrixRMaj bias = new FMatrixRMaj(x.numRows, visible());
        Products.multBias(x, a, b, bias);
        FMatrixRMaj hidden = new FMatrixRMaj(x.numRows, latentDim());
        Products.multBias(x, u, c, hidden);
        return new ConditionedUnits.Shared(w, bias, hidden);
    }

    @Override
    FMatrixRMaj rates() {
        return rates;
    }

    // --- sequences

    private void requireOrder(String where, Sequences sequences) {
        if (order == 0) {
            throw new IllegalArgumentException(where + ": the machine was not fitted to sequences, and knows no order");
        }
        if (sequences.dim() != visible()) {
            throw new IllegalArgumentException(
                    where + ": frames of " + sequences.dim() + " columns, expected " + visible());
        }
    }

    /**
     * The log-likelihood of every frame given those before it, exact, see {@link #logLikelihood(FMatrixRMaj)}; before the first frame of a piece
     * there are zeros.
     *
     * @param sequences pieces of D zeros and ones a frame
     * @return log p(xᵗ | xᵗ⁻¹, …, xᵗ⁻ᵐ) of each frame, one piece after the other, nats
     * @throws IllegalArgumentException as {@link #logLikelihood(FMatrixRMaj)}, or if the machine was not fitted to sequences
     */
    public ConditionalLikelihood logLikelihood(Sequences sequences) {
        requireOrder("ConditionalRbm.logLikelihood", sequences);
        return logLikelihood(sequences.windows(order).floatMatrix());
    }

    /**
     * The annealed log-likelihood of every frame given those before it, see {@link #logLikelihood(FMatrixRMaj, int, double[], long)}.
     *
     * @param sequences pieces of D zeros and ones a frame
     * @param chains for each frame, at least 1
     * @param betas inverse temperatures that rise from 0 to 1
     * @param seed of all that is random
     * @return log p(xᵗ | xᵗ⁻¹, …, xᵗ⁻ᵐ) of each frame, nats, above the true ones on average
     * @throws IllegalArgumentException as {@link #logLikelihood(Sequences)}, or if a setting is out of range
     */
    public ConditionalLikelihood logLikelihood(Sequences sequences, int chains, double[] betas, long seed) {
        requireOrder("ConditionalRbm.logLikelihood", sequences);
        return logLikelihood(sequences.windows(order).floatMatrix(), chains, betas, seed);
    }

    /**
     * The means of every frame given those before it, E[xᵗ | xᵗ⁻¹, …, xᵗ⁻ᵐ], see {@link #means}; before the first frame of a piece there are
     * zeros.
     *
     * @param sequences pieces of D finite numbers a frame
     * @param chains for each frame, at least 1; not used where the means are exact
     * @param sweeps of each chain, at least 1; not used where the means are exact
     * @param seed of all that is random
     * @return as many pieces of as many frames, probabilities
     * @throws IllegalArgumentException as {@link #means}, or if the machine was not fitted to sequences
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Sequences predictions(Sequences sequences, int chains, int sweeps, long seed) {
        requireOrder("ConditionalRbm.predictions", sequences);
        FMatrixRMaj rows = sequences.windows(order).floatMatrix();
        FMatrixRMaj past = new FMatrixRMaj(0, condition());
        divide(rows, new FMatrixRMaj(0, visible()), past);
        return ConditionedMeans.pieces(means(past, chains, sweeps, seed), sequences);
    }

    /**
     * Goes on with a piece: each further frame is drawn given those before it.
     *
     * @param beginning a piece
     * @param frames the number of further frames, at least 0
     * @param sweeps of Gibbs sampling for each, at least 0
     * @param rng the source of randomness; advanced
     * @return the first piece of the beginning with the further frames
     * @throws IllegalArgumentException if the machine was not fitted to sequences, the frames have other columns, or a number is negative
     */
    public FMatrixRMaj continued(Sequences beginning, int frames, int sweeps, RandomGenerator rng) {
        requireOrder("ConditionalRbm.continued", beginning);
        Require.atLeast("ConditionalRbm.continued", "frames", 0, frames);
        int d = visible();
        FMatrixRMaj first = beginning.piece(0);
        FMatrixRMaj all = new FMatrixRMaj(first.numRows + frames, d);
        System.arraycopy(first.data, 0, all.data, 0, first.getNumElements());
        FMatrixRMaj past = new FMatrixRMaj(1, order * d);
        for (int t = first.numRows; t < all.numRows; t++) {
            past.zero();
            for (int back = 1; back <= Math.min(order, t); back++) {
                System.arraycopy(all.data, (t - back) * d, past.data, (back - 1) * d, d);
            }
            System.arraycopy(sample(past, sweeps, rng).data, 0, all.data, t * d, d);
        }
        return all;
    }
}

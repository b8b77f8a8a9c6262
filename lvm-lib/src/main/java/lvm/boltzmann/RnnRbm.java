package lvm.boltzmann;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.data.Sequences;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A recurrent network whose state moves the biases of a restricted Boltzmann machine from frame to frame: p(x¹, …, xᵀ) = Πₜ p(xᵗ | x¹, …, xᵗ⁻¹), each
 * factor a machine of D binary visible and H hidden units,
 *
 * <p>E(xᵗ, hᵗ) = −bᵗᵀxᵗ − cᵗᵀhᵗ − xᵗᵀW hᵗ, bᵗ = b + uᵗ⁻¹ U_b, cᵗ = c + uᵗ⁻¹ U_c, uᵗ = f(xᵗ, uᵗ⁻¹), u⁰ learnt,
 *
 * <p>with R units of state; W is D×H, U_b R×D, U_c R×H. {@link Recurrence} says what f is: the RNN-RBM of N. Boulanger-Lewandowski, Y. Bengio
 * and P. Vincent (2012), the same with gates, or the RTRBM of I. Sutskever, G. E. Hinton and G. W. Taylor (2009).
 *
 * <p>The state is a function of the frames before, so that nothing is to be inferred through time: learning is CD of each frame's machine,
 * carried back through the steps of the state. Every frame has a partition function of its own; log-likelihoods are exact where there are at
 * most 20 hidden units, or annealed frame by frame. The machine of a frame is an ordinary {@link Rbm}, {@link #next}. Immutable.
 */
public final class RnnRbm extends SavedModel {
    /** The sweeps of Gibbs sampling for each drawn frame, where none are given. */
    public static final int DEFAULT_SWEEPS = 100;

    private final RnnRbmNetwork net;
    private final FMatrixRMaj rates;

    RnnRbm(RnnRbmNetwork net, FMatrixRMaj rates, ModelSummary summary) {
        super(summary);
        this.net = net;
        this.rates = rates;
    }

    static Card card(RnnRbmNetwork net) {
        return Card.of("RnnRbm")
                .setting("visible units", net.visible())
                .setting("hidden units", net.hidden())
                .setting("recurrence", net.recurrence)
                .setting("units of the state", net.states());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden units must be set
     */
    public static RnnRbmBuilder builder() {
        return new RnnRbmBuilder();
    }

    /**
     * Reads a model.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static RnnRbm load(Path file) {
        return Models.load(file, RnnRbm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("recurrence", net.recurrence)
                .put("states", net.states())
                .put("rates", rates)
                .put("network", net.values());
    }

    static RnnRbm read(ModelData data) {
        Recurrence recurrence = data.choice("recurrence", Recurrence.class);
        FMatrixRMaj rates = data.floats("rates");
        FMatrixRMaj w = data.floats("network/w");
        RnnRbmNetwork net =
                new RnnRbmNetwork(recurrence, rates, w.numCols, data.integer("states"), 1, new SplittableRandom(0));
        data.copyTo("network", net.values());
        return new RnnRbm(net, rates, data.summary());
    }

    /** {@return the columns of a frame, the visible units, D} */
    public int dim() {
        return net.visible();
    }

    /** {@return the number of hidden units of a frame's machine, H} */
    public int hidden() {
        return net.hidden();
    }

    /** {@return the units of the state, R} */
    public int states() {
        return net.states();
    }

    /** {@return how the state goes from frame to frame} */
    public Recurrence recurrence() {
        return net.recurrence;
    }

    /** {@return the weights W of the machines, D×H, a copy} */
    public FMatrixRMaj weights() {
        return net.w.value().copy();
    }

    private void require(String where, Sequences sequences, boolean states) {
        if (sequences.dim() != dim()) {
            throw new IllegalArgumentException(
                    where + ": frames of " + sequences.dim() + " columns, the model was fitted on " + dim());
        }
        for (int k = 0; k < sequences.size(); k++) {
            if (states) {
                Require.binary(where, "piece " + k, sequences.piece(k), dim());
            } else {
                Require.unitInterval(where, "piece " + k, sequences.piece(k), dim());
            }
        }
    }

    /** The machines of all frames, one piece after the other, and the frames. */
    private ConditionedUnits units(Frames frames, int... places) {
        ConditionedUnits byTime = net.machines(Tape.withoutGradients(), frames).units();
        return new ConditionedUnits.Shared(net.w.value(), rows(byTime.b, places), rows(byTime.c, places));
    }

    private static FMatrixRMaj rows(FMatrixRMaj x, int... places) {
        FMatrixRMaj sorted = new FMatrixRMaj(places.length, x.numCols);
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(x.data, places[i] * x.numCols, sorted.data, i * x.numCols, x.numCols);
        }
        return sorted;
    }

    /**
     * The log-likelihood of every frame given all those before it in its piece, exact: the sum over the states of the hidden units in each
     * frame. The frames before are those of the data, also where the model would have gone elsewhere.
     *
     * @param sequences pieces of D zeros and ones a frame
     * @return log p(xᵗ | x¹, …, xᵗ⁻¹) of each frame, one piece after the other, nats
     * @throws IllegalArgumentException if frames have other columns, a number is not 0 or 1, or there are more than 20 hidden units
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public ConditionalLikelihood logLikelihood(Sequences sequences) {
        String where = "RnnRbm.logLikelihood";
        require(where, sequences, true);
        Frames frames = Frames.of(sequences);
        int[] places = frames.places();
        return ConditionedSums.exact(where, units(frames, places), rows(frames.v, places));
    }

    /**
     * The log-likelihood of every frame given all those before it, with log Z by annealed importance sampling in each frame.
     *
     * @param sequences pieces of D zeros and ones a frame
     * @param chains for each frame, at least 1
     * @param betas inverse temperatures that rise from 0 to 1
     * @param seed of all that is random
     * @return log p(xᵗ | x¹, …, xᵗ⁻¹) of each frame, one piece after the other, nats, above the true ones on average
     * @throws IllegalArgumentException as {@link #logLikelihood(Sequences)}, for any number of hidden units, or if a setting is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public ConditionalLikelihood logLikelihood(Sequences sequences, int chains, double[] betas, long seed) {
        String where = "RnnRbm.logLikelihood";
        require(where, sequences, true);
        Frames frames = Frames.of(sequences);
        int[] places = frames.places();
        return ConditionedSums.annealed(where, units(frames, places), rows(frames.v, places), chains, betas, seed);
    }

    /**
     * The means of every frame given those before it, E[xᵗ | x¹, …, xᵗ⁻¹]: exact where there are at most 10 hidden units, else the mean of
     * p(xᵗ | hᵗ) over chains.
     *
     * @param sequences pieces of D numbers from 0 to 1 a frame
     * @param chains for each frame, at least 1; not used where the means are exact
     * @param sweeps of each chain, at least 1; not used where the means are exact
     * @param seed of all that is random
     * @return as many pieces of as many frames, probabilities
     * @throws IllegalArgumentException if frames have other columns, or a number is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Sequences predictions(Sequences sequences, int chains, int sweeps, long seed) {
        String where = "RnnRbm.predictions";
        require(where, sequences, false);
        Frames frames = Frames.of(sequences);
        FMatrixRMaj means = ConditionedMeans.of(where, units(frames, frames.places()), chains, sweeps, seed);
        return ConditionedMeans.pieces(means, sequences);
    }

    private FMatrixRMaj state(FMatrixRMaj frames) {
        FMatrixRMaj state = net.first();
        for (int t = 0; t < frames.numRows; t++) {
            state = net.after(state, ConditionedUnits.rows(frames, t, t + 1));
        }
        return state;
    }

    /**
     * The machine of the frame that follows on a piece.
     *
     * @param past the frames before, of which the first piece is taken
     * @return the ordinary restricted machine p(xᵗ | x¹, …, xᵗ⁻¹), with the base rates of the training data
     * @throws IllegalArgumentException if frames have other columns, or a number is out of range
     */
    public Rbm next(Sequences past) {
        require("RnnRbm.next", past, false);
        return machine(state(past.piece(0)));
    }

    /** {@return the machine of the first frame of a piece} */
    public Rbm first() {
        return machine(net.first());
    }

    private Rbm machine(FMatrixRMaj state) {
        ConditionedUnits units = net.units(state);
        return Rbm.of(net.w.value(), units.b, units.c).withBaseRates(rates);
    }

    /**
     * Draws a piece, frame by frame, each by a chain that begins at independent units with the biases of its machine.
     *
     * @param frames the number of frames, at least 1
     * @param sweeps of Gibbs sampling for each, at least 0
     * @param rng the source of randomness; advanced
     * @return frames×D zeros and ones
     * @throws IllegalArgumentException if a number is out of range
     */
    public FMatrixRMaj sample(int frames, int sweeps, RandomGenerator rng) {
        Require.atLeast("RnnRbm.sample", "frames", 1, frames);
        return draw(new FMatrixRMaj(0, dim()), frames, sweeps, rng);
    }

    /**
     * Goes on with a piece: each further frame is drawn given all those before it.
     *
     * @param beginning of which the first piece is taken
     * @param frames the number of further frames, at least 0
     * @param sweeps of Gibbs sampling for each, at least 0
     * @param rng the source of randomness; advanced
     * @return the piece with the further frames
     * @throws IllegalArgumentException if frames have other columns, or a number is out of range
     */
    public FMatrixRMaj continued(Sequences beginning, int frames, int sweeps, RandomGenerator rng) {
        require("RnnRbm.continued", beginning, false);
        Require.atLeast("RnnRbm.continued", "frames", 0, frames);
        return draw(beginning.piece(0), frames, sweeps, rng);
    }

    private FMatrixRMaj draw(FMatrixRMaj first, int frames, int sweeps, RandomGenerator rng) {
        Require.atLeast("RnnRbm", "sweeps", 0, sweeps);
        int d = dim();
        FMatrixRMaj all = new FMatrixRMaj(first.numRows + frames, d);
        System.arraycopy(first.data, 0, all.data, 0, first.getNumElements());
        FMatrixRMaj state = state(first);
        FMatrixRMaj h = new FMatrixRMaj(1, hidden());
        for (int t = first.numRows; t < all.numRows; t++) {
            ConditionedUnits units = net.units(state);
            FMatrixRMaj v = units.start(1, rng);
            units.gibbs(v, sweeps, h, rng);
            System.arraycopy(v.data, 0, all.data, t * d, d);
            state = net.after(state, v);
        }
        return all;
    }

    /** For builders. */
    static int[] numbers(FMatrixRMaj rows) {
        int[] numbers = new int[rows.numRows];
        Arrays.setAll(numbers, k -> (int) rows.data[k]);
        return numbers;
    }
}

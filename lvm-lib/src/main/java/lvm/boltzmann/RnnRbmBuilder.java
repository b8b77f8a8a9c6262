package lvm.boltzmann;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.data.Sequences;
import lvm.fit.Learner;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * The settings of a fit of {@link RnnRbm}. A minibatch is so many pieces, all of their frames together; the objective is the mean over their
 * frames.
 */
public final class RnnRbmBuilder extends ConditionedBuilder<RnnRbmBuilder, RnnRbm> {
    private Recurrence recurrence = Recurrence.RNN;
    private int states;
    private Sequences validation;

    RnnRbmBuilder() {
        super(RbmBuilder.DEFAULT_START_DEVIATION, "log pseudo-likelihood, estimate, nats per frame");
    }

    @Override
    protected RnnRbmBuilder self() {
        return this;
    }

    @Override
    String row() {
        return "frame";
    }

    /**
     * How the state goes from frame to frame.
     *
     * @param recurrence by default {@link Recurrence#RNN}
     * @return this
     */
    public RnnRbmBuilder recurrence(Recurrence recurrence) {
        this.recurrence = Objects.requireNonNull(recurrence, "RnnRbm: recurrence");
        return given("recurrence");
    }

    /**
     * The units of the state; an RTRBM has as many as hidden units.
     *
     * @param units R, at least 1, by default the number of hidden units
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public RnnRbmBuilder states(int units) {
        states = requireAtLeast("states", 1, units);
        return given("states");
    }

    /**
     * Pieces that are not learnt from; see {@link #validation(Dataset)}, whose rows are the frames of one piece.
     *
     * @param pieces of the columns of those that are
     * @return this
     */
    public RnnRbmBuilder validation(Sequences pieces) {
        validation = Objects.requireNonNull(pieces, "RnnRbm: validation");
        return given("validation");
    }

    /**
     * Trains the model on the rows of a data set as the frames of one piece, in their order.
     *
     * @param data T rows of D numbers from 0 to 1
     * @return the model; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException as {@link #fit(Sequences)}
     * @throws lvm.fit.NonFiniteObjectiveException as {@link #fit(Sequences)}
     * @throws java.io.UncheckedIOException as {@link #fit(Sequences)}
     */
    @Override
    public RnnRbm fit(Dataset data) {
        Require.atLeast("RnnRbm.fit", "the number of rows", 1, data.rows());
        return fit(Sequences.of(data));
    }

    /**
     * Trains the model.
     *
     * @param sequences pieces of D numbers from 0 to 1 a frame: bits, or grey levels, which are taken as probabilities
     * @return the model; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of hidden units is not set, a value is out of range, or a setting is not used
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    public RnnRbm fit(Sequences sequences) {
        requireSettings();
        if (recurrence == Recurrence.RTRBM) {
            unused("recurrence(RTRBM), whose state has the hidden units,", "states");
        }
        FMatrixRMaj rates = rates("RnnRbm.fit", sequences);
        SplittableRandom rng = start();
        RnnRbmNetwork net = new RnnRbmNetwork(
                recurrence,
                new BinaryLayer(sequences.dim()).base(rates).bias(),
                hidden(),
                states > 0 ? states : hidden(),
                startDeviation(),
                rng);
        Sequences others = validation != null ? validation : validation() != null ? Sequences.of(validation()) : null;
        if (others != null) {
            rates("RnnRbm: validation", others);
            if (others.dim() != sequences.dim()) {
                throw new IllegalArgumentException("RnnRbm: the validation frames have " + others.dim()
                        + " columns, those that are learnt from " + sequences.dim());
            }
        }
        List<Sequences> all = others == null ? List.of(sequences) : List.of(sequences, others);
        Frames frames = new Frames(sequences.dim());
        List<Param> params = net.params();
        Learner learner = learner(
                        params,
                        net.weights(),
                        rows -> {
                            frames.read(all, RnnRbm.numbers(rows));
                            return frames;
                        },
                        net::machines,
                        batch -> batch.v)
                .digest(sequences.digest());
        Card card = describe(RnnRbm.card(net).setting("pieces", sequences.size()), learner);
        return train(
                numbers(0, sequences.size()),
                others == null ? null : numbers(sequences.size(), others.size()),
                learner,
                history -> model(net, rates, card, history, sequences.frames()));
    }

    private RnnRbm model(RnnRbmNetwork net, FMatrixRMaj rates, Card card, History history, long frames) {
        RnnRbmNetwork copy =
                new RnnRbmNetwork(net.recurrence, rates, net.hidden(), net.states(), 1, new SplittableRandom(0));
        copy.values().forEach((name, value) -> value.setTo(net.values().get(name)));
        return new RnnRbm(copy, rates, card.course(history, frames, unit()).summary(history));
    }

    /** The numbers of pieces, which a batch has in place of rows. */
    private static Dataset numbers(int first, int count) {
        FMatrixRMaj rows = new FMatrixRMaj(count, 1);
        for (int k = 0; k < count; k++) {
            rows.data[k] = first + k;
        }
        return Dataset.of(rows);
    }

    private static FMatrixRMaj rates(String where, Sequences sequences) {
        double[] sums = new double[sequences.dim()];
        for (int k = 0; k < sequences.size(); k++) {
            FMatrixRMaj piece = sequences.piece(k);
            Require.unitInterval(where, "piece " + k, piece, sums.length);
            for (int i = 0; i < piece.getNumElements(); i++) {
                sums[i % sums.length] += piece.data[i];
            }
        }
        FMatrixRMaj rates = new FMatrixRMaj(1, sums.length);
        for (int j = 0; j < sums.length; j++) {
            rates.data[j] = (float) (sums[j] / sequences.frames());
        }
        return rates;
    }
}

package lvm.boltzmann;

import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.data.Sequences;
import lvm.fit.Learner;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/** The settings of a fit of {@link ConditionalRbm}. */
public final class ConditionalRbmBuilder extends ConditionedBuilder<ConditionalRbmBuilder, ConditionalRbm> {
    private int condition;
    private int order;
    private Sequences validation;

    ConditionalRbmBuilder() {
        super(RbmBuilder.DEFAULT_START_DEVIATION, "log pseudo-likelihood, estimate, nats per row");
    }

    @Override
    protected ConditionalRbmBuilder self() {
        return this;
    }

    /**
     * The columns of the condition, the last of a row; must be set, or the order.
     *
     * @param columns K, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public ConditionalRbmBuilder condition(int columns) {
        condition = requireAtLeast("condition", 1, columns);
        return given("condition");
    }

    /**
     * The frames before a frame that are its condition, for {@link #fit(Sequences)}.
     *
     * @param frames m, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public ConditionalRbmBuilder order(int frames) {
        order = requireAtLeast("order", 1, frames);
        return given("order");
    }

    /**
     * Pieces that are not learnt from, for {@link #fit(Sequences)}; see {@link #validation(Dataset)}.
     *
     * @param pieces of the columns of those that are
     * @return this
     */
    public ConditionalRbmBuilder validation(Sequences pieces) {
        validation = pieces;
        return given("validation");
    }

    /**
     * Trains the machine of a frame given those before it. Before the first frame of a piece there are zeros.
     *
     * @param sequences pieces of D numbers from 0 to 1 a frame
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of hidden units or the order is not set, the condition is, or as {@link #fit(Dataset)}
     * @throws lvm.fit.NonFiniteObjectiveException as {@link #fit(Dataset)}
     * @throws java.io.UncheckedIOException as {@link #fit(Dataset)}
     */
    public ConditionalRbm fit(Sequences sequences) {
        Require.set("ConditionalRbm", "order", order > 0);
        unused("fit(Sequences)", "condition");
        Dataset others = validation == null ? null : validation.windows(order);
        return fit(sequences.windows(order), others, order * sequences.dim());
    }

    /**
     * Trains the machine on rows (v, x).
     *
     * @param data n rows of D + K numbers, the first D from 0 to 1: bits, or grey levels, which are taken as probabilities
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of hidden units or the condition is not set, the order is, there is no row, no column
     *     is left for v, or a value is out of range
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public ConditionalRbm fit(Dataset data) {
        unused("fit of rows, which takes condition(K),", "order");
        Require.set("ConditionalRbm", "condition", condition > 0);
        if (validation != null) {
            throw new IllegalArgumentException(
                    "ConditionalRbm.fit: the validation rows are sequences, expected rows as those that are learnt from");
        }
        return fit(data, validation(), condition);
    }

    private ConditionalRbm fit(Dataset data, Dataset others, int k) {
        requireSettings();
        int d = data.dim() - k;
        FMatrixRMaj rates = rates("ConditionalRbm.fit", data, d, k);
        SplittableRandom rng = start();
        Param w = new Param("w", weights(d, hidden(), rng));
        Param b = new Param("b", new BinaryLayer(d).base(rates).bias());
        Param c = new Param("c", new FMatrixRMaj(1, hidden()));
        Param a = new Param("a", weights(k, d, rng));
        Param u = new Param("u", weights(k, hidden(), rng));
        List<Param> params = List.of(w, b, c, a, u);
        Learner learner = rowLearner(params, List.of(w, a, u), d, (tape, x) -> machines(tape, x, params));
        Card card = describe(ConditionalRbm.card(d, hidden(), k).columns(data.columns()), learner);
        if (order > 0) {
            card.setting("order", order);
        }
        return train(data, others, learner, history -> model(params, rates, card, history, data.rows()));
    }

    private ConditionalRbm model(List<Param> params, FMatrixRMaj rates, Card card, History history, long rows) {
        List<FMatrixRMaj> copies = params.stream().map(p -> p.value().copy()).toList();
        return new ConditionalRbm(
                copies, rates, order, card.course(history, rows, unit()).summary(history));
    }

    /** The means of the d visible columns of rows with k columns of a condition, which are checked. */
    static FMatrixRMaj rates(String where, Dataset data, int d, int k) {
        Require.atLeast(where, "the number of rows", 1, data.rows());
        if (d < 1) {
            throw new IllegalArgumentException(where + ": x has " + data.dim() + " columns and condition is " + k
                    + ", expected fewer, so that a visible column is left");
        }
        return RbmBuilder.means(where, data, d, rows -> {
            FMatrixRMaj v = new FMatrixRMaj(0, d);
            FMatrixRMaj x = new FMatrixRMaj(0, k);
            ConditionedRbm.divide(rows, v, x);
            Require.unitInterval(where, "the visible columns", v, d);
            Require.finite(where, "the condition", x);
            return v;
        });
    }

    private static SharedMachines machines(Tape tape, FMatrixRMaj condition, List<Param> params) {
        Var x = tape.constant(condition);
        Var b = x.linear(tape.param(params.get(3)), tape.param(params.get(1)), Activation.IDENTITY);
        Var c = x.linear(tape.param(params.get(4)), tape.param(params.get(2)), Activation.IDENTITY);
        return new SharedMachines(tape, params.get(0), b, c);
    }
}

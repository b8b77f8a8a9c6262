package lvm.boltzmann;

import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/** The settings of a fit of {@link HigherOrderRbm}. */
public final class HigherOrderRbmBuilder extends ConditionedBuilder<HigherOrderRbmBuilder, HigherOrderRbm> {
    /** The standard deviation of the weights at the start, where none is set: slopes are products of two of them. */
    public static final double DEFAULT_START_DEVIATION = 0.1;

    private int factors;
    private int condition;

    HigherOrderRbmBuilder() {
        super(DEFAULT_START_DEVIATION, "log pseudo-likelihood, estimate, nats per row");
    }

    @Override
    protected HigherOrderRbmBuilder self() {
        return this;
    }

    /**
     * The standard deviation of the weights at the start. At 0 they would have no slope.
     *
     * @param deviation above 0, by default {@value #DEFAULT_START_DEVIATION}
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    @Override
    public HigherOrderRbmBuilder startDeviation(double deviation) {
        return super.startDeviation(deviation);
    }

    /**
     * The number of factors; must be set.
     *
     * @param factors F, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public HigherOrderRbmBuilder factors(int factors) {
        this.factors = requireAtLeast("factors", 1, factors);
        return given("factors");
    }

    /**
     * The columns of the condition, the last of a row: the first image of a pair.
     *
     * @param columns K, at least 1, by default half of the columns
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public HigherOrderRbmBuilder condition(int columns) {
        condition = requireAtLeast("condition", 1, columns);
        return given("condition");
    }

    /**
     * Trains the machine on rows (v, x): the image after a change, and then the one before.
     *
     * @param data n rows of D + K numbers, the first D from 0 to 1: bits, or grey levels, which are taken as probabilities
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of hidden units or of factors is not set, there is no row, no column is left for v,
     *     or a value is out of range
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public HigherOrderRbm fit(Dataset data) {
        requireSettings();
        Require.set("HigherOrderRbm", "factors", factors > 0);
        int k = condition > 0 ? condition : data.dim() / 2;
        int d = data.dim() - k;
        FMatrixRMaj rates = ConditionalRbmBuilder.rates("HigherOrderRbm.fit", data, d, k);
        SplittableRandom rng = start();
        List<Param> params = List.of(
                new Param("p", weights(d, factors, rng)),
                new Param("q", weights(hidden(), factors, rng)),
                new Param("r", weights(k, factors, rng)),
                new Param("b", new BinaryLayer(d).base(rates).bias()),
                new Param("c", new FMatrixRMaj(1, hidden())));
        Learner learner = rowLearner(params, params.subList(0, 3), d, (tape, x) -> machines(tape, x, params));
        Card card = describe(HigherOrderRbm.card(d, hidden(), k, factors).columns(data.columns()), learner);
        return train(data, learner, history -> model(params, rates, card, history, data.rows()));
    }

    private HigherOrderRbm model(List<Param> params, FMatrixRMaj rates, Card card, History history, long rows) {
        return new HigherOrderRbm(
                params.stream().map(p -> p.value().copy()).toList(),
                rates,
                card.course(history, rows, unit()).summary(history));
    }

    private static Machines machines(Tape tape, FMatrixRMaj condition, List<Param> params) {
        Var factors = tape.constant(condition).mult(tape.param(params.get(2)));
        return new Factored(tape, params, factors);
    }

    /** The machines of a batch on a tape. */
    private record Factored(Tape tape, List<Param> params, Var factors) implements Machines {
        private Var param(int k) {
            return tape.param(params.get(k));
        }

        @Override
        public ConditionedUnits units() {
            return HigherOrderRbm.units(
                    params.get(0).value(),
                    params.get(1).value(),
                    factors.value(),
                    params.get(3).value(),
                    params.get(4).value());
        }

        @Override
        public Var minusFreeEnergy(FMatrixRMaj v) {
            Var x = tape.constant(v);
            Var up = x.mult(param(0)).mul(factors).multTransB(param(1)).add(param(4));
            return x.mul(param(3))
                    .sumPerRow()
                    .add(up.activate(Activation.SOFTPLUS).sumPerRow());
        }

        @Override
        public Var hiddenTerm(FMatrixRMaj states, int[] rows) {
            Var s = tape.constant(states);
            Var down = s.mult(param(1))
                    .mul(factors.gatherRows(rows))
                    .multTransB(param(0))
                    .add(param(3));
            return s.mul(param(4))
                    .sumPerRow()
                    .add(down.activate(Activation.SOFTPLUS).sumPerRow());
        }
    }
}

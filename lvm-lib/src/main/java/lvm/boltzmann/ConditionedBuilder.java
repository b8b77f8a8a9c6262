package lvm.boltzmann;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.BinaryStates;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.linalg.Logs;
import lvm.model.Card;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * The settings that machines of conditions share, and their step. The objective of CD is the difference of the mean of −F(v) at the data and
 * at the ends of chains that begin there, which are constants: its slope is that of the machine's statistics, and the tape carries it on
 * into what makes the biases.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
abstract class ConditionedBuilder<B extends ConditionedBuilder<B, M>, M> extends NeuralFitBuilder<B, M> {
    /** The most hidden units that learn by the exact slope. */
    static final int MAX_EXACT = 10;

    private int hidden;
    private RbmLearning learning = RbmLearning.cd(1);
    private double weightDecay;
    private double startDeviation;

    ConditionedBuilder(double startDeviation, String objective) {
        super(objective);
        this.startDeviation = startDeviation;
    }

    /**
     * The number of hidden units; must be set.
     *
     * @param units H, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public B hidden(int units) {
        this.hidden = requireAtLeast("hidden", 1, units);
        return given("hidden");
    }

    /**
     * How the machines learn: {@link RbmLearning#cd(int)}, or {@link RbmLearning#exact()} with at most 10 hidden units. Every row has a
     * machine of its own, so that there are no chains that could go on from step to step.
     *
     * @param learning by default CD-1
     * @return this
     * @throws IllegalArgumentException if it is another rule
     */
    public B learning(RbmLearning learning) {
        Objects.requireNonNull(learning, modelName() + ": learning");
        if (!learning.fromData()) {
            throw new IllegalArgumentException(
                    modelName() + ": learning(" + learning
                            + "), expected cd or exact: every row has a machine of its own, so that no chain goes on from step to step");
        }
        this.learning = learning;
        return given("learning");
    }

    /**
     * Weight decay: the objective less λ/2 Σ w² of all matrices of weights; the biases are free.
     *
     * @param lambda λ, at least 0, by default 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public B weightDecay(double lambda) {
        this.weightDecay = Require.notNegative(modelName(), "weightDecay", lambda);
        return given("weightDecay");
    }

    /**
     * The standard deviation of the weights at the start. At 0 the hidden units would begin equal, and stay equal.
     *
     * @param deviation above 0, by default {@value RbmBuilder#DEFAULT_START_DEVIATION}
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public B startDeviation(double deviation) {
        this.startDeviation =
                Require.positive(modelName(), "startDeviation, without which hidden units stay equal,", deviation);
        return given("startDeviation");
    }

    final int hidden() {
        return hidden;
    }

    final RbmLearning learning() {
        return learning;
    }

    final double startDeviation() {
        return startDeviation;
    }

    final SplittableRandom start() {
        return new SplittableRandom(Seeds.split(seed(), "start"));
    }

    final FMatrixRMaj weights(int rows, int columns, RandomGenerator rng) {
        FMatrixRMaj w = new FMatrixRMaj(rows, columns);
        Fill.normal(0, (float) startDeviation, w, rng);
        return w;
    }

    /** Checks what must be set. */
    final void requireSettings() {
        Require.set(modelName(), "hidden", hidden > 0);
        if (learning.sweeps() == 0 && hidden > MAX_EXACT) {
            throw new IllegalArgumentException(
                    modelName() + ": learning(exact) with " + hidden + " hidden units, expected at most " + MAX_EXACT
                            + ": the sum over their states is taken in every row");
        }
    }

    /** The machines of some rows on a tape. */
    interface Machines {
        /** Their numbers. */
        ConditionedUnits units();

        /** −F(v), n×1. */
        Var minusFreeEnergy(FMatrixRMaj v);

        /** log Σ_v e^−E(v, s), (n·k)×1, for states of the hidden units, of which each row has the same k; (n·k)×H. */
        Var hiddenTerm(FMatrixRMaj states, int[] rows);
    }

    /**
     * The learner.
     *
     * @param params all parameters
     * @param decaying those of them that decay
     * @param visible the rows of visible units of a batch
     * @param machines puts the machines of a batch on the tape
     */
    final <X> Learner learner(
            List<Param> params,
            List<Param> decaying,
            BatchReader<X> reader,
            BiFunction<Tape, X, Machines> machines,
            VisibleOf<X> visible) {
        Optimizer optimizer = optimizer().over(params, learningRate());
        Tape tape = new Tape();
        Tape evaluation = Tape.withoutGradients();
        Rule rule = new Rule(learning.sweeps(), hidden);
        return Learner.of(
                        (batch, rng) -> {
                            X x = reader.read(batch.x());
                            FMatrixRMaj v = visible.of(x);
                            Machines m = machines.apply(tape.reset(), x);
                            double value = rule.value(m, v, rng);
                            Var objective = rule.objective(tape, m, v, rng);
                            for (Param w : decaying) {
                                if (weightDecay > 0) {
                                    Var cost = tape.param(w).square().sum().mul((float) (weightDecay / 2));
                                    objective = objective.sub(cost);
                                }
                            }
                            optimizer.ascend(objective);
                            return value;
                        },
                        optimizer)
                .objective((batch, rng) -> {
                    X x = reader.read(batch.x());
                    return rule.value(machines.apply(evaluation.reset(), x), visible.of(x), rng);
                })
                .objectiveName(objectiveName())
                .way("learning(" + learning + ")");
    }

    private record Rows(FMatrixRMaj v, FMatrixRMaj x) {}

    /** The learner of machines of rows (v, x), the first d columns visible. */
    final Learner rowLearner(
            List<Param> params, List<Param> decaying, int d, BiFunction<Tape, FMatrixRMaj, Machines> machines) {
        Rows read = new Rows(new FMatrixRMaj(0, d), new FMatrixRMaj(0, 0));
        return learner(
                params,
                decaying,
                rows -> {
                    ConditionedRbm.divide(rows, read.v, read.x);
                    return read;
                },
                (tape, rows) -> machines.apply(tape, rows.x),
                rows -> rows.v);
    }

    /** What a step makes of the rows of a batch. */
    @FunctionalInterface
    interface BatchReader<X> {
        X read(FMatrixRMaj rows);
    }

    /** The visible units in it. */
    @FunctionalInterface
    interface VisibleOf<X> {
        FMatrixRMaj of(X x);
    }

    final String unit() {
        return "nats per " + row();
    }

    /** What a row is called. */
    String row() {
        return "row";
    }

    private String objectiveName() {
        return learning.sweeps() == 0
                ? "log-likelihood, nats per " + row()
                : "log pseudo-likelihood, estimate, nats per " + row();
    }

    final Card describe(Card card, Learner learner) {
        return card.setting("learning", learning)
                .setting("weight decay", weightDecay)
                .setting("start deviation", startDeviation)
                .settings(trainingSettings(learner));
    }

    /** The two rules, with their buffers. */
    private static final class Rule {
        private final int sweeps; // 0 for the exact slope
        private final int hidden;
        private final FMatrixRMaj chain = new FMatrixRMaj(0, 0);
        private final FMatrixRMaj h = new FMatrixRMaj(0, 0);
        private final FMatrixRMaj all;
        private FMatrixRMaj states = new FMatrixRMaj(0, 0);
        private FMatrixRMaj shares = new FMatrixRMaj(0, 0);
        private int[] rows = {};

        Rule(int sweeps, int hidden) {
            this.sweeps = sweeps;
            this.hidden = hidden;
            all = sweeps == 0 ? BinaryStates.all(hidden) : null;
        }

        /** A number with the slope of the rule. */
        Var objective(Tape tape, Machines m, FMatrixRMaj v, RandomGenerator rng) {
            Var data = m.minusFreeEnergy(v).mean();
            if (sweeps > 0) {
                chain.setTo(v);
                m.units().gibbs(chain, sweeps, h, rng);
                return data.sub(m.minusFreeEnergy(chain).mean());
            }
            // The slope of log Z is that of the terms of the hidden states, weighted by the probabilities of these.
            int n = v.numRows;
            int k = all.numRows;
            if (rows.length != n * k) {
                rows = new int[n * k];
                states = new FMatrixRMaj(n * k, hidden);
                shares = new FMatrixRMaj(n * k, 1);
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = i / k;
                    System.arraycopy(all.data, i % k * hidden, states.data, i * hidden, hidden);
                }
            }
            Var terms = m.hiddenTerm(states, rows);
            double[] p = new double[k];
            for (int r = 0; r < n; r++) {
                for (int s = 0; s < k; s++) {
                    p[s] = terms.value().data[r * k + s];
                }
                double log = Logs.logSumExp(p);
                for (int s = 0; s < k; s++) {
                    shares.data[r * k + s] = (float) (Math.exp(p[s] - log) / n);
                }
            }
            return data.sub(terms.mul(tape.constant(shares)).sum());
        }

        /** The log-likelihood, or the estimate of the pseudo-likelihood by one flipped unit a row. */
        double value(Machines m, FMatrixRMaj v, RandomGenerator rng) {
            ConditionedUnits units = m.units();
            double[] at = units.minusFreeEnergy(v);
            double sum = 0;
            if (sweeps == 0) {
                double[] logZ = ConditionedSums.logZ("learning(exact)", units);
                for (int r = 0; r < at.length; r++) {
                    sum += at[r] - logZ[r];
                }
                return sum / at.length;
            }
            chain.setTo(v);
            for (int r = 0; r < v.numRows; r++) {
                int i = r * v.numCols + rng.nextInt(v.numCols);
                chain.data[i] = 1 - chain.data[i];
            }
            double[] flipped = units.minusFreeEnergy(chain);
            for (int r = 0; r < at.length; r++) {
                sum -= Logs.softplus(flipped[r] - at[r]);
            }
            return v.numCols * sum / at.length;
        }
    }
}

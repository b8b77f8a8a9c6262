package lvm.boltzmann;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * The settings that fits of {@link RealMachine} have in common.
 *
 * @param <B> the builder itself
 * @param <M> the machine
 */
public abstract sealed class RealMachineBuilder<B extends RealMachineBuilder<B, M>, M extends RealMachine>
        extends StandardizedFitBuilder<B, M> permits CovarianceMachineBuilder, SpikeSlabRbm.Builder {
    /** The standard deviation of the filters at the start, where none is set. */
    public static final double DEFAULT_START_DEVIATION = 0.1;

    private final String model;
    private RealLearning learning = RealLearning.hmc();
    private double weightDecay;
    private double startDeviation = DEFAULT_START_DEVIATION;

    RealMachineBuilder(String model) {
        super("sliced score matching, −J, estimate, per row");
        this.model = model;
    }

    /**
     * How the machine learns.
     *
     * @param learning by default {@link RealLearning#hmc()}
     * @return this
     */
    public B learning(RealLearning learning) {
        this.learning = Objects.requireNonNull(learning, model + ": learning");
        return given("learning");
    }

    /**
     * Weight decay: the objective less λ/2 times the sum of the squares of all filters.
     *
     * @param lambda λ, at least 0, by default 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public B weightDecay(double lambda) {
        this.weightDecay = Require.notNegative(model, "weightDecay", lambda);
        return given("weightDecay");
    }

    /**
     * The standard deviation of the filters at the start. At 0 hidden units would begin equal, and stay equal.
     *
     * @param deviation above 0, by default {@value #DEFAULT_START_DEVIATION}
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public B startDeviation(double deviation) {
        this.startDeviation =
                Require.positive(model, "startDeviation, without which hidden units stay equal,", deviation);
        return given("startDeviation");
    }

    /** Checks the settings. */
    abstract void requireSettings();

    /** The units at their start. */
    abstract RealUnits units(int columns, double deviation, RandomGenerator rng);

    /** The filters, which decay. */
    abstract List<Param> filters(RealUnits units);

    abstract void describe(Card card);

    abstract M machine(RealUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary);

    /**
     * Trains the machine.
     *
     * @param data n rows of D finite numbers, in columns that the machine standardises
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of hidden units is not set, there is no row, a number is not finite, or the way of learning does not
     *     suit the machine
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public M fit(Dataset data) {
        requireSettings();
        String where = model + ".fit";
        Require.atLeast(where, "the number of rows", 1, data.rows());
        Scaling scaling = scaling(data, Scaling.Kind.COLUMNS);
        int d = data.dim();
        // the means and variances of rows that are checked; of a constant column the variance 1
        FMatrixRMaj ones = RealUnits.filled(1, d, 1);
        FMatrixRMaj rates = new GaussianLayer(ones, scaling).rates(where, data, null);
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
        RealUnits units = units(d, startDeviation, rng);
        units.project();
        RealRule rule = learning.over(units, rates, rng);
        List<Param> filters = filters(units);
        Optimizer optimizer = optimizer().over(units.params(), learningRate());
        Learner learner = Learner.of(
                        (batch, random) -> {
                            double value = rule.gradient(batch.x(), random);
                            for (Param p : filters) {
                                decay(p);
                            }
                            optimizer.step();
                            units.project();
                            return value;
                        },
                        optimizer)
                .objective((batch, random) -> rule.value(batch.x(), random))
                .buffers(rule.buffers())
                .scaling(scaling)
                .objectiveName(rule.objective())
                .way("learning(" + learning + ")");
        Card card = Card.of(model)
                .columns(data.columns())
                .setting("visible units", d)
                .setting("learning", learning)
                .setting("weight decay", weightDecay)
                .setting("start deviation", startDeviation);
        describe(card);
        describe(card, scaling, Scaling.Kind.COLUMNS, data);
        card.settings(trainingSettings(learner));
        String objective = rule.objective();
        String unit = objective.substring(objective.lastIndexOf(", ") + 2);
        return train(
                data,
                learner,
                history -> machine(
                        units.copy(),
                        rates,
                        scaling,
                        card.course(history, data.rows(), unit).summary(history)));
    }

    private void decay(Param p) {
        float lambda = (float) weightDecay;
        for (int k = 0; lambda > 0 && k < p.value().getNumElements(); k++) {
            p.gradient().data[k] += lambda * p.value().data[k];
        }
    }
}

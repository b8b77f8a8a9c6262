package lvm.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.MicroBatches;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Energy;
import lvm.distribution.Mapped;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * Trains a flow. The objective is the log density, nats per row, or with an energy the lower bound of log Z; a
 * dequantised one is that of the numbers with their noise, in [0,1].
 */
public final class NormalizingFlowBuilder extends StandardizedFitBuilder<NormalizingFlowBuilder, NormalizingFlow> {
    /** The share of the unit interval that the logit keeps free at each end when grey levels are learnt. */
    public static final double LOGIT_MARGIN = 0.05;

    private static final int INITIAL_ROWS = 1000;

    private Architecture architecture;
    private Base base = Base.NORMAL;
    private int levels;
    private Dequantization noise;
    private double margin = LOGIT_MARGIN;
    private long annealing;

    NormalizingFlowBuilder() {
        super("log density, nats per row");
    }

    @Override
    protected NormalizingFlowBuilder self() {
        return this;
    }

    /**
     * How the map is built; must be set. With minibatches of 512 rows and more, several threads go through the map at once.
     *
     * @param architecture such as {@code Planar.layers(8)}
     * @return this
     */
    public NormalizingFlowBuilder architecture(Architecture architecture) {
        this.architecture = Objects.requireNonNull(architecture, "NormalizingFlow: architecture");
        return this;
    }

    /**
     * The distribution of z.
     *
     * @param base by default {@link Base#NORMAL}
     * @return this
     */
    public NormalizingFlowBuilder base(Base base) {
        this.base = Objects.requireNonNull(base, "NormalizingFlow: base");
        return this;
    }

    /**
     * Whether the map ends with the affine one from columns of mean 0 and deviation 1 to those of the data, or of (k + u)/L with
     * uniform u where grey levels are learnt without a sigmoid. Without it a step of the optimiser weighs most where columns
     * hardly vary: NICE on MNIST is after two epochs at 1309 nats instead of 1683.
     *
     * @param standardize by default true; without a meaning where a sigmoid ends the map
     * @return this
     */
    @Override
    public NormalizingFlowBuilder standardize(boolean standardize) {
        return super.standardize(standardize);
    }

    /**
     * Says that data are grey levels k/(L − 1), k = 0 … L − 1: in every step (k + u)/L with new {@link #noise} u is learnt
     * instead, and the map ends with a sigmoid, x = (σ(v) − margin)/(1 − 2 margin).
     *
     * @param levels L, at least 2; 256 for bytes
     * @return this
     * @throws IllegalArgumentException if it is less than 2
     */
    public NormalizingFlowBuilder dequantization(int levels) {
        return dequantization(levels, LOGIT_MARGIN);
    }

    /**
     * The same with another margin. Where most numbers are 0 or 1, as in drawings on a black ground, one far below 1/L is
     * better: it gives those levels about the width of the others.
     *
     * @param levels L, at least 2; 256 for bytes
     * @param margin what is kept free at the ends of (0,1), in [0, ½); NaN for no sigmoid
     * @return this
     * @throws IllegalArgumentException if a number is out of range
     */
    public NormalizingFlowBuilder dequantization(int levels, double margin) {
        requireAtLeast("dequantization", 2, levels);
        if (margin < 0 || margin >= 0.5) {
            throw new IllegalArgumentException(
                    "NormalizingFlow: the margin is " + margin + ", expected within [0, ½) or NaN");
        }
        this.levels = levels;
        this.margin = margin;
        return this;
    }

    /**
     * The noise on grey levels, which needs {@link #dequantization(int)}, with a margin if it is learnt.
     *
     * @param noise by default {@link Dequantization#uniform}
     * @return this
     */
    public NormalizingFlowBuilder noise(Dequantization noise) {
        this.noise = Objects.requireNonNull(noise, "NormalizingFlow: noise");
        return this;
    }

    /**
     * With an energy, and only then: the weight of U rises from 0.01 to 1 in the first steps, so that the flow spreads out
     * first.
     *
     * @param steps at least 0; by default 0, for the weight 1 from the start
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public NormalizingFlowBuilder annealing(long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException("NormalizingFlow: annealing is " + steps + ", expected at least 0");
        }
        this.annealing = steps;
        return given("annealing");
    }

    private Architecture requireArchitecture() {
        if (architecture == null) {
            throw new IllegalArgumentException("NormalizingFlow: architecture not set");
        }
        return architecture;
    }

    /** How a flow of the data is made. */
    private Plan plan(Dataset data) {
        boolean logit = levels > 0 && !Double.isNaN(margin);
        Scaling near = levels > 0 || !standardizes() ? Scaling.none() : Scaling.near(data);
        double[][] moments = logit || !standardizes() ? new double[2][] : moments(near.of(data));
        Dequantization chosen = levels == 0 ? null : requireNoise();
        return new Plan(
                data.dim(),
                requireArchitecture(),
                logit ? margin : Double.NaN,
                moments[0],
                moments[1],
                chosen,
                levels,
                near);
    }

    /** Deviations and means of the columns, of grey levels those with uniform noise. */
    private double[][] moments(Dataset data) {
        double[][] moments = Scaling.moments(data);
        double[] mean = moments[0];
        double[] deviation = moments[1];
        for (int j = 0; j < mean.length; j++) {
            if (levels > 0) {
                double share = (levels - 1.0) / levels;
                deviation[j] = Math.hypot(share * deviation[j], Math.sqrt(1 / 12.0) / levels);
                mean[j] = share * mean[j] + 0.5 / levels;
            }
            if (!(deviation[j] > 0)) {
                throw new IllegalArgumentException("NormalizingFlow.fit: column " + j + " has the deviation "
                        + deviation[j] + " around " + mean[j] + "; a density needs columns that vary");
            }
        }
        return new double[][] {deviation, mean};
    }

    private Bijector make(Plan plan) {
        return plan.map(new SplittableRandom(Seeds.split(seed(), "start")));
    }

    /**
     * Trains by maximum likelihood.
     *
     * @param data n rows of D numbers
     * @return the flow; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the architecture is not set or does not fit, there is no row, a column does not
     *     vary, or there are NaN
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public NormalizingFlow fit(Dataset data) {
        requireArchitecture();
        unused("a fit to data", "annealing");
        if (data.rows() == 0) {
            throw new IllegalArgumentException("NormalizingFlow.fit: the data set has no rows");
        }
        if (noise != null && levels == 0) {
            throw new IllegalArgumentException("NormalizingFlow: noise needs the levels of dequantization");
        }
        if (margin == 0 && !requireNoise().isUniform()) {
            throw new IllegalArgumentException("NormalizingFlow: learnt noise needs a margin of dequantization above"
                    + " 0, as it comes to the ends of [0,1], where the logit is infinite");
        }
        Plan plan = plan(data);
        Bijector map = make(plan);
        Noise learnt = makeNoise(plan);
        initialize(map, learnt, plan.near().of(data));
        List<Param> params = params(map, learnt);
        Optimizer optimizer = optimizer().over(params, learningRate());
        Tape tape = new Tape();
        MicroBatches parts = new MicroBatches();
        double units = plan.near().logScale();
        // Noise has buffers for one thread, and what keeps moments of a batch looks at all of its rows.
        boolean apart = learnt == null && map.buffers().isEmpty();
        Learner learner = Learner.of(
                        (batch, rng) -> (apart
                                        ? optimizer.ascend(
                                                parts,
                                                batch.x(),
                                                rng,
                                                (t, x) -> logDensities(t, map, null, x, t.random()))
                                        : optimizer.ascend(
                                                logDensities(tape.reset().training(rng), map, learnt, batch.x(), rng)
                                                        .mean()))
                                - units,
                        optimizer)
                .scaling(plan.near())
                .buffers(map.buffers())
                .objective((batch, rng) -> logDensities(tape.reset().evaluation(), map, learnt, batch.x(), rng)
                                .mean()
                                .scalar()
                        - units);
        Card card = card(plan, learner).columns(data.columns());
        if (levels == 0) {
            plan.near().warn(card, data);
        }
        return train(data, learner, history -> model(plan, map, learnt, history, card, data.rows() + " rows"));
    }

    private Noise makeNoise(Plan plan) {
        return plan.noise(new SplittableRandom(Seeds.split(seed(), "noise")));
    }

    private Dequantization requireNoise() {
        return noise == null ? Dequantization.uniform() : noise;
    }

    private static List<Param> params(Bijector map, Noise noise) {
        List<Param> params = new ArrayList<>(map.params());
        if (noise != null) {
            params.addAll(noise.params());
        }
        return params;
    }

    /** The terms of the objective, n×1. */
    private Var logDensities(Tape tape, Bijector map, Noise learnt, FMatrixRMaj x, RandomGenerator rng) {
        if (learnt != null) {
            return NormalizingFlow.levelTerms(tape, map, base, learnt, x, rng);
        }
        Mapped mapped = map.inverse(tape, tape.constant(x));
        return base.logDensity(mapped.y()).add(mapped.logDet());
    }

    private void initialize(Bijector map, Noise learnt, Dataset data) {
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "initialize"));
        int n = Math.min(INITIAL_ROWS, data.rows());
        int[] rows = rng.ints(n, 0, data.rows()).toArray();
        FMatrixRMaj x = new FMatrixRMaj(n, data.dim());
        data.copyRows(rows, 0, n, x, rng);
        Require.rows("NormalizingFlow.fit", "x", x, data.dim());
        FMatrixRMaj seen = x;
        if (learnt != null) {
            seen = new FMatrixRMaj(n, data.dim());
            learnt.uniform(x, seen, rng);
        }
        map.initialize(seen, true);
    }

    /**
     * Trains by the reverse divergence KL(q ‖ p) to the density of an energy, on draws from the flow itself; each epoch is
     * one step on a batch of draws.
     *
     * @param energy U
     * @return the flow; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the architecture is not set or does not fit, or dequantization is set
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    public NormalizingFlow fit(Energy energy) {
        requireArchitecture();
        if (levels > 0 || noise != null) {
            throw new IllegalArgumentException(
                    "NormalizingFlow: an energy is of continuous values, dequantization and noise are for data");
        }
        unused("a fit to an energy", "standardize");
        int dim = energy.dim();
        Plan plan = new Plan(dim, requireArchitecture(), Double.NaN, null, null, null, 0, Scaling.none());
        Bijector map = make(plan);
        Optimizer optimizer = optimizer().over(map.params(), learningRate());
        Tape tape = new Tape();
        EnergyOnTape onTape = new EnergyOnTape(energy);
        FMatrixRMaj z = new FMatrixRMaj(batchSize(), dim);
        Learner learner = Learner.of(
                        (batch, rng) -> {
                            base.draw(z, rng);
                            double weight =
                                    annealing == 0 ? 1 : Math.min(1, 0.01 + (double) optimizer.steps() / annealing);
                            return optimizer.ascend(
                                    NormalizingFlow.bound(tape.reset().training(rng), map, base, z, onTape, weight));
                        },
                        optimizer)
                .buffers(map.buffers())
                .objectiveName("bound of log Z, nats")
                .way("a fit to an energy");
        Card card = card(plan, learner);
        return train(null, learner, history -> model(plan, map, null, history, card, "an energy"));
    }

    private Card card(Plan plan, Learner learner) {
        Card card = NormalizingFlow.card(plan.dim(), base).setting("architecture", architecture);
        if (levels > 0) {
            card.setting("dequantisation", requireNoise() + ", " + levels + " levels");
        }
        return card.settings(trainingSettings(learner));
    }

    private NormalizingFlow model(
            Plan plan, Bijector map, Noise learnt, History history, Card card, String learntFrom) {
        Bijector copy = make(plan);
        copy.copyFrom(map);
        Noise copyOfNoise = makeNoise(plan);
        if (learnt != null) {
            copyOfNoise.copyFrom(learnt);
        }
        int parameters = params(map, learnt).stream()
                .mapToInt(p -> p.value().getNumElements())
                .sum();
        card.result("learnt from", learntFrom).result("parameters", parameters);
        if (history.size() > 0) {
            String objective = history.names().get(0);
            card.result(objective, "%.4f", history.last(objective));
        }
        card.result("epochs", history.size() + ", " + history.stop());
        return new NormalizingFlow(plan, copy, base, plan.dim(), copyOfNoise, card.summary(history));
    }
}

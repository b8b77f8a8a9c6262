package lvm.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Mapped;
import lvm.autodiff.MicroBatches;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.dist.Bijector;
import lvm.dist.Bijectors;
import lvm.fit.NeuralFitBuilder;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.HasLatent;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * A normalizing flow: z from a simple distribution, x = f(z) by an invertible map with parameters, so that
 *
 * <p>log p(x) = log p(f⁻¹(x)) + log|det ∂f⁻¹(x)/∂x|
 *
 * <p>is exact. E. G. Tabak and E. Vanden-Eijnden (2010); D. J. Rezende and S. Mohamed (2015), Variational inference with
 * normalizing flows. It is learnt by maximum likelihood on data, or by the reverse divergence KL(q ‖ p) to an energy.
 */
public final class NormalizingFlow
        implements GenerativeModel<FMatrixRMaj>, HasDensity<FMatrixRMaj>, HasLatent<FMatrixRMaj>, FittedModel {
    private static final int CHUNK = 500;

    private final Bijector map;
    private final Base base;
    private final int dim;
    private final Noise noise;
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    private NormalizingFlow(
            Bijector map,
            Base base,
            int dim,
            Noise noise,
            History history,
            Map<String, String> settings,
            Map<String, String> results) {
        this.map = map;
        this.base = base;
        this.dim = dim;
        this.noise = noise;
        this.history = history;
        this.settings = settings;
        this.results = results;
    }

    /**
     * A flow of a given map.
     *
     * @param map x = f(z); shared
     * @param dim D, the number of columns, at least 1
     * @param base the distribution of z
     * @return the flow; its history is a closed form's
     * @throws IllegalArgumentException if the map is of another number of columns
     */
    public static NormalizingFlow of(Bijector map, int dim, Base base) {
        Checks.atLeast("NormalizingFlow.of: dim", 1, dim);
        if (map.dim() != Bijector.ANY_DIM && map.dim() != dim) {
            throw new IllegalArgumentException(
                    "NormalizingFlow.of: the map is of " + map.dim() + " dimensions, expected " + dim);
        }
        return new NormalizingFlow(map, base, dim, null, History.closedForm(), Map.of(), Map.of());
    }

    /**
     * The map.
     *
     * @return x = f(z), live
     */
    public Bijector map() {
        return map;
    }

    /**
     * The distribution of z.
     *
     * @return the base
     */
    public Base base() {
        return base;
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public int latentDim() {
        return dim;
    }

    /** A direction, in parts that keep the buffers small; logs gets what the row function makes of each part, or is null. */
    private FMatrixRMaj apply(FMatrixRMaj rows, boolean inverse, double[] logs) {
        FMatrixRMaj out = new FMatrixRMaj(rows.numRows, dim);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < rows.numRows; from += CHUNK) {
            int n = Math.min(CHUNK, rows.numRows - from);
            Var in = tape.reset().constant(part(rows, from));
            Mapped mapped = inverse ? map.inverse(tape, in) : map.forward(tape, in);
            System.arraycopy(mapped.y().value().data, 0, out.data, from * dim, n * dim);
            if (logs != null) {
                FMatrixRMaj logP =
                        base.logDensity(mapped.y()).add(mapped.logDet()).value();
                for (int i = 0; i < n; i++) {
                    logs[from + i] = logP.data[i];
                }
            }
        }
        return out;
    }

    @Override
    public double[] logDensity(FMatrixRMaj x) {
        Checks.rows("NormalizingFlow.logDensity", x, dim);
        double[] logs = new double[x.numRows];
        apply(x, true, logs);
        return logs;
    }

    /**
     * The latent variables of every row, z = f⁻¹(x), exactly.
     *
     * @param x n×D rows; not modified
     * @return n×D values
     * @throws IllegalArgumentException if x has another number of columns or holds a NaN
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        Checks.rows("NormalizingFlow.encode", x, dim);
        return apply(x, true, null);
    }

    @Override
    public FMatrixRMaj decode(FMatrixRMaj z) {
        Checks.rows("NormalizingFlow.decode", z, dim);
        return apply(z, false, null);
    }

    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        return sample(n, 1, rng);
    }

    /**
     * Draws with a base distribution that is narrower or wider than the model's.
     *
     * @param n the number of draws, at least 0
     * @param temperature what z is multiplied by, at least 0; 1 for draws from the model
     * @param rng the source of randomness; advanced
     * @return n×D values
     * @throws IllegalArgumentException if a number is out of range
     */
    public FMatrixRMaj sample(int n, double temperature, RandomGenerator rng) {
        if (n < 0 || !(temperature >= 0)) {
            throw new IllegalArgumentException("NormalizingFlow.sample: " + n + " draws at temperature " + temperature
                    + ", expected at least 0 of both");
        }
        FMatrixRMaj z = new FMatrixRMaj(n, dim);
        base.draw(z, rng);
        for (int i = 0; i < z.getNumElements(); i++) {
            z.data[i] *= (float) temperature;
        }
        return apply(z, false, null);
    }

    /**
     * The divergence KL(q ‖ p) of this flow q from the density p of an energy, E_q[log q(x) + U(x)] + log Z, from draws:
     * unbiased.
     *
     * @param energy U, with a known log Z, or the result is without it
     * @param draws the number of draws, at least 1
     * @param rng the source of randomness; advanced
     * @return the estimate, nats
     * @throws IllegalArgumentException if there is no draw or the energy is of another number of columns
     */
    public double reverseKl(Energy energy, int draws, RandomGenerator rng) {
        Checks.atLeast("NormalizingFlow.reverseKl: the number of draws", 1, draws);
        requireDim("NormalizingFlow.reverseKl", energy);
        Tape tape = Tape.withoutGradients();
        Energies.OnTape onTape = new Energies.OnTape(energy);
        double sum = 0;
        for (int from = 0; from < draws; from += CHUNK) {
            int n = Math.min(CHUNK, draws - from);
            FMatrixRMaj z = new FMatrixRMaj(n, dim);
            base.draw(z, rng);
            sum += -bound(tape.reset(), map, base, z, onTape, 1).scalar() * n;
        }
        return sum / draws + (Double.isNaN(energy.logZ()) ? 0 : energy.logZ());
    }

    private void requireDim(String where, Energy energy) {
        if (energy.dim() != dim) {
            throw new IllegalArgumentException(
                    where + ": the energy is of " + energy.dim() + " dimensions, the model of " + dim);
        }
    }

    /** The mean over rows of −weight U(x) − log q(x), x = f(z): a lower bound of log Z for the weight 1. */
    private static Var bound(Tape tape, Bijector map, Base base, FMatrixRMaj z, Energies.OnTape energy, double weight) {
        Var in = tape.constant(z);
        Mapped mapped = map.forward(tape, in);
        Var logQ = base.logDensity(in).sub(mapped.logDet());
        Var u = energy.energy(tape, mapped.y());
        return u.mul((float) -weight).sub(logQ).mean();
    }

    /**
     * A lower bound on the log probability of discrete levels, log P(x) ≥ E_u[log p((k + u)/L) − log q(u | x)] − D log L with
     * k = x (L − 1) and the noise u ~ q(u | x) of the fit, from draws: unbiased for the bound.
     *
     * @param x n×D grey levels in [0,1] that are multiples of 1/(L − 1); not modified
     * @param draws the draws of u for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates, nats, of the log probability of the levels
     * @throws IllegalArgumentException if the flow was not fitted with dequantisation, there is no draw or x does not fit
     */
    public double[] levelBound(FMatrixRMaj x, int draws, RandomGenerator rng) {
        requireLevels("NormalizingFlow.levelBound", x);
        Checks.atLeast("NormalizingFlow.levelBound: the number of draws", 1, draws);
        Noise own = own();
        double[] mean = new double[x.numRows];
        Tape tape = Tape.withoutGradients();
        for (int draw = 0; draw < draws; draw++) {
            for (int from = 0; from < x.numRows; from += CHUNK) {
                FMatrixRMaj part = part(x, from);
                FMatrixRMaj logP =
                        levelTerms(tape.reset(), map, base, own, part, rng).value();
                for (int i = 0; i < part.numRows; i++) {
                    mean[from + i] += (logP.data[i] - dim * Math.log(own.levels)) / draws;
                }
            }
        }
        return mean;
    }

    /**
     * Continuous values of grey levels, (k + u)/L with u ~ q(u | x): what the density of the fit is learnt from.
     *
     * @param x n×D grey levels in [0,1] that are multiples of 1/(L − 1); not modified
     * @param rng the source of randomness; advanced
     * @return n×D values in [0,1]
     * @throws IllegalArgumentException if the flow was not fitted with dequantisation or x does not fit
     */
    public FMatrixRMaj dequantize(FMatrixRMaj x, RandomGenerator rng) {
        requireLevels("NormalizingFlow.dequantize", x);
        Noise own = own();
        FMatrixRMaj out = new FMatrixRMaj(x.numRows, dim);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += CHUNK) {
            FMatrixRMaj part = part(x, from);
            FMatrixRMaj y = own.draw(tape.reset(), part, rng).y().value();
            System.arraycopy(y.data, 0, out.data, from * dim, part.numRows * dim);
        }
        return out;
    }

    private void requireLevels(String where, FMatrixRMaj x) {
        if (noise == null) {
            throw new IllegalArgumentException(where + ": the flow was fitted without dequantisation");
        }
        Checks.rows(where, x, dim);
    }

    /** The noise with buffers of a call's own, as models serve many threads. */
    private Noise own() {
        return noise.sharing();
    }

    private FMatrixRMaj part(FMatrixRMaj rows, int from) {
        FMatrixRMaj part = new FMatrixRMaj(Math.min(CHUNK, rows.numRows - from), dim);
        System.arraycopy(rows.data, from * dim, part.data, 0, part.getNumElements());
        return part;
    }

    /** log p((k + u)/L) − log q(u | x) of each row at a draw of u. */
    static Var levelTerms(Tape tape, Bijector map, Base base, Noise noise, FMatrixRMaj x, RandomGenerator rng) {
        Noise.Draw draw = noise.draw(tape, x, rng);
        Mapped mapped = map.inverse(tape, draw.y());
        Var logP = base.logDensity(mapped.y()).add(mapped.logDet());
        return draw.logQ() == null ? logP : logP.sub(draw.logQ());
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("observed variables", String.valueOf(dim));
        all.put("base", base.name().toLowerCase(Locale.ROOT));
        all.putAll(settings);
        return new ModelSummary("NormalizingFlow", all, results, history);
    }

    @Override
    public String toString() {
        return "NormalizingFlow of " + dim + " dimensions: " + settings.getOrDefault("architecture", map.toString());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the architecture must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Trains a flow. The objective is the log density, nats per row, or with an energy the lower bound of log Z; a
     * dequantised one is that of the numbers with their noise, in [0,1].
     */
    public static final class Builder extends NeuralFitBuilder<Builder, NormalizingFlow> {
        /** The share of the unit interval that the logit keeps free at each end when grey levels are learnt. */
        public static final double LOGIT_MARGIN = 0.05;

        private static final int INITIAL_ROWS = 1000;
        private static final double LEAST_DEVIATION = 1e-6;

        private Architecture architecture;
        private Base base = Base.NORMAL;
        private boolean standardize = true;
        private int levels;
        private Dequantization noise;
        private double margin = LOGIT_MARGIN;
        private long annealing;
        private boolean energetic;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected String objectiveName() {
            return energetic ? "bound of log Z, nats" : "log density, nats per row";
        }

        /**
         * How the map is built; must be set. With minibatches of 512 rows and more, several threads go through the map at once.
         *
         * @param architecture such as {@code Planar.layers(8)}
         * @return this
         */
        public Builder architecture(Architecture architecture) {
            this.architecture = Objects.requireNonNull(architecture, "NormalizingFlow: architecture");
            return this;
        }

        /**
         * The distribution of z.
         *
         * @param base by default {@link Base#NORMAL}
         * @return this
         */
        public Builder base(Base base) {
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
        public Builder standardize(boolean standardize) {
            this.standardize = standardize;
            return this;
        }

        /**
         * Says that data are grey levels k/(L − 1), k = 0 … L − 1: in every step (k + u)/L with new {@link #noise} u is learnt
         * instead, and the map ends with a sigmoid, x = (σ(v) − margin)/(1 − 2 margin).
         *
         * @param levels L, at least 2; 256 for bytes
         * @return this
         * @throws IllegalArgumentException if it is less than 2
         */
        public Builder dequantization(int levels) {
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
        public Builder dequantization(int levels, double margin) {
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
        public Builder noise(Dequantization noise) {
            this.noise = Objects.requireNonNull(noise, "NormalizingFlow: noise");
            return this;
        }

        /**
         * With an energy: the weight of U rises from 0.01 to 1 in the first steps, so that the flow spreads out first.
         *
         * @param steps at least 0; by default 0, for the weight 1 from the start
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder annealing(long steps) {
            if (steps < 0) {
                throw new IllegalArgumentException("NormalizingFlow: annealing is " + steps + ", expected at least 0");
            }
            this.annealing = steps;
            return this;
        }

        private Architecture requireArchitecture() {
            if (architecture == null) {
                throw new IllegalArgumentException("NormalizingFlow: architecture not set");
            }
            return architecture;
        }

        /** The map that the data are seen through, or null. */
        private Bijector outermost(Dataset data) {
            if (levels > 0 && !Double.isNaN(margin)) {
                double scale = 1 / (1 - 2 * margin);
                return Bijectors.sigmoid().then(Bijectors.affine(scale, -margin * scale));
            }
            if (!standardize) {
                return null;
            }
            int d = data.dim();
            double[] sum = new double[d];
            double[] squares = new double[d];
            int n = data.rows();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < d; j++) {
                    double v = data.get(i, j);
                    double change = v - sum[j];
                    sum[j] += change / (i + 1);
                    squares[j] += change * (v - sum[j]);
                }
            }
            double[] deviation = new double[d];
            for (int j = 0; j < d; j++) {
                deviation[j] = Math.sqrt(squares[j] / n);
                if (levels > 0) {
                    double share = (levels - 1.0) / levels;
                    deviation[j] = Math.hypot(share * deviation[j], Math.sqrt(1 / 12.0) / levels);
                    sum[j] = share * sum[j] + 0.5 / levels;
                }
                if (!(deviation[j] > LEAST_DEVIATION)) {
                    throw new IllegalArgumentException("NormalizingFlow.fit: column " + j + " has the deviation "
                            + deviation[j] + " around " + sum[j] + "; a density needs columns that vary");
                }
            }
            return Bijectors.affine(deviation, sum);
        }

        private Bijector make(int dim, Bijector outermost) {
            Bijector inner = requireArchitecture().make(dim, new SplittableRandom(Seeds.split(seed(), "start")));
            if (inner.dim() != Bijector.ANY_DIM && inner.dim() != dim) {
                throw new IllegalArgumentException("NormalizingFlow.fit: the architecture is of " + inner.dim()
                        + " dimensions, the data have " + dim + " columns");
            }
            return outermost == null ? inner : inner.then(outermost);
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
            energetic = false;
            if (data.rows() == 0) {
                throw new IllegalArgumentException("NormalizingFlow.fit: the data set has no rows");
            }
            if (noise != null && levels == 0) {
                throw new IllegalArgumentException("NormalizingFlow: noise needs the levels of dequantization");
            }
            if (margin == 0 && !requireNoise().isUniform()) {
                throw new IllegalArgumentException(
                        "NormalizingFlow: learnt noise needs a margin of dequantization above"
                                + " 0, as it comes to the ends of [0,1], where the logit is infinite");
            }
            Bijector outermost = outermost(data);
            Bijector map = make(data.dim(), outermost);
            Noise learnt = makeNoise(data.dim());
            initialize(map, learnt, data);
            List<Param> params = params(map, learnt);
            Optimizer optimizer = optimizer().over(params, learningRate());
            Tape tape = new Tape();
            MicroBatches parts = new MicroBatches();
            // Noise has buffers for one thread, and what keeps moments of a batch looks at all of its rows.
            boolean apart = learnt == null && map.buffers().isEmpty();
            Map<String, String> about = about(optimizer);
            return train(
                    data,
                    optimizer,
                    map.buffers(),
                    (batch, rng) -> apart
                            ? optimizer.ascend(
                                    parts, batch.x(), rng, (t, x) -> logDensities(t, map, null, x, t.random()))
                            : optimizer.ascend(logDensities(tape.reset().training(rng), map, learnt, batch.x(), rng)
                                    .mean()),
                    (batch, rng) -> logDensities(tape.reset().evaluation(), map, learnt, batch.x(), rng)
                            .mean()
                            .scalar(),
                    history -> model(map, outermost, learnt, data.dim(), history, about, data.rows() + " rows"));
        }

        /** The noise at its start, or null. */
        private Noise makeNoise(int dim) {
            return levels == 0
                    ? null
                    : requireNoise().make(dim, levels, new SplittableRandom(Seeds.split(seed(), "noise")));
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
                return levelTerms(tape, map, base, learnt, x, rng);
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
            Checks.rows("NormalizingFlow.fit", x, data.dim());
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
            energetic = true;
            int dim = energy.dim();
            Bijector map = make(dim, null);
            Optimizer optimizer = optimizer().over(map.params(), learningRate());
            Tape tape = new Tape();
            Energies.OnTape onTape = new Energies.OnTape(energy);
            FMatrixRMaj z = new FMatrixRMaj(batchSize(), dim);
            Map<String, String> about = about(optimizer);
            return train(
                    null,
                    optimizer,
                    map.buffers(),
                    (batch, rng) -> {
                        base.draw(z, rng);
                        double weight = annealing == 0 ? 1 : Math.min(1, 0.01 + (double) optimizer.steps() / annealing);
                        return optimizer.ascend(bound(tape.reset().training(rng), map, base, z, onTape, weight));
                    },
                    (batch, rng) -> Double.NaN,
                    history -> model(map, null, null, dim, history, about, "an energy"));
        }

        private Map<String, String> about(Optimizer optimizer) {
            Map<String, String> about = new LinkedHashMap<>();
            about.put("architecture", architecture.toString());
            if (levels > 0) {
                about.put("dequantisation", requireNoise() + ", " + levels + " levels");
            }
            about.putAll(trainingSettings(optimizer));
            return about;
        }

        private NormalizingFlow model(
                Bijector map,
                Bijector outermost,
                Noise learnt,
                int dim,
                History history,
                Map<String, String> about,
                String learntFrom) {
            Bijector copy = make(dim, outermost);
            copy.copyFrom(map);
            Noise copyOfNoise = null;
            if (learnt != null) {
                copyOfNoise = makeNoise(dim);
                copyOfNoise.copyFrom(learnt);
            }
            Map<String, String> results = new LinkedHashMap<>();
            results.put("learnt from", learntFrom);
            results.put(
                    "parameters",
                    String.valueOf(params(map, learnt).stream()
                            .mapToInt(p -> p.value().getNumElements())
                            .sum()));
            if (history.size() > 0) {
                results.put(
                        objectiveName(),
                        String.format(
                                Locale.ROOT,
                                "%.4f",
                                history.last(history.names().get(0))));
            }
            results.put("epochs", history.size() + ", " + history.stop());
            return new NormalizingFlow(copy, base, dim, copyOfNoise, history, about, results);
        }
    }
}

package lvm.flow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.distribution.Energy;
import lvm.distribution.Latents;
import lvm.distribution.Mapped;
import lvm.fit.Scaling;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A normalizing flow: z from a simple distribution, x = f(z) by an invertible map with parameters, so that
 *
 * <p>log p(x) = log p(f⁻¹(x)) + log|det ∂f⁻¹(x)/∂x|
 *
 * <p>is exact. E. G. Tabak and E. Vanden-Eijnden (2010); D. J. Rezende and S. Mohamed (2015), Variational inference with
 * normalizing flows. It is learnt by maximum likelihood on data, or by the reverse divergence KL(q ‖ p) to an energy.
 */
public final class NormalizingFlow extends SavedModel
        implements SinglePrecision,
                GenerativeModel<FMatrixRMaj>,
                HasDensity<FMatrixRMaj>,
                HasEncoder<FMatrixRMaj>,
                HasDecoder<FMatrixRMaj> {
    private static final int CHUNK = 500;

    private final Bijector map; // to rows as they are near 0
    private final Scaling near;
    private final Base base;
    private final int dim;
    private final Noise noise;
    private final Plan plan; // null for a given map

    NormalizingFlow(Plan plan, Bijector map, Base base, int dim, Noise noise, ModelSummary summary) {
        super(summary);
        this.plan = plan;
        this.map = map;
        this.base = base;
        this.dim = dim;
        this.noise = noise;
        this.near = plan == null ? Scaling.none() : plan.near();
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
        Require.atLeast("NormalizingFlow.of", "dim", 1, dim);
        if (map.dim() != Bijector.ANY_DIM && map.dim() != dim) {
            throw new IllegalArgumentException(
                    "NormalizingFlow.of: the map is of " + map.dim() + " dimensions, expected " + dim);
        }
        return new NormalizingFlow(null, map, base, dim, null, card(dim, base).summary(History.closedForm()));
    }

    static Card card(int dim, Base base) {
        return Card.of("NormalizingFlow")
                .setting("observed variables", dim)
                .setting("base", base.name().toLowerCase(Locale.ROOT));
    }

    /**
     * Reads a model.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, the same in every bit
     * @throws java.io.UncheckedIOException as {@link Models#load(Path, Class)}
     */
    public static NormalizingFlow load(Path file) {
        return Models.load(file, NormalizingFlow.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("dim", dim).put("base", base).put("planned", plan != null);
        if (plan == null) {
            data.put("map", Optional.empty());
        } else {
            plan.store(data);
        }
        data.put("networks", map.values());
        if (noise != null) {
            data.put("networks of the noise", noise.values());
        }
    }

    static NormalizingFlow read(ModelData data) {
        int dim = data.integer("dim");
        Plan plan = data.flag("planned") ? Plan.read(data, dim) : null;
        Bijector map =
                plan == null ? data.code("map", Bijector.class, recipe -> null) : plan.map(new SplittableRandom(0));
        data.copyTo("networks", map.values());
        Noise noise = plan == null ? null : plan.noise(new SplittableRandom(0));
        if (noise != null) {
            data.copyTo("networks of the noise", noise.values());
        }
        return new NormalizingFlow(plan, map, data.choice("base", Base.class), dim, noise, data.summary());
    }

    /** {@return the map x = f(z), live} */
    public Bijector map() {
        return near.isNone() ? map : map.then(units());
    }

    /** From rows near 0 to the units of the data. */
    private Bijector units() {
        double[] scale = new double[dim];
        double[] shift = new double[dim];
        for (int j = 0; j < dim; j++) {
            scale[j] = near.scale(j);
            shift[j] = near.shift(j);
        }
        return Bijectors.affine(scale, shift);
    }

    /**
     * The flow of the first layers only: what the base distribution has become after them. Beyond the last layer of the
     * architecture comes what the data are seen through, such as a scale; it follows the layers that are left.
     *
     * @param layers how many layers, from 0, the base itself, to {@link #layers()}
     * @return a flow that shares the parameters
     * @throws IllegalArgumentException if there are not so many layers
     */
    public NormalizingFlow prefix(int layers) {
        List<Bijector> parts = Bijectors.parts(map);
        int last = layers();
        if (layers < 0 || layers > last) {
            throw new IllegalArgumentException("NormalizingFlow.prefix: " + layers + " layers, expected 0 to " + last);
        }
        List<Bijector> kept = new ArrayList<>(List.of(Bijectors.identity()));
        kept.addAll(parts.subList(0, layers));
        kept.addAll(parts.subList(last, parts.size()));
        if (!near.isNone()) {
            kept.add(units());
        }
        return of(Bijectors.chain(kept), dim, base);
    }

    /** {@return the number of layers, maps one after the other, of the architecture} */
    public int layers() {
        return Bijectors.parts(map).size() - (plan == null ? 0 : plan.outerParts());
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

    /** A direction, from rows near 0 or to rows in their units, in parts that keep the buffers small; logs gets what the row function makes of each part, or is null. */
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
                    boolean inImage = isFinite(mapped.y().value().data, i * dim, dim);
                    logs[from + i] = inImage ? logP.data[i] - near.logScale() : Double.NEGATIVE_INFINITY;
                }
            }
        }
        return inverse ? out : near.back(out);
    }

    private static boolean isFinite(float[] z, int from, int n) {
        for (int j = from; j < from + n; j++) {
            if (!Float.isFinite(z[j])) {
                return false;
            }
        }
        return true;
    }

    /**
     * The log density of every row, log p(f⁻¹(x)) + log|det ∂f⁻¹(x)/∂x|.
     *
     * @param x n×D rows; not modified
     * @return n values, nats; −∞ where x = f(z) for no finite z, such as outside (0, 1) of a map that ends with a sigmoid
     * @throws IllegalArgumentException if x has another number of columns or holds a NaN
     */
    @Override
    public double[] logDensity(FMatrixRMaj x) {
        Require.rows("NormalizingFlow.logDensity", "x", x, dim);
        return logDensities(near.of(x));
    }

    @Override
    public double[] logDensity(Dataset data) {
        return logDensities(rows("NormalizingFlow.logDensity", data));
    }

    @Override
    public double logLikelihood(Dataset data) {
        return Arrays.stream(logDensity(data)).sum();
    }

    private double[] logDensities(FMatrixRMaj x) {
        double[] logs = new double[x.numRows];
        apply(x, true, logs);
        return logs;
    }

    /** The rows of data near 0, which is more exact than rows in floats. */
    private FMatrixRMaj rows(String where, Dataset data) {
        return near.rows(where, data.matching(columns(), "NormalizingFlow"), dim);
    }

    /**
     * The latent variables of every row, z = f⁻¹(x), exactly.
     *
     * @param x n×D rows; not modified
     * @return n×D values; infinite or NaN where x = f(z) for no finite z
     * @throws IllegalArgumentException if x has another number of columns or holds a NaN
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        Require.rows("NormalizingFlow.encode", "x", x, dim);
        return apply(near.of(x), true, null);
    }

    @Override
    public FMatrixRMaj encode(Dataset data) {
        return apply(rows("NormalizingFlow.encode", data), true, null);
    }

    @Override
    public FMatrixRMaj decode(FMatrixRMaj z) {
        Require.rows("NormalizingFlow.decode", "z", z, dim);
        return apply(z, false, null);
    }

    /**
     * The images under the map of the lines between the codes of observations.
     *
     * @param from n×D rows of observations
     * @param to n×D rows of observations
     * @param steps the points on each line with both ends, at least 2
     * @return n·steps × D observations, line after line
     * @throws IllegalArgumentException as {@link #encode(FMatrixRMaj)}, or if there are fewer than two steps
     */
    public FMatrixRMaj interpolate(FMatrixRMaj from, FMatrixRMaj to, int steps) {
        return decode(Latents.between(encode(from), encode(to), steps));
    }

    /**
     * The images under the map of the lines between the codes of the rows of data.
     *
     * @param from n rows
     * @param to n rows
     * @param steps the points on each line with both ends, at least 2
     * @return n·steps × D observations, line after line
     * @throws IllegalArgumentException as {@link #encode(Dataset)}, or if there are fewer than two steps
     */
    public FMatrixRMaj interpolate(Dataset from, Dataset to, int steps) {
        return decode(Latents.between(encode(from), encode(to), steps));
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
        Require.atLeast("NormalizingFlow.reverseKl", "the number of draws", 1, draws);
        requireDim("NormalizingFlow.reverseKl", energy);
        Tape tape = Tape.withoutGradients();
        EnergyOnTape onTape = new EnergyOnTape(energy);
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
    static Var bound(Tape tape, Bijector map, Base base, FMatrixRMaj z, EnergyOnTape energy, double weight) {
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
        Require.atLeast("NormalizingFlow.levelBound", "the number of draws", 1, draws);
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
     * A lower bound on the log probability of the levels of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; levels as for the matrix
     * @param draws the draws of u for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates, nats, of the log probability of the levels
     * @throws IllegalArgumentException as {@link #levelBound(FMatrixRMaj, int, RandomGenerator)}
     */
    public double[] levelBound(Dataset data, int draws, RandomGenerator rng) {
        return levelBound(observations(data), draws, rng);
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

    /**
     * Continuous values of the grey levels of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; levels as for the matrix
     * @param rng the source of randomness; advanced
     * @return n×D values in [0,1]
     * @throws IllegalArgumentException as {@link #dequantize(FMatrixRMaj, RandomGenerator)}
     */
    public FMatrixRMaj dequantize(Dataset data, RandomGenerator rng) {
        return dequantize(observations(data), rng);
    }

    private void requireLevels(String where, FMatrixRMaj x) {
        if (noise == null) {
            throw new IllegalArgumentException(where + ": the flow was fitted without dequantisation");
        }
        Require.rows(where, "x", x, dim);
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
    public String toString() {
        return "NormalizingFlow of " + dim + " dimensions: "
                + summary().settings().getOrDefault("architecture", map.toString());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the architecture must be set
     */
    public static NormalizingFlowBuilder builder() {
        return new NormalizingFlowBuilder();
    }
}

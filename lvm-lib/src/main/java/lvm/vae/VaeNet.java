package lvm.vae;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Mapped;
import lvm.fit.Scaling;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.RowOps;
import lvm.linalg.VectorMath;
import lvm.model.Require;
import lvm.nn.Layer;
import lvm.nn.Module;
import lvm.nn.NetworkFactory;
import lvm.optim.Adam;
import lvm.optim.Schedule;
import lvm.random.Fill;
import lvm.store.ModelData;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * p(x | z, y) and q(z | x, y) by networks, with p(z) = N(0, I) and q(z | x, y) = N(μ, diag e^v): the encoder gives μ and then
 * v, the decoder what the likelihood needs. The conditions y are columns beside x and beside z; there may be none. With a flow
 * z = f(z₀; h), z₀ ~ N(μ, diag e^v), and the encoder gives the context h after v.
 */
final class VaeNet implements Module {
    static final String SCALING = "standardised";

    /** Rows that are optimised at a time, the draws for each and the learning rate. */
    private static final int POINTS = 50;

    private static final int POINT_DRAWS = 8;
    private static final double POINT_RATE = 0.1;

    final int dim;
    final int latent;
    final int conditions;
    final Observation observation;
    final Layer encoder;
    final Layer decoder;
    private final NetworkFactory encoderFactory;
    private final NetworkFactory decoderFactory;

    /** The flow of the posterior; both are null if there is none. */
    final Bijector flow;

    private final Architecture flowFactory;

    /** q(z | x) on a tape; context and flow may be null. The divergences and densities of given z are of those without. */
    record Posterior(Var mean, Var logVariance, Var context, Bijector flow) {
        Posterior(Var mean, Var logVariance) {
            this(mean, logVariance, null, null);
        }

        /** z = μ + e^(v/2) ∘ ε, or its image. */
        Var draw(RandomGenerator rng) {
            return sample(rng).z();
        }

        /** A draw that knows its density. */
        Draw sample(RandomGenerator rng) {
            Var start = mean.gaussianSample(logVariance, rng);
            if (flow == null) {
                return new Draw(this, start, start, null);
            }
            Mapped mapped = flow.forward(mean.tape(), start, context);
            return new Draw(this, start, mapped.y(), mapped.logDet());
        }

        /** KL(q(z | xᵢ) ‖ p(z)), n×1. */
        Var kl() {
            return mean.klStandardNormal(logVariance);
        }

        /** The divergence of every latent variable, n×K. */
        Var klPerLatent() {
            return mean.square().add(logVariance.exp()).sub(logVariance).add(-1).mul(0.5f);
        }

        /** log q(zᵢ | xᵢ), n×1. */
        Var logDensity(Var z) {
            return mean.gaussianLogLikelihood(z, logVariance);
        }
    }

    /** z = f(z₀) of q, with log|det| of the flow, or null. */
    record Draw(Posterior q, Var start, Var z, Var logDet) {
        /** log q(zᵢ | xᵢ), n×1. */
        Var logDensity() {
            Var simple = q.logDensity(start);
            return logDet == null ? simple : simple.sub(logDet);
        }
    }

    private VaeNet(
            int dim,
            int latent,
            int conditions,
            Observation observation,
            NetworkFactory encoderFactory,
            NetworkFactory decoderFactory,
            Layer encoder,
            Layer decoder,
            Architecture flowFactory,
            Bijector flow) {
        this.dim = dim;
        this.latent = latent;
        this.conditions = conditions;
        this.observation = observation;
        this.encoderFactory = encoderFactory;
        this.decoderFactory = decoderFactory;
        this.encoder = encoder;
        this.decoder = decoder;
        this.flowFactory = flowFactory;
        this.flow = flow;
    }

    /**
     * Networks at their start, with the decoder's bias at the moments of the data where it has one for each output, and, where
     * the encoder ends with a linear map, contexts of zero for the flow, which may be null.
     */
    static VaeNet start(
            String model,
            Moments data,
            int latent,
            int conditions,
            Likelihood likelihood,
            NetworkFactory encoderFactory,
            NetworkFactory decoderFactory,
            Architecture flowFactory,
            RandomGenerator rng) {
        int dim = data.means().length;
        int outputs = likelihood.outputs(dim);
        int context = flowFactory == null ? 0 : flowFactory.contextDim(latent);
        Layer encoder = encoderFactory.make("encoder", dim + conditions, 2 * latent + context, rng);
        requireSizes(model + ": the encoder", encoder, dim + conditions, 2 * latent + context);
        beginAtZero(encoder, 2 * latent, context);
        Layer decoder = decoderFactory.make("decoder", latent + conditions, outputs, rng);
        requireSizes(model + ": the decoder", decoder, latent + conditions, outputs);
        beginAt(decoder, likelihood.bias(data.means(), data.variances()));
        return new VaeNet(
                dim,
                latent,
                conditions,
                Observation.start(likelihood, data, rng),
                encoderFactory,
                decoderFactory,
                encoder,
                decoder,
                flowFactory,
                flowFactory == null ? null : flowFactory.make("posterior.", latent, rng));
    }

    /** Gives a network outputs around given ones, where it ends with a bias for each of them. */
    static void beginAt(Layer layer, FMatrixRMaj outputs) {
        layer.outputBias()
                .filter(bias -> bias.value().numCols == outputs.numCols)
                .ifPresent(bias -> bias.value().setTo(outputs));
    }

    /** Sets the last outputs to zero, where the network ends with a linear map. */
    private static void beginAtZero(Layer layer, int from, int columns) {
        Stream.of(layer.outputWeights(), layer.outputBias())
                .flatMap(Optional::stream)
                .map(Param::value)
                .filter(m -> m.numCols == from + columns)
                .forEach(m -> {
                    for (int i = 0; i < m.numRows; i++) {
                        for (int j = from; j < m.numCols; j++) {
                            m.unsafe_set(i, j, 0);
                        }
                    }
                });
    }

    static void requireSizes(String what, Layer layer, int in, int out) {
        Tape tape = Tape.withoutGradients();
        int columns = layer.forward(tape, tape.constant(new FMatrixRMaj(1, in))).cols();
        if (columns != out) {
            throw new IllegalArgumentException(
                    what + " makes " + columns + " columns of " + in + ", expected " + out + " columns");
        }
    }

    /** The same networks with parameters of their own. */
    VaeNet copy() {
        Bijector ownFlow = null;
        if (flow != null) {
            ownFlow = flowFactory.make("posterior.", latent, new SplittableRandom(0));
            ownFlow.copyFrom(flow);
        }
        return new VaeNet(
                dim,
                latent,
                conditions,
                observation.copy(),
                encoderFactory,
                decoderFactory,
                encoderFactory.copy("encoder", dim + conditions, 2 * latent + contextDim(), encoder),
                decoderFactory.copy("decoder", latent + conditions, outputs(), decoder),
                flowFactory,
                ownFlow);
    }

    /** Puts down how the networks are made, and their numbers. */
    void store(ModelData data) {
        data.put("dim", dim).put("latent", latent).put("conditions", conditions);
        data.put("likelihood", observation.likelihood.recipe());
        observation.scaling.store(data, SCALING);
        data.put("encoder", encoderFactory.recipe()).put("decoder", decoderFactory.recipe());
        data.put("flow", flow != null);
        if (flow != null) {
            data.put("posteriorFlow", flowFactory.recipe());
        }
        data.put("networks", values());
    }

    static VaeNet read(ModelData data) {
        int dim = data.integer("dim");
        VaeNet net = start(
                "Vae",
                Moments.unknown(dim, Scaling.read(data, SCALING)),
                data.integer("latent"),
                data.integer("conditions"),
                Likelihood.of(data.recipe("likelihood")),
                data.code("encoder", NetworkFactory.class, NetworkFactory::of),
                data.code("decoder", NetworkFactory.class, NetworkFactory::of),
                data.flag("flow") ? data.code("posteriorFlow", Architecture.class, Architecture::of) : null,
                new SplittableRandom(0));
        data.copyTo("networks", net.values());
        return net;
    }

    /** The sizes of the decoder's hidden layers for those of the encoder. */
    static int[] reversed(int[] sizes) {
        int[] back = new int[sizes.length];
        for (int k = 0; k < back.length; k++) {
            back[k] = sizes[sizes.length - 1 - k];
        }
        return back;
    }

    /** Copies of matrices that nobody can change. */
    static Map<String, FMatrixRMaj> copies(Map<String, FMatrixRMaj> live) {
        Map<String, FMatrixRMaj> copies = new LinkedHashMap<>(live);
        copies.replaceAll((name, m) -> m.copy());
        return Collections.unmodifiableMap(copies);
    }

    Likelihood likelihood() {
        return observation.likelihood;
    }

    /** What the decoder gives, in columns. */
    private int outputs() {
        return observation.likelihood.outputs(dim);
    }

    void requireZ(String where, FMatrixRMaj z) {
        Require.rows(where, "z", z, latent);
    }

    private int contextDim() {
        return flow == null ? 0 : flow.contextDim();
    }

    /** The parameters of p: θ. */
    List<Param> generativeParams() {
        List<Param> all = new ArrayList<>(decoder.params());
        all.addAll(observation.params());
        return all;
    }

    /** The parameters of q: φ. */
    List<Param> recognitionParams() {
        List<Param> all = new ArrayList<>(encoder.params());
        if (flow != null) {
            all.addAll(flow.params());
        }
        return all;
    }

    /** All parameters: φ, then θ. */
    @Override
    public List<Param> params() {
        List<Param> all = recognitionParams();
        all.addAll(generativeParams());
        return all;
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>(encoder.buffers());
        all.putAll(decoder.buffers());
        if (flow != null) {
            all.putAll(flow.buffers());
        }
        return all;
    }

    // --- on a tape, of standardised x; y is null if there are no conditions

    Posterior encode(Tape tape, Var x, Var y) {
        Var moments = encoder.forward(tape, beside(tape, x, y));
        Var mean = moments.columns(0, latent);
        Var variance = moments.columns(latent, 2 * latent);
        Var context = contextDim() == 0 ? null : moments.columns(2 * latent, moments.cols());
        return new Posterior(mean, variance, context, flow);
    }

    /** What the decoder gives, the parameters of p(x | z, y). */
    Var decode(Tape tape, Var z, Var y) {
        return decoder.forward(tape, beside(tape, z, y));
    }

    /** log p(x̃ᵢ | zᵢ, yᵢ), n×1: that of x is it and {@link Observation#units}. */
    Var logLikelihood(Tape tape, Var x, Var z, Var y) {
        return observation.logProbability(tape, decode(tape, z, y), x);
    }

    /** log p(zᵢ), n×1. */
    Var logPrior(Var z) {
        return z.square().sumPerRow().mul(-0.5f).add((float) (-0.5 * latent * Logs.LOG_2_PI));
    }

    private static Var beside(Tape tape, Var a, Var y) {
        return y == null ? a : tape.concatColumns(a, y);
    }

    // --- values; those of x are standardised where they come in, and in the units of the data where they come out

    /** μ and σ² of q(z | x, y), each n×K. */
    FMatrixRMaj[] posterior(FMatrixRMaj x, FMatrixRMaj y) {
        FMatrixRMaj[] q = moments(x, y);
        VectorMath.exp(q[1], q[1]);
        return q;
    }

    /** μ and log σ² of q(z | x, y), each n×K. */
    FMatrixRMaj[] moments(FMatrixRMaj x, FMatrixRMaj y) {
        FMatrixRMaj mean = new FMatrixRMaj(x.numRows, latent);
        FMatrixRMaj logVariance = new FMatrixRMaj(x.numRows, latent);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += observation.rowsAtOnce()) {
            int to = Math.min(x.numRows, from + observation.rowsAtOnce());
            Posterior q = encode(
                    tape.reset(), tape.constant(RowOps.part(x, from, to)), constant(tape, RowOps.part(y, from, to)));
            System.arraycopy(q.mean().value().data, 0, mean.data, from * latent, (to - from) * latent);
            System.arraycopy(q.logVariance().value().data, 0, logVariance.data, from * latent, (to - from) * latent);
        }
        return new FMatrixRMaj[] {mean, logVariance};
    }

    /** What stands for the posterior, n×K: draws, or without a source of randomness the images of the means. */
    FMatrixRMaj latents(FMatrixRMaj x, RandomGenerator rng) {
        FMatrixRMaj all = new FMatrixRMaj(x.numRows, latent);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += observation.rowsAtOnce()) {
            int to = Math.min(x.numRows, from + observation.rowsAtOnce());
            Posterior q = encode(tape.reset(), tape.constant(RowOps.part(x, from, to)), null);
            Var z;
            if (rng != null) {
                z = q.draw(rng);
            } else {
                z = flow == null
                        ? q.mean()
                        : flow.forward(tape, q.mean(), q.context()).y();
            }
            System.arraycopy(z.value().data, 0, all.data, from * latent, (to - from) * latent);
        }
        return all;
    }

    /** What the decoder gives, n rows. */
    FMatrixRMaj outputs(FMatrixRMaj z, FMatrixRMaj y) {
        FMatrixRMaj all = new FMatrixRMaj(z.numRows, outputs());
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < z.numRows; from += observation.rowsAtOnce()) {
            int to = Math.min(z.numRows, from + observation.rowsAtOnce());
            Var part = decode(
                    tape.reset(), tape.constant(RowOps.part(z, from, to)), constant(tape, RowOps.part(y, from, to)));
            System.arraycopy(part.value().data, 0, all.data, from * all.numCols, (to - from) * all.numCols);
        }
        return all;
    }

    FMatrixRMaj decodeMean(FMatrixRMaj z, FMatrixRMaj y) {
        return observation.mean(outputs(z, y));
    }

    FMatrixRMaj decodeVariance(FMatrixRMaj z, FMatrixRMaj y) {
        return observation.variance(outputs(z, y));
    }

    FMatrixRMaj sample(FMatrixRMaj z, FMatrixRMaj y, RandomGenerator rng) {
        return observation.sample(outputs(z, y), rng);
    }

    FMatrixRMaj prior(int n, RandomGenerator rng) {
        FMatrixRMaj z = new FMatrixRMaj(n, latent);
        Fill.normal(z, rng);
        return z;
    }

    /**
     * A term of the bound for every row and draw z ~ q(z | x, y): log p(x, z | y) − log q(z | x, y), or with the analytic form
     * log p(x | z, y) − KL. n×draws.
     */
    DMatrixRMaj terms(FMatrixRMaj x, FMatrixRMaj y, int draws, BoundForm form, RandomGenerator rng) {
        return terms(x, y, null, null, draws, form, rng);
    }

    /** The same for Gaussians of the caller's choice instead of those of the encoder, unless these are null; each n×K. */
    DMatrixRMaj terms(
            FMatrixRMaj x,
            FMatrixRMaj y,
            FMatrixRMaj means,
            FMatrixRMaj logVariances,
            int draws,
            BoundForm form,
            RandomGenerator rng) {
        DMatrixRMaj terms = new DMatrixRMaj(x.numRows, draws);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += observation.rowsAtOnce()) {
            int to = Math.min(x.numRows, from + observation.rowsAtOnce());
            int n = to - from;
            FMatrixRMaj part = RowOps.part(x, from, to);
            FMatrixRMaj condition = RowOps.part(y, from, to);
            FMatrixRMaj mean = RowOps.part(means, from, to);
            FMatrixRMaj logVariance = RowOps.part(logVariances, from, to);
            FMatrixRMaj context = null;
            Bijector itsFlow = null;
            if (mean == null) {
                Posterior q = encode(tape.reset(), tape.constant(part), constant(tape, condition));
                mean = q.mean().value().copy();
                logVariance = q.logVariance().value().copy();
                context = q.context() == null ? null : q.context().value().copy();
                itsFlow = flow;
            }
            // Few rows are put in a batch several times, a draw each.
            int tile = Math.min(draws, Math.max(1, observation.rowsAtOnce() / n));
            for (int done = 0; done < draws; done += tile) {
                Interrupts.check("Vae");
                int now = Math.min(tile, draws - done);
                tape.reset();
                Var tiledX = tape.constant(tiled(part, now));
                Var tiledY = constant(tape, tiled(condition, now));
                Posterior tiledQ = new Posterior(
                        tape.constant(tiled(mean, now)),
                        tape.constant(tiled(logVariance, now)),
                        constant(tape, tiled(context, now)),
                        itsFlow);
                Draw draw = tiledQ.sample(rng);
                Var z = draw.z();
                float[] likelihoods = logLikelihood(tape, tiledX, z, tiledY).value().data;
                float[] plus = form == BoundForm.SAMPLED ? logPrior(z).value().data : null;
                float[] minus = (plus == null ? tiledQ.kl() : draw.logDensity()).value().data;
                for (int s = 0; s < now; s++) {
                    for (int i = 0; i < n; i++) {
                        int k = s * n + i;
                        double rest = plus == null ? -minus[k] : (double) plus[k] - minus[k];
                        terms.set(from + i, done + s, likelihoods[k] + rest + observation.units);
                    }
                }
            }
        }
        return terms;
    }

    /**
     * For every row the product of Gaussians with the highest bound, by stochastic ascent; the networks stay as they
     * are. μ and log σ², each n×K.
     */
    FMatrixRMaj[] bestPosterior(
            FMatrixRMaj x, FMatrixRMaj means, FMatrixRMaj logVariances, int steps, RandomGenerator rng) {
        FMatrixRMaj[] best = {means.copy(), logVariances.copy()};
        VaeNet frozen = copy();
        Tape tape = new Tape();
        for (int from = 0; from < x.numRows; from += POINTS) {
            int to = Math.min(x.numRows, from + POINTS);
            FMatrixRMaj tiledX = tiled(RowOps.part(x, from, to), POINT_DRAWS);
            FMatrixRMaj mean = RowOps.part(best[0], from, to).copy();
            FMatrixRMaj logVariance = RowOps.part(best[1], from, to).copy();
            FMatrixRMaj deviation = new FMatrixRMaj(mean.numRows, latent);
            for (int i = 0; i < mean.getNumElements(); i++) {
                deviation.data[i] = (float) Math.exp(0.5 * logVariance.data[i]);
            }
            // In units of the start's standard deviations, so that one learning rate is right for narrow and wide
            // posteriors.
            Param shift = new Param("shift", new FMatrixRMaj(mean.numRows, latent));
            Param scale = new Param("scale", new FMatrixRMaj(mean.numRows, latent));
            Adam adam = new Adam(List.of(shift, scale), POINT_RATE);
            adam.schedule(Schedule.cosine(steps, 0.02));
            int[] repeat = new int[tiledX.numRows];
            for (int i = 0; i < repeat.length; i++) {
                repeat[i] = i % mean.numRows;
            }
            for (int step = 0; step < steps; step++) {
                Interrupts.check("Vae");
                tape.reset();
                Posterior q = moved(tape, mean, logVariance, deviation, shift, scale);
                Posterior each = new Posterior(
                        q.mean().gatherRows(repeat), q.logVariance().gatherRows(repeat));
                Var z = each.draw(rng);
                // Without the gradient through the parameters of log q, whose mean is 0, there is no noise where q is
                // exact.
                Posterior still = new Posterior(
                        each.mean().stopGradient(), each.logVariance().stopGradient());
                adam.ascend(frozen.logLikelihood(tape, tape.constant(tiledX), z, null)
                        .add(logPrior(z))
                        .sub(still.logDensity(z))
                        .mean());
            }
            Posterior q = moved(tape.reset(), mean, logVariance, deviation, shift, scale);
            System.arraycopy(q.mean().value().data, 0, best[0].data, from * latent, mean.getNumElements());
            System.arraycopy(q.logVariance().value().data, 0, best[1].data, from * latent, mean.getNumElements());
        }
        return best;
    }

    private static Posterior moved(
            Tape tape, FMatrixRMaj mean, FMatrixRMaj logVariance, FMatrixRMaj deviation, Param shift, Param scale) {
        return new Posterior(
                tape.param(shift).mul(tape.constant(deviation)).add(tape.constant(mean)),
                tape.param(scale).add(tape.constant(logVariance)));
    }

    /** log p(xᵢ, zⱼ) of every pair, n×m. */
    DMatrixRMaj logJoint(FMatrixRMaj x, FMatrixRMaj z) {
        DMatrixRMaj joint = new DMatrixRMaj(x.numRows, z.numRows);
        Tape tape = Tape.withoutGradients();
        int[] same = new int[observation.rowsAtOnce()];
        for (int from = 0; from < z.numRows; from += observation.rowsAtOnce()) {
            int to = Math.min(z.numRows, from + observation.rowsAtOnce());
            Var part = tape.reset().constant(RowOps.part(z, from, to));
            FMatrixRMaj decoded = decode(tape, part, null).value().copy();
            float[] prior = logPrior(part).value().data.clone();
            int[] repeat = to - from == observation.rowsAtOnce() ? same : new int[to - from];
            for (int i = 0; i < x.numRows; i++) {
                tape.reset();
                Var xs = tape.constant(RowOps.part(x, i, i + 1)).gatherRows(repeat);
                float[] likelihoods = observation
                        .logProbability(tape, tape.constant(decoded), xs)
                        .value()
                        .data;
                for (int j = from; j < to; j++) {
                    joint.set(i, j, (double) likelihoods[j - from] + prior[j - from] + observation.units);
                }
            }
        }
        return joint;
    }

    private static Var constant(Tape tape, FMatrixRMaj m) {
        return m == null ? null : tape.constant(m);
    }

    /** Some of the rows; null of null. */
    private static FMatrixRMaj tiled(FMatrixRMaj m, int times) {
        if (m == null || times == 1) {
            return m;
        }
        int size = m.getNumElements();
        FMatrixRMaj all = new FMatrixRMaj(m.numRows * times, m.numCols);
        for (int t = 0; t < times; t++) {
            System.arraycopy(m.data, 0, all.data, t * size, size);
        }
        return all;
    }
}

package lvm.vae;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.dist.ConditionalBijector;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import lvm.optim.Adam;
import lvm.optim.Schedule;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * p(x | z, y) and q(z | x, y) by networks, with p(z) = N(0, I) and q(z | x, y) = N(μ, diag e^v): the encoder gives μ and then
 * v, the decoder what the likelihood needs. The conditions y are columns beside x and beside z; there may be none. With a flow
 * z = f(z₀; h), z₀ ~ N(μ, diag e^v), and the encoder gives the context h after v.
 */
final class VaeNet {
    private static final double LOG_TWO_PI = Math.log(2 * Math.PI);
    private static final int ROWS = 500;

    /** Rows that are optimised at a time, the draws for each and the learning rate. */
    private static final int POINTS = 50;

    private static final int POINT_DRAWS = 8;
    private static final double POINT_RATE = 0.1;

    final int dim;
    final int latent;
    final int conditions;
    final Likelihood likelihood;
    final Layer encoder;
    final Layer decoder;
    private final NetworkFactory encoderFactory;
    private final NetworkFactory decoderFactory;
    private final Param logVariance;
    private final FMatrixRMaj ones;

    /** The flow of the posterior; both are null if there is none. */
    final ConditionalBijector flow;

    private final ConditionalBijector.Factory flowFactory;

    /** q(z | x) on a tape; context and flow may be null. The divergences and densities of given z are of those without. */
    record Posterior(Var mean, Var logVariance, Var context, ConditionalBijector flow) {
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
            Likelihood likelihood,
            NetworkFactory encoderFactory,
            NetworkFactory decoderFactory,
            Layer encoder,
            Layer decoder,
            Param logVariance,
            ConditionalBijector.Factory flowFactory,
            ConditionalBijector flow) {
        this.dim = dim;
        this.latent = latent;
        this.conditions = conditions;
        this.likelihood = likelihood;
        this.encoderFactory = encoderFactory;
        this.decoderFactory = decoderFactory;
        this.encoder = encoder;
        this.decoder = decoder;
        this.logVariance = logVariance;
        this.flowFactory = flowFactory;
        this.flow = flow;
        ones = new FMatrixRMaj(1, dim);
        ones.fill(1);
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
            ConditionalBijector.Factory flowFactory,
            RandomGenerator rng) {
        int dim = data.means().length;
        int outputs = likelihood.outputs(dim);
        int context = flowFactory == null ? 0 : flowFactory.contextDim(latent);
        Layer encoder = encoderFactory.make("encoder", dim + conditions, 2 * latent + context, rng);
        requireSizes(model + ": the encoder", encoder, dim + conditions, 2 * latent + context);
        beginAtZero(encoder.params(), 2 * latent, context);
        Layer decoder = decoderFactory.make("decoder", latent + conditions, outputs, rng);
        requireSizes(model + ": the decoder", decoder, latent + conditions, outputs);
        List<Param> params = decoder.params();
        FMatrixRMaj last =
                params.isEmpty() ? null : params.get(params.size() - 1).value();
        if (last != null && last.numRows == 1 && last.numCols == outputs) {
            last.setTo(likelihood.bias(data.means(), data.variances()));
        }
        return new VaeNet(
                dim,
                latent,
                conditions,
                likelihood,
                encoderFactory,
                decoderFactory,
                encoder,
                decoder,
                likelihood.parameter(data.variances()),
                flowFactory,
                flowFactory == null ? null : flowFactory.make("posterior", latent, rng));
    }

    /** The last columns of a last linear map. */
    private static void beginAtZero(List<Param> params, int from, int columns) {
        int last = params.size() - 1;
        if (last < 1 || params.get(last).value().numRows != 1) {
            return;
        }
        for (Param p : params.subList(last - 1, last + 1)) {
            FMatrixRMaj m = p.value();
            for (int i = 0; i < m.numRows && m.numCols == from + columns; i++) {
                for (int j = from; j < m.numCols; j++) {
                    m.unsafe_set(i, j, 0);
                }
            }
        }
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
        Param variance = logVariance == null
                ? null
                : new Param(logVariance.name(), logVariance.value().copy());
        ConditionalBijector ownFlow = null;
        if (flow != null) {
            ownFlow = flowFactory.make("posterior", latent, new SplittableRandom(0));
            List<Param> from = flow.params();
            List<Param> to = ownFlow.params();
            for (int k = 0; k < to.size(); k++) {
                to.get(k).value().setTo(from.get(k).value());
            }
        }
        return new VaeNet(
                dim,
                latent,
                conditions,
                likelihood,
                encoderFactory,
                decoderFactory,
                encoderFactory.copy("encoder", dim + conditions, 2 * latent + contextDim(), encoder),
                decoderFactory.copy("decoder", latent + conditions, likelihood.outputs(dim), decoder),
                variance,
                flowFactory,
                ownFlow);
    }

    private int contextDim() {
        return flow == null ? 0 : flow.contextDim();
    }

    /** The parameters of p: θ. */
    List<Param> generativeParams() {
        List<Param> all = new ArrayList<>(decoder.params());
        if (logVariance != null) {
            all.add(logVariance);
        }
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
    List<Param> params() {
        List<Param> all = recognitionParams();
        all.addAll(generativeParams());
        return all;
    }

    Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>(encoder.buffers());
        all.putAll(decoder.buffers());
        return all;
    }

    /** Parameters and buffers by name, live. */
    Map<String, FMatrixRMaj> values() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        params().forEach(p -> all.put(p.name(), p.value()));
        all.putAll(buffers());
        return all;
    }

    // --- on a tape; y is null if there are no conditions

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

    /** log p(xᵢ | zᵢ, yᵢ), n×1. */
    Var logLikelihood(Tape tape, Var x, Var z, Var y) {
        return likelihood.logProbability(tape, decode(tape, z, y), x, logVariance, ones);
    }

    /** log p(zᵢ), n×1. */
    Var logPrior(Var z) {
        return z.square().sumPerRow().mul(-0.5f).add((float) (-0.5 * latent * LOG_TWO_PI));
    }

    private static Var beside(Tape tape, Var a, Var y) {
        return y == null ? a : tape.concatColumns(a, y);
    }

    // --- values

    /** μ and σ² of q(z | x, y), each n×K. */
    FMatrixRMaj[] posterior(FMatrixRMaj x, FMatrixRMaj y) {
        FMatrixRMaj mean = new FMatrixRMaj(x.numRows, latent);
        FMatrixRMaj variance = new FMatrixRMaj(x.numRows, latent);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            Posterior q = encode(tape.reset(), tape.constant(rows(x, from, to)), constant(tape, rows(y, from, to)));
            System.arraycopy(q.mean().value().data, 0, mean.data, from * latent, (to - from) * latent);
            System.arraycopy(q.logVariance().exp().value().data, 0, variance.data, from * latent, (to - from) * latent);
        }
        return new FMatrixRMaj[] {mean, variance};
    }

    /** What stands for the posterior, n×K: draws, or without a source of randomness the images of the means. */
    FMatrixRMaj latents(FMatrixRMaj x, RandomGenerator rng) {
        FMatrixRMaj all = new FMatrixRMaj(x.numRows, latent);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            Posterior q = encode(tape.reset(), tape.constant(rows(x, from, to)), null);
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
        FMatrixRMaj all = new FMatrixRMaj(z.numRows, likelihood.outputs(dim));
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < z.numRows; from += ROWS) {
            int to = Math.min(z.numRows, from + ROWS);
            Var part = decode(tape.reset(), tape.constant(rows(z, from, to)), constant(tape, rows(y, from, to)));
            System.arraycopy(part.value().data, 0, all.data, from * all.numCols, (to - from) * all.numCols);
        }
        return all;
    }

    FMatrixRMaj decodeMean(FMatrixRMaj z, FMatrixRMaj y) {
        return likelihood.mean(outputs(z, y), dim);
    }

    FMatrixRMaj decodeVariance(FMatrixRMaj z, FMatrixRMaj y) {
        return likelihood.variance(outputs(z, y), dim, logVariance);
    }

    FMatrixRMaj sample(FMatrixRMaj z, FMatrixRMaj y, RandomGenerator rng) {
        return likelihood.sample(outputs(z, y), dim, logVariance, rng);
    }

    void sampleInto(FMatrixRMaj x, FMatrixRMaj outputs, RandomGenerator rng) {
        likelihood.sample(outputs, dim, logVariance, rng, x);
    }

    FMatrixRMaj prior(int n, RandomGenerator rng) {
        FMatrixRMaj z = new FMatrixRMaj(n, latent);
        Fill.normal(z, rng);
        return z;
    }

    /** KL(q(zⱼ | xᵢ, yᵢ) ‖ p(zⱼ)) of every latent variable, n×K. */
    FMatrixRMaj klPerLatent(FMatrixRMaj x, FMatrixRMaj y) {
        FMatrixRMaj[] q = posterior(x, y);
        FMatrixRMaj kl = new FMatrixRMaj(x.numRows, latent);
        for (int i = 0; i < kl.getNumElements(); i++) {
            double variance = q[1].data[i];
            double mean = q[0].data[i];
            kl.data[i] = (float) (0.5 * (mean * mean + variance - 1 - Math.log(variance)));
        }
        return kl;
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
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            int n = to - from;
            FMatrixRMaj part = rows(x, from, to);
            FMatrixRMaj condition = rows(y, from, to);
            FMatrixRMaj mean = rows(means, from, to);
            FMatrixRMaj logVariance = rows(logVariances, from, to);
            FMatrixRMaj context = null;
            ConditionalBijector itsFlow = null;
            if (mean == null) {
                Posterior q = encode(tape.reset(), tape.constant(part), constant(tape, condition));
                mean = q.mean().value().copy();
                logVariance = q.logVariance().value().copy();
                context = q.context() == null ? null : q.context().value().copy();
                itsFlow = flow;
            }
            // Few rows are put in a batch several times, a draw each.
            int tile = Math.min(draws, Math.max(1, ROWS / n));
            for (int done = 0; done < draws; done += tile) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("interrupted");
                }
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
                        terms.set(from + i, done + s, likelihoods[k] + rest);
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
            FMatrixRMaj tiledX = tiled(rows(x, from, to), POINT_DRAWS);
            FMatrixRMaj mean = rows(best[0], from, to).copy();
            FMatrixRMaj logVariance = rows(best[1], from, to).copy();
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
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("interrupted");
                }
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
        int[] same = new int[ROWS];
        for (int from = 0; from < z.numRows; from += ROWS) {
            int to = Math.min(z.numRows, from + ROWS);
            Var part = tape.reset().constant(rows(z, from, to));
            FMatrixRMaj decoded = decode(tape, part, null).value().copy();
            float[] prior = logPrior(part).value().data.clone();
            int[] repeat = to - from == ROWS ? same : new int[to - from];
            for (int i = 0; i < x.numRows; i++) {
                tape.reset();
                Var xs = tape.constant(rows(x, i, i + 1)).gatherRows(repeat);
                float[] likelihoods = likelihood
                        .logProbability(tape, tape.constant(decoded), xs, logVariance, ones)
                        .value()
                        .data;
                for (int j = from; j < to; j++) {
                    joint.set(i, j, (double) likelihoods[j - from] + prior[j - from]);
                }
            }
        }
        return joint;
    }

    private static Var constant(Tape tape, FMatrixRMaj m) {
        return m == null ? null : tape.constant(m);
    }

    /** Some of the rows; null of null. */
    static FMatrixRMaj rows(FMatrixRMaj m, int from, int to) {
        if (m == null || from == 0 && to == m.numRows) {
            return m;
        }
        FMatrixRMaj part = new FMatrixRMaj(to - from, m.numCols);
        System.arraycopy(m.data, from * m.numCols, part.data, 0, part.getNumElements());
        return part;
    }

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

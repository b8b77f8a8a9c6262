package lvm.gan;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Logs;
import lvm.model.HasJointDensity;
import lvm.model.LatentLikelihood;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import org.ejml.data.FMatrixRMaj;

/**
 * A generator with an observation noise,
 *
 * <p>x = G(z) + σ ε, z ~ N(0, I) of K dimensions, ε ~ N(0, I) of D,
 *
 * <p>so that p(x | z) = N(G(z), σ² I) and p(x) are densities: how Y. Wu and others (2017), On the quantitative analysis of decoder-based
 * generative models, ask a generative adversarial network for a likelihood. The network has not learnt with this noise; σ is chosen on
 * rows that were kept for it. Immutable.
 */
public final class NoisyGenerator implements SinglePrecision, HasJointDensity<FMatrixRMaj> {
    private final Gan gan;
    private final GanNet net;
    private final double deviation;

    NoisyGenerator(Gan gan, GanNet net, double deviation) {
        this.gan = gan;
        this.net = net;
        this.deviation = Require.positive("Gan.withNoise", "deviation", deviation);
    }

    /** {@return σ, in the units of the data} */
    public double deviation() {
        return deviation;
    }

    @Override
    public int dim() {
        return gan.dim();
    }

    @Override
    public int latentDim() {
        return gan.latentDim();
    }

    @Override
    public List<String> columns() {
        return gan.columns();
    }

    /** G(z), the mean of p(x | z). */
    @Override
    public FMatrixRMaj decode(FMatrixRMaj z) {
        return gan.decode(z);
    }

    @Override
    public FMatrixRMaj samplePrior(int n, RandomGenerator rng) {
        return gan.samplePrior(n, rng);
    }

    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("NoisyGenerator.sample", "n", 0, n);
        return sample(net.prior(n, rng), rng);
    }

    @Override
    public FMatrixRMaj sample(FMatrixRMaj z, RandomGenerator rng) {
        FMatrixRMaj x = gan.decode(z);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] += (float) (deviation * rng.nextGaussian());
        }
        return x;
    }

    @Override
    public LatentLikelihood latentLikelihood(FMatrixRMaj x) {
        Require.finiteRows("NoisyGenerator.latentLikelihood", "x", x, dim());
        FMatrixRMaj seen = net.scaling.of(x).copy();
        FMatrixRMaj weights = new FMatrixRMaj(1, dim()); // s/σ of each column, where x = m + s x̃
        for (int j = 0; j < dim(); j++) {
            weights.data[j] = (float) ((net.scaling.isNone() ? 1 : net.scaling.scale(j)) / deviation);
        }
        double constant = -dim() * (Logs.HALF_LOG_2_PI + Math.log(deviation));
        FMatrixRMaj ones = new FMatrixRMaj(x.numRows, 1);
        ones.fill(1);
        FMatrixRMaj codes = new FMatrixRMaj(x.numRows, latentDim());
        Tape tape = Tape.forInputs();
        return (z, logLikelihood, gradient) -> {
            tape.reset();
            for (int i = 0; i < codes.getNumElements(); i++) {
                codes.data[i] = (float) z.data[i];
            }
            Var at = tape.input(codes);
            Var off = net.generate(tape, at, null).sub(tape.constant(seen)).mul(tape.constant(weights));
            Var value = off.square().sumPerRow().mul(-0.5f);
            tape.backward(value, ones);
            for (int i = 0; i < logLikelihood.length; i++) {
                logLikelihood[i] = value.value().data[i] + constant;
            }
            float[] slope = at.grad().data;
            for (int i = 0; i < codes.getNumElements(); i++) {
                gradient.data[i] = slope[i];
            }
        };
    }

    @Override
    public String toString() {
        return gan + ", with a noise of deviation " + deviation;
    }
}

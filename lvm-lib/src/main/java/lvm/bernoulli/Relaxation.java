package lvm.bernoulli;

import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Logs;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * Estimators that push gradients through the draws: the bound's E_q[log p(x | z)] at draws z̃ that have a derivative for the
 * logits of q, minus the divergences KL(q(zₘ | z̃ₘ₋₁) ‖ p(zₘ | z̃ₘ₊₁)) in closed form. Biased, of small variance. The decoder
 * must take numbers between 0 and 1, or with straight-through be a smooth function of them: a {@link BitTable} is none.
 */
public final class Relaxation implements GradientEstimator {
    private interface Draw {
        Var of(Tape tape, Var logits, RandomGenerator rng);
    }

    private final SigmoidBeliefNet net;
    private final String recorded;
    private final Draw draw;
    private final Tape tape = new Tape();

    private Relaxation(SigmoidBeliefNet net, String recorded, Draw draw) {
        for (int level = 1; level <= net.levels(); level++) {
            if (net.decoder(level) instanceof BitTable) {
                throw new IllegalArgumentException("Relaxation: the decoder of level " + level
                        + " is a BitTable, which has nothing between its rows to differentiate");
            }
        }
        this.net = net;
        this.recorded = recorded;
        this.draw = draw;
    }

    /**
     * Binary Concrete draws z̃ = sigmoid((l + log u − log(1 − u))/τ) with u uniform: C. J. Maddison, A. Mnih and Y. W. Teh
     * (2017), The Concrete distribution; E. Jang, S. Gu and B. Poole (2017), Categorical reparameterization with
     * Gumbel-softmax.
     *
     * @param net the network
     * @param temperature τ, above 0
     * @return the estimator
     * @throws IllegalArgumentException if the temperature is out of range or a decoder is a table
     */
    public static Relaxation concrete(SigmoidBeliefNet net, double temperature) {
        Require.positive("Relaxation.concrete", "temperature", temperature);
        return new Relaxation(net, "bound of relaxed draws", (tape, logits, rng) -> {
            FMatrixRMaj noise = logits.value().createLike();
            for (int i = 0; i < noise.getNumElements(); i++) {
                double u = rng.nextDouble();
                while (u == 0) {
                    u = rng.nextDouble();
                }
                noise.data[i] = (float) Logs.logit(u);
            }
            return logits.add(tape.constant(noise))
                    .mul((float) (1 / temperature))
                    .sigmoid();
        });
    }

    /**
     * Bernoulli draws whose derivative for the logits is taken as that of their probabilities: Y. Bengio, N. Léonard and
     * A. Courville (2013), Estimating or propagating gradients through stochastic neurons.
     *
     * @param net the network
     * @return the estimator
     * @throws IllegalArgumentException if a decoder is a table
     */
    public static Relaxation straightThrough(SigmoidBeliefNet net) {
        return new Relaxation(net, "bound", (tape, logits, rng) -> {
            Var p = logits.sigmoid();
            FMatrixRMaj z = SigmoidBeliefNet.draw(logits.value(), rng);
            FMatrixRMaj jump = new FMatrixRMaj(z.numRows, z.numCols);
            for (int i = 0; i < z.getNumElements(); i++) {
                jump.data[i] = z.data[i] - p.value().data[i];
            }
            return p.add(tape.constant(jump));
        });
    }

    @Override
    public double backward(FMatrixRMaj x, RandomGenerator rng) {
        tape.reset().training(rng);
        int m = net.levels();
        Var data = tape.constant(x);
        Var[] z = new Var[m + 1];
        Var[] logits = new Var[m + 1];
        z[0] = data;
        for (int level = 1; level <= m; level++) {
            logits[level] = net.encoder(level).forward(tape, z[level - 1]);
            z[level] = draw.of(tape, logits[level], rng);
        }
        Var bound = net.decoder(1).forward(tape, z[1]).bernoulliLogLikelihood(data);
        for (int level = 1; level <= m; level++) {
            Var above = level == m
                    ? tape.param(net.priorLogits())
                    : net.decoder(level + 1).forward(tape, z[level + 1]);
            bound = bound.sub(divergence(logits[level], above));
        }
        Var mean = bound.mean();
        tape.backward(mean.neg());
        return mean.scalar();
    }

    /**
     * The divergence of Bernoulli variables of logits q and p, Σ σ(q) (log σ(q) − log σ(p)) + σ(−q) (log σ(−q) − log σ(−p)): in the
     * shorter form σ(q) (q − p) − softplus(q) + softplus(p) large logits would take the digits from what is left.
     */
    static Var divergence(Var q, Var p) {
        Var on = q.sigmoid().mul(q.neg().softplus().sub(p.neg().softplus()));
        Var off = q.neg().sigmoid().mul(q.softplus().sub(p.softplus()));
        return on.add(off).sumPerRow().neg();
    }

    @Override
    public boolean unbiased() {
        return false;
    }

    /** {@return the bound, for Concrete with draws between 0 and 1, which is no bound of log p(x)} */
    @Override
    public String recorded() {
        return recorded;
    }
}

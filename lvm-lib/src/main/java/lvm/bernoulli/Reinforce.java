package lvm.bernoulli;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * REINFORCE, the score-function estimator with one draw a row: (f(z) − b) ∂ log q(z | x)/∂φ. R. J. Williams (1992), Simple
 * statistical gradient-following algorithms. The signal of level m leaves out what does not depend on zₘ and above (Mnih and
 * Gregor 2014, section 2.4). Unbiased for every {@link Baseline} that does not scale.
 */
public final class Reinforce implements GradientEstimator {
    private final SigmoidBeliefNet net;
    private final Baseline baseline;
    private final Tape tape = new Tape();

    /**
     * An estimator.
     *
     * @param net the network
     * @param baseline the baseline; kept, and modified where it learns
     */
    public Reinforce(SigmoidBeliefNet net, Baseline baseline) {
        this.net = net;
        this.baseline = baseline;
    }

    @Override
    public double backward(FMatrixRMaj x, RandomGenerator rng) {
        int n = x.numRows;
        Pass pass = Pass.of(net, tape.reset().training(rng), tape.constant(x), rng);
        double[] f = pass.signal(1);
        double bound = 0;
        for (double value : f) {
            bound += value / n;
        }
        Var surrogate = pass.logJoint();
        for (int level = 1; level <= net.levels(); level++) {
            double[] signal = level == 1 ? f : pass.signal(level);
            double[] whole = signal.clone();
            baseline.subtract(level, signal);
            Var learnt = baseline.predict(tape, level, pass.z[level - 1]);
            if (learnt != null) {
                Var error = tape.constant(column(signal)).sub(learnt);
                float[] b = learnt.value().data;
                for (int i = 0; i < n; i++) {
                    signal[i] -= b[i];
                }
                surrogate = surrogate.sub(error.square().mul(0.5f));
            }
            baseline.scale(level, signal);
            surrogate = surrogate.add(pass.logQ[level].mul(tape.constant(column(signal))));
            baseline.update(level, whole);
        }
        tape.backward(surrogate.mean().neg());
        return bound;
    }

    static FMatrixRMaj column(double[] values) {
        FMatrixRMaj m = new FMatrixRMaj(values.length, 1);
        for (int i = 0; i < values.length; i++) {
            m.data[i] = (float) values[i];
        }
        return m;
    }

    /** {@return whether the signal is not normalised: over a running deviation it is that of another length of step} */
    @Override
    public boolean unbiased() {
        return !baseline.normalizes();
    }

    @Override
    public List<Param> params() {
        return baseline.params();
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return baseline.buffers();
    }
}

package lvm.bernoulli;

import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Logs;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * VIMCO: the gradient of the bound of S draws, E[log (1/S) Σₛ e^f(zₛ)] ≤ log p(x), which is tighter than that of one draw.
 * The signal of a draw is what it adds to the bound: from it is taken the bound in which its e^f is the geometric mean of
 * the others'. Unbiased for its bound. A. Mnih and D. J. Rezende (2016), Variational inference for Monte Carlo objectives.
 */
public final class Vimco implements GradientEstimator {
    private final SigmoidBeliefNet net;
    private final int draws;
    private final Tape tape = new Tape();

    /**
     * An estimator.
     *
     * @param net the network
     * @param draws S, at least 2
     * @throws IllegalArgumentException if there are fewer draws
     */
    public Vimco(SigmoidBeliefNet net, int draws) {
        this.net = net;
        this.draws = Require.atLeast("Vimco", "draws", 2, draws);
    }

    @Override
    public double backward(FMatrixRMaj x, RandomGenerator rng) {
        int n = x.numRows;
        Pass pass = Pass.of(net, tape.reset().training(rng), tape.constant(repeat(x, draws)), rng);
        double[] f = pass.signal(1);
        double[] signal = new double[f.length];
        double[] weight = new double[f.length];
        double total = 0;
        for (int i = 0; i < n; i++) {
            total += signals(f, i * draws, draws, signal, weight);
        }
        Var w = tape.constant(Reinforce.column(weight));
        Var s = tape.constant(Reinforce.column(signal));
        // ∂L/∂φ = Σₛ (signalₛ − w̃ₛ) ∂ log qₛ/∂φ, the second part from f itself.
        Var difference = s.sub(w);
        Var surrogate = pass.logJoint().mul(w);
        for (int level = 1; level <= net.levels(); level++) {
            surrogate = surrogate.add(pass.logQ[level].mul(difference));
        }
        tape.backward(surrogate.sum().mul(-1f / n));
        return total / n;
    }

    /** Row i, S times after another. */
    static FMatrixRMaj repeat(FMatrixRMaj x, int times) {
        FMatrixRMaj y = new FMatrixRMaj(x.numRows * times, x.numCols);
        for (int i = 0; i < y.numRows; i++) {
            System.arraycopy(x.data, i / times * x.numCols, y.data, i * x.numCols, x.numCols);
        }
        return y;
    }

    /**
     * The bound of S log weights, their normalised weights and their signals. Where all the others are −∞ there is no bound without
     * the draw, and nothing is taken off; that depends on the others only, so the estimate stays unbiased. Where all are −∞ no draw
     * is better than another, and the signals are 0.
     */
    static double signals(double[] f, int at, int draws, double[] signal, double[] weight) {
        double bound = Logs.softmax(f, at, weight, at, draws) - Math.log(draws);
        double[] others = new double[draws];
        for (int s = 0; s < draws; s++) {
            System.arraycopy(f, at, others, 0, draws);
            double sum = 0; // without that of the draw, which must not be −∞ − (−∞)
            for (int t = 0; t < draws; t++) {
                sum += t == s ? 0 : f[at + t];
            }
            others[s] = sum / (draws - 1);
            double without = Logs.logSumExp(others) - Math.log(draws);
            signal[at + s] = without > Double.NEGATIVE_INFINITY ? bound - without : bound;
            if (bound == Double.NEGATIVE_INFINITY) {
                signal[at + s] = 0;
            }
        }
        return bound;
    }

    @Override
    public boolean unbiased() {
        return true;
    }

    @Override
    public String objective() {
        return "bound of " + draws + " draws";
    }
}

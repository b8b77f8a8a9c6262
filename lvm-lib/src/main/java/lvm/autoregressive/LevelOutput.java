package lvm.autoregressive;

import java.util.random.RandomGenerator;
import lvm.autodiff.Var;
import lvm.linalg.Logs;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * The distribution of a number given those before it: one of L levels k/(L − 1), k = 0 … L − 1, with parameters that a network makes of
 * what comes before.
 */
public final class LevelOutput {
    /** Zeros and ones: x ~ Bernoulli(σ(l)), of one parameter, the logit l. */
    public static final LevelOutput BINARY = new LevelOutput();

    private LevelOutput() {}

    /** {@return the number of levels, L} */
    public int levels() {
        return 2;
    }

    /** {@return how many parameters a network gives for each number} */
    public int parameters() {
        return 1;
    }

    /** Fails at a number that is no level. */
    void require(String where, FMatrixRMaj x, int dim) {
        Require.binary(where, "x", x, dim);
    }

    /** The log probabilities of rows, n×1, from parameters of which those of one kind stand side by side, n×(K·D). */
    Var logProbability(Var parameters, Var x) {
        return parameters.bernoulliLogLikelihood(x);
    }

    /** The log probability of a number from the parameters that begin at a place. */
    double logProbability(float[] parameters, int at, double x) {
        double l = parameters[at];
        return -Logs.softplus(x == 1 ? -l : l);
    }

    /** A draw from the parameters that begin at a place. */
    double draw(float[] parameters, int at, RandomGenerator rng) {
        return rng.nextDouble() * (1 + Math.exp(-parameters[at])) < 1 ? 1 : 0;
    }
}

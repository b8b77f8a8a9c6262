package lvm.autoregressive;

import java.util.random.RandomGenerator;
import lvm.autodiff.Op;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Logs;
import lvm.model.Require;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/**
 * The distribution of a number given those before it: one of L levels k/(L − 1), k = 0 … L − 1, with parameters that a network makes of
 * what comes before.
 */
public final class LevelOutput {
    /** The most levels. */
    public static final int MOST_LEVELS = 65536;

    /** How far a number may be from a level, in steps between levels. */
    private static final double OFF = 1e-3;

    private enum Kind {
        BINARY,
        SOFTMAX,
        LOGISTICS
    }

    /** Zeros and ones: x ~ Bernoulli(σ(l)), of one parameter, the logit l. */
    public static final LevelOutput BINARY = new LevelOutput(Kind.BINARY, 2, 1);

    private final Kind kind;
    private final int levels;
    private final int components;
    private final Op op;

    private LevelOutput(Kind kind, int levels, int components) {
        this.kind = kind;
        this.levels = levels;
        this.components = components;
        this.op = switch (kind) {
            case BINARY -> null;
            case SOFTMAX -> new LevelSoftmax(levels);
            case LOGISTICS -> new LevelLogistics(levels, components);
        };
    }

    /**
     * A probability of its own for every level, P(k) = e^lₖ / Σ e^l, of L parameters: 256 for bytes. Nothing says that neighbouring levels are
     * alike.
     *
     * @param levels L, from 2 to {@link #MOST_LEVELS}
     * @return the distribution
     * @throws IllegalArgumentException if it is out of range
     */
    public static LevelOutput softmax(int levels) {
        return new LevelOutput(Kind.SOFTMAX, requireLevels("LevelOutput.softmax", levels), 1);
    }

    /**
     * A mixture of logistic distributions on [−1, 1] whose mass falls to the next level, the lowest and the highest level taking what lies
     * outside: P(k) = Σₘ πₘ (σ((vₖ + δ − μₘ)/sₘ) − σ((vₖ − δ − μₘ)/sₘ)) with vₖ = 2k/(L − 1) − 1 and δ = 1/(L − 1), of 3M parameters: the
     * logits of π, then μ, then log s. T. Salimans, A. Karpathy, X. Chen and D. P. Kingma (2017), PixelCNN++, equation 2.
     *
     * @param levels L, from 2 to {@link #MOST_LEVELS}
     * @param components M, at least 1
     * @return the distribution
     * @throws IllegalArgumentException if a number is out of range
     */
    public static LevelOutput logistics(int levels, int components) {
        Require.atLeast("LevelOutput.logistics", "components", 1, components);
        return new LevelOutput(Kind.LOGISTICS, requireLevels("LevelOutput.logistics", levels), components);
    }

    static int requireLevels(String where, int levels) {
        if (levels < 2 || levels > MOST_LEVELS) {
            throw new IllegalArgumentException(where + ": levels is " + levels + ", expected from 2 to " + MOST_LEVELS);
        }
        return levels;
    }

    /** {@return the number of levels, L} */
    public int levels() {
        return levels;
    }

    /** {@return how many parameters a network gives for each number, K} */
    public int parameters() {
        return switch (kind) {
            case BINARY -> 1;
            case SOFTMAX -> levels;
            case LOGISTICS -> 3 * components;
        };
    }

    Recipe recipe() {
        return Recipe.of(kind.name(), levels, components);
    }

    static LevelOutput of(Recipe recipe) {
        return switch (recipe.name()) {
            case "BINARY" -> BINARY;
            case "SOFTMAX" -> softmax(recipe.integer(0));
            case "LOGISTICS" -> logistics(recipe.integer(0), recipe.integer(1));
            default -> throw new IllegalArgumentException("a distribution \"" + recipe + "\" is not known");
        };
    }

    /** The number of the level of x. */
    static int level(double x, int levels) {
        return (int) Math.rint(x * (levels - 1));
    }

    /** Fails at a number that is no level. */
    void require(String where, FMatrixRMaj x, int dim) {
        if (kind == Kind.BINARY) {
            Require.binary(where, "x", x, dim);
            return;
        }
        Require.columns(where, "x", x, dim);
        for (int i = 0; i < x.getNumElements(); i++) {
            double place = x.data[i] * (double) (levels - 1);
            if (!(Math.abs(place - Math.rint(place)) <= OFF && place >= -OFF && place <= levels - 1 + OFF)) {
                throw new IllegalArgumentException(where + ": x has " + x.data[i] + " in row " + i / dim + ", column "
                        + i % dim + " (counted from 0), expected one of the " + levels + " levels k/" + (levels - 1)
                        + "; Dataset.quantized(" + levels + ") makes such");
            }
        }
    }

    /** The log probabilities of rows, n×1, from parameters of which those of one kind stand side by side, n×(K·D). */
    Var logProbability(Tape tape, Var parameters, Var x) {
        return kind == Kind.BINARY ? parameters.bernoulliLogLikelihood(x) : tape.apply(op, x.rows(), 1, parameters, x);
    }

    /** The log probability of a number from the parameters that begin at a place. */
    double logProbability(float[] parameters, int at, double x) {
        return switch (kind) {
            case BINARY -> -Logs.softplus(x == 1 ? -parameters[at] : parameters[at]);
            case SOFTMAX -> parameters[at + level(x, levels)] - Logs.logSumExp(parameters, at, levels);
            case LOGISTICS -> LevelLogistics.logProbability(parameters, at, 1, levels, components, level(x, levels));
        };
    }

    /** A draw from the parameters that begin at a place. */
    double draw(float[] parameters, int at, RandomGenerator rng) {
        return switch (kind) {
            case BINARY -> rng.nextDouble() * (1 + Math.exp(-parameters[at])) < 1 ? 1 : 0;
            case SOFTMAX -> (double) choice(parameters, at, levels, rng) / (levels - 1);
            case LOGISTICS -> {
                int m = choice(parameters, at, components, rng);
                double u = rng.nextDouble();
                double v = parameters[at + components + m]
                        + Math.exp(parameters[at + 2 * components + m]) * (Math.log(u) - Math.log1p(-u));
                double k = Math.rint((v + 1) / 2 * (levels - 1));
                yield Math.max(0, Math.min(levels - 1, k)) / (levels - 1);
            }
        };
    }

    /** One of the places of logits. */
    private static int choice(float[] logits, int at, int n, RandomGenerator rng) {
        double total = Logs.logSumExp(logits, at, n);
        double u = rng.nextDouble();
        double sum = 0;
        int most = 0;
        for (int k = 0; k < n; k++) {
            sum += Math.exp(logits[at + k] - total);
            if (u < sum) {
                return k;
            }
            most = logits[at + k] > logits[at + most] ? k : most;
        }
        return most; // sums may end just below 1
    }

    @Override
    public String toString() {
        return switch (kind) {
            case BINARY -> "Bernoulli";
            case SOFTMAX -> "softmax of " + levels + " levels";
            case LOGISTICS -> "mixture of " + components + " logistics, " + levels + " levels";
        };
    }
}

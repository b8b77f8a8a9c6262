package lvm.autodiff;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.linalg.Parallel;
import org.ejml.data.FMatrixRMaj;

/**
 * The mean of an objective over the rows of a minibatch and its gradient, ∇ 1/n Σᵢ f(xᵢ) = Σ_parts Σ_{i in part} ∇f(xᵢ)/n, with the
 * rows in parts (microbatches) that go side by side through several threads, each on a tape of its own. Where matrices are too
 * small to be worth several threads each, this keeps all threads at work with one meeting in a step.
 *
 * <p>The number of parts depends on the number of rows only, and their gradients are added in order: the number of threads changes
 * no bit. The objective of a row must not depend on the other rows, as it does with batch normalisation.
 */
public final class MicroBatches {
    /** The rows of a part, at least; fewer than twice as many stay together. */
    public static final int LEAST_ROWS = 256;

    private static final int MOST_PARTS = 8;

    /** What is averaged over the rows. */
    @FunctionalInterface
    public interface Objective {
        /**
         * The objective of some rows; called by several threads at once.
         *
         * @param tape records it, in training mode; its {@link Tape#random} is the source of randomness of these rows
         * @param x n rows of the minibatch, which must not change before the tape's next reset
         * @return n×1 values, on the tape
         */
        Var values(Tape tape, FMatrixRMaj x);
    }

    /** Rows on a tape of their own. */
    private static final class Part {
        private final Tape tape = Tape.partial();
        private final FMatrixRMaj x = new FMatrixRMaj(0, 0);
        private final FMatrixRMaj weights = new FMatrixRMaj(0, 0);
        private double sum;

        void backward(FMatrixRMaj all, int from, int to, float weight, RandomGenerator rng, Objective objective) {
            int n = to - from;
            x.reshape(n, all.numCols);
            System.arraycopy(all.data, from * all.numCols, x.data, 0, n * all.numCols);
            Var values = values(tape, x, rng, objective);
            weights.reshape(n, 1);
            Arrays.fill(weights.data, 0, n, weight);
            tape.backward(values, weights);
            sum = 0;
            for (int i = 0; i < n; i++) {
                sum += values.value().data[i];
            }
        }
    }

    private final Tape whole = new Tape();
    private Part[] parts = new Part[0];

    /** Buffers for minibatches of any size. */
    public MicroBatches() {}

    /**
     * Adds the gradient of the mean, times a weight, to the gradients of the parameters.
     *
     * @param x n×D, the minibatch; must not change before this returns, not modified
     * @param weight the factor on the gradient, −1 for an objective to maximise
     * @param rng the source of randomness, from which each part gets its own; advanced
     * @param objective n×1 values for n rows
     * @return the mean of the objective
     * @throws IllegalArgumentException if the objective gives another shape
     */
    public double backward(FMatrixRMaj x, double weight, RandomGenerator rng, Objective objective) {
        int n = x.numRows;
        int count = Math.min(MOST_PARTS, n / LEAST_ROWS);
        if (count < 2) {
            Var mean = values(whole, x, rng, objective).mean();
            whole.backward(mean.mul((float) weight));
            return mean.scalar();
        }
        SplittableRandom[] rngs = new SplittableRandom[count];
        for (int k = 0; k < count; k++) {
            rngs[k] = new SplittableRandom(rng.nextLong());
        }
        for (int k = parts.length; k < count; k++) {
            parts = Arrays.copyOf(parts, k + 1);
            parts[k] = new Part();
        }
        Part[] all = parts;
        float share = (float) weight / n;
        Parallel.range(count, 1, (from, to) -> {
            for (int k = from; k < to; k++) {
                all[k].backward(x, cut(n, count, k), cut(n, count, k + 1), share, rngs[k], objective);
            }
        });
        double sum = 0;
        for (int k = 0; k < count; k++) {
            all[k].tape.addGradients();
            sum += all[k].sum;
        }
        return sum / n;
    }

    private static Var values(Tape tape, FMatrixRMaj x, RandomGenerator rng, Objective objective) {
        Var values = objective.values(tape.reset().training(rng), x);
        if (values.rows() != x.numRows || values.cols() != 1) {
            throw new IllegalArgumentException("MicroBatches: the objective of " + x.numRows + " rows is "
                    + values.rows() + "×" + values.cols() + ", expected " + x.numRows + "×1");
        }
        return values;
    }

    private static int cut(int n, int parts, int part) {
        return (int) ((long) n * part / parts);
    }
}

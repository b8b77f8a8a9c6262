package lvm.distribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CancellationException;
import lvm.linalg.Interrupts;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A distribution of K binary variables that is known up to a constant, p(z) = e^w(z) / Z, with all sums over its 2^K states
 * done exactly: what approximations of Boltzmann machines and other binary models are held against.
 *
 * <pre>{@code
 * // an Ising chain, w(z) = J Σ (2zᵢ − 1)(2zᵢ₊₁ − 1)
 * var chain = BinaryStates.enumerate(10, (z, w) -> {
 *     for (int i = 0; i < z.numRows; i++) {
 *         w[i] = 0;
 *         for (int k = 0; k < 9; k++) w[i] += J * (2 * z.get(i, k) - 1) * (2 * z.get(i, k + 1) - 1);
 *     }
 * });
 * double[] magnetisation = chain.means();
 * }</pre>
 *
 * <p>Functions of the state are evaluated for blocks of consecutive states, in the order of {@link BinaryStates}; memory does
 * not grow with their number. Each quantity is one more run over all states: twenty variables take a fraction of a second and
 * thirty, the most, some minutes. The sums are added in the order of the states, so that the number of threads changes no
 * bit. Every run stops at an interrupt of its thread with a {@link CancellationException}, and leaves the flag set.
 */
public final class Enumeration {
    /** The most variables. */
    public static final int MAX_BITS = 30;

    private static final int BLOCK = 1 << 12;

    /** A function of the state. */
    @FunctionalInterface
    public interface OfState {
        /**
         * Evaluates the function for some states.
         *
         * @param z m×K states, one a row; not to be modified, valid during the call
         * @param values the value of each state. Modified: the first m numbers
         */
        void evaluate(FMatrixRMaj z, double[] values);
    }

    /** Takes states, a block at a time. */
    @FunctionalInterface
    public interface Block {
        /**
         * Called once for each block.
         *
         * @param first the number of its first state
         * @param z m×K consecutive states, one a row; valid during the call
         */
        void states(long first, FMatrixRMaj z);
    }

    /** Is told how far a run has come, such as {@code (done, total) -> bar.step()}. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called after each block.
         *
         * @param done the states that are done
         * @param total 2^K
         */
        void done(long done, long total);
    }

    /**
     * A state with its probability.
     *
     * @param state its number, in the order of {@link BinaryStates}
     * @param logProbability log p(z), nats
     */
    public record State(long state, double logProbability) {}

    private final int bits;
    private final OfState logWeight;
    private final Listener listener;
    private final LogSums sums = new LogSums(1);
    private final double logZ;

    private Enumeration(int bits, OfState logWeight, Listener listener) {
        this.bits = bits;
        this.logWeight = logWeight;
        this.listener = listener;
        double[] w = new double[block(bits)];
        blocks("Enumeration.of", bits, w.length, listener, (first, z) -> {
            weights(first, z, w);
            sums.add(0, w, 0, z.numRows);
        });
        logZ = sums.values()[0];
        if (logZ == Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "Enumeration.of: every log weight is -Infinity, expected a state that occurs");
        }
    }

    /**
     * A distribution.
     *
     * @param bits K, 1 to {@link #MAX_BITS}
     * @param logWeight w(z) = log p(z) up to a constant, −∞ for a state that does not occur; kept, and asked again for each
     *     quantity: it must not change
     * @return the distribution; log Z is computed
     * @throws IllegalArgumentException if K is out of range, a log weight is NaN or +∞, or all are −∞
     * @throws CancellationException if the thread is interrupted
     */
    public static Enumeration of(int bits, OfState logWeight) {
        return of(bits, logWeight, (done, total) -> {});
    }

    /**
     * A distribution whose runs tell how far they have come.
     *
     * @param bits K, 1 to {@link #MAX_BITS}
     * @param logWeight w(z) = log p(z) up to a constant, −∞ for a state that does not occur; kept, and asked again for each
     *     quantity: it must not change
     * @param listener told after each block of states, in this run and in those of all quantities
     * @return the distribution; log Z is computed
     * @throws IllegalArgumentException if K is out of range, a log weight is NaN or +∞, or all are −∞
     * @throws CancellationException if the thread is interrupted
     */
    public static Enumeration of(int bits, OfState logWeight, Listener listener) {
        return new Enumeration(bits, logWeight, listener);
    }

    /**
     * Runs over all states.
     *
     * @param where the method that asks, for messages
     * @param bits K, 1 to {@link #MAX_BITS}
     * @param size the states in a block, a power of 2; all of them if there are fewer
     * @param listener told after each block
     * @param block takes the states
     * @throws IllegalArgumentException if K is out of range, or the size is no power of 2
     * @throws CancellationException if the thread is interrupted; the flag stays set
     */
    public static void blocks(String where, int bits, int size, Listener listener, Block block) {
        if (bits < 1 || bits > MAX_BITS) {
            throw new IllegalArgumentException(where + ": a sum of " + BinaryStates.terms(Math.max(0, bits))
                    + "; it is done for 1 to " + MAX_BITS + " binary variables");
        }
        if (Integer.bitCount(size) != 1 || size < 1) {
            throw new IllegalArgumentException(where + ": blocks of " + size + " states, expected a power of 2");
        }
        long states = 1L << bits;
        FMatrixRMaj z = new FMatrixRMaj((int) Math.min(states, size), bits);
        for (long first = 0; first < states; first += z.numRows) {
            Interrupts.check(where);
            BinaryStates.fill(z, first);
            block.states(first, z);
            listener.done(first + z.numRows, states);
        }
    }

    private static int block(int bits) {
        return bits < 12 ? 1 << Math.max(0, bits) : BLOCK;
    }

    private void weights(long first, FMatrixRMaj z, double[] w) {
        Arrays.fill(w, 0, z.numRows, Double.NaN);
        logWeight.evaluate(z, w);
        for (int i = 0; i < z.numRows; i++) {
            if (!(w[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("Enumeration: the log weight of state "
                        + BinaryStates.label(first + i, bits) + " is " + w[i] + ", expected a number or -Infinity");
            }
        }
    }

    /** Takes the states with their log probabilities. */
    private interface Visitor {
        void block(long first, FMatrixRMaj z, double[] logP);
    }

    private void run(String method, Visitor visitor) {
        double[] w = new double[block(bits)];
        blocks("Enumeration." + method, bits, w.length, listener, (first, z) -> {
            weights(first, z, w);
            sums.normalise(0, w, z.numRows);
            visitor.block(first, z, w);
        });
    }

    /** {@return the number of variables, K} */
    public int bits() {
        return bits;
    }

    /** {@return the normalising constant log Z = log Σ_z e^w(z), in nats} */
    public double logZ() {
        return logZ;
    }

    /**
     * The log probabilities of all states.
     *
     * @return 2^K values of log p(z), nats, in the order of {@link BinaryStates}
     * @throws IllegalArgumentException if there are more than {@link BinaryStates#MAX_BITS} variables
     * @throws CancellationException if the thread is interrupted
     */
    public double[] logProbabilities() {
        requireTable("logProbabilities", bits);
        double[] all = new double[1 << bits];
        run("logProbabilities", (first, z, logP) -> System.arraycopy(logP, 0, all, (int) first, z.numRows));
        return all;
    }

    private static void requireTable(String method, int bits) {
        if (bits > BinaryStates.MAX_BITS) {
            throw new IllegalArgumentException("Enumeration." + method + ": a table of 2^" + bits
                    + " numbers, expected at most 2^" + BinaryStates.MAX_BITS);
        }
    }

    /**
     * The probabilities of some variables together, p(z_a, z_b, …), summed over the others.
     *
     * @param variables the variables, counted from 0, all different, at most {@link BinaryStates#MAX_BITS}; none gives 1
     * @return a probability for each of their states, in the order of {@link BinaryStates} with the first variable as the
     *     highest bit
     * @throws IllegalArgumentException if there is no such variable, or one comes twice, or there are too many
     * @throws CancellationException if the thread is interrupted
     */
    public double[] marginal(int... variables) {
        for (int i = 0; i < variables.length; i++) {
            int variable = variables[i];
            if (variable < 0
                    || variable >= bits
                    || Arrays.stream(variables, 0, i).anyMatch(other -> other == variable)) {
                throw new IllegalArgumentException("Enumeration.marginal: the variables " + Arrays.toString(variables)
                        + ", expected different ones from 0 to " + (bits - 1));
            }
        }
        requireTable("marginal", variables.length);
        double[] p = new double[1 << variables.length];
        run("marginal", (first, z, logP) -> {
            for (int i = 0; i < z.numRows; i++) {
                int part = 0;
                for (int variable : variables) {
                    part = 2 * part + (int) ((first + i) >> (bits - 1 - variable) & 1);
                }
                p[part] += Math.exp(logP[i]);
            }
        });
        return p;
    }

    /**
     * The means of the variables.
     *
     * @return K values of E[zₖ] = p(zₖ = 1)
     * @throws CancellationException if the thread is interrupted
     */
    public double[] means() {
        DMatrixRMaj second = moments();
        double[] means = new double[bits];
        Arrays.setAll(means, k -> second.get(k, k));
        return means;
    }

    /**
     * The second moments of the variables, the means on the diagonal.
     *
     * @return K×K values of E[zⱼ zₖ]
     * @throws CancellationException if the thread is interrupted
     */
    public DMatrixRMaj moments() {
        DMatrixRMaj sums = new DMatrixRMaj(bits, bits);
        int[] on = new int[bits];
        run("moments", (first, z, logP) -> {
            for (int i = 0; i < z.numRows; i++) {
                double p = Math.exp(logP[i]);
                int count = 0;
                for (int k = 0; k < bits; k++) {
                    if (z.data[i * bits + k] == 1) {
                        on[count++] = k;
                    }
                }
                for (int a = 0; a < count; a++) {
                    for (int b = a; b < count; b++) {
                        sums.data[on[a] * bits + on[b]] += p;
                    }
                }
            }
        });
        for (int j = 0; j < bits; j++) {
            for (int k = 0; k < j; k++) {
                sums.set(j, k, sums.get(k, j));
            }
        }
        return sums;
    }

    /**
     * The expectation of any function of the state.
     *
     * @param f the function; where p(z) is 0 its value does not count
     * @return E[f(z)] = Σ_z p(z) f(z)
     * @throws CancellationException if the thread is interrupted
     */
    public double expectation(OfState f) {
        double[] values = new double[block(bits)];
        double[] sum = new double[1];
        run("expectation", (first, z, logP) -> {
            f.evaluate(z, values);
            double part = 0;
            for (int i = 0; i < z.numRows; i++) {
                double p = Math.exp(logP[i]);
                part += p == 0 ? 0 : p * values[i];
            }
            sum[0] += part;
        });
        return sum[0];
    }

    /**
     * The states of highest probability.
     *
     * @param count how many, at least 1; all if there are fewer
     * @return the states, the most probable first; of equal ones that of the lower number
     * @throws IllegalArgumentException if the count is less than 1
     * @throws CancellationException if the thread is interrupted
     */
    public List<State> mostProbable(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("Enumeration.mostProbable: " + count + " states, expected at least 1");
        }
        Comparator<State> better =
                Comparator.comparingDouble((State s) -> -s.logProbability).thenComparingLong(s -> s.state);
        PriorityQueue<State> best = new PriorityQueue<>(better.reversed());
        run("mostProbable", (first, z, logP) -> {
            for (int i = 0; i < z.numRows; i++) {
                if (best.size() < count || logP[i] > best.peek().logProbability) {
                    best.add(new State(first + i, logP[i]));
                    if (best.size() > count) {
                        best.remove();
                    }
                }
            }
        });
        List<State> states = new ArrayList<>(best);
        states.sort(better);
        return List.copyOf(states);
    }

    @Override
    public String toString() {
        return "Enumeration of " + bits + " binary variables, log Z = " + logZ;
    }
}

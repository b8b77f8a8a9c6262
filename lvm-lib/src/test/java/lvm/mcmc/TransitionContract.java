package lvm.mcmc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * What holds for every transition on the states of {@link #BITS} binary variables: it leaves its target invariant, and is
 * reversible if it says so. The target is arbitrary, no product, and far from uniform. A false failure of a test has a
 * probability below 10⁻⁵.
 */
interface TransitionContract {
    int BITS = 3;
    int STATES = 1 << BITS;
    int CHAINS = 200_000;

    /** π, which sums to 1. */
    double[] PI = {.02, .25, .13, .04, .31, .05, .18, .02};

    /** The transition under test; its target is {@link #PI}. */
    Transition<DMatrixRMaj> transition();

    /** Whether detailed balance is to hold. */
    boolean reversible();

    /** The number of the state in a row; the first bit is the highest. */
    static int index(DMatrixRMaj x, int row) {
        int state = 0;
        for (int j = 0; j < BITS; j++) {
            state = 2 * state + (int) x.get(row, j);
        }
        return state;
    }

    /** Makes a row a state. */
    static void put(DMatrixRMaj x, int row, int state) {
        for (int j = 0; j < BITS; j++) {
            x.set(row, j, state >> (BITS - 1 - j) & 1);
        }
    }

    /** log π of each row. */
    static double[] logTarget(DMatrixRMaj x) {
        double[] logP = new double[x.numRows];
        Arrays.setAll(logP, i -> Math.log(PI[index(x, i)]));
        return logP;
    }

    /** Draws a bit of every chain from its conditional. */
    static void drawBit(DMatrixRMaj x, int bit, RandomGenerator rng) {
        for (int i = 0; i < x.numRows; i++) {
            x.set(i, bit, 1);
            double one = PI[index(x, i)];
            x.set(i, bit, 0);
            double zero = PI[index(x, i)];
            x.set(i, bit, rng.nextDouble() * (one + zero) < one ? 1 : 0);
        }
    }

    private static DMatrixRMaj draws(SplittableRandom rng) {
        DMatrixRMaj x = new DMatrixRMaj(CHAINS, BITS);
        for (int i = 0; i < CHAINS; i++) {
            double u = rng.nextDouble();
            int state = 0;
            while (state < STATES - 1 && u >= PI[state]) {
                u -= PI[state++];
            }
            put(x, i, state);
        }
        return x;
    }

    /** How many of the chains, which begin at draws from π, go from each state to each other in some steps. */
    private static int[][] moves(Transition<DMatrixRMaj> transition, int steps) {
        SplittableRandom rng = new SplittableRandom(11);
        DMatrixRMaj x = draws(rng);
        DMatrixRMaj before = x.copy();
        for (int t = 0; t < steps; t++) {
            transition.step(x, rng);
        }
        int[][] counts = new int[STATES][STATES];
        for (int i = 0; i < CHAINS; i++) {
            counts[index(before, i)][index(x, i)]++;
        }
        return counts;
    }

    /** The largest distance of a state's count after some steps from what π says, in standard deviations. */
    static double drift(Transition<DMatrixRMaj> transition, int steps) {
        int[][] moves = moves(transition, steps);
        double worst = 0;
        for (int s = 0; s < STATES; s++) {
            int found = 0;
            for (int[] row : moves) {
                found += row[s];
            }
            double deviation = Math.sqrt(CHAINS * PI[s] * (1 - PI[s]));
            worst = Math.max(worst, Math.abs(found - CHAINS * PI[s]) / deviation);
        }
        return worst;
    }

    @Test
    default void theTargetStaysInvariant() {
        for (int steps : new int[] {1, 3}) {
            double drift = drift(transition(), steps);
            assertTrue(drift < 5, drift + " standard deviations after " + steps);
        }
    }

    @Test
    default void everyStateIsReached() {
        for (int[] row : moves(transition(), 20)) {
            for (int count : row) {
                assertTrue(count > 0, Arrays.toString(row));
            }
        }
    }

    @Test
    default void detailedBalanceHoldsWhereItIsPromised() {
        int[][] moves = moves(transition(), 1);
        double worst = 0;
        for (int s = 0; s < STATES; s++) {
            for (int t = 0; t < s; t++) {
                int both = moves[s][t] + moves[t][s];
                if (both > 0) {
                    worst = Math.max(worst, Math.abs(moves[s][t] - moves[t][s]) / Math.sqrt(both));
                }
            }
        }
        assertEquals(reversible(), worst < 5, "the largest difference is " + worst + " standard deviations");
    }
}

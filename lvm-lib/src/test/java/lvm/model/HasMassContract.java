package lvm.model;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.distribution.BinaryStates;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.api.Test;

/**
 * What holds for every model of binary observations with exact probabilities, beside {@link HasDensityContract} for densities
 * that integrate to 1. A test class of a model implements it with a model of few dimensions, all of whose observations are
 * listed.
 *
 * @param <X> the matrix type of the model
 */
public interface HasMassContract<X extends Matrix> extends GenerativeModelContract<X> {
    /** The model under test, the one that {@link #generativeModel} draws from, of at most 12 dimensions. */
    HasDensity<X> massModel();

    /** Rows as the matrix type of the model. */
    X matrix(double[][] rows);

    /** The relative precision of probabilities. */
    default double precision() {
        return 1e-12;
    }

    private double[][] states() {
        FMatrixRMaj all = BinaryStates.all(massModel().dim());
        double[][] rows = new double[all.numRows][all.numCols];
        for (int i = 0; i < all.getNumElements(); i++) {
            rows[i / all.numCols][i % all.numCols] = all.data[i];
        }
        return rows;
    }

    @Test
    default void probabilitiesOfAllObservationsSumToOne() {
        double[] logP = massModel().logDensity(matrix(states()));
        assertEquals(1 << massModel().dim(), logP.length);
        assertEquals(1, Arrays.stream(logP).map(Math::exp).sum(), precision());
        assertTrue(Arrays.stream(logP).allMatch(l -> l <= precision()), "no probability is above 1");
    }

    @Test
    default void probabilityOfARowDoesNotDependOnTheOthers() {
        double[][] rows = states();
        double[] together = massModel().logDensity(matrix(rows));
        for (int i = 0; i < rows.length; i++) {
            double alone = massModel().logDensity(matrix(new double[][] {rows[i]}))[0];
            assertEquals(together[i], alone, precision() * (1 + Math.abs(alone)), "row " + i);
        }
        X x = matrix(rows);
        assertEquals(
                Arrays.stream(together).sum(), massModel().logLikelihood(x), precision() * Math.abs(together.length));
        X copy = x.copy();
        massModel().logDensity(x);
        assertEquals(copy.toString(), x.toString());
        X none = x.create(0, x.getNumCols());
        assertArrayEquals(new double[0], massModel().logDensity(none));
    }

    /**
     * Pearson's statistic of the frequencies in draws against the probabilities, cells that are expected less than 10 times
     * taken together: below the quantile of χ² that a right sampler exceeds with probability 10⁻⁶; the seed is fixed.
     */
    @Test
    default void frequenciesOfDrawsAreTheProbabilities() {
        int n = 100_000;
        X x = generativeModel().sample(n, new SplittableRandom(11));
        double[] p = Arrays.stream(massModel().logDensity(matrix(states())))
                .map(Math::exp)
                .toArray();
        double[] counts = new double[p.length];
        int d = x.getNumCols();
        for (int i = 0; i < n; i++) {
            int state = 0;
            for (int j = 0; j < d; j++) {
                double bit = x instanceof FMatrixRMaj floats
                        ? floats.data[i * d + j]
                        : ((DMatrixRMaj) (Matrix) x).data[i * d + j];
                assertTrue(bit == 0 || bit == 1, "a draw has " + bit);
                state = 2 * state + (int) bit;
            }
            counts[state]++;
        }
        double statistic = 0;
        double rest = 0;
        double restExpected = 0;
        int cells = 0;
        for (int s = 0; s < p.length; s++) {
            double expected = n * p[s];
            if (expected < 10) {
                rest += counts[s];
                restExpected += expected;
            } else {
                statistic += (counts[s] - expected) * (counts[s] - expected) / expected;
                cells++;
            }
        }
        if (restExpected >= 10) {
            statistic += (rest - restExpected) * (rest - restExpected) / restExpected;
            cells++;
        } else {
            assertTrue(rest <= restExpected + 40, rest + " draws of what hardly ever occurs");
        }
        assertTrue(cells > 2, "the model says nothing");
        double limit = ChiSquaredDistribution.of(cells - 1).inverseSurvivalProbability(1e-6);
        assertTrue(
                statistic < limit, "χ² of " + (cells - 1) + " degrees of freedom is " + statistic + ", limit " + limit);
    }

    @Test
    default void whatIsNoObservationIsNamed() {
        int d = massModel().dim();
        assertMessageHas(d + 3 + " columns", () -> massModel().logDensity(matrix(new double[1][d + 3])));
        for (double bad : new double[] {Double.NaN, 0.5, 2, -1}) {
            double[][] rows = new double[2][d];
            rows[1][d - 1] = bad;
            assertMessageHas("in row 1, column " + (d - 1), () -> massModel().logDensity(matrix(rows)));
        }
    }
}

package lvm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.ejml.data.Matrix;
import org.junit.jupiter.api.Test;

/**
 * What holds for every model with an exact density. A test class of a model implements it.
 *
 * @param <X> the matrix type of the model
 */
public interface HasDensityContract<X extends Matrix> extends Rows<X> {
    /** The model under test. */
    HasDensity<X> densityModel();

    /** A few different rows where the density is positive. */
    double[][] rowsWithDensity();

    /** The intervals that hold all but 10⁻⁹ of the probability, one a dimension; asked for in one and two dimensions. */
    double[][] support();

    /** The relative precision of the matrix type. */
    default double precision() {
        return 1e-12;
    }

    @Test
    default void densityOfARowDoesNotDependOnTheOthers() {
        double[][] rows = rowsWithDensity();
        double[] together = densityModel().logDensity(matrix(rows));
        assertEquals(rows.length, together.length);
        for (int i = 0; i < rows.length; i++) {
            assertTrue(Double.isFinite(together[i]), "row " + i);
            double[] alone = densityModel().logDensity(matrix(new double[][] {rows[i]}));
            assertEquals(together[i], alone[0], precision() * Math.abs(together[i]));
        }
    }

    @Test
    default void logLikelihoodIsTheSumOfLogDensities() {
        X x = matrix(rowsWithDensity());
        double sum = Arrays.stream(densityModel().logDensity(x)).sum();
        assertEquals(sum, densityModel().logLikelihood(x), precision() * Math.abs(sum));
    }

    @Test
    default void densityDoesNotModifyItsArgument() {
        X x = matrix(rowsWithDensity());
        X copy = x.copy();
        densityModel().logDensity(x);
        assertEquals(copy.toString(), x.toString());
    }

    @Test
    default void densityIntegratesToOne() {
        double[][] support = support();
        int d = support.length;
        int points = d == 1 ? 20_000 : 800;
        double cell = 1;
        int n = 1;
        for (double[] interval : support) {
            cell *= (interval[1] - interval[0]) / points;
            n *= points;
        }
        double[][] rows = new double[n][d];
        for (int i = 0; i < n; i++) {
            int rest = i;
            for (int j = 0; j < d; j++) {
                rows[i][j] = support[j][0] + (rest % points + 0.5) * (support[j][1] - support[j][0]) / points;
                rest /= points;
            }
        }
        double integral = 0;
        for (double logP : densityModel().logDensity(matrix(rows))) {
            integral += Math.exp(logP) * cell;
        }
        assertEquals(1, integral, 1e-6);
    }

    @Test
    default void wrongNumberOfColumnsIsNamed() {
        int d = support().length;
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> densityModel().logDensity(matrix(new double[][] {new double[d + 3]})))
                .getMessage();
        assertTrue(message.contains(d + 3 + " columns"), message);
        assertTrue(message.contains("expected " + d) || message.contains(d + " dimensions"), message);
    }

    @Test
    default void nanIsNamedByRowAndColumn() {
        double[][] rows = rowsWithDensity();
        int d = rows[0].length;
        rows[1][d - 1] = Double.NaN;
        String message = assertThrows(
                        IllegalArgumentException.class, () -> densityModel().logDensity(matrix(rows)))
                .getMessage();
        assertTrue(message.contains("NaN in row 1, column " + (d - 1)), message);
    }

    @Test
    default void densityOfNothingIsNothing() {
        double[][] one = {rowsWithDensity()[0]};
        X empty = matrix(one).create(0, one[0].length);
        assertArrayEquals(new double[0], densityModel().logDensity(empty));
        assertEquals(0, densityModel().logLikelihood(empty));
    }
}

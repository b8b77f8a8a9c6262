package lvm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Matrices;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** What every {@link HasJointDensity} in floats promises. */
public interface HasJointDensityContract {

    HasJointDensity<FMatrixRMaj> jointDensity();

    @Test
    default void likelihoodOfLatentVariablesHasItsSlope() {
        HasJointDensity<FMatrixRMaj> model = jointDensity();
        SplittableRandom rng = new SplittableRandom(5);
        FMatrixRMaj start = model.samplePrior(4, rng);
        LatentLikelihood likelihood = model.latentLikelihood(model.sample(start, rng));
        DMatrixRMaj z = Matrices.doubles(start);
        int n = z.numRows;
        int k = model.latentDim();
        assertEquals(k, z.numCols);
        DMatrixRMaj slope = new DMatrixRMaj(n, k);
        double[] before = new double[n];
        likelihood.evaluate(z, before, slope);
        double[] up = new double[n];
        double[] down = new double[n];
        DMatrixRMaj unused = new DMatrixRMaj(n, k);
        double h = 1e-2;
        for (int j = 0; j < k; j++) {
            for (int sign : new int[] {1, -1}) {
                DMatrixRMaj moved = z.copy();
                for (int i = 0; i < n; i++) {
                    moved.add(i, j, sign * h);
                }
                likelihood.evaluate(moved, sign > 0 ? up : down, unused);
            }
            for (int i = 0; i < n; i++) {
                double numeric = (up[i] - down[i]) / (2 * h);
                assertEquals(numeric, slope.get(i, j), 1e-2 * Math.max(1, Math.abs(numeric)), "row " + i + ", z" + j);
            }
        }
    }

    @Test
    default void gaussiansToBeginAtAreOfTheRows() {
        HasJointDensity<FMatrixRMaj> model = jointDensity();
        SplittableRandom rng = new SplittableRandom(6);
        FMatrixRMaj x = model.sample(model.samplePrior(5, rng), rng);
        LatentGaussians all = model.posteriorGuess(x);
        assertEquals(5, all.mean().numRows);
        assertEquals(model.latentDim(), all.mean().numCols);
        LatentGaussians last = model.posteriorGuess(Matrices.rows(x, 3, 5));
        assertArrayEquals(
                Arrays.copyOfRange(all.mean().data, 3 * model.latentDim(), 5 * model.latentDim()),
                Arrays.copyOf(last.mean().data, 2 * model.latentDim()),
                1e-5);
    }

    @Test
    default void otherColumnsAreRefusedWhereLatentVariablesAreAsked() {
        FMatrixRMaj wide = new FMatrixRMaj(2, jointDensity().dim() + 1);
        String text = assertThrows(
                        IllegalArgumentException.class, () -> jointDensity().latentLikelihood(wide))
                .getMessage();
        assertTrue(text.contains(jointDensity().dim() + 1 + " columns"), text);
    }
}

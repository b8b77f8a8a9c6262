package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import lvm.data.OldFaithful;
import lvm.data.Tables;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound, the gap, the steps and the gradients, against their definitions. */
class VariationalEmTest {
    private final DMatrixRMaj x = Samples.mixture(3, 2, 1.5, 3).sample(120, new SplittableRandom(1));
    private final DMatrixRMaj q = Samples.responsibilities(120, 3, 2);
    private final GaussianMixture model = Samples.mixture(3, 2, 1.5, 4);

    @Test
    void boundAndGapAreTheirDefinitions() {
        double bound = 0;
        double gap = 0;
        DMatrixRMaj posterior = model.responsibilities(x);
        for (int i = 0; i < x.numRows; i++) {
            DMatrixRMaj row = CommonOps_DDRM.extractRow(x, i, null);
            for (int c = 0; c < 3; c++) {
                if (q.get(i, c) > 0) {
                    double joint = model.logDensity(row)[0] + Math.log(posterior.get(i, c));
                    bound += q.get(i, c) * (joint - Math.log(q.get(i, c)));
                    gap += q.get(i, c) * Math.log(q.get(i, c) / posterior.get(i, c));
                }
            }
        }
        assertEquals(bound, VariationalEm.bound(model, x, q), 1e-9);
        assertEquals(gap, VariationalEm.gap(model, x, q), 1e-9);
        assertTrue(gap > 1);
    }

    @Test
    void likelihoodIsBoundPlusGapForAnyResponsibilities() {
        for (int seed = 0; seed < 20; seed++) {
            DMatrixRMaj any = Samples.responsibilities(120, 3, seed);
            GaussianMixture theta = Samples.mixture(3, 2, 2, 100 + seed);
            double sum = VariationalEm.bound(theta, x, any) + VariationalEm.gap(theta, x, any);
            double l = theta.logLikelihood(x);
            assertEquals(l, sum, 1e-9 * Math.abs(l));
        }
    }

    @Test
    void exactEStepClosesTheGap() {
        DMatrixRMaj posterior = VariationalEm.eStep(model, x);
        assertEquals(0, VariationalEm.gap(model, x, posterior), 1e-11);
        assertEquals(model.logLikelihood(x), VariationalEm.bound(model, x, posterior), 1e-10);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.3, 0.9, 1})
    void partialEStepRaisesTheBoundAndShrinksTheGap(double step) {
        DMatrixRMaj next = VariationalEm.partialEStep(model, x, q, step);
        double before = VariationalEm.gap(model, x, q);
        double after = VariationalEm.gap(model, x, next);
        assertTrue(after <= (1 - step) * before + 1e-10, after + " after " + before);
        assertTrue(VariationalEm.bound(model, x, next) > VariationalEm.bound(model, x, q));
        assertEquals(0, VariationalEm.gap(model, x, VariationalEm.partialEStep(model, x, q, 1)), 1e-10);
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void emWithPartialEStepsRaisesTheBoundInEachStep(Covariance type) {
        DMatrixRMaj faithful = Tables.matrix(OldFaithful.load());
        DMatrixRMaj q = Samples.responsibilities(272, 2, 1);
        GaussianMixture theta = VariationalEm.mStep(faithful, q, type, 1e-6);
        double bound = VariationalEm.bound(theta, faithful, q);
        for (int t = 0; t < 40; t++) {
            DMatrixRMaj nextQ = VariationalEm.partialEStep(theta, faithful, q, .4);
            double afterE = VariationalEm.bound(theta, faithful, nextQ);
            double l = theta.logLikelihood(faithful);
            assertTrue(afterE > bound, "E-step " + t);
            assertEquals(l, afterE + VariationalEm.gap(theta, faithful, nextQ), 1e-9 * Math.abs(l));
            GaussianMixture next = VariationalEm.mStep(faithful, nextQ, type, 1e-6);
            bound = VariationalEm.bound(next, faithful, nextQ);
            assertTrue(bound >= afterE - 1e-10 * Math.abs(l), "M-step " + t);
            double nextL = next.logLikelihood(faithful);
            assertEquals(nextL, bound + VariationalEm.gap(next, faithful, nextQ), 1e-9 * Math.abs(l));
            assertTrue(nextL >= bound - 1e-9, "the bound is below");
            q = nextQ;
            theta = next;
        }
    }

    @Test
    void bothHalvesMakeTheFit() {
        GaussianMixture start = Samples.mixture(3, 2, 1.5, 8);
        GaussianMixture theta = start;
        for (int t = 0; t < 5; t++) {
            theta = VariationalEm.mStep(x, VariationalEm.eStep(theta, x), Covariance.FULL, 0);
        }
        GaussianMixture fitted = GaussianMixture.builder()
                .start(start)
                .covarianceFloor(0)
                .maxIterations(5)
                .fit(x);
        assertArrayEquals(fitted.means().data, theta.means().data, 1e-9);
        assertArrayEquals(fitted.weights(), theta.weights(), 1e-10);
        assertArrayEquals(fitted.covariance(2).data, theta.covariance(2).data, 1e-9);
    }

    // --- gradients, by central differences of the bound -------------------------------------------------------------

    private static double derivative(DoubleUnaryOperator f) {
        double h = 1e-5;
        return (f.applyAsDouble(h) - f.applyAsDouble(-h)) / (2 * h);
    }

    private double boundWithMean(GaussianMixture theta, int c, int j, double change) {
        double[][] means = Samples.array(theta.means());
        means[c][j] += change;
        return VariationalEm.bound(GaussianMixture.of(theta.weights(), means, Samples.covariances(theta)), x, q);
    }

    private double boundWithCovariance(GaussianMixture theta, int c, int i, int j, double change) {
        double[][][] covariances = Samples.covariances(theta);
        covariances[c][i][j] += change;
        if (i != j) {
            covariances[c][j][i] += change;
        }
        return VariationalEm.bound(
                GaussianMixture.of(theta.weights(), Samples.array(theta.means()), covariances), x, q);
    }

    private double boundWithWeights(GaussianMixture theta, int up, int down, double change) {
        double[] weights = theta.weights();
        weights[up] += change;
        weights[down] -= change;
        return VariationalEm.bound(
                GaussianMixture.of(weights, Samples.array(theta.means()), Samples.covariances(theta)), x, q);
    }

    @Test
    void gradientsAreTheDerivativesOfTheBound() {
        DMatrixRMaj means = VariationalEm.gradientMeans(model, x, q);
        DMatrixRMaj[] covariances = VariationalEm.gradientCovariances(model, x, q);
        double[] weights = VariationalEm.gradientWeights(model, x, q);
        for (int k = 0; k < 3; k++) {
            int c = k;
            for (int a = 0; a < 2; a++) {
                int i = a;
                double g = means.get(c, i);
                assertEquals(derivative(h -> boundWithMean(model, c, i, h)), g, 1e-5 * (1 + Math.abs(g)));
                for (int b = 0; b <= a; b++) {
                    int j = b;
                    double gs = covariances[c].get(i, j) + (i == j ? 0 : covariances[c].get(j, i));
                    assertEquals(
                            derivative(h -> boundWithCovariance(model, c, i, j, h)), gs, 1e-5 * (1 + Math.abs(gs)));
                }
            }
            int other = (c + 1) % 3;
            double gw = weights[c] - weights[other];
            assertEquals(derivative(h -> boundWithWeights(model, c, other, h)), gw, 1e-5 * (1 + Math.abs(gw)));
        }
    }

    @Test
    void theMeansNeedTheInverseCovariance() {
        // As printed in some notes, with Σₖ for Σₖ⁻¹ or without either: not the derivative.
        double[] derivative = {
            derivative(h -> boundWithMean(model, 0, 0, h)), derivative(h -> boundWithMean(model, 0, 1, h))
        };
        DMatrixRMaj sum = new DMatrixRMaj(2, 1);
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < 2; j++) {
                sum.data[j] += q.get(i, 0) * (x.get(i, j) - model.mean(0)[j]);
            }
        }
        DMatrixRMaj printed = new DMatrixRMaj(2, 1);
        CommonOps_DDRM.mult(model.covariance(0), sum, printed);
        assertTrue(Math.hypot(printed.data[0] - derivative[0], printed.data[1] - derivative[1]) > 1);
        assertTrue(Math.hypot(sum.data[0] - derivative[0], sum.data[1] - derivative[1]) > 1);
        assertArrayEquals(
                derivative, CommonOps_DDRM.extractRow(VariationalEm.gradientMeans(model, x, q), 0, null).data, 1e-4);
    }

    @Test
    void gradientsVanishAtTheMStep() {
        GaussianMixture theta = VariationalEm.mStep(x, q, Covariance.FULL, 0);
        DMatrixRMaj means = VariationalEm.gradientMeans(theta, x, q);
        for (int k = 0; k < 3; k++) {
            int c = k;
            for (int a = 0; a < 2; a++) {
                int i = a;
                assertEquals(0, means.get(c, i), 1e-10);
                assertEquals(0, derivative(h -> boundWithMean(theta, c, i, h)), 1e-6);
                for (int b = 0; b <= a; b++) {
                    int j = b;
                    assertEquals(0, VariationalEm.gradientCovariances(theta, x, q)[c].get(i, j), 1e-9);
                    assertEquals(0, derivative(h -> boundWithCovariance(theta, c, i, j, h)), 1e-6);
                }
            }
            assertEquals(0, VariationalEm.gradientWeights(theta, x, q)[c], 1e-10);
            assertEquals(0, derivative(h -> boundWithWeights(theta, c, (c + 1) % 3, h)), 1e-6);
        }
    }

    @Test
    void gradientsOfTheOtherFormsVanishAtTheirMSteps() {
        GaussianMixture tied = VariationalEm.mStep(x, q, Covariance.TIED, 0);
        DMatrixRMaj sum = new DMatrixRMaj(2, 2);
        for (DMatrixRMaj gradient : VariationalEm.gradientCovariances(tied, x, q)) {
            CommonOps_DDRM.addEquals(sum, gradient);
        }
        assertArrayEquals(new double[4], sum.data, 1e-9);
        GaussianMixture diagonal = VariationalEm.mStep(x, q, Covariance.DIAGONAL, 0);
        GaussianMixture spherical = VariationalEm.mStep(x, q, Covariance.SPHERICAL, 0);
        for (int c = 0; c < 3; c++) {
            DMatrixRMaj gradient = VariationalEm.gradientCovariances(diagonal, x, q)[c];
            assertEquals(0, gradient.get(0, 0), 1e-9);
            assertEquals(0, gradient.get(1, 1), 1e-9);
            assertEquals(0, CommonOps_DDRM.trace(VariationalEm.gradientCovariances(spherical, x, q)[c]), 1e-9);
        }
    }

    @Test
    void flooredMStepBeatsEveryFeasibleNeighbour() {
        // With the floor active the M-step must be the constrained maximum: no feasible change raises the bound.
        double floor = .9;
        GaussianMixture theta = VariationalEm.mStep(x, q, Covariance.FULL, floor);
        GaussianMixture free = VariationalEm.mStep(x, q, Covariance.FULL, 0);
        double best = VariationalEm.bound(theta, x, q);
        assertTrue(best < VariationalEm.bound(free, x, q) - 1e-3, "the floor is active");
        double[] variances = new double[2];
        SufficientStatistics.columnMoments(x, new double[2], variances);
        SplittableRandom rng = new SplittableRandom(1);
        int feasible = 0;
        for (int trial = 0; trial < 3000; trial++) {
            double[][][] covariances = Samples.covariances(theta);
            int c = rng.nextInt(3);
            double size = Math.pow(10, -4 * rng.nextDouble());
            covariances[c][0][0] += size * rng.nextGaussian();
            covariances[c][1][1] += size * rng.nextGaussian();
            covariances[c][0][1] = covariances[c][1][0] = covariances[c][0][1] + size * rng.nextGaussian();
            double a = covariances[c][0][0] - floor * variances[0];
            double b = covariances[c][1][1] - floor * variances[1];
            if (a >= 0 && b >= 0 && a * b >= covariances[c][0][1] * covariances[c][0][1]) {
                feasible++;
                GaussianMixture other = GaussianMixture.of(theta.weights(), Samples.array(theta.means()), covariances);
                assertTrue(VariationalEm.bound(other, x, q) <= best + 1e-9, "trial " + trial);
            }
        }
        assertTrue(feasible > 100, feasible + " feasible trials");
    }

    @Test
    void aComponentOfWeightZero() {
        GaussianMixture dead = GaussianMixture.of(
                new double[] {0, 1}, new double[][] {{0, 0}, {1, 1}}, new double[][] {{1, 0}, {0, 1}}, new double[][] {
                    {1, 0}, {0, 1}
                });
        DMatrixRMaj row = new DMatrixRMaj(new double[][] {{.5, .5}});
        DMatrixRMaj alive = new DMatrixRMaj(new double[][] {{0, 1}});
        assertEquals(dead.logLikelihood(row), VariationalEm.bound(dead, row, alive), 1e-12);
        assertEquals(0, VariationalEm.gap(dead, row, alive), 1e-12);
        DMatrixRMaj both = new DMatrixRMaj(new double[][] {{.5, .5}});
        assertEquals(Double.NEGATIVE_INFINITY, VariationalEm.bound(dead, row, both));
        assertEquals(Double.POSITIVE_INFINITY, VariationalEm.gap(dead, row, both));
    }

    @Test
    void wrongResponsibilitiesAreNamed() {
        DMatrixRMaj row = new DMatrixRMaj(new double[][] {{0, 0}});
        assertMessage("q is 1×2, expected 1×3", () -> VariationalEm.bound(model, row, new DMatrixRMaj(1, 2)));
        assertMessage(
                "row 0 of q sums to 0.5, expected 1",
                () -> VariationalEm.bound(model, row, new DMatrixRMaj(new double[][] {{.5, 0, 0}})));
        assertMessage(
                "q has -1.0 in row 0",
                () -> VariationalEm.gap(model, row, new DMatrixRMaj(new double[][] {{-1, 1, 1}})));
        assertMessage(
                "x has 1 columns, the model has 2",
                () -> VariationalEm.gradientMeans(model, new DMatrixRMaj(1, 1), new DMatrixRMaj(1, 3)));
        assertMessage("step is 2.0, expected 0 to 1", () -> VariationalEm.partialEStep(model, x, q, 2));
        DMatrixRMaj none = new DMatrixRMaj(120, 2);
        for (int i = 0; i < 120; i++) {
            none.set(i, 1, 1);
        }
        assertMessage(
                "component 0 (counted from 0) has responsibility for no row",
                () -> VariationalEm.mStep(x, none, Covariance.FULL, 0));
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable executable) {
        String message =
                assertThrows(IllegalArgumentException.class, executable).getMessage();
        assertTrue(message.startsWith("VariationalEm.") && message.contains(part), message);
    }
}

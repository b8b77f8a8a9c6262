package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.model.GenerativeModelContract;
import lvm.model.HasDensityContract;
import lvm.model.History;
import lvm.model.Rows;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the capability interfaces promise, and that densities and draws follow the definition. */
class GaussianMixtureContractTest {

    @Nested
    class InOneDimension
            implements HasDensityContract<DMatrixRMaj>, GenerativeModelContract<DMatrixRMaj>, Rows.Doubles {
        private final GaussianMixture model = GaussianMixture.of(
                new double[] {.3, .7}, new double[][] {{-1}, {2}}, new double[][] {{.25}}, new double[][] {{1.5}});

        @Override
        public GaussianMixture densityModel() {
            return model;
        }

        @Override
        public GaussianMixture generativeModel() {
            return model;
        }

        @Override
        public double[][] rowsWithDensity() {
            return new double[][] {{-1}, {.3}, {7}};
        }

        @Override
        public double[][] support() {
            return new double[][] {{-8, 12}};
        }

        /** False failures: 1 in 10⁴ over random seeds; the seed is fixed. */
        @Test
        void drawsHaveTheDistributionOfTheDensity() {
            int n = 20_000;
            DMatrixRMaj x = model.sample(n, new SplittableRandom(5));
            double[] uniform = new double[n];
            int cells = 40_000;
            double[] cumulative = new double[cells + 1];
            DMatrixRMaj grid = new DMatrixRMaj(cells, 1);
            for (int i = 0; i < cells; i++) {
                grid.data[i] = -8 + (i + .5) * 20 / cells;
            }
            double[] logP = model.logDensity(grid);
            for (int i = 0; i < cells; i++) {
                cumulative[i + 1] = cumulative[i] + Math.exp(logP[i]) * 20 / cells;
            }
            for (int i = 0; i < n; i++) {
                uniform[i] = cumulative[(int) Math.round((x.data[i] + 8) * cells / 20)];
            }
            assertTrue(Samples.kolmogorovSmirnov(uniform) < 2.2253, "2 exp(−2 λ²) = 10⁻⁴");
        }
    }

    @Nested
    class InTwoDimensions
            implements HasDensityContract<DMatrixRMaj>, GenerativeModelContract<DMatrixRMaj>, Rows.Doubles {
        private final GaussianMixture model = GaussianMixture.of(
                new double[] {.2, 0, .8},
                new double[][] {{-1, 0}, {5, 5}, {2, 1}},
                new double[][] {{.5, .3}, {.3, .6}},
                new double[][] {{1, 0}, {0, 1}},
                new double[][] {{2, -.9}, {-.9, 1}});

        @Override
        public GaussianMixture densityModel() {
            return model;
        }

        @Override
        public GaussianMixture generativeModel() {
            return model;
        }

        @Override
        public double[][] rowsWithDensity() {
            return new double[][] {{-1, 0}, {2, 3}, {10, -10}, {40, 40}};
        }

        @Override
        public double[][] support() {
            return new double[][] {{-9, 13}, {-8, 10}};
        }

        @Test
        void densityIsTheFormula() {
            DMatrixRMaj x = matrix(rowsWithDensity());
            DMatrixRMaj joint = model.logJoint(x);
            double[] logP = model.logDensity(x);
            DMatrixRMaj posterior = model.responsibilities(x);
            for (int i = 0; i < x.numRows; i++) {
                double p = 0;
                for (int c : new int[] {0, 2}) {
                    DMatrixRMaj sigma = model.covariance(c);
                    DMatrixRMaj inverse = new DMatrixRMaj(2, 2);
                    CommonOps_DDRM.invert(sigma, inverse);
                    double a = x.get(i, 0) - model.mean(c)[0];
                    double b = x.get(i, 1) - model.mean(c)[1];
                    double quadratic =
                            a * a * inverse.get(0, 0) + 2 * a * b * inverse.get(0, 1) + b * b * inverse.get(1, 1);
                    double log = Math.log(model.weights()[c])
                            - Math.log(2 * Math.PI)
                            - .5 * Math.log(CommonOps_DDRM.det(sigma))
                            - .5 * quadratic;
                    assertEquals(log, joint.get(i, c), 1e-11 * Math.abs(log));
                    p += Math.exp(log);
                }
                if (p > 0) { // the last row is so far out that p underflows, its logarithm does not
                    assertEquals(Math.log(p), logP[i], 1e-11 * Math.abs(logP[i]));
                }
                assertEquals(1, posterior.get(i, 0) + posterior.get(i, 1) + posterior.get(i, 2), 1e-14);
                assertEquals(0, posterior.get(i, 1));
                assertEquals(Math.exp(joint.get(i, 0) - logP[i]), posterior.get(i, 0), 1e-14);
                assertEquals(posterior.get(i, 0) > posterior.get(i, 2) ? 0 : 2, model.assignments(x)[i]);
            }
        }

        /** False failures: 1 in 10⁴ for each of the statistics over random seeds; the seed is fixed. */
        @Test
        void drawsFollowWeightsMeansAndCovariances() {
            int n = 30_000;
            GaussianMixture.Draw draw = model.sampleWithComponents(n, new SplittableRandom(3));
            int[] count = new int[3];
            for (int c : draw.component()) {
                count[c]++;
            }
            assertEquals(0, count[1]);
            assertEquals(.2 * n, count[0], 3.891 * Math.sqrt(n * .2 * .8), "two-sided normal quantile of 10⁻⁴");
            for (int c : new int[] {0, 2}) {
                DMatrixRMaj inverse = new DMatrixRMaj(2, 2);
                CommonOps_DDRM.invert(model.covariance(c), inverse);
                double[] radius = new double[count[c]];
                double[] angle = new double[count[c]];
                // Σ⁻¹ = UᵀU with U upper triangular: U (x − μ) is standard normal.
                double u00 = Math.sqrt(inverse.get(0, 0));
                double u01 = inverse.get(0, 1) / u00;
                double u11 = Math.sqrt(inverse.get(1, 1) - u01 * u01);
                int m = 0;
                for (int i = 0; i < n; i++) {
                    if (draw.component()[i] == c) {
                        double a = draw.x().get(i, 0) - model.mean(c)[0];
                        double b = draw.x().get(i, 1) - model.mean(c)[1];
                        double y0 = u00 * a + u01 * b;
                        double y1 = u11 * b;
                        radius[m] = 1 - Math.exp(-.5 * (y0 * y0 + y1 * y1)); // χ² with two degrees of freedom
                        angle[m++] = .5 + Math.atan2(y1, y0) / (2 * Math.PI);
                    }
                }
                assertTrue(Samples.kolmogorovSmirnov(radius) < 2.2253, "2 exp(−2 λ²) = 10⁻⁴");
                assertTrue(Samples.kolmogorovSmirnov(angle) < 2.2253, "2 exp(−2 λ²) = 10⁻⁴");
            }
        }

        @Test
        void accessorsGiveCopies() {
            assertNotSame(model.weights(), model.weights());
            model.weights()[0] = 9;
            model.mean(0)[0] = 9;
            model.means().set(0, 0, 9);
            model.covariance(0).set(0, 0, 9);
            assertArrayEquals(new double[] {.2, 0, .8}, model.weights());
            assertEquals(-1, model.mean(0)[0]);
            assertEquals(-1, model.means().get(0, 0));
            assertEquals(.5, model.covariance(0).get(0, 0));
        }

        @Test
        void wasNotFitted() {
            assertEquals(History.Stop.CLOSED_FORM, model.history().stop());
            assertEquals("0.2000, 0.0000, 0.8000", model.summary().results().get("weights"));
        }
    }

    @Test
    void blocksOfRowsAndOddDimensionsAreAllTheSame() {
        // Row counts around the size of a block, dimensions around the number of columns worked on at a time.
        for (int d = 1; d <= 9; d++) {
            GaussianMixture model = Samples.mixture(3, d, 2, d);
            for (int n : new int[] {1, 127, 128, 129, 300}) {
                DMatrixRMaj x = model.sample(n, new SplittableRandom(n));
                double[] together = model.logDensity(x);
                for (int i = 0; i < n; i += 41) {
                    double p = 0;
                    for (int c = 0; c < 3; c++) {
                        DMatrixRMaj difference = new DMatrixRMaj(d, 1);
                        for (int j = 0; j < d; j++) {
                            difference.data[j] = x.get(i, j) - model.mean(c)[j];
                        }
                        DMatrixRMaj solved = new DMatrixRMaj(d, 1);
                        assertTrue(CommonOps_DDRM.solve(model.covariance(c), difference, solved));
                        double density = Math.exp(-.5 * CommonOps_DDRM.dot(difference, solved))
                                / Math.sqrt(Math.pow(2 * Math.PI, d) * CommonOps_DDRM.det(model.covariance(c)));
                        p += model.weights()[c] * density;
                    }
                    assertEquals(Math.log(p), together[i], 1e-9, "d = " + d + ", n = " + n + ", row " + i);
                }
            }
        }
    }

    @Test
    void parameterCountsAndCriteriaAreTheirDefinitions() {
        DMatrixRMaj x = Samples.mixture(3, 4, 4, 1).sample(200, new SplittableRandom(1));
        long[] expected = {2 + 12 + 3, 2 + 12 + 12, 2 + 12 + 10, 2 + 12 + 30};
        for (Covariance type : Covariance.values()) {
            GaussianMixture model = GaussianMixture.builder()
                    .components(3)
                    .covariance(type)
                    .maxIterations(3)
                    .fit(x);
            long p = model.parameterCount();
            assertEquals(expected[type.ordinal()], p, type.toString());
            assertEquals(p * Math.log(200) - 2 * model.logLikelihood(x), model.bic(x), 1e-9);
            assertEquals(2 * p - 2 * model.logLikelihood(x), model.aic(x), 1e-9);
            assertEquals(type, model.covarianceType());
        }
    }
}

package lvm.factor;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.data.Sources;
import lvm.evaluation.AmariDistance;
import lvm.factor.MaximumLikelihoodIca.Source;
import lvm.model.EncoderDecoderContract;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasDensityContract;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.Rows;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaximumLikelihoodIcaTest
        implements GenerativeModelContract<DMatrixRMaj>,
                HasDensityContract<DMatrixRMaj>,
                EncoderDecoderContract<DMatrixRMaj>,
                Rows.Doubles {

    private static final Source SUPER = Source.SUPER_GAUSSIAN;
    private static final Source SUB = Source.SUB_GAUSSIAN;

    private static final DMatrixRMaj W = new DMatrixRMaj(new double[][] {{1, 0.4}, {-0.5, 0.8}});
    private static final MaximumLikelihoodIca PLANE = MaximumLikelihoodIca.of(W, new double[] {0.3, -0.2}, SUPER, SUB);

    @Override
    public GenerativeModel<DMatrixRMaj> generativeModel() {
        return PLANE;
    }

    @Override
    public HasDensity<DMatrixRMaj> densityModel() {
        return PLANE;
    }

    @Override
    public HasEncoder<DMatrixRMaj> encoder() {
        return PLANE;
    }

    @Override
    public HasDecoder<DMatrixRMaj> decoder() {
        return PLANE;
    }

    @Override
    public double[][] observations() {
        return new double[][] {{1, 2}, {0, -1}, {-3, 0.5}};
    }

    @Override
    public double[][] rowsWithDensity() {
        return observations();
    }

    @Override
    public double[][] support() {
        return new double[][] {{-25, 25}, {-20, 20}};
    }

    private static double density(Source source, double h) {
        double root = Math.sqrt(2 * Math.PI);
        return source == SUPER
                ? 1 / (Math.PI * Math.cosh(h))
                : (Math.exp(-(h - 1) * (h - 1) / 2) + Math.exp(-(h + 1) * (h + 1) / 2)) / (2 * root);
    }

    /** log p(x) = log p_h(W⁻¹(x − b)) + log |det W⁻¹| by hand. */
    @Test
    void densityEqualsTheChangeOfVariables() {
        double det = 1 * 0.8 + 0.5 * 0.4;
        SplittableRandom rng = new SplittableRandom(1);
        for (int i = 0; i < 1000; i++) {
            double x = 6 * rng.nextDouble() - 3;
            double y = 6 * rng.nextDouble() - 3;
            double h1 = (0.8 * (x - 0.3) - 0.4 * (y + 0.2)) / det;
            double h2 = (0.5 * (x - 0.3) + 1 * (y + 0.2)) / det;
            double expected = Math.log(density(SUPER, h1)) + Math.log(density(SUB, h2)) - Math.log(det);
            double[] actual = PLANE.logDensity(new DMatrixRMaj(new double[][] {{x, y}}));
            assertEquals(expected, actual[0], 1e-10);
        }
    }

    @Test
    void theDensityIsThatOfDrawsFarOutToo() {
        for (double h : new double[] {0, 300, -800, 1e5}) {
            double logCosh = Math.abs(h) + Math.log((1 + Math.exp(-2 * Math.abs(h))) / 2);
            assertEquals(-logCosh - Math.log(Math.PI), SUPER.logDensity(h), 1e-12 * Math.max(1, Math.abs(h)));
            assertTrue(Double.isFinite(SUB.logDensity(h)));
        }
    }

    /** The statistic of Kolmogorov and Smirnov of 50,000 draws is above 2.5 / √n with a probability of 10⁻⁵. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void drawsFollowTheDensity(Source source) {
        int n = 50_000;
        SplittableRandom rng = new SplittableRandom(2);
        double[] draws = new double[n];
        Arrays.setAll(draws, i -> source.sample(rng));
        Arrays.sort(draws);
        double cumulative = 0;
        double at = -40;
        double worst = 0;
        double step = 1e-3;
        for (int i = 0; i < n; i += 50) {
            while (at < draws[i]) {
                cumulative += step * Math.exp(source.logDensity(at + step / 2));
                at += step;
            }
            worst = Math.max(worst, Math.abs(cumulative - i / (double) n));
        }
        assertTrue(worst < 2.5 / Math.sqrt(n) + 2e-3, "distance " + worst);
    }

    private static final Sources SIGNALS = Sources.generate(10_000, 1);
    private static final DMatrixRMaj MIXTURES = SIGNALS.mixtures().matrix();

    @Test
    void findsFiveMixedSourcesAndTheirKinds() {
        MaximumLikelihoodIca ica = MaximumLikelihoodIca.builder().fit(MIXTURES);
        assertTrue(ica.converged(), ica::toString);
        assertTrue(AmariDistance.of(ica.unmixing(), SIGNALS.mixing()) < 0.02, ica::toString);
        DMatrixRMaj p = new DMatrixRMaj(5, 5);
        CommonOps_DDRM.mult(ica.unmixing(), SIGNALS.mixing(), p);
        for (int i = 0; i < 5; i++) {
            int match = 0;
            for (int j = 1; j < 5; j++) {
                match = Math.abs(p.get(i, j)) > Math.abs(p.get(i, match)) ? j : match;
            }
            // Sine, square wave and sawtooth are flat, Laplace's noise and speech peaked.
            assertEquals(match < 3 ? SUB : SUPER, ica.sources().get(i), "source " + match);
        }
        assertTrue(ica.summary().results().get("sources").contains("2 super-Gaussian, 3 sub-Gaussian"));
    }

    @Test
    void theFitIsAMaximum() {
        DMatrixRMaj x = CommonOps_DDRM.extract(MIXTURES, 0, 2000, 0, 5);
        MaximumLikelihoodIca ica =
                MaximumLikelihoodIca.builder().tolerance(1e-9).fit(x);
        assertTrue(ica.converged() && ica.gradient() <= 1e-9, ica::toString);
        // The likelihood equations E[ψ(hᵢ) hⱼ] = δᵢⱼ.
        DMatrixRMaj h = ica.encode(x);
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++) {
                double sum = 0;
                for (int t = 0; t < 2000; t++) {
                    double v = h.get(t, i);
                    double psi = ica.sources().get(i) == SUPER ? Math.tanh(v) : v - Math.tanh(v);
                    sum += psi * h.get(t, j) / 2000;
                }
                assertEquals(i == j ? 1 : 0, sum, 1e-8);
            }
        }
        double most = ica.logLikelihood(x);
        assertEquals(most, ica.history().last("logLikelihood"), 1e-8 * Math.abs(most));
        SplittableRandom rng = new SplittableRandom(3);
        Source[] sources = ica.sources().toArray(new Source[0]);
        for (int trial = 0; trial < 50; trial++) {
            DMatrixRMaj other = ica.mixing();
            for (int i = 0; i < 25; i++) {
                other.data[i] *= 1 + 0.02 * rng.nextGaussian();
            }
            assertTrue(MaximumLikelihoodIca.of(other, ica.mean(), sources).logLikelihood(x) < most);
        }
    }

    @Test
    void theLikelihoodNeverFalls() {
        // Peaked densities for flat sources: the wrong model, and a fit far from its start.
        DMatrixRMaj x = CommonOps_DDRM.extract(MIXTURES, 0, 3000, 0, 5);
        MaximumLikelihoodIca wrong =
                MaximumLikelihoodIca.builder().sources(SUPER).fit(x);
        double[] logLikelihood = wrong.history().column("logLikelihood");
        for (int i = 1; i < logLikelihood.length; i++) {
            assertTrue(logLikelihood[i] >= logLikelihood[i - 1] - 1e-9 * Math.abs(logLikelihood[i]), "iteration " + i);
        }
        assertEquals(List.of(SUPER, SUPER, SUPER, SUPER, SUPER), wrong.sources());
        assertTrue(MaximumLikelihoodIca.builder().fit(x).logLikelihood(x) > wrong.logLikelihood(x));
    }

    @Test
    void aFitToDrawsFindsTheModelAgain() {
        // Its own sources have the scale of the model, so W comes back up to order and sign; standard errors are near
        // 0.01.
        DMatrixRMaj w = new DMatrixRMaj(new double[][] {{2, 0.3, 0}, {-0.5, 1, 0.2}, {0.3, 0.1, 0.5}});
        double[] mean = {1, 2, 3};
        MaximumLikelihoodIca truth = MaximumLikelihoodIca.of(w, mean, SUPER, SUB, SUPER);
        DMatrixRMaj x = truth.sample(40_000, new SplittableRandom(4));
        MaximumLikelihoodIca fitted = MaximumLikelihoodIca.builder().fit(x);
        for (int j = 0; j < 3; j++) {
            double best = Double.POSITIVE_INFINITY;
            for (int k = 0; k < 3; k++) {
                for (int sign = -1; sign <= 1; sign += 2) {
                    double apart = 0;
                    for (int i = 0; i < 3; i++) {
                        apart = Math.max(
                                apart,
                                Math.abs(w.get(i, j) - sign * fitted.mixing().get(i, k)));
                    }
                    best = Math.min(best, apart);
                }
            }
            assertTrue(best < 0.1, "column " + j + " is off by " + best + " in " + fitted.mixing());
        }
        assertArrayEquals(mean, fitted.mean(), 0.1);
        assertTrue(fitted.logLikelihood(x) >= truth.logLikelihood(x) - 40, "the maximum is above the truth but for b");
    }

    @Test
    void goesOnFromACheckpointAsIfNeverStopped(@TempDir Path directory) {
        DMatrixRMaj x = CommonOps_DDRM.extract(MIXTURES, 0, 2000, 0, 5);
        MaximumLikelihoodIca whole =
                MaximumLikelihoodIca.builder().tolerance(1e-9).fit(x);
        MaximumLikelihoodIca part = MaximumLikelihoodIca.builder()
                .tolerance(1e-9)
                .maxIterations(2)
                .checkpoint(directory)
                .fit(x);
        assertFalse(part.converged());
        assertEquals(History.Stop.BUDGET, part.history().stop());
        String told = part.summary().results().get("not converged");
        assertTrue(told.contains(String.format(java.util.Locale.ROOT, "%.2e", part.gradient())), told);
        MaximumLikelihoodIca resumed =
                MaximumLikelihoodIca.builder().tolerance(1e-9).resume(directory).fit(x);
        assertArrayEquals(whole.mixing().data, resumed.mixing().data);
        assertEquals(whole.history().size(), resumed.history().size());
    }

    @Test
    void anInterruptBeforeTheStartIsACancellation() {
        Thread.currentThread().interrupt();
        assertThrows(
                CancellationException.class,
                () -> MaximumLikelihoodIca.builder().fit(MIXTURES));
        assertTrue(Thread.interrupted(), "the thread stays interrupted");
    }

    @Test
    void badInputIsNamed() {
        SplittableRandom rng = new SplittableRandom(5);
        double[][] x = new double[20][3];
        for (double[] row : x) {
            Arrays.setAll(row, j -> rng.nextDouble());
        }
        MaximumLikelihoodIca.Builder ica = MaximumLikelihoodIca.builder();
        double[][] nan = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        nan[7][1] = Double.NaN;
        assertMessageHas("MaximumLikelihoodIca.fit: NaN in row 7, column 1", () -> ica.fit(nan));
        assertMessageHas("x has 3 rows, expected at least 4", () -> ica.fit(Arrays.copyOf(x, 3)));
        double[][] constant = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        for (double[] row : constant) {
            row[0] = 5;
        }
        assertMessageHas("column 0 (counted from 0) of x is constant, 5.0 in every row", () -> ica.fit(constant));
        for (double[] row : constant) {
            row[0] = row[1] + row[2];
        }
        assertMessageHas("only 2 linearly independent columns", () -> ica.fit(constant));
        assertMessageHas(
                "2 sources for 3 columns, expected one or 3",
                () -> MaximumLikelihoodIca.builder().sources(SUB, SUB).fit(x));
        assertMessageHas("tolerance is -1.0", () -> ica.tolerance(-1));
        assertMessageHas("maxIterations is -1", () -> ica.maxIterations(-1));
        assertMessageHas(
                "mixing is singular", () -> MaximumLikelihoodIca.of(new DMatrixRMaj(2, 2), new double[2], SUB, SUB));
        assertMessageHas(
                "mixing is 2×2, there are 2 means and 1 sources", () -> MaximumLikelihoodIca.of(W, new double[2], SUB));
    }
}

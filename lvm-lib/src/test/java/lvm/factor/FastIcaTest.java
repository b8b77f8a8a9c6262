package lvm.factor;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import lvm.data.Sources;
import lvm.data.Tables;
import lvm.evaluation.AmariDistance;
import lvm.factor.FastIca.Algorithm;
import lvm.factor.FastIca.Contrast;
import lvm.model.EncoderDecoderContract;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.Rows;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FastIcaTest implements EncoderDecoderContract<DMatrixRMaj>, Rows.Doubles {
    private static final Sources SIGNALS = Sources.generate(20_000, 1);
    private static final DMatrixRMaj MIXTURES = SIGNALS.mixtures().matrix();

    @Override
    public HasEncoder<DMatrixRMaj> encoder() {
        return FastIca.builder().components(3).fit(MIXTURES);
    }

    @Override
    public HasDecoder<DMatrixRMaj> decoder() {
        return FastIca.builder().components(3).fit(MIXTURES);
    }

    @Override
    public double[][] observations() {
        return new double[][] {{1, 2, 3, 4, 5}, {0, -1, 0, 2, 1}, {-3, 1, 1, 1, 0}};
    }

    static Stream<Arguments> kinds() {
        return Arrays.stream(Algorithm.values())
                .flatMap(algorithm -> Arrays.stream(Contrast.values()).map(c -> Arguments.of(algorithm, c)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void findsFiveMixedSources(Algorithm algorithm, Contrast contrast) {
        FastIca ica = FastIca.builder()
                .algorithm(algorithm)
                .contrast(contrast)
                .seed(3)
                .fit(MIXTURES);
        assertTrue(ica.converged(), ica::toString);
        double distance = AmariDistance.of(ica.unmixing(), SIGNALS.mixing());
        assertTrue(distance < 0.02, "Amari distance " + distance);
        DMatrixRMaj s = ica.encode(MIXTURES);
        assertWhite(s, 1e-10);
        assertClose(MIXTURES, ica.decode(s), 1e-10);
        DMatrixRMaj identity = new DMatrixRMaj(5, 5);
        CommonOps_DDRM.mult(ica.unmixing(), ica.mixing(), identity);
        assertClose(CommonOps_DDRM.identity(5), identity, 1e-10);
        for (int j = 1; j < 5; j++) {
            assertTrue(norm(ica.mixing(), j - 1) >= norm(ica.mixing(), j), "sources out of order");
        }
    }

    private static double norm(DMatrixRMaj a, int column) {
        double sum = 0;
        for (int i = 0; i < a.numRows; i++) {
            sum += a.get(i, column) * a.get(i, column);
        }
        return sum;
    }

    static void assertWhite(DMatrixRMaj s, double tolerance) {
        for (int j = 0; j < s.numCols; j++) {
            for (int k = -1; k <= j; k++) {
                double sum = 0;
                for (int i = 0; i < s.numRows; i++) {
                    sum += s.get(i, j) * (k < 0 ? 1 : s.get(i, k)) / s.numRows;
                }
                assertEquals(k == j ? 1 : 0, sum, tolerance, "columns " + j + " and " + k);
            }
        }
    }

    private static void assertClose(DMatrixRMaj expected, DMatrixRMaj actual, double tolerance) {
        assertTrue(MatrixFeatures_DDRM.isIdentical(expected, actual, tolerance));
    }

    /** The definition: w is parallel to E[z g(wᵀz)] − E[g′(wᵀz)] w, computed here by Math. */
    @ParameterizedTest
    @MethodSource("kinds")
    void directionsAreFixedPoints(Algorithm algorithm, Contrast contrast) {
        DMatrixRMaj x = CommonOps_DDRM.extract(MIXTURES, 0, 3000, 0, 5);
        FastIca ica = FastIca.builder()
                .algorithm(algorithm)
                .contrast(contrast)
                .tolerance(1e-14)
                .fit(x);
        DMatrixRMaj s = ica.encode(x);
        DMatrixRMaj step = new DMatrixRMaj(5, 5);
        for (int i = 0; i < 5; i++) {
            for (int t = 0; t < s.numRows; t++) {
                double y = s.get(t, i);
                double bell = Math.exp(-y * y / 2);
                double g =
                        contrast == Contrast.LOGCOSH ? Math.tanh(y) : contrast == Contrast.EXP ? y * bell : y * y * y;
                double slope = contrast == Contrast.LOGCOSH
                        ? 1 - Math.tanh(y) * Math.tanh(y)
                        : contrast == Contrast.EXP ? (1 - y * y) * bell : 3 * y * y;
                for (int j = 0; j < 5; j++) {
                    step.add(i, j, (s.get(t, j) * g - (i == j ? slope : 0)) / s.numRows);
                }
            }
        }
        // In the coordinates of the sources W is I. All at once: the polar factor of the step is I up to signs, so the
        // step is symmetric up to signs of rows. One by one: no part along the later directions.
        double asymmetry = 0;
        double smallestBelow = 0;
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++) {
                double si = Math.signum(step.get(i, i));
                double sj = Math.signum(step.get(j, j));
                asymmetry = Math.max(asymmetry, Math.abs(si * step.get(i, j) - sj * step.get(j, i)));
                if (i != j) {
                    double least = Math.min(Math.abs(step.get(i, j)), Math.abs(step.get(j, i)));
                    smallestBelow = Math.max(smallestBelow, least);
                }
            }
        }
        assertEquals(0, algorithm == Algorithm.SYMMETRIC ? asymmetry : smallestBelow, 1e-6);
    }

    /** What data/reference/scikit-learn/fast-ica.json holds. */
    private static final class Reference {
        String program;
        String sha256;
        double[][] start;
        Theirs[] fits;
    }

    private static final class Theirs {
        String algorithm;
        String contrast;
        double[][] unmixing;
        double[][] mixing;
        double[][] whitening;
    }

    @Test
    void equalsScikitLearnUpToOrderAndSign() throws Exception {
        Path directory = Path.of("../data/reference/scikit-learn");
        Reference reference =
                new Gson().fromJson(Files.readString(directory.resolve("fast-ica.json")), Reference.class);
        byte[] csv = Files.readAllBytes(directory.resolve("ica-mixtures.csv"));
        assertEquals(
                reference.sha256,
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(csv)));
        assertTrue(reference.program.startsWith("scikit-learn "), reference.program);
        double[][] rows = new String(csv)
                .lines()
                .skip(1)
                .map(line -> Arrays.stream(line.split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray(double[][]::new);
        DMatrixRMaj x = Tables.matrix(rows);
        assertClose(Sources.generate(1000, 1).mixtures().matrix(), x, 0.51e-6);
        assertEquals(6, reference.fits.length);
        DMatrixRMaj ours = FastIca.builder().maxIterations(1).fit(x).whitening();
        for (Theirs theirs : reference.fits) {
            // The start in our basis of the whitened space, which differs from theirs by signs.
            double[][] basis = new double[5][5];
            for (int i = 0; i < 5; i++) {
                double sign = Math.signum(ours.get(i, 0)) * Math.signum(theirs.whitening[i][0]);
                for (int j = 0; j < 5; j++) {
                    basis[j][i] = sign * reference.start[j][i];
                    // Theirs leaves out the factor √n.
                    assertEquals(theirs.whitening[i][j] * Math.sqrt(1000), sign * ours.get(i, j), 1e-8);
                }
            }
            FastIca ica = FastIca.builder()
                    .algorithm(theirs.algorithm.equals("parallel") ? Algorithm.SYMMETRIC : Algorithm.DEFLATION)
                    .contrast(Contrast.valueOf(theirs.contrast.toUpperCase(java.util.Locale.ROOT)))
                    .start(new DMatrixRMaj(basis))
                    .tolerance(1e-14)
                    .maxIterations(2000)
                    .fit(x);
            boolean[] taken = new boolean[5];
            for (int i = 0; i < 5; i++) {
                int match = -1;
                for (int j = 0; j < 5 && match < 0; j++) {
                    for (double sign : new double[] {1, -1}) {
                        double apart = 0;
                        for (int l = 0; l < 5; l++) {
                            apart = Math.max(
                                    apart,
                                    Math.abs(sign * theirs.unmixing[j][l]
                                            - ica.unmixing().get(i, l)));
                            apart = Math.max(
                                    apart,
                                    Math.abs(sign * theirs.mixing[l][j]
                                            - ica.mixing().get(l, i)));
                        }
                        if (apart < 1e-6) {
                            match = j;
                        }
                    }
                }
                assertTrue(match >= 0 && !taken[match], theirs.algorithm + " " + theirs.contrast + ", source " + i);
                taken[match] = true;
            }
        }
    }

    @Test
    void gaussianSourcesDoNotConvergeAndSaySoWithTheNumber() {
        SplittableRandom rng = new SplittableRandom(5);
        DMatrixRMaj x = new DMatrixRMaj(2000, 4);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = rng.nextGaussian();
        }
        for (Algorithm algorithm : Algorithm.values()) {
            FastIca ica = FastIca.builder()
                    .algorithm(algorithm)
                    .maxIterations(5)
                    .tolerance(1e-12)
                    .fit(x);
            assertFalse(ica.converged());
            assertEquals(History.Stop.BUDGET, ica.history().stop());
            assertTrue(ica.change() > 1e-12);
            String told = ica.summary().results().get("not converged");
            assertTrue(told.contains(String.format(java.util.Locale.ROOT, "%.2e", ica.change())), told);
            assertTrue(told.contains("1.0e-12"), told);
        }
    }

    @Test
    void directionsOfLittleVarianceAreFoundToo() {
        // Scales from 1 to 10⁻⁵, a mean of 1000 and a rotation: rounding in the covariance must not reach the sources.
        DMatrixRMaj s = SIGNALS.sources().matrix();
        DMatrixRMaj x = new DMatrixRMaj(s.numRows, 5);
        DMatrixRMaj a = new DMatrixRMaj(5, 5);
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++) {
                a.set(i, j, ((i == j ? 1 : 0) - 0.4) * Math.pow(10, -j * 1.25)); // a reflection, columns scaled
            }
        }
        CommonOps_DDRM.multTransB(s, a, x);
        CommonOps_DDRM.add(x, 1000);
        FastIca ica = FastIca.builder().fit(x);
        assertWhite(ica.encode(x), 1e-8);
        assertTrue(AmariDistance.of(ica.unmixing(), a) < 0.02);
    }

    @Test
    void fewerSourcesThanDimensionsLiveInTheLeadingDirections() {
        // Three sources in five dimensions with a little noise.
        DMatrixRMaj s = CommonOps_DDRM.extract(SIGNALS.sources().matrix(), 0, 20_000, 0, 3);
        DMatrixRMaj a = CommonOps_DDRM.extract(SIGNALS.mixing(), 0, 5, 0, 3);
        DMatrixRMaj x = new DMatrixRMaj(20_000, 5);
        CommonOps_DDRM.multTransB(s, a, x);
        SplittableRandom rng = new SplittableRandom(6);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] += 0.001 * rng.nextGaussian();
        }
        FastIca ica = FastIca.builder().components(3).fit(x);
        assertEquals(5, ica.dim());
        assertEquals(3, ica.latentDim());
        assertTrue(AmariDistance.of(ica.unmixing(), a) < 0.02);
        assertWhite(ica.encode(x), 1e-9);
        assertClose(x, ica.decode(ica.encode(x)), 0.01);
    }

    @Test
    void theSameSeedGivesTheSameModelBitForBit() {
        for (Algorithm algorithm : Algorithm.values()) {
            FastIca one = FastIca.builder().algorithm(algorithm).seed(2).fit(MIXTURES);
            FastIca two = FastIca.builder().algorithm(algorithm).seed(2).fit(MIXTURES);
            assertArrayEquals(one.unmixing().data, two.unmixing().data);
            FastIca other = FastIca.builder().algorithm(algorithm).seed(3).fit(MIXTURES);
            assertFalse(Arrays.equals(one.unmixing().data, other.unmixing().data));
        }
    }

    @Test
    void goesOnFromACheckpointAsIfNeverStopped(@TempDir Path directory) {
        for (Algorithm algorithm : Algorithm.values()) {
            Path place = directory.resolve(algorithm.name());
            FastIca whole = FastIca.builder().algorithm(algorithm).fit(MIXTURES);
            FastIca.Builder part = FastIca.builder().algorithm(algorithm).checkpoint(place);
            Thread.currentThread().interrupt();
            assertThrows(CancellationException.class, () -> part.fit(MIXTURES));
            assertTrue(Thread.interrupted(), "the thread stays interrupted");
            if (algorithm == Algorithm.SYMMETRIC) {
                // With deflation the budget of a direction is part of the settings; here it is that of all.
                part.maxIterations(3).fit(MIXTURES);
            }
            FastIca resumed =
                    FastIca.builder().algorithm(algorithm).resume(place).fit(MIXTURES);
            assertArrayEquals(whole.unmixing().data, resumed.unmixing().data);
            assertEquals(whole.history().size(), resumed.history().size());
        }
    }

    @Test
    @Timeout(60)
    void anInterruptInTheMiddleLeavesAWhiteModel() throws Exception {
        SplittableRandom rng = new SplittableRandom(7);
        DMatrixRMaj x = new DMatrixRMaj(2000, 6);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = rng.nextGaussian();
        }
        for (Algorithm algorithm : Algorithm.values()) {
            FastIca[] model = new FastIca[1];
            Thread thread = new Thread(() -> {
                try {
                    model[0] = FastIca.builder()
                            .algorithm(algorithm)
                            .tolerance(0)
                            .maxIterations(Integer.MAX_VALUE)
                            .fit(x);
                } catch (CancellationException e) {
                    // interrupted before the first iteration: nothing to look at
                }
            });
            thread.start();
            while (thread.isAlive()
                    && Arrays.stream(thread.getStackTrace())
                            .noneMatch(frame -> frame.getMethodName().equals("step"))) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            thread.join();
            if (model[0] != null) {
                assertWhite(model[0].encode(x), 1e-9);
            }
        }
    }

    @Test
    void badInputIsNamed() {
        SplittableRandom rng = new SplittableRandom(8);
        double[][] x = new double[20][3];
        for (double[] row : x) {
            Arrays.setAll(row, j -> rng.nextDouble());
        }
        FastIca.Builder ica = FastIca.builder();
        assertMessageHas(
                "FastIca.fit: 4 components of x, which has 3 columns",
                () -> FastIca.builder().components(4).fit(x));
        assertMessageHas("x has 3 rows, expected at least 4", () -> ica.fit(Arrays.copyOf(x, 3)));
        double[][] nan = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        nan[7][1] = Double.NaN;
        assertMessageHas("FastIca.fit: NaN in row 7, column 1", () -> ica.fit(nan));
        double[][] constant = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        for (double[] row : constant) {
            row[2] = 0.1;
        }
        assertMessageHas("column 2 (counted from 0) of x is constant, 0.1 in every row", () -> ica.fit(constant));
        double[][] dependent = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        for (double[] row : dependent) {
            row[2] = row[0] - 2 * row[1];
        }
        assertMessageHas(
                "only 2 linearly independent columns up to rounding, fewer than the 3", () -> ica.fit(dependent));
        assertMessageHas("no rows", () -> ica.fit(new DMatrixRMaj(0, 3)));
        assertMessageHas("FastIca: components is 0", () -> ica.components(0));
        assertMessageHas("FastIca: maxIterations is -1", () -> ica.maxIterations(-1));
        assertMessageHas("FastIca: tolerance is NaN", () -> ica.tolerance(Double.NaN));
        assertMessageHas("start is 2×3", () -> ica.start(new DMatrixRMaj(2, 3)));
        for (Algorithm algorithm : Algorithm.values()) {
            assertMessageHas(
                    "linearly dependent",
                    () -> FastIca.builder()
                            .algorithm(algorithm)
                            .start(new DMatrixRMaj(3, 3))
                            .fit(x));
            assertMessageHas(
                    "the start is of 2 components, expected 3",
                    () -> FastIca.builder()
                            .algorithm(algorithm)
                            .start(CommonOps_DDRM.identity(2))
                            .fit(x));
        }
    }
}

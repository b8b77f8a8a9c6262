package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.data.PlanarEnergy;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.distribution.Energy;
import lvm.optim.Adam;
import lvm.optim.Schedule;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Noise on grey levels where the probability of the levels is known: the integral of the density over their cell, for one and
 * two columns.
 */
class DequantizationTest {
    private static final int LEVELS = 4;
    private static final Dataset ONE = levels(400, 1, 1);
    private static final Dataset TWO = levels(600, 2, 2);

    @TempDir
    Path directory;

    /** Levels with unlike probabilities; the second column is nearly the first one reversed. */
    private static Dataset levels(int rows, int dim, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(rows, dim);
        double[] cumulated = {0.55, 0.65, 0.95, 1};
        for (int i = 0; i < rows; i++) {
            double u = rng.nextDouble();
            int k = 0;
            while (u > cumulated[k]) {
                k++;
            }
            x.set(i, 0, k / (LEVELS - 1f));
            if (dim == 2) {
                x.set(i, 1, (rng.nextInt(10) == 0 ? k : LEVELS - 1 - k) / (LEVELS - 1f));
            }
        }
        return Dataset.of(x);
    }

    private static NormalizingFlowBuilder builder(int dim, Dequantization noise) {
        return NormalizingFlow.builder()
                .architecture(dim == 1 ? Planar.layers(6).inverted() : RealNvp.layers(4, 16))
                .dequantization(LEVELS)
                .noise(noise)
                .epochs(60)
                .batchSize(50)
                .learningRate(1e-2)
                .seed(4);
    }

    /** Every combination of levels. */
    private static FMatrixRMaj cells(int dim) {
        int n = dim == 1 ? LEVELS : LEVELS * LEVELS;
        FMatrixRMaj x = new FMatrixRMaj(n, dim);
        for (int i = 0; i < n; i++) {
            x.set(i, 0, i % LEVELS / (LEVELS - 1f));
            if (dim == 2) {
                x.set(i, 1, i / LEVELS / (LEVELS - 1f));
            }
        }
        return x;
    }

    /** log ∫ p over the cell of each combination, by the midpoint rule. */
    private static double[] exact(NormalizingFlow flow) {
        int dim = flow.dim();
        int points = dim == 1 ? 20_000 : 120;
        int each = dim == 1 ? points : points * points;
        FMatrixRMaj cells = cells(dim);
        double[] logP = new double[cells.numRows];
        FMatrixRMaj x = new FMatrixRMaj(each, dim);
        for (int c = 0; c < cells.numRows; c++) {
            for (int i = 0; i < each; i++) {
                for (int j = 0; j < dim; j++) {
                    double u = ((j == 0 ? i % points : i / points) + 0.5) / points;
                    x.set(i, j, (float) ((Math.round(cells.get(c, j) * (LEVELS - 1)) + u) / LEVELS));
                }
            }
            double sum = 0;
            for (double log : flow.logDensity(x)) {
                sum += Math.exp(log);
            }
            logP[c] = Math.log(sum / each / Math.pow(LEVELS, dim));
        }
        return logP;
    }

    /** Terms of the bound, a row a cell and a column a draw. */
    private static double[][] terms(NormalizingFlow flow, int draws) {
        FMatrixRMaj cells = cells(flow.dim());
        SplittableRandom rng = new SplittableRandom(9);
        double[][] terms = new double[cells.numRows][draws];
        for (int s = 0; s < draws; s++) {
            double[] one = flow.levelBound(cells, 1, rng);
            for (int c = 0; c < one.length; c++) {
                terms[c][s] = one[c];
            }
        }
        return terms;
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double error(double... values) {
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum()) / values.length;
    }

    record Case(int dim, Dequantization noise) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case(1, Dequantization.uniform()),
                new Case(1, Dequantization.variational(0, 16)),
                new Case(2, Dequantization.uniform()),
                new Case(2, Dequantization.variational(0, 16)),
                new Case(2, Dequantization.variational(2, 16)));
    }

    /**
     * E_q[p/q] is the probability itself, for every q: it fails if log q is wrong. 5 standard errors at 56 cells: false with
     * probability 3e-5, were the means normal; the share for those that are not is small, as the weights are bounded.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void theBoundIsBelowTheProbabilityThatTheWeightsAverageTo(Case c) {
        NormalizingFlow flow = builder(c.dim, c.noise).epochs(20).fit(c.dim == 1 ? ONE : TWO);
        double[] exact = exact(flow);
        // Some of the density is in the margins outside [0,1].
        double inside = Arrays.stream(exact).map(Math::exp).sum();
        assertTrue(inside > 0.8 && inside < 1.002, () -> "the cells have " + inside);
        double[][] terms = terms(flow, 3000);
        for (int i = 0; i < exact.length; i++) {
            double at = exact[i];
            double[] weights =
                    Arrays.stream(terms[i]).map(t -> Math.exp(t - at)).toArray();
            assertEquals(1, mean(weights), 5 * error(weights) + 1e-3, c + ", cell " + i);
            assertTrue(mean(terms[i]) <= exact[i] + 5 * error(terms[i]) + 1e-3, c + ", cell " + i);
        }
    }

    private static double bound(NormalizingFlow flow, Dataset data) {
        return mean(flow.levelBound(data.floatMatrix(), 200, new SplittableRandom(5)));
    }

    @Test
    void learntNoiseIsTighterThanUniformNoise() {
        for (int dim = 1; dim <= 2; dim++) {
            Dataset data = dim == 1 ? ONE : TWO;
            NormalizingFlow uniform = builder(dim, Dequantization.uniform()).fit(data);
            NormalizingFlow learnt = builder(dim, Dequantization.variational(dim == 1 ? 0 : 2, 16))
                    .fit(data);
            double before = bound(uniform, data);
            double after = bound(learnt, data);
            assertTrue(after > before + 0.02, before + " to " + after);
            assertTrue(after < -entropy(data) + 0.01, after + " above the entropy");
        }
    }

    /** The density stays: what is won is won from the divergence of q from the density in the cells. */
    @Test
    void learntNoiseClosesTheGapOfADensityThatStays() {
        NormalizingFlow flow = builder(2, Dequantization.uniform()).fit(TWO);
        FMatrixRMaj cells = cells(2);
        double exact = mean(exact(flow));
        double uniform = exact - mean(flow.levelBound(cells, 2000, new SplittableRandom(1)));
        double last = uniform;
        for (int couplings : new int[] {0, 2}) {
            Noise noise = Dequantization.variational(couplings, 32).make(2, LEVELS, new SplittableRandom(2));
            Adam adam = new Adam(noise.params(), 1e-2);
            adam.schedule(Schedule.cosine(500, 0.01));
            Tape tape = new Tape();
            SplittableRandom rng = new SplittableRandom(3);
            FMatrixRMaj many = new FMatrixRMaj(128, 2);
            for (int i = 0; i < many.getNumElements(); i++) {
                many.data[i] = cells.data[i % cells.getNumElements()];
            }
            for (int step = 0; step < 500; step++) {
                adam.ascend(NormalizingFlow.levelTerms(tape.reset(), flow.map(), Base.NORMAL, noise, many, rng)
                        .mean());
            }
            double bound = 0;
            for (int s = 0; s < 200; s++) {
                bound += NormalizingFlow.levelTerms(tape.reset(), flow.map(), Base.NORMAL, noise, many, rng)
                                .mean()
                                .scalar()
                        / 200;
            }
            double gap = exact - bound + 2 * Math.log(LEVELS);
            assertTrue(gap > -0.01 && gap < 0.8 * last, couplings + " couplings: " + last + " to " + gap);
            last = gap;
        }
    }

    /** Of the rows' own frequencies: no distribution of levels gives the rows a higher mean log probability. */
    private static double entropy(Dataset data) {
        FMatrixRMaj x = data.floatMatrix();
        double entropy = 0;
        for (int i = 0; i < x.numRows; i++) {
            int same = 0;
            for (int k = 0; k < x.numRows; k++) {
                same += x.get(i, 0) == x.get(k, 0) && x.get(i, x.numCols - 1) == x.get(k, x.numCols - 1) ? 1 : 0;
            }
            entropy -= Math.log((double) same / x.numRows) / x.numRows;
        }
        return entropy;
    }

    @Test
    void learntNoiseBeginsAsUniformNoise() {
        NormalizingFlow flow =
                builder(2, Dequantization.variational(3, 8)).epochs(0).fit(TWO);
        FMatrixRMaj x = TWO.floatMatrix();
        FMatrixRMaj y = flow.dequantize(x, new SplittableRandom(1));
        double[] logP = flow.logDensity(y);
        double[] bound = flow.levelBound(x, 1, new SplittableRandom(1));
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < x.numRows; i++) {
            assertEquals(logP[i] - 2 * Math.log(LEVELS), bound[i], 1e-4);
            for (int j = 0; j < 2; j++) {
                double u = y.get(i, j) * LEVELS - Math.round(x.get(i, j) * (LEVELS - 1));
                assertTrue(u > -1e-6 && u < 1 + 1e-6, () -> "u is " + u);
                sum += u;
                squares += u * u;
            }
        }
        // Mean ½ and second moment ⅓ of 1200 draws, 5 standard errors: false with probability 1e-6.
        assertEquals(0.5, sum / 1200, 5 * Math.sqrt(1 / 12.0 / 1200));
        assertEquals(1 / 3.0, squares / 1200, 5 * Math.sqrt(4 / 45.0 / 1200));
    }

    /** With the noise of the same draws the bound is a smooth function of all parameters. */
    @Test
    void gradientsAreDifferences() {
        SplittableRandom rng = new SplittableRandom(3);
        Bijector map = RealNvp.layers(2, 6)
                .make(3, rng)
                .then(Bijectors.sigmoid())
                .then(Bijectors.affine(1 / 0.9, -0.05 / 0.9));
        Noise noise = Dequantization.variational(2, 6).make(3, LEVELS, rng);
        List<Param> all = new ArrayList<>(map.params());
        all.addAll(noise.params());
        for (Param p : all) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] = (float) (0.3 * rng.nextGaussian());
            }
        }
        // Many rows, so that the kinks of rectified units and rounding matter little.
        int n = 1000;
        FMatrixRMaj x = new FMatrixRMaj(n, 3);
        for (int i = 0; i < 3 * n; i++) {
            x.data[i] = rng.nextInt(LEVELS) / (LEVELS - 1f);
        }
        Tape tape = new Tape();
        tape.backward(value(tape, map, noise, x).mean());
        Tape values = Tape.withoutGradients();
        double largest = 0;
        for (Param p : all) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                float at = p.value().data[i];
                float h = 4e-3f;
                p.value().data[i] = at + h;
                double up = sum(value(values.reset(), map, noise, x));
                p.value().data[i] = at - h;
                double down = sum(value(values.reset(), map, noise, x));
                p.value().data[i] = at;
                double gradient = (up - down) / (2 * h * n);
                largest = Math.max(largest, Math.abs(gradient));
                assertEquals(gradient, p.gradient().data[i], 3e-3 + 1e-2 * Math.abs(gradient), p + ", " + i);
            }
        }
        assertTrue(largest > 0.3, "the largest gradient is " + largest);
    }

    private static Var value(Tape tape, Bijector map, Noise noise, FMatrixRMaj x) {
        return NormalizingFlow.levelTerms(tape, map, Base.NORMAL, noise, x, new SplittableRandom(8));
    }

    private static double sum(Var rows) {
        double sum = 0;
        for (int i = 0; i < rows.rows(); i++) {
            sum += rows.value().data[i];
        }
        return sum;
    }

    @Test
    void aResumedFitIsTheSameAndModelsKeepTheirNoise() {
        Dequantization noise = Dequantization.variational(1, 8);
        NormalizingFlow whole = builder(2, noise).epochs(4).fit(TWO);
        builder(2, noise).epochs(100).steps(20).checkpoint(directory).fit(TWO);
        NormalizingFlow resumed = builder(2, noise).epochs(4).resume(directory).fit(TWO);
        FMatrixRMaj x = TWO.floatMatrix();
        double[] bound = whole.levelBound(x, 2, new SplittableRandom(1));
        assertArrayEquals(bound, resumed.levelBound(x, 2, new SplittableRandom(1)));
        NormalizingFlow[] first = new NormalizingFlow[1];
        double[][] then = new double[1][];
        builder(2, noise)
                .epochs(4)
                .listener((epoch, flow) -> {
                    if (epoch == 1) {
                        first[0] = flow;
                        then[0] = flow.levelBound(x, 1, new SplittableRandom(1));
                    }
                })
                .fit(TWO);
        assertArrayEquals(then[0], first[0].levelBound(x, 1, new SplittableRandom(1)));
        String card = whole.summary().toString();
        assertTrue(card.contains("variational, 1 couplings, hidden [8], 4 levels"), card);
    }

    @Test
    void whatIsMissingOrWrongIsNamed() {
        assertMessage(
                "needs the levels",
                () -> NormalizingFlow.builder()
                        .architecture(Planar.layers(1))
                        .noise(Dequantization.uniform())
                        .fit(ONE));
        assertMessage(
                "the number of columns is 1",
                () -> builder(1, Dequantization.variational(1, 8)).fit(ONE));
        assertMessage("couplings is -1", () -> Dequantization.variational(-1));
        assertMessage(
                "an energy is of continuous values",
                () -> builder(2, Dequantization.uniform()).fit(Energy.of(PlanarEnergy.U1)));
        NormalizingFlow flow = builder(1, Dequantization.uniform()).epochs(0).fit(ONE);
        assertMessage("3 columns", () -> flow.dequantize(new FMatrixRMaj(1, 3), new SplittableRandom(1)));
    }

    private static void assertMessage(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}

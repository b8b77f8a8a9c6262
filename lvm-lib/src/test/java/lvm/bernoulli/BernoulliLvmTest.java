package lvm.bernoulli;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.distribution.BinaryStates;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.HasMassContract;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.Mlp;
import lvm.nn.WeightInit;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class BernoulliLvmTest implements HasMassContract<FMatrixRMaj> {
    static final double EXACT = 2e-6;

    static double[] beta(int k, SplittableRandom rng) {
        double[] beta = new double[k];
        Arrays.setAll(beta, i -> 0.2 + 0.6 * rng.nextDouble());
        return beta;
    }

    /** A linear decoder with weights that matter. */
    static Linear linear(String name, int in, int out, double scale, SplittableRandom rng) {
        Linear layer = new Linear(name, in, out, Activation.IDENTITY, WeightInit.GLOROT, rng);
        for (Param p : layer.params()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] = (float) (scale * rng.nextGaussian());
            }
        }
        return layer;
    }

    static BernoulliLvm random(int k, int d, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return BernoulliLvm.of(beta(k, rng), linear("decoder", k, d, 1.5, rng));
    }

    private static List<BernoulliLvm> models() {
        SplittableRandom rng = new SplittableRandom(5);
        Layer table = new BitTable("decoder", 4, 5, 2, rng);
        Layer deep = new Mlp("decoder", Activation.TANH, rng, 4, 7, 5);
        return List.of(random(3, 5, 1), BernoulliLvm.of(beta(4, rng), table), BernoulliLvm.of(beta(4, rng), deep));
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return random(3, 5, 1);
    }

    @Override
    public HasDensity<FMatrixRMaj> massModel() {
        return random(3, 5, 1);
    }

    @Override
    public FMatrixRMaj matrix(double[][] rows) {
        return LearningTest.floats(rows);
    }

    @Override
    public double precision() {
        return EXACT;
    }

    /** The definition, term by term, in double precision. */
    static double logDensityByDefinition(BernoulliLvm model, FMatrixRMaj x, int row) {
        double p = 0;
        double[] beta = model.prior();
        FMatrixRMaj z = new FMatrixRMaj(1, beta.length);
        for (int state = 0; state < 1 << beta.length; state++) {
            double term = 1;
            for (int k = 0; k < beta.length; k++) {
                z.data[k] = state >> (beta.length - 1 - k) & 1;
                term *= z.data[k] == 1 ? beta[k] : 1 - beta[k];
            }
            Tape tape = Tape.withoutGradients();
            FMatrixRMaj logits = model.decoder().forward(tape, tape.constant(z)).value();
            for (int j = 0; j < model.dim(); j++) {
                double on = 1 / (1 + Math.exp(-(double) logits.data[j]));
                term *= x.get(row, j) == 1 ? on : 1 - on;
            }
            p += term;
        }
        return Math.log(p);
    }

    @Test
    void densityIsTheSumOfItsDefinition() {
        for (BernoulliLvm model : models()) {
            FMatrixRMaj x = BinaryStates.all(model.dim());
            double[] logP = model.logDensity(x);
            for (int i = 0; i < x.numRows; i++) {
                assertEquals(logDensityByDefinition(model, x, i), logP[i], EXACT);
            }
        }
    }

    @Test
    void probabilitiesOfEveryDecoderSumToOne() {
        for (BernoulliLvm model : models()) {
            double sum = 0;
            for (double logP : model.logDensity(BinaryStates.all(model.dim()))) {
                sum += Math.exp(logP);
            }
            assertEquals(1, sum, EXACT);
        }
    }

    /** Many blocks of states and of rows; the last against the definition. */
    @Test
    void blocksOfStatesAndRowsAddUp() {
        BernoulliLvm model = random(13, 90, 3);
        FMatrixRMaj x = model.sample(300, new SplittableRandom(4));
        double[] together = model.logDensity(x);
        for (int i : new int[] {0, 137, 299}) {
            FMatrixRMaj one = new FMatrixRMaj(1, 90);
            System.arraycopy(x.data, i * 90, one.data, 0, 90);
            assertEquals(model.logDensity(one)[0], together[i], 1e-9);
            assertEquals(logDensityByDefinition(model, x, i), together[i], 2e-5);
        }
    }

    @Test
    void posteriorIsBayesRule() {
        for (BernoulliLvm model : models()) {
            FMatrixRMaj x = model.sample(6, new SplittableRandom(1));
            FMatrixRMaj z = BinaryStates.all(model.latentDim());
            DMatrixRMaj posterior = model.posterior(x);
            double[] logP = model.logDensity(x);
            for (int i = 0; i < x.numRows; i++) {
                double sum = 0;
                for (int s = 0; s < z.numRows; s++) {
                    FMatrixRMaj xi = new FMatrixRMaj(1, x.numCols);
                    System.arraycopy(x.data, i * x.numCols, xi.data, 0, x.numCols);
                    FMatrixRMaj zs = new FMatrixRMaj(1, z.numCols);
                    System.arraycopy(z.data, s * z.numCols, zs.data, 0, z.numCols);
                    assertEquals(
                            model.logJoint(xi, zs)[0], Math.log(posterior.get(i, s)) + logP[i], 1e-5, "state " + s);
                    sum += posterior.get(i, s);
                }
                assertEquals(1, sum, 1e-12);
            }
            FMatrixRMaj means = model.encode(x);
            for (int i = 0; i < x.numRows; i++) {
                for (int k = 0; k < z.numCols; k++) {
                    double mean = 0;
                    for (int s = 0; s < z.numRows; s++) {
                        mean += posterior.get(i, s) * z.get(s, k);
                    }
                    assertEquals(mean, means.get(i, k), 1e-6, "mean of variable " + k);
                }
            }
        }
    }

    @Test
    void densityOnTheTapeIsTheSame() {
        for (BernoulliLvm model : models()) {
            FMatrixRMaj x = BinaryStates.all(model.dim());
            double[] exact = model.logDensity(x);
            Tape tape = new Tape();
            FMatrixRMaj onTape = model.logDensity(tape, tape.constant(x)).value();
            for (int i = 0; i < exact.length; i++) {
                assertEquals(exact[i], onTape.data[i], 1e-5);
            }
        }
    }

    /** Central differences in the double-precision sum. */
    @Test
    void gradientOnTheTapeIsThatOfTheSum() {
        for (BernoulliLvm model : models()) {
            FMatrixRMaj x = model.sample(4, new SplittableRandom(2));
            Tape tape = new Tape();
            tape.backward(model.logDensity(tape, tape.constant(x)).sum());
            for (Param p : model.params()) {
                for (int i = 0; i < p.value().getNumElements(); i += 3) {
                    float old = p.value().data[i];
                    float h = 5e-3f;
                    p.value().data[i] = old + h;
                    double above = model.logLikelihood(x);
                    p.value().data[i] = old - h;
                    double below = model.logLikelihood(x);
                    p.value().data[i] = old;
                    assertEquals((above - below) / (2 * h), p.gradient().data[i], 1e-3, p.name());
                }
            }
        }
    }

    /**
     * Frequencies of all 32 observations and of all 8 states that made them against exact probabilities: Pearson's statistic
     * is below the 0.999999 quantile of χ² (84.3 with 31 degrees of freedom, 41.9 with 7), so a right sampler fails with
     * probability 2·10⁻⁶ over seeds; the seed is fixed.
     */
    @Test
    void samplesFollowTheExactProbabilities() {
        SplittableRandom start = new SplittableRandom(1);
        BernoulliLvm model = BernoulliLvm.of(beta(3, start), linear("decoder", 3, 5, 0.7, start));
        int n = 200_000;
        BernoulliLvm.Draw draw = model.sampleWithLatents(n, new SplittableRandom(11));
        double[] pX = Arrays.stream(model.logDensity(BinaryStates.all(5)))
                .map(Math::exp)
                .toArray();
        double[] beta = model.prior();
        double[] pZ = new double[8];
        for (int s = 0; s < 8; s++) {
            pZ[s] = 1;
            for (int k = 0; k < 3; k++) {
                pZ[s] *= (s >> (2 - k) & 1) == 1 ? beta[k] : 1 - beta[k];
            }
        }
        assertTrue(chiSquare(draw.x(), pX) < 84.3);
        assertTrue(chiSquare(draw.z(), pZ) < 41.9);
    }

    static double chiSquare(FMatrixRMaj draws, double[] p) {
        double[] counts = new double[p.length];
        for (int i = 0; i < draws.numRows; i++) {
            counts[BinaryStates.index(draws, i)]++;
        }
        double sum = 0;
        for (int s = 0; s < p.length; s++) {
            double expected = p[s] * draws.numRows;
            assertTrue(expected > 5, "the statistic needs more draws for state " + s);
            sum += (counts[s] - expected) * (counts[s] - expected) / expected;
        }
        return sum;
    }

    @Test
    void tooManyTermsAreRefusedWithTheirNumber() {
        BernoulliLvm model = random(32, 4, 1);
        String message = assertThrows(IllegalArgumentException.class, () -> model.logDensity(new FMatrixRMaj(1, 4)))
                .getMessage();
        assertTrue(message.contains("2^32 = 4,294,967,296 terms"), message);
        assertTrue(message.startsWith("BernoulliLvm.logDensity: "), message);
        assertThrows(IllegalArgumentException.class, () -> random(20, 4, 1).posterior(new FMatrixRMaj(100, 4)));
        Tape tape = new Tape();
        assertThrows(
                IllegalArgumentException.class,
                () -> random(15, 4, 1).logDensity(tape, tape.constant(new FMatrixRMaj(1, 4))));
    }

    @Test
    void badInputIsNamed() {
        BernoulliLvm model = random(3, 5, 1);
        FMatrixRMaj x = new FMatrixRMaj(2, 5);
        x.set(1, 3, Float.NaN);
        assertMessageHas("NaN in row 1, column 3", () -> model.logDensity(x));
        x.set(1, 3, 0.5f);
        assertMessageHas("0.5 in row 1, column 3 (counted from 0), expected 0 or 1", () -> model.posterior(x));
        assertMessageHas("x has 4 columns, expected 5", () -> model.logDensity(new FMatrixRMaj(1, 4)));
        assertMessageHas("z has 2 columns", () -> model.decode(new FMatrixRMaj(1, 2)));
        assertMessageHas("probability 1 is 1.0", () -> BernoulliLvm.of(new double[] {0.5, 1}, model.decoder()));
        assertMessageHas("12 rows", () -> new BitTable("t", new FMatrixRMaj(12, 2)));
        assertArrayEquals(new double[0], model.logDensity(new FMatrixRMaj(0, 5)));
    }

    @Test
    void extremeLogitsStayFinite() {
        FMatrixRMaj rows = new FMatrixRMaj(new float[][] {{1e4f, -1e4f}, {-1e4f, 1e4f}});
        BernoulliLvm model = BernoulliLvm.of(new double[] {0.25}, new BitTable("t", rows));
        double[] logP = model.logDensity(BinaryStates.all(2));
        assertEquals(Math.log(0.25), logP[1], 1e-6);
        assertEquals(Math.log(0.75), logP[2], 1e-6);
        assertEquals(-1e4, logP[0], 1);
    }

    @Test
    void anInterruptStopsTheSum() {
        BernoulliLvm model = random(16, 4, 1);
        Thread.currentThread().interrupt();
        try {
            assertThrows(CancellationException.class, () -> model.logDensity(new FMatrixRMaj(1, 4)));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void labelsReadTheBitsInOrder() {
        assertEquals("011", BinaryStates.label(3, 3));
        FMatrixRMaj z = BinaryStates.all(3);
        assertEquals(0, z.get(3, 0));
        assertEquals(1, z.get(3, 1));
        assertEquals(3, BinaryStates.index(z, 3));
    }

    @Test
    void timeDoublesWithEachVariable() {
        List<EnumerationTime> times = EnumerationTime.measure(6, 2, 5);
        assertEquals(2, times.size());
        assertTrue(times.get(1).seconds() > 0);
        assertEquals(times.get(1).seconds() * (1L << 27), EnumerationTime.extrapolate(times, 32), 1e-3);
    }
}

package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Tape;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealedImportanceSampling.Run;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.EncoderDecoderContract;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasDensityContract;
import lvm.model.HasEncoder;
import lvm.model.LogPartition;
import lvm.model.Rows;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gaussian visible units against the mixture of Gaussians that the machine is, computed from its parameters in double precision. */
class GaussianRbmTest
        implements Rows.Floats,
                HasDensityContract<FMatrixRMaj>,
                GenerativeModelContract<FMatrixRMaj>,
                EncoderDecoderContract<FMatrixRMaj> {

    /** In units in which the columns are neither near 0 nor of size 1. */
    private static final Dataset PLANE = plane(400);

    private static final Rbm FITTED = Rbm.builder()
            .visible(VisibleUnits.GAUSSIAN)
            .hidden(3)
            .learning(RbmLearning.exact())
            .startDeviation(.3)
            .learningRate(.05)
            .epochs(60)
            .seed(2)
            .fit(PLANE);

    private static final Rbm GIVEN = given(2, 3, 1.2, 5);

    private static Dataset plane(int n) {
        SplittableRandom rng = new SplittableRandom(3);
        double[][] x = new double[n][2];
        for (double[] row : x) {
            double a = rng.nextDouble() < .4 ? -1 : 1;
            row[0] = 30 + 4 * (a + .5 * rng.nextGaussian());
            row[1] = -2 + .1 * (a * .7 + .6 * rng.nextGaussian());
        }
        return Dataset.of(x).withColumns("height", "width");
    }

    static Rbm given(int visible, int hidden, double size, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj w = new FMatrixRMaj(visible, hidden);
        FMatrixRMaj b = new FMatrixRMaj(1, visible);
        FMatrixRMaj c = new FMatrixRMaj(1, hidden);
        FMatrixRMaj variances = new FMatrixRMaj(1, visible);
        FMatrixRMaj rates = new FMatrixRMaj(2, visible);
        Fill.normal(0, (float) size, w, rng);
        Fill.normal(0, 1, b, rng);
        Fill.normal(0, 1, c, rng);
        for (int i = 0; i < visible; i++) {
            variances.data[i] = (float) rng.nextDouble(.3, 1.5);
            rates.data[i] = b.data[i] + .3f;
            rates.data[visible + i] = (float) rng.nextDouble(1.5, 2.5);
        }
        return Rbm.gaussian(w, b, c, variances).withBaseRates(rates);
    }

    static List<Rbm> machines() {
        return List.of(FITTED, GIVEN);
    }

    /** The mixture: log weights whose sum over e^ is Z, means, variances. */
    private static final class Mixture {
        final double[] logWeights;
        final double[][] means;
        final double[] variances;

        Mixture(Rbm rbm) {
            int d = rbm.dim();
            FMatrixRMaj w = rbm.weights();
            FMatrixRMaj b = rbm.visibleBias();
            FMatrixRMaj c = rbm.hiddenBias();
            variances = new double[d];
            for (int i = 0; i < d; i++) {
                variances[i] = rbm.variances().orElseThrow().data[i];
            }
            logWeights = new double[1 << rbm.latentDim()];
            means = new double[logWeights.length][d];
            for (int s = 0; s < logWeights.length; s++) {
                for (int j = 0; j < rbm.latentDim(); j++) {
                    logWeights[s] += bit(s, j) * (double) c.data[j];
                }
                for (int i = 0; i < d; i++) {
                    double m = b.data[i];
                    for (int j = 0; j < rbm.latentDim(); j++) {
                        m += bit(s, j) * (double) w.get(i, j);
                    }
                    means[s][i] = m;
                    // ∫ exp(−(v − b)²/2σ² + v (m − b)/σ²) dv
                    logWeights[s] += ((m - b.data[i]) * (m + b.data[i])) / (2 * variances[i])
                            + Math.log(2 * Math.PI * variances[i]) / 2;
                }
            }
        }

        static int bit(int s, int j) {
            return s >> j & 1;
        }

        double logZ() {
            return Logs.logSumExp(logWeights);
        }

        double logDensity(double... v) {
            double[] terms = logWeights.clone();
            for (int s = 0; s < terms.length; s++) {
                for (int i = 0; i < v.length; i++) {
                    double r = v[i] - means[s][i];
                    terms[s] -= r * r / (2 * variances[i]) + Math.log(2 * Math.PI * variances[i]) / 2;
                }
            }
            return Logs.logSumExp(terms) - logZ();
        }

        /** E[v] and E[v vᵀ] of the first two columns: v₀, v₁, v₀², v₁², v₀v₁. */
        double[] moments() {
            double[] m = new double[5];
            for (int s = 0; s < logWeights.length; s++) {
                double p = Math.exp(logWeights[s] - logZ());
                double[] of = means[s];
                m[0] += p * of[0];
                m[1] += p * of[1];
                m[2] += p * (of[0] * of[0] + variances[0]);
                m[3] += p * (of[1] * of[1] + variances[1]);
                m[4] += p * of[0] * of[1];
            }
            return m;
        }
    }

    /** The means of the same numbers over rows are those of the mixture, to 4.5 standard errors: each fails with a probability below 10⁻⁵. */
    private static void assertMoments(String what, double[] expected, FMatrixRMaj x, int from, int to) {
        for (int k = 0; k < expected.length; k++) {
            double mean = 0;
            double squares = 0;
            for (int i = from; i < to; i++) {
                double a = x.get(i, 0);
                double b = x.get(i, 1);
                double[] all = {a, b, a * a, b * b, a * b};
                mean += all[k] / (to - from);
                squares += all[k] * all[k] / (to - from);
            }
            double error = Math.sqrt((squares - mean * mean) / (to - from));
            assertEquals(expected[k], mean, 4.5 * error, what + ", moment " + k);
        }
    }

    /** Rows have the moments of a machine, to 4.5 standard errors. */
    static void assertMoments(Rbm rbm, FMatrixRMaj x) {
        assertMoments("rows", new Mixture(rbm).moments(), x, 0, x.numRows);
    }

    // --- the contracts

    @Override
    public HasDensity<FMatrixRMaj> densityModel() {
        return FITTED.enumerated();
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return FITTED;
    }

    @Override
    public HasEncoder<FMatrixRMaj> encoder() {
        return FITTED;
    }

    @Override
    public HasDecoder<FMatrixRMaj> decoder() {
        return FITTED;
    }

    @Override
    public double[][] observations() {
        return rowsWithDensity();
    }

    @Override
    public double[][] rowsWithDensity() {
        return new double[][] {{26, -2.05}, {34.5, -1.9}, {30, -2}, {40, -1.7}};
    }

    @Override
    public double[][] support() {
        return new double[][] {{10, 50}, {-2.7, -1.3}};
    }

    // --- the mixture

    @ParameterizedTest
    @MethodSource("machines")
    void densityIsThatOfTheMixture(Rbm rbm) {
        Mixture mixture = new Mixture(rbm);
        assertEquals(mixture.logZ(), rbm.logPartition().nats(), 2e-4);
        assertEquals(LogPartition.Kind.EXACT, rbm.logPartition().kind());
        double[][] rows = rbm == FITTED ? rowsWithDensity() : new double[][] {{0, 1}, {-2, 3}, {1.5, -.4}};
        double[] logP = rbm.enumerated().logDensity(matrix(rows));
        double[] f = rbm.freeEnergy(matrix(rows));
        for (int i = 0; i < rows.length; i++) {
            double[] v = {(float) rows[i][0], (float) rows[i][1]};
            assertEquals(mixture.logDensity(v), logP[i], 5e-4, "row " + i);
            assertEquals(mixture.logDensity(v) + mixture.logZ(), -f[i], 5e-4, "row " + i);
        }
    }

    /** One dimension and large numbers beside small ones: the integral of e^−F by quadrature is Z. */
    @Test
    void partitionFunctionByQuadrature() {
        Rbm line = given(1, 4, 1.5, 8);
        int points = 40_000;
        FMatrixRMaj v = new FMatrixRMaj(points, 1);
        for (int k = 0; k < points; k++) {
            v.data[k] = -20 + 40 * (k + .5f) / points;
        }
        double[] f = line.freeEnergy(v);
        double[] terms = Arrays.stream(f).map(e -> -e).toArray();
        double expected = Logs.logSumExp(terms) + Math.log(40.0 / points);
        assertEquals(expected, line.logPartition().nats(), 1e-5);
        double mass =
                Arrays.stream(line.enumerated().logDensity(v)).map(Math::exp).sum() * 40 / points;
        assertEquals(1, mass, 1e-5);
    }

    /** The energy with W/σ² as it is written, and F as the sum over h. */
    @ParameterizedTest
    @MethodSource("machines")
    void energiesAreThoseOfTheDefinition(Rbm rbm) {
        FMatrixRMaj x = rbm.sample(3, 5, new SplittableRandom(1));
        FMatrixRMaj w = rbm.weights();
        FMatrixRMaj variances = rbm.variances().orElseThrow();
        double[] f = rbm.freeEnergy(x);
        for (int n = 0; n < 3; n++) {
            double[] terms = new double[8];
            for (int s = 0; s < 8; s++) {
                FMatrixRMaj h = new FMatrixRMaj(1, 3);
                double e = 0;
                for (int j = 0; j < 3; j++) {
                    h.data[j] = Mixture.bit(s, j);
                    e -= h.data[j] * (double) rbm.hiddenBias().data[j];
                }
                FMatrixRMaj v = new FMatrixRMaj(1, 2);
                for (int i = 0; i < 2; i++) {
                    v.data[i] = x.get(n, i);
                    double r = v.data[i] - rbm.visibleBias().data[i];
                    e += r * r / (2 * variances.data[i]);
                    for (int j = 0; j < 3; j++) {
                        e -= (double) v.data[i] * w.get(i, j) * h.data[j] / variances.data[i];
                    }
                }
                terms[s] = -e;
                assertEquals(e, rbm.energy(v, h)[0], 5e-4 * (1 + Math.abs(e)));
            }
            assertEquals(-Logs.logSumExp(terms), f[n], 2e-3);
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void conditionalsAreThoseOfTheJointDensity(Rbm rbm) {
        Mixture mixture = new Mixture(rbm);
        FMatrixRMaj x = rbm.sample(5, 5, new SplittableRandom(2));
        FMatrixRMaj means = rbm.encode(x);
        FMatrixRMaj states = new FMatrixRMaj(8, 3);
        for (int k = 0; k < 24; k++) {
            states.data[k] = Mixture.bit(k / 3, k % 3);
        }
        FMatrixRMaj decoded = rbm.decode(states);
        for (int s = 0; s < 8; s++) {
            for (int i = 0; i < 2; i++) {
                assertEquals(mixture.means[s][i], decoded.get(s, i), 1e-5 * (1 + Math.abs(mixture.means[s][i])));
            }
        }
        for (int n = 0; n < 5; n++) {
            double[] on = new double[3];
            double all = 0;
            for (int s = 0; s < 8; s++) {
                double log = mixture.logWeights[s];
                for (int i = 0; i < 2; i++) {
                    double r = x.get(n, i) - mixture.means[s][i];
                    log -= r * r / (2 * mixture.variances[i]);
                }
                double p = Math.exp(log - mixture.logZ());
                all += p;
                for (int j = 0; j < 3; j++) {
                    on[j] += Mixture.bit(s, j) * p;
                }
            }
            for (int j = 0; j < 3; j++) {
                assertEquals(on[j] / all, means.get(n, j), 2e-4, "unit " + j + " of row " + n);
            }
        }
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj layer = FITTED.toLayer("first")
                .forward(tape, tape.constant(PLANE.floatMatrix()))
                .value();
        FMatrixRMaj encoded = FITTED.encode(PLANE);
        for (int k = 0; k < 300; k++) {
            assertEquals(encoded.data[k], layer.data[k], 1e-4);
        }
    }

    // --- draws

    @ParameterizedTest
    @MethodSource("machines")
    void exactDrawsFollowTheMixture(Rbm rbm) {
        int n = 60_000;
        FMatrixRMaj x = rbm.enumerated().sample(n, new SplittableRandom(4));
        assertMoments("draws", new Mixture(rbm).moments(), x, 0, n);
        // Kolmogorov and Smirnov: beyond 2/√n with a probability of 7·10⁻⁴, the seed is fixed.
        Rbm line = given(1, 2, 2, 9);
        float[] v = line.enumerated().sample(n, new SplittableRandom(5)).data;
        Arrays.sort(v);
        Mixture mixture = new Mixture(line);
        double cdf = 0;
        double step = 1e-3;
        int below = 0;
        double most = 0;
        for (double at = -20; at < 20; at += step) {
            cdf += step * Math.exp(mixture.logDensity(at + step / 2));
            while (below < n && v[below] < at + step) {
                below++;
            }
            most = Math.max(most, Math.abs(cdf - below / (double) n));
        }
        assertEquals(1, cdf, 1e-6);
        assertTrue(most < 2 / Math.sqrt(n), "distance " + most);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void gibbsSamplingLeavesTheModelInvariant(Rbm rbm) {
        int n = 40_000;
        SplittableRandom rng = new SplittableRandom(6);
        FMatrixRMaj x = rbm.enumerated().sample(n, rng);
        rbm.gibbs().step(x, rng);
        assertMoments("Gibbs", new Mixture(rbm).moments(), x, 0, n);
        assertMoments("sample", new Mixture(rbm).moments(), rbm.sample(n, 40, rng), 0, n);
    }

    /** f_β is a machine of its own: precisions and linear terms mixed, the rest times β. */
    private static Rbm at(Rbm rbm, double beta) {
        FMatrixRMaj rates = rbm.baseRates().orElseThrow();
        FMatrixRMaj w = rbm.weights();
        FMatrixRMaj b = rbm.visibleBias();
        FMatrixRMaj c = rbm.hiddenBias();
        FMatrixRMaj variances = rbm.variances().orElseThrow();
        int d = rbm.dim();
        for (int i = 0; i < d; i++) {
            double precision = (1 - beta) / rates.get(1, i) + beta / variances.data[i];
            double linear = (1 - beta) * rates.get(0, i) / rates.get(1, i) + beta * b.data[i] / variances.data[i];
            for (int j = 0; j < c.numCols; j++) {
                w.set(i, j, (float) (beta * w.get(i, j) / variances.data[i] / precision));
            }
            b.data[i] = (float) (linear / precision);
            variances.data[i] = (float) (1 / precision);
        }
        for (int j = 0; j < c.numCols; j++) {
            c.data[j] *= (float) beta;
        }
        return Rbm.gaussian(w, b, c, variances);
    }

    @Test
    void temperingLeavesAllTemperaturesInvariant() {
        int n = 30_000;
        int temperatures = 3;
        SplittableRandom rng = new SplittableRandom(7);
        FMatrixRMaj states = new FMatrixRMaj(temperatures * n, 2);
        for (int t = 0; t < temperatures; t++) {
            FMatrixRMaj v = at(GIVEN, t / 2.0).enumerated().sample(n, rng);
            System.arraycopy(v.data, 0, states.data, t * n * 2, n * 2);
        }
        var tempered = GIVEN.tempered(temperatures);
        double accepted = 0;
        for (int step = 0; step < 3; step++) {
            accepted = tempered.step(states, rng).acceptance();
        }
        assertTrue(accepted > .1 && accepted < 1, "changes " + accepted);
        for (int t = 0; t < temperatures; t++) {
            assertMoments("temperature " + t, new Mixture(at(GIVEN, t / 2.0)).moments(), states, t * n, (t + 1) * n);
        }
    }

    // --- annealing

    @ParameterizedTest
    @MethodSource("machines")
    void annealingFindsThePartitionFunction(Rbm rbm) {
        double truth = new Mixture(rbm).logZ();
        Run step = AnnealedImportanceSampling.over(rbm.annealing())
                .schedule(AnnealingSchedule.linear(1))
                .chains(200_000)
                .seed(3)
                .forward();
        assertEquals(truth, step.logZ(), 5 * step.standardError(), "importance sampling from the base");
        assertTrue(step.standardError() < .02, "standard error " + step.standardError());
        Run up = AnnealedImportanceSampling.over(rbm.annealing())
                .schedule(AnnealingSchedule.linear(200))
                .chains(500)
                .seed(4)
                .forward();
        assertEquals(truth, up.logZ(), 5 * up.standardError() + 1e-3);
        assertTrue(up.standardError() < .02, "standard error " + up.standardError());
        FMatrixRMaj draws = rbm.enumerated().sample(500, new SplittableRandom(5));
        Run down = AnnealedImportanceSampling.over(rbm.annealing())
                .schedule(AnnealingSchedule.linear(200))
                .seed(6)
                .backward(draws, 500);
        assertEquals(truth, down.logZ(), 5 * down.standardError() + 1e-3);
        PartitionBracket bracket = PartitionBracket.of(rbm)
                .schedule(AnnealingSchedule.linear(300))
                .seed(2)
                .run();
        assertEquals(LogPartition.Kind.UPPER_BOUND, bracket.upper().kind());
        assertEquals(truth, bracket.lower().nats(), .1);
        assertEquals(truth, bracket.upper().nats(), .1);
        PartitionBracket chains = PartitionBracket.of(rbm)
                .schedule(AnnealingSchedule.linear(300))
                .temperedDraws(5, 50)
                .seed(2)
                .run();
        assertEquals(truth, chains.upperOfLonger().nats(), .1);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void pathBeginsAtTheBaseAndEndsAtTheMachine(Rbm rbm) {
        AnnealingPath<FMatrixRMaj> path = rbm.annealing();
        FMatrixRMaj rates = rbm.baseRates().orElseThrow();
        int n = 40_000;
        FMatrixRMaj x = path.base(n, new SplittableRandom(8));
        double m = rates.get(0, 0);
        double k = rates.get(0, 1);
        double[] moments = {m, k, m * m + rates.get(1, 0), k * k + rates.get(1, 1), m * k};
        assertMoments("base", moments, x, 0, n);
        assertMoments("start of chains", moments, rbm.sample(n, 0, new SplittableRandom(9)), 0, n);
        double[] logRatio = new double[n];
        path.addLogRatio(x, 0, 1, logRatio);
        double[] f = rbm.freeEnergy(x);
        for (int i = 0; i < 5; i++) {
            double base = path.logBase();
            for (int d = 0; d < 2; d++) {
                double r = x.get(i, d) - rates.get(0, d);
                base -= r * r / (2 * rates.get(1, d)) + Math.log(2 * Math.PI * rates.get(1, d)) / 2;
            }
            assertEquals(-f[i] - base, logRatio[i], 2e-3, "draw " + i);
        }
    }

    /**
     * Of one step RAISE is unbiased for the density of base draws after a sweep, ∫ N(u; m, s²) Σ_h p(h | u) p(v | h) du by quadrature; of many it comes
     * near the machine's.
     */
    @Test
    void raiseIsThatOfTheAnnealingModel() {
        Rbm line = given(1, 2, 1.5, 3);
        FMatrixRMaj rates = line.baseRates().orElseThrow();
        Mixture mixture = new Mixture(line);
        double[] at = {-1, .5, 2.5};
        FMatrixRMaj v = matrix(new double[][] {{at[0]}, {at[1]}, {at[2]}});
        double[] model = new double[3];
        double step = 2e-3;
        for (double u = -15; u < 15; u += step) {
            double r = u - rates.get(0, 0);
            double base = Math.exp(-r * r / (2 * rates.get(1, 0))) / Math.sqrt(2 * Math.PI * rates.get(1, 0));
            for (int s = 0; s < 4; s++) {
                double q = u - mixture.means[s][0];
                double logH = mixture.logWeights[s]
                        - mixture.logZ()
                        - q * q / (2 * mixture.variances[0])
                        - Math.log(2 * Math.PI * mixture.variances[0]) / 2
                        - mixture.logDensity(u);
                for (int k = 0; k < 3; k++) {
                    double p = at[k] - mixture.means[s][0];
                    model[k] += step
                            * base
                            * Math.exp(logH - p * p / (2 * mixture.variances[0]))
                            / Math.sqrt(2 * Math.PI * mixture.variances[0]);
                }
            }
        }
        double[] raised = line.raise(v, new double[] {0, 1}, 100_000, 4);
        double[] fine = line.raise(v, AnnealingSchedule.linear(300), 200, 4);
        double[] exact = line.enumerated().logDensity(v);
        for (int k = 0; k < 3; k++) {
            assertEquals(model[k], Math.exp(raised[k]), .03 * model[k], "row " + k);
            assertEquals(exact[k], fine[k], .05, "row " + k);
        }
    }

    /** T multiplies variances and divides c, so that energies are divided by it; the means of the components stay. */
    @ParameterizedTest
    @MethodSource("machines")
    void temperatureDividesEnergies(Rbm rbm) {
        Rbm warm = rbm.withTemperature(2.5);
        FMatrixRMaj x = rbm.sample(4, 3, new SplittableRandom(1));
        FMatrixRMaj h = new FMatrixRMaj(4, 3);
        h.set(1, 1, 1);
        h.set(2, 0, 1);
        double[] e = rbm.energy(x, h);
        double[] divided = warm.energy(x, h);
        for (int i = 0; i < 4; i++) {
            assertEquals(e[i] / 2.5, divided[i], 1e-4 * (1 + Math.abs(e[i])));
        }
        assertEquals(new Mixture(warm).logZ(), warm.logPartition().nats(), 5e-4);
        for (int k = 0; k < 6; k++) {
            assertEquals(rbm.weights().data[k], warm.weights().data[k], 1e-5);
        }
        assertArrayEquals(rbm.baseRates().orElseThrow().data, warm.baseRates().orElseThrow().data);
    }

    @Test
    void givenParametersAreTheSameMachine() {
        Rbm same = Rbm.gaussian(
                FITTED.weights(),
                FITTED.visibleBias(),
                FITTED.hiddenBias(),
                FITTED.variances().orElseThrow());
        FMatrixRMaj x = PLANE.floatMatrix();
        double[] expected = FITTED.enumerated().logDensity(x);
        double[] found = same.enumerated().logDensity(x);
        for (int i = 0; i < 50; i++) {
            assertEquals(expected[i], found[i], 1e-3);
        }
        assertEquals(VisibleUnits.GAUSSIAN, same.visibleUnits());
        FMatrixRMaj rates = same.withBaseRates(PLANE).baseRates().orElseThrow();
        FMatrixRMaj own = FITTED.baseRates().orElseThrow();
        FMatrixRMaj taken = FITTED.withBaseRates(own).baseRates().orElseThrow();
        double logBase = FITTED.annealing().logBase();
        assertEquals(logBase, FITTED.annealing(own).logBase(), 1e-4);
        for (int k = 0; k < 4; k++) {
            assertEquals(own.data[k], rates.data[k], 1e-5 * (1 + Math.abs(own.data[k])));
            assertEquals(own.data[k], taken.data[k], 1e-5 * Math.abs(own.data[k]));
        }
    }

    @Test
    void savedAndLoaded(@TempDir Path directory) {
        Path file = directory.resolve("gaussian.safetensors");
        FITTED.save(file);
        Rbm loaded = Rbm.load(file);
        assertArrayEquals(
                FITTED.enumerated().logDensity(PLANE), loaded.enumerated().logDensity(PLANE));
        assertArrayEquals(
                FITTED.sample(5, 3, new SplittableRandom(1)).data, loaded.sample(5, 3, new SplittableRandom(1)).data);
        assertEquals(VisibleUnits.GAUSSIAN, loaded.visibleUnits());
        assertEquals(
                VisibleUnits.BINARY,
                Rbm.of(FITTED.weights(), FITTED.visibleBias(), FITTED.hiddenBias())
                        .visibleUnits());
    }

    // --- what is refused

    private static RbmBuilder builder() {
        return Rbm.builder().visible(VisibleUnits.GAUSSIAN).hidden(2).epochs(1);
    }

    @Test
    void badInputIsNamed() {
        FMatrixRMaj w = new FMatrixRMaj(2, 2);
        FMatrixRMaj one = new FMatrixRMaj(1, 2);
        assertMessageHas("variance of column 0", () -> Rbm.gaussian(w, one, one, one));
        assertMessageHas("variances", () -> Rbm.gaussian(w, one, one, new FMatrixRMaj(1, 3)));
        assertMessageHas("columns", () -> FITTED.freeEnergy(new FMatrixRMaj(1, 3)));
        FMatrixRMaj nan = new FMatrixRMaj(1, 2);
        nan.set(0, 1, Float.NaN);
        assertMessageHas("row 0, column 1", () -> FITTED.encode(nan));
        assertMessageHas("binary units", () -> FITTED.logPseudoLikelihood(PLANE));
        assertMessageHas("1 rows, expected 2", () -> GIVEN.annealing(one));
        assertMessageHas("variance of column 0", () -> GIVEN.withBaseRates(new FMatrixRMaj(2, 2)));
        assertMessageHas("3 columns", () -> FITTED.withBaseRates(Dataset.of(new double[][] {{1, 2, 3}})));
        assertMessageHas("a variance times", () -> FITTED.withTemperature(1e300));
        assertMessageHas("a parameter divided by", () -> FITTED.withTemperature(1e-40));
        for (RbmLearning learning : List.of(RbmLearning.pseudoLikelihood(), RbmLearning.ratioMatching())) {
            assertMessageHas("scoreMatching", () -> builder().learning(learning).fit(PLANE));
        }
        Dataset bits = Bars.generate(20, 3, .3, .05, 1).pictures();
        assertMessageHas(
                "ratioMatching",
                () -> Rbm.builder()
                        .hidden(2)
                        .learning(RbmLearning.scoreMatching())
                        .fit(bits));
        assertMessageHas(
                "score matching", () -> DiscriminativeRbm.builder().generative(.1, RbmLearning.scoreMatching()));
        assertMessageHas(
                "expected binary units",
                () -> Dbm.builder()
                        .pretraining(Rbm.builder().hidden(2).epochs(1), builder())
                        .fit(bits));
        assertMessageHas("groups", () -> builder().groups(2).fit(PLANE));
        assertMessageHas(
                "varianceRate", () -> Rbm.builder().hidden(2).varianceRate(.1).fit(bits));
        assertMessageHas(
                "fixedVariances",
                () -> Rbm.builder().hidden(2).fixedVariances(.1).fit(bits));
        assertMessageHas(
                "varianceRate",
                () -> builder().fixedVariances(1).varianceRate(.1).fit(PLANE));
        assertMessageHas(
                "fixedVariances has 3", () -> builder().fixedVariances(1, 2, 3).fit(PLANE));
        assertMessageHas("fixedVariances", () -> builder().fixedVariances());
        assertMessageHas("fixedVariances", () -> builder().fixedVariances(1, Double.NaN));
        Dataset constant = Dataset.of(new double[][] {{1, 5}, {2, 5}, {3, 5}});
        assertMessageHas("column 1", () -> builder().fit(constant));
        Rbm fixed = builder().fixedVariances(2).fit(constant);
        assertEquals(2, fixed.baseRates().orElseThrow().get(1, 1), 1e-6);
        assertThrows(
                IllegalStateException.class,
                () -> Rbm.gaussian(w, one, one, matrix(new double[][] {{1, 1}})).annealing());
    }
}

package lvm.boltzmann;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.linalg.Logs;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealedImportanceSampling.Run;
import lvm.mcmc.AnnealingSchedule;
import lvm.mcmc.Transition;
import lvm.mixture.GaussianMixture;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasDensity;
import lvm.model.HasDensityContract;
import lvm.model.LogPartition;
import lvm.model.Rows;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Machines with hidden units of covariance against their definitions, the mixture of Gaussians that they are, and quadrature. */
class RealMachineTest implements Rows.Floats, HasDensityContract<FMatrixRMaj>, GenerativeModelContract<FMatrixRMaj> {
    private static final McRbm MC = RealMachines.mc(2, false, 1);
    private static final McRbm CODE = RealMachines.mc(2, true, 2);
    private static final MeanPot POT = RealMachines.pot(2, .7, 3);
    private static final MeanPot ROUND = RealMachines.pot(2, 2.5, 4);
    private static final SpikeSlabRbm SLAB = RealMachines.slab(2, 5);

    static List<RealMachine> machines() {
        return List.of(MC, CODE, POT, ROUND, SLAB);
    }

    static List<RealMachine> gaussianGivenHidden() {
        return List.of(MC, POT, ROUND, SLAB);
    }

    static List<RealMachine> mixtures() {
        return List.of(MC, SLAB, RealMachines.mc(4, false, 6), RealMachines.slab(4, 7));
    }

    // --- the contracts

    @Override
    public HasDensity<FMatrixRMaj> densityModel() {
        return MC.enumerated();
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return SLAB.enumerated();
    }

    @Override
    public double[][] rowsWithDensity() {
        return new double[][] {{0, 0}, {1.5, -.5}, {-2, 1}};
    }

    @Override
    public double[][] support() {
        return new double[][] {{-10, 10}, {-10, 10}};
    }

    // --- definitions

    private static final double[][] POINTS = {{0, 0}, {.7, -1.3}, {-2.1, .4}, {3, 2}};

    private static double dot(double[] x, FMatrixRMaj filters, int j) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * filters.get(i, j);
        }
        return sum;
    }

    private static double square(double[] x) {
        return Arrays.stream(x).map(v -> v * v).sum();
    }

    private static double[] floats(double[] x) {
        return Arrays.stream(x).map(v -> (float) v).toArray();
    }

    /** The energy as it is written, and F as the sum over h of e^−E. */
    @Test
    void energyOfMcRbm() {
        for (McRbm mc : List.of(MC, CODE)) {
            for (double[] point : POINTS) {
                double[] x = floats(point);
                double divisor = mc.normalized() ? square(x) / 2 + .5 : 1;
                double[] terms = new double[32];
                for (int s = 0; s < 32; s++) {
                    double[] h = RealMachines.state(mc, s);
                    double e = square(x) / 2;
                    for (int j = 0; j < 2; j++) {
                        e -= h[j] * (dot(x, mc.meanFilters(), j) + mc.meanBias().data[j]);
                    }
                    for (int j = 0; j < 3; j++) {
                        double out = dot(x, mc.covarianceFilters(), j);
                        e += h[2 + j] * (out * out / 2 / divisor - mc.covarianceBias().data[j]);
                    }
                    terms[s] = -e;
                    assertEquals(e, mc.energy(RealMachines.row(x), RealMachines.row(h))[0], 1e-9);
                }
                double f = mc.freeEnergy(RealMachines.row(x))[0];
                assertEquals(-Logs.logSumExp(terms), f, 1e-9);
                FMatrixRMaj means = mc.encode(RealMachines.row(x));
                for (int j = 0; j < 5; j++) {
                    double on = 0;
                    for (int s = 0; s < 32; s++) {
                        on += (s >> j & 1) * Math.exp(terms[s] + f);
                    }
                    assertEquals(on, means.data[j], 1e-6);
                }
            }
        }
    }

    /** One covariance unit at a time: the integral of e^−E over its state, by a sum over its logarithm, and its mean. */
    @Test
    void energyOfMeanPot() {
        for (double shape : new double[] {.7, 2.5}) {
            SplittableRandom rng = new SplittableRandom(8);
            MeanPot pot = MeanPot.of(
                    RealMachines.normal(2, 1, 1, rng),
                    RealMachines.normal(1, 1, 1, rng),
                    RealMachines.normal(2, 1, 1.5, rng),
                    shape);
            for (double[] point : POINTS) {
                double[] x = floats(point);
                double out = dot(x, pot.covarianceFilters(), 0);
                double total = 0;
                double mean = 0;
                double step = .005;
                for (int on = 0; on < 2; on++) {
                    for (double t = -40; t < 8; t += step) {
                        double h = Math.exp(t);
                        double e = square(x) / 2
                                - on * (dot(x, pot.meanFilters(), 0) + pot.meanBias().data[0])
                                + h * (1 + out * out / 2)
                                + (1 - shape) * t
                                + CovarianceUnits.logGamma(shape);
                        double p = Math.exp(-e) * h * step; // dh = h dt
                        total += p;
                        mean += p * h;
                        if (t > -1 && t < 1 && Math.abs(t * 10 - Math.rint(t * 10)) < 1e-6) {
                            double is = pot.energy(RealMachines.row(x), RealMachines.row(on, h))[0];
                            assertEquals(e, is, 1e-5 * (1 + Math.abs(e)));
                        }
                    }
                }
                assertEquals(-Math.log(total), pot.freeEnergy(RealMachines.row(x))[0], 1e-6);
                assertEquals(mean / total, pot.encode(RealMachines.row(x)).data[1], 1e-5);
            }
        }
        double[] factorials = {1, 1, 2, 6, 24, 120};
        for (int n = 1; n < factorials.length; n++) {
            assertEquals(Math.log(factorials[n]), CovarianceUnits.logGamma(n + 1), 1e-12);
        }
        assertEquals(Math.log(Math.PI) / 2, CovarianceUnits.logGamma(.5), 1e-12);
    }

    /** The energy with its slabs, which are integrated on a grid one after the other; and p(h | x). */
    @Test
    void energyOfSpikeSlabRbm() {
        FMatrixRMaj w = SLAB.filters();
        for (double[] point : POINTS) {
            double[] x = floats(point);
            double[] terms = new double[8];
            for (int s = 0; s < 8; s++) {
                double[] h = RealMachines.state(SLAB, s);
                double log = 0;
                for (int i = 0; i < 2; i++) {
                    double precision = SLAB.lambda().data[i];
                    for (int j = 0; j < 3; j++) {
                        precision += h[j] * SLAB.phi().get(i, j);
                    }
                    log -= precision * x[i] * x[i] / 2;
                }
                for (int j = 0; j < 3; j++) {
                    double alpha = SLAB.alpha().data[j];
                    double mu = SLAB.mu().data[j];
                    double integral = 0;
                    double step = .005;
                    for (double slab = -20; slab < 20; slab += step) {
                        double e = -dot(x, w, j) * slab * h[j]
                                + alpha * slab * slab / 2
                                - alpha * mu * slab * h[j]
                                + alpha * mu * mu * h[j] / 2
                                + Math.log(2 * Math.PI / alpha) / 2;
                        integral += Math.exp(-e) * step;
                    }
                    log += Math.log(integral) + SLAB.bias().data[j] * h[j];
                }
                terms[s] = log;
                assertEquals(-log, SLAB.energy(RealMachines.row(x), RealMachines.row(h))[0], 2e-6);
            }
            double f = SLAB.freeEnergy(RealMachines.row(x))[0];
            assertEquals(-Logs.logSumExp(terms), f, 2e-6);
            for (int j = 0; j < 3; j++) {
                double on = 0;
                for (int s = 0; s < 8; s++) {
                    on += (s >> j & 1) * Math.exp(terms[s] + f);
                }
                assertEquals(on, SLAB.encode(RealMachines.row(x)).data[j], 2e-6);
            }
        }
    }

    /** The formulas of the covariance given h, with EJML's inverse. */
    @Test
    void conditionalCovariances() {
        McRbm mc = RealMachines.mc(4, false, 6);
        MeanPot pot = RealMachines.pot(4, 1.5, 6);
        SpikeSlabRbm slab = RealMachines.slab(4, 7);
        for (int s = 0; s < 32; s++) {
            double[] h = RealMachines.state(mc, s);
            assertInverse(precision(mc.covarianceFilters(), h, 3), mc.conditionalCovariance(h));
            assertMean(mc.conditionalCovariance(h), mc.meanFilters(), h, mc.conditionalMean(h));
        }
        double[] some = {1, 0, .3, 4};
        assertInverse(precision(pot.covarianceFilters(), some, 2), pot.conditionalCovariance(some));
        assertMean(pot.conditionalCovariance(some), pot.meanFilters(), some, pot.conditionalMean(some));
        for (int s = 0; s < 8; s++) {
            double[] h = RealMachines.state(slab, s);
            DMatrixRMaj p = CommonOps_DDRM.diag(slab.lambda().data);
            FMatrixRMaj w = slab.filters().copy();
            double[] pull = new double[3];
            for (int j = 0; j < 3; j++) {
                for (int i = 0; i < 4; i++) {
                    p.add(i, i, h[j] * slab.phi().get(i, j));
                    for (int k = 0; k < 4; k++) {
                        p.add(i, k, -h[j] * w.get(i, j) * w.get(k, j) / slab.alpha().data[j]);
                    }
                }
                pull[j] = h[j] * slab.mu().data[j];
            }
            assertInverse(p, slab.conditionalCovariance(h));
            assertMean(slab.conditionalCovariance(h), w, pull, slab.conditionalMean(h));
        }
    }

    private static DMatrixRMaj precision(FMatrixRMaj r, double[] h, int units) {
        DMatrixRMaj p = CommonOps_DDRM.identity(r.numRows);
        for (int j = 0; j < units; j++) {
            for (int i = 0; i < r.numRows; i++) {
                for (int k = 0; k < r.numRows; k++) {
                    p.add(i, k, h[h.length - units + j] * r.get(i, j) * r.get(k, j));
                }
            }
        }
        return p;
    }

    private static void assertInverse(DMatrixRMaj precision, DMatrixRMaj covariance) {
        DMatrixRMaj expected = new DMatrixRMaj(0, 0);
        CommonOps_DDRM.invert(precision, expected);
        for (int k = 0; k < expected.getNumElements(); k++) {
            assertEquals(expected.data[k], covariance.data[k], 1e-6);
        }
    }

    private static void assertMean(DMatrixRMaj c, FMatrixRMaj w, double[] h, double[] mean) {
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (int k = 0; k < mean.length; k++) {
                for (int j = 0; j < w.numCols; j++) {
                    sum += c.get(i, k) * w.get(k, j) * h[j];
                }
            }
            assertEquals(sum, mean[i], 1e-9);
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void gradientIsThatOfTheFreeEnergy(RealMachine machine) {
        SplittableRandom rng = new SplittableRandom(9);
        RealUnits units = machine.units().copy();
        DMatrixRMaj x = RealMachine.doubles(RealMachines.normal(6, 2, 1.5, rng));
        DMatrixRMaj slopes = new DMatrixRMaj(6, 2);
        double[] up = new double[6];
        double[] down = new double[6];
        units.freeEnergy(x, up, slopes);
        FMatrixRMaj rounded = new FMatrixRMaj(6, 2);
        RealRule.floats(x, rounded);
        DMatrixRMaj published = machine.freeEnergyGradient(rounded);
        for (int k = 0; k < 12; k++) {
            double at = x.data[k];
            x.data[k] = at + 1e-5;
            units.freeEnergy(x, up, null);
            x.data[k] = at - 1e-5;
            units.freeEnergy(x, down, null);
            x.data[k] = at;
            double slope = (up[k / 2] - down[k / 2]) / 2e-5;
            assertEquals(slope, slopes.data[k], 1e-7 * (1 + Math.abs(slope)));
            assertEquals(slope, published.data[k], 1e-6 * (1 + Math.abs(slope)));
        }
    }

    // --- exact densities

    @ParameterizedTest
    @MethodSource("mixtures")
    void enumeratedMachineIsAMixtureOfGaussians(RealMachine machine) {
        GaussianMixture mixture = RealMachines.mixture(machine);
        EnumeratedRealMachine exact = machine.enumerated();
        assertEquals(LogPartition.Kind.EXACT, exact.logPartition().kind());
        assertEquals(
                Logs.logSumExp(RealMachines.logWeights(machine)),
                exact.logPartition().nats(),
                1e-6);
        FMatrixRMaj x = exact.sample(40, new SplittableRandom(10));
        double[] expected = mixture.logDensity(RealMachine.doubles(x));
        double[] logP = exact.logDensity(x);
        for (int i = 0; i < logP.length; i++) {
            assertEquals(expected[i], logP[i], 1e-5, "row " + i);
        }
        int d = machine.dim();
        DMatrixRMaj c = exact.covariance();
        double[] mean = new double[d];
        for (int s = 0; s < mixture.components(); s++) {
            for (int i = 0; i < d; i++) {
                mean[i] += mixture.weights()[s] * mixture.mean(s)[i];
            }
        }
        for (int k = 0; k < d * d; k++) {
            double sum = -mean[k / d] * mean[k % d];
            for (int s = 0; s < mixture.components(); s++) {
                sum += mixture.weights()[s]
                        * (mixture.covariance(s).data[k] + mixture.mean(s)[k / d] * mixture.mean(s)[k % d]);
            }
            assertEquals(sum, c.data[k], 1e-6);
        }
    }

    @Test
    void quadratureAgreesWithTheSumOverStates() {
        for (RealMachine machine : List.of(MC, SLAB, RealMachines.mc(1, false, 11), RealMachines.slab(1, 12))) {
            double sum = machine.logPartition().nats();
            assertEquals(sum, machine.integrated().logPartition().nats(), 1e-7);
        }
        // a product of one t-distribution and a Gaussian, without mean units: ∫ e^(−x²/2) (1 + x²/2)^−γ dx by a sum of
        // its own
        MeanPot pot = MeanPot.of(new FMatrixRMaj(1, 1), RealMachines.row(-50), RealMachines.row(1), 1.5);
        double sum = 0;
        for (double x = -12; x < 12; x += .001) {
            sum += .001 * Math.exp(-x * x / 2) * Math.pow(1 + x * x / 2, -1.5);
        }
        assertEquals(Math.log(sum), pot.integrated().logPartition().nats(), 1e-7);
    }

    // --- chains

    /** Means of functions over rows are those by quadrature, to 4.5 standard errors: each fails with a probability below 10⁻⁵. */
    private static void assertMeans(String what, double[] expected, FMatrixRMaj x) {
        double[] mean = new double[expected.length];
        double[] squares = new double[expected.length];
        for (int i = 0; i < x.numRows; i++) {
            double[] of = RealMachines.functions(x.get(i, 0), x.get(i, 1));
            for (int m = 0; m < mean.length; m++) {
                mean[m] += of[m] / x.numRows;
                squares[m] += of[m] * of[m] / x.numRows;
            }
        }
        for (int m = 0; m < mean.length; m++) {
            double error = Math.sqrt((squares[m] - mean[m] * mean[m]) / x.numRows);
            assertEquals(expected[m], mean[m], 4.5 * error, what + ", function " + m);
        }
    }

    /** From draws of the machine a step leaves them draws; where no exact ones are known the chains run long before. */
    @ParameterizedTest
    @MethodSource("machines")
    void chainsLeaveTheMachineInvariant(RealMachine machine) {
        double[] expected = RealMachines.expected(machine);
        SplittableRandom rng = new SplittableRandom(13);
        int n = 6000;
        boolean mixture = machine == MC || machine == SLAB;
        FMatrixRMaj x = mixture ? machine.enumerated().sample(n, rng) : machine.sample(n, 40, rng);
        assertMeans("draws", expected, x);
        FMatrixRMaj moved = x.copy();
        Transition<FMatrixRMaj> hmc = machine.hmc(5, .25);
        double accepted = 0;
        for (int t = 0; t < 3; t++) {
            accepted = hmc.step(moved, rng).acceptance();
        }
        assertTrue(accepted > .5 && accepted < 1, "accepted " + accepted);
        assertMeans("HMC", expected, moved);
        if (machine != CODE) {
            machine.gibbs().step(x, rng);
            machine.gibbs().step(x, rng);
            assertMeans("Gibbs", expected, x);
        }
    }

    /** All chains begin at one point. */
    @ParameterizedTest
    @MethodSource("gaussianGivenHidden")
    void gibbsSamplingReachesTheMachine(RealMachine machine) {
        FMatrixRMaj x = new FMatrixRMaj(6000, 2);
        machine.gibbs().repeated(50).step(x, new SplittableRandom(14));
        assertMeans("Gibbs from a point", RealMachines.expected(machine), x);
    }

    // --- log Z from both sides

    @ParameterizedTest
    @MethodSource("machines")
    void annealingFindsThePartitionFunction(RealMachine machine) {
        double truth = machine.integrated().logPartition().nats();
        Run step = AnnealedImportanceSampling.over(machine.annealing(1))
                .schedule(AnnealingSchedule.linear(1))
                .chains(20_000)
                .seed(3)
                .forward();
        assertEquals(truth, step.logZ(), 5 * step.standardError(), "importance sampling from the base");
        PartitionBracket bracket = machine.bracket(AnnealingSchedule.linear(40), 100, 4);
        assertEquals(truth, bracket.lower().nats(), 5 * bracket.lower().standardError() + 1e-3, "forwards");
        assertEquals(truth, bracket.upper().nats(), 5 * bracket.upper().standardError() + 1e-3, "backwards");
        assertEquals(truth, bracket.upperOfLonger().nats(), 5 * bracket.upper().standardError() + 1e-3);
        assertEquals(
                machine == MC || machine == SLAB ? LogPartition.Kind.UPPER_BOUND : LogPartition.Kind.ESTIMATE,
                bracket.upper().kind());
    }
}

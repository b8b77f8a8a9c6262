package lvm.reproduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.Rbm;
import lvm.distribution.BinaryStates;
import lvm.evaluation.Estimate;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Chains of small machines against what all their states say. */
class PictureChainTest {
    private static final int CHAINS = 400;
    private static final int STEPS = 600;

    /** Means over 240,000 states of chains that forget within some ten steps, known to 0.004; off by 0.02 once in 10⁵. */
    private static final double TOLERANCE = .02;

    private static FMatrixRMaj normal(int rows, int cols, double deviation, long seed) {
        FMatrixRMaj x = new FMatrixRMaj(rows, cols);
        Fill.normal(0, (float) deviation, x, new SplittableRandom(seed));
        return x;
    }

    private static Rbm rbm(int visible, int hidden, long seed) {
        return Rbm.of(
                normal(visible, hidden, 1.5, seed),
                normal(1, visible, .7, seed + 100),
                normal(1, hidden, .7, seed + 200));
    }

    private static double[] probabilities(double[] logDensity) {
        return Arrays.stream(logDensity).map(Math::exp).toArray();
    }

    private static double[] means(double[] p, FMatrixRMaj x) {
        double[] mean = new double[x.numCols];
        for (int k = 0; k < x.getNumElements(); k++) {
            mean[k % x.numCols] += p[k / x.numCols] * x.data[k];
        }
        return mean;
    }

    private static double mean(double[] p, double[] x) {
        double sum = 0;
        for (int s = 0; s < p.length; s++) {
            sum += p[s] * x[s];
        }
        return sum;
    }

    private static void assertChain(PictureChain chain, double[] pixels, double energy, double[] features) {
        double[] seenPixels = new double[pixels.length];
        double[] seenFeatures = new double[features.length];
        double seenEnergy = 0;
        double n = (double) CHAINS * STEPS;
        for (int t = -100; t < STEPS; t++) {
            chain.step();
            if (t >= 0) {
                add(chain.picture(), seenPixels, n);
                add(chain.features(), seenFeatures, n);
                seenEnergy += Arrays.stream(chain.freeEnergy()).sum() / n;
            }
        }
        assertArrayEquals(pixels, seenPixels, TOLERANCE);
        assertArrayEquals(features, seenFeatures, TOLERANCE);
        assertEquals(energy, seenEnergy, 2 * TOLERANCE);
    }

    private static void add(FMatrixRMaj x, double[] sum, double n) {
        for (int k = 0; k < x.getNumElements(); k++) {
            sum[k % sum.length] += x.data[k] / n;
        }
    }

    private static FMatrixRMaj start(int pixels) {
        return new FMatrixRMaj(CHAINS, pixels);
    }

    @Test
    void aRestrictedMachine() {
        Rbm rbm = rbm(4, 3, 1);
        FMatrixRMaj v = BinaryStates.all(4);
        double[] p = probabilities(rbm.enumerated().logDensity(v));
        assertChain(
                PictureChain.of(rbm, start(4), 1), means(p, v), mean(p, rbm.freeEnergy(v)), means(p, rbm.encode(v)));
    }

    @Test
    void beliefNetworks() {
        for (List<Rbm> machines :
                List.of(List.of(rbm(4, 3, 2), rbm(3, 2, 3)), List.of(rbm(4, 2, 4), rbm(2, 3, 5), rbm(3, 2, 6)))) {
            Dbn dbn = Dbn.of(machines);
            FMatrixRMaj v = BinaryStates.all(4);
            FMatrixRMaj h = BinaryStates.all(dbn.top().dim());
            double[] p = probabilities(dbn.top().enumerated().logDensity(h));
            assertChain(
                    PictureChain.of(dbn, start(4), 2),
                    means(probabilities(dbn.enumerated().logDensity(v)), v),
                    mean(p, dbn.top().freeEnergy(h)),
                    means(p, dbn.top().encode(h)));
        }
    }

    @Test
    void aDeepBoltzmannMachine() {
        Dbm dbm = Dbm.of(
                List.of(normal(4, 3, 1, 7), normal(3, 2, 1, 8)),
                List.of(normal(1, 4, .7, 9), normal(1, 3, .7, 10), normal(1, 2, .7, 11)));
        FMatrixRMaj v = BinaryStates.all(4);
        FMatrixRMaj both = BinaryStates.all(6); // v and then h²
        double[] p = probabilities(dbm.toRbm().enumerated().logDensity(both));
        assertChain(
                PictureChain.of(dbm, start(4), 3),
                means(probabilities(dbm.enumerated().logDensity(v)), v),
                mean(p, dbm.toRbm().freeEnergy(both)),
                Arrays.copyOfRange(means(p, both), 4, 6));
    }

    /** In machines whose units copy those below, chains begin with the picture that they are given. */
    @Test
    void chainsBeginAtTheGivenPictures() {
        FMatrixRMaj copying = new FMatrixRMaj(4, 4);
        FMatrixRMaj bias = new FMatrixRMaj(1, 4);
        FMatrixRMaj between = new FMatrixRMaj(1, 4);
        for (int k = 0; k < 4; k++) {
            copying.set(k, k, 60);
        }
        bias.fill(-30);
        between.fill(-60);
        Rbm rbm = Rbm.of(copying, bias, bias);
        FMatrixRMaj v = BinaryStates.all(4);
        for (PictureChain chain : List.of(
                PictureChain.of(rbm, v, 1),
                PictureChain.of(Dbn.of(List.of(rbm, rbm, rbm)), v, 1),
                PictureChain.of(Dbm.of(List.of(copying, copying), List.of(bias, between, bias)), v, 1))) {
            assertArrayEquals(v.data, chain.picture().data, 1e-6f);
            assertArrayEquals(v.data, chain.features().data, 1e-6f);
        }
    }

    @Test
    void whatAChainShows() {
        int[] classes = {-1, 3, 3, -1, 3, 5, -1, 3, -1};
        assertEquals(2, MixingExperiment.visited(classes));
        assertEquals(2, MixingExperiment.changes(classes));
        assertEquals(0, MixingExperiment.visited(new int[] {-1, -1}));
        assertEquals(0, MixingExperiment.changes(new int[] {-1, -1, 0}));
        Estimate mean = MixingExperiment.mean(new double[] {1, 2, 6});
        assertEquals(3, mean.value(), 1e-12);
        assertEquals(Math.sqrt((4 + 1 + 9) / 2.0 / 3), mean.standardError(), 1e-12);
    }
}

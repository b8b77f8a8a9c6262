package lvm.bernoulli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.distribution.BinaryStates;
import lvm.model.Require;
import lvm.nn.Linear;
import lvm.nn.WeightInit;
import org.ejml.data.FMatrixRMaj;

/**
 * How long the exact log p(x) of one observation takes, measured against the number of latent variables, and what that says
 * of numbers that are out of reach: each further variable doubles the time.
 *
 * @param latent K
 * @param seconds the least time of several calls, at least three
 */
public record EnumerationTime(int latent, double seconds) {
    private static final int CALLS = 3;
    private static final double PATIENCE = 0.1; // seconds: short calls are repeated until they are compiled

    /**
     * A measurement.
     *
     * @param latent K
     * @param seconds the time
     */
    public EnumerationTime {}

    /**
     * Measures models with linear decoders.
     *
     * @param dim L, the number of observed variables, at least 1
     * @param latents the numbers of latent variables, each from 1 to {@link BernoulliLvm#MAX_LATENT}
     * @return a measurement for each
     * @throws IllegalArgumentException if a number is out of range
     */
    public static List<EnumerationTime> measure(int dim, int... latents) {
        List<EnumerationTime> times = new ArrayList<>();
        for (int latent : latents) {
            if (latent > BernoulliLvm.MAX_LATENT) {
                throw new IllegalArgumentException("EnumerationTime.measure: " + latent + " latent variables, "
                        + BinaryStates.terms(latent) + "; expected at most " + BernoulliLvm.MAX_LATENT);
            }
            SplittableRandom rng = new SplittableRandom(latent);
            double[] beta = new double[latent];
            Arrays.fill(beta, 0.5);
            BernoulliLvm model = BernoulliLvm.of(
                    beta, new Linear("decoder", latent, dim, Activation.IDENTITY, WeightInit.GLOROT, rng));
            FMatrixRMaj x = model.sample(1, rng);
            double least = Double.POSITIVE_INFINITY;
            double spent = 0;
            for (int call = 0; call < CALLS || spent < PATIENCE; call++) {
                long start = System.nanoTime();
                model.logDensity(x);
                double seconds = (System.nanoTime() - start) / 1e9;
                least = Math.min(least, seconds);
                spent += seconds;
            }
            times.add(new EnumerationTime(latent, least));
        }
        return times;
    }

    /**
     * The time for another number of latent variables, from the largest that was measured: proportional to 2^K.
     *
     * @param measured measurements, at least one
     * @param latent K, at least 1
     * @return seconds
     * @throws IllegalArgumentException if nothing was measured or K is less than 1
     */
    public static double extrapolate(List<EnumerationTime> measured, int latent) {
        EnumerationTime largest = measured.stream()
                .max((a, b) -> Integer.compare(a.latent, b.latent))
                .orElseThrow(() -> new IllegalArgumentException("EnumerationTime.extrapolate: nothing was measured"));
        Require.atLeast("EnumerationTime.extrapolate", "latent", 1, latent);
        return largest.seconds * Math.pow(2, (double) latent - largest.latent);
    }
}

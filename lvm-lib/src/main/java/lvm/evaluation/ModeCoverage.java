package lvm.evaluation;

import java.util.Arrays;
import java.util.Locale;
import lvm.data.PlanarModes;
import lvm.model.Require;
import org.ejml.data.Matrix;

/**
 * Which modes of a known mixture draws have found. A draw is of high quality if it is within 3 σ of its nearest centre; a mode is
 * found if it has at least one such draw. A. Srivastava and others (2017), VEEGAN; Z. Lin and others (2018).
 *
 * @param draws how many were looked at
 * @param counts the draws of high quality of each mode
 */
public record ModeCoverage(int draws, int[] counts) {
    private static final double REACH = 3;

    /**
     * Counts.
     *
     * @param modes the mixture
     * @param draws n×2 draws; not modified
     * @return the counts
     * @throws IllegalArgumentException if there is no draw, or they are not rows of two finite numbers
     */
    public static ModeCoverage of(PlanarModes modes, Matrix draws) {
        return of(modes.centres(), modes.deviation(), draws);
    }

    /**
     * Counts, for centres in any number of dimensions.
     *
     * @param centres K×D; not modified
     * @param deviation σ, above 0
     * @param draws n×D draws; not modified
     * @return the counts
     * @throws IllegalArgumentException if there is no draw or centre, the columns differ, a number is not finite, or σ not above 0
     */
    public static ModeCoverage of(Matrix centres, double deviation, Matrix draws) {
        String where = "ModeCoverage.of";
        Require.positive(where, "deviation", deviation);
        Rows c = Rows.of(where, "centres", centres, 1, -1);
        Rows x = Rows.of(where, "draws", draws, 1, c.d);
        int[] counts = new int[c.n];
        for (int i = 0; i < x.n; i++) {
            int nearest = 0;
            double least = x.squaredDistance(i, c, 0);
            for (int k = 1; k < c.n; k++) {
                double distance = x.squaredDistance(i, c, k);
                if (distance < least) {
                    least = distance;
                    nearest = k;
                }
            }
            if (least <= REACH * REACH * deviation * deviation) {
                counts[nearest]++;
            }
        }
        return new ModeCoverage(x.n, counts);
    }

    /** {@return the number of modes} */
    public int modes() {
        return counts.length;
    }

    /** {@return the modes with at least one draw of high quality} */
    public int found() {
        return (int) Arrays.stream(counts).filter(count -> count > 0).count();
    }

    /**
     * The share of draws of high quality. Of draws of the mixture itself it is 1 − e^(−9/2) = 0.989 in the plane, so that more than
     * that is too narrow.
     *
     * @return from 0 to 1
     */
    public double highQuality() {
        return (double) Arrays.stream(counts).sum() / draws;
    }

    /**
     * KL(shares of the modes ‖ uniform) of the draws of high quality: how unevenly the modes are found.
     *
     * @return nats, 0 for equal shares, log K for one mode alone; NaN if there is no such draw
     */
    public double divergence() {
        double all = Arrays.stream(counts).sum();
        double sum = all > 0 ? Math.log(counts.length) : Double.NaN;
        for (int count : counts) {
            sum += count > 0 ? count / all * Math.log(count / all) : 0;
        }
        return sum;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d of %d modes, %.1f %% of %d draws within 3 deviations",
                found(),
                modes(),
                100 * highQuality(),
                draws);
    }
}

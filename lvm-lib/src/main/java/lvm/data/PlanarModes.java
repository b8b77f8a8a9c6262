package lvm.data;

import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/**
 * A mixture of round Gaussians of the same weight and deviation in the plane, far enough apart that each draw has its mode: what is
 * left out by a generative model can be counted. The constants differ between publications and belong beside every count.
 */
public final class PlanarModes {
    private final String name;
    private final DMatrixRMaj centres;
    private final double deviation;

    private PlanarModes(String name, DMatrixRMaj centres, double deviation) {
        this.name = name;
        this.centres = centres;
        this.deviation = deviation;
    }

    /**
     * Modes on a circle around 0. {@code ring(8, 1, 0.01)} is that of Z. Lin and others (2018), PacGAN.
     *
     * @param modes how many, at least 1
     * @param radius of the circle, above 0
     * @param deviation σ of each coordinate, above 0
     * @return the mixture
     * @throws IllegalArgumentException if a number is out of range
     */
    public static PlanarModes ring(int modes, double radius, double deviation) {
        requirePositive("ring", modes, radius, deviation);
        DMatrixRMaj centres = new DMatrixRMaj(modes, 2);
        for (int k = 0; k < modes; k++) {
            centres.set(k, 0, radius * Math.cos(2 * Math.PI * k / modes));
            centres.set(k, 1, radius * Math.sin(2 * Math.PI * k / modes));
        }
        return new PlanarModes("ring of " + modes + ", radius " + radius, centres, deviation);
    }

    /**
     * Modes on a square grid around 0. {@code grid(5, 2, 0.05)} from −4 to 4 is that of Z. Lin and others (2018), PacGAN.
     *
     * @param side how many in a row, at least 1
     * @param spacing from one to the next, above 0
     * @param deviation σ of each coordinate, above 0
     * @return the mixture of side² modes
     * @throws IllegalArgumentException if a number is out of range
     */
    public static PlanarModes grid(int side, double spacing, double deviation) {
        requirePositive("grid", side, spacing, deviation);
        DMatrixRMaj centres = new DMatrixRMaj(side * side, 2);
        for (int k = 0; k < centres.numRows; k++) {
            centres.set(k, 0, spacing * (k % side - (side - 1) / 2.0));
            centres.set(k, 1, spacing * (k / side - (side - 1) / 2.0));
        }
        return new PlanarModes("grid of " + side * side + ", spacing " + spacing, centres, deviation);
    }

    private static void requirePositive(String kind, int count, double size, double deviation) {
        if (count < 1 || !(size > 0 && size < Double.POSITIVE_INFINITY) || !(deviation > 0 && deviation < size)) {
            throw new IllegalArgumentException("PlanarModes." + kind + ": " + count + " modes of deviation " + deviation
                    + ", " + size + " wide, expected at least 1, and a width above the deviation above 0");
        }
    }

    /** {@return the number of modes} */
    public int modes() {
        return centres.numRows;
    }

    /** {@return a copy of the centres, a row of two numbers each} */
    public DMatrixRMaj centres() {
        return centres.copy();
    }

    /** {@return the deviation of each coordinate around its centre, σ} */
    public double deviation() {
        return deviation;
    }

    /**
     * Draws points; the mode of each is its label.
     *
     * @param rows how many, at least 1
     * @param seed of the draws
     * @return the points
     * @throws IllegalArgumentException if there is no row
     */
    public Dataset generate(int rows, long seed) {
        if (rows < 1) {
            throw new IllegalArgumentException("PlanarModes.generate: " + rows + " rows, expected at least 1");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj x = new DMatrixRMaj(rows, 2);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = rng.nextInt(modes());
            x.set(i, 0, centres.get(labels[i], 0) + deviation * rng.nextGaussian());
            x.set(i, 1, centres.get(labels[i], 1) + deviation * rng.nextGaussian());
        }
        return Dataset.of(x).withColumns("x", "y").withClasses(labels, modes()).named(toString());
    }

    @Override
    public String toString() {
        return name + ", deviation " + deviation;
    }
}

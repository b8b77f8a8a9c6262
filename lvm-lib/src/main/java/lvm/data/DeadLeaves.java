package lvm.data;

import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/**
 * Images of discs that cover each other like dead leaves on the ground, and patches of them: a model of what makes natural
 * images, occlusion at every scale (D. L. Ruderman 1997; A. B. Lee, D. Mumford and J. Huang 2001, Occlusion models for
 * natural images). Edges are sharp, most of an image is flat, and there is no scale that stands out.
 *
 * <p>The centres are uniform, the radii have a density proportional to r⁻³ from {@link #LEAST_RADIUS} to
 * {@link #GREATEST_RADIUS} pixels, the greys are uniform in [0, 1]. A pixel is the mean of the topmost discs at four points.
 * Discs are laid from the top down until everything is covered, which draws exactly from the model without an end of the
 * falling of leaves (W. S. Kendall and E. Thönnes 1999).
 *
 * <p>With γ(t) the mean area that a disc shares with itself moved by t, two points at this distance lie on the same disc, and
 * their greys are correlated, with γ(t) / (2 γ(0) − γ(t)).
 */
public final class DeadLeaves {

    /** The least radius, in pixels. */
    public static final double LEAST_RADIUS = 2;

    /** The greatest radius, in pixels. */
    public static final double GREATEST_RADIUS = 64;

    /** Points in a pixel, in each direction. */
    private static final int FINE = 2;

    private static final int SIDE = 256;
    private static final int PATCHES_FROM_ONE = 500;

    private DeadLeaves() {}

    /**
     * Draws an image. The same numbers give the same image on every machine.
     *
     * @param rows the height in pixels, at least 1
     * @param columns the width in pixels, at least 1
     * @param seed the seed
     * @return rows × columns greys in [0, 1]
     * @throws IllegalArgumentException if a size is less than 1 or the image would have more than 2²⁶ pixels
     */
    public static DMatrixRMaj image(int rows, int columns, long seed) {
        if (rows < 1 || columns < 1 || (long) rows * columns > 1 << 26) {
            throw new IllegalArgumentException("DeadLeaves.image: " + rows + " rows and " + columns
                    + " columns, expected at least 1 of each and at most 2^26 pixels");
        }
        return image(rows, columns, new SplittableRandom(seed));
    }

    private static DMatrixRMaj image(int rows, int columns, SplittableRandom rng) {
        int height = rows * FINE;
        int width = columns * FINE;
        float[] grey = new float[height * width];
        boolean[] covered = new boolean[height * width];
        double least = LEAST_RADIUS * FINE;
        double greatest = GREATEST_RADIUS * FINE;
        long open = grey.length;
        while (open > 0) {
            double cy = rng.nextDouble() * (height + 2 * greatest) - greatest;
            double cx = rng.nextDouble() * (width + 2 * greatest) - greatest;
            // By inversion: 1/r² is uniform where the density of r is proportional to r⁻³.
            double high = 1 / (least * least);
            double low = 1 / (greatest * greatest);
            double radius = 1 / Math.sqrt(high - rng.nextDouble() * (high - low));
            float shade = (float) rng.nextDouble();
            int top = (int) Math.max(0, Math.ceil(cy - radius));
            int bottom = (int) Math.min(height - 1, Math.floor(cy + radius));
            for (int y = top; y <= bottom; y++) {
                double half = Math.sqrt(radius * radius - (y - cy) * (y - cy));
                int left = (int) Math.max(0, Math.ceil(cx - half));
                int right = (int) Math.min(width - 1, Math.floor(cx + half));
                for (int at = y * width + left; at <= y * width + right; at++) {
                    if (!covered[at]) {
                        covered[at] = true;
                        grey[at] = shade;
                        open--;
                    }
                }
            }
        }
        DMatrixRMaj image = new DMatrixRMaj(rows, columns);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.data[y / FINE * columns + x / FINE] += grey[y * width + x] / (double) (FINE * FINE);
            }
        }
        return image;
    }

    /**
     * Draws square patches from random places of as many images as needed, 500 from each. The same numbers give the same
     * patches on every machine.
     *
     * @param n the number of patches, at least 1
     * @param size the side of a patch in pixels, from 1 to 64
     * @param seed the seed
     * @return n × size² greys in [0, 1], a patch a row, its pixels row by row
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Dataset patches(int n, int size, long seed) {
        if (n < 1 || size < 1 || size > 64) {
            throw new IllegalArgumentException("DeadLeaves.patches: " + n + " patches of size " + size
                    + ", expected at least 1 of a size from 1 to 64");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj patches = new DMatrixRMaj(n, size * size);
        DMatrixRMaj image = null;
        for (int i = 0; i < n; i++) {
            if (i % PATCHES_FROM_ONE == 0) {
                image = image(SIDE, SIDE, rng.split());
            }
            int top = rng.nextInt(SIDE - size + 1);
            int left = rng.nextInt(SIDE - size + 1);
            for (int y = 0; y < size; y++) {
                System.arraycopy(image.data, (top + y) * SIDE + left, patches.data, (i * size + y) * size, size);
            }
        }
        return Dataset.of(patches)
                .named("dead leaves, patches of " + size + "×" + size)
                .asImages(size, size);
    }
}

package lvm.data;

import java.util.Locale;
import java.util.SplittableRandom;
import org.ejml.data.FMatrixRMaj;

/**
 * Pairs of images of random dots of which the second comes from the first by a change: which one it was is in the pair and in neither image. One
 * pixel in five of the first image is on. R. Memisevic and G. E. Hinton (2010), Learning to represent spatial transformations with factored
 * higher-order Boltzmann machines, learn from such pairs.
 */
public enum DotPairs {
    /** A shift by a pixel in one of eight directions, or none, around the edges: nine classes, 3·(rows + 1) + (columns + 1). */
    SHIFTS(9),

    /** A turn about the middle by one of eight angles, 2π/8 times the class; pixels outside of the disc are off in the second image. */
    ROTATIONS(8);

    private final int classes;

    DotPairs(int classes) {
        this.classes = classes;
    }

    /** {@return the number of changes; guessing is right in one pair of so many} */
    public int classes() {
        return classes;
    }

    /** Where the pixel of the image after the change comes from; −1 for nowhere. */
    private int from(int pixel, int label, int edge) {
        int y = pixel / edge;
        int x = pixel % edge;
        if (this == SHIFTS) {
            return Math.floorMod(y - (label / 3 - 1), edge) * edge + Math.floorMod(x - (label % 3 - 1), edge);
        }
        double angle = 2 * Math.PI * label / classes;
        double middle = (edge - 1) / 2.0;
        double dx = x - middle;
        double dy = y - middle;
        long fromX = Math.round(middle + Math.cos(angle) * dx + Math.sin(angle) * dy);
        long fromY = Math.round(middle - Math.sin(angle) * dx + Math.cos(angle) * dy);
        boolean outside = fromX < 0 || fromX >= edge || fromY < 0 || fromY >= edge;
        return outside || dx * dx + dy * dy > middle * middle + 1 ? -1 : (int) (fromY * edge + fromX);
    }

    /**
     * Draws pairs.
     *
     * @param n the number of pairs, at least 1
     * @param edge the pixels of an edge, at least 3
     * @param seed the seed of everything random
     * @return n rows of 2·edge² zeros and ones, the image after the change first and then the one before; the labels say the change, in turn
     * @throws IllegalArgumentException if a number is out of range
     */
    public Dataset generate(int n, int edge, long seed) {
        if (n < 1 || edge < 3) {
            throw new IllegalArgumentException("DotPairs.generate: " + n + " pairs of " + edge + "×" + edge
                    + " pixels, expected at least 1 pair and an edge of at least 3");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        int d = edge * edge;
        FMatrixRMaj rows = new FMatrixRMaj(n, 2 * d);
        int[] labels = new int[n];
        for (int r = 0; r < n; r++) {
            labels[r] = r % classes;
            for (int i = 0; i < d; i++) {
                rows.set(r, d + i, rng.nextInt(5) == 0 ? 1 : 0);
            }
            for (int i = 0; i < d; i++) {
                int from = from(i, labels[r], edge);
                rows.set(r, i, from < 0 ? 0 : rows.get(r, d + from));
            }
        }
        return Dataset.of(rows).withLabels(labels).named("dots, " + name().toLowerCase(Locale.ROOT));
    }
}

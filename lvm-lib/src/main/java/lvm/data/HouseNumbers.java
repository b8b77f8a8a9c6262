package lvm.data;

import java.util.SplittableRandom;
import lvm.random.Fill;

/**
 * House numbers that the library draws itself, for want of {@link Svhn}: colour images of 32×32 with values in [0,1], each with
 * the digit in its middle as the label. They are no photographs. A row has 3·1024 values: the red ones row by row from the top
 * left, then the green ones, then the blue ones.
 *
 * <p>A number is painted with a thick pen in one colour on a wall of another, both drawn at random with a contrast in
 * brightness that may be of either sign. Drawn at random are also size, place, slant and turn, the neighbours to the left and
 * to the right (each is there in half of the images and is cut by the border), a light from one side, how sharp the picture is,
 * and the noise of each pixel. The digit is the factor that the label tells; all others are style.
 *
 * <p>The same seed gives the same bytes on every machine, and image i depends on the seed and i alone, as in {@link Digits}.
 */
public final class HouseNumbers {

    /** The pixels of an edge of an image. */
    public static final int EDGE = Svhn.EDGE;

    /** The number of classes. */
    public static final int CLASSES = 10;

    private static final int PIXELS = EDGE * EDGE;

    private HouseNumbers() {}

    /**
     * Draws house numbers, of each digit as many as of any other (one more or less where the number is no multiple of ten), in
     * random order.
     *
     * @param rows the number of images, at least 1
     * @param seed the seed of everything random
     * @return rows × 3,072 values in [0,1], stored as bytes, with labels from 0 to 9
     * @throws IllegalArgumentException if rows is not from 1 to 500,000
     */
    public static Dataset generate(int rows, long seed) {
        if (rows < 1 || rows > 500_000) {
            throw new IllegalArgumentException("HouseNumbers.generate: " + rows + " rows, expected from 1 to 500000");
        }
        byte[] bytes = new byte[rows * 3 * PIXELS];
        int[] labels = new int[rows];
        Pen pen = new Pen(EDGE);
        int[] ten = new int[CLASSES];
        for (int i = 0; i < rows; i++) {
            if (i % CLASSES == 0) {
                Fill.permutation(ten, Digits.random(seed, -1 - i));
            }
            labels[i] = ten[i % CLASSES];
            draw(pen, labels[i], Digits.random(seed, i), bytes, i * 3 * PIXELS);
        }
        return Dataset.ofOwnBytes(bytes, 3 * PIXELS, 255)
                .asImages(new ImageShape(3, EDGE, EDGE))
                .withClasses(labels, CLASSES)
                .named("HouseNumbers, seed " + seed);
    }

    private static void draw(Pen pen, int digit, SplittableRandom rng, byte[] out, int at) {
        double[] paint = paint(pen, digit, rng);
        double dark = 0.08 + 0.47 * rng.nextDouble();
        double light = dark + 0.3 + (0.62 - dark) * rng.nextDouble();
        boolean inverted = rng.nextBoolean();
        double[] wall = colour(inverted ? light : dark, rng);
        double[] ink = colour(inverted ? dark : light, rng);
        double angle = 6.2831853 * rng.nextDouble();
        double slope = 0.3 * rng.nextDouble();
        double dx = slope * StrictMath.cos(angle) / EDGE;
        double dy = slope * StrictMath.sin(angle) / EDGE;
        for (int i = rng.nextInt(3); i > 0; i--) {
            paint = blurred(paint);
        }
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < PIXELS; i++) {
                double lit = 1 + dx * (i % EDGE - EDGE / 2.0) + dy * (i / EDGE - EDGE / 2.0);
                double value = wall[channel] + paint[i] * (ink[channel] - wall[channel]);
                value = value * lit + 0.015 * Pen.normal(rng);
                out[at + channel * PIXELS + i] = (byte) (int) (255 * Math.max(0, Math.min(1, value)) + 0.5);
            }
        }
    }

    /** How far each pixel is covered by the digit and its neighbours. */
    private static double[] paint(Pen pen, int digit, SplittableRandom rng) {
        double height = 20 + 1.6 * Pen.clipped(rng);
        double breadth = height * (0.56 + 0.05 * Pen.clipped(rng));
        double slant = 0.06 * Pen.clipped(rng);
        double turn = 0.04 * Pen.clipped(rng);
        double width = 2.4 + 1.8 * rng.nextDouble();
        double centreX = EDGE / 2.0 + 0.8 * Pen.clipped(rng);
        double centreY = EDGE / 2.0 + 0.8 * Pen.clipped(rng);
        double[] all = new double[PIXELS];
        for (int place = -1; place <= 1; place++) {
            int shown = place == 0 ? digit : rng.nextInt(CLASSES);
            if (place != 0 && rng.nextBoolean()) {
                continue;
            }
            double step = place * (breadth + 2 * width);
            pen.lift();
            for (double[] stroke : Digits.WAYS[shown][rng.nextInt(Digits.WAYS[shown].length)]) {
                pen.stroke(stroke, 0.008, rng);
            }
            pen.place(
                    new Pen.Place(
                            centreX + step * StrictMath.cos(turn),
                            centreY + step * StrictMath.sin(turn),
                            height,
                            breadth,
                            slant,
                            turn),
                    Pen.waves(0.15, rng));
            double[] cover = pen.cover(width);
            for (int i = 0; i < PIXELS; i++) {
                all[i] = Math.max(all[i], cover[i]);
            }
        }
        return all;
    }

    /** A colour of about this brightness. */
    private static double[] colour(double brightness, SplittableRandom rng) {
        double[] rgb = new double[3];
        double mean = 0;
        for (int c = 0; c < 3; c++) {
            rgb[c] = 0.24 * (rng.nextDouble() - 0.5);
            mean += rgb[c] / 3;
        }
        for (int c = 0; c < 3; c++) {
            rgb[c] = Math.max(0, Math.min(1, brightness + rgb[c] - mean));
        }
        return rgb;
    }

    /** The mean over a pixel, twice, and its four neighbours; beyond the border stands the border. */
    private static double[] blurred(double[] image) {
        double[] mean = new double[PIXELS];
        for (int row = 0; row < EDGE; row++) {
            for (int column = 0; column < EDGE; column++) {
                double sum = 2 * image[row * EDGE + column];
                sum += image[Math.max(0, row - 1) * EDGE + column];
                sum += image[Math.min(EDGE - 1, row + 1) * EDGE + column];
                sum += image[row * EDGE + Math.max(0, column - 1)];
                sum += image[row * EDGE + Math.min(EDGE - 1, column + 1)];
                mean[row * EDGE + column] = sum / 6;
            }
        }
        return mean;
    }
}

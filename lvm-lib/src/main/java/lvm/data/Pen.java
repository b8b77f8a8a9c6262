package lvm.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A pen that draws strokes of cubic Bézier curves on square paper. Only basic arithmetic, square roots and {@link StrictMath}
 * are used, so that the same numbers give the same picture on every machine.
 */
final class Pen {
    private static final int PIECES = 7; // straight pieces of a curve

    private final int edge;
    private final double[] xs = new double[400]; // the ends of the straight pieces
    private final double[] ys = new double[400];
    private final boolean[] begins = new boolean[400]; // of a stroke
    private final double[] distances;
    private int points;

    /** A pen for paper of edge×edge pixels. */
    Pen(int edge) {
        this.edge = edge;
        this.distances = new double[edge * edge];
    }

    /**
     * Where strokes of the unit square come to stand on the paper, in pixels.
     *
     * @param centreX the middle, from the left
     * @param centreY the middle, from the top
     * @param height the height of the unit square
     * @param breadth its breadth
     * @param slant how far the top leans to the right, as a share of the height
     * @param turn the angle by which it is turned, in radians
     */
    record Place(double centreX, double centreY, double height, double breadth, double slant, double turn) {}

    /** Begins a new drawing. */
    void lift() {
        points = 0;
    }

    /** Bends a stroke a little and turns it into straight pieces. */
    void stroke(double[] stroke, double wobble, SplittableRandom rng) {
        double[] p = stroke.clone();
        for (int i = 0; i < p.length; i++) {
            p[i] += wobble * normal(rng);
        }
        begins[points] = true;
        xs[points] = p[0];
        ys[points++] = p[1];
        for (int i = 0; i + 7 < p.length; i += 6) {
            for (int k = 1; k <= PIECES; k++) {
                double t = k / (double) PIECES;
                double s = 1 - t;
                double a = s * s * s;
                double b = 3 * s * s * t;
                double c = 3 * s * t * t;
                double d = t * t * t;
                begins[points] = false;
                xs[points] = a * p[i] + b * p[i + 2] + c * p[i + 4] + d * p[i + 6];
                ys[points++] = a * p[i + 1] + b * p[i + 3] + c * p[i + 5] + d * p[i + 7];
            }
        }
    }

    /** Takes the random numbers of a stroke, without drawing it. */
    static void skip(double[] stroke, SplittableRandom rng) {
        for (int i = 0; i < stroke.length; i++) {
            normal(rng);
        }
    }

    /** A distortion: for each coordinate two waves of about the length of the unit square. */
    static double[] waves(double height, SplittableRandom rng) {
        double[] wave = new double[16];
        for (int w = 0; w < 16; w += 4) {
            wave[w] = height * clipped(rng); // pixels
            wave[w + 1] = 4.5 * (rng.nextDouble() - 0.5);
            wave[w + 2] = 4.5 * (rng.nextDouble() - 0.5);
            wave[w + 3] = 6.2831853 * rng.nextDouble();
        }
        return wave;
    }

    /** Puts the strokes on the paper. */
    void place(Place place, double[] waves) {
        double cos = StrictMath.cos(place.turn());
        double sin = StrictMath.sin(place.turn());
        for (int i = 0; i < points; i++) {
            double x = xs[i] - 0.5;
            double y = ys[i] - 0.5;
            double dx = wave(waves, 0, x, y) + wave(waves, 4, x, y);
            double dy = wave(waves, 8, x, y) + wave(waves, 12, x, y);
            double u = place.breadth() * x - place.slant() * place.height() * y + dx;
            double v = place.height() * y + dy;
            xs[i] = place.centreX() + cos * u - sin * v;
            ys[i] = place.centreY() + sin * u + cos * v;
        }
    }

    private static double wave(double[] wave, int w, double x, double y) {
        return wave[w] * StrictMath.sin(wave[w + 1] * x + wave[w + 2] * y + wave[w + 3]);
    }

    /** The share of each pixel that a pen of this width covers; the array is written anew by the next drawing. */
    double[] cover(double width) {
        measure(width / 2 + 1);
        for (int i = 0; i < distances.length; i++) {
            distances[i] = Math.max(0, Math.min(1, width / 2 + 0.5 - distances[i]));
        }
        return distances;
    }

    /** The distances of the centres of the pixels from the strokes, as far as they are below the reach. */
    private void measure(double reach) {
        Arrays.fill(distances, reach * reach);
        for (int i = 1; i < points; i++) {
            if (begins[i]) {
                continue;
            }
            double ax = xs[i - 1];
            double ay = ys[i - 1];
            double bx = xs[i] - ax;
            double by = ys[i] - ay;
            double length = bx * bx + by * by;
            int left = Math.max(0, (int) (Math.min(ax, xs[i]) - reach));
            int right = Math.min(edge - 1, (int) (Math.max(ax, xs[i]) + reach));
            int top = Math.max(0, (int) (Math.min(ay, ys[i]) - reach));
            int bottom = Math.min(edge - 1, (int) (Math.max(ay, ys[i]) + reach));
            for (int row = top; row <= bottom; row++) {
                for (int column = left; column <= right; column++) {
                    double px = column + 0.5 - ax;
                    double py = row + 0.5 - ay;
                    double t = length > 0 ? Math.max(0, Math.min(1, (px * bx + py * by) / length)) : 0;
                    double ex = px - t * bx;
                    double ey = py - t * by;
                    int pixel = row * edge + column;
                    distances[pixel] = Math.min(distances[pixel], ex * ex + ey * ey);
                }
            }
        }
        for (int pixel = 0; pixel < distances.length; pixel++) {
            distances[pixel] = Math.sqrt(distances[pixel]);
        }
    }

    /** About normal: the sum of twelve uniform numbers, which needs no logarithm. */
    static double normal(SplittableRandom rng) {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += rng.nextDouble();
        }
        return sum;
    }

    /** About normal, within two deviations. */
    static double clipped(SplittableRandom rng) {
        return Math.max(-2, Math.min(2, normal(rng)));
    }
}

package lvm.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.FMatrixRMaj;

/**
 * Films of balls that bounce off each other and off the walls of a box, drawn by the library: motion whose next frame follows from two
 * frames, and not from one. The balls are equal discs, of one mass, without friction or weight; where two meet they exchange the speeds
 * along the line between their centres. A frame has edge×edge grey values in [0,1], the share of each pixel that a ball covers, row by row
 * from the top left. I. Sutskever, G. E. Hinton and G. W. Taylor (2009), The recurrent temporal restricted Boltzmann machine, have such
 * films; theirs have other sizes and edges.
 *
 * <p>The same numbers give the same films on every machine, and piece k depends on the seed, the sizes and k alone.
 */
public final class BouncingBalls {
    /** The radius of a ball, of a box whose sides are 1. */
    public static final double RADIUS = 0.12;

    /** The way of a ball between two frames, in the same unit. */
    public static final double SPEED = 0.05;

    /** The steps of the motion between two frames. */
    private static final int STEPS = 10;

    /** Points in a pixel, in each direction. */
    private static final int FINE = 4;

    private BouncingBalls() {}

    /**
     * Draws films.
     *
     * @param pieces the number of films, at least 1
     * @param frames the frames of each, at least 1
     * @param balls in a film, from 1 to 6
     * @param edge the pixels of an edge, from 4 to 100
     * @param seed the seed of everything random
     * @return the films, frames of edge² grey values
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Sequences generate(int pieces, int frames, int balls, int edge, long seed) {
        if (pieces < 1 || frames < 1 || balls < 1 || balls > 6 || edge < 4 || edge > 100) {
            throw new IllegalArgumentException("BouncingBalls.generate: " + pieces + " pieces of " + frames
                    + " frames with " + balls + " balls in " + edge + "×" + edge
                    + " pixels, expected at least 1 piece and frame, from 1 to 6 balls and an edge from 4 to 100");
        }
        List<FMatrixRMaj> films = new ArrayList<>();
        for (int k = 0; k < pieces; k++) {
            films.add(film(frames, balls, edge, Digits.random(seed, k)));
        }
        return Sequences.of(films).named("bouncing balls, seed " + seed);
    }

    private static FMatrixRMaj film(int frames, int balls, int edge, SplittableRandom rng) {
        double[][] x = new double[balls][];
        double[][] v = new double[balls][2];
        for (int i = 0; i < balls; i++) {
            do {
                x[i] = new double[] {
                    RADIUS + (1 - 2 * RADIUS) * rng.nextDouble(), RADIUS + (1 - 2 * RADIUS) * rng.nextDouble()
                };
            } while (meets(x, i));
            double length;
            do { // a direction that is uniform, without a sine, which may differ between machines
                v[i][0] = 2 * rng.nextDouble() - 1;
                v[i][1] = 2 * rng.nextDouble() - 1;
                length = Math.sqrt(v[i][0] * v[i][0] + v[i][1] * v[i][1]);
            } while (!(length <= 1 && length > 0.1));
            v[i][0] *= SPEED / length;
            v[i][1] *= SPEED / length;
        }
        FMatrixRMaj film = new FMatrixRMaj(frames, edge * edge);
        for (int t = 0; t < frames; t++) {
            for (int i = 0; i < edge * edge; i++) {
                film.data[t * edge * edge + i] = covered(x, i % edge, i / edge, edge);
            }
            for (int s = 0; s < STEPS; s++) {
                move(x, v);
            }
        }
        return film;
    }

    private static boolean meets(double[][] x, int i) {
        for (int j = 0; j < i; j++) {
            double dx = x[i][0] - x[j][0];
            double dy = x[i][1] - x[j][1];
            if (dx * dx + dy * dy < 4 * RADIUS * RADIUS) {
                return true;
            }
        }
        return false;
    }

    private static void move(double[][] x, double[][] v) {
        for (int i = 0; i < x.length; i++) {
            for (int c = 0; c < 2; c++) {
                x[i][c] += v[i][c] / STEPS;
                if (x[i][c] < RADIUS) {
                    v[i][c] = Math.abs(v[i][c]);
                } else if (x[i][c] > 1 - RADIUS) {
                    v[i][c] = -Math.abs(v[i][c]);
                }
            }
        }
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < i; j++) {
                double dx = x[i][0] - x[j][0];
                double dy = x[i][1] - x[j][1];
                double square = dx * dx + dy * dy;
                double towards = dx * (v[i][0] - v[j][0]) + dy * (v[i][1] - v[j][1]);
                if (square < 4 * RADIUS * RADIUS && towards < 0) {
                    v[i][0] -= towards * dx / square;
                    v[i][1] -= towards * dy / square;
                    v[j][0] += towards * dx / square;
                    v[j][1] += towards * dy / square;
                }
            }
        }
    }

    private static float covered(double[][] x, int column, int row, int edge) {
        int points = 0;
        for (int p = 0; p < FINE * FINE; p++) {
            double px = (column + (p % FINE + .5) / FINE) / edge;
            double py = (row + (p / FINE + .5) / FINE) / edge;
            for (double[] ball : x) {
                double dx = px - ball[0];
                double dy = py - ball[1];
                if (dx * dx + dy * dy < RADIUS * RADIUS) {
                    points++;
                    break;
                }
            }
        }
        return points / (float) (FINE * FINE);
    }
}

package lvm.distribution;

import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/** Sets of latent variables that are looked at: a grid over the plane of the prior, lines between two codes and along one variable. */
public final class Latents {
    private Latents() {}

    /**
     * A square grid of equal probability under N(0, I) of two dimensions: the normal quantiles of (i + ½)/edge in both. The rows
     * of the grid come from the top, so that z₂ falls from one to the next and z₁ rises along each.
     *
     * @param edge how many values of each variable, at least 1
     * @return edge²×2 latent variables
     * @throws IllegalArgumentException if edge is below 1
     */
    public static FMatrixRMaj grid(int edge) {
        Require.atLeast("Latents.grid", "edge", 1, edge);
        FMatrixRMaj z = new FMatrixRMaj(edge * edge, 2);
        for (int i = 0; i < z.numRows; i++) {
            z.set(i, 0, (float) Normal.quantile((i % edge + 0.5) / edge));
            z.set(i, 1, (float) Normal.quantile(1 - (i / edge + 0.5) / edge));
        }
        return z;
    }

    /**
     * The centres of the cells of a square grid over [−reach, reach]² of two dimensions, rows from the top.
     *
     * @param edge how many cells in each direction, at least 1
     * @param reach half the side of the square, above 0
     * @return edge²×2 latent variables
     * @throws IllegalArgumentException if edge is below 1 or reach not above 0
     */
    public static FMatrixRMaj plane(int edge, double reach) {
        Require.atLeast("Latents.plane", "edge", 1, edge);
        if (!(reach > 0)) {
            throw new IllegalArgumentException("Latents.plane: reach " + reach + ", expected above 0");
        }
        FMatrixRMaj z = new FMatrixRMaj(edge * edge, 2);
        for (int i = 0; i < z.numRows; i++) {
            z.set(i, 0, (float) (reach * (2 * (i % edge + 0.5) / edge - 1)));
            z.set(i, 1, (float) (reach * (1 - 2 * (i / edge + 0.5) / edge)));
        }
        return z;
    }

    /**
     * Lines between codes: from each row of one matrix to the same row of another.
     *
     * @param from n×K latent variables
     * @param to n×K latent variables
     * @param steps the points on each line with both ends, at least 2
     * @return n·steps × K latent variables, line after line
     * @throws IllegalArgumentException if the shapes differ or there are fewer than two steps
     */
    public static FMatrixRMaj between(FMatrixRMaj from, FMatrixRMaj to, int steps) {
        Require.atLeast("Latents.between", "steps", 2, steps);
        Require.columns("Latents.between", "the second matrix", to, from.numCols);
        if (from.numRows != to.numRows) {
            throw new IllegalArgumentException(
                    "Latents.between: " + from.numRows + " and " + to.numRows + " rows, expected as many");
        }
        FMatrixRMaj z = new FMatrixRMaj(from.numRows * steps, from.numCols);
        for (int r = 0; r < z.numRows; r++) {
            float t = r % steps / (steps - 1f);
            for (int j = 0; j < z.numCols; j++) {
                z.set(r, j, (1 - t) * from.get(r / steps, j) + t * to.get(r / steps, j));
            }
        }
        return z;
    }

    /**
     * Arcs between codes: z(t) = (sin((1 − t) ω) a + sin(t ω) b)/sin ω with ω the angle between a and b. Where codes are of N(0, I), whose
     * norms are all near √K, the points of an arc are as far from 0 as its ends, those of a line are nearer. T. White (2016),
     * Sampling generative networks.
     *
     * @param from n×K latent variables
     * @param to n×K latent variables
     * @param steps the points on each arc with both ends, at least 2
     * @return n·steps × K latent variables, arc after arc; a line where the codes point the same or opposite ways
     * @throws IllegalArgumentException if the shapes differ or there are fewer than two steps
     */
    public static FMatrixRMaj arcs(FMatrixRMaj from, FMatrixRMaj to, int steps) {
        FMatrixRMaj z = between(from, to, steps);
        for (int r = 0; r < z.numRows; r++) {
            int i = r / steps;
            double product = 0;
            double a = 0;
            double b = 0;
            for (int j = 0; j < z.numCols; j++) {
                product += (double) from.get(i, j) * to.get(i, j);
                a += (double) from.get(i, j) * from.get(i, j);
                b += (double) to.get(i, j) * to.get(i, j);
            }
            double cosine = a > 0 && b > 0 ? product / Math.sqrt(a * b) : 1;
            double omega = Math.acos(Math.max(-1, Math.min(1, cosine)));
            double sine = Math.sin(omega);
            if (sine > 1e-6) {
                double t = r % steps / (steps - 1.0);
                for (int j = 0; j < z.numCols; j++) {
                    z.set(r, j, (float)
                            ((Math.sin((1 - t) * omega) * from.get(i, j) + Math.sin(t * omega) * to.get(i, j)) / sine));
                }
            }
        }
        return z;
    }

    /**
     * One latent variable that runs through a range while the others are 0.
     *
     * @param latents K
     * @param which the variable, counted from 0
     * @param from its first value
     * @param to its last value
     * @param steps how many values, at least 2
     * @return steps×K latent variables
     * @throws IllegalArgumentException if there is no such variable or there are fewer than two steps
     */
    public static FMatrixRMaj traversal(int latents, int which, double from, double to, int steps) {
        Require.atLeast("Latents.traversal", "steps", 2, steps);
        if (which < 0 || which >= latents) {
            throw new IllegalArgumentException(
                    "Latents.traversal: variable " + which + ", expected 0 to " + (latents - 1));
        }
        FMatrixRMaj z = new FMatrixRMaj(steps, latents);
        for (int i = 0; i < steps; i++) {
            z.set(i, which, (float) (from + (to - from) * i / (steps - 1)));
        }
        return z;
    }
}

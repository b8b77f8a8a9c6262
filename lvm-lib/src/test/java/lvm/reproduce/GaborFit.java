package lvm.reproduce;

/**
 * The Gabor function that comes nearest to a square filter: a wave cos(2πf u + φ) under a Gaussian with deviations along and across it,
 * a exp(−u²/(2σ²) − v²/(2τ²)) cos(2πf u + φ), u = (x − x₀) cos θ + (y − y₀) sin θ, v the other coordinate. For a place, a direction, a frequency and deviations
 * amplitude and phase are linear least squares; the others come from a grid of starts and a pattern search (R. Hooke and T. A. Jeeves 1961).
 *
 * @param r2 the share of the filter's sum of squares that it explains
 */
record GaborFit(double r2) {
    private static final int STARTS = 6;
    private static final int SEARCHES = 4;
    private static final double LEAST_STEP = 1e-3;

    /** The fit of a filter of size² numbers, row by row. */
    static GaborFit of(double[] filter, int size) {
        double[][] best = new double[SEARCHES][];
        double[] values = new double[SEARCHES];
        // starts: places by the middle of the energy, directions, frequencies and widths on a grid
        double energy = 0;
        double cx = 0;
        double cy = 0;
        for (int k = 0; k < filter.length; k++) {
            double e = filter[k] * filter[k];
            energy += e;
            cx += e * (k % size);
            cy += e * (k / size);
        }
        if (!(energy > 0)) {
            return new GaborFit(0);
        }
        for (int t = 0; t < STARTS; t++) {
            for (double frequency : new double[] {.05, .12, .2, .3, .42}) {
                for (double width : new double[] {.8, 1.6, size / 3.0}) {
                    double[] p = {cx / energy, cy / energy, Math.PI * t / STARTS, frequency, width, width};
                    keep(best, values, p, explained(filter, size, p) / energy);
                }
            }
        }
        double most = 0;
        for (double[] start : best) {
            most = Math.max(most, search(filter, size, start, energy));
        }
        return new GaborFit(most);
    }

    private static void keep(double[][] best, double[] values, double[] p, double value) {
        for (int k = 0; k < best.length; k++) {
            if (best[k] == null || value > values[k]) {
                for (int m = best.length - 1; m > k; m--) {
                    best[m] = best[m - 1];
                    values[m] = values[m - 1];
                }
                best[k] = p;
                values[k] = value;
                return;
            }
        }
    }

    private static double search(double[] filter, int size, double[] start, double energy) {
        double[] p = start.clone();
        double[] steps = {.5, .5, .2, .04, .4, .4};
        double value = explained(filter, size, p) / energy;
        double scale = 1;
        while (scale > LEAST_STEP) {
            boolean better = false;
            for (int k = 0; k < p.length; k++) {
                for (int sign = -1; sign <= 1; sign += 2) {
                    double was = p[k];
                    p[k] += sign * scale * steps[k];
                    double is = allowed(p, size) ? explained(filter, size, p) / energy : -1;
                    if (is > value) {
                        value = is;
                        better = true;
                    } else {
                        p[k] = was;
                    }
                }
            }
            scale = better ? scale : scale / 2;
        }
        return value;
    }

    private static boolean allowed(double[] p, int size) {
        return p[0] > -1
                && p[0] < size
                && p[1] > -1
                && p[1] < size
                && p[3] >= 0
                && p[3] <= .5
                && p[4] > .4
                && p[5] > .4
                && p[4] < size
                && p[5] < size;
    }

    /** The sum of squares that the best amplitude and phase explain. */
    private static double explained(double[] filter, int size, double[] p) {
        double cc = 0;
        double cs = 0;
        double ss = 0;
        double fc = 0;
        double fs = 0;
        double cos = Math.cos(p[2]);
        double sin = Math.sin(p[2]);
        for (int k = 0; k < filter.length; k++) {
            double x = k % size - p[0];
            double y = k / size - p[1];
            double u = x * cos + y * sin;
            double v = y * cos - x * sin;
            double bell = Math.exp(-u * u / (2 * p[4] * p[4]) - v * v / (2 * p[5] * p[5]));
            double c = bell * Math.cos(2 * Math.PI * p[3] * u);
            double s = bell * Math.sin(2 * Math.PI * p[3] * u);
            cc += c * c;
            cs += c * s;
            ss += s * s;
            fc += filter[k] * c;
            fs += filter[k] * s;
        }
        double determinant = cc * ss - cs * cs;
        // where the wave has no sine (f = 0, or a wave of the pixels themselves) it is the cosine alone
        return determinant > 1e-9 * cc * cc
                ? (fc * fc * ss - 2 * fc * fs * cs + fs * fs * cc) / determinant
                : cc > 0 ? fc * fc / cc : 0;
    }
}

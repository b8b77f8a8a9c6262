package lvm.flow;

import lvm.linalg.Logs;

/**
 * A monotone rational-quadratic spline at one place: value, slope, and their gradients. C. Durkan, A. Bekasov, I. Murray and
 * G. Papamakarios (2019), Neural spline flows, equations 4 to 8.
 */
final class Spline {
    /** The least share of a bin in width and height, and the least slope at a knot. */
    private static final double LEAST_BIN = 1e-3;

    private static final double LEAST_SLOPE = 1e-3;
    /** softplus(SLOPE_SHIFT) + LEAST_SLOPE = 1: parameters of zero give the identity. */
    private static final double SLOPE_SHIFT = Math.log(Math.expm1(1 - LEAST_SLOPE));

    private static final ThreadLocal<Spline> LAST = new ThreadLocal<>();

    private final int bins;
    private final double reach;
    private final double span;
    private final double free; // the share of the bins that the softmax gives away

    double y;
    double logSlope;

    private boolean outside;
    private int bin;
    private double sumW;
    private double sumH;
    private double beforeW; // Σ of the softmax before the bin
    private double beforeH;
    private double w;
    private double hh;
    private double d0;
    private double d1;
    private double xi;
    private double den;
    private double top;

    private Spline(int bins, double reach) {
        this.bins = bins;
        this.reach = reach;
        span = 2 * reach;
        free = 1 - bins * LEAST_BIN;
    }

    static Spline of(int bins, double reach) {
        Spline last = LAST.get();
        if (last == null || last.bins != bins || last.reach != reach) {
            last = new Spline(bins, reach);
            LAST.set(last);
        }
        return last;
    }

    /** At x, or for the inverse at the y that is sought; e has the exponentials of h from o on. */
    void set(float[] h, float[] e, int o, double at, boolean inverse) {
        outside = !(at > -reach && at < reach);
        if (outside) {
            y = at;
            logSlope = 0;
            return;
        }
        sumW = 0;
        sumH = 0;
        for (int b = 0; b < bins; b++) {
            sumW += e[o + b];
            sumH += e[o + bins + b];
        }
        int by = inverse ? bins : 0;
        double sum = inverse ? sumH : sumW;
        double knot = -reach;
        double before = 0;
        bin = 0;
        while (bin < bins - 1) {
            double next = knot + span * (LEAST_BIN + free * e[o + by + bin] / sum);
            if (at < next) {
                break;
            }
            knot = next;
            before += e[o + by + bin] / sum;
            bin++;
        }
        double otherSum = inverse ? sumW : sumH;
        double other = 0;
        for (int b = 0; b < bin; b++) {
            other += e[o + (bins - by) + b] / otherSum;
        }
        beforeW = inverse ? other : before;
        beforeH = inverse ? before : other;
        w = span * (LEAST_BIN + free * e[o + bin] / sumW);
        hh = span * (LEAST_BIN + free * e[o + bins + bin] / sumH);
        double xk = -reach + span * (LEAST_BIN * bin + free * beforeW);
        double yk = -reach + span * (LEAST_BIN * bin + free * beforeH);
        d0 = bin == 0 ? 1 : LEAST_SLOPE + soft(h[o + 2 * bins + bin - 1]);
        d1 = bin == bins - 1 ? 1 : LEAST_SLOPE + soft(h[o + 2 * bins + bin]);
        double s = hh / w;
        if (inverse) {
            double v = at - yk;
            double q = d1 + d0 - 2 * s;
            double a = hh * (s - d0) + v * q;
            double b = hh * d0 - v * q;
            double c = -s * v;
            xi = v <= 0 ? 0 : 2 * c / (-b - Math.sqrt(Math.max(0, b * b - 4 * a * c)));
        } else {
            xi = (at - xk) / w;
        }
        double r = xi * (1 - xi);
        den = s + (d1 + d0 - 2 * s) * r;
        top = d1 * xi * xi + 2 * s * r + d0 * (1 - xi) * (1 - xi);
        logSlope = 2 * Math.log(s / den) + Math.log(top);
        if (inverse) {
            y = xk + w * xi;
            logSlope = -logSlope;
        } else {
            y = yk + hh * (s * xi * xi + d0 * r) / den;
        }
    }

    /**
     * Adds to the gradient of h, and gives that of the argument.
     *
     * @param gy the gradient of the value
     * @param gl that of the logarithm of the slope
     */
    double pullBack(double gy, double gl, float[] dh, float[] e, int o, boolean inverse) {
        if (outside) {
            return gy;
        }
        double s = hh / w;
        double r = xi * (1 - xi);
        double q = d1 + d0 - 2 * s;
        double num = s * xi * xi + d0 * r;
        // d log f′/dξ and f′ itself.
        double dDen = q * (1 - 2 * xi);
        double dTop = 2 * d1 * xi + 2 * s * (1 - 2 * xi) - 2 * d0 * (1 - xi);
        double slope = s * s * top / (den * den);
        double logSlopeByX = (dTop / top - 2 * dDen / den) / w;
        double gx;
        if (inverse) {
            // f(z; θ) = x gives dz = (dx − ∂f/∂θ dθ)/f′: the pull-back of f with other weights.
            double byZ = gy - gl * logSlopeByX;
            gx = byZ / slope;
            gy = -gx;
            gl = -gl;
        } else {
            gx = gy * slope + gl * logSlopeByX;
        }
        if (dh == null) {
            return gx;
        }
        // y = y_k + hh·num/den, log f′ = 2 log s + log top − 2 log den, as functions of y_k, hh, s, ξ, d0, d1.
        double a = gy * hh / den; // by num
        double b = -gy * hh * num / (den * den) - 2 * gl / den; // by den
        double c = gl / top; // by top
        double gS = a * xi * xi + b * (1 - 2 * r) + c * 2 * r + 2 * gl / s;
        double gD0 = a * r + b * r + c * (1 - xi) * (1 - xi);
        double gD1 = b * r + c * xi * xi;
        double gXi = a * (2 * s * xi + d0 * (1 - 2 * xi)) + b * dDen + c * dTop;
        double gHh = gy * num / den + gS / w;
        // ξ = (x − x_k)/w, s = hh/w.
        double gXk = -gXi / w;
        double gW = -gXi * xi / w - gS * s / w;
        softmaxPullBack(dh, e, o, sumW, beforeW, gXk, gW);
        softmaxPullBack(dh, e, o + bins, sumH, beforeH, gy, gHh);
        int knots = o + 2 * bins;
        if (bin > 0) {
            dh[knots + bin - 1] += (float) (gD0 * softSlope(e[knots + bin - 1]));
        }
        if (bin < bins - 1) {
            dh[knots + bin] += (float) (gD1 * softSlope(e[knots + bin]));
        }
        return gx;
    }

    /** From the gradients of the knot before the bin and of the bin's size to those of the logits. */
    private void softmaxPullBack(float[] dh, float[] e, int o, double sum, double before, double gKnot, double gBin) {
        double f = span * free;
        double mean = gKnot * before + gBin * e[o + bin] / sum;
        for (int b = 0; b < bins; b++) {
            double g = b < bin ? gKnot : b == bin ? gBin : 0;
            dh[o + b] += (float) (f * e[o + b] / sum * (g - mean));
        }
    }

    private static double soft(double h) {
        return Logs.softplus(h + SLOPE_SHIFT);
    }

    /** The derivative of {@link #soft} from e^h. */
    private static double softSlope(double exponential) {
        double z = exponential * Math.expm1(1 - LEAST_SLOPE);
        return Double.isInfinite(z) ? 1 : z / (1 + z);
    }
}

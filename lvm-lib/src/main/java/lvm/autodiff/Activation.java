package lvm.autodiff;

import java.util.Arrays;
import lvm.linalg.VectorMath;

/** Elementwise functions after a linear map. Each gives its value and its derivative in one pass. */
public enum Activation {
    /** f(z) = z. */
    IDENTITY,
    /** f(z) = max(z, 0); its derivative at 0 is taken as 0. */
    RELU,
    /** f(z) = z for z &gt; 0, else 0.01 z. */
    LEAKY_RELU,
    /** f(z) = z for z &gt; 0, else e^z − 1. */
    ELU,
    /** f(z) = log(1 + e^z). */
    SOFTPLUS,
    /** f(z) = 1 / (1 + e^−z). */
    SIGMOID,
    /** f(z) = tanh z. */
    TANH;

    static final float LEAK = 0.01f;
    static final float ELU_SCALE = 1;

    float standardSlope() {
        return this == LEAKY_RELU ? LEAK : ELU_SCALE;
    }

    /** Twice multiplied by it every number above 0 is above 1. */
    private static final float HUGE = 0x1p127f;

    /**
     * y = f(z), d = f′(z), for n places from the given index of each array.
     *
     * @param s the slope of LEAKY_RELU, the scale of ELU
     * @param y may be z
     * @param d null where no derivative is needed
     */
    void apply(float s, float[] z, float[] y, float[] d, int from, int n) {
        switch (this) {
            case IDENTITY -> {
                System.arraycopy(z, from, y, from, n);
                if (d != null) {
                    Arrays.fill(d, from, from + n, 1);
                }
            }
            case RELU -> {
                leakySlope(0, z, d, from, n);
                for (int i = from; i < from + n; i++) {
                    y[i] = Math.max(z[i], 0); // a NaN stays a NaN
                }
            }
            case LEAKY_RELU -> {
                leakySlope(s, z, d, from, n);
                for (int i = from; i < from + n; i++) {
                    y[i] = z[i] > 0 ? z[i] : s * z[i];
                }
            }
            case ELU -> elu(s, z, y, d, from, n);
            case SOFTPLUS -> {
                if (d != null) {
                    VectorMath.softplus(z, from, y, from, d, from, n);
                } else {
                    VectorMath.softplus(z, from, y, from, n);
                }
            }
            case SIGMOID -> {
                VectorMath.sigmoid(z, from, y, from, n);
                if (d != null) {
                    for (int i = from; i < from + n; i++) {
                        d[i] = y[i] * (1 - y[i]);
                    }
                }
            }
            case TANH -> {
                VectorMath.tanh(z, from, y, from, n);
                if (d != null) {
                    for (int i = from; i < from + n; i++) {
                        d[i] = 1 - y[i] * y[i];
                    }
                }
            }
        }
    }

    /**
     * c = f″(z), for n places from the given index of each array, from what {@link #apply} gave.
     *
     * @param y f(z)
     * @param d f′(z)
     */
    void curvature(float[] z, float[] y, float[] d, float[] c, int from, int n) {
        for (int i = from; i < from + n; i++) {
            c[i] = switch (this) {
                case IDENTITY, RELU, LEAKY_RELU -> 0;
                case ELU -> z[i] > 0 ? 0 : d[i];
                case SOFTPLUS -> d[i] * (1 - d[i]);
                case SIGMOID -> d[i] * (1 - 2 * y[i]);
                case TANH -> -2 * y[i] * d[i];
            };
        }
    }

    /** 1 where z is above 0, else the slope; without a branch, so that the compiler makes vector instructions of it. */
    private static void leakySlope(float slope, float[] z, float[] d, int from, int n) {
        if (d != null) {
            for (int i = from; i < from + n; i++) {
                float above = Math.max(0, Math.min(1, z[i] * HUGE * HUGE));
                d[i] = slope + (1 - slope) * above;
            }
        }
    }

    private static void elu(float scale, float[] z, float[] y, float[] d, int from, int n) {
        if (d != null) {
            for (int i = from; i < from + n; i++) {
                d[i] = z[i] > 0 ? 1 : scale * (float) Math.exp(z[i]);
            }
        }
        for (int i = from; i < from + n; i++) {
            y[i] = z[i] > 0 ? z[i] : scale * (float) Math.expm1(z[i]);
        }
    }
}

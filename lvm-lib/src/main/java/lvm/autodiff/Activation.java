package lvm.autodiff;

import java.util.Arrays;

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

    /**
     * y = f(z), d = f′(z).
     *
     * @param s the slope of LEAKY_RELU, the scale of ELU
     * @param d null where no derivative is needed
     */
    void apply(float s, float[] z, float[] y, float[] d, int n) {
        switch (this) {
            case IDENTITY -> identity(z, y, d, n);
            case RELU -> relu(z, y, d, n);
            case LEAKY_RELU -> leaky(s, z, y, d, n);
            case ELU -> elu(s, z, y, d, n);
            case SOFTPLUS -> Kernels.softplus(z, y, d, n);
            case SIGMOID -> {
                Kernels.sigmoid(z, y, n);
                if (d != null) {
                    for (int i = 0; i < n; i++) {
                        d[i] = y[i] * (1 - y[i]);
                    }
                }
            }
            case TANH -> {
                Kernels.tanh(z, y, n);
                if (d != null) {
                    for (int i = 0; i < n; i++) {
                        d[i] = 1 - y[i] * y[i];
                    }
                }
            }
        }
    }

    private static void identity(float[] z, float[] y, float[] d, int n) {
        System.arraycopy(z, 0, y, 0, n);
        if (d != null) {
            Arrays.fill(d, 0, n, 1);
        }
    }

    private static void relu(float[] z, float[] y, float[] d, int n) {
        if (d != null) {
            for (int i = 0; i < n; i++) {
                d[i] = z[i] > 0 ? 1 : 0;
            }
        }
        for (int i = 0; i < n; i++) {
            y[i] = Math.max(z[i], 0); // a NaN stays a NaN
        }
    }

    private static void leaky(float slope, float[] z, float[] y, float[] d, int n) {
        if (d != null) {
            for (int i = 0; i < n; i++) {
                d[i] = z[i] > 0 ? 1 : slope;
            }
        }
        for (int i = 0; i < n; i++) {
            y[i] = z[i] > 0 ? z[i] : slope * z[i];
        }
    }

    private static void elu(float scale, float[] z, float[] y, float[] d, int n) {
        if (d != null) {
            for (int i = 0; i < n; i++) {
                d[i] = z[i] > 0 ? 1 : scale * (float) Math.exp(z[i]);
            }
        }
        for (int i = 0; i < n; i++) {
            y[i] = z[i] > 0 ? z[i] : scale * (float) Math.expm1(z[i]);
        }
    }
}

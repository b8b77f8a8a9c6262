package lvm.autoregressive;

import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;

/**
 * The gated unit tanh(a + aᶜ) σ(b + bᶜ), A. van den Oord and others (2016), Conditional image generation with PixelCNN decoders, equations 2
 * and 3: of the 2p channels of input 0 the first p are a, the others b; input 1, where there is a class, has a number for each channel.
 * Scratch 0 keeps tanh and σ.
 */
final class Gate extends Op {
    private final int units;
    private final int places;

    Gate(int units, int places) {
        super("gate");
        this.units = units;
        this.places = places;
    }

    /** n×(units·places) values, from twice as many and from n×(2·units) of the class, or null. */
    Var apply(Tape tape, Var x, Var ofClass) {
        return ofClass == null
                ? tape.apply(this, x.rows(), units * places, x)
                : tape.apply(this, x.rows(), units * places, x, ofClass);
    }

    private static boolean hasClass(Node y) {
        return y.inputs() > 1;
    }

    @Override
    protected void forward(Node y) {
        int half = units * places;
        float[] x = y.input(0).value().data;
        float[] c = hasClass(y) ? y.input(1).value().data : null;
        float[] f = y.scratch(0, y.rows(), 2 * half).data;
        float[] v = y.value().data;
        Parallel.range(y.rows(), Parallel.grain(8 * half), (from, to) -> {
            for (int i = from; i < to; i++) {
                int at = 2 * i * half;
                float[] in = x;
                if (c != null) {
                    for (int k = 0; k < 2 * units; k++) {
                        shift(x, at + k * places, c[2 * i * units + k], f, places);
                    }
                    in = f;
                }
                VectorMath.tanh(in, at, f, at, half);
                VectorMath.sigmoid(in, at + half, f, at + half, half);
                times(f, at, at + half, v, i * half, half);
            }
        });
    }

    private static void shift(float[] x, int at, float by, float[] y, int n) {
        for (int j = at; j < at + n; j++) {
            y[j] = x[j] + by;
        }
    }

    private static void times(float[] f, int a, int b, float[] v, int to, int n) {
        for (int j = 0; j < n; j++) {
            v[to + j] = f[a + j] * f[b + j];
        }
    }

    @Override
    protected void backward(Node y) {
        int half = units * places;
        float[] f = y.scratch(0).data;
        float[] g = y.gradient().data;
        float[] d = y.input(0).needsGradient() ? y.input(0).addend() : null;
        float[] dc = hasClass(y) && y.input(1).needsGradient() ? y.input(1).addend() : null;
        Parallel.range(y.rows(), Parallel.grain(4 * half), (from, to) -> {
            for (int i = from; i < to; i++) {
                int at = 2 * i * half;
                slopes(f, at, at + half, g, i * half, half);
                for (int k = 0; dc != null && k < 2 * units; k++) {
                    dc[2 * i * units + k] += (float) VectorMath.sum(f, at + k * places, places);
                }
                for (int j = at; d != null && j < at + 2 * half; j++) {
                    d[j] += f[j];
                }
            }
        });
    }

    /** Turns tanh and σ into the slopes along what went into them. */
    private static void slopes(float[] f, int a, int b, float[] g, int from, int n) {
        for (int j = 0; j < n; j++) {
            float t = f[a + j];
            float s = f[b + j];
            f[a + j] = g[from + j] * s * (1 - t * t);
            f[b + j] = g[from + j] * t * s * (1 - s);
        }
    }
}

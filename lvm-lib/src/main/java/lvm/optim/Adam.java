package lvm.optim;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/**
 * Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − α m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ).
 *
 * <p>Kingma and Ba (2015), algorithm 1; t counts the updates of a parameter.
 */
public sealed class Adam extends Optimizer permits AdamW {
    /** β₁ where none is given. */
    public static final double BETA1 = 0.9;
    /** β₂ where none is given. */
    public static final double BETA2 = 0.999;
    /** ε where none is given. */
    public static final double EPSILON = 1e-8;

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double decay;
    private final FMatrixRMaj[] m;
    private final FMatrixRMaj[] v;
    private final FMatrixRMaj[] updates;
    /** The counters in updates, as numbers. */
    private final long[] t;

    /**
     * Adam with {@link #BETA1}, {@link #BETA2} and {@link #EPSILON}.
     *
     * @param params the parameters, with names that differ; kept
     * @param learningRate α, above 0
     * @throws IllegalArgumentException if an argument is out of range
     */
    public Adam(List<Param> params, double learningRate) {
        this(params, learningRate, BETA1, BETA2, EPSILON);
    }

    /**
     * Adam.
     *
     * @param params the parameters, with names that differ; kept
     * @param learningRate α, above 0
     * @param beta1 β₁, in [0,1)
     * @param beta2 β₂, in [0,1)
     * @param epsilon ε, above 0
     * @throws IllegalArgumentException if an argument is out of range
     */
    public Adam(List<Param> params, double learningRate, double beta1, double beta2, double epsilon) {
        this(params, learningRate, beta1, beta2, epsilon, 0);
    }

    Adam(List<Param> params, double learningRate, double beta1, double beta2, double epsilon, double decay) {
        super(params, learningRate);
        share("beta1", beta1);
        share("beta2", beta2);
        above0("epsilon", epsilon);
        if (!(decay >= 0 && decay < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("AdamW: the decay is " + decay + ", expected at least 0 and finite");
        }
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.decay = decay;
        m = zeros(params);
        v = zeros(params);
        updates = new FMatrixRMaj[params.size()];
        Arrays.setAll(updates, k -> counter());
        t = new long[updates.length];
    }

    @Override
    protected final void update(int k, Param p, FMatrixRMaj gradient, float scale, double rate) {
        t[k]++;
        // α m̂/(√v̂ + ε) = a m/(√v + e) with a = α √(1 − β₂ᵗ)/(1 − β₁ᵗ) and e = ε √(1 − β₂ᵗ).
        double root = Math.sqrt(1 - Math.pow(beta2, t[k]));
        float a = (float) (rate * root / (1 - Math.pow(beta1, t[k])));
        float e = (float) (epsilon * root);
        float keep = (float) (1 - rate * decay);
        float b1 = (float) (1 - beta1);
        float b2 = (float) (1 - beta2);
        float[] x = p.value().data;
        float[] g = gradient.data;
        float[] mean = m[k].data;
        float[] square = v[k].data;
        p.range((from, to) -> move(x, g, mean, square, from, to, scale, a, e, keep, b1, b2));
    }

    private static void move(
            float[] x,
            float[] g,
            float[] m,
            float[] v,
            int from,
            int to,
            float scale,
            float a,
            float e,
            float keep,
            float b1,
            float b2) {
        for (int i = from; i < to; i++) {
            float d = scale * g[i];
            m[i] += b1 * (d - m[i]);
            v[i] += b2 * (d * d - v[i]);
            x[i] = keep * x[i] - a * m[i] / ((float) Math.sqrt(v[i]) + e);
        }
    }

    @Override
    protected final Map<String, FMatrixRMaj> live() {
        Map<String, FMatrixRMaj> live = new LinkedHashMap<>();
        for (int k = 0; k < t.length; k++) {
            count(updates[k], t[k]);
        }
        name(live, ".m", m);
        name(live, ".v", v);
        name(live, ".t", updates);
        return live;
    }

    @Override
    protected final void loaded() {
        for (int k = 0; k < t.length; k++) {
            t[k] = count(updates[k]);
        }
    }
}

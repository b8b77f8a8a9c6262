package lvm.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/**
 * Stochastic gradient descent, with momentum μ: v ← μ v + g, θ ← θ − α v; Nesterov's form moves by g + μ v instead.
 *
 * <p>Polyak (1964); Nesterov (1983) in the form of Sutskever et al. (2013).
 */
public final class Sgd extends Optimizer {
    private final float momentum;
    private final boolean nesterov;
    private final FMatrixRMaj[] velocity;

    /**
     * Plain descent, θ ← θ − α g.
     *
     * @param params the parameters, with names that differ; kept
     * @param learningRate α, above 0
     * @throws IllegalArgumentException if an argument is out of range
     */
    public Sgd(List<Param> params, double learningRate) {
        this(params, learningRate, 0, false);
    }

    /**
     * Descent with momentum.
     *
     * @param params the parameters, with names that differ; kept
     * @param learningRate α, above 0
     * @param momentum μ, in [0,1)
     * @param nesterov whether to take Nesterov's form
     * @throws IllegalArgumentException if an argument is out of range
     */
    public Sgd(List<Param> params, double learningRate, double momentum, boolean nesterov) {
        super(params, learningRate);
        share("momentum", momentum);
        this.momentum = (float) momentum;
        this.nesterov = nesterov;
        velocity = momentum == 0 ? new FMatrixRMaj[0] : zeros(params);
    }

    @Override
    protected void update(int k, Param p, FMatrixRMaj gradient, float scale, double rate) {
        float[] x = p.value().data;
        float[] g = gradient.data;
        int n = p.value().getNumElements();
        float alpha = (float) rate;
        if (momentum == 0) {
            float move = alpha * scale;
            for (int i = 0; i < n; i++) {
                x[i] -= move * g[i];
            }
            return;
        }
        float[] v = velocity[k].data;
        float mu = momentum;
        if (nesterov) {
            for (int i = 0; i < n; i++) {
                float d = scale * g[i];
                v[i] = mu * v[i] + d;
                x[i] -= alpha * (d + mu * v[i]);
            }
        } else {
            for (int i = 0; i < n; i++) {
                v[i] = mu * v[i] + scale * g[i];
                x[i] -= alpha * v[i];
            }
        }
    }

    @Override
    protected Map<String, FMatrixRMaj> live() {
        Map<String, FMatrixRMaj> live = new LinkedHashMap<>();
        name(live, ".velocity", velocity);
        return live;
    }
}

package lvm.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/**
 * RMSProp: s ← ρ s + (1 − ρ) g², θ ← θ − α g / (√s + ε), from s = 0.
 *
 * <p>Tieleman and Hinton (2012), lecture 6.5, which has no ε; it stands beside the root here, as in Adam.
 */
public final class RmsProp extends Optimizer {
    /** ρ where none is given. */
    public static final double DECAY = 0.9;
    /** ε where none is given. */
    public static final double EPSILON = 1e-8;

    private final float share;
    private final float epsilon;
    private final FMatrixRMaj[] squares;

    /**
     * RMSProp with {@link #DECAY} and {@link #EPSILON}.
     *
     * @param params the parameters, with names that differ; kept
     * @param learningRate α, above 0
     * @throws IllegalArgumentException if an argument is out of range
     */
    public RmsProp(List<Param> params, double learningRate) {
        this(params, learningRate, DECAY, EPSILON);
    }

    /**
     * RMSProp.
     *
     * @param params the parameters, with names that differ; kept
     * @param learningRate α, above 0
     * @param decay ρ, in [0,1)
     * @param epsilon ε, above 0
     * @throws IllegalArgumentException if an argument is out of range
     */
    public RmsProp(List<Param> params, double learningRate, double decay, double epsilon) {
        super(params, learningRate);
        share("decay", decay);
        above0("epsilon", epsilon);
        share = (float) (1 - decay);
        this.epsilon = (float) epsilon;
        squares = zeros(params);
    }

    @Override
    protected void update(int k, Param p, FMatrixRMaj gradient, float scale, double rate) {
        float[] x = p.value().data;
        float[] g = gradient.data;
        float[] s = squares[k].data;
        float alpha = (float) rate;
        float b = share;
        float e = epsilon;
        p.range((from, to) -> {
            for (int i = from; i < to; i++) {
                float d = scale * g[i];
                s[i] += b * (d * d - s[i]);
                x[i] -= alpha * d / ((float) Math.sqrt(s[i]) + e);
            }
        });
    }

    @Override
    protected Map<String, FMatrixRMaj> live() {
        Map<String, FMatrixRMaj> live = new LinkedHashMap<>();
        name(live, ".squares", squares);
        return live;
    }
}

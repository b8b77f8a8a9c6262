package lvm.optim;

import java.util.List;
import lvm.autodiff.Param;

/**
 * Adam with decoupled weight decay λ: θ ← θ − α λ θ beside each move of {@link Adam}, apart from the gradient.
 *
 * <p>Loshchilov and Hutter (2019), algorithm 2.
 */
public final class AdamW extends Adam {

    /**
     * AdamW with the constants of {@link Adam}.
     *
     * @param params the parameters, with names that differ; kept
     * @param learningRate α, above 0
     * @param decay λ, at least 0
     * @throws IllegalArgumentException if an argument is out of range
     */
    public AdamW(List<Param> params, double learningRate, double decay) {
        super(params, learningRate, BETA1, BETA2, EPSILON, decay);
    }
}

package lvm.nn;

import java.util.List;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/** f(x) = x for x &gt; 0, else s x, with a slope of one's own: {@link Activation#LEAKY_RELU} has 0.01, discriminators often 0.2. */
public final class LeakyRelu implements Layer {
    private final float slope;

    /**
     * The layer.
     *
     * @param slope s, in [0,1)
     * @throws IllegalArgumentException if it is out of range
     */
    public LeakyRelu(double slope) {
        if (!(slope >= 0 && slope < 1)) {
            throw new IllegalArgumentException("LeakyRelu: slope is " + slope + ", expected within [0,1)");
        }
        this.slope = (float) slope;
    }

    @Override
    public List<Param> params() {
        return List.of();
    }

    @Override
    public Var forward(Tape tape, Var x) {
        return x.leakyRelu(slope);
    }

    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        Var derivative = x.slope(Activation.RELU).mul(1 - slope).add(slope);
        return new Tangent(forward(tape, x), along.mul(derivative));
    }
}

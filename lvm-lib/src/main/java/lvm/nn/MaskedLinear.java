package lvm.nn;

import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Mask;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** A linear map in which some weights are held at zero, y = f(x (W ∘ M) + b): the layer of autoregressive networks. */
public final class MaskedLinear extends Weighted {
    private final Mask mask;

    /**
     * A masked linear map.
     *
     * @param name the layer's name; the parameters are name.w and name.b
     * @param mask M, in×out, zeros and ones; copied
     * @param f the activation
     * @param init the start of W
     * @param rng the source of the start values; advanced
     * @throws IllegalArgumentException if a size is less than 1 or the mask holds something else than 0 and 1
     */
    public MaskedLinear(String name, FMatrixRMaj mask, Activation f, WeightInit init, RandomGenerator rng) {
        this(name, new Mask(mask), false, f, init, rng);
    }

    /** With the weights that the mask holds at zero as parameters, too, if they are used in another order. */
    MaskedLinear(String name, Mask mask, boolean reordered, Activation f, WeightInit init, RandomGenerator rng) {
        super(
                new Param(name + ".w", init.draw(mask.rows(), mask.cols(), rng), reordered ? null : mask),
                bias(name, mask.cols()),
                f);
        this.mask = mask;
    }

    @Override
    public Var forward(Tape tape, Var x) {
        return x.maskedLinear(tape.param(weights()), mask, tape.param(bias()), f);
    }

    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        Var w = tape.param(weights());
        return activated(
                x.maskedLinear(w, mask, tape.param(bias()), Activation.IDENTITY),
                along.maskedLinear(w, mask, null, Activation.IDENTITY));
    }

    /** The map with its rows of weights in another order, or its columns; null for their own. */
    Var forward(Tape tape, Var x, int[] rows, int[] columns) {
        Var w = tape.param(weights());
        Var b = tape.param(bias());
        if (rows != null) {
            w = w.gatherRows(rows);
        }
        if (columns != null) {
            w = w.gatherColumns(columns);
            b = b.gatherColumns(columns);
        }
        return x.maskedLinear(w, mask, b, f);
    }
}

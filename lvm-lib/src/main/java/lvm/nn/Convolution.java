package lvm.nn;

import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/** What a convolution and its transpose share: weights patchSize×filters, and a bias for each channel of the result. */
abstract class Convolution extends Weighted {
    private final ConvShape shape;

    Convolution(String name, ConvShape shape, int channels, Activation f, WeightInit init, RandomGenerator rng) {
        super(new Param(name + ".w", init.draw(shape.patchSize(), shape.filters(), rng)), bias(name, channels), f);
        this.shape = shape;
    }

    /** {@return the shapes of the convolution} */
    public ConvShape shape() {
        return shape;
    }

    @Override
    public boolean seesImages() {
        return true;
    }

    /** The map without its activation; without a bias where b is null. */
    abstract Var apply(Var x, Var w, Var b);

    @Override
    public Var forward(Tape tape, Var x) {
        Var y = apply(x, tape.param(weights()), tape.param(bias()));
        return f == Activation.IDENTITY ? y : y.activate(f);
    }

    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        Var w = tape.param(weights());
        return activated(apply(x, w, tape.param(bias())), apply(along, w, null));
    }
}

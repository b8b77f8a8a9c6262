package lvm.nn;

import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Var;

/** A convolution with its activation, f(conv(x, W) + b), of images as rows. */
public final class Conv2d extends Convolution {

    /**
     * A layer with weights patchSize×filters and a bias for each of the filters, at first zero.
     *
     * @param name the layer's name; the parameters are name.w and name.b
     * @param shape the shapes of the convolution; the layer maps n×imageSize to n×outSize
     * @param f the activation
     * @param init the start of the weights
     * @param rng the source of the start values; advanced
     */
    public Conv2d(String name, ConvShape shape, Activation f, WeightInit init, RandomGenerator rng) {
        super(name, shape, shape.filters(), f, init, rng);
    }

    @Override
    Var apply(Var x, Var w, Var b) {
        return x.conv2d(w, b, shape());
    }
}

package lvm.nn;

import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Var;

/** A transposed convolution with its activation, from the results of a convolution of the same shape to its images. */
public final class ConvTranspose2d extends Convolution {

    /**
     * A layer with weights patchSize×filters and a bias for each of the channels, at first zero.
     *
     * @param name the layer's name; the parameters are name.w and name.b
     * @param shape the shapes of the convolution; the layer maps n×outSize to n×imageSize
     * @param f the activation
     * @param init the start of the weights
     * @param rng the source of the start values; advanced
     */
    public ConvTranspose2d(String name, ConvShape shape, Activation f, WeightInit init, RandomGenerator rng) {
        super(name, shape, shape.channels(), f, init, rng);
    }

    /** None: a channel of the result has several columns of weights. */
    @Override
    public Optional<Param> outputWeights() {
        return Optional.empty();
    }

    @Override
    Var apply(Var x, Var w, Var b) {
        return x.convTranspose2d(w, b, shape());
    }
}

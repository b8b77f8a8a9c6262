package lvm.nn;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** A convolution with its activation, f(conv(x, W) + b), of images as rows. */
public final class Conv2d implements Layer {
    private final Param weights;
    private final Param bias;
    private final ConvShape shape;
    private final Activation f;

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
        weights = new Param(name + ".w", init.draw(shape.patchSize(), shape.filters(), rng));
        bias = new Param(name + ".b", new FMatrixRMaj(1, shape.filters()));
        this.shape = shape;
        this.f = f;
    }

    /**
     * The shapes.
     *
     * @return those of the convolution
     */
    public ConvShape shape() {
        return shape;
    }

    @Override
    public List<Param> params() {
        return List.of(weights, bias);
    }

    @Override
    public Var forward(Tape tape, Var x) {
        Var y = x.conv2d(tape.param(weights), tape.param(bias), shape);
        return f == Activation.IDENTITY ? y : y.activate(f);
    }
}

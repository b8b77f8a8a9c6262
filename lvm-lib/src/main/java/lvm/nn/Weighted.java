package lvm.nn;

import java.util.List;
import java.util.Optional;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** A linear map with a bias, at first zero, and an activation. */
abstract class Weighted implements Layer {
    final Activation f;
    private final Param weights;
    private final Param bias;

    Weighted(Param weights, Param bias, Activation f) {
        this.weights = weights;
        this.bias = bias;
        this.f = f;
    }

    static Param bias(String name, int size) {
        return new Param(name + ".b", new FMatrixRMaj(1, size));
    }

    /** {@return the weights W, live} */
    public Param weights() {
        return weights;
    }

    /** {@return the bias b, live} */
    public Param bias() {
        return bias;
    }

    /** {@return the layer's name} */
    public String name() {
        return weights.name().substring(0, weights.name().length() - 2);
    }

    /** {@return f, the activation} */
    public Activation activation() {
        return f;
    }

    @Override
    public List<Param> params() {
        return List.of(weights, bias);
    }

    @Override
    public Optional<Param> outputBias() {
        return f == Activation.IDENTITY ? Optional.of(bias) : Optional.empty();
    }

    @Override
    public Optional<Param> outputWeights() {
        return f == Activation.IDENTITY ? Optional.of(weights) : Optional.empty();
    }

    /** f(a) and its derivative, f′(a) ∘ ȧ. */
    final Tangent activated(Var a, Var along) {
        return f == Activation.IDENTITY ? new Tangent(a, along) : new Tangent(a.activate(f), along.mul(a.slope(f)));
    }
}

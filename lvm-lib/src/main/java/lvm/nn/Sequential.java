package lvm.nn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** Layers one after the other. */
public final class Sequential implements Layer {
    private final List<Layer> layers;
    private final List<Param> params;

    /**
     * A chain of layers.
     *
     * @param layers from the input on, at least one; kept
     * @throws IllegalArgumentException if there is none
     */
    public Sequential(Layer... layers) {
        this(List.of(layers));
    }

    /**
     * A chain of layers.
     *
     * @param layers from the input on, at least one; kept
     * @throws IllegalArgumentException if there is none
     */
    public Sequential(List<? extends Layer> layers) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("Sequential: no layers");
        }
        this.layers = List.copyOf(layers);
        params = Module.params(layers);
    }

    /** {@return the layers, from the input on} */
    public List<Layer> layers() {
        return layers;
    }

    private Layer last() {
        return layers.get(layers.size() - 1);
    }

    @Override
    public List<Param> params() {
        return params;
    }

    @Override
    public boolean seesImages() {
        return layers.stream().anyMatch(Layer::seesImages);
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return Module.buffers(layers);
    }

    @Override
    public Optional<Param> outputBias() {
        return last().outputBias();
    }

    @Override
    public Optional<Param> outputWeights() {
        return last().outputWeights();
    }

    @Override
    public Var forward(Tape tape, Var x) {
        Var y = x;
        for (int k = 0; k < layers.size(); k++) {
            y = layers.get(k).forward(tape, y);
        }
        return y;
    }

    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        Tangent y = new Tangent(x, along);
        for (int k = 0; k < layers.size(); k++) {
            y = layers.get(k).tangent(tape, y.value(), y.along());
        }
        return y;
    }
}

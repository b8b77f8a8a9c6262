package lvm.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        if (layers.length == 0) {
            throw new IllegalArgumentException("Sequential: no layers");
        }
        this.layers = List.of(layers);
        List<Param> all = new ArrayList<>();
        this.layers.forEach(layer -> all.addAll(layer.params()));
        params = List.copyOf(all);
    }

    /**
     * The layers.
     *
     * @return from the input on
     */
    public List<Layer> layers() {
        return layers;
    }

    @Override
    public List<Param> params() {
        return params;
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        layers.forEach(layer -> all.putAll(layer.buffers()));
        return all;
    }

    @Override
    public Var forward(Tape tape, Var x) {
        Var y = x;
        for (int k = 0; k < layers.size(); k++) {
            y = layers.get(k).forward(tape, y);
        }
        return y;
    }
}

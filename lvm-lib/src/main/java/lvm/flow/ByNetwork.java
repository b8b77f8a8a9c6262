package lvm.flow;

import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import lvm.distribution.Bijector;
import lvm.nn.Layer;
import org.ejml.data.FMatrixRMaj;

/** Columns that are mapped one by one, with parameters that a network makes of other columns and of a context. */
abstract class ByNetwork implements Bijector {
    final int dim;
    final Transformer transformer;
    final ColumnMap map;
    final Layer net;
    private final int contextDim;

    /** With the columns that are mapped, null for all. */
    ByNetwork(int dim, Transformer transformer, int[] active, Layer net, int contextDim) {
        this.dim = dim;
        this.transformer = transformer;
        this.map = transformer.on(dim, active);
        this.net = net;
        this.contextDim = contextDim;
    }

    @Override
    public final int dim() {
        return dim;
    }

    @Override
    public final int contextDim() {
        return contextDim;
    }

    @Override
    public final List<Param> params() {
        return net.params();
    }

    @Override
    public final Map<String, FMatrixRMaj> buffers() {
        return net.buffers();
    }
}

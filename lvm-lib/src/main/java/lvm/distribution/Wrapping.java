package lvm.distribution;

import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/** What is made of another map and has its parameters. */
abstract class Wrapping implements Bijector {
    final Bijector map;

    Wrapping(Bijector map) {
        this.map = map;
    }

    @Override
    public final int contextDim() {
        return map.contextDim();
    }

    @Override
    public final List<Param> params() {
        return map.params();
    }

    @Override
    public final Map<String, FMatrixRMaj> buffers() {
        return map.buffers();
    }
}

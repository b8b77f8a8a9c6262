package lvm.nn;

import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** A piece of a network: parameters, and a map from variables to variables. Rows are observations. */
public interface Layer {

    /**
     * What is learnt.
     *
     * @return the parameters in a fixed order, with names that begin with the layer's; live
     */
    List<Param> params();

    /**
     * What is kept beside the parameters and belongs into a checkpoint, such as running moments.
     *
     * @return matrices by name, in a fixed order; live
     */
    default Map<String, FMatrixRMaj> buffers() {
        return Map.of();
    }

    /**
     * The layer's result.
     *
     * @param tape the tape of x; its mode decides between training and evaluation
     * @param x n rows of input
     * @return n rows of output
     * @throws IllegalArgumentException if x has another number of columns than the layer takes
     */
    Var forward(Tape tape, Var x);
}

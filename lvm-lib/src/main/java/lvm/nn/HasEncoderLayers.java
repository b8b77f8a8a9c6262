package lvm.nn;

import java.util.List;
import lvm.model.HasEncoder;
import org.ejml.data.FMatrixRMaj;

/** A model whose encoder is a piece of a network: linear maps one after the other, each with its activation. */
public interface HasEncoderLayers extends HasEncoder<FMatrixRMaj> {

    /**
     * The encoder as layers, of which the first takes rows in the units of the data: what they make of x one after the other is
     * {@link #encode(org.ejml.data.Matrix)} of x, up to rounding.
     *
     * @return the layers, from the input on, named encoder.0, encoder.1, …; their parameters are copies
     * @throws IllegalArgumentException if the model was given an encoder of another kind
     */
    List<Linear> encoderLayers();
}

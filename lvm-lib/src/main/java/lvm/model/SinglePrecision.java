package lvm.model;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;

/** A model whose observations are matrices of floats, {@code FMatrixRMaj}. */
public interface SinglePrecision extends Observed<FMatrixRMaj> {

    @Override
    default FMatrixRMaj observations(Dataset data) {
        return data.matching(columns(), getClass().getSimpleName()).floatMatrix(new SplittableRandom(0));
    }
}

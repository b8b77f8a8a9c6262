package lvm.model;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import org.ejml.data.DMatrixRMaj;

/** A model whose observations are matrices of doubles, {@code DMatrixRMaj}. */
public interface DoublePrecision extends Observed<DMatrixRMaj> {

    @Override
    default DMatrixRMaj observations(Dataset data) {
        return data.matching(columns(), getClass().getSimpleName()).matrix(new SplittableRandom(0));
    }
}

package lvm.boltzmann;

import java.util.random.RandomGenerator;
import org.ejml.data.FMatrixRMaj;

/** What a machine that learns by chains can say of rows without its partition function. */
interface Monitor {
    /**
     * A mean over rows, higher is better.
     *
     * @param v n×D rows as the units see them
     * @param logits n×H, the logits of the hidden units
     * @param most of how many rows, at most
     */
    double estimate(FMatrixRMaj v, FMatrixRMaj logits, int most, RandomGenerator rng);

    /** The quantity and its unit. */
    String objective();
}

package lvm.store;

/** In how many bits the numbers of a model go to its file. */
public enum Precision {
    /** All of them: floats as F32, doubles as F64; the model that is read gives the same bits as the one that was written. */
    FULL,

    /**
     * Matrices of floats as F16, the 16 bits of IEEE 754 (2019), section 3.6: 11 significant bits from 6e-8 to 65504, rounded to
     * the nearest number and halfway to the even one. The file of a network is half as long, and the model that is read is one of
     * rounded numbers. What has one row, such as biases and scales, stays in full precision: it is small, and each of its numbers
     * acts on all that passes. So do doubles.
     */
    HALF
}

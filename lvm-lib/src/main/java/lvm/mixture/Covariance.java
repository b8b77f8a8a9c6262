package lvm.mixture;

/** The form of the covariance matrices Σₖ of a Gaussian mixture with K components in D dimensions. */
public enum Covariance {
    /** Σₖ = σₖ² I: one variance for each component. */
    SPHERICAL,
    /** Σₖ = diag(σₖ₁², …, σₖ_D²): one variance for each component and dimension. */
    DIAGONAL,
    /** Σₖ = Σ: one full matrix, shared by all components. */
    TIED,
    /** A full matrix for each component. */
    FULL;

    /** Whether a matrix of this form is stored as its D variances. */
    boolean isDiagonal() {
        return this == SPHERICAL || this == DIAGONAL;
    }

    /**
     * The number of free parameters of the covariances.
     *
     * @param components K
     * @param dim D
     * @return the number for all components together
     */
    public long parameterCount(int components, int dim) {
        return switch (this) {
            case SPHERICAL -> components;
            case DIAGONAL -> (long) components * dim;
            case TIED -> (long) dim * (dim + 1) / 2;
            case FULL -> (long) components * dim * (dim + 1) / 2;
        };
    }
}

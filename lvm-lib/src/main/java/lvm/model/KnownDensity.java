package lvm.model;

import java.util.function.Function;
import org.ejml.data.DMatrixRMaj;

/** A density by a formula. */
record KnownDensity(int dim, Function<DMatrixRMaj, double[]> formula)
        implements DoublePrecision, HasDensity<DMatrixRMaj> {
    @Override
    public double[] logDensity(DMatrixRMaj x) {
        Require.rows("HasDensity.logDensity", "x", x, dim);
        return formula.apply(x);
    }
}

package lvm.mixture;

import java.util.List;
import java.util.Map;
import lvm.fit.ConvergentFitBuilder;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/** K-means under way: centres, and the rows assigned to them. */
abstract class Clustering implements ConvergentFitBuilder.Iteration {
    DMatrixRMaj centres;
    boolean converged;

    /** The sum of the squared distances of the rows to their centres; infinite before there are clusters. */
    abstract double inertia();

    /** Makes these the centres and assigns the rows. */
    abstract void assign(DMatrixRMaj to);

    final DMatrixRMaj centres() {
        return centres;
    }

    @Override
    public final List<String> columns() {
        return List.of("inertia");
    }

    @Override
    public final double[] row() {
        return new double[] {inertia()};
    }

    @Override
    public final boolean converged() {
        return converged;
    }

    @Override
    public final double quality() {
        return -inertia();
    }

    /** The first step only assigns. */
    @Override
    public final long steps(int iterations) {
        return 1L + iterations;
    }

    @Override
    public final Map<String, Matrix> values() {
        return Map.of("centres", centres);
    }

    @Override
    public final void setValues(Map<String, Matrix> values) {
        assign(((DMatrixRMaj) values.get("centres")).copy());
    }
}

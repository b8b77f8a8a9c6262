package lvm.boltzmann;

import java.util.List;
import lvm.data.Dataset;
import lvm.model.HasDensity;
import lvm.model.LogPartition;
import lvm.model.SinglePrecision;
import org.ejml.data.FMatrixRMaj;

/** A machine of one or two real-valued columns, whose partition function is an integral over the line or the plane by quadrature. A view of {@link RealMachine}. */
public final class IntegratedRealMachine implements SinglePrecision, HasDensity<FMatrixRMaj> {
    /** The most columns. */
    public static final int MAX_COLUMNS = 2;

    private final RealMachine machine;
    private final LogPartition logPartition;

    IntegratedRealMachine(RealMachine machine, double logZ) {
        this.machine = machine;
        logPartition = LogPartition.exact(logZ, "quadrature over " + machine.dim() + " columns");
    }

    /** {@return the machine} */
    public RealMachine machine() {
        return machine;
    }

    /** {@return log Z in the units of the data, with an error below 10⁻⁸} */
    public LogPartition logPartition() {
        return logPartition;
    }

    @Override
    public int dim() {
        return machine.dim();
    }

    @Override
    public List<String> columns() {
        return machine.columns();
    }

    @Override
    public double[] logDensity(FMatrixRMaj x) {
        return EnumeratedRealMachine.logDensity(machine.freeEnergy(x), logPartition);
    }

    @Override
    public double[] logDensity(Dataset data) {
        return EnumeratedRealMachine.logDensity(machine.freeEnergy(data), logPartition);
    }

    @Override
    public double logLikelihood(Dataset data) {
        return EnumeratedRbm.total(logDensity(data));
    }
}

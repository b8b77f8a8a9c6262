package lvm.boltzmann;

import java.util.List;
import lvm.data.Dataset;
import lvm.model.HasDensity;
import lvm.model.LogPartition;
import lvm.model.SinglePrecision;
import org.ejml.data.FMatrixRMaj;

/** A machine of real-valued rows with its exact density, log p(x) = −F(x) − log Z. A view of {@link RealMachine}. */
public abstract sealed class ExactRealMachine implements SinglePrecision, HasDensity<FMatrixRMaj>
        permits EnumeratedRealMachine, IntegratedRealMachine {
    private final RealMachine machine;
    private final LogPartition logPartition;

    ExactRealMachine(RealMachine machine, LogPartition logPartition) {
        this.machine = machine;
        this.logPartition = logPartition;
    }

    /** {@return the machine} */
    public final RealMachine machine() {
        return machine;
    }

    /** {@return log Z, exact, in the units of the data} */
    public final LogPartition logPartition() {
        return logPartition;
    }

    @Override
    public final int dim() {
        return machine.dim();
    }

    @Override
    public final List<String> columns() {
        return machine.columns();
    }

    @Override
    public final double[] logDensity(FMatrixRMaj x) {
        return logDensity(machine.freeEnergy(x));
    }

    @Override
    public final double[] logDensity(Dataset data) {
        return logDensity(machine.freeEnergy(data));
    }

    @Override
    public final double logLikelihood(Dataset data) {
        return EnumeratedRbm.total(logDensity(data));
    }

    private double[] logDensity(double[] f) {
        for (int i = 0; i < f.length; i++) {
            f[i] = -f[i] - logPartition.nats();
        }
        return f;
    }
}

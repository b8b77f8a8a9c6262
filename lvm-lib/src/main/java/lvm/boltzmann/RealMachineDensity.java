package lvm.boltzmann;

import java.util.List;
import lvm.data.Dataset;
import lvm.model.HasDensity;
import lvm.model.LogPartition;
import lvm.model.SinglePrecision;
import org.ejml.data.FMatrixRMaj;

/** A machine of real-valued rows whose partition function is known: log p(x) = −F(x) − log Z. */
public abstract sealed class RealMachineDensity implements SinglePrecision, HasDensity<FMatrixRMaj>
        permits EnumeratedRealMachine, IntegratedRealMachine {
    private final RealMachine machine;
    private final LogPartition logPartition;

    RealMachineDensity(RealMachine machine, LogPartition logPartition) {
        this.machine = machine;
        this.logPartition = logPartition;
    }

    /** {@return the machine} */
    public RealMachine machine() {
        return machine;
    }

    /** {@return log Z in the units of the data: exact by a sum over states, with an error below 10⁻⁸ by quadrature} */
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
        return logDensity(machine.freeEnergy(x));
    }

    @Override
    public double[] logDensity(Dataset data) {
        return logDensity(machine.freeEnergy(data));
    }

    @Override
    public double logLikelihood(Dataset data) {
        return EnumeratedRbm.total(logDensity(data));
    }

    private double[] logDensity(double[] f) {
        for (int i = 0; i < f.length; i++) {
            f[i] = -f[i] - logPartition.nats();
        }
        return f;
    }
}

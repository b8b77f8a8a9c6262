package lvm.boltzmann;

import lvm.model.LogPartition;

/**
 * A machine of one or two real-valued columns, whose partition function is an integral over the line or the plane by quadrature, with an error below 10⁻⁸. A view of
 * {@link RealMachine}.
 */
public final class IntegratedRealMachine extends ExactRealMachine {
    /** The most columns. */
    public static final int MAX_COLUMNS = 2;

    IntegratedRealMachine(RealMachine machine, double logZ) {
        super(machine, LogPartition.exact(logZ, "quadrature over " + machine.dim() + " columns"));
    }
}

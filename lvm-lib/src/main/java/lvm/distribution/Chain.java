package lvm.distribution;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.Module;
import org.ejml.data.FMatrixRMaj;

/** Maps one after the other, from z on; those with a context all take the same one. */
final class Chain implements Bijector {
    private final List<Bijector> parts;
    private final int dim;
    private final int contextDim;
    private final List<Param> params;

    Chain(List<Bijector> parts) {
        this.parts = List.copyOf(parts);
        int d = ANY_DIM;
        int columns = 0;
        for (int k = 0; k < parts.size(); k++) {
            Bijector part = parts.get(k);
            if (part.dim() != ANY_DIM && d != ANY_DIM && part.dim() != d) {
                throw new IllegalArgumentException(
                        "Bijectors.chain: part " + k + " is of " + part.dim() + " dimensions, those before of " + d);
            }
            d = part.dim() == ANY_DIM ? d : part.dim();
            if (part.contextDim() > 0 && columns > 0 && part.contextDim() != columns) {
                throw new IllegalArgumentException("Bijectors.chain: part " + k + " takes a context of "
                        + part.contextDim() + " columns, those before one of " + columns);
            }
            columns = Math.max(columns, part.contextDim());
        }
        dim = d;
        contextDim = columns;
        params = Module.params(parts);
    }

    List<Bijector> parts() {
        return parts;
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public int contextDim() {
        return contextDim;
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        return apply("Chain.forward", tape, z, context, false);
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        return apply("Chain.inverse", tape, x, context, true);
    }

    private Mapped apply(String where, Tape tape, Var rows, Var context, boolean inverse) {
        requireFit(where, rows, context);
        Var y = rows;
        Var logDet = null;
        for (int k = 0; k < parts.size(); k++) {
            Bijector part = parts.get(inverse ? parts.size() - 1 - k : k);
            Var own = part.contextDim() == 0 ? null : context;
            Mapped mapped = inverse ? part.inverse(tape, y, own) : part.forward(tape, y, own);
            y = mapped.y();
            logDet = logDet == null ? mapped.logDet() : logDet.add(mapped.logDet());
        }
        return new Mapped(y, logDet);
    }

    @Override
    public Evaluation forwardBy() {
        return parts.stream().map(Bijector::forwardBy).max(Enum::compareTo).orElseThrow();
    }

    @Override
    public Evaluation inverseBy() {
        return parts.stream().map(Bijector::inverseBy).max(Enum::compareTo).orElseThrow();
    }

    @Override
    public List<Param> params() {
        return params;
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return Module.buffers(parts);
    }

    @Override
    public FMatrixRMaj initialize(FMatrixRMaj rows, boolean inverse) {
        FMatrixRMaj y = rows;
        for (int k = 0; k < parts.size(); k++) {
            y = parts.get(inverse ? parts.size() - 1 - k : k).initialize(y, inverse);
        }
        return y;
    }

    @Override
    public String toString() {
        return parts.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}

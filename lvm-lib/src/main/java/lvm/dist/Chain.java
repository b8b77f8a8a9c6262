package lvm.dist;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** Maps one after the other, from z on. */
final class Chain implements Bijector {
    private final List<Bijector> parts;
    private final int dim;
    private final List<Param> params = new ArrayList<>();
    private final Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>();

    Chain(List<Bijector> parts) {
        this.parts = List.copyOf(parts);
        int d = ANY_DIM;
        for (int k = 0; k < parts.size(); k++) {
            Bijector part = parts.get(k);
            if (part.dim() != ANY_DIM && d != ANY_DIM && part.dim() != d) {
                throw new IllegalArgumentException(
                        "Bijectors.chain: part " + k + " is of " + part.dim() + " dimensions, those before of " + d);
            }
            d = part.dim() == ANY_DIM ? d : part.dim();
            params.addAll(part.params());
            buffers.putAll(part.buffers());
        }
        dim = d;
    }

    List<Bijector> parts() {
        return parts;
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public Mapped forward(Tape tape, Var z) {
        Var y = z;
        Var logDet = null;
        for (int k = 0; k < parts.size(); k++) {
            Mapped mapped = parts.get(k).forward(tape, y);
            y = mapped.y();
            logDet = logDet == null ? mapped.logDet() : logDet.add(mapped.logDet());
        }
        return new Mapped(y, logDet);
    }

    @Override
    public Mapped inverse(Tape tape, Var x) {
        Var y = x;
        Var logDet = null;
        for (int k = parts.size() - 1; k >= 0; k--) {
            Mapped mapped = parts.get(k).inverse(tape, y);
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
        return List.copyOf(params);
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return new LinkedHashMap<>(buffers);
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

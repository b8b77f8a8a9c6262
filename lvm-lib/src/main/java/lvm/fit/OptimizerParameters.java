package lvm.fit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import lvm.optim.MovingAverage;
import lvm.optim.Optimizer;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** What an optimiser moves, and what it carries from step to step. */
final class OptimizerParameters implements Parameters {
    private static final String AVERAGE = "average/";

    private final Optimizer optimizer;
    private final Map<String, Matrix> values = new LinkedHashMap<>();

    OptimizerParameters(Optimizer optimizer, MovingAverage average, Map<String, FMatrixRMaj> buffers) {
        this.optimizer = optimizer;
        values.putAll(optimizer.values());
        add("", buffers);
        if (average != null) {
            add(AVERAGE, average.values());
        }
    }

    private void add(String prefix, Map<String, FMatrixRMaj> matrices) {
        matrices.forEach((name, matrix) -> {
            if (values.putIfAbsent(prefix + name, matrix) != null) {
                throw new IllegalArgumentException("Parameters.of: two matrices are named \"" + prefix + name + "\"");
            }
        });
    }

    @Override
    public Map<String, Matrix> values() {
        return Collections.unmodifiableMap(values);
    }

    @Override
    public Map<String, Matrix> state() {
        return new LinkedHashMap<>(optimizer.state());
    }

    @Override
    public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
        Map<String, FMatrixRMaj> floats = new LinkedHashMap<>();
        state.forEach((name, matrix) -> floats.put(name, (FMatrixRMaj) matrix));
        optimizer.load(floats);
    }
}

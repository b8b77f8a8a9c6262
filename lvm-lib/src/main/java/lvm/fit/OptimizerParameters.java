package lvm.fit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.optim.MovingAverage;
import lvm.optim.Optimizer;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** What optimisers move, and what they carry from step to step. */
final class OptimizerParameters implements Parameters {
    private static final String AVERAGE = "average/";

    private final List<Optimizer> optimizers;
    private final Map<String, Matrix> values = new LinkedHashMap<>();

    OptimizerParameters(List<Optimizer> optimizers, MovingAverage average, Map<String, FMatrixRMaj> buffers) {
        this.optimizers = List.copyOf(optimizers);
        optimizers.forEach(optimizer -> add("", optimizer.values()));
        buffers.forEach((name, matrix) -> {
            if (values.putIfAbsent(name, matrix) != null) {
                throw twice(name);
            }
        });
        if (average != null) {
            add(AVERAGE, average.values());
        }
    }

    /** Several optimisers may move the same matrix. */
    private void add(String prefix, Map<String, FMatrixRMaj> matrices) {
        matrices.forEach((name, matrix) -> {
            Matrix other = values.putIfAbsent(prefix + name, matrix);
            if (other != null && other != matrix) {
                throw twice(prefix + name);
            }
        });
    }

    private static IllegalArgumentException twice(String name) {
        return new IllegalArgumentException("Parameters.of: two matrices are named \"" + name + "\"");
    }

    @Override
    public Map<String, Matrix> values() {
        return Collections.unmodifiableMap(values);
    }

    /** The first optimiser's names stand alone, the others have their number before them. */
    private static String prefix(int k) {
        return k == 0 ? "" : "optimizer " + (k + 1) + "/";
    }

    @Override
    public Map<String, Matrix> state() {
        Map<String, Matrix> state = new LinkedHashMap<>();
        for (int k = 0; k < optimizers.size(); k++) {
            String prefix = prefix(k);
            optimizers.get(k).state().forEach((name, matrix) -> state.put(prefix + name, matrix));
        }
        return state;
    }

    @Override
    public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
        for (int k = 0; k < optimizers.size(); k++) {
            String prefix = prefix(k);
            Map<String, FMatrixRMaj> own = new LinkedHashMap<>();
            optimizers.get(k).state().keySet().forEach(name -> own.put(name, (FMatrixRMaj) state.get(prefix + name)));
            optimizers.get(k).load(own);
        }
    }
}

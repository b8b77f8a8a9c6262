package lvm.fit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lvm.optim.MovingAverage;
import lvm.optim.Optimizer;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * What a fit moves, by name: the parameters of the model, and what its optimiser carries from step to step. {@link Fit}
 * keeps the best, puts back the last good ones and writes checkpoints through it. Matrices are {@code FMatrixRMaj} or
 * {@code DMatrixRMaj}.
 */
public interface Parameters {

    /**
     * The parameters of the model as they are now.
     *
     * @return name → matrix, always the same names in the same order with the same shapes; read at once and not modified
     *     or kept by the caller
     */
    Map<String, Matrix> values();

    /**
     * What the optimiser carries from step to step, such as running means of gradients.
     *
     * @return as {@link #values()}; by default nothing
     */
    default Map<String, Matrix> state() {
        return Map.of();
    }

    /**
     * The numbers that the optimiser carries from step to step, such as a count of steps.
     *
     * @return name → number; by default nothing
     */
    default Map<String, Double> scalars() {
        return Map.of();
    }

    /**
     * Sets the parameters of the model. By default copies into the matrices that {@link #values()} returns, which must
     * then be the ones in use and not copies of them.
     *
     * @param values the names and shapes of {@link #values()}; copied
     */
    default void setValues(Map<String, Matrix> values) {
        copy(values, values());
    }

    /**
     * Sets what the optimiser carries. By default copies into the matrices that {@link #state()} returns.
     *
     * @param state the names and shapes of {@link #state()}; copied
     * @param scalars the names of {@link #scalars()}
     * @throws IllegalStateException by default, if there are scalars: who has some must override this
     */
    default void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
        copy(state, state());
        if (!scalars.isEmpty()) {
            throw new IllegalStateException("Parameters.setState: it must be overridden to take " + scalars.keySet());
        }
    }

    /**
     * Parameters that live in these matrices.
     *
     * @param values name → matrix; the map is copied, the matrices are kept and modified
     * @return the parameters, without any state of an optimiser
     */
    static Parameters of(Map<String, ? extends Matrix> values) {
        return of(values, Map.of());
    }

    /**
     * Parameters and optimiser state that live in these matrices.
     *
     * @param values name → matrix; the map is copied, the matrices are kept and modified
     * @param state name → matrix; the map is copied, the matrices are kept and modified
     * @return the parameters
     */
    static Parameters of(Map<String, ? extends Matrix> values, Map<String, ? extends Matrix> state) {
        Map<String, Matrix> keptValues = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        Map<String, Matrix> keptState = Collections.unmodifiableMap(new LinkedHashMap<>(state));
        return new Parameters() {
            @Override
            public Map<String, Matrix> values() {
                return keptValues;
            }

            @Override
            public Map<String, Matrix> state() {
                return keptState;
            }
        };
    }

    /**
     * The parameters of an optimiser with its state: all that a network needs to go on from a checkpoint.
     *
     * @param optimizer the optimiser
     * @param buffers what the network keeps beside its parameters, such as running moments of batch normalisation, live: it
     *     goes with the parameters; the map is copied
     * @return the parameters
     * @throws IllegalArgumentException if a buffer has the name of a parameter
     */
    static Parameters of(Optimizer optimizer, Map<String, FMatrixRMaj> buffers) {
        return of(List.of(optimizer), null, buffers);
    }

    /**
     * The parameters of optimisers with their states and moving averages. The averages count as parameters: the best ones are
     * kept together with them.
     *
     * @param optimizers the optimisers, in an order that is always the same; a parameter may be in several of them
     * @param average the averages of their parameters, or null if there are none; in their places, not swapped, between steps
     * @param buffers as in {@link #of(Optimizer, Map)}
     * @return the parameters
     * @throws IllegalArgumentException if two matrices have the same name
     */
    static Parameters of(List<Optimizer> optimizers, MovingAverage average, Map<String, FMatrixRMaj> buffers) {
        return new OptimizerParameters(optimizers, average, buffers);
    }

    /**
     * Copies matrices into those of the same names.
     *
     * @param from name → matrix; not modified
     * @param to the same names with the same types and shapes. Modified
     * @throws IllegalArgumentException if names, types or shapes differ; the message says which
     */
    static void copy(Map<String, ? extends Matrix> from, Map<String, ? extends Matrix> to) {
        if (!from.keySet().equals(to.keySet())) {
            throw new IllegalArgumentException(
                    "Parameters.copy: there are " + from.keySet() + ", expected " + to.keySet());
        }
        to.forEach((name, target) -> {
            Matrix source = Objects.requireNonNull(from.get(name));
            if (!describe(source).equals(describe(target))) {
                throw new IllegalArgumentException(
                        "Parameters.copy: \"" + name + "\" is " + describe(source) + ", expected " + describe(target));
            }
            int size = target.getNumRows() * target.getNumCols();
            System.arraycopy(data(source), 0, data(target), 0, size);
        });
    }

    private static String describe(Matrix matrix) {
        return (matrix instanceof FMatrixRMaj ? "float " : "double ") + matrix.getNumRows() + "×" + matrix.getNumCols();
    }

    private static Object data(Matrix matrix) {
        if (matrix instanceof FMatrixRMaj floats) {
            return floats.data;
        }
        if (matrix instanceof DMatrixRMaj doubles) {
            return doubles.data;
        }
        throw new IllegalArgumentException(
                "Parameters: a " + matrix.getClass().getSimpleName() + ", expected FMatrixRMaj or DMatrixRMaj");
    }
}

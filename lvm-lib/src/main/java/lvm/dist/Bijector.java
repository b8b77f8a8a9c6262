package lvm.dist;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * An invertible map x = f(z) of rows with its volume change. If z has the density p(z), x has
 *
 * <p>log p(x) = log p(z) − log|det ∂f(z)/∂z| = log p(f⁻¹(x)) + log|det ∂f⁻¹(x)/∂x|.
 *
 * <p>Both directions can always be evaluated; {@link #forwardBy} and {@link #inverseBy} say how. A class of the library states
 * where its values are exact enough: a map that squeezes the line into an interval can not be undone near its ends. A map keeps
 * nothing between calls, so that several threads may evaluate it, each on a tape of its own.
 */
public interface Bijector {

    /** The {@link #dim} of a map that takes rows of every length. */
    int ANY_DIM = 0;

    /** How a direction is evaluated. */
    enum Evaluation {
        /** By a formula, at the cost of one evaluation, with gradients. */
        CLOSED_FORM,
        /** Column after column, at the cost of as many evaluations as there are columns, with gradients. */
        SEQUENTIAL,
        /** By a root find for each row, to the precision of a float; whether gradients flow is the map's to say. */
        ROOT_FIND
    }

    /**
     * The values of a direction.
     *
     * @param y n×D values
     * @param logDet the n values of log|det| of the direction's Jacobian, nats
     */
    record Values(FMatrixRMaj y, double[] logDet) {}

    /**
     * The number of columns.
     *
     * @return D, or {@link #ANY_DIM}
     */
    int dim();

    /**
     * x = f(z) on a tape.
     *
     * @param tape the tape of z
     * @param z n×D rows
     * @return x and log|det ∂x/∂z|
     * @throws IllegalArgumentException if z has another number of columns
     */
    Mapped forward(Tape tape, Var z);

    /**
     * z = f⁻¹(x) on a tape.
     *
     * @param tape the tape of x
     * @param x n×D rows
     * @return z and log|det ∂z/∂x|
     * @throws IllegalArgumentException if x has another number of columns
     * @throws UnsupportedOperationException if gradients do not flow through this direction and the tape records them
     */
    Mapped inverse(Tape tape, Var x);

    /**
     * How {@link #forward} is evaluated.
     *
     * @return by a formula, unless the map says otherwise
     */
    default Evaluation forwardBy() {
        return Evaluation.CLOSED_FORM;
    }

    /**
     * How {@link #inverse} is evaluated.
     *
     * @return by a formula, unless the map says otherwise
     */
    default Evaluation inverseBy() {
        return Evaluation.CLOSED_FORM;
    }

    /**
     * What can be learnt.
     *
     * @return the parameters, live, with names that differ
     */
    default List<Param> params() {
        return List.of();
    }

    /**
     * What is kept beside the parameters and belongs into a checkpoint.
     *
     * @return matrices by name, live
     */
    default Map<String, FMatrixRMaj> buffers() {
        return Map.of();
    }

    /**
     * Sets start values that depend on data, such as those of an activation normalisation, so that the images of the rows are
     * standardised; most maps have none.
     *
     * @param rows n×D rows; not modified
     * @param inverse whether these are rows of x, and f⁻¹ is to be applied, or rows of z
     * @return the images of the rows with the start values
     */
    default FMatrixRMaj initialize(FMatrixRMaj rows, boolean inverse) {
        return (inverse ? inverse(rows) : forward(rows)).y();
    }

    /**
     * x = f(z).
     *
     * @param z n×D rows; not modified
     * @return x and log|det ∂x/∂z|
     * @throws IllegalArgumentException if z has another number of columns
     */
    default Values forward(FMatrixRMaj z) {
        Tape tape = Tape.withoutGradients();
        return Bijectors.values(forward(tape, tape.constant(z)));
    }

    /**
     * z = f⁻¹(x).
     *
     * @param x n×D rows; not modified
     * @return z and log|det ∂z/∂x|
     * @throws IllegalArgumentException if x has another number of columns
     */
    default Values inverse(FMatrixRMaj x) {
        Tape tape = Tape.withoutGradients();
        return Bijectors.values(inverse(tape, tape.constant(x)));
    }

    /**
     * The map the other way round: its forward direction is this one's inverse. It shares the parameters.
     *
     * @return f⁻¹
     */
    default Bijector inverted() {
        return new Inverted(this);
    }

    /**
     * This map, then another one: x = g(f(z)).
     *
     * @param next g
     * @return the composition; it shares the parameters
     * @throws IllegalArgumentException if the numbers of columns differ
     */
    default Bijector then(Bijector next) {
        return Bijectors.chain(this, next);
    }

    /**
     * Copies what a map of the same make has learnt.
     *
     * @param from the other map, with parameters and buffers of the same names and shapes; not modified
     * @throws IllegalArgumentException if these differ
     */
    default void copyFrom(Bijector from) {
        Map<String, FMatrixRMaj> target = new LinkedHashMap<>(buffers());
        params().forEach(p -> target.put(p.name(), p.value()));
        Map<String, FMatrixRMaj> source = new LinkedHashMap<>(from.buffers());
        from.params().forEach(p -> source.put(p.name(), p.value()));
        if (!source.keySet().equals(target.keySet())) {
            throw new IllegalArgumentException(
                    "Bijector.copyFrom: there are " + source.keySet() + ", expected " + target.keySet());
        }
        target.forEach((name, m) -> {
            FMatrixRMaj value = source.get(name);
            if (value.numRows != m.numRows || value.numCols != m.numCols) {
                throw new IllegalArgumentException("Bijector.copyFrom: \"" + name + "\" is " + value.numRows + "×"
                        + value.numCols + ", expected " + m.numRows + "×" + m.numCols);
            }
            m.setTo(value);
        });
    }
}

package lvm.distribution;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.model.Require;
import lvm.nn.Module;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * An invertible map x = f(z) of rows with its volume change. If z has the density p(z), x has
 *
 * <p>log p(x) = log p(z) − log|det ∂f(z)/∂z| = log p(f⁻¹(x)) + log|det ∂f⁻¹(x)/∂x|.
 *
 * <p>A map may differ by row: it then takes a context h for each row, x = f(z; h), such as a network makes of other observations.
 * Parameters that are learnt belong to the map, contexts are arguments.
 *
 * <p>Both directions can always be evaluated; {@link #forwardBy} and {@link #inverseBy} say how. A class of the library states
 * where its values are exact enough: a map that squeezes the line into an interval can not be undone near its ends. A map keeps
 * nothing between calls, so that several threads may evaluate it, each on a tape of its own.
 */
public interface Bijector extends Module {

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

    /** {@return the number of columns, D, or {@link #ANY_DIM}} */
    int dim();

    /** {@return the number of columns of a context, 0 for a map that is the same for all rows, the default} */
    default int contextDim() {
        return 0;
    }

    /**
     * x = f(z; h) on a tape.
     *
     * @param tape the tape of z
     * @param z n×D rows
     * @param context h, n rows of {@link #contextDim} columns; null for none
     * @return x and log|det ∂x/∂z|
     * @throws IllegalArgumentException if z or the context has another number of columns
     * @throws UnsupportedOperationException if gradients do not flow through this direction and the tape records them
     */
    Mapped forward(Tape tape, Var z, Var context);

    /**
     * z = f⁻¹(x; h) on a tape.
     *
     * @param tape the tape of x
     * @param x n×D rows
     * @param context h, n rows of {@link #contextDim} columns; null for none
     * @return z and log|det ∂z/∂x|
     * @throws IllegalArgumentException if x or the context has another number of columns
     * @throws UnsupportedOperationException if gradients do not flow through this direction and the tape records them
     */
    Mapped inverse(Tape tape, Var x, Var context);

    /**
     * x = f(z) on a tape, of a map without a context.
     *
     * @param tape the tape of z
     * @param z n×D rows
     * @return x and log|det ∂x/∂z|
     * @throws IllegalArgumentException if z has another number of columns, or the map needs a context
     * @throws UnsupportedOperationException if gradients do not flow through this direction and the tape records them
     */
    default Mapped forward(Tape tape, Var z) {
        return forward(tape, z, null);
    }

    /**
     * z = f⁻¹(x) on a tape, of a map without a context.
     *
     * @param tape the tape of x
     * @param x n×D rows
     * @return z and log|det ∂z/∂x|
     * @throws IllegalArgumentException if x has another number of columns, or the map needs a context
     * @throws UnsupportedOperationException if gradients do not flow through this direction and the tape records them
     */
    default Mapped inverse(Tape tape, Var x) {
        return inverse(tape, x, null);
    }

    /**
     * What a map asks of its arguments first: their numbers of columns.
     *
     * @param where the method, such as {@code Planar.forward}
     * @param rows z or x
     * @param context h, or null
     * @throws IllegalArgumentException if one has another number of columns
     */
    default void requireFit(String where, Var rows, Var context) {
        if (dim() != ANY_DIM) {
            Require.columns(where, "the matrix", rows.value(), dim());
        }
        int columns = context == null ? 0 : context.cols();
        if (columns != contextDim()) {
            throw new IllegalArgumentException(
                    where + ": the context has " + columns + " columns, expected " + contextDim());
        }
    }

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
     * Sets start values that depend on data, such as those of an activation normalisation, so that the images of the rows are
     * standardised; most maps have none. For maps without a context.
     *
     * @param rows n×D rows; not modified
     * @param inverse whether these are rows of x, and f⁻¹ is to be applied, or rows of z
     * @return the images of the rows with the start values
     */
    default FMatrixRMaj initialize(FMatrixRMaj rows, boolean inverse) {
        return (inverse ? inverse(rows) : forward(rows)).y();
    }

    /**
     * x = f(z), of a map without a context.
     *
     * @param z n×D rows; not modified
     * @return x and log|det ∂x/∂z|
     * @throws IllegalArgumentException if z has another number of columns, or the map needs a context
     */
    default Values forward(FMatrixRMaj z) {
        Tape tape = Tape.withoutGradients();
        return Bijectors.values(forward(tape, tape.constant(z)));
    }

    /**
     * z = f⁻¹(x), of a map without a context.
     *
     * @param x n×D rows; not modified
     * @return z and log|det ∂z/∂x|
     * @throws IllegalArgumentException if x has another number of columns, or the map needs a context
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
     * The Jacobian of the inverse at a row, ∂f⁻¹(x)/∂x, by differentiation of the map itself: element (i, j) is ∂zᵢ/∂xⱼ, and
     * log|det| of it is what {@link #inverse} says. That of the forward direction is {@code inverted().jacobian(z)}. For maps
     * without a context. Gradients that stand at the parameters are cleared.
     *
     * @param x one row of D numbers; not modified
     * @return D×D derivatives
     * @throws IllegalArgumentException if x is not one row, has another number of columns, or the map needs a context
     */
    default DMatrixRMaj jacobian(FMatrixRMaj x) {
        return Jacobians.ofInverse(this, x);
    }
}

package lvm.nn;

import java.util.List;
import java.util.Optional;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.store.Recipe;

/** A piece of a network: parameters, and a map from variables to variables. Rows are observations. */
public interface Layer extends Module {

    @Override
    List<Param> params();

    /**
     * The bias that the layer adds last of all to its output, where it ends so. Models set it, so that a network begins at the
     * moments of the data.
     *
     * @return a row with a number for each column of the output, or for each channel of an image; live
     */
    default Optional<Param> outputBias() {
        return Optional.empty();
    }

    /**
     * The weights to whose products {@link #outputBias} is added: where a column of them is zero, the output is the bias.
     *
     * @return a matrix with a column for each number of the bias; live
     */
    default Optional<Param> outputWeights() {
        return Optional.empty();
    }

    /**
     * How {@link NetworkFactory#of} makes a layer of this kind, where it is one that the library offers by name.
     *
     * @return the recipe; empty where only the code that made the layer could make it again
     */
    default Optional<Recipe> recipe() {
        return Optional.empty();
    }

    /**
     * Whether the layer takes its input for images, whose pixels are of one kind: models standardise them together.
     *
     * @return true for convolutions and what is made of them; by default false
     */
    default boolean seesImages() {
        return false;
    }

    /**
     * The layer's result.
     *
     * @param tape the tape of x; its mode decides between training and evaluation
     * @param x n rows of input
     * @return n rows of output
     * @throws IllegalArgumentException if x has another number of columns than the layer takes
     */
    Var forward(Tape tape, Var x);

    /**
     * The result with its derivative along a direction, f(x) and ∂f(x + t ẋ)/∂t at t = 0, both made of operations of the tape. A
     * backward pass from the second gives the gradient of a directional derivative: with ẋ = g/‖g‖ for the gradient g of f at x it
     * is that of ‖g‖, since d‖g‖ = (g/‖g‖)ᵀ dg.
     *
     * @param tape the tape of x; in training mode layers that draw use the same draws for both
     * @param x n rows of input
     * @param along ẋ, n rows of the same columns
     * @return both
     * @throws IllegalArgumentException if the layer has none, by its name: by default, and where a row of the result depends on
     *     other rows
     */
    default Tangent tangent(Tape tape, Var x, Var along) {
        throw new IllegalArgumentException(
                getClass().getSimpleName() + ".tangent: the layer has no derivative along a direction");
    }
}

package lvm.distribution;

import java.util.Optional;
import java.util.ServiceLoader;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.Module;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/**
 * A distribution p(x | c) of rows of D numbers, all together, given rows of context c that another network makes: what a decoder
 * can end in where the numbers are not independent given its latent variables.
 */
public interface ConditionalDensity extends Module {

    /**
     * Log probabilities on a tape.
     *
     * @param tape the tape of x and the context
     * @param x n×D rows of observations
     * @param context n×C rows of context
     * @return log p(xᵢ | cᵢ), n×1, nats, summed over the D numbers
     */
    Var logProbability(Tape tape, Var x, Var context);

    /**
     * Draws, one for each row of context.
     *
     * @param context n×C rows of context; not modified
     * @param rng the source of randomness; advanced
     * @return n×D draws
     */
    FMatrixRMaj sample(FMatrixRMaj context, RandomGenerator rng);

    /**
     * Begins at the means of the data: the context says nothing yet.
     *
     * @param means the mean of each of the D columns
     */
    void begin(double[] means);

    /** {@return how many rows should go through at once, by the memory that one takes} */
    int rowsAtOnce();

    /** Makes such distributions. */
    interface Factory {
        /**
         * Makes one at its start.
         *
         * @param dim D, the numbers of a row
         * @param rng the source of the start values; advanced
         * @return the distribution
         * @throws IllegalArgumentException if it is none of so many numbers
         */
        ConditionalDensity make(int dim, RandomGenerator rng);

        /** {@return C, the columns of the context} */
        int contextColumns();

        /**
         * Fails at observations that the distributions can not give.
         *
         * @param where who asks, for the message
         * @param x n×D rows of observations
         * @throws IllegalArgumentException if a number is none that x can be; the message says which
         */
        void require(String where, FMatrixRMaj x);

        /** {@return how {@link #of} makes this factory, where the library offers it by name} */
        default Optional<Recipe> recipe() {
            return Optional.empty();
        }

        /**
         * The factory of a recipe.
         *
         * @param recipe as {@link #recipe} gives it
         * @return the factory
         * @throws IllegalArgumentException if the name is not known or the arguments do not fit
         */
        static Factory of(Recipe recipe) {
            return ServiceLoader.load(Provider.class, ConditionalDensity.class.getClassLoader()).stream()
                    .flatMap(provider -> provider.get().of(recipe).stream())
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "ConditionalDensity.of: no package has a distribution \"" + recipe.name() + "\""));
        }
    }

    /** What makes factories of recipes: a service that a package provides for those that it offers by name. */
    interface Provider {
        /**
         * The factory of a recipe.
         *
         * @param recipe the recipe
         * @return the factory, or nothing if the name is not one of this package's
         * @throws IllegalArgumentException if the arguments do not fit
         */
        Optional<Factory> of(Recipe recipe);
    }
}

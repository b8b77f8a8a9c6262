package lvm.bernoulli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.linalg.Logs;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/** What is done with the networks between two levels. */
final class Networks {
    /** Frequencies in the data are not taken for nearer to 0 or 1 than this at the start. */
    private static final double LEAST_MEAN = 0.01;

    private static final String LEVELS = "levels";

    private Networks() {}

    /** The parameter of a prior of given probabilities. */
    static Param prior(String where, double[] beta) {
        if (beta.length == 0) {
            throw new IllegalArgumentException(where + ": no prior probabilities, expected one a latent variable");
        }
        FMatrixRMaj logits = new FMatrixRMaj(1, beta.length);
        for (int k = 0; k < beta.length; k++) {
            if (!(beta[k] > 0 && beta[k] < 1)) {
                throw new IllegalArgumentException(
                        where + ": prior probability " + k + " is " + beta[k] + ", expected above 0 and below 1");
            }
            logits.data[k] = (float) Logs.logit(beta[k]);
        }
        return new Param("prior", logits);
    }

    /** The columns that a network makes of so many. */
    static int outputs(Layer layer, int in) {
        Tape tape = Tape.withoutGradients();
        return layer.forward(tape, tape.constant(new FMatrixRMaj(1, in))).cols();
    }

    /** The logit of a frequency in the data, at which an observed variable begins. */
    static float startLogit(double mean) {
        double p = Math.min(1 - LEAST_MEAN, Math.max(LEAST_MEAN, mean));
        return (float) Math.log(p / (1 - p));
    }

    /** Parameters and buffers by their place: a network that is made again may have another name. */
    static Map<String, FMatrixRMaj> numbered(Layer layer) {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        layer.values().values().forEach(matrix -> all.put(String.valueOf(all.size()), matrix));
        return all;
    }

    /** How a network is made that came from a factory or from elsewhere. */
    static Optional<Recipe> recipe(Optional<Recipe> ofFactory, Layer layer) {
        return ofFactory.or(layer::recipe);
    }

    /** How the networks of all levels are made, each by its own recipe where they differ. */
    static Optional<Recipe> recipe(Optional<Recipe> ofFactory, List<Layer> layers) {
        List<Recipe> each =
                layers.stream().flatMap(layer -> layer.recipe().stream()).toList();
        if (ofFactory.isPresent() || each.size() < layers.size()) {
            return ofFactory;
        }
        return Optional.of(each.stream().distinct().count() == 1 ? each.get(0) : Recipe.of(LEVELS, each.toArray()));
    }

    /** Makes the networks of all levels, which have names that end with the number of the level, from 1. */
    static NetworkFactory ofLevels(Recipe recipe) {
        if (!recipe.name().equals(LEVELS)) {
            return NetworkFactory.of(recipe);
        }
        return NetworkFactory.offered(recipe, (name, in, out, rng) -> {
            int level = Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
            return NetworkFactory.of(recipe.recipe(level - 1)).make(name, in, out, rng);
        });
    }
}

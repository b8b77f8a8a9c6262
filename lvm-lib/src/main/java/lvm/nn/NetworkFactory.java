package lvm.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.store.Recipe;

/** Makes a network from so many inputs to so many outputs, as often as one is needed. */
@FunctionalInterface
public interface NetworkFactory {

    /**
     * A network at its start.
     *
     * @param name the name, with which those of its parameters begin
     * @param in the columns of its input
     * @param out the columns of its output
     * @param rng the source of start values; advanced
     * @return the network, always of the same kind for the same sizes
     */
    Layer make(String name, int in, int out, RandomGenerator rng);

    /** What makes factories of recipes: a service that a package provides for those that it offers by name. */
    interface Provider {
        /**
         * The factory of a recipe.
         *
         * @param recipe the recipe
         * @return the factory, or nothing if the name is not one of this package's
         * @throws IllegalArgumentException if the arguments do not fit
         */
        Optional<NetworkFactory> of(Recipe recipe);
    }

    /**
     * How the library makes this factory by name.
     *
     * @return the recipe for {@link #of}, or nothing, the default, for code of the user's own
     */
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
    static NetworkFactory of(Recipe recipe) {
        return switch (recipe.name()) {
            case "linear" -> linear();
            case "mlp" -> mlp(recipe.choice(0, Activation.class), recipe.integers(1));
            case "layers" -> {
                int[] hidden = recipe.integers(0);
                Activation[] f = new Activation[hidden.length];
                Arrays.setAll(f, k -> recipe.choice(1 + k, Activation.class));
                yield layers(List.of(f), hidden);
            }
            case "dropout" -> of(recipe.recipe(1)).afterDropout(recipe.number(0));
            case "convolutional" -> convolutional(recipe.integer(0), recipe.integer(1), recipe.integers(2));
            case "maxout" -> maxout(recipe.integer(0), recipe.integers(1));
            case "batchNormalized" -> batchNormalized(recipe.choice(0, Activation.class), recipe.integers(1));
            case "dcganGenerator" -> dcganGenerator(recipe.integer(0), recipe.integers(1));
            case "dcganDiscriminator" -> dcganDiscriminator(recipe.integer(0), recipe.flag(1), recipe.integers(2));
            default ->
                ServiceLoader.load(Provider.class, NetworkFactory.class.getClassLoader()).stream()
                        .flatMap(provider -> provider.get().of(recipe).stream())
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "NetworkFactory.of: no package has a network \"" + recipe.name() + "\""));
        };
    }

    /**
     * A factory that a package offers by name.
     *
     * @param recipe what the package's {@link Provider} makes it of
     * @param factory the factory
     * @return one with the recipe
     */
    static NetworkFactory offered(Recipe recipe, NetworkFactory factory) {
        return new OfferedNetwork(recipe, factory);
    }

    /**
     * A linear map.
     *
     * @return makes a {@link Linear} with a {@link WeightInit#GLOROT} start
     */
    static NetworkFactory linear() {
        return offered(
                Recipe.of("linear"),
                (name, in, out, rng) -> new Linear(name, in, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
    }

    /**
     * A multilayer perceptron.
     *
     * @param f the activation of the hidden layers
     * @param hidden their sizes, from the input on; none for a linear map
     * @return makes an {@link Mlp}
     * @throws IllegalArgumentException if a size is less than 1
     */
    static NetworkFactory mlp(Activation f, int... hidden) {
        int[] inner = sizes("mlp", hidden);
        return offered(Recipe.of("mlp", f, inner), (name, in, out, rng) -> Mlp.of(name, f, in, out, rng, inner));
    }

    /**
     * Hidden layers with an activation each, and a linear map at their end.
     *
     * @param f the activation of each hidden layer
     * @param hidden their sizes, from the input on; none for a linear map
     * @return makes such networks; their layers are name.0, name.1, …
     * @throws IllegalArgumentException if a size is less than 1 or there are not as many activations
     */
    static NetworkFactory layers(List<Activation> f, int... hidden) {
        int[] inner = sizes("layers", hidden);
        List<Activation> activations = List.copyOf(f);
        if (activations.size() != inner.length) {
            throw new IllegalArgumentException("NetworkFactory.layers: " + activations.size()
                    + " activations, expected " + inner.length + ", one for each hidden layer");
        }
        List<Object> arguments = new ArrayList<>(List.of(inner));
        arguments.addAll(activations);
        return offered(new Recipe("layers", arguments), (name, in, out, rng) -> {
            List<Layer> layers = new ArrayList<>();
            int size = in;
            for (int k = 0; k < inner.length; k++) {
                boolean rectified =
                        activations.get(k) == Activation.RELU || activations.get(k) == Activation.LEAKY_RELU;
                WeightInit init = rectified ? WeightInit.HE : WeightInit.GLOROT;
                layers.add(new Linear(name + "." + k, size, inner[k], activations.get(k), init, rng));
                size = inner[k];
            }
            layers.add(new Linear(name + "." + inner.length, size, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
            return new Sequential(layers);
        });
    }

    /**
     * A small convolutional network for square images of one channel: layers of 3×3 filters, each of which halves the sides,
     * then a hidden layer; rectified units.
     *
     * @param edge the side of the images
     * @param hidden the units of the hidden layer
     * @param filters the filters of each of the layers, at least one number
     * @return makes such networks
     * @throws IllegalArgumentException if there is no layer of filters
     */
    static NetworkFactory convolutional(int edge, int hidden, int... filters) {
        if (filters.length == 0) {
            throw new IllegalArgumentException("NetworkFactory.convolutional: no filters");
        }
        int[] counts = filters.clone();
        return offered(Recipe.of("convolutional", edge, hidden, counts), (name, in, out, rng) -> {
            List<Layer> layers = new ArrayList<>();
            int channels = 1;
            int side = edge;
            for (int k = 0; k < counts.length; k++) {
                ConvShape shape = new ConvShape(channels, side, side, counts[k], 3, 2, 1);
                layers.add(new Conv2d(name + ".conv" + k, shape, Activation.RELU, WeightInit.HE, rng));
                channels = counts[k];
                side = shape.outHeight();
            }
            int size = channels * side * side;
            layers.add(new Linear(name + ".hidden", size, hidden, Activation.RELU, WeightInit.HE, rng));
            layers.add(new Dropout(0.5));
            layers.add(new Linear(name + ".out", hidden, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
            return new Sequential(layers.toArray(Layer[]::new));
        });
    }

    /**
     * A network of {@link Maxout} layers with a linear map at its end, as discriminators of the first publications were.
     *
     * @param pieces how many linear maps each unit takes the largest of
     * @param hidden the units of each layer, from the input on
     * @return makes such networks
     * @throws IllegalArgumentException if a number is less than 1
     */
    static NetworkFactory maxout(int pieces, int... hidden) {
        int[] inner = sizes("maxout", hidden);
        if (pieces < 1) {
            throw new IllegalArgumentException("NetworkFactory.maxout: " + pieces + " pieces, expected at least 1");
        }
        return offered(Recipe.of("maxout", pieces, inner), (name, in, out, rng) -> {
            List<Layer> layers = new ArrayList<>();
            int size = in;
            for (int k = 0; k < inner.length; k++) {
                layers.add(new Maxout(name + "." + k, size, inner[k], pieces, rng));
                size = inner[k];
            }
            layers.add(new Linear(name + "." + inner.length, size, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
            return new Sequential(layers);
        });
    }

    /**
     * A multilayer perceptron with batch normalisation before each activation.
     *
     * @param f the activation of the hidden layers
     * @param hidden their sizes, from the input on
     * @return makes such networks
     * @throws IllegalArgumentException if a size is less than 1
     */
    static NetworkFactory batchNormalized(Activation f, int... hidden) {
        int[] inner = sizes("batchNormalized", hidden);
        return offered(Recipe.of("batchNormalized", f, inner), (name, in, out, rng) -> {
            List<Layer> layers = new ArrayList<>();
            int size = in;
            for (int k = 0; k < inner.length; k++) {
                layers.add(new Linear(name + "." + k, size, inner[k], Activation.IDENTITY, WeightInit.HE, rng));
                layers.add(new BatchNorm(name + ".norm" + k, inner[k]));
                layers.add(new Activate(f));
                size = inner[k];
            }
            layers.add(new Linear(name + "." + inner.length, size, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
            return new Sequential(layers);
        });
    }

    /**
     * The generator of DCGAN for square images of one channel: a linear map to small images of many channels, then transposed
     * convolutions of 4×4 filters, each of which doubles the sides, with batch normalisation and rectified units before each.
     * A. Radford, L. Metz and S. Chintala (2016); the last activation is the model's.
     *
     * @param edge the side of the images, divisible by 2 as often as there are layers: 28 by two
     * @param filters the channels before each transposed convolution, from the latent variables on
     * @return makes such networks, from latent variables (and conditions beside them) to edge² columns
     * @throws IllegalArgumentException if there are no filters or the side can not be halved so often
     */
    static NetworkFactory dcganGenerator(int edge, int... filters) {
        int[] counts = filters.clone();
        Dcgan.requireSizes("dcganGenerator", edge, counts);
        return offered(
                Recipe.of("dcganGenerator", edge, counts),
                (name, in, out, rng) -> Dcgan.generator(name, in, out, rng, edge, counts));
    }

    /**
     * The discriminator of DCGAN for square images of one channel: convolutions of 4×4 filters, each of which halves the sides,
     * with leaky rectified units of slope 0.2, then a linear map. Several images side by side are channels of one, and columns
     * that are left over after whole images are conditions, each a channel of its own with one number at every pixel.
     * A. Radford, L. Metz and S. Chintala (2016).
     *
     * @param edge the side of the images, divisible by 2 as often as there are layers: 28 by two
     * @param batchNorm whether layers but the first have batch normalisation, as published; a gradient penalty forbids it
     * @param filters the filters of each convolution, from the image on
     * @return makes such networks
     * @throws IllegalArgumentException if there are no filters or the side can not be halved so often
     */
    static NetworkFactory dcganDiscriminator(int edge, boolean batchNorm, int... filters) {
        int[] counts = filters.clone();
        Dcgan.requireSizes("dcganDiscriminator", edge, counts);
        return offered(
                Recipe.of("dcganDiscriminator", edge, batchNorm, counts),
                (name, in, out, rng) -> Dcgan.discriminator(name, in, out, rng, edge, batchNorm, counts));
    }

    private static int[] sizes(String network, int... hidden) {
        for (int size : hidden) {
            if (size < 1) {
                throw new IllegalArgumentException(
                        "NetworkFactory." + network + ": a hidden layer of " + size + " units");
            }
        }
        return hidden.clone();
    }

    /**
     * The same networks behind {@link Dropout} of their input, which hinders a network from learning its rows by heart.
     *
     * @param rate the probability that an input is set to zero while it learns, in [0,1)
     * @return makes such networks; it has a recipe if this factory has one
     * @throws IllegalArgumentException if the rate is out of range
     */
    default NetworkFactory afterDropout(double rate) {
        Layer dropout = new Dropout(rate);
        NetworkFactory behind = (name, in, out, rng) -> new Sequential(dropout, this.make(name, in, out, rng));
        return recipe().map(inner -> offered(Recipe.of("dropout", rate, inner), behind))
                .orElse(behind);
    }

    /**
     * A network of its own with the values of another that this factory made.
     *
     * @param name the name
     * @param in the columns of its input
     * @param out the columns of its output
     * @param from the other network; not modified
     * @return the copy
     * @throws IllegalArgumentException if the network that is made differs in a name or shape
     */
    default Layer copy(String name, int in, int out, Layer from) {
        Layer to = make(name, in, out, new SplittableRandom(0));
        to.copyFrom(from);
        return to;
    }
}

package lvm.flow;

import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.model.Require;
import lvm.nn.Conv2d;
import lvm.nn.Layer;
import lvm.nn.MaskedMlp;
import lvm.nn.Mlp;
import lvm.nn.Sequential;
import lvm.nn.WeightInit;

/** The networks that give the parameters. Their last layers begin at zero, so that flows begin at the identity. */
final class Networks {
    private Networks() {}

    private static <L extends Layer> L beginAtZero(L layer) {
        layer.outputWeights().orElseThrow().value().zero();
        layer.outputBias().orElseThrow().value().zero();
        return layer;
    }

    static int[] hidden(String where, int... sizes) {
        for (int size : sizes) {
            Require.atLeast(where, "the size of a hidden layer", 1, size);
        }
        return sizes.clone();
    }

    static Layer perceptron(String name, int in, int out, RandomGenerator rng, int... hidden) {
        return beginAtZero(Mlp.of(name, Activation.RELU, in, out, rng, hidden));
    }

    /** Filters of 3×3, 1×1 and 3×3 pixels, from images of so many channels to ones of others. */
    static Layer convolutions(
            String name, int channels, int height, int width, int filters, int out, RandomGenerator rng) {
        return new Sequential(
                new Conv2d(
                        name + ".0",
                        new ConvShape(channels, height, width, filters, 3, 1, 1),
                        Activation.RELU,
                        WeightInit.HE,
                        rng),
                new Conv2d(
                        name + ".1",
                        new ConvShape(filters, height, width, filters, 1, 1, 0),
                        Activation.RELU,
                        WeightInit.HE,
                        rng),
                beginAtZero(new Conv2d(
                        name + ".2",
                        new ConvShape(filters, height, width, out, 3, 1, 1),
                        Activation.IDENTITY,
                        WeightInit.GLOROT,
                        rng)));
    }

    /**
     * A masked network: the outputs of degree d depend on the inputs of degrees below d.
     *
     * @param inputs the degree of each input: 1 … D, 0 for those that everything may depend on
     * @param outputs that of each output
     */
    static Layer masked(String name, int[] inputs, int[] outputs, RandomGenerator rng, int... hidden) {
        return beginAtZero(new MaskedMlp(name, Activation.RELU, inputs, outputs, false, rng, hidden));
    }
}

package lvm.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.model.Require;
import lvm.store.Recipe;

/**
 * Glow: steps of activation normalisation, an invertible 1×1 convolution and an affine coupling. D. P. Kingma and P. Dhariwal
 * (2018), Glow: generative flow with invertible 1×1 convolutions, figure 2.
 */
public final class Glow {
    private Glow() {}

    /**
     * Steps on vectors: the 1×1 convolution is a linear map of all columns.
     *
     * @param steps how many, at least 1
     * @param hidden the sizes of each network's hidden layers
     * @return makes them, for at least two columns
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Architecture layers(int steps, int... hidden) {
        Require.atLeast("Glow", "the number of steps", 1, steps);
        int[] sizes = Networks.hidden("Glow", hidden);
        String text = "Glow of " + steps + " steps, hidden " + Arrays.toString(sizes);
        return Architecture.offered(text, Recipe.of("glow", steps, sizes), (prefix, dim, rng) -> {
            List<Bijector> parts = new ArrayList<>();
            for (int k = 0; k < steps; k++) {
                parts.add(new ActNorm(prefix + "norm." + k, dim, 1));
                parts.add(new InvertibleLinear(prefix + "linear." + k, dim, 1, 1, rng));
                parts.add(Nice.everySecond(prefix + "coupling." + k, dim, k, Transformer.affine(), rng, sizes));
            }
            return Bijectors.chain(parts).inverted();
        });
    }

    /**
     * The multi-scale architecture for images as rows, channel by channel: at each scale a squeeze of 2×2 pixels into channels
     * and the steps; between scales half of the channels is factored out.
     *
     * @param channels the channels of an image, at least 1
     * @param height the rows of pixels, a multiple of 2^scales
     * @param width the pixels of a row, a multiple of 2^scales
     * @param scales how often the image is squeezed, at least 1
     * @param steps the steps of each scale, at least 1
     * @param filters the filters of each network's hidden layers, at least 1
     * @return makes it
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Architecture images(int channels, int height, int width, int scales, int steps, int filters) {
        Images.check("Glow", channels, height, width, scales, filters);
        Require.atLeast("Glow", "the number of steps", 1, steps);
        String text = "Glow of " + scales + " scales of " + steps + " steps, " + filters + " filters";
        Recipe recipe = Recipe.of("glow.images", channels, height, width, scales, steps, filters);
        return Architecture.offered(text, recipe, (prefix, dim, rng) -> {
            Images images = new Images("Glow", prefix, channels, height, width, dim, Images.SCALING, filters, rng);
            for (int scale = 0; scale < scales; scale++) {
                images.squeeze();
                for (int k = 0; k < steps; k++) {
                    images.normalize().linear().channels(k);
                }
                if (scale < scales - 1) {
                    images.factorOut();
                }
            }
            return images.toLatents().inverted();
        });
    }
}

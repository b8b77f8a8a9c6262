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
 * Real NVP: couplings of alternating halves with scales and shifts. L. Dinh, J. Sohl-Dickstein and S. Bengio (2017), Density
 * estimation using Real NVP. With {@link Transformer#spline} instead of the affine map it is the neural spline flow's coupling.
 */
public final class RealNvp {
    private RealNvp() {}

    /**
     * Affine couplings of vectors: of the columns with odd and even numbers in turn.
     *
     * @param couplings how many, at least 1
     * @param hidden the sizes of each network's hidden layers
     * @return makes them, for at least two columns
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Architecture layers(int couplings, int... hidden) {
        return layers(couplings, Transformer.affine(), hidden);
    }

    /**
     * Couplings of vectors: of the columns with odd and even numbers in turn.
     *
     * @param couplings how many, at least 1
     * @param transformer the map of a column
     * @param hidden the sizes of each network's hidden layers
     * @return makes them, for at least two columns
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Architecture layers(int couplings, Transformer transformer, int... hidden) {
        Require.atLeast("RealNvp", "the number of couplings", 1, couplings);
        int[] sizes = Networks.hidden("RealNvp", hidden);
        return Architecture.offered(
                couplings + " × " + transformer + " coupling, hidden " + Arrays.toString(sizes),
                Recipe.of("realnvp", couplings, transformer.recipe(), sizes),
                (prefix, dim, rng) -> {
                    List<Bijector> parts = new ArrayList<>();
                    for (int k = 0; k < couplings; k++) {
                        parts.add(Nice.everySecond(prefix + "coupling." + k, dim, k, transformer, rng, sizes));
                    }
                    return Bijectors.chain(parts).inverted();
                });
    }

    /**
     * The multi-scale architecture for images as rows, channel by channel: at each scale three couplings with a checkerboard,
     * a squeeze of 2×2 pixels into channels, three couplings of halves of the channels, and half of the channels is factored
     * out; at the last scale four couplings with a checkerboard. Activation normalisation stands in the place of the paper's
     * batch normalisation, and the networks are those of Glow.
     *
     * @param channels the channels of an image, at least 1
     * @param height the rows of pixels, a multiple of 2^scales
     * @param width the pixels of a row, a multiple of 2^scales
     * @param scales how often the image is squeezed, at least 1
     * @param filters the filters of each network's hidden layers, at least 1
     * @return makes it
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Architecture images(int channels, int height, int width, int scales, int filters) {
        return images(channels, height, width, scales, Images.SCALING, filters);
    }

    /**
     * The same architecture with another map of a pixel. A spline can send black pixels and bright ones, which lie far apart with
     * little between, to one hump; an affine map can not.
     *
     * @param channels the channels of an image, at least 1
     * @param height the rows of pixels, a multiple of 2^scales
     * @param width the pixels of a row, a multiple of 2^scales
     * @param scales how often the image is squeezed, at least 1
     * @param transformer the map of a pixel
     * @param filters the filters of each network's hidden layers, at least 1
     * @return makes it
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Architecture images(
            int channels, int height, int width, int scales, Transformer transformer, int filters) {
        Images.check("RealNvp", channels, height, width, scales, filters);
        String what = transformer.equals(Images.SCALING) ? "" : ", " + transformer;
        String text = "RealNVP of " + scales + " scales, " + filters + " filters" + what;
        Recipe recipe = Recipe.of("realnvp.images", channels, height, width, scales, transformer.recipe(), filters);
        return Architecture.offered(text, recipe, (prefix, dim, rng) -> {
            Images images = new Images("RealNvp", prefix, channels, height, width, dim, transformer, filters, rng);
            for (int scale = 0; scale < scales; scale++) {
                for (int k = 0; k < 3; k++) {
                    images.checkerboard(k).normalize();
                }
                images.squeeze();
                for (int k = 0; k < 3; k++) {
                    images.channels(k).normalize();
                }
                images.factorOut();
            }
            for (int k = 0; k < 4; k++) {
                images.checkerboard(k).normalize();
            }
            return images.toLatents().inverted();
        });
    }
}

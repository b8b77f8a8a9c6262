package lvm.autoregressive;

import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.ImageShape;
import lvm.distribution.ConditionalDensity;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.FMatrixRMaj;

/**
 * A gated PixelCNN of grey images: row by row from the upper left, each pixel has a distribution that a network of convolutions makes of the
 * pixels above it and to its left,
 *
 * <p>p(x) = Πᵢⱼ p(x(i, j) | x(k, l) with k &lt; i, or k = i and l &lt; j).
 *
 * <p>A. van den Oord, N. Kalchbrenner and K. Kavukcuoglu (2016), Pixel recurrent neural networks; A. van den Oord, N. Kalchbrenner, O. Vinyals,
 * L. Espeholt, A. Graves and K. Kavukcuoglu (2016), Conditional image generation with PixelCNN decoders, equations 2 to 4 and figure 2. A block
 * has a vertical stack, of the rows above, and a horizontal one, of the pixels to the left, which gets the vertical one's numbers of the row
 * above: so no pixel before the place is missed within the reach of the filters. Both have gated units; the horizontal stack adds its input
 * from the second block on. Rows that are known are kept while images are drawn. Immutable.
 */
public final class PixelCnn extends ConditionalAutoregressive {
    private final PixelNet net;

    PixelCnn(PixelNet net, double[] frequencies, ModelSummary summary) {
        super(net, frequencies, summary);
        this.net = net;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the filters must be set
     */
    public static PixelCnnBuilder builder() {
        return new PixelCnnBuilder();
    }

    /**
     * The same network as what a decoder ends in: p(x | c) = Πᵢⱼ p(x(i, j) | pixels before it, c), with a context c of so many
     * numbers, which add something in the gates of every block as the class does. I. Gulrajani and others (2017), PixelVAE.
     *
     * <pre>{@code
     * Vae.builder().latent(16).hidden(200).likelihood(Likelihood.conditional(PixelCnn.decoder(28, 28, 32, 8, 2)))
     * }</pre>
     *
     * @param height the rows of pixels, at least 1
     * @param width the pixels of a row, at least 1
     * @param context the numbers of the context, at least 1
     * @param filters the channels within the network, at least 1
     * @param blocks the gated blocks, at least 1; with 1, a pixel sees those at most three away
     * @return makes such distributions, of zeros and ones
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static ConditionalDensity.Factory decoder(int height, int width, int context, int filters, int blocks) {
        return decoder(height, width, context, filters, blocks, LevelOutput.BINARY);
    }

    /**
     * The same with another distribution of a pixel.
     *
     * @param height the rows of pixels, at least 1
     * @param width the pixels of a row, at least 1
     * @param context the numbers of the context, at least 1
     * @param filters the channels within the network, at least 1
     * @param blocks the gated blocks, at least 1
     * @param output the distribution of a pixel
     * @return makes such distributions
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static ConditionalDensity.Factory decoder(
            int height, int width, int context, int filters, int blocks, LevelOutput output) {
        String where = "PixelCnn.decoder";
        return new PixelDensity.Maker(
                Require.atLeast(where, "height", 1, height),
                Require.atLeast(where, "width", 1, width),
                Require.atLeast(where, "context", 1, context),
                Require.atLeast(where, "filters", 1, filters),
                Require.atLeast(where, "blocks", 1, blocks),
                Objects.requireNonNull(output, where + ": output"));
    }

    /**
     * Reads a model.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, the same in every bit
     * @throws java.io.UncheckedIOException as {@link Models#load(Path, Class)}
     */
    public static PixelCnn load(Path file) {
        return Models.load(file, PixelCnn.class);
    }

    @Override
    public void store(ModelData data) {
        storeNet(data);
        data.put("filters", net.filters)
                .put("blocks", net.blocks)
                .put("firstKernel", net.firstKernel)
                .put("kernel", net.kernel);
    }

    static PixelCnn read(ModelData data) {
        double[] frequencies = data.doubleArray("frequencies");
        PixelNet net = new PixelNet(
                data.integer("height"),
                data.integer("width"),
                frequencies.length,
                LevelOutput.of(data.recipe("output")),
                data.integer("filters"),
                data.integer("blocks"),
                data.integer("firstKernel"),
                data.integer("kernel"),
                new SplittableRandom(0));
        data.copyTo("network", net.values());
        return new PixelCnn(net, frequencies, data.summary());
    }

    @Override
    PixelNet net() {
        return net;
    }

    /** {@return the shape of the images} */
    public ImageShape shape() {
        return new ImageShape(1, net.height, net.width);
    }

    /**
     * The images of a data set as the model takes them.
     *
     * @param data n images of the shape of the model's, or rows of as many numbers; not modified
     * @return n×D grey levels
     * @throws IllegalArgumentException if they are images of another shape, or columns are missing or are not the model's
     */
    @Override
    public FMatrixRMaj observations(Dataset data) {
        data.imageShape().filter(other -> !other.equals(shape())).ifPresent(other -> {
            throw new IllegalArgumentException(
                    "PixelCnn: the data are images of " + other + ", the model was fitted to images of " + shape());
        });
        return super.observations(data);
    }
}

package lvm.autoregressive;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.ImageShape;
import lvm.model.Card;
import lvm.model.ModelSummary;

/** The settings of a fit of {@link PixelCnn}. */
public final class PixelCnnBuilder extends CausalNetBuilder<PixelCnnBuilder, PixelCnn> {
    /** The blocks, where none are set. */
    public static final int DEFAULT_BLOCKS = 5;

    /** The side of the filters of the first block, where none is set. */
    public static final int DEFAULT_FIRST_KERNEL = 7;

    /** The side of the filters of the other blocks, where none is set. */
    public static final int DEFAULT_KERNEL = 3;

    private int blocks = DEFAULT_BLOCKS;
    private int firstKernel = DEFAULT_FIRST_KERNEL;
    private int kernel = DEFAULT_KERNEL;
    private ImageShape shape;

    PixelCnnBuilder() {
        super(LevelOutput.BINARY);
    }

    @Override
    protected PixelCnnBuilder self() {
        return this;
    }

    /**
     * The gated blocks one above the other.
     *
     * @param blocks at least 1, by default {@value #DEFAULT_BLOCKS}
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public PixelCnnBuilder blocks(int blocks) {
        this.blocks = requireAtLeast("blocks", 1, blocks);
        return given("blocks");
    }

    /**
     * The sides of the filters, of which only what comes before the pixel is there.
     *
     * @param first that of the first block, odd and at least 3, by default {@value #DEFAULT_FIRST_KERNEL}
     * @param others that of the other blocks, odd and at least 3, by default {@value #DEFAULT_KERNEL}
     * @return this
     * @throws IllegalArgumentException if one is even or too small
     */
    public PixelCnnBuilder kernel(int first, int others) {
        firstKernel = requireOdd(first);
        kernel = requireOdd(others);
        return given("kernel");
    }

    private static int requireOdd(int side) {
        if (side < 3 || side % 2 == 0) {
            throw new IllegalArgumentException("PixelCnn: kernel is " + side + ", expected odd and at least 3");
        }
        return side;
    }

    /**
     * The distribution of a pixel.
     *
     * @param output by default {@link LevelOutput#BINARY}; {@code LevelOutput.softmax(256)} for bytes
     * @return this
     */
    public PixelCnnBuilder output(LevelOutput output) {
        setOutput(output);
        return given("output");
    }

    /**
     * The shape of the images, where the data do not say it ({@link Dataset#asImages(int, int)}).
     *
     * @param height the rows of pixels, at least 1
     * @param width the pixels of a row, at least 1
     * @return this
     * @throws IllegalArgumentException if there is no pixel
     */
    public PixelCnnBuilder shape(int height, int width) {
        this.shape = new ImageShape(1, height, width);
        return given("shape");
    }

    private ImageShape shape(Dataset data) {
        ImageShape own = data.imageShape().orElse(shape);
        if (own == null) {
            throw new IllegalArgumentException("PixelCnn: shape not set, and the data do not say it; call"
                    + " shape(height, width), or data.asImages(height, width)");
        }
        if (shape != null && !shape.equals(own)) {
            throw new IllegalArgumentException("PixelCnn: shape is " + shape + ", the data are images of " + own);
        }
        if (own.channels() != 1) {
            throw new IllegalArgumentException(
                    "PixelCnn: the data are images of " + own.channels() + " channels, expected one, of grey levels");
        }
        if (own.size() != data.dim()) {
            throw new IllegalArgumentException(
                    "PixelCnn: shape is " + own + ", the data have " + data.dim() + " columns");
        }
        return own;
    }

    @Override
    CausalNet net(Dataset data, int classes, SplittableRandom rng) {
        ImageShape own = shape(data);
        return new PixelNet(own.height(), own.width(), classes, output, filters, blocks, firstKernel, kernel, rng);
    }

    @Override
    void describe(Card card, CausalNet net) {
        card.setting("image", "%d×%d", net.height, net.width)
                .setting("blocks", blocks)
                .setting("kernels", "%d, then %d", firstKernel, kernel);
    }

    @Override
    PixelCnn model(CausalNet net, double[] frequencies, ModelSummary summary) {
        return new PixelCnn((PixelNet) net, frequencies, summary);
    }
}

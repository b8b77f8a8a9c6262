package lvm.autodiff;

/**
 * The shapes of a two-dimensional convolution. An image is a row: channel by channel, each channel row by row, so that
 * pixel (c, i, j) stands in column (c·height + i)·width + j. At place (i, j) the weight (p, q) of a filter sees pixel
 * (i·stride + p·dilation − top, j·stride + q·dilation − left), which is zero outside of the image.
 *
 * @param channels the channels of the image, at least 1
 * @param height the rows of pixels of the image, at least 1
 * @param width the pixels of a row, at least 1
 * @param filters the number of filters: channels of the result, at least 1
 * @param kernelHeight the rows of weights of a filter, at least 1
 * @param kernelWidth the weights in a row of a filter, at least 1
 * @param stride the step between places of a filter, at least 1
 * @param dilation the step between the pixels that neighbouring weights see, at least 1
 * @param top how far above a place its filter begins
 * @param left how far to the left of a place its filter begins
 * @param outHeight the height of a channel of the result, at least 1
 * @param outWidth the width of a channel of the result, at least 1
 */
public record ConvShape(
        int channels,
        int height,
        int width,
        int filters,
        int kernelHeight,
        int kernelWidth,
        int stride,
        int dilation,
        int top,
        int left,
        int outHeight,
        int outWidth) {

    /**
     * Checks the shapes.
     *
     * @param channels the channels of the image, at least 1
     * @param height the rows of pixels of the image, at least 1
     * @param width the pixels of a row, at least 1
     * @param filters the number of filters, at least 1
     * @param kernelHeight the rows of weights of a filter, at least 1
     * @param kernelWidth the weights in a row of a filter, at least 1
     * @param stride the step between places of a filter, at least 1
     * @param dilation the step between the pixels of neighbouring weights, at least 1
     * @param top how far above a place its filter begins
     * @param left how far to the left of a place its filter begins
     * @param outHeight the height of a channel of the result, at least 1
     * @param outWidth the width of a channel of the result, at least 1
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ConvShape {
        atLeast("channels", channels, 1);
        atLeast("height", height, 1);
        atLeast("width", width, 1);
        atLeast("filters", filters, 1);
        atLeast("kernel", Math.min(kernelHeight, kernelWidth), 1);
        atLeast("stride", stride, 1);
        atLeast("dilation", dilation, 1);
        atLeast("the height of the result", outHeight, 1);
        atLeast("the width of the result", outWidth, 1);
    }

    /**
     * Square filters, with as many zeros on every side of the image: the result has ⌊(height + 2 padding − kernel)/stride⌋ + 1 rows.
     *
     * @param channels the channels of the image, at least 1
     * @param height the rows of pixels of the image, at least 1
     * @param width the pixels of a row, at least 1
     * @param filters the number of filters, at least 1
     * @param kernel the side of the square filters, at least 1
     * @param stride the step between places of a filter, at least 1
     * @param padding the zeros around the image on each side, at least 0 and less than the kernel
     * @throws IllegalArgumentException if a number is out of its range or the filter is larger than the padded image
     */
    public ConvShape(int channels, int height, int width, int filters, int kernel, int stride, int padding) {
        this(
                channels,
                height,
                width,
                filters,
                kernel,
                kernel,
                stride,
                1,
                checked(padding, kernel, stride, height, width),
                padding,
                (height + 2 * padding - kernel) / stride + 1,
                (width + 2 * padding - kernel) / stride + 1);
    }

    /** The padding, if it fits. */
    private static int checked(int padding, int kernel, int stride, int height, int width) {
        atLeast("height", height, 1);
        atLeast("width", width, 1);
        atLeast("kernel", kernel, 1);
        atLeast("stride", stride, 1);
        atLeast("padding", padding, 0);
        if (padding >= kernel) {
            throw new IllegalArgumentException(
                    "ConvShape: padding is " + padding + ", expected less than the kernel, " + kernel);
        }
        if (kernel > Math.min(height, width) + 2 * padding) {
            throw new IllegalArgumentException("ConvShape: the kernel is " + kernel + ", the padded image only "
                    + (height + 2 * padding) + "×" + (width + 2 * padding));
        }
        return padding;
    }

    /**
     * Filters that see what is above a place and to its left: the result is as large as the image. What a mask would hold at zero is not
     * there, such as the lower half of the filters of a PixelCNN, or the later half of those of a WaveNet.
     *
     * @param channels the channels of the image, at least 1
     * @param height the rows of pixels, at least 1; 1 for a signal in time
     * @param width the pixels of a row, at least 1
     * @param filters the number of filters, at least 1
     * @param kernelHeight the rows of weights of a filter, at least 1
     * @param kernelWidth the weights in a row of a filter, at least 1
     * @param dilation the step between the pixels of neighbouring weights, at least 1
     * @param top how far above a place its filter begins
     * @param left how far to the left of a place its filter begins
     * @return the shape
     * @throws IllegalArgumentException if a number is out of its range
     */
    public static ConvShape causal(
            int channels,
            int height,
            int width,
            int filters,
            int kernelHeight,
            int kernelWidth,
            int dilation,
            int top,
            int left) {
        return new ConvShape(
                channels, height, width, filters, kernelHeight, kernelWidth, 1, dilation, top, left, height, width);
    }

    private static void atLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("ConvShape: " + what + " is " + value + ", expected at least " + least);
        }
    }

    /** The convolution with stride 1 from the result back to the image, whose filters are turned. */
    ConvShape back() {
        return new ConvShape(
                filters,
                outHeight,
                outWidth,
                channels,
                kernelHeight,
                kernelWidth,
                1,
                dilation,
                (kernelHeight - 1) * dilation - top,
                (kernelWidth - 1) * dilation - left,
                height,
                width);
    }

    /** {@return the columns of an image, channels·height·width} */
    public int imageSize() {
        return channels * height * width;
    }

    /** {@return the columns of the result, filters·outHeight·outWidth} */
    public int outSize() {
        return filters * outHeight * outWidth;
    }

    /**
     * The numbers that one place of a filter sees: the rows of the weight matrix, of which a column is a filter with its
     * weights in the order of an image's columns.
     *
     * @return channels·kernelHeight·kernelWidth
     */
    public int patchSize() {
        return channels * kernelHeight * kernelWidth;
    }
}

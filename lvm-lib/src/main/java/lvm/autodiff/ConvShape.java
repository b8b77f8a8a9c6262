package lvm.autodiff;

/**
 * The shapes of a two-dimensional convolution. An image is a row: channel by channel, each channel row by row, so that
 * pixel (c, i, j) stands in column (c·height + i)·width + j.
 *
 * @param channels the channels of the image, at least 1
 * @param height the rows of pixels of the image, at least 1
 * @param width the pixels of a row, at least 1
 * @param filters the number of filters: channels of the result, at least 1
 * @param kernel the side of the square filters, at least 1
 * @param stride the step between places of a filter, at least 1
 * @param padding the zeros around the image on each side, at least 0 and less than the kernel
 */
public record ConvShape(int channels, int height, int width, int filters, int kernel, int stride, int padding) {

    /**
     * Checks the shapes.
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
    public ConvShape {
        atLeast("channels", channels, 1);
        atLeast("height", height, 1);
        atLeast("width", width, 1);
        atLeast("filters", filters, 1);
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
    }

    private static void atLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("ConvShape: " + what + " is " + value + ", expected at least " + least);
        }
    }

    /**
     * The rows of pixels of the result, ⌊(height + 2 padding − kernel)/stride⌋ + 1.
     *
     * @return the height of a channel of the result
     */
    public int outHeight() {
        return (height + 2 * padding - kernel) / stride + 1;
    }

    /**
     * The pixels in a row of the result, ⌊(width + 2 padding − kernel)/stride⌋ + 1.
     *
     * @return the width of a channel of the result
     */
    public int outWidth() {
        return (width + 2 * padding - kernel) / stride + 1;
    }

    /** {@return the columns of an image, channels·height·width} */
    public int imageSize() {
        return channels * height * width;
    }

    /** {@return the columns of the result, filters·outHeight·outWidth} */
    public int outSize() {
        return filters * outHeight() * outWidth();
    }

    /**
     * The numbers that one place of a filter sees: the rows of the weight matrix, of which a column is a filter with its
     * weights in the order of an image's columns.
     *
     * @return channels·kernel·kernel
     */
    public int patchSize() {
        return channels * kernel * kernel;
    }
}

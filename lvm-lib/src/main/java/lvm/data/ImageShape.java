package lvm.data;

/**
 * How the numbers of a row are an image: channel after channel, each row by row from the upper left.
 *
 * @param channels 1 for grey levels, 3 for red, green and blue
 * @param height the rows of pixels
 * @param width the pixels of a row
 */
public record ImageShape(int channels, int height, int width) {

    /**
     * Checks the numbers.
     *
     * @param channels 1 or 3
     * @param height the rows of pixels
     * @param width the pixels of a row
     * @throws IllegalArgumentException if there are other than 1 or 3 channels, or no pixels
     */
    public ImageShape {
        if (channels != 1 && channels != 3 || height < 1 || width < 1) {
            throw new IllegalArgumentException("ImageShape: " + channels + " channels of " + height + "×" + width
                    + " pixels, expected 1 or 3 channels and at least one pixel");
        }
    }

    /** {@return the numbers of an image} */
    public int size() {
        return channels * height * width;
    }

    /** The mean over blocks of k×k pixels of the numbers of one image, in the same order. */
    double[] downsampled(double[] image, int k) {
        int h = height / k;
        int w = width / k;
        double[] small = new double[channels * h * w];
        for (int p = 0; p < image.length; p++) {
            int row = p / width % height;
            int channel = p / (height * width);
            small[(channel * h + row / k) * w + p % width / k] += image[p] / (k * k);
        }
        return small;
    }

    @Override
    public String toString() {
        return (channels > 1 ? channels + "×" : "") + height + "×" + width;
    }
}

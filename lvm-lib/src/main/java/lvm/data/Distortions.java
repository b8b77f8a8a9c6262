package lvm.data;

/**
 * The same images under another distribution: inverted, turned, of another size. All take images of one channel with values in [0,1] and give
 * such images, rounded to 255 steps, with the labels that they had.
 */
public final class Distortions {
    private Distortions() {}

    /** What becomes of one image. */
    @FunctionalInterface
    private interface Change {
        double at(double[] image, int row, int column);
    }

    private static Dataset changed(String where, Dataset images, int height, int width, Change change) {
        ImageShape shape = shape(where, images);
        byte[] bytes = new byte[images.rows() * height * width];
        double[] image = new double[shape.size()];
        for (int i = 0, at = 0; i < images.rows(); i++) {
            for (int k = 0; k < image.length; k++) {
                image[k] = images.get(i, k);
                if (!(image[k] >= 0 && image[k] <= 1)) {
                    throw new IllegalArgumentException(
                            where + ": a pixel of image " + i + " is " + image[k] + ", expected numbers in [0,1]");
                }
            }
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    bytes[at++] = (byte) (int) (255 * Math.max(0, Math.min(1, change.at(image, row, column))) + 0.5);
                }
            }
        }
        return Dataset.ofOwnBytes(bytes, height * width, 255)
                .asImages(height, width)
                .withLabelsOf(images)
                .named(images.name() + ", " + where.substring(where.indexOf('.') + 1));
    }

    private static ImageShape shape(String where, Dataset images) {
        return images.imageShape()
                .filter(shape -> shape.channels() == 1)
                .orElseThrow(() -> new IllegalArgumentException(
                        where + ": the rows are no images of one channel; say so by asImages(height, width)"));
    }

    /**
     * Dark for light: 1 − x.
     *
     * @param images n images of one channel; not modified
     * @return the inverted images
     * @throws IllegalArgumentException if the rows are no such images
     */
    public static Dataset inverted(Dataset images) {
        String where = "Distortions.inverted";
        ImageShape shape = shape(where, images);
        int width = shape.width();
        return changed(where, images, shape.height(), width, (image, row, column) -> 1 - image[row * width + column]);
    }

    /**
     * Images turned around their middle, anticlockwise, with bilinear interpolation and 0 beyond the edge.
     *
     * @param images n images of one channel; not modified
     * @param degrees the angle, finite
     * @return images of the same size
     * @throws IllegalArgumentException if the rows are no such images or the angle is not finite
     */
    public static Dataset rotated(Dataset images, double degrees) {
        String where = "Distortions.rotated";
        if (!Double.isFinite(degrees)) {
            throw new IllegalArgumentException(where + ": by " + degrees + " degrees, expected a finite angle");
        }
        ImageShape shape = shape(where, images);
        double cos = StrictMath.cos(StrictMath.toRadians(degrees));
        double sin = StrictMath.sin(StrictMath.toRadians(degrees));
        double middleRow = (shape.height() - 1) / 2.0;
        double middleColumn = (shape.width() - 1) / 2.0;
        return changed(where, images, shape.height(), shape.width(), (image, row, column) -> {
            double x = column - middleColumn;
            double y = row - middleRow;
            return between(image, shape, middleRow + sin * x + cos * y, middleColumn + cos * x - sin * y);
        });
    }

    private static double between(double[] image, ImageShape shape, double row, double column) {
        int top = (int) Math.floor(row);
        int left = (int) Math.floor(column);
        double sum = 0;
        for (int r = top; r <= top + 1; r++) {
            for (int c = left; c <= left + 1; c++) {
                if (r >= 0 && r < shape.height() && c >= 0 && c < shape.width()) {
                    sum += (1 - Math.abs(row - r)) * (1 - Math.abs(column - c)) * image[r * shape.width() + c];
                }
            }
        }
        return sum;
    }

    /**
     * Images of another size: each pixel is the mean over the area of the old image that it covers.
     *
     * @param images n images of one channel; not modified
     * @param height of the new images, at least 1
     * @param width of the new images, at least 1
     * @return the images
     * @throws IllegalArgumentException if the rows are no such images or a side is less than 1
     */
    public static Dataset resized(Dataset images, int height, int width) {
        String where = "Distortions.resized";
        ImageShape shape = shape(where, images);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(where + ": to " + height + "×" + width + ", expected at least 1×1");
        }
        double down = (double) shape.height() / height;
        double across = (double) shape.width() / width;
        return changed(where, images, height, width, (image, row, column) -> {
            double sum = 0;
            for (int r = (int) (row * down); r < Math.min(shape.height(), (row + 1) * down); r++) {
                double high = Math.min(r + 1, (row + 1) * down) - Math.max(r, row * down);
                for (int c = (int) (column * across); c < Math.min(shape.width(), (column + 1) * across); c++) {
                    double wide = Math.min(c + 1, (column + 1) * across) - Math.max(c, column * across);
                    sum += high * wide * image[r * shape.width() + c];
                }
            }
            return sum / (down * across);
        });
    }
}

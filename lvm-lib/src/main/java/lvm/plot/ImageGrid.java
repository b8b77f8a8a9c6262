package lvm.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.TextLayout;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Objects;
import lvm.linalg.Doubles;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The rows of a matrix as images, side by side with a gap between them, each pixel a sharp square. Immutable: every
 * setting gives a new grid.
 *
 * <p>Values from 0 to 1 go from black to white, unless {@link #range} or {@link #diverging} say otherwise; what lies
 * outside the range is shown as its nearer end. Of very many images those are drawn that have room in 4000 pixels under
 * each other, and a line says how many more there are.
 */
public final class ImageGrid implements Picture {

    /** The pixels between two images and around all of them. */
    public static final int GAP = 4;

    private static final int WIDEST = 640;
    private static final int WIDEST_EVER = 16_000;
    private static final int LARGEST_IMAGE = 112;
    private static final int MOST_COLUMNS = 10;
    private static final int TITLE_HEIGHT = 30;
    private static final int MORE_HEIGHT = 22;

    /** Images further down than this, in logical pixels, are not drawn. */
    private static final int HIGHEST = 4000;

    private final double[] values;
    private final int n;
    private final int imageHeight;
    private final int imageWidth;
    private final int columns;
    private final int scale;
    private final double lo;
    private final double hi;
    private final boolean diverging;
    private final String title;

    private ImageGrid(
            double[] values,
            int imageHeight,
            int imageWidth,
            int columns,
            int scale,
            double lo,
            double hi,
            boolean diverging,
            String title) {
        this.values = values;
        this.n = values.length / (imageHeight * imageWidth);
        this.imageHeight = imageHeight;
        this.imageWidth = imageWidth;
        this.columns = columns;
        this.scale = scale;
        this.lo = lo;
        this.hi = hi;
        this.diverging = diverging;
        this.title = title;
    }

    static ImageGrid of(Matrix rows, int height, int width) {
        check(rows.getNumRows(), rows.getNumCols(), height, width);
        DMatrixRMaj x = Doubles.of("Plots.images: rows", rows);
        double[] values = Arrays.copyOf(x.data, x.getNumElements());
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                throw new IllegalArgumentException(
                        "Plots.images: row " + i / x.numCols + ", column " + i % x.numCols + " is NaN");
            }
        }
        int columns = Math.min(x.numRows, MOST_COLUMNS);
        return new ImageGrid(values, height, width, columns, fitting(columns, height, width), 0, 1, false, "");
    }

    private static void check(int rows, int columns, int height, int width) {
        if (height < 1 || width < 1 || (long) height * width != columns) {
            throw new IllegalArgumentException("Plots.images: the rows have " + columns + " values, expected " + height
                    + "×" + width + " = " + (long) height * width);
        }
        if (rows == 0) {
            throw new IllegalArgumentException("Plots.images: no rows");
        }
    }

    private static int fitting(int columns, int height, int width) {
        int scale = 1;
        while (columns * (width * (scale + 1) + GAP) + GAP <= WIDEST
                && Math.max(height, width) * (scale + 1) <= LARGEST_IMAGE) {
            scale++;
        }
        return scale;
    }

    /**
     * The images in so many columns, by default at most 10; the scale is chosen anew.
     *
     * @param columns at least 1
     * @return a new grid
     * @throws IllegalArgumentException if there is no column, or the grid gets wider than 16,000 pixels
     */
    public ImageGrid columns(int columns) {
        if (columns < 1) {
            throw new IllegalArgumentException("ImageGrid.columns: " + columns + ", expected 1 or more");
        }
        if ((long) Math.min(columns, n) * (imageWidth + GAP) > WIDEST_EVER) {
            throw new IllegalArgumentException("ImageGrid.columns: " + Math.min(columns, n) + " images of width "
                    + imageWidth + " are wider than " + WIDEST_EVER + " pixels; take fewer columns");
        }
        int used = Math.min(columns, n);
        return new ImageGrid(
                values,
                imageHeight,
                imageWidth,
                used,
                fitting(used, imageHeight, imageWidth),
                lo,
                hi,
                diverging,
                title);
    }

    /**
     * The images magnified; by default as far as the grid stays within 640 pixels and an image within 112.
     *
     * @param scale logical pixels a pixel of an image, 1 to 32
     * @return a new grid
     * @throws IllegalArgumentException if it is out of range
     */
    public ImageGrid scale(int scale) {
        if (scale < 1 || scale > 32) {
            throw new IllegalArgumentException("ImageGrid.scale: " + scale + ", expected 1 to 32");
        }
        return new ImageGrid(values, imageHeight, imageWidth, columns, scale, lo, hi, diverging, title);
    }

    /**
     * The values that are black and white.
     *
     * @param black the lower end
     * @param white the upper end
     * @return a new grid in shades of grey
     * @throws IllegalArgumentException unless black &lt; white and both are finite
     */
    public ImageGrid range(double black, double white) {
        Range.given("ImageGrid.range", black, white);
        return new ImageGrid(values, imageHeight, imageWidth, columns, scale, black, white, false, title);
    }

    /**
     * Blue for negative and brown for positive values, as for weights and filters: from −m to m, where m is the largest
     * absolute value.
     *
     * @return a new grid
     */
    public ImageGrid diverging() {
        double m = 0;
        for (double v : values) {
            m = Math.max(m, Double.isInfinite(v) ? 0 : Math.abs(v));
        }
        return diverging(m > 0 ? m : 1);
    }

    /**
     * Blue for negative and brown for positive values.
     *
     * @param m the absolute value of the strongest colours, positive
     * @return a new grid
     * @throws IllegalArgumentException if m is not positive
     */
    public ImageGrid diverging(double m) {
        Range.given("ImageGrid.diverging", -m, m);
        return new ImageGrid(values, imageHeight, imageWidth, columns, scale, -m, m, true, title);
    }

    /**
     * A title above the images.
     *
     * @param title a line of text
     * @return a new grid
     */
    public ImageGrid title(String title) {
        Objects.requireNonNull(title, "ImageGrid.title");
        return new ImageGrid(values, imageHeight, imageWidth, columns, scale, lo, hi, diverging, title);
    }

    /**
     * The number of images.
     *
     * @return the number of rows of the matrix
     */
    public int size() {
        return n;
    }

    /**
     * The value shown as black, or as the strongest blue.
     *
     * @return the lower end of the range
     */
    public double lowest() {
        return lo;
    }

    /**
     * The value shown as white, or as the strongest brown.
     *
     * @return the upper end of the range
     */
    public double highest() {
        return hi;
    }

    private int top() {
        return title.isBlank() ? 0 : TITLE_HEIGHT;
    }

    @Override
    public int width() {
        return columns * (imageWidth * scale + GAP) + GAP;
    }

    @Override
    public int height() {
        return top() + rows() * (imageHeight * scale + GAP) + GAP + (shown() < n ? MORE_HEIGHT : 0);
    }

    /** How many rows of images are drawn; of very many images the first ones. */
    private int rows() {
        int all = (n + columns - 1) / columns;
        return Math.min(all, Math.max(1, HIGHEST / (imageHeight * scale + GAP)));
    }

    private int shown() {
        return (int) Math.min(n, (long) rows() * columns);
    }

    /** {@return the grid without its title, an image of the size of the grid: one pixel of it a logical pixel} */
    public BufferedImage toImage() {
        BufferedImage image =
                new BufferedImage(width(), rows() * (imageHeight * scale + GAP) + GAP, BufferedImage.TYPE_INT_RGB);
        int background = (diverging ? Palette.GREY : new Color(0x6A7F95)).getRGB();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, background);
            }
        }
        for (int i = 0; i < shown(); i++) {
            int x0 = GAP + i % columns * (imageWidth * scale + GAP);
            int y0 = GAP + i / columns * (imageHeight * scale + GAP);
            for (int row = 0; row < imageHeight * scale; row++) {
                for (int column = 0; column < imageWidth * scale; column++) {
                    int pixel = (i * imageHeight + row / scale) * imageWidth + column / scale;
                    image.setRGB(x0 + column, y0 + row, color(values[pixel]));
                }
            }
        }
        return image;
    }

    private int color(double value) {
        double t = Math.min(1, Math.max(0, new Range(lo, hi).share(value)));
        if (diverging) {
            return Palette.diverging(t).getRGB();
        }
        int grey = (int) Math.round(255 * t);
        return new Color(grey, grey, grey).getRGB();
    }

    @Override
    public void paint(Graphics2D g) {
        Paper.paint(g, this, own -> {
            if (!title.isBlank()) {
                Font font = PlotTheme.font(14).deriveFont(Font.BOLD);
                TextLayout text = Paper.title(Labels.fitting(title, font, Math.max(40, width() - 2 * GAP)));
                own.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
                own.setColor(Palette.DARK);
                double left = Math.max(GAP, (width() - text.getBounds().getWidth()) / 2);
                text.draw(own, (float) left, TITLE_HEIGHT - 10);
            }
            own.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
            BufferedImage images = toImage();
            own.drawImage(images, 0, top(), null);
            if (shown() < n) {
                own.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
                own.setColor(Palette.DARK);
                String more = "… " + Canvas.count(n - shown()) + " more";
                Paper.text(more, PlotTheme.font(PlotTheme.SMALLEST_FONT))
                        .draw(own, GAP, top() + images.getHeight() + MORE_HEIGHT - 7);
            }
        });
    }

    @Override
    public String toString() {
        return "ImageGrid of " + n + " images of " + imageHeight + "×" + imageWidth + ", values from " + lo + " to "
                + hi;
    }
}

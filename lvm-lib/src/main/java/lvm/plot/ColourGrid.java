package lvm.plot;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.TextLayout;
import java.awt.image.BufferedImage;
import java.util.Objects;
import lvm.linalg.Doubles;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Colour images in rows and columns: a row of the matrix has the red values of an image row by row from the upper left, then
 * the green ones, then the blue ones. What is outside [0,1] is shown as the nearer end.
 */
public final class ColourGrid implements Picture {
    private static final int GAP = ImageGrid.GAP;
    private static final int WIDEST = 640;
    private static final int LARGEST_IMAGE = 96;
    private static final int MOST_COLUMNS = 10;
    private static final int MOST_IMAGES = 2000;
    private static final int TITLE_HEIGHT = 30;

    private final double[] values;
    private final int n;
    private final int imageHeight;
    private final int imageWidth;
    private final int columns;
    private final int scale;
    private final String title;

    private ColourGrid(double[] values, int imageHeight, int imageWidth, int columns, int scale, String title) {
        this.values = values;
        this.n = values.length / (3 * imageHeight * imageWidth);
        this.imageHeight = imageHeight;
        this.imageWidth = imageWidth;
        this.columns = columns;
        this.scale = scale;
        this.title = title;
    }

    static ColourGrid of(Matrix rows, int height, int width) {
        if (height < 1 || width < 1 || 3L * height * width != rows.getNumCols()) {
            throw new IllegalArgumentException("Plots.colourImages: the rows have " + rows.getNumCols()
                    + " values, expected 3×" + height + "×" + width + " = " + 3L * height * width);
        }
        if (rows.getNumRows() == 0 || rows.getNumRows() > MOST_IMAGES) {
            throw new IllegalArgumentException(
                    "Plots.colourImages: " + rows.getNumRows() + " rows, expected from 1 to " + MOST_IMAGES);
        }
        DMatrixRMaj x = Doubles.of("Plots.colourImages: rows", rows);
        double[] values = x.data.clone();
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                throw new IllegalArgumentException(
                        "Plots.colourImages: row " + i / x.numCols + ", column " + i % x.numCols + " is NaN");
            }
        }
        int columns = Math.min(x.numRows, MOST_COLUMNS);
        return new ColourGrid(values, height, width, columns, fitting(columns, height, width), "");
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
     * @param columns 1 to 100
     * @return a new grid
     * @throws IllegalArgumentException if it is out of range
     */
    public ColourGrid columns(int columns) {
        if (columns < 1 || columns > 100) {
            throw new IllegalArgumentException("ColourGrid.columns: " + columns + ", expected 1 to 100");
        }
        int used = Math.min(columns, n);
        return new ColourGrid(values, imageHeight, imageWidth, used, fitting(used, imageHeight, imageWidth), title);
    }

    /**
     * The images magnified; by default as far as the grid stays within 640 pixels and an image within 96.
     *
     * @param scale logical pixels a pixel of an image, 1 to 32
     * @return a new grid
     * @throws IllegalArgumentException if it is out of range
     */
    public ColourGrid scale(int scale) {
        if (scale < 1 || scale > 32) {
            throw new IllegalArgumentException("ColourGrid.scale: " + scale + ", expected 1 to 32");
        }
        return new ColourGrid(values, imageHeight, imageWidth, columns, scale, title);
    }

    /**
     * A title above the images.
     *
     * @param title a line of text
     * @return a new grid
     */
    public ColourGrid title(String title) {
        Objects.requireNonNull(title, "ColourGrid.title");
        return new ColourGrid(values, imageHeight, imageWidth, columns, scale, title);
    }

    /**
     * The number of images.
     *
     * @return the number of rows of the matrix
     */
    public int size() {
        return n;
    }

    private int top() {
        return title.isBlank() ? 0 : TITLE_HEIGHT;
    }

    private int rows() {
        return (n + columns - 1) / columns;
    }

    @Override
    public int width() {
        return columns * (imageWidth * scale + GAP) + GAP;
    }

    @Override
    public int height() {
        return top() + rows() * (imageHeight * scale + GAP) + GAP;
    }

    /** {@return the grid without its title, one pixel of it a logical pixel} */
    public BufferedImage toImage() {
        BufferedImage image = new BufferedImage(width(), height() - top(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, 0xFFFFFF);
            }
        }
        int plane = imageHeight * imageWidth;
        for (int i = 0; i < n; i++) {
            int x0 = GAP + i % columns * (imageWidth * scale + GAP);
            int y0 = GAP + i / columns * (imageHeight * scale + GAP);
            for (int row = 0; row < imageHeight * scale; row++) {
                for (int column = 0; column < imageWidth * scale; column++) {
                    int red = 3 * i * plane + row / scale * imageWidth + column / scale;
                    int rgb =
                            level(values[red]) << 16 | level(values[red + plane]) << 8 | level(values[red + 2 * plane]);
                    image.setRGB(x0 + column, y0 + row, rgb);
                }
            }
        }
        return image;
    }

    private static int level(double value) {
        return (int) Math.round(255 * Math.min(1, Math.max(0, value)));
    }

    @Override
    public void paint(Graphics2D g) {
        Paper.paint(g, this, own -> {
            if (!title.isBlank()) {
                TextLayout text = Paper.title(title);
                own.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
                own.setColor(Palette.DARK);
                double left = Math.max(GAP, (width() - text.getBounds().getWidth()) / 2);
                text.draw(own, (float) left, TITLE_HEIGHT - 10);
            }
            own.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
            own.drawImage(toImage(), 0, top(), null);
        });
    }

    @Override
    public String toString() {
        return "ColourGrid of " + n + " images of " + imageHeight + "×" + imageWidth;
    }
}

package lvm.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.TextLayout;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import lvm.data.ImageShape;
import lvm.linalg.Doubles;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The rows of a matrix as images, side by side with a gap between them, each pixel a sharp square. Immutable: every
 * setting gives a new grid.
 *
 * <p>Values from 0 to 1 go from black to white, unless {@link #range} or {@link #diverging} say otherwise; what lies
 * outside the range is shown as its nearer end. Images of three channels are in colour. Of very many images those are drawn
 * that have room in 4000 pixels under each other, and a line says how many more there are.
 */
public final class ImageGrid implements Picture {

    /** The pixels between two images and around all of them. */
    public static final int GAP = 4;

    /** What is between the images, and where pixels are missing. */
    static final Color BACKGROUND = new Color(0x6A7F95);

    private static final int WIDEST = 640;
    private static final int WIDEST_EVER = 16_000;
    private static final int LARGEST_IMAGE = 112;
    private static final int MOST_COLUMNS = 10;
    private static final int TITLE_HEIGHT = 30;
    private static final int MORE_HEIGHT = 22;
    private static final int LABEL_HEIGHT = 20;
    private static final int WIDEST_LABEL = 170;
    private static final int BESIDE_LABEL = 8;
    private static final int BAR = 70;
    private static final int BAR_WIDTH = 14;

    /** Images further down than this, in logical pixels, are not drawn. */
    private static final int HIGHEST = 4000;

    private final double[] values;
    private final ImageShape shape;
    private final int n;
    private final Settings settings;

    /** What can be set; copied before it is changed. */
    private static final class Settings {
        private int columns;
        private int scale;
        private double lo;
        private double hi = 1;
        private boolean diverging;
        private String title = "";
        private List<String> rowLabels = List.of();
        private List<String> columnLabels = List.of();
        private boolean bar;

        private Settings copy() {
            Settings copy = new Settings();
            copy.columns = columns;
            copy.scale = scale;
            copy.lo = lo;
            copy.hi = hi;
            copy.diverging = diverging;
            copy.title = title;
            copy.rowLabels = rowLabels;
            copy.columnLabels = columnLabels;
            copy.bar = bar;
            return copy;
        }
    }

    private ImageGrid(double[] values, ImageShape shape, Settings settings) {
        this.values = values;
        this.shape = shape;
        this.n = values.length / shape.size();
        this.settings = settings;
    }

    private ImageGrid with(Consumer<Settings> change) {
        Settings changed = settings.copy();
        change.accept(changed);
        return new ImageGrid(values, shape, changed);
    }

    static ImageGrid of(Matrix rows, int height, int width) {
        check(rows.getNumRows(), rows.getNumCols(), height, width);
        return of(rows, new ImageShape(1, height, width));
    }

    static ImageGrid of(Matrix rows, ImageShape shape) {
        if (rows.getNumCols() != shape.size()) {
            throw new IllegalArgumentException("Plots.images: the rows have " + rows.getNumCols() + " values, expected "
                    + shape + " = " + shape.size());
        }
        DMatrixRMaj x = Doubles.of("Plots.images: rows", rows);
        double[] values = Arrays.copyOf(x.data, x.getNumElements());
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                throw new IllegalArgumentException(
                        "Plots.images: row " + i / x.numCols + ", column " + i % x.numCols + " is NaN");
            }
        }
        return of(values, shape, Math.min(x.numRows, MOST_COLUMNS));
    }

    /** Values of images of which pixels may be missing: NaN. */
    static ImageGrid of(double[] values, ImageShape shape, int columns) {
        Settings settings = new Settings();
        settings.columns = columns;
        settings.scale = fitting(columns, shape);
        return new ImageGrid(values, shape, settings);
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

    private static int fitting(int columns, ImageShape shape) {
        int scale = 1;
        while (columns * (shape.width() * (scale + 1) + GAP) + GAP <= WIDEST
                && Math.max(shape.height(), shape.width()) * (scale + 1) <= LARGEST_IMAGE) {
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
        int used = Math.min(columns, n);
        if ((long) used * (shape.width() + GAP) > WIDEST_EVER) {
            throw new IllegalArgumentException("ImageGrid.columns: " + used + " images of width " + shape.width()
                    + " are wider than " + WIDEST_EVER + " pixels; take fewer columns");
        }
        return with(s -> {
            s.columns = used;
            s.scale = fitting(used, shape);
        });
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
        return with(s -> s.scale = scale);
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
        return with(s -> {
            s.lo = black;
            s.hi = white;
            s.diverging = false;
        });
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
            m = Math.max(m, Double.isInfinite(v) || Double.isNaN(v) ? 0 : Math.abs(v));
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
        return with(s -> {
            s.lo = -m;
            s.hi = m;
            s.diverging = true;
        });
    }

    /**
     * A title above the images.
     *
     * @param title a line of text
     * @return a new grid
     */
    public ImageGrid title(String title) {
        Objects.requireNonNull(title, "ImageGrid.title");
        return with(s -> s.title = title);
    }

    /**
     * Labels at the left of the rows of images.
     *
     * @param labels a text for each row, from the top; rows after the last have none
     * @return a new grid
     */
    public ImageGrid rowLabels(String... labels) {
        List<String> texts = List.of(labels);
        return with(s -> s.rowLabels = texts);
    }

    /**
     * Labels above the columns of images.
     *
     * @param labels a text for each column, from the left; columns after the last have none
     * @return a new grid
     */
    public ImageGrid columnLabels(String... labels) {
        List<String> texts = List.of(labels);
        return with(s -> s.columnLabels = texts);
    }

    /**
     * A bar at the right that says which value has which colour.
     *
     * @return a new grid
     */
    public ImageGrid colorBar() {
        return with(s -> s.bar = true);
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
        return settings.lo;
    }

    /**
     * The value shown as white, or as the strongest brown.
     *
     * @return the upper end of the range
     */
    public double highest() {
        return settings.hi;
    }

    private int top() {
        return (settings.title.isBlank() ? 0 : TITLE_HEIGHT) + (settings.columnLabels.isEmpty() ? 0 : LABEL_HEIGHT);
    }

    private static Font labelFont() {
        return PlotTheme.font(PlotTheme.SMALLEST_FONT);
    }

    /** The width of the labels of the rows. */
    private int left() {
        double widest = 0;
        for (String label : settings.rowLabels) {
            widest = Math.max(widest, Math.min(WIDEST_LABEL, Labels.width(label, labelFont())));
        }
        return widest == 0 ? 0 : (int) Math.ceil(widest) + BESIDE_LABEL + GAP;
    }

    private int stepX() {
        return shape.width() * settings.scale + GAP;
    }

    private int stepY() {
        return shape.height() * settings.scale + GAP;
    }

    @Override
    public int width() {
        return left() + imagesWidth() + (settings.bar ? BAR : 0);
    }

    private int imagesWidth() {
        return settings.columns * stepX() + GAP;
    }

    @Override
    public int height() {
        return top() + rows() * stepY() + GAP + (shown() < n ? MORE_HEIGHT : 0);
    }

    /** How many rows of images are drawn; of very many images the first ones. */
    private int rows() {
        int all = (n + settings.columns - 1) / settings.columns;
        return Math.min(all, Math.max(1, HIGHEST / stepY()));
    }

    private int shown() {
        return (int) Math.min(n, (long) rows() * settings.columns);
    }

    /** {@return the images without title and labels, an image of their size: one pixel of it a logical pixel} */
    public BufferedImage toImage() {
        BufferedImage image = new BufferedImage(imagesWidth(), rows() * stepY() + GAP, BufferedImage.TYPE_INT_RGB);
        int background = (settings.diverging ? Palette.GREY : BACKGROUND).getRGB();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, background);
            }
        }
        int scale = settings.scale;
        for (int i = 0; i < shown(); i++) {
            int x0 = GAP + i % settings.columns * stepX();
            int y0 = GAP + i / settings.columns * stepY();
            for (int row = 0; row < shape.height() * scale; row++) {
                for (int column = 0; column < shape.width() * scale; column++) {
                    int pixel = row / scale * shape.width() + column / scale;
                    if (!Double.isNaN(values[i * shape.size() + pixel])) {
                        image.setRGB(x0 + column, y0 + row, color(i * shape.size() + pixel));
                    }
                }
            }
        }
        return image;
    }

    private int color(int at) {
        if (settings.diverging) {
            return Palette.diverging(share(at)).getRGB();
        }
        int channel = shape.channels() == 1 ? 0 : shape.height() * shape.width();
        return new Color(level(at), level(at + channel), level(at + 2 * channel)).getRGB();
    }

    private double share(int at) {
        return Math.min(1, Math.max(0, new Range(settings.lo, settings.hi).share(values[at])));
    }

    private int level(int at) {
        return (int) Math.round(255 * share(at));
    }

    @Override
    public void paint(Graphics2D g) {
        Paper.paint(g, own -> {
            int left = left();
            own.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            own.setColor(Palette.DARK);
            if (!settings.title.isBlank()) {
                Font font = PlotTheme.font(14).deriveFont(Font.BOLD);
                int room = Math.max(40, width() - 2 * GAP);
                TextLayout text = Paper.title(Labels.fitting(settings.title, font, room));
                double wide = text.getBounds().getWidth();
                double middle = left + (imagesWidth() - wide) / 2;
                double at = Math.max(GAP, Math.min(middle, width() - GAP - wide));
                text.draw(own, (float) at, TITLE_HEIGHT - 10);
            }
            labels(own, left);
            own.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
            BufferedImage images = toImage();
            own.drawImage(images, left, top(), null);
            if (settings.bar) {
                bar(own, left + imagesWidth() + BESIDE_LABEL, top() + GAP, rows() * stepY() - GAP);
            }
            if (shown() < n) {
                String more = "… " + Canvas.count(n - shown()) + " more";
                Paper.text(more, labelFont()).draw(own, left + GAP, top() + images.getHeight() + MORE_HEIGHT - 7);
            }
        });
    }

    private void bar(Graphics2D g, int x, int y, int height) {
        for (int i = 0; i < height; i++) {
            double t = 1 - (i + 0.5) / height;
            int grey = (int) Math.round(255 * t);
            g.setColor(settings.diverging ? Palette.diverging(t) : new Color(grey, grey, grey));
            g.fillRect(x, y + i, BAR_WIDTH, 1);
        }
        g.setColor(Palette.GREY);
        g.drawRect(x, y, BAR_WIDTH, height - 1);
        g.setColor(Palette.DARK);
        double middle = (settings.lo + settings.hi) / 2;
        double[] values =
                height < 60 ? new double[] {settings.hi, settings.lo} : new double[] {settings.hi, middle, settings.lo};
        for (int k = 0; k < values.length; k++) {
            String text = Labels.significant(values[k], 2);
            double at = y + 9 + (height - 10.0) * k / (values.length - 1);
            Paper.text(text, labelFont()).draw(g, x + BAR_WIDTH + 4, (float) at);
        }
    }

    private void labels(Graphics2D g, int left) {
        Font font = labelFont();
        for (int c = 0; c < Math.min(settings.columns, settings.columnLabels.size()); c++) {
            String text = Labels.fitting(settings.columnLabels.get(c), font, stepX());
            double x = left + GAP + c * stepX() + (stepX() - GAP - Labels.width(text, font)) / 2;
            Paper.text(text, font).draw(g, (float) x, top() - 4);
        }
        for (int r = 0; r < Math.min(rows(), settings.rowLabels.size()); r++) {
            String text = Labels.fitting(settings.rowLabels.get(r), font, WIDEST_LABEL);
            double x = left - BESIDE_LABEL + GAP - Labels.width(text, font);
            double y = top() + GAP + r * stepY() + (stepY() - GAP) / 2.0 + 4.2;
            Paper.text(text, font).draw(g, (float) x, (float) y);
        }
    }

    @Override
    public String description() {
        String rows = String.join(
                ", ",
                settings.rowLabels.stream().filter(label -> !label.isBlank()).toList());
        return (settings.title.isBlank() ? "" : settings.title + ": ") + n + " images of " + shape + " in rows of "
                + settings.columns + (rows.isEmpty() ? "." : "; rows: " + rows + ".");
    }

    @Override
    public String toString() {
        return "ImageGrid of " + n + " images of " + shape + ", values from " + settings.lo + " to " + settings.hi;
    }
}

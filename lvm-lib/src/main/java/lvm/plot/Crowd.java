package lvm.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * Points that are too many to be drawn one by one: counted in small squares, which are the darker the more there are.
 * A square has the mixed colour of its points.
 */
final class Crowd extends Marks.Counting {
    /** More points than this are counted. */
    static final int MANY = 10_000;

    /** The side of a square in logical pixels. */
    static final double CELL = 2.5;

    /** How strongly the colour of a single point shows, and from where on it darkens. */
    private static final double FAINTEST = 0.35;

    private static final double FULL = 0.6;
    private static final double DARKEST = 0.5;

    private static final double[] LINEAR = new double[256];

    static {
        Arrays.setAll(LINEAR, Palette::linear);
    }

    private final int points;
    private final int[] colors;
    private Rectangle area;
    private int columns;
    private int[] counts;
    private double[] light;

    /**
     * Points.
     *
     * @param points how many
     * @param colors the colour of each as 0xRRGGBB, or a single one for all
     */
    Crowd(int points, int... colors) {
        this.points = points;
        this.colors = colors;
    }

    @Override
    public void paint(Graphics2D g, double x, double y, int ignored) {
        if (count == 0) {
            begin(g.getClipBounds());
        }
        int column = (int) Math.floor((x - area.x) / CELL);
        int row = (int) Math.floor((y - area.y) / CELL);
        if (column >= 0 && column < columns && row >= 0 && row < counts.length / columns) {
            int cell = row * columns + column;
            counts[cell]++;
            if (colors.length > 1) {
                int color = colors[count];
                light[3 * cell] += LINEAR[color >> 16 & 255];
                light[3 * cell + 1] += LINEAR[color >> 8 & 255];
                light[3 * cell + 2] += LINEAR[color & 255];
            }
        }
        if (++count == points) {
            show(g);
            count = 0;
        }
    }

    private void begin(Rectangle clip) {
        area = clip != null ? clip : new Rectangle(0, 0, 4000, 4000);
        columns = (int) Math.ceil(area.width / CELL);
        counts = new int[columns * (int) Math.ceil(area.height / CELL)];
        light = new double[colors.length > 1 ? 3 * counts.length : 0];
    }

    private void show(Graphics2D g) {
        int rows = counts.length / columns;
        BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB);
        double most = Math.log1p(Arrays.stream(counts).max().orElse(0));
        for (int cell = 0; cell < counts.length; cell++) {
            if (counts[cell] > 0) {
                double t = most > Math.log(2) ? (Math.log1p(counts[cell]) - Math.log(2)) / (most - Math.log(2)) : 0;
                image.setRGB(cell % columns, cell / columns, shade(color(cell), t));
            }
        }
        Object before = g.getRenderingHint(RenderingHints.KEY_INTERPOLATION);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        AffineTransform outside = g.getTransform();
        g.translate(area.x, area.y);
        g.scale(CELL, CELL);
        g.drawImage(image, 0, 0, columns, rows, null);
        g.setTransform(outside);
        if (before != null) {
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, before);
        }
        counts = null;
        light = null;
    }

    private Color color(int cell) {
        if (colors.length == 1) {
            return new Color(colors[0]);
        }
        int n = counts[cell];
        return new Color(
                Palette.encoded(light[3 * cell] / n),
                Palette.encoded(light[3 * cell + 1] / n),
                Palette.encoded(light[3 * cell + 2] / n));
    }

    /** From faint at 0 over the colour itself to a darker one at 1. */
    private static int shade(Color c, double t) {
        double alpha = Math.min(1, FAINTEST + (1 - FAINTEST) * t / FULL);
        double dark = t > FULL ? 1 - (1 - DARKEST) * (t - FULL) / (1 - FULL) : 1;
        return (int) Math.round(255 * alpha) << 24
                | (int) (dark * c.getRed()) << 16
                | (int) (dark * c.getGreen()) << 8
                | (int) (dark * c.getBlue());
    }
}

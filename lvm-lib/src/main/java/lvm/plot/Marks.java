package lvm.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import org.knowm.xchart.style.markers.Marker;

/**
 * What is drawn at the points of a series. XChart hands a marker one screen position after the other; a heat map, a bar
 * or an arrow is a marker that takes two positions for its two corners or ends, so that it lies in the order of the
 * series, is clipped to the plot, and follows whatever scale the axes have.
 */
final class Marks {
    private Marks() {}

    private static final BasicStroke OUTLINE = new BasicStroke(0.7f);

    /** A marker that counts its points; the chart sets it back before each painting. */
    abstract static class Counting extends Marker {
        int count;
    }

    /** The forms of groups, in the order in which groups take them. */
    enum Form {
        CIRCLE,
        TRIANGLE,
        SQUARE,
        DIAMOND,
        CROSS,
        PLUS,
        TRIANGLE_DOWN;

        static Form of(int group) {
            return values()[group % values().length];
        }

        Shape at(double x, double y, double size) {
            double r = size / 2;
            Path2D.Double path = new Path2D.Double();
            switch (this) {
                case CIRCLE:
                    return new Ellipse2D.Double(x - r, y - r, size, size);
                case SQUARE:
                    return new Rectangle2D.Double(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
                case TRIANGLE:
                    path.moveTo(x, y - 1.15 * r);
                    path.lineTo(x + 1.1 * r, y + 0.8 * r);
                    path.lineTo(x - 1.1 * r, y + 0.8 * r);
                    break;
                case TRIANGLE_DOWN:
                    path.moveTo(x, y + 1.15 * r);
                    path.lineTo(x + 1.1 * r, y - 0.8 * r);
                    path.lineTo(x - 1.1 * r, y - 0.8 * r);
                    break;
                case DIAMOND:
                    path.moveTo(x, y - 1.25 * r);
                    path.lineTo(x + 1.05 * r, y);
                    path.lineTo(x, y + 1.25 * r);
                    path.lineTo(x - 1.05 * r, y);
                    break;
                default:
                    double w = 0.34 * r;
                    double l = 1.15 * r;
                    double[][] corners = {
                        {-w, -l}, {w, -l}, {w, -w}, {l, -w}, {l, w}, {w, w}, {w, l}, {-w, l}, {-w, w}, {-l, w},
                        {-l, -w}, {-w, -w}
                    };
                    for (int i = 0; i < corners.length; i++) {
                        if (i == 0) {
                            path.moveTo(corners[i][0], corners[i][1]);
                        } else {
                            path.lineTo(corners[i][0], corners[i][1]);
                        }
                    }
                    path.closePath();
                    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
                    if (this == CROSS) {
                        place.rotate(Math.PI / 4);
                    }
                    return place.createTransformedShape(path);
            }
            path.closePath();
            return path;
        }
    }

    static Marker[] symbols(double size) {
        Marker[] markers = new Marker[Form.values().length];
        for (int i = 0; i < markers.length; i++) {
            markers[i] = new Symbol(Form.of(i), size);
        }
        return markers;
    }

    /** A filled form with a thin edge of a darker shade, so that points that overlap stay countable on any page. */
    static final class Symbol extends Marker {
        final Form form;
        final double size;

        Symbol(Form form, double size) {
            this.form = form;
            this.size = size;
        }

        @Override
        public void paint(Graphics2D g, double x, double y, int ignored) {
            draw(g, form.at(x, y, size), g.getColor());
        }

        static void draw(Graphics2D g, Shape shape, Color color) {
            g.setColor(color);
            g.fill(shape);
            g.setStroke(OUTLINE);
            g.setColor(Palette.rim(color));
            g.draw(shape);
            g.setColor(color);
        }
    }

    /** Points that each have a colour and a form of their own. */
    static final class Coloured extends Counting {
        final Color[] colors;
        final Form[] forms;
        final double size;

        Coloured(Color[] colors, Form[] forms, double size) {
            this.colors = colors;
            this.forms = forms;
            this.size = size;
        }

        @Override
        public void paint(Graphics2D g, double x, double y, int ignored) {
            int i = count++ % colors.length;
            Symbol.draw(g, forms[i].at(x, y, size), colors[i]);
        }
    }

    /** A filled square, for legends of areas. */
    static final class Swatch extends Marker {
        @Override
        public void paint(Graphics2D g, double x, double y, int ignored) {
            g.fill(new Rectangle2D.Double(x - 7, y - 6, 14, 12));
            Color color = g.getColor();
            g.setStroke(OUTLINE);
            g.setColor(Palette.GREY);
            g.draw(new Rectangle2D.Double(x - 7, y - 6, 14, 12));
            g.setColor(color);
        }
    }

    /** A mark between two points, which come one after the other. */
    abstract static class Span extends Counting {
        private double x0;
        private double y0;

        @Override
        public final void paint(Graphics2D g, double x, double y, int ignored) {
            if (count++ % 2 == 0) {
                x0 = x;
                y0 = y;
            } else {
                span(g, x0, y0, x, y);
            }
        }

        abstract void span(Graphics2D g, double x0, double y0, double x1, double y1);
    }

    /** An image whose lower left corner is the first point and whose upper right one is the second. */
    static final class Heat extends Span {
        final BufferedImage image;

        Heat(BufferedImage image) {
            this.image = image;
        }

        @Override
        void span(Graphics2D g, double x0, double y0, double x1, double y1) {
            Object before = g.getRenderingHint(RenderingHints.KEY_INTERPOLATION);
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            // By the transform of the graphics: drawImage with one of its own fails in VectorGraphics2D, which makes
            // SVG.
            AffineTransform outside = g.getTransform();
            g.translate(x0, y1);
            g.scale((x1 - x0) / image.getWidth(), (y0 - y1) / image.getHeight());
            g.drawImage(image, 0, 0, image.getWidth(), image.getHeight(), null);
            g.setTransform(outside);
            if (before != null) {
                g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, before);
            }
        }
    }

    /** A bar between two opposite corners. */
    static final class Bar extends Span {
        @Override
        void span(Graphics2D g, double x0, double y0, double x1, double y1) {
            Shape bar = new Rectangle2D.Double(
                    Math.min(x0, x1), Math.min(y0, y1), Math.max(1, Math.abs(x1 - x0)), Math.max(1, Math.abs(y1 - y0)));
            Color color = g.getColor();
            g.fill(bar);
            g.setStroke(OUTLINE);
            g.setColor(Palette.rim(color));
            g.draw(bar);
            g.setColor(color);
        }
    }

    /** A thin line between two points. */
    static final class Rule extends Span {
        @Override
        void span(Graphics2D g, double x0, double y0, double x1, double y1) {
            g.setStroke(new BasicStroke(1f));
            g.draw(new Line2D.Double(x0, y0, x1, y1));
        }
    }

    /**
     * A line through all points at once. XChart would start its dashes again at each of them, and draw each piece by
     * itself.
     */
    static final class Whole extends Counting {
        private final boolean[] starts;
        private final BasicStroke stroke;
        private final int every;
        private double[] xs;
        private double[] ys;

        /**
         * A line.
         *
         * @param starts for each point that is drawn, whether a new piece begins there
         * @param every of its straight pieces only one in so many is drawn; 1 for all of them
         */
        Whole(boolean[] starts, BasicStroke stroke, int every) {
            this.starts = starts;
            this.stroke = stroke;
            this.every = every;
        }

        @Override
        public void paint(Graphics2D g, double x, double y, int ignored) {
            if (count == 0) {
                xs = new double[starts.length];
                ys = new double[starts.length];
            }
            xs[count] = x;
            ys[count] = y;
            if (++count == starts.length) {
                g.setStroke(stroke);
                // Dashes go on from piece to piece, and what shines through would be darker where paths meet.
                boolean apart = count > Lines.MANY
                        && stroke.getDashArray() == null
                        && g.getColor().getAlpha() == 255;
                int pieces = every > 1 || apart ? Lines.PATH : Integer.MAX_VALUE;
                for (Path2D path : Lines.paths(xs, ys, starts, every, g.getClipBounds(), pieces)) {
                    g.draw(path);
                }
                // A place between two gaps is a dot.
                double size = 2 + stroke.getLineWidth();
                for (int i : Lines.alone(starts)) {
                    g.fill(new Ellipse2D.Double(xs[i] - size / 2, ys[i] - size / 2, size, size));
                }
                count = 0;
            }
        }
    }

    /** The area between two curves: the points of the one from left to right, then those of the other back. */
    static final class Area extends Counting {
        private final int points;
        private double[] xs;
        private double[] ys;

        Area(int points) {
            this.points = points;
        }

        @Override
        public void paint(Graphics2D g, double x, double y, int ignored) {
            if (count == 0) {
                xs = new double[points];
                ys = new double[points];
            }
            xs[count] = x;
            ys[count] = y;
            if (++count == points) {
                boolean[] starts = new boolean[points];
                starts[0] = true;
                g.fill(Lines.paths(xs, ys, starts, 1, null).get(0));
                count = 0;
            }
        }
    }

    /** An arrow from the first point to the second. */
    static final class Arrow extends Span {
        final float width;

        Arrow(float width) {
            this.width = width;
        }

        @Override
        void span(Graphics2D g, double x0, double y0, double x1, double y1) {
            double length = Math.hypot(x1 - x0, y1 - y0);
            if (length < 1e-9) {
                return;
            }
            double ux = (x1 - x0) / length;
            double uy = (y1 - y0) / length;
            double head = Math.min(length, 4 + 2.5 * width);
            g.setStroke(new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
            g.draw(new Line2D.Double(x0, y0, x1 - 0.8 * head * ux, y1 - 0.8 * head * uy));
            Path2D.Double tip = new Path2D.Double();
            tip.moveTo(x1, y1);
            tip.lineTo(x1 - head * ux - 0.45 * head * uy, y1 - head * uy + 0.45 * head * ux);
            tip.lineTo(x1 - head * ux + 0.45 * head * uy, y1 - head * uy - 0.45 * head * ux);
            tip.closePath();
            g.fill(tip);
        }
    }

    /** Text beside a point, kept inside the plot. */
    static final class Text extends Marker {
        final String text;
        final Font font;

        Text(String text, Font font) {
            this.text = text;
            this.font = font;
        }

        @Override
        public void paint(Graphics2D g, double x, double y, int ignored) {
            TextLayout layout = new TextLayout(text, font, g.getFontRenderContext());
            Rectangle2D box = layout.getBounds();
            double left = x - box.getWidth() / 2;
            double base = y + box.getHeight() / 2 - box.getMaxY();
            Rectangle plot = g.getClipBounds();
            if (plot != null && plot.contains(x, y)) {
                left = Math.max(plot.getX() + 4, Math.min(left, plot.getMaxX() - box.getWidth() - 4));
                base = Math.max(plot.getY() + 4 - box.getY(), Math.min(base, plot.getMaxY() - 4 - box.getMaxY()));
            }
            Shape shape = layout.getOutline(AffineTransform.getTranslateInstance(left - box.getX(), base));
            g.fill(shape);
        }
    }
}

package lvm.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.knowm.xchart.internal.chartpart.Chart;

/** Anything of this package that can be shown: a plot that is being built, a grid of charts, a grid of images. */
public interface Picture {

    /** {@return the width it is meant to be shown at, in logical pixels} */
    int width();

    /** {@return the height it is meant to be shown at, in logical pixels} */
    int height();

    /**
     * What the picture shows, for those who can not see it.
     *
     * @return a sentence or two
     */
    default String description() {
        return toString();
    }

    /**
     * Paints it with its upper left corner at the origin. Where nothing is drawn the ground is seen.
     *
     * @param g where; its transform scales the picture, and is left as it was
     */
    void paint(Graphics2D g);

    /**
     * A chart of XChart as a picture.
     *
     * @param chart any chart; kept
     * @return the chart at the size that it was made with
     */
    static Picture of(Chart<?, ?> chart) {
        return new Picture() {
            @Override
            public int width() {
                return chart.getWidth();
            }

            @Override
            public int height() {
                return chart.getHeight();
            }

            @Override
            public void paint(Graphics2D g) {
                Graphics2D own = (Graphics2D) g.create();
                try {
                    chart.paint(own, chart.getWidth(), chart.getHeight());
                } finally {
                    own.dispose();
                }
            }

            @Override
            public String toString() {
                return chart.toString();
            }
        };
    }

    /**
     * Paints it into an image.
     *
     * @param scale device pixels a logical pixel: 2 for the sharp image of a notebook
     * @return an opaque image on white of {@code scale} times the logical size
     * @throws IllegalArgumentException if the scale is not positive
     */
    default BufferedImage toImage(double scale) {
        if (!(scale > 0 && scale <= 16)) {
            throw new IllegalArgumentException("Picture.toImage: scale " + scale + " is not in (0, 16]");
        }
        BufferedImage image = new BufferedImage(
                (int) Math.ceil(width() * scale), (int) Math.ceil(height() * scale), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setColor(Color.WHITE);
            g.fillRect(0, 0, image.getWidth(), image.getHeight());
            g.scale(scale, scale);
            paint(g);
        } finally {
            g.dispose();
        }
        return image;
    }
}

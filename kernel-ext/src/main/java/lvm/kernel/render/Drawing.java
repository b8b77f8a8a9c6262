package lvm.kernel.render;

import java.awt.Graphics2D;
import java.util.function.Consumer;
import lvm.plot.Picture;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * Anything that is painted: a chart, a grid of charts or images.
 *
 * @param text its text form
 * @param description what it shows, for those who can not see it
 * @param width its width on the page, in CSS pixels
 * @param height its height on the page
 * @param painter paints it with its upper left corner at the origin
 */
record Drawing(String text, String description, int width, int height, Consumer<Graphics2D> painter) {

    static Drawing of(IChart chart) {
        return of(chart, describe(chart));
    }

    static Drawing of(IChart chart, String text) {
        int width = chart.getWidth();
        int height = chart.getHeight();
        return new Drawing(text, text, width, height, g -> chart.paint(g, width, height));
    }

    static Drawing of(Picture picture) {
        return of(picture, picture.toString());
    }

    static Drawing of(Picture picture, String text) {
        return new Drawing(text, picture.description(), picture.width(), picture.height(), picture::paint);
    }

    private static String describe(IChart chart) {
        String own = chart.toString();
        if (!own.startsWith(chart.getClass().getName() + "@")) {
            return own;
        }
        String title = chart.getTitle();
        return chart.getClass().getSimpleName() + (title == null || title.isBlank() ? "" : " \"" + title + "\"") + ", "
                + chart.getWidth() + "×" + chart.getHeight() + " pixels";
    }
}

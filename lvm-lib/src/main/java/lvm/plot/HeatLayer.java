package lvm.plot;

import java.awt.Color;
import java.awt.image.BufferedImage;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The values of a field, or the density if it is a log density, as colours from nothing to blue. */
final class HeatLayer extends FieldLayer {

    HeatLayer(String name, Field field) {
        super("heat", name, field);
    }

    @Override
    int firstColor() {
        // The palette begins with blue, as which the heat map shows.
        return 1;
    }

    @Override
    void draw(Canvas canvas) {
        double[] values = field.middles(canvas.x(), canvas.y());
        Range all = Range.NONE.and(values);
        BufferedImage image = new BufferedImage(Field.COLUMNS, Field.ROWS, BufferedImage.TYPE_INT_ARGB);
        for (int j = 0; j < Field.ROWS; j++) {
            for (int i = 0; i < Field.COLUMNS; i++) {
                double v = values[j * Field.COLUMNS + i];
                Color c = Palette.sequential(Double.isFinite(v) ? share(all, v) : 0);
                image.setRGB(i, Field.ROWS - 1 - j, c.getRGB());
            }
        }
        Range x = canvas.x().shown();
        Range y = canvas.y().shown();
        double[] corners = {x.lo(), x.hi()};
        canvas.mark(this, corners, new double[] {y.lo(), y.hi()}, new Marks.Heat(image), Palette.GREY);
        if (name != null) {
            canvas.legend(name, SeriesMarkers.NONE, Palette.GREY);
            for (int k = all.span() > 0 || field.isDensity() ? 4 : 0; k >= 0; k--) {
                canvas.legend(label(all, k / 4.0), new Marks.Swatch(), Palette.sequential(k / 4.0));
            }
        }
    }

    /** Where a value lies on the scale: a density as a part of the largest, which itself may be no double. */
    private double share(Range all, double value) {
        if (field.isDensity()) {
            return Math.exp(value - all.hi());
        }
        return all.span() > 0 ? all.share(value) : 0;
    }

    private String label(Range all, double share) {
        if (field.isDensity()) {
            return share == 0 ? "0" : Labels.exponential(all.hi() + Math.log(share), 2);
        }
        int digits = Labels.digits(all.largest(), all.span() / 4);
        double value = all.at(share);
        // What is 0 but for rounding.
        return Math.abs(value) < 1e-12 * all.largest() ? "0" : Labels.significant(value, digits);
    }
}

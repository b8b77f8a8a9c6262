package lvm.plot;

import java.awt.Color;

/** The area between two curves. */
final class BandLayer extends Layer {
    private static final int OPACITY = 90;

    private final double[] places;

    /** Its edge: along the lower curve and back along the upper one. */
    private final double[] x;

    private final double[] y;

    BandLayer(String name, double[] places, double[] lower, double[] upper) {
        super("band", name);
        Numbers.finite("XyPlot.band", name, "x", places);
        Numbers.finite("XyPlot.band", name, "lower", lower);
        Numbers.finite("XyPlot.band", name, "upper", upper);
        Numbers.sameLength("XyPlot.band", places, lower);
        Numbers.sameLength("XyPlot.band", places, upper);
        this.places = places.clone();
        int n = places.length;
        x = new double[2 * n];
        y = new double[2 * n];
        for (int i = 0; i < n; i++) {
            x[i] = places[i];
            y[i] = lower[i];
            x[2 * n - 1 - i] = places[i];
            y[2 * n - 1 - i] = upper[i];
        }
    }

    @Override
    Extent extent() {
        return Extent.of(x, y);
    }

    @Override
    double[] places() {
        return places;
    }

    @Override
    void draw(Canvas canvas) {
        Color fill = Canvas.translucent(canvas.nextColor(this), OPACITY);
        canvas.mark(this, canvas.x().at(x), canvas.y().at(y), new Marks.Area(x.length), fill);
        canvas.legend(name, new Marks.Swatch(), fill);
    }
}

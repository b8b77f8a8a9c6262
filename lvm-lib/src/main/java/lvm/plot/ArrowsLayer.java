package lvm.plot;

import java.awt.Color;

/** Arrows from places to others. */
final class ArrowsLayer extends Layer {

    /** Where each arrow starts and where it points, one after the other. */
    private final double[] x;

    private final double[] y;

    ArrowsLayer(String name, double[] fromX, double[] fromY, double[] toX, double[] toY) {
        super("arrows", name);
        for (double[] numbers : new double[][] {fromX, fromY, toX, toY}) {
            Numbers.finite("XyPlot.arrows", name, "ends", numbers);
            Numbers.sameLength("XyPlot.arrows", fromX, numbers);
        }
        x = new double[2 * fromX.length];
        y = new double[2 * fromX.length];
        for (int i = 0; i < fromX.length; i++) {
            x[2 * i] = fromX[i];
            y[2 * i] = fromY[i];
            x[2 * i + 1] = toX[i];
            y[2 * i + 1] = toY[i];
        }
    }

    @Override
    Extent extent() {
        return Extent.of(x, y);
    }

    @Override
    void draw(Canvas canvas) {
        Color own = colorOr(Palette.DARK);
        canvas.mark(this, canvas.x().at(x), canvas.y().at(y), new Marks.Arrow(width), own);
        canvas.legendOfLine(name, this, own);
    }
}

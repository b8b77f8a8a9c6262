package lvm.plot;

import java.awt.Color;

/** Bars that each stand between two heights. */
final class BarsLayer extends Layer {
    private final double[] middles;

    /** Two opposite corners of each bar, one after the other. */
    private final double[] x;

    private final double[] y;

    BarsLayer(String name, double[] middles, double[] from, double[] to, double width) {
        super("bars", name);
        Numbers.finite("XyPlot.bars", name, "x", middles);
        Numbers.finite("XyPlot.bars", name, "from", from);
        Numbers.finite("XyPlot.bars", name, "to", to);
        Numbers.sameLength("XyPlot.bars", middles, from);
        Numbers.sameLength("XyPlot.bars", middles, to);
        if (!(width > 0) || Double.isInfinite(width)) {
            throw new IllegalArgumentException("XyPlot.bars: width " + width + ", expected a positive number");
        }
        this.middles = middles.clone();
        x = new double[2 * middles.length];
        y = new double[2 * middles.length];
        for (int i = 0; i < middles.length; i++) {
            x[2 * i] = middles[i] - width / 2;
            x[2 * i + 1] = middles[i] + width / 2;
            y[2 * i] = from[i];
            y[2 * i + 1] = to[i];
        }
    }

    @Override
    Extent extent() {
        return Extent.of(x, y);
    }

    @Override
    boolean standsOnZero() {
        return true;
    }

    @Override
    double[] places() {
        return middles;
    }

    @Override
    void draw(Canvas canvas) {
        Color own = canvas.nextColor(this);
        canvas.mark(this, canvas.x().at(x), canvas.y().at(y), new Marks.Bar(), own);
        canvas.legend(name, new Marks.Swatch(), own);
    }
}

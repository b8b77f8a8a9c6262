package lvm.plot;

import java.awt.Graphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.series.Series.DataType;

/** An XY chart whose markers may count their points, and whose ticks are round numbers. */
final class LayeredChart extends XYChart {

    /** Present during painting only. */
    private static final String TICKS = "\u0000ticks";

    LayeredChart(int width, int height) {
        super(width, height, new PlotTheme());
    }

    @Override
    public synchronized void paint(Graphics2D g, int width, int height) {
        for (XYSeries series : seriesMap.values()) {
            if (series.getMarker() instanceof Marks.Counting counting) {
                counting.count = 0;
            }
        }
        // XChart puts ticks on the data where the data are equally spaced (a sampled function: -2.643, -1.9, ...).
        // A point that is nowhere makes it choose round numbers.
        XYSeries nowhere =
                new XYSeries(TICKS, new double[] {Double.NaN}, new double[] {Double.NaN}, null, DataType.Number);
        nowhere.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        nowhere.setShowInLegend(false);
        seriesMap.put(TICKS, nowhere);
        try {
            super.paint(g, width, height);
        } finally {
            seriesMap.remove(TICKS);
        }
    }

    @Override
    public String toString() {
        return Plot.describe(this, "XYChart", seriesMap.keySet());
    }
}

package lvm.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.LinkedHashMap;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.series.Series.DataType;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** An XY chart whose markers may count their points, and whose ticks and grid lines stand at round numbers. */
final class LayeredChart extends XYChart {

    private final double[][] grid;

    /**
     * An empty chart.
     *
     * @param grid ends of grid lines to draw under everything else, x and y, two points a line; may be empty
     */
    LayeredChart(int width, int height, double[][] grid) {
        super(width, height, new PlotTheme());
        this.grid = grid;
    }

    @Override
    public synchronized void paint(Graphics2D g, int width, int height) {
        for (XYSeries series : seriesMap.values()) {
            if (series.getMarker() instanceof Marks.Counting counting) {
                counting.count = 0;
            }
        }
        // During painting only: what is no data, and lies under the data.
        Map<String, XYSeries> data = new LinkedHashMap<>(seriesMap);
        seriesMap.clear();
        // XChart puts ticks on the data where the data are equally spaced (a sampled function: -2.643, -1.9, ...).
        // A point that is nowhere makes it choose round numbers.
        double[] nowhere = {Double.NaN};
        addHidden("\u0000ticks", nowhere, nowhere, SeriesMarkers.NONE);
        if (grid[0].length > 0) {
            addHidden("\u0000grid", grid[0], grid[1], new Marks.Rule());
        }
        boolean row = getStyler().getLegendLayout() == LegendLayout.Horizontal;
        data.forEach((name, series) -> {
            seriesMap.put(name, series);
            if (row && series.isShowInLegend()) {
                // Keeps the entries of a legend in a row apart: XChart leaves no more between two entries than within
                // one.
                addHidden("\u0000after " + name, nowhere, nowhere, SeriesMarkers.NONE)
                        .setShowInLegend(true)
                        .setLabel(" ");
            }
        });
        try {
            super.paint(g, width, height);
        } finally {
            seriesMap.clear();
            seriesMap.putAll(data);
        }
    }

    private XYSeries addHidden(String name, double[] x, double[] y, Marker marker) {
        XYSeries series = new XYSeries(name, x, y, null, DataType.Number);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        Color color = getStyler().getPlotGridLinesColor();
        series.setMarker(marker).setMarkerColor(color).setShowInLegend(false);
        seriesMap.put(name, series);
        return series;
    }

    @Override
    public String toString() {
        String title = getTitle().isBlank() ? "" : " \"" + getTitle() + "\"";
        return "XYChart" + title + " of " + getYAxisTitle() + " over " + getXAxisTitle() + ", series "
                + seriesMap.keySet();
    }
}

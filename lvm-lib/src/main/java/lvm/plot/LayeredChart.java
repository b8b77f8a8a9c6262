package lvm.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.series.Series.DataType;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** An XY chart whose markers may count their points, and whose ticks and grid lines stand at round numbers. */
final class LayeredChart extends XYChart implements Surround.Surrounded {
    /** Longer series are handed to their markers by this chart: XChart puts each number into a set first. */
    private static final int LONG = 500;

    /** How far outside the plot a marker is left out. */
    private static final int BESIDE = 60;

    private final double[][] grid;

    /** What stands around the chart. */
    final Surround surround = new Surround();

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
    public Surround surround() {
        return surround;
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
        data.forEach((name, series) -> seriesMap.put(name, stand(series)));
        try {
            surround.paint(g, width, height, (w, h) -> super.paint(g, w, h));
        } finally {
            seriesMap.clear();
            seriesMap.putAll(data);
            setWidth(width);
            setHeight(height);
        }
    }

    /** The width and the height in pixels from the lower to the upper end of both axes, known after painting once. */
    double[] plotRoom() {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            paint(g, getWidth(), getHeight());
        } finally {
            g.dispose();
        }
        return new double[] {
            getScreenXFromChart(getStyler().getXAxisMax())
                    - getScreenXFromChart(getStyler().getXAxisMin()),
            getScreenYFromChart(getStyler().getYAxisMin())
                    - getScreenYFromChart(getStyler().getYAxisMax())
        };
    }

    private XYSeries addHidden(String name, double[] x, double[] y, Marker marker) {
        XYSeries series = new XYSeries(name, x, y, null, DataType.Number);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        Color color = getStyler().getPlotGridLinesColor();
        series.setMarker(marker).setMarkerColor(color).setShowInLegend(false);
        seriesMap.put(name, series);
        return series;
    }

    /** The series itself, or for a long one of markers another that draws the same from two points. */
    private XYSeries stand(XYSeries series) {
        boolean marks = series.getXYSeriesRenderStyle()
                .filter(style -> style == XYSeriesRenderStyle.Scatter
                        || style == XYSeriesRenderStyle.Line && series.getMarker() instanceof Marks.Whole)
                .isPresent();
        if (!marks || series.getXData().length <= LONG) {
            return series;
        }
        Extent extent = Extent.of(series.getXData(), series.getYData());
        if (extent.x().empty() || extent.y().empty()) {
            return series;
        }
        XYSeries other = new XYSeries(
                series.getName(),
                new double[] {extent.x().lo(), extent.x().hi()},
                new double[] {extent.y().lo(), extent.y().hi()},
                null,
                DataType.Number);
        other.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        other.setMarker(new Replay(series, extent)).setMarkerColor(series.getMarkerColor());
        other.setLabel(series.getLabel());
        other.setShowInLegend(series.isShowInLegend());
        other.setEnabled(series.isEnabled());
        return other;
    }

    /** Hands all points of a series to its marker when it gets the first of two, and then is that marker for the legend. */
    private final class Replay extends Marker {
        private final XYSeries series;
        private final Extent extent;
        private int calls;

        Replay(XYSeries series, Extent extent) {
            this.series = series;
            this.extent = extent;
        }

        @Override
        public void paint(Graphics2D g, double x, double y, int size) {
            Marker marker = series.getMarker();
            if (++calls > 2) {
                marker.paint(g, x, y, size);
            } else if (calls == 1) {
                Rectangle near = marker instanceof Marks.Counting ? null : g.getClipBounds();
                if (near != null) {
                    near.grow(BESIDE, BESIDE);
                }
                Scale across = new Scale(true, extent.x().lo(), x);
                Scale up = new Scale(false, extent.y().lo(), y);
                points(g, across, up, near, size);
            }
        }

        private void points(Graphics2D g, Scale across, Scale up, Rectangle near, int size) {
            Marker marker = series.getMarker();
            double[] xs = series.getXData();
            double[] ys = series.getYData();
            Color color = series.getMarkerColor();
            for (int i = 0; i < xs.length; i++) {
                if (!Double.isNaN(ys[i])) {
                    double x = across.at(xs[i]);
                    double y = up.at(ys[i]);
                    if (near == null || near.contains(x, y)) {
                        g.setColor(color);
                        marker.paint(g, x, y, size);
                    }
                }
            }
        }
    }

    /** From the numbers of an axis to places on the screen, while the chart is painted. */
    private final class Scale {
        private final boolean logarithmic;
        private final double origin;
        private final double start;
        private final double factor;

        /**
         * A scale.
         *
         * @param known a number, and where it lies: XChart gives places that are a part of a pixel beside those it draws at
         */
        Scale(boolean horizontal, double known, double place) {
            logarithmic =
                    horizontal ? getStyler().isXAxisLogarithmic() : getStyler().isYAxisLogarithmic();
            Double lo = horizontal ? getStyler().getXAxisMin() : getStyler().getYAxisMin();
            Double hi = horizontal ? getStyler().getXAxisMax() : getStyler().getYAxisMax();
            Range range = Range.NONE;
            for (XYSeries series : seriesMap.values()) {
                range = range.and(horizontal ? series.getXData() : series.getYData());
            }
            double from = lo != null ? lo : range.lo();
            double to = hi != null ? hi : range.hi();
            double screen0 = horizontal ? getScreenXFromChart(from) : getScreenYFromChart(from);
            double screen1 = horizontal ? getScreenXFromChart(to) : getScreenYFromChart(to);
            origin = number(known);
            start = place;
            factor = to > from ? (screen1 - screen0) / (number(to) - number(from)) : 0;
        }

        private double number(double value) {
            return logarithmic ? Math.log10(value) : value;
        }

        double at(double value) {
            return start + factor * (number(value) - origin);
        }
    }

    @Override
    public String toString() {
        String title = getTitle().isBlank() ? "" : " \"" + getTitle() + "\"";
        String notes = surround.notes().isEmpty() ? "" : " (" + String.join("; ", surround.notes()) + ")";
        return "XYChart" + title + " of " + getYAxisTitle() + " over " + getXAxisTitle() + ", series "
                + seriesMap.keySet() + notes;
    }
}

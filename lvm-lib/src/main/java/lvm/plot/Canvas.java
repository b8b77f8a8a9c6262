package lvm.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.Arrays;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The chart on which layers draw one after the other, and what they share: the axes, the colours and forms not yet taken. */
final class Canvas {
    /** Of lines that go to and fro so often that they can not be thinned without a loss, so many pieces are drawn. */
    static final int MOST_PIECES = 4000;

    private final LayeredChart chart;
    private final Axis x;
    private final Axis y;
    private int nextColor;
    private int nextForm;

    Canvas(LayeredChart chart, Axis x, Axis y, int firstColor) {
        this.chart = chart;
        this.x = x;
        this.y = y;
        this.nextColor = firstColor;
    }

    /** The horizontal axis; layers give the coordinates that it has for their numbers. */
    Axis x() {
        return x;
    }

    /** The vertical axis. */
    Axis y() {
        return y;
    }

    /** Says something below the chart. */
    void note(String note) {
        chart.surround.note(note);
    }

    static String count(int n) {
        return String.format(java.util.Locale.ROOT, "%,d", n);
    }

    /** The colour of a layer: the next of the palette, unless one was set. */
    Color nextColor(Layer layer) {
        int index = nextColor++;
        return layer.colorOr(Palette.color(index));
    }

    Marks.Form nextForm() {
        return Marks.Form.of(nextForm++);
    }

    /** Adds a series at whose points markers stand. */
    XYSeries scatter(String name, String kind, double[] x, double[] y) {
        return add(name, kind, x, y, XYSeriesRenderStyle.Scatter);
    }

    /** Adds a series whose points make one big mark, or several; the legend does not show it. */
    XYSeries mark(Layer layer, double[] x, double[] y, Marker marker, Color color) {
        return mark(scatter(layer.name, layer.kind, x, y), marker, color);
    }

    private static XYSeries mark(XYSeries series, Marker marker, Color color) {
        series.setMarker(marker).setMarkerColor(color);
        // The legend would take one of the marker's points; entries of their own stand there instead.
        series.setShowInLegend(false);
        return series;
    }

    /**
     * Adds a line that XChart draws, or if it is dashed, long, far outside, or asked to be drawn as a whole, a mark that is
     * the line.
     */
    XYSeries line(Layer layer, String name, double[] x, double[] y, Color color, boolean whole) {
        BasicStroke stroke = stroke(layer);
        XYSeries series = add(name, layer.kind, x, y, XYSeriesRenderStyle.Line);
        series.setMarker(SeriesMarkers.NONE).setMarkerColor(color).setLineColor(color);
        series.setLineStyle(stroke);
        boolean[] starts = starts(y);
        if ((layer.dashed || whole || y.length > Lines.MANY || Lines.alone(starts).length > 0 || leaves(x, y))
                && y.length > 1) {
            int every = layer.everyPoint ? Lines.ALL : every(layer, name, x, starts.length);
            mark(series, new Marks.Whole(starts, stroke, every), color);
            series.setLineStyle(SeriesLines.NONE);
            legendOfLine(name, layer, color);
        }
        return series;
    }

    /** One in how many pieces of a line is drawn; all, where most of them share a column of pixels with others. */
    private int every(Layer layer, String name, double[] places, int n) {
        double column = this.x.shown().span() / (2.0 * chart.getWidth());
        int runs = 1;
        for (int i = 1; i < places.length; i++) {
            runs += Math.floor(places[i] / column) != Math.floor(places[i - 1] / column) ? 1 : 0;
        }
        String what = (name == null ? "line" : name) + ": ";
        if (runs > MOST_PIECES) {
            int every = (n + MOST_PIECES - 1) / MOST_PIECES;
            note(what + "one in " + every + " of " + count(n - 1) + " pieces is drawn");
            return every;
        }
        if (n > Crowd.MANY) {
            note(what + count(n) + " points; of those in one column of pixels the highest and lowest are drawn");
        }
        return 1;
    }

    /** Whether places are so far outside that Java's own clipping of lines becomes inexact or slow. */
    private boolean leaves(double[] xs, double[] ys) {
        Range h = x.shown();
        Range v = y.shown();
        for (int i = 0; i < xs.length; i++) {
            if (Math.abs(h.share(xs[i])) > 10 || !y.isLogarithmic() && Math.abs(v.share(ys[i])) > 10) {
                return true;
            }
        }
        return false;
    }

    XYSeries line(Layer layer, double[] x, double[] y, Color color) {
        return line(layer, layer.name, x, y, color, false);
    }

    private static BasicStroke stroke(Layer layer) {
        return layer.dashed ? Strokes.dashed(layer.strokeWidth()) : Strokes.solid(layer.strokeWidth());
    }

    /** Whether a new piece of the line begins, for each of its points that is drawn. */
    private static boolean[] starts(double[] y) {
        boolean[] starts = new boolean[y.length];
        int n = 0;
        for (int i = 0; i < y.length; i++) {
            if (!Double.isNaN(y[i])) {
                starts[n++] = i == 0 || Double.isNaN(y[i - 1]);
            }
        }
        return Arrays.copyOf(starts, n);
    }

    /** An entry in the legend that draws nothing in the plot; none without a name. */
    void legend(String name, Marker marker, Color color) {
        if (name != null) {
            nowhere(name, XYSeriesRenderStyle.Scatter).setMarker(marker).setMarkerColor(color);
        }
    }

    /** An entry in the legend with a line as the layer has it; none without a name. */
    void legendOfLine(String name, Layer layer, Color color) {
        if (name != null) {
            XYSeries series = nowhere(name, XYSeriesRenderStyle.Line);
            series.setLineColor(color);
            series.setLineStyle(stroke(layer));
            series.setMarker(SeriesMarkers.NONE).setMarkerColor(color);
        }
    }

    private XYSeries nowhere(String name, XYSeriesRenderStyle style) {
        double[] nan = {Double.NaN};
        return add(name, "legend", nan, nan, style);
    }

    private XYSeries add(String name, String kind, double[] x, double[] y, XYSeriesRenderStyle style) {
        String label = name == null ? kind : name;
        String unique = label;
        for (int i = 2; chart.getSeries(unique) != null; i++) {
            unique = label + " #" + i;
        }
        XYSeries series = chart.addSeries(unique, x, y);
        series.setXYSeriesRenderStyle(style);
        series.setLabel(Labels.displayable(label));
        series.setShowInLegend(name != null);
        return series;
    }

    static Color translucent(Color c, int alpha) {
        return new Color(c.getRed(), c.getGreen(), c.getBlue(), alpha);
    }
}

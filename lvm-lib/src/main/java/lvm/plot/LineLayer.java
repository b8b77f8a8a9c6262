package lvm.plot;

import java.awt.Color;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.knowm.xchart.XYSeries;

/** Places joined in their order; a height of NaN breaks the line. */
final class LineLayer extends MarkedLayer {
    private static final double MARKER_SIZE = 7;

    /** Whether its points are drawn too. */
    boolean markers;

    private LineLayer(String name, double[] x, double[] y) {
        super("line", name, x, y);
    }

    /** A line that is broken where x or y is not finite. */
    static LineLayer of(String name, double[] x, double[] y) {
        Numbers.sameLength("XyPlot.line", x, y);
        Numbers.somewhere("XyPlot.line", name, x, y);
        return new LineLayer(name, x, broken(x, y));
    }

    private static double[] broken(double[] x, double[] y) {
        double[] out = Numbers.broken(y);
        for (int i = 0; i < out.length; i++) {
            out[i] = Double.isFinite(x[i]) ? out[i] : Double.NaN;
        }
        return out;
    }

    /** A curve that is broken where it is not finite, even everywhere. */
    static LineLayer curve(String name, double[] x, double[] y) {
        Numbers.sameLength("XyPlot.curves \"" + name + "\"", x, y);
        return new LineLayer(name, x, broken(x, y));
    }

    /** The graph of a function, broken where that is not finite. */
    static LineLayer function(String name, DoubleUnaryOperator f, double from, double to, int points) {
        Range range = Range.given("XyPlot.function", from, to);
        if (points < 2) {
            throw new IllegalArgumentException("XyPlot.function: " + points + " points, expected 2 or more");
        }
        double[] x = new double[points];
        Arrays.setAll(x, i -> range.at(i / (points - 1.0)));
        double[] y = Numbers.broken(Arrays.stream(x).map(f).toArray());
        if (Range.NONE.and(y).empty()) {
            throw new IllegalArgumentException(
                    "XyPlot.function: \"" + name + "\" is finite nowhere from " + from + " to " + to);
        }
        return new LineLayer(name, x, y);
    }

    @Override
    void draw(Canvas canvas) {
        Color own = canvas.nextColor(this);
        double[] xs = canvas.x().at(x);
        double[] ys = canvas.y().at(y);
        XYSeries line = canvas.line(this, xs, ys, own);
        if (markers && x.length > Crowd.MANY && !everyPoint) {
            canvas.note((name == null ? "line" : name) + ": without markers, there are too many");
        } else if (markers || x.length == 1) {
            // A line that is a mark itself can not have markers.
            XYSeries points = line.getMarker() instanceof Marks.Whole ? canvas.scatter(null, "points", xs, ys) : line;
            points.setMarker(new Marks.Symbol(canvas.nextForm(), markerSize > 0 ? markerSize : MARKER_SIZE));
            points.setMarkerColor(own);
        }
    }
}

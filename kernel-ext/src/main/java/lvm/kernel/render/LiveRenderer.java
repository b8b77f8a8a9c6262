package lvm.kernel.render;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import lvm.display.LiveCurve;
import lvm.display.Progress;
import lvm.kernel.render.Renderers.Bundle;
import lvm.plot.Picture;
import lvm.plot.Plots;
import lvm.plot.XyPlot;

/** States of live output: progress as a bar, curves as a chart. The last state stays in the notebook. */
final class LiveRenderer {
    private static final String RUNNING = "#0072b2";
    private static final String FINISHED = "#009e73";
    private static final String INTERRUPTED = "#d55e00";

    /** Up to so many points a curve has markers: a single point without one would be invisible. */
    private static final int FEW_POINTS = 20;

    private LiveRenderer() {}

    static Bundle render(Progress.State state, Set<String> wanted) {
        Bundle bundle = Bundle.text(state.toString());
        if (wanted.contains(Renderers.HTML)) {
            bundle.data().put(Renderers.HTML, html(state));
        }
        return bundle;
    }

    private static String html(Progress.State state) {
        String label = state.label();
        String line = state.toString();
        // The text form begins with the label, which is set in bold here.
        String rest = line.startsWith(label + ": ") ? line.substring(label.length() + 2) : line;
        StringBuilder html = new StringBuilder(512);
        html.append("<div style=\"max-width:560px;color:inherit;line-height:1.5;font-variant-numeric:tabular-nums\">\n")
                .append("<div><b>")
                .append(Html.escape(label))
                .append("</b>&#160; ")
                .append(Html.escape(rest))
                .append("</div>\n");
        double fraction = state.fraction();
        if (!Double.isNaN(fraction)) {
            String colour = state.interrupted() ? INTERRUPTED : state.finished() ? FINISHED : RUNNING;
            html.append(String.format(
                    Locale.ROOT,
                    "<div role=\"progressbar\" aria-valuenow=\"%.0f\" aria-valuemin=\"0\" aria-valuemax=\"100\""
                            + " style=\"height:8px;border-radius:4px;overflow:hidden;background:rgba(128,128,128,.25)\">"
                            + "<div style=\"height:100%%;width:%.1f%%;background:%s\"></div></div>%n",
                    100 * fraction,
                    100 * fraction,
                    colour));
        }
        return html.append("</div>").toString();
    }

    static Bundle render(LiveCurve.State state, Set<String> wanted) {
        if (state.xs().length == 0) {
            return Bundle.text(state.toString());
        }
        return DrawingRenderer.render(Drawing.of(chart(state), state.toString()), wanted);
    }

    /** Places without a value are left out of a curve, whose line joins those beside them. */
    private static Picture chart(LiveCurve.State state) {
        double[] xs = state.xs();
        double[][] ys = state.ys();
        XyPlot plot = Plots.xy().title(state.title()).xLabel(state.xLabel()).yLabel(state.yLabel());
        boolean any = false;
        for (int k = 0; k < ys.length; k++) {
            double[] heights = ys[k];
            int[] there = IntStream.range(0, xs.length)
                    .filter(i -> Double.isFinite(heights[i]))
                    .toArray();
            if (there.length > 0) {
                any = true;
                plot.line(
                        state.names().get(k),
                        Arrays.stream(there).mapToDouble(i -> xs[i]).toArray(),
                        Arrays.stream(there).mapToDouble(i -> heights[i]).toArray());
                plot.color(k);
                if (there.length <= FEW_POINTS) {
                    plot.markers();
                }
            }
        }
        return any ? plot : Plots.curves(state.title(), state.xLabel(), state.yLabel(), state.names(), xs, ys);
    }
}

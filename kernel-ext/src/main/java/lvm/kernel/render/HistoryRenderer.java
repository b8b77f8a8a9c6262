package lvm.kernel.render;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lvm.kernel.render.Renderers.Bundle;
import lvm.model.History;
import lvm.plot.Plots;
import lvm.plot.XyPlot;

/** The course of a fit as a learning curve: the objective over the iterations. */
final class HistoryRenderer {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 320;
    /** What the library measures in nats; an objective of another kind, such as a sum of squares, has no such word. */
    private static final Pattern NATS =
            Pattern.compile("log|likelihood|bound|elbo|evidence|entropy|divergence|\\bkl\\b");

    private static final Pattern CAMEL = Pattern.compile("(?<=[a-z])[A-Z](?=[a-z])");

    private HistoryRenderer() {}

    static Bundle render(History history, Set<String> wanted) {
        Bundle bundle = finite(history) < 2
                ? Bundle.text(history.toString())
                : DrawingRenderer.render(Drawing.of(chart(history), history.toString()), wanted);
        // HTML would win over the picture where a page is made, so it comes only when asked for.
        if (wanted.contains(Renderers.HTML)) {
            bundle.data()
                    .putAll(TableRenderer.render(history.table(), Set.of(Renderers.HTML))
                            .data());
            bundle.data().put(Renderers.TEXT, history.toString());
        }
        return bundle;
    }

    private static int finite(History history) {
        int count = 0;
        if (history.size() > 0) {
            for (double value : history.column(history.names().get(0))) {
                count += Double.isFinite(value) ? 1 : 0;
            }
        }
        return count;
    }

    static XyPlot chart(History history) {
        String objective = history.names().get(0);
        double[] values = history.column(objective);
        double[] x = new double[finite(history)];
        double[] y = new double[x.length];
        int n = 0;
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                x[n] = i;
                y[n++] = values[i];
            }
        }
        return Plots.line(x, y).xLabel("iteration").yLabel(label(objective)).size(WIDTH, HEIGHT);
    }

    /** The name of an objective with its unit, unless it says one itself. */
    static String label(String objective) {
        String words = words(objective);
        String name = words.toLowerCase(Locale.ROOT);
        return name.contains("nats") || !NATS.matcher(name).find() ? words : words + " (nats)";
    }

    /** The name of a column in words: {@code logLikelihood} is "log likelihood". */
    static String words(String name) {
        Matcher matcher = CAMEL.matcher(name);
        return matcher.replaceAll(match -> " " + match.group().toLowerCase(Locale.ROOT));
    }
}

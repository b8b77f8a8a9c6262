package lvm.kernel.render;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import lvm.kernel.render.Renderers.Bundle;
import lvm.model.History;
import lvm.plot.Plots;
import lvm.plot.XyPlot;

/** The course of a fit as a learning curve: the objective over the iterations. */
final class HistoryRenderer {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 320;
    /** Words in the names of objectives that are measured in nats; others, such as a sum of squares, have none of them. */
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
        double[] iterations = IntStream.range(0, values.length).asDoubleStream().toArray();
        return Plots.line(iterations, values)
                .xLabel("iteration")
                .yLabel(label(objective))
                .size(WIDTH, HEIGHT);
    }

    /** The name of an objective, followed by its unit if it is in nats and does not say so. */
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

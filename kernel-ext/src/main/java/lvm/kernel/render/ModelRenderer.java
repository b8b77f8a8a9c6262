package lvm.kernel.render;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import lvm.kernel.render.Renderers.Bundle;
import lvm.model.History;
import lvm.model.ModelSummary;

/** A fitted model on a card: its settings, its results, how the fit went. */
final class ModelRenderer {
    private static final int WIDTH = 220;
    private static final int HEIGHT = 44;
    private static final String FAINT = "opacity:.7";

    private ModelRenderer() {}

    static Bundle render(ModelSummary summary, Set<String> wanted) {
        String fit = course(summary.history());
        Bundle bundle = Bundle.text(summary + "\n  " + fit);
        if (wanted.contains(Renderers.HTML)) {
            bundle.data().put(Renderers.HTML, html(summary, fit));
        }
        return bundle;
    }

    /** How the fit went, in words. */
    private static String course(History history) {
        String iterations = history.size() == 1 ? "1 iteration" : history.size() + " iterations";
        return switch (history.stop()) {
            case CLOSED_FORM -> "closed form, nothing to iterate";
            case CONVERGED -> "converged after " + iterations;
            case BUDGET -> "stopped at the limit of " + iterations + ", not converged";
            case INTERRUPTED -> "interrupted after " + iterations;
        };
    }

    private static String html(ModelSummary summary, String fit) {
        StringBuilder html = new StringBuilder(1024);
        html.append(
                        "<div style=\"display:inline-block;max-width:100%;box-sizing:border-box;overflow-x:auto;color:inherit;")
                .append(
                        "border:1px solid rgba(128,128,128,.45);border-radius:6px;padding:8px 14px;line-height:1.45\">\n")
                .append("<div style=\"font-weight:bold;font-size:1.1em;margin-bottom:4px\">")
                .append(Html.escape(summary.name()))
                .append("</div>\n")
                .append("<div style=\"display:flex;flex-wrap:wrap;gap:4px 32px\">\n");
        list(html, "settings", summary.settings());
        list(html, "results", summary.results());
        History history = summary.history();
        html.append("<div>\n<div style=\"").append(FAINT).append("\">");
        if (history.size() > 1) {
            html.append(Html.escape(HistoryRenderer.words(history.names().get(0))))
                    .append(" by iteration</div>\n");
            sparkline(html, history.column(history.names().get(0)));
        } else {
            html.append("fit</div>\n");
        }
        html.append("<div>").append(Html.escape(fit)).append("</div>\n</div>\n");
        return html.append("</div>\n</div>").toString();
    }

    private static void list(StringBuilder html, String title, Map<String, String> entries) {
        if (entries.isEmpty()) {
            return;
        }
        html.append("<div>\n<div style=\"")
                .append(FAINT)
                .append("\">")
                .append(title)
                .append("</div>\n<div style=\"display:grid;grid-template-columns:auto auto;gap:0 12px\">\n");
        entries.forEach((key, value) -> html.append("<span>")
                .append(Html.escape(key))
                .append("</span><span style=\"font-variant-numeric:tabular-nums;white-space:pre-wrap\">")
                .append(Html.escape(value))
                .append("</span>\n"));
        html.append("</div>\n</div>\n");
    }

    /** A small curve in the colour of the text, as SVG without ids, so that several fit on one page. */
    private static void sparkline(StringBuilder html, double[] values) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double v : values) {
            if (Double.isFinite(v)) {
                low = Math.min(low, v);
                high = Math.max(high, v);
            }
        }
        html.append("<svg width=\"")
                .append(WIDTH)
                .append("\" height=\"")
                .append(HEIGHT)
                .append("\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append(
                        "\" role=\"img\" aria-label=\"course of the objective\" style=\"display:block;max-width:100%\">")
                .append("<polyline fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" ")
                .append("stroke-linejoin=\"round\" points=\"");
        int pad = 3;
        // A long history has more points than the picture has pixels.
        int step = Math.max(1, values.length / (2 * WIDTH));
        for (int i = 0; i < values.length; i++) {
            boolean drawn = i % step == 0 || i == values.length - 1;
            if (drawn && Double.isFinite(values[i])) {
                double x = pad + (WIDTH - 2 * pad) * (double) i / (values.length - 1);
                double level = high > low ? (values[i] - low) / (high - low) : 0.5;
                html.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, HEIGHT - pad - (HEIGHT - 2 * pad) * level));
            }
        }
        html.append("\"/></svg>\n");
    }
}

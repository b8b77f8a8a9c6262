package lvm.kernel.render;

import java.util.Set;
import lvm.kernel.render.Renderers.Bundle;
import lvm.model.History;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The course of a fit as a learning curve: the objective over the iterations. */
final class HistoryRenderer {
    private HistoryRenderer() {}

    static Bundle render(History history, Set<String> wanted) {
        Bundle bundle = history.size() < 2
                ? Bundle.text(history.toString())
                : DrawingRenderer.render(Drawing.of(chart(history), history.toString()), wanted);
        // HTML would win over the picture where a page is made, so it comes only when asked for.
        if (wanted.contains(Renderers.HTML)) {
            bundle.data().putAll(TableRenderer.render(history.table(), wanted).data());
        }
        return bundle;
    }

    static XYChart chart(History history) {
        String objective = history.names().get(0);
        double[] iterations = new double[history.size()];
        for (int i = 0; i < iterations.length; i++) {
            iterations[i] = i;
        }
        XYChart chart = new XYChartBuilder()
                .width(640)
                .height(360)
                .xAxisTitle("iteration")
                .yAxisTitle(objective + " (nats)")
                .build();
        chart.getStyler().setLegendVisible(false);
        chart.addSeries(objective, iterations, history.column(objective)).setMarker(SeriesMarkers.NONE);
        return chart;
    }
}

package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.History.Stop;
import lvm.model.ModelSummary;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ModelRendererTest {

    private record Model(ModelSummary summary) implements FittedModel {
        @Override
        public History history() {
            return summary.history();
        }
    }

    private static History history(Stop stop, double... objective) {
        History.Recorder recorder = new History.Recorder("log-likelihood", "bound");
        for (double value : objective) {
            recorder.add(value, value - 1);
        }
        return recorder.finish(stop);
    }

    private static ModelSummary summary(History history) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("components", "2");
        settings.put("<b>", "a < b & c");
        return new ModelSummary("GaussianMixture", settings, Map.of("log-likelihood", "-1130.26 nats"), history);
    }

    @Test
    void theCardShowsSettingsResultsAndTheCourse() {
        ModelSummary summary = summary(history(Stop.CONVERGED, -10, -5, -4));
        Document dom = Shown.dom(summary);
        String text = dom.getDocumentElement().getTextContent();
        for (String part : new String[] {
            "GaussianMixture", "components", "<b>", "a < b & c", "-1130.26 nats", "converged after 3 iterations"
        }) {
            assertTrue(text.contains(part), part);
            assertTrue(Shown.text(summary).contains(part), part);
        }
        assertEquals(0, dom.getElementsByTagName("b").getLength());
        assertFalse(Shown.html(summary).contains("id="), "ids would clash between cards");
    }

    @Test
    void theSparklineRisesWithTheObjective() {
        Document dom = Shown.dom(summary(history(Stop.CONVERGED, -10, -5, -4)));
        String[] points = ((Element) dom.getElementsByTagName("polyline").item(0))
                .getAttribute("points")
                .strip()
                .split("\\s+");
        assertEquals(3, points.length);
        double before = Double.POSITIVE_INFINITY;
        for (String point : points) {
            double y = Double.parseDouble(point.split(",")[1]);
            assertTrue(y < before, "up is towards zero in SVG");
            before = y;
        }
        // (-5 - -10) / (-4 - -10) of the way up.
        assertEquals(41 - 38 * 5 / 6.0, Double.parseDouble(points[1].split(",")[1]), 0.051);
    }

    @Test
    void aLongHistoryKeepsItsLastPoint() {
        double[] objective = new double[10_001];
        for (int i = 0; i < objective.length; i++) {
            objective[i] = i;
        }
        Document dom = Shown.dom(summary(history(Stop.BUDGET, objective)));
        String points = ((Element) dom.getElementsByTagName("polyline").item(0)).getAttribute("points");
        assertTrue(points.strip().endsWith("217.0,3.0"), points);
        assertTrue(points.split("\\s+").length < 1000);
    }

    @Test
    void everyReasonToStopIsSaid() {
        assertTrue(Shown.html(summary(History.closedForm())).contains("closed form"));
        assertTrue(Shown.html(summary(history(Stop.BUDGET, 1, 2))).contains("not converged"));
        assertTrue(Shown.html(summary(history(Stop.INTERRUPTED, 1))).contains("interrupted after 1 iteration<"));
        assertTrue(
                Shown.html(summary(history(Stop.CONVERGED, Double.NaN, 3, 3))).contains("converged after 3"));
    }

    @Test
    void aModelIsShownByItsSummary() {
        ModelSummary summary = summary(history(Stop.CONVERGED, -10, -5));
        assertEquals(Shown.of(summary), Shown.of(new Model(summary)));
    }

    @Test
    void aHistoryIsALearningCurveAndOnRequestATable() {
        History history = history(Stop.CONVERGED, -10, -5, -4);
        assertEquals(Set.of("text/plain", "image/png"), Shown.of(history).data().keySet());
        assertEquals(history.toString(), Shown.text(history));
        Document dom = Shown.dom(history);
        assertEquals("-5", Shown.cells(dom)[1][1]);
        assertEquals("iteration", HistoryRenderer.chart(history).build().getXAxisTitle());
        assertEquals(
                "log-likelihood (nats)", HistoryRenderer.chart(history).build().getYAxisTitle());
        assertEquals("sum of squares", HistoryRenderer.label("sum of squares"));
        assertEquals("log likelihood (nats)", HistoryRenderer.label("logLikelihood"));
        assertEquals("ELBO (nats)", HistoryRenderer.label("ELBO"));
        assertEquals("bound [nats/row]", HistoryRenderer.label("bound [nats/row]"));
        assertEquals(
                Set.of("text/plain", "image/png"),
                Shown.of(history(Stop.BUDGET, Double.NaN, 1, Double.NEGATIVE_INFINITY, 2))
                        .data()
                        .keySet());
        assertEquals(
                Set.of("text/plain"),
                Shown.of(history(Stop.BUDGET, Double.NaN, 1)).data().keySet());
        assertEquals(Set.of("text/plain"), Shown.of(History.closedForm()).data().keySet());
    }
}

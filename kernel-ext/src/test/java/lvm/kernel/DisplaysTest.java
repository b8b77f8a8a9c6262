package lvm.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import lvm.display.Display;
import lvm.display.LiveOutput;
import lvm.kernel.jjava.JJava;
import lvm.kernel.render.Renderers.Bundle;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who renders what: the library what it has a renderer for, JJava everything else. */
class DisplaysTest {
    private final JJava jjava = new JJava("test", "1", null);
    private final Displays displays = new Displays(null, CompletableFuture.completedFuture(jjava));
    private final LiveOutput before = Display.output();
    private boolean started;

    private void start() {
        jjava.start();
        started = true;
    }

    @AfterEach
    void stop() {
        if (started) {
            jjava.stop(false);
        }
        Display.install(before);
    }

    private static class Model implements FittedModel {
        @Override
        public ModelSummary summary() {
            return new ModelSummary("M", Map.of(), Map.of(), history());
        }

        @Override
        public History history() {
            History.Recorder recorder = new History.Recorder("L");
            recorder.add(-1);
            return recorder.finish(History.Stop.CONVERGED);
        }
    }

    private static final class SelfShown extends Model implements DisplayDataRenderable {
        @Override
        public void render(RenderContext context) {
            context.getOutputContainer().putMarkdown("# mine");
        }
    }

    private static final class SpecialModel extends Model {}

    private Set<String> forms(Object value, String... types) {
        return displays.render(value, types).data().keySet();
    }

    @Test
    void ownTypesDoNotPassThroughJJava() {
        // Not started: nothing of the library is registered with JJava.
        assertEquals(Set.of("text/plain", "text/html"), forms(new double[] {1, 2}));
        assertEquals(Set.of("text/plain", "text/latex"), forms(new double[] {1, 2}, "text/latex"));
        assertEquals(Set.of("text/plain", "text/html"), forms(new Model()));
        assertEquals(Set.of("text/plain"), forms(new Model(), "text/plain"));
        BufferedImage image = new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB);
        assertEquals(
                Map.of("image/png", Map.of("alt", "image of 2×3 pixels", "width", 108.0, "height", 162.0)),
                displays.render(image).metadata());
        Bundle bundle = new Bundle(Map.of("text/plain", "x"), Map.of());
        assertEquals(bundle, displays.render(bundle));
    }

    @Test
    void foreignTypesAndFormsAreRenderedByJJava() {
        start();
        assertEquals(Map.of("text/plain", "a"), displays.render("a").data());
        assertEquals(Set.of("text/plain", "text/html"), forms("<b>a</b>", "text/html"));
        assertEquals(
                Map.of("text/plain", "d"), displays.render(new DisplayData("d")).data());
        BufferedImage image = new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB);
        assertEquals(Set.of("text/plain", "image/jpeg"), forms(image, "image/jpeg"));
        assertEquals(
                "image of 2×3 pixels",
                displays.render(image, "image/jpeg").data().get("text/plain"));
        assertEquals(Set.of("text/plain"), forms(new double[] {1}, "image/png"));
    }

    @Test
    void aTextPassesThroughInTheFormThatItIsSaidToBeIn() {
        start();
        for (String type :
                List.of("application/vnd.vegalite.v5+json", "text/markdown", "x-own/thing", "image/svg+xml")) {
            assertEquals(
                    Map.of("text/plain", "{}", type, "{}"),
                    displays.render("{}", type).data());
        }
        assertEquals(Set.of("text/plain", "text/html", "x/y"), forms(new StringBuilder("a"), "text/html", "x/y"));
        assertEquals(
                Map.of("a", List.of(1)),
                displays.render(Map.of("a", List.of(1)), "application/json")
                        .data()
                        .get("application/json"));
        assertEquals(
                "AQI=", displays.render(new byte[] {1, 2}, "image/gif").data().get("image/gif"));
    }

    @Test
    void arraysShowTheirContents() {
        start();
        assertEquals(
                Map.of("text/plain", "[a, b]"),
                displays.render(new String[] {"a", "b"}).data());
        assertEquals(
                Map.of("text/plain", "[1]"), displays.render(new long[] {1}).data());
        assertEquals(
                Map.of("text/plain", "[[1], [2]]"),
                displays.render(List.of(new int[] {1}, new int[] {2})).data());
        assertEquals(
                Map.of("text/plain", "{k=[true]}"),
                displays.render(Map.of("k", new boolean[] {true})).data());
        assertEquals(
                Map.of("text/plain", "[1, 2]"), displays.render(List.of(1, 2)).data());
        BaseKernel.notebookKernel()
                .getRenderer()
                .createRegistration(String[].class)
                .preferring("text/markdown")
                .register((array, context) -> context.getOutputContainer().putMarkdown("# own"));
        assertEquals(Set.of("text/plain", "text/markdown"), forms((Object) new String[] {"a"}));
    }

    @Test
    void aRendererForAMoreSpecialTypeComesFirst() {
        start();
        assertEquals(Set.of("text/plain", "text/markdown"), forms(new SelfShown()));
        assertEquals(Set.of("text/plain", "text/html"), forms(new SpecialModel()));
        BaseKernel.notebookKernel()
                .getRenderer()
                .createRegistration(SpecialModel.class)
                .preferring("text/markdown")
                .register((model, context) -> context.getOutputContainer().putMarkdown("# special"));
        assertEquals(Set.of("text/plain", "text/markdown"), forms(new SpecialModel()));
        assertEquals(Set.of("text/plain", "text/html"), forms(new Model()));
    }
}

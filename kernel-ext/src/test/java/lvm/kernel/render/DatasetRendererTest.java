package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.kernel.render.Renderers.Bundle;
import lvm.results.Results;
import org.junit.jupiter.api.Test;

class DatasetRendererTest {

    private static Bundle bundle(Dataset data) {
        return DatasetRenderer.render(data, Set.of(Renderers.HTML));
    }

    private static String html(Dataset data) {
        return (String) bundle(data).data().get(Renderers.HTML);
    }

    @Test
    void imagesAreShownAsPictures() {
        String html = html(Digits.generate(1234, 1).named("digits & more"));
        assertTrue(html.contains("<img src=\"data:image/png;base64,"), html);
        assertTrue(html.contains("digits &amp; more: 1234 × 784"), html);
        assertTrue(html.contains("the first 20 of 1,234 images of 28×28"), html);
        assertTrue(html.contains("alt=\"digits &amp; more: the first 20"), html);
        Shown.parse(html);
    }

    @Test
    void imagesThatAreBinarisedAnewAreShownToo() {
        assertTrue(html(Digits.generate(3, 1).binarizedAnew()).contains("<img"));
        assertTrue(html(Digits.generate(3, 1).binarizedAnew().withoutLabels()).contains("the first 3 of 3"));
    }

    @Test
    void otherRowsAreATable() {
        Dataset data = Dataset.of(new double[][] {{1, 2.5}, {3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12}})
                .withColumns("a", "b")
                .withClasses(new int[] {0, 1, 0, 0, 0, 1}, List.of("cat", "dog"));
        String html = html(data);
        assertFalse(html.contains("<img"));
        assertTrue(html.contains("data: 6 × 2"), html);
        assertTrue(html.contains(">dog<"), html);
        assertFalse(html.contains(">11<"), "the first rows only");
    }

    @Test
    void theTextSaysTheSame() {
        String text = (String) bundle(Digits.generate(30, 1)).data().get(Renderers.TEXT);
        assertTrue(text.startsWith("digits") || text.contains(": 30 × 784"), text);
        assertTrue(text.lines().count() > 5, text);
        assertFalse(
                DatasetRenderer.render(Digits.generate(3, 1), Set.of()).data().containsKey(Renderers.HTML));
    }

    @Test
    void tablesOfResultsShowThemselves() {
        var table = Results.of(List.of()).pivot("system", "labels");
        Bundle bundle = Shown.of(table);
        assertTrue(bundle.data().get(Renderers.HTML).toString().contains("<table"));
        assertEquals("results", bundle.data().get(Renderers.TEXT).toString().split(":")[0]);
    }
}

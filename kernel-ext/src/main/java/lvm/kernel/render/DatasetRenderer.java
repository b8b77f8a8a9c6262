package lvm.kernel.render;

import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.kernel.render.Renderers.Bundle;
import lvm.plot.ImageGrid;
import lvm.plot.Plots;
import tech.tablesaw.api.Table;

/** Data sets: what they are in a line, then the first rows, as pictures where they are images. */
final class DatasetRenderer {
    private static final int PICTURES = 20;
    private static final int PER_ROW = 10;
    private static final int ROWS = 5;

    private DatasetRenderer() {}

    static Bundle render(Dataset data, Set<String> wanted) {
        boolean html = wanted.contains(Renderers.HTML);
        Bundle rows = TableRenderer.render(first(data), html ? Set.of(Renderers.HTML) : Set.of(), data.toString());
        if (!html || data.imageShape().isEmpty()) {
            return rows;
        }
        int shown = Math.min(PICTURES, data.rows());
        ImageGrid pictures =
                Plots.images(data.slice(0, shown)).columns(PER_ROW).columnLabels(names(data, Math.min(PER_ROW, shown)));
        String text = String.format(
                Locale.ROOT,
                "the first %d of %,d images of %s",
                shown,
                data.rows(),
                data.imageShape().orElseThrow());
        String image = DrawingRenderer.html(pictures, data.name() + ": " + text);
        if (image.isEmpty()) {
            return rows;
        }
        rows.data()
                .put(
                        Renderers.HTML,
                        "<div>\n<div style=\"opacity:.75;padding:4px 0\">" + Html.escape(data + "; " + text)
                                + "</div>\n" + image + "\n</div>");
        return rows;
    }

    /** The names of the classes of the first images, above them; none where there is more than one row of images. */
    private static String[] names(Dataset data, int count) {
        if (!data.hasLabels() || data.rows() > PER_ROW) {
            return new String[0];
        }
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            int label = data.label(i);
            names[i] = label == Dataset.UNLABELLED ? "" : data.classNames().get(label);
        }
        return names;
    }

    private static Table first(Dataset data) {
        Dataset few = data.slice(0, Math.min(ROWS, data.rows()));
        if (few.binarization() != Dataset.Binarization.ANEW) {
            return few.asTable();
        }
        return Dataset.of(few.matrix(new SplittableRandom(0))).withLabelsOf(few).asTable();
    }
}

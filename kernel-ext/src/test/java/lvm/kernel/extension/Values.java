package lvm.kernel.extension;

import java.awt.image.BufferedImage;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import lvm.display.Display;
import lvm.display.LiveOutput;
import lvm.kernel.Interact;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.plot.Plots;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What the kernels of this package are asked to show. */
final class Values {
    private record Model(ModelSummary summary) implements FittedModel {
        @Override
        public History history() {
            return summary.history();
        }
    }

    private Values() {}

    private static Map<String, Object> all() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(
                "table",
                Table.create(
                        "t", DoubleColumn.create("<script>", 1, 2.5), StringColumn.create("s", "a", "<b>bold</b>")));
        XYChart chart =
                new XYChartBuilder().width(400).height(240).title("chart").build();
        chart.addSeries("s", new double[] {1, 2, 3}, new double[] {3, 1, 2});
        values.put("chart", chart);
        values.put("plot", Plots.line(new double[] {1, 2}, new double[] {3, 1}));
        values.put(
                "film",
                Plots.film(
                        Plots.line(new double[] {1, 2}, new double[] {3, 1}),
                        Plots.line(new double[] {1, 2}, new double[] {3, 2})));
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, 2}, {3, Double.NaN}});
        values.put("double matrix", x);
        values.put("float matrix", new FMatrixRMaj(new float[][] {{1, 2}, {3, 4}}));
        values.put("simple matrix", new SimpleMatrix(x));
        values.put("double[]", new double[] {1, 2});
        values.put("double[][]", new double[][] {{1, 2}, {3, 4}});
        values.put("float[]", new float[] {1, 2});
        values.put("float[][]", new float[][] {{1, 2}, {3, 4}});
        values.put("int[]", new int[] {1, 2});
        values.put("int[][]", new int[][] {{1, 2}, {3, 4}});
        values.put("image", new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY));
        History.Recorder recorder = new History.Recorder("log-likelihood");
        recorder.add(-3);
        recorder.add(-2);
        History history = recorder.finish(History.Stop.CONVERGED);
        ModelSummary summary = new ModelSummary("M", Map.of("k", "2"), Map.of("L", "-2 nats"), history);
        values.put("history", history);
        values.put("summary", summary);
        values.put("model", new Model(summary));
        return values;
    }

    /**
     * Shows every value: as a last expression of a cell, and in the forms that are there on request.
     *
     * @param render a value and MIME types, none for the preferred ones, to the display data of the kernel
     * @param displayed the display data that the kernel has shown last
     * @return what was asked to the fields {@code data} and {@code metadata}
     */
    static Map<String, Map<String, Object>> show(
            BiFunction<Object, String[], Object> render, Supplier<Object> displayed) {
        Map<String, Map<String, Object>> shown = new TreeMap<>();
        Map<String, Object> values = all();
        values.putAll(Fits.all());
        values.forEach((name, value) -> {
            shown.put(name, fields(render.apply(value, new String[0])));
            for (String type : new String[] {"text/html", "text/latex", "image/png", "image/svg+xml", "image/jpeg"}) {
                shown.put(name + " as " + type, fields(render.apply(value, new String[] {type})));
            }
        });
        Interact.slider("a", 0, 1)
                .check("c", false)
                .show((a, c) -> a < 0.6 ? Plots.line(new double[] {0, 1}, new double[] {0, a}) : List.of(a, c));
        shown.put("interaction", fields(displayed.get()));
        shown.put("live output", Map.of("class", Display.output().getClass().getSimpleName()));
        // Outside a cell a kernel has nowhere to publish to; that is no error.
        LiveOutput.Handle handle = Display.output().show("first");
        handle.update("second");
        handle.close("last");
        return shown;
    }

    /** The private maps of display data, whose class has other names in other kernels. */
    private static Map<String, Object> fields(Object displayData) {
        try {
            Map<String, Object> fields = new TreeMap<>();
            for (String name : new String[] {"data", "metadata"}) {
                Field field = displayData.getClass().getDeclaredField(name);
                field.setAccessible(true);
                fields.put(name, field.get(displayData));
            }
            return fields;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}

package lvm.kernel.render;

import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import lvm.display.LiveCurve;
import lvm.display.Progress;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.plot.Picture;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.knowm.xchart.internal.chartpart.IChart;
import tech.tablesaw.api.Table;

/** How values look in a notebook: for each type of value a function to MIME forms. */
public final class Renderers {

    /** The MIME type of the text form that every value has. */
    public static final String TEXT = "text/plain";

    /** The MIME type of tables and cards. */
    public static final String HTML = "text/html";

    /** The MIME type of formulas. */
    public static final String LATEX = "text/latex";

    /** The MIME type of charts and images. */
    public static final String PNG = "image/png";

    /** The MIME type of charts on request. */
    public static final String SVG = "image/svg+xml";

    /** How many rows of a table or matrix are shown when nothing else is set. */
    public static final int DEFAULT_MAX_ROWS = 20;

    /** How many columns of a table or matrix are shown when nothing else is set. */
    public static final int DEFAULT_MAX_COLUMNS = 20;

    private static final AtomicInteger MAX_ROWS = new AtomicInteger(DEFAULT_MAX_ROWS);
    private static final AtomicInteger MAX_COLUMNS = new AtomicInteger(DEFAULT_MAX_COLUMNS);

    static {
        // Charts are drawn into memory: AWT must not look for a screen. A person who set the property decided already.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private Renderers() {}

    /**
     * A value's forms.
     *
     * @param data MIME type → text, or base64 for images; always with {@code text/plain}
     * @param metadata MIME type → properties of that form, such as width and height of an image
     */
    public record Bundle(Map<String, Object> data, Map<String, Object> metadata) {

        /**
         * A value that has a text form only, up to now.
         *
         * @param text the text form
         * @return a bundle that more forms can be put into
         */
        static Bundle text(String text) {
            Bundle bundle = new Bundle(new LinkedHashMap<>(), new LinkedHashMap<>());
            bundle.data.put(TEXT, text);
            return bundle;
        }
    }

    /**
     * Makes the forms of one value.
     *
     * @param <T> the type of the value
     */
    @FunctionalInterface
    public interface Renderer<T> {

        /**
         * The value in the wanted forms.
         *
         * @param value the value, not null
         * @param wanted the MIME types wanted; forms not asked for may be left out
         * @return the forms; one more may be among them where a wanted one is not shown everywhere
         */
        Bundle render(T value, Set<String> wanted);
    }

    /** A kernel that renderers can be registered with. */
    public interface Registry {

        /**
         * Registers a renderer for a type and all its subtypes.
         *
         * @param <T> the type
         * @param type its class
         * @param preferred the MIME types shown when nothing is asked for
         * @param onRequest further MIME types, made only when asked for
         * @param renderer makes the forms
         */
        <T> void register(Class<T> type, Set<String> preferred, Set<String> onRequest, Renderer<? super T> renderer);
    }

    /**
     * Registers everything that the library has to show.
     *
     * @param registry where
     */
    public static void registerAll(Registry registry) {
        Set<String> none = Set.of();
        registry.register(Table.class, Set.of(HTML), none, TableRenderer::render);

        Set<String> html = Set.of(HTML);
        Set<String> latex = Set.of(LATEX);
        registry.register(DMatrixRMaj.class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));
        registry.register(FMatrixRMaj.class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));
        registry.register(SimpleMatrix.class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));
        registry.register(double[].class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));
        registry.register(float[].class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));
        registry.register(int[].class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));
        registry.register(double[][].class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));
        registry.register(float[][].class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));
        registry.register(int[][].class, html, latex, (m, wanted) -> MatrixRenderer.render(Numbers.of(m), wanted));

        registry.register(
                IChart.class,
                Set.of(PNG),
                Set.of(SVG),
                (chart, wanted) -> DrawingRenderer.render(Drawing.of(chart), wanted));
        registry.register(
                Picture.class,
                Set.of(PNG),
                Set.of(SVG),
                (picture, wanted) -> DrawingRenderer.render(Drawing.of(picture), wanted));
        registry.register(BufferedImage.class, Set.of(PNG), none, ImageRenderer::render);

        registry.register(
                FittedModel.class, html, none, (model, wanted) -> ModelRenderer.render(model.summary(), wanted));
        registry.register(ModelSummary.class, html, none, ModelRenderer::render);
        registry.register(Progress.State.class, html, none, LiveRenderer::render);
        registry.register(LiveCurve.State.class, Set.of(PNG), Set.of(SVG), LiveRenderer::render);
        registry.register(History.class, Set.of(PNG), Set.of(SVG, HTML), HistoryRenderer::render);
    }

    /**
     * How many rows of a table or matrix are shown from now on: the first and the last half of them.
     *
     * @param rows at least 2, by default {@link #DEFAULT_MAX_ROWS}
     * @throws IllegalArgumentException if rows is below 2
     */
    public static void maxRows(int rows) {
        MAX_ROWS.set(atLeastTwo("maxRows", rows));
    }

    /**
     * How many columns of a table or matrix are shown from now on: the first and the last half of them.
     *
     * @param columns at least 2, by default {@link #DEFAULT_MAX_COLUMNS}
     * @throws IllegalArgumentException if columns is below 2
     */
    public static void maxColumns(int columns) {
        MAX_COLUMNS.set(atLeastTwo("maxColumns", columns));
    }

    static int maxRows() {
        return MAX_ROWS.get();
    }

    static int maxColumns() {
        return MAX_COLUMNS.get();
    }

    private static int atLeastTwo(String method, int limit) {
        if (limit < 2) {
            throw new IllegalArgumentException(
                    "Renderers." + method + ": " + limit + ", expected at least 2, the first and the last");
        }
        return limit;
    }
}

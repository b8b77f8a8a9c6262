package lvm.kernel.render;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import lvm.data.Dataset;
import lvm.display.LiveCurve;
import lvm.display.Progress;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.plot.Audio;
import lvm.plot.Film;
import lvm.plot.Picture;
import lvm.results.ResultTable;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.knowm.xchart.internal.chartpart.IChart;
import tech.tablesaw.api.Table;

/**
 * The renderers of the library: for each type that it shows, what turns a value into MIME forms. The kernel asks them
 * directly; {@link lvm.kernel.ijava.IJavaExtension} and {@link lvm.kernel.jjava.JJavaExtension} register them with other
 * kernels.
 */
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

    private static final Map<Class<?>, TypeRenderer<?>> BY_TYPE = new LinkedHashMap<>();

    static {
        // Charts are drawn into memory: AWT must not look for a screen. A person who set the property decided already.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        Set<String> none = Set.of();
        Set<String> html = Set.of(HTML);
        Set<String> png = Set.of(PNG);
        Set<String> svg = Set.of(SVG);
        add(Table.class, html, none, TableRenderer::render);
        add(ResultTable.class, html, none, (results, wanted) -> TableRenderer.render(results.table(), wanted));
        add(Dataset.class, html, none, DatasetRenderer::render);
        addNumbers(DMatrixRMaj.class, Numbers::of);
        addNumbers(FMatrixRMaj.class, Numbers::of);
        addNumbers(SimpleMatrix.class, Numbers::of);
        addNumbers(double[].class, Numbers::of);
        addNumbers(float[].class, Numbers::of);
        addNumbers(int[].class, Numbers::of);
        addNumbers(double[][].class, Numbers::of);
        addNumbers(float[][].class, Numbers::of);
        addNumbers(int[][].class, Numbers::of);
        add(IChart.class, png, svg, (chart, wanted) -> DrawingRenderer.render(Drawing.of(chart), wanted));
        add(Picture.class, png, svg, (picture, wanted) -> DrawingRenderer.render(Drawing.of(picture), wanted));
        add(Film.class, Set.of(HTML, PNG), svg, FilmRenderer::render);
        add(Audio.class, html, none, AudioRenderer::render);
        add(BufferedImage.class, png, none, ImageRenderer::render);
        add(FittedModel.class, html, none, (model, wanted) -> ModelRenderer.render(model.summary(), wanted));
        add(ModelSummary.class, html, none, ModelRenderer::render);
        add(Progress.State.class, html, none, LiveRenderer::render);
        add(LiveCurve.State.class, png, svg, LiveRenderer::render);
        add(History.class, png, Set.of(SVG, HTML), HistoryRenderer::render);
    }

    private Renderers() {}

    private static <T> void add(Class<T> type, Set<String> preferred, Set<String> onRequest, Renderer<T> renderer) {
        if (BY_TYPE.put(type, new TypeRenderer<>(type, preferred, onRequest, renderer)) != null) {
            throw new IllegalStateException("Renderers: two renderers for " + type);
        }
    }

    private static <T> void addNumbers(Class<T> type, Function<T, Numbers> numbers) {
        add(type, Set.of(HTML), Set.of(LATEX), (value, wanted) -> MatrixRenderer.render(numbers.apply(value), wanted));
    }

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
     * What another kernel has rendered, as far as the library shows it.
     *
     * @param <D> the kernel's type
     * @param data what it has rendered
     * @param form the form of a MIME type, or null
     * @return text, HTML and PNG, if they are there
     */
    public static <D> Bundle bundle(D data, BiFunction<D, String, Object> form) {
        Bundle bundle = Bundle.text(String.valueOf(form.apply(data, TEXT)));
        for (String type : new String[] {HTML, PNG}) {
            Object made = form.apply(data, type);
            if (made != null) {
                bundle.data().put(type, made);
            }
        }
        return bundle;
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

    /**
     * The renderers of everything that the library has to show.
     *
     * @return one renderer a type
     */
    public static Collection<TypeRenderer<?>> all() {
        return BY_TYPE.values();
    }

    /**
     * The renderer of a value: that of its class, of an interface of its class, or of the nearest class above.
     *
     * @param value the value, not null
     * @return its renderer, or nothing if the library has none for it
     */
    public static Optional<TypeRenderer<?>> of(Object value) {
        for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
            Optional<TypeRenderer<?>> found = ofInterface(type);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<TypeRenderer<?>> ofInterface(Class<?> type) {
        if (BY_TYPE.containsKey(type)) {
            return Optional.of(BY_TYPE.get(type));
        }
        return Arrays.stream(type.getInterfaces())
                .map(Renderers::ofInterface)
                .flatMap(Optional::stream)
                .findFirst();
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

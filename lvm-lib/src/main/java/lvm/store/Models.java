package lvm.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.DoubleStream;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.FMatrixRMaj;

/**
 * Fitted models in files. A model is one safetensors file: its matrices, and under the key {@code lvm-model} of the metadata
 * a JSON object with the version of the format, the kind of the model, its card with the course of the fit and the names of
 * the columns, and its settings. There is no code in it, and none of it is run. A SHA-256 guards all of it.
 *
 * <pre>{@code
 * vae.save(Path.of("vae.safetensors"));
 * Vae again = Vae.load(Path.of("vae.safetensors"));
 * vae.save(Path.of("half-as-long.safetensors"), Precision.HALF);
 * }</pre>
 */
public final class Models {
    /**
     * The version of the format that is written, and the newest that is read. Files of the first have no means and deviations of
     * columns, and no names of classes: their models see columns as they are.
     */
    public static final int FORMAT = 2;

    private static final String KEY = "lvm-model";
    private static final String DIGEST = "sha256";
    private static final String READ = "read";

    private Models() {}

    /**
     * Reads a model of any kind.
     *
     * @param file a file of {@link SavedModel#save(Path)}
     * @return the model
     * @throws UncheckedIOException if the file is missing, cut short, changed, of a newer format or not one of a model; the
     *     message says which
     */
    public static Object load(Path file) {
        return load(file, Object.class, Map.of());
    }

    /**
     * Reads a model of a kind that is known.
     *
     * @param file a file of {@link SavedModel#save(Path)}
     * @param type the class of the model
     * @param <M> the class of the model
     * @return the model
     * @throws UncheckedIOException as {@link #load(Path)}, or if it is of another kind
     */
    public static <M> M load(Path file, Class<M> type) {
        return load(file, type, Map.of());
    }

    /**
     * Reads a model some parts of which are code of the user's own.
     *
     * @param file a file of {@link SavedModel#save(Path, String...)}
     * @param parts setter → part, as they were given to the builder; their parameters must have the shapes of the file's
     * @return the model
     * @throws UncheckedIOException as {@link #load(Path)}, or if a part is missing or does not fit
     */
    public static Object load(Path file, Map<String, ?> parts) {
        return load(file, Object.class, parts);
    }

    /**
     * Reads a model of a kind that is known, some parts of which are code of the user's own.
     *
     * @param file a file of {@link SavedModel#save(Path, String...)}
     * @param type the class of the model
     * @param parts setter → part, as they were given to the builder; their parameters must have the shapes of the file's
     * @param <M> the class of the model
     * @return the model
     * @throws UncheckedIOException as {@link #load(Path)}, or if it is of another kind, or a part is missing or does not fit
     */
    public static <M> M load(Path file, Class<M> type, Map<String, ?> parts) {
        try {
            return read(file, type, parts);
        } catch (IOException e) {
            throw new UncheckedIOException("Models.load: " + e.getMessage(), e);
        }
    }

    private static <M> M read(Path file, Class<M> type, Map<String, ?> parts) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(file + ": there is no such file");
        }
        Safetensors tensors = Safetensors.read(file);
        String text = tensors.metadata().get(KEY);
        if (text == null) {
            throw new IOException(file + ": it has no \"" + KEY + "\" in its metadata; it is no model of this library");
        }
        JsonObject content;
        int format;
        try {
            content = JsonParser.parseString(text).getAsJsonObject();
            format = content.get("format").getAsInt();
        } catch (JsonParseException | IllegalStateException | NullPointerException | NumberFormatException e) {
            throw new IOException(file + ": its metadata can not be understood; it was changed or damaged", e);
        }
        if (format > FORMAT) {
            throw new IOException(file + ": it is of format " + format + ", this version of the library reads up to "
                    + FORMAT + "; a newer version of the library reads it");
        }
        if (!tensors.sha256(DIGEST).equals(tensors.metadata().get(DIGEST))) {
            throw new IOException(file + ": its SHA-256 is not that of its content; it was changed or damaged");
        }
        try {
            return read(content, type, (values, card) -> new ModelData(values, tensors.matrices(""), parts, card));
        } catch (IllegalArgumentException | IllegalStateException | NullPointerException | ClassCastException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    static <M> M read(JsonObject content, Class<M> type, BiFunction<JsonObject, ModelSummary, ModelData> data) {
        String kind = content.get("kind").getAsString();
        Class<?> found = kind(kind, type);
        if (!type.isAssignableFrom(found)) {
            throw new IllegalArgumentException(
                    "it holds a " + found.getSimpleName() + ", expected a " + type.getSimpleName());
        }
        ModelSummary card = card(content.getAsJsonObject("card"));
        try {
            Method method = found.getDeclaredMethod(READ, ModelData.class);
            if (!Modifier.isStatic(method.getModifiers())) {
                throw new NoSuchMethodException(READ);
            }
            method.setAccessible(true);
            return type.cast(method.invoke(null, data.apply(content.getAsJsonObject("values"), card)));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalArgumentException(
                    found.getName() + " has no method static " + found.getSimpleName() + " read(ModelData data)", e);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalArgumentException("it can not be made again: " + e.getCause(), e);
        }
    }

    /** The class of a kind; none of its code runs before it is known to be a model. */
    private static Class<?> kind(String name, Class<?> type) {
        List<ClassLoader> loaders = new ArrayList<>();
        loaders.add(Thread.currentThread().getContextClassLoader());
        loaders.add(type.getClassLoader());
        loaders.add(Models.class.getClassLoader());
        for (ClassLoader loader : loaders) {
            try {
                Class<?> found = Class.forName(name, false, loader);
                if (SavedModel.class.isAssignableFrom(found)) {
                    return found;
                }
            } catch (ClassNotFoundException e) {
                continue; // the next one may know it
            }
        }
        throw new IllegalArgumentException("it holds a " + name + ", which is no model that is known here");
    }

    /**
     * The digest of a file, of a model or of anything else.
     *
     * @param file the file
     * @return its SHA-256, 64 hexadecimal digits
     * @throws IOException if it can not be read
     */
    public static String sha256(Path file) throws IOException {
        return HexFormat.of().formatHex(Store.sha256().digest(Files.readAllBytes(file)));
    }

    /** Writes a model. */
    static void save(SavedModel model, Path file, Precision precision, String... given) {
        String self = model.getClass().getSimpleName() + ".save: ";
        ModelData data = new ModelData();
        model.store(data);
        TreeSet<String> own = new TreeSet<>();
        data.code().forEach((setter, known) -> {
            if (!known) {
                own.add(setter);
            }
        });
        for (String setter : given) {
            if (!data.code().containsKey(setter)) {
                throw new IllegalArgumentException(self + "there is no part \"" + setter + "\" to leave out, only "
                        + data.code().keySet());
            }
            own.remove(setter);
        }
        if (!own.isEmpty()) {
            String setter = own.first();
            throw new IllegalStateException(
                    self + setter + "(…) was given code of your own, which a file does not hold;"
                            + " give it what the library makes by name, or leave it out by save(file, \"" + setter
                            + "\") and hand it in again by Models.load(file, Map.of(\"" + setter + "\", …))");
        }
        JsonObject content = new JsonObject();
        content.addProperty("format", FORMAT);
        describe(model, content);
        content.add("values", data.values());
        Safetensors tensors = new Safetensors();
        try {
            data.all().forEach((name, matrix) -> {
                if (precision == Precision.HALF && matrix instanceof FMatrixRMaj floats && floats.numRows > 1) {
                    tensors.putHalf(name, floats);
                } else {
                    tensors.putAll("", Map.of(name, matrix));
                }
            });
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(self + e.getMessage(), e);
        }
        tensors.putMetadata(KEY, content.toString());
        tensors.putMetadata(DIGEST, tensors.sha256(DIGEST));
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            tensors.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(self + file + " can not be written: " + e.getMessage(), e);
        }
    }

    static void describe(SavedModel model, JsonObject content) {
        content.addProperty("kind", model.getClass().getName());
        content.add("card", json(model.summary()));
    }

    // --- the card

    private static JsonObject json(ModelSummary card) {
        JsonObject json = new JsonObject();
        json.addProperty("name", card.name());
        json.add("settings", json(card.settings()));
        json.add("results", json(card.results()));
        JsonArray names = new JsonArray();
        card.columns().forEach(names::add);
        json.add("columns", names);
        if (!card.classNames().isEmpty()) {
            JsonArray classes = new JsonArray();
            card.classNames().forEach(classes::add);
            json.add("classes", classes);
        }
        json.add("history", json(card.history()));
        return json;
    }

    private static JsonObject json(History history) {
        JsonObject course = new JsonObject();
        course.addProperty("stop", history.stop().name());
        JsonObject columns = new JsonObject();
        for (String name : history.names()) {
            JsonArray values = new JsonArray();
            DoubleStream.of(history.column(name)).forEach(value -> values.add(Store.number(value)));
            columns.add(name, values);
        }
        course.add("columns", columns);
        if (!history.stages().isEmpty()) {
            JsonObject stages = new JsonObject();
            history.stages().forEach((name, stage) -> stages.add(name, json(stage)));
            course.add("stages", stages);
        }
        return course;
    }

    private static JsonObject json(Map<String, String> texts) {
        JsonObject json = new JsonObject();
        texts.forEach(json::addProperty);
        return json;
    }

    private static ModelSummary card(JsonObject json) {
        List<String> columns = new ArrayList<>();
        json.getAsJsonArray("columns").forEach(name -> columns.add(name.getAsString()));
        List<String> classes = new ArrayList<>();
        if (json.has("classes")) {
            json.getAsJsonArray("classes").forEach(name -> classes.add(name.getAsString()));
        }
        return new ModelSummary(
                json.get("name").getAsString(),
                texts(json.getAsJsonObject("settings")),
                texts(json.getAsJsonObject("results")),
                history(json.getAsJsonObject("history")),
                columns,
                classes);
    }

    private static Map<String, String> texts(JsonObject json) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.asMap().forEach((key, value) -> texts.put(key, value.getAsString()));
        return texts;
    }

    private static History history(JsonObject course) {
        History.Stop stop =
                ModelData.constant(History.Stop.class, course.get("stop").getAsString(), "the history's end");
        Map<String, JsonElement> columns = course.getAsJsonObject("columns").asMap();
        if (columns.isEmpty()) {
            return History.closedForm().ended(stop);
        }
        double[][] values = columns.values().stream()
                .map(column -> column.getAsJsonArray().asList().stream()
                        .mapToDouble(JsonElement::getAsDouble)
                        .toArray())
                .toArray(double[][]::new);
        History.Recorder recorder = new History.Recorder(columns.keySet().toArray(String[]::new));
        for (int i = 0; i < values[0].length; i++) {
            double[] row = new double[values.length];
            for (int j = 0; j < row.length; j++) {
                row[j] = values[j][i];
            }
            recorder.add(row);
        }
        Map<String, History> stages = new LinkedHashMap<>();
        if (course.has("stages")) {
            course.getAsJsonObject("stages")
                    .asMap()
                    .forEach((name, stage) -> stages.put(name, history(stage.getAsJsonObject())));
        }
        return recorder.finish(stop).withStages(stages);
    }
}

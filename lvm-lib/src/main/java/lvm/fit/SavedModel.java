package lvm.fit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import lvm.model.History;
import org.ejml.data.Matrix;

/**
 * A fitted model in a directory: {@code model.json} with its settings and the course of its fit, and the safetensors file
 * that it names with its parameters. It is replaced as a whole or not at all, and damage is found when it is read.
 *
 * @param kind what it is, such as {@code Vae}
 * @param settings what is needed to build it again, as texts
 * @param parameters name → {@code FMatrixRMaj} or {@code DMatrixRMaj}
 * @param history the course of the fit
 */
public record SavedModel(String kind, Map<String, String> settings, Map<String, Matrix> parameters, History history) {
    private static final String NAME = "model";
    private static final int FORMAT = 1;

    /**
     * Copies both maps, keeping their order; the matrices are shared.
     *
     * @param kind what it is
     * @param settings the settings
     * @param parameters the parameters
     * @param history the course of the fit
     */
    public SavedModel {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Writes it.
     *
     * @param directory one for this model alone; made if it is missing
     * @throws IOException if it can not be written; what was there before then still is
     */
    public void write(Path directory) throws IOException {
        JsonObject content = new JsonObject();
        content.addProperty("format", FORMAT);
        content.addProperty("kind", kind);
        JsonObject texts = new JsonObject();
        settings.forEach(texts::addProperty);
        content.add("settings", texts);
        JsonObject course = new JsonObject();
        course.addProperty("stop", history.stop().name());
        JsonObject columns = new JsonObject();
        for (String name : history.names()) {
            JsonArray values = new JsonArray();
            DoubleStream.of(history.column(name)).forEach(value -> values.add(Fit.number(value)));
            columns.add(name, values);
        }
        course.add("columns", columns);
        content.add("history", course);
        Safetensors tensors = new Safetensors();
        parameters.forEach(tensors::putAny);
        new Store(directory, NAME).write(content, tensors);
    }

    /**
     * Reads one.
     *
     * @param directory where it was written
     * @param kind what it must be
     * @return the model
     * @throws IOException if a file is missing, cut short or changed, or it is of another kind; the message says what
     */
    public static SavedModel read(Path directory, String kind) throws IOException {
        Store store = new Store(directory, NAME);
        Store.Loaded loaded = store.read();
        JsonObject content = loaded.content();
        try {
            if (content.get("format").getAsInt() != FORMAT
                    || !content.get("kind").getAsString().equals(kind)) {
                throw new IOException(store.json() + ": format " + content.get("format") + " of a "
                        + content.get("kind").getAsString() + ", expected format " + FORMAT + " of a " + kind);
            }
            Map<String, String> settings = new LinkedHashMap<>();
            content.getAsJsonObject("settings")
                    .asMap()
                    .forEach((name, value) -> settings.put(name, value.getAsString()));
            Map<String, Matrix> parameters = Fit.matrices(loaded.tensors(), "");
            return new SavedModel(kind, settings, parameters, history(content.getAsJsonObject("history")));
        } catch (RuntimeException e) {
            throw new IOException(store.json() + ": fields are missing or wrong: " + e.getMessage(), e);
        }
    }

    private static History history(JsonObject course) {
        History.Stop stop = History.Stop.valueOf(course.get("stop").getAsString());
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
        return recorder.finish(stop);
    }
}

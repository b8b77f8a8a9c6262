package lvm.fit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import lvm.store.Safetensors;
import lvm.store.Store;
import org.ejml.data.Matrix;

/**
 * What a run writes down to go on from: the parameters, the state of the optimisers, where the run stands, and by what it is
 * known again, so that the checkpoint of another run is refused.
 */
final class Checkpoint {
    private static final String NAME = "checkpoint";
    private static final int FORMAT = 2;
    private static final int SHOWN_DIGITS = 12;

    private final Path directory;
    private final Store store;
    private final JsonObject identity = new JsonObject();

    /** A place for the checkpoint of a run, which is known again by its format and by what is added by {@link #identify}. */
    Checkpoint(Path directory) {
        this.directory = directory;
        this.store = new Store(directory, NAME);
        identity.addProperty("format", FORMAT);
    }

    /** Adds what must be the same in the run that goes on. */
    Checkpoint identify(String name, Object value) {
        identity.addProperty(name, String.valueOf(value));
        return this;
    }

    boolean exists() {
        return store.exists();
    }

    /** Removes what an earlier run left; false if there was nothing. */
    boolean delete() {
        return store.delete();
    }

    /** Writes where a run stands, unless a parameter is not finite: nobody could go on from there. */
    void write(Course course, double seconds, Parameters parameters) {
        if (!Matrices.allFinite(parameters.values())) {
            return; // the next step or the end of the epoch reports it
        }
        JsonObject content = identity.deepCopy();
        content.addProperty("epoch", course.epoch);
        content.addProperty("step", course.steps);
        content.addProperty("stepsInEpoch", course.stepsInEpoch);
        content.addProperty("rowsInEpoch", course.rowsInEpoch);
        content.add("sum", Store.number(course.sum));
        content.add("seconds", Store.number(seconds));
        content.addProperty("converged", course.converged);
        content.add("lastFinite", Store.number(course.lastFinite));
        content.add("best", Store.number(course.best));
        content.addProperty("epochsSinceBest", course.epochsSinceBest);
        JsonArray history = new JsonArray();
        for (double[] row : course.rows) {
            JsonArray values = new JsonArray();
            for (double value : row) {
                values.add(Store.number(value));
            }
            history.add(values);
        }
        content.add("history", history);
        JsonObject scalars = new JsonObject();
        parameters.scalars().forEach((name, value) -> scalars.add(name, Store.number(value)));
        content.add("scalars", scalars);
        Safetensors tensors = new Safetensors();
        tensors.putAll("parameters/", parameters.values()).putAll("state/", parameters.state());
        if (course.bestValues != null) {
            tensors.putAll("best/", course.bestValues);
        }
        try {
            store.write(content, tensors);
        } catch (IOException e) {
            throw new UncheckedIOException("Fit.run: can not write the checkpoint: " + e.getMessage(), e);
        }
    }

    /** Sets a course and parameters to those of the checkpoint. */
    void read(Course course, Parameters parameters) {
        Store.Loaded loaded;
        try {
            loaded = store.read();
        } catch (IOException e) {
            throw new UncheckedIOException("Fit.run: can not go on from the checkpoint: " + e.getMessage(), e);
        }
        JsonObject content = loaded.content();
        identity.entrySet().forEach(mine -> requireSame(mine.getKey(), content.get(mine.getKey()), mine.getValue()));
        Map<String, Matrix> values = Matrices.copies(parameters.values());
        Map<String, Matrix> state = Matrices.copies(parameters.state());
        try {
            Parameters.copy(loaded.tensors().matrices("parameters/"), values);
            Parameters.copy(loaded.tensors().matrices("state/"), state);
            Map<String, Matrix> best = loaded.tensors().matrices("best/");
            if (!best.isEmpty()) {
                course.bestValues = Matrices.copies(parameters.values());
                Parameters.copy(best, course.bestValues);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Fit.run: the checkpoint in " + directory + " is one of another model: " + e.getMessage(), e);
        }
        course.epoch = content.get("epoch").getAsLong();
        course.steps = content.get("step").getAsLong();
        course.stepsInEpoch = content.get("stepsInEpoch").getAsLong();
        course.rowsInEpoch = content.get("rowsInEpoch").getAsLong();
        course.sum = content.get("sum").getAsDouble();
        course.nanosBefore = 1e9 * content.get("seconds").getAsDouble();
        course.converged = content.get("converged").getAsBoolean();
        course.lastFinite = content.get("lastFinite").getAsDouble();
        course.best = content.get("best").getAsDouble();
        course.epochsSinceBest = content.get("epochsSinceBest").getAsInt();
        for (JsonElement row : content.getAsJsonArray("history")) {
            course.rows.add(row.getAsJsonArray().asList().stream()
                    .mapToDouble(JsonElement::getAsDouble)
                    .toArray());
        }
        Map<String, Double> scalars = new LinkedHashMap<>();
        content.getAsJsonObject("scalars").asMap().forEach((name, value) -> scalars.put(name, value.getAsDouble()));
        parameters.setValues(values);
        parameters.setState(state, scalars);
    }

    private void requireSame(String name, JsonElement its, JsonElement mine) {
        String other = its == null ? "missing" : its.getAsString();
        if (other.equals(mine.getAsString())) {
            return;
        }
        throw new IllegalArgumentException("Fit.run: the checkpoint in " + directory
                + (name.equals("data") || name.equals("validation")
                        ? " is of other " + (name.equals("data") ? "data" : "validation rows") + ": its digest is "
                                + shown(other) + ", that of these is " + shown(mine.getAsString())
                                + "; use an empty directory or the same data"
                        : " is one of another fit: " + name + " is " + other + ", expected " + mine.getAsString()));
    }

    private static String shown(String digest) {
        return digest.length() <= SHOWN_DIGITS ? digest : digest.substring(0, SHOWN_DIGITS) + "…";
    }
}

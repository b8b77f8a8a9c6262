package lvm.results;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import lvm.store.Models;

/**
 * The model behind a result, in half precision in a file beside the record.
 *
 * @param file its path from the folder of the record, such as {@code weights/sbn.safetensors}
 * @param sha256 the digest of the file, 64 hexadecimal digits
 * @param whole the number of the model before it was rounded: that of the result, or where the result is a mean over several
 *     models, that of the one that was kept
 * @param half the number of the model that is read from the file, measured in the same way
 */
public record Weights(String file, String sha256, double whole, double half) {

    /**
     * Checks that nothing is missing.
     *
     * @param file the path of the file
     * @param sha256 its digest
     * @param whole the number of the model that was written
     * @param half the number of the model that is read
     * @throws IllegalArgumentException if the path is empty or the digest is none
     */
    public Weights {
        Objects.requireNonNull(file, "Weights: file");
        if (file.isBlank() || !sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("Weights: the file \"" + file + "\" with the digest \"" + sha256
                    + "\", expected a path and 64 hexadecimal digits");
        }
    }

    /**
     * Reads the model.
     *
     * @param folder where the record lies
     * @param type the class of the model
     * @param <M> the class of the model
     * @return the model, its numbers rounded to half precision
     * @throws UncheckedIOException if the file can not be read, or is not the one of the record or of another kind
     */
    public <M> M load(Path folder, Class<M> type) {
        Path path = folder.resolve(file);
        try {
            String found = Models.sha256(path);
            if (!found.equals(sha256)) {
                throw new IOException("its SHA-256 is " + found + ", that of the record is " + sha256);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Weights.load: " + path + ": " + e.getMessage(), e);
        }
        return Models.load(path, type);
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("file", file);
        json.addProperty("sha256", sha256);
        json.addProperty("whole", whole);
        json.addProperty("half", half);
        return json;
    }
}

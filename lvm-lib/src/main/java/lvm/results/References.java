package lvm.results;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Published numbers to hold one's own against: the files of {@code data/reference}, which come with the library. */
public final class References {
    /** The files. */
    static final List<String> FILES =
            List.of("boltzmann", "flow", "likelihood", "linear", "semi-supervised", "mixture");

    private References() {}

    /** How a published number is known. */
    public enum Status {
        /** Seen in the source itself. */
        V,
        /** Seen in notes of others on the source. */
        V2,
        /** Computed by a program that the source names. */
        C
    }

    /**
     * A published number.
     *
     * @param result the number with its protocol; a field of the protocol that the source leaves open is "not stated"
     * @param source where it stands; empty if the project's list does not name that: such a number is a hint where to look,
     *     and is not to be shown as a fact
     * @param status how it is known
     */
    public record Reference(Result result, String source, Status status) {

        /**
         * Checks that nothing is missing.
         *
         * @param result the number
         * @param source where it stands, or an empty text
         * @param status how it is known
         */
        public Reference {
            Objects.requireNonNull(result, "Reference: result");
            Objects.requireNonNull(source, "Reference: source");
            Objects.requireNonNull(status, "Reference: status");
        }

        /**
         * Whether somebody can look it up.
         *
         * @return true if the source is named
         */
        public boolean isSourced() {
            return !source.isBlank();
        }
    }

    /**
     * All of them.
     *
     * @return the published numbers, in the order of the files
     */
    public static List<Reference> load() {
        List<Reference> references = new ArrayList<>();
        for (String file : FILES) {
            references.addAll(load(file));
        }
        return references;
    }

    /**
     * Those of one topic.
     *
     * @param topic the name of a file of {@code data/reference} without its ending, such as {@code boltzmann}
     * @return the published numbers, in the order of the file
     * @throws IllegalArgumentException if there is no such topic
     */
    public static List<Reference> load(String topic) {
        if (!FILES.contains(topic)) {
            throw new IllegalArgumentException("References.load: no topic \"" + topic + "\", there are " + FILES);
        }
        String resource = "reference/" + topic + ".json";
        try (InputStream in = References.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("References.load: the resource lvm/evaluation/" + resource
                        + " is missing from the library's jar; build the library again");
            }
            List<Reference> references = new ArrayList<>();
            for (JsonElement element : JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonArray()) {
                JsonObject json = element.getAsJsonObject();
                references.add(new Reference(
                        Result.from(json),
                        json.has("source") ? json.get("source").getAsString() : "",
                        Status.valueOf(json.get("status").getAsString())));
            }
            return references;
        } catch (IOException e) {
            throw new UncheckedIOException("References.load: can not read lvm/evaluation/" + resource, e);
        }
    }
}

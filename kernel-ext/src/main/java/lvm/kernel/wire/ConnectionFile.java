package lvm.kernel.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The addresses and the key that a front end gives to a kernel.
 *
 * @param transport {@code tcp} or {@code ipc}
 * @param ip the address to bind to; with ipc the beginning of the names of the socket files
 * @param shellPort port of the requests
 * @param controlPort port of the requests that do not wait for cells
 * @param stdinPort port of the questions to the user
 * @param iopubPort port of the output
 * @param heartbeatPort port of the echo
 * @param key the key of the signatures, empty for unsigned messages
 * @param scheme {@code hmac-sha256} or another HMAC of this form
 */
public record ConnectionFile(
        String transport,
        String ip,
        int shellPort,
        int controlPort,
        int stdinPort,
        int iopubPort,
        int heartbeatPort,
        String key,
        String scheme) {

    /**
     * Reads a connection file.
     *
     * @param file a JSON file as Jupyter writes it
     * @return its content
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is not a connection file; the message names the field
     */
    public static ConnectionFile read(Path file) throws IOException {
        JsonObject json;
        try {
            json = JsonParser.parseString(Files.readString(file, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new IllegalArgumentException("ConnectionFile.read: " + file + " is not a JSON object", e);
        }
        return new ConnectionFile(
                text(json, "transport", "tcp"),
                text(json, "ip", "127.0.0.1"),
                port(json, "shell_port", file),
                port(json, "control_port", file),
                port(json, "stdin_port", file),
                port(json, "iopub_port", file),
                port(json, "hb_port", file),
                text(json, "key", ""),
                text(json, "signature_scheme", "hmac-sha256"));
    }

    private static String text(JsonObject json, String field, String otherwise) {
        JsonElement value = json.get(field);
        return value == null || value.isJsonNull() ? otherwise : value.getAsString();
    }

    private static int port(JsonObject json, String field, Path file) {
        JsonElement value = json.get(field);
        if (value == null
                || !value.isJsonPrimitive()
                || !value.getAsJsonPrimitive().isNumber()) {
            throw new IllegalArgumentException("ConnectionFile.read: " + file + " has no number " + field);
        }
        return value.getAsInt();
    }
}

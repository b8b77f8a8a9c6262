package lvm.kernel;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import lvm.kernel.eval.CellException;
import lvm.kernel.render.Renderers;
import lvm.kernel.render.Renderers.Bundle;

/** The contents of messages that are made in more than one place: errors and displays. */
final class Contents {
    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private Contents() {}

    static JsonObject object(String field, String value) {
        JsonObject object = new JsonObject();
        object.addProperty(field, value);
        return object;
    }

    static JsonElement json(Object value) {
        return GSON.toJsonTree(value);
    }

    /** The content of an {@code error} message. */
    static JsonObject error(CellException e) {
        JsonObject content = object("ename", e.name());
        content.addProperty("evalue", String.valueOf(e.getMessage()));
        content.add("traceback", json(e.traceback()));
        return content;
    }

    /** An error to be seen in the place of a value. */
    static Bundle traceback(CellException e) {
        return new Bundle(Map.of(Renderers.TEXT, String.join("\n", e.traceback())), Map.of());
    }

    /** The content of a reply that tells of an error. */
    static JsonObject errorReply(CellException e) {
        JsonObject content = error(e);
        content.addProperty("status", "error");
        return content;
    }

    /** An error of the kernel itself in the form of an error of a cell, with the stack down to the kernel's own classes. */
    static CellException failure(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        String name = cause.getClass().getSimpleName();
        String message = String.valueOf(cause.getMessage());
        List<String> lines = new ArrayList<>();
        lines.add(name + ": " + message);
        for (StackTraceElement frame : cause.getStackTrace()) {
            if (frame.getClassName().startsWith("org.dflib.") || isOfThisPackage(frame)) {
                break;
            }
            lines.add("    at " + frame);
        }
        return new CellException(name, message, lines, cause);
    }

    private static boolean isOfThisPackage(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.substring(0, Math.max(0, name.lastIndexOf('.'))).equals(Contents.class.getPackageName());
    }

    /**
     * The content of a message that shows something.
     *
     * @param bundle its forms
     * @param id the id of the display, or null
     */
    static JsonObject display(Bundle bundle, String id) {
        JsonObject data = new JsonObject();
        bundle.data().forEach((mime, form) -> data.add(mime, form(mime, form)));
        JsonObject content = new JsonObject();
        content.add("data", data);
        content.add("metadata", json(bundle.metadata()));
        JsonObject transients = new JsonObject();
        if (id != null) {
            transients.addProperty("display_id", id);
        }
        content.add("transient", transients);
        return content;
    }

    /** One form; JSON stands in a message as it is, not as text. */
    private static JsonElement form(String mime, Object form) {
        if (form instanceof String text && (mime.equals("application/json") || mime.endsWith("+json"))) {
            try {
                return JsonParser.parseString(text);
            } catch (JsonParseException e) {
                return json(text);
            }
        }
        return json(form);
    }
}

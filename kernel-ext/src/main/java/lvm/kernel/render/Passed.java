package lvm.kernel.render;

import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import lvm.kernel.render.Renderers.Bundle;

/** What is already in the form that was asked for, and only has to be passed on. */
public final class Passed {
    private Passed() {}

    /**
     * Adds the forms that nobody makes and that the value is itself: a text is in any form that it is said to be in, bytes
     * too, and maps and lists are JSON.
     *
     * @param value the value
     * @param made the forms that were made
     * @param types the forms that were asked for
     * @return the forms that were made, and those
     */
    public static Bundle through(Object value, Bundle made, String... types) {
        Map<String, Object> data = null;
        for (String type : types) {
            Object form = made.data().containsKey(type) ? null : form(value, type);
            if (form != null) {
                data = data == null ? new LinkedHashMap<>(made.data()) : data;
                data.put(type, form);
            }
        }
        return data == null ? made : new Bundle(data, made.metadata());
    }

    private static Object form(Object value, String type) {
        if (value instanceof CharSequence) {
            return value.toString();
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        boolean json = type.equals("application/json") || type.endsWith("+json");
        return json && (value instanceof Map || value instanceof Collection) ? value : null;
    }
}

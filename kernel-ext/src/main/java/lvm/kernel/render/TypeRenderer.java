package lvm.kernel.render;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.render.Renderers.Renderer;

/**
 * How values of one type, and of its subtypes, are shown.
 *
 * @param <T> the type
 * @param type its class
 * @param preferred the MIME types shown when nothing is asked for
 * @param onRequest further MIME types, made only when asked for
 * @param renderer makes the forms
 */
public record TypeRenderer<T>(
        Class<T> type, Set<String> preferred, Set<String> onRequest, Renderer<? super T> renderer) {

    /**
     * Whether the renderer makes all of these forms.
     *
     * @param types MIME types; none stand for the preferred ones
     * @return whether it makes them
     */
    public boolean makes(String... types) {
        return Stream.of(types)
                .allMatch(asked ->
                        asked.equals(Renderers.TEXT) || preferred.contains(asked) || onRequest.contains(asked));
    }

    /**
     * The forms of a value.
     *
     * @param value a value of the type
     * @param types the MIME types wanted, none for the preferred ones; what the renderer does not make is left out
     * @return the forms, always with plain text
     * @throws ClassCastException if the value is of another type
     */
    public Bundle show(Object value, String... types) {
        return renderer.render(type.cast(value), types.length == 0 ? preferred : Set.of(types));
    }

    /**
     * The forms of a value for another kernel, under the names by which that kernel asks for them.
     *
     * @param value a value of the type
     * @param asked from a MIME type to the one under which the kernel asked for it ({@code image/svg} for
     *     {@code image/svg+xml}), or to null if it did not ask
     * @return the forms, always with plain text
     * @throws ClassCastException if the value is of another type
     */
    public Bundle showAs(Object value, Function<String, ?> asked) {
        Set<String> wanted = new LinkedHashSet<>(preferred);
        wanted.addAll(onRequest);
        wanted.removeIf(mime -> asked.apply(mime) == null);
        Bundle made = renderer.render(type.cast(value), wanted);
        return new Bundle(renamed(made.data(), asked), renamed(made.metadata(), asked));
    }

    private static Map<String, Object> renamed(Map<String, Object> map, Function<String, ?> asked) {
        Map<String, Object> renamed = new LinkedHashMap<>();
        map.forEach((mime, value) -> {
            Object other = asked.apply(mime);
            renamed.put(other == null ? mime : other.toString(), value);
        });
        return renamed;
    }

    /**
     * The MIME types to register as preferred with another kernel.
     *
     * @return the types
     */
    public String[] preferredTypes() {
        return preferred.toArray(String[]::new);
    }

    /**
     * The MIME types to register as supported with another kernel. Plain text is among them, so that the text is the
     * renderer's also where a form is asked for that it does not make.
     *
     * @return the types
     */
    public String[] supportedTypes() {
        return Stream.concat(onRequest.stream(), Stream.of(Renderers.TEXT)).toArray(String[]::new);
    }
}

package lvm.kernel.render;

import java.util.Map;
import java.util.Set;

/** How values look in a notebook: for each type of value a function to MIME forms. */
public final class Renderers {
    private Renderers() {}

    /**
     * A value's forms.
     *
     * @param data MIME type → text, or base64 for images; always with {@code text/plain}
     * @param metadata MIME type → properties of that form, such as width and height of an image
     */
    public record Bundle(Map<String, Object> data, Map<String, Object> metadata) {}

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
         * @return the forms
         */
        Bundle render(T value, Set<String> wanted);
    }

    /** A kernel that renderers can be registered with. */
    public interface Registry {

        /**
         * Registers a renderer for a type and all its subtypes.
         *
         * @param <T> the type
         * @param type its class
         * @param preferred the MIME types shown when nothing is asked for
         * @param onRequest further MIME types, made only when asked for
         * @param renderer makes the forms
         */
        <T> void register(Class<T> type, Set<String> preferred, Set<String> onRequest, Renderer<? super T> renderer);
    }

    /**
     * Registers everything that the library has to show.
     *
     * @param registry where
     */
    public static void registerAll(Registry registry) {}
}

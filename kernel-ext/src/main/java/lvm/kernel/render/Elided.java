package lvm.kernel.render;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The text of arrays, and of lists and maps that hold arrays: what is in them, where Java prints an address. Long ones are
 * shown in part.
 */
public final class Elided {
    /** Of more elements than this, only some are shown. */
    private static final int MOST = 100;

    private static final int FIRST = 50;
    private static final int LAST = 10;
    private static final int DEEPEST = 8;
    /** In a text longer than this, no further array is opened. */
    private static final int LONGEST = 20_000;
    /** Lists and maps are looked through so far for arrays. */
    private static final int LOOKED_AT = 1000;

    private final StringBuilder text = new StringBuilder();

    private Elided() {}

    /**
     * The contents of an array, or of a list or map that holds one.
     *
     * @param value anything
     * @return the text; nothing if the value's own text is better
     */
    public static Optional<String> contents(Object value) {
        if (!holdsArray(value, 0)) {
            return Optional.empty();
        }
        Elided made = new Elided();
        made.add(value, 0);
        return Optional.of(made.text.toString());
    }

    private static boolean holdsArray(Object value, int depth) {
        if (value == null || depth > DEEPEST) {
            return false;
        }
        if (value.getClass().isArray()) {
            return true;
        }
        // Classes of the user's own, which may have a text of their own, are left alone.
        if (!value.getClass().getName().startsWith("java.")) {
            return false;
        }
        if (value instanceof Collection<?> collection) {
            return collection.stream().limit(LOOKED_AT).anyMatch(each -> each != value && holdsArray(each, depth + 1));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .limit(LOOKED_AT)
                    .anyMatch(
                            entry -> holdsArray(entry.getKey(), depth + 1) || holdsArray(entry.getValue(), depth + 1));
        }
        return value instanceof Optional<?> optional
                && optional.filter(each -> holdsArray(each, depth + 1)).isPresent();
    }

    private void add(Object value, int depth) {
        if (value != null && value.getClass().isArray()) {
            int length = Array.getLength(value);
            addAll("[", IntStream.range(0, length).mapToObj(i -> Array.get(value, i)), length, depth);
            if (length > MOST && depth <= DEEPEST) {
                // Of an array, the end is as easily had as the beginning.
                for (int i = length - LAST; i < length; i++) {
                    text.append(", ");
                    add(Array.get(value, i), depth + 1);
                }
            }
            text.append("]");
        } else if (!holdsArray(value, depth)) {
            text.append(value);
        } else if (value instanceof Map<?, ?> map) {
            addAll("{", map.entrySet().stream(), map.size(), depth);
            text.append("}");
        } else if (value instanceof Collection<?> collection) {
            addAll("[", collection.stream(), collection.size(), depth);
            text.append("]");
        } else {
            text.append("Optional[");
            add(((Optional<?>) value).orElse(null), depth + 1);
            text.append("]");
        }
    }

    private void addAll(String open, Stream<?> elements, int size, int depth) {
        text.append(open);
        if (depth > DEEPEST || text.length() > LONGEST) {
            text.append("… (").append(size).append(" in all)");
            return;
        }
        Iterator<?> each = elements.limit(size > MOST ? FIRST : size).iterator();
        for (String before = ""; each.hasNext(); before = ", ") {
            text.append(before);
            Object element = each.next();
            if (element instanceof Map.Entry<?, ?> entry && open.equals("{")) {
                add(entry.getKey(), depth + 1);
                text.append("=");
                element = entry.getValue();
            }
            add(element, depth + 1);
        }
        if (size > MOST) {
            text.append(", … (").append(size).append(" in all)");
        }
    }
}

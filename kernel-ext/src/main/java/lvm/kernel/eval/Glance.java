package lvm.kernel.eval;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * A value in one line. Runs no code of cells, which may never return and might be asked for while a cell runs: of objects
 * whose class is defined in a cell it shows the class, and of records the components.
 */
final class Glance {
    private static final int LENGTH = 200;
    private static final int ELEMENTS = 20;
    private static final int DEPTH = 4;

    private Glance() {}

    static String at(Object value) {
        String text;
        try {
            text = text(value, 0).replaceAll("\\s*\\R\\s*", " ").strip();
        } catch (RuntimeException | StackOverflowError e) {
            text = name(value.getClass()); // what a running cell changes may fail to be read
        }
        return text.length() > LENGTH ? text.substring(0, LENGTH) + "…" : text;
    }

    private static String text(Object value, int depth) {
        if (value == null) {
            return "null";
        }
        Class<?> type = value.getClass();
        if (type.isArray()) {
            String dimensions =
                    type.getSimpleName().substring(type.getSimpleName().indexOf(']') + 1);
            Class<?> element = type;
            while (element.isArray()) {
                element = element.getComponentType();
            }
            return name(element) + "[" + Array.getLength(value) + "]" + dimensions;
        }
        if (depth == DEPTH) {
            return name(type);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (isOfCells(type)) {
            return type.isRecord() ? name(type) + components(value, depth) : name(type);
        }
        if (value instanceof Collection<?> all) {
            return elements(all.iterator(), all.size(), type, depth);
        }
        if (value instanceof Map<?, ?> all) {
            return elements(all.entrySet().iterator(), all.size(), type, depth);
        }
        if (value instanceof Map.Entry<?, ?> entry) {
            return text(entry.getKey(), depth + 1) + "=" + text(entry.getValue(), depth + 1);
        }
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? "Optional.empty" : "Optional[" + text(optional.get(), depth + 1) + "]";
        }
        return mayHoldOthers(type) ? name(type) : value.toString();
    }

    private static String elements(Iterator<?> all, int size, Class<?> type, int depth) {
        if (size > ELEMENTS) {
            return type.getSimpleName() + " of " + size;
        }
        StringJoiner text = new StringJoiner(", ", "[", "]");
        while (all.hasNext()) {
            text.add(text(all.next(), depth + 1));
        }
        return text.toString();
    }

    private static String components(Object value, int depth) {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        for (RecordComponent each : value.getClass().getRecordComponents()) {
            try {
                Field field = value.getClass().getDeclaredField(each.getName());
                field.setAccessible(true);
                text.add(each.getName() + "=" + text(field.get(value), depth + 1));
            } catch (ReflectiveOperationException e) {
                text.add(each.getName());
            }
        }
        return text.toString();
    }

    /** References, threads, streams and the like: what they say of themselves asks what they hold. */
    private static boolean mayHoldOthers(Class<?> type) {
        return type.getName().startsWith("java.util.concurrent.")
                || type.getName().startsWith("java.util.stream.")
                || type.getName().startsWith("java.lang.ref.")
                || type.isHidden()
                || Throwable.class.isAssignableFrom(type);
    }

    private static boolean isOfCells(Class<?> type) {
        for (ClassLoader loader = type.getClassLoader(); loader != null; loader = loader.getParent()) {
            if (loader instanceof SnippetLoader) {
                return true;
            }
        }
        return false;
    }

    private static String name(Class<?> type) {
        if (type.isHidden() || type.isSynthetic()) {
            Class<?>[] interfaces = type.getInterfaces();
            return interfaces.length == 0 ? "lambda" : interfaces[0].getSimpleName() + " (lambda)";
        }
        Class<?> named = type;
        while (named.isAnonymousClass()) {
            named = named.getInterfaces().length > 0 ? named.getInterfaces()[0] : named.getSuperclass();
        }
        return named.getSimpleName();
    }
}

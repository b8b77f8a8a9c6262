package lvm.kernel.widget;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * A control: its widget, its first value, and the values at which it is seen where there are no widgets.
 *
 * @param <T> the type of its values
 */
public final class Control<T> {
    private static final int STEPS = 100;

    private final String name;
    private final T first;
    private final String widget;
    private final JsonObject fixed = new JsonObject();
    private final Changes<T> changes;
    private final BiFunction<JsonObject, T, JsonObject> state;
    private final List<T> stops;

    /** Reads a message of the front end. */
    private interface Changes<T> {
        /** The value after a message, or null if the message says nothing that the control can be. */
        T after(JsonObject changed, T before);
    }

    private Control(
            String name,
            String widget,
            T first,
            List<T> stops,
            Changes<T> changes,
            BiFunction<JsonObject, T, JsonObject> state) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("Interact: a control has no name, expected what stands beside it");
        }
        this.name = name;
        this.widget = widget;
        this.first = first;
        this.stops = stops;
        this.changes = changes;
        this.state = state;
        fixed.addProperty("description", name);
    }

    /**
     * A slider of real numbers, in a hundred steps.
     *
     * @param name what stands beside it
     * @param min its lower end
     * @param max its upper end, above the lower
     * @param first where it is at first, between the two
     * @return the control
     * @throws IllegalArgumentException if the ends are not finite or not in order, or the first value is outside
     */
    public static Control<Double> slider(String name, double min, double max, double first) {
        double step = (max - min) / STEPS;
        if (!(min < max) || !(Math.abs(min) < 1e300) || !(Math.abs(max) < 1e300) || !(first >= min && first <= max)) {
            throw new IllegalArgumentException("Interact.slider: " + name + " from " + min + " to " + max
                    + ", at first " + first + ", expected finite ends in order and the first value between them");
        }
        Control<Double> control = new Control<>(
                name,
                "FloatSlider",
                first,
                spread(min, max),
                (changed, before) -> read(number(changed, "value"), value -> Math.min(max, Math.max(min, value))),
                (now, value) -> with(now, "value", new JsonPrimitive(value)));
        control.fixed.addProperty("min", min);
        control.fixed.addProperty("max", max);
        control.fixed.addProperty("step", step);
        // As many digits as the steps have: two where they are hundredths.
        int digits = (int) Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-9)));
        control.fixed.addProperty("readout_format", "." + digits + "f");
        return control;
    }

    private static List<Double> spread(double min, double max) {
        return IntStream.rangeClosed(0, STEPS)
                .mapToObj(i -> i == STEPS ? max : min + (max - min) * i / STEPS)
                .toList();
    }

    /**
     * A slider of integers.
     *
     * @param name what stands beside it
     * @param min its lower end
     * @param max its upper end, above the lower
     * @return the control, at its lower end
     * @throws IllegalArgumentException if the ends are not in order
     */
    public static Control<Integer> integer(String name, int min, int max) {
        if (min >= max) {
            throw new IllegalArgumentException(
                    "Interact.integer: " + name + " from " + min + " to " + max + ", expected ends in order");
        }
        long width = (long) max - min;
        int stops = (int) Math.min(STEPS, width);
        Control<Integer> control = new Control<>(
                name,
                "IntSlider",
                min,
                IntStream.rangeClosed(0, stops)
                        .mapToObj(i -> (int) (min + Math.round((double) width * i / stops)))
                        .toList(),
                (changed, before) ->
                        read(number(changed, "value"), value -> (int) Math.min(max, Math.max(min, Math.round(value)))),
                (now, value) -> with(now, "value", new JsonPrimitive(value)));
        control.fixed.addProperty("min", min);
        control.fixed.addProperty("max", max);
        control.fixed.addProperty("step", 1);
        return control;
    }

    /**
     * A drop-down list.
     *
     * @param <T> the type of what is in it
     * @param name what stands beside it
     * @param values what can be chosen, shown by {@code toString}, no two alike
     * @return the control, at the first of them
     * @throws IllegalArgumentException if there are none, or two look alike
     */
    public static <T> Control<T> choice(String name, List<T> values) {
        List<T> all = List.copyOf(values);
        List<String> labels = all.stream().map(String::valueOf).toList();
        if (all.isEmpty() || labels.stream().distinct().count() < all.size()) {
            throw new IllegalArgumentException(
                    "Interact.choice: " + name + " of " + labels + ", expected at least one value and no two alike");
        }
        Control<T> control = new Control<>(
                name,
                "Dropdown",
                all.get(0),
                all,
                (changed, before) -> {
                    // One generation says the place, the other the label.
                    double index = number(changed, "index");
                    int place = Double.isNaN(index) ? labels.indexOf(text(changed)) : (int) index;
                    return place >= 0 && place < all.size() ? all.get(place) : null;
                },
                (now, value) -> with(
                        with(now, "index", new JsonPrimitive(all.indexOf(value))),
                        "value",
                        new JsonPrimitive(String.valueOf(value))));
        control.fixed.add("_options_labels", Generation.array(labels));
        return control;
    }

    /**
     * A check box.
     *
     * @param name what stands beside it
     * @param first whether it is checked at first
     * @return the control
     */
    public static Control<Boolean> check(String name, boolean first) {
        return new Control<>(
                name,
                "Checkbox",
                first,
                List.of(false, true),
                (changed, before) -> changed.get("value") instanceof JsonPrimitive value && value.isBoolean()
                        ? value.getAsBoolean()
                        : null,
                (now, value) -> with(now, "value", new JsonPrimitive(value)));
    }

    /**
     * A line of text.
     *
     * @param name what stands beside it
     * @param first the text at first
     * @return the control
     */
    public static Control<String> text(String name, String first) {
        return new Control<>(
                name,
                "Text",
                Objects.requireNonNull(first, "Interact.text: the first text"),
                List.of(first),
                (changed, before) -> text(changed),
                (now, value) -> with(now, "value", new JsonPrimitive(value)));
    }

    /**
     * A button. Its value is how often it was pressed: a seed for what draws at random.
     *
     * @param name what stands on it
     * @return the control
     */
    public static Control<Integer> button(String name) {
        return new Control<>(
                name,
                "Button",
                0,
                List.of(0),
                (changed, before) -> "click".equals(text(changed, "event")) ? before + 1 : null,
                (now, value) -> now);
    }

    private static JsonObject with(JsonObject state, String field, JsonElement value) {
        state.add(field, value);
        return state;
    }

    /** A number of a message; NaN if there is none. */
    private static double number(JsonObject changed, String field) {
        return changed.get(field) instanceof JsonPrimitive value && value.isNumber() ? value.getAsDouble() : Double.NaN;
    }

    private static <T> T read(double number, DoubleFunction<T> value) {
        return Double.isFinite(number) ? value.apply(number) : null;
    }

    private static String text(JsonObject changed) {
        return text(changed, "value");
    }

    private static String text(JsonObject changed, String field) {
        return changed.get(field) instanceof JsonPrimitive value && value.isString() ? value.getAsString() : null;
    }

    /**
     * What stands beside it.
     *
     * @return its name
     */
    public String name() {
        return name;
    }

    // ---------------------------------------------------------------- what the package asks

    /** The name of its model and view, without these words. */
    String widget() {
        return widget;
    }

    T first() {
        return first;
    }

    boolean isSlider() {
        return widget.endsWith("Slider");
    }

    /** Adds to a state what the widget needs to show a value; only the value itself if wanted. */
    JsonObject state(JsonObject state, T value, boolean all) {
        if (all) {
            fixed.entrySet().forEach(each -> state.add(each.getKey(), each.getValue()));
        }
        return this.state.apply(state, value);
    }

    /** The value after a message of the front end, or null if the message says nothing that the control can be. */
    T after(JsonObject changed, T before) {
        return changes.after(changed, before);
    }

    /** At most so many values, from the first to the last, in even steps. */
    List<T> stops(int most) {
        int last = stops.size() - 1;
        if (last < most) {
            return stops;
        }
        List<T> some = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            some.add(stops.get((int) Math.round((double) last * i / (most - 1))));
        }
        return some;
    }

    /** A value as it stands in the static form: the digits of a real number that its steps have. */
    String label(T value) {
        return value instanceof Double number
                ? String.format(Locale.ROOT, "%" + fixed.get("readout_format").getAsString(), number)
                        .replace('-', '−')
                : String.valueOf(value);
    }
}

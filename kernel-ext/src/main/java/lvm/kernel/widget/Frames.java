package lvm.kernel.widget;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.render.StaticForm;

/** What a function of controls is at some of their values, for where there are no widgets. */
public final class Frames {
    /** How many values of a single control are drawn when nothing else is set. */
    public static final int MOST = 9;

    /** How many values of each of none, one, two, three controls are drawn. */
    private static final int[] EACH = {1, MOST, 5, 3};

    private Frames() {}

    /** The values at which a control is seen: more than one. */
    private record Stops<T>(int place, Control<T> control, List<T> values) {
        static <T> Stops<T> of(int place, Control<T> control, int most) {
            return new Stops<>(place, control, control.stops(most));
        }

        StaticForm.Axis axis() {
            return new StaticForm.Axis(
                    control.name(), values.stream().map(control::label).toList(), nearest(values, control.first()));
        }
    }

    /**
     * Draws the frames.
     *
     * @param controls the controls
     * @param most at most so many values of each, at least 1
     * @param draw the forms of the function's value
     * @return the static form
     */
    public static Bundle draw(List<Control<?>> controls, int most, Function<List<?>, Bundle> draw) {
        List<Integer> moving = IntStream.range(0, controls.size())
                .filter(i -> most > 1 && controls.get(i).stops(2).size() > 1)
                .limit(EACH.length - 1)
                .boxed()
                .collect(Collectors.toList());
        int each = Math.min(most, EACH[moving.size()]);
        List<Stops<?>> stops = new ArrayList<>();
        moving.forEach(place -> stops.add(Stops.of(place, controls.get(place), each)));
        List<Object> values = new ArrayList<>();
        controls.forEach(control -> values.add(control.first()));
        List<Bundle> frames = new ArrayList<>();
        draw(stops, 0, values, frames, draw);
        return StaticForm.of(stops.stream().map(Stops::axis).toList(), frames);
    }

    private static void draw(
            List<Stops<?>> stops, int axis, List<Object> values, List<Bundle> frames, Function<List<?>, Bundle> draw) {
        if (axis == stops.size()) {
            frames.add(draw.apply(List.copyOf(values)));
            return;
        }
        for (Object value : stops.get(axis).values()) {
            values.set(stops.get(axis).place(), value);
            draw(stops, axis + 1, values, frames, draw);
        }
    }

    /** The place of a value, or of the nearest number. */
    private static int nearest(List<?> values, Object first) {
        if (!(first instanceof Number wanted)) {
            return Math.max(0, values.indexOf(first));
        }
        return IntStream.range(0, values.size())
                .boxed()
                .min((i, k) -> Double.compare(distance(values.get(i), wanted), distance(values.get(k), wanted)))
                .orElseThrow();
    }

    private static double distance(Object value, Number wanted) {
        return value instanceof Number number ? Math.abs(number.doubleValue() - wanted.doubleValue()) : 0;
    }
}

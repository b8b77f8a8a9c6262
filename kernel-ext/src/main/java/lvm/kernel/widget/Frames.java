package lvm.kernel.widget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.render.StaticForm;

/**
 * What a function of controls is at some of their values, for where there are no widgets.
 *
 * <p>It has to have a value where the controls are at first. Where it fails elsewhere the message stands in the place of
 * the frame; when it is interrupted the frames so far are kept, and {@link #rethrow} goes on with the interrupt.
 */
public final class Frames {
    /** As many values of each control as are usual. */
    public static final int USUAL = 0;

    /** How many frames there are at most. */
    public static final int MOST = 200;

    /** How many values of each of none, one, two, three controls are usual. */
    private static final int[] EACH = {1, 9, 5, 3};

    private final Bundle first;
    private final Bundle form;
    private final Error stop;
    private final RuntimeException cancelled;

    private Frames(Bundle first, Bundle form, Throwable thrown) {
        this.first = first;
        this.form = form;
        stop = thrown instanceof Error error ? error : null;
        cancelled = thrown instanceof RuntimeException exception ? exception : null;
    }

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
     * @param most at most so many values of each, at least 1, or {@link #USUAL}
     * @param draw the forms of the function's value
     * @return the frames
     * @throws IllegalArgumentException if there would be more than {@link #MOST}
     */
    public static Frames draw(List<Control<?>> controls, int most, Function<List<?>, Bundle> draw) {
        List<Integer> moving = IntStream.range(0, controls.size())
                .filter(i -> most != 1 && controls.get(i).stops(2).size() > 1)
                .limit(EACH.length - 1)
                .boxed()
                .toList();
        int each = most == USUAL ? EACH[moving.size()] : most;
        List<Stops<?>> stops = new ArrayList<>();
        moving.forEach(place -> stops.add(Stops.of(place, controls.get(place), each)));
        long count = stops.stream().mapToLong(some -> some.values().size()).reduce(1, Math::multiplyExact);
        if (count > MOST) {
            throw new IllegalArgumentException("Interact.frames: " + most + " values of each control make " + count
                    + " frames, expected at most " + MOST + " in all");
        }
        List<Object> values = new ArrayList<>();
        controls.forEach(control -> values.add(control.first()));
        Bundle first = draw.apply(List.copyOf(values));
        List<StaticForm.Axis> axes = stops.stream().map(Stops::axis).toList();
        Bundle[] frames = new Bundle[(int) count];
        Throwable thrown = null;
        for (int frame = 0; frame < count; frame++) {
            List<Object> wanted = values(stops, frame, values);
            try {
                frames[frame] = wanted.equals(values) ? first : draw.apply(wanted);
            } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
                if (e instanceof CancellationException || Thread.currentThread().isInterrupted()) {
                    thrown = e;
                    break;
                }
                frames[frame] = StaticForm.failure(e.toString());
            } catch (Error e) { // the kernel's way to stop code, above all
                thrown = e;
                break;
            }
        }
        Arrays.setAll(frames, i -> frames[i] == null ? StaticForm.failure("not drawn: interrupted") : frames[i]);
        return new Frames(first, StaticForm.of(axes, List.of(frames)), thrown);
    }

    /** The values of all controls in a frame, the last moving fastest. */
    private static List<Object> values(List<Stops<?>> stops, int frame, List<Object> first) {
        List<Object> values = new ArrayList<>(first);
        int rest = frame;
        for (int i = stops.size() - 1; i >= 0; i--) {
            List<?> some = stops.get(i).values();
            values.set(stops.get(i).place(), some.get(rest % some.size()));
            rest /= some.size();
        }
        return List.copyOf(values);
    }

    /**
     * The function's value where the controls are at first.
     *
     * @return its forms
     */
    public Bundle first() {
        return first;
    }

    /**
     * The frames to look through.
     *
     * @return the static form
     */
    public Bundle form() {
        return form;
    }

    /** Throws what has stopped the drawing, if something has; when the frames so far are shown. */
    public void rethrow() {
        if (stop != null) {
            throw stop;
        }
        if (cancelled != null) {
            throw cancelled;
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

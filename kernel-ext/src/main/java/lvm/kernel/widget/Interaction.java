package lvm.kernel.widget;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A function of controls and the display in which its value stands. The function is called on the thread of cells only.
 */
public final class Interaction {
    private final List<Control<?>> controls;
    private final Function<List<?>, Object> function;
    private final Consumer<Object> show;
    private final List<Object> values = new ArrayList<>();
    /** Whether the values are others than those that were drawn last. */
    private boolean changed;
    /** Whether changes that wait are not to be drawn, since the drawing was interrupted when they waited already. */
    private boolean interrupted;

    /**
     * An interaction at the first values of its controls.
     *
     * @param controls its controls
     * @param function makes what is shown of their values, in the same order
     * @param show shows a value in the place of the one before
     */
    public Interaction(List<Control<?>> controls, Function<List<?>, Object> function, Consumer<Object> show) {
        this.controls = List.copyOf(controls);
        this.function = function;
        this.show = show;
        controls.forEach(control -> values.add(control.first()));
    }

    /**
     * What the function makes of the values.
     *
     * @return its value
     */
    public Object value() {
        return function.apply(List.copyOf(values));
    }

    List<Control<?>> controls() {
        return controls;
    }

    /** The state of a control's widget: all that it needs, or its value only. */
    JsonObject state(int place, JsonObject state, boolean all) {
        return state(controls.get(place), values.get(place), state, all);
    }

    @SuppressWarnings("unchecked") // the values of a control are of its type
    private static <T> JsonObject state(Control<T> control, Object value, JsonObject state, boolean all) {
        return control.state(state, (T) value, all);
    }

    @SuppressWarnings("unchecked") // the values of a control are of its type
    private static <T> Object after(Control<T> control, JsonObject message, Object value) {
        return control.after(message, (T) value);
    }

    /** Takes a message of the front end to a control; what it can not be is ignored. */
    void take(int place, JsonObject message) {
        Object value = after(controls.get(place), message, values.get(place));
        if (value != null && !value.equals(values.get(place))) {
            values.set(place, value);
            changed = true;
        }
    }

    /**
     * The drawing has failed.
     *
     * @param leaveWaiting whether what waits is not to be drawn either
     * @param shown what tells of it
     */
    void failed(boolean leaveWaiting, Object shown) {
        interrupted = leaveWaiting;
        show.accept(shown);
    }

    /**
     * Draws if something has changed. While further changes wait nothing is drawn: the last one wins.
     *
     * @param moreWaits whether the next message is for this interaction as well
     */
    void draw(boolean moreWaits) {
        if (moreWaits) {
            return;
        }
        boolean wanted = changed && !interrupted;
        changed = false;
        interrupted = false;
        if (wanted) {
            show.accept(value());
        }
    }
}

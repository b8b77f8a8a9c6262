package lvm.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import lvm.kernel.widget.Control;
import lvm.kernel.widget.Frames;
import lvm.kernel.widget.Stage;

/**
 * A value that follows controls, for cells:
 *
 * <pre>{@code
 * Interact.slider("z₁", -3, 3).slider("z₂", -3, 3)
 *         .show((z1, z2) -> Plots.images(vae.decode(z1, z2), 28, 28));
 * }</pre>
 *
 * <p>The function is called anew when a control is moved, on the thread that runs cells: an interrupt of the kernel stops
 * it, what it throws is shown in the place of its value, and of many moves while it runs only the last is drawn. What it
 * returns may be anything that a cell can show.
 *
 * <p>Front ends without widgets and exported pages show frames that were drawn beforehand, in a form that needs neither a
 * kernel nor scripts: nine values of a single control, five of each of two, three of each of three. Further controls, texts
 * and buttons stay there as they are at first. So it is in other Java kernels, too. A frame that cannot be drawn says why;
 * only where the controls are at first the function has to have a value.
 */
public final class Interact {
    private Interact() {}

    /**
     * Begins with a slider of real numbers, in the middle at first.
     *
     * @param name what stands beside it
     * @param min its lower end
     * @param max its upper end, above the lower
     * @return the control
     * @throws IllegalArgumentException if the ends are not finite or not in order
     */
    public static One<Double> slider(String name, double min, double max) {
        return new One<>(List.of(), Control.slider(name, min, max, min + (max - min) / 2));
    }

    /**
     * Begins with a slider of real numbers.
     *
     * @param name what stands beside it
     * @param min its lower end
     * @param max its upper end, above the lower
     * @param first where it is at first, between the two
     * @return the control
     * @throws IllegalArgumentException if the ends are not finite or not in order, or the first value is outside
     */
    public static One<Double> slider(String name, double min, double max, double first) {
        return new One<>(List.of(), Control.slider(name, min, max, first));
    }

    /**
     * Begins with a slider of integers, at its lower end at first.
     *
     * @param name what stands beside it
     * @param min its lower end
     * @param max its upper end, above the lower
     * @return the control
     * @throws IllegalArgumentException if the ends are not in order
     */
    public static One<Integer> integer(String name, int min, int max) {
        return new One<>(List.of(), Control.integer(name, min, max));
    }

    /**
     * Begins with a drop-down list, at the first of its values at first.
     *
     * @param <T> the type of the values
     * @param name what stands beside it
     * @param values what can be chosen, shown by {@code toString}
     * @return the control
     * @throws IllegalArgumentException if there are no values, or two look alike
     */
    public static <T> One<T> choice(String name, List<T> values) {
        return new One<>(List.of(), Control.choice(name, values));
    }

    /**
     * Begins with a check box.
     *
     * @param name what stands beside it
     * @param first whether it is checked at first
     * @return the control
     */
    public static One<Boolean> check(String name, boolean first) {
        return new One<>(List.of(), Control.check(name, first));
    }

    /**
     * Begins with a line of text.
     *
     * @param name what stands beside it
     * @param first the text at first
     * @return the control
     */
    public static One<String> text(String name, String first) {
        return new One<>(List.of(), Control.text(name, first));
    }

    /**
     * Begins with a button, whose value is how often it was pressed: a seed for what draws at random.
     *
     * @param name what stands on it
     * @return the control
     */
    public static One<Integer> button(String name) {
        return new One<>(List.of(), Control.button(name));
    }

    /**
     * Some controls.
     *
     * @param <S> the type itself
     */
    public abstract static sealed class Controls<S extends Controls<S>> permits One, Two, Three, Four {
        final List<Control<?>> controls;
        private int most = Frames.USUAL;

        private Controls(List<Control<?>> before, Control<?> last) {
            if (before.stream().anyMatch(control -> control.name().equals(last.name()))) {
                throw new IllegalArgumentException(
                        "Interact: two controls are named " + last.name() + ", expected a name of its own for each");
            }
            controls = new ArrayList<>(before);
            controls.add(last);
        }

        abstract S self();

        /**
         * Sets how many values of a control are drawn beforehand, for front ends without widgets and exported pages: at
         * most 200 frames in all, each of which makes the notebook larger.
         *
         * @param most at most so many of each, at least 1, which is the first value only
         * @return the controls
         * @throws IllegalArgumentException if the number is below 1
         */
        public S frames(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("Interact.frames: " + most + ", expected at least 1");
            }
            this.most = most;
            return self();
        }

        void follow(Function<List<?>, Object> function) {
            Stage.current().show(List.copyOf(controls), most, values -> {
                Object value = function.apply(values);
                return value == null ? "null" : value;
            });
        }
    }

    /**
     * One control.
     *
     * @param <A> the type of the first value
     */
    public static final class One<A> extends Controls<One<A>> {
        private One(List<Control<?>> before, Control<?> last) {
            super(before, last);
        }

        @Override
        One<A> self() {
            return this;
        }

        /**
         * Shows the value of a function of the controls, and follows them.
         *
         * @param function makes what is shown
         */
        @SuppressWarnings("unchecked") // each control gives values of its own type
        public void show(Function<A, ?> function) {
            follow(values -> function.apply((A) values.get(0)));
        }

        /**
         * Adds a slider of real numbers, in the middle at first.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @return the controls
         * @throws IllegalArgumentException if the ends are not finite or not in order
         */
        public Two<A, Double> slider(String name, double min, double max) {
            return new Two<>(controls, Control.slider(name, min, max, min + (max - min) / 2));
        }

        /**
         * Adds a slider of real numbers.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @param first where it is at first, between the two
         * @return the controls
         * @throws IllegalArgumentException if the ends are not finite or not in order, or the first value is outside
         */
        public Two<A, Double> slider(String name, double min, double max, double first) {
            return new Two<>(controls, Control.slider(name, min, max, first));
        }

        /**
         * Adds a slider of integers, at its lower end at first.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @return the controls
         * @throws IllegalArgumentException if the ends are not in order
         */
        public Two<A, Integer> integer(String name, int min, int max) {
            return new Two<>(controls, Control.integer(name, min, max));
        }

        /**
         * Adds a drop-down list, at the first of its values at first.
         *
         * @param <T> the type of the values
         * @param name what stands beside it
         * @param values what can be chosen, shown by {@code toString}
         * @return the controls
         * @throws IllegalArgumentException if there are no values, or two look alike
         */
        public <T> Two<A, T> choice(String name, List<T> values) {
            return new Two<>(controls, Control.choice(name, values));
        }

        /**
         * Adds a check box.
         *
         * @param name what stands beside it
         * @param first whether it is checked at first
         * @return the controls
         */
        public Two<A, Boolean> check(String name, boolean first) {
            return new Two<>(controls, Control.check(name, first));
        }

        /**
         * Adds a line of text.
         *
         * @param name what stands beside it
         * @param first the text at first
         * @return the controls
         */
        public Two<A, String> text(String name, String first) {
            return new Two<>(controls, Control.text(name, first));
        }

        /**
         * Adds a button, whose value is how often it was pressed: a seed for what draws at random.
         *
         * @param name what stands on it
         * @return the controls
         */
        public Two<A, Integer> button(String name) {
            return new Two<>(controls, Control.button(name));
        }
    }

    /**
     * Two controls.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     */
    public static final class Two<A, B> extends Controls<Two<A, B>> {
        private Two(List<Control<?>> before, Control<?> last) {
            super(before, last);
        }

        @Override
        Two<A, B> self() {
            return this;
        }

        /**
         * Shows the value of a function of the controls, and follows them.
         *
         * @param function makes what is shown
         */
        @SuppressWarnings("unchecked") // each control gives values of its own type
        public void show(BiFunction<A, B, ?> function) {
            follow(values -> function.apply((A) values.get(0), (B) values.get(1)));
        }

        /**
         * Adds a slider of real numbers, in the middle at first.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @return the controls
         * @throws IllegalArgumentException if the ends are not finite or not in order
         */
        public Three<A, B, Double> slider(String name, double min, double max) {
            return new Three<>(controls, Control.slider(name, min, max, min + (max - min) / 2));
        }

        /**
         * Adds a slider of real numbers.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @param first where it is at first, between the two
         * @return the controls
         * @throws IllegalArgumentException if the ends are not finite or not in order, or the first value is outside
         */
        public Three<A, B, Double> slider(String name, double min, double max, double first) {
            return new Three<>(controls, Control.slider(name, min, max, first));
        }

        /**
         * Adds a slider of integers, at its lower end at first.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @return the controls
         * @throws IllegalArgumentException if the ends are not in order
         */
        public Three<A, B, Integer> integer(String name, int min, int max) {
            return new Three<>(controls, Control.integer(name, min, max));
        }

        /**
         * Adds a drop-down list, at the first of its values at first.
         *
         * @param <T> the type of the values
         * @param name what stands beside it
         * @param values what can be chosen, shown by {@code toString}
         * @return the controls
         * @throws IllegalArgumentException if there are no values, or two look alike
         */
        public <T> Three<A, B, T> choice(String name, List<T> values) {
            return new Three<>(controls, Control.choice(name, values));
        }

        /**
         * Adds a check box.
         *
         * @param name what stands beside it
         * @param first whether it is checked at first
         * @return the controls
         */
        public Three<A, B, Boolean> check(String name, boolean first) {
            return new Three<>(controls, Control.check(name, first));
        }

        /**
         * Adds a line of text.
         *
         * @param name what stands beside it
         * @param first the text at first
         * @return the controls
         */
        public Three<A, B, String> text(String name, String first) {
            return new Three<>(controls, Control.text(name, first));
        }

        /**
         * Adds a button, whose value is how often it was pressed: a seed for what draws at random.
         *
         * @param name what stands on it
         * @return the controls
         */
        public Three<A, B, Integer> button(String name) {
            return new Three<>(controls, Control.button(name));
        }
    }

    /**
     * Three controls.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     */
    public static final class Three<A, B, C> extends Controls<Three<A, B, C>> {
        private Three(List<Control<?>> before, Control<?> last) {
            super(before, last);
        }

        @Override
        Three<A, B, C> self() {
            return this;
        }

        /**
         * Shows the value of a function of the controls, and follows them.
         *
         * @param function makes what is shown
         */
        @SuppressWarnings("unchecked") // each control gives values of its own type
        public void show(Function3<A, B, C> function) {
            follow(values -> function.apply((A) values.get(0), (B) values.get(1), (C) values.get(2)));
        }

        /**
         * Adds a slider of real numbers, in the middle at first.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @return the controls
         * @throws IllegalArgumentException if the ends are not finite or not in order
         */
        public Four<A, B, C, Double> slider(String name, double min, double max) {
            return new Four<>(controls, Control.slider(name, min, max, min + (max - min) / 2));
        }

        /**
         * Adds a slider of real numbers.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @param first where it is at first, between the two
         * @return the controls
         * @throws IllegalArgumentException if the ends are not finite or not in order, or the first value is outside
         */
        public Four<A, B, C, Double> slider(String name, double min, double max, double first) {
            return new Four<>(controls, Control.slider(name, min, max, first));
        }

        /**
         * Adds a slider of integers, at its lower end at first.
         *
         * @param name what stands beside it
         * @param min its lower end
         * @param max its upper end, above the lower
         * @return the controls
         * @throws IllegalArgumentException if the ends are not in order
         */
        public Four<A, B, C, Integer> integer(String name, int min, int max) {
            return new Four<>(controls, Control.integer(name, min, max));
        }

        /**
         * Adds a drop-down list, at the first of its values at first.
         *
         * @param <T> the type of the values
         * @param name what stands beside it
         * @param values what can be chosen, shown by {@code toString}
         * @return the controls
         * @throws IllegalArgumentException if there are no values, or two look alike
         */
        public <T> Four<A, B, C, T> choice(String name, List<T> values) {
            return new Four<>(controls, Control.choice(name, values));
        }

        /**
         * Adds a check box.
         *
         * @param name what stands beside it
         * @param first whether it is checked at first
         * @return the controls
         */
        public Four<A, B, C, Boolean> check(String name, boolean first) {
            return new Four<>(controls, Control.check(name, first));
        }

        /**
         * Adds a line of text.
         *
         * @param name what stands beside it
         * @param first the text at first
         * @return the controls
         */
        public Four<A, B, C, String> text(String name, String first) {
            return new Four<>(controls, Control.text(name, first));
        }

        /**
         * Adds a button, whose value is how often it was pressed: a seed for what draws at random.
         *
         * @param name what stands on it
         * @return the controls
         */
        public Four<A, B, C, Integer> button(String name) {
            return new Four<>(controls, Control.button(name));
        }
    }

    /**
     * Four controls.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     * @param <D> the type of the fourth value
     */
    public static final class Four<A, B, C, D> extends Controls<Four<A, B, C, D>> {
        private Four(List<Control<?>> before, Control<?> last) {
            super(before, last);
        }

        @Override
        Four<A, B, C, D> self() {
            return this;
        }

        /**
         * Shows the value of a function of the controls, and follows them.
         *
         * @param function makes what is shown
         */
        @SuppressWarnings("unchecked") // each control gives values of its own type
        public void show(Function4<A, B, C, D> function) {
            follow(values ->
                    function.apply((A) values.get(0), (B) values.get(1), (C) values.get(2), (D) values.get(3)));
        }
    }

    /**
     * A function of three values.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     */
    @FunctionalInterface
    public interface Function3<A, B, C> {
        /**
         * The value of the function.
         *
         * @param a the first value
         * @param b the second value
         * @param c the third value
         * @return anything that can be shown
         */
        Object apply(A a, B b, C c);
    }

    /**
     * A function of four values.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     * @param <D> the type of the fourth value
     */
    @FunctionalInterface
    public interface Function4<A, B, C, D> {
        /**
         * The value of the function.
         *
         * @param a the first value
         * @param b the second value
         * @param c the third value
         * @param d the fourth value
         * @return anything that can be shown
         */
        Object apply(A a, B b, C c, D d);
    }
}

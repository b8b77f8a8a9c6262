package lvm.kernel.widget;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A kernel as controls see it: where they and what follows them are shown. */
@FunctionalInterface
public interface Stage {

    /**
     * Shows the value of a function of controls, and follows them if it can.
     *
     * @param controls the controls
     * @param most at most so many values of each are drawn beforehand, or {@link Frames#USUAL}
     * @param function makes what is shown, never null, of the values of the controls
     * @throws IllegalArgumentException if that would be too many frames
     */
    void show(List<Control<?>> controls, int most, Function<List<?>, Object> function);

    /**
     * From now on all is shown here.
     *
     * @param stage the kernel
     */
    static void install(Stage stage) {
        Installed.STAGE.set(stage);
    }

    /**
     * From now on all is shown here, unless another kernel has said so before.
     *
     * @param stage the kernel
     */
    static void installUnlessSet(Stage stage) {
        Installed.STAGE.compareAndSet(null, stage);
    }

    /**
     * Where to show.
     *
     * @return the kernel of this process
     * @throws IllegalStateException if there is none
     */
    static Stage current() {
        Stage stage = Installed.STAGE.get();
        if (stage == null) {
            throw new IllegalStateException("Interact: there is no notebook here, no kernel runs in this process");
        }
        return stage;
    }

    /** The kernel of this process. */
    final class Installed {
        private static final AtomicReference<Stage> STAGE = new AtomicReference<>();

        private Installed() {}
    }
}

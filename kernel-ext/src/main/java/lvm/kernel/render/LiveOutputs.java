package lvm.kernel.render;

import lvm.display.Display;
import lvm.display.LiveOutput;

/** Live output of a kernel that is not ours. */
public final class LiveOutputs {
    private LiveOutputs() {}

    /**
     * Sends live output to the notebook, unless a kernel has set an output of its own already.
     *
     * @param output the notebook's output
     */
    public static void installUnlessSet(LiveOutput output) {
        LiveOutput before = Display.install(output);
        // The text fallback is of the package of Display; anything else was put there by a kernel that knows better.
        if (!before.getClass().getPackageName().equals(Display.class.getPackageName())) {
            Display.install(before);
        }
    }
}

package lvm.fit;

import lvm.display.Display;
import lvm.linalg.Backend;

/** Shows the advice of the backend where progress is shown. */
final class Advice {
    private Advice() {}

    static void show() {
        String advice = Backend.advice();
        if (advice != null) {
            try {
                Display.output().show(advice).close(advice);
            } catch (RuntimeException e) {
                // As with progress: if the output fails, the work goes on without it.
            }
        }
    }
}

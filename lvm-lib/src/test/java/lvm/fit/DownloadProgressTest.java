package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import lvm.data.DownloadListener;
import lvm.display.Display;
import lvm.display.LiveOutput;
import lvm.display.Progress;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {

    @Test
    void theLibraryFindsIt() {
        assertInstanceOf(
                DownloadProgress.class,
                ServiceLoader.load(DownloadListener.class).findFirst().orElseThrow());
    }

    @Test
    void showsBytesOfTheTotal() {
        List<Progress.State> states = new ArrayList<>();
        LiveOutput before = Display.install(first -> {
            states.add((Progress.State) first);
            return new LiveOutput.Handle() {
                @Override
                public void update(Object value) {
                    states.add((Progress.State) value);
                }

                @Override
                public void close(Object last) {
                    states.add((Progress.State) last);
                }
            };
        });
        try {
            DownloadProgress listener = new DownloadProgress();
            listener.ended("nothing began");
            listener.received("a", 0, -1);
            listener.received("a", 10, 200);
            // Progress shows nothing before half a second has gone.
            long start = System.nanoTime();
            while (states.isEmpty() && System.nanoTime() - start < 10_000_000_000L) {
                Thread.onSpinWait();
                listener.received("a", 50, 200);
            }
            listener.received("a", 200, 200);
            listener.ended("a");
        } finally {
            Display.install(before);
        }
        assertTrue(states.get(0).label().contains("a"));
        assertEquals(200, states.get(0).total());
        assertEquals(50, states.get(0).done());
        Progress.State last = states.get(states.size() - 1);
        assertEquals(200, last.done());
        assertTrue(last.finished());
    }
}

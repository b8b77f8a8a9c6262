package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.Set;
import lvm.kernel.render.Renderers.Bundle;
import lvm.plot.Audio;
import org.junit.jupiter.api.Test;

class AudioRendererTest {
    @Test
    void aPlayerWithTheWholeFileAndASentence() {
        Audio audio = Audio.chords(new int[][] {{60, 64, 67}, {65}}, .25);
        Bundle bundle = AudioRenderer.render(audio, Set.of(Renderers.HTML, Renderers.TEXT));
        assertEquals("Sound of 0.5 seconds: 2 chords, 4 notes", bundle.data().get(Renderers.TEXT));
        String html = bundle.data().get(Renderers.HTML).toString();
        assertTrue(html.startsWith("<figure><audio controls "));
        assertTrue(html.contains("aria-label=\"Sound of 0.5 seconds: 2 chords, 4 notes\""));
        assertTrue(html.contains("<figcaption>Sound of 0.5 seconds"));
        assertFalse(html.contains("<script"));
        String base64 = html.replaceFirst("(?s).*base64,", "").replaceFirst("(?s)\".*", "");
        assertArrayEquals(audio.wav(), Base64.getDecoder().decode(base64));
        assertFalse(AudioRenderer.render(audio, Set.of(Renderers.TEXT)).data().containsKey(Renderers.HTML));
        assertTrue(Renderers.of(audio).isPresent());
    }
}

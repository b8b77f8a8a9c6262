package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound as a WAV file that Java's own reader takes, with the frequencies of its notes; and rolls of the same notes. */
class AudioTest {
    private static short[] samples(Audio audio) throws Exception {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(new ByteArrayInputStream(audio.wav()))) {
            assertEquals(1, in.getFormat().getChannels());
            byte[] bytes = in.readAllBytes();
            short[] samples = new short[bytes.length / 2];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (short) (bytes[2 * i] & 255 | bytes[2 * i + 1] << 8);
            }
            return samples;
        }
    }

    /** The strength of a frequency in some samples. */
    private static double strength(short[] x, int from, int to, int rate, double frequency) {
        double a = 0;
        double b = 0;
        for (int i = from; i < to; i++) {
            a += x[i] * Math.cos(2 * Math.PI * frequency * i / rate);
            b += x[i] * Math.sin(2 * Math.PI * frequency * i / rate);
        }
        return Math.hypot(a, b) / (to - from);
    }

    private static String message(Runnable bad) {
        return assertThrows(IllegalArgumentException.class, bad::run).getMessage();
    }

    @Test
    void samplesAsTheyAre(@TempDir Path directory) throws Exception {
        Audio audio = Audio.of(new double[] {0, 1, -1, .5}, 8000);
        assertArrayEquals(new short[] {0, 32767, -32767, 16384}, samples(audio));
        assertArrayEquals(new short[] {16384, -32767}, samples(Audio.of(new double[] {2, -4}, 8000)));
        Path file = directory.resolve("a.wav");
        audio.save(file);
        assertArrayEquals(audio.wav(), Files.readAllBytes(file));
        assertEquals("Sound of 0.0 seconds", audio.description());
    }

    /** A above middle C has 440 Hz; a note that is held is struck once. */
    @Test
    void chordsHaveTheirNotes() throws Exception {
        Audio audio = Audio.chords(new int[][] {{69, 60}, {69}, {}, {57}}, .5);
        assertEquals(2, audio.seconds(), 1e-9);
        assertEquals("Sound of 2.0 seconds: 4 chords, 3 notes", audio.description());
        short[] x = samples(audio);
        assertEquals(16_000, x.length);
        double a = strength(x, 500, 3500, 8000, 440);
        assertTrue(a > 1000 && strength(x, 500, 3500, 8000, 261.63) > 1000);
        assertTrue(strength(x, 500, 3500, 8000, 415.3) < .2 * a);
        assertTrue(strength(x, 4200, 7200, 8000, 440) > 5 * strength(x, 4200, 7200, 8000, 261.63));
        assertTrue(strength(x, 12_500, 15_500, 8000, 220) > 1000);
        for (int i = 8000; i < 12_000; i++) {
            assertEquals(0, x[i]);
        }
        // Held: no new attack at the boundary of the two chords.
        int least = Integer.MAX_VALUE;
        for (int from = 3700; from < 4300; from += 40) {
            int most = 0;
            for (int i = from; i < from + 40; i++) {
                most = Math.max(most, Math.abs(x[i]));
            }
            least = Math.min(least, most);
        }
        assertTrue(least > 3000, String.valueOf(least));
    }

    @Test
    void badSound() {
        assertTrue(message(() -> Audio.of(new double[0], 8000)).contains("0 samples"));
        assertTrue(message(() -> Audio.of(new double[] {Double.NaN}, 8000)).contains("sample 0 is NaN"));
        assertTrue(message(() -> Audio.of(new double[1], 999)).contains("rate is 999"));
        assertTrue(message(() -> Audio.chords(new int[][] {{128}}, 1)).contains("pitch 128 in chord 0"));
        assertTrue(message(() -> Audio.chords(new int[100][0], 1)).contains("at most 60.0 seconds"));
    }

    @Test
    void rolls() {
        FMatrixRMaj roll = new FMatrixRMaj(4, 88);
        roll.set(0, 39, 1);
        roll.set(1, 39, 1);
        roll.set(3, 39, 1);
        roll.set(2, 43, .7f);
        PianoRoll picture = Plots.pianoRoll(roll, 21);
        assertEquals("Piano roll of 4 frames: 3 notes from C4 to E4", picture.description());
        DMatrixRMaj doubles = new DMatrixRMaj(4, 88);
        assertEquals(
                "Piano roll of 4 frames: nothing sounds",
                Plots.pianoRoll(doubles, 21).description());
        BufferedImage image = picture.frameWidth(20).toImage(1);
        assertEquals(picture.width(), image.getWidth());
        // The row of E4 is 2 from the top, that of C4 6: blue in the frames where they sound, white elsewhere.
        int blue = Palette.color(0).getRGB();
        assertEquals(blue, image.getRGB(34 + 50, 4 + 6 + 3));
        assertEquals(blue, image.getRGB(34 + 30, 4 + 30 + 3));
        assertEquals(-1, image.getRGB(34 + 50, 4 + 30 + 3));
        assertEquals(-1, image.getRGB(34 + 30, 4 + 6 + 3));
        assertTrue(message(() -> Plots.pianoRoll(new FMatrixRMaj(0, 3), 21)).contains("0×3"));
        assertTrue(message(() -> picture.frameWidth(0)).contains("frameWidth is 0"));
    }
}

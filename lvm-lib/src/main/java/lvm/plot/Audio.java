package lvm.plot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * Sound that a notebook plays in the cell: samples of one channel in 16 bits, as a WAV file.
 *
 * <pre>{@code
 * Audio.chords(Chorales.notes(rnnRbm.sample(60, 100, rng)), 0.4)
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Audio {
    /** The longest sound, in seconds: a notebook keeps all of it. */
    public static final double MOST_SECONDS = 60;

    /** The samples a second of {@link #chords}: no note of a chorale has an overtone that this is too few for. */
    public static final int CHORD_RATE = 8000;

    /** The parts of a note: its own frequency, and overtones that are softer. */
    private static final double[] OVERTONES = {1, .4, .2, .1};

    private static final double ATTACK = 0.015; // seconds
    private static final double DECAY = 1.2;
    private static final double RELEASE = 0.04;

    private final byte[] wav;
    private final double seconds;
    private final String description;

    private Audio(double[] samples, int rate, String description) {
        this.description = description;
        seconds = samples.length / (double) rate;
        wav = wav(samples, rate);
    }

    /**
     * Sound of samples.
     *
     * @param samples from −1 to 1; louder ones are scaled down all together
     * @param rate the samples a second, from 1,000 to 48,000
     * @return the sound
     * @throws IllegalArgumentException if there is no sample, one is not finite, the rate is out of range, or it is longer than
     *     {@value #MOST_SECONDS} seconds
     */
    public static Audio of(double[] samples, int rate) {
        if (rate < 1000 || rate > 48_000) {
            throw new IllegalArgumentException("Audio.of: rate is " + rate + ", expected from 1000 to 48000");
        }
        if (samples.length == 0 || samples.length > MOST_SECONDS * rate) {
            throw new IllegalArgumentException("Audio.of: " + samples.length
                    + " samples, expected at least one and at most " + MOST_SECONDS + " seconds of " + rate + " each");
        }
        for (int i = 0; i < samples.length; i++) {
            if (!Double.isFinite(samples[i])) {
                throw new IllegalArgumentException(
                        "Audio.of: sample " + i + " is " + samples[i] + ", expected a finite number");
            }
        }
        return new Audio(
                samples, rate, String.format(Locale.ROOT, "Sound of %.1f seconds", samples.length / (double) rate));
    }

    /**
     * Chords one after the other, of plain tones with overtones. A note that is in the next chord too goes on.
     *
     * @param notes for each chord the MIDI numbers of the notes that sound, from 0 to 127; none for a rest
     * @param seconds the length of a chord, above 0
     * @return the sound, of {@value #CHORD_RATE} samples a second
     * @throws IllegalArgumentException if there is no chord, a pitch or the length is out of range, or all together are longer than
     *     {@value #MOST_SECONDS} seconds
     */
    public static Audio chords(int[][] notes, double seconds) {
        if (notes.length == 0 || !(seconds > 0) || seconds * notes.length > MOST_SECONDS) {
            throw new IllegalArgumentException("Audio.chords: " + notes.length + " chords of " + seconds
                    + " seconds, expected at least one and at most " + MOST_SECONDS + " seconds in all");
        }
        int frame = Math.max(1, (int) Math.round(seconds * CHORD_RATE));
        double[] samples = new double[frame * notes.length];
        int count = 0;
        for (int t = 0; t < notes.length; t++) {
            for (int pitch : notes[t]) {
                if (pitch < 0 || pitch > 127) {
                    throw new IllegalArgumentException("Audio.chords: the pitch " + pitch + " in chord " + t
                            + ", expected MIDI numbers from 0 to 127");
                }
                if (t == 0 || !has(notes[t - 1], pitch)) {
                    int end = t;
                    while (end < notes.length && has(notes[end], pitch)) {
                        end++;
                    }
                    tone(samples, t * frame, end * frame, pitch);
                    count++;
                }
            }
        }
        return new Audio(
                scaled(samples, .9),
                CHORD_RATE,
                String.format(
                        Locale.ROOT,
                        "Sound of %.1f seconds: %d chords, %d notes",
                        samples.length / (double) CHORD_RATE,
                        notes.length,
                        count));
    }

    private static boolean has(int[] notes, int pitch) {
        for (int each : notes) {
            if (each == pitch) {
                return true;
            }
        }
        return false;
    }

    private static void tone(double[] samples, int from, int to, int pitch) {
        double frequency = 440 * Math.pow(2, (pitch - 69) / 12.0);
        for (int i = from; i < to; i++) {
            double t = (i - from) / (double) CHORD_RATE;
            double left = (to - i) / (double) CHORD_RATE;
            double envelope = Math.min(1, t / ATTACK) * Math.exp(-t / DECAY) * Math.min(1, left / RELEASE);
            double wave = 0;
            for (int k = 0; k < OVERTONES.length && (k + 1) * frequency < CHORD_RATE / 2.0; k++) {
                wave += OVERTONES[k] * Math.sin(2 * Math.PI * (k + 1) * frequency * t);
            }
            samples[i] += envelope * wave;
        }
    }

    /** With a largest value. */
    private static double[] scaled(double[] samples, double most) {
        double largest = 0;
        for (double x : samples) {
            largest = Math.max(largest, Math.abs(x));
        }
        for (int i = 0; i < samples.length && largest > 0; i++) {
            samples[i] *= most / largest;
        }
        return samples;
    }

    private static byte[] wav(double[] samples, int rate) {
        double largest = 1;
        for (double x : samples) {
            largest = Math.max(largest, Math.abs(x));
        }
        byte[] bytes = new byte[2 * samples.length];
        for (int i = 0; i < samples.length; i++) {
            int value = (int) Math.round(Short.MAX_VALUE * samples[i] / largest);
            bytes[2 * i] = (byte) value;
            bytes[2 * i + 1] = (byte) (value >> 8);
        }
        AudioFormat format = new AudioFormat(rate, 16, 1, true, false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (AudioInputStream in = new AudioInputStream(new ByteArrayInputStream(bytes), format, samples.length)) {
            AudioSystem.write(in, AudioFileFormat.Type.WAVE, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** {@return the length in seconds} */
    public double seconds() {
        return seconds;
    }

    /** {@return the bytes of a WAV file, a copy} */
    public byte[] wav() {
        return wav.clone();
    }

    /**
     * Writes a WAV file.
     *
     * @param file the file, which is replaced
     * @throws UncheckedIOException if it can not be written
     */
    public void save(Path file) {
        try {
            Files.write(file, wav);
        } catch (IOException e) {
            throw new UncheckedIOException("Audio.save: " + file + " can not be written", e);
        }
    }

    /**
     * What is heard, for those who can not hear it.
     *
     * @return a sentence
     */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return description;
    }
}

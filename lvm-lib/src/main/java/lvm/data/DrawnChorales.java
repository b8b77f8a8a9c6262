package lvm.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.FMatrixRMaj;

/** Pieces of {@link Chorales#drawn}. */
final class DrawnChorales {
    private static final int SHORTEST = 24;

    /** The chords, by the semitones of their notes above the tonic: I, II, IV, V, VI. */
    private static final int[][] CHORDS = {{0, 4, 7}, {2, 5, 9}, {5, 9, 0}, {7, 11, 2}, {9, 0, 4}};

    /** What may follow on a chord. */
    private static final int[][] NEXT = {{1, 2, 3, 3, 4}, {3, 3, 0}, {3, 0, 1}, {0, 0, 4}, {1, 2}};

    /** Lowest notes of the voices, bass first, of which each has an octave. */
    private static final int[] LOWEST = {36, 48, 55, 60};

    private static final int RANGE = 12;

    private DrawnChorales() {}

    static Sequences of(int pieces, long seed, int from) {
        List<FMatrixRMaj> all = new ArrayList<>();
        for (int k = 0; k < pieces; k++) {
            all.add(Chorales.roll(piece(Digits.random(seed, from + k))));
        }
        return Sequences.of(all);
    }

    private static int[][] piece(SplittableRandom rng) {
        int[][] notes = new int[SHORTEST + 4 * rng.nextInt(5)][];
        int tonic = rng.nextInt(12);
        int chord = 0;
        int[] voices = new int[LOWEST.length];
        for (int v = 0; v < voices.length; v++) {
            voices[v] = LOWEST[v] + RANGE / 2;
        }
        for (int t = 0; t < notes.length; t++) {
            if (t == notes.length - 1) {
                chord = 0;
            } else if (t > 0 && (t % 4 == 0 || rng.nextInt(4) > 0)) {
                chord = NEXT[chord][rng.nextInt(NEXT[chord].length)];
            }
            for (int v = 0; v < voices.length; v++) {
                int wanted = voices[v] + rng.nextInt(5) - 2;
                voices[v] = nearest(wanted, tonic, LOWEST[v], v == 0 ? new int[] {CHORDS[chord][0]} : CHORDS[chord]);
            }
            notes[t] = voices.clone();
        }
        return notes;
    }

    /** The note of a chord within the range of a voice that is nearest to a pitch. */
    private static int nearest(int wanted, int tonic, int lowest, int... chord) {
        int best = -1;
        for (int pitch = lowest; pitch <= lowest + RANGE; pitch++) {
            for (int note : chord) {
                boolean inChord = Math.floorMod(pitch - tonic - note, 12) == 0;
                if (inChord && (best < 0 || Math.abs(pitch - wanted) < Math.abs(best - wanted))) {
                    best = pitch;
                }
            }
        }
        return best;
    }
}

package lvm.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.ejml.data.FMatrixRMaj;

/**
 * The four-part chorales by J. S. Bach, 382 of them in quarter notes: 229 to train on, 76 to validate and 77 to test on, divided as
 * N. Boulanger-Lewandowski, Y. Bengio and P. Vincent (2012), Modeling temporal dependencies in high-dimensional sequences, divide them. A
 * frame is a quarter note: 88 columns, one for each key of a piano from the lowest, of which those that sound are 1. A note that is held and
 * one that is struck again look alike. A frame in which nothing sounds is a rest, and all zeros.
 *
 * <p>Source: the file jsb-chorales-quarter.json of github.com/czhuang/JSB-Chorales-dataset, which states no licence; the scores are in the
 * public domain. The library does not contain it. {@link #load} takes it from the directory named by the system property {@value #PROPERTY}
 * or else by the environment variable {@value #VARIABLE}; or else from the folder jsb of the cache of {@link Mnist}, into which it is
 * downloaded where it is missing. Its SHA-256 is checked at every load.
 */
public final class Chorales {
    /** The system property that names the directory of the file. */
    public static final String PROPERTY = "lvm.jsb.dir";

    /** The environment variable that names the directory of the file. */
    public static final String VARIABLE = "LVM_JSB_DIR";

    /** The MIDI number of the lowest key of a piano, column 0 of a frame. */
    public static final int LOWEST = 21;

    /** The keys of a piano, the columns of a frame. */
    public static final int PITCHES = 88;

    static final PublishedFile FILE = new PublishedFile(
            "jsb-chorales-quarter.json", 407_200, "2db9329f1881a1d3f49703ec556bf1d6f84b4f6c1d702c156536e93cf31e1c91");

    private static final List<URI> MIRRORS =
            List.of(URI.create("https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/master/"));

    private static final String HINT = "the system property " + PROPERTY + " or the environment variable " + VARIABLE;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Sequences train;
    private final Sequences validation;
    private final Sequences test;

    private Chorales(Sequences train, Sequences validation, Sequences test) {
        this.train = train;
        this.validation = validation;
        this.test = test;
    }

    /**
     * Reads the chorales, and downloads them if they are nowhere.
     *
     * @return the three sets
     * @throws UncheckedIOException if they cannot be had, or the file is not what it should be; the message says what was expected and what
     *     to do
     */
    public static Chorales load() {
        return load(ServiceLoader.load(DownloadListener.class, Chorales.class.getClassLoader())
                .findFirst()
                .orElse((file, bytes, total) -> {}));
    }

    /**
     * Reads the chorales, and downloads them if they are nowhere.
     *
     * @param listener is told how far a download has come
     * @return the three sets
     * @throws UncheckedIOException as {@link #load()}
     */
    public static Chorales load(DownloadListener listener) {
        Objects.requireNonNull(listener, "Chorales.load: listener");
        return load(place(), FILE, new Download(MIRRORS, PATIENCE, listener));
    }

    /**
     * Chorales that the library draws, for where the file can not be had: four voices in quarter notes, chords of I, II, IV, V and VI of a major
     * key that follow each other by rule, each voice on a note of the chord near its last one. Nothing of them is by a composer, and
     * log-likelihoods of them do not compare with those of the chorales.
     *
     * @param pieces to train on, at least 3; a third as many each to validate and to test
     * @param seed the seed of everything random; the same numbers give the same pieces on every machine
     * @return the three sets
     * @throws IllegalArgumentException if there are fewer pieces
     */
    public static Chorales drawn(int pieces, long seed) {
        if (pieces < 3) {
            throw new IllegalArgumentException("Chorales.drawn: " + pieces + " pieces, expected at least 3");
        }
        return new Chorales(
                DrawnChorales.of(pieces, seed, 0).named("drawn chorales, train"),
                DrawnChorales.of(pieces / 3, seed, pieces).named("drawn chorales, validation"),
                DrawnChorales.of(pieces / 3, seed, 2 * pieces).named("drawn chorales, test"));
    }

    static Mnist.Place place() {
        return Mnist.place(PROPERTY, VARIABLE, "jsb", System::getProperty, System::getenv);
    }

    static Chorales load(Mnist.Place place, PublishedFile file, Download download) {
        Path path = file.get("Chorales.load", place, HINT, Chorales::read, download);
        try {
            return read(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Chorales.load: " + e.getMessage(), e);
        }
    }

    /** Reads a file whose JSON is an object of three lists, named train, valid and test, of pieces of frames of MIDI numbers. */
    static Chorales read(Path file) throws IOException {
        Lists lists = new Lists(file.toString(), Files.readString(file));
        return new Chorales(
                lists.set("train").named("JSB chorales, train"),
                lists.set("valid").named("JSB chorales, validation"),
                lists.set("test").named("JSB chorales, test"));
    }

    /** {@return the 229 chorales to train on} */
    public Sequences train() {
        return train;
    }

    /** {@return the 76 chorales to validate on} */
    public Sequences validation() {
        return validation;
    }

    /** {@return the 77 chorales to test on} */
    public Sequences test() {
        return test;
    }

    /**
     * A piano roll of notes.
     *
     * @param notes for each frame the MIDI numbers of the notes that sound, from 21 to 108 in any order; none for a rest
     * @return T×88 zeros and ones
     * @throws IllegalArgumentException if there is no frame or a pitch is outside the range
     */
    public static FMatrixRMaj roll(int[][] notes) {
        if (notes.length == 0) {
            throw new IllegalArgumentException("Chorales.roll: there is no frame");
        }
        FMatrixRMaj roll = new FMatrixRMaj(notes.length, PITCHES);
        for (int t = 0; t < notes.length; t++) {
            for (int pitch : notes[t]) {
                if (pitch < LOWEST || pitch >= LOWEST + PITCHES) {
                    throw new IllegalArgumentException("Chorales.roll: the pitch " + pitch + " in frame " + t
                            + ", expected MIDI numbers from " + LOWEST + " to " + (LOWEST + PITCHES - 1));
                }
                roll.set(t, pitch - LOWEST, 1);
            }
        }
        return roll;
    }

    /**
     * The notes of a piano roll, the inverse of {@link #roll}.
     *
     * @param roll T×88 numbers; what is at least ½ sounds; not modified
     * @return for each frame the MIDI numbers of the notes that sound, from the lowest
     * @throws IllegalArgumentException if it has another number of columns
     */
    public static int[][] notes(FMatrixRMaj roll) {
        if (roll.numCols != PITCHES) {
            throw new IllegalArgumentException(
                    "Chorales.notes: the roll has " + roll.numCols + " columns, expected " + PITCHES);
        }
        int[][] notes = new int[roll.numRows][];
        for (int t = 0; t < notes.length; t++) {
            List<Integer> sounding = new ArrayList<>();
            for (int k = 0; k < PITCHES; k++) {
                if (roll.get(t, k) >= .5f) {
                    sounding.add(LOWEST + k);
                }
            }
            notes[t] = sounding.stream().mapToInt(Integer::intValue).toArray();
        }
        return notes;
    }

    /** As much of JSON as the file has: lists of lists of lists of numbers behind a name. */
    private static final class Lists {
        private final String file;
        private final String text;
        private int at;

        Lists(String file, String text) {
            this.file = file;
            this.text = text;
        }

        Sequences set(String name) throws IOException {
            at = text.indexOf("\"" + name + "\"");
            if (at < 0) {
                throw new Idx.BadFile(false, file + " has no list \"" + name + "\"");
            }
            at += name.length() + 2;
            expect(':');
            List<FMatrixRMaj> pieces = new ArrayList<>();
            for (boolean more = begin(); more; more = next()) {
                List<int[]> frames = new ArrayList<>();
                for (boolean frame = begin(); frame; frame = next()) {
                    frames.add(numbers());
                }
                pieces.add(piece(name, pieces.size(), frames));
            }
            return Sequences.of(pieces);
        }

        private FMatrixRMaj piece(String name, int number, List<int[]> frames) throws IOException {
            try {
                return roll(frames.toArray(int[][]::new));
            } catch (IllegalArgumentException e) {
                throw new Idx.BadFile(false, file + ", piece " + number + " of \"" + name + "\": " + e.getMessage());
            }
        }

        private int[] numbers() throws IOException {
            List<Integer> all = new ArrayList<>();
            for (boolean more = begin(); more; more = next()) {
                skip();
                int from = at;
                while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '-')) {
                    at++;
                }
                try {
                    all.add(Integer.parseInt(text.substring(from, at)));
                } catch (NumberFormatException e) {
                    throw bad("a whole number");
                }
            }
            return all.stream().mapToInt(Integer::intValue).toArray();
        }

        /** Goes into a list; whether it has an element. */
        private boolean begin() throws IOException {
            expect('[');
            skip();
            if (at < text.length() && text.charAt(at) == ']') {
                at++;
                return false;
            }
            return true;
        }

        /** Goes behind an element; whether there is a further one. */
        private boolean next() throws IOException {
            skip();
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
                return true;
            }
            expect(']');
            return false;
        }

        private void expect(char c) throws IOException {
            skip();
            if (at >= text.length() || text.charAt(at) != c) {
                throw bad("'" + c + "'");
            }
            at++;
        }

        private void skip() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private IOException bad(String expected) {
            boolean ended = at >= text.length();
            return new Idx.BadFile(
                    ended,
                    file + (ended ? " ends too early" : " has '" + text.charAt(at) + "' at character " + at)
                            + ", expected " + expected);
        }
    }
}

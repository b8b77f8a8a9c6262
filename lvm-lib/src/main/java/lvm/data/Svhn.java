package lvm.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;

/**
 * Street view house numbers, cropped: 73,257 digits to train on and 26,032 to test on, colour images of 32×32 with values in
 * [0,1], each with the digit in its middle as the label, from 0 to 9. A row has 3·1024 values: the red ones row by row from
 * the top left, then the green ones, then the blue ones. Stored as bytes, 305 MB in all; reading takes twice that for a while.
 *
 * <p>Source: Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu and A. Y. Ng (2011), Reading digits in natural images with
 * unsupervised feature learning, NIPS Workshop on Deep Learning and Unsupervised Feature Learning; the files train_32x32.mat
 * and test_32x32.mat of ufldl.stanford.edu/housenumbers, for non-commercial use. A 0 has the label 10 there.
 *
 * <p>The library does not contain it. {@link #load} takes it from the directory named by the system property
 * {@value #PROPERTY} or else by the environment variable {@value #VARIABLE}, which must have both files; or else from the
 * folder svhn of the cache of {@link Mnist}, into which they are downloaded where they are missing. Length and SHA-256 of each
 * file are checked at every load. {@link HouseNumbers} draws images of the same form without any file.
 */
public final class Svhn {

    /** The system property that names the directory of the files. */
    public static final String PROPERTY = "lvm.svhn.dir";

    /** The environment variable that names the directory of the files. */
    public static final String VARIABLE = "LVM_SVHN_DIR";

    /** The pixels of an edge of an image. */
    public static final int EDGE = 32;

    /** The two files: images to train on, images to test on. */
    static final List<PublishedFile> FILES = List.of(
            new PublishedFile(
                    "train_32x32.mat", 182_040_794, "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8"),
            new PublishedFile(
                    "test_32x32.mat", 64_275_384, "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b"));

    private static final List<URI> MIRRORS = List.of(URI.create("http://ufldl.stanford.edu/housenumbers/"));

    private static final String HINT = "the system property " + PROPERTY + " or the environment variable " + VARIABLE;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int PIXELS = EDGE * EDGE;

    private final Dataset train;
    private final Dataset test;

    private Svhn(Dataset train, Dataset test) {
        this.train = train;
        this.test = test;
    }

    /**
     * Reads the house numbers, and downloads them if they are nowhere.
     *
     * @return the two data sets
     * @throws UncheckedIOException if they cannot be had, or a file is not what it should be; the message says which, what
     *     was expected and what to do
     */
    public static Svhn load() {
        return load(ServiceLoader.load(DownloadListener.class, Svhn.class.getClassLoader())
                .findFirst()
                .orElse((file, bytes, total) -> {}));
    }

    /**
     * Reads the house numbers, and downloads them if they are nowhere.
     *
     * @param listener is told how far a download has come
     * @return the two data sets
     * @throws UncheckedIOException as {@link #load()}
     */
    public static Svhn load(DownloadListener listener) {
        Objects.requireNonNull(listener, "Svhn.load: listener");
        return load(place(), FILES, new Download(MIRRORS, PATIENCE, listener));
    }

    static Mnist.Place place() {
        return Mnist.place(PROPERTY, VARIABLE, "svhn", System::getProperty, System::getenv);
    }

    static Svhn load(Mnist.Place place, List<PublishedFile> files, Download download) {
        Dataset[] sets = new Dataset[2];
        for (int i = 0; i < 2; i++) {
            Path file = files.get(i).get("Svhn.load", place, HINT, any -> {}, download);
            try {
                sets[i] = read(file).named(i == 0 ? "SVHN train" : "SVHN test");
            } catch (IOException e) {
                throw new UncheckedIOException("Svhn.load: " + e.getMessage(), e);
            }
        }
        return new Svhn(sets[0], sets[1]);
    }

    /**
     * Reads one file in the form of SVHN: X of 32×32×3×n values, y of n×1 labels from 1 to 10, where 10 is a 0.
     *
     * @param file a MATLAB file of version 5, compressed or not
     * @return n rows
     * @throws IOException if it cannot be read, or is not of that form
     */
    static Dataset read(Path file) throws IOException {
        MatFile mat = MatFile.read(file);
        byte[] y = mat.bytes("y", 0, 1);
        byte[] x = mat.bytes("X", EDGE, EDGE, 3, 0);
        if (x.length != y.length * 3 * PIXELS) {
            throw new Idx.BadFile(
                    false, file + " has " + x.length / (3 * PIXELS) + " images, but " + y.length + " labels");
        }
        int[] digits = new int[y.length];
        for (int i = 0; i < digits.length; i++) {
            if (y[i] < 1 || y[i] > 10) {
                throw new Idx.BadFile(false, file + ": label " + y[i] + " of image " + i + ", expected 1 to 10");
            }
            digits[i] = y[i] % 10;
        }
        byte[] plane = new byte[PIXELS];
        for (int at = 0; at < x.length; at += PIXELS) { // there the row index runs fastest, here the column's
            System.arraycopy(x, at, plane, 0, PIXELS);
            for (int row = 0; row < EDGE; row++) {
                for (int column = 0; column < EDGE; column++) {
                    x[at + row * EDGE + column] = plane[column * EDGE + row];
                }
            }
        }
        return Dataset.ofOwnBytes(x, 3 * PIXELS, 255)
                .asImages(new ImageShape(3, EDGE, EDGE))
                .withClasses(digits, 10);
    }

    /**
     * The images to train on.
     *
     * @return 73,257 × 3,072 values in [0,1], with labels from 0 to 9, in the order of the file
     */
    public Dataset train() {
        return train;
    }

    /** {@return the images to test on, 26,032 × 3,072 values in [0,1], with labels from 0 to 9, in the order of the file} */
    public Dataset test() {
        return test;
    }
}

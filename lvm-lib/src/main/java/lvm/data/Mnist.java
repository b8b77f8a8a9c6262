package lvm.data;

import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/**
 * Handwritten digits: 60,000 images to train on and 10,000 to test on, of 28×28 grey values in [0,1], row by row from the
 * top left, each with the digit as its label. Stored as bytes, 55 MB in all.
 *
 * <p>Source: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits; described in Y. LeCun,
 * L. Bottou, Y. Bengio and P. Haffner (1998), Gradient-based learning applied to document recognition, Proceedings of the
 * IEEE 86, 2278–2324.
 *
 * <p>The library does not contain it. {@link #load} takes it from
 *
 * <ol>
 *   <li>the directory named by the system property {@value #PROPERTY} or else by the environment variable
 *       {@value #VARIABLE}, which must have the four files, gzipped or not;
 *   <li>the cache: the folder mnist in the directory named by the system property {@value #CACHE_PROPERTY} or else by the
 *       environment variable {@value #CACHE_VARIABLE}, or else in the folder lvm of the user's caches (XDG_CACHE_HOME or
 *       .cache in the home directory; Library/Caches on macOS; LOCALAPPDATA on Windows);
 *   <li>public mirrors, into the cache. A download that was cut off goes on where it ended. A file stands in the cache only
 *       when it is whole.
 * </ol>
 *
 * <p>The SHA-256 of the uncompressed content of every file is checked at every load.
 */
public final class Mnist {

    /** The system property that names the directory of the files. */
    public static final String PROPERTY = "lvm.mnist.dir";

    /** The environment variable that names the directory of the files. */
    public static final String VARIABLE = "LVM_MNIST_DIR";

    /** The system property that names the directory of the caches. */
    public static final String CACHE_PROPERTY = "lvm.cache.dir";

    /** The environment variable that names the directory of the caches. */
    public static final String CACHE_VARIABLE = "LVM_CACHE_DIR";

    /** The pixels of an edge of an image. */
    public static final int EDGE = 28;

    /** The four files: images and labels to train on, images and labels to test on. */
    static final List<Idx.Spec> FILES = List.of(
            new Idx.Spec(
                    "train-images-idx3-ubyte",
                    new int[] {60_000, EDGE, EDGE},
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            new Idx.Spec(
                    "train-labels-idx1-ubyte",
                    new int[] {60_000},
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            new Idx.Spec(
                    "t10k-images-idx3-ubyte",
                    new int[] {10_000, EDGE, EDGE},
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            new Idx.Spec(
                    "t10k-labels-idx1-ubyte",
                    new int[] {10_000},
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

    private static final List<URI> MIRRORS = List.of(
            URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"),
            URI.create("https://raw.githubusercontent.com/fgnt/mnist/master/"));

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Dataset train;
    private final Dataset test;

    private Mnist(Dataset... both) {
        train = both[0];
        test = both[1];
    }

    /**
     * Reads MNIST, and downloads it if it is nowhere.
     *
     * @return the two data sets
     * @throws UncheckedIOException if it can not be had, or a file is not what it should be; the message says which, what
     *     was expected and what to do
     */
    public static Mnist load() {
        return load(ServiceLoader.load(DownloadListener.class, Mnist.class.getClassLoader())
                .findFirst()
                .orElse((file, bytes, total) -> {}));
    }

    /**
     * Reads MNIST, and downloads it if it is nowhere.
     *
     * @param listener is told how far a download has come
     * @return the two data sets
     * @throws UncheckedIOException if it can not be had, or a file is not what it should be; the message says which, what
     *     was expected and what to do
     */
    public static Mnist load(DownloadListener listener) {
        Objects.requireNonNull(listener, "Mnist.load: listener");
        Place place = place(System::getProperty, System::getenv);
        return place.isCache()
                ? fetch(place.directory(), FILES, new Download(MIRRORS, PATIENCE, listener))
                : read(place, FILES);
    }

    /**
     * Where the files are looked for.
     *
     * @param directory the directory
     * @param because what named it
     * @param isCache whether files that are missing may be downloaded into it
     */
    record Place(Path directory, String because, boolean isCache) {}

    static Place place(UnaryOperator<String> properties, UnaryOperator<String> environment) {
        return place(PROPERTY, VARIABLE, "mnist", properties, environment);
    }

    /** The place of any data set: the directory that a property or a variable names, or a folder of the cache. */
    static Place place(
            String property,
            String variable,
            String folder,
            UnaryOperator<String> properties,
            UnaryOperator<String> environment) {
        String named = properties.apply(property);
        if (named != null && !named.isBlank()) {
            return new Place(Path.of(named), "the system property " + property, false);
        }
        named = environment.apply(variable);
        if (named != null && !named.isBlank()) {
            return new Place(Path.of(named), "the environment variable " + variable, false);
        }
        return new Place(caches(properties, environment).resolve(folder), "the cache", true);
    }

    private static Path caches(UnaryOperator<String> properties, UnaryOperator<String> environment) {
        String system = Objects.toString(properties.apply("os.name"), "");
        String home = Objects.toString(properties.apply("user.home"), ".");
        for (String named : new String[] {properties.apply(CACHE_PROPERTY), environment.apply(CACHE_VARIABLE)}) {
            if (named != null && !named.isBlank()) {
                return Path.of(named);
            }
        }
        String local = environment.apply("LOCALAPPDATA");
        if (system.startsWith("Windows") && local != null && !local.isBlank()) {
            return Path.of(local, "lvm", "cache");
        }
        if (system.startsWith("Mac")) {
            return Path.of(home, "Library", "Caches", "lvm");
        }
        String xdg = environment.apply("XDG_CACHE_HOME");
        return xdg == null || xdg.isBlank() ? Path.of(home, ".cache", "lvm") : Path.of(xdg, "lvm");
    }

    static IdxSet set(List<Idx.Spec> files) {
        return new IdxSet("Mnist.load", "MNIST", PROPERTY, VARIABLE, files);
    }

    /** Reads files that someone else has put there. */
    static Mnist read(Place place, List<Idx.Spec> files) {
        return new Mnist(set(files).read(place));
    }

    /** Reads the cache, and downloads what it lacks. */
    static Mnist fetch(Path cache, List<Idx.Spec> files, Download download) {
        return new Mnist(set(files).fetch(cache, download));
    }

    /**
     * The images to train on.
     *
     * @return 60,000 × 784 grey values in [0,1], with labels from 0 to 9, in the order of the file
     */
    public Dataset train() {
        return train;
    }

    /** {@return the images to test on, 10,000 × 784 grey values in [0,1], with labels from 0 to 9, in the order of the file} */
    public Dataset test() {
        return test;
    }

    /**
     * The images to train on divided at random, beside those to test on.
     *
     * @param validation the images to validate on, usually 10,000
     * @param seed the seed of the draw
     * @return 60,000 − validation images to train on, the others to validate on, and the 10,000 to test on
     * @throws IllegalArgumentException if validation is not from 1 to 59,999
     */
    public Splits.Split split(int validation, long seed) {
        Dataset[] parts = Splits.split(train, validation, seed);
        return new Splits.Split(parts[0], parts[1].named("MNIST validation"), test);
    }
}

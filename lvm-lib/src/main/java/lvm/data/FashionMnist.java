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
 * Pictures of clothes in the form of MNIST: 60,000 images to train on and 10,000 to test on, of 28×28 grey values in [0,1], row by row from
 * the top left, each with its class as the label: T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.
 *
 * <p>Source: H. Xiao, K. Rasul and R. Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms;
 * MIT licence, copyright Zalando SE.
 *
 * <p>The library does not contain it. {@link #load} takes it from the directory named by the system property {@value #PROPERTY} or else by
 * the environment variable {@value #VARIABLE}; or else from where Debian's package dataset-fashion-mnist puts it, where that is installed;
 * or else from the folder fashion-mnist of the cache of {@link Mnist}, into which it is downloaded where it is missing. The SHA-256 of the
 * uncompressed content of every file is checked at every load.
 */
public final class FashionMnist {
    /** The system property that names the directory of the files. */
    public static final String PROPERTY = "lvm.fashion.dir";

    /** The environment variable that names the directory of the files. */
    public static final String VARIABLE = "LVM_FASHION_DIR";

    private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");

    private static final List<String> CLASSES = List.of(
            "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot");

    static final IdxSet SET = new IdxSet(
            "FashionMnist.load",
            "Fashion-MNIST",
            PROPERTY,
            VARIABLE,
            List.of(
                    of(0, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                    of(1, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                    of(2, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                    of(3, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")));

    private static final List<URI> MIRRORS = List.of(
            URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            URI.create("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"));

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Dataset train;
    private final Dataset test;

    private FashionMnist(Dataset... both) {
        train = both[0].withClasses(both[0].labels(), CLASSES);
        test = both[1].withClasses(both[1].labels(), CLASSES);
    }

    /** The file that has the name and the shape of one of MNIST's. */
    private static Idx.Spec of(int number, String sha256) {
        Idx.Spec like = Mnist.FILES.get(number);
        return new Idx.Spec(like.name(), like.dimensions(), sha256);
    }

    /**
     * Reads Fashion-MNIST, and downloads it if it is nowhere.
     *
     * @return the two data sets
     * @throws UncheckedIOException if it can not be had, or a file is not what it should be; the message says which, what was expected and
     *     what to do
     */
    public static FashionMnist load() {
        return load(ServiceLoader.load(DownloadListener.class, FashionMnist.class.getClassLoader())
                .findFirst()
                .orElse((file, bytes, total) -> {}));
    }

    /**
     * Reads Fashion-MNIST, and downloads it if it is nowhere.
     *
     * @param listener is told how far a download has come
     * @return the two data sets
     * @throws UncheckedIOException as {@link #load()}
     */
    public static FashionMnist load(DownloadListener listener) {
        Objects.requireNonNull(listener, "FashionMnist.load: listener");
        return load(SET, place(), new Download(MIRRORS, PATIENCE, listener));
    }

    static Mnist.Place place() {
        return place(SET, DEBIAN, System::getProperty, System::getenv);
    }

    /** The directory that somebody names, or that of the package where it has the files, or the cache. */
    static Mnist.Place place(
            IdxSet set, Path installed, UnaryOperator<String> properties, UnaryOperator<String> environment) {
        Mnist.Place place = Mnist.place(PROPERTY, VARIABLE, "fashion-mnist", properties, environment);
        return place.isCache() && set.in(installed)
                ? new Mnist.Place(installed, "the package dataset-fashion-mnist", false)
                : place;
    }

    static FashionMnist load(IdxSet set, Mnist.Place place, Download download) {
        return new FashionMnist(place.isCache() ? set.fetch(place.directory(), download) : set.read(place));
    }

    /** {@return the images to train on, 60,000 × 784 grey values in [0,1], with labels, in the order of the file} */
    public Dataset train() {
        return train;
    }

    /** {@return the images to test on, 10,000 × 784 grey values in [0,1], with labels, in the order of the file} */
    public Dataset test() {
        return test;
    }
}

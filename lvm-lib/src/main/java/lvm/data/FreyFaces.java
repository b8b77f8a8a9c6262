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
 * The Frey faces: 1,965 frames of a video of one face, 28×20 grey values in [0,1], row by row from the top left, in the order
 * of time. Nothing says which expression a frame shows.
 *
 * <p>Source: B. Frey; frey_rawface.mat of S. Roweis's collection at cs.nyu.edu/~roweis/data.html, which states no licence.
 *
 * <p>The library does not contain it. {@link #load} takes it from the directory named by the system property
 * {@value #PROPERTY} or else by the environment variable {@value #VARIABLE}; or else from the folder frey-faces of the cache of
 * {@link Mnist}, into which it is downloaded where it is missing. No digest of the file is known to the project: what is
 * checked at every load is the variable, its type and its shape. {@link Faces} draws faces of the same size whose identity and
 * expression are known, without any file.
 */
public final class FreyFaces {

    /** The system property that names the directory of the file. */
    public static final String PROPERTY = "lvm.frey.dir";

    /** The environment variable that names the directory of the file. */
    public static final String VARIABLE = "LVM_FREY_DIR";

    /** The pixels from top to bottom. */
    public static final int HEIGHT = 28;

    /** The pixels from left to right. */
    public static final int WIDTH = 20;

    /** The number of frames. */
    public static final int FRAMES = 1965;

    static final PublishedFile FILE = new PublishedFile("frey_rawface.mat", -1, "");

    private static final List<URI> MIRRORS = List.of(URI.create("https://cs.nyu.edu/~roweis/data/"));

    private static final String HINT = "the system property " + PROPERTY + " or the environment variable " + VARIABLE;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private FreyFaces() {}

    /**
     * Reads the faces, and downloads them if they are nowhere.
     *
     * @return 1,965 × 560 grey values in [0,1], without labels
     * @throws UncheckedIOException if they cannot be had, or the file is not what it should be; the message says what was
     *     expected and what to do
     */
    public static Dataset load() {
        return load(ServiceLoader.load(DownloadListener.class, FreyFaces.class.getClassLoader())
                .findFirst()
                .orElse((file, bytes, total) -> {}));
    }

    /**
     * Reads the faces, and downloads them if they are nowhere.
     *
     * @param listener is told how far a download has come
     * @return 1,965 × 560 grey values in [0,1], without labels
     * @throws UncheckedIOException as {@link #load()}
     */
    public static Dataset load(DownloadListener listener) {
        Objects.requireNonNull(listener, "FreyFaces.load: listener");
        return load(place(), FRAMES, new Download(MIRRORS, PATIENCE, listener));
    }

    static Mnist.Place place() {
        return Mnist.place(PROPERTY, VARIABLE, "frey-faces", System::getProperty, System::getenv);
    }

    static Dataset load(Mnist.Place place, int frames, Download download) {
        Path file = FILE.get("FreyFaces.load", place, HINT, path -> read(path, frames), download);
        try {
            return read(file, frames);
        } catch (IOException e) {
            throw new UncheckedIOException("FreyFaces.load: " + e.getMessage(), e);
        }
    }

    /** Reads a file in the form of the Frey faces: ff of 560×n values, each column an image row by row. */
    static Dataset read(Path file, int frames) throws IOException {
        return Dataset.ofOwnBytes(MatFile.read(file).bytes("ff", HEIGHT * WIDTH, frames), HEIGHT * WIDTH, 255)
                .asImages(HEIGHT, WIDTH)
                .named("Frey faces");
    }
}

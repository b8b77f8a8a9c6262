package lvm.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Characters of many alphabets, each drawn once by each of 20 people: B. M. Lake, R. Salakhutdinov and J. B. Tenenbaum (2015), Human-level
 * concept learning through probabilistic program induction. Images of 105×105, 1 where the pen was and 0 elsewhere, row by row from the top
 * left. Here are the two small background sets, of five alphabets each, which are what a model may learn from, and the 20 one-shot tasks of 20
 * characters of other alphabets.
 *
 * <p>Source: the folder python of github.com/brendenlake/omniglot, with the MIT licence. The library does not contain it. {@link #load} takes it
 * from the directory named by the system property {@value #PROPERTY} or else by the environment variable {@value #VARIABLE}; or else from the
 * folder omniglot of the cache of {@link Mnist}, into which it is downloaded where it is missing. The SHA-256 of the three archives are checked
 * at every load.
 */
public final class Omniglot {
    /** The system property that names the directory of the archives. */
    public static final String PROPERTY = "lvm.omniglot.dir";

    /** The environment variable that names the directory of the archives. */
    public static final String VARIABLE = "LVM_OMNIGLOT_DIR";

    /** The pixels of an edge of an image. */
    public static final int EDGE = 105;

    static final List<PublishedFile> FILES = List.of(
            new PublishedFile(
                    "images_background_small1.zip",
                    1_319_022,
                    "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4"),
            new PublishedFile(
                    "images_background_small2.zip",
                    1_580_917,
                    "3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f"),
            new PublishedFile(
                    "all_runs.zip", 352_787, "437c1eeab0af8484112e1b4cc0f3d541ec727f7c47b9b202da738af9dfd6c325"));

    private static final String FOLDER = "https://raw.githubusercontent.com/brendenlake/omniglot/master/python/";

    private static final List<URI> MIRRORS =
            List.of(URI.create(FOLDER), URI.create(FOLDER + "one-shot-classification/"));

    private static final String HINT = "the system property " + PROPERTY + " or the environment variable " + VARIABLE;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Dataset> background;
    private final List<Splits.Episode> runs;

    private Omniglot(List<Dataset> background, List<Splits.Episode> runs) {
        this.background = background;
        this.runs = runs;
    }

    /**
     * Reads the characters, and downloads them if they are nowhere.
     *
     * @return the data sets
     * @throws UncheckedIOException if they cannot be had, or a file is not what it should be; the message says which, what was expected and
     *     what to do
     */
    public static Omniglot load() {
        return load(ServiceLoader.load(DownloadListener.class, Omniglot.class.getClassLoader())
                .findFirst()
                .orElse((file, bytes, total) -> {}));
    }

    /**
     * Reads the characters, and downloads them if they are nowhere.
     *
     * @param listener is told how far a download has come
     * @return the data sets
     * @throws UncheckedIOException as {@link #load()}
     */
    public static Omniglot load(DownloadListener listener) {
        Objects.requireNonNull(listener, "Omniglot.load: listener");
        return load(place(), FILES, new Download(MIRRORS, PATIENCE, listener));
    }

    static Mnist.Place place() {
        return Mnist.place(PROPERTY, VARIABLE, "omniglot", System::getProperty, System::getenv);
    }

    static Omniglot load(Mnist.Place place, List<PublishedFile> files, Download download) {
        List<Path> paths = files.stream()
                .map(file -> file.get("Omniglot.load", place, HINT, any -> {}, download))
                .toList();
        try {
            List<Dataset> background = new ArrayList<>();
            for (int set = 1; set <= 2; set++) {
                background.add(background(paths.get(set - 1)).named("Omniglot, small background set " + set));
            }
            return new Omniglot(List.copyOf(background), runs(paths.get(2)));
        } catch (IOException e) {
            throw new UncheckedIOException("Omniglot.load: " + e.getMessage(), e);
        }
    }

    /** The files of an archive by name, sorted. */
    private static Map<String, byte[]> entries(Path archive) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (InputStream in = Files.newInputStream(archive);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    entries.put(entry.getName(), zip.readAllBytes());
                }
            }
        }
        return entries;
    }

    /** The pixels of images, 1 for ink. */
    private static Dataset images(String archive, Map<String, byte[]> files) throws IOException {
        byte[] all = new byte[files.size() * EDGE * EDGE];
        int at = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            // In memory: otherwise each would become a file of its own first. It is closed by the reading.
            ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file.getValue()));
            BufferedImage image = ImageIO.read(in);
            if (image == null || image.getWidth() != EDGE || image.getHeight() != EDGE) {
                throw new Idx.BadFile(
                        false, archive + ": " + file.getKey() + " is no image of " + EDGE + "×" + EDGE + " pixels");
            }
            Raster raster = image.getRaster();
            for (int row = 0; row < EDGE; row++) {
                for (int column = 0; column < EDGE; column++) {
                    all[at++] = (byte) (raster.getSample(column, row, 0) == 0 ? 1 : 0);
                }
            }
        }
        return Dataset.ofOwnBytes(all, EDGE * EDGE, 1).asImages(EDGE, EDGE);
    }

    /** An archive of folder/alphabet/character/image.png. */
    static Dataset background(Path archive) throws IOException {
        Map<String, byte[]> files = entries(archive);
        List<String> names = new ArrayList<>();
        int[] labels = new int[files.size()];
        int i = 0;
        for (String file : files.keySet()) {
            String[] parts = file.split("/");
            if (parts.length != 4) {
                throw new Idx.BadFile(
                        false, archive + " has a file " + file + ", expected folder/alphabet/character/image");
            }
            String name = parts[1] + "/" + parts[2];
            if (names.isEmpty() || !names.get(names.size() - 1).equals(name)) {
                names.add(name);
            }
            labels[i++] = names.size() - 1;
        }
        return images(archive.toString(), files).withClasses(labels, names);
    }

    /** An archive of run/class_labels.txt, whose lines are an item and its class, run/training/class.png and run/test/item.png. */
    static List<Splits.Episode> runs(Path archive) throws IOException {
        Map<String, byte[]> files = entries(archive);
        List<Splits.Episode> runs = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String name = file.getKey();
            if (!name.endsWith("/class_labels.txt")) {
                continue;
            }
            String run = name.substring(0, name.indexOf('/'));
            Map<String, byte[]> known = new TreeMap<>();
            Map<String, byte[]> test = new TreeMap<>();
            Map<String, String> classes = new TreeMap<>();
            for (String line :
                    new String(file.getValue(), StandardCharsets.UTF_8).strip().split("\\R")) {
                String[] pair = line.strip().split("\\s+");
                if (pair.length != 2 || !files.containsKey(pair[0]) || !files.containsKey(pair[1])) {
                    throw new Idx.BadFile(
                            false, archive + ", " + name + ": \"" + line + "\", expected an item and its class");
                }
                test.put(pair[0], files.get(pair[0]));
                known.put(pair[1], files.get(pair[1]));
                classes.put(pair[0], pair[1]);
            }
            List<String> order = List.copyOf(known.keySet());
            int[] numbers = new int[order.size()];
            Arrays.setAll(numbers, k -> k);
            int[] labels = classes.values().stream().mapToInt(order::indexOf).toArray();
            List<String> names = order.stream()
                    .map(path -> path.substring(path.lastIndexOf('/') + 1, path.lastIndexOf('.')))
                    .toList();
            runs.add(new Splits.Episode(
                    images(archive.toString(), known)
                            .withClasses(numbers, names)
                            .named("Omniglot, " + run + ", known"),
                    images(archive.toString(), test).withClasses(labels, names).named("Omniglot, " + run + ", test")));
        }
        return List.copyOf(runs);
    }

    /**
     * One of the two small background sets, to learn from.
     *
     * @param set 1 (2,720 images of 136 characters of the Balinese, Early Aramaic, Greek, Korean and Latin alphabets) or 2 (3,120 images of 156
     *     characters: Greek, Japanese katakana, Latin, Sanskrit, Tagalog)
     * @return 20 images of each character; the classes are named as {@code Greek/character01}
     * @throws IllegalArgumentException if the number is another
     */
    public Dataset background(int set) {
        if (set < 1 || set > 2) {
            throw new IllegalArgumentException("Omniglot.background: set " + set + ", expected 1 or 2");
        }
        return background.get(set - 1);
    }

    /** {@return the 20 one-shot tasks: 20 characters with one image each, and one other image of each to be told} */
    public List<Splits.Episode> runs() {
        return runs;
    }
}

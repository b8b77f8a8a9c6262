package lvm.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Images with labels in four files of the form of MNIST's: images and labels to train on, images and labels to test on.
 *
 * @param caller the method that asks, for messages
 * @param title what the set is called
 * @param property the system property that names the directory of the files
 * @param variable the environment variable that does
 * @param files the four
 */
record IdxSet(String caller, String title, String property, String variable, List<Idx.Spec> files) {
    private static final Object ONE_DOWNLOAD = new Object();

    /** Reads files that someone else has put there: those to train on and those to test on. */
    Dataset[] read(Mnist.Place place) {
        byte[][] contents = new byte[files.size()][];
        for (int i = 0; i < contents.length; i++) {
            Idx.Spec spec = files.get(i);
            Path file = find(place.directory(), spec);
            if (file == null) {
                String message = caller + ": " + place.directory().toAbsolutePath() + ", which " + place.because()
                        + " names, " + (Files.isDirectory(place.directory()) ? "has" : "is no directory with")
                        + " no file " + spec.name() + " or " + spec.name() + ".gz; put the four files of " + title
                        + " there, or name no directory to have them downloaded";
                throw new UncheckedIOException(message, new NoSuchFileException(spec.name()));
            }
            try {
                contents[i] = Idx.read(file, spec);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        caller + ": " + e.getMessage() + "; " + place.because()
                                + " names this directory: replace the file,"
                                + " or name no directory to have it downloaded",
                        e);
            }
        }
        return of(contents);
    }

    /** Whether a directory has all four files, whatever is in them. */
    boolean in(Path directory) {
        return files.stream().allMatch(spec -> find(directory, spec) != null);
    }

    static Path find(Path directory, Idx.Spec spec) {
        for (String name : new String[] {spec.name(), spec.name() + ".gz"}) {
            Path file = directory.resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    /** Reads the cache, and downloads what it lacks. */
    Dataset[] fetch(Path cache, Download download) {
        byte[][] contents = new byte[files.size()][];
        for (int i = 0; i < contents.length; i++) {
            Idx.Spec spec = files.get(i);
            try {
                contents[i] = cached(cache, spec);
                if (contents[i] == null) {
                    contents[i] = fetch(cache, spec, download);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(
                        caller + ": " + spec.name() + " can not be had. " + cache.toAbsolutePath()
                                + " has no good copy, and the download failed:\n  " + e.getMessage()
                                + "\nTry again later, or get the four files elsewhere and name their directory by the system"
                                + " property " + property + " or the environment variable " + variable,
                        e);
            }
        }
        return of(contents);
    }

    private static byte[] cached(Path cache, Idx.Spec spec) {
        Path file = find(cache, spec);
        try {
            return file == null ? null : Idx.read(file, spec);
        } catch (IOException e) {
            return null; // a new copy will take its place
        }
    }

    private static byte[] fetch(Path cache, Idx.Spec spec, Download download) throws IOException {
        Files.createDirectories(cache);
        // One thread and one process at a time; who waited finds the file in the cache.
        synchronized (ONE_DOWNLOAD) {
            try (FileChannel channel = FileChannel.open(
                    cache.resolve("download.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock(); // until the channel is closed
                byte[] content = cached(cache, spec);
                if (content == null) {
                    Files.deleteIfExists(cache.resolve(spec.name()));
                    download.fetch(spec.name() + ".gz", cache, part -> Idx.read(part, spec));
                    content = Idx.read(cache.resolve(spec.name() + ".gz"), spec);
                }
                return content;
            }
        }
    }

    private Dataset[] of(byte[][] contents) {
        return new Dataset[] {
            set(title + " train", contents[0], contents[1], files.get(0)),
            set(title + " test", contents[2], contents[3], files.get(2))
        };
    }

    private static Dataset set(String name, byte[] images, byte[] labels, Idx.Spec spec) {
        int[] classes = new int[labels.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = labels[i];
        }
        return Dataset.ofOwnBytes(images, spec.size() / spec.dimensions()[0], 255)
                .asImages(spec.dimensions()[1], spec.dimensions()[2])
                .withClasses(classes, 10)
                .named(name);
    }
}

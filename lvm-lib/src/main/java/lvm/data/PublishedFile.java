package lvm.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/**
 * A file that somebody has published and the library does not contain, known by its digest. It is looked for in the directory
 * that the user names, which must have it, or else in the cache, into which it is downloaded.
 *
 * @param name its name, in the directory and at the mirrors
 * @param bytes its length, -1 if that is not known
 * @param sha256 the digest of the file as it stands, empty if that is not known
 */
record PublishedFile(String name, long bytes, String sha256) {
    private static final Object ONE_DOWNLOAD = new Object();

    /** Whether a file is what it should be. */
    void verify(Path file) throws IOException {
        long found = Files.size(file);
        if (bytes >= 0 && found != bytes) {
            throw new Idx.BadFile(found < bytes, file + " has " + found + " bytes, expected " + bytes);
        }
        if (sha256.isEmpty()) {
            return;
        }
        MessageDigest digest = Sha256.start();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("the reading of " + file + " was interrupted");
                }
            }
        }
        String hex = Sha256.hex(digest);
        if (!hex.equals(sha256)) {
            throw new Idx.BadFile(false, file + " has other content: SHA-256 " + hex + ", expected " + sha256);
        }
    }

    /**
     * Where the file stands, whole.
     *
     * @param caller the method that asks, for messages
     * @param place where it is looked for
     * @param hint what names another directory, for messages
     * @param content looks at what no digest can tell
     * @param download fetches what the cache lacks
     */
    Path get(String caller, Mnist.Place place, String hint, Download.Verifier content, Download download) {
        Path file = place.directory().resolve(name);
        if (!place.isCache()) {
            try {
                if (!Files.isRegularFile(file)) {
                    throw new NoSuchFileException(place.directory().toAbsolutePath() + " has no file " + name);
                }
                both(file, content);
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(
                        caller + ": " + e.getMessage() + "; " + place.because() + " names this directory: put the file"
                                + " there, or name no directory to have it downloaded",
                        e);
            }
        }
        try {
            if (!good(file, content)) {
                fetch(place.directory(), content, download);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    caller + ": " + name + " cannot be had. "
                            + place.directory().toAbsolutePath() + " has no good copy, and the download failed:\n  "
                            + e.getMessage() + "\nTry again later, or get the file elsewhere and name its directory by "
                            + hint,
                    e);
        }
    }

    private void both(Path file, Download.Verifier content) throws IOException {
        verify(file);
        content.verify(file);
    }

    private boolean good(Path file, Download.Verifier content) {
        try {
            if (!Files.isRegularFile(file)) {
                return false;
            }
            both(file, content);
            return true;
        } catch (IOException e) {
            return false; // a new copy will take its place
        }
    }

    private void fetch(Path cache, Download.Verifier content, Download download) throws IOException {
        Files.createDirectories(cache);
        // One thread and one process at a time; who waited finds the file in the cache.
        synchronized (ONE_DOWNLOAD) {
            try (FileChannel channel = FileChannel.open(
                    cache.resolve("download.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock(); // until the channel is closed
                if (!good(cache.resolve(name), content)) {
                    download.fetch(name, cache, part -> both(part, content));
                }
            }
        }
    }
}

package lvm.store;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * A JSON file and the safetensors file that it names, kept in one directory and replaced together: the numbers go to a new
 * file, then the JSON that names it takes the place of the old JSON in one move. Whenever the process dies, the JSON that
 * is found belongs to the numbers that it names. Both are guarded by SHA-256.
 */
public final class Store {
    /** For tests: is told how far a write has come. */
    static volatile Consumer<String> probe = point -> {};

    private static final String[] SUFFIXES = {"-a.safetensors", "-b.safetensors"};
    private static final int BUFFER = 1 << 16;

    private final Path directory;
    private final String name;

    /**
     * What was read.
     *
     * @param content the JSON, with the entry {@code tensors} that names the file of the numbers
     * @param tensors the numbers
     */
    public record Loaded(JsonObject content, Safetensors tensors) {}

    /**
     * A place for one pair of files.
     *
     * @param directory where; made by {@link #write} if it is missing
     * @param name of the JSON file, without its ending
     */
    public Store(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /** {@return the path of the JSON file, whether it exists or not} */
    public Path json() {
        return directory.resolve(name + ".json");
    }

    /**
     * Whether something was written here.
     *
     * @return true if the JSON file exists
     */
    public boolean exists() {
        return Files.exists(json());
    }

    /**
     * Removes the JSON, and then the numbers, which are nothing any more without it.
     *
     * @return false if there was no JSON
     * @throws UncheckedIOException if a file can not be removed
     */
    public boolean delete() {
        try {
            boolean there = Files.deleteIfExists(json());
            for (String suffix : SUFFIXES) {
                Files.deleteIfExists(directory.resolve(name + suffix));
            }
            return there;
        } catch (IOException e) {
            throw new UncheckedIOException(json() + ": can not be replaced", e);
        }
    }

    /**
     * Writes both; an interrupt of the thread does not stop it and is not lost.
     *
     * @param content the JSON; not modified
     * @param tensors the numbers
     * @throws IOException if a file can not be written; what was there before then still is
     */
    public void write(JsonObject content, Safetensors tensors) throws IOException {
        // An interrupted thread can not use a FileChannel; the flag is put back at the end.
        boolean interrupted = Thread.interrupted();
        try {
            Files.createDirectories(directory);
            String old = named();
            String next = name + (SUFFIXES[0].equals(suffix(old)) ? SUFFIXES[1] : SUFFIXES[0]);
            Path file = directory.resolve(next);
            MessageDigest digest = sha256();
            Path temporary = directory.resolve(next + ".tmp");
            try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                OutputStream digested = new DigestOutputStream(new Probed(out), digest);
                BufferedOutputStream buffered = new BufferedOutputStream(digested, BUFFER);
                tensors.write(buffered);
                buffered.flush();
                out.getFD().sync();
            }
            move(temporary, file);
            probe.accept("between");
            JsonObject described = content.deepCopy();
            JsonObject about = new JsonObject();
            about.addProperty("file", next);
            about.addProperty("sha256", HexFormat.of().formatHex(digest.digest()));
            described.add("tensors", about);
            JsonObject whole = new JsonObject();
            whole.add("content", described);
            whole.addProperty("sha256", sha256(described));
            byte[] text = (whole + "\n").getBytes(StandardCharsets.UTF_8);
            Path temporaryJson = directory.resolve(name + ".json.tmp");
            try (FileOutputStream out = new FileOutputStream(temporaryJson.toFile())) {
                out.write(text, 0, text.length / 2);
                probe.accept("json");
                out.write(text, text.length / 2, text.length - text.length / 2);
                out.getFD().sync();
            }
            move(temporaryJson, json());
            probe.accept("moved");
            if (old != null && !old.equals(next)) {
                Files.deleteIfExists(directory.resolve(old));
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Tells the probe after the first bytes. */
    private static final class Probed extends OutputStream {
        private final OutputStream out;
        private boolean told;

        Probed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int half = told ? 0 : length / 2;
            out.write(bytes, from, half);
            if (!told) {
                told = true;
                probe.accept("tensors");
            }
            out.write(bytes, from + half, length - half);
        }
    }

    /** The file of numbers that belongs to the JSON that is there; null if there is none or it can not be read. */
    private String named() {
        if (!exists()) {
            return null;
        }
        try {
            String file = parse().getAsJsonObject("content")
                    .getAsJsonObject("tensors")
                    .get("file")
                    .getAsString();
            return suffix(file) == null ? null : file;
        } catch (IOException | RuntimeException e) {
            return null; // it is damaged, so nothing is lost when its numbers are overwritten
        }
    }

    private String suffix(String file) {
        for (String suffix : SUFFIXES) {
            if ((name + suffix).equals(file)) {
                return suffix;
            }
        }
        return null;
    }

    private JsonObject parse() throws IOException {
        try (InputStream in = new FileInputStream(json().toFile())) {
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException(json() + ": cut short or no JSON: " + e.getMessage(), e);
        }
    }

    /**
     * Reads both and checks them.
     *
     * @return the JSON and the numbers
     * @throws IOException if one is missing, cut short or changed; the message says which
     */
    public Loaded read() throws IOException {
        if (!exists()) {
            throw new IOException(json() + ": there is no such file");
        }
        JsonObject whole = parse();
        JsonObject content;
        String file;
        String expected;
        try {
            content = whole.getAsJsonObject("content");
            if (!sha256(content).equals(whole.get("sha256").getAsString())) {
                throw new IOException(json() + ": its SHA-256 is not that of its content; it was changed or damaged");
            }
            file = content.getAsJsonObject("tensors").get("file").getAsString();
            expected = content.getAsJsonObject("tensors").get("sha256").getAsString();
        } catch (RuntimeException e) {
            throw new IOException(json() + ": fields are missing", e);
        }
        if (suffix(file) == null) {
            throw new IOException(json() + ": it names the file \"" + file + "\"");
        }
        Path path = directory.resolve(file);
        if (!Files.exists(path)) {
            throw new IOException(path + ": the file that " + json().getFileName() + " names is missing");
        }
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(new FileInputStream(path.toFile()), digest)) {
            Safetensors tensors =
                    Safetensors.read(new BufferedInputStream(in, BUFFER), Files.size(path), path.toString());
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(expected)) {
                throw new IOException(
                        path + ": its SHA-256 is " + found + ", expected " + expected + "; it was changed or damaged");
            }
            return new Loaded(content, tensors);
        }
    }

    /** Moves a finished file to its place, in one step where the file system can, and makes that last. */
    static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
        Path directory = to.toAbsolutePath().getParent();
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Some systems can not open a directory; the move itself is done.
            return;
        }
    }

    /**
     * A number as JSON, which has no NaN and no infinity: they are strings, which {@code getAsDouble} understands.
     *
     * @param value any number
     * @return the JSON
     */
    public static JsonPrimitive number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : new JsonPrimitive(Double.toString(value));
    }

    private static String sha256(JsonObject content) {
        return HexFormat.of().formatHex(sha256().digest(content.toString().getBytes(StandardCharsets.UTF_8)));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}

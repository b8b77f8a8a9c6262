package lvm.results;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@code ./lvm reproduce} left in {@code notebooks/results}. */
public final class Results {
    private static final String FOLDER = "results";

    private Results() {}

    /**
     * The results of an experiment, or of all whose names begin with its name and a hyphen, from {@code results} or
     * {@code notebooks/results} in the working directory or one above it.
     *
     * @param name such as {@code flows} or {@code table1}
     * @return the results, in the order of the files' names; none if it was never run
     * @throws IllegalArgumentException if a file is no list of results; the message names it
     * @throws UncheckedIOException if a file can not be read
     */
    public static List<Result> load(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            for (Path folder :
                    List.of(at.resolve(FOLDER), at.resolve("notebooks").resolve(FOLDER))) {
                if (Files.isDirectory(folder)) {
                    return load(folder, name);
                }
            }
        }
        return List.of();
    }

    /**
     * The same from a folder.
     *
     * @param folder where the files lie
     * @param name the experiment, or the beginning of several up to a hyphen
     * @return the results, in the order of the files' names
     * @throws IllegalArgumentException if a file is no list of results; the message names it
     * @throws UncheckedIOException if the folder or a file can not be read
     */
    public static List<Result> load(Path folder, String name) {
        List<Result> results = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String found = file.getFileName().toString();
                if (found.equals(name + ".json") || found.startsWith(name + "-") && found.endsWith(".json")) {
                    results.addAll(read(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Results.load: " + folder, e);
        }
        return results;
    }

    private static List<Result> read(Path file) throws IOException {
        List<Result> results = new ArrayList<>();
        try {
            for (JsonElement element :
                    JsonParser.parseString(Files.readString(file)).getAsJsonArray()) {
                results.add(Result.from(element.getAsJsonObject()));
            }
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Results.load: " + file + " is no list of results: " + e.getMessage(), e);
        }
        return results;
    }
}

package lvm.results;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What {@code ./lvm reproduce} left in {@code notebooks/results}: a list of results that can be searched and laid out as a table.
 * A result has the keys {@code system} (its name, up to the first comma), {@code settings} (what follows), {@code quantity},
 * {@code unit}, {@code data} (up to the first comma), {@code split}, {@code binarization}, {@code kind} and {@code draws}. Any other key is a number that
 * stands beside that word in one of the texts: {@code labels} in "MNIST, 100 labels", {@code N} in "N = 1000".
 *
 * <pre>{@code
 * Results.load("table1").pivot("system", "labels").beside(References.load("semi-supervised"))
 * }</pre>
 */
public final class Results extends AbstractList<Result> {
    private static final String FOLDER = "results";

    private final List<Result> results;
    private final Path folder; // of the records; null for results that are none

    private Results(List<Result> results, Path folder) {
        this.results = List.copyOf(results);
        this.folder = folder;
    }

    /**
     * Results as a list that can be searched.
     *
     * @param results in their order; copied
     * @return the same results
     */
    public static Results of(List<Result> results) {
        return new Results(results, null);
    }

    @Override
    public Result get(int index) {
        return results.get(index);
    }

    @Override
    public int size() {
        return results.size();
    }

    /**
     * Those of which a key has a value.
     *
     * @param key see the class
     * @param value its value, or for texts the beginning of it
     * @return the results, in their order
     */
    public Results where(String key, String value) {
        return where(r -> {
            String found = r.text(key);
            return found.equals(value) || !isNumber(value) && found.startsWith(value);
        });
    }

    private static boolean isNumber(String text) {
        return text.chars().allMatch(c -> Character.isDigit(c) || c == ',' || c == '.');
    }

    /**
     * Those that a condition holds for.
     *
     * @param condition the condition
     * @return the results, in their order
     */
    public Results where(Predicate<Result> condition) {
        return new Results(results.stream().filter(condition).toList(), folder);
    }

    /**
     * The trained model behind the first of these results that has one: what took hours, in a fraction of a second. A notebook
     * says what it does without the file:
     *
     * <pre>{@code
     * Vae vae = Results.load("vae-static").model(Vae.class).orElseGet(() -> Vae.builder().latent(20).fit(data));
     * }</pre>
     *
     * @param type the class of the model
     * @param <M> the class of the model
     * @return the model, its numbers rounded to half precision; nothing if no result has a file, or the file is not there
     * @throws UncheckedIOException if the file is damaged, not the one of the record, or of a model of another kind
     */
    public <M> Optional<M> model(Class<M> type) {
        return results.stream()
                .filter(r -> folder != null
                        && r.weights() != null
                        && Files.exists(folder.resolve(r.weights().file())))
                .findFirst()
                .map(r -> r.weights().load(folder, type));
    }

    /** {@return the values, in the order of the results} */
    public double[] values() {
        return results.stream().mapToDouble(Result::value).toArray();
    }

    /** {@return the standard errors, in the order of the results; NaN where one is not known} */
    public double[] standardErrors() {
        return results.stream().mapToDouble(Result::standardError).toArray();
    }

    /**
     * The numbers of a key, such as the places of values in a plot.
     *
     * @param key see the class
     * @return a number for each result
     * @throws IllegalArgumentException if it is no number in one of them
     */
    public double[] numbers(String key) {
        return results.stream().mapToDouble(r -> r.number(key)).toArray();
    }

    /**
     * A table with a row for each value of one key and a column for each of another. Where several results belong into one cell
     * the last of them stands there.
     *
     * @param row the key of the rows, see the class
     * @param column the key of the columns
     * @return a table that can be shown, its rows in the order of the results, columns of numbers in ascending order
     */
    public ResultTable pivot(String row, String column) {
        return new ResultTable(this, row, column);
    }

    /**
     * The results of an experiment, or of all whose names begin with its name and a hyphen, from {@code results} or
     * {@code notebooks/results} in the working directory or one above it.
     *
     * @param name such as {@code flows} or {@code table1}
     * @return the results, in the order of the files' names; none if it was never run
     * @throws IllegalArgumentException if a file is no list of results; the message names it
     * @throws UncheckedIOException if a file can not be read
     */
    public static Results load(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            for (Path folder :
                    List.of(at.resolve(FOLDER), at.resolve("notebooks").resolve(FOLDER))) {
                if (Files.isDirectory(folder)) {
                    return load(folder, name);
                }
            }
        }
        return new Results(List.of(), null);
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
    public static Results load(Path folder, String name) {
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
        return new Results(results, folder);
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

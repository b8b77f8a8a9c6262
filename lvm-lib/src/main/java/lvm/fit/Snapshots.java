package lvm.fit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lvm.model.Require;
import lvm.store.Models;
import lvm.store.SavedModel;

/**
 * The models that a training passed through, to watch it again when it is over:
 *
 * <pre>{@code
 * Snapshots<Vae> course = Snapshots.every(2);
 * Vae vae = Vae.builder().latent(20).hidden(300).epochs(40).listener(course).fit(images);
 * Plots.film(course.map((epoch, model) -> Plots.images(model.decode(codes), 28, 28).title("epoch " + epoch)));
 * }</pre>
 *
 * <p>They are kept in memory, or as files of models in a directory, where a later session finds them by {@link #read} and a
 * fit that is resumed adds its own. A fit that begins anew takes the place of the one before: what was kept of its own
 * iteration and of later ones is dropped, so that of several restarts the last stays.
 *
 * @param <M> the model
 */
public final class Snapshots<M> implements IterationListener<M> {

    private static final Pattern FILE = Pattern.compile("iteration-(\\d+)\\.safetensors");

    private final int every;
    private final Path directory;
    private final Class<M> type;
    private final TreeMap<Integer, M> models = new TreeMap<>(); // null where the model is in a file

    private Snapshots(int every, Path directory, Class<M> type) {
        this.every = every;
        this.directory = directory;
        this.type = type;
    }

    /**
     * Keeps models in memory.
     *
     * @param <M> the model
     * @param iterations keeps the model after each so many iterations (epochs, where there are minibatches), and the start
     *     where the fit tells of it
     * @return a listener for one fit
     * @throws IllegalArgumentException if the number is below 1
     */
    public static <M> Snapshots<M> every(int iterations) {
        return new Snapshots<>(Require.atLeast("Snapshots.every", "iterations", 1, iterations), null, null);
    }

    /**
     * Keeps models as files of a directory, beside those that it holds of earlier iterations.
     *
     * @param <M> the model
     * @param iterations keeps the model after each so many iterations (epochs, where there are minibatches)
     * @param directory where to; made if it is not there
     * @param type the class of the model
     * @return a listener for one fit
     * @throws IllegalArgumentException if the number is below 1
     * @throws UncheckedIOException if the directory can not be made or read
     */
    public static <M extends SavedModel> Snapshots<M> every(int iterations, Path directory, Class<M> type) {
        Require.atLeast("Snapshots.every", "iterations", 1, iterations);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Snapshots.every: can not make the directory " + directory, e);
        }
        return found(iterations, directory, type);
    }

    /**
     * The models that a fit has put into a directory.
     *
     * @param <M> the model
     * @param directory where they are
     * @param type the class of the model
     * @return what is there
     * @throws IllegalArgumentException if the directory holds no such file
     * @throws UncheckedIOException if it can not be read
     */
    public static <M extends SavedModel> Snapshots<M> read(Path directory, Class<M> type) {
        Snapshots<M> found = found(1, directory, type);
        if (found.size() == 0) {
            throw new IllegalArgumentException("Snapshots.read: no file iteration-….safetensors in " + directory
                    + "; a fit puts them there by listener(Snapshots.every(1, directory, type))");
        }
        return found;
    }

    private static <M> Snapshots<M> found(int every, Path directory, Class<M> type) {
        Snapshots<M> found =
                new Snapshots<>(every, directory, Objects.requireNonNull(type, "Snapshots: the class of the model"));
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> {
                Matcher name = FILE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.models.put(Integer.parseInt(name.group(1)), null);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Snapshots: can not read the directory " + directory, e);
        }
        return found;
    }

    @Override
    public void iteration(int iteration, M model) {
        if (iteration % every != 0) {
            return;
        }
        List<Integer> later = List.copyOf(models.tailMap(iteration, true).keySet());
        for (int old : later) {
            models.remove(old);
            if (directory != null) {
                delete(file(old));
            }
        }
        if (directory != null) {
            ((SavedModel) model).save(file(iteration));
        }
        models.put(iteration, directory == null ? model : null);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Snapshots: can not delete " + file, e);
        }
    }

    private Path file(int iteration) {
        return directory.resolve(String.format("iteration-%06d.safetensors", iteration));
    }

    /** {@return how many models are kept} */
    public int size() {
        return models.size();
    }

    /** {@return the iterations of the models that are kept, in order} */
    public int[] iterations() {
        return models.keySet().stream().mapToInt(i -> i).toArray();
    }

    /**
     * A model that is kept.
     *
     * @param iteration after how many iterations
     * @return the model as it was then
     * @throws IllegalArgumentException if no model of that iteration is kept
     */
    public M at(int iteration) {
        if (!models.containsKey(iteration)) {
            throw new IllegalArgumentException(
                    "Snapshots.at: no model of iteration " + iteration + ", there are those of " + models.keySet());
        }
        M model = models.get(iteration);
        return model == null ? Models.load(file(iteration), type) : model;
    }

    /**
     * What a function makes of each model, in the order of the training: the frames of a film. Of models in files one at a time
     * is in memory.
     *
     * @param <T> what is made
     * @param function of the number of iterations done and the model
     * @return one for each model
     */
    public <T> List<T> map(BiFunction<Integer, ? super M, ? extends T> function) {
        List<T> made = new ArrayList<>();
        for (int iteration : iterations()) {
            made.add(function.apply(iteration, at(iteration)));
        }
        return made;
    }

    @Override
    public String toString() {
        return size() == 0
                ? "no model kept yet"
                : size() + " models, of iterations " + models.firstKey() + " to " + models.lastKey()
                        + (directory == null ? "" : ", in " + directory);
    }
}

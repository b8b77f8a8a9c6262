package lvm.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A fitted model on one card: what it is, how it was set, what came out. Notebooks show it, {@link #toString()} is the
 * text form.
 *
 * @param name the model's name, such as {@code GaussianMixture}
 * @param settings the builder's settings in the order to show them, such as {@code components → 2}
 * @param results what the fit found in the order to show it, with units where they matter
 * @param history the course of the fit
 * @param columns the names of the columns that the model was fitted on, in its order; none if the data had no names
 * @param classNames the names of the classes of a model that knows some; none if they are 0, …, K − 1
 */
public record ModelSummary(
        String name,
        Map<String, String> settings,
        Map<String, String> results,
        History history,
        List<String> columns,
        List<String> classNames) {

    /**
     * Copies both maps, keeping their order.
     *
     * @param name the model's name
     * @param settings the builder's settings
     * @param results what the fit found
     * @param history the course of the fit
     * @param columns the names of the columns
     * @param classNames the names of the classes
     */
    public ModelSummary {
        Objects.requireNonNull(name, "ModelSummary: name");
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
        Objects.requireNonNull(history, "ModelSummary: history");
        columns = List.copyOf(columns);
        classNames = List.copyOf(classNames);
    }

    /**
     * The names of all classes of a model.
     *
     * @param count K
     * @return K names; the number of a class that has none
     */
    public List<String> classNames(int count) {
        return IntStream.range(0, count)
                .mapToObj(k -> k < classNames.size() ? classNames.get(k) : Integer.toString(k))
                .toList();
    }

    /**
     * The summary of a model without classes that have names.
     *
     * @param name the model's name
     * @param settings the builder's settings
     * @param results what the fit found
     * @param history the course of the fit
     * @param columns the names of the columns
     */
    public ModelSummary(
            String name,
            Map<String, String> settings,
            Map<String, String> results,
            History history,
            List<String> columns) {
        this(name, settings, results, history, columns, List.of());
    }

    /**
     * The summary of a model that was fitted on columns without names.
     *
     * @param name the model's name
     * @param settings the builder's settings
     * @param results what the fit found
     * @param history the course of the fit
     */
    public ModelSummary(String name, Map<String, String> settings, Map<String, String> results, History history) {
        this(name, settings, results, history, List.of());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name);
        settings.forEach(
                (key, value) -> text.append("\n  ").append(key).append(": ").append(value));
        text.append("\n  ---");
        results.forEach(
                (key, value) -> text.append("\n  ").append(key).append(": ").append(value));
        return text.toString();
    }
}

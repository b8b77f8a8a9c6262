package lvm.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Puts a model's {@link ModelSummary} together, line by line in the order in which it is shown. Formats are those of
 * {@link String#format} in no country's spelling.
 */
public final class Card {
    private final String name;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> results = new LinkedHashMap<>();
    private List<String> columns = List.of();
    private List<String> classes = List.of();

    private Card(String name) {
        this.name = name;
    }

    /**
     * A card without a line.
     *
     * @param name the model's name, such as {@code GaussianMixture}
     * @return the card
     */
    public static Card of(String name) {
        return new Card(name);
    }

    /**
     * Adds a setting.
     *
     * @param key what is set
     * @param value its value, shown as its text; {@code given} if it has none of its own, such as a function
     * @return this
     */
    public Card setting(String key, Object value) {
        settings.put(key, String.valueOf(shown(value)));
        return this;
    }

    /**
     * Adds a setting, formatted.
     *
     * @param key what is set
     * @param format a format
     * @param values what stands in it
     * @return this
     */
    public Card setting(String key, String format, Object... values) {
        return setting(
                key,
                String.format(
                        Locale.ROOT,
                        format,
                        Arrays.stream(values).map(Card::shown).toArray()));
    }

    /** The value, unless it has no text of its own, such as a function: its address says nothing and differs in each run. */
    private static Object shown(Object value) {
        boolean address = value != null
                && value.toString().equals(value.getClass().getName() + "@" + Integer.toHexString(value.hashCode()));
        return address ? "given" : value;
    }

    /**
     * Adds settings.
     *
     * @param more key → text, in their order
     * @return this
     */
    public Card settings(Map<String, String> more) {
        settings.putAll(more);
        return this;
    }

    /**
     * Adds what the fit found.
     *
     * @param key what was found
     * @param value its value, shown as its text
     * @return this
     */
    public Card result(String key, Object value) {
        results.put(key, String.valueOf(value));
        return this;
    }

    /**
     * Adds what the fit found, formatted.
     *
     * @param key what was found
     * @param format a format
     * @param values what stands in it
     * @return this
     */
    public Card result(String key, String format, Object... values) {
        results.put(key, String.format(Locale.ROOT, format, values));
        return this;
    }

    /**
     * Adds numbers that the fit found, the first of them where there are many.
     *
     * @param key what was found
     * @param format the format of one
     * @param most how many are shown at most; an ellipsis says that there are more
     * @param values the numbers
     * @return this
     */
    public Card results(String key, String format, int most, double... values) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < Math.min(values.length, most); i++) {
            shown.add(String.format(Locale.ROOT, format, values[i]));
        }
        if (values.length > most) {
            shown.add("…");
        }
        return result(key, String.join(", ", shown));
    }

    /**
     * Adds what the fit found.
     *
     * @param more key → text, in their order
     * @return this
     */
    public Card results(Map<String, String> more) {
        results.putAll(more);
        return this;
    }

    /**
     * Adds how far a fit by minibatches came: the rows, the last value of the objective, the epochs and why it ended.
     *
     * @param history the course of the fit
     * @param rows the number of rows that were learnt from
     * @param unit the unit of the objective
     * @return this
     */
    public Card course(History history, long rows, String unit) {
        result("rows", rows);
        if (history.size() > 0) {
            result("objective", "%.4f %s", history.last(history.names().get(0)), unit);
        }
        return result("epochs", history.size() + ", " + history.stop());
    }

    /**
     * Sets the names of the columns that the model was fitted on.
     *
     * @param names D names in the order of the model, as {@code data.columns()} gives them; none if the data had no names
     * @return this
     */
    public Card columns(List<String> names) {
        columns = List.copyOf(names);
        return this;
    }

    /**
     * Sets the names of the classes that the model knows.
     *
     * @param names K names, as {@code data.labelNames()} gives them; none if the classes are 0, …, K − 1
     * @return this
     */
    public Card classes(List<String> names) {
        classes = List.copyOf(names);
        return this;
    }

    /**
     * What the card says.
     *
     * @param history the course of the fit
     * @return the summary, a copy of what was added up to now
     */
    public ModelSummary summary(History history) {
        return new ModelSummary(name, settings, results, history, columns, classes);
    }
}

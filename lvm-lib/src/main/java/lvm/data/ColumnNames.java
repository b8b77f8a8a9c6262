package lvm.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Columns found by their names. As in Tablesaw, names that differ in capitals only are the same name. */
final class ColumnNames {
    private static final int SHOWN = 10; // names in a message

    private ColumnNames() {}

    /** Names for the columns of data, checked. */
    static List<String> of(String[] names, int dim) {
        if (names.length != dim) {
            throw new IllegalArgumentException(
                    "Dataset.withColumns: " + names.length + " names for " + dim + " columns");
        }
        if (Arrays.stream(names).map(ColumnNames::key).distinct().count() < dim) {
            throw new IllegalArgumentException(
                    "Dataset.withColumns: two of " + List.of(names) + " are equal, capitals or not");
        }
        return List.of(names);
    }

    /** Columns without names are taken in their order, if there are as many as expected. */
    static void requireAsMany(int dim, List<String> expected, String where) {
        if (dim != expected.size()) {
            throw new IllegalArgumentException(where + ": the data have " + dim
                    + " columns without names, the model was fitted to " + expected.size() + ", " + list(expected));
        }
    }

    /** Where each of the expected columns stands among those that are there, which must be the same ones. */
    static int[] places(List<String> there, List<String> expected, String where) {
        Map<String, Integer> places = new HashMap<>();
        for (int j = 0; j < there.size(); j++) {
            places.put(key(there.get(j)), j);
        }
        List<String> missing =
                expected.stream().filter(name -> !places.containsKey(key(name))).toList();
        Set<String> wanted = expected.stream().map(ColumnNames::key).collect(Collectors.toSet());
        List<String> unknown =
                there.stream().filter(name -> !wanted.contains(key(name))).toList();
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            String lack = missing.isEmpty() ? "" : "the data lack " + list(missing);
            String excess = unknown.isEmpty()
                    ? ""
                    : "the model was not fitted to " + list(unknown)
                            + "; leave out what is too much, or make it the label by Dataset.of(table, column)";
            throw new IllegalArgumentException(
                    where + ": " + lack + (lack.isEmpty() || excess.isEmpty() ? "" : ", and ") + excess);
        }
        return expected.stream().mapToInt(name -> places.get(key(name))).toArray();
    }

    /** Such as: the columns "a", "b", "c". */
    static String list(List<String> names) {
        return list("the column", names);
    }

    static String list(String what, List<String> names) {
        return what
                + (names.size() == 1 ? " " : what.endsWith("s") ? "es " : "s ")
                + names.stream().limit(SHOWN).map(name -> '"' + name + '"').collect(Collectors.joining(", "))
                + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}

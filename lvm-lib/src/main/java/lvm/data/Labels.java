package lvm.data;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;

/** The labels of rows: classes counted from 0 or {@link Dataset#UNLABELLED}, how many classes there are, and their names. */
final class Labels {

    /** No labels at all. */
    static final Labels NONE = new Labels(null, 0, List.of());

    private static final double MOST = 1L << 53; // up to which a double has every whole number

    private final int[] labels; // of the rows; null: none at all
    private final int classes;
    private final List<String> names;

    private Labels(int[] labels, int classes, List<String> names) {
        this.labels = labels;
        this.classes = classes;
        this.names = names;
    }

    /** Labels that are given as numbers; copied. */
    static Labels of(int[] labels, int rows) {
        requireAsMany("Dataset.withLabels", labels.length, rows);
        long[] values = new long[rows];
        for (int i = 0; i < rows; i++) {
            if (labels[i] < Dataset.UNLABELLED) {
                throw new IllegalArgumentException("Dataset.withLabels: label " + labels[i] + " of row " + i
                        + ", expected 0 or more, or -1 for none");
            }
            values[i] = labels[i];
        }
        return numbered(values);
    }

    /** Classes counted from 0, of which some may not occur; copied. No names: the classes are the numbers. */
    static Labels of(int[] classes, int rows, int count, List<String> names) {
        requireAsMany("Dataset.withClasses", classes.length, rows);
        for (int i = 0; i < rows; i++) {
            if (classes[i] < Dataset.UNLABELLED || classes[i] >= count) {
                throw new IllegalArgumentException("Dataset.withClasses: class " + classes[i] + " of row " + i
                        + ", expected 0 to " + (count - 1) + ", or -1 for none");
            }
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("Dataset.withClasses: two of the classes " + names + " are equal");
        }
        return new Labels(classes.clone(), count, List.copyOf(names));
    }

    private static void requireAsMany(String where, int labels, int rows) {
        if (labels != rows) {
            throw new IllegalArgumentException(where + ": " + labels + " labels for " + rows + " rows");
        }
    }

    /** Labels that are given by a column: whole numbers in their order, others in that of the alphabet. */
    static Labels of(Column<?> column) {
        if (column instanceof NumericColumn<?> numbers) {
            long[] values = new long[column.size()];
            for (int i = 0; i < values.length; i++) {
                double value = numbers.isMissing(i) ? Dataset.UNLABELLED : numbers.getDouble(i);
                if (!(value >= Dataset.UNLABELLED) || value != Math.rint(value) || value > MOST) {
                    throw new IllegalArgumentException("Dataset.of: label " + value + " in row " + i + " of column \""
                            + column.name() + "\", expected whole numbers from 0 on, or -1 for none");
                }
                values[i] = (long) value;
            }
            return numbered(values);
        }
        TreeSet<String> texts = new TreeSet<>();
        for (int i = 0; i < column.size(); i++) {
            if (!column.isMissing(i)) {
                texts.add(column.getString(i));
            }
        }
        List<String> names = List.copyOf(texts);
        int[] classes = new int[column.size()];
        Arrays.setAll(
                classes,
                i -> column.isMissing(i) ? Dataset.UNLABELLED : Collections.binarySearch(names, column.getString(i)));
        return new Labels(classes, names.size(), names);
    }

    /** Categories that are numbers: where they are 0, …, K − 1 they are the classes, else their names. */
    private static Labels numbered(long... labels) {
        long[] distinct =
                Arrays.stream(labels).filter(v -> v >= 0).distinct().sorted().toArray();
        int[] classes = new int[labels.length];
        Arrays.setAll(classes, i -> labels[i] < 0 ? Dataset.UNLABELLED : Arrays.binarySearch(distinct, labels[i]));
        int k = distinct.length;
        boolean plain = k == 0 || distinct[k - 1] == k - 1;
        return new Labels(
                classes,
                k,
                plain
                        ? List.of()
                        : Arrays.stream(distinct).mapToObj(Long::toString).toList());
    }

    /** The names, or the numbers where there are none. */
    List<String> classNames() {
        return names.isEmpty() && classes > 0
                ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
                : names;
    }

    /** The same labels as classes of a model, which has all of them. */
    Labels matching(List<String> wanted, String where) {
        if (labels == null || wanted.equals(classNames())) {
            return this;
        }
        int[] places = classNames().stream().mapToInt(wanted::indexOf).toArray();
        int[] classes = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            classes[i] = labels[i] == Dataset.UNLABELLED ? Dataset.UNLABELLED : places[labels[i]];
            if (classes[i] < 0 && labels[i] != Dataset.UNLABELLED) {
                throw new IllegalArgumentException(
                        where + ": the label \"" + classNames().get(labels[i]) + "\" of row " + i
                                + " is new, the model knows " + ColumnNames.list("the class", wanted));
            }
        }
        return new Labels(classes, wanted.size(), wanted);
    }

    /** The labels of some of the rows; the classes stay. */
    Labels rows(int[] indices) {
        return labels == null
                ? this
                : new Labels(Arrays.stream(indices).map(i -> labels[i]).toArray(), classes, names);
    }

    boolean exist() {
        return labels != null;
    }

    int get(int row) {
        return labels == null ? Dataset.UNLABELLED : labels[row];
    }

    int classes() {
        return classes;
    }

    List<String> names() {
        return names;
    }

    /** The labels as a column of a table, their names where they have some; a row without label has a missing value there. */
    Column<?> column(String name) {
        if (names.stream().allMatch(Labels::isInt)) {
            IntColumn column = IntColumn.create(name, labels.length);
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] == Dataset.UNLABELLED) {
                    column.setMissing(i);
                } else {
                    column.set(i, names.isEmpty() ? labels[i] : Integer.parseInt(names.get(labels[i])));
                }
            }
            return column;
        }
        StringColumn column = StringColumn.create(name, labels.length);
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == Dataset.UNLABELLED) {
                column.setMissing(i);
            } else {
                column.set(i, names.get(labels[i]));
            }
        }
        return column;
    }

    private static boolean isInt(String text) {
        return text.matches("0|[1-9][0-9]{0,9}") && Long.parseLong(text) <= Integer.MAX_VALUE;
    }

    void addTo(MessageDigest digest) {
        Sha256.add(digest, exist() ? 1 : 0, classes);
        Sha256.add(digest, names);
        if (exist()) {
            Sha256.add(digest, labels);
        }
    }
}

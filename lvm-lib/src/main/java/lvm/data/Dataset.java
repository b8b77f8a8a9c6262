package lvm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * n observations of D numbers each, with or without labels: x₁, …, xₙ ∈ ℝᴰ, yᵢ ∈ {0, …, K − 1}. Bytes (images), floats or
 * doubles are stored as they are and become numbers only in the minibatch that is read.
 *
 * <p>Immutable. {@link #subset}, {@link #slice}, {@link #shuffled} and the binarised forms are views: they share the stored
 * numbers and cost an int a row, two with labels.
 *
 * <pre>{@code
 * FMatrixRMaj batch = new FMatrixRMaj(100, data.dim());
 * for (int from = 0; from < data.rows(); from += 100) {
 *     data.copyRows(order, from, Math.min(100, data.rows() - from), batch, rng);
 *     ...
 * }
 * }</pre>
 */
public final class Dataset {

    /** The label of a row whose class is not known. */
    public static final int UNLABELLED = -1;

    /** How the numbers of a view are turned into zeros and ones. */
    public enum Binarization {
        /** Not at all. */
        NONE("not binarised"),
        /** 1 where the value is above a threshold. */
        THRESHOLD("binarised by a threshold"),
        /** Drawn once: 1 with the value as its probability, always the same for a seed. */
        ONCE("binarised once by drawing"),
        /** Drawn anew at each read: 1 with the value as its probability. */
        ANEW("binarised anew at each read");

        private final String text;

        Binarization(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final Store store;
    private final int dim;
    private final int[] index; // the stored row of each row; null: row i is stored as row i
    private final int rows;
    private final int[] labels; // of the rows; null: no labels
    private final int classes;
    private final List<String> labelNames;
    private final List<String> columns; // null: x0, x1, …
    private final String name;
    private final Binarization binarization;
    private final float threshold;
    private final long seed;

    private Dataset(Parts parts) {
        store = parts.store;
        dim = parts.dim;
        index = parts.index;
        rows = parts.rows;
        labels = parts.labels;
        classes = parts.classes;
        labelNames = parts.labelNames;
        columns = parts.columns;
        name = parts.name;
        binarization = parts.binarization;
        threshold = parts.threshold;
        seed = parts.seed;
    }

    /** What a view changes of the data that it looks at. */
    private static final class Parts {
        private Store store;
        private int dim;
        private int[] index;
        private int rows;
        private int[] labels;
        private int classes;
        private List<String> labelNames = List.of();
        private List<String> columns;
        private String name = "data";
        private Binarization binarization = Binarization.NONE;
        private float threshold;
        private long seed;

        Parts(Store store, int rows, int dim) {
            this.store = store;
            this.rows = rows;
            this.dim = dim;
        }

        Parts(Dataset of) {
            store = of.store;
            dim = of.dim;
            index = of.index;
            rows = of.rows;
            labels = of.labels;
            classes = of.classes;
            labelNames = of.labelNames;
            columns = of.columns;
            name = of.name;
            binarization = of.binarization;
            threshold = of.threshold;
            seed = of.seed;
        }
    }

    // --- made from

    /**
     * The rows of a matrix, stored as doubles.
     *
     * @param x n×D finite numbers; copied
     * @return n observations without labels
     * @throws IllegalArgumentException if there is no row or no column, or a number is not finite; the message names row
     *     and column
     */
    public static Dataset of(DMatrixRMaj x) {
        Tables.requireFinite("Dataset.of", x);
        return new Dataset(new Parts(new Doubles(Arrays.copyOf(x.data, x.numRows * x.numCols)), x.numRows, x.numCols));
    }

    /**
     * The rows of a matrix, stored as floats.
     *
     * @param x n×D finite numbers; copied
     * @return n observations without labels
     * @throws IllegalArgumentException if there is no row or no column, or a number is not finite; the message names row
     *     and column
     */
    public static Dataset of(FMatrixRMaj x) {
        requireShape("Dataset.of", x.numRows, x.numCols);
        float[] values = Arrays.copyOf(x.data, x.numRows * x.numCols);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("Dataset.of: " + values[i] + " in row " + i / x.numCols + ", column "
                        + i % x.numCols + " (counted from 0), expected finite numbers");
            }
        }
        return new Dataset(new Parts(new Floats(values), x.numRows, x.numCols));
    }

    /**
     * Rows of numbers, stored as doubles.
     *
     * @param rows n rows of D finite numbers; copied
     * @return n observations without labels
     * @throws IllegalArgumentException if there is no row or no column, the rows differ in length, or a number is not
     *     finite; the message names row and column
     */
    public static Dataset of(double[][] rows) {
        return of(Tables.matrix(rows));
    }

    /**
     * The numeric columns of a table, stored as doubles.
     *
     * @param table n rows; every column must be numeric, without missing or infinite values; copied
     * @return n observations without labels, with the name and the column names of the table
     * @throws IllegalArgumentException as {@link Tables#matrix(Table)}, or if there is no row or a number is infinite
     */
    public static Dataset of(Table table) {
        Parts parts = new Parts(of(Tables.matrix(table)));
        parts.columns = List.copyOf(table.columnNames());
        parts.name = table.name() == null || table.name().isEmpty() ? parts.name : table.name();
        return new Dataset(parts);
    }

    /**
     * The numeric columns of a table, stored as doubles, one other column being the label.
     *
     * @param table n rows; every column but that of the labels must be numeric, without missing or infinite values; copied
     * @param labelColumn the column of the labels: whole numbers from 0 on are labels as they are; texts and truth values
     *     are numbered in the order of the alphabet, see {@link #labelNames}; a missing one is {@link #UNLABELLED}
     * @return n observations with labels
     * @throws IllegalArgumentException as {@link #of(Table)}, if there is no such column, or a label is a number that is
     *     negative or not whole
     */
    public static Dataset of(Table table, String labelColumn) {
        if (!table.containsColumn(labelColumn)) {
            throw new IllegalArgumentException("Dataset.of: no column \"" + labelColumn
                    + "\" to take labels from, there are " + table.columnNames());
        }
        // The column's own name: Tablesaw compares names without regard to case.
        Column<?> column = table.column(labelColumn);
        Table rest = Table.create(table.name());
        for (Column<?> other : table.columns()) {
            if (other != column) {
                rest.addColumns(other);
            }
        }
        Parts parts = new Parts(of(rest));
        parts.labels = new int[parts.rows];
        if (column instanceof NumericColumn<?> numbers) {
            for (int i = 0; i < parts.rows; i++) {
                double value = numbers.isMissing(i) ? UNLABELLED : numbers.getDouble(i);
                if (!numbers.isMissing(i) && (!(value >= 0) || value != (int) value)) {
                    throw new IllegalArgumentException("Dataset.of: label " + value + " in row " + i + " of column \""
                            + column.name() + "\", expected whole numbers from 0 on");
                }
                parts.labels[i] = (int) value;
            }
        } else {
            TreeSet<String> texts = new TreeSet<>();
            for (int i = 0; i < parts.rows; i++) {
                if (!column.isMissing(i)) {
                    texts.add(column.getString(i));
                }
            }
            parts.labelNames = List.copyOf(texts);
            for (int i = 0; i < parts.rows; i++) {
                parts.labels[i] = column.isMissing(i)
                        ? UNLABELLED
                        : texts.headSet(column.getString(i)).size();
            }
        }
        parts.classes = Math.max(
                parts.labelNames.size(), 1 + Arrays.stream(parts.labels).max().orElse(UNLABELLED));
        return new Dataset(parts);
    }

    /**
     * Bytes, each standing for the number b / divisor with b from 0 to 255, such as the grey values of images.
     *
     * @param values n·D bytes, row after row; copied
     * @param dim D, the numbers of a row
     * @param divisor what a byte is divided by, such as 255 for numbers in [0,1]
     * @return n observations without labels
     * @throws IllegalArgumentException if dim is not positive, the bytes are no whole rows or none, or the divisor is not
     *     a positive finite number
     */
    public static Dataset ofBytes(byte[] values, int dim, double divisor) {
        return ofOwnBytes(values.clone(), dim, divisor);
    }

    /** As {@link #ofBytes}, without the copy: for bytes that nobody else has. */
    static Dataset ofOwnBytes(byte[] values, int dim, double divisor) {
        if (dim < 1) {
            throw new IllegalArgumentException("Dataset.ofBytes: dim " + dim + ", expected at least 1");
        }
        if (!(divisor > 0 && divisor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Dataset.ofBytes: divisor " + divisor + ", expected a positive finite number");
        }
        if (values.length == 0 || values.length % dim != 0) {
            throw new IllegalArgumentException(
                    "Dataset.ofBytes: " + values.length + " bytes, expected one or more rows of " + dim);
        }
        return new Dataset(new Parts(new Bytes(values, divisor), values.length / dim, dim));
    }

    // --- names and labels

    /**
     * The same data with labels, or with others.
     *
     * @param labels n numbers from 0 on, or {@link #UNLABELLED}; copied
     * @return a view
     * @throws IllegalArgumentException if there are more or fewer labels than rows, or one is below -1
     */
    public Dataset withLabels(int... labels) {
        if (labels.length != rows) {
            throw new IllegalArgumentException(
                    "Dataset.withLabels: " + labels.length + " labels for " + rows + " rows");
        }
        for (int i = 0; i < rows; i++) {
            if (labels[i] < UNLABELLED) {
                throw new IllegalArgumentException("Dataset.withLabels: label " + labels[i] + " of row " + i
                        + ", expected 0 or more, or -1 for none");
            }
        }
        Parts parts = new Parts(this);
        parts.labelNames = List.of();
        parts.labels = labels.clone();
        parts.classes = 1 + Arrays.stream(labels).max().orElse(UNLABELLED);
        return new Dataset(parts);
    }

    /**
     * The same data without labels.
     *
     * @return a view
     */
    public Dataset withoutLabels() {
        Parts parts = new Parts(this);
        parts.labels = null;
        parts.classes = 0;
        parts.labelNames = List.of();
        return new Dataset(parts);
    }

    /**
     * The same data under a name, which results and tables carry.
     *
     * @param name such as {@code MNIST test}
     * @return a view
     */
    public Dataset named(String name) {
        Parts parts = new Parts(this);
        parts.name = Objects.requireNonNull(name, "Dataset.named: name");
        return new Dataset(parts);
    }

    /**
     * The same data with names for the columns.
     *
     * @param columns D names that differ in more than capitals
     * @return a view
     * @throws IllegalArgumentException if there are more or fewer names than columns, or two are equal
     */
    public Dataset withColumns(String... columns) {
        if (columns.length != dim) {
            throw new IllegalArgumentException(
                    "Dataset.withColumns: " + columns.length + " names for " + dim + " columns");
        }
        // Tablesaw takes names for equal that differ in capitals only.
        if (Arrays.stream(columns)
                        .map(column -> column.toLowerCase(Locale.ROOT))
                        .distinct()
                        .count()
                < dim) {
            throw new IllegalArgumentException(
                    "Dataset.withColumns: two of " + List.of(columns) + " are equal, capitals or not");
        }
        Parts parts = new Parts(this);
        parts.columns = List.of(columns);
        return new Dataset(parts);
    }

    /**
     * What the data are called.
     *
     * @return "data" if nothing else was said
     */
    public String name() {
        return name;
    }

    /**
     * The number of observations.
     *
     * @return n, at least 1
     */
    public int rows() {
        return rows;
    }

    /**
     * The numbers of an observation.
     *
     * @return D, at least 1
     */
    public int dim() {
        return dim;
    }

    /**
     * The names of the columns.
     *
     * @return D names, x0, x1, … if nothing else was said
     */
    public List<String> columns() {
        if (columns != null) {
            return columns;
        }
        List<String> names = new ArrayList<>(dim);
        for (int j = 0; j < dim; j++) {
            names.add("x" + j);
        }
        return names;
    }

    /**
     * Whether there are labels beside the rows; some of them may be {@link #UNLABELLED}.
     *
     * @return false if there are none at all
     */
    public boolean hasLabels() {
        return labels != null;
    }

    /**
     * The label of a row.
     *
     * @param row counted from 0
     * @return its class, counted from 0, or {@link #UNLABELLED}
     * @throws IllegalArgumentException if there is no such row
     */
    public int label(int row) {
        requireRow("Dataset.label", row);
        return labels == null ? UNLABELLED : labels[row];
    }

    /**
     * The labels of all rows.
     *
     * @return n classes counted from 0, or {@link #UNLABELLED}; a new array
     */
    public int[] labels() {
        if (labels != null) {
            return labels.clone();
        }
        int[] none = new int[rows];
        Arrays.fill(none, UNLABELLED);
        return none;
    }

    /**
     * The number of classes.
     *
     * @return K, one more than the greatest label that was given, also in views where that class does not occur; 0 without
     *     labels
     */
    public int classes() {
        return classes;
    }

    /**
     * What the classes are called, if the labels were texts.
     *
     * @return K names, or none
     */
    public List<String> labelNames() {
        return labelNames;
    }

    // --- views

    /**
     * Some of the rows, in an order of one's own.
     *
     * @param indices rows counted from 0, each as often as wanted; copied
     * @return a view of them
     * @throws IllegalArgumentException if none is wanted or there is no such row
     */
    public Dataset subset(int... indices) {
        if (indices.length == 0) {
            throw new IllegalArgumentException("Dataset.subset: no rows, expected at least 1");
        }
        Parts parts = new Parts(this);
        parts.rows = indices.length;
        parts.index = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            requireRow("Dataset.subset", indices[i]);
            parts.index[i] = stored(indices[i]);
        }
        if (labels != null) {
            parts.labels = new int[indices.length];
            for (int i = 0; i < indices.length; i++) {
                parts.labels[i] = labels[indices[i]];
            }
        }
        return new Dataset(parts);
    }

    /**
     * Neighbouring rows.
     *
     * @param from the first row, counted from 0
     * @param to the row after the last
     * @return a view of the rows from, …, to − 1
     * @throws IllegalArgumentException if that is no row or not within the data
     */
    public Dataset slice(int from, int to) {
        if (from < 0 || to > rows || from >= to) {
            throw new IllegalArgumentException("Dataset.slice: rows " + from + " to " + to
                    + " (exclusive), expected at least one row within 0 to " + rows);
        }
        int[] indices = new int[to - from];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = from + i;
        }
        return subset(indices);
    }

    /**
     * All rows in an order drawn at random.
     *
     * @param rng where the order is drawn from; every order has the same probability
     * @return a view
     */
    public Dataset shuffled(RandomGenerator rng) {
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        shuffle(order, rng);
        return subset(order);
    }

    /** The shuffle of Fisher and Yates. */
    static void shuffle(int[] order, RandomGenerator rng) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = rng.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    // --- binarised views

    /**
     * Ones where the value is above ½, zeros elsewhere.
     *
     * @return a view
     * @throws IllegalArgumentException as {@link #binarizedAt}
     */
    public Dataset binarized() {
        return binarizedAt(0.5);
    }

    /**
     * Ones where the value is above a threshold, zeros elsewhere.
     *
     * @param threshold the greatest number that becomes 0
     * @return a view
     * @throws IllegalArgumentException if the threshold is not finite or the data are already binarised
     */
    public Dataset binarizedAt(double threshold) {
        if (!Double.isFinite(threshold)) {
            throw new IllegalArgumentException(
                    "Dataset.binarizedAt: threshold " + threshold + ", expected a finite one");
        }
        requirePlain("Dataset.binarizedAt");
        Parts parts = new Parts(this);
        parts.binarization = Binarization.THRESHOLD;
        parts.threshold = (float) threshold;
        return new Dataset(parts);
    }

    /**
     * Static binarisation: ones drawn with the value as their probability, the same ones at every read. A row has the
     * same zeros and ones in every view of these data.
     *
     * @param seed the seed of the draw
     * @return a view
     * @throws IllegalArgumentException if a value is not in [0,1] (the message names row and column) or the data are
     *     already binarised
     */
    public Dataset binarizedOnce(long seed) {
        requirePlain("Dataset.binarizedOnce");
        requireProbabilities("Dataset.binarizedOnce");
        Parts parts = new Parts(this);
        parts.binarization = Binarization.ONCE;
        parts.seed = seed;
        return new Dataset(parts);
    }

    /**
     * Dynamic binarisation: ones drawn with the value as their probability, anew at each read from the generator that
     * the reader passes.
     *
     * @return a view, to be read by the methods that take a generator
     * @throws IllegalArgumentException if a value is not in [0,1] (the message names row and column) or the data are
     *     already binarised
     */
    public Dataset binarizedAnew() {
        requirePlain("Dataset.binarizedAnew");
        requireProbabilities("Dataset.binarizedAnew");
        Parts parts = new Parts(this);
        parts.binarization = Binarization.ANEW;
        return new Dataset(parts);
    }

    /**
     * How the numbers are turned into zeros and ones.
     *
     * @return {@link Binarization#NONE} if they are not
     */
    public Binarization binarization() {
        return binarization;
    }

    private void requirePlain(String where) {
        if (binarization != Binarization.NONE) {
            throw new IllegalArgumentException(where + ": the data are already " + binarization);
        }
    }

    private void requireProbabilities(String where) {
        for (int i = 0; i < rows; i++) {
            int start = stored(i) * dim;
            for (int j = 0; j < dim; j++) {
                double value = store.get(start + j);
                if (!(value >= 0 && value <= 1)) {
                    throw new IllegalArgumentException(where + ": " + value + " in row " + i + ", column " + j
                            + " (counted from 0), expected probabilities in [0,1]");
                }
            }
        }
    }

    // --- reading

    /**
     * One number.
     *
     * @param row counted from 0
     * @param column counted from 0
     * @return the value, 0 or 1 in a binarised view
     * @throws IllegalArgumentException if there is no such row or column, or the data are binarised anew at each read
     */
    public double get(int row, int column) {
        requireRow("Dataset.get", row);
        if (column < 0 || column >= dim) {
            throw new IllegalArgumentException("Dataset.get: column " + column + ", there are " + dim);
        }
        requireGenerator("Dataset.get", null);
        int place = stored(row) * dim + column;
        double value = store.get(place);
        return switch (binarization) {
            case THRESHOLD -> (float) value > threshold ? 1 : 0;
            case ONCE -> uniform(seed, place) < (float) value ? 1 : 0;
            default -> value;
        };
    }

    /**
     * Reads a minibatch.
     *
     * @param indices rows counted from 0, such as a shuffled order of all
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out becomes count×D: row i is the observation indices[from + i]. Modified; nothing is allocated if it had room
     *     for as many numbers
     * @param rng draws the zeros and ones of data that are binarised anew at each read; may be null for others
     * @throws IllegalArgumentException if there is no such row or index, a value is too large for a float, or the
     *     generator is missing
     */
    public void copyRows(int[] indices, int from, int count, FMatrixRMaj out, RandomGenerator rng) {
        requireIndices("Dataset.copyRows", indices, from, count);
        requireGenerator("Dataset.copyRows", rng);
        requireFloats();
        out.reshape(count, dim);
        for (int i = 0; i < count; i++) {
            read(stored(indices[from + i]), out.data, i * dim, rng);
        }
    }

    /**
     * Reads a minibatch.
     *
     * @param indices rows counted from 0
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out becomes count×D: row i is the observation indices[from + i]. Modified; nothing is allocated if it had room
     *     for as many numbers
     * @throws IllegalArgumentException if there is no such row or index, a value is too large for a float, or the data are
     *     binarised anew at each read
     */
    public void copyRows(int[] indices, int from, int count, FMatrixRMaj out) {
        copyRows(indices, from, count, out, null);
    }

    /**
     * Reads a minibatch in double precision.
     *
     * @param indices rows counted from 0, such as a shuffled order of all
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out becomes count×D: row i is the observation indices[from + i]. Modified; nothing is allocated if it had room
     *     for as many numbers
     * @param rng draws the zeros and ones of data that are binarised anew at each read; may be null for others
     * @throws IllegalArgumentException if there is no such row or index, or the generator is missing
     */
    public void copyRows(int[] indices, int from, int count, DMatrixRMaj out, RandomGenerator rng) {
        requireIndices("Dataset.copyRows", indices, from, count);
        requireGenerator("Dataset.copyRows", rng);
        out.reshape(count, dim);
        for (int i = 0; i < count; i++) {
            read(stored(indices[from + i]), out.data, i * dim, rng);
        }
    }

    /**
     * Reads a minibatch in double precision.
     *
     * @param indices rows counted from 0
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out becomes count×D: row i is the observation indices[from + i]. Modified; nothing is allocated if it had room
     *     for as many numbers
     * @throws IllegalArgumentException if there is no such row or index, or the data are binarised anew at each read
     */
    public void copyRows(int[] indices, int from, int count, DMatrixRMaj out) {
        copyRows(indices, from, count, out, null);
    }

    /**
     * Reads the labels of a minibatch.
     *
     * @param indices rows counted from 0
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out its first count places become classes counted from 0, or {@link #UNLABELLED}. Modified
     * @throws IllegalArgumentException if there is no such row or index, or out is too short
     */
    public void copyLabels(int[] indices, int from, int count, int[] out) {
        requireIndices("Dataset.copyLabels", indices, from, count);
        if (out.length < count) {
            throw new IllegalArgumentException(
                    "Dataset.copyLabels: out has room for " + out.length + " labels, wanted are " + count);
        }
        for (int i = 0; i < count; i++) {
            out[i] = labels == null ? UNLABELLED : labels[indices[from + i]];
        }
    }

    /**
     * All numbers.
     *
     * @return n×D, a new matrix
     * @throws IllegalArgumentException if the data are binarised anew at each read
     */
    public DMatrixRMaj matrix() {
        return matrix(null);
    }

    /**
     * All numbers.
     *
     * @param rng draws the zeros and ones of data that are binarised anew at each read; may be null for others
     * @return n×D, a new matrix
     * @throws IllegalArgumentException if the generator is missing
     */
    public DMatrixRMaj matrix(RandomGenerator rng) {
        requireGenerator("Dataset.matrix", rng);
        DMatrixRMaj all = new DMatrixRMaj(rows, dim);
        for (int i = 0; i < rows; i++) {
            read(stored(i), all.data, i * dim, rng);
        }
        return all;
    }

    /**
     * All numbers as floats.
     *
     * @return n×D, a new matrix
     * @throws IllegalArgumentException if a value is too large for a float, or the data are binarised anew at each read
     */
    public FMatrixRMaj floatMatrix() {
        return floatMatrix(null);
    }

    /**
     * All numbers as floats.
     *
     * @param rng draws the zeros and ones of data that are binarised anew at each read; may be null for others
     * @return n×D, a new matrix
     * @throws IllegalArgumentException if a value is too large for a float, or the generator is missing
     */
    public FMatrixRMaj floatMatrix(RandomGenerator rng) {
        requireGenerator("Dataset.floatMatrix", rng);
        requireFloats();
        FMatrixRMaj all = new FMatrixRMaj(rows, dim);
        for (int i = 0; i < rows; i++) {
            read(stored(i), all.data, i * dim, rng);
        }
        return all;
    }

    /**
     * The data as a table.
     *
     * @return n rows: D columns of numbers, and a last column of labels called label if there are labels; a row without
     *     label has a missing value there
     * @throws IllegalArgumentException if the data are binarised anew at each read
     */
    public Table asTable() {
        requireGenerator("Dataset.asTable", null);
        Table table = Table.create(name);
        List<String> names = columns();
        for (int j = 0; j < dim; j++) {
            Column<?> column;
            if (store instanceof Doubles) {
                double[] values = new double[rows];
                for (int i = 0; i < rows; i++) {
                    values[i] = get(i, j);
                }
                column = DoubleColumn.create(names.get(j), values);
            } else {
                float[] values = new float[rows];
                for (int i = 0; i < rows; i++) {
                    values[i] = (float) get(i, j);
                }
                column = FloatColumn.create(names.get(j), values);
            }
            table.addColumns(column);
        }
        if (labels != null) {
            IntColumn column = IntColumn.create(names.contains("label") ? "label of the row" : "label", rows);
            for (int i = 0; i < rows; i++) {
                if (label(i) == UNLABELLED) {
                    column.setMissing(i);
                } else {
                    column.set(i, label(i));
                }
            }
            table.addColumns(column);
        }
        return table;
    }

    /**
     * Name, size, storage, classes and binarisation in one line.
     *
     * @return such as {@code MNIST test: 10000 × 784, bytes / 255, 10 classes, binarised anew at each read}
     */
    @Override
    public String toString() {
        return name + ": " + rows + " × " + dim + ", " + store
                + (labels == null ? "" : ", " + classes() + " classes")
                + (binarization == Binarization.NONE ? "" : ", " + binarization);
    }

    private int stored(int row) {
        return index == null ? row : index[row];
    }

    private void read(int row, float[] out, int at, RandomGenerator rng) {
        store.copy(row * dim, dim, out, at);
        switch (binarization) {
            case THRESHOLD -> {
                for (int j = at; j < at + dim; j++) {
                    out[j] = out[j] > threshold ? 1 : 0;
                }
            }
            case ONCE -> {
                for (int j = 0; j < dim; j++) {
                    out[at + j] = uniform(seed, row * dim + j) < out[at + j] ? 1 : 0;
                }
            }
            case ANEW -> {
                for (int j = at; j < at + dim; j++) {
                    out[j] = drawn(out[j], rng);
                }
            }
            default -> {}
        }
    }

    private void read(int row, double[] out, int at, RandomGenerator rng) {
        store.copy(row * dim, dim, out, at);
        switch (binarization) {
            case THRESHOLD -> {
                for (int j = at; j < at + dim; j++) {
                    out[j] = (float) out[j] > threshold ? 1 : 0;
                }
            }
            case ONCE -> {
                for (int j = 0; j < dim; j++) {
                    out[at + j] = uniform(seed, row * dim + j) < (float) out[at + j] ? 1 : 0;
                }
            }
            case ANEW -> {
                for (int j = at; j < at + dim; j++) {
                    out[j] = drawn((float) out[j], rng);
                }
            }
            default -> {}
        }
    }

    // Most pixels of most images are 0 or 1: they need no draw.
    private static int drawn(float probability, RandomGenerator rng) {
        return probability > 0 && (probability >= 1 || rng.nextFloat() < probability) ? 1 : 0;
    }

    /** A number in [0,1) for a place: the mixing function of SplittableRandom (Stafford's variant 13) on a counter. */
    private static float uniform(long seed, int place) {
        long z = seed * 0xd1342543de82ef95L + (place + 1L) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        z ^= z >>> 31;
        return (z >>> 40) * 0x1p-24f;
    }

    private void requireRow(String where, int row) {
        if (row < 0 || row >= rows) {
            throw new IllegalArgumentException(where + ": row " + row + ", the data have the rows 0 to " + (rows - 1));
        }
    }

    private void requireIndices(String where, int[] indices, int from, int count) {
        if (from < 0 || count < 0 || count > indices.length - from) {
            throw new IllegalArgumentException(where + ": " + count + " of " + indices.length + " indices from number "
                    + from + " on, there are not as many");
        }
        for (int i = from; i < from + count; i++) {
            if (indices[i] < 0 || indices[i] >= rows) {
                throw new IllegalArgumentException(where + ": indices[" + i + "] is " + indices[i]
                        + ", the data have the rows 0 to " + (rows - 1));
            }
        }
    }

    private void requireGenerator(String where, RandomGenerator rng) {
        if (binarization == Binarization.ANEW && rng == null) {
            throw new IllegalArgumentException(
                    where + ": the data are " + binarization
                            + ", which draws from a generator; pass one to copyRows, matrix or floatMatrix, or use binarizedOnce(seed)");
        }
    }

    private void requireFloats() {
        if (store instanceof Doubles doubles && doubles.tooLarge >= 0) {
            throw new IllegalArgumentException("Dataset: " + doubles.values[doubles.tooLarge] + " in row "
                    + doubles.tooLarge / dim + ", column " + doubles.tooLarge % dim
                    + " (counted from 0 in the whole data) is too large for a float; read doubles or scale the data");
        }
    }

    private static void requireShape(String where, int rows, int columns) {
        if (rows == 0) {
            throw new IllegalArgumentException(where + ": no rows, expected at least 1");
        }
        if (columns == 0) {
            throw new IllegalArgumentException(where + ": no columns, expected at least 1");
        }
    }

    // --- storage

    /** Numbers in a row, never changed. */
    private abstract static class Store {
        abstract double get(int place);

        abstract void copy(int start, int count, float[] out, int at);

        abstract void copy(int start, int count, double[] out, int at);
    }

    private static final class Bytes extends Store {
        private final byte[] values;
        private final double divisor;
        private final float[] floats = new float[256]; // what each byte stands for
        private final double[] doubles = new double[256];

        Bytes(byte[] values, double divisor) {
            this.values = values;
            this.divisor = divisor;
            for (int b = 0; b < 256; b++) {
                doubles[b] = b / divisor;
                floats[b] = (float) doubles[b];
            }
        }

        @Override
        double get(int place) {
            return doubles[values[place] & 0xff];
        }

        @Override
        void copy(int start, int count, float[] out, int at) {
            for (int j = 0; j < count; j++) {
                out[at + j] = floats[values[start + j] & 0xff];
            }
        }

        @Override
        void copy(int start, int count, double[] out, int at) {
            for (int j = 0; j < count; j++) {
                out[at + j] = doubles[values[start + j] & 0xff];
            }
        }

        @Override
        public String toString() {
            String text = Double.toString(divisor);
            return "bytes / " + (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
        }
    }

    private static final class Floats extends Store {
        private final float[] values;

        Floats(float[] values) {
            this.values = values;
        }

        @Override
        double get(int place) {
            return values[place];
        }

        @Override
        void copy(int start, int count, float[] out, int at) {
            System.arraycopy(values, start, out, at, count);
        }

        @Override
        void copy(int start, int count, double[] out, int at) {
            for (int j = 0; j < count; j++) {
                out[at + j] = values[start + j];
            }
        }

        @Override
        public String toString() {
            return "floats";
        }
    }

    private static final class Doubles extends Store {
        private final double[] values;
        private final int tooLarge; // the first place whose number is no float; -1 if there is none

        Doubles(double[] values) {
            this.values = values;
            int place = -1;
            for (int i = 0; i < values.length && place < 0; i++) {
                if (Math.abs(values[i]) > Float.MAX_VALUE) {
                    place = i;
                }
            }
            tooLarge = place;
        }

        @Override
        double get(int place) {
            return values[place];
        }

        @Override
        void copy(int start, int count, float[] out, int at) {
            for (int j = 0; j < count; j++) {
                out[at + j] = (float) values[start + j];
            }
        }

        @Override
        void copy(int start, int count, double[] out, int at) {
            System.arraycopy(values, start, out, at, count);
        }

        @Override
        public String toString() {
            return "doubles";
        }
    }
}

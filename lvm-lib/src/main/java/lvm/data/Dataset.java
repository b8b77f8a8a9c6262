package lvm.data;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
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
public final class Dataset extends Rows {

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

    private final String name;
    private final List<String> columns; // none: without names
    private final ImageShape shape; // null: the rows are no images
    private String digest; // null: not asked for yet

    private Dataset(String name, List<String> columns, Reading reading, Labels labels, ImageShape shape) {
        super(reading, labels);
        this.name = name;
        this.columns = columns;
        this.shape = shape;
    }

    private Dataset(Storage storage, int rows, int dim) {
        this("data", List.of(), new Reading(storage, rows, dim), Labels.NONE, null);
    }

    /** Other names, another reading or other labels of rows that are images if these are. */
    private Dataset view(String name, List<String> columns, Reading reading, Labels labels) {
        return new Dataset(name, columns, reading, labels, shape);
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
        return new Dataset(new Storage.Doubles(Arrays.copyOf(x.data, x.numRows * x.numCols)), x.numRows, x.numCols);
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
        Tables.requireFinite("Dataset.of", x);
        float[] values = Arrays.copyOf(x.data, x.numRows * x.numCols);
        return new Dataset(new Storage.Floats(values), x.numRows, x.numCols);
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
     * The columns of a table, stored as doubles; true is 1 and false 0.
     *
     * @param table n rows of numbers or truth values, none of them missing or infinite; copied
     * @return n observations without labels, with the name and the column names of the table
     * @throws IllegalArgumentException as {@link Tables#matrix(Table)}, or if there is no row
     */
    public static Dataset of(Table table) {
        Dataset data = of(Tables.matrix(table)); // a table does not hold two columns of the same name
        String name = table.name() == null || table.name().isEmpty() ? data.name : table.name();
        return new Dataset(name, List.copyOf(table.columnNames()), data.reading, data.labels, null);
    }

    /**
     * The columns of a table, stored as doubles, but for one that is the label.
     *
     * @param table n rows of numbers or truth values beside the labels, none of them missing or infinite; copied
     * @param labelColumn the column of the labels, which become classes as in {@link #withLabels}, texts and truth values in the
     *     order of the alphabet; a missing one is {@link #UNLABELLED}
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
        Dataset data = of(table.rejectColumns(column.name()));
        return new Dataset(data.name, data.columns, data.reading, Labels.of(column), null);
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
        return new Dataset(Storage.Bytes.rows(values, dim, divisor), values.length / dim, dim);
    }

    /** Numbers that stand elsewhere; the columns have names, or there are none. */
    static Dataset of(Storage storage, int rows, int dim, String name, String... columns) {
        Dataset data = new Dataset(storage, rows, dim).named(name);
        return columns.length == 0 ? data : data.withColumns(columns);
    }

    // --- names and labels

    /**
     * The same data with labels, or with others. Labels are categories: the K numbers that occur become the classes 0, …, K − 1 in
     * their order, and their names where they are others ({@link #labelNames}).
     *
     * @param labels n numbers from 0 on, or {@link #UNLABELLED}; copied
     * @return a view
     * @throws IllegalArgumentException if there are more or fewer labels than rows, or one is below -1
     */
    public Dataset withLabels(int... labels) {
        return view(name, columns, reading, Labels.of(labels, rows()));
    }

    /**
     * The same data with classes that are known beforehand, of which some may not occur.
     *
     * @param classes n numbers from 0 to K − 1, or {@link #UNLABELLED}; copied
     * @param names the names of the K classes
     * @return a view
     * @throws IllegalArgumentException if there are more or fewer classes than rows, there is no such class, or names are equal
     */
    public Dataset withClasses(int[] classes, List<String> names) {
        return view(name, columns, reading, Labels.of(classes, rows(), names.size(), names));
    }

    /** The same data with classes that are numbers. */
    Dataset withClasses(int[] classes, int count) {
        return view(name, columns, reading, Labels.of(classes, rows(), count, List.of()));
    }

    /**
     * The same data with the labels, the classes and the names of other data.
     *
     * @param other data of as many rows
     * @return a view; without labels if the others have none
     * @throws IllegalArgumentException if there are more or fewer rows
     */
    public Dataset withLabelsOf(Dataset other) {
        if (other.rows() != rows()) {
            throw new IllegalArgumentException(
                    "Dataset.withLabelsOf: " + other.rows() + " labels for " + rows() + " rows");
        }
        return view(name, columns, reading, other.labels);
    }

    /**
     * The same data with other labels of the classes that they have.
     *
     * @param classes n classes of these data, or {@link #UNLABELLED}; copied
     * @return a view
     * @throws IllegalArgumentException if there are more or fewer classes than rows, or there is no such class
     */
    public Dataset relabelled(int... classes) {
        return view(name, columns, reading, Labels.of(classes, rows(), classes(), labelNames()));
    }

    /**
     * These data with the labels as the classes of a model: labels are told by their names.
     *
     * @param classes the names of the classes of the model, as {@link #classNames}
     * @param where the method that asks; a message begins with it
     * @return a view of which {@link #labels} are places among these classes
     * @throws IllegalArgumentException if a label is none of them; the message names it
     */
    public Dataset matchingClasses(List<String> classes, String where) {
        return view(name, columns, reading, labels.matching(classes, where));
    }

    /** {@return a view of the same data without labels} */
    public Dataset withoutLabels() {
        return view(name, columns, reading, Labels.NONE);
    }

    /**
     * The same data under a name, which results and tables carry.
     *
     * @param name such as {@code MNIST test}
     * @return a view
     */
    public Dataset named(String name) {
        return view(Objects.requireNonNull(name, "Dataset.named: name"), columns, reading, labels);
    }

    /**
     * The same data with names for the columns.
     *
     * @param columns D names that differ in more than capitals
     * @return a view
     * @throws IllegalArgumentException if there are more or fewer names than columns, or two are equal
     */
    public Dataset withColumns(String... columns) {
        return view(name, ColumnNames.of(columns, dim()), reading, labels);
    }

    /**
     * These data with their columns in the order in which a model knows them. Columns are told by their names; names that
     * differ in capitals only are the same. Data without names are taken as they are, and so are all data if the model
     * knows no names.
     *
     * @param columns the names of the columns that the model was fitted to; empty if they had none
     * @param where the method that asks, such as {@code Pca.encode}; a message begins with it
     * @return a view with these columns in this order, with its labels; these data if nothing is to be done
     * @throws IllegalArgumentException if a column is missing or one is not among those of the model, each named; or if the
     *     columns have no names and are more or fewer than those of the model
     */
    public Dataset matching(List<String> columns, String where) {
        if (columns.isEmpty() || this.columns.equals(columns)) {
            return this;
        }
        if (this.columns.isEmpty()) {
            ColumnNames.requireAsMany(dim(), columns, where);
            return this;
        }
        int[] places = ColumnNames.places(this.columns, columns, where);
        return new Dataset(name, List.copyOf(columns), reading.columns(places), labels, null);
    }

    /**
     * The same data as images, which pictures and {@link #downsampled} know then.
     *
     * @param height the rows of pixels
     * @param width the pixels of a row; the numbers of an image stand row by row from the upper left
     * @return a view
     * @throws IllegalArgumentException if height times width is not the number of columns
     */
    public Dataset asImages(int height, int width) {
        return asImages(new ImageShape(1, height, width));
    }

    /**
     * The same data as images of one channel or of three.
     *
     * @param shape how the numbers of a row are an image
     * @return a view
     * @throws IllegalArgumentException if the number of columns is another
     */
    public Dataset asImages(ImageShape shape) {
        if (shape.size() != dim()) {
            throw new IllegalArgumentException("Dataset.asImages: images of " + shape + " have " + shape.size()
                    + " numbers, the rows have " + dim());
        }
        return new Dataset(name, columns, reading, labels, shape);
    }

    /** {@return how the numbers of a row are an image; nothing if they are none, or nobody has said so} */
    public Optional<ImageShape> imageShape() {
        return Optional.ofNullable(shape);
    }

    /** {@return what the data are called; "data" if nothing else was said} */
    public String name() {
        return name;
    }

    /** {@return the names of the D columns, the labels not among them; none if the columns have no names} */
    public List<String> columns() {
        return columns;
    }

    /**
     * {@return K, the number of classes: of the different labels that were given, also in views where one does not occur; 0
     * without labels}
     */
    public int classes() {
        return labels.classes();
    }

    /** {@return the names of the K classes if the labels were texts or other numbers than 0, …, K − 1; none if they were these} */
    public List<String> labelNames() {
        return labels.names();
    }

    /** {@return the names of the K classes: {@link #labelNames}, or where there are none "0", …} */
    public List<String> classNames() {
        return labels.classNames();
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
        return view(name, columns, reading.rows("Dataset.subset", indices), labels.rows(indices));
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
        if (from < 0 || to > rows() || from >= to) {
            throw new IllegalArgumentException("Dataset.slice: rows " + from + " to " + to
                    + " (exclusive), expected at least one row within 0 to " + rows());
        }
        return subset(IntStream.range(from, to).toArray());
    }

    /**
     * All rows in an order drawn at random.
     *
     * @param rng where the order is drawn from; every order has the same probability
     * @return a view
     */
    public Dataset shuffled(RandomGenerator rng) {
        return subset(Fill.permutation(rows(), rng));
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
        return view(name, columns, reading.binarizedAt("Dataset.binarizedAt", (float) threshold), labels);
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
        return view(name, columns, reading.drawn("Dataset.binarizedOnce", Binarization.ONCE, seed), labels);
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
        return view(name, columns, reading.drawn("Dataset.binarizedAnew", Binarization.ANEW, 0), labels);
    }

    // --- other numbers

    /**
     * Smaller images: each pixel is the mean of k×k pixels.
     *
     * @param k what height and width are divided by
     * @return new data with the labels of these
     * @throws IllegalArgumentException if the rows are no images ({@link #asImages}), k does not divide height and width, or the
     *     data are binarised anew at each read
     */
    public Dataset downsampled(int k) {
        if (shape == null) {
            throw new IllegalArgumentException(
                    "Dataset.downsampled: the rows are no images; say so by asImages(height, width)");
        }
        if (k < 1 || shape.height() % k != 0 || shape.width() % k != 0) {
            throw new IllegalArgumentException("Dataset.downsampled: by " + k + ", expected a divisor of " + shape);
        }
        ImageShape small = new ImageShape(shape.channels(), shape.height() / k, shape.width() / k);
        return ofRows("Dataset.downsampled", small.size(), image -> shape.downsampled(image, k), small);
    }

    /**
     * Numbers of [0,1] rounded to L levels 0, 1/(L − 1), …, 1, as flows with dequantisation take them.
     *
     * @param levels L, at least 2
     * @return new data with the labels of these
     * @throws IllegalArgumentException if there are fewer than two levels, a number is not in [0,1], or the data are binarised
     *     anew at each read
     */
    public Dataset quantized(int levels) {
        if (levels < 2) {
            throw new IllegalArgumentException("Dataset.quantized: " + levels + " levels, expected at least 2");
        }
        return ofRows("Dataset.quantized", dim(), row -> Tables.quantized(row, levels - 1), shape);
    }

    /** New data from a function of the rows, in floats unless these are stored as doubles. */
    private Dataset ofRows(String where, int dim, UnaryOperator<double[]> f, ImageShape shape) {
        reading.requireGenerator(where, null);
        DMatrixRMaj all = matrix();
        DMatrixRMaj out = new DMatrixRMaj(rows(), dim);
        for (int i = 0; i < rows(); i++) {
            double[] row = f.apply(Arrays.copyOfRange(all.data, i * dim(), (i + 1) * dim()));
            System.arraycopy(row, 0, out.data, i * dim, dim);
        }
        boolean doubles = reading.storage() instanceof Storage.Doubles;
        Storage storage = doubles ? new Storage.Doubles(out.data) : new Storage.Floats(Matrices.floats(out).data);
        return new Dataset(name, dim == dim() ? columns : List.of(), new Reading(storage, rows(), dim), labels, shape);
    }

    /**
     * (x − mean)/deviation of each column in the place of x, with the means and the standard deviations of these rows; a column
     * of equal numbers becomes 0.
     *
     * @return a view
     * @throws IllegalArgumentException if the data are binarised or standardised already
     */
    public Dataset standardized() {
        DMatrixRMaj x = matrix(new SplittableRandom(0));
        double[] deviation = Matrices.map(Matrices.variances(x), v -> v > 0 ? Math.sqrt(v) : 1);
        return standardized(Matrices.means(x), deviation);
    }

    /**
     * (x − mean)/deviation of each column in the place of x, computed in double precision before a number is rounded to a float:
     * what varies around a number far from 0, such as a time in seconds since 1970, is kept.
     *
     * @param mean D finite numbers; copied
     * @param deviation D numbers above 0; copied
     * @return a view
     * @throws IllegalArgumentException if there are more or fewer numbers than columns, one is out of range, or the data are
     *     binarised or standardised already
     */
    public Dataset standardized(double[] mean, double[] deviation) {
        return view(name, columns, reading.standardized("Dataset.standardized", mean, deviation), labels);
    }

    // --- as a whole

    /**
     * {@return the rows in chunks, which the fits by sums over the rows take}
     *
     * @throws IllegalArgumentException if the data are binarised anew at each read
     */
    public Chunks chunks() {
        return new DatasetChunks(this);
    }

    /**
     * {@return a table of n rows: D columns of numbers, and a last column of labels called label if there are labels, of their
     * names where they have some; a row without label has a missing value there}
     *
     * @throws IllegalArgumentException if the data are binarised anew at each read
     */
    public Table asTable() {
        reading.requireGenerator("Dataset.asTable", null);
        return Tables.table(this, reading.storage(), labels);
    }

    /**
     * What tells these data from others: the SHA-256 of the number of rows and of columns, the kind of storage and of
     * binarisation, all values in the order of the rows, the labels with their names, and the names of the columns. The
     * name of the data does not count, nor whether they are a view. Values are taken as they are stored, bytes, floats or
     * doubles, so that the same numbers in another storage have another digest; those of data with a threshold or
     * binarised once are the zeros and ones that are read. Computed when it is first asked for.
     *
     * @return 64 hexadecimal digits
     */
    public String digest() {
        if (digest == null) {
            MessageDigest sha = Sha256.start();
            reading.addTo(sha);
            labels.addTo(sha);
            Sha256.add(sha, columns);
            digest = Sha256.hex(sha);
        }
        return digest;
    }

    /**
     * The digest of rows that are no data set, for they may hold NaN for what is missing.
     *
     * @param x n×D numbers; not modified
     * @return the {@link #digest()} that data of these numbers, without names and labels, have
     */
    public static String digest(DMatrixRMaj x) {
        return new Dataset(new Storage.Doubles(Arrays.copyOf(x.data, x.getNumElements())), x.numRows, x.numCols)
                .digest();
    }

    /**
     * {@return name, size, storage, classes and binarisation in one line, such as {@code MNIST test: 10000 × 784, bytes / 255,
     * 10 classes, binarised anew at each read}}
     */
    @Override
    public String toString() {
        return name + ": " + rows() + " × " + dim() + ", " + reading.storage()
                + (hasLabels() ? ", " + classes() + " classes" : "")
                + (binarization() == Binarization.NONE ? "" : ", " + binarization());
    }
}

package lvm.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import lvm.model.HasDensity;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.ejml.data.DMatrixRMaj;

/** What models say of the rows of a Spark data set, as a column beside theirs. */
public final class SparkScore {
    /** The name of the column of log densities. */
    public static final String LOG_DENSITY = "logDensity";

    private static final int ROWS = 1024;

    private SparkScore() {}

    /**
     * The log densities of rows under a model, log p(x) in nats, in a column {@link #LOG_DENSITY}. The model is sent to each machine
     * once, as the bytes of its file.
     *
     * @param model a model that can be saved; it finds its columns by their names if it was fitted to columns with names, else all
     *     columns are taken in their order
     * @param rows rows with the columns of the model, whatever others they have
     * @param <T> the model
     * @return the rows with one more column; computed when they are read
     * @throws IllegalArgumentException if there is a column {@link #LOG_DENSITY} already, a column of the model is missing or has
     *     other values than numbers; while the rows are read, if a value is missing or no number
     */
    public static <T extends SavedModel & HasDensity<?>> Dataset<Row> logDensity(T model, Dataset<Row> rows) {
        String where = "SparkScore.logDensity";
        List<String> names = Arrays.asList(rows.columns());
        if (names.contains(LOG_DENSITY)) {
            throw new IllegalArgumentException(
                    where + ": there is a column \"" + LOG_DENSITY + "\" already; drop it first");
        }
        List<String> columns = model.columns().isEmpty() ? names : model.columns();
        SparkChunks.requireNumbers(where, rows, columns);
        if (columns.size() != model.dim()) {
            throw new IllegalArgumentException(
                    where + ": the rows have " + columns.size() + " columns, the model " + model.dim());
        }
        int[] places = columns.stream().mapToInt(names::indexOf).toArray();
        Broadcast<byte[]> sent = new JavaSparkContext(rows.sparkSession().sparkContext()).broadcast(bytes(model));
        StructType schema = rows.schema().add(LOG_DENSITY, DataTypes.DoubleType, false);
        MapPartitionsFunction<Row, Row> scores = all -> new Scored(all, model(sent.value()), places, columns);
        return rows.mapPartitions(scores, Encoders.row(schema));
    }

    private static byte[] bytes(SavedModel model) {
        return withFile(file -> {
            model.save(file);
            return Files.readAllBytes(file);
        });
    }

    private static HasDensity<?> model(byte[] bytes) {
        return withFile(file -> {
            Files.write(file, bytes);
            return (HasDensity<?>) Models.load(file);
        });
    }

    /** What is done with a file. */
    private interface Use<T> {
        T of(Path file) throws IOException;
    }

    private static <T> T withFile(Use<T> use) {
        try {
            Path file = Files.createTempFile("lvm-model", ".safetensors");
            try {
                return use.of(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("SparkScore: the model can not be written or read: " + e, e);
        }
    }

    /** The rows of a partition with their scores, some at a time. */
    private static final class Scored implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final HasDensity<?> model;
        private final int[] places;
        private final List<String> columns;
        private final List<Row> some = new ArrayList<>();
        private double[] scores = new double[0];
        private int next;

        Scored(Iterator<Row> rows, HasDensity<?> model, int[] places, List<String> columns) {
            this.rows = rows;
            this.model = model;
            this.places = places;
            this.columns = columns;
        }

        @Override
        public boolean hasNext() {
            return next < some.size() || rows.hasNext();
        }

        @Override
        public Row next() {
            if (next == some.size()) {
                score();
            }
            Row row = some.get(next);
            Object[] values = new Object[row.size() + 1];
            for (int j = 0; j < row.size(); j++) {
                values[j] = row.get(j);
            }
            values[row.size()] = scores[next++];
            return RowFactory.create(values);
        }

        private void score() {
            some.clear();
            next = 0;
            while (some.size() < ROWS && rows.hasNext()) {
                some.add(rows.next());
            }
            DMatrixRMaj x = new DMatrixRMaj(some.size(), places.length);
            for (int i = 0; i < some.size(); i++) {
                for (int j = 0; j < places.length; j++) {
                    Object value = some.get(i).get(places[j]);
                    if (value == null) {
                        throw new IllegalArgumentException("SparkScore.logDensity: column \"" + columns.get(j)
                                + "\" has no value in the row " + some.get(i));
                    }
                    x.set(i, j, value instanceof Boolean truth ? truth ? 1 : 0 : ((Number) value).doubleValue());
                }
            }
            scores = model.logDensity(lvm.data.Dataset.of(x).withColumns(columns.toArray(String[]::new)));
        }
    }
}

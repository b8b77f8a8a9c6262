package lvm.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lvm.fit.FitsChunks;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Fits a model to the rows of a Spark data set, which stay where they are: each pass of the fit is a job that adds up the sufficient
 * statistics of every partition, as one machine adds up those of its chunks. On the driver they are added in the order of the
 * partitions, whichever comes first: the result depends on the number of partitions and not on the machines, and is that of one
 * machine from the same start but for the order of the sums.
 *
 * <p>The rows of a partition must come in the same order whenever they are read: those of files do, those behind a shuffle
 * ({@code repartition}) do where they are sorted within the partitions. Numbers are kept by Spark during the fit, in memory or on the
 * disks of the machines ({@code MEMORY_AND_DISK}).
 *
 * <p>An interrupt of the thread ends the job that runs and gives the model of the last complete iteration, as everywhere; checkpoints
 * are files of the driver.
 *
 * @param <M> the model
 */
public final class SparkFit<M> {
    private final FitsChunks<M> builder;
    private final List<String> columns;

    private SparkFit(FitsChunks<M> builder, List<String> columns) {
        this.builder = builder;
        this.columns = columns;
    }

    /**
     * A fit with the settings of a builder.
     *
     * @param builder the settings, as for rows in memory; a fit does not change them
     * @param <M> the model
     * @return a fit to all columns
     */
    public static <M> SparkFit<M> of(FitsChunks<M> builder) {
        return new SparkFit<>(Objects.requireNonNull(builder, "SparkFit.of: builder"), List.of());
    }

    /**
     * The columns that the model is about.
     *
     * @param names columns of numbers or truth values (true is 1, false 0), in the order that the model has
     * @return a fit to these columns
     * @throws IllegalArgumentException if a name occurs twice
     */
    public SparkFit<M> columns(String... names) {
        if (Arrays.stream(names).distinct().count() < names.length) {
            throw new IllegalArgumentException("SparkFit.columns: a name occurs twice in " + Arrays.toString(names));
        }
        return new SparkFit<>(builder, List.of(names));
    }

    /**
     * Fits the model.
     *
     * @param rows n rows
     * @return the fitted model
     * @throws IllegalArgumentException if a column is not there or has other values than numbers, a value is missing or not finite
     *     (the message names partition, place, column, value and, where Spark knows it, the file), or as the builder says
     * @throws java.util.concurrent.CancellationException if interrupted before there was a model
     */
    public M fit(Dataset<Row> rows) {
        try (SparkChunks chunks = SparkChunks.of("SparkFit.fit", rows, columns)) {
            return builder.fit(chunks);
        } catch (Exception e) {
            if (e instanceof InterruptedException) { // Spark throws it without saying so, also while it plans
                throw SparkChunks.cancelled("SparkFit.fit", e);
            }
            throw e;
        }
    }
}

package lvm.fit;

import lvm.data.Chunks;

/**
 * The settings of a model that is fitted by sums over the rows, and so to more rows than memory or a machine holds.
 *
 * @param <M> the model
 */
@FunctionalInterface
public interface FitsChunks<M> {
    /**
     * Fits the model to rows that are read in chunks, once in each pass. Sums are added in the order of the chunks; beside those
     * roundings the model is that of the same rows in memory from the same start.
     *
     * @param x n rows of D observations
     * @return the fitted model
     * @throws IllegalArgumentException if a setting is missing or takes all rows in memory, or x can not be fitted; the message says
     *     what and where
     * @throws java.io.UncheckedIOException if the rows can not be read, or are changed meanwhile
     * @throws java.util.concurrent.CancellationException if interrupted before there was a model
     */
    M fit(Chunks x);
}

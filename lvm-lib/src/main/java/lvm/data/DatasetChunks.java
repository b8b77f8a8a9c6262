package lvm.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import lvm.linalg.Parallel;
import org.ejml.data.DMatrixRMaj;

/** The rows of a data set in chunks, several of them read at a time. */
final class DatasetChunks implements Chunks {
    private final Dataset data;

    DatasetChunks(Dataset data) {
        data.reading.requireGenerator("Dataset.chunks", null);
        this.data = data;
    }

    @Override
    public long rows() {
        return data.rows();
    }

    @Override
    public int dim() {
        return data.dim();
    }

    @Override
    public List<String> columns() {
        return data.columns();
    }

    @Override
    public String digest() {
        return data.digest();
    }

    @Override
    public DMatrixRMaj rows(long... rows) {
        DMatrixRMaj out = new DMatrixRMaj(rows.length, dim());
        int[] indices = Arrays.stream(rows).mapToInt(Math::toIntExact).toArray();
        data.copyRows(indices, 0, rows.length, out);
        return out;
    }

    @Override
    public <S extends Serializable> S sum(long[] bounds, Statistic<S> statistic, BinaryOperator<S> add) {
        int chunks = bounds.length - 1;
        if (chunks == 1) {
            return statistic.of(source(0, bounds));
        }
        // As many at a time as keep the threads busy: what is not yet added is in memory.
        int wave = Math.min(chunks, 4 * Parallel.threads());
        S total = null;
        for (int first = 0; first < chunks; first += wave) {
            int begin = first;
            List<S> parts = new ArrayList<>(Collections.nCopies(Math.min(wave, chunks - first), null));
            Parallel.chunks(
                    parts.size(),
                    Parallel.threads(),
                    (chunk, worker) -> parts.set(chunk, statistic.of(source(begin + chunk, bounds))));
            for (S part : parts) {
                total = total == null ? part : add.apply(total, part);
            }
        }
        return total;
    }

    private Source source(int chunk, long[] bounds) {
        long to = bounds[chunk + 1];
        return new Source() {
            private int[] places = new int[0];
            private long next = bounds[chunk];

            @Override
            public int chunk() {
                return chunk;
            }

            @Override
            public int read(DMatrixRMaj block, int most) {
                int count = (int) Math.min(most, to - next);
                if (count == 0) {
                    return 0;
                }
                if (places.length < count) {
                    places = new int[count];
                }
                for (int i = 0; i < count; i++) {
                    places[i] = (int) (next + i); // a data set has as many rows as an int counts
                }
                data.copyRows(places, 0, count, block);
                next += count;
                return count;
            }
        };
    }
}

package lvm.fit;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;

/** An objective on rows that are not learnt from. */
final class Validation {
    final Dataset rows;
    private final BatchObjective objective;
    private final Batch batch;

    Validation(Dataset rows, BatchObjective objective) {
        this.rows = rows;
        this.objective = objective;
        this.batch = new Batch(rows, (first, count, out) -> {
            for (int i = 0; i < count; i++) {
                out[i] = first + i;
            }
        });
    }

    /** The mean over all rows; NaN if it is in one batch. */
    double evaluate(int batchSize, Streams streams) {
        int n = rows.rows();
        double total = 0;
        for (int from = 0; from < n; from += batchSize) {
            Interrupts.check("Fit.run");
            int size = Math.min(batchSize, n - from);
            SplittableRandom rng = streams.validation(from);
            double value = objective.value(batch.at(from, size, rng), rng);
            if (Double.isNaN(value)) {
                return value;
            }
            total += size * value;
        }
        return total / n;
    }
}

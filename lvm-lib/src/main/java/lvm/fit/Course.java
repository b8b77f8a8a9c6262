package lvm.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lvm.model.History;
import org.ejml.data.Matrix;

/** Where a run stands: all that {@link Fit} counts, which is what a checkpoint has beside the parameters. */
final class Course {
    final List<String> columns;

    /** A row of the history for each epoch. */
    final List<double[]> rows = new ArrayList<>();

    long epoch;
    long steps;
    long stepsInEpoch;
    long rowsInEpoch;

    /** The sum over the rows of the epoch of the objective. */
    double sum;

    /** The time before the run went on from a checkpoint. */
    double nanosBefore;

    boolean converged;
    double lastFinite = Double.NaN;

    /** The highest objective on validation rows, and the parameters there; null if there is none. */
    double best = Double.NEGATIVE_INFINITY;

    Map<String, Matrix> bestValues;
    int epochsSinceBest;

    Course(List<String> columns) {
        this.columns = columns;
    }

    /** Counts a step over some rows. */
    void stepped(double value, int size) {
        lastFinite = value;
        steps++;
        stepsInEpoch++;
        rowsInEpoch += Math.max(size, 1);
        sum += value * Math.max(size, 1);
    }

    /** The mean objective of the epoch up to here. */
    double objective() {
        return sum / rowsInEpoch;
    }

    /** Counts an epoch. */
    void epochDone(double... row) {
        epoch++;
        rows.add(row);
        stepsInEpoch = 0;
        rowsInEpoch = 0;
        sum = 0;
    }

    /** Takes down the objective on validation rows, and the parameters if it is the highest. */
    void validated(double value, Map<String, Matrix> parameters) {
        epochsSinceBest++;
        if (value > best) {
            best = value;
            epochsSinceBest = 0;
            if (bestValues == null) {
                bestValues = Matrices.copies(parameters);
            } else {
                Parameters.copy(parameters, bestValues);
            }
        }
    }

    History history(History.Stop stop) {
        History.Recorder recorder = new History.Recorder(columns.toArray(String[]::new));
        rows.forEach(recorder::add);
        return recorder.finish(stop);
    }
}

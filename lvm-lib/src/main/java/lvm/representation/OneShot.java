package lvm.representation;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import lvm.data.Dataset;
import lvm.data.ImageShape;
import lvm.data.Matrices;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.linalg.Interrupts;
import lvm.model.HasClassProbabilities;
import lvm.model.HasEncoder;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Learning from one example: a row gets the class of the known row that is nearest to it, in a distance that was learnt on other classes or is
 * given. Of several that are as near, the first. B. M. Lake, R. Salakhutdinov and J. B. Tenenbaum (2015) have the protocol of {@link
 * lvm.data.Omniglot#runs}: 20 tasks of 20 classes, the share of all 400 rows that are put into the wrong one.
 */
public final class OneShot {
    private OneShot() {}

    /** How far rows are from known ones. */
    @FunctionalInterface
    public interface Distance {
        /**
         * The distances of all pairs.
         *
         * @param test n rows
         * @param known m rows
         * @return [n][m] numbers, smaller for what is nearer
         */
        double[][] between(Dataset test, Dataset known);
    }

    /**
     * The class of the nearest known row.
     *
     * @param task the rows to know and to tell
     * @param distance how far they are apart
     * @return the class of every row to test
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public static int[] classify(Splits.Episode task, Distance distance) {
        Interrupts.check("OneShot.classify");
        double[][] far = distance.between(task.test(), task.known());
        int[] found = new int[far.length];
        for (int i = 0; i < far.length; i++) {
            int nearest = 0;
            for (int j = 1; j < far[i].length; j++) {
                nearest = far[i][j] < far[i][nearest] ? j : nearest;
            }
            found[i] = task.known().label(nearest);
        }
        return found;
    }

    /**
     * The errors of all tasks together.
     *
     * @param tasks the tasks
     * @param distance how far rows are apart
     * @return the errors among the test rows of all tasks; their interval takes rows for independent, which those of a task are not quite
     * @throws IllegalArgumentException if there is no task
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public static ErrorRate errors(List<Splits.Episode> tasks, Distance distance) {
        long errors = 0;
        long rows = 0;
        for (Splits.Episode task : tasks) {
            ErrorRate error = ErrorRate.of(classify(task, distance), task.test().labels());
            errors += error.errors();
            rows += error.rows();
        }
        return new ErrorRate(errors, rows);
    }

    /**
     * The Euclidean distance of what an encoder makes of rows.
     *
     * @param encoder the features
     * @return the distance
     */
    public static Distance euclidean(HasEncoder<?> encoder) {
        return (test, known) -> pairs(encoder.encode(test), encoder.encode(known), OneShot::squared);
    }

    /**
     * One minus the cosine of the angle between what an encoder makes of rows; 1 where one of them is all 0.
     *
     * @param encoder the features
     * @return the distance
     */
    public static Distance cosine(HasEncoder<?> encoder) {
        return (test, known) -> pairs(encoder.encode(test), encoder.encode(known), OneShot::cosine);
    }

    /**
     * One minus the cosine of the angle between the logits of a classifier of other classes, each row of log p with its mean at 0: what rows look
     * like to it.
     *
     * @param classifier of other classes
     * @return the distance
     */
    public static Distance logits(HasClassProbabilities classifier) {
        return (test, known) -> pairs(logits(classifier, test), logits(classifier, known), OneShot::cosine);
    }

    private static Matrix logits(HasClassProbabilities classifier, Dataset rows) {
        FMatrixRMaj log =
                Matrices.map(classifier.classProbabilities(rows), p -> Math.log(Math.max(p, Float.MIN_NORMAL)));
        double[] means = Matrices.rowMeans(log);
        for (int i = 0, k = 0; i < log.numRows; i++) {
            for (int j = 0; j < log.numCols; j++, k++) {
                log.data[k] -= (float) means[i];
            }
        }
        return log;
    }

    /** {@return the Euclidean distance of the rows as they are} */
    public static Distance rows() {
        return (test, known) -> pairs(test.floatMatrix(), known.floatMatrix(), OneShot::squared);
    }

    private static double[][] pairs(Matrix a, Matrix b, ToDoubleBiFunction<double[], double[]> far) {
        double[][] distances = new double[a.getNumRows()][b.getNumRows()];
        for (int i = 0; i < distances.length; i++) {
            double[] row = Matrices.row(a, i);
            for (int j = 0; j < distances[i].length; j++) {
                distances[i][j] = far.applyAsDouble(row, Matrices.row(b, j));
            }
        }
        return distances;
    }

    private static double squared(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            left += a[i] * a[i];
            right += b[i] * b[i];
        }
        return left > 0 && right > 0 ? 1 - product / Math.sqrt(left * right) : 1;
    }

    /**
     * The modified Hausdorff distance of images as sets of the places of their pixels of at least ½, each set with its mean at 0:
     *
     * <p>d(A, B) = max( mean over a of min over b ‖a − b‖, mean over b of min over a ‖a − b‖ ). M.-P. Dubuisson and A. K. Jain (1994). It is
     * the baseline of {@link lvm.data.Omniglot}: 38.8 % errors on its 20 tasks.
     *
     * @return the distance, of images of one channel; infinite where an image has no such pixel
     */
    public static Distance modifiedHausdorff() {
        return (test, known) -> {
            double[][][] from = points(test);
            double[][][] to = points(known);
            double[][] distances = new double[from.length][to.length];
            for (int i = 0; i < from.length; i++) {
                Interrupts.check("OneShot.modifiedHausdorff");
                for (int j = 0; j < to.length; j++) {
                    distances[i][j] = hausdorff(from[i], to[j]);
                }
            }
            return distances;
        };
    }

    private static double[][][] points(Dataset images) {
        ImageShape shape = images.imageShape()
                .filter(known -> known.channels() == 1)
                .orElseThrow(() -> new IllegalArgumentException("OneShot.modifiedHausdorff: the rows of "
                        + images.name() + " are no images of one channel; say so by asImages(height, width)"));
        double[][][] all = new double[images.rows()][][];
        for (int i = 0; i < all.length; i++) {
            double[] pixels = Matrices.row(images.slice(i, i + 1).floatMatrix(), 0);
            int count = 0;
            double[] mean = new double[2];
            for (int k = 0; k < pixels.length; k++) {
                if (pixels[k] >= 0.5) {
                    count++;
                    mean[0] += k / shape.width();
                    mean[1] += k % shape.width();
                }
            }
            all[i] = new double[count][];
            int at = 0;
            for (int k = 0; k < pixels.length; k++) {
                if (pixels[k] >= 0.5) {
                    all[i][at++] =
                            new double[] {k / shape.width() - mean[0] / count, k % shape.width() - mean[1] / count};
                }
            }
        }
        return all;
    }

    private static double hausdorff(double[][] a, double[][] b) {
        if (a.length == 0 || b.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double[] ofB = new double[b.length];
        Arrays.fill(ofB, Double.POSITIVE_INFINITY);
        double sum = 0;
        for (double[] p : a) {
            double least = Double.POSITIVE_INFINITY;
            for (int j = 0; j < b.length; j++) {
                double dx = p[0] - b[j][0];
                double dy = p[1] - b[j][1];
                double square = dx * dx + dy * dy;
                least = Math.min(least, square);
                ofB[j] = Math.min(ofB[j], square);
            }
            sum += Math.sqrt(least);
        }
        double back = 0;
        for (double square : ofB) {
            back += Math.sqrt(square);
        }
        return Math.max(sum / a.length, back / b.length);
    }
}

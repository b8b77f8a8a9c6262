package lvm.boltzmann;

import java.nio.file.Path;
import java.util.List;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.linalg.RowOps;
import lvm.model.Classifier;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * Classification by a deep Boltzmann machine whose last K visible units are a group, the label: of the K rows (x, y) that the labels make of a row x
 * the free energies F(x, y) say p(y | x) = e^−F(x, y)/Σ e^−F(x, y′). With the variational free energy it is an approximation, see
 * {@link Dbm#classifier}, with the exact one it is what the machine says, see {@link EnumeratedDbm#classifier}. R. Salakhutdinov and
 * G. E. Hinton (2009), Deep Boltzmann machines, have their labels at the highest layer; here they are beside the other visible units, as H. Larochelle
 * and Y. Bengio (2008) have them in a restricted machine. Immutable.
 */
public final class DbmClassifier extends SavedModel implements Classifier {
    private static final String LOG_CLASS_PROBABILITIES = "DbmClassifier.logClassProbabilities";

    private final Dbm dbm;
    private final boolean exact;
    private final int classes;

    DbmClassifier(Dbm dbm, boolean exact) {
        super(dbm.summary());
        int[] groups = dbm.groups();
        if (groups.length == 0) {
            throw new IllegalArgumentException(
                    "Dbm.classifier: no visible units are a group, expected the last ones to be the label;"
                            + " fit with groups(K) to rows with the label as K columns");
        }
        this.dbm = dbm;
        this.exact = exact;
        classes = groups[groups.length - 1];
    }

    /**
     * Reads a classifier.
     *
     * @param file a file of {@link #save(Path)}
     * @return the classifier, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static DbmClassifier load(Path file) {
        return Models.load(file, DbmClassifier.class);
    }

    @Override
    public void store(ModelData data) {
        dbm.store(data);
        data.put("exact", exact);
    }

    static DbmClassifier read(ModelData data) {
        return new DbmClassifier(Dbm.read(data), data.flag("exact"));
    }

    /**
     * Rows with their labels as a group behind them, to fit a machine with {@link DbmBuilder#groups} to.
     *
     * @param data n rows of D columns with a label each; not modified
     * @param classes K, the number of classes
     * @return n rows of D + K columns, without labels
     * @throws IllegalArgumentException if a row has no label, or one of K or more
     */
    public static Dataset rows(Dataset data, int classes) {
        FMatrixRMaj x = data.floatMatrix();
        FMatrixRMaj both =
                new FMatrixRMaj(x.numRows, x.numCols + Require.atLeast("DbmClassifier.rows", "classes", 2, classes));
        for (int i = 0; i < x.numRows; i++) {
            int label = data.hasLabels() ? data.labels()[i] : -1;
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(
                        "DbmClassifier.rows: row " + i + " has " + (label < 0 ? "no label" : "the label " + label)
                                + ", expected one from 0 to " + (classes - 1));
            }
            System.arraycopy(x.data, i * x.numCols, both.data, i * both.numCols, x.numCols);
            both.set(i, x.numCols + label, 1);
        }
        return Dataset.of(both);
    }

    /** {@return the machine} */
    public Dbm dbm() {
        return dbm;
    }

    @Override
    public int dim() {
        return dbm.dim() - classes;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public List<String> columns() {
        List<String> all = dbm.columns();
        return all.isEmpty() ? all : all.subList(0, dim());
    }

    /**
     * The log probabilities of the classes.
     *
     * @param x n×D numbers from 0 to 1; not modified
     * @return n×K values of log p(y | xᵢ), nats
     * @throws IllegalArgumentException if x has another number of columns, or a number out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj logClassProbabilities(FMatrixRMaj x) {
        Require.columns(LOG_CLASS_PROBABILITIES, "x", x, dim());
        FMatrixRMaj rows = new FMatrixRMaj(x.numRows * classes, dbm.dim());
        for (int i = 0; i < rows.numRows; i++) {
            System.arraycopy(x.data, i / classes * x.numCols, rows.data, i * rows.numCols, x.numCols);
            rows.set(i, x.numCols + i % classes, 1);
        }
        dbm.units().visible().require(LOG_CLASS_PROBABILITIES, rows);
        double[] f = exact ? EnumeratedDbm.logSums(dbm.units(), rows) : dbm.variationalFreeEnergy(rows);
        FMatrixRMaj log = new FMatrixRMaj(x.numRows, classes);
        double[] scores = new double[classes];
        for (int i = 0; i < x.numRows; i++) {
            for (int y = 0; y < classes; y++) {
                scores[y] = (exact ? 1 : -1) * f[i * classes + y];
            }
            double all = Logs.logSumExp(scores);
            for (int y = 0; y < classes; y++) {
                log.set(i, y, (float) (scores[y] - all));
            }
        }
        return log;
    }

    /**
     * The log probabilities of the classes for the rows of a data set.
     *
     * @param data n rows with the columns of the classifier, matched by name where both have names; not modified
     * @return n×K values of log p(y | xᵢ), nats
     * @throws IllegalArgumentException as {@link #logClassProbabilities(FMatrixRMaj)} and {@link #observations(Dataset)}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj logClassProbabilities(Dataset data) {
        return logClassProbabilities(observations(data));
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        return RowOps.largest(logClassProbabilities(x));
    }
}

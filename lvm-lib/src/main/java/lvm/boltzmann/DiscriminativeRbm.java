package lvm.boltzmann;

import java.nio.file.Path;
import java.util.Arrays;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.Classifier;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A restricted Boltzmann machine with the class y among its visible units, as a classifier: with one of K label units on,
 *
 * <p>E(v, y, h) = −bᵀv − d_y − cᵀh − vᵀW h − U_y h,
 *
 * <p>p(y | v) = e^(d_y + Σⱼ softplus(cⱼ + U_yⱼ + Σᵢ vᵢ Wᵢⱼ)) / Σ_y′ …: exact, without Z, and so is its slope. W is D×H, U is K×H.
 * H. Larochelle and Y. Bengio (2008), Classification using discriminative restricted Boltzmann machines. Immutable.
 */
public final class DiscriminativeRbm extends SavedModel implements Classifier {
    private final Rbm joint;
    private final int classes;

    DiscriminativeRbm(Rbm joint, int classes, ModelSummary summary) {
        super(summary);
        this.joint = joint;
        this.classes = classes;
    }

    /**
     * The classifier of a machine whose last visible units are a group, the classes.
     *
     * @param joint a machine with one group at least
     * @return the classifier by its last group
     * @throws IllegalArgumentException if the machine has not exactly one group, or nothing else
     */
    public static DiscriminativeRbm of(Rbm joint) {
        int[] groups = joint.groups();
        if (groups.length != 1 || groups[0] == joint.dim()) {
            throw new IllegalArgumentException(
                    "DiscriminativeRbm.of: a machine with the groups " + Arrays.toString(groups) + " of " + joint.dim()
                            + " visible units, expected one group, the classes, beside binary units");
        }
        int dim = joint.dim() - groups[0];
        return new DiscriminativeRbm(
                joint, groups[0], card(dim, joint.latentDim(), groups[0]).summary(joint.history()));
    }

    static Card card(int visible, int hidden, int classes) {
        return Card.of("DiscriminativeRbm")
                .setting("visible units", visible)
                .setting("hidden units", hidden)
                .setting("number of classes", classes);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden units must be set
     */
    public static DiscriminativeRbmBuilder builder() {
        return new DiscriminativeRbmBuilder();
    }

    /**
     * Reads a classifier.
     *
     * @param file a file of {@link #save(Path)}
     * @return the classifier, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static DiscriminativeRbm load(Path file) {
        return Models.load(file, DiscriminativeRbm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("classes", classes).putModel("joint", joint);
    }

    static DiscriminativeRbm read(ModelData data) {
        return new DiscriminativeRbm(data.model("joint", Rbm.class), data.integer("classes"), data.summary());
    }

    /**
     * The machine of observations and classes together.
     *
     * @return it, with D + K visible units, the classes last
     */
    public Rbm joint() {
        return joint;
    }

    @Override
    public int dim() {
        return joint.dim() - classes;
    }

    @Override
    public int classes() {
        return classes;
    }

    /**
     * The log probabilities of the classes.
     *
     * @param v n×D numbers from 0 to 1; not modified
     * @return n×K values of log p(y | vᵢ), nats
     * @throws IllegalArgumentException if v has another number of columns, or a number out of range
     */
    public FMatrixRMaj logClassProbabilities(FMatrixRMaj v) {
        Require.unitInterval("DiscriminativeRbm.logClassProbabilities", "x", v, dim());
        return new Classes(joint.units(), classes).logProbabilities(v);
    }

    /**
     * The log probabilities of the classes for the rows of a data set.
     *
     * @param data n rows with the columns of the classifier, matched by name where both have names; not modified
     * @return n×K values of log p(y | vᵢ), nats
     * @throws IllegalArgumentException as {@link #logClassProbabilities(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public FMatrixRMaj logClassProbabilities(Dataset data) {
        return logClassProbabilities(observations(data));
    }

    @Override
    public int[] classify(FMatrixRMaj v) {
        Require.unitInterval("DiscriminativeRbm.classify", "x", v, dim());
        return RowOps.largest(new Classes(joint.units(), classes).logProbabilities(v));
    }

    /** p(y | v) and its slope from the parameters of the joint machine; used again from step to step. */
    static final class Classes {
        private final RbmUnits units;
        private final int classes;
        private final int dim;
        private final FMatrixRMaj a;
        private final FMatrixRMaj logP;
        private final FMatrixRMaj slopes;
        private final FMatrixRMaj byClass = new FMatrixRMaj(0, 0);

        Classes(RbmUnits units, int classes) {
            this.units = units;
            this.classes = classes;
            dim = units.visible() - classes;
            a = new FMatrixRMaj(0, units.hidden());
            logP = new FMatrixRMaj(0, classes);
            slopes = new FMatrixRMaj(0, units.hidden());
        }

        /** n×K; the matrix is overwritten by the next call. */
        FMatrixRMaj logProbabilities(FMatrixRMaj v) {
            int n = v.numRows;
            int h = units.hidden();
            a.reshape(n, h);
            logP.reshape(n, classes);
            for (int i = 0; i < n; i++) {
                System.arraycopy(units.c().data, 0, a.data, i * h, h);
            }
            Products.gemm(false, false, n, h, dim, 1, v.data, 0, dim, units.w().data, 0, h, 1, a.data, 0, h);
            Parallel.range(n, 1, (from, to) -> {
                double[] logits = new double[classes];
                double[] up = new double[h];
                for (int i = from; i < to; i++) {
                    for (int y = 0; y < classes; y++) {
                        for (int j = 0; j < h; j++) {
                            up[j] = (double) a.data[i * h + j] + units.w().data[(dim + y) * h + j];
                        }
                        logits[y] = units.b().data[dim + y] + Logs.sumSoftplus(up, 0, h);
                    }
                    double log = Logs.logSumExp(logits);
                    for (int y = 0; y < classes; y++) {
                        logP.data[i * classes + y] = (float) (logits[y] - log);
                    }
                }
            });
            return logP;
        }

        /**
         * Adds the slopes of a loss, minus the mean of log p(yᵢ | vᵢ) times a weight, to gradients of the joint machine's parameters.
         *
         * @return the mean of log p(yᵢ | vᵢ)
         */
        double backward(FMatrixRMaj v, int[] labels, FMatrixRMaj gw, FMatrixRMaj gb, FMatrixRMaj gc) {
            int n = v.numRows;
            int h = units.hidden();
            logProbabilities(v);
            slopes.reshape(n, h);
            byClass.reshape(n, classes * h);
            double[] total = new double[n];
            Parallel.range(n, 1, (from, to) -> {
                for (int i = from; i < to; i++) {
                    Arrays.fill(slopes.data, i * h, (i + 1) * h, 0);
                    total[i] = logP.data[i * classes + labels[i]];
                    for (int y = 0; y < classes; y++) {
                        double error = (y == labels[i] ? 1 : 0) - Math.exp(logP.data[i * classes + y]);
                        for (int j = 0; j < h; j++) {
                            double on = 1 / (1 + Math.exp(-(a.data[i * h + j] + units.w().data[(dim + y) * h + j])));
                            float slope = (float) (error * on);
                            byClass.data[(i * classes + y) * h + j] = slope;
                            slopes.data[i * h + j] += slope;
                        }
                    }
                }
            });
            float scale = -1f / n;
            Products.gemm(true, false, dim, h, n, scale, v.data, 0, dim, slopes.data, 0, h, 1, gw.data, 0, h);
            RbmRule.addRows(slopes, scale, gc);
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += total[i];
                for (int y = 0; y < classes; y++) {
                    float error = (y == labels[i] ? 1 : 0) - (float) Math.exp(logP.data[i * classes + y]);
                    gb.data[dim + y] += scale * error;
                    for (int j = 0; j < h; j++) {
                        gw.data[(dim + y) * h + j] += scale * byClass.data[(i * classes + y) * h + j];
                    }
                }
            }
            return sum / n;
        }
    }
}

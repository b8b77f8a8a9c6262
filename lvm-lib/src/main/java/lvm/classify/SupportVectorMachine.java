package lvm.classify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import libsvm.svm_parameter;
import libsvm.svm_problem;
import lvm.data.Dataset;
import lvm.fit.Scaling;
import lvm.linalg.Products;
import lvm.linalg.RowOps;
import lvm.linalg.VectorMath;
import lvm.model.Card;
import lvm.model.Classifier;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A support vector machine with a linear kernel or with k(x, x′) = exp(−γ ‖x − x′‖²), one machine for each pair of classes, each
 * with a vote. It is learnt by LIBSVM; C.-C. Chang and C.-J. Lin (2011).
 */
public final class SupportVectorMachine extends SavedModel implements Classifier {
    private static final int ROWS = 500;
    private static final String CLASSIFY = "SupportVectorMachine.classify";
    private static final double CACHE_MEGABYTES = 100;

    private final double gamma;
    private final FMatrixRMaj vectors;
    private final float[] squares;
    private final int[] labels;
    /** Of every pair of classes a column: the coefficients of the vectors. */
    private final FMatrixRMaj coefficients;

    private final double[] offsets;
    private final int dim;
    private final int classes;
    private final Scaling near;

    private SupportVectorMachine(
            double gamma,
            FMatrixRMaj vectors,
            int[] labels,
            FMatrixRMaj coefficients,
            double[] offsets,
            int classes,
            Scaling near,
            ModelSummary summary) {
        super(summary);
        this.near = near;
        this.gamma = gamma;
        this.vectors = vectors;
        this.labels = labels;
        this.coefficients = coefficients;
        this.offsets = offsets;
        this.dim = vectors.numCols;
        this.classes = classes;
        squares = Labelled.squares(vectors);
    }

    /** What LIBSVM found, as matrices. */
    private static SupportVectorMachine of(
            svm_model model, double gamma, int dim, int classes, Scaling near, Card card) {
        FMatrixRMaj vectors = new FMatrixRMaj(model.l, dim);
        for (int s = 0; s < model.l; s++) {
            for (svm_node node : model.SV[s]) {
                vectors.set(s, node.index - 1, (float) node.value);
            }
        }
        FMatrixRMaj coefficients = new FMatrixRMaj(model.l, model.rho.length);
        int[] start = new int[model.nr_class + 1];
        for (int k = 0; k < model.nr_class; k++) {
            start[k + 1] = start[k] + model.nSV[k];
        }
        int pair = 0;
        for (int a = 0; a < model.nr_class; a++) {
            for (int b = a + 1; b < model.nr_class; b++) {
                for (int s = start[a]; s < start[a + 1]; s++) {
                    coefficients.set(s, pair, (float) model.sv_coef[b - 1][s]);
                }
                for (int s = start[b]; s < start[b + 1]; s++) {
                    coefficients.set(s, pair, (float) model.sv_coef[a][s]);
                }
                pair++;
            }
        }
        return new SupportVectorMachine(
                gamma,
                vectors,
                model.label.clone(),
                coefficients,
                model.rho.clone(),
                classes,
                near,
                card.result("support vectors", model.l)
                        .summary(History.closedForm().ended(History.Stop.CONVERGED)));
    }

    /**
     * Reads a machine from a file.
     *
     * @param file a file of {@link #save}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static SupportVectorMachine load(Path file) {
        return Models.load(file, SupportVectorMachine.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("gamma", gamma).put("labels", labels).put("classes", classes).put("offsets", offsets);
        data.put("vectors", vectors).put("coefficients", coefficients);
        near.store(data, "near");
    }

    static SupportVectorMachine read(ModelData data) {
        return new SupportVectorMachine(
                data.number("gamma"),
                data.floats("vectors"),
                data.integers("labels"),
                data.floats("coefficients"),
                data.doubleArray("offsets"),
                data.integer("classes"),
                Scaling.read(data, "near"),
                data.summary());
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public int classes() {
        return classes;
    }

    /** {@return the number of support vectors of all pairs together} */
    public int supportVectors() {
        return vectors.numRows;
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        Require.rows(CLASSIFY, "x", x, dim);
        return found(near.of(x));
    }

    @Override
    public int[] classify(Dataset data) {
        return found(near.rows(CLASSIFY, data.matching(columns(), CLASSIFY), dim));
    }

    private int[] found(FMatrixRMaj x) {
        int[] found = new int[x.numRows];
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            FMatrixRMaj part = RowOps.part(x, from, to);
            FMatrixRMaj kernel = new FMatrixRMaj(to - from, vectors.numRows);
            Products.multTransB(part, vectors, kernel);
            if (gamma > 0) {
                float[] own = Labelled.squares(part);
                for (int i = 0; i < kernel.getNumElements(); i++) {
                    double distance =
                            (double) own[i / kernel.numCols] + squares[i % kernel.numCols] - 2.0 * kernel.data[i];
                    kernel.data[i] = (float) (-gamma * distance);
                }
                VectorMath.exp(kernel, kernel);
            }
            FMatrixRMaj scores = new FMatrixRMaj(to - from, offsets.length);
            Products.mult(kernel, coefficients, scores);
            for (int i = from; i < to; i++) {
                found[i] = vote(scores, i - from);
            }
        }
        return found;
    }

    private int vote(FMatrixRMaj scores, int row) {
        int[] votes = new int[labels.length];
        int pair = 0;
        for (int a = 0; a < labels.length; a++) {
            for (int b = a + 1; b < labels.length; b++) {
                votes[scores.get(row, pair) > offsets[pair] ? a : b]++;
                pair++;
            }
        }
        int best = 0;
        for (int k = 1; k < votes.length; k++) {
            best = votes[k] > votes[best] ? k : best;
        }
        return labels[best];
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder, of a linear kernel with C = 1
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Learns a support vector machine from labelled rows. */
    public static final class Builder {
        private double cost = 1;
        private double gamma;

        private Builder() {}

        /**
         * C, the weight of rows within the margin.
         *
         * @param cost C, above 0 and finite; by default 1
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder cost(double cost) {
            this.cost = Require.positive("SupportVectorMachine", "cost", cost);
            return this;
        }

        /**
         * The kernel exp(−γ ‖x − x′‖²) instead of the linear one.
         *
         * @param gamma γ, above 0 and finite
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder gamma(double gamma) {
            this.gamma = Require.positive("SupportVectorMachine", "gamma", gamma);
            return this;
        }

        /**
         * Learns the machine.
         *
         * @param data n rows of which at least two classes have one with a label; those without are left out
         * @return the classifier
         * @throws IllegalArgumentException if there are less than two classes
         */
        public SupportVectorMachine fit(Dataset data) {
            Dataset rows = Labelled.rows("SupportVectorMachine.fit", data);
            int classes = Labelled.classes("SupportVectorMachine.fit", data);
            svm_problem problem = new svm_problem();
            problem.l = rows.rows();
            problem.x = new svm_node[problem.l][];
            problem.y = new double[problem.l];
            Scaling near = Scaling.nearTogether(rows, false);
            FMatrixRMaj x = near.of(rows).floatMatrix();
            for (int i = 0; i < problem.l; i++) {
                List<svm_node> nodes = new ArrayList<>();
                for (int j = 0; j < x.numCols; j++) {
                    if (x.get(i, j) != 0) {
                        svm_node node = new svm_node();
                        node.index = j + 1;
                        node.value = x.get(i, j);
                        nodes.add(node);
                    }
                }
                problem.x[i] = nodes.toArray(svm_node[]::new);
                problem.y[i] = rows.label(i);
            }
            svm_parameter parameter = new svm_parameter();
            parameter.svm_type = svm_parameter.C_SVC;
            parameter.kernel_type = gamma > 0 ? svm_parameter.RBF : svm_parameter.LINEAR;
            parameter.gamma = gamma;
            parameter.C = cost;
            parameter.eps = 1e-3;
            parameter.cache_size = CACHE_MEGABYTES;
            parameter.shrinking = 1;
            parameter.nr_weight = 0;
            parameter.weight = new double[0];
            parameter.weight_label = new int[0];
            svm.svm_set_print_string_function(text -> {});
            Card card = Card.of("SupportVectorMachine")
                    .columns(data.columns())
                    .classes(data.labelNames())
                    .setting("kernel", gamma > 0 ? "γ = " + gamma : "linear")
                    .setting("C", cost)
                    .setting("labelled rows", rows.rows() + " of " + data.rows());
            near.warn(card, rows);
            return of(svm.svm_train(problem, parameter), gamma, data.dim(), classes, near, card);
        }
    }
}

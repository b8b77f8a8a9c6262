package lvm.vae;

import java.util.ArrayList;
import java.util.List;
import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import libsvm.svm_parameter;
import libsvm.svm_problem;
import lvm.data.Dataset;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * A support vector machine with a linear kernel or with k(x, x′) = exp(−γ ‖x − x′‖²), one machine for each pair of classes, each
 * with a vote. It is learnt by LIBSVM; C.-C. Chang and C.-J. Lin (2011).
 */
public final class SupportVectorMachine implements Classifier {
    private static final int ROWS = 500;
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

    private SupportVectorMachine(svm_model model, double gamma, int dim, int classes) {
        this.gamma = gamma;
        this.dim = dim;
        this.classes = classes;
        this.labels = model.label.clone();
        this.offsets = model.rho.clone();
        vectors = new FMatrixRMaj(model.l, dim);
        for (int s = 0; s < model.l; s++) {
            for (svm_node node : model.SV[s]) {
                vectors.set(s, node.index - 1, (float) node.value);
            }
        }
        squares = Labelled.squares(vectors);
        coefficients = new FMatrixRMaj(model.l, offsets.length);
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
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public int classes() {
        return classes;
    }

    /**
     * The number of support vectors.
     *
     * @return those of all pairs together
     */
    public int supportVectors() {
        return vectors.numRows;
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        Inputs.require("SupportVectorMachine.classify", "x", x, dim, "the machine was fitted on");
        int[] found = new int[x.numRows];
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            FMatrixRMaj part = VaeNet.rows(x, from, to);
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
            this.cost = positive("cost", cost);
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
            this.gamma = positive("gamma", gamma);
            return this;
        }

        private static double positive(String setting, double value) {
            if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "SupportVectorMachine: " + setting + " is " + value + ", expected above 0 and finite");
            }
            return value;
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
            FMatrixRMaj x = rows.floatMatrix();
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
            return new SupportVectorMachine(svm.svm_train(problem, parameter), gamma, data.dim(), classes);
        }
    }
}

package lvm.vae;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.NeuralFitBuilder;
import lvm.linalg.Products;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * A transductive support vector machine: rows without label keep the decision surface away from where they lie.
 *
 * <p>One machine a class, f_k(x) = w_kᵀ φ(x) + b_k, with targets t of ±1. What is minimised is λ ‖w‖²/2 + mean over labelled rows
 * of max(0, 1 − t f)² + c mean over rows without label of exp(−3 f²) + ρ (mean of f over these − mean of t over the labelled
 * rows)², summed over the classes: the smooth loss of O. Chapelle and A. Zien (2005), Semi-supervised classification by low
 * density separation, with the condition on the balance of the classes as a penalty, by steps on minibatches. c grows from zero
 * to its full value over the first steps. φ(x) is x, or random features whose products approach exp(−γ ‖x − x′‖²).
 */
public final class TransductiveSvm implements Classifier, FittedModel {
    private static final int ROWS = 1000;

    private final RandomFeatures features;
    private final int dim;
    private final FMatrixRMaj weights;
    private final FMatrixRMaj bias;
    private final History history;
    private final Map<String, String> settings;

    private TransductiveSvm(
            RandomFeatures features,
            int dim,
            FMatrixRMaj weights,
            FMatrixRMaj bias,
            History history,
            Map<String, String> settings) {
        this.features = features;
        this.dim = dim;
        this.weights = weights;
        this.bias = bias;
        this.history = history;
        this.settings = settings;
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public int classes() {
        return bias.numCols;
    }

    /**
     * The decision functions.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K values f_k(xᵢ)
     * @throws IllegalArgumentException if x has another number of columns, or holds a NaN
     */
    public FMatrixRMaj decisions(FMatrixRMaj x) {
        Inputs.require("TransductiveSvm.decisions", "x", x, dim, "the machine was fitted on");
        FMatrixRMaj all = new FMatrixRMaj(x.numRows, classes());
        FMatrixRMaj phi = new FMatrixRMaj(0, 0);
        for (int from = 0; from < x.numRows; from += ROWS) {
            FMatrixRMaj part = VaeNet.rows(x, from, Math.min(x.numRows, from + ROWS));
            FMatrixRMaj scores = new FMatrixRMaj(part.numRows, classes());
            Products.multBias(features == null ? part : features.of(part, phi), weights, bias, scores);
            System.arraycopy(scores.data, 0, all.data, from * all.numCols, scores.getNumElements());
        }
        return all;
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        return M2.largest(decisions(x));
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        return new ModelSummary(
                "TransductiveSvm", settings, Map.of("epochs", history.size() + ", " + history.stop()), history);
    }

    /** The loss with its sign turned, on minibatches. */
    static final class Machine {
        final Param weights;
        final Param bias;
        private final FMatrixRMaj means;
        private final float lambda;
        private final float balance;
        private final FMatrixRMaj targets = new FMatrixRMaj(0, 0);

        Machine(int inputs, double[] means, double lambda, double balance) {
            weights = new Param("w", new FMatrixRMaj(inputs, means.length));
            this.means = new FMatrixRMaj(1, means.length);
            bias = new Param("b", new FMatrixRMaj(1, means.length));
            for (int k = 0; k < means.length; k++) {
                this.means.data[k] = (float) means[k];
            }
            this.lambda = (float) lambda;
            this.balance = (float) balance;
        }

        /** 1×1; others is null if all rows have labels. */
        Var objective(Tape tape, FMatrixRMaj known, int[] labels, FMatrixRMaj others, double weight) {
            int k = means.numCols;
            targets.reshape(labels.length, k);
            for (int i = 0; i < labels.length * k; i++) {
                targets.data[i] = labels[i / k] == i % k ? 1 : -1;
            }
            Var w = tape.param(weights);
            Var b = tape.param(bias);
            Var f = tape.constant(known).mult(w).add(b);
            Var hinges = f.mul(tape.constant(targets)).neg().add(1).relu().square();
            Var loss = w.square().sum().mul(lambda / 2).add(hinges.sumPerRow().mean());
            if (others != null) {
                Var g = tape.constant(others).mult(w).add(b);
                Var between = g.square().mul(-3).exp().sumPerRow().mean();
                Var unbalanced =
                        g.meanPerColumn().sub(tape.constant(means)).square().sum();
                loss = loss.add(between.mul((float) weight)).add(unbalanced.mul(balance));
            }
            return loss.neg();
        }
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder, of a linear machine
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Learns a transductive support vector machine. The objective is the loss with its sign turned. */
    public static final class Builder extends NeuralFitBuilder<Builder, TransductiveSvm> {
        private static final int LABELLED_ROWS = 100;

        private double lambda = 1e-3;
        private double unlabelledWeight = 0.5;
        private double balance = 10;
        private int rise = 1000;
        private double gamma;
        private int features;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected String objectiveName() {
            return "−loss per row";
        }

        /**
         * The weight of ‖w‖²/2.
         *
         * @param lambda λ, at least 0 and finite; by default 0.001
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder lambda(double lambda) {
            this.lambda = notNegative("lambda", lambda);
            return this;
        }

        /**
         * The full weight of rows without label.
         *
         * @param weight c, at least 0 and finite; by default 0.5; with 0 the machine is a plain one
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder unlabelledWeight(double weight) {
            this.unlabelledWeight = notNegative("unlabelledWeight", weight);
            return this;
        }

        /**
         * The steps over which the weight of rows without label rises to its full value.
         *
         * @param steps at least 0; by default 1000
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder rise(int steps) {
            this.rise = requireAtLeast("rise", 0, steps);
            return this;
        }

        /**
         * The weight of the balance of the classes.
         *
         * @param weight ρ, at least 0 and finite; by default 10
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder balance(double weight) {
            this.balance = notNegative("balance", weight);
            return this;
        }

        /**
         * The kernel exp(−γ ‖x − x′‖²) instead of the linear one, by random features.
         *
         * @param gamma γ, above 0 and finite
         * @param features their number, at least 1
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         */
        public Builder kernel(double gamma, int features) {
            if (!(gamma > 0 && gamma < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "TransductiveSvm: gamma is " + gamma + ", expected above 0 and finite");
            }
            this.gamma = gamma;
            this.features = requireAtLeast("features", 1, features);
            return this;
        }

        private static double notNegative(String setting, double value) {
            if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "TransductiveSvm: " + setting + " is " + value + ", expected at least 0 and finite");
            }
            return value;
        }

        /**
         * Learns the machine.
         *
         * @param data n rows of which at least one has a label, the others {@link Dataset#UNLABELLED}
         * @return the classifier; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if no row has a label or there are less than two classes
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public TransductiveSvm fit(Dataset data) {
            Dataset labelled = Labelled.rows("TransductiveSvm.fit", data);
            Dataset others = Labelled.others(data);
            int classes = Labelled.classes("TransductiveSvm.fit", data);
            RandomFeatures map = features == 0
                    ? null
                    : new RandomFeatures(
                            data.dim(), features, gamma, new SplittableRandom(Seeds.split(seed(), "features")));
            double[] means = new double[classes];
            Arrays.fill(means, -1);
            for (int label : labelled.labels()) {
                means[label] += 2.0 / labelled.rows();
            }
            Machine machine = new Machine(map == null ? data.dim() : map.count(), means, lambda, balance);
            Optimizer optimizer = optimizer().over(List.of(machine.weights, machine.bias), learningRate());
            Dataset most = others == null ? labelled : others;
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("kernel", map == null ? "linear" : "γ = " + gamma + ", " + features + " random features");
            settings.put("λ", String.valueOf(lambda));
            settings.put("weight of rows without label", String.valueOf(unlabelledWeight));
            settings.put("labelled rows", labelled.rows() + " of " + data.rows());
            settings.putAll(trainingSettings(optimizer));
            int count = Math.min(LABELLED_ROWS, labelled.rows());
            int[] chosen = new int[count];
            int[] labels = new int[count];
            FMatrixRMaj few = new FMatrixRMaj(0, 0);
            FMatrixRMaj fewFeatures = new FMatrixRMaj(0, 0);
            FMatrixRMaj features = new FMatrixRMaj(0, 0);
            Tape tape = new Tape();
            return train(
                    most,
                    optimizer,
                    Map.of(),
                    (batch, rng) -> {
                        tape.reset();
                        FMatrixRMaj x = map == null ? batch.x() : map.of(batch.x(), features);
                        if (others == null) {
                            return optimizer.ascend(machine.objective(tape, x, batch.labels(), null, 0));
                        }
                        for (int i = 0; i < count; i++) {
                            chosen[i] = count == labelled.rows() ? i : rng.nextInt(labelled.rows());
                        }
                        labelled.copyRows(chosen, 0, count, few, rng);
                        labelled.copyLabels(chosen, 0, count, labels);
                        double weight = unlabelledWeight * Math.min(1, (double) (optimizer.steps() + 1) / (rise + 1));
                        return optimizer.ascend(machine.objective(
                                tape, map == null ? few : map.of(few, fewFeatures), labels, x, weight));
                    },
                    (batch, rng) -> machine.objective(
                                    tape.reset(),
                                    map == null ? batch.x() : map.of(batch.x(), features),
                                    batch.labels(),
                                    null,
                                    0)
                            .scalar(),
                    history -> new TransductiveSvm(
                            map,
                            data.dim(),
                            machine.weights.value().copy(),
                            machine.bias.value().copy(),
                            history,
                            settings));
        }
    }
}

package lvm.classify;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.fit.Scaling;
import lvm.linalg.Products;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.Classifier;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
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
public final class TransductiveSvm extends SavedModel implements Classifier {
    private static final int ROWS = 1000;

    private final RandomFeatures features;
    private final int dim;
    private final FMatrixRMaj weights;
    private final FMatrixRMaj bias;

    private final Scaling near;

    private TransductiveSvm(
            RandomFeatures features,
            int dim,
            FMatrixRMaj weights,
            FMatrixRMaj bias,
            Scaling near,
            ModelSummary summary) {
        super(summary);
        this.near = near;
        this.features = features;
        this.dim = dim;
        this.weights = weights;
        this.bias = bias;
    }

    /**
     * Reads a machine from a file.
     *
     * @param file a file of {@link #save}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static TransductiveSvm load(Path file) {
        return Models.load(file, TransductiveSvm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("dim", dim).put("weights", weights).put("bias", bias);
        if (features != null) {
            data.put("features", features);
        }
        near.store(data, "near");
    }

    static TransductiveSvm read(ModelData data) {
        return new TransductiveSvm(
                data.has("features") ? RandomFeatures.read(data.part("features")) : null,
                data.integer("dim"),
                data.floats("weights"),
                data.floats("bias"),
                Scaling.read(data, "near"),
                data.summary());
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
        Require.rows("TransductiveSvm.decisions", "x", x, dim);
        return values(near.of(x));
    }

    /**
     * As {@link #decisions(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K values f_k(xᵢ)
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj decisions(Dataset data) {
        return decisions(observations(data));
    }

    private FMatrixRMaj values(FMatrixRMaj x) {
        FMatrixRMaj all = new FMatrixRMaj(x.numRows, classes());
        FMatrixRMaj phi = new FMatrixRMaj(0, 0);
        for (int from = 0; from < x.numRows; from += ROWS) {
            FMatrixRMaj part = RowOps.part(x, from, Math.min(x.numRows, from + ROWS));
            FMatrixRMaj scores = new FMatrixRMaj(part.numRows, classes());
            Products.multBias(features == null ? part : features.of(part, phi), weights, bias, scores);
            System.arraycopy(scores.data, 0, all.data, from * all.numCols, scores.getNumElements());
        }
        return all;
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        return RowOps.largest(decisions(x));
    }

    @Override
    public int[] classify(Dataset data) {
        String where = "TransductiveSvm.classify";
        return RowOps.largest(values(near.rows(where, data.matching(columns(), where), dim)));
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

        private Builder() {
            super("−loss per row");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The weight of ‖w‖²/2.
         *
         * @param lambda λ, at least 0 and finite; by default 0.001
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder lambda(double lambda) {
            this.lambda = Require.notNegative(modelName(), "lambda", lambda);
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
            this.unlabelledWeight = Require.notNegative(modelName(), "unlabelledWeight", weight);
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
            this.balance = Require.notNegative(modelName(), "balance", weight);
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
            this.gamma = Require.positive(modelName(), "gamma", gamma);
            this.features = requireAtLeast("features", 1, features);
            return this;
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
            Scaling near = Scaling.nearTogether(data, false);
            Dataset known = Labelled.rows("TransductiveSvm.fit", data);
            Dataset labelled = near.of(known);
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
            Dataset most = others == null ? known : others;
            Card card = Card.of("TransductiveSvm")
                    .columns(data.columns())
                    .classes(data.labelNames())
                    .setting("kernel", map == null ? "linear" : "γ = " + gamma + ", " + features + " random features")
                    .setting("λ", lambda)
                    .setting("weight of rows without label", unlabelledWeight)
                    .setting("labelled rows", labelled.rows() + " of " + data.rows());
            int count = Math.min(LABELLED_ROWS, labelled.rows());
            int[] chosen = new int[count];
            int[] labels = new int[count];
            FMatrixRMaj few = new FMatrixRMaj(0, 0);
            FMatrixRMaj fewFeatures = new FMatrixRMaj(0, 0);
            FMatrixRMaj features = new FMatrixRMaj(0, 0);
            Tape tape = new Tape();
            Learner learner = Learner.of(
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
                                double weight =
                                        unlabelledWeight * Math.min(1, (double) (optimizer.steps() + 1) / (rise + 1));
                                return optimizer.ascend(machine.objective(
                                        tape, map == null ? few : map.of(few, fewFeatures), labels, x, weight));
                            },
                            optimizer)
                    .scaling(near)
                    .classes(data.classNames())
                    .objective((batch, rng) -> machine.objective(
                                    tape.reset(),
                                    map == null ? batch.x() : map.of(batch.x(), features),
                                    batch.labels(),
                                    null,
                                    0)
                            .scalar());
            if (keepsCheckpoints()) {
                learner.digest(data.digest());
            }
            near.warn(card.settings(trainingSettings(learner)), data);
            return train(
                    most,
                    learner,
                    history -> new TransductiveSvm(
                            map,
                            data.dim(),
                            machine.weights.value().copy(),
                            machine.bias.value().copy(),
                            near,
                            card.result("epochs", history.size() + ", " + history.stop())
                                    .summary(history)));
        }
    }
}

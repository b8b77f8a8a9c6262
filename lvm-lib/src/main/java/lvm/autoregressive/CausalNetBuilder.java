package lvm.autoregressive;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * The settings that autoregressive networks of convolutions share. The objective is the log probability, nats per row, given the class of
 * the row where the model is conditional on it.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract sealed class CausalNetBuilder<B extends CausalNetBuilder<B, M>, M extends ConditionalAutoregressive>
        extends NeuralFitBuilder<B, M> permits PixelCnnBuilder, WaveNetBuilder {
    int filters;
    LevelOutput output;
    private boolean conditional;

    CausalNetBuilder(LevelOutput output) {
        super("log probability, nats per row");
        this.output = output;
    }

    /**
     * The filters of a layer; must be set.
     *
     * @param filters the channels within the network, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public B filters(int filters) {
        this.filters = requireAtLeast("filters", 1, filters);
        return given("filters");
    }

    /**
     * Whether the model is one for each class: the labels of the rows are looked at then, and each must have one.
     *
     * @param conditional by default false
     * @return this
     */
    public B conditional(boolean conditional) {
        this.conditional = conditional;
        return given("conditional");
    }

    final void setOutput(LevelOutput output) {
        this.output = Objects.requireNonNull(output, modelName() + ": output");
    }

    /** The network at its start. */
    abstract CausalNet net(Dataset data, int classes, SplittableRandom rng);

    /** Its settings, for the card. */
    abstract void describe(Card card, CausalNet net);

    abstract M model(CausalNet net, double[] frequencies, ModelSummary summary);

    /** The frequencies of the classes; none for a model that knows none. */
    private double[] frequencies(Dataset data) {
        if (!conditional) {
            return new double[0];
        }
        double[] shares = new double[data.classes()];
        for (int i = 0; i < data.rows(); i++) {
            int label = data.label(i);
            if (label == Dataset.UNLABELLED) {
                throw new IllegalArgumentException(modelName() + ".fit: row " + i
                        + " has no label, which conditional(true) needs of every row; take those that have one");
            }
            shares[label] += 1.0 / data.rows();
        }
        return shares;
    }

    /**
     * Trains the network.
     *
     * @param data n rows of D levels; grey levels that are binarised anew at each reading are so in each epoch
     * @return the model; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if a setting is missing, there is no row, a number is no level, or a row has no label where the
     *     model is conditional
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public M fit(Dataset data) {
        Require.set(modelName(), "filters", filters > 0);
        double[] means = Observations.means(modelName(), output, data, validation());
        double[] frequencies = frequencies(data);
        CausalNet net = net(data, frequencies.length, new SplittableRandom(Seeds.split(seed(), "start")));
        net.begin(means);
        Optimizer optimizer = optimizer().over(net.params(), learningRate());
        Tape tape = new Tape();
        FMatrixRMaj ofRows = new FMatrixRMaj(0, 0);
        Learner learner = Learner.of(
                        (batch, rng) -> optimizer.ascend(net.logProbability(
                                        tape.reset(),
                                        batch.x(),
                                        conditional ? net.oneHot(batch.labels(), ofRows) : null)
                                .mean()),
                        optimizer)
                .objective((batch, rng) -> {
                    M now = model(net, frequencies, Card.of(modelName()).summary(History.closedForm()));
                    return conditional
                            ? Arrays.stream(now.logConditional(batch.x(), batch.labels()))
                                    .average()
                                    .orElseThrow()
                            : Observations.mean(now, batch.x());
                });
        if (conditional) {
            learner.classes(data.classNames());
        }
        Card card = Card.of(modelName())
                .columns(data.columns())
                .classes(conditional ? data.labelNames() : List.of())
                .setting("observed variables", data.dim())
                .setting("distribution", output)
                .setting("filters", filters)
                .setting("classes", frequencies.length == 0 ? "none" : frequencies.length);
        describe(card, net);
        card.settings(trainingSettings(learner));
        return train(
                data,
                learner,
                history -> model(
                        net.copy(),
                        frequencies,
                        card.course(history, data.rows(), "nats per row").summary(history)));
    }
}

package lvm.autoregressive;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.model.Card;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;

/** The settings of a fit of {@link Nade}. The objective is the log probability, nats per row. */
public final class NadeBuilder extends NeuralFitBuilder<NadeBuilder, Nade> {
    private int hidden;
    private int[] order = {};

    NadeBuilder() {
        super("log probability, nats per row");
    }

    @Override
    protected NadeBuilder self() {
        return this;
    }

    /**
     * The number of hidden units; must be set.
     *
     * @param units H, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public NadeBuilder hidden(int units) {
        this.hidden = requireAtLeast("hidden", 1, units);
        return given("hidden");
    }

    /**
     * The order of the columns.
     *
     * @param order a permutation of 0 … D − 1, of which the first number is the column that comes first; by default the columns as they
     *     stand; copied
     * @return this
     * @throws IllegalArgumentException if it is no permutation
     */
    public NadeBuilder order(int... order) {
        this.order = Orders.require("Nade", order);
        return given("order");
    }

    /**
     * Trains the model.
     *
     * @param data n rows of D zeros and ones; grey levels that are binarised anew at each reading are so in each epoch
     * @return the model; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the hidden units are not set, there is no row, a value is not 0 or 1, or the order is one of other
     *     columns
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public Nade fit(Dataset data) {
        Require.set("Nade", "hidden", hidden > 0);
        double[] means = Observations.means("Nade", LevelOutput.BINARY, data, validation());
        int[] columns = order.length == 0 ? Orders.natural(data.dim()) : order;
        Orders.requireDim("Nade", columns, data.dim());
        NadeNet net = new NadeNet(columns, hidden, new SplittableRandom(Seeds.split(seed(), "start")));
        net.begin(means);
        Optimizer optimizer = optimizer().over(net.params(), learningRate());
        NadeNet.Learning learning = net.learning();
        Learner learner = Learner.of(
                        (batch, rng) -> {
                            double value = learning.gradient(batch.x());
                            optimizer.step();
                            return value;
                        },
                        optimizer)
                .objective((batch, rng) ->
                        Arrays.stream(net.logProbability(batch.x())).average().orElseThrow());
        Card card = Nade.card(data.dim(), hidden)
                .columns(data.columns())
                .setting("order", Orders.text(columns))
                .settings(trainingSettings(learner));
        return train(
                data,
                learner,
                history -> new Nade(
                        net.copy(),
                        card.course(history, data.rows(), "nats per row").summary(history)));
    }
}

package lvm.autoregressive;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;

/**
 * The settings of a fit of {@link Made}. The objective is the log probability, nats per row; with several orders a step learns in one of
 * them, drawn anew, and the objective on validation rows is the log probability of the mixture.
 */
public final class MadeBuilder extends NeuralFitBuilder<MadeBuilder, Made> {
    private int[] hidden;
    private Activation activation = Activation.RELU;
    private int[][] given = {};
    private int drawn;

    MadeBuilder() {
        super("log probability, nats per row");
    }

    @Override
    protected MadeBuilder self() {
        return this;
    }

    /**
     * The units of the hidden layers; must be set. A column is connected to all columns before it if each layer has at least D − 1 units.
     *
     * @param units of each layer, from the input on, each at least 1; none for a logistic regression of each column on those before it
     * @return this
     * @throws IllegalArgumentException if a layer is empty
     */
    public MadeBuilder hidden(int... units) {
        for (int size : units) {
            requireAtLeast("hidden", 1, size);
        }
        this.hidden = units.clone();
        return given("hidden");
    }

    /**
     * The activation of the hidden units.
     *
     * @param activation by default {@link Activation#RELU}
     * @return this
     */
    public MadeBuilder activation(Activation activation) {
        this.activation = Objects.requireNonNull(activation, "Made: activation");
        return given("activation");
    }

    /**
     * Orders of the columns, whose mixture is the model.
     *
     * @param orders one or more permutations of 0 … D − 1, of which the first number is the column that comes first; by default one, the
     *     columns as they stand; copied
     * @return this
     * @throws IllegalArgumentException if there is none, or one is no permutation
     */
    public MadeBuilder order(int[]... orders) {
        Require.atLeast("Made", "the number of orders", 1, orders.length);
        given = Arrays.stream(orders)
                .map(order -> Orders.require("Made", order))
                .toArray(int[][]::new);
        drawn = 0;
        return given("order");
    }

    /**
     * Random orders of the columns, drawn from the seed, in the place of those that {@link #order} gives.
     *
     * @param count how many, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public MadeBuilder randomOrders(int count) {
        drawn = requireAtLeast("randomOrders", 1, count);
        given = new int[0][];
        return given("randomOrders");
    }

    private int[][] orders(int dim) {
        if (drawn > 0) {
            return Orders.random(drawn, dim, new SplittableRandom(Seeds.split(seed(), "orders")));
        }
        if (given.length == 0) {
            return new int[][] {Orders.natural(dim)};
        }
        for (int[] order : given) {
            Orders.requireDim("Made", order, dim);
        }
        return given;
    }

    private String ordersText(int dim) {
        return drawn > 0 ? drawn + " random" : given.length > 1 ? given.length + " given" : Orders.text(orders(dim)[0]);
    }

    /**
     * Trains the network.
     *
     * @param data n rows of D zeros and ones; grey levels that are binarised anew at each reading are so in each epoch
     * @return the model; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the hidden units are not set, there is no row, a value is not 0 or 1, or an order is one of other
     *     columns
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public Made fit(Dataset data) {
        Require.set("Made", "hidden", hidden != null);
        double[] means = Observations.means("Made", LevelOutput.BINARY, data, validation());
        int[][] orders = orders(data.dim());
        MadeNet net = new MadeNet(orders, activation, hidden, new SplittableRandom(Seeds.split(seed(), "start")));
        net.begin(means);
        Optimizer optimizer = optimizer().over(net.params(), learningRate());
        Tape tape = new Tape();
        Learner learner = Learner.of(
                        (batch, rng) -> {
                            int k = orders.length == 1 ? 0 : rng.nextInt(orders.length);
                            return optimizer.ascend(net.logProbability(tape.reset(), batch.x(), k)
                                    .mean());
                        },
                        optimizer)
                .objective((batch, rng) -> Observations.mean(
                        new Made(net, Made.card(data.dim()).summary(History.closedForm())), batch.x()));
        if (orders.length > 1) {
            learner.objectiveName("log probability in one order, nats per row");
        }
        Card card = Made.card(data.dim())
                .columns(data.columns())
                .setting("hidden units", Arrays.toString(hidden))
                .setting("activation", activation)
                .setting("orders", ordersText(data.dim()))
                .settings(trainingSettings(learner));
        return train(
                data,
                learner,
                history -> new Made(
                        net.copy(),
                        card.course(history, data.rows(), "nats per row").summary(history)));
    }
}

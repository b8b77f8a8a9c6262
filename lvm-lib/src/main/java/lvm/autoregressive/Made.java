package lvm.autoregressive;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.FMatrixRMaj;

/**
 * A masked autoencoder for rows of zeros and ones: one pass through a network gives the logits of all columns, and masks see to it that the
 * logit of a column depends on the columns before it only,
 *
 * <p>p(x) = Πⱼ Bernoulli(x_o(j); σ(lⱼ)), lⱼ a function of x_o(1), …, x_o(j − 1), x ∈ {0, 1}ᴰ.
 *
 * <p>M. Germain, K. Gregor, I. Murray and H. Larochelle (2015), MADE: masked autoencoder for distribution estimation, equations 3 and 8 to 10.
 * The masks belong to an order of the columns. With several orders that share their weights the model is the mixture
 * p(x) = 1/K Σₖ pₖ(x): the log probability is the log of the mean of joint probabilities. (The mean of the logits of several orders, which one
 * meets, is no distribution: two bits that are always equal have a total probability of 2 then.) Here a weight belongs to a column in all
 * orders, hidden units keep their degrees, and nothing leads from inputs to outputs past the hidden layers. Immutable.
 */
public final class Made extends AutoregressiveModel {
    private final MadeNet net;

    Made(MadeNet net, ModelSummary summary) {
        super(summary);
        this.net = net;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden units must be set
     */
    public static MadeBuilder builder() {
        return new MadeBuilder();
    }

    /**
     * Reads a model.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, the same in every bit
     * @throws java.io.UncheckedIOException as {@link Models#load(Path, Class)}
     */
    public static Made load(Path file) {
        return Models.load(file, Made.class);
    }

    static Card card(int dim) {
        return Card.of("Made").setting("observed variables", dim);
    }

    @Override
    public void store(ModelData data) {
        data.put("dim", dim())
                .put(
                        "orders",
                        Arrays.stream(net.orders).flatMapToInt(Arrays::stream).toArray())
                .put("activation", net.f)
                .put("hidden", net.hidden)
                .put("network", net.values());
    }

    static Made read(ModelData data) {
        int dim = data.integer("dim");
        int[] all = data.integers("orders");
        int[][] orders = new int[all.length / dim][];
        Arrays.setAll(orders, k -> Arrays.copyOfRange(all, k * dim, (k + 1) * dim));
        MadeNet net = new MadeNet(
                orders, data.choice("activation", Activation.class), data.integers("hidden"), new SplittableRandom(0));
        data.copyTo("network", net.values());
        return new Made(net, data.summary());
    }

    MadeNet net() {
        return net;
    }

    @Override
    public int dim() {
        return net.dim();
    }

    /** {@return the number of orders, K} */
    public int orders() {
        return net.orders.length;
    }

    /**
     * An order of the columns.
     *
     * @param k which, from 0
     * @return a permutation of 0 … D − 1, that of the columns as they come; a copy
     * @throws IllegalArgumentException if there is no such order
     */
    public int[] order(int k) {
        if (k < 0 || k >= orders()) {
            throw new IllegalArgumentException("Made.order: order " + k + " of " + orders() + " (counted from 0)");
        }
        return net.orders[k].clone();
    }

    @Override
    int parts() {
        return orders();
    }

    @Override
    int[] orderOf(int part) {
        return net.orders[part];
    }

    @Override
    double[] logProbability(Tape tape, FMatrixRMaj x, int part) {
        return doubles(net.logProbability(tape, x, part));
    }

    @Override
    Var parameters(Tape tape, Var x, int part) {
        return net.logits(tape, net.ordered(x, part), part).gatherColumns(Orders.places(net.orders[part]));
    }

    @Override
    Steps steps(int rows, int part) {
        return net.steps(rows, part);
    }
}

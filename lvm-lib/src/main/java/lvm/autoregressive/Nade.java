package lvm.autoregressive;

import java.nio.file.Path;
import java.util.SplittableRandom;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.FMatrixRMaj;

/**
 * The neural autoregressive distribution estimator of rows of zeros and ones: the columns share the weights into the hidden units,
 *
 * <p>h_j = σ(c + Σ W_o(k) x_o(k) over k &lt; j), p(x_o(j) = 1 | x_o(1), …, x_o(j − 1)) = σ(b_o(j) + V_o(j) · h_j), x ∈ {0, 1}ᴰ,
 *
 * <p>with W and V of D rows of H numbers and an order o. The sum inside grows by one row of W from column to column, so that the log
 * probability takes O(DH) operations, and its gradient, too. H. Larochelle and I. Murray (2011), The neural autoregressive distribution
 * estimator, equations 9 and 10 and algorithm 1. Immutable.
 */
public final class Nade extends AutoregressiveModel {
    private final NadeNet net;

    Nade(NadeNet net, ModelSummary summary) {
        super(summary);
        this.net = net;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden units must be set
     */
    public static NadeBuilder builder() {
        return new NadeBuilder();
    }

    /**
     * Reads a model.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, the same in every bit
     * @throws java.io.UncheckedIOException as {@link Models#load(Path, Class)}
     */
    public static Nade load(Path file) {
        return Models.load(file, Nade.class);
    }

    static Card card(int dim, int hidden) {
        return Card.of("Nade").setting("observed variables", dim).setting("hidden units", hidden);
    }

    @Override
    public void store(ModelData data) {
        data.put("order", net.order).put("hidden", net.hidden()).put("parameters", net.values());
    }

    static Nade read(ModelData data) {
        NadeNet net = new NadeNet(data.integers("order"), data.integer("hidden"), new SplittableRandom(0));
        data.copyTo("parameters", net.values());
        return new Nade(net, data.summary());
    }

    NadeNet net() {
        return net;
    }

    @Override
    public int dim() {
        return net.order.length;
    }

    /** {@return the number of hidden units, H} */
    public int hidden() {
        return net.hidden();
    }

    /** {@return the order of the columns, a permutation of 0 … D − 1; a copy} */
    public int[] order() {
        return net.order.clone();
    }

    @Override
    int[] orderOf(int part) {
        return net.order;
    }

    @Override
    double[] logProbability(Tape tape, FMatrixRMaj x, int part) {
        return net.logProbability(x);
    }

    @Override
    Var parameters(Tape tape, Var x, int part) {
        return net.logits(tape, x);
    }

    @Override
    Steps steps(int rows, int part) {
        return net.steps(rows);
    }
}

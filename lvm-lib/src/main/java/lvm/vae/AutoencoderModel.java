package lvm.vae;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import lvm.model.FittedModel;
import lvm.model.HasLatent;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.FMatrixRMaj;

/** What the autoencoders have in common: an encoder h = f(x), a decoder r = g(h), and a cost of the reconstruction. Immutable. */
public abstract sealed class AutoencoderModel implements HasLatent<FMatrixRMaj>, FittedModel
        permits Autoencoder, DenoisingAutoencoder, ContractiveAutoencoder {
    private final AutoencoderNet net;
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    AutoencoderModel(AutoencoderNet net, History history, Map<String, String> settings, Map<String, String> results) {
        this.net = net;
        this.history = history;
        this.settings = settings;
        this.results = results;
    }

    final AutoencoderNet net() {
        return net;
    }

    private String name() {
        return getClass().getSimpleName();
    }

    /**
     * The number of observed dimensions.
     *
     * @return D
     */
    public final int dim() {
        return net.dim();
    }

    @Override
    public final int latentDim() {
        return net.latent();
    }

    /** The code h = f(x). */
    @Override
    public final FMatrixRMaj encode(FMatrixRMaj x) {
        requireX("encode", x);
        return net.encode(x);
    }

    /** The reconstruction g(h): probabilities for the cross-entropy. */
    @Override
    public final FMatrixRMaj decode(FMatrixRMaj h) {
        Inputs.require(name() + ".decode", "h", h, net.latent(), "the code has");
        return net.decode(h);
    }

    /**
     * The reconstruction r(x) = g(f(x)).
     *
     * @param x n×D rows of observations; not modified
     * @return n×D reconstructions
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    public final FMatrixRMaj reconstruct(FMatrixRMaj x) {
        requireX("reconstruct", x);
        return net.decode(net.encode(x));
    }

    /**
     * The cost of each row's reconstruction, without penalties and noise.
     *
     * @param x n×D rows of observations; not modified
     * @return n values, summed over the D dimensions: ‖r(x) − x‖² or the cross-entropy in nats
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    public final double[] cost(FMatrixRMaj x) {
        requireX("cost", x);
        return net.cost(x);
    }

    /**
     * The parameters of both networks.
     *
     * @return copies by name
     */
    public final Map<String, FMatrixRMaj> parameters() {
        Map<String, FMatrixRMaj> copies = new LinkedHashMap<>(net.values());
        copies.replaceAll((name, m) -> m.copy());
        return Collections.unmodifiableMap(copies);
    }

    final void requireX(String method, FMatrixRMaj x) {
        Inputs.require(name() + "." + method, "x", x, net.dim(), "the model was fitted on");
    }

    @Override
    public final History history() {
        return history;
    }

    @Override
    public final ModelSummary summary() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("observed variables", String.valueOf(dim()));
        all.putAll(settings);
        return new ModelSummary(name(), all, results, history);
    }

    @Override
    public final String toString() {
        return name() + " from " + dim() + " to " + latentDim() + " variables";
    }
}

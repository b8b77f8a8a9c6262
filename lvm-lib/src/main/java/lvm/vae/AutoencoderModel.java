package lvm.vae;

import java.util.List;
import java.util.Map;
import lvm.data.Dataset;
import lvm.model.HasDecoder;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.nn.HasEncoderLayers;
import lvm.nn.Linear;
import lvm.store.ModelData;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/** What the autoencoders have in common: an encoder h = f(x), a decoder r = g(h), and a cost of the reconstruction. Immutable. */
public abstract sealed class AutoencoderModel extends SavedModel
        implements SinglePrecision, HasEncoderLayers, HasDecoder<FMatrixRMaj>
        permits Autoencoder, DenoisingAutoencoder, ContractiveAutoencoder {
    private final AutoencoderNet net;

    AutoencoderModel(AutoencoderNet net, ModelSummary summary) {
        super(summary);
        this.net = net;
    }

    @Override
    public final void store(ModelData data) {
        net.store(data);
    }

    final AutoencoderNet net() {
        return net;
    }

    private String name() {
        return getClass().getSimpleName();
    }

    /** {@return the number of observed dimensions, D} */
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
        return net.encode(seen("encode", x));
    }

    @Override
    public final FMatrixRMaj encode(Dataset data) {
        return net.encode(net.scaling().rows(name() + ".encode", data.matching(columns(), name()), net.dim()));
    }

    @Override
    public final List<Linear> encoderLayers() {
        return net.encoderLayers(name());
    }

    /** The reconstruction g(h): probabilities for the cross-entropy. */
    @Override
    public final FMatrixRMaj decode(FMatrixRMaj h) {
        Require.rows(name() + ".decode", "h", h, net.latent());
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
        return net.decode(net.encode(seen("reconstruct", x)));
    }

    /**
     * As {@link #reconstruct(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×D reconstructions
     * @throws IllegalArgumentException as there
     */
    public final FMatrixRMaj reconstruct(Dataset data) {
        return reconstruct(observations(data));
    }

    /**
     * The cost of each row's reconstruction, without penalties and noise.
     *
     * @param x n×D rows of observations; not modified
     * @return n values, summed over the D dimensions: ‖r(x) − x‖² or the cross-entropy in nats
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    public final double[] cost(FMatrixRMaj x) {
        return net.cost(seen("cost", x));
    }

    /**
     * As {@link #cost(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n values, summed over the D dimensions: ‖r(x) − x‖² or the cross-entropy in nats
     * @throws IllegalArgumentException as there
     */
    public final double[] cost(Dataset data) {
        return cost(observations(data));
    }

    /** {@return copies of the parameters of both networks, by name: where columns are standardised, of what they see} */
    public final Map<String, FMatrixRMaj> parameters() {
        return VaeNet.copies(net.values());
    }

    /** Observations as the networks see them, checked. */
    final FMatrixRMaj seen(String method, FMatrixRMaj x) {
        Require.rows(name() + "." + method, "x", x, net.dim());
        return net.scaling().of(x);
    }

    @Override
    public final String toString() {
        return name() + " from " + dim() + " to " + latentDim() + " variables";
    }
}

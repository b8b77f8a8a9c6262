package lvm.vae;

import java.nio.file.Path;
import lvm.model.ModelSummary;
import lvm.store.ModelData;
import lvm.store.Models;

/**
 * An autoencoder: an encoder h = f(x) and a decoder r = g(h) that are trained to have r near x,
 *
 * <p>cost = ‖g(f(x)) − x‖², or the cross-entropy of binary x.
 *
 * <p>With linear maps and fewer code variables than observed ones, the decoder spans the space of the leading principal
 * components (P. Baldi and K. Hornik 1989). With as many or more, the identity costs nothing, and it is what is learnt; a
 * penalty on the code ({@code sparsity}), noise ({@link DenoisingAutoencoder}) or a penalty on the encoder's derivative
 * ({@link ContractiveAutoencoder}) prevents that. There is no distribution of the code: nothing can be drawn.
 */
public final class Autoencoder extends AutoencoderModel {
    private Autoencoder(AutoencoderNet net, ModelSummary summary) {
        super(net, summary);
    }

    /**
     * Reads an autoencoder from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static Autoencoder load(Path file) {
        return Models.load(file, Autoencoder.class);
    }

    static Autoencoder read(ModelData data) {
        return new Autoencoder(AutoencoderNet.read(data), data.summary());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the number of code variables must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains an autoencoder. */
    public static final class Builder extends DeepAutoencoderBuilder<Builder, Autoencoder> {
        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        Autoencoder model(AutoencoderNet net, ModelSummary summary) {
            return new Autoencoder(net, summary);
        }
    }
}

package lvm.vae;

import java.util.Map;
import lvm.autodiff.Activation;
import lvm.model.History;
import lvm.nn.NetworkFactory;

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
    private Autoencoder(
            AutoencoderNet net, History history, Map<String, String> settings, Map<String, String> results) {
        super(net, history, settings, results);
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
    public static final class Builder extends AutoencoderBuilder<Builder, Autoencoder> {
        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The hidden layers of the encoder; the decoder has the same in the reverse order.
         *
         * @param sizes from x to the code, each at least 1; none, the default, for linear maps
         * @return this
         * @throws IllegalArgumentException if a size is less than 1
         */
        public Builder hidden(int... sizes) {
            setHidden(sizes);
            return this;
        }

        /**
         * The activation of the hidden layers.
         *
         * @param activation by default {@link VaeBuilder#DEFAULT_ACTIVATION}
         * @return this
         */
        public Builder activation(Activation activation) {
            setActivation(activation);
            return this;
        }

        /**
         * The encoder: any network from the D columns of x to the K of the code, before the code's activation.
         *
         * @param encoder makes it; by default a multilayer perceptron
         * @return this
         */
        public Builder encoder(NetworkFactory encoder) {
            setEncoder(encoder);
            return this;
        }

        /**
         * The decoder: any network from the K columns of the code to the D of x.
         *
         * @param decoder makes it; by default a multilayer perceptron
         * @return this
         */
        public Builder decoder(NetworkFactory decoder) {
            setDecoder(decoder);
            return this;
        }

        @Override
        Autoencoder model(
                AutoencoderNet net, History history, Map<String, String> settings, Map<String, String> results) {
            return new Autoencoder(net, history, settings, results);
        }
    }
}

package lvm.vae;

import java.util.Objects;
import lvm.autodiff.Activation;
import lvm.nn.NetworkFactory;

/**
 * The settings of autoencoders whose encoder and decoder are networks of their own.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class DeepAutoencoderBuilder<B extends DeepAutoencoderBuilder<B, M>, M>
        extends AutoencoderBuilder<B, M> {

    DeepAutoencoderBuilder() {}

    /**
     * The hidden layers of the encoder; the decoder has the same in the reverse order.
     *
     * @param sizes from x to the code, each at least 1; none, the default, for linear maps
     * @return this
     * @throws IllegalArgumentException if a size is less than 1
     */
    public B hidden(int... sizes) {
        for (int size : sizes) {
            requireAtLeast("hidden", 1, size);
        }
        this.hidden = sizes.clone();
        return given("hidden");
    }

    /**
     * The activation of the hidden layers.
     *
     * @param activation by default {@link VaeBuilder#DEFAULT_ACTIVATION}
     * @return this
     */
    public B activation(Activation activation) {
        this.activation = Objects.requireNonNull(activation, modelName() + ": activation");
        return given("activation");
    }

    /**
     * The encoder: any network from the D columns of x to the K of the code, before the code's activation.
     *
     * @param encoder makes it; by default a multilayer perceptron
     * @return this
     */
    public B encoder(NetworkFactory encoder) {
        this.encoder = Objects.requireNonNull(encoder, modelName() + ": encoder");
        return self();
    }

    /**
     * The decoder: any network from the K columns of the code to the D of x.
     *
     * @param decoder makes it; by default a multilayer perceptron
     * @return this
     */
    public B decoder(NetworkFactory decoder) {
        this.decoder = Objects.requireNonNull(decoder, modelName() + ": decoder");
        return self();
    }
}

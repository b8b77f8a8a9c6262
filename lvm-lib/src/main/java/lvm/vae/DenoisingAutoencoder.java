package lvm.vae;

import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Var;
import lvm.model.History;
import lvm.nn.NetworkFactory;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * A denoising autoencoder: it sees a corrupted x̃ and is to give back the x that it was made of,
 *
 * <p>cost = ‖g(f(x̃)) − x‖², x̃ = x + σ ε with ε ~ N(0, I), or x with some of its columns set to 0.
 *
 * <p>The best reconstruction is E[x | x̃], which is not the identity however large the code is. P. Vincent, H. Larochelle,
 * Y. Bengio and P.-A. Manzagol (2008). Corruption belongs to the training: a fitted model encodes what it is given.
 */
public final class DenoisingAutoencoder extends AutoencoderModel {
    private DenoisingAutoencoder(
            AutoencoderNet net, History history, Map<String, String> settings, Map<String, String> results) {
        super(net, history, settings, results);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the number of code variables and a corruption must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains a denoising autoencoder. */
    public static final class Builder extends AutoencoderBuilder<Builder, DenoisingAutoencoder> {
        private double sigma;
        private double missing;
        private final FMatrixRMaj noise = new FMatrixRMaj(0, 0);

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Gaussian noise on the input.
         *
         * @param sigma σ, at least 0, the default
         * @return this
         * @throws IllegalArgumentException if it is negative, infinite or NaN
         */
        public Builder noise(double sigma) {
            this.sigma = requireFactor("noise", sigma);
            return this;
        }

        /**
         * The probability with which each column of each row is set to 0.
         *
         * @param probability in [0,1), by default 0
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder missing(double probability) {
            if (!(probability >= 0 && probability < 1)) {
                throw new IllegalArgumentException(
                        "DenoisingAutoencoder: missing is " + probability + ", expected within [0,1)");
            }
            this.missing = probability;
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
        void requireSettings() {
            if (sigma == 0 && missing == 0) {
                throw new IllegalArgumentException("DenoisingAutoencoder: neither noise nor missing is set");
            }
        }

        @Override
        Var corrupted(Var x, RandomGenerator rng) {
            Var seen = x;
            if (missing > 0) {
                // Dropout divides by 1 − p; here what is left keeps its value.
                seen = seen.dropout((float) missing, rng).mul((float) (1 - missing));
            }
            if (sigma > 0) {
                noise.reshape(x.rows(), x.cols());
                Fill.normal(0, (float) sigma, noise, rng);
                seen = seen.add(x.tape().constant(noise));
            }
            return seen;
        }

        @Override
        void describe(Map<String, String> settings) {
            if (sigma > 0) {
                settings.put("noise", String.valueOf(sigma));
            }
            if (missing > 0) {
                settings.put("missing", String.valueOf(missing));
            }
        }

        @Override
        DenoisingAutoencoder model(
                AutoencoderNet net, History history, Map<String, String> settings, Map<String, String> results) {
            return new DenoisingAutoencoder(net, history, settings, results);
        }
    }
}

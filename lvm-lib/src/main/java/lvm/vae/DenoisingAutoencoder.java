package lvm.vae;

import java.nio.file.Path;
import java.util.random.RandomGenerator;
import lvm.autodiff.Var;
import lvm.fit.Scaling;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.random.Fill;
import lvm.store.ModelData;
import lvm.store.Models;
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
    private DenoisingAutoencoder(AutoencoderNet net, ModelSummary summary) {
        super(net, summary);
    }

    /**
     * Reads an autoencoder from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static DenoisingAutoencoder load(Path file) {
        return Models.load(file, DenoisingAutoencoder.class);
    }

    static DenoisingAutoencoder read(ModelData data) {
        return new DenoisingAutoencoder(AutoencoderNet.read(data), data.summary());
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
    public static final class Builder extends DeepAutoencoderBuilder<Builder, DenoisingAutoencoder> {
        private double sigma;
        private double missing;

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
            this.sigma = Require.notNegative(modelName(), "noise", sigma);
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

        @Override
        void requireSettings() {
            if (sigma == 0 && missing == 0) {
                throw new IllegalArgumentException("DenoisingAutoencoder: neither noise nor missing is set");
            }
        }

        @Override
        Var corrupted(Var x, Scaling scaling, FMatrixRMaj zero, FMatrixRMaj room, RandomGenerator rng) {
            Var seen = x;
            if (missing > 0) {
                Var fromZero = scaling.isNone() ? seen : seen.sub(x.tape().constant(zero));
                // Dropout divides by 1 − p; here what is left keeps its value.
                Var left = fromZero.dropout((float) missing, rng).mul((float) (1 - missing));
                seen = scaling.isNone() ? left : left.add(x.tape().constant(zero));
            }
            if (sigma > 0) {
                room.reshape(x.rows(), x.cols());
                Fill.normal(0, (float) (sigma / scaling.scale(0)), room, rng);
                seen = seen.add(x.tape().constant(room));
            }
            return seen;
        }

        @Override
        void describe(Card card) {
            if (sigma > 0) {
                card.setting("noise", sigma);
            }
            if (missing > 0) {
                card.setting("missing", missing);
            }
        }

        @Override
        DenoisingAutoencoder model(AutoencoderNet net, ModelSummary summary) {
            return new DenoisingAutoencoder(net, summary);
        }
    }
}

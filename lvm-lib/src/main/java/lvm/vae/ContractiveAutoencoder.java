package lvm.vae;

import java.nio.file.Path;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.FMatrixRMaj;

/**
 * A contractive autoencoder: one layer h = s(x W + b) with a decoder of the same weights, g(h) = h Wᵀ + c, and a penalty on
 * the encoder's derivative,
 *
 * <p>cost = ‖g(h) − x‖² + λ ‖∂h/∂x‖², ‖∂h/∂x‖² = Σₖ s′(aₖ)² Σⱼ Wⱼₖ²,
 *
 * <p>or the cross-entropy in the place of the squared error. The code changes only along the directions in which the data do.
 * S. Rifai, P. Vincent, X. Muller, X. Glorot and Y. Bengio (2011), equations 3 to 7. Deeper ones are made by fitting the next
 * to the codes of the last.
 */
public final class ContractiveAutoencoder extends AutoencoderModel {
    private ContractiveAutoencoder(AutoencoderNet net, ModelSummary summary) {
        super(net, summary);
    }

    /**
     * Reads an autoencoder from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static ContractiveAutoencoder load(Path file) {
        return Models.load(file, ContractiveAutoencoder.class);
    }

    static ContractiveAutoencoder read(ModelData data) {
        return new ContractiveAutoencoder(AutoencoderNet.read(data), data.summary());
    }

    /**
     * The penalty of every row without its factor, ‖∂h/∂x‖² at x.
     *
     * @param x n×D rows of observations; not modified
     * @return n squared Frobenius norms of the encoder's Jacobian
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    public double[] contraction(FMatrixRMaj x) {
        FMatrixRMaj seen = seen("contraction", x);
        Tape tape = Tape.withoutGradients();
        float[] norms = contraction(tape, net(), net().encode(tape, tape.constant(seen)))
                .value()
                .data;
        double[] y = new double[x.numRows];
        for (int i = 0; i < y.length; i++) {
            y[i] = norms[i] / net().square();
        }
        return y;
    }

    /**
     * As {@link #contraction(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n squared Frobenius norms of the encoder's Jacobian
     * @throws IllegalArgumentException as there
     */
    public double[] contraction(Dataset data) {
        return contraction(observations(data));
    }

    /** Σₖ s′(aₖ)² Σⱼ Wⱼₖ² of each row, n×1, from the codes: the derivative by standardised columns. */
    private static Var contraction(Tape tape, AutoencoderNet net, Var h) {
        Param w = net.encoder().params().get(0);
        Var slope = switch (net.code()) {
            case SIGMOID -> h.sub(h.square());
            case TANH -> h.square().neg().add(1);
            case SOFTPLUS -> h.neg().exp().neg().add(1); // 1 − e^−log(1 + e^a)
            default ->
                throw new IllegalArgumentException("ContractiveAutoencoder: codeActivation is " + net.code()
                        + ", expected SIGMOID, TANH or SOFTPLUS");
        };
        return slope.square().multTransB(tape.param(w).square().sumPerColumn());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the number of code variables must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains a contractive autoencoder. The code's activation is {@link Activation#SIGMOID} unless set. */
    public static final class Builder extends AutoencoderBuilder<Builder, ContractiveAutoencoder> {
        /** The factor of the penalty used when none is set. */
        public static final double DEFAULT_CONTRACTION = 0.1;

        private double lambda = DEFAULT_CONTRACTION;

        private Builder() {
            codeActivation(Activation.SIGMOID);
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The factor of the penalty.
         *
         * @param lambda λ, at least 0, by default {@link #DEFAULT_CONTRACTION}
         * @return this
         * @throws IllegalArgumentException if it is negative, infinite or NaN
         */
        public Builder contraction(double lambda) {
            this.lambda = Require.notNegative(modelName(), "contraction", lambda);
            return this;
        }

        /**
         * The activation of the code.
         *
         * @param code {@link Activation#SIGMOID}, {@link Activation#TANH} or {@link Activation#SOFTPLUS}
         * @return this
         * @throws IllegalArgumentException if it is another
         */
        @Override
        public Builder codeActivation(Activation code) {
            if (code != Activation.SIGMOID && code != Activation.TANH && code != Activation.SOFTPLUS) {
                throw new IllegalArgumentException(
                        "ContractiveAutoencoder: codeActivation is " + code + ", expected SIGMOID, TANH or SOFTPLUS");
            }
            return super.codeActivation(code);
        }

        @Override
        boolean tied() {
            return true;
        }

        @Override
        Var penalty(Tape tape, AutoencoderNet net, Var h) {
            return lambda == 0
                    ? null
                    : ContractiveAutoencoder.contraction(tape, net, h).mul((float) (lambda / net.square()));
        }

        @Override
        void describe(Card card) {
            card.setting("contraction", lambda);
        }

        @Override
        ContractiveAutoencoder model(AutoencoderNet net, ModelSummary summary) {
            return new ContractiveAutoencoder(net, summary);
        }
    }
}

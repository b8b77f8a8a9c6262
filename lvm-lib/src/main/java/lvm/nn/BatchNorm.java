package lvm.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * Batch normalisation by channel, γ (x − mean)/√(variance + ε) + β with ε = 10⁻⁵: the moments of the batch on a tape in training
 * mode, running moments else. A channel whose variance is not far above ε comes out narrower than γ. Ioffe and Szegedy (2015), algorithms 1 and 2.
 */
public final class BatchNorm implements Layer {
    /** The weight of a batch in the running moments. */
    public static final float SHARE = 0.1f;

    private final Param gamma;
    private final Param beta;
    private final FMatrixRMaj mean;
    private final FMatrixRMaj variance;
    private final FMatrixRMaj none; // in the place of β and of the running mean
    private final Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>();

    /**
     * A layer with γ = 1, β = 0, running mean 0 and variance 1.
     *
     * @param name the layer's name; the parameters are name.gamma and name.beta
     * @param channels the channels of x, of equal width, at least 1; the number of columns for one variable a channel
     * @throws IllegalArgumentException if there is no channel
     */
    public BatchNorm(String name, int channels) {
        if (channels < 1) {
            throw new IllegalArgumentException("BatchNorm: " + channels + " channels, expected at least 1");
        }
        gamma = new Param(name + ".gamma", ones(channels));
        beta = new Param(name + ".beta", new FMatrixRMaj(1, channels));
        mean = new FMatrixRMaj(1, channels);
        variance = ones(channels);
        none = new FMatrixRMaj(1, channels);
        buffers.put(name + ".mean", mean);
        buffers.put(name + ".variance", variance);
    }

    private static FMatrixRMaj ones(int n) {
        FMatrixRMaj m = new FMatrixRMaj(1, n);
        m.fill(1);
        return m;
    }

    @Override
    public List<Param> params() {
        return List.of(gamma, beta);
    }

    @Override
    public Optional<Param> outputBias() {
        return Optional.of(beta);
    }

    @Override
    public Optional<Param> outputWeights() {
        return Optional.of(gamma);
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return new LinkedHashMap<>(buffers);
    }

    @Override
    public Var forward(Tape tape, Var x) {
        return x.batchNorm(tape.param(gamma), tape.param(beta), mean, variance, SHARE);
    }

    /**
     * In evaluation mode, where the layer is linear.
     *
     * @throws IllegalArgumentException in training mode: there a row depends on the other rows of its minibatch
     */
    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        if (tape.isTraining()) {
            throw new IllegalArgumentException(
                    "BatchNorm.tangent: " + gamma.name() + " mixes the rows of a minibatch,"
                            + " so that the gradient of a row is not that of a function of the row; leave batch normalisation out");
        }
        Var scaled = along.batchNorm(tape.param(gamma), tape.constant(none), none, variance, SHARE);
        return new Tangent(forward(tape, x), scaled);
    }
}

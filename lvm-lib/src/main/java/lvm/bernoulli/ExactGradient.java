package lvm.bernoulli;

import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.BinaryStates;
import org.ejml.data.FMatrixRMaj;

/** The bound Σ_z q(z | x) (log p(x, z) − log q(z | x)) of one level, differentiated as it stands: no draws, no variance. */
public final class ExactGradient implements GradientEstimator {
    private final SigmoidBeliefNet net;
    private final BernoulliLvm model;
    private final Tape tape = new Tape();

    /**
     * An estimator.
     *
     * @param net a network of one level
     * @throws IllegalArgumentException if there are more levels, or more than {@link BernoulliLvm#MAX_LATENT_ON_TAPE}
     *     latent variables
     */
    public ExactGradient(SigmoidBeliefNet net) {
        requireOneLevel("ExactGradient", net);
        BernoulliLvm.requireOnTape("ExactGradient", net.size(1));
        this.net = net;
        this.model = net.model();
    }

    static void requireOneLevel(String where, SigmoidBeliefNet net) {
        if (net.levels() != 1) {
            throw new IllegalArgumentException(
                    where + ": the network has " + net.levels() + " levels, states are enumerated for 1");
        }
    }

    @Override
    public double backward(FMatrixRMaj x, RandomGenerator rng) {
        tape.reset().training(rng);
        Var data = tape.constant(x);
        Var logits = net.encoder(1).forward(tape, data);
        Var bound =
                bound(model.logJointOfStates(tape, data), logQ(tape, logits)).mean();
        tape.backward(bound.neg());
        return bound.scalar();
    }

    /** log q(z | xᵢ) of all states, n×2^K, from n×K logits. */
    static Var logQ(Tape tape, Var logits) {
        Var z = tape.constant(BinaryStates.all(logits.cols()));
        return logits.multTransB(z).sub(logits.softplus().sumPerRow());
    }

    static Var bound(Var logJoint, Var logQ) {
        return logQ.exp().mul(logJoint.sub(logQ)).sumPerRow();
    }

    @Override
    public boolean unbiased() {
        return true;
    }
}

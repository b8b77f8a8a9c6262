package lvm.bernoulli;

import java.nio.file.Path;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Logs;
import lvm.model.Card;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * The wake-sleep algorithm on a {@link SigmoidBeliefNet}:
 *
 * <p>wake: x from the data, z ~ q(z | x), raise log p(x, z) for θ and β: the gradient of the bound;
 *
 * <p>sleep: (x, z) ~ p, a dream, raise log q(z | x) for φ: it lowers KL(p(z | x) ‖ q(z | x)) averaged over p(x).
 *
 * <p>The bound would have φ lower KL(q(z | x) ‖ p(z | x)) averaged over the data: the sleep phase has the other direction of
 * the divergence (what notes call the reverse one without saying of which) and other observations. So it is biased as a
 * gradient of the bound, and there is no one objective that both phases raise. G. E. Hinton, P. Dayan, B. J. Frey and
 * R. M. Neal (1995), The wake-sleep algorithm for unsupervised neural networks; P. Dayan et al. (1995), The Helmholtz machine.
 *
 * <p>Reweighted wake-sleep takes S draws for each row and weighs them by p(x, z)/q(z | x): J. Bornschein and Y. Bengio (2015),
 * Reweighted wake-sleep.
 */
public final class HelmholtzMachine extends SavedModel implements GradientEstimator {
    private final SigmoidBeliefNet net;
    private final int draws;
    private final Tape tape = new Tape();
    private final Tape values = Tape.withoutGradients();

    /**
     * The algorithm of one draw a row.
     *
     * @param net the network that it trains
     */
    public HelmholtzMachine(SigmoidBeliefNet net) {
        this(net, 1);
    }

    /**
     * The reweighted algorithm.
     *
     * @param net the network that it trains
     * @param draws S, the draws for each row in the wake phase; with 1 it is the plain algorithm
     * @throws IllegalArgumentException if there is no draw
     */
    public HelmholtzMachine(SigmoidBeliefNet net, int draws) {
        super(Card.of("HelmholtzMachine")
                .setting("draws", Require.atLeast("HelmholtzMachine", "draws", 1, draws))
                .settings(net.summary().settings())
                .results(net.summary().results())
                .columns(net.columns())
                .summary(net.history()));
        this.net = net;
        this.draws = draws;
    }

    /**
     * Reads a machine, and the network that it trains, from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static HelmholtzMachine load(Path file) {
        return Models.load(file, HelmholtzMachine.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("draws", draws).putModel("net", net);
    }

    static HelmholtzMachine read(ModelData data) {
        return new HelmholtzMachine(data.model("net", SigmoidBeliefNet.class), data.integer("draws"));
    }

    /**
     * The network.
     *
     * @return p and q, live
     */
    public SigmoidBeliefNet net() {
        return net;
    }

    /**
     * The wake phase: adds the gradients of minus the mean of log p(x, z), z ~ q(z | x), to the parameters of p. With several
     * draws these are weighted, Σₛ w̃ₛ log p(x, zₛ).
     *
     * @param x n×L rows of zeros and ones; not modified
     * @param rng the source of randomness; advanced
     * @return an estimate of the bound (of the bound of S draws), nats per row
     */
    public double wake(FMatrixRMaj x, RandomGenerator rng) {
        return wake(x, 1, 0, rng);
    }

    /**
     * The wake phase of reweighted wake-sleep for q: adds the gradients of minus Σₛ w̃ₛ log q(zₛ | x) to the parameters of q,
     * an estimate, biased for finite S, of what lowers KL(p(z | x) ‖ q(z | x)) on the data.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @param rng the source of randomness; advanced
     * @return an estimate of the bound of S draws, nats per row
     */
    public double wakeRecognition(FMatrixRMaj x, RandomGenerator rng) {
        return wake(x, 0, 1, rng);
    }

    /** The weights of the gradients of p and of q, 0 for none. */
    private double wake(FMatrixRMaj x, float forTheta, float forPhi, RandomGenerator rng) {
        boolean generative = forTheta != 0;
        boolean recognition = forPhi != 0;
        FMatrixRMaj repeated = draws == 1 ? x : Vimco.repeat(x, draws);
        // What this phase leaves alone stands on a tape without gradients.
        Tape forQ = (recognition ? tape : values).reset();
        Tape forP = generative == recognition ? forQ : (generative ? tape : values).reset();
        forQ.training(rng);
        forP.training(rng);
        Pass q = Pass.recognition(net, forQ, forQ.constant(repeated), rng);
        Pass pass = q.generation(net, forP);
        double[] f = pass.signal(1);
        double[] weight = new double[f.length];
        double total = 0;
        for (int at = 0; at < f.length; at += draws) {
            total += Logs.softmax(f, at, weight, at, draws) - Math.log(draws);
        }
        Var surrogate = generative ? pass.logJoint().mul(forTheta) : null;
        for (int level = 1; recognition && level <= net.levels(); level++) {
            Var logQ = pass.logQ[level].mul(forPhi);
            surrogate = surrogate == null ? logQ : surrogate.add(logQ);
        }
        FMatrixRMaj w = Reinforce.column(weight);
        CommonOps_FDRM.scale(-1f / x.numRows, w);
        tape.backward(surrogate, w);
        return total / x.numRows;
    }

    /**
     * The sleep phase: adds the gradients of minus the mean of log q(z | x), (x, z) ~ p, to the parameters of q.
     *
     * @param dreams the draws from p, at least 1
     * @param rng the source of randomness; advanced
     * @return the mean of log q(z | x) over the dreams, nats
     * @throws IllegalArgumentException if there is no dream
     */
    public double sleep(int dreams, RandomGenerator rng) {
        return sleep(dreams, 1, rng);
    }

    private double sleep(int dreams, float weight, RandomGenerator rng) {
        Require.atLeast("HelmholtzMachine.sleep", "dreams", 1, dreams);
        SigmoidBeliefNet.Draw dream = net.sampleWithLatents(dreams, rng);
        Pass pass = Pass.recognition(net, tape.reset().training(rng), dream);
        Var logQ = pass.logQ[1];
        for (int level = 2; level <= net.levels(); level++) {
            logQ = logQ.add(pass.logQ[level]);
        }
        Var mean = logQ.mean();
        tape.backward(mean.mul(-weight));
        return mean.scalar();
    }

    /**
     * Both phases, with as many dreams as rows; the reweighted algorithm gives q the mean of its wake and its sleep gradient.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @param rng the source of randomness; advanced
     * @return an estimate of the bound (of the bound of S draws), nats per row
     */
    @Override
    public double backward(FMatrixRMaj x, RandomGenerator rng) {
        if (draws == 1) {
            double bound = wake(x, rng);
            sleep(x.numRows, rng);
            return bound;
        }
        double bound = wake(x, 1, 0.5f, rng);
        sleep(x.numRows, 0.5f, rng);
        return bound;
    }

    @Override
    public boolean unbiased() {
        return false;
    }

    @Override
    public String objective() {
        return draws == 1 ? "bound" : "bound of " + draws + " draws";
    }
}

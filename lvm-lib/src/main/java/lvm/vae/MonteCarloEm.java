package lvm.vae;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.fit.Batch;
import lvm.fit.TrainStep;
import lvm.mcmc.Hmc;
import lvm.optim.Optimizer;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** Steps of Monte Carlo EM with a persistent chain for each row. */
final class MonteCarloEm implements TrainStep {
    private static final double FIRST_STEP_SIZE = 0.1;
    private static final double GAIN = 0.2;

    private final Tape tape = new Tape();
    private final VaeNet net;
    private final Optimizer optimizer;
    private final VaeLearning learning;
    private final PosteriorTarget target;
    private final FMatrixRMaj chains;
    private final FMatrixRMaj logStepSize = new FMatrixRMaj(1, 1);
    private final FMatrixRMaj z = new FMatrixRMaj(0, 0);

    MonteCarloEm(VaeNet net, Optimizer optimizer, VaeLearning learning, int rows, RandomGenerator rng) {
        this.net = net;
        this.optimizer = optimizer;
        this.learning = learning;
        target = new PosteriorTarget(net);
        chains = new FMatrixRMaj(rows, net.latent);
        Fill.normal(chains, rng);
        logStepSize.data[0] = (float) Math.log(FIRST_STEP_SIZE);
    }

    /** The places of the chains and the step size belong into a checkpoint. */
    Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        all.put("chains.z", chains);
        all.put("chains.logStepSize", logStepSize);
        return all;
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        FMatrixRMaj x = batch.x();
        int n = x.numRows;
        int k = net.latent;
        DMatrixRMaj start = new DMatrixRMaj(n, k);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                start.data[i * k + j] = chains.data[batch.row(i) * k + j];
            }
        }
        Hmc hmc = new Hmc(target.at(x), start, learning.leapfrogSteps, Math.exp(logStepSize.data[0]));
        logStepSize.data[0] += (float) (GAIN * (hmc.step(rng) - learning.acceptance));
        DMatrixRMaj q = hmc.positions();
        z.reshape(n, k);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                z.data[i * k + j] = (float) q.data[i * k + j];
                chains.data[batch.row(i) * k + j] = z.data[i * k + j];
            }
        }
        double joint = 0;
        for (double value : hmc.logDensity()) {
            joint += value / n;
        }
        for (int u = 0; u < learning.updates; u++) {
            tape.reset().training(rng);
            Var observed = tape.constant(x);
            Var at = tape.constant(z);
            Var generative = net.logLikelihood(tape, observed, at, null).mean();
            Var recognition = net.encode(tape, observed, null).logDensity(at).mean();
            tape.backward(generative.add(recognition).neg());
            optimizer.step();
        }
        return joint;
    }
}

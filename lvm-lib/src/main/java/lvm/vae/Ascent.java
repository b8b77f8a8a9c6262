package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.fit.Batch;
import lvm.fit.TrainStep;
import lvm.optim.Optimizer;
import org.ejml.data.FMatrixRMaj;

/** The step of training a variational autoencoder: up the objective with both networks. */
final class Ascent implements TrainStep {
    private final Tape tape = new Tape();
    private final VaeNet net;
    private final Optimizer optimizer;
    private final Objective objective;

    Ascent(VaeNet net, Optimizer optimizer, Objective objective) {
        this.net = net;
        this.optimizer = optimizer;
        this.objective = objective;
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        return step(batch.x(), rng);
    }

    double step(FMatrixRMaj x, RandomGenerator rng) {
        tape.reset().training(rng);
        return optimizer.ascend(objective.value(tape, net, tape.constant(x), null, optimizer.steps(), rng))
                + net.observation.units;
    }
}

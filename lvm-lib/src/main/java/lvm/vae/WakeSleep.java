package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.fit.Batch;
import lvm.fit.TrainStep;
import lvm.optim.Optimizer;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/** A step of wake-sleep: the decoder at z of the encoder for the data, the encoder at draws of the model. */
final class WakeSleep implements TrainStep {
    private final Tape tape = new Tape();
    private final Tape values = Tape.withoutGradients();
    private final FMatrixRMaj dreamtZ = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj dreamtX = new FMatrixRMaj(0, 0);
    private final VaeNet net;
    private final Optimizer optimizer;

    WakeSleep(VaeNet net, Optimizer optimizer) {
        this.net = net;
        this.optimizer = optimizer;
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        FMatrixRMaj data = batch.x();
        tape.reset().training(rng);
        Var x = tape.constant(data);
        VaeNet.Posterior q = net.encode(tape, x, null);
        Var z = q.draw(rng).stopGradient();
        Var wake = net.logLikelihood(tape, x, z, null).mean();
        dreamtZ.reshape(data.numRows, net.latent);
        Fill.normal(dreamtZ, rng);
        values.reset().training(rng);
        net.observation.sampleSeen(
                net.decode(values, values.constant(dreamtZ), null).value(), rng, dreamtX);
        Var sleep = net.encode(tape, tape.constant(dreamtX), null)
                .logDensity(tape.constant(dreamtZ))
                .mean();
        double bound = net.observation.units
                + wake.scalar()
                + net.logPrior(z).mean().scalar()
                - q.logDensity(z).mean().scalar();
        tape.backward(wake.add(sleep).neg());
        optimizer.step();
        return bound;
    }
}

package lvm.gan;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.fit.Batch;
import lvm.fit.TrainStep;
import lvm.linalg.RowOps;
import lvm.nn.Tangent;
import lvm.optim.Optimizer;
import org.ejml.data.FMatrixRMaj;

/**
 * A step of the discriminator on a minibatch and as many draws and, after every k of them, one of the generator against the
 * discriminator that came out, with new latent variables. Which step it is is known from the discriminator's optimiser, whose
 * count is in the checkpoints.
 */
final class GanStep implements TrainStep {
    private final String where;
    private final GanNet net;
    private final GanLoss loss;
    private final int criticSteps;
    private final boolean matching;
    private final Optimizer generator;
    private final Optimizer discriminator;

    private final Tape values = Tape.withoutGradients();
    private final Tape inputs = Tape.forInputs();
    private final Tape tape = new Tape();
    private final FMatrixRMaj rows = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj z = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj oneHot = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj between = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj along = new FMatrixRMaj(0, 0);
    private int[] labels = new int[0];

    GanStep(
            String where,
            GanNet net,
            GanLoss loss,
            int criticSteps,
            boolean matching,
            Optimizer generator,
            Optimizer discriminator) {
        this.where = where;
        this.net = net;
        this.loss = loss;
        this.criticSteps = criticSteps;
        this.matching = matching;
        this.generator = generator;
        this.discriminator = discriminator;
    }

    /** {@return the objective of the discriminator before its step, without a penalty} */
    @Override
    public double step(Batch batch, RandomGenerator rng) {
        FMatrixRMaj x = whole(batch);
        FMatrixRMaj y = conditions(batch, x.numRows);
        double value = raiseDiscriminator(x, y, rng);
        if (discriminator.steps() % criticSteps == 0) {
            raiseGenerator(x, y, rng);
        }
        return value;
    }

    /** The rows of whole packs; the order of the rows is new in each epoch, so that others are left out then. */
    private FMatrixRMaj whole(Batch batch) {
        FMatrixRMaj x = batch.x();
        int n = x.numRows - x.numRows % net.shape.packing();
        if (n == x.numRows) {
            return x;
        }
        rows.reshape(n, x.numCols);
        System.arraycopy(x.data, 0, rows.data, 0, n * x.numCols);
        return rows;
    }

    private FMatrixRMaj conditions(Batch batch, int n) {
        if (net.shape.classes() == 0) {
            return null;
        }
        int[] all = batch.labels();
        if (labels.length != n) {
            labels = new int[n];
        }
        System.arraycopy(all, 0, labels, 0, n);
        return RowOps.oneHot(where, labels, n, net.shape.classes(), oneHot);
    }

    private FMatrixRMaj prior(int n, RandomGenerator rng) {
        z.reshape(n, net.shape.latent());
        GanNet.prior(z, rng);
        return z;
    }

    private double raiseDiscriminator(FMatrixRMaj x, FMatrixRMaj y, RandomGenerator rng) {
        FMatrixRMaj draws = net.generate(values.reset().training(rng), prior(x.numRows, rng), y)
                .value();
        if (net.spectral != null) {
            net.spectral.iterate(1);
        }
        long seed = loss.penalty() > 0 ? rng.nextLong() : 0; // of dropout, once in the gradient and once along it
        if (loss.penalty() > 0) {
            direct(x, draws, y, rng, seed);
        }
        net.normalise(tape.reset().training(rng));
        Var real = net.discriminate(tape, net.seen(tape, tape.constant(x), y));
        Var drawn = net.discriminate(tape, net.seen(tape, tape.constant(draws), y));
        Var game = loss.discriminator(real, drawn);
        double value = game.scalar();
        Var objective = game;
        if (loss.penalty() > 0) {
            tape.training(new SplittableRandom(seed));
            Tangent slope = net.tangent(tape, net.seen(tape, tape.constant(between), y), tape.constant(along));
            objective = game.sub(slope.along().add(-1).square().mean().mul(loss.penalty()));
        }
        discriminator.ascend(objective);
        clip();
        return value;
    }

    /**
     * x̂ = ε x + (1 − ε) G(z) for each pack, and u = ∇f(x̂)/‖∇f(x̂)‖, 0 where there is no slope; 0 too for the conditions, in whose direction
     * there is nothing between.
     */
    private void direct(FMatrixRMaj x, FMatrixRMaj draws, FMatrixRMaj y, RandomGenerator rng, long seed) {
        int m = net.shape.packing();
        int columns = m * x.numCols;
        int packs = x.numRows / m;
        between.reshape(x.numRows, x.numCols);
        for (int i = 0; i < packs; i++) {
            float e = rng.nextFloat();
            for (int j = i * columns; j < (i + 1) * columns; j++) {
                between.data[j] = e * x.data[j] + (1 - e) * draws.data[j];
            }
        }
        net.normalise(inputs.reset().training(new SplittableRandom(seed)));
        Var at = inputs.input(between);
        inputs.backward(net.discriminate(inputs, net.seen(inputs, at, y)).sum());
        float[] g = at.grad().data;
        along.reshape(packs, net.shape.discriminatorInputs());
        along.zero();
        for (int i = 0; i < packs; i++) {
            double squares = 0;
            for (int j = i * columns; j < (i + 1) * columns; j++) {
                squares += (double) g[j] * g[j];
            }
            double norm = Math.sqrt(squares);
            for (int j = 0; norm > 0 && j < columns; j++) {
                along.data[i * along.numCols + j] = (float) (g[i * columns + j] / norm);
            }
        }
    }

    private void clip() {
        float c = loss.clip();
        if (c > 0) {
            clip(net, c);
        }
    }

    /** Holds the weights and biases of the discriminator within ±c. */
    static void clip(GanNet net, float c) {
        for (int k = 0; k < net.discriminatorParams.size(); k++) {
            FMatrixRMaj w = net.discriminatorParams.get(k).value();
            for (int i = 0; i < w.getNumElements(); i++) {
                w.data[i] = Math.max(-c, Math.min(c, w.data[i]));
            }
        }
    }

    private void raiseGenerator(FMatrixRMaj x, FMatrixRMaj y, RandomGenerator rng) {
        if (net.spectral != null) {
            net.spectral.iterate(1); // the weights have moved
        }
        tape.reset().training(rng).freeze(net.discriminatorParams);
        net.normalise(tape);
        Var draws = net.generate(tape, prior(x.numRows, rng), y);
        Var packs = net.seen(tape, draws, y);
        Var objective;
        if (matching) {
            Var ofDraws = net.features(tape, packs).meanPerColumn();
            Var ofRows = net.features(tape, net.seen(tape, tape.constant(x), y)).meanPerColumn();
            objective = ofRows.sub(ofDraws).square().sum().neg();
        } else {
            objective = loss.generator(net.discriminate(tape, packs));
        }
        if (!generator.params().isEmpty()) {
            generator.ascend(objective);
        }
    }
}

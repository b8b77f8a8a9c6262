package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.fit.Batch;
import lvm.fit.TrainStep;
import lvm.optim.Optimizer;
import org.ejml.data.FMatrixRMaj;

/**
 * The step of training M2: a minibatch of rows without label, beside labelled ones drawn with replacement, or all of these
 * where they are few.
 */
final class SemiSupervisedStep implements TrainStep {
    /** What M2 sees of rows of the data. */
    interface Source {
        /** Writes as many rows of x into out, from a row on. */
        void read(FMatrixRMaj raw, FMatrixRMaj out, int at, RandomGenerator rng);
    }

    /** The rows themselves. */
    static final Source ROWS =
            (raw, out, at, rng) -> System.arraycopy(raw.data, 0, out.data, at * out.numCols, raw.getNumElements());

    private static final int[] NONE = {};

    private final Tape tape = new Tape();
    private final Tape values = Tape.withoutGradients();
    private final M2Net net;
    private final Source source;
    private final Dataset labelled;
    private final boolean allLabelled;
    private final Optimizer optimizer;
    private final SemiSupervised objective;
    private final SemiSupervised bound;
    private final SemiSupervised start;
    private final long startSteps;
    private final int[] all;
    private final int[] chosen;
    private final int[] labels;
    private final FMatrixRMaj few = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj x = new FMatrixRMaj(0, 0);

    /**
     * @param labelled the labelled rows
     * @param allLabelled whether the batches are of these
     * @param count the labelled rows in a step
     * @param startSteps the first steps, in which the labels of the batches count
     */
    SemiSupervisedStep(
            M2Net net,
            Source source,
            Dataset labelled,
            boolean allLabelled,
            int count,
            Optimizer optimizer,
            SemiSupervised objective,
            long startSteps) {
        this.net = net;
        this.source = source;
        this.labelled = labelled;
        this.allLabelled = allLabelled;
        this.optimizer = optimizer;
        this.objective = objective;
        this.bound = SemiSupervised.unlabelled(net);
        this.start = fromGuesses(net);
        this.startSteps = startSteps;
        int n = labelled.rows();
        all = n <= count ? new int[n] : null;
        for (int i = 0; all != null && i < n; i++) {
            all[i] = i;
        }
        chosen = new int[Math.min(n, count)];
        labels = new int[chosen.length];
    }

    /** The objective of the first steps, where all rows have a label: the mean of −L(x, y) + log q(y | x). */
    static SemiSupervised fromGuesses(M2Net net) {
        return new SemiSupervised(net, 1, 1, 0);
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        tape.reset().training(rng);
        if (optimizer.steps() < startSteps) {
            read(batch.x(), 0, rng);
            return optimizer.ascend(start.value(tape, x, batch.labels(), rng)) + net.observation.units;
        }
        int[] known;
        if (allLabelled) {
            known = batch.labels();
            read(batch.x(), 0, rng);
        } else {
            int[] rows = all;
            if (rows == null) {
                rows = chosen;
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = rng.nextInt(labelled.rows());
                }
            }
            labelled.copyRows(rows, 0, rows.length, few, rng);
            labelled.copyLabels(rows, 0, rows.length, labels);
            known = labels;
            FMatrixRMaj most = batch.x();
            read(most, known.length, rng);
            source.read(few, x, most.numRows, rng);
        }
        return optimizer.ascend(objective.value(tape, x, known, rng)) + net.observation.units;
    }

    /** x becomes the batch and room for some rows more. */
    private void read(FMatrixRMaj raw, int more, RandomGenerator rng) {
        x.reshape(raw.numRows + more, net.shape.dim());
        source.read(raw, x, 0, rng);
    }

    /** The bound, without a look at labels. */
    double evaluate(Batch batch, RandomGenerator rng) {
        read(batch.x(), 0, rng);
        return bound.value(values.reset(), x, NONE, rng).scalar() + net.observation.units;
    }
}

package lvm.gan;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Interrupts;
import lvm.linalg.RowOps;
import lvm.model.Require;
import lvm.optim.Adam;
import lvm.optim.Schedule;
import org.ejml.data.FMatrixRMaj;

/** The search for latent variables whose image is near a row: descent on ‖x − G(z)‖² from several starts. */
final class CodeSearch {
    private static final int ROWS = 50;
    private static final double RATE = 0.1;

    private CodeSearch() {}

    /** x as the networks see it; y may be null. */
    static Codes of(
            String where, GanNet net, FMatrixRMaj x, FMatrixRMaj y, int starts, int steps, RandomGenerator rng) {
        Require.atLeast(where, "starts", 1, starts);
        Require.atLeast(where, "steps", 0, steps);
        FMatrixRMaj best = new FMatrixRMaj(x.numRows, net.shape.latent());
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            FMatrixRMaj rows = repeated(RowOps.part(x, from, to), starts);
            FMatrixRMaj conditions = y == null ? null : repeated(RowOps.part(y, from, to), starts);
            Param z = new Param("z", net.prior(rows.numRows, rng));
            double[] errors = descend(where, net, z, rows, conditions, steps);
            for (int i = from; i < to; i++) {
                int least = (i - from) * starts;
                for (int s = least + 1; s < (i - from + 1) * starts; s++) {
                    least = errors[s] < errors[least] ? s : least;
                }
                System.arraycopy(z.value().data, least * best.numCols, best.data, i * best.numCols, best.numCols);
            }
        }
        FMatrixRMaj made = net.decode(where, best, y);
        FMatrixRMaj asked = net.scaling.back(x.copy());
        double[] squared = new double[x.numRows];
        for (int i = 0; i < made.getNumElements(); i++) {
            double difference = (double) made.data[i] - asked.data[i];
            squared[i / made.numCols] += difference * difference;
        }
        return new Codes(best, squared);
    }

    private static FMatrixRMaj repeated(FMatrixRMaj x, int times) {
        FMatrixRMaj all = new FMatrixRMaj(x.numRows * times, x.numCols);
        for (int i = 0; i < all.numRows; i++) {
            System.arraycopy(x.data, i / times * x.numCols, all.data, i * x.numCols, x.numCols);
        }
        return all;
    }

    /** Moves z and gives the errors where it ends. */
    private static double[] descend(String where, GanNet net, Param z, FMatrixRMaj x, FMatrixRMaj y, int steps) {
        Adam adam = new Adam(List.of(z), RATE);
        adam.schedule(Schedule.cosine(Math.max(1, steps), 0));
        Tape tape = new Tape();
        for (int step = 0; step < steps; step++) {
            Interrupts.check(where);
            tape.reset().freeze(net.generator.params());
            adam.ascend(errors(tape, net, tape.param(z), x, y).sum().neg());
        }
        Tape last = Tape.withoutGradients();
        FMatrixRMaj errors = errors(last, net, last.constant(z.value()), x, y).value();
        double[] all = new double[x.numRows];
        for (int i = 0; i < all.length; i++) {
            all[i] = errors.data[i];
        }
        return all;
    }

    private static Var errors(Tape tape, GanNet net, Var z, FMatrixRMaj x, FMatrixRMaj y) {
        return net.generate(tape, z, y).sub(tape.constant(x)).square().sumPerRow();
    }
}

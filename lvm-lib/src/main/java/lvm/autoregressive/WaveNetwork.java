package lvm.autoregressive;

import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.Conv2d;
import org.ejml.data.FMatrixRMaj;

/**
 * The network of {@link WaveNet}: the first convolution sees the two numbers before a place, each gated layer what the one below gave there
 * and at the place so many steps before; all layers together give the parameters, past the ones above them.
 */
final class WaveNetwork extends CausalNet {
    final int filters;
    final int skips;
    final int[] dilations;
    private final Conv2d first;
    private final Conv2d[] gates;
    private final Conv2d[] outs;
    private final Conv2d[] toSkips;
    private final Param[] ofClasses;
    private final Conv2d last;
    private final Conv2d head;

    WaveNetwork(
            int length, int classes, LevelOutput output, int filters, int skips, int[] dilations, RandomGenerator rng) {
        super(1, length, classes, output);
        this.filters = filters;
        this.skips = skips;
        this.dilations = dilations;
        int layers = dilations.length;
        gates = new Conv2d[layers];
        outs = new Conv2d[layers];
        toSkips = new Conv2d[layers];
        ofClasses = new Param[layers];
        first = conv("first", 1, filters, 1, 2, 1, 0, 2, Activation.IDENTITY, rng);
        for (int k = 0; k < layers; k++) {
            String name = "layer." + k;
            int d = dilations[k];
            gates[k] = conv(name + ".gate", filters, 2 * filters, 1, 2, d, 0, d, Activation.IDENTITY, rng);
            toSkips[k] = single(name + ".skip", filters, skips, Activation.IDENTITY, rng);
            if (k + 1 < layers) {
                outs[k] = single(name + ".out", filters, filters, Activation.IDENTITY, rng);
            }
            ofClasses[k] = ofClasses(name + ".gate.classes", 2 * filters, rng);
        }
        last = single("last", skips, skips, Activation.RELU, rng);
        head = single("head", skips, output.parameters(), Activation.IDENTITY, rng);
    }

    @Override
    WaveNetwork make(RandomGenerator rng) {
        return new WaveNetwork(width, classes, output, filters, skips, dilations, rng);
    }

    @Override
    Conv2d head() {
        return head;
    }

    @Override
    long valuesOfARow() {
        return (long) places()
                * (dilations.length * (7L * filters + 2L * skips) + filters + 3L * skips + 2L * output.parameters());
    }

    @Override
    Var parameters(Tape tape, Var signal, Var classes) {
        Gate gate = new Gate(filters, places());
        Var h = first.forward(tape, signal);
        Var sum = null;
        for (int k = 0; k < dilations.length; k++) {
            Var ofRows = ofClasses[k] == null ? null : classes.mult(tape.param(ofClasses[k]));
            Var gated = gate.apply(tape, gates[k].forward(tape, h), ofRows);
            Var skip = toSkips[k].forward(tape, gated);
            sum = k == 0 ? skip : sum.add(skip);
            if (k + 1 < dilations.length) {
                h = h.add(outs[k].forward(tape, gated));
            }
        }
        return head.forward(tape, last.forward(tape, sum.relu()));
    }

    @Override
    Steps steps(FMatrixRMaj context) {
        return new Queues(context);
    }

    /** A place at a time, with a queue for each layer as long as its dilation. */
    private final class Queues implements Steps {
        private final int rows;
        /** What the context of the rows adds to each layer, or null. */
        private final FMatrixRMaj[] toLayers = new FMatrixRMaj[dilations.length];

        private final Kept input;
        private final Kept[] layers = new Kept[dilations.length];
        private final FMatrixRMaj pixel;
        private final Gate gate = new Gate(filters, 1);
        private final Tape tape = Tape.withoutGradients();
        private int place;
        private Var sum;

        Queues(FMatrixRMaj context) {
            rows = context.numRows;
            input = new Kept(rows, 1, 2);
            for (int k = 0; k < layers.length; k++) {
                layers[k] = new Kept(rows, filters, dilations[k] + 1);
                toLayers[k] = added(context, ofClasses[k]);
            }
            pixel = new FMatrixRMaj(rows, 1);
        }

        /** The layers at the place. */
        private void compute() {
            if (sum != null) {
                return;
            }
            tape.reset();
            Var h = input.convolve(tape, first, place);
            for (int k = 0; k < layers.length; k++) {
                layers[k].put(place, h.value());
                Var gated = gate.apply(tape, layers[k].convolve(tape, gates[k], place), constant(tape, toLayers[k]));
                Var skip = Kept.apply(tape, toSkips[k], gated, Activation.IDENTITY);
                sum = k == 0 ? skip : sum.add(skip);
                if (k + 1 < layers.length) {
                    h = h.add(Kept.apply(tape, outs[k], gated, Activation.IDENTITY));
                }
            }
        }

        @Override
        public FMatrixRMaj next() {
            compute();
            Var y = Kept.apply(tape, last, sum.relu(), Activation.RELU);
            return Kept.apply(tape, head, y, Activation.IDENTITY).value();
        }

        @Override
        public void put(float[] values) {
            compute();
            for (int r = 0; r < rows; r++) {
                pixel.data[r] = 2 * values[r] - 1;
            }
            input.put(place, pixel);
            place++;
            sum = null;
        }
    }
}

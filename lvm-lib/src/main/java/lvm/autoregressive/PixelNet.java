package lvm.autoregressive;

import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.Conv2d;
import org.ejml.data.FMatrixRMaj;

/**
 * The network of {@link PixelCnn}: a vertical stack, whose place (i, j) sees rows up to i, and a horizontal one, which gets the vertical one's
 * row above and sees the pixels to the left. Only the first block leaves out the pixel itself. The filters have the weights that masks would
 * leave, and no others.
 */
final class PixelNet extends CausalNet {
    final int filters;
    final int blocks;
    final int firstKernel;
    final int kernel;
    private final Block[] stack;
    private final Conv2d last;
    private final Conv2d head;

    /** A vertical and a horizontal gated convolution. */
    private final class Block {
        final int reach;
        final Conv2d vertical;
        final Conv2d down;
        final Conv2d horizontal;
        final Conv2d out;
        final Param ofClassesVertical;
        final Param ofClassesHorizontal;

        Block(int k, RandomGenerator rng) {
            boolean first = k == 0;
            int in = first ? 1 : filters;
            int twice = 2 * filters;
            String name = "block." + k;
            reach = ((first ? firstKernel : kernel) - 1) / 2;
            vertical = conv(
                    name + ".vertical", in, twice, reach + 1, 2 * reach + 1, 1, reach, reach, Activation.IDENTITY, rng);
            // The row above.
            down = conv(name + ".down", twice, twice, 1, 1, 1, 1, 0, Activation.IDENTITY, rng);
            horizontal = conv(
                    name + ".horizontal",
                    in,
                    twice,
                    1,
                    first ? reach : reach + 1,
                    1,
                    0,
                    reach,
                    Activation.IDENTITY,
                    rng);
            out = single(name + ".out", filters, filters, Activation.IDENTITY, rng);
            ofClassesVertical = k + 1 < blocks ? ofClasses(name + ".vertical.classes", twice, rng) : null;
            ofClassesHorizontal = ofClasses(name + ".horizontal.classes", twice, rng);
        }
    }

    PixelNet(
            int height,
            int width,
            int classes,
            LevelOutput output,
            int filters,
            int blocks,
            int firstKernel,
            int kernel,
            RandomGenerator rng) {
        super(height, width, classes, output);
        this.filters = filters;
        this.blocks = blocks;
        this.firstKernel = firstKernel;
        this.kernel = kernel;
        stack = new Block[blocks];
        for (int k = 0; k < blocks; k++) {
            stack[k] = new Block(k, rng);
        }
        last = single("last", filters, filters, Activation.RELU, rng);
        head = single("head", filters, output.parameters(), Activation.IDENTITY, rng);
    }

    @Override
    PixelNet make(RandomGenerator rng) {
        return new PixelNet(height, width, classes, output, filters, blocks, firstKernel, kernel, rng);
    }

    @Override
    Conv2d head() {
        return head;
    }

    @Override
    long valuesOfARow() {
        return (long) places() * (filters * (14L * blocks + 4) + 2L * output.parameters());
    }

    private static Var ofRows(Tape tape, Var classes, Param p) {
        return p == null ? null : classes.mult(tape.param(p));
    }

    @Override
    Var parameters(Tape tape, Var signal, Var classes) {
        Gate gate = new Gate(filters, places());
        Var v = signal;
        Var h = signal;
        for (int k = 0; k < blocks; k++) {
            Block block = stack[k];
            Var above = block.vertical.forward(tape, v);
            Var both = block.horizontal.forward(tape, h).add(block.down.forward(tape, above));
            Var gated = gate.apply(tape, both, ofRows(tape, classes, block.ofClassesHorizontal));
            Var own = block.out.forward(tape, gated);
            h = k == 0 ? own : own.add(h);
            if (k + 1 < blocks) {
                v = gate.apply(tape, above, ofRows(tape, classes, block.ofClassesVertical));
            }
        }
        return head.forward(tape, last.forward(tape, h.relu()));
    }

    @Override
    Steps steps(FMatrixRMaj context) {
        return new Pixels(context);
    }

    /** A pixel of the horizontal stack at a time, and the vertical one a row at a time, when a row is known. */
    private final class Pixels implements Steps {
        private final int rows;
        /** What the context of the rows adds to each block, or null. */
        private final FMatrixRMaj[] toVertical = new FMatrixRMaj[blocks];

        private final FMatrixRMaj[] toHorizontal = new FMatrixRMaj[blocks];
        /** What goes into the blocks of either stack. */
        private final Kept[] vertical = new Kept[blocks];

        private final Kept[] horizontal = new Kept[blocks];
        /** What the row above says to each block, for each pixel of a row. */
        private final FMatrixRMaj[][] above = new FMatrixRMaj[blocks][width];

        private final FMatrixRMaj pixel;
        private final FMatrixRMaj state;
        private final FMatrixRMaj parameters;
        private final Gate gate = new Gate(filters, 1);
        private final Tape tape = Tape.withoutGradients();
        private int place;
        private boolean computed;

        Pixels(FMatrixRMaj context) {
            rows = context.numRows;
            pixel = new FMatrixRMaj(rows, 1);
            state = new FMatrixRMaj(rows, filters);
            parameters = new FMatrixRMaj(rows, output.parameters());
            for (int k = 0; k < blocks; k++) {
                toVertical[k] = added(context, stack[k].ofClassesVertical);
                toHorizontal[k] = added(context, stack[k].ofClassesHorizontal);
                int channels = k == 0 ? 1 : filters;
                vertical[k] = new Kept(rows, channels, (stack[k].reach + 1) * width);
                horizontal[k] = new Kept(rows, channels, stack[k].reach + 1);
                for (int j = 0; j < width; j++) {
                    above[k][j] = new FMatrixRMaj(rows, 2 * filters);
                    for (int r = 0; r < rows; r++) {
                        // Nothing is above the first row but the bias.
                        System.arraycopy(
                                stack[k].down.bias().value().data, 0, above[k][j].data, r * 2 * filters, 2 * filters);
                    }
                }
            }
        }

        /** The horizontal stack at the place. */
        private void compute() {
            if (computed) {
                return;
            }
            computed = true;
            for (int k = 0; k < blocks; k++) {
                Block block = stack[k];
                tape.reset();
                if (k > 0) {
                    horizontal[k].put(place, state);
                }
                Var both = horizontal[k]
                        .convolve(tape, block.horizontal, place)
                        .add(tape.constant(above[k][place % width]));
                Var gated = gate.apply(tape, both, constant(tape, toHorizontal[k]));
                Var own = Kept.apply(tape, block.out, gated, Activation.IDENTITY);
                Var h = k == 0 ? own : own.add(tape.constant(state.copy()));
                System.arraycopy(h.value().data, 0, state.data, 0, state.getNumElements());
            }
        }

        @Override
        public FMatrixRMaj next() {
            compute();
            tape.reset();
            Var y = Kept.apply(tape, last, tape.constant(state).relu(), Activation.RELU);
            FMatrixRMaj found = Kept.apply(tape, head, y, Activation.IDENTITY).value();
            System.arraycopy(found.data, 0, parameters.data, 0, parameters.getNumElements());
            return parameters;
        }

        @Override
        public void put(float[] values) {
            compute();
            for (int r = 0; r < rows; r++) {
                pixel.data[r] = 2 * values[r] - 1;
            }
            vertical[0].put(place, pixel);
            horizontal[0].put(place, pixel);
            if (place % width == width - 1) {
                row(place - width + 1);
            }
            place++;
            computed = false;
        }

        /** The vertical stack in a row that is known. */
        private void row(int first) {
            for (int k = 0; k < blocks; k++) {
                Block block = stack[k];
                for (int j = 0; j < width; j++) {
                    tape.reset();
                    Var own = vertical[k].convolve(tape, block.vertical, first + j);
                    Var down = Kept.apply(tape, block.down, own, Activation.IDENTITY);
                    System.arraycopy(down.value().data, 0, above[k][j].data, 0, above[k][j].getNumElements());
                    if (k + 1 < blocks) {
                        Var v = gate.apply(tape, own, constant(tape, toVertical[k]));
                        vertical[k + 1].put(first + j, v.value());
                    }
                }
            }
        }
    }
}

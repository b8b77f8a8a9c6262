package lvm.autoregressive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.Conv2d;
import lvm.nn.Layer;
import lvm.nn.Module;
import lvm.nn.WeightInit;
import org.ejml.data.FMatrixRMaj;

/**
 * A network of convolutions that see what comes before a place, of rows of height·width numbers; its blocks may know the class of a row, or
 * other numbers of a context, which add something within their gates.
 */
abstract class CausalNet implements Module {
    /** The numbers that may stand on a tape at once. */
    private static final long VALUES = 1 << 24;

    final int height;
    final int width;
    final int classes;
    final LevelOutput output;
    private final List<Layer> layers = new ArrayList<>();
    private final List<Param> ofClasses = new ArrayList<>();

    /** With the number of classes, 0 for rows without. */
    CausalNet(int height, int width, int classes, LevelOutput output) {
        this.height = height;
        this.width = width;
        this.classes = classes;
        this.output = output;
    }

    final int places() {
        return height * width;
    }

    /** A convolution of this size, among the parameters of the network. */
    final Conv2d conv(
            String name,
            int channels,
            int filters,
            int kernelHeight,
            int kernelWidth,
            int dilation,
            int top,
            int left,
            Activation f,
            RandomGenerator rng) {
        ConvShape shape =
                ConvShape.causal(channels, height, width, filters, kernelHeight, kernelWidth, dilation, top, left);
        WeightInit init = f == Activation.RELU ? WeightInit.HE : WeightInit.GLOROT;
        Conv2d layer = new Conv2d(name, shape, f, init, rng);
        layers.add(layer);
        return layer;
    }

    /** A convolution of single places. */
    final Conv2d single(String name, int channels, int filters, Activation f, RandomGenerator rng) {
        return conv(name, channels, filters, 1, 1, 1, 0, 0, f, rng);
    }

    /** What the classes add to so many channels; null without classes. */
    final Param ofClasses(String name, int channels, RandomGenerator rng) {
        if (classes == 0) {
            return null;
        }
        Param p = new Param(name, WeightInit.GLOROT.draw(classes, channels, rng));
        ofClasses.add(p);
        return p;
    }

    @Override
    public final List<Param> params() {
        List<Param> all = new ArrayList<>(Module.params(layers));
        all.addAll(ofClasses);
        return all;
    }

    /** A network of the same make at its start. */
    abstract CausalNet make(RandomGenerator rng);

    final CausalNet copy() {
        CausalNet copy = make(new SplittableRandom(0));
        copy.copyFrom(this);
        return copy;
    }

    /** The convolution that gives the parameters of the distributions. */
    abstract Conv2d head();

    /** Begins with the frequency of ones, where the numbers are bits. */
    final void begin(double... means) {
        if (output == LevelOutput.BINARY) {
            head().bias()
                    .value()
                    .fill(Observations.startLogit(Arrays.stream(means).average().orElseThrow()));
        }
    }

    /** How many numbers a row takes on the way through the network, roughly. */
    abstract long valuesOfARow();

    /** The parameters of the distributions of all places, n×(K·places), from rows on [−1, 1] and what their classes add. */
    abstract Var parameters(Tape tape, Var signal, Var classes);

    /** The numbers of rows as the network sees them, from 0 … 1. */
    static Var signal(Var x) {
        return x.mul(2).add(-1);
    }

    /** n×1 log probabilities; classes are n×C zeros and ones, or null. */
    final Var logProbability(Tape tape, FMatrixRMaj x, FMatrixRMaj classes) {
        return logProbability(tape, tape.constant(x), classes == null ? null : tape.constant(classes));
    }

    /** n×1 log probabilities; the context, where the network has one, are n×C numbers. */
    final Var logProbability(Tape tape, Var x, Var context) {
        return output.logProbability(tape, parameters(tape, signal(x), context), x);
    }

    /** How many rows may stand on a tape at once. */
    final int rowsAtOnce() {
        return (int) Math.max(1, Math.min(AutoregressiveModel.MOST_ROWS, VALUES / valuesOfARow()));
    }

    /** A row of zeros with a one for each class, into a matrix that is used again; null without classes. */
    final FMatrixRMaj oneHot(int[] labels, FMatrixRMaj into) {
        if (classes == 0) {
            return null;
        }
        into.reshape(labels.length, classes);
        Arrays.fill(into.data, 0, into.getNumElements(), 0);
        for (int i = 0; i < labels.length; i++) {
            into.data[i * classes + labels[i]] = 1;
        }
        return into;
    }

    /** Rows place by place, each with its context, of which there may be no column. */
    abstract Steps steps(FMatrixRMaj context);

    /** Rows place by place, all of one class. */
    final Steps steps(int rows, int ofClass) {
        int[] labels = new int[rows];
        Arrays.fill(labels, ofClass);
        return steps(classes == 0 ? new FMatrixRMaj(rows, 0) : oneHot(labels, new FMatrixRMaj(0, 0)));
    }

    /** What the context of rows adds to channels, for a tape of one place; null without. */
    static FMatrixRMaj added(FMatrixRMaj context, Param ofClasses) {
        Tape tape = Tape.withoutGradients();
        return ofClasses == null
                ? null
                : tape.constant(context).mult(tape.param(ofClasses)).value();
    }

    static Var constant(Tape tape, FMatrixRMaj m) {
        return m == null ? null : tape.constant(m);
    }
}

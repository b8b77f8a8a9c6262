package lvm.boltzmann;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.linalg.Interrupts;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/** The settings of a fit of {@link Rbm}. */
public final class RbmBuilder extends NeuralFitBuilder<RbmBuilder, Rbm> {
    /** The standard deviation of the weights at the start, where none is set. */
    public static final double DEFAULT_START_DEVIATION = 0.01;

    /** The rate of the moving averages of the offsets, where none is set. */
    public static final double DEFAULT_OFFSET_RATE = 0.01;

    private static final int ROWS = 1000;

    private int hidden;
    private RbmLearning learning = RbmLearning.pcd(1);
    private boolean centred;
    private double offsetRate = DEFAULT_OFFSET_RATE;
    private double weightDecay;
    private double sparsityTarget = Double.NaN;
    private double sparsityCost;
    private double startDeviation = DEFAULT_START_DEVIATION;
    private int[] groups = {};

    RbmBuilder() {
        super("log pseudo-likelihood, estimate, nats per row");
    }

    @Override
    protected RbmBuilder self() {
        return this;
    }

    /**
     * The number of hidden units; must be set.
     *
     * @param units H, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public RbmBuilder hidden(int units) {
        this.hidden = requireAtLeast("hidden", 1, units);
        return given("hidden");
    }

    /**
     * How the machine learns.
     *
     * @param learning such as {@link RbmLearning#cd(int)}; by default {@link RbmLearning#pcd(int)} with one sweep
     * @return this
     */
    public RbmBuilder learning(RbmLearning learning) {
        this.learning = Objects.requireNonNull(learning, "Rbm: learning");
        return given("learning");
    }

    /**
     * Whether the parameters move as those of the centred machine, whose energy has v − μ and h − λ in place of v and h: the same
     * distributions, and steps that do not depend on which value of a bit is called 1. J. Melchior, A. Fischer and L. Wiskott (2016).
     *
     * @param centred by default false
     * @return this
     */
    public RbmBuilder centred(boolean centred) {
        this.centred = centred;
        return given("centred");
    }

    /**
     * The share of the last batch in the moving averages of the offsets of the centred machine.
     *
     * @param rate within [0,1], by default {@value #DEFAULT_OFFSET_RATE}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public RbmBuilder offsetRate(double rate) {
        this.offsetRate = Require.within01("Rbm", "offsetRate", rate);
        return given("offsetRate");
    }

    /**
     * Weight decay: the objective less λ/2 Σ Wᵢⱼ²; the biases are free.
     *
     * @param lambda λ, at least 0, by default 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public RbmBuilder weightDecay(double lambda) {
        this.weightDecay = Require.notNegative("Rbm", "weightDecay", lambda);
        return given("weightDecay");
    }

    /**
     * A target for how often hidden units are on: the objective less cost · Σⱼ KL(p ‖ qⱼ), qⱼ the mean of unit j over the batch, with the
     * slope by its total input taken as qⱼ − p for every row (G. E. Hinton 2012, section 11).
     *
     * @param target p, above 0 and below 1
     * @param cost at least 0
     * @return this
     * @throws IllegalArgumentException if a number is out of range
     */
    public RbmBuilder sparsity(double target, double cost) {
        if (!(target > 0 && target < 1)) {
            throw new IllegalArgumentException(
                    "Rbm: the target of sparsity is " + target + ", expected above 0 and below 1");
        }
        sparsityTarget = target;
        sparsityCost = Require.notNegative("Rbm", "the cost of sparsity", cost);
        return given("sparsity");
    }

    /**
     * Visible units that form groups of which exactly one is on, see {@link Rbm#of(FMatrixRMaj, FMatrixRMaj, FMatrixRMaj, int...)}.
     *
     * @param sizes the sizes of the groups, which are the last columns in this order; each at least 2
     * @return this
     * @throws IllegalArgumentException if a size is less than 2
     */
    public RbmBuilder groups(int... sizes) {
        Rbm.requireGroups("Rbm", sizes, Integer.MAX_VALUE);
        this.groups = sizes.clone();
        return given("groups");
    }

    /**
     * The standard deviation of the weights at the start.
     *
     * @param deviation at least 0, by default {@value #DEFAULT_START_DEVIATION}
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public RbmBuilder startDeviation(double deviation) {
        this.startDeviation = Require.notNegative("Rbm", "startDeviation", deviation);
        return given("startDeviation");
    }

    /**
     * Trains the machine. It begins at small random weights, hidden biases of 0 and visible ones with which every unit has the mean of
     * the data.
     *
     * @param data n rows of D numbers from 0 to 1: bits, or grey levels, which are taken as they are or binarised anew in each epoch
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of hidden units is not set, there is no row, a value is out of range, or a setting
     *     is not used by the way of learning
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public Rbm fit(Dataset data) {
        FMatrixRMaj rates = checked("Rbm.fit", data);
        Layer layer = layer(rates, null, seed(), 1, 1, (rows, random) -> rows);
        Learner learner =
                layer.learner().objective((batch, random) -> layer.rule().value(batch.x(), random));
        layer.card().columns(data.columns()).settings(trainingSettings(learner));
        return train(data, learner, history -> layer.rbm(history, data.rows()));
    }

    private void requireSettings() {
        Require.set("Rbm", "hidden", hidden > 0);
        if (!centred) {
            unused("centred(false)", "offsetRate");
        }
    }

    /** Checks settings and rows, and gives the means of the columns. */
    FMatrixRMaj checked(String where, Dataset data) {
        requireSettings();
        Require.atLeast(where, "the number of rows", 1, data.rows());
        Rbm.requireGroups(where, groups, data.dim());
        VisibleLayer layer = new VisibleLayer(data.dim(), groups);
        if (learning.bitsOnly() && layer.hasGroups()) {
            throw new IllegalArgumentException(
                    "Rbm: learning(" + learning + ") takes no groups, whose units do not flip alone");
        }
        return rates(where, data, layer, learning.bitsOnly() ? "learning(" + learning + ")" : null);
    }

    /** What a machine sees of the rows of a batch: themselves, or what the machines below it make of them. */
    @FunctionalInterface
    interface Seen {
        FMatrixRMaj of(FMatrixRMaj rows, RandomGenerator rng);
    }

    /** What a fit is made of. */
    record Layer(Learner learner, RbmUnits units, FMatrixRMaj rates, RbmRule rule, Card card) {
        Rbm rbm(History history, long rows) {
            return new Rbm(
                    new RbmUnits(units.w().copy(), units.b().copy(), units.c().copy(), units.layer()),
                    rates,
                    card.course(history, rows, "nats per row").summary(history));
        }
    }

    /**
     * A layer of a deep machine, which learns in a stage of that machine's fit.
     *
     * @param visibleCopies the copies of the visible layer, for the layer that is missing above
     * @param hiddenCopies the copies of the hidden layer, for the layer that is missing below
     */
    Layer stage(String by, Dataset data, long seed, int visibleCopies, int hiddenCopies) {
        if (groups.length > 0) {
            throw new IllegalArgumentException(
                    by + ": a layer with groups(" + Arrays.toString(groups) + "), expected none");
        }
        Layer layer = layer(checked("Rbm.fit", data), null, seed, visibleCopies, hiddenCopies, (rows, random) -> rows);
        asStage(by, layer.learner());
        return layer;
    }

    // --- as a layer of a belief network

    int hidden() {
        return hidden;
    }

    RbmLearning learning() {
        return learning;
    }

    /** Whether where it starts was left open. */
    boolean startsAnywhere() {
        return !isGiven("startDeviation");
    }

    /** Whether its visible units are bits of their own. */
    boolean bits() {
        return groups.length == 0;
    }

    /** Refuses what units that are hidden below can not be, and what only a fit of its own uses. */
    void requireStackable(String by, boolean lowest) {
        requireSettings();
        if (!lowest) {
            unused(by + ", whose visible units are hidden ones of the machine below,", "groups");
        }
        asStage(by, Learner.of((batch, random) -> 0));
    }

    /**
     * A layer that learns from what those below make of the rows.
     *
     * @param first where it starts; null for small random weights
     */
    Layer stage(String by, FMatrixRMaj rates, RbmUnits first, long seed, Seen seen) {
        Layer layer = layer(rates, first, seed, 1, 1, seen);
        layer.card().settings(trainingSettings(asStage(by, layer.learner()))).setting("seed", seed);
        return layer;
    }

    /** A layer that has not begun to learn. */
    Rbm start(int visible, long seed) {
        FMatrixRMaj even = new FMatrixRMaj(1, visible);
        even.fill(.5f);
        return layer(even, null, seed, 1, 1, (rows, random) -> rows).rbm(History.closedForm(), 0);
    }

    /** For a card. */
    String asLayer() {
        return hidden + " hidden units, " + learning + ", " + epochs() + " epochs, learning rate " + learningRate();
    }

    private Layer layer(FMatrixRMaj rates, RbmUnits first, long seed, int visibleCopies, int hiddenCopies, Seen seen) {
        VisibleLayer layer = new VisibleLayer(rates.numCols, groups);
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed, "start"));
        List<Param> params = start(layer, rates, rng);
        for (int p = 0; first != null && p < params.size(); p++) {
            params.get(p).value().setTo(first.parts().get(p));
        }
        RbmUnits units = new RbmUnits(
                params.get(0).value(),
                params.get(1).value(),
                params.get(2).value(),
                layer,
                visibleCopies,
                hiddenCopies);
        RbmRule rule = learning.over(units, params, rates, rng);
        if (visibleCopies * hiddenCopies > 1 && !rule.withCopies()) {
            throw new IllegalArgumentException(
                    "Rbm: learning(" + learning
                            + ") of a layer of a deep Boltzmann machine, expected cd, pcd or fast pcd: others know no layer that stands for two");
        }
        Centring centring = centred ? new Centring(List.of(rates, half(hidden)), offsetRate) : null;
        Optimizer optimizer = optimizer().over(params, learningRate());
        Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>(rule.buffers());
        if (centred) {
            buffers.putAll(centring.buffers());
        }
        FMatrixRMaj[] means = {null, rule.means};
        Learner learner = Learner.of(
                        (batch, random) -> {
                            FMatrixRMaj v = seen.of(batch.x(), random);
                            double value = rule.gradient(v, random);
                            regularise(rule, v);
                            if (centring != null) {
                                means[0] = v;
                                centring.apply(means, params);
                            }
                            optimizer.step();
                            return value;
                        },
                        optimizer)
                .buffers(buffers)
                .objectiveName(rule.objective() + ", nats per row")
                .way("learning(" + learning + ")");
        Card card = Rbm.card(rates.numCols, hidden)
                .setting("learning", learning)
                .setting("centred", centred ? "offsets by moving averages, rate " + offsetRate : "no")
                .setting("groups of visible units", groups.length == 0 ? "none" : Arrays.toString(groups))
                .setting("weight decay", weightDecay)
                .setting("start deviation", startDeviation);
        if (sparsityCost > 0) {
            card.setting("sparsity", "target " + sparsityTarget + ", cost " + sparsityCost);
        }
        return new Layer(learner, units, rates, rule, card);
    }

    private static FMatrixRMaj half(int units) {
        FMatrixRMaj half = new FMatrixRMaj(1, units);
        half.fill(.5f);
        return half;
    }

    private void regularise(RbmRule rule, FMatrixRMaj v) {
        FMatrixRMaj g = rule.w();
        if (weightDecay > 0) {
            float lambda = (float) weightDecay;
            float[] w = rule.units.w().data;
            for (int i = 0; i < g.getNumElements(); i++) {
                g.data[i] += lambda * w[i];
            }
        }
        if (sparsityCost > 0) {
            rule.sparse(v, sparsityTarget, sparsityCost);
        }
    }

    private List<Param> start(VisibleLayer layer, FMatrixRMaj rates, RandomGenerator rng) {
        FMatrixRMaj w = new FMatrixRMaj(rates.numCols, hidden);
        Fill.normal(0, (float) startDeviation, w, rng);
        return List.of(
                new Param("w", w), new Param("b", layer.logits(rates)), new Param("c", new FMatrixRMaj(1, hidden)));
    }

    /**
     * The means of the units, each row checked; grey levels that are binarised anew at each reading are so here, too.
     *
     * @param bitsOnly what takes bits only, for the message; null if grey levels are allowed
     */
    static FMatrixRMaj rates(String where, Dataset data, VisibleLayer layer, String bitsOnly) {
        return means(where, data, data.dim(), (from, part) -> {
            String rows = where + (from == 0 ? "" : ", rows from " + from);
            if (bitsOnly != null) {
                layer.requireBits(rows + ", " + bitsOnly, part);
            } else {
                layer.require(rows, part);
            }
            return part;
        });
    }

    /** What is made of some rows of data. */
    @FunctionalInterface
    interface Part {
        FMatrixRMaj of(int from, FMatrixRMaj rows);
    }

    /** The means of columns, of the rows or of what is made of them. */
    static FMatrixRMaj means(String where, Dataset data, int columns, Part made) {
        int[] order = new int[data.rows()];
        Arrays.setAll(order, i -> i);
        double[] means = new double[columns];
        FMatrixRMaj rows = new FMatrixRMaj(0, 0);
        RandomGenerator rng = new SplittableRandom(0);
        for (int from = 0; from < order.length; from += ROWS) {
            Interrupts.check(where);
            data.copyRows(order, from, Math.min(ROWS, order.length - from), rows, rng);
            FMatrixRMaj part = made.of(from, rows);
            for (int i = 0; i < part.getNumElements(); i++) {
                means[i % means.length] += part.data[i] / order.length;
            }
        }
        FMatrixRMaj rates = new FMatrixRMaj(1, means.length);
        for (int j = 0; j < means.length; j++) {
            rates.data[j] = (float) means[j];
        }
        return rates;
    }
}

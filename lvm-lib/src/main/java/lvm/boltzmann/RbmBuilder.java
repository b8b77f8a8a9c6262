package lvm.boltzmann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.boltzmann.VisibleSettings.Visible;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/** The settings of a fit of {@link Rbm}. */
public final class RbmBuilder extends StandardizedFitBuilder<RbmBuilder, Rbm> {
    /** The standard deviation of the weights at the start, where none is set. */
    public static final double DEFAULT_START_DEVIATION = 0.01;

    /** The rate of the moving averages of the offsets, where none is set. */
    public static final double DEFAULT_OFFSET_RATE = 0.01;

    /** The learning rate of the log variances as a share of that of the other parameters, where none is set. */
    public static final double DEFAULT_VARIANCE_RATE = 0.1;

    private int hidden;
    private int copies = 1;
    private RbmLearning learning = RbmLearning.pcd(1);
    private boolean centred;
    private double offsetRate = DEFAULT_OFFSET_RATE;
    private double weightDecay;
    private double sparsityTarget = Double.NaN;
    private double sparsityCost;
    private double startDeviation = DEFAULT_START_DEVIATION;
    private double startHiddenBias;
    private int[] groups = {};
    private final VisibleSettings visible = new VisibleSettings("Rbm");

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
     * Rectified hidden units, for Gaussian visible ones: each is the number of its copies that are on, binary units with the same weights and the biases cⱼ − ½,
     * cⱼ − 3/2, …, so that given v its mean is near log(1 + e^aⱼ) as long as aⱼ is less than their number. V. Nair and G. E. Hinton (2010), Rectified linear units improve
     * restricted Boltzmann machines, where max(0, aⱼ + N(0, σ(aⱼ))) stands for a draw; here the copies themselves are drawn, so that the machine has an energy, and all
     * that is exact of {@link Rbm} is exact. The machine that is fitted has the copies as its hidden units: those of unit j are the columns jn, …, jn + n − 1.
     *
     * @param copies n, at least 2
     * @return this
     * @throws IllegalArgumentException if there are fewer
     */
    public RbmBuilder rectified(int copies) {
        this.copies = requireAtLeast("rectified", 2, copies);
        return given("rectified");
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
        BinaryLayer.requireGroups("Rbm", sizes, Integer.MAX_VALUE);
        this.groups = sizes.clone();
        return given("groups");
    }

    /**
     * The kind of the visible units. Gaussian ones are for real-valued columns, which the machine standardises ({@link #standardize}).
     *
     * @param units by default {@link VisibleUnits#BINARY}
     * @return this
     */
    public RbmBuilder visible(VisibleUnits units) {
        visible.units(units);
        return given("visible");
    }

    /**
     * Fixes the variances σ² of Gaussian visible units given the hidden ones. By default they are learnt as log σ² from the variances of the data
     * on.
     *
     * @param variances one for all columns or one for each, in the units of the data, above 0
     * @return this
     * @throws IllegalArgumentException if there is none or one is out of range
     */
    public RbmBuilder fixedVariances(double... variances) {
        visible.fixedVariances(variances);
        return given("fixedVariances");
    }

    /**
     * The learning rate of the log variances of Gaussian visible units as a share of the rate of all others: the slopes of W grow with 1/σ², and a
     * variance that runs ahead of the means makes them unsteady.
     *
     * @param share above 0, by default {@value #DEFAULT_VARIANCE_RATE}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public RbmBuilder varianceRate(double share) {
        visible.varianceRate(share);
        return given("varianceRate");
    }

    /**
     * Whether the columns of Gaussian visible units are seen with mean 0 and deviation 1, see {@link Scaling}. Grey levels are seen as they are, and
     * so is everything by binary units. The rate of learning, the decay and the deviation of the weights at the start are those of the columns as they are
     * seen.
     *
     * @param standardize by default true
     * @return this
     */
    @Override
    public RbmBuilder standardize(boolean standardize) {
        return super.standardize(standardize);
    }

    /**
     * The standard deviation of the weights at the start. At 0 the hidden units of a layer would begin equal, and stay equal.
     *
     * @param deviation above 0, by default {@value #DEFAULT_START_DEVIATION}
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public RbmBuilder startDeviation(double deviation) {
        this.startDeviation =
                Require.positive("Rbm", "startDeviation, without which hidden units stay equal,", deviation);
        return given("startDeviation");
    }

    /**
     * The biases c of the hidden units at the start, as the machine sees its columns. Below 0 the units begin rarely on: with Gaussian visible units
     * most of the mass is then in the Gaussian at b, and each hidden unit adds a rare one beside it, from where peaked data are learnt; from 0 a machine
     * begins near one broad Gaussian, and may stay there.
     *
     * @param bias a finite number, by default 0
     * @return this
     * @throws IllegalArgumentException if it is not finite
     */
    public RbmBuilder startHiddenBias(double bias) {
        if (!Double.isFinite(bias)) {
            throw new IllegalArgumentException("Rbm: startHiddenBias is " + bias + ", expected a finite number");
        }
        this.startHiddenBias = bias;
        return given("startHiddenBias");
    }

    /**
     * Trains the machine. It begins at small random weights, hidden biases of {@link #startHiddenBias} and visible ones with which every unit has the
     * mean of the data.
     *
     * @param data n rows of D numbers from 0 to 1: bits, or grey levels, which are taken as they are or binarised anew in each epoch; of Gaussian
     *     units finite numbers, in columns that vary where variances are learnt
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of hidden units is not set, there is no row, a value is out of range, or a setting
     *     is not used by the way of learning
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public Rbm fit(Dataset data) {
        Layer layer = layer(visible("Rbm.fit", data), null, 1, 1, (rows, random) -> rows, start(seed()));
        Learner learner = layer.learner().objective((batch, random) -> {
            layer.parameters().refresh();
            return layer.rule().value(batch.x(), random);
        });
        layer.card().columns(data.columns());
        describe(layer, data);
        layer.card().settings(trainingSettings(learner));
        return train(data, learner, history -> layer.rbm(history, data.rows()));
    }

    private void describe(Layer layer, Dataset data) {
        if (visible.gaussian()) {
            describe(layer.card(), layer.units().layer().scaling(), Scaling.Kind.COLUMNS, data);
        }
    }

    private void requireSettings() {
        Require.set("Rbm", "hidden", hidden > 0);
        learning.requireUnits("Rbm", visible.units());
        if (!centred) {
            unused("centred(false)", "offsetRate");
        } else {
            unused("centred(true)", "rectified");
        }
        if (visible.gaussian()) {
            unused("visible(Gaussian)", "groups");
            if (isGiven("fixedVariances")) {
                unused("fixedVariances", "varianceRate");
            }
        } else {
            unused("visible(binary)", "fixedVariances", "varianceRate", "rectified");
        }
    }

    /** Checks settings and rows, and gives the visible units as they begin. */
    Visible visible(String where, Dataset data) {
        requireSettings();
        if (visible.gaussian()) {
            return visible.gaussian(where, data, scaling(data, Scaling.Kind.COLUMNS));
        }
        Require.atLeast(where, "the number of rows", 1, data.rows());
        BinaryLayer.requireGroups(where, groups, data.dim());
        if (learning.bitsOnly() && groups.length > 0) {
            throw new IllegalArgumentException(
                    "Rbm: learning(" + learning + ") takes no groups, whose units do not flip alone");
        }
        VisibleLayer layer = new BinaryLayer(data.dim(), groups);
        return new Visible(layer, layer.rates(where, data, learning.bitsOnly() ? "learning(" + learning + ")" : null));
    }

    private static SplittableRandom start(long seed) {
        return new SplittableRandom(Seeds.split(seed, "start"));
    }

    /** What a machine sees of the rows of a batch: themselves, or what the machines below it make of them. */
    @FunctionalInterface
    interface Seen {
        FMatrixRMaj of(FMatrixRMaj rows, RandomGenerator rng);
    }

    /** What a fit is made of. */
    record Layer(
            Learner learner, RbmParameters parameters, RbmUnits units, FMatrixRMaj rates, RbmRule rule, Card card) {
        Rbm rbm(History history, long rows) {
            parameters.refresh();
            return new Rbm(
                    parameters.units.copy(),
                    rates,
                    card.course(history, rows, unit(rule)).summary(history));
        }
    }

    /**
     * A layer of a deep machine, which learns in a stage of that machine's fit.
     *
     * @param visibleCopies the copies of the visible layer, for the layer that is missing above
     * @param hiddenCopies the copies of the hidden layer, for the layer that is missing below
     */
    Layer stage(String by, Dataset data, long seed, int visibleCopies, int hiddenCopies) {
        unused(by, "rectified");
        if (hiddenCopies > 1) { // not the lowest
            if (groups.length > 0) {
                throw new IllegalArgumentException(
                        by + ": a layer with groups(" + Arrays.toString(groups) + "), expected none");
            }
            requireBinary(by);
        }
        Layer layer =
                layer(visible("Rbm.fit", data), null, visibleCopies, hiddenCopies, (rows, random) -> rows, start(seed));
        asStage(by, layer.learner());
        return layer;
    }

    private void requireBinary(String by) {
        if (visible.gaussian()) {
            throw new IllegalArgumentException(
                    by + ": a layer with visible(" + visible.units() + "), expected binary units");
        }
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
        return groups.length == 0 && !visible.gaussian();
    }

    VisibleSettings settings() {
        return visible;
    }

    /** Refuses what units that are hidden below can not be, and what only a fit of its own uses. */
    void requireStackable(String by, boolean lowest) {
        requireSettings();
        unused(by, "rectified");
        if (!lowest) {
            requireBinary(by);
            unused(by + ", whose visible units are hidden ones of the machine below,", "groups");
        }
        asStage(by, Learner.of((batch, random) -> 0));
    }

    /** The lowest layer of a belief network. */
    Layer lowest(String by, Visible visible, Dataset data, long seed) {
        Layer layer = stage(by, visible, null, seed, (rows, random) -> rows);
        layer.card().columns(data.columns());
        describe(layer, data);
        return layer;
    }

    /**
     * A layer that learns from what those below make of the rows.
     *
     * @param first where it starts; null for small random weights
     */
    Layer stage(String by, FMatrixRMaj rates, RbmUnits first, long seed, Seen seen) {
        return stage(by, new Visible(new BinaryLayer(rates.numCols), rates), first, seed, seen);
    }

    private Layer stage(String by, Visible visible, RbmUnits first, long seed, Seen seen) {
        Layer layer = layer(visible, first, 1, 1, seen, start(seed));
        layer.card().settings(trainingSettings(asStage(by, layer.learner()))).setting("seed", seed);
        return layer;
    }

    /** A layer that has not begun to learn. */
    Rbm start(int below, long seed) {
        Visible even = new Visible(new BinaryLayer(below), half(below));
        return layer(even, null, 1, 1, (rows, random) -> rows, start(seed)).rbm(History.closedForm(), 0);
    }

    /** For a card. */
    String asLayer() {
        return (visible.gaussian() ? visible.units() + " visible units, " : "") + hidden + " hidden units, " + learning
                + ", " + epochs() + " epochs, learning rate " + learningRate();
    }

    /**
     * A layer at its start.
     *
     * @param first parameters; null for small random weights
     */
    private Layer layer(
            Visible start, RbmUnits first, int visibleCopies, int hiddenCopies, Seen seen, RandomGenerator rng) {
        RbmParameters parameters = RbmParameters.start(
                start.layer(), start.rates(), hidden, copies, startDeviation, visible.learnt(), rng);
        parameters.moved().get(2).value().fill((float) startHiddenBias);
        parameters.refresh();
        for (int p = 0; first != null && p < first.parts().size(); p++) {
            parameters.units.parts().get(p).setTo(first.parts().get(p));
        }
        RbmUnits units = parameters.units.with(visibleCopies, hiddenCopies);
        Scaling scaling = units.layer().scaling();
        RbmRule rule = learning.over(units, parameters.natural, start.rates(), rng);
        if (visibleCopies * hiddenCopies > 1 && !rule.withCopies()) {
            throw new IllegalArgumentException(
                    "Rbm: learning(" + learning
                            + ") of a layer of a deep Boltzmann machine, expected cd, pcd or fast pcd: others know no layer that stands for two");
        }
        Centring centring = centred ? new Centring(List.of(start.means(), half(hidden)), offsetRate) : null;
        Optimizer optimizer = optimizer().over(parameters.moved(), learningRate());
        List<Optimizer> optimizers = new ArrayList<>(List.of(optimizer));
        if (!parameters.logVariances().isEmpty()) {
            optimizers.add(optimizer().over(parameters.logVariances(), visible.varianceRate() * learningRate()));
        }
        Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>(rule.buffers());
        if (centred) {
            buffers.putAll(centring.buffers());
        }
        FMatrixRMaj[] means = {null, rule.means};
        Learner learner = Learner.of(
                        (batch, random) -> {
                            FMatrixRMaj v = seen.of(batch.x(), random);
                            parameters.refresh();
                            double value = rule.gradient(v, random);
                            parameters.clear();
                            regularise(parameters, rule, v);
                            if (centring != null) {
                                means[0] = v;
                                centring.apply(means, parameters.moved(), units.layer());
                            }
                            for (Optimizer each : optimizers) {
                                each.step();
                            }
                            return value;
                        },
                        optimizers.toArray(Optimizer[]::new))
                .buffers(buffers)
                .scaling(scaling)
                .objectiveName(rule.objective())
                .way("learning(" + learning + ")");
        Card card = Rbm.card(units.visible(), units.hidden())
                .setting("learning", learning)
                .setting("centred", centred ? "offsets by moving averages, rate " + offsetRate : "no")
                .setting("groups of visible units", groups.length == 0 ? "none" : Arrays.toString(groups))
                .setting("weight decay", weightDecay)
                .setting("start deviation", startDeviation);
        if (copies > 1) {
            card.setting("rectified hidden units", hidden + ", of " + copies + " copies each");
        }
        if (startHiddenBias != 0) {
            card.setting("hidden biases at the start", startHiddenBias);
        }
        if (sparsityCost > 0) {
            card.setting("sparsity", "target " + sparsityTarget + ", cost " + sparsityCost);
        }
        visible.describe(card);
        return new Layer(learner, parameters, units, start.rates(), rule, card);
    }

    private static FMatrixRMaj half(int units) {
        FMatrixRMaj half = new FMatrixRMaj(1, units);
        half.fill(.5f);
        return half;
    }

    private static String unit(RbmRule rule) {
        return rule.objective().substring(rule.objective().lastIndexOf(", ") + 2);
    }

    private void regularise(RbmParameters parameters, RbmRule rule, FMatrixRMaj v) {
        if (weightDecay > 0) {
            Param w = parameters.moved().get(0);
            float lambda = (float) weightDecay;
            for (int i = 0; i < w.value().getNumElements(); i++) {
                w.gradient().data[i] += lambda * w.value().data[i];
            }
        }
        if (sparsityCost > 0) {
            rule.sparse(v, sparsityTarget, sparsityCost);
        }
        parameters.slopes(rule.squares);
    }

    /** What is made of some rows of data. */
    @FunctionalInterface
    interface Part {
        FMatrixRMaj of(FMatrixRMaj rows);
    }

    /** The means of columns of what is made of the rows. */
    static FMatrixRMaj means(String where, Dataset data, int columns, Part made) {
        double[] means = new double[columns];
        VisibleLayer.parts(where, data, (rows, part) -> {
            FMatrixRMaj x = made.of(part);
            for (int k = 0; k < x.getNumElements(); k++) {
                means[k % columns] += x.data[k] / data.rows();
            }
        });
        FMatrixRMaj rates = new FMatrixRMaj(1, columns);
        for (int j = 0; j < columns; j++) {
            rates.data[j] = (float) means[j];
        }
        return rates;
    }
}

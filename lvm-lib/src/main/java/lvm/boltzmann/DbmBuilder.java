package lvm.boltzmann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.boltzmann.VisibleSettings.Visible;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.Stages;
import lvm.fit.StandardizedFitBuilder;
import lvm.linalg.Interrupts;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** The settings of a fit of {@link Dbm}. */
public final class DbmBuilder extends StandardizedFitBuilder<DbmBuilder, Dbm> {
    /** The most updates of the mean field in a step, where no number is set. */
    public static final int DEFAULT_ITERATIONS = 10;

    /** The change of a mean at which the mean field ends, where none is set. */
    public static final double DEFAULT_TOLERANCE = 1e-4;

    private static final String JOINT = "joint";
    private static final int ROWS = 1000;
    private static final int STARTING_ROWS = 1000;
    private static final int RATED_ROWS = 10_000;

    private int[] hidden = {};
    private DbmLearning learning = DbmLearning.sml(5);
    private List<RbmBuilder> pretraining = List.of();
    private boolean sampledLayers;
    private int iterations = DEFAULT_ITERATIONS;
    private double tolerance = DEFAULT_TOLERANCE;
    private boolean centred;
    private double offsetRate = RbmBuilder.DEFAULT_OFFSET_RATE;
    private double weightDecay;
    private double[] sparsityTargets = {};
    private double sparsityCost;
    private double startDeviation = RbmBuilder.DEFAULT_START_DEVIATION;
    private double startHiddenBias;
    private final VisibleSettings visible = new VisibleSettings("Dbm");
    private int[] groups = {};

    DbmBuilder() {
        super("log p(v | mean field), a reconstruction, nats per row");
    }

    @Override
    protected DbmBuilder self() {
        return this;
    }

    /**
     * The numbers of hidden units, the lowest layer first; must be set, unless {@link #pretraining} says them.
     *
     * @param units at least two numbers, each at least 1
     * @return this
     * @throws IllegalArgumentException if there are fewer, or one is less than 1
     */
    public DbmBuilder hidden(int... units) {
        Require.atLeast("Dbm", "the number of hidden layers", 2, units.length);
        for (int each : units) {
            requireAtLeast("hidden", 1, each);
        }
        this.hidden = units.clone();
        return given("hidden");
    }

    /**
     * The kind of the visible units, unless {@link #pretraining} says it. Gaussian ones are for real-valued columns, which the machine standardises
     * ({@link #standardize}).
     *
     * @param units by default {@link VisibleUnits#BINARY}
     * @return this
     */
    public DbmBuilder visible(VisibleUnits units) {
        visible.units(units);
        return given("visible");
    }

    /**
     * Visible units that form groups of which exactly one is on, unless {@link #pretraining} says it: with the label as the last one the machine
     * classifies, see {@link Dbm#classifier}.
     *
     * @param sizes the sizes of the groups, which are the last columns in this order; each at least 2
     * @return this
     * @throws IllegalArgumentException if a size is less than 2
     */
    public DbmBuilder groups(int... sizes) {
        BinaryLayer.requireGroups("Dbm", sizes, Integer.MAX_VALUE);
        this.groups = sizes.clone();
        return given("groups");
    }

    /**
     * Fixes the variances of Gaussian visible units, see {@link RbmBuilder#fixedVariances}.
     *
     * @param variances one for all columns or one for each, in the units of the data, above 0
     * @return this
     * @throws IllegalArgumentException if there is none or one is out of range
     */
    public DbmBuilder fixedVariances(double... variances) {
        visible.fixedVariances(variances);
        return given("fixedVariances");
    }

    /**
     * The learning rate of the log variances of Gaussian visible units as a share of the rate of all others, see
     * {@link RbmBuilder#varianceRate}.
     *
     * @param share above 0, by default {@value RbmBuilder#DEFAULT_VARIANCE_RATE}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public DbmBuilder varianceRate(double share) {
        visible.varianceRate(share);
        return given("varianceRate");
    }

    /**
     * Whether the columns of Gaussian visible units are seen with mean 0 and deviation 1, see {@link RbmBuilder#standardize}. Binary units see
     * everything as it is.
     *
     * @param standardize by default true
     * @return this
     */
    @Override
    public DbmBuilder standardize(boolean standardize) {
        return super.standardize(standardize);
    }

    /**
     * How the machine learns all layers together.
     *
     * @param learning such as {@link DbmLearning#sml(int)}; by default that with five sweeps
     * @return this
     */
    public DbmBuilder learning(DbmLearning learning) {
        this.learning = Objects.requireNonNull(learning, "Dbm: learning");
        return given("learning");
    }

    /**
     * Learns the layers one by one before, each as a restricted machine with the settings of a builder of its own, its number of hidden
     * units included. A layer of the deep machine gets input from below and from above, and alone it would learn to do without one of
     * them: so the lowest machine has two visible layers with the same states and weights, the highest two hidden ones, those between
     * two of each, which doubles what the units on the other side get. The next layer learns from the means that this one gives, its own
     * input doubled. The machine starts from the weights as they are learnt, and a bias between two of them is the sum of theirs. The lowest
     * builder says of which kind the visible units are, and how their variances learn, in the joint stage too.
     * R. Salakhutdinov and G. E. Hinton (2009), section 3.1, who halve the weights of layers between instead.
     *
     * @param layers builders of at least two layers, the lowest first, which learn by {@code cd}, {@code pcd} or {@code fastPcd}
     * @return this
     * @throws IllegalArgumentException if there are fewer
     */
    public DbmBuilder pretraining(RbmBuilder... layers) {
        Require.atLeast("Dbm", "the number of layers of the pretraining", 2, layers.length);
        this.pretraining = List.of(layers);
        return given("pretraining");
    }

    /**
     * Whether a layer of the pretraining learns from states that are drawn anew in each epoch, instead of from the means.
     *
     * @param sampled by default false
     * @return this
     */
    public DbmBuilder sampledLayers(boolean sampled) {
        this.sampledLayers = sampled;
        return given("sampledLayers");
    }

    /**
     * When the mean field ends, in learning and in the machine.
     *
     * @param iterations the most updates of all layers, at least 1, by default {@value #DEFAULT_ITERATIONS}
     * @param tolerance the largest change of a mean at which it ends before, at least 0, by default {@value #DEFAULT_TOLERANCE}
     * @return this
     * @throws IllegalArgumentException if a number is out of range
     */
    public DbmBuilder meanField(int iterations, double tolerance) {
        this.iterations = requireAtLeast("the iterations of meanField", 1, iterations);
        this.tolerance = Require.notNegative("Dbm", "the tolerance of meanField", tolerance);
        return given("meanField");
    }

    /**
     * Whether the parameters move as those of the centred machine, whose energy has x − μ in place of x in every layer: the same
     * distributions, and joint learning that succeeds without pretraining. G. Montavon and K.-R. Müller (2012).
     *
     * @param centred by default false
     * @return this
     */
    public DbmBuilder centred(boolean centred) {
        this.centred = centred;
        return given("centred");
    }

    /**
     * The share of the last batch in the moving averages of the offsets of the centred machine.
     *
     * @param rate within [0,1], by default {@value RbmBuilder#DEFAULT_OFFSET_RATE}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public DbmBuilder offsetRate(double rate) {
        this.offsetRate = Require.within01("Dbm", "offsetRate", rate);
        return given("offsetRate");
    }

    /**
     * Weight decay: the objective less λ/2 Σ W² over the weights of all layers; the biases are free.
     *
     * @param lambda λ, at least 0, by default 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public DbmBuilder weightDecay(double lambda) {
        this.weightDecay = Require.notNegative("Dbm", "weightDecay", lambda);
        return given("weightDecay");
    }

    /**
     * Targets for how often hidden units are on: the objective less cost · Σ KL(p ‖ q) over the hidden units, q the mean of the unit in the
     * mean field of the batch, with the slope by its total input taken as q − p for every row (G. E. Hinton 2012, section 11).
     *
     * @param cost at least 0
     * @param targets p of each hidden layer, above 0 and below 1
     * @return this
     * @throws IllegalArgumentException if a number is out of range
     */
    public DbmBuilder sparsity(double cost, double... targets) {
        for (double target : targets) {
            if (!(target > 0 && target < 1)) {
                throw new IllegalArgumentException(
                        "Dbm: a target of sparsity is " + target + ", expected above 0 and below 1");
            }
        }
        sparsityTargets = targets.clone();
        sparsityCost = Require.notNegative("Dbm", "the cost of sparsity", cost);
        return given("sparsity");
    }

    /**
     * The standard deviation of the weights at the start. At 0 the hidden units of a layer would begin equal, and stay equal.
     *
     * @param deviation above 0, by default {@value RbmBuilder#DEFAULT_START_DEVIATION}
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public DbmBuilder startDeviation(double deviation) {
        this.startDeviation =
                Require.positive("Dbm", "startDeviation, without which hidden units stay equal,", deviation);
        return given("startDeviation");
    }

    /**
     * The biases of the hidden units at the start.
     *
     * @param bias finite, by default 0; below 0 units begin by being off most of the time
     * @return this
     * @throws IllegalArgumentException if it is not finite
     */
    public DbmBuilder startHiddenBias(double bias) {
        if (!Double.isFinite(bias)) {
            throw new IllegalArgumentException("Dbm: startHiddenBias is " + bias + ", expected a finite number");
        }
        this.startHiddenBias = bias;
        return given("startHiddenBias");
    }

    /**
     * Trains the machine. Without pretraining it begins at small random weights and visible biases with which every unit has the mean of
     * the data.
     *
     * @param data n rows of D numbers from 0 to 1: bits, or grey levels, which are taken as they are or binarised anew in each epoch; of Gaussian
     *     units finite numbers, in columns that vary where variances are learnt
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the layers are not set, there is no row, a value is out of range, or a setting is not used by the
     *     way of learning
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public Dbm fit(Dataset data) {
        Require.set("Dbm", "hidden", hidden.length > 0 || !pretraining.isEmpty());
        requireUsed();
        Require.atLeast("Dbm.fit", "the number of rows", 1, data.rows());
        Visible start = visible(data);
        Dataset seen = start.layer().scaling().of(data);
        int[] widths = pretraining.isEmpty()
                ? hidden
                : pretraining.stream().mapToInt(RbmBuilder::hidden).toArray();
        if (sparsityCost > 0 && sparsityTargets.length != widths.length) {
            throw new IllegalArgumentException("Dbm: sparsity has " + sparsityTargets.length
                    + " targets, expected one for each of the " + widths.length + " hidden layers");
        }
        DbmParameters parameters = DbmParameters.start(
                start,
                widths,
                startDeviation,
                startHiddenBias,
                kind().learnt(),
                new SplittableRandom(Seeds.split(seed(), "start")));
        Card card = card(data, widths);
        if (pretraining.isEmpty()) {
            Learner learner = learner(seen, start, parameters);
            card.settings(trainingSettings(learner));
            return train(data, learner, history -> machine(parameters, start, seen, card, history));
        }
        List<RbmBuilder.Layer> layers = new ArrayList<>();
        List<Dataset> rows = new ArrayList<>(List.of(data));
        Stages stages = null;
        for (int l = 0; l < widths.length; l++) {
            int index = l;
            String name = "layer " + (l + 1);
            stages = stages == null
                    ? Stages.of(name, () -> layer(index, rows, layers))
                    : stages.then(name, () -> layer(index, rows, layers));
        }
        stages = stages.then(JOINT, () -> {
            compose(layers, parameters);
            layers.clear();
            rows.clear();
            return learner(seen, start, parameters);
        });
        card.settings(
                trainingSettings(Learner.of((batch, rng) -> 0, optimizer().over(parameters.moved, learningRate()))));
        return train(data, stages, history -> {
            if (!layers.isEmpty()) {
                compose(layers, parameters);
            }
            return machine(parameters, start, seen, card, history);
        });
    }

    /** What is set of the visible units, here or by the lowest builder of the pretraining. */
    private VisibleSettings kind() {
        return pretraining.isEmpty() ? visible : pretraining.get(0).settings();
    }

    /** The visible units as they begin, for rows that are checked. */
    private Visible visible(Dataset data) {
        if (!pretraining.isEmpty()) {
            return pretraining.get(0).visible("Dbm.fit", data);
        }
        if (visible.gaussian()) {
            return visible.gaussian("Dbm.fit", data, scaling(data, Scaling.Kind.COLUMNS));
        }
        BinaryLayer.requireGroups("Dbm.fit", groups, data.dim());
        VisibleLayer bits = new BinaryLayer(data.dim(), groups);
        return new Visible(bits, bits.rates("Dbm.fit", data, null));
    }

    private static void compose(List<RbmBuilder.Layer> layers, DbmParameters parameters) {
        layers.forEach(layer -> layer.parameters().refresh());
        parameters.compose(layers);
    }

    private void requireUsed() {
        if (!pretraining.isEmpty()) {
            unused(
                    "pretraining",
                    "hidden",
                    "startDeviation",
                    "startHiddenBias",
                    "visible",
                    "standardize",
                    "fixedVariances",
                    "varianceRate",
                    "groups");
        } else {
            unused("no pretraining", "sampledLayers");
        }
        if (!learning.leavesMeans()) {
            unused("learning(" + learning + ")", "centred", "offsetRate", "sparsity");
        }
        if (!centred) {
            unused("centred(false)", "offsetRate");
        }
        if (!visible.gaussian()) {
            unused("visible(binary)", "fixedVariances", "varianceRate");
        } else {
            unused("visible(Gaussian)", "groups");
            if (!visible.learnt()) {
                unused("fixedVariances", "varianceRate");
            }
        }
        boolean bits = pretraining.isEmpty()
                ? groups.length == 0 && !visible.gaussian()
                : pretraining.get(0).bits();
        if (!bits && learning.bitsOnly()) {
            throw new IllegalArgumentException("Dbm: learning(" + learning
                    + ") is for visible units that are bits, and these are "
                    + (kind().gaussian() ? "Gaussian" : "in groups") + "; expected sml, cd or exact");
        }
    }

    private Card card(Dataset data, int[] widths) {
        Card card = Dbm.card(data.dim(), widths)
                .columns(data.columns())
                .setting("learning", learning)
                .setting("mean field", "at most " + iterations + " updates, tolerance " + tolerance)
                .setting("pretraining", pretraining.isEmpty() ? "none" : sampledLayers ? "from states" : "from means")
                .setting("centred", centred ? "offsets by moving averages, rate " + offsetRate : "no")
                .setting("weight decay", weightDecay);
        if (pretraining.isEmpty()) {
            card.setting("start deviation", startDeviation).setting("start of the hidden biases", startHiddenBias);
        }
        if (sparsityCost > 0) {
            card.setting("sparsity", "targets " + Arrays.toString(sparsityTargets) + ", cost " + sparsityCost);
        }
        if (groups.length > 0) {
            card.setting("groups of visible units", Arrays.toString(groups));
        }
        kind().describe(card);
        return card;
    }

    // --- layer by layer

    private Learner layer(int l, List<Dataset> rows, List<RbmBuilder.Layer> layers) {
        if (l > 0) {
            RbmBuilder.Layer below = layers.get(l - 1);
            below.parameters().refresh();
            rows.add(above(below.units(), below.units().layer().scaling().of(rows.get(l - 1))));
            if (l > 1) {
                rows.set(l - 1, null);
            }
        }
        Dataset data = rows.get(l);
        RbmBuilder.Layer layer = pretraining
                .get(l)
                .stage(
                        "a layer of a Dbm",
                        data,
                        Seeds.split(seed(), "layer " + (l + 1)),
                        l < pretraining.size() - 1 ? 2 : 1,
                        l > 0 ? 2 : 1);
        layers.add(layer);
        return l == 0 ? layer.learner() : layer.learner().data(data);
    }

    /** What a layer gives the next one to learn from. */
    private Dataset above(RbmUnits units, Dataset below) {
        FMatrixRMaj all = new FMatrixRMaj(below.rows(), units.hidden());
        FMatrixRMaj h = new FMatrixRMaj(0, units.hidden());
        eachBlock(below, below.rows(), (at, v) -> {
            units.hiddenLogits(v, h);
            new BinaryLayer(units.hidden()).means(h);
            System.arraycopy(h.data, 0, all.data, at * all.numCols, h.getNumElements());
        });
        Dataset means = Dataset.of(all);
        return sampledLayers ? means.binarizedAnew() : means;
    }

    // --- all layers

    private Learner learner(Dataset seen, Visible start, DbmParameters parameters) {
        DbmUnits units = parameters.units;
        parameters.refresh();
        MeanField field = new MeanField(units, iterations, tolerance);
        List<FMatrixRMaj> rates = rates(field, units, start.rates(), seen, STARTING_ROWS);
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "chains"));
        DbmRule rule = learning.over(units, parameters.natural, field, rates, rng);
        Centring centring = centred ? new Centring(offsets(rates), offsetRate) : null;
        List<Optimizer> optimizers = new ArrayList<>(List.of(optimizer().over(parameters.moved, learningRate())));
        if (!parameters.logVariances().isEmpty()) {
            optimizers.add(optimizer().over(parameters.logVariances(), kind().varianceRate() * learningRate()));
        }
        Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>(rule.buffers());
        if (centred) {
            buffers.putAll(centring.buffers());
        }
        return Learner.of(
                        (batch, random) -> {
                            parameters.refresh();
                            double value = rule.gradient(batch.x(), random);
                            parameters.clear();
                            regularise(parameters, rule, field.means());
                            parameters.slopes(rule);
                            if (centring != null) {
                                centring.apply(field.means(), parameters.moved, units.visible());
                            }
                            for (Optimizer each : optimizers) {
                                each.step();
                            }
                            return value;
                        },
                        optimizers.toArray(Optimizer[]::new))
                .scaling(units.visible().scaling())
                .buffers(buffers)
                .objectiveName(rule.objective() + ", nats per row")
                .objective((batch, random) -> {
                    parameters.refresh();
                    return rule.value(batch.x(), random);
                })
                .way("learning(" + learning + ")");
    }

    /** The means, which are the first rows of base rates. */
    private static List<FMatrixRMaj> offsets(List<FMatrixRMaj> rates) {
        return rates.stream().map(each -> new Visible(null, each).means()).toList();
    }

    private void regularise(DbmParameters parameters, DbmRule rule, FMatrixRMaj[] means) {
        for (int l = 0; l < rule.units.top(); l++) {
            if (weightDecay > 0) {
                Param w = parameters.moved.get(l);
                CommonOps_FDRM.addEquals(w.gradient(), (float) weightDecay, w.value());
            }
            if (sparsityCost > 0) {
                rule.sparse(l + 1, means, sparsityTargets[l], sparsityCost);
            }
        }
    }

    private Dbm machine(DbmParameters parameters, Visible start, Dataset seen, Card card, History history) {
        parameters.refresh();
        DbmUnits copy = parameters.units.copy();
        MeanField field = new MeanField(copy, iterations, tolerance);
        return new Dbm(
                copy,
                rates(field, copy, start.rates(), seen),
                iterations,
                tolerance,
                card.course(history, seen.rows(), "nats per row").summary(history));
    }

    /**
     * The means of all layers in the mean field of rows of the data, at equal distances where there are more than so many; of Gaussian visible
     * units the rates as they are known.
     */
    static List<FMatrixRMaj> rates(MeanField field, DbmUnits units, FMatrixRMaj visible, Dataset seen) {
        return rates(field, units, visible, seen, RATED_ROWS);
    }

    private static List<FMatrixRMaj> rates(
            MeanField field, DbmUnits units, FMatrixRMaj visible, Dataset data, int most) {
        List<double[]> sums = new ArrayList<>();
        for (int l = 0; l <= units.top(); l++) {
            sums.add(new double[units.width(l)]);
        }
        int rows = Math.min(most, data.rows());
        eachBlock(data, rows, (at, v) -> {
            field.run(v);
            for (int l = 0; l < sums.size(); l++) {
                FMatrixRMaj q = field.means()[l];
                double[] sum = sums.get(l);
                for (int k = 0; k < q.getNumElements(); k++) {
                    sum[k % sum.length] += q.data[k] / rows;
                }
            }
        });
        List<FMatrixRMaj> rates = new ArrayList<>();
        for (int l = 0; l < sums.size(); l++) {
            double[] sum = sums.get(l);
            FMatrixRMaj mean = new FMatrixRMaj(1, sum.length);
            for (int j = 0; j < sum.length; j++) {
                mean.data[j] = (float) Math.min(1, sum[j]);
            }
            rates.add(l == 0 && units.gaussian() ? visible : mean);
        }
        return rates;
    }

    private interface Block {
        void rows(int at, FMatrixRMaj v);
    }

    private static void eachBlock(Dataset data, int count, Block block) {
        int[] order = new int[count];
        Arrays.setAll(order, i -> (int) ((long) i * data.rows() / count));
        FMatrixRMaj v = new FMatrixRMaj(0, data.dim());
        SplittableRandom rng = new SplittableRandom(0);
        for (int from = 0; from < count; from += ROWS) {
            Interrupts.check("Dbm.fit");
            data.copyRows(order, from, Math.min(ROWS, count - from), v, rng);
            block.rows(from, v);
        }
    }
}

package lvm.boltzmann;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.model.Card;
import lvm.model.EnergyLikelihood;
import lvm.model.GenerativeModel;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.LogPartition;
import lvm.model.LogPartition.Kind;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.nn.NetworkFactory;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A deep Boltzmann machine: D visible units v and two hidden layers h₁, h₂ of binary units or more, each connected with its neighbours,
 *
 * <p>E(v, h) = −b₀ᵀv − Σₗ bₗᵀhₗ − vᵀW₁h₁ − Σₗ hₗ₋₁ᵀWₗhₗ, p(v, h) = e^−E(v, h)/Z,
 *
 * <p>W₁ is D×H₁, W₂ is H₁×H₂. Given its neighbours the units of a layer are independent, with the logits bₗ + hₗ₋₁Wₗ + hₗ₊₁Wₗ₊₁ᵀ, so that
 * the machine is a restricted one between the layers of even and of odd number ({@link #toRbm}).
 *
 * <p>Neither p(h | v) nor p(v) can be had in closed form. The posterior is approximated by the mean field Q(h) = Π qₗⱼ, the fixed point of
 * qₗ = σ(bₗ + qₗ₋₁Wₗ + qₗ₊₁Wₗ₊₁ᵀ), which maximises the lower bound
 *
 * <p>log p(v) ≥ −E_Q[E(v, h)] + H(Q) − log Z.
 *
 * <p>With real-valued visible units ({@link VisibleUnits#GAUSSIAN}) −b₀ᵀv − vᵀW₁h₁ becomes Σᵢ (vᵢ − b₀ᵢ)²/(2σᵢ²) − Σᵢⱼ vᵢ W₁ᵢⱼ h₁ⱼ/σᵢ², as in
 * {@link Rbm}; parameters, densities and draws are in the units of the data, whose columns the machine standardises.
 *
 * <p>R. Salakhutdinov and G. E. Hinton (2009), Deep Boltzmann machines. Log Z is exact by {@link #logPartition} where a block of layers is
 * small, and stands between two estimates by {@link PartitionBracket#of(Dbm)} where it is not. Immutable.
 */
public final class Dbm extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasEncoder<FMatrixRMaj> {
    /** The sweeps of Gibbs sampling that {@link #sample} takes from its start to its draws. */
    public static final int DEFAULT_SWEEPS = 1000;

    private static final String MEAN_FIELD = "Dbm.meanField";
    private static final String FREE_ENERGY = "Dbm.variationalFreeEnergy";
    private static final String BOUND = "Dbm.bound";
    private static final String TIGHTER_BOUND = "Dbm.tighterBound";

    private final DbmUnits units;
    private final List<FMatrixRMaj> rates; // 1×H of each layer; null for a machine of given parameters
    private final int iterations;
    private final double tolerance;

    Dbm(DbmUnits units, List<FMatrixRMaj> rates, int iterations, double tolerance, ModelSummary summary) {
        super(summary);
        this.units = units;
        this.rates = rates;
        this.iterations = iterations;
        this.tolerance = tolerance;
    }

    /**
     * A machine of given parameters.
     *
     * @param weights W₁, W₂, …, at least two matrices of finite numbers, of which each has as many rows as the one before has columns; copied
     * @param biases b₀ of the visible units, b₁, …, one row each; copied
     * @return the machine; its mean field makes up to 100 updates, until no mean changes by more than 10⁻⁶
     * @throws IllegalArgumentException if the shapes do not fit, there are fewer than two weight matrices, or a number is not finite
     */
    public static Dbm of(List<FMatrixRMaj> weights, List<FMatrixRMaj> biases) {
        return of(weights, biases, new int[0]);
    }

    /**
     * A machine some of whose visible units form groups, of which exactly one unit is on, see
     * {@link Rbm#of(FMatrixRMaj, FMatrixRMaj, FMatrixRMaj, int...)}: with one for the label it classifies ({@link #classifier}).
     *
     * @param weights W₁, W₂, … as in {@link #of(List, List)}; copied
     * @param biases b₀, b₁, …; copied
     * @param groups the sizes of the groups, which are the last of the D units in this order; each at least 2
     * @return the machine, with the mean field of {@link #of(List, List)}
     * @throws IllegalArgumentException as {@link #of(List, List)}, or if a group is too small or there are more units in groups than there are
     *     units
     */
    public static Dbm of(List<FMatrixRMaj> weights, List<FMatrixRMaj> biases, int... groups) {
        DbmUnits.require("Dbm.of", weights, biases);
        BinaryLayer.requireGroups("Dbm.of", groups, weights.get(0).numRows);
        VisibleLayer visible = new BinaryLayer(weights.get(0).numRows, groups);
        return of(DbmUnits.of(visible, DbmUnits.copies(weights), DbmUnits.copies(biases)));
    }

    /**
     * A machine with Gaussian visible units.
     *
     * @param weights W₁ of the energy with W₁/σ², W₂, … as in {@link #of(List, List)}; copied
     * @param biases b₀ of the visible units, b₁, …, one row each; copied
     * @param variances σ², 1×D numbers above 0; copied
     * @return the machine, whose columns are not standardised; its mean field is that of {@link #of(List, List)}
     * @throws IllegalArgumentException as {@link #of(List, List)}, or if a variance is out of range
     */
    public static Dbm gaussian(List<FMatrixRMaj> weights, List<FMatrixRMaj> biases, FMatrixRMaj variances) {
        String where = "Dbm.gaussian";
        DbmUnits.require(where, weights, biases);
        RbmUnits lowest = GaussianLayer.units(where, weights.get(0), biases.get(0), biases.get(1), variances);
        List<FMatrixRMaj> w = new ArrayList<>(DbmUnits.copies(weights));
        List<FMatrixRMaj> b = new ArrayList<>(DbmUnits.copies(biases));
        w.set(0, lowest.w());
        b.set(0, lowest.b());
        return of(DbmUnits.of(lowest.layer(), w, b));
    }

    private static Dbm of(DbmUnits units) {
        int[] widths = units.weights().stream().mapToInt(w -> w.numCols).toArray();
        return new Dbm(units, null, 100, 1e-6, card(units.width(0), widths).summary(History.closedForm()));
    }

    static Card card(int visible, int[] hidden) {
        return Card.of("Dbm").setting("visible units", visible).setting("hidden units", Arrays.toString(hidden));
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden layers must be set
     */
    public static DbmBuilder builder() {
        return new DbmBuilder();
    }

    /**
     * Reads a machine.
     *
     * @param file a file of {@link #save(Path)}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static Dbm load(Path file) {
        return Models.load(file, Dbm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("iterations", iterations).put("tolerance", tolerance).put("has rates", rates != null);
        units.store(data);
        for (int l = 0; rates != null && l <= units.top(); l++) {
            data.put("rates" + l, rates.get(l));
        }
    }

    static Dbm read(ModelData data) {
        DbmUnits units = DbmUnits.read(data);
        List<FMatrixRMaj> rates = data.flag("has rates") ? new ArrayList<>() : null;
        for (int l = 0; rates != null && l <= units.top(); l++) {
            rates.add(data.floats("rates" + l));
        }
        return new Dbm(units, rates, data.integer("iterations"), data.number("tolerance"), data.summary());
    }

    DbmUnits units() {
        return units;
    }

    @Override
    public int dim() {
        return units.width(0);
    }

    /** {@return the numbers of hidden units, the lowest layer first} */
    public int[] hidden() {
        int[] hidden = new int[units.top()];
        Arrays.setAll(hidden, l -> units.width(l + 1));
        return hidden;
    }

    /** {@return the sizes of the groups of visible units of which exactly one is on, the last of the D units; mostly none} */
    public int[] groups() {
        return units.visible().groups();
    }

    /** {@return the kind of the visible units} */
    public VisibleUnits visibleUnits() {
        return units.gaussian() ? VisibleUnits.GAUSSIAN : VisibleUnits.BINARY;
    }

    /** {@return the variances σ² of Gaussian visible units given h₁, 1×D, a copy; empty for binary units} */
    public Optional<FMatrixRMaj> variances() {
        return units.visible() instanceof GaussianLayer layer
                ? Optional.of(layer.publishedVariances())
                : Optional.empty();
    }

    /** {@return the number of units in the highest layer} */
    @Override
    public int latentDim() {
        return units.width(units.top());
    }

    /**
     * The weights below a hidden layer.
     *
     * @param layer from 1 for those between the visible units and the lowest hidden layer
     * @return Wₗ, a copy
     * @throws IllegalArgumentException if there is no such layer
     */
    public FMatrixRMaj weights(int layer) {
        int index = requireLayer("Dbm.weights", layer) - 1;
        return (index == 0 ? published().w() : units.weights().get(index)).copy();
    }

    /**
     * The biases of a layer.
     *
     * @param layer from 0 for the visible units
     * @return bₗ, one row, a copy
     * @throws IllegalArgumentException if there is no such layer
     */
    public FMatrixRMaj bias(int layer) {
        int index = layer == 0 ? 0 : requireLayer("Dbm.bias", layer);
        return (index == 0
                        ? published().b()
                        : index == 1 ? published().c() : units.biases().get(index))
                .copy();
    }

    private RbmUnits published() {
        return units.visible().published(units.lowest());
    }

    int requireLayer(String where, int layer) {
        if (layer < 1 || layer > units.top()) {
            throw new IllegalArgumentException(
                    where + ": layer is " + layer + ", expected from 1 to " + units.top() + ", the hidden layers");
        }
        return layer;
    }

    /**
     * The means of the units of a layer in the mean field of the data that the machine was fitted to, where annealing starts.
     *
     * @param layer from 0 for the visible units
     * @return one row, and of Gaussian units a second one with their variances in the data; a copy, empty for a machine of given parameters
     * @throws IllegalArgumentException if there is no such layer
     */
    public Optional<FMatrixRMaj> baseRates(int layer) {
        int index = layer == 0 ? 0 : requireLayer("Dbm.baseRates", layer);
        return Optional.ofNullable(rates).map(all -> units.layers().get(index).ratesBack(all.get(index)));
    }

    List<FMatrixRMaj> knownRates(String where) {
        if (rates == null) {
            throw new IllegalStateException(where + ": a machine of given parameters knows no data;"
                    + " call withBaseRates(data) with the training data");
        }
        return rates;
    }

    /**
     * The same machine with base rates, the means of the mean field of a data set.
     *
     * @param data the training data, with the columns of the model, matched by name where both have names; not modified
     * @return a machine with the same parameters
     * @throws IllegalArgumentException if there is no row, a value is out of range, or as {@link #observations(Dataset)}
     */
    public Dbm withBaseRates(Dataset data) {
        Require.atLeast("Dbm.withBaseRates", "the number of rows", 1, data.rows());
        Dataset rows = data.matching(columns(), "Dbm");
        FMatrixRMaj visible = units.visible().rates("Dbm.withBaseRates", rows, null);
        return new Dbm(
                units,
                DbmBuilder.rates(
                        field(), units, visible, units.visible().scaling().of(rows)),
                iterations,
                tolerance,
                summary());
    }

    /** Rows as the visible units see them. */
    private FMatrixRMaj seen(String where, FMatrixRMaj x) {
        return units.visible().seen(where, x);
    }

    /** Rows of a data set as the visible units see them, standardised before they are rounded to floats. */
    FMatrixRMaj seen(String where, Dataset data) {
        FMatrixRMaj x = units.visible().scaling().rows(where, data.matching(columns(), "Dbm"), dim());
        units.visible().require(where, x);
        return x;
    }

    // --- inference

    private DbmInference inference() {
        return new DbmInference(units, field());
    }

    private MeanField field() {
        return new MeanField(units, iterations, tolerance);
    }

    /**
     * The mean field of every row, qₗ = E_Q[hₗ].
     *
     * @param x n×D numbers, from 0 to 1 for binary units; not modified
     * @return the means of all hidden layers
     * @throws IllegalArgumentException if x has another number of columns, or a number out of range
     */
    public MeanFieldPosterior meanField(FMatrixRMaj x) {
        return inference().posterior(seen(MEAN_FIELD, x));
    }

    /**
     * The mean field of the rows of a data set, see {@link #meanField(FMatrixRMaj)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return the means of all hidden layers
     * @throws IllegalArgumentException as {@link #meanField(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public MeanFieldPosterior meanField(Dataset data) {
        return inference().posterior(seen(MEAN_FIELD, data));
    }

    /**
     * The means of the highest layer in the mean field of every row.
     *
     * @param x n×D numbers, from 0 to 1 for binary units; not modified
     * @return n×H means
     * @throws IllegalArgumentException if x has another number of columns, or a number out of range
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        return meanField(x).layer(units.top());
    }

    @Override
    public FMatrixRMaj encode(Dataset data) {
        return meanField(data).layer(units.top());
    }

    /**
     * The variational free energy of every row, E_Q[E(v, h)] − H(Q) at the mean field: −log p(v) − log Z plus KL(Q ‖ p(h | v)), so never
     * below the free energy itself.
     *
     * @param x n×D numbers, from 0 to 1 for binary units; not modified
     * @return n values, nats
     * @throws IllegalArgumentException if x has another number of columns, or a number out of range
     */
    public double[] variationalFreeEnergy(FMatrixRMaj x) {
        return inference().freeEnergies(seen(FREE_ENERGY, x));
    }

    /**
     * The variational free energy of the rows of a data set, see {@link #variationalFreeEnergy(FMatrixRMaj)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n values, nats
     * @throws IllegalArgumentException as {@link #variationalFreeEnergy(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public double[] variationalFreeEnergy(Dataset data) {
        return inference().freeEnergies(seen(FREE_ENERGY, data));
    }

    /**
     * The mean of the bound of the mean field, −E_Q[E(v, h)] + H(Q) − log Z ≤ log p(v). What it is depends on log Z: with the exact one
     * a lower bound, with an upper bound in expectation a lower one in expectation, with a lower bound or an estimate of log Z an estimate,
     * which may be above log p(v).
     *
     * @param x n×D numbers, from 0 to 1 for binary units, at least one row; not modified
     * @param logPartition what is known of log Z
     * @return nats per row
     * @throws IllegalArgumentException as {@link #variationalFreeEnergy(FMatrixRMaj)}, or if there is no row
     */
    public EnergyLikelihood bound(FMatrixRMaj x, LogPartition logPartition) {
        return bound(BOUND, inference().freeEnergies(seen(BOUND, x)), logPartition);
    }

    /**
     * The mean of the bound of the mean field over the rows of a data set, see {@link #bound(FMatrixRMaj, LogPartition)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @param logPartition what is known of log Z
     * @return nats per row
     * @throws IllegalArgumentException as {@link #bound(FMatrixRMaj, LogPartition)} and {@link #observations(Dataset)}
     */
    public EnergyLikelihood bound(Dataset data, LogPartition logPartition) {
        return bound(BOUND, inference().freeEnergies(seen(BOUND, data)), logPartition);
    }

    private static EnergyLikelihood bound(String where, double[] f, LogPartition logPartition) {
        Require.atLeast(where, "the number of rows", 1, f.length);
        Kind kind = logPartition.kind() == Kind.EXACT || logPartition.kind() == Kind.UPPER_BOUND
                ? Kind.LOWER_BOUND
                : Kind.ESTIMATE;
        double mean = -Arrays.stream(f).average().orElseThrow();
        return new EnergyLikelihood(mean - logPartition.nats(), kind, f.length, logPartition);
    }

    /**
     * The mean of a tighter bound, which takes the mean field for the layers of odd number only and sums those of even number out:
     * E_Q[log Σ e^−E(v, h)] + H(Q) − log Z over the odd layers. It stands between {@link #bound} and log p(v), and is estimated without bias
     * by draws from Q.
     *
     * @param x n×D numbers, from 0 to 1 for binary units, at least one row; not modified
     * @param logPartition what is known of log Z
     * @param draws from Q for each row, at least 1
     * @param seed of the draws
     * @return nats per row, of the kind of {@link #bound}
     * @throws IllegalArgumentException as {@link #bound(FMatrixRMaj, LogPartition)}, or if there is no draw
     */
    public EnergyLikelihood tighterBound(FMatrixRMaj x, LogPartition logPartition, int draws, long seed) {
        return bound(TIGHTER_BOUND, inference().tighter(seen(TIGHTER_BOUND, x), draws, seed), logPartition);
    }

    /**
     * The mean of a tighter bound over the rows of a data set, see {@link #tighterBound(FMatrixRMaj, LogPartition, int, long)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @param logPartition what is known of log Z
     * @param draws from Q for each row, at least 1
     * @param seed of the draws
     * @return nats per row, of the kind of {@link #bound}
     * @throws IllegalArgumentException as {@link #tighterBound(FMatrixRMaj, LogPartition, int, long)} and {@link #observations(Dataset)}
     */
    public EnergyLikelihood tighterBound(Dataset data, LogPartition logPartition, int draws, long seed) {
        return bound(TIGHTER_BOUND, inference().tighter(seen(TIGHTER_BOUND, data), draws, seed), logPartition);
    }

    /**
     * Fills missing inputs: rows whose entries NaN are missing, and get the means of the mean field in which they are units as those of the
     * hidden layers, given the other entries.
     *
     * @param x n×D numbers, from 0 to 1 for binary units, NaN where missing; not modified
     * @return n×D, the same where nothing was missing and means elsewhere
     * @throws IllegalArgumentException if x has another number of columns, or a number out of range
     */
    public FMatrixRMaj complete(FMatrixRMaj x) {
        Require.columns("Dbm.complete", "x", x, dim());
        return inference().complete(x);
    }

    /**
     * Fills missing inputs of the rows of a data set, see {@link #complete(FMatrixRMaj)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, NaN where missing; not modified
     * @return n×D, the same where nothing was missing and means elsewhere
     * @throws IllegalArgumentException as {@link #complete(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public FMatrixRMaj complete(Dataset data) {
        return complete(observations(data));
    }

    // --- as a classifier, and as the start of one

    /**
     * A classifier of rows without the last group of visible units, which is the label: it compares the bounds of the K rows that a label makes
     * of each, p̂(y | x) ∝ e^−F(x, y) with the variational free energy F. That is p(y | x) where the mean field is the posterior;
     * {@link EnumeratedDbm#classifier} has it exactly.
     *
     * @return the classifier
     * @throws IllegalArgumentException if there is no group
     */
    public DbmClassifier classifier() {
        return new DbmClassifier(this, false);
    }

    /**
     * Rows for {@link #toNetwork}: the visible units, and beside them the means of the highest layer in their mean field, which stand for what
     * the first hidden layer gets from above.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n rows of D + H₂ numbers, with the labels of the data
     * @throws IllegalArgumentException as {@link #meanField(Dataset)}, or if there are more than two hidden layers
     */
    public Dataset withTop(Dataset data) {
        requireTwoLayers("Dbm.withTop");
        return DbmNetwork.rows(observations(data), encode(data)).withLabelsOf(data);
    }

    /**
     * Networks that begin as this machine, for discriminative fine tuning on rows of {@link #withTop}: h₁ = σ(b₁ + v W₁ + q₂ W₂ᵀ),
     * h₂ = σ(b₂ + h₁ W₂), and a last layer at random. At their start h₁ and h₂ are another update of the mean field. R. Salakhutdinov and
     * G. E. Hinton (2009), section 3.3.
     *
     * @return makes networks from D + H₂ numbers, each with copies of the parameters
     * @throws IllegalArgumentException if there are more than two hidden layers
     */
    public NetworkFactory toNetwork() {
        requireTwoLayers("Dbm.toNetwork");
        return DbmNetwork.of(units);
    }

    private void requireTwoLayers(String where) {
        if (units.top() != 2) {
            throw new IllegalArgumentException(where + ": a machine of " + units.top() + " hidden layers, expected 2");
        }
    }

    // --- as a restricted machine

    /**
     * The same distribution as a restricted machine, whose visible units are those of the layers of even number beside each other, the
     * visible layer first, and whose hidden units are those of odd number. With two hidden layers its weights are W₁ above W₂ᵀ.
     *
     * @return the machine, with the base rates of this one where it has any
     * @throws IllegalArgumentException if the visible units are Gaussian or in groups: those of a restricted machine have no bits behind them
     */
    public Rbm toRbm() {
        if (!units.bits()) {
            throw new IllegalArgumentException("Dbm.toRbm: the visible units are "
                    + (units.gaussian() ? "Gaussian" : "in groups")
                    + ", and h₂ beside them is not; expected bits");
        }
        RbmUnits both = units.bipartite(0, false);
        Rbm rbm = Rbm.of(both.w(), both.b(), both.c());
        return rates == null ? rbm : rbm.withBaseRates(units.joined(0, false, rates::get));
    }

    /**
     * Log Z by a sum over all states of the smaller block of layers, those of odd or those of even number.
     *
     * @return log Z, exact up to rounding
     * @throws IllegalArgumentException if the smaller block has more than {@value EnumeratedRbm#MAX_UNITS} units; the message says
     *     how long it would take
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public LogPartition logPartition() {
        return new LayerSums(units.bipartite(0, false), (done, total) -> {}).logPartition();
    }

    /**
     * The machine with its exact distributions.
     *
     * @return log p(v), the means of the posterior and exact draws
     * @throws IllegalArgumentException as {@link #logPartition()}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public EnumeratedDbm enumerated() {
        return new EnumeratedDbm(this);
    }

    // --- chains

    /**
     * Draws by chains of their own, which begin at the base rates (at fair coins, or at units without the hidden ones, where none are known) and make {@value #DEFAULT_SWEEPS}
     * sweeps of block Gibbs sampling: independent of each other, and near p(v) as far as such chains mix.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D states of the visible units
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        return sample(n, DEFAULT_SWEEPS, rng);
    }

    /**
     * Draws by chains of a given length, see {@link #sample(int, RandomGenerator)}.
     *
     * @param n the number of draws, at least 0
     * @param sweeps the sweeps from the start to the draws, at least 1
     * @param rng the source of randomness; advanced
     * @return n×D states of the visible units
     * @throws IllegalArgumentException if a number is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj sample(int n, int sweeps, RandomGenerator rng) {
        return chains("Dbm.sample", n, sweeps, rng, false);
    }

    /**
     * The means of the visible units at the ends of such chains, E[v | h₁], which are easier to look at than bits.
     *
     * @param n the number of draws, at least 0
     * @param sweeps the sweeps from the start to the draws, at least 1
     * @param rng the source of randomness; advanced
     * @return n×D probabilities, or means
     * @throws IllegalArgumentException if a number is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj sampleMeans(int n, int sweeps, RandomGenerator rng) {
        return chains("Dbm.sampleMeans", n, sweeps, rng, true);
    }

    private FMatrixRMaj chains(String where, int n, int sweeps, RandomGenerator rng, boolean means) {
        Require.atLeast(where, "n", 0, n);
        Require.atLeast(where, "sweeps", 1, sweeps);
        FMatrixRMaj[] x = DbmRule.start(units, rates, n, rng);
        new DbmGibbs(units).run(where, x, sweeps, means, rng);
        return units.visible().scaling().back(x[0]);
    }
}

package lvm.boltzmann;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.distribution.Enumeration;
import lvm.linalg.VectorMath;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.Chain;
import lvm.mcmc.Transition;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasDecoder;
import lvm.model.HasEnergy;
import lvm.model.History;
import lvm.model.LogPartition;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.nn.HasEncoderLayers;
import lvm.nn.Linear;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A restricted Boltzmann machine of D visible and H hidden units, which are connected with each other and not among themselves. Of binary
 * units:
 *
 * <p>E(v, h) = −bᵀv − cᵀh − vᵀW h, p(v, h) = e^−E(v, h)/Z, v ∈ {0, 1}ᴰ, h ∈ {0, 1}ᴴ, W is D×H.
 *
 * <p>Given the units of one layer those of the other are independent, p(hⱼ = 1 | v) = σ(cⱼ + Σᵢ vᵢ Wᵢⱼ) and
 * p(vᵢ = 1 | h) = σ(bᵢ + Σⱼ Wᵢⱼ hⱼ), and the sum over h is a closed form, the free energy
 *
 * <p>F(v) = −bᵀv − Σⱼ log(1 + exp(cⱼ + Σᵢ vᵢ Wᵢⱼ)), p(v) = e^−F(v)/Z.
 *
 * <p>With real-valued visible units, v ∈ ℝᴰ ({@link VisibleUnits#GAUSSIAN}, the Gaussian–Bernoulli machine), the energy is the one that has W/σ²:
 *
 * <p>E(v, h) = Σᵢ (vᵢ − bᵢ)²/(2σᵢ²) − cᵀh − Σᵢⱼ vᵢ Wᵢⱼ hⱼ/σᵢ², vᵢ | h ~ N(bᵢ + Σⱼ Wᵢⱼ hⱼ, σᵢ²), p(hⱼ = 1 | v) = σ(cⱼ + Σᵢ vᵢ Wᵢⱼ/σᵢ²),
 *
 * <p>so that p(v) is a mixture of 2ᴴ Gaussians with one diagonal covariance. K. Cho, A. Ilin and T. Raiko (2011), Improved learning of
 * Gaussian-Bernoulli restricted Boltzmann machines; where W/σ is used instead, its weights are Wᵢⱼ/σᵢ. Columns are standardised by the
 * machine ({@link RbmBuilder#standardize}); parameters, energies, densities, rates and draws are in the units of the data.
 *
 * <p>P. Smolensky (1986), Information processing in dynamical systems; Y. Freund and D. Haussler (1991); G. E. Hinton (2002),
 * Training products of experts by minimizing contrastive divergence. Log Z is exact by {@link #logPartition()} where one layer is
 * small, and stands between two estimates by {@link PartitionBracket} where it is not. Energies add up in double precision.
 * Immutable.
 */
public final class Rbm extends SavedModel
        implements SinglePrecision,
                GenerativeModel<FMatrixRMaj>,
                HasEnergy<FMatrixRMaj>,
                HasEncoderLayers,
                HasDecoder<FMatrixRMaj> {
    /** The sweeps of Gibbs sampling that {@link #sample} takes from its start to its draws. */
    public static final int DEFAULT_SWEEPS = 1000;

    private final RbmUnits units;
    private final FMatrixRMaj rates; // as the layer sees them, or null

    Rbm(RbmUnits units, FMatrixRMaj rates, ModelSummary summary) {
        super(summary);
        this.units = units;
        this.rates = rates;
    }

    /**
     * A machine of given parameters.
     *
     * <p>Weights of another program: {@code Rbm.of(file.floats("W"), …)} with {@code Safetensors file = Safetensors.read(path)}.
     *
     * @param weights W, D×H finite numbers; copied
     * @param visibleBias b, 1×D finite numbers; copied
     * @param hiddenBias c, 1×H finite numbers; copied
     * @return the machine; its history is a closed form's
     * @throws IllegalArgumentException if the shapes do not fit, a layer is empty, or a number is not finite
     */
    public static Rbm of(FMatrixRMaj weights, FMatrixRMaj visibleBias, FMatrixRMaj hiddenBias) {
        return of(weights, visibleBias, hiddenBias, new int[0]);
    }

    /**
     * A machine some of whose visible units form groups, of which exactly one unit is on: a class beside the bits of an image, say. The
     * sum over the states of a group has as many terms as it has units, and given h the group has the softmax of their logits.
     *
     * @param weights W, D×H finite numbers; copied
     * @param visibleBias b, 1×D finite numbers; copied
     * @param hiddenBias c, 1×H finite numbers; copied
     * @param groups the sizes of the groups, which are the last of the D units in this order; each at least 2
     * @return the machine; its history is a closed form's
     * @throws IllegalArgumentException as {@link #of(FMatrixRMaj, FMatrixRMaj, FMatrixRMaj)}, or if a group is too small or there are more
     *     units in groups than there are units
     */
    public static Rbm of(FMatrixRMaj weights, FMatrixRMaj visibleBias, FMatrixRMaj hiddenBias, int... groups) {
        BinaryLayer.requireGroups("Rbm.of", groups, weights.numRows);
        return of(new RbmUnits(
                        weights.copy(), visibleBias.copy(), hiddenBias.copy(), new BinaryLayer(weights.numRows, groups))
                .checked("Rbm.of"));
    }

    /**
     * A machine with Gaussian visible units.
     *
     * @param weights W of the energy with W/σ², D×H finite numbers; copied
     * @param visibleBias b, 1×D finite numbers; copied
     * @param hiddenBias c, 1×H finite numbers; copied
     * @param variances σ², 1×D numbers above 0; copied
     * @return the machine, whose columns are not standardised; its history is a closed form's
     * @throws IllegalArgumentException if shapes do not fit, or a number is not finite or a variance not above 0
     */
    public static Rbm gaussian(
            FMatrixRMaj weights, FMatrixRMaj visibleBias, FMatrixRMaj hiddenBias, FMatrixRMaj variances) {
        return of(GaussianLayer.units("Rbm.gaussian", weights, visibleBias, hiddenBias, variances));
    }

    private static Rbm of(RbmUnits units) {
        return new Rbm(units, null, card(units.visible(), units.hidden()).summary(History.closedForm()));
    }

    static Card card(int visible, int hidden) {
        return Card.of("Rbm").setting("visible units", visible).setting("hidden units", hidden);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden units must be set
     */
    public static RbmBuilder builder() {
        return new RbmBuilder();
    }

    /**
     * Reads a machine.
     *
     * @param file a file of {@link #save(Path)}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static Rbm load(Path file) {
        return Models.load(file, Rbm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("w", units.w()).put("b", units.b()).put("c", units.c());
        units.layer().store(data);
        data.put("has rates", rates != null);
        if (rates != null) {
            data.put("rates", rates);
        }
    }

    static Rbm read(ModelData data) {
        FMatrixRMaj rates = data.flag("has rates") ? data.floats("rates") : null;
        FMatrixRMaj w = data.floats("w");
        VisibleLayer layer = VisibleLayer.read(data, w.numRows);
        return new Rbm(new RbmUnits(w, data.floats("b"), data.floats("c"), layer), rates, data.summary());
    }

    @Override
    public int dim() {
        return units.visible();
    }

    /** {@return the sizes of the groups of visible units of which exactly one is on, the last of the D units; mostly none} */
    public int[] groups() {
        return units.layer().groups();
    }

    /** {@return the number of hidden units, H} */
    @Override
    public int latentDim() {
        return units.hidden();
    }

    /** {@return the weights W, D×H, a copy; column j is the filter of hidden unit j} */
    public FMatrixRMaj weights() {
        return units.layer().published(units).w().copy();
    }

    /** {@return the biases b of the visible units, 1×D, a copy} */
    public FMatrixRMaj visibleBias() {
        return units.layer().published(units).b().copy();
    }

    /** {@return the biases c of the hidden units, 1×H, a copy} */
    public FMatrixRMaj hiddenBias() {
        return units.layer().published(units).c().copy();
    }

    /** {@return the kind of the visible units} */
    public VisibleUnits visibleUnits() {
        return variances().isEmpty() ? VisibleUnits.BINARY : VisibleUnits.GAUSSIAN;
    }

    /** {@return the variances σ² of Gaussian visible units given the hidden ones, 1×D, a copy; empty for binary units} */
    public Optional<FMatrixRMaj> variances() {
        return units.layer() instanceof GaussianLayer layer
                ? Optional.of(layer.publishedVariances())
                : Optional.empty();
    }

    /**
     * What the data that the machine was fitted to say of its units alone, where annealing starts.
     *
     * @return their means, 1×D, and of Gaussian units a second row with their variances; a copy, empty for a machine of given parameters
     */
    public Optional<FMatrixRMaj> baseRates() {
        return Optional.ofNullable(rates).map(units.layer()::ratesBack);
    }

    RbmUnits units() {
        return units;
    }

    /** Rows of a data set as the visible units see them, standardised before they are rounded to floats. */
    FMatrixRMaj seen(String where, Dataset data) {
        FMatrixRMaj v = units.layer().scaling().rows(where, data.matching(columns(), "Rbm"), dim());
        units.layer().require(where, v);
        return v;
    }

    // --- energies

    /**
     * The energy E(v, h) of every row of visible and hidden units.
     *
     * @param v n×D numbers, from 0 to 1 for binary units; not modified
     * @param h n×H numbers from 0 to 1; not modified
     * @return n values in nats
     * @throws IllegalArgumentException if a shape does not fit or a number is out of range
     */
    public double[] energy(FMatrixRMaj v, FMatrixRMaj h) {
        FMatrixRMaj seen = units.layer().seen("Rbm.energy", v);
        Require.unitInterval("Rbm.energy", "h", h, latentDim());
        if (v.numRows != h.numRows) {
            throw new IllegalArgumentException(
                    "Rbm.energy: v has " + v.numRows + " rows and h " + h.numRows + ", expected as many");
        }
        return units.energy(seen, h);
    }

    /**
     * The free energy F(v) = −log Σ_h e^−E(v, h) of every row. For binary units grey levels are taken as they are: the softplus is
     * convex, so that F of a grey image is at least the mean of F over images drawn with the grey levels as probabilities.
     *
     * @param v n×D numbers, from 0 to 1 for binary units; not modified
     * @return n values in nats
     * @throws IllegalArgumentException if v has another number of columns, or a number out of range
     */
    @Override
    public double[] freeEnergy(FMatrixRMaj v) {
        return LayerSums.freeEnergy(units, units.layer().seen("Rbm.freeEnergy", v));
    }

    @Override
    public double[] freeEnergy(Dataset data) {
        return LayerSums.freeEnergy(units, seen("Rbm.freeEnergy", data));
    }

    /**
     * The log pseudo-likelihood of every row, Σᵢ log p(vᵢ | all other visible units), exact and without Z. J. Besag (1975). For
     * bits it is log σ(F(v with bit i flipped) − F(v)), summed over the D units: a row against a row, not a unit.
     *
     * @param v n×D zeros and ones; not modified
     * @return n values in nats, summed over the D units
     * @throws IllegalArgumentException if v has another number of columns, or something else than 0 and 1; or if the units are Gaussian
     */
    public double[] logPseudoLikelihood(FMatrixRMaj v) {
        units.layer().requireBits("Rbm.logPseudoLikelihood", v);
        return new Flips(units).values(Flips.Objective.PSEUDO_LIKELIHOOD, v);
    }

    /**
     * The log pseudo-likelihood of the rows of a data set, see {@link #logPseudoLikelihood(FMatrixRMaj)}.
     *
     * @param data n rows of zeros and ones with the columns of the model, matched by name where both have names; not modified
     * @return n values in nats, summed over the D units
     * @throws IllegalArgumentException as {@link #logPseudoLikelihood(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public double[] logPseudoLikelihood(Dataset data) {
        return logPseudoLikelihood(observations(data));
    }

    // --- conditionals

    /**
     * The means of the hidden units, p(hⱼ = 1 | v): exact, where other models' encoders approximate.
     *
     * @param v n×D numbers, from 0 to 1 for binary units; not modified
     * @return n×H probabilities
     * @throws IllegalArgumentException if v has another number of columns, or a number out of range
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj v) {
        return hiddenMeans(units.layer().seen("Rbm.encode", v));
    }

    @Override
    public FMatrixRMaj encode(Dataset data) {
        return hiddenMeans(seen("Rbm.encode", data));
    }

    FMatrixRMaj hiddenMeans(FMatrixRMaj seen) {
        FMatrixRMaj h = new FMatrixRMaj(seen.numRows, latentDim());
        units.hiddenLogits(seen, h);
        VectorMath.sigmoid(h, h);
        return h;
    }

    /**
     * The means of the visible units, σ(bᵢ + Σⱼ Wᵢⱼ hⱼ), of Gaussian units bᵢ + Σⱼ Wᵢⱼ hⱼ.
     *
     * @param h n×H finite numbers; means of states too; not modified
     * @return n×D probabilities, or means
     * @throws IllegalArgumentException if h has another number of columns, or a number is not finite
     */
    @Override
    public FMatrixRMaj decode(FMatrixRMaj h) {
        Require.columns("Rbm.decode", "h", h, latentDim());
        Require.finite("Rbm.decode", "h", h);
        FMatrixRMaj v = new FMatrixRMaj(h.numRows, dim());
        units.visibleLogits(h, v);
        units.layer().means(v);
        return units.layer().scaling().back(v);
    }

    /**
     * The hidden layer as the first layer of a network: σ(x W + c), with copies of the parameters; W/σ² of Gaussian units.
     *
     * @param name the name of the layer's parameters
     * @return the layer; its parameters are its own
     */
    public Linear toLayer(String name) {
        return new Linear(name, units.layer().filters(units), hiddenBias(), Activation.SIGMOID);
    }

    @Override
    public List<Linear> encoderLayers() {
        return List.of(toLayer("encoder.0"));
    }

    // --- chains

    /**
     * A sweep of block Gibbs sampling, h ~ p(h | v) and then v ~ p(v | h): leaves p(v) invariant, and is reversible as a step of v.
     *
     * @return a transition of n×D states, a chain a row; not thread-safe
     */
    public Transition<FMatrixRMaj> gibbs() {
        return UnitsOfData.of(units.layer().scaling(), new Gibbs(units));
    }

    /**
     * Gibbs–Langevin sampling, for Gaussian visible units: h ~ p(h | v), then Metropolis-adjusted steps from where v is, u′ = (1 − ε²/2) u + ε z
     * with u = (v − E[v | h])/σ and z ~ N(0, I). Leaves p(v) invariant. R. Liao et al. (2022).
     *
     * @param steps of Langevin dynamics, at least 1
     * @param stepSize ε in deviations of a unit, above 0
     * @return a transition of n×D states, whose acceptance is that of the steps; not thread-safe
     * @throws IllegalArgumentException if a number is out of range, or the visible units are binary
     */
    public Transition<FMatrixRMaj> langevin(int steps, double stepSize) {
        RbmLearning.langevin(1, 1, steps, stepSize).requireUnits("Rbm.langevin", visibleUnits());
        return UnitsOfData.of(units.layer().scaling(), new Langevin(units, steps, stepSize));
    }

    /**
     * Parallel tempering along the path of {@link #annealing()}. The rows of a state are as many chains at β₀ = 0 as at each further
     * βₜ = t/(T − 1), those of the machine itself last: n·T rows for n chains. A step is a sweep of Gibbs sampling at every β, and then
     * neighbours change places with the probability that leaves all of these distributions invariant. K. Cho, T. Raiko and A. Ilin
     * (2010).
     *
     * @param temperatures T, at least 2
     * @return a transition of (n T)×D states, whose acceptance is that of the changes; not thread-safe
     * @throws IllegalArgumentException if there are fewer
     * @throws IllegalStateException if the machine was not fitted, and so has no base rates
     */
    public Transition<FMatrixRMaj> tempered(int temperatures) {
        Require.atLeast("Rbm.tempered", "temperatures", 2, temperatures);
        return UnitsOfData.of(
                units.layer().scaling(), new Tempering(new RbmPath(units, base("Rbm.tempered")), temperatures));
    }

    /**
     * Draws by chains of their own, {@value #DEFAULT_SWEEPS} sweeps of Gibbs sampling from the base rates of the data (where none are known from fair
     * coins, or units without the hidden ones): near p(v) as far as they mix. Where a layer is small, {@link #enumerated} has exact draws.
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
     * @param sweeps the sweeps from the start to the draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D states of the visible units
     * @throws IllegalArgumentException if n or sweeps is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj sample(int n, int sweeps, RandomGenerator rng) {
        Require.atLeast("Rbm.sample", "n", 0, n);
        FMatrixRMaj start = units.layer().draws(n, rates, rng);
        Chain<FMatrixRMaj> chain = new Chain<>(new Gibbs(units), start, rng.nextLong());
        chain.run(Require.atLeast("Rbm.sample", "sweeps", 0, sweeps));
        return units.layer().scaling().back(chain.state());
    }

    // --- the partition function

    /** The units of the layer whose states are summed over: the smaller one, the hidden one where visible units are no independent bits. */
    int summedUnits() {
        return units.layer().independentBits() ? Math.min(dim(), latentDim()) : latentDim();
    }

    /**
     * Log Z by a sum over all states of the smaller layer; the other one is summed in closed form. Gaussian units are integrated, so that the sum
     * is over the hidden ones.
     *
     * @return log Z, exact up to rounding
     * @throws IllegalArgumentException if the smaller layer has more than {@value EnumeratedRbm#MAX_UNITS} units; the message says
     *     how long it would take
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public LogPartition logPartition() {
        return logPartition((done, total) -> {});
    }

    /**
     * Log Z by a sum over all states of the smaller layer, see {@link #logPartition()}.
     *
     * @param listener told after each block of states
     * @return log Z, exact up to rounding
     * @throws IllegalArgumentException as {@link #logPartition()}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public LogPartition logPartition(Enumeration.Listener listener) {
        return new LayerSums(units, listener).logPartition();
    }

    /**
     * The machine with its exact distribution over the visible units.
     *
     * @return log p(v) and exact draws
     * @throws IllegalArgumentException as {@link #logPartition()}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public EnumeratedRbm enumerated() {
        return new EnumeratedRbm(this);
    }

    /**
     * The path of annealed importance sampling from independent visible units with the base rates of the data that the machine was
     * fitted to.
     *
     * @return as {@link #annealing(FMatrixRMaj)}
     * @throws IllegalStateException if the machine was not fitted
     */
    public AnnealingPath<FMatrixRMaj> annealing() {
        return annealing(base("Rbm.annealing"));
    }

    VisibleLayer.Base base(String where) {
        if (rates == null) {
            throw new IllegalStateException(where + ": a machine of given parameters knows no data;"
                    + " call withBaseRates(rates) with the means of the visible units in the training data");
        }
        return units.layer().base(rates);
    }

    private AnnealingPath<FMatrixRMaj> annealing(VisibleLayer.Base base) {
        return UnitsOfData.of(units.layer().scaling(), new RbmPath(units, base));
    }

    /**
     * The same machine with base rates.
     *
     * @param rates the means of the visible units in the training data, 1×D numbers from 0 to 1; of Gaussian units 2×D, their means and then
     *     their variances; copied
     * @return a machine with the same parameters
     * @throws IllegalArgumentException if the shape does not fit or a number is out of range
     */
    public Rbm withBaseRates(FMatrixRMaj rates) {
        return new Rbm(units, units.layer().requireRates("Rbm.withBaseRates", rates), summary());
    }

    /**
     * The same energies at another temperature, p(v, h) = e^(−E(v, h)/T)/Z(T): all parameters divided by T; low temperatures gather draws where
     * energies are low. Of Gaussian units the variances are multiplied by T, c is divided by T, and W and b, the means, stay.
     *
     * @param temperature T, above 0
     * @return a machine with the same groups and base rates
     * @throws IllegalArgumentException if it is out of range, or so low that a parameter becomes infinite
     */
    public Rbm withTemperature(double temperature) {
        Require.positive("Rbm.withTemperature", "temperature", temperature);
        RbmUnits warm = units.at(temperature);
        return new Rbm(warm, rates, of(warm).summary());
    }

    /**
     * The same machine with the means of a data set as base rates.
     *
     * @param data the training data, with the columns of the model, matched by name where both have names; not modified
     * @return a machine with the same parameters
     * @throws IllegalArgumentException if there is no row, a value is out of range, or as {@link #observations(Dataset)}
     */
    public Rbm withBaseRates(Dataset data) {
        return new Rbm(units, rates("Rbm.withBaseRates", data), summary());
    }

    private FMatrixRMaj rates(String where, Dataset data) {
        Require.atLeast(where, "the number of rows", 1, data.rows());
        return units.layer().rates(where, data.matching(columns(), "Rbm"), null);
    }

    /**
     * The path of annealed importance sampling from independent visible units,
     *
     * <p>f_β(v) = exp(((1 − β) a + β b)ᵀv) Πⱼ (1 + exp(β (cⱼ + Σᵢ vᵢ Wᵢⱼ))), aᵢ = log(pᵢ/(1 − pᵢ)),
     *
     * <p>Z(0) = 2ᴴ Πᵢ (1 + e^aᵢ), with a step of block Gibbs sampling at each β. R. Salakhutdinov and I. Murray (2008), who recommend
     * base rates of the data: from uniform ones the estimate is far too low, and its standard error does not tell.
     *
     * <p>Of Gaussian units the base is N(m, s²), and f_β has the precisions (1 − β)/s² + β/σ² and linear terms mixed in the same way.
     *
     * @param rates p, 1×D numbers from 0 to 1, clipped to [10⁻⁵, 1 − 10⁻⁵]; of Gaussian units 2×D, m and s²; copied
     * @return the path for chains of n×D states; not thread-safe. Between {@link AnnealingPath#addLogRatio} and a step the state is not
     *     to be modified
     * @throws IllegalArgumentException if the shape does not fit or a number is out of range
     */
    public AnnealingPath<FMatrixRMaj> annealing(FMatrixRMaj rates) {
        return annealing(units.layer().base(units.layer().requireRates("Rbm.annealing", rates)));
    }

    /**
     * The path of annealing from the base rates of a data set, see {@link #annealing(FMatrixRMaj)}.
     *
     * @param data the training data, with the columns of the model, matched by name where both have names; not modified
     * @return the path
     * @throws IllegalArgumentException as {@link #withBaseRates(Dataset)}
     */
    public AnnealingPath<FMatrixRMaj> annealing(Dataset data) {
        return annealing(units.layer().base(rates("Rbm.annealing", data)));
    }

    /**
     * RAISE, a conservative estimate of log p(v) for each row: log of the unbiased estimate of the probability of v under the annealing
     * model, which draws from the base and makes a step of Gibbs sampling at each β. In expectation it is below the log probability
     * under <em>that</em> model, and comes near the machine's as the β get finer; it needs no log Z. Y. Burda, R. Grosse and
     * R. Salakhutdinov (2015).
     *
     * @param v n×D states, zeros and ones of binary units; not modified
     * @param betas inverse temperatures that rise from 0 to 1
     * @param chains for each row, at least 1
     * @param seed of all that is random
     * @return n estimates, nats
     * @throws IllegalArgumentException if v has another number of columns or something else than 0 and 1, or a setting is out of range
     * @throws IllegalStateException if the machine has no base rates
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public double[] raise(FMatrixRMaj v, double[] betas, int chains, long seed) {
        units.layer().requireStates("Rbm.raise", v);
        return RbmPath.raise(units, base("Rbm.raise"), units.layer().scaling().of(v), betas, chains, seed);
    }

    /**
     * RAISE for a data set, see {@link #raise(FMatrixRMaj, double[], int, long)}.
     *
     * @param data n rows of states with the columns of the model, matched by name where both have names
     * @param betas inverse temperatures from 0 to 1
     * @param chains for each row
     * @param seed of all that is random
     * @return n estimates, nats
     * @throws IllegalArgumentException as {@link #raise(FMatrixRMaj, double[], int, long)} and {@link #observations(Dataset)}
     */
    public double[] raise(Dataset data, double[] betas, int chains, long seed) {
        FMatrixRMaj v = seen("Rbm.raise", data);
        units.layer().requireStates("Rbm.raise", v);
        return RbmPath.raise(units, base("Rbm.raise"), v, betas, chains, seed);
    }
}

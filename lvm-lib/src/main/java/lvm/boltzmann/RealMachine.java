package lvm.boltzmann;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.fit.Scaling;
import lvm.linalg.Interrupts;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.Hmc;
import lvm.mcmc.Transition;
import lvm.model.GenerativeModel;
import lvm.model.HasEncoder;
import lvm.model.HasEnergy;
import lvm.model.LogPartition;
import lvm.model.LogPartition.Kind;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A Boltzmann machine of real-valued rows whose hidden units are independent given x, and set the covariance of x, too: p(x) = e^−F(x)/Z with the free energy
 * F(x) = −log ∫ e^−E(x, h) dh (a sum over bits). Given h, x is Gaussian with a precision P(h) and the mean P(h)⁻¹ times a linear function of h.
 *
 * <p>It sees columns with mean 0 and deviation 1 ({@link McRbm.Builder#standardize}), since its energies have no unit of length of their own. Its parameters, its energies
 * and its free energy are those of the columns as it sees them; densities, log Z, means, covariances and draws are in the units of the data.
 *
 * <p>Draws come from Hamiltonian Monte Carlo on F, which needs no covariance. For few hidden units {@link #enumerated} has the exact density and exact draws, in
 * the plane {@link #integrated} has the density by quadrature, and {@link #bracket} estimates log Z from both sides. Immutable.
 */
public abstract sealed class RealMachine extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasEnergy<FMatrixRMaj>, HasEncoder<FMatrixRMaj>
        permits CovarianceMachine, SpikeSlabRbm {
    /** The transitions from the start of {@link #sample} to its draws; in the first half the step size is adapted. */
    public static final int DEFAULT_TRANSITIONS = 300;

    private static final int LEAPFROG_STEPS = 20;
    private static final double START_STEP = .05;
    private static final String RATES = "rates";
    private static final String SCALING = "scaling";

    private final RealUnits units;
    private final FMatrixRMaj rates;
    private final Scaling scaling;

    RealMachine(RealUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary) {
        super(summary);
        this.units = units;
        this.rates = rates;
        this.scaling = scaling;
    }

    final String where(String method) {
        return getClass().getSimpleName() + "." + method;
    }

    final RealUnits units() {
        return units;
    }

    @Override
    public void store(ModelData data) {
        for (Param p : units.params()) {
            data.put(p.name(), p.value());
        }
        data.put(RATES, rates);
        scaling.store(data, SCALING);
    }

    static FMatrixRMaj rates(ModelData data) {
        return data.floats(RATES);
    }

    static Scaling scaling(ModelData data) {
        return Scaling.read(data, SCALING);
    }

    static Param param(ModelData data, String name) {
        return new Param(name, data.floats(name));
    }

    /** Mean 0 and variance 1 of columns that no data are known of. */
    static FMatrixRMaj noRates(int columns) {
        FMatrixRMaj rates = new FMatrixRMaj(2, columns);
        for (int i = 0; i < columns; i++) {
            rates.data[columns + i] = 1;
        }
        return rates;
    }

    /** Given parameters: a matrix with finite numbers, copied. */
    static Param given(String where, String name, FMatrixRMaj value, int rows, int columns) {
        Require.finiteRows(where, name, value, columns);
        if (value.numRows != rows) {
            throw new IllegalArgumentException(
                    where + ": " + name + " has " + value.numRows + " rows, expected " + rows);
        }
        return new Param(name, value.copy());
    }

    @Override
    public int dim() {
        return units.visible;
    }

    /** {@return the number of hidden units} */
    @Override
    public int latentDim() {
        return units.hidden();
    }

    /** A copy of a parameter. */
    final FMatrixRMaj parameter(int number) {
        return units.floats(number).copy();
    }

    private DMatrixRMaj seen(String method, FMatrixRMaj x) {
        Require.finiteRows(where(method), "x", x, dim());
        return doubles(scaling.of(x));
    }

    private DMatrixRMaj seen(String method, Dataset data) {
        FMatrixRMaj x =
                scaling.rows(where(method), data.matching(columns(), getClass().getSimpleName()), dim());
        Require.finiteRows(where(method), "x", x, dim());
        return doubles(x);
    }

    static DMatrixRMaj doubles(FMatrixRMaj x) {
        DMatrixRMaj y = new DMatrixRMaj(0, 0);
        RealRule.doubles(x, y);
        return y;
    }

    private FMatrixRMaj back(DMatrixRMaj seen) {
        return back(scaling, seen);
    }

    static FMatrixRMaj back(Scaling scaling, DMatrixRMaj seen) {
        FMatrixRMaj x = new FMatrixRMaj(seen.numRows, seen.numCols);
        for (int k = 0; k < seen.getNumElements(); k++) {
            int column = k % seen.numCols;
            x.data[k] = (float) (scaling.shift(column) + scaling.scale(column) * seen.data[k]);
        }
        return x;
    }

    // --- energies

    /**
     * The energy E(x, h) of every row, slabs integrated.
     *
     * @param x n×D finite numbers; not modified
     * @param h n×H states of the hidden units, mean units first; not modified
     * @return n values in nats
     * @throws IllegalArgumentException if a shape does not fit or a number is not finite
     */
    public final double[] energy(FMatrixRMaj x, FMatrixRMaj h) {
        DMatrixRMaj seen = seen("energy", x);
        Require.finiteRows(where("energy"), "h", h, latentDim());
        if (x.numRows != h.numRows) {
            throw new IllegalArgumentException(
                    where("energy") + ": x has " + x.numRows + " rows and h " + h.numRows + ", expected as many");
        }
        double[] e = new double[x.numRows];
        double[] row = new double[dim()];
        double[] state = new double[latentDim()];
        RealUnits own = units.copy();
        for (int i = 0; i < e.length; i++) {
            System.arraycopy(seen.data, i * row.length, row, 0, row.length);
            for (int j = 0; j < state.length; j++) {
                state[j] = h.get(i, j);
            }
            e[i] = own.energy(row, state);
        }
        return e;
    }

    /**
     * The free energy F(x) of every row, in double precision.
     *
     * @param x n×D finite numbers; not modified
     * @return n values in nats
     * @throws IllegalArgumentException if x has another number of columns or a number is not finite
     */
    @Override
    public final double[] freeEnergy(FMatrixRMaj x) {
        return freeEnergy(seen("freeEnergy", x));
    }

    @Override
    public final double[] freeEnergy(Dataset data) {
        return freeEnergy(seen("freeEnergy", data));
    }

    private double[] freeEnergy(DMatrixRMaj seen) {
        double[] f = new double[seen.numRows];
        units.copy().freeEnergy(seen, f, null);
        return f;
    }

    /**
     * The slope ∂F/∂x of every row, in the units of the data: minus the score of p(x).
     *
     * @param x n×D finite numbers; not modified
     * @return n×D slopes in nats by the unit of the column
     * @throws IllegalArgumentException if x has another number of columns or a number is not finite
     */
    public final DMatrixRMaj freeEnergyGradient(FMatrixRMaj x) {
        return gradient(seen("freeEnergyGradient", x));
    }

    /**
     * The slope ∂F/∂x of the rows of a data set, see {@link #freeEnergyGradient(FMatrixRMaj)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n×D slopes in nats by the unit of the column
     * @throws IllegalArgumentException as {@link #freeEnergyGradient(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public final DMatrixRMaj freeEnergyGradient(Dataset data) {
        return gradient(seen("freeEnergyGradient", data));
    }

    private DMatrixRMaj gradient(DMatrixRMaj seen) {
        DMatrixRMaj gradient = seen.createLike();
        units.copy().freeEnergy(seen, new double[seen.numRows], gradient);
        for (int k = 0; k < gradient.getNumElements(); k++) {
            gradient.data[k] /= scaling.scale(k % dim());
        }
        return gradient;
    }

    // --- conditionals

    /**
     * The means of the hidden units given x, exact.
     *
     * @param x n×D finite numbers; not modified
     * @return n×H means, of bits their probabilities; mean units first
     * @throws IllegalArgumentException if x has another number of columns or a number is not finite
     */
    @Override
    public final FMatrixRMaj encode(FMatrixRMaj x) {
        return encode(seen("encode", x));
    }

    @Override
    public final FMatrixRMaj encode(Dataset data) {
        return encode(seen("encode", data));
    }

    private FMatrixRMaj encode(DMatrixRMaj seen) {
        DMatrixRMaj h = new DMatrixRMaj(seen.numRows, latentDim());
        units.copy().means(seen, h);
        FMatrixRMaj means = new FMatrixRMaj(h.numRows, h.numCols);
        RealRule.floats(h, means);
        return means;
    }

    private Precision precision(String method, double... h) {
        if (h.length != latentDim()) {
            throw new IllegalArgumentException(
                    where(method) + ": h has " + h.length + " numbers, expected the " + latentDim() + " hidden units");
        }
        for (double each : h) {
            if (!(each >= 0 && each <= (units.bits() ? 1 : Double.MAX_VALUE))) {
                throw new IllegalArgumentException(where(method) + ": a state of h is " + each
                        + (units.bits() ? ", expected within [0,1]" : ", expected 0 or more, and finite"));
            }
        }
        if (!units.gaussianGivenHidden()) {
            throw new IllegalArgumentException(
                    where(method) + ": with the normalisations of the published code x is not Gaussian given h");
        }
        Precision gaussian = new Precision(dim());
        units.precision(h, gaussian.matrix());
        gaussian.decompose();
        return gaussian;
    }

    /**
     * The covariance of x given the hidden units, P(h)⁻¹ in the units of the data.
     *
     * @param h the states of the H hidden units, mean units first; means of states too
     * @return D×D
     * @throws IllegalArgumentException if there are others than H numbers, one is out of range, or x is not Gaussian given h
     */
    public final DMatrixRMaj conditionalCovariance(double... h) {
        DMatrixRMaj c = new DMatrixRMaj(dim(), dim());
        precision("conditionalCovariance", h).covariance(c);
        for (int k = 0; k < c.getNumElements(); k++) {
            c.data[k] *= scaling.scale(k / dim()) * scaling.scale(k % dim());
        }
        return c;
    }

    /**
     * The mean of x given the hidden units, in the units of the data.
     *
     * @param h the states of the H hidden units, mean units first; means of states too
     * @return D numbers
     * @throws IllegalArgumentException as {@link #conditionalCovariance}
     */
    public final double[] conditionalMean(double... h) {
        Precision gaussian = precision("conditionalMean", h);
        double[] mean = new double[dim()];
        units.linear(h, mean);
        gaussian.solve(mean);
        for (int i = 0; i < mean.length; i++) {
            mean[i] = scaling.shift(i) + scaling.scale(i) * mean[i];
        }
        return mean;
    }

    // --- chains

    private Transition<FMatrixRMaj> ofRows(Transition<DMatrixRMaj> chains) {
        return (state, rng) -> {
            DMatrixRMaj seen = seen("a transition", state);
            Transition.Info info = chains.step(seen, rng);
            state.setTo(back(seen));
            return info;
        };
    }

    /**
     * Block Gibbs sampling: h ~ p(h | x), then x ~ p(x | h) by a Cholesky factor of P(h), or with slabs by way of these. Leaves p(x) invariant: the slow twin
     * of {@link #hmc}.
     *
     * @return a transition of n×D states, a chain a row; not thread-safe
     * @throws IllegalArgumentException if x is not Gaussian given h
     */
    public final Transition<FMatrixRMaj> gibbs() {
        return ofRows(new RealGibbs(units.copy()));
    }

    /**
     * Hamiltonian Monte Carlo on the free energy, of the columns as the machine sees them. Leaves p(x) invariant.
     *
     * @param leapfrogSteps L, at least 1
     * @param stepSize ε, above 0
     * @return a transition of n×D states, a chain a row; not thread-safe
     * @throws IllegalArgumentException if a setting is out of range
     */
    public final Transition<FMatrixRMaj> hmc(int leapfrogSteps, double stepSize) {
        Require.atLeast(where("hmc"), "leapfrogSteps", 1, leapfrogSteps);
        Require.positive(where("hmc"), "stepSize", stepSize);
        RealUnits own = units.copy();
        Hmc[] chains = new Hmc[1];
        return ofRows((state, rng) -> {
            if (chains[0] == null || chains[0].positions().numRows != state.numRows) {
                chains[0] = new Hmc(target(own), state, leapfrogSteps, stepSize);
            }
            return chains[0].step(state, rng);
        });
    }

    static Hmc.Target target(RealUnits units) {
        return (q, logDensity, gradient) -> {
            units.freeEnergy(q, logDensity, gradient);
            for (int i = 0; i < q.numRows; i++) {
                logDensity[i] = -logDensity[i];
            }
            for (int k = 0; k < q.getNumElements(); k++) {
                gradient.data[k] = -gradient.data[k];
            }
        };
    }

    /**
     * Draws by chains of their own, which begin at independent Gaussians with the means and variances of the data and make {@value #DEFAULT_TRANSITIONS}
     * transitions of Hamiltonian Monte Carlo: near p(x) as far as such chains mix. Where hidden units are few, {@link #enumerated} has exact draws.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D rows
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public final FMatrixRMaj sample(int n, RandomGenerator rng) {
        return sample(n, DEFAULT_TRANSITIONS, rng);
    }

    /**
     * Draws by chains of a given length, see {@link #sample(int, RandomGenerator)}.
     *
     * @param n the number of draws, at least 0
     * @param transitions from the start to the draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D rows
     * @throws IllegalArgumentException if a number is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public final FMatrixRMaj sample(int n, int transitions, RandomGenerator rng) {
        Require.atLeast(where("sample"), "n", 0, n);
        Require.atLeast(where("sample"), "transitions", 0, transitions);
        DMatrixRMaj start = doubles(RealLearning.start(n, rates, rng));
        return n == 0 ? back(start) : back(ends(start, transitions, rng));
    }

    private DMatrixRMaj ends(DMatrixRMaj start, int transitions, RandomGenerator rng) {
        Hmc chains = new Hmc(target(units.copy()), start, LEAPFROG_STEPS, START_STEP);
        chains.adapt(transitions / 2, Hmc.DEFAULT_ACCEPTANCE, rng);
        chains.run(transitions - transitions / 2, rng);
        return chains.positions();
    }

    // --- the partition function

    /**
     * Log Z by a sum over the states of the hidden units, given which x is Gaussian.
     *
     * @return log Z in the units of the data, exact up to rounding
     * @throws IllegalArgumentException if there are more than {@value EnumeratedRealMachine#MAX_UNITS} hidden units, they are no bits, or x is not Gaussian
     *     given them
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public final LogPartition logPartition() {
        return enumerated().logPartition();
    }

    /**
     * The machine with its exact density, that of a mixture of 2ᴴ Gaussians with covariances of their own.
     *
     * @return log p(x) and exact draws
     * @throws IllegalArgumentException as {@link #logPartition}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public final EnumeratedRealMachine enumerated() {
        return new EnumeratedRealMachine(this, new RealSums(where("enumerated"), units.copy()), scaling);
    }

    /**
     * The machine with its density by quadrature, for at most {@value IntegratedRealMachine#MAX_COLUMNS} columns.
     *
     * @return log p(x)
     * @throws IllegalArgumentException if there are more columns, or the integral does not settle
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public final IntegratedRealMachine integrated() {
        Quadrature quadrature = new Quadrature(where("integrated"), units.copy());
        return new IntegratedRealMachine(this, quadrature.logZ() + scaling.logScale());
    }

    /**
     * The path of annealed importance sampling from independent Gaussians with the means and variances of the data, with Hamiltonian Monte Carlo at each β.
     *
     * @param seed of the pilot chains that find the step size
     * @return the path of rows as the machine sees them; its log Z is that of the units of the data. Not thread-safe
     */
    public final AnnealingPath<DMatrixRMaj> annealing(long seed) {
        return new RealPath(units, rates, scaling.logScale(), LEAPFROG_STEPS / 2, seed);
    }

    /**
     * Log Z from both sides along {@link #annealing}: forwards on average below log Z, backwards on average above it where the chains begin at exact draws, which
     * is so for machines that can be enumerated. Others have the ends of long chains in their place, of {@value #DEFAULT_TRANSITIONS} transitions and of twice
     * as many: what comes of them is an estimate from above and no bound.
     *
     * @param betas inverse temperatures that rise from 0 to 1
     * @param chains in each direction, at least 1
     * @param seed of all that is random
     * @return both ends, in the units of the data
     * @throws IllegalArgumentException if a setting is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public final PartitionBracket bracket(double[] betas, int chains, long seed) {
        Require.atLeast(where("bracket"), "chains", 1, chains);
        LogPartition lower = AnnealedImportanceSampling.over(annealing(Seeds.split(seed, "pilot")))
                .schedule(betas)
                .chains(chains)
                .seed(Seeds.split(seed, "forward"))
                .forward()
                .logPartition(Kind.LOWER_BOUND, "annealed from independent Gaussians");
        if (units.bits() && units.gaussianGivenHidden() && units.hidden() <= EnumeratedRealMachine.MAX_UNITS) {
            RealSums sums = new RealSums(where("bracket"), units.copy());
            sums.logZ();
            DMatrixRMaj draws = sums.sample(chains, new SplittableRandom(Seeds.split(seed, "draws")));
            LogPartition upper = backward(draws, betas, seed, Kind.UPPER_BOUND, "annealed from exact draws");
            return new PartitionBracket(lower, upper, upper);
        }
        LogPartition[] upper = new LogPartition[2];
        for (int k = 0; k < 2; k++) {
            Interrupts.check(where("bracket"));
            SplittableRandom rng = new SplittableRandom(Seeds.split(seed, "chains " + k));
            int transitions = (k + 1) * DEFAULT_TRANSITIONS;
            DMatrixRMaj ends = ends(doubles(RealLearning.start(chains, rates, rng)), transitions, rng);
            upper[k] = backward(
                    ends, betas, seed, Kind.ESTIMATE, "annealed from the ends of " + transitions + " transitions");
        }
        return new PartitionBracket(lower, upper[0], upper[1]);
    }

    private LogPartition backward(DMatrixRMaj draws, double[] betas, long seed, Kind kind, String how) {
        return AnnealedImportanceSampling.over(annealing(Seeds.split(seed, "pilot")))
                .schedule(betas)
                .seed(Seeds.split(seed, "backward"))
                .backward(draws, draws.numRows)
                .logPartition(kind, how);
    }
}

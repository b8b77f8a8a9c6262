package lvm.boltzmann;

import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.distribution.Enumeration;
import lvm.distribution.LogSums;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.mcmc.Chain;
import lvm.mcmc.Transition;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasEnergy;
import lvm.model.History;
import lvm.model.LogPartition;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A Boltzmann machine: N binary units, any two of which may be connected, the first D of them visible and the others hidden,
 *
 * <p>E(x) = −xᵀU x − bᵀx, p(x) = e^(−E(x)/T)/Z, U symmetric N×N with a zero diagonal.
 *
 * <p>Given all others, a unit is on with a probability whose logit is linear in them, s (2 Σⱼ Uᵢⱼ xⱼ + bᵢ)/T, where s is 1 for units
 * {0, 1} and 2 for {−1, +1}. Notes that write −½ yᵀW y − bᵀy mean W = 2U ({@link #ofWeights}). With hidden units the visible ones can
 * have any distribution. D. Ackley, G. E. Hinton and T. Sejnowski (1985), A learning algorithm for Boltzmann machines.
 *
 * <p>Log Z and log p(v) are sums over all states, {@link #logPartition()}, for up to {@value #MAX_UNITS} units. Immutable.
 */
public final class BoltzmannMachine extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasEnergy<FMatrixRMaj> {
    /** The most units whose states are summed over. */
    public static final int MAX_UNITS = 25;

    /** The sweeps of Gibbs sampling that {@link #sample} takes from its start to its draws. */
    public static final int DEFAULT_SWEEPS = 1000;

    private final Sites sites;
    private final int visible;

    BoltzmannMachine(
            FMatrixRMaj u, FMatrixRMaj b, int visible, UnitValues values, double temperature, ModelSummary summary) {
        super(summary);
        sites = new Sites(u, b, values, temperature);
        this.visible = visible;
    }

    /**
     * A machine of visible units {0, 1} at temperature 1.
     *
     * @param u U, N×N finite numbers, symmetric with a zero diagonal; copied
     * @param bias b, 1×N finite numbers; copied
     * @return the machine
     * @throws IllegalArgumentException if the shapes do not fit, a number is not finite, or U is not symmetric or has a diagonal
     */
    public static BoltzmannMachine of(FMatrixRMaj u, FMatrixRMaj bias) {
        return of(u, bias, u.numRows, UnitValues.BITS, 1);
    }

    /**
     * A machine of given parameters.
     *
     * @param u U, N×N finite numbers, symmetric with a zero diagonal; copied
     * @param bias b, 1×N finite numbers; copied
     * @param visible D, the number of visible units, which come first; 1 to N
     * @param values the values of the units
     * @param temperature T, above 0
     * @return the machine
     * @throws IllegalArgumentException if the shapes do not fit, a number is out of range, or U is not symmetric or has a diagonal
     */
    public static BoltzmannMachine of(
            FMatrixRMaj u, FMatrixRMaj bias, int visible, UnitValues values, double temperature) {
        String where = "BoltzmannMachine.of";
        int n = Require.atLeast(where, "the number of units", 1, u.numRows);
        Require.finiteRows(where, "u", u, n);
        Require.finiteRows(where, "bias", bias, n);
        Require.positive(where, "temperature", temperature);
        if (bias.numRows != 1 || visible < 1 || visible > n) {
            throw new IllegalArgumentException(where + ": " + bias.numRows + " rows of biases and " + visible + " of "
                    + n + " units visible, expected 1 row, and 1 to " + n + " units");
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                if (u.get(i, j) != u.get(j, i) || i == j && u.get(i, i) != 0) {
                    throw new IllegalArgumentException(where + ": u has " + u.get(i, j) + " in row " + i + ", column "
                            + j + " and " + u.get(j, i) + " across, expected a symmetric matrix with a zero diagonal");
                }
            }
        }
        Card card = card(visible, n - visible, values, temperature);
        return new BoltzmannMachine(
                u.copy(), bias.copy(), visible, values, temperature, card.summary(History.closedForm()));
    }

    /**
     * A machine in the notation E(y) = −½ yᵀW y − bᵀy, so that the logit of a unit {0, 1} is (Σⱼ Wᵢⱼ yⱼ + bᵢ)/T.
     *
     * @param w W, N×N finite numbers, symmetric with a zero diagonal
     * @param bias b, 1×N finite numbers; copied
     * @return the machine of visible units {0, 1} at temperature 1 with U = W/2
     * @throws IllegalArgumentException as {@link #of(FMatrixRMaj, FMatrixRMaj)}
     */
    public static BoltzmannMachine ofWeights(FMatrixRMaj w, FMatrixRMaj bias) {
        FMatrixRMaj u = w.copy();
        for (int i = 0; i < u.getNumElements(); i++) {
            u.data[i] /= 2;
        }
        return of(u, bias);
    }

    static Card card(int visible, int hidden, UnitValues values, double temperature) {
        return Card.of("BoltzmannMachine")
                .setting("visible units", visible)
                .setting("hidden units", hidden)
                .setting("values", values)
                .setting("temperature", temperature);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder
     */
    public static BoltzmannMachineBuilder builder() {
        return new BoltzmannMachineBuilder();
    }

    /**
     * Reads a machine.
     *
     * @param file a file of {@link #save(Path)}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static BoltzmannMachine load(Path file) {
        return Models.load(file, BoltzmannMachine.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("u", sites.u()).put("b", sites.b()).put("visible", visible);
        data.put("values", sites.values()).put("temperature", sites.temperature());
    }

    static BoltzmannMachine read(ModelData data) {
        return new BoltzmannMachine(
                data.floats("u"),
                data.floats("b"),
                data.integer("visible"),
                data.choice("values", UnitValues.class),
                data.number("temperature"),
                data.summary());
    }

    /** {@return the number of visible units, D} */
    @Override
    public int dim() {
        return visible;
    }

    /** {@return the number of all units, N} */
    public int units() {
        return sites.units();
    }

    /** {@return the number of hidden units, N − D} */
    public int hidden() {
        return units() - visible;
    }

    /** {@return U, N×N, a copy} */
    public FMatrixRMaj u() {
        return sites.u().copy();
    }

    /** {@return b, 1×N, a copy} */
    public FMatrixRMaj bias() {
        return sites.b().copy();
    }

    /** {@return the values of the units} */
    public UnitValues values() {
        return sites.values();
    }

    /** {@return the temperature T} */
    public double temperature() {
        return sites.temperature();
    }

    Sites sites() {
        return sites;
    }

    /**
     * The same energies at another temperature.
     *
     * @param temperature T, above 0
     * @return the machine
     * @throws IllegalArgumentException if it is out of range
     */
    public BoltzmannMachine withTemperature(double temperature) {
        return of(sites.u(), sites.b(), visible, values(), temperature);
    }

    /**
     * The same distribution by units of the other values: with x = (1 + s)/2, U′ = U/4 and b′ = (b + Σⱼ Uᵢⱼ)/2; back, U = 4U′ and
     * b = 2b′ − 4 Σⱼ U′ᵢⱼ. Energies change by a constant, and log Z with them.
     *
     * @param values those of the machine to make
     * @return the machine; this one if it has these values
     */
    public BoltzmannMachine withValues(UnitValues values) {
        if (values == values()) {
            return this;
        }
        boolean toSpins = values == UnitValues.SPINS;
        int n = units();
        FMatrixRMaj u = new FMatrixRMaj(n, n);
        FMatrixRMaj b = new FMatrixRMaj(1, n);
        for (int i = 0; i < n; i++) {
            double row = 0;
            for (int j = 0; j < n; j++) {
                u.set(i, j, sites.u().get(i, j) * (toSpins ? .25f : 4f));
                row += sites.u().get(i, j);
            }
            double bias = sites.b().data[i];
            b.data[i] = (float) (toSpins ? (bias + row) / 2 : 2 * bias - 4 * row);
        }
        return of(u, b, visible, values, temperature());
    }

    // --- energies

    /**
     * The energy of every row of all units, E(x) = −xᵀU x − bᵀx.
     *
     * @param x n×N values of the units; not modified
     * @return n values; divided by T they are nats
     * @throws IllegalArgumentException if x has another number of columns, or a value that no unit has
     */
    public double[] energy(FMatrixRMaj x) {
        requireValues("BoltzmannMachine.energy", x, units());
        double[] e = new double[x.numRows];
        for (int i = 0; i < e.length; i++) {
            e[i] = sites.energy(x.data, i * x.numCols);
        }
        return e;
    }

    private void requireValues(String where, FMatrixRMaj x, int columns) {
        requireValues(where, x, columns, values());
    }

    static void requireValues(String where, FMatrixRMaj x, int columns, UnitValues values) {
        if (values == UnitValues.BITS) {
            Require.binary(where, "x", x, columns);
            return;
        }
        Require.columns(where, "x", x, columns);
        for (int i = 0; i < x.getNumElements(); i++) {
            if (Math.abs(x.data[i]) != 1) {
                throw new IllegalArgumentException(where + ": x is " + x.data[i] + " in row " + i / x.numCols
                        + ", column " + i % x.numCols + ", expected -1 or 1");
            }
        }
    }

    /**
     * The free energy of rows of visible units, F(v) = −log Σ_h e^(−E(v, h)/T), the hidden ones summed over all their states.
     *
     * @param v n×D values of the visible units; not modified
     * @return n values in nats
     * @throws IllegalArgumentException if v has another number of columns, or a value that no unit has, or there are more than
     *     {@value #MAX_UNITS} hidden units
     */
    @Override
    public double[] freeEnergy(FMatrixRMaj v) {
        requireValues("BoltzmannMachine.freeEnergy", v, visible);
        double[] f = new double[v.numRows];
        for (int i = 0; i < f.length; i++) {
            f[i] = -sites.clamped(v, i, null, null);
        }
        return f;
    }

    /**
     * Log Z by a sum over all states of all units.
     *
     * @return log Z, exact up to rounding
     * @throws IllegalArgumentException if there are more than {@value #MAX_UNITS} units
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public LogPartition logPartition() {
        return LogPartition.exact(enumeration().logZ(), "sum over " + BinaryStates.terms(units()) + " of all units");
    }

    /**
     * All states with their probabilities, a unit that is on as the bit 1.
     *
     * @return the distribution over the N units, the visible ones first
     * @throws IllegalArgumentException if there are more than {@value #MAX_UNITS} units
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Enumeration enumeration() {
        if (units() > MAX_UNITS) {
            throw new IllegalArgumentException("BoltzmannMachine: a sum of " + BinaryStates.terms(units())
                    + "; it is done for at most " + MAX_UNITS + " units");
        }
        return Enumeration.of(units(), sites::logWeights);
    }

    /**
     * The log pseudo-likelihood of rows of all units, Σᵢ log p(xᵢ | all others).
     *
     * @param x n×N values of the units; not modified
     * @return n values in nats, summed over the N units
     * @throws IllegalArgumentException if x has another number of columns, or a value that no unit has
     */
    public double[] logPseudoLikelihood(FMatrixRMaj x) {
        requireValues("BoltzmannMachine.logPseudoLikelihood", x, units());
        double[] sums = new double[x.numRows];
        for (int n = 0; n < sums.length; n++) {
            for (int i = 0; i < units(); i++) {
                double a = sites.logit(i, x.data, n * x.numCols);
                sums[n] -= Logs.softplus(x.data[n * x.numCols + i] > 0 ? -a : a);
            }
        }
        return sums;
    }

    /**
     * The log pseudo-likelihood of the rows of a data set under a machine without hidden units.
     *
     * @param data n rows of values of the units, the columns matched by name where both have names; not modified
     * @return n values in nats, summed over the N units
     * @throws IllegalArgumentException as {@link #logPseudoLikelihood(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public double[] logPseudoLikelihood(Dataset data) {
        return logPseudoLikelihood(observations(data));
    }

    // --- chains

    /**
     * A sweep of Gibbs sampling: every unit in turn is drawn given all others. Leaves p(x) invariant.
     *
     * @return a transition of n×N states of all units, a chain a row
     */
    public Transition<FMatrixRMaj> gibbs() {
        return sites.sweep(0);
    }

    /**
     * The same with the visible units held: draws of the hidden ones given them.
     *
     * @return a transition of n×N states that leaves p(h | v) invariant
     */
    public Transition<FMatrixRMaj> clampedGibbs() {
        return sites.sweep(visible);
    }

    /**
     * Draws by chains of their own, which begin at fair coins and make {@value #DEFAULT_SWEEPS} sweeps of Gibbs sampling: independent of
     * each other, and near p(v) as far as such chains mix.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D values of the visible units
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("BoltzmannMachine.sample", "n", 0, n);
        Chain<FMatrixRMaj> chain = new Chain<>(gibbs(), sites.coins(n, rng), rng.nextLong());
        chain.run(DEFAULT_SWEEPS);
        FMatrixRMaj all = chain.state();
        FMatrixRMaj v = new FMatrixRMaj(n, visible);
        for (int i = 0; i < n; i++) {
            System.arraycopy(all.data, i * all.numCols, v.data, i * visible, visible);
        }
        return v;
    }

    /**
     * Simulated annealing: chains that begin at fair coins and make a sweep at each temperature. While it falls slowly they end in
     * states of low energy. S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi (1983).
     *
     * @param chains the number of chains, at least 1
     * @param temperatures of the sweeps, in this order, each above 0
     * @param rng the source of randomness; advanced
     * @return chains×N states of all units
     * @throws IllegalArgumentException if a number is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj anneal(int chains, double[] temperatures, RandomGenerator rng) {
        Require.atLeast("BoltzmannMachine.anneal", "chains", 1, chains);
        FMatrixRMaj x = sites.coins(chains, rng);
        long seed = rng.nextLong();
        for (int t = 0; t < temperatures.length; t++) {
            Interrupts.check("BoltzmannMachine.anneal");
            Require.positive("BoltzmannMachine.anneal", "temperature " + t, temperatures[t]);
            new Sites(sites.u(), sites.b(), values(), temperatures[t])
                    .sweep(0)
                    .step(x, new SplittableRandom(Seeds.split(seed, t)));
        }
        return x;
    }

    /** Parameters and what is computed from them, shared by the model and by what trains it. */
    record Sites(FMatrixRMaj u, FMatrixRMaj b, UnitValues values, double temperature) {
        private static final Transition.Info INFO = new Transition.Info(1, Double.NaN);

        int units() {
            return u.numRows;
        }

        double energy(float[] x, int at) {
            int n = units();
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double xi = x[at + i];
                sum += xi * (b.data[i] + RbmUnits.dot(u.data, i * n, x, at, n));
            }
            return -sum;
        }

        /** log p(xᵢ on | others)/p(xᵢ off | others). */
        double logit(int i, float[] x, int at) {
            int n = units();
            return values.span() * (2 * RbmUnits.dot(u.data, i * n, x, at, n) + b.data[i]) / temperature;
        }

        /** −E(x)/T of states whose bits say which units are on. */
        void logWeights(FMatrixRMaj bits, double[] w) {
            int n = units();
            float[] x = new float[n];
            for (int s = 0; s < bits.numRows; s++) {
                for (int i = 0; i < n; i++) {
                    x[i] = bits.data[s * n + i] > 0 ? values.high() : values.low();
                }
                w[s] = -energy(x, 0) / temperature;
            }
        }

        /**
         * log Σ_h e^(−E(v, h)/T) of a row of visible units; if there are matrices for them, the moments of all units given v are added.
         */
        double clamped(FMatrixRMaj v, int row, DMatrixRMaj second, DMatrixRMaj first) {
            int n = units();
            int d = v.numCols;
            int h = n - d;
            if (h > MAX_UNITS) {
                throw new IllegalArgumentException("BoltzmannMachine: a sum of " + BinaryStates.terms(h)
                        + "; it is done for at most " + MAX_UNITS + " hidden units");
            }
            float[] x = new float[n];
            System.arraycopy(v.data, row * d, x, 0, d);
            LogSums sum = new LogSums(1);
            double[] w = new double[1];
            for (long s = 0; s < 1L << h; s++) {
                hidden(x, d, s);
                w[0] = -energy(x, 0) / temperature;
                sum.add(0, w, 0, 1);
            }
            double log = sum.values()[0];
            for (long s = 0; second != null && s < 1L << h; s++) {
                hidden(x, d, s);
                double p = Math.exp(-energy(x, 0) / temperature - log);
                for (int i = 0; i < n; i++) {
                    first.data[i] += p * x[i];
                    for (int j = 0; j < n; j++) {
                        second.data[i * n + j] += p * x[i] * x[j];
                    }
                }
            }
            return log;
        }

        private void hidden(float[] x, int d, long state) {
            for (int i = d; i < x.length; i++) {
                x[i] = (state >> (x.length - 1 - i) & 1) == 1 ? values.high() : values.low();
            }
        }

        FMatrixRMaj coins(int rows, RandomGenerator rng) {
            FMatrixRMaj x = new FMatrixRMaj(rows, units());
            for (int i = 0; i < x.getNumElements(); i++) {
                x.data[i] = rng.nextBoolean() ? values.high() : values.low();
            }
            return x;
        }

        /** Draws the units from a number on, one after the other, in every chain. */
        Transition<FMatrixRMaj> sweep(int from) {
            return (x, rng) -> {
                Require.columns("BoltzmannMachine.gibbs", "the state", x, units());
                for (int c = 0; c < x.numRows; c++) {
                    int at = c * x.numCols;
                    for (int i = from; i < units(); i++) {
                        double a = logit(i, x.data, at);
                        x.data[at + i] = rng.nextDouble() < 1 / (1 + Math.exp(-a)) ? values.high() : values.low();
                    }
                }
                return INFO;
            };
        }
    }
}

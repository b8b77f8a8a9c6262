package lvm.boltzmann;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.boltzmann.BoltzmannLearning.Kind;
import lvm.data.Dataset;
import lvm.distribution.Enumeration;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.linalg.Logs;
import lvm.mcmc.Transition;
import lvm.model.Card;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** The settings of a fit of {@link BoltzmannMachine}. */
public final class BoltzmannMachineBuilder extends NeuralFitBuilder<BoltzmannMachineBuilder, BoltzmannMachine> {
    /** The standard deviation of the connections at the start, where none is set. */
    public static final double DEFAULT_START_DEVIATION = 0.01;

    private int hidden;
    private UnitValues values = UnitValues.BITS;
    private double temperature = 1;
    private double startDeviation = DEFAULT_START_DEVIATION;
    private BoltzmannLearning learning = BoltzmannLearning.exact();

    BoltzmannMachineBuilder() {
        super("log p(v), nats per row");
    }

    @Override
    protected BoltzmannMachineBuilder self() {
        return this;
    }

    /**
     * The number of hidden units.
     *
     * @param units at least 0, by default 0
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public BoltzmannMachineBuilder hidden(int units) {
        this.hidden = requireAtLeast("hidden", 0, units);
        return given("hidden");
    }

    /**
     * The values of the units, and of the data.
     *
     * @param values by default {@link UnitValues#BITS}
     * @return this
     */
    public BoltzmannMachineBuilder values(UnitValues values) {
        this.values = Objects.requireNonNull(values, "BoltzmannMachine: values");
        return given("values");
    }

    /**
     * The temperature T.
     *
     * @param temperature above 0, by default 1
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public BoltzmannMachineBuilder temperature(double temperature) {
        this.temperature = Require.positive("BoltzmannMachine", "temperature", temperature);
        return given("temperature");
    }

    /**
     * How the machine learns.
     *
     * @param learning by default {@link BoltzmannLearning#exact()}
     * @return this
     */
    public BoltzmannMachineBuilder learning(BoltzmannLearning learning) {
        this.learning = Objects.requireNonNull(learning, "BoltzmannMachine: learning");
        return given("learning");
    }

    /**
     * The standard deviation of the connections at the start.
     *
     * @param deviation at least 0, by default {@value #DEFAULT_START_DEVIATION}; with 0 hidden units stay alike
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public BoltzmannMachineBuilder startDeviation(double deviation) {
        this.startDeviation = Require.notNegative("BoltzmannMachine", "startDeviation", deviation);
        return given("startDeviation");
    }

    /**
     * Trains the machine from small random connections and biases of 0.
     *
     * @param data n rows of D values of the units
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if there is no row, a value is none of a unit, or there are too many units or hidden ones for the way
     *     of learning
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public BoltzmannMachine fit(Dataset data) {
        Require.atLeast("BoltzmannMachine.fit", "the number of rows", 1, data.rows());
        int n = data.dim() + hidden;
        if (learning.kind() == Kind.PSEUDO_LIKELIHOOD && hidden > 0) {
            throw new IllegalArgumentException(
                    "BoltzmannMachine: learning(pseudo-likelihood) takes no hidden units, but hidden is " + hidden
                            + "; learn by gibbs(…) or exact()");
        }
        if (learning.kind() == Kind.EXACT && n > BoltzmannMachine.MAX_UNITS) {
            throw new IllegalArgumentException("BoltzmannMachine: learning(exact) of " + n + " units, expected at most "
                    + BoltzmannMachine.MAX_UNITS + "; learn by gibbs(…)");
        }
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
        Param u = new Param("u", start(n, rng));
        Param b = new Param("b", new FMatrixRMaj(1, n));
        BoltzmannMachine.Sites sites = new BoltzmannMachine.Sites(u.value(), b.value(), values, temperature);
        FMatrixRMaj chains = sites.coins(learning.chains(), rng);
        Optimizer optimizer = optimizer().over(List.of(u, b), learningRate());
        String objective = switch (learning.kind()) {
            case EXACT -> "log p(v)";
            case GIBBS -> hidden == 0 ? "log pseudo-likelihood" : "log pseudo-likelihood, hidden units drawn";
            case PSEUDO_LIKELIHOOD -> "log pseudo-likelihood";
        };
        Learner learner = Learner.of(
                        (batch, random) -> {
                            FMatrixRMaj v = batch.x();
                            BoltzmannMachine.requireValues("BoltzmannMachine.fit", v, data.dim(), values);
                            double value = switch (learning.kind()) {
                                case EXACT -> exact(sites, v, u, b);
                                case GIBBS -> gibbs(sites, v, chains, random, u, b);
                                case PSEUDO_LIKELIHOOD -> pseudoLikelihood(sites, v, u, b);
                            };
                            optimizer.step();
                            return value;
                        },
                        optimizer)
                .buffers(chains.numRows == 0 ? Map.of() : Map.of("chains", chains))
                .objectiveName(objective + ", nats per row")
                .way("learning(" + learning + ")");
        Card card = BoltzmannMachine.card(data.dim(), hidden, values, temperature)
                .columns(data.columns())
                .setting("learning", learning)
                .setting("start deviation", startDeviation)
                .settings(trainingSettings(learner));
        return train(
                data,
                learner,
                history -> new BoltzmannMachine(
                        u.value().copy(),
                        b.value().copy(),
                        data.dim(),
                        values,
                        temperature,
                        card.course(history, data.rows(), "nats per row").summary(history)));
    }

    private FMatrixRMaj start(int n, RandomGenerator rng) {
        FMatrixRMaj u = new FMatrixRMaj(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                float value = (float) (startDeviation * rng.nextGaussian());
                u.set(i, j, value);
                u.set(j, i, value);
            }
        }
        return u;
    }

    /** Adds sign · (second, first moments)/T to the gradients, which are those of a loss; the diagonal of U stays. */
    private void add(DMatrixRMaj second, DMatrixRMaj first, double sign, Param u, Param b) {
        int n = first.numCols;
        for (int i = 0; i < n; i++) {
            b.gradient().data[i] += (float) (sign * first.data[i] / temperature);
            for (int j = 0; j < n; j++) {
                u.gradient().data[i * n + j] += i == j ? 0 : (float) (sign * second.data[i * n + j] / temperature);
            }
        }
    }

    private static void moments(FMatrixRMaj x, DMatrixRMaj second, DMatrixRMaj first) {
        int n = x.numCols;
        for (int r = 0; r < x.numRows; r++) {
            for (int i = 0; i < n; i++) {
                double xi = x.data[r * n + i];
                first.data[i] += xi / x.numRows;
                for (int j = 0; j < n; j++) {
                    second.data[i * n + j] += xi * x.data[r * n + j] / x.numRows;
                }
            }
        }
    }

    private double exact(BoltzmannMachine.Sites sites, FMatrixRMaj v, Param u, Param b) {
        int n = sites.units();
        DMatrixRMaj second = new DMatrixRMaj(n, n);
        DMatrixRMaj first = new DMatrixRMaj(1, n);
        double sum = 0;
        for (int r = 0; r < v.numRows; r++) {
            sum += sites.clamped(v, r, second, first);
        }
        add(second, first, -1.0 / v.numRows, u, b);
        Enumeration all = Enumeration.of(n, sites::logWeights);
        // E[x xᵀ] of values low + span · bit.
        DMatrixRMaj bits = all.moments();
        DMatrixRMaj model = new DMatrixRMaj(n, n);
        DMatrixRMaj means = new DMatrixRMaj(1, n);
        double low = values.low();
        double span = values.span();
        for (int i = 0; i < n; i++) {
            means.data[i] = low + span * bits.get(i, i);
            for (int j = 0; j < n; j++) {
                model.set(
                        i,
                        j,
                        low * low + low * span * (bits.get(i, i) + bits.get(j, j)) + span * span * bits.get(i, j));
            }
        }
        add(model, means, 1, u, b);
        return sum / v.numRows - all.logZ();
    }

    private double gibbs(
            BoltzmannMachine.Sites sites, FMatrixRMaj v, FMatrixRMaj chains, RandomGenerator rng, Param u, Param b) {
        int n = sites.units();
        FMatrixRMaj x = sites.coins(v.numRows, rng);
        for (int r = 0; r < v.numRows; r++) {
            System.arraycopy(v.data, r * v.numCols, x.data, r * n, v.numCols);
        }
        Transition<FMatrixRMaj> clamped = sites.sweep(v.numCols);
        Transition<FMatrixRMaj> free = sites.sweep(0);
        for (int k = 0; k < learning.sweeps(); k++) {
            clamped.step(x, rng);
            free.step(chains, rng);
        }
        DMatrixRMaj second = new DMatrixRMaj(n, n);
        DMatrixRMaj first = new DMatrixRMaj(1, n);
        moments(x, second, first);
        add(second, first, -1, u, b);
        second.zero();
        first.zero();
        moments(chains, second, first);
        add(second, first, 1, u, b);
        double sum = 0;
        for (int r = 0; r < x.numRows; r++) {
            for (int i = 0; i < n; i++) {
                double a = sites.logit(i, x.data, r * n);
                sum -= Logs.softplus(x.data[r * n + i] > 0 ? -a : a);
            }
        }
        return sum / x.numRows;
    }

    /** With rᵢ = on − p(on), the slope by Uᵢⱼ is s (rᵢ xⱼ + rⱼ xᵢ)/T, by bᵢ it is s rᵢ/T. */
    private double pseudoLikelihood(BoltzmannMachine.Sites sites, FMatrixRMaj x, Param u, Param b) {
        int n = sites.units();
        double[] r = new double[n];
        double sum = 0;
        double scale = values.span() / temperature / x.numRows;
        for (int row = 0; row < x.numRows; row++) {
            for (int i = 0; i < n; i++) {
                double a = sites.logit(i, x.data, row * n);
                boolean on = x.data[row * n + i] > 0;
                sum -= Logs.softplus(on ? -a : a);
                r[i] = (on ? 1 : 0) - 1 / (1 + Math.exp(-a));
                b.gradient().data[i] -= (float) (scale * r[i]);
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double slope = r[i] * x.data[row * n + j] + r[j] * x.data[row * n + i];
                    u.gradient().data[i * n + j] -= i == j ? 0 : (float) (scale * slope);
                }
            }
        }
        return sum / x.numRows;
    }
}

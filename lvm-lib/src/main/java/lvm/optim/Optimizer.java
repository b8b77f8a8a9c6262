package lvm.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import lvm.autodiff.MicroBatches;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * Moves parameters against their gradients, that is, downhill: the gradients are those of a loss. A parameter without a
 * gradient stays as it is, with its state; the step marks the gradients that it used.
 *
 * <p>A step clips the values of the gradients ({@link #clipValue}), then their norm ({@link #clipNorm}), moves the parameters,
 * and shortens the weights of units that have become too long ({@link #maxNorm}). The last three are off unless they are set.
 *
 * <p>A new kind of optimiser extends this class. It implements {@link #update}, which moves one parameter, and {@link #live},
 * which names the matrices that it carries from step to step: they go into checkpoints. {@link #zeros} makes such matrices,
 * and what is counted can be kept in one of {@link #counter}. An update must not allocate memory, and each element may be
 * computed from numbers of its own place only, or results would depend on the order.
 *
 * <pre>{@code
 * final class SignDescent extends Optimizer {
 *     SignDescent(List<Param> params, double learningRate) {
 *         super(params, learningRate);
 *     }
 *
 *     protected void update(int k, Param p, FMatrixRMaj gradient, float scale, double rate) {
 *         for (int i = 0; i < p.value().getNumElements(); i++) {
 *             p.value().data[i] -= (float) rate * Math.signum(gradient.data[i]);
 *         }
 *     }
 *
 *     protected Map<String, FMatrixRMaj> live() {
 *         return Map.of();
 *     }
 * }
 * }</pre>
 */
public abstract class Optimizer {

    /** Makes an optimiser: {@code Adam::new}, {@code Sgd::new} and the like. */
    @FunctionalInterface
    public interface Factory {
        /**
         * An optimiser at its first step.
         *
         * @param params the parameters, with names that differ; kept
         * @param learningRate α, above 0
         * @return the optimiser
         */
        Optimizer over(List<Param> params, double learningRate);

        /**
         * The same with settings of the optimiser, such as its schedule.
         *
         * @param settings sets them on each optimiser that is made
         * @return a factory of optimisers that are set so
         */
        default Factory with(Consumer<Optimizer> settings) {
            return (params, learningRate) -> {
                Optimizer optimizer = over(params, learningRate);
                settings.accept(optimizer);
                return optimizer;
            };
        }
    }

    private static final String STEPS = "steps";
    /** Elements of a gradient whose squares one thread adds up. */
    private static final int PART = 16_384;

    private final List<Param> params;
    private double learningRate;
    private Schedule schedule = Schedule.constant();
    private double clipNorm = Double.POSITIVE_INFINITY;
    private float clipValue = Float.POSITIVE_INFINITY;
    private double maxNorm = Double.POSITIVE_INFINITY;
    private ToDoubleFunction<Param> factors = p -> 1;
    private long steps;
    private double[] squares = new double[0];
    private double[] columns = new double[0];

    /**
     * For optimisers.
     *
     * @param params the parameters, with names that differ; kept
     * @param learningRate α, above 0 and finite
     * @throws IllegalArgumentException if the rate is out of range or two parameters have the same name
     */
    protected Optimizer(List<Param> params, double learningRate) {
        String self = getClass().getSimpleName();
        Set<String> names = new HashSet<>();
        for (Param p : params) {
            if (!names.add(p.name())) {
                throw new IllegalArgumentException(self + ": two parameters are named \"" + p.name() + "\"");
            }
        }
        this.params = List.copyOf(params);
        learningRate(learningRate);
    }

    /**
     * Sets the learning rate, before the schedule's factor.
     *
     * @param rate the rate, above 0 and finite
     * @throws IllegalArgumentException if it is out of range
     */
    public final void learningRate(double rate) {
        above0("the learning rate", rate);
        learningRate = rate;
    }

    /**
     * The learning rate of the next step.
     *
     * @return the rate with the schedule's factor
     */
    public final double learningRate() {
        return learningRate * schedule.factor(steps);
    }

    /**
     * Sets the schedule.
     *
     * @param factors the factor on the learning rate by step
     */
    public final void schedule(Schedule factors) {
        schedule = factors;
    }

    /**
     * Sets gradient clipping: where the norm of all gradients together is larger, they are scaled down to it.
     *
     * @param norm the largest norm, above 0; infinity, the default, for none
     * @throws IllegalArgumentException if it is not above 0
     */
    public final void clipNorm(double norm) {
        clipNorm = limit("the largest norm", norm);
    }

    /**
     * Sets gradient clipping by value: each element g of a gradient becomes max(−c, min(c, g)). It comes before
     * {@link #clipNorm}.
     *
     * @param value c, the largest absolute value, above 0; infinity, the default, for none
     * @throws IllegalArgumentException if it is not above 0
     */
    public final void clipValue(double value) {
        clipValue = (float) limit("the largest value", value);
    }

    /**
     * Sets the max-norm constraint, N. Srivastava et al. (2014), section 5.1: after its move, each column w of a parameter
     * becomes w min(1, c/‖w‖). The columns of the weights of layers are the weights of the connections that come into one
     * unit or filter (in a transposed convolution those that go out of one). Parameters of one row, such as biases, are left as
     * they are.
     *
     * @param norm c, the largest norm of a column, above 0; infinity, the default, for none
     * @throws IllegalArgumentException if it is not above 0
     */
    public final void maxNorm(double norm) {
        maxNorm = limit("the largest norm of weights", norm);
    }

    /**
     * Sets rates of their own for parameters: each moves by the learning rate times its factor, as in the discriminative fine tuning of
     * J. Howard and S. Ruder (2018). A parameter with the factor 0 is frozen: no step, decay or constraint changes it.
     *
     * @param factor the factor of a parameter, at least 0 and finite; asked in every step
     */
    public final void factors(ToDoubleFunction<Param> factor) {
        factors = factor;
    }

    private double factor(Param p) {
        double factor = factors.applyAsDouble(p);
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(getClass().getSimpleName() + ": the factor of " + p.name() + " is "
                    + factor + ", expected at least 0 and finite");
        }
        return factor;
    }

    private double limit(String what, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName() + ": " + what + " is " + value + ", expected above 0");
        }
        return value;
    }

    /**
     * The norm of all gradients together, √Σ g², over the parameters that have one.
     *
     * @return the norm
     */
    public final double gradientNorm() {
        double sum = 0;
        for (int k = 0; k < params.size(); k++) {
            Param p = params.get(k);
            if (p.hasGradient()) {
                sum += squares(p.gradientToUse());
            }
        }
        return Math.sqrt(sum);
    }

    /** In parts that do not depend on the number of threads. */
    private double squares(FMatrixRMaj gradient) {
        int n = gradient.getNumElements();
        int parts = (n + PART - 1) / PART;
        if (squares.length < parts) {
            squares = new double[parts];
        }
        double[] sums = squares;
        float[] g = gradient.data;
        Parallel.range(parts, 1, (from, to) -> {
            for (int k = from; k < to; k++) {
                sums[k] = VectorMath.dot(g, k * PART, g, k * PART, Math.min(PART, n - k * PART));
            }
        });
        double sum = 0;
        for (int k = 0; k < parts; k++) {
            sum += sums[k];
        }
        return sum;
    }

    /** Moves every parameter that has a gradient, and marks its gradient as used. */
    public final void step() {
        double rate = learningRate();
        if (clipValue < Float.POSITIVE_INFINITY) {
            clipValues();
        }
        float scale = 1;
        if (clipNorm < Double.POSITIVE_INFINITY) {
            double norm = gradientNorm();
            scale = norm > clipNorm ? (float) (clipNorm / norm) : 1;
        }
        for (int k = 0; k < params.size(); k++) {
            Param p = params.get(k);
            if (p.hasGradient()) {
                double factor = factor(p);
                if (factor > 0) {
                    update(k, p, p.gradientToUse(), scale, rate * factor);
                }
                p.clearGradient();
                if (factor > 0 && maxNorm < Double.POSITIVE_INFINITY && p.value().numRows > 1) {
                    shorten(p.value());
                }
            }
        }
        steps++;
    }

    private void clipValues() {
        for (int k = 0; k < params.size(); k++) {
            Param p = params.get(k);
            if (p.hasGradient()) {
                float[] g = p.gradientToUse().data;
                int n = p.gradientToUse().getNumElements();
                for (int i = 0; i < n; i++) {
                    g[i] = Math.max(-clipValue, Math.min(clipValue, g[i]));
                }
            }
        }
    }

    /** Scales the columns that are too long down to the largest norm. */
    private void shorten(FMatrixRMaj w) {
        int m = w.numCols;
        if (columns.length < m) {
            columns = new double[m];
        }
        Arrays.fill(columns, 0, m, 0);
        for (int i = 0; i < w.numRows; i++) {
            for (int j = 0; j < m; j++) {
                double v = w.data[i * m + j];
                columns[j] += v * v;
            }
        }
        for (int j = 0; j < m; j++) {
            double norm = Math.sqrt(columns[j]);
            if (norm > maxNorm) {
                float scale = (float) (maxNorm / norm);
                for (int i = 0; i < w.numRows; i++) {
                    w.data[i * m + j] *= scale;
                }
            }
        }
    }

    /**
     * One step uphill: walks back from an objective and moves the parameters towards a higher one.
     *
     * @param objective a 1×1 variable on a tape that was not walked back yet, higher is better
     * @return its value, before the step
     * @throws IllegalArgumentException if it is not 1×1
     * @throws IllegalStateException as {@link Tape#backward(Var)}
     */
    public final double ascend(Var objective) {
        Tape tape = objective.tape();
        double value = objective.scalar();
        tape.backward(objective.neg());
        step();
        return value;
    }

    /**
     * One step uphill on the mean of an objective over a minibatch, whose parts go through several threads.
     *
     * @param parts the buffers of the parts
     * @param x n×D, the minibatch; not modified
     * @param rng the source of randomness; advanced
     * @param objective n×1 values for n rows, higher is better; the value of a row must not depend on the other rows
     * @return the mean, before the step
     * @throws IllegalArgumentException if the objective gives another shape
     */
    public final double ascend(
            MicroBatches parts, FMatrixRMaj x, RandomGenerator rng, MicroBatches.Objective objective) {
        double value = parts.backward(x, -1, rng, objective);
        step();
        return value;
    }

    /**
     * The number of steps taken.
     *
     * @return the count
     */
    public final long steps() {
        return steps;
    }

    /** {@return the parameters that the optimiser was made with, in order} */
    public final List<Param> params() {
        return params;
    }

    /**
     * The values of the parameters, live, by name.
     *
     * @return the matrices themselves, in the order of the parameters
     */
    public final Map<String, FMatrixRMaj> values() {
        Map<String, FMatrixRMaj> values = new LinkedHashMap<>();
        params.forEach(p -> values.put(p.name(), p.value()));
        return values;
    }

    /**
     * What a resumed run needs besides the parameters themselves: copies of moments and counters, by name.
     *
     * @return named matrices, in a fixed order
     */
    public final Map<String, FMatrixRMaj> state() {
        Map<String, FMatrixRMaj> state = new LinkedHashMap<>();
        state.put(STEPS, count(steps));
        live().forEach((name, m) -> state.put(name, m.copy()));
        return state;
    }

    /**
     * Goes on from a state of {@link #state} of an optimiser of the same kind over parameters of the same names and shapes.
     *
     * @param state the named matrices; copied
     * @throws IllegalArgumentException if a matrix is missing, unknown or of another shape; nothing is changed then
     */
    public final void load(Map<String, FMatrixRMaj> state) {
        String self = getClass().getSimpleName() + ".load: ";
        Map<String, FMatrixRMaj> live = live();
        live.put(STEPS, count(0));
        List<String> unknown = new ArrayList<>(state.keySet());
        unknown.removeAll(live.keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(self + "unknown state " + unknown + ", expected " + live.keySet());
        }
        live.forEach((name, m) -> {
            FMatrixRMaj from = state.get(name);
            if (from == null) {
                throw new IllegalArgumentException(self + "no state \"" + name + "\"");
            }
            if (from.numRows != m.numRows || from.numCols != m.numCols) {
                throw new IllegalArgumentException(self + "\"" + name + "\" is " + from.numRows + "×" + from.numCols
                        + ", expected " + m.numRows + "×" + m.numCols);
            }
        });
        live.remove(STEPS);
        live.forEach((name, m) -> m.setTo(state.get(name)));
        steps = count(state.get(STEPS));
        loaded();
    }

    /** A count below 2⁴⁸ as two floats of 24 bits, which hold it exactly. */
    static FMatrixRMaj count(long n) {
        FMatrixRMaj m = counter();
        count(m, n);
        return m;
    }

    /**
     * A matrix that can keep a count among the matrices of {@link #live}.
     *
     * @return the count 0
     */
    protected static FMatrixRMaj counter() {
        return new FMatrixRMaj(1, 2);
    }

    /**
     * Sets a count.
     *
     * @param counter one of {@link #counter}; modified
     * @param n the count, at least 0 and below 2⁴⁸
     */
    protected static void count(FMatrixRMaj counter, long n) {
        counter.data[0] = n >>> 24;
        counter.data[1] = n & 0xffffff;
    }

    /**
     * Reads a count.
     *
     * @param counter one of {@link #counter}
     * @return the count
     */
    protected static long count(FMatrixRMaj counter) {
        return ((long) counter.data[0] << 24) + (long) counter.data[1];
    }

    /**
     * Checks a setting.
     *
     * @param what its name in the message
     * @param value its value
     * @throws IllegalArgumentException if it is not above 0 and finite
     */
    protected final void above0(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName() + ": " + what + " is " + value + ", expected above 0 and finite");
        }
    }

    /**
     * Checks a setting.
     *
     * @param what its name in the message
     * @param value its value
     * @throws IllegalArgumentException if it is not within [0,1)
     */
    protected final void share(String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName() + ": " + what + " is " + value + ", expected within [0,1)");
        }
    }

    /**
     * A matrix of zeros for each parameter.
     *
     * @param params the parameters
     * @return the matrices, of the parameters' shapes and in their order
     */
    protected static FMatrixRMaj[] zeros(List<Param> params) {
        return params.stream()
                .map(p -> new FMatrixRMaj(p.value().numRows, p.value().numCols))
                .toArray(FMatrixRMaj[]::new);
    }

    /**
     * Moves one parameter, θ. Called once for each parameter with a gradient in each step.
     *
     * @param k the number of the parameter, from 0
     * @param p the parameter; its value is to be modified
     * @param gradient its gradient; not to be modified
     * @param scale what the gradient is to be multiplied by, 1 unless its norm is clipped
     * @param rate the learning rate of this step
     */
    protected abstract void update(int k, Param p, FMatrixRMaj gradient, float scale, double rate);

    /**
     * What is carried from step to step, besides the number of steps.
     *
     * @return the matrices themselves, by names that differ; always the same names and shapes in the same order
     */
    protected abstract Map<String, FMatrixRMaj> live();

    /** Called when the matrices of {@link #live} have been set to those of another run. By default does nothing. */
    protected void loaded() {}

    /**
     * Names matrices by the parameters that they belong to.
     *
     * @param all gets them; modified
     * @param suffix comes after the name of the parameter
     * @param matrices one for each parameter, or none at all
     */
    protected final void name(Map<String, FMatrixRMaj> all, String suffix, FMatrixRMaj... matrices) {
        for (int k = 0; k < matrices.length; k++) {
            all.put(params.get(k).name() + suffix, matrices[k]);
        }
    }
}

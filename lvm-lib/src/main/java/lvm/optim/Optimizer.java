package lvm.optim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 */
public abstract sealed class Optimizer permits Sgd, Adam {

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
         * The same with a schedule and gradient clipping.
         *
         * @param schedule the factor on the learning rate by step
         * @param maxNorm the largest norm of all gradients together, above 0; infinity for none
         * @return a factory that sets both
         */
        default Factory with(Schedule schedule, double maxNorm) {
            return (params, learningRate) -> {
                Optimizer optimizer = over(params, learningRate);
                optimizer.schedule(schedule);
                optimizer.clipNorm(maxNorm);
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
    private double maxNorm = Double.POSITIVE_INFINITY;
    private long steps;
    private double[] squares = new double[0];

    Optimizer(List<Param> params, double learningRate) {
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
        if (!(norm > 0)) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName() + ": the largest norm is " + norm + ", expected above 0");
        }
        maxNorm = norm;
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
                sum += squares(p.gradient());
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
        float scale = 1;
        if (maxNorm < Double.POSITIVE_INFINITY) {
            double norm = gradientNorm();
            scale = norm > maxNorm ? (float) (maxNorm / norm) : 1;
        }
        for (int k = 0; k < params.size(); k++) {
            Param p = params.get(k);
            if (p.hasGradient()) {
                update(k, p, scale, rate);
                p.clearGradient();
            }
        }
        steps++;
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

    /**
     * The parameters.
     *
     * @return those that the optimiser was made with, in order
     */
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
        return new FMatrixRMaj(1, 2, true, (float) (n >>> 24), (float) (n & 0xffffff));
    }

    static long count(FMatrixRMaj m) {
        return ((long) m.data[0] << 24) + (long) m.data[1];
    }

    final void above0(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName() + ": " + what + " is " + value + ", expected above 0 and finite");
        }
    }

    final void share(String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName() + ": " + what + " is " + value + ", expected within [0,1)");
        }
    }

    /** One parameter's move, with its gradient times scale. */
    abstract void update(int k, Param p, float scale, double rate);

    /** The matrices of the state themselves, by name, besides the number of steps. */
    abstract Map<String, FMatrixRMaj> live();

    void loaded() {}
}

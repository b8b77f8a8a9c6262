package lvm.fit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.optim.MovingAverage;
import lvm.optim.Optimizer;
import org.ejml.data.FMatrixRMaj;

/**
 * What moves in a fit, and how: a step with one optimiser, with several that it uses in turn, or with none, where it writes
 * the parameters itself.
 *
 * <pre>{@code
 * Learner.of(step, optimizer)                        // a variational autoencoder
 * Learner.of(step, generator, discriminator)         // an adversarial network; which one moves is up to the step
 * Learner.of(step).params(net.params())              // EM: the step writes statistics
 * }</pre>
 *
 * <p>Parameters, buffers and the state of all optimisers are in the checkpoints. A fit with several learners one after the
 * other has {@link Stages}.
 */
public final class Learner {
    final TrainStep step;
    final List<Optimizer> optimizers;
    private List<Param> averaged; // null: all that the optimisers move
    private final Map<String, FMatrixRMaj> kept = new LinkedHashMap<>();
    BatchObjective objective;
    String objectiveName;
    Dataset data;
    String digest;
    String way = "this way of learning";
    Scaling scaling = Scaling.none();
    List<String> classes; // null: labels of validation rows are not looked at
    int batchSize;
    long epochs = -1;

    private Learner(TrainStep step, List<Optimizer> optimizers) {
        this.step = step;
        this.optimizers = optimizers;
    }

    /**
     * A learner by repetition of a step.
     *
     * @param step one step on a minibatch, those of the optimisers included
     * @param optimizers what it moves parameters with; a parameter may be in several of them
     * @return the learner
     */
    public static Learner of(TrainStep step, Optimizer... optimizers) {
        return new Learner(Objects.requireNonNull(step, "Learner.of: step"), List.of(optimizers));
    }

    /**
     * Parameters that the step writes itself, without an optimiser.
     *
     * @param params the parameters, live
     * @return this
     * @throws IllegalArgumentException if two matrices have the same name
     */
    public Learner params(List<Param> params) {
        params.forEach(p -> add(p.name(), p.value()));
        return this;
    }

    /**
     * What is kept beside the parameters, such as running moments or the places of Markov chains.
     *
     * @param buffers name → matrix, live; the map is copied
     * @return this
     * @throws IllegalArgumentException if two matrices have the same name
     */
    public Learner buffers(Map<String, FMatrixRMaj> buffers) {
        buffers.forEach(this::add);
        return this;
    }

    private void add(String name, FMatrixRMaj matrix) {
        if (kept.putIfAbsent(name, matrix) != null) {
            throw new IllegalArgumentException("Learner: two matrices are named \"" + name + "\"");
        }
    }

    /**
     * The objective on validation rows, which moves nothing. Without it a builder refuses validation rows.
     *
     * @param objective called if there are such rows
     * @return this
     */
    public Learner objective(BatchObjective objective) {
        this.objective = Objects.requireNonNull(objective, "Learner.objective");
        return this;
    }

    /**
     * The name of the objective in the history and the progress.
     *
     * @param name the quantity and its unit; by default that of the builder
     * @return this
     */
    public Learner objectiveName(String name) {
        this.objectiveName = Objects.requireNonNull(name, "Learner.objectiveName");
        return this;
    }

    /**
     * Other rows to learn from than those of the fit: what a stage before has made of them, for example.
     *
     * @param data the rows
     * @return this
     */
    public Learner data(Dataset data) {
        this.data = Objects.requireNonNull(data, "Learner.data");
        return this;
    }

    /**
     * How the rows are seen, those to learn from and those of the validation: the batches of the steps are of standardised rows.
     *
     * @param scaling the means and deviations; by default none
     * @return this
     */
    public Learner scaling(Scaling scaling) {
        this.scaling = Objects.requireNonNull(scaling, "Learner.scaling");
        return this;
    }

    /**
     * The classes of the model, where the objective on validation rows looks at their labels: these are told by their names.
     *
     * @param names of the classes, as {@link Dataset#classNames}
     * @return this
     */
    public Learner classes(List<String> names) {
        this.classes = List.copyOf(names);
        return this;
    }

    /**
     * What tells the data from other data, where the step looks at more than the rows that are learnt from.
     *
     * @param digest as in {@link Fit#digest}
     * @return this
     */
    public Learner digest(String digest) {
        this.digest = Objects.requireNonNull(digest, "Learner.digest");
        return this;
    }

    /**
     * Takes other minibatches than the builder's: all rows at once, for example. A builder refuses a size of its own then.
     *
     * @param rows the rows in a minibatch, at least 1
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public Learner batchSize(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("Learner: batchSize is " + rows + ", expected at least 1");
        }
        this.batchSize = rows;
        return this;
    }

    /**
     * Takes another budget than the builder's, for a stage that has one of its own.
     *
     * @param epochs the passes over the data, at least 0
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public Learner epochs(long epochs) {
        if (epochs < 0) {
            throw new IllegalArgumentException("Learner: epochs is " + epochs + ", expected at least 0");
        }
        this.epochs = epochs;
        return this;
    }

    /**
     * What messages call this way of learning.
     *
     * @param way the setting that chose it, such as {@code learning(EM)}
     * @return this
     */
    public Learner way(String way) {
        this.way = Objects.requireNonNull(way, "Learner.way");
        return this;
    }

    /**
     * Which parameters a moving average is of, if the builder has one.
     *
     * @param params some of those that the optimisers move; by default all
     * @return this
     */
    public Learner averaged(List<Param> params) {
        this.averaged = List.copyOf(params);
        return this;
    }

    /** The parameters of all optimisers, each once. */
    List<Param> optimised() {
        return optimizers.stream().flatMap(o -> o.params().stream()).distinct().toList();
    }

    MovingAverage average(double decay) {
        return Double.isNaN(decay) || optimizers.isEmpty()
                ? null
                : new MovingAverage(averaged == null ? optimised() : averaged, decay);
    }

    Parameters parameters(MovingAverage average) {
        return Parameters.of(optimizers, average, kept);
    }

    /** The options of a fit with what is set here. */
    FitOptions options(FitOptions given) {
        if (batchSize > 0) {
            given.batchSize(batchSize);
        }
        if (epochs >= 0) {
            given.epochs(epochs).steps(Long.MAX_VALUE).seconds(Double.POSITIVE_INFINITY);
        }
        return objective == null ? given.patience(0) : given;
    }

    /** The kinds of the optimisers, for a card. */
    String optimizerNames() {
        return optimizers.stream()
                .map(o -> o.getClass().getSimpleName())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}

package lvm.fit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;
import lvm.model.History;
import lvm.optim.MovingAverage;

/**
 * What a {@link NeuralFitBuilder} does with learners: a run of {@link Fit} for each, with moving averages, validation and
 * listener.
 *
 * @param <M> the model
 */
final class Training<M> {
    /** The options and the checkpoints of a stage. */
    interface Place {
        /** The options; anew: what is there is replaced also if the fit goes on from other checkpoints. */
        FitOptions options(String stage, boolean anew);
    }

    private final String model;
    private final Dataset data;
    private final Dataset validation;
    private final double movingAverage;
    private final String objectiveName;
    private final IterationListener<? super M> listener;

    /** What is null is not there; a moving average that is NaN, too. */
    Training(
            String model,
            Dataset data,
            Dataset validation,
            double movingAverage,
            String objectiveName,
            IterationListener<? super M> listener) {
        this.model = model;
        this.data = data;
        this.validation = validation;
        this.movingAverage = movingAverage;
        this.objectiveName = objectiveName;
        this.listener = listener;
        if (validation != null && data != null && validation.dim() != data.dim()) {
            throw new IllegalArgumentException(model + ".fit: the validation rows have " + validation.dim()
                    + " columns, the data have " + data.dim());
        }
    }

    /** Trains with one learner. */
    M run(Learner learner, FitOptions options, Function<History, M> maker) {
        return maker.apply(fit(learner, options, model, maker).run());
    }

    /** Trains with one learner after the other. */
    M run(Stages stages, Place place, Function<History, M> maker) {
        Map<String, History> courses = new LinkedHashMap<>();
        History last = null;
        boolean anew = false;
        for (Map.Entry<String, Supplier<Learner>> stage : stages.learners.entrySet()) {
            String name = stage.getKey();
            Learner learner;
            try {
                Interrupts.check(model + ".fit");
                learner = stage.getValue().get();
            } catch (CancellationException e) {
                if (last == null || !Interrupts.pending()) {
                    throw e;
                }
                last = last.ended(History.Stop.INTERRUPTED);
                break;
            }
            Run run = fit(learner, place.options(name, anew), model + ", " + name, history -> {
                Map<String, History> until = new LinkedHashMap<>(courses);
                until.put(name, history);
                return maker.apply(history.withStages(until));
            });
            last = run.run();
            courses.put(name, last);
            anew |= run.fit.steps() > 0;
            if (last.stop() == History.Stop.INTERRUPTED) {
                break;
            }
        }
        return maker.apply(Objects.requireNonNull(last).withStages(courses));
    }

    private Run fit(Learner learner, FitOptions options, String label, Function<History, M> maker) {
        MovingAverage average = learner.average(movingAverage);
        Fit fit = new Fit(average == null ? learner.step : followedBy(learner.step, average))
                .options(learner.options(options))
                .parameters(learner.parameters(average))
                .label(label)
                .objectiveName(learner.objectiveName == null ? objectiveName : learner.objectiveName);
        if (learner.digest != null) {
            fit.digest(learner.digest);
        }
        if (validation != null && learner.objective != null) {
            Dataset known = learner.classes == null
                    ? validation
                    : validation.matchingClasses(learner.classes, model + ".fit: validation");
            fit.validation(
                    learner.scaling.of(known),
                    (batch, rng) -> with(average, () -> learner.objective.value(batch, rng)));
        }
        if (listener != null) {
            fit.listener(epoch -> listener.iteration(
                    Math.toIntExact(epoch.epoch()), with(average, () -> maker.apply(epoch.history()))));
        }
        Dataset rows = learner.data == null ? data : learner.data;
        return new Run(fit, rows == null ? null : learner.scaling.of(rows), average);
    }

    /** A fit that is ready to begin. Afterwards the averages, if there are some, are in the place of the parameters. */
    private record Run(Fit fit, Dataset rows, MovingAverage average) {
        History run() {
            History history = rows == null ? fit.run() : fit.run(rows);
            if (average != null) {
                average.swap();
            }
            return history;
        }
    }

    private static TrainStep followedBy(TrainStep step, MovingAverage average) {
        return (batch, rng) -> {
            double value = step.step(batch, rng);
            average.update();
            return value;
        };
    }

    /** What something gives while the averages, if there are some, are in the place of the parameters. */
    private static <T> T with(MovingAverage average, Supplier<T> something) {
        if (average == null) {
            return something.get();
        }
        average.swap();
        try {
            return something.get();
        } finally {
            average.swap();
        }
    }
}

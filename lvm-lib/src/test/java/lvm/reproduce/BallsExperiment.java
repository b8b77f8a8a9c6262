package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import lvm.boltzmann.ConditionalRbm;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.Recurrence;
import lvm.boltzmann.RnnRbm;
import lvm.data.BouncingBalls;
import lvm.data.Sequences;
import lvm.evaluation.Estimate;
import lvm.evaluation.NextFrame;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * Films of bouncing balls: the squared error of the next frame, summed over its pixels, a mean over the frames of test films from the third on.
 * A model predicts the mean of the frame given those before it; beside them are the last frame itself, the last one and its change once more,
 * and a linear map of the two last frames, by least squares with a ridge.
 */
final class BallsExperiment implements Experiment {
    private static final int FIRST = 2;

    @Override
    public String name() {
        return "bouncing-balls";
    }

    @Override
    public String about() {
        return "error of the next frame of films of bouncing balls by conditional and recurrent RBMs, beside the last frame and a"
                + " linear map; a quarter of an hour";
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, result -> result.system().startsWith("RNN-RBM"));
    }

    @Override
    public List<Result> run(Run run) {
        int edge = run.pick(6, 16);
        int frames = run.pick(20, 60);
        Sequences train = BouncingBalls.generate(run.pick(10, 300), frames, run.pick(1, 2), edge, run.seed());
        Sequences test = BouncingBalls.generate(run.pick(4, 30), frames, run.pick(1, 2), edge, run.seed() + 1000);
        List<Result> results = new ArrayList<>();
        results.add(result(run, "last frame", error(test, NextFrame.last(test)), 0));
        results.add(result(run, "last frame and its change", error(test, NextFrame.extrapolated(test)), 0));
        results.add(result(run, "linear map of two frames", error(test, NextFrame.linear(2, train, test)), 0));
        results.addAll(run.part("conditional", () -> conditional(run, train, test)));
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        results.addAll(run.part("recurrent", () -> recurrent(run, train, test)));
        return Thread.currentThread().isInterrupted() ? List.of() : results;
    }

    private static Result result(Run run, String system, Estimate error, double seconds) {
        Protocol protocol = new Protocol(
                run.small() ? "Bouncing balls, one of 6×6" : "Bouncing balls, two in 16×16 pixels",
                "test, given the frames before",
                "grey",
                Protocol.Kind.ESTIMATE,
                0);
        return Result.of(
                system, "squared error of the next frame", error, "sum over pixels", protocol, run.seed(), seconds);
    }

    private static Estimate error(Sequences test, Sequences predicted) {
        return NextFrame.error(test, predicted, FIRST);
    }

    private static List<Result> conditional(Run run, Sequences train, Sequences test) {
        ConditionalRbm model = ConditionalRbm.builder()
                .hidden(run.pick(20, 200))
                .order(2)
                .learning(RbmLearning.cd(3))
                .learningRate(1e-3)
                .movingAverage(.99)
                .epochs(run.pick(20, 60))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("conditional"))
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String system = "Conditional RBM, " + model.latentDim() + " hidden units, 2 frames before, CD-3";
        return List.of(result(
                run,
                system,
                error(test, model.predictions(test, 10, 40, run.seed())),
                model.history().last("seconds")));
    }

    private static List<Result> recurrent(Run run, Sequences train, Sequences test) {
        RnnRbm model = RnnRbm.builder()
                .recurrence(Recurrence.GRU)
                .hidden(run.pick(20, 200))
                .states(run.pick(20, 200))
                .learning(RbmLearning.cd(3))
                .learningRate(1e-3)
                .movingAverage(.99)
                .batchSize(10)
                .epochs(run.pick(20, 60))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("recurrent"))
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String system = "RNN-RBM with gates, " + model.hidden() + " hidden units, CD-3";
        Estimate error = error(test, model.predictions(test, 10, 40, run.seed()));
        return List.of(result(run, system, error, model.history().last("seconds")));
    }
}

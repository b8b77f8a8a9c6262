package lvm.reproduce;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.evaluation.ErrorRate;
import lvm.evaluation.Estimate;
import lvm.evaluation.Interval;
import lvm.fit.Fit;
import lvm.fit.FitOptions;
import lvm.fit.Parameters;
import lvm.model.History;
import lvm.nn.Dropout;
import lvm.nn.Linear;
import lvm.nn.WeightInit;
import lvm.optim.Adam;
import lvm.optim.Schedule;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * The test error of a plain network on MNIST, 784-500-500-10 rectified units with dropout, trained by Adam on all 60,000
 * images; nothing is chosen on the test images. At the small size it learns digits drawn by the library.
 */
final class MlpExperiment implements Experiment {
    private static final int BATCH = 100;
    private static final int EPOCHS = 12;
    private static final double LEVEL = 0.95;

    @Override
    public String name() {
        return "mlp";
    }

    @Override
    public String about() {
        return "test error of a network 784-500-500-10 on MNIST; some minutes";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(701, 200);
        Dataset train = images.train();
        Dataset test = images.test();
        int hidden = run.pick(64, 500);
        SplittableRandom rng = new SplittableRandom(run.seed());
        Linear first = new Linear("first", train.dim(), hidden, Activation.RELU, WeightInit.HE, rng);
        Linear second = new Linear("second", hidden, hidden, Activation.RELU, WeightInit.HE, rng);
        Linear last = new Linear("last", hidden, 10, Activation.IDENTITY, WeightInit.GLOROT, rng);
        Dropout dropInput = new Dropout(0.2);
        Dropout drop = new Dropout(0.5);
        Adam adam = new Adam(
                Stream.of(first, second, last)
                        .flatMap(layer -> layer.params().stream())
                        .toList(),
                1e-3);
        int epochs = run.pick(10, EPOCHS);
        adam.schedule(Schedule.cosine((long) epochs * ((train.rows() + BATCH - 1) / BATCH), 0));
        Tape tape = new Tape();
        History history = new Fit((batch, random) -> {
                    tape.reset().training(random);
                    Var h = first.forward(tape, dropInput.forward(tape, tape.constant(batch.x())));
                    Var logits = last.forward(tape, drop.forward(tape, second.forward(tape, drop.forward(tape, h))));
                    return adam.ascend(
                            logits.categoricalLogLikelihood(batch.labels()).mean());
                })
                .parameters(Parameters.of(adam, Map.of()))
                .options(new FitOptions()
                        .epochs(epochs)
                        .batchSize(BATCH)
                        .seed(run.seed())
                        .resume(run.checkpoints()))
                .label("mlp")
                .objectiveName("log-likelihood, nats per image")
                .run(train);
        tape.reset().evaluation();
        Var h = second.forward(tape, first.forward(tape, tape.constant(test.floatMatrix())));
        ErrorRate error = ErrorRate.of(last.forward(tape, h).value(), test.labels());
        double p = error.value();
        Interval interval = error.interval(LEVEL);
        String system = "MLP " + train.dim() + "-" + hidden + "-" + hidden + "-10, ReLU, dropout 0.2 and 0.5, Adam, "
                + epochs + " epochs";
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST", "test", "none", Protocol.Kind.ESTIMATE, 0);
        Estimate percent =
                new Estimate(100.0 * error.errors() / error.rows(), 100 * Math.sqrt(p * (1 - p) / error.rows()));
        return List.of(
                Result.of(system, "classification error", percent, "%", protocol, run.seed(), history.last("seconds"))
                        .with(new Interval(100 * interval.low(), 100 * interval.high(), LEVEL)));
    }
}

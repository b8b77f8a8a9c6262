package lvm.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lvm.autodiff.Activation;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.DbnBuilder;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.classify.NeuralClassifier;
import lvm.classify.SupportVectorMachine;
import lvm.data.Dataset;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.model.Classifier;
import lvm.nn.NetworkFactory;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import lvm.results.Result;

/**
 * A deep belief network of three hidden layers as the start of a classifier of MNIST, after G. E. Hinton, S. Osindero and Y.-W. Teh (2006)
 * and G. E. Hinton and R. Salakhutdinov (2006): the layers learn from all images to train on without their labels, the network that begins
 * with their weights from all labels. Beside it stand the same network from a random start and a support vector machine with a Gaussian
 * kernel. Rates, dropout of the input and γ are chosen on 10,000 of the images to train on. At the small size it learns digits drawn by the
 * library.
 */
final class DbnClassifyExperiment implements Experiment {
    private static final int BATCH = 100;
    private static final int LAYER_EPOCHS = 50;
    private static final int EPOCHS = 40;
    private static final double[] RATES = {1e-4, 3e-4, 1e-3};
    private static final double[] DROPOUTS = {0, .2};
    private static final double[] GAMMAS = {.02, .03};
    private static final double COST = 10;
    private static final int KERNEL_ROWS = 10_000;

    @Override
    public String name() {
        return "dbn-classify";
    }

    @Override
    public String about() {
        return "test error of a DBN of three layers fine-tuned on MNIST, beside a kernel SVM; six hours";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(501, 100);
        Dbn dbn = layers(run, images.train());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        int[] hidden = Arrays.copyOfRange(dbn.sizes(), 1, dbn.depth() + 1);
        List<Result> results = new ArrayList<>();
        String units = "network of " + Arrays.toString(hidden) + " sigmoid units";
        for (boolean begun : new boolean[] {true, false}) {
            NetworkFactory network = begun ? dbn.toNetwork() : NetworkFactory.mlp(Activation.SIGMOID, hidden);
            Result result = network(run, images, network, units + (begun ? " from a DBN" : " from random weights"));
            if (result == null) {
                return List.of();
            }
            results.add(result);
        }
        results.add(kernel(run, images));
        return results;
    }

    private static Dbn layers(Run run, Dataset train) {
        return Dbn.builder()
                .layers(
                        layer(run, train, run.pick(20, 500)),
                        layer(run, train, run.pick(20, 500)),
                        layer(run, train, run.pick(40, 2000)))
                .nextLayer(DbnBuilder.NextLayer.MEANS)
                .seed(run.seed())
                .resume(run.checkpoints().resolve("layers"))
                .fit(train.withoutLabels());
    }

    private static RbmBuilder layer(Run run, Dataset train, int hidden) {
        int epochs = run.pick(2, LAYER_EPOCHS);
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.cd(1))
                .centred(true)
                .optimizer(Sgd::new)
                .learningRate(.05)
                .schedule(Schedule.cosine(epochs * steps(train), 0))
                .weightDecay(2e-4)
                .batchSize(BATCH)
                .epochs(epochs);
    }

    private static long steps(Dataset train) {
        return (train.rows() + BATCH - 1) / BATCH;
    }

    /** Null if the thread was interrupted. */
    private static Result network(Run run, Images images, NetworkFactory network, String name) {
        Dataset[] parts = Splits.split(images.train(), run.pick(100, 10_000), 1);
        double least = Double.POSITIVE_INFINITY;
        double rate = 0;
        double dropout = 0;
        double seconds = 0;
        for (double r : run.small() ? new double[] {RATES[2]} : RATES) {
            for (double d : run.small() ? new double[] {DROPOUTS[1]} : DROPOUTS) {
                NeuralClassifier trial = fit(run, parts[0], network, r, d, name + "/choice-" + r + "-" + d);
                if (Thread.currentThread().isInterrupted()) {
                    return null;
                }
                seconds += trial.history().last("seconds");
                double error = error(trial, parts[1]).value();
                if (error < least) {
                    least = error;
                    rate = r;
                    dropout = d;
                }
            }
        }
        NeuralClassifier chosen = fit(run, images.train(), network, rate, dropout, name + "/final");
        if (Thread.currentThread().isInterrupted()) {
            return null;
        }
        seconds += chosen.history().last("seconds");
        String system = name + ", rate " + rate + ", dropout of the input " + dropout;
        return run.errorRate(system, error(chosen, images.test()), "none", 0, seconds);
    }

    private static NeuralClassifier fit(
            Run run, Dataset train, NetworkFactory network, double rate, double dropout, String place) {
        int epochs = run.pick(2, EPOCHS);
        return NeuralClassifier.builder()
                .network(dropout > 0 ? network.afterDropout(dropout) : network)
                .standardize(false)
                .learningRate(rate)
                .schedule(Schedule.cosine(epochs * steps(train), 0))
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(run.checkpoints().resolve(place))
                .fit(train);
    }

    private static Result kernel(Run run, Images images) {
        Dataset[] parts = Splits.split(images.train(), run.pick(100, 10_000), 1);
        Dataset some = parts[0].slice(0, Math.min(KERNEL_ROWS, parts[0].rows()));
        long start = System.nanoTime();
        double least = Double.POSITIVE_INFINITY;
        double gamma = 0;
        for (double g : GAMMAS) {
            double error = error(machine(g).fit(some), parts[1]).value();
            if (error < least) {
                least = error;
                gamma = g;
            }
        }
        SupportVectorMachine chosen = machine(gamma).fit(images.train());
        double seconds = (System.nanoTime() - start) / 1e9;
        String system = "support vector machine, γ = " + gamma + ", C = " + COST;
        return run.errorRate(system, error(chosen, images.test()), "none", 0, seconds);
    }

    private static SupportVectorMachine.Builder machine(double gamma) {
        return SupportVectorMachine.builder().gamma(gamma).cost(COST);
    }

    private static ErrorRate error(Classifier classifier, Dataset images) {
        return ErrorRate.of(classifier.classify(images), images.labels());
    }
}

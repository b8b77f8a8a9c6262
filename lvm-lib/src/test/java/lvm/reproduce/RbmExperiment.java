package lvm.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.model.EnergyLikelihood;
import lvm.model.LogPartition;
import lvm.optim.Sgd;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * Restricted Boltzmann machines of 16 hidden units on thresholded MNIST, centred and plain, of the images and of their negatives, with
 * log Z by the sum over the states of the hidden units: the setting of PyDeep's example RBM_MNIST_small. PCD-1 with 100 chains, batches of
 * 100, a learning rate of 0.01, 50 epochs, no momentum and no decay; the offsets begin at the means of the data and at ½ and move by 0.01.
 * The test images are thresholded like those that are learnt from, and once more drawn from their grey levels, and taken grey, for the
 * numbers differ by nats. At the small size it learns digits drawn by the library.
 */
final class RbmExperiment implements Experiment {
    private static final int HIDDEN = 16;

    @Override
    public String name() {
        return "rbm-16";
    }

    @Override
    public String about() {
        return "exact log-likelihood of RBMs of 16 hidden units on MNIST and its negative, centred and plain; some minutes";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100);
        List<Result> results = new ArrayList<>();
        for (boolean negative : new boolean[] {false, true}) {
            for (boolean centred : new boolean[] {true, false}) {
                String place = (centred ? "centred" : "plain") + (negative ? "-negative" : "");
                Rbm rbm = machine(
                        run,
                        centred,
                        bits(images.train().binarized(), negative),
                        run.checkpoints().resolve(place));
                if (Thread.currentThread().isInterrupted()) {
                    return List.of();
                }
                LogPartition logZ = rbm.logPartition();
                double seconds = rbm.history().last("seconds");
                String system = "RBM, " + HIDDEN + " hidden units, PCD-1, " + (centred ? "centred" : "plain");
                if (negative) {
                    Dataset test = bits(images.test().binarized(), true);
                    results.add(likelihood(run, system, rbm, logZ, test, ", negative", "thresholded", seconds));
                } else {
                    results.addAll(likelihoods(run, system, rbm, logZ, images.test(), seconds));
                }
            }
        }
        return results;
    }

    /**
     * Trains a machine, or goes on.
     *
     * @param train bits
     * @param checkpoints its place
     */
    static Rbm machine(Run run, boolean centred, Dataset train, Path checkpoints) {
        return Rbm.builder()
                .hidden(HIDDEN)
                .learning(RbmLearning.pcd(1))
                .centred(centred)
                .optimizer(Sgd::new)
                .learningRate(.01)
                .batchSize(100)
                .epochs(run.pick(2, 50))
                .seed(run.seed())
                .resume(checkpoints)
                .fit(train);
    }

    /** 1 − x if the negative is asked for. */
    private static Dataset bits(Dataset images, boolean negative) {
        if (!negative) {
            return images;
        }
        FMatrixRMaj x = images.floatMatrix();
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = 1 - x.data[i];
        }
        return Dataset.of(x);
    }

    /**
     * The mean log-likelihoods of test images thresholded, drawn once from their grey levels, and grey: numbers that differ by nats.
     *
     * @param images grey
     */
    static List<Result> likelihoods(
            Run run, String system, Rbm rbm, LogPartition logZ, Dataset images, double seconds) {
        return List.of(
                likelihood(run, system, rbm, logZ, images.binarized(), "", "thresholded", seconds),
                likelihood(run, system, rbm, logZ, images.binarizedOnce(run.seed() + 1), "", "static", seconds),
                likelihood(run, system, rbm, logZ, images, "", "grey", seconds));
    }

    private static Result likelihood(
            Run run,
            String system,
            Rbm rbm,
            LogPartition logZ,
            Dataset test,
            String which,
            String binarization,
            double seconds) {
        String data = (run.small() ? "Digits, 500 training images" : "MNIST") + which;
        EnergyLikelihood value = rbm.logLikelihood(test, logZ);
        Protocol protocol = new Protocol(
                data, "test", binarization, Protocol.Kind.valueOf(value.kind().name()), logZ.draws());
        Estimate nats = new Estimate(value.natsPerRow(), logZ.standardError());
        return Result.of(system, "log-likelihood", nats, "nats per image", protocol, run.seed(), seconds);
    }
}

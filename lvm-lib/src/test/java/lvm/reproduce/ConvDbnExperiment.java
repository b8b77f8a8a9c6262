package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.ConvolutionalDbn;
import lvm.boltzmann.ConvolutionalRbm;
import lvm.boltzmann.ConvolutionalRbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * The right half of an image from the left one, by convolutional machines with probabilistic max pooling: one layer, which sees places only, and two,
 * whose upper one sees more of the image; without zeros around the images and, beside it, with them. The squared error of the unknown
 * pixels, summed over them; the means of the training images in their place are what to be better than. Of MNIST, or at the small size of
 * digits drawn by the library. H. Lee et al. (2009) show such completions of faces.
 */
final class ConvDbnExperiment implements Experiment {
    private static final int EDGE = 28;

    @Override
    public String name() {
        return "conv-dbn";
    }

    @Override
    public String about() {
        return "right halves of digits completed by convolutional RBMs of one layer and of two; half an hour";
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, result -> result.system().startsWith("Convolutional DBN"));
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(261, 40);
        Dataset train = images.train().slice(0, run.pick(200, 10_000));
        Dataset test = images.test().slice(0, run.pick(40, 500));
        boolean[] known = new boolean[EDGE * EDGE];
        for (int i = 0; i < known.length; i++) {
            known[i] = i % EDGE < EDGE / 2;
        }
        List<Result> results = new ArrayList<>();
        results.add(result(run, "mean of the training images", error(test, mean(train, test), known), 0));
        results.addAll(run.part("none", () -> stack(run, train, test, known, 9, 0)));
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        results.addAll(run.part("zeros", () -> stack(run, train, test, known, 9, 4)));
        return Thread.currentThread().isInterrupted() ? List.of() : results;
    }

    private static ConvolutionalRbmBuilder layer(Run run, int filters, int kernel) {
        return ConvolutionalRbm.builder()
                .filters(run.pick(filters / 4, filters))
                .kernel(kernel)
                .learning(RbmLearning.cd(1))
                .learningRate(2e-3)
                .sparsity(.05, 2)
                .weightDecay(1e-3)
                .movingAverage(.99)
                .batchSize(50)
                .epochs(run.pick(1, 8))
                .seed(run.seed());
    }

    private static List<Result> stack(Run run, Dataset train, Dataset test, boolean[] known, int kernel, int zeros) {
        // 20 places and blocks of 2 without zeros, 28 with four: ten pooling units a side, or fourteen.
        String with = zeros > 0 ? ", " + zeros + " zeros around an image" : "";
        String place = zeros > 0 ? "zeros" : "none";
        ConvolutionalRbmBuilder lower =
                layer(run, 32, kernel).padding(zeros).resume(run.checkpoints().resolve(place + "-lower"));
        ConvolutionalRbmBuilder upper =
                layer(run, 64, 5).pool(2).resume(run.checkpoints().resolve(place + "-upper"));
        ConvolutionalDbn dbn = ConvolutionalDbn.builder().layers(lower, upper).fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        int sweeps = run.pick(10, 100);
        FMatrixRMaj one = dbn.lower().complete(test, known, sweeps, new SplittableRandom(run.seed()));
        FMatrixRMaj two = dbn.complete(test, known, sweeps, new SplittableRandom(run.seed()));
        double seconds = dbn.lower().history().last("seconds");
        return List.of(
                result(run, "Convolutional RBM, one layer" + with, error(test, one, known), seconds),
                result(
                        run,
                        "Convolutional DBN, two layers" + with,
                        error(test, two, known),
                        seconds + dbn.history().last("seconds")));
    }

    private static FMatrixRMaj mean(Dataset train, Dataset test) {
        FMatrixRMaj x = train.floatMatrix();
        double[] mean = new double[x.numCols];
        for (int i = 0; i < x.getNumElements(); i++) {
            mean[i % mean.length] += x.data[i] / x.numRows;
        }
        FMatrixRMaj all = new FMatrixRMaj(test.rows(), mean.length);
        for (int i = 0; i < all.getNumElements(); i++) {
            all.data[i] = (float) mean[i % mean.length];
        }
        return all;
    }

    private static Estimate error(Dataset test, FMatrixRMaj completed, boolean[] known) {
        FMatrixRMaj x = test.floatMatrix();
        double sum = 0;
        double squares = 0;
        for (int r = 0; r < x.numRows; r++) {
            double image = 0;
            for (int i = 0; i < x.numCols; i++) {
                double e = known[i] ? 0 : x.get(r, i) - completed.get(r, i);
                image += e * e;
            }
            sum += image / x.numRows;
            squares += image * image / x.numRows;
        }
        return new Estimate(sum, Math.sqrt((squares - sum * sum) / x.numRows));
    }

    private static Result result(Run run, String system, Estimate error, double seconds) {
        String data = run.small() ? "Digits, right half from left" : "MNIST, right half from left, 10,000 to train on";
        Protocol protocol = new Protocol(data, "first 500 of test", "grey", Protocol.Kind.ESTIMATE, 0);
        return Result.of(
                system, "squared error of the unknown half", error, "sum over pixels", protocol, run.seed(), seconds);
    }
}

package lvm.reproduce;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.results.Protocol;
import lvm.results.Result;
import lvm.vae.Vae;
import lvm.vae.VaeLearning;
import org.ejml.data.FMatrixRMaj;

/**
 * The marginal likelihood against the training samples seen, for the bound (AEVB), wake-sleep and Monte Carlo EM: the third
 * figure of D. P. Kingma and M. Welling (2014). 100 hidden units, 3 latent variables, N = 1,000 and 50,000 images of MNIST,
 * binarised once by a draw from the grey levels; minibatches of 100; Monte Carlo EM with 10 leapfrog steps at an acceptance of
 * 90% and 5 updates, for N = 1,000 only. The likelihood is that of the first 1,000 training and test images by 50 draws of the
 * posterior with 4 leapfrog steps. Adam takes the place of Adagrad. At the small size it learns digits drawn by the library.
 */
final class Figure3Experiment implements Experiment {
    private static final int BATCH = 100;
    private static final double RATE = 1e-3;
    private static final int HIDDEN = 100;
    private static final int LATENT = 3;
    private static final int DRAWS = 50;
    private static final int LEAPFROG_STEPS = 4;
    /** VaeLearning samples seen; half decades. */
    private static final long[] SEEN = {100_000, 300_000, 1_000_000, 3_000_000, 10_000_000};

    private record Rival(String name, VaeLearning learning, long mostSamples) {}

    private static final List<Rival> RIVALS = List.of(
            new Rival("AEVB", VaeLearning.BOUND, 10_000_000),
            new Rival("wake-sleep", VaeLearning.WAKE_SLEEP, 10_000_000),
            new Rival("Monte Carlo EM", VaeLearning.monteCarloEm(10, 5, 0.9), 3_000_000));

    @Override
    public String name() {
        return "figure3";
    }

    @Override
    public String about() {
        return "likelihood against samples seen for AEVB, wake-sleep and Monte Carlo EM on MNIST; an hour";
    }

    @Override
    public Result headline(List<Result> results) {
        List<Result> lastFirst = new ArrayList<>(results);
        Collections.reverse(lastFirst);
        return Experiment.first(
                lastFirst,
                result -> result.system().startsWith("AEVB")
                        && result.protocol().split().equals("test"));
    }

    @Override
    public List<Result> run(Run run) {
        List<Result> results = new ArrayList<>();
        int[] sizes = run.small() ? new int[] {200, 400} : new int[] {1_000, 50_000};
        Images images = run.images(500, 100).binarized(run.seed());
        Dataset train = images.train();
        Dataset test = images.test();
        for (int n : sizes) {
            for (Rival rival : RIVALS) {
                if (n == sizes[1]
                        && rival.learning() != VaeLearning.BOUND
                        && rival.learning() != VaeLearning.WAKE_SLEEP) {
                    continue; // as in the paper: not an on-line algorithm
                }
                results.addAll(curve(run, rival, train.slice(0, Math.min(n, train.rows())), test));
                if (Thread.currentThread().isInterrupted()) {
                    return List.of();
                }
            }
        }
        return results;
    }

    private static List<Result> curve(Run run, Rival rival, Dataset train, Dataset test) {
        int n = train.rows();
        TreeMap<Integer, Long> epochs = new TreeMap<>();
        for (long seen : run.small() ? new long[] {400, 800} : SEEN) {
            if (seen <= rival.mostSamples() && seen >= n) {
                epochs.put(Math.toIntExact(seen / n), seen);
            }
        }
        int some = run.pick(50, 1_000);
        FMatrixRMaj seenRows = train.slice(0, Math.min(n, some)).floatMatrix();
        FMatrixRMaj newRows = test.slice(0, Math.min(test.rows(), some)).floatMatrix();
        Path place = run.checkpoints().resolve(rival.name().replace(' ', '-') + "-" + n);
        Path file = place.resolve("points.txt");
        TreeMap<Integer, double[]> points = read(file);
        Vae.builder()
                .latent(LATENT)
                .hidden(HIDDEN)
                .learning(rival.learning())
                .learningRate(RATE)
                .batchSize(BATCH)
                .epochs(epochs.lastKey())
                .seed(run.seed())
                .resume(place)
                .listener((epoch, model) -> {
                    if (epochs.containsKey(epoch)) {
                        int draws = run.pick(20, DRAWS);
                        SplittableRandom rng = new SplittableRandom(run.seed());
                        // An interrupt in here ends the fit before its next checkpoint: the epoch is done again.
                        Estimate a = mean(model.logLikelihoodByChains(seenRows, draws, LEAPFROG_STEPS, rng));
                        Estimate b = mean(model.logLikelihoodByChains(newRows, draws, LEAPFROG_STEPS, rng));
                        double[] point = {
                            a.value(),
                            a.standardError(),
                            b.value(),
                            b.standardError(),
                            model.history().last("seconds")
                        };
                        points.put(epoch, point);
                        append(file, epoch, point);
                    }
                })
                .fit(train);
        List<Result> results = new ArrayList<>();
        String data = run.small() ? "Digits, first " + some : "MNIST, first 1000";
        String system = rival.name() + ", " + HIDDEN + " hidden units, " + LATENT + " latent variables, N = " + n;
        points.forEach((epoch, point) -> {
            String quantity = "log-likelihood after " + epochs.get(epoch) + " samples";
            for (int which = 0; which < 2; which++) {
                results.add(Result.of(
                        system,
                        quantity,
                        new Estimate(point[2 * which], point[2 * which + 1]),
                        "nats per image",
                        new Protocol(
                                data,
                                which == 0 ? "train" : "test",
                                "static",
                                Protocol.Kind.ESTIMATE,
                                run.pick(20, DRAWS)),
                        run.seed(),
                        point[4]));
            }
        });
        return results;
    }

    /** The mean over images with its standard error over them. */
    private static Estimate mean(double[] values) {
        double mean = 0;
        double square = 0;
        for (double v : values) {
            mean += v / values.length;
        }
        for (double v : values) {
            square += (v - mean) * (v - mean) / (values.length - 1);
        }
        return new Estimate(mean, Math.sqrt(square / values.length));
    }

    private static TreeMap<Integer, double[]> read(Path file) {
        TreeMap<Integer, double[]> points = new TreeMap<>();
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] words = line.split(" ");
                    double[] point = new double[5];
                    for (int k = 0; k < 5; k++) {
                        point[k] = Double.parseDouble(words[k + 1]);
                    }
                    points.put(Integer.parseInt(words[0]), point);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return points;
    }

    private static void append(Path file, int epoch, double[] point) {
        StringBuilder line = new StringBuilder().append(epoch);
        for (double value : point) {
            line.append(' ').append(value);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

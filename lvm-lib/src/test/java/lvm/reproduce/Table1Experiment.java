package lvm.reproduce;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import lvm.classify.LabelPropagation;
import lvm.classify.NeuralClassifier;
import lvm.classify.SupportVectorMachine;
import lvm.classify.TransductiveSvm;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Mnist;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.evaluation.Estimate;
import lvm.factor.Pca;
import lvm.model.Classifier;
import lvm.nn.NetworkFactory;
import lvm.optim.AdamW;
import lvm.optim.Schedule;
import lvm.random.Seeds;
import lvm.results.Protocol;
import lvm.results.Result;
import lvm.vae.ContractiveAutoencoder;
import lvm.vae.M1;
import lvm.vae.M2;
import lvm.vae.StackedM1M2;
import lvm.vae.Vae;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Semi-supervised classification of MNIST with few labels: the columns of the table that the library computes, the error on the
 * 10,000 test images, mean over draws of the labels. 50,000 of the images to train on are used, N of them with labels, as many
 * of each class; 10,000 are left for choosing settings, nothing is chosen on the test images. M1 and
 * the contractive autoencoder, which see no labels, are learnt once for all. At the small size it learns digits drawn by the library.
 */
final class Table1Experiment implements Experiment {
    private static final int[] LABELS = {100, 600, 1000, 3000};
    /** The labels of the cell whose model is kept. */
    private static final int KEPT = 100;

    private static final int DRAWS = 5;
    private static final int VALIDATION = 10_000;
    private static final int BATCH = 100;
    private static final int M1_EPOCHS = 100;
    private static final int M1_WARM_UP = 20;
    private static final int M2_EPOCHS = 40;
    private static final int M2_GUESSED = 20;
    private static final int STACK_EPOCHS = 120;
    private static final int STACK_GUESSED = 100;
    /** Of the graph on which labels spread to the guesses from which M2 starts. */
    private static final int NEIGHBOURS = 5;

    private static final int COMPONENTS = 40;

    /** A column of the table. */
    enum Column {
        NN("NN", "one hidden layer of 500, AdamW, 2,000 steps"),
        CNN("CNN", "16 and 32 filters, hidden layer of 128, dropout 0.5, AdamW, 2,000 steps"),
        TSVM("TSVM", "1,000 random features of γ = 0.02, 40 epochs"),
        CAE(
                "CAE",
                "contractive autoencoder of 400 units, 20 epochs, then an SVM, linear for 100 labels, else of γ = 0.1"),
        M1_TSVM("M1+TSVM", "M1 784-500-500-50, 100 epochs; 1,000 random features of γ = 0.02, 240 epochs"),
        M1_SPREAD("M1+propagation", "M1 784-500-500-50, 100 epochs; labels spread over 5 neighbours"),
        M2(
                "M2",
                "z of 50, hidden layers of 500, 40 epochs, the first 20 from labels spread over neighbours in 40 components"),
        M1_M2(
                "M1+M2",
                "M1 784-500-500-50, 100 epochs; z₂ of 10, hidden layers of 200 and 200, 120 epochs, the first 100 from labels"
                        + " spread over neighbours");

        private final String title;
        private final String about;

        Column(String title, String about) {
            this.title = title;
            this.about = about;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Column column;
    private final int labels;

    private Table1Experiment(Column column, int labels) {
        this.column = column;
        this.labels = labels;
    }

    /** Each cell of the table. */
    static List<Experiment> all() {
        List<Experiment> all = new ArrayList<>();
        for (Column column : Column.values()) {
            for (int labels : LABELS) {
                all.add(new Table1Experiment(column, labels));
            }
        }
        return all;
    }

    @Override
    public String name() {
        return "table1-" + column.word() + "-" + labels;
    }

    @Override
    public String about() {
        return labels + " labels of MNIST: " + column.title + ", " + column.about;
    }

    /** The data of a run, and M1 once it is needed. */
    private static final class Setting {
        private final Run run;
        private final Dataset train;
        private final Dataset test;
        private Vae m1;

        private Setting(Run run) {
            this.run = run;
            if (run.small()) {
                Splits.Split digits = Splits.split(Digits.generate(501, 1), 1, 100, 1);
                train = digits.train();
                test = digits.test();
            } else {
                Splits.Split mnist = Mnist.load().split(VALIDATION, 1);
                train = mnist.train();
                test = mnist.test();
            }
        }

        private Vae m1() {
            if (m1 == null) {
                int hidden = run.pick(30, 500);
                long steps = (train.rows() + BATCH - 1L) / BATCH;
                int epochs = run.pick(2, M1_EPOCHS);
                m1 = Vae.builder()
                        .latent(run.pick(5, 50))
                        .hidden(hidden, hidden)
                        .epochs(epochs)
                        .batchSize(BATCH)
                        .learningRate(1e-3)
                        .schedule(Schedule.cosine(epochs * steps, 0))
                        // Without it all but 11 of the 50 features collapse.
                        .klWarmUp(run.pick(1, M1_WARM_UP) * steps)
                        .seed(run.seed())
                        .resume(run.shared().resolve("m1"))
                        .fit(train.binarizedAnew());
                requireTime();
            }
            return m1;
        }
    }

    private static void requireTime() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
    }

    @Override
    public List<Result> run(Run run) {
        Setting setting = new Setting(run);
        double[] errors = new double[run.pick(2, DRAWS)];
        double seconds = 0;
        for (int draw = 0; draw < errors.length; draw++) {
            double[] one = draw(setting, draw);
            errors[draw] = one[0];
            seconds += one[1];
        }
        Result result = result(column, run.pick(50, labels), run.seed(), run.small(), errors, seconds);
        return List.of(column == Column.M1_M2 && labels == KEPT ? kept(setting, result, errors[0]) : result);
    }

    /** The result with the model of the first draw of labels, which is there as its last checkpoint. */
    private Result kept(Setting setting, Result result, double error) {
        StackedM1M2 model = (StackedM1M2) train(setting, 0);
        return setting.run.keep(
                result, error, Run.APART, name(), StackedM1M2.class, model, half -> error(setting, half));
    }

    private static double error(Setting setting, Classifier classifier) {
        int[] found = classifier.classify(setting.test.floatMatrix());
        return 100 * ErrorRate.of(found, setting.test.labels()).value();
    }

    /** Of the errors of all draws of a cell. */
    static Result result(Column column, int labels, long seed, boolean small, double[] errors, double seconds) {
        double mean = Arrays.stream(errors).average().orElseThrow();
        double squares = Arrays.stream(errors).map(e -> (e - mean) * (e - mean)).sum();
        return Result.of(
                column.title + ", " + column.about + ", mean of " + errors.length + " draws of the labels",
                "classification error",
                new Estimate(mean, Math.sqrt(squares / (errors.length - 1) / errors.length)),
                "%",
                new Protocol(
                        (small ? "Digits, " : "MNIST, ") + labels + " labels",
                        "test",
                        "none",
                        Protocol.Kind.ESTIMATE,
                        0),
                seed,
                seconds);
    }

    /** The error in percent and the seconds of one draw of labels; computed once. */
    private double[] draw(Setting setting, int draw) {
        Path kept = setting.run.checkpoints().resolve(draw + ".txt");
        try {
            if (Files.exists(kept)) {
                return Stream.of(Files.readString(kept).trim().split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
            }
            if (column == Column.M1_TSVM || column == Column.M1_SPREAD || column == Column.M1_M2) {
                setting.m1();
            }
            long start = System.nanoTime();
            double error = error(setting, train(setting, draw));
            double seconds = (System.nanoTime() - start) / 1e9;
            Files.writeString(kept, error + " " + seconds + "\n");
            return new double[] {error, seconds};
        } catch (IOException e) {
            throw new UncheckedIOException(kept.toString(), e);
        }
    }

    private Classifier train(Setting setting, int draw) {
        long seed = Seeds.split(Seeds.split(setting.run.seed(), "labels"), draw);
        Splits.PartlyLabelled parts = Splits.labelled(setting.train, setting.run.pick(50, labels), seed);
        Path checkpoints = setting.run.checkpoints().resolve("draw-" + draw);
        Classifier classifier = train(setting, column, parts, seed, checkpoints);
        requireTime();
        return classifier;
    }

    private static Classifier train(
            Setting setting, Column column, Splits.PartlyLabelled parts, long seed, Path checkpoints) {
        Run run = setting.run;
        int n = parts.labelled().rows();
        long steps = (parts.unlabelled().rows() + BATCH - 1L) / BATCH;
        return switch (column) {
            case NN -> network(run, seed, n).hidden(run.pick(20, 500)).fit(parts.labelled());
            case CNN ->
                network(run, seed, n)
                        .network(NetworkFactory.convolutional(28, run.pick(16, 128), run.pick(4, 16), run.pick(4, 32)))
                        .fit(parts.labelled());
            case TSVM -> transductive(run, seed, run.pick(1, 40)).fit(parts.all());
            case CAE -> {
                ContractiveAutoencoder encoder = ContractiveAutoencoder.builder()
                        .latent(run.pick(20, 400))
                        .epochs(run.pick(1, 20))
                        .seed(run.seed())
                        .resume(run.shared().resolve("cae"))
                        .fit(setting.train);
                requireTime();
                SupportVectorMachine.Builder machine =
                        SupportVectorMachine.builder().cost(10);
                if (n > 100) {
                    machine.gamma(0.1);
                }
                yield encoded(
                        encoder,
                        machine.fit(Dataset.of(encoder.encode(parts.labelled().floatMatrix()))
                                .withLabels(parts.labelled().labels())));
            }
            case M1_SPREAD -> M1.of(setting.m1(), data -> LabelPropagation.of(data, NEIGHBOURS), parts.all());
            case M1_TSVM -> M1.of(setting.m1(), transductive(run, seed, run.pick(1, 240))::fit, parts.all());
            case M2 -> {
                DMatrixRMaj x = parts.all().matrix();
                DMatrixRMaj z = Pca.builder()
                        .components(run.pick(10, COMPONENTS))
                        .fit(x)
                        .encode(x);
                int[] guesses = spread(Dataset.of(z), parts.all());
                yield M2.builder()
                        .latent(run.pick(5, 50))
                        .hidden(run.pick(20, 500))
                        .epochs(run.pick(2, M2_EPOCHS))
                        .batchSize(BATCH)
                        .learningRate(1e-3)
                        .schedule(Schedule.cosine(run.pick(2, M2_EPOCHS) * steps, 0))
                        .leastProbability(1e-3)
                        .guesses(guesses, run.pick(1, M2_GUESSED) * steps)
                        .seed(seed)
                        .resume(checkpoints)
                        .fit(parts.all().binarizedAnew());
            }
            case M1_M2 -> {
                Vae m1 = setting.m1();
                Dataset all = parts.all();
                FMatrixRMaj z = m1.encode(all.floatMatrix());
                int[] guesses = spread(Dataset.of(z), all);
                yield StackedM1M2.builder()
                        .features(m1)
                        .leastDeviation(run.pick(0, 1) * 0.1)
                        .latent(run.pick(5, 10))
                        .hidden(run.pick(20, 200), run.pick(20, 200))
                        .epochs(run.pick(2, STACK_EPOCHS))
                        .batchSize(BATCH)
                        .labelledBatch(Math.max(10, n / 30))
                        .learningRate(1e-3)
                        .schedule(Schedule.cosine(run.pick(2, STACK_EPOCHS) * steps, 0))
                        .leastProbability(1e-3)
                        .guesses(guesses, run.pick(1, STACK_GUESSED) * steps)
                        .seed(seed)
                        .resume(checkpoints)
                        .fit(all);
            }
        };
    }

    /** The classes that the labels of the rows give all of them, by features of the rows. */
    private static int[] spread(Dataset features, Dataset rows) {
        int[] classes = LabelPropagation.of(features.withLabels(rows.labels()), NEIGHBOURS)
                .labels();
        requireTime();
        return classes;
    }

    private static NeuralClassifier.Builder network(Run run, long seed, int labels) {
        int steps = run.pick(40, 2000);
        int batch = Math.min(100, labels);
        return NeuralClassifier.builder()
                .optimizer((params, rate) -> new AdamW(params, rate, 0.01))
                .learningRate(1e-3)
                .batchSize(batch)
                .steps(steps)
                .schedule(Schedule.cosine(steps, 0))
                .seed(seed);
    }

    private static TransductiveSvm.Builder transductive(Run run, long seed, int epochs) {
        return TransductiveSvm.builder()
                .kernel(0.02, run.pick(50, 1000))
                .lambda(1e-6)
                // Of a minibatch, it also punishes a 500th of the variance of the decisions: with 10 that rules the
                // machine.
                .balance(1)
                .batchSize(500)
                .epochs(epochs)
                .rise(run.pick(1, 50) * epochs)
                .learningRate(0.01)
                .schedule(Schedule.cosine(run.pick(1, 100) * epochs, 0))
                .seed(seed);
    }

    private static Classifier encoded(ContractiveAutoencoder encoder, Classifier classifier) {
        return new Classifier() {
            @Override
            public int dim() {
                return encoder.dim();
            }

            @Override
            public int classes() {
                return classifier.classes();
            }

            @Override
            public int[] classify(FMatrixRMaj x) {
                return classifier.classify(encoder.encode(x));
            }
        };
    }
}

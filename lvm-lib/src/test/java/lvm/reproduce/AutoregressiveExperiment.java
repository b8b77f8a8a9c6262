package lvm.reproduce;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import lvm.autoregressive.AutoregressiveModel;
import lvm.autoregressive.Made;
import lvm.autoregressive.Nade;
import lvm.autoregressive.PixelCnn;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.fit.NeuralFitBuilder;
import lvm.optim.Schedule;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * Autoregressive models on MNIST, all images binarised once by a draw from their grey levels: the exact log-likelihood of the test images. The
 * models learn by Adam with a rate that falls to 0 along half a cosine, and are those of the epoch that is best on images which are kept
 * for that from the end of the 60,000; nothing is chosen on the test images. The masked autoencoder has 500 hidden units and one order, that of
 * the pixels, or a mixture of random ones that share their weights; NADE has 500 hidden units; the PixelCNN has 32 filters and 5 blocks. The
 * name of a result has the digest of the test images, for another draw is worth some tenths of a nat. At the small size they learn digits
 * drawn by the library.
 */
final class AutoregressiveExperiment implements Experiment {
    private static final int BATCH = 100;
    private static final int DIGITS = 16; // of the digest that is shown

    private enum Kind {
        MADE_1("made-1", "a masked autoencoder of 500 hidden units, one order", "ten minutes", 100, 2000),
        MADE_8("made-8", "a masked autoencoder of 500 hidden units, 8 orders", "half an hour", 300, 2000),
        MADE_32("made-32", "a masked autoencoder of 500 hidden units, 32 orders", "an hour", 500, 1000),
        NADE("nade", "NADE of 500 hidden units", "half an hour", 60, 5000),
        PIXEL_CNN("pixelcnn", "a gated PixelCNN of 32 filters and 5 blocks", "two hours", 20, 1000);

        private final String name;
        private final String about;
        private final String time;
        private final int epochs;
        private final int kept;

        Kind(String name, String about, String time, int epochs, int kept) {
            this.name = name;
            this.about = about;
            this.time = time;
            this.epochs = epochs;
            this.kept = kept;
        }
    }

    private final Kind kind;

    private AutoregressiveExperiment(Kind kind) {
        this.kind = kind;
    }

    /** One for each model. */
    static List<Experiment> all() {
        return Stream.of(Kind.values())
                .<Experiment>map(AutoregressiveExperiment::new)
                .toList();
    }

    @Override
    public String name() {
        return kind.name;
    }

    @Override
    public String about() {
        return "exact test log-likelihood of " + kind.about + " on static MNIST; " + kind.time;
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100).binarized(run.seed());
        int units = run.pick(30, 500);
        return switch (kind) {
            case MADE_1 ->
                run(run, images, Made.class, "MADE, 1 order", Made.builder().hidden(units), 1e-3);
            case MADE_8 ->
                run(
                        run,
                        images,
                        Made.class,
                        "MADE, 8 orders",
                        Made.builder().hidden(units).randomOrders(8),
                        1e-3);
            case MADE_32 ->
                run(
                        run,
                        images,
                        Made.class,
                        "MADE, 32 orders",
                        Made.builder().hidden(units).randomOrders(32),
                        1e-3);
            case NADE -> run(run, images, Nade.class, "NADE", Nade.builder().hidden(units), 5e-4);
            case PIXEL_CNN -> {
                int edge = (int) Math.sqrt(images.train().dim());
                yield run(
                        run,
                        images,
                        PixelCnn.class,
                        "PixelCNN, gated, 5 blocks",
                        PixelCnn.builder()
                                .shape(edge, edge)
                                .filters(run.pick(2, 32))
                                .blocks(run.pick(1, 5))
                                .kernel(run.pick(3, 7), 3),
                        1e-3);
            }
        };
    }

    private <B extends NeuralFitBuilder<B, M>, M extends AutoregressiveModel> List<Result> run(
            Run run, Images images, Class<M> type, String system, B builder, double rate) {
        Dataset all = images.train().withoutLabels();
        int kept = run.pick(50, kind.kept);
        int rows = all.rows() - kept;
        int epochs = run.pick(2, kind.epochs);
        M model = builder.learningRate(rate)
                .schedule(Schedule.cosine((long) epochs * ((rows + BATCH - 1) / BATCH), 0))
                .batchSize(BATCH)
                .epochs(epochs)
                .validation(all.slice(rows, all.rows()))
                .seed(run.seed())
                .resume(run.checkpoints())
                .fit(all.slice(0, rows));
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        Dataset test = images.test().withoutLabels();
        double[] logP = model.logDensity(test);
        double mean = Arrays.stream(logP).average().orElseThrow();
        double squares = Arrays.stream(logP).map(l -> (l - mean) * (l - mean)).sum();
        Estimate value = new Estimate(mean, Math.sqrt(squares / (logP.length - 1) / logP.length));
        String text = system + ", Adam, " + epochs + " epochs, test bits of SHA-256 "
                + test.digest().substring(0, DIGITS) + "…";
        Result result = run.likelihood(
                text, value, Protocol.Kind.EXACT, 0, model.history().last("seconds"));
        return List.of(
                kind == Kind.MADE_1 || kind == Kind.MADE_32 // one of the three is shown
                        ? result
                        : run.keep(result, name(), type, model, half -> half.logLikelihood(test) / test.rows()));
    }
}

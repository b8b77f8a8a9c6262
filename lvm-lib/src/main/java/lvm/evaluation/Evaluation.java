package lvm.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.model.Classifier;
import lvm.model.EnergyLikelihood;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.HasBound;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasEncoder;
import lvm.model.HasEnergy;
import lvm.model.HasJointDensity;
import lvm.model.LogPartition;
import lvm.model.Observed;
import lvm.model.Require;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * All that can be said of how good a model is, by what the model can do: an exact density, a bound, an energy, draws, codes, classes. Each
 * number stands beside what it is of the quantity (exact, a bound, an estimate) and how it was had: numbers of unlike kinds are not
 * to be compared.
 *
 * <pre>{@code
 * var report = Evaluation.of(vae).training(train).classifier(network).annealed(100, 500).on(test);
 * Plots.images(report.samples(), 28, 28);
 * report.table()
 * }</pre>
 *
 * <p>What is measured: log p(x) of the test rows, by the density; else the lower bound E_q log p(x, z)/q(z | x), importance sampling over z, and,
 * where asked for, annealed importance sampling with its gap on simulated rows; of an energy with the given log Z. Of the draws:
 * precision and recall by nearest neighbours, and, with the training rows, the distance to the nearest of them held against that of test rows;
 * with a classifier the inception score, the Fréchet distance in the given features, and the test whether a classifier tells draws
 * from rows. Of codes the squared error of the reconstruction, of classes the error rate.
 *
 * @param <X> the matrix type of the model
 */
public final class Evaluation<X extends Matrix> {
    /** The draws for each row that a bound and importance sampling take where none are given. */
    public static final int DEFAULT_DRAWS = 200;

    /** The draws of the model that are judged where no number is given. */
    public static final int DEFAULT_SAMPLES = 1000;

    private static final String WHERE = "Evaluation";
    private static final int NEIGHBOURS = 3; // as published

    private final Observed<X> model;
    private int draws = DEFAULT_DRAWS;
    private int samples = DEFAULT_SAMPLES;
    private int annealedRows;
    private UnaryOperator<AnnealedLikelihood<X>> annealing = UnaryOperator.identity();
    private Dataset training;
    private Classifier classifier;
    private HasEncoder<FMatrixRMaj> features;
    private Classifier.Trainer trainer;
    private LogPartition logPartition;
    private long seed;

    private Evaluation(Observed<X> model) {
        this.model = Objects.requireNonNull(model, WHERE + ".of: model");
    }

    /**
     * Starts the settings.
     *
     * @param model any model of the library
     * @param <X> the matrix type of the model
     * @return settings: {@value #DEFAULT_DRAWS} draws a row, {@value #DEFAULT_SAMPLES} draws of the model, seed 0
     */
    public static <X extends Matrix> Evaluation<X> of(Observed<X> model) {
        return new Evaluation<>(model);
    }

    /**
     * The draws of z for each row.
     *
     * @param number at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public Evaluation<X> draws(int number) {
        draws = Require.atLeast(WHERE, "draws", 1, number);
        return this;
    }

    /**
     * The draws of the model that are judged; as many test rows are, the first.
     *
     * @param number at least 10
     * @return this
     * @throws IllegalArgumentException if there are fewer
     */
    public Evaluation<X> samples(int number) {
        samples = Require.atLeast(WHERE, "samples", 10, number);
        return this;
    }

    /**
     * Annealed importance sampling of a decoder too, which takes long.
     *
     * @param rows how many of the test rows, the first, and how many simulated ones, at least 1
     * @param settings changes the settings of it, such as {@code ais -> ais.chains(8)}
     * @return this
     * @throws IllegalArgumentException if there is no row
     */
    public Evaluation<X> annealed(int rows, UnaryOperator<AnnealedLikelihood<X>> settings) {
        annealedRows = Require.atLeast(WHERE + ".annealed", "rows", 1, rows);
        annealing = settings;
        return this;
    }

    /**
     * The rows that the model learnt from, for the question whether it knows them by heart.
     *
     * @param data rows with the columns of the model
     * @return this
     */
    public Evaluation<X> training(Dataset data) {
        training = data;
        return this;
    }

    /**
     * A classifier for the inception score, one that was trained on rows such as these.
     *
     * @param classes it
     * @return this
     */
    public Evaluation<X> classifier(Classifier classes) {
        classifier = classes;
        return this;
    }

    /**
     * The features in which the Fréchet distance, precision and recall are taken; without them the last two are in the columns themselves.
     *
     * @param encoder gives them
     * @return this
     */
    public Evaluation<X> features(HasEncoder<FMatrixRMaj> encoder) {
        features = encoder;
        return this;
    }

    /**
     * What learns to tell draws from rows, for the two-sample test.
     *
     * @param learner such as {@code data -> NeuralClassifier.builder().hidden(50).fit(data)}
     * @return this
     */
    public Evaluation<X> twoSampleTest(Classifier.Trainer learner) {
        trainer = learner;
        return this;
    }

    /**
     * What is known of log Z of a model that is an energy.
     *
     * @param logZ it, of whichever kind
     * @return this
     */
    public Evaluation<X> logPartition(LogPartition logZ) {
        logPartition = logZ;
        return this;
    }

    /**
     * The seed.
     *
     * @param number of all that is random, by default 0
     * @return this
     */
    public Evaluation<X> seed(long number) {
        seed = number;
        return this;
    }

    /**
     * Evaluates the model.
     *
     * @param test rows that it did not learn from, at least 10, with the columns of the model
     * @return all that applies to it
     * @throws IllegalArgumentException if the model refuses the rows, there are fewer than 10 of them, or a setting does not apply to the model:
     *     annealing without a decoder that has a density, log Z without an energy, features or a two-sample test without draws
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public EvaluationReport on(Dataset test) {
        refuseUnused();
        X x = model.observations(test);
        Require.atLeastRows(WHERE + ".on", "test", x, 10);
        List<Score> scores = new ArrayList<>();
        likelihoods(scores, x);
        Matrix drawn = new FMatrixRMaj(0, model.dim());
        if (model instanceof GenerativeModel<X> generative) {
            drawn = draws(scores, generative, x);
        }
        if (model instanceof HasEncoder<X> encoder && model instanceof HasDecoder<?>) {
            scores.add(reconstruction(encoder, x));
        }
        if (model instanceof Classifier own && Arrays.stream(labels(test)).anyMatch(l -> l != Dataset.UNLABELLED)) {
            ErrorRate rate = ErrorRate.of(own, test);
            double p = rate.value();
            scores.add(new Score(
                    "error rate",
                    p,
                    Math.sqrt(p * (1 - p) / rate.rows()),
                    LogPartition.Kind.EXACT,
                    "",
                    rate.rows() + " rows"));
        }
        if (scores.isEmpty()) {
            throw new IllegalArgumentException(
                    WHERE + ": " + name() + " has no density, bound, energy, draws, codes or classes to be judged by");
        }
        return new EvaluationReport(name(), scores, drawn);
    }

    private static int[] labels(Dataset test) {
        return test.hasLabels() ? test.labels() : new int[0];
    }

    private String name() {
        return model instanceof FittedModel fitted
                ? fitted.summary().name()
                : model.getClass().getSimpleName();
    }

    private void refuseUnused() {
        refuse(annealedRows > 0 && !(model instanceof HasJointDensity<?>), "annealed", "has no p(x | z) with a slope");
        refuse(logPartition != null && !(model instanceof HasEnergy<?>), "logPartition", "is not known by an energy");
        boolean silent = !(model instanceof GenerativeModel<?>);
        refuse(training != null && silent, "training", "can not be drawn from");
        refuse(features != null && silent, "features", "can not be drawn from");
        refuse(classifier != null && silent, "classifier", "can not be drawn from");
        refuse(trainer != null && silent, "twoSampleTest", "can not be drawn from");
    }

    private void refuse(boolean unused, String setting, String why) {
        if (unused) {
            throw new IllegalArgumentException(WHERE + ": " + setting + " is set, but " + name() + " " + why);
        }
    }

    // --- likelihoods

    private void likelihoods(List<Score> scores, X x) {
        if (model instanceof HasDensity<X> density) {
            scores.add(
                    mean("log-likelihood", density.logDensity(x), LogPartition.Kind.EXACT, "the model's own density"));
        }
        if (model instanceof HasBound<X> bound) {
            scores.add(mean(
                    "evidence lower bound",
                    bound.elbo(x, draws, rng("bound")),
                    LogPartition.Kind.LOWER_BOUND,
                    draws + " draws of z"));
            Estimate[] rows = ImportanceSampling.logLikelihood(bound, x, draws, rng("importance"));
            scores.add(mean(
                    "log-likelihood by importance sampling",
                    values(rows),
                    LogPartition.Kind.LOWER_BOUND,
                    draws + " draws of z"));
        }
        if (annealedRows > 0 && model instanceof HasJointDensity<X> decoder) {
            AnnealedLikelihood<X> ais =
                    annealing.apply(AnnealedLikelihood.of(decoder).seed(seed));
            X first = Matrices.first(x, Math.min(annealedRows, x.getNumRows()));
            scores.add(mean(
                    "log-likelihood by annealed importance sampling",
                    values(ais.logLikelihood(first)),
                    LogPartition.Kind.LOWER_BOUND,
                    "the first " + first.getNumRows() + " rows"));
            Estimate gap = ais.simulated(annealedRows).gap();
            scores.add(new Score(
                    "gap of annealing",
                    gap.value(),
                    gap.standardError(),
                    LogPartition.Kind.UPPER_BOUND,
                    "nats per row",
                    "between both bounds of " + annealedRows + " rows that the model drew"));
        }
        if (model instanceof HasEnergy<X> energy) {
            double[] minusFree =
                    Arrays.stream(energy.freeEnergy(x)).map(f -> -f).toArray();
            if (logPartition == null) {
                scores.add(mean(
                        "log-likelihood + log Z", minusFree, LogPartition.Kind.EXACT, "compares rows, not models"));
            } else {
                EnergyLikelihood nats = energy.logLikelihood(x, logPartition);
                double ofRows = standardError(minusFree);
                double error = Math.hypot(ofRows, logPartition.standardError());
                scores.add(new Score(
                        "log-likelihood",
                        nats.natsPerRow(),
                        error,
                        nats.kind(),
                        "nats per row",
                        logPartition.toString()));
            }
        }
    }

    private SplittableRandom rng(String what) {
        return new SplittableRandom(Seeds.split(seed, what));
    }

    private static double[] values(Estimate... estimates) {
        return Arrays.stream(estimates).mapToDouble(Estimate::value).toArray();
    }

    private static double standardError(double[] rows) {
        return rows.length < 2 ? Double.NaN : Matrices.standardError(rows);
    }

    private static Score mean(String quantity, double[] rows, LogPartition.Kind kind, String how) {
        return new Score(quantity, Matrices.mean(rows), standardError(rows), kind, "nats per row", how);
    }

    private Score reconstruction(HasEncoder<X> encoder, X x) {
        // The decoder is the same model, and so of the same matrices.
        @SuppressWarnings("unchecked")
        HasDecoder<X> decoder = (HasDecoder<X>) model;
        DMatrixRMaj seen = Matrices.doubles(x);
        DMatrixRMaj made = Matrices.doubles(decoder.decode(encoder.encode(x)));
        double[] errors = new double[seen.numRows];
        for (int i = 0; i < errors.length; i++) {
            for (int j = 0; j < seen.numCols; j++) {
                double off = seen.get(i, j) - made.get(i, j);
                errors[i] += off * off;
            }
        }
        return new Score(
                "squared error of the reconstruction",
                Matrices.mean(errors),
                standardError(errors),
                LogPartition.Kind.EXACT,
                "per row",
                "decoded from the code of the row");
    }

    // --- draws

    private X draws(List<Score> scores, GenerativeModel<X> generative, X test) {
        int n = Math.min(samples, test.getNumRows());
        X drawn = generative.sample(n, rng("samples"));
        X rows = Matrices.first(test, n);
        FMatrixRMaj a = Matrices.floats(rows);
        FMatrixRMaj b = Matrices.floats(drawn);
        String of = n + " draws and as many rows";
        if (classifier != null) {
            judged(scores, "inception score", InceptionScore.of(classifier, b), n + " draws, by the given classifier");
            judged(
                    scores,
                    "inception score of the test rows",
                    InceptionScore.of(classifier, a),
                    n + " rows, by the same");
        }
        FMatrixRMaj seen = features == null ? a : features.encode(a);
        FMatrixRMaj made = features == null ? b : features.encode(b);
        if (features != null) {
            FrechetDistance distance = FrechetDistance.of(seen, made);
            judged(
                    scores,
                    "squared Fréchet distance",
                    distance.squared(),
                    of + ", in " + distance.features() + " given features"
                            + (distance.isSingular() ? "; too few rows for so many features" : ""));
            int half = n / 2;
            FrechetDistance floor =
                    FrechetDistance.of(Matrices.rows(seen, 0, half), Matrices.rows(seen, half, 2 * half));
            judged(scores, "squared Fréchet distance of two halves of the rows", floor.squared(), half + " rows each");
        }
        PrecisionRecall shares = PrecisionRecall.of(seen, made, NEIGHBOURS);
        String where = of + (features == null ? ", in the columns" : ", in the given features") + ", k = " + NEIGHBOURS;
        judged(scores, "precision", shares.precision(), where);
        judged(scores, "recall", shares.recall(), where);
        if (training != null) {
            X known = model.observations(training);
            double ratio = median(TrainingNeighbours.of(drawn, known).distances())
                    / median(TrainingNeighbours.of(rows, known).distances());
            judged(
                    scores,
                    "distance to the nearest training row",
                    ratio,
                    String.format(Locale.ROOT, "median of %d draws by that of as many test rows", n));
        }
        if (trainer != null) {
            TwoSampleTest test2 = TwoSampleTest.of(a, b, trainer, rng("two samples"));
            scores.add(new Score(
                    "accuracy of telling draws from rows",
                    test2.accuracy(),
                    test2.nullDeviation(),
                    LogPartition.Kind.ESTIMATE,
                    "",
                    String.format(Locale.ROOT, "0.5 if they are of one distribution, p = %.3g", test2.pValue())));
        }
        return drawn;
    }

    private static void judged(List<Score> scores, String quantity, double value, String how) {
        scores.add(new Score(quantity, value, Double.NaN, LogPartition.Kind.ESTIMATE, "", how));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

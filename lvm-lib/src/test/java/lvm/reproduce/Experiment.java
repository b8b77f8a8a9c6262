package lvm.reproduce;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Mnist;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.evaluation.Estimate;
import lvm.evaluation.Interval;
import lvm.results.Protocol;
import lvm.results.Result;
import lvm.results.Weights;
import lvm.store.Models;
import lvm.store.Precision;
import lvm.store.SavedModel;

/** A long run whose numbers are kept: {@code ./lvm reproduce NAME}. */
interface Experiment {

    /** The word after {@code ./lvm reproduce}: small letters, digits and hyphens. */
    String name();

    /** What is measured, in one line, with the time that it takes. */
    String about();

    /**
     * Trains and evaluates. A fit keeps its checkpoints in {@link Run#checkpoints} and goes on from those that are there;
     * after an interrupt of the thread the results are not looked at.
     */
    List<Result> run(Run run);

    /** The result of a run that is shown where there is room for one: by default the first that is no bound. */
    default Result headline(List<Result> results) {
        return first(results, result -> result.protocol().kind() != Protocol.Kind.LOWER_BOUND);
    }

    /** The first result that a condition holds for, else the first of all. */
    static Result first(List<Result> results, Predicate<Result> condition) {
        return results.stream().filter(condition).findFirst().orElse(results.get(0));
    }

    /** Images to learn from and images to test on. */
    record Images(Dataset train, Dataset test) {
        /** Both binarised once by a draw from the grey levels. */
        Images binarized(long seed) {
            return new Images(train.binarizedOnce(seed), test.binarizedOnce(seed + 1));
        }
    }

    /**
     * How an experiment is to run.
     *
     * @param seed the seed of everything random
     * @param small whether a version of seconds is wanted, that shows that it runs
     * @param checkpoints a directory for this run alone, which goes when it is finished
     * @param shared a directory for what several experiments with this seed and size begin with; it stays
     */
    record Run(long seed, boolean small, Path checkpoints, Path shared) {
        /** The folder of kept models: in {@link #checkpoints}, and beside the records once the run has ended. */
        static final String WEIGHTS = "weights";

        /** What half precision may change a number by: nats, or points of an error in %. */
        static final double APART = 0.05;

        /**
         * MNIST or, at the small size, digits drawn by the library.
         *
         * @param drawn how many digits are drawn
         * @param test how many of these are to test on, beside one that is left out
         */
        Images images(int drawn, int test) {
            if (small) {
                Splits.Split digits = Splits.split(Digits.generate(drawn, 1), 1, test, 1);
                return new Images(digits.train(), digits.test());
            }
            Mnist mnist = Mnist.load();
            return new Images(mnist.train(), mnist.test());
        }

        /**
         * The results of a model of binarised images: its lower bound of one draw, and an importance-sampled likelihood.
         *
         * @param draws those of the likelihood
         */
        List<Result> likelihoods(String system, Estimate bound, Estimate likelihood, int draws, double seconds) {
            return List.of(
                    likelihood(system, bound, Protocol.Kind.LOWER_BOUND, 1, seconds),
                    likelihood(system, likelihood, Protocol.Kind.ESTIMATE, draws, seconds));
        }

        /** The mean log-likelihood of test images that were binarised once, or what is known of it. */
        Result likelihood(String system, Estimate value, Protocol.Kind kind, int draws, double seconds) {
            String data = small ? "Digits, 500 training images" : "MNIST";
            Protocol protocol = new Protocol(data, "test", "static", kind, draws);
            return Result.of(system, "log-likelihood", value, "nats per image", protocol, seed, seconds);
        }

        /**
         * The share of images put into the wrong class, in %, with an interval of 95 %.
         *
         * @param binarization what the images are made of bits by, or none
         * @param draws those for each image, or 0 where the class is not drawn
         */
        Result errorRate(String system, ErrorRate error, String binarization, int draws, double seconds) {
            String data = small ? "Digits, all labels" : "MNIST, all labels";
            return percent(
                    system, error, new Protocol(data, "test", binarization, Protocol.Kind.ESTIMATE, draws), seconds);
        }

        /** The share of rows put into the wrong class, in %, with an interval of 95 %. */
        Result percent(String system, ErrorRate error, Protocol protocol, double seconds) {
            double p = error.value();
            Interval interval = error.interval(0.95);
            Estimate percent = new Estimate(100 * p, 100 * Math.sqrt(p * (1 - p) / error.rows()));
            return Result.of(system, "classification error", percent, "%", protocol, seed, seconds)
                    .with(new Interval(100 * interval.low(), 100 * interval.high(), interval.level()));
        }

        /**
         * Keeps the model behind a result in half precision, for notebooks to show, and measures once more what the file is
         * worth. Only runs with the seed that is the default keep theirs.
         *
         * @param name of the file, without its ending
         * @param measure gives the number of a model, with the same draws each time
         * @return the result with the file
         * @throws IllegalStateException if the number of the file is farther from the result's than {@link #APART}
         */
        <M extends SavedModel> Result keep(
                Result result, String name, Class<M> type, M model, ToDoubleFunction<M> measure) {
            return keep(result, result.value(), APART, name, type, model, measure);
        }

        /**
         * The same where the number of the model is not that of the result, or is not in nats or points.
         *
         * @param whole the number of the model
         * @param apart what the file's may be from it; not asked for at the small size, where one image is a point
         */
        <M extends SavedModel> Result keep(
                Result result,
                double whole,
                double apart,
                String name,
                Class<M> type,
                M model,
                ToDoubleFunction<M> measure) {
            if (seed != Reproduce.DEFAULT_SEED) {
                return result;
            }
            String file = WEIGHTS + "/" + name + ".safetensors";
            Path path = checkpoints.resolve(file);
            model.save(path, Precision.HALF);
            double half = measure.applyAsDouble(Models.load(path, type));
            if (!small && !(Math.abs(half - whole) <= apart)) {
                throw new IllegalStateException(name + " is worth " + half + " in half precision and " + whole
                        + " before, " + result.unit() + ", expected to be at most " + apart + " apart");
            }
            try {
                return result.with(new Weights(file, Models.sha256(path), whole, half));
            } catch (IOException e) {
                throw new UncheckedIOException(path.toString(), e);
            }
        }

        /**
         * The results of a part of the run, kept when it is done: a run that goes on does not measure it again.
         *
         * @param name of the part, one for each
         * @param measure gives the results; what is thrown, such as for an interrupt, keeps nothing
         */
        List<Result> part(String name, Supplier<List<Result>> measure) {
            Path file = checkpoints.resolve("part-" + name + ".json");
            try {
                if (Files.exists(file)) {
                    return Files.readAllLines(file).stream()
                            .map(Result::fromJson)
                            .toList();
                }
                List<Result> results = measure.get();
                Path whole = file.resolveSibling(file.getFileName() + ".new");
                Files.createDirectories(checkpoints);
                Files.write(whole, results.stream().map(Result::toJson).toList());
                Files.move(whole, file);
                return results;
            } catch (IOException e) {
                throw new UncheckedIOException(file.toString(), e);
            }
        }

        /** A number that depends on the size. */
        int pick(int ifSmall, int ifFull) {
            return small ? ifSmall : ifFull;
        }
    }
}

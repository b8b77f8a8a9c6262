package lvm.reproduce;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.bernoulli.BernoulliLvm;
import lvm.bernoulli.ExactGradient;
import lvm.bernoulli.GradientEstimator;
import lvm.bernoulli.GradientReport;
import lvm.bernoulli.SigmoidBeliefNet;
import lvm.bernoulli.VariationalBound;
import lvm.evaluation.Estimate;
import lvm.nn.Linear;
import lvm.nn.WeightInit;
import lvm.optim.Adam;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The estimators of the bound's gradient for q against the exact one: distance of the mean, variance, time. The model is that
 * of bars in pictures of 4×4 pixels, eight causes that are on with probability ¼; q is a linear network after some steps by
 * the exact gradient. All estimators see the same eight pictures. They take turns, and of
 * the mean times of twenty estimates the least counts: what else runs on the machine only adds to it. The time of the exact
 * optimal baseline is that with its expectations enumerated at each estimate.
 */
final class EstimatorsExperiment implements Experiment {
    private static final int EDGE = 4;
    private static final int CAUSES = 2 * EDGE;
    private static final int PIXELS = EDGE * EDGE;
    private static final int PICTURES = 8;
    private static final int WARM_UP = 500;
    private static final int WINDOWS = 10;
    private static final int WINDOW = 20;

    @Override
    public String name() {
        return "estimators";
    }

    @Override
    public String about() {
        return "bias, variance and time of gradient estimators for q, on bars with eight causes; a minute";
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(
                results,
                result -> result.system().equals("NVIL") && result.quantity().startsWith("variance"));
    }

    @Override
    public List<Result> run(Run run) {
        int turns = run.pick(2, 20);
        int estimates = run.pick(20, 1000);
        SplittableRandom rng = new SplittableRandom(run.seed());
        BernoulliLvm world = bars(rng);
        SigmoidBeliefNet net = SigmoidBeliefNet.of(
                world, new Linear("encoder", PIXELS, CAUSES, Activation.IDENTITY, WeightInit.GLOROT, rng));
        FMatrixRMaj train = world.sample(200, rng);
        Adam adam = new Adam(net.recognitionParams(), 0.03);
        ExactGradient exact = new ExactGradient(net);
        for (int step = 0; step < 60; step++) {
            exact.backward(train, rng);
            adam.step();
            net.generativeParams().forEach(Param::clearGradient);
        }
        FMatrixRMaj x = new FMatrixRMaj(PICTURES, PIXELS);
        System.arraycopy(train.data, 0, x.data, 0, x.getNumElements());
        double bound = Arrays.stream(VariationalBound.elbo(net, x)).average().orElseThrow();

        List<Measured> all = new ArrayList<>();
        double[] ofOneDraw = GradientReport.exactGradient(net, x);
        for (GradientEstimator.Factory factory : List.of(
                GradientEstimator.exact(),
                GradientEstimator.reinforce(),
                GradientEstimator.named("constant baseline, the bound", GradientEstimator.constantBaseline(bound)),
                GradientEstimator.runningBaseline(),
                GradientEstimator.nvil(20, false),
                GradientEstimator.optimalBaseline(),
                GradientEstimator.exactOptimalBaseline(),
                GradientEstimator.concrete(1),
                GradientEstimator.concrete(0.5),
                GradientEstimator.concrete(0.1),
                GradientEstimator.straightThrough())) {
            all.add(new Measured(factory, ofOneDraw));
        }
        all.add(new Measured(GradientEstimator.vimco(2), ofTwoDraws(net, x)));
        // As in training, where q moves and the expectations of b* are due at every step.
        Measured anew = new Measured((n, random) -> new Anew(GradientEstimator.exactOptimalBaseline(), n), ofOneDraw);
        for (int turn = 0; turn < turns; turn++) {
            anew.time(GradientReport.measure(anew.factory, net, x, 0, 2, run.seed(), ofOneDraw));
            for (Measured one : all) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("interrupted");
                }
                one.add(GradientReport.measure(
                        one.factory, net, x, run.pick(20, WARM_UP), estimates, run.seed() + turn, one.exact));
                for (int window = 0; window < WINDOWS; window++) {
                    one.time(GradientReport.measure(one.factory, net, x, 2, WINDOW, run.seed(), one.exact));
                }
            }
        }
        Protocol protocol = new Protocol(
                "bars 4×4, 8 causes, 8 pictures", "train", "none", Protocol.Kind.ESTIMATE, (long) turns * estimates);
        List<Result> results = new ArrayList<>();
        for (Measured one : all) {
            if (one.factory
                    .toString()
                    .equals(GradientEstimator.exactOptimalBaseline().toString())) {
                one.least = anew.least;
            }
            results.addAll(one.results(run.seed(), protocol));
        }
        return results;
    }

    /** An estimator that begins anew at each estimate. */
    private record Anew(GradientEstimator.Factory factory, SigmoidBeliefNet net) implements GradientEstimator {
        @Override
        public double backward(FMatrixRMaj x, RandomGenerator rng) {
            return factory.over(net, rng).backward(x, rng);
        }

        @Override
        public boolean unbiased() {
            return true;
        }
    }

    /** A pixel that a lit bar crosses is on with probability 0.95, another one with 0.05. */
    private static BernoulliLvm bars(SplittableRandom rng) {
        Linear decoder = new Linear("decoder", CAUSES, PIXELS, Activation.IDENTITY, WeightInit.GLOROT, rng);
        for (int i = 0; i < PIXELS; i++) {
            for (int k = 0; k < CAUSES; k++) {
                boolean crosses = k < EDGE ? i / EDGE == k : i % EDGE == k - EDGE;
                decoder.weights().value().set(k, i, crosses ? 6 : 0);
            }
            decoder.bias().value().set(0, i, -3);
        }
        double[] beta = new double[CAUSES];
        Arrays.fill(beta, 0.25);
        return BernoulliLvm.of(beta, decoder);
    }

    /**
     * The exact gradient for a linear q of the bound of two draws, L = Σₛₜ q(s) q(t) log ½(e^f(s) + e^f(t)). With
     * w = e^f(s)/(e^f(s) + e^f(t)) the derivative for the logit of bit k is 2 Σₛ q(s) (sₖ − φₖ) Σₜ q(t) (log ½(…) − w).
     */
    private static double[] ofTwoDraws(SigmoidBeliefNet net, FMatrixRMaj x) {
        DMatrixRMaj logJoint = net.model().logJoint(x);
        DMatrixRMaj logQ = VariationalBound.logQ(net, x);
        DMatrixRMaj means = VariationalBound.means(net, x);
        int states = logQ.numCols;
        double[] gradient = new double[PIXELS * CAUSES + CAUSES];
        double[] f = new double[states];
        double[] q = new double[states];
        for (int i = 0; i < x.numRows; i++) {
            for (int s = 0; s < states; s++) {
                f[s] = logJoint.get(i, s) - logQ.get(i, s);
                q[s] = Math.exp(logQ.get(i, s));
            }
            for (int s = 0; s < states; s++) {
                double sum = 0;
                for (int t = 0; t < states; t++) {
                    double difference = f[t] - f[s];
                    double w = 1 / (1 + Math.exp(difference));
                    double mean = f[s] + Math.max(0, difference) + Math.log1p(Math.exp(-Math.abs(difference)));
                    sum += q[t] * (mean - Math.log(2) - w);
                }
                for (int k = 0; k < CAUSES; k++) {
                    double score = (s >> (CAUSES - 1 - k) & 1) - means.get(i, k);
                    double g = 2 * q[s] * score * sum / x.numRows;
                    for (int j = 0; j < PIXELS; j++) {
                        gradient[j * CAUSES + k] += g * x.get(i, j);
                    }
                    gradient[PIXELS * CAUSES + k] += g;
                }
            }
        }
        return gradient;
    }

    /** What the turns of an estimator gave. */
    private static final class Measured {
        private final GradientEstimator.Factory factory;
        private final double[] exact;
        private final double[] gradient;
        private final List<Double> variances = new ArrayList<>();
        private double squaredNoise;
        private double least = Double.POSITIVE_INFINITY;
        private double spent;

        Measured(GradientEstimator.Factory factory, double[] exact) {
            this.factory = factory;
            this.exact = exact;
            gradient = new double[exact.length];
        }

        void add(GradientReport report) {
            for (int k = 0; k < gradient.length; k++) {
                gradient[k] += report.gradient()[k];
            }
            squaredNoise += report.noise() * report.noise();
            variances.add(report.variance());
            spent += report.seconds();
        }

        /** More digits of a time mean nothing. */
        private static Estimate threeDigits(double value) {
            return new Estimate(new BigDecimal(value).round(new MathContext(3)).doubleValue(), Double.NaN);
        }

        void time(GradientReport report) {
            least = Math.min(least, report.seconds());
        }

        List<Result> results(long seed, Protocol protocol) {
            int turns = variances.size();
            double squared = 0;
            for (int k = 0; k < gradient.length; k++) {
                squared += Math.pow(gradient[k] / turns - exact[k], 2);
            }
            double variance = variances.stream().mapToDouble(v -> v).average().orElseThrow();
            double spread = variances.stream()
                    .mapToDouble(v -> (v - variance) * (v - variance))
                    .sum();
            double error = Math.sqrt(spread / (turns - 1) / turns);
            double seconds = spent / turns * protocol.draws();
            String system = factory.toString();
            return List.of(
                    Result.of(
                            system,
                            "distance of the mean gradient from the exact one, ± by chance",
                            new Estimate(Math.sqrt(squared), Math.sqrt(squaredNoise) / turns),
                            "nats",
                            protocol,
                            seed,
                            seconds),
                    Result.of(
                            system,
                            "variance of one gradient",
                            new Estimate(variance, error),
                            "nats²",
                            protocol,
                            seed,
                            seconds),
                    Result.of(system, "time of one gradient", threeDigits(1e6 * least), "µs", protocol, seed, seconds),
                    Result.of(
                            system,
                            "time to unit variance",
                            threeDigits(1e3 * variance * least),
                            "ms",
                            protocol,
                            seed,
                            seconds));
        }
    }
}

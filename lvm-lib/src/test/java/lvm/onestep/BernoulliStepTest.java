package lvm.onestep;

import static lvm.onestep.Reference.logBernoulli;
import static lvm.onestep.Reference.logSumExp;
import static lvm.onestep.Reference.mean;
import static lvm.onestep.Reference.sigmoid;
import static lvm.onestep.Reference.softplus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.bernoulli.BernoulliLvm;
import lvm.bernoulli.GradientEstimator;
import lvm.bernoulli.SigmoidBeliefNet;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Objective;
import lvm.onestep.OneStep.Seen;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * A step of the models of binary latent variables: the exact gradient by enumeration, the estimators at the draws of the step.
 * What an estimator multiplies the score log q with is a number, so that its step is one up Σ signal · log q + log p.
 */
class BernoulliStepTest {
    private static final int K = 2;
    private static final Dataset BITS = AutoencoderStepTest.bits(6, 4);

    // --- the exact likelihood

    private static BernoulliLvm lvm(long steps) {
        return OneStep.sgd(BernoulliLvm.builder().latent(K), steps).fit(BITS);
    }

    @Test
    void exactLikelihood() {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(BITS, step);
            BernoulliLvm after = lvm(step + 1L);
            OneStep.assertStep(
                    "BernoulliLvm",
                    OneStep.of(lvm(step).params()),
                    OneStep.of(after.params()),
                    after.history().last("log p(x), nats per row"),
                    p -> logLikelihood(p, seen.x()));
        }
    }

    private static double logLikelihood(Numbers p, double[][] x) {
        double[] logP = new double[x.length];
        for (int i = 0; i < logP.length; i++) {
            double[] terms = new double[1 << K];
            for (int s = 0; s < terms.length; s++) {
                double[] z = bits(s, K);
                terms[s] = logPrior(p, z) + log(p, "decoder", z, x[i]);
            }
            logP[i] = logSumExp(terms);
        }
        return mean(logP);
    }

    /** Other rows are judged by log p(x), and by the bound of one draw. */
    @Test
    void validation() {
        Dataset others = BITS.subset(0, 3);
        double[][] x = OneStep.rows(others.floatMatrix());
        BernoulliLvm lvm = OneStep.sgd(BernoulliLvm.builder().latent(K), 1)
                .validation(others)
                .fit(BITS);
        OneStep.assertValidation("BernoulliLvm", lvm, OneStep.of(lvm.params()), p -> logLikelihood(p, x));
        SigmoidBeliefNet net = OneStep.sgd(
                        SigmoidBeliefNet.builder().latent(2, 3).learning(GradientEstimator.vimco(3)), 1)
                .validation(others)
                .fit(BITS);
        List<States> draws = recognized(net, OneStep.seenByValidation(others));
        OneStep.assertValidation(
                "SigmoidBeliefNet",
                net,
                numbers(net),
                p -> mean(draws.stream().mapToDouble(s -> s.signal(p, 1)).toArray()));
    }

    private static double[] bits(int state, int k) {
        double[] z = new double[k];
        for (int j = 0; j < k; j++) {
            z[j] = state >> (k - 1 - j) & 1;
        }
        return z;
    }

    private static double logPrior(Numbers p, double[] z) {
        double sum = 0;
        for (int k = 0; k < z.length; k++) {
            sum += logBernoulli(z[k], p.row("prior")[k]);
        }
        return sum;
    }

    private static double[] logits(Numbers p, String network, double[] from) {
        return Reference.linear(
                new double[][] {from}, p.get(network + ".w"), p.row(network + ".b"), Activation.IDENTITY)[0];
    }

    /** log of a factorial distribution of the values whose logits a network makes. */
    private static double log(Numbers p, String network, double[] from, double[] values) {
        double[] l = logits(p, network, from);
        double sum = 0;
        for (int j = 0; j < l.length; j++) {
            sum += logBernoulli(values[j], l[j]);
        }
        return sum;
    }

    // --- the estimators

    private static SigmoidBeliefNet net(GradientEstimator.Factory learning, long steps, int... latent) {
        return OneStep.sgd(SigmoidBeliefNet.builder().latent(latent).learning(learning), steps)
                .fit(BITS);
    }

    private static Numbers numbers(SigmoidBeliefNet net) {
        List<Param> all = new ArrayList<>(net.generativeParams());
        all.addAll(net.recognitionParams());
        return OneStep.of(all);
    }

    /** A row of every level, z[0] = x. */
    private record States(double[][] z) {
        int levels() {
            return z.length - 1;
        }

        double logQ(Numbers p, int level) {
            return log(p, "encoder." + level, z[level - 1], z[level]);
        }

        double logQ(Numbers p) {
            double sum = 0;
            for (int level = 1; level <= levels(); level++) {
                sum += logQ(p, level);
            }
            return sum;
        }

        double logP(Numbers p, int level) {
            return level == levels() ? logPrior(p, z[level]) : log(p, "decoder." + (level + 1), z[level + 1], z[level]);
        }

        double logP(Numbers p) {
            double sum = 0;
            for (int level = 0; level <= levels(); level++) {
                sum += logP(p, level);
            }
            return sum;
        }

        /** What depends on the draw of a level: log p of all from the level below on, less log q of all from the level on. */
        double signal(Numbers p, int level) {
            double f = logP(p, level - 1);
            for (int j = level; j <= levels(); j++) {
                f += logP(p, j) - logQ(p, j);
            }
            return f;
        }
    }

    private static List<States> states(SigmoidBeliefNet.Draw draw) {
        List<States> all = new ArrayList<>();
        for (int i = 0; i < draw.x().numRows; i++) {
            double[][] z = new double[draw.levels().size()][];
            for (int level = 0; level < z.length; level++) {
                z[level] = OneStep.rows(draw.z(level))[i];
            }
            all.add(new States(z));
        }
        return all;
    }

    /** Σ over levels and rows of (signal − baseline) log q + log p, over the rows. */
    private static Objective scored(Numbers at, List<States> draws, double... baselines) {
        int levels = draws.get(0).levels();
        double[][] signal = new double[draws.size()][levels + 1];
        for (int i = 0; i < signal.length; i++) {
            for (int level = 1; level <= levels; level++) {
                signal[i][level] = draws.get(i).signal(at, level) - baselines[level - 1];
            }
        }
        return p -> {
            double sum = 0;
            for (int i = 0; i < signal.length; i++) {
                sum += draws.get(i).logP(p);
                for (int level = 1; level <= levels; level++) {
                    sum += signal[i][level] * draws.get(i).logQ(p, level);
                }
            }
            return sum / signal.length;
        };
    }

    /** Two steps of an estimator; each of them is checked by the draws that it makes. */
    private interface Check {
        Objective objective(int step, Numbers at, SigmoidBeliefNet net, Seen seen);
    }

    private static void steps(GradientEstimator.Factory learning, int steps, int[] latent, Check check) {
        for (int step = 0; step < steps; step++) {
            SigmoidBeliefNet before = net(learning, step, latent);
            SigmoidBeliefNet after = net(learning, step + 1L, latent);
            Numbers at = numbers(before);
            OneStep.assertStep(
                    learning + ", step " + step,
                    at,
                    numbers(after),
                    Double.NaN,
                    check.objective(step, at, before, OneStep.seen(BITS, step)));
        }
    }

    private static List<States> recognized(SigmoidBeliefNet net, Seen seen) {
        return states(net.recognize(seen.floats(), seen.rng()));
    }

    private static final int[][] SHAPES = {{2}, {2, 3}};

    @Test
    void reinforceWithConstants() {
        for (int[] shape : SHAPES) {
            double[] zero = new double[shape.length];
            steps(
                    GradientEstimator.reinforce(),
                    2,
                    shape,
                    (step, at, net, seen) -> scored(at, recognized(net, seen), zero));
            double[] b = new double[shape.length];
            Arrays.fill(b, -2.5);
            steps(
                    GradientEstimator.constantBaseline(-2.5),
                    2,
                    shape,
                    (step, at, net, seen) -> scored(at, recognized(net, seen), b));
        }
    }

    /** The mean of the signals of earlier batches, never of its own: of the first 10 they count the same, then 0.9 to 0.1. */
    @Test
    void runningBaseline() {
        for (int[] shape : SHAPES) {
            List<double[]> means = new ArrayList<>();
            steps(GradientEstimator.runningBaseline(), 13, shape, (step, at, net, seen) -> {
                List<States> draws = recognized(net, seen);
                double[] baseline = new double[shape.length];
                for (int t = 0; t < means.size(); t++) {
                    for (int l = 0; l < shape.length; l++) {
                        double keep = Math.min(0.9, t / (t + 1.0));
                        baseline[l] = keep * baseline[l] + (1 - keep) * means.get(t)[l];
                    }
                }
                double[] mean = new double[shape.length];
                for (int l = 0; l < shape.length; l++) {
                    for (States draw : draws) {
                        mean[l] += draw.signal(at, l + 1) / draws.size();
                    }
                }
                means.add(mean);
                return scored(at, draws, baseline);
            });
        }
    }

    /** Before it has learnt anything, NVIL's baseline is zero, and its signal is not divided. */
    @Test
    void nvilBegins() {
        for (int[] shape : SHAPES) {
            for (boolean normalized : new boolean[] {false, true}) {
                steps(
                        GradientEstimator.nvil(3, normalized),
                        1,
                        shape,
                        (step, at, net, seen) -> scored(at, recognized(net, seen), new double[shape.length]));
            }
        }
    }

    /** b*ₖ = E f sₖ²/E sₖ² of the score sₖ of parameter k: of earlier draws, or exactly. */
    @Test
    void optimalBaselines() {
        for (boolean exact : new boolean[] {false, true}) {
            GradientEstimator.Factory factory =
                    exact ? GradientEstimator.exactOptimalBaseline() : GradientEstimator.optimalBaseline();
            for (int[] shape : exact ? new int[][] {{2}} : SHAPES) {
                double[][][] moments = new double[2][][];
                for (int step = 0; step < 3; step++) {
                    SigmoidBeliefNet before = net(factory, step, shape);
                    SigmoidBeliefNet after = net(factory, step + 1L, shape);
                    Numbers at = numbers(before);
                    Seen seen = OneStep.seen(BITS, step);
                    List<States> draws = recognized(before, seen);
                    if (exact) {
                        moments = enumerated(at, seen.x());
                    }
                    double[][][] used = moments;
                    Objective scored = scored(at, draws, new double[shape.length]);
                    Objective corrections = corrections(at, draws, used);
                    OneStep.assertStep(
                            factory + ", step " + step,
                            at,
                            numbers(after),
                            Double.NaN,
                            p -> scored.value(p) - corrections.value(p));
                    if (!exact) {
                        moments = moved(moments, at, draws, shape.length);
                    }
                }
            }
        }
    }

    /** The scores of a linear level: of weight (i, j) zᵢ(zⱼ − qⱼ), of bias j zⱼ − qⱼ; a matrix with the bias as its last row. */
    private static double[][] score(Numbers at, States s, int level) {
        double[] l = logits(at, "encoder." + level, s.z[level - 1]);
        int in = s.z[level - 1].length;
        double[][] score = new double[in + 1][l.length];
        for (int j = 0; j < l.length; j++) {
            double slope = s.z[level][j] - sigmoid(l[j]);
            for (int i = 0; i < in; i++) {
                score[i][j] = slope * s.z[level - 1][i];
            }
            score[in][j] = slope;
        }
        return score;
    }

    /** Σ over the parameters of q, of b* times the row sum of the score times the parameter, over the rows. */
    private static Objective corrections(Numbers at, List<States> draws, double[][][] moments) {
        if (moments[0] == null) {
            return p -> 0;
        }
        List<double[][]> factors = new ArrayList<>();
        int row = 0;
        for (int level = 1; level <= draws.get(0).levels(); level++) {
            double[][] factor = new double[draws.get(0).z[level - 1].length + 1][draws.get(0).z[level].length];
            for (int i = 0; i < factor.length; i++) {
                for (int j = 0; j < factor[i].length; j++) {
                    double denominator = moments[1][row + i][j];
                    for (States s : draws) {
                        double b = denominator > 0 ? moments[0][row + i][j] / denominator : 0;
                        factor[i][j] += b * score(at, s, level)[i][j] / draws.size();
                    }
                }
            }
            factors.add(factor);
            row += factor.length;
        }
        return p -> {
            double sum = 0;
            for (int level = 1; level <= factors.size(); level++) {
                double[][] factor = factors.get(level - 1);
                double[][] w = p.get("encoder." + level + ".w");
                for (int i = 0; i < factor.length; i++) {
                    for (int j = 0; j < factor[i].length; j++) {
                        sum += factor[i][j] * (i < w.length ? w[i][j] : p.row("encoder." + level + ".b")[j]);
                    }
                }
            }
            return sum;
        };
    }

    private static double[][][] moved(double[][][] moments, Numbers at, List<States> draws, int levels) {
        int rows = 0;
        for (int level = 1; level <= levels; level++) {
            rows += draws.get(0).z[level - 1].length + 1;
        }
        double[][][] next = new double[2][rows][];
        int row = 0;
        for (int level = 1; level <= levels; level++) {
            int width = draws.get(0).z[level].length;
            for (int i = 0; i <= draws.get(0).z[level - 1].length; i++) {
                next[0][row + i] = new double[width];
                next[1][row + i] = new double[width];
                for (int j = 0; j < width && moments[0] != null; j++) {
                    next[0][row + i][j] = 0.99 * moments[0][row + i][j];
                    next[1][row + i][j] = 0.99 * moments[1][row + i][j];
                }
            }
            for (States s : draws) {
                add(next, row, score(at, s, level), s.signal(at, level), 1);
            }
            row += draws.get(0).z[level - 1].length + 1;
        }
        return next;
    }

    private static void add(double[][][] moments, int row, double[][] score, double f, double weight) {
        for (int i = 0; i < score.length; i++) {
            for (int j = 0; j < score[i].length; j++) {
                moments[0][row + i][j] += weight * f * score[i][j] * score[i][j];
                moments[1][row + i][j] += weight * score[i][j] * score[i][j];
            }
        }
    }

    private static double[][][] enumerated(Numbers at, double[][] x) {
        double[][][] moments = new double[2][x[0].length + 1][K];
        for (double[] row : x) {
            for (int state = 0; state < 1 << K; state++) {
                States s = new States(new double[][] {row, bits(state, K)});
                add(moments, 0, score(at, s, 1), s.signal(at, 1), Math.exp(s.logQ(at, 1)));
            }
        }
        return moments;
    }

    private static FMatrixRMaj repeated(FMatrixRMaj x, int times) {
        FMatrixRMaj y = new FMatrixRMaj(x.numRows * times, x.numCols);
        for (int i = 0; i < y.numRows; i++) {
            System.arraycopy(x.data, i / times * x.numCols, y.data, i * x.numCols, x.numCols);
        }
        return y;
    }

    /** The bound of S draws, less that with a draw replaced by the geometric mean of the others, multiplies its score. */
    @Test
    void vimco() {
        int draws = 3;
        for (int[] shape : SHAPES) {
            steps(GradientEstimator.vimco(draws), 2, shape, (step, at, net, seen) -> {
                List<States> all = states(net.recognize(repeated(seen.floats(), draws), seen.rng()));
                int n = seen.x().length;
                double[] signal = new double[all.size()];
                for (int i = 0; i < n; i++) {
                    double[] f = new double[draws];
                    for (int s = 0; s < draws; s++) {
                        f[s] = all.get(i * draws + s).signal(at, 1);
                    }
                    for (int s = 0; s < draws; s++) {
                        double[] without = f.clone();
                        without[s] = (Arrays.stream(f).sum() - f[s]) / (draws - 1);
                        signal[i * draws + s] = logSumExp(f) - logSumExp(without);
                    }
                }
                return p -> {
                    double sum = 0;
                    for (int i = 0; i < n; i++) {
                        double[] f = new double[draws];
                        for (int s = 0; s < draws; s++) {
                            States one = all.get(i * draws + s);
                            f[s] = one.logP(p) - one.logQ(p);
                            sum += signal[i * draws + s] * one.logQ(p) / n;
                        }
                        sum += logSumExp(f) / n;
                    }
                    return sum;
                };
            });
        }
    }

    /** Wake: log p at z ~ q; sleep: log q at as many dreams of the model as it is. */
    @Test
    void wakeSleep() {
        for (int[] shape : SHAPES) {
            steps(GradientEstimator.wakeSleep(), 2, shape, (step, at, net, seen) -> {
                List<States> awake = recognized(net, seen);
                List<States> dreams = states(net.sampleWithLatents(seen.x().length, seen.rng()));
                return p -> mean(awake.stream().mapToDouble(s -> s.logP(p)).toArray())
                        + mean(dreams.stream().mapToDouble(s -> s.logQ(p)).toArray());
            });
        }
    }

    /** Weights p/q, normalised over the draws of a row; q gets half of the wake and half of the sleep gradient. */
    @Test
    void reweightedWakeSleep() {
        int draws = 3;
        for (int[] shape : SHAPES) {
            steps(GradientEstimator.reweightedWakeSleep(draws), 2, shape, (step, at, net, seen) -> {
                List<States> awake = states(net.recognize(repeated(seen.floats(), draws), seen.rng()));
                List<States> dreams = states(net.sampleWithLatents(seen.x().length, seen.rng()));
                double[] weight = new double[awake.size()];
                for (int i = 0; i < weight.length; i += draws) {
                    double[] f = new double[draws];
                    for (int s = 0; s < draws; s++) {
                        f[s] = awake.get(i + s).signal(at, 1);
                    }
                    for (int s = 0; s < draws; s++) {
                        weight[i + s] = Math.exp(f[s] - logSumExp(f));
                    }
                }
                return p -> {
                    double sum = 0.5
                            * mean(dreams.stream().mapToDouble(s -> s.logQ(p)).toArray());
                    for (int i = 0; i < weight.length; i++) {
                        States s = awake.get(i);
                        sum += weight[i] * (s.logP(p) + 0.5 * s.logQ(p)) / seen.x().length;
                    }
                    return sum;
                };
            });
        }
    }

    /** The bound itself, by the sum over all states. */
    @Test
    void exactGradient() {
        steps(GradientEstimator.exact(), 2, new int[] {K}, (step, at, net, seen) -> p -> {
            double sum = 0;
            for (double[] x : seen.x()) {
                for (int state = 0; state < 1 << K; state++) {
                    States s = new States(new double[][] {x, bits(state, K)});
                    double logQ = s.logQ(p);
                    sum += Math.exp(logQ) * (s.logP(p) - logQ) / seen.x().length;
                }
            }
            return sum;
        });
    }

    /** z = σ((l + logistic noise)/τ), or a draw that moves as its probability does; the divergences in closed form. */
    @Test
    void relaxations() {
        for (double temperature : new double[] {0.7, Double.NaN}) {
            GradientEstimator.Factory factory = Double.isNaN(temperature)
                    ? GradientEstimator.straightThrough()
                    : GradientEstimator.concrete(temperature);
            for (int[] shape : SHAPES) {
                steps(factory, 2, shape, (step, at, net, seen) -> {
                    int n = seen.x().length;
                    double[][][] constants = new double[shape.length + 1][n][];
                    // Each level's noise comes after that of all rows of the level below.
                    double[][] below = seen.x();
                    for (int level = 1; level <= shape.length; level++) {
                        double[][] z = new double[n][];
                        for (int i = 0; i < n; i++) {
                            double[] l = logits(at, "encoder." + level, below[i]);
                            constants[level][i] = new double[l.length];
                            z[i] = new double[l.length];
                            for (int k = 0; k < l.length; k++) {
                                if (Double.isNaN(temperature)) {
                                    double on = seen.rng().nextFloat() < (float) sigmoid(l[k]) ? 1 : 0;
                                    constants[level][i][k] = on - sigmoid(l[k]);
                                } else {
                                    double u = seen.rng().nextDouble();
                                    constants[level][i][k] = Math.log(u / (1 - u));
                                }
                                z[i][k] = relaxed(l[k], constants[level][i][k], temperature);
                            }
                        }
                        below = z;
                    }
                    return p -> {
                        double sum = 0;
                        for (int i = 0; i < n; i++) {
                            sum += relaxedBound(p, seen.x()[i], constants, i, temperature) / n;
                        }
                        return sum;
                    };
                });
            }
        }
    }

    private static double relaxed(double logit, double constant, double temperature) {
        return Double.isNaN(temperature) ? sigmoid(logit) + constant : sigmoid((logit + constant) / temperature);
    }

    private static double relaxedBound(Numbers p, double[] x, double[][][] constants, int row, double temperature) {
        int levels = constants.length - 1;
        double[][] z = new double[levels + 1][];
        double[][] q = new double[levels + 1][];
        z[0] = x;
        for (int level = 1; level <= levels; level++) {
            q[level] = logits(p, "encoder." + level, z[level - 1]);
            z[level] = new double[q[level].length];
            for (int k = 0; k < z[level].length; k++) {
                z[level][k] = relaxed(q[level][k], constants[level][row][k], temperature);
            }
        }
        double bound = log(p, "decoder.1", z[1], x);
        for (int level = 1; level <= levels; level++) {
            double[] above = level == levels ? p.row("prior") : logits(p, "decoder." + (level + 1), z[level + 1]);
            for (int k = 0; k < above.length; k++) {
                double on = sigmoid(q[level][k]);
                bound -= on * (q[level][k] - above[k]) - softplus(q[level][k]) + softplus(above[k]);
            }
        }
        return bound;
    }
}

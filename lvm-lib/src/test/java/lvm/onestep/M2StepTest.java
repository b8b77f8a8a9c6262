package lvm.onestep;

import static lvm.onestep.Reference.beside;
import static lvm.onestep.Reference.logBernoulli;
import static lvm.onestep.Reference.logNormal;
import static lvm.onestep.Reference.logSoftmax;
import static lvm.onestep.Reference.oneHot;
import static lvm.onestep.Reference.perceptron;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import lvm.vae.Likelihood;
import lvm.vae.M2;
import lvm.vae.SemiSupervisedBuilder;
import lvm.vae.StackedM1M2;
import lvm.vae.Vae;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step of M2 and of M1+M2 is one up −Jᵅ/n as D. P. Kingma and others (2014) write it, equations 6 to 9. */
class M2StepTest {
    private static final int Z = 2;
    private static final int CLASSES = 3;
    private static final int[] LABELS = {-1, 2, -1, 0, -1, -1, 1, -1, -1, -1, 0};

    /** What is set: α, the labelled rows in a step, the least q(y | x) in the sum. */
    private record Case(double alpha, int labelledBatch, double least) {}

    static Stream<Case> cases() {
        return Stream.of(new Case(0.1, 100, 0), new Case(2, 100, 0), new Case(0.5, 3, 0), new Case(0.5, 100, 0.2));
    }

    private static <B extends SemiSupervisedBuilder<B, ?>> B set(B builder, Case c, long steps) {
        return OneStep.sgd(
                builder.latent(Z)
                        .hidden(4, 3)
                        .classifier(3)
                        .activation(Activation.TANH)
                        .alpha(c.alpha)
                        .labelledBatch(c.labelledBatch)
                        .leastProbability(c.least),
                steps);
    }

    private static Dataset rows(Dataset data, boolean labelled) {
        int[] labels = data.labels();
        int[] of = java.util.stream.IntStream.range(0, labels.length)
                .filter(i -> labels[i] != Dataset.UNLABELLED == labelled)
                .toArray();
        Dataset part = data.subset(of);
        return labelled ? part : part.withoutLabels();
    }

    /** A row and a class that its label, a guess or the sum over classes pairs it with. */
    private record Pair(double[] x, int label, double[] e) {}

    /** −L(x, y) = log p(x | y, z) + log p(y) − KL, one draw. */
    private static double bound(Numbers p, Pair pair, boolean bernoulli) {
        double[][] wx = p.get("encoder.x");
        double[] first = p.row("encoder.b").clone();
        for (int j = 0; j < first.length; j++) {
            first[j] += p.get("encoder.y")[pair.label][j];
            for (int k = 0; k < wx.length; k++) {
                first[j] += pair.x[k] * wx[k][j];
            }
            first[j] = Math.tanh(first[j]);
        }
        double[] q = perceptron(p, "encoder", 2, Activation.TANH, new double[][] {first})[0];
        double[] z = new double[Z];
        double kl = 0;
        for (int k = 0; k < Z; k++) {
            double v = q[Z + k];
            z[k] = q[k] + Math.exp(v / 2) * pair.e[k];
            kl += 0.5 * (q[k] * q[k] + Math.exp(v) - v - 1);
        }
        double[][] in = beside(new double[][] {z}, new double[][] {oneHot(pair.label, CLASSES)});
        double[] out = perceptron(p, "decoder", 3, Activation.TANH, in)[0];
        double sum = Math.log(1.0 / CLASSES) - kl;
        int d = pair.x.length;
        for (int j = 0; j < d; j++) {
            sum += bernoulli ? logBernoulli(pair.x[j], out[j]) : logNormal(pair.x[j], out[j], out[d + j]);
        }
        return sum;
    }

    private static double[] logQ(Numbers p, double[] x) {
        return logSoftmax(perceptron(p, "classifier", 2, Activation.TANH, new double[][] {x})[0]);
    }

    /** The classes of a row that are in the sum. */
    private static int[] classes(Numbers p, double[] x, double least) {
        double[] logQ = logQ(p, x);
        return java.util.stream.IntStream.range(0, CLASSES)
                .filter(c -> Math.exp(logQ[c]) >= least)
                .toArray();
    }

    /** −Jᵅ/n of a step: free rows with the classes of their sums, known rows with their labels. */
    private static double objective(
            Numbers p, List<List<Pair>> free, List<Pair> known, double share, double alpha, boolean bernoulli) {
        double sum = 0;
        for (List<Pair> row : free) {
            double[] all = logQ(p, row.get(0).x);
            double[] logQ =
                    logSoftmax(row.stream().mapToDouble(pair -> all[pair.label]).toArray());
            for (int c = 0; c < logQ.length; c++) {
                double term = bound(p, row.get(c), bernoulli) - logQ[c];
                sum += (1 - share) * Math.exp(logQ[c]) * term / free.size();
            }
        }
        for (Pair pair : known) {
            sum += share * bound(p, pair, bernoulli) / known.size();
            sum += alpha * logQ(p, pair.x)[pair.label] / known.size();
        }
        return sum;
    }

    private static double[] noise(SplittableRandom rng) {
        return OneStep.normal(1, Z, rng)[0];
    }

    /** Draws the noise of a step's pairs in their order. */
    private static OneStep.Objective step(
            Numbers at,
            double[][] free,
            double[][] known,
            int[] labels,
            SplittableRandom rng,
            Case c,
            boolean bernoulli) {
        List<List<Pair>> pairs = new ArrayList<>();
        for (double[] x : free) {
            List<Pair> row = new ArrayList<>();
            for (int y : classes(at, x, c.least)) {
                row.add(new Pair(x, y, noise(rng)));
            }
            pairs.add(row);
        }
        List<Pair> with = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            with.add(new Pair(known[i], labels[i], noise(rng)));
        }
        double share = Arrays.stream(LABELS).filter(l -> l >= 0).count() / (double) LABELS.length;
        return p -> objective(p, pairs, with, share, c.alpha, bernoulli);
    }

    private static Dataset bits() {
        return AutoencoderStepTest.bits(LABELS.length, 4).withLabels(LABELS);
    }

    private static M2.Builder m2(Case c, long steps) {
        return set(M2.builder(), c, steps).likelihood(Likelihood.BERNOULLI);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void m2(Case c) {
        Dataset data = bits();
        Dataset labelled = rows(data, true);
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(rows(data, false), step);
            Numbers before = OneStep.of(m2(c, step).fit(data).parameters());
            M2 after = m2(c, step + 1L).fit(data);
            int[] chosen = chosen(labelled.rows(), c.labelledBatch, seen.rng());
            double[][] known = new double[chosen.length][];
            int[] labels = new int[chosen.length];
            for (int i = 0; i < chosen.length; i++) {
                known[i] = OneStep.rows(labelled.floatMatrix())[chosen[i]];
                labels[i] = labelled.label(chosen[i]);
            }
            OneStep.assertStep(
                    "M2, step " + step,
                    before,
                    OneStep.of(after.parameters()),
                    after.history().last("−J/n, nats per row"),
                    step(before, seen.x(), known, labels, seen.rng(), c, true));
        }
    }

    /** All labelled rows where they are few, else drawn with replacement. */
    private static int[] chosen(int rows, int most, SplittableRandom rng) {
        int[] chosen = new int[Math.min(rows, most)];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = rows <= most ? i : rng.nextInt(rows);
        }
        return chosen;
    }

    /** In the first steps the guesses are labels, then they are not known. */
    @Test
    void guesses() {
        Dataset data = bits();
        int[] guesses = new int[LABELS.length];
        for (int i = 0; i < guesses.length; i++) {
            guesses[i] = i % CLASSES;
        }
        Dataset free = rows(data, false);
        int[] ofFree = java.util.stream.IntStream.range(0, LABELS.length)
                .filter(i -> LABELS[i] < 0)
                .map(i -> guesses[i])
                .toArray();
        Dataset labelled = rows(data, true);
        Case c = new Case(0.1, 100, 0);
        for (int step = 0; step < 3; step++) {
            Seen seen = OneStep.seen(free.withLabels(ofFree), step);
            Numbers before =
                    OneStep.of(m2(c, step).guesses(guesses, 2).fit(data).parameters());
            M2 after = m2(c, step + 1L).guesses(guesses, 2).fit(data);
            OneStep.Objective objective;
            if (step < 2) {
                List<Pair> pairs = new ArrayList<>();
                for (int i = 0; i < seen.x().length; i++) {
                    pairs.add(new Pair(seen.x()[i], seen.labels()[i], noise(seen.rng())));
                }
                objective = p -> objective(p, List.of(), pairs, 1, 1, true);
            } else {
                objective = step(
                        before, seen.x(), OneStep.rows(labelled.floatMatrix()), labelled.labels(), seen.rng(), c, true);
            }
            OneStep.assertStep(
                    "M2 from guesses, step " + step,
                    before,
                    OneStep.of(after.parameters()),
                    after.history().last("−J/n, nats per row"),
                    objective);
        }
    }

    /** With labels alone there is no sum over classes. */
    @Test
    void labelledRowsAlone() {
        Dataset data = rows(bits(), true);
        Case c = new Case(0.1, 100, 0);
        Seen seen = OneStep.seen(data, 0);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < seen.x().length; i++) {
            pairs.add(new Pair(seen.x()[i], seen.labels()[i], noise(seen.rng())));
        }
        OneStep.assertStep(
                "M2 of labelled rows",
                OneStep.of(m2(c, 0).fit(data).parameters()),
                OneStep.of(m2(c, 1).fit(data).parameters()),
                Double.NaN,
                p -> objective(p, List.of(), pairs, 1, 0.1, true));
    }

    private static Vae features(Dataset data) {
        return Vae.builder()
                .latent(3)
                .hidden(5)
                .likelihood(Likelihood.BERNOULLI)
                .epochs(40)
                .learningRate(0.01)
                .fit(data.withoutLabels());
    }

    private static double[][] drawn(Vae features, FMatrix x, SplittableRandom rng) {
        Vae.Posterior q = features.posterior(x.matrix());
        double[][] z = new double[x.matrix().numRows][features.latentDim()];
        for (int i = 0; i < z.length; i++) {
            for (int k = 0; k < z[i].length; k++) {
                z[i][k] = q.mean().get(i, k) + Math.sqrt(q.variance().get(i, k)) * (float) rng.nextGaussian();
            }
        }
        return z;
    }

    private record FMatrix(org.ejml.data.FMatrixRMaj matrix) {}

    /** Every step draws z₁ ~ N(μ, σ²) of its rows, those without label first. */
    @Test
    void stacked() {
        Dataset data = bits();
        Vae features = features(data);
        Dataset labelled = rows(data, true);
        Case c = new Case(0.5, 100, 0);
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(rows(data, false), step);
            double[][] free = drawn(features, new FMatrix(seen.floats()), seen.rng());
            double[][] known = drawn(features, new FMatrix(labelled.floatMatrix()), seen.rng());
            Numbers before = OneStep.of(set(StackedM1M2.builder().features(features), c, step)
                    .fit(data)
                    .top()
                    .parameters());
            StackedM1M2 after =
                    set(StackedM1M2.builder().features(features), c, step + 1L).fit(data);
            OneStep.assertStep(
                    "M1+M2, step " + step,
                    before,
                    OneStep.of(after.top().parameters()),
                    after.history().last("−J/n of z₁, nats per row"),
                    step(before, free, known, labelled.labels(), seen.rng(), c, false));
        }
    }

    /**
     * The upper level begins at the moments of z₁: its decoder's bias has the means over the rows of μ, and the logarithm of the mean
     * over columns of their variance, that of μ and the mean of σ² together.
     */
    @Test
    void theStackBeginsAtTheMomentsOfItsFeatures() {
        Dataset data = bits();
        Vae features = features(data);
        Vae.Posterior q = features.posterior(data.floatMatrix());
        StackedM1M2 start = set(StackedM1M2.builder().features(features), new Case(0.1, 100, 0), 0)
                .fit(data);
        double[] bias = OneStep.of(start.top().parameters()).row("decoder.2.b");
        int n = data.rows();
        int k = features.latentDim();
        double total = 0;
        for (int j = 0; j < k; j++) {
            double mean = 0;
            double square = 0;
            for (int i = 0; i < n; i++) {
                double m = q.mean().get(i, j);
                mean += m / n;
                square += (m * m + q.variance().get(i, j)) / n;
            }
            assertEquals(mean, bias[j], 1e-5);
            total += (square - mean * mean) / k;
        }
        for (int j = 0; j < k; j++) {
            assertEquals(Math.log(total), bias[k + j], 1e-5);
        }
    }

    /** log p(x, y) of several draws is the log of the mean of what each gives, and a bound the mean. */
    @Test
    void drawsAreAveraged() {
        Dataset data = bits();
        Case c = new Case(0.1, 100, 0);
        org.ejml.data.FMatrixRMaj x = data.floatMatrix();
        M2 m2 = m2(c, 3).fit(data);
        StackedM1M2 stack =
                set(StackedM1M2.builder().features(features(data)), c, 3).fit(data);
        SplittableRandom rng = new SplittableRandom(4);
        double[][] alone = new double[3][];
        double[][] stacked = new double[3][];
        double[][] bounds = new double[3][];
        for (int s = 0; s < 3; s++) {
            alone[s] = m2.logJoint(x, 1, rng).data;
        }
        for (int s = 0; s < 3; s++) {
            stacked[s] = stack.logJoint(x, 1, rng).data;
        }
        for (int s = 0; s < 3; s++) {
            bounds[s] = m2.unlabelledBound(x, 1, rng);
        }
        SplittableRandom same = new SplittableRandom(4);
        double[] three = m2.logJoint(x, 3, same).data;
        double[] ofStack = stack.logJoint(x, 3, same).data;
        double[] bound = m2.unlabelledBound(x, 3, same);
        for (int i = 0; i < three.length; i++) {
            int at = i;
            assertEquals(Reference.logSumExp(alone[0][at], alone[1][at], alone[2][at]) - Math.log(3), three[at], 1e-9);
            assertEquals(
                    Reference.logSumExp(stacked[0][at], stacked[1][at], stacked[2][at]) - Math.log(3),
                    ofStack[at],
                    1e-9);
        }
        for (int i = 0; i < bound.length; i++) {
            assertEquals((bounds[0][i] + bounds[1][i] + bounds[2][i]) / 3, bound[i], 1e-9);
        }
    }

    /** The mean of −U of rows, without a look at labels. */
    private static OneStep.Objective unlabelled(double[][] x, SplittableRandom rng, boolean bernoulli) {
        List<List<Pair>> pairs = new ArrayList<>();
        for (double[] row : x) {
            List<Pair> each = new ArrayList<>();
            for (int y = 0; y < CLASSES; y++) {
                each.add(new Pair(row, y, noise(rng)));
            }
            pairs.add(each);
        }
        return p -> objective(p, pairs, List.of(), 0, 0, bernoulli);
    }

    /** Validation rows are judged by −U(x), in the stack by −U(z₁) of draws of z₁, whatever their labels are. */
    @Test
    void validation() {
        Dataset data = bits();
        Dataset others = data.subset(3, 0, 1, 6);
        Case c = new Case(0.5, 100, 0);
        Seen seen = OneStep.seenByValidation(others);
        M2 m2 = m2(c, 1).validation(others).fit(data);
        OneStep.assertValidation("M2", m2, OneStep.of(m2.parameters()), unlabelled(seen.x(), seen.rng(), true));
        Vae features = features(data);
        Seen again = OneStep.seenByValidation(others);
        double[][] z = drawn(features, new FMatrix(again.floats()), again.rng());
        StackedM1M2 stack = set(StackedM1M2.builder().features(features), c, 1)
                .validation(others)
                .fit(data);
        OneStep.assertValidation(
                "M1+M2", stack, OneStep.of(stack.top().parameters()), unlabelled(z, again.rng(), false));
    }

    /** Patience ends the fit of a stack, and the best parameters stay. */
    @Test
    void patienceOfTheStack() {
        Dataset data = bits();
        Vae features = features(data);
        Case c = new Case(0.5, 100, 0);
        StackedM1M2 model = set(StackedM1M2.builder().features(features), c, 60)
                .learningRate(0.3)
                .validation(data)
                .patience(2)
                .fit(data);
        double[] course = model.history().column("validation");
        assertTrue(course.length > 2 && course.length < 60, course.length + " epochs");
        int best = course.length - 3;
        assertEquals(Arrays.stream(course).max().orElseThrow(), course[best]);
        Seen seen = OneStep.seenByValidation(data);
        double[][] z = drawn(features, new FMatrix(seen.floats()), seen.rng());
        double value =
                unlabelled(z, seen.rng(), false).value(OneStep.of(model.top().parameters()));
        assertEquals(course[best], value, 1e-4 * Math.abs(value));
    }
}

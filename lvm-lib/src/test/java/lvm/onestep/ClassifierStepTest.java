package lvm.onestep;

import static lvm.onestep.Reference.logSoftmax;
import static lvm.onestep.Reference.perceptron;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.classify.NeuralClassifier;
import lvm.classify.TransductiveSvm;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.factor.Pca;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.WeightInit;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import lvm.random.Seeds;
import lvm.representation.AdversarialFeatures;
import lvm.representation.EncoderNetwork;
import org.junit.jupiter.api.Test;

/** A step of the classifiers is one up the mean of log q(y | x), or down the loss of transductive support vectors. */
class ClassifierStepTest {
    private static final int[] LABELS = {-1, 2, -1, 0, -1, -1, 1, -1, 1, -1, 0};
    private static final Dataset DATA =
            AutoencoderStepTest.real(LABELS.length, 2).withLabels(LABELS);

    private static Dataset labelled() {
        return DATA.subset(1, 3, 6, 8, 10);
    }

    private static NeuralClassifier neural(long steps) {
        return OneStep.sgd(NeuralClassifier.builder().network(NetworkFactory.mlp(Activation.TANH, 4)), steps)
                .fit(DATA);
    }

    /** Rows without label are left out. */
    @Test
    void neural() {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(labelled(), step);
            NeuralClassifier after = neural(step + 1L);
            OneStep.assertStep(
                    "NeuralClassifier",
                    OneStep.of(neural(step)),
                    OneStep.of(after),
                    after.history().last("log-likelihood, nats per row"),
                    p -> logLikelihood(p, seen.x(), seen.labels()));
        }
    }

    private static double logLikelihood(Numbers p, double[][] x, int... labels) {
        double[][] logits = perceptron(p, "classifier", 2, Activation.TANH, x);
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += logSoftmax(logits[i])[labels[i]] / logits.length;
        }
        return sum;
    }

    /** Labelled rows of which none is learnt from. */
    @Test
    void validation() {
        Dataset others = labelled().subset(0, 3).withLabels(1, 1);
        double[][] x = OneStep.rows(others.floatMatrix());
        NeuralClassifier after = OneStep.sgd(
                        NeuralClassifier.builder().network(NetworkFactory.mlp(Activation.TANH, 4)), 1)
                .validation(others)
                .fit(DATA);
        OneStep.assertValidation("NeuralClassifier", after, OneStep.of(after), p -> logLikelihood(p, x, 1, 1));
        TransductiveSvm svm = OneStep.sgd(TransductiveSvm.builder().lambda(0.3), 1)
                .learningRate(0.01)
                .validation(others)
                .fit(DATA);
        OneStep.assertValidation("TransductiveSvm", svm, OneStep.of(svm), p -> -loss(p, x, new int[] {1, 1}, null, 0));
    }

    private static TransductiveSvm transductive(Dataset data, long steps) {
        return OneStep.sgd(
                        TransductiveSvm.builder()
                                .lambda(0.3)
                                .unlabelledWeight(0.7)
                                .balance(2)
                                .rise(2),
                        steps)
                .learningRate(0.01)
                .fit(data);
    }

    /** ½λ‖W‖² + mean squared hinges + weight · mean exp(−3 f²) + balance · ‖mean f − its value on labelled rows‖². */
    private static double loss(Numbers p, double[][] known, int[] labels, double[][] others, double weight) {
        double[][] w = p.get("weights");
        double[] b = p.row("bias");
        int k = b.length;
        double loss = 0;
        for (double[] row : w) {
            for (double v : row) {
                loss += 0.15 * v * v;
            }
        }
        double[] means = new double[k];
        double[][] f = Reference.linear(known, w, b, Activation.IDENTITY);
        for (int i = 0; i < known.length; i++) {
            for (int c = 0; c < k; c++) {
                double t = labels[i] == c ? 1 : -1;
                means[c] += t / known.length;
                double hinge = Math.max(0, 1 - t * f[i][c]);
                loss += hinge * hinge / known.length;
            }
        }
        if (others == null) {
            return loss;
        }
        double[][] g = Reference.linear(others, w, b, Activation.IDENTITY);
        double[] mean = new double[k];
        for (double[] row : g) {
            for (int c = 0; c < k; c++) {
                loss += weight * Math.exp(-3 * row[c] * row[c]) / g.length;
                mean[c] += row[c] / g.length;
            }
        }
        for (int c = 0; c < k; c++) {
            loss += 2 * (mean[c] - means[c]) * (mean[c] - means[c]);
        }
        return loss;
    }

    @Test
    void transductive() {
        Dataset others = DATA.subset(0, 2, 4, 5, 7, 9).withoutLabels();
        double[][] known = OneStep.rows(labelled().floatMatrix());
        int[] labels = labelled().labels();
        for (int step = 0; step < 4; step++) {
            Seen seen = OneStep.seen(others, step);
            double weight = 0.7 * Math.min(1, (step + 1) / 3.0);
            TransductiveSvm after = transductive(DATA, step + 1L);
            OneStep.assertStepOf(
                    0.01,
                    "TransductiveSvm, step " + step,
                    OneStep.of(transductive(DATA, step)),
                    OneStep.of(after),
                    p -> -loss(p, known, labels, seen.x(), weight));
        }
        Seen seen = OneStep.seen(labelled(), 0);
        OneStep.assertStepOf(
                0.01,
                "TransductiveSvm of labelled rows",
                OneStep.of(transductive(labelled(), 0)),
                OneStep.of(transductive(labelled(), 1)),
                p -> -loss(p, seen.x(), seen.labels(), null, 0));
    }

    /** Factors on the learning rate of a layer are factors on its step. */
    @Test
    void layerRates() {
        double[] factors = {0.5, 2};
        Numbers before = OneStep.of(neural(0));
        Numbers whole = OneStep.of(neural(1));
        Numbers after =
                OneStep.of(OneStep.sgd(NeuralClassifier.builder().network(NetworkFactory.mlp(Activation.TANH, 4)), 1)
                        .layerRates(factors)
                        .fit(DATA));
        for (int layer = 0; layer < 2; layer++) {
            for (String kind : new String[] {"w", "b"}) {
                String name = "classifier." + layer + "." + kind;
                for (int i = 0; i < before.get(name).length; i++) {
                    for (int j = 0; j < before.get(name)[i].length; j++) {
                        double was = before.get(name)[i][j];
                        double moved = whole.get(name)[i][j] - was;
                        assertEquals(was + factors[layer] * moved, after.get(name)[i][j], 1e-6, name);
                    }
                }
            }
        }
    }

    /** The layer moves down the slope of ‖f(x W + b) − h‖², summed over the units, with h split by its sign. */
    @Test
    void encoderNetwork() {
        Pca teacher = Pca.builder().components(1).fit(DATA);
        double[][] codes = OneStep.rows(Matrices.floats(teacher.encode(DATA)));
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(DATA, step);
            EncoderNetwork after = regression(teacher, step + 1L);
            OneStep.assertStep(
                    "EncoderNetwork",
                    OneStep.of(regression(teacher, step)),
                    OneStep.of(after),
                    after.history().last("negative squared error per row"),
                    p -> {
                        double[][] h =
                                Reference.linear(seen.x(), p.get("encoder.0.w"), p.row("encoder.0.b"), Activation.TANH);
                        double sum = 0;
                        for (int i = 0; i < h.length; i++) {
                            double code = codes[seen.row()[i]][0];
                            double up = h[i][0] - Math.max(0, code);
                            double down = h[i][1] - Math.max(0, -code);
                            sum -= (up * up + down * down) / h.length;
                        }
                        return sum;
                    });
        }
    }

    private static EncoderNetwork regression(Pca teacher, long steps) {
        return OneStep.sgd(
                        EncoderNetwork.builder()
                                .teacher(teacher)
                                .activation(Activation.TANH)
                                .split(true),
                        steps)
                .fit(DATA.withoutLabels());
    }

    private static final double LAMBDA = 0.7;

    private static AdversarialFeatures adversarial(long steps) {
        return OneStep.sgd(
                        AdversarialFeatures.builder().hidden(3).discriminator().weight(LAMBDA), steps)
                .fit(DATA);
    }

    private static Numbers numbers(List<Linear> layers) {
        Numbers p = new Numbers();
        for (int k = 0; k < layers.size(); k++) {
            p.put("net." + k + ".w", layers.get(k).weights().value());
            p.put("net." + k + ".b", layers.get(k).bias().value());
        }
        return p;
    }

    /**
     * Features and classifier move up the mean of log q(y | h) less λ times that of log r(d | h), and the discriminator up the last: in the
     * second step it is where the first has brought it.
     */
    @Test
    void adversarialFeatures() {
        // The discriminator is in no file: it is made of the same numbers as in the fit, behind features and
        // classifier.
        SplittableRandom rng = new SplittableRandom(Seeds.split(OneStep.SEED, "start"));
        new Linear("features", 2, 3, Activation.IDENTITY, WeightInit.GLOROT, rng);
        new Linear("classifier", 3, 3, Activation.IDENTITY, WeightInit.GLOROT, rng);
        double[][] r = OneStep.rows(new Linear("discriminator", 3, 2, Activation.IDENTITY, WeightInit.GLOROT, rng)
                .weights()
                .value());
        double[] bias = new double[2];
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(DATA, step);
            Numbers before = numbers(adversarial(step).layers());
            OneStep.assertStep(
                    "AdversarialFeatures",
                    before,
                    numbers(adversarial(step + 1L).layers()),
                    Double.NaN,
                    p -> {
                        double[][] h = hidden(seen, p);
                        double[][] q = Reference.linear(h, p.get("net.1.w"), p.row("net.1.b"), Activation.IDENTITY);
                        double[][] d = Reference.linear(h, r, bias, Activation.IDENTITY);
                        double sum = 0;
                        for (int i = 0; i < h.length; i++) {
                            int label = seen.labels()[i];
                            sum += label < 0 ? 0 : logSoftmax(q[i])[label] / 5;
                            sum -= LAMBDA * logSoftmax(d[i])[label < 0 ? 1 : 0] / h.length;
                        }
                        return sum;
                    });
            double[][] h = hidden(seen, before);
            double[][] d = Reference.linear(h, r, bias, Activation.IDENTITY);
            for (int i = 0; i < h.length; i++) {
                for (int k = 0; k < 2; k++) {
                    double left = (seen.labels()[i] < 0 ? k : 1 - k) - Math.exp(logSoftmax(d[i])[k]);
                    bias[k] += OneStep.RATE * left / h.length;
                    for (int j = 0; j < 3; j++) {
                        r[j][k] += OneStep.RATE * left * h[i][j] / h.length;
                    }
                }
            }
        }
    }

    private static double[][] hidden(Seen seen, Numbers p) {
        return Reference.linear(seen.x(), p.get("net.0.w"), p.row("net.0.b"), Activation.RELU);
    }
}

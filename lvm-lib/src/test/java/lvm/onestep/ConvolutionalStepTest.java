package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import lvm.boltzmann.ConvolutionalRbm;
import lvm.boltzmann.ConvolutionalRbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step of a convolutional machine by the exact slope, against a sum over all images in doubles, with and without zeros around them. */
class ConvolutionalStepTest {
    private static final int EDGE = 3;
    private static final int KERNEL = 2;
    private static final int FILTERS = 2;
    private static final Dataset IMAGES = AutoencoderStepTest.bits(6, EDGE * EDGE);

    /** The input of a hidden unit. */
    private static double input(Numbers p, double[] v, int filter, int row, int column, int padding) {
        double a = p.row("c")[filter];
        for (int i = 0; i < KERNEL; i++) {
            for (int j = 0; j < KERNEL; j++) {
                int y = row + i - padding;
                int x = column + j - padding;
                if (y >= 0 && y < EDGE && x >= 0 && x < EDGE) {
                    a += v[y * EDGE + x] * p.get("w")[i * KERNEL + j][filter];
                }
            }
        }
        return a;
    }

    private static double minusFreeEnergy(Numbers p, double[] v, int padding) {
        double sum = 0;
        for (double x : v) {
            sum += p.row("b")[0] * x;
        }
        int side = EDGE + 2 * padding - KERNEL + 1;
        for (int filter = 0; filter < FILTERS; filter++) {
            for (int y = 0; y < side; y += 2) {
                for (int x = 0; x < side; x += 2) {
                    sum += logSumExp(
                            0,
                            input(p, v, filter, y, x, padding),
                            input(p, v, filter, y, x + 1, padding),
                            input(p, v, filter, y + 1, x, padding),
                            input(p, v, filter, y + 1, x + 1, padding));
                }
            }
        }
        return sum;
    }

    private static double logLikelihood(Numbers p, double[][] images, int padding) {
        double[] all = new double[1 << EDGE * EDGE];
        double[] v = new double[EDGE * EDGE];
        for (int s = 0; s < all.length; s++) {
            for (int i = 0; i < v.length; i++) {
                v[i] = s >> i & 1;
            }
            all[s] = minusFreeEnergy(p, v, padding);
        }
        double sum = 0;
        for (double[] image : images) {
            sum += minusFreeEnergy(p, image, padding) / images.length;
        }
        return sum - logSumExp(all);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void exact(int padding) {
        ConvolutionalRbmBuilder settings = ConvolutionalRbm.builder()
                .filters(FILTERS)
                .kernel(KERNEL)
                .padding(padding)
                .learning(RbmLearning.exact())
                .weightDecay(.3)
                .startDeviation(.8);
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(IMAGES, step);
            ConvolutionalRbm before = OneStep.sgd(settings, step).fit(IMAGES);
            ConvolutionalRbm after = OneStep.sgd(settings, step + 1L).fit(IMAGES);
            OneStep.assertStep("convolutional", numbers(before), numbers(after), Double.NaN, p -> {
                double squares = 0;
                for (double[] row : p.get("w")) {
                    for (double w : row) {
                        squares += w * w;
                    }
                }
                return logLikelihood(p, seen.x(), padding) - .15 * squares;
            });
            double value = logLikelihood(numbers(before), seen.x(), padding);
            assertEquals(value, after.history().last("log p(v), nats per row"), 1e-5);
        }
    }

    /** The step with sparsity differs from the one without by the slope of cost/2 Σ (q − p)² by the biases of the filters, and no other. */
    @Test
    void sparsity() {
        ConvolutionalRbmBuilder without = ConvolutionalRbm.builder()
                .filters(FILTERS)
                .kernel(KERNEL)
                .learning(RbmLearning.exact())
                .startDeviation(.8);
        ConvolutionalRbm before = OneStep.sgd(without, 0).fit(IMAGES);
        ConvolutionalRbm plain = OneStep.sgd(without, 1).fit(IMAGES);
        ConvolutionalRbm sparse = OneStep.sgd(without.sparsity(.1, 3), 1).fit(IMAGES);
        Numbers p = numbers(before);
        for (int filter = 0; filter < FILTERS; filter++) {
            double h = 1e-5;
            double[] costs = new double[2];
            for (int side = 0; side < 2; side++) {
                double old = p.row("c")[filter];
                p.row("c")[filter] = side == 0 ? old - h : old + h;
                double q = 0;
                for (double[] v : OneStep.rows(IMAGES.floatMatrix())) {
                    double sum = 1;
                    for (int k = 0; k < 4; k++) {
                        sum += Math.exp(input(p, v, filter, k / 2, k % 2, 0));
                    }
                    q += (1 - 1 / sum) / 4 / IMAGES.rows();
                }
                costs[side] = 1.5 * (q - .1) * (q - .1);
                p.row("c")[filter] = old;
            }
            double moved = sparse.hiddenBias().data[filter] - plain.hiddenBias().data[filter];
            assertEquals(-OneStep.RATE * (costs[1] - costs[0]) / (2 * h), moved, 1e-5);
        }
        for (int i = 0; i < plain.weights().getNumElements(); i++) {
            assertEquals(plain.weights().data[i], sparse.weights().data[i], 1e-7);
        }
    }

    private static Numbers numbers(ConvolutionalRbm rbm) {
        Numbers numbers = new Numbers();
        numbers.put("w", rbm.weights());
        numbers.put("b", rbm.visibleBias());
        numbers.put("c", rbm.hiddenBias());
        return numbers;
    }
}

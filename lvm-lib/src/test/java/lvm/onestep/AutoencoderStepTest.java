package lvm.onestep;

import static lvm.onestep.Reference.linear;
import static lvm.onestep.Reference.perceptron;

import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import lvm.vae.Autoencoder;
import lvm.vae.AutoencoderModel;
import lvm.vae.ContractiveAutoencoder;
import lvm.vae.DenoisingAutoencoder;
import lvm.vae.Reconstruction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step of the autoencoders is one up minus their cost with its penalties. */
class AutoencoderStepTest {
    static final Dataset REAL = real(6, 3);
    static final Dataset BITS = bits(6, 3);

    static Dataset real(int n, int d) {
        SplittableRandom rng = new SplittableRandom(1);
        double[][] x = new double[n][d];
        for (double[] row : x) {
            for (int j = 0; j < d; j++) {
                row[j] = 0.4 * j + (0.5 + j) * rng.nextGaussian();
            }
        }
        return Dataset.of(x);
    }

    static Dataset bits(int n, int d) {
        SplittableRandom rng = new SplittableRandom(2);
        double[][] x = new double[n][d];
        for (double[] row : x) {
            for (int j = 0; j < d; j++) {
                row[j] = rng.nextInt(2);
            }
        }
        return Dataset.of(x);
    }

    private static double cost(Reconstruction reconstruction, double[][] r, double[][] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                sum += reconstruction == Reconstruction.SQUARED_ERROR
                        ? (r[i][j] - x[i][j]) * (r[i][j] - x[i][j])
                        : -Reference.logBernoulli(x[i][j], r[i][j]);
            }
        }
        return sum / x.length;
    }

    private static void check(
            String what, AutoencoderModel before, AutoencoderModel after, OneStep.Objective objective) {
        double[] column = after.history().column(after.history().names().get(0));
        OneStep.assertStep(
                what,
                OneStep.of(before.parameters()),
                OneStep.of(after.parameters()),
                column[column.length - 1],
                objective);
    }

    private static Autoencoder.Builder plain(Reconstruction cost, long steps) {
        return OneStep.sgd(
                Autoencoder.builder()
                        .latent(2)
                        .hidden(4)
                        .activation(Activation.TANH)
                        .codeActivation(Activation.SIGMOID)
                        .cost(cost)
                        .sparsity(0.3),
                steps);
    }

    @ParameterizedTest
    @EnumSource(Reconstruction.class)
    void autoencoder(Reconstruction cost) {
        Dataset data = cost == Reconstruction.SQUARED_ERROR ? REAL : BITS;
        for (int step = 0; step < 2; step++) {
            double[][] x = OneStep.seen(data, step).x();
            check(
                    "Autoencoder " + cost,
                    plain(cost, step).fit(data),
                    plain(cost, step + 1).fit(data),
                    p -> objective(p, cost, x));
        }
    }

    @ParameterizedTest
    @EnumSource(Reconstruction.class)
    void validation(Reconstruction cost) {
        Dataset data = cost == Reconstruction.SQUARED_ERROR ? REAL : BITS;
        Dataset others = data.subset(2, 5);
        double[][] x = OneStep.rows(others.floatMatrix());
        Autoencoder after = plain(cost, 1).validation(others).fit(data);
        OneStep.assertValidation("Autoencoder", after, OneStep.of(after.parameters()), p -> objective(p, cost, x));
    }

    private static double objective(Numbers p, Reconstruction cost, double[][] x) {
        double[][] h = perceptron(p, "encoder", 2, Activation.TANH, x);
        double sparsity = 0;
        for (double[] row : h) {
            for (int k = 0; k < row.length; k++) {
                row[k] = Reference.sigmoid(row[k]);
                sparsity += row[k] / x.length;
            }
        }
        return -cost(cost, perceptron(p, "decoder", 2, Activation.TANH, h), x) - 0.3 * sparsity;
    }

    private static DenoisingAutoencoder.Builder denoising(double noise, double missing, long steps) {
        return OneStep.sgd(
                DenoisingAutoencoder.builder()
                        .latent(2)
                        .hidden(4)
                        .activation(Activation.TANH)
                        .noise(noise)
                        .missing(missing),
                steps);
    }

    /** First every entry is there or not, by a uniform number each, then the noise comes upon all of them. */
    @Test
    void denoising() {
        for (double missing : new double[] {0, 0.4}) {
            for (int step = 0; step < 2; step++) {
                Seen seen = OneStep.seen(REAL, step);
                double[][] x = seen.x();
                double[][] corrupted = new double[x.length][];
                for (int i = 0; i < x.length; i++) {
                    corrupted[i] = x[i].clone();
                    for (int j = 0; missing > 0 && j < x[i].length; j++) {
                        corrupted[i][j] = seen.rng().nextFloat() < missing ? 0 : x[i][j];
                    }
                }
                double[][] e = OneStep.normal(x.length, x[0].length, seen.rng());
                for (int i = 0; i < x.length; i++) {
                    for (int j = 0; j < x[i].length; j++) {
                        corrupted[i][j] += 0.5 * e[i][j];
                    }
                }
                check(
                        "DenoisingAutoencoder, missing " + missing,
                        denoising(0.5, missing, step).fit(REAL),
                        denoising(0.5, missing, step + 1).fit(REAL),
                        p -> {
                            double[][] h = perceptron(p, "encoder", 2, Activation.TANH, corrupted);
                            double[][] r = perceptron(p, "decoder", 2, Activation.TANH, h);
                            return -cost(Reconstruction.SQUARED_ERROR, r, x);
                        });
            }
        }
    }

    private static ContractiveAutoencoder.Builder contractive(Activation code, long steps) {
        return OneStep.sgd(
                ContractiveAutoencoder.builder().latent(4).codeActivation(code).contraction(0.7), steps);
    }

    /** λ times the squared norm of ∂h/∂x, here by differences; the decoder has the transposed weights. */
    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"SIGMOID", "TANH", "SOFTPLUS"})
    void contractive(Activation code) {
        double[][] x = OneStep.seen(REAL, 0).x();
        check(
                "ContractiveAutoencoder",
                contractive(code, 0).fit(REAL),
                contractive(code, 1).fit(REAL),
                p -> -cost(Reconstruction.SQUARED_ERROR, tied(p, code, x), x) - 0.7 * contraction(p, code, x));
    }

    private static double[][] code(Numbers p, Activation code, double[][] x) {
        double[][] a = perceptron(p, "encoder", 1, code, x);
        for (double[] row : a) {
            for (int k = 0; k < row.length; k++) {
                row[k] = Reference.f(code, row[k]);
            }
        }
        return a;
    }

    private static double[][] tied(Numbers p, Activation code, double[][] x) {
        double[][] w = p.get("encoder.0.w");
        double[][] transposed = new double[w[0].length][w.length];
        for (int i = 0; i < w.length; i++) {
            for (int j = 0; j < w[i].length; j++) {
                transposed[j][i] = w[i][j];
            }
        }
        return linear(code(p, code, x), transposed, p.row("decoder.b"), Activation.IDENTITY);
    }

    private static double contraction(Numbers p, Activation code, double[][] x) {
        double sum = 0;
        double d = 1e-3;
        for (int j = 0; j < x[0].length; j++) {
            double[][][] at = new double[4][x.length][];
            double[] by = {d, -d, 2 * d, -2 * d};
            for (int s = 0; s < 4; s++) {
                for (int i = 0; i < x.length; i++) {
                    at[s][i] = x[i].clone();
                    at[s][i][j] += by[s];
                }
                at[s] = code(p, code, at[s]);
            }
            for (int i = 0; i < x.length; i++) {
                for (int k = 0; k < at[0][i].length; k++) {
                    double slope = (8 * (at[0][i][k] - at[1][i][k]) - (at[2][i][k] - at[3][i][k])) / (12 * d);
                    sum += slope * slope / x.length;
                }
            }
        }
        return sum;
    }
}

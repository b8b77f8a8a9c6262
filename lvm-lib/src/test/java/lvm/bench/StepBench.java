package lvm.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Backend;
import lvm.linalg.Products;
import lvm.nn.Mlp;
import lvm.optim.Adam;
import org.ejml.data.FMatrixRMaj;

/**
 * A training step of a variational autoencoder 784-500-500-50 (softplus, Bernoulli, Adam) against its matrix products
 * alone, in turns: the medians of both and their ratio, for minibatches of 100 and of 1000.
 *
 * <p>Arguments: steps of each kind for batch 100, optional.
 */
public final class StepBench {
    private static final int[] ENCODER = {784, 500, 500, 100};
    private static final int[] DECODER = {50, 500, 500, 784};

    private StepBench() {}

    /**
     * Runs the comparison.
     *
     * @param args the number of steps
     */
    public static void main(String[] args) {
        int steps = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        System.out.printf(Locale.ROOT, "%s; JDK %s%n", Backend.describe(), System.getProperty("java.version"));
        for (int batch : new int[] {100, 1000}) {
            run(batch, Math.max(20, steps * 100 / batch));
        }
    }

    private static void run(int batch, int steps) {
        SplittableRandom rng = new SplittableRandom(1);
        Mlp encoder = new Mlp("encoder", Activation.SOFTPLUS, rng, ENCODER);
        Mlp decoder = new Mlp("decoder", Activation.SOFTPLUS, rng, DECODER);
        List<Param> params = new ArrayList<>(encoder.params());
        params.addAll(decoder.params());
        Adam adam = new Adam(params, 1e-3);
        FMatrixRMaj x = new FMatrixRMaj(batch, 784);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = rng.nextInt(2);
        }
        List<FMatrixRMaj[]> products = new ArrayList<>();
        for (int[] sizes : new int[][] {ENCODER, DECODER}) {
            for (int k = 0; k < 3; k++) {
                products.add(new FMatrixRMaj[] {
                    random(batch, sizes[k], rng),
                    random(sizes[k], sizes[k + 1], rng),
                    random(batch, sizes[k + 1], rng),
                    new FMatrixRMaj(sizes[k], sizes[k + 1]),
                    new FMatrixRMaj(batch, sizes[k]),
                    new FMatrixRMaj(batch, sizes[k + 1])
                });
            }
        }
        Tape tape = new Tape();
        double[] whole = new double[steps];
        double[] alone = new double[steps];
        for (int t = -steps / 2; t < steps; t++) {
            long start = System.nanoTime();
            step(tape, encoder, decoder, x, rng);
            adam.step();
            long middle = System.nanoTime();
            multiply(products);
            long end = System.nanoTime();
            if (t >= 0) {
                whole[t] = (middle - start) / 1e6;
                alone[t] = (end - middle) / 1e6;
            }
        }
        Arrays.sort(whole);
        Arrays.sort(alone);
        double a = whole[steps / 2];
        double b = alone[steps / 2];
        System.out.printf(
                Locale.ROOT, "batch %d: step %.2f ms, its products alone %.2f ms, ratio %.2f%n", batch, a, b, a / b);
    }

    private static void step(Tape tape, Mlp encoder, Mlp decoder, FMatrixRMaj data, SplittableRandom rng) {
        tape.reset();
        Var x = tape.constant(data);
        Var moments = encoder.forward(tape, x);
        Var mu = moments.columns(0, 50);
        Var logVariance = moments.columns(50, 100);
        Var logits = decoder.forward(tape, mu.gaussianSample(logVariance, rng));
        tape.backward(logits.bernoulliLogLikelihood(x)
                .sub(mu.klStandardNormal(logVariance))
                .mean()
                .neg());
    }

    /** The three products of each layer; the first layer's input needs no gradient. */
    private static void multiply(List<FMatrixRMaj[]> products) {
        for (int k = 0; k < products.size(); k++) {
            FMatrixRMaj[] p = products.get(k);
            Products.mult(p[0], p[1], p[5]);
            Products.multTransA(p[0], p[2], p[3]);
            if (k > 0) {
                Products.multTransB(p[2], p[1], p[4]);
            }
        }
    }

    private static FMatrixRMaj random(int rows, int cols, SplittableRandom rng) {
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = (float) rng.nextGaussian();
        }
        return m;
    }
}

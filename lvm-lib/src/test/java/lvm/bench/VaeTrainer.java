package lvm.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.linalg.Backend;
import lvm.linalg.Products;
import lvm.vae.VaeSteps;
import org.ejml.data.FMatrixRMaj;

/**
 * What {@link VaeBench} measures, in a JVM of its own: {@link lvm.vae.Vae} 784-500-500-50 (softplus, Bernoulli, Adam).
 * Reads commands from standard input and answers each with a line of numbers.
 *
 * <ul>
 *   <li>{@code load FILE ROWS COLUMNS}: binary images, a byte a pixel; answered by the backend and the JDK.
 *   <li>{@code epoch BATCH ROWS}: trains on the first rows through {@link lvm.fit.Fit}; seconds and the mean bound in nats.
 *   <li>{@code products BATCH STEPS}: the matrix products of as many steps and nothing else; seconds.
 *   <li>{@code step BATCH STEPS}: steps on one batch and the products of one, in turns; median seconds of both.
 * </ul>
 */
public final class VaeTrainer {
    private static final int LATENT = 50;
    private static final int[] ENCODER = {784, 500, 500, 2 * LATENT};
    private static final int[] DECODER = {LATENT, 500, 500, 784};

    private final VaeSteps model;
    private final List<FMatrixRMaj[]> factors = new ArrayList<>();

    private VaeTrainer(int batch, Dataset data) {
        SplittableRandom rng = new SplittableRandom(1);
        model = new VaeSteps(data.slice(0, 1000));
        for (int[] sizes : new int[][] {ENCODER, DECODER}) {
            for (int k = 0; k < 3; k++) {
                factors.add(new FMatrixRMaj[] {
                    random(batch, sizes[k], rng),
                    random(sizes[k], sizes[k + 1], rng),
                    random(batch, sizes[k + 1], rng),
                    new FMatrixRMaj(sizes[k], sizes[k + 1]),
                    new FMatrixRMaj(batch, sizes[k]),
                    new FMatrixRMaj(batch, sizes[k + 1])
                });
            }
        }
    }

    /**
     * Obeys commands until the input ends.
     *
     * @param args none
     * @throws IOException if the data or a command can not be read
     */
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Map<Integer, VaeTrainer> trainers = new HashMap<>();
        Dataset data = null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            if (words[0].equals("load")) {
                byte[] pixels = Files.readAllBytes(Path.of(words[1]));
                data = Dataset.ofBytes(pixels, Integer.parseInt(words[3]), 1);
                System.out.println(Backend.describe() + "; JDK " + System.getProperty("java.version"));
                continue;
            }
            int batch = Integer.parseInt(words[1]);
            int count = Integer.parseInt(words[2]);
            Dataset images = data;
            VaeTrainer trainer = trainers.computeIfAbsent(batch, size -> new VaeTrainer(size, images));
            switch (words[0]) {
                case "epoch" -> trainer.epoch(data.slice(0, count), batch);
                case "products" -> {
                    long start = System.nanoTime();
                    for (int t = 0; t < count; t++) {
                        trainer.multiply();
                    }
                    System.out.println((System.nanoTime() - start) / 1e9);
                }
                case "step" -> trainer.steps(data, batch, count);
                default -> throw new IllegalArgumentException("VaeTrainer: " + line);
            }
        }
    }

    private void epoch(Dataset data, int batch) {
        long start = System.nanoTime();
        double bound = model.epoch(data, batch);
        System.out.println((System.nanoTime() - start) / 1e9 + " " + bound);
    }

    private void steps(Dataset data, int batch, int count) {
        FMatrixRMaj x = data.slice(0, batch).floatMatrix();
        SplittableRandom rng = new SplittableRandom(2);
        double[] whole = new double[count];
        double[] alone = new double[count];
        for (int t = 0; t < count; t++) {
            long start = System.nanoTime();
            model.step(x, rng);
            long middle = System.nanoTime();
            multiply();
            whole[t] = (middle - start) / 1e9;
            alone[t] = (System.nanoTime() - middle) / 1e9;
        }
        Arrays.sort(whole);
        Arrays.sort(alone);
        System.out.println(whole[count / 2] + " " + alone[count / 2]);
    }

    /** The three products of each layer; the input of the first needs no gradient. */
    private void multiply() {
        for (int k = 0; k < factors.size(); k++) {
            FMatrixRMaj[] p = factors.get(k);
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

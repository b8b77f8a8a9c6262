package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.DataFiles;
import lvm.data.Dataset;
import lvm.data.NumberFiles;
import lvm.factor.Pca;
import lvm.mixture.Covariance;
import lvm.mixture.GaussianMixture;
import lvm.vae.Likelihood;
import lvm.vae.Vae;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More rows than the heap holds: 2 million of 20 numbers are 320 MB as doubles, and 160 MB in the file. */
class ManyRowsTest {
    static final int DIM = 20;

    @TempDir
    private Path folder;

    /** Rows around 0 and around 6 in turn, with a standard deviation of 1, or of 3 in the first column. */
    static double[] row(long i) {
        SplittableRandom rng = new SplittableRandom(i);
        double[] row = new double[DIM];
        for (int j = 0; j < DIM; j++) {
            // A sum of uniform numbers has variance 1 and is drawn faster than a normal one.
            double z = rng.nextDouble() + rng.nextDouble() + rng.nextDouble() - 1.5;
            row[j] = (i % 2 == 0 ? 0 : 6) + (j == 0 ? 6 : 2) * z;
        }
        return row;
    }

    /** In 96 MB. */
    public static void main(String[] arguments) {
        Dataset data = DataFiles.npy(Path.of(arguments[0]));
        Pca pca = Pca.builder().components(1).fit(data);
        System.out.printf("pca %.3f%n", pca.explainedVariance()[0]);
        GaussianMixture mixture = GaussianMixture.builder()
                .components(2)
                .covariance(Covariance.DIAGONAL)
                .maxIterations(2)
                .fit(data);
        double[] first = mixture.mean(mixture.mean(0)[1] < 3 ? 0 : 1);
        double variance = mixture.covariance(0).get(0, 0);
        System.out.printf("mixture %.2f %.2f %.2f%n", first[0], first[7], variance);
        Vae vae = Vae.builder()
                .latent(1)
                .hidden(2)
                .likelihood(Likelihood.GAUSSIAN_SHARED)
                .epochs(1)
                .batchSize(8192)
                .fit(data);
        System.out.println(
                "vae " + vae.history().size() + " " + Runtime.getRuntime().maxMemory() / (1 << 20));
    }

    @Test
    void modelsAreFittedToMoreRowsThanMemoryHolds() throws Exception {
        int rows = 2_000_000;
        Path file = NumberFiles.npy(folder.resolve("rows.npy"), "<f4", rows, DIM, ManyRowsTest::row);
        assertTrue(Files.size(file) > 160_000_000);
        String output = Child.run(ManyRowsTest.class, List.of("-Xmx96m", "-Duser.language=en"), file.toString());
        List<String> lines = output.lines()
                .filter(line -> line.matches("(pca|mixture|vae) .*"))
                .toList();
        // Between the groups lie 20 · 3² = 180 in the squared distance, 1 in each other direction, 9 in the first
        // column.
        String[] pca = lines.get(0).split(" ");
        assertEquals(180 + (19 + 9) / 20., Double.parseDouble(pca[1]), .5);
        assertEquals("mixture 0.00 0.00 9.00", lines.get(1).replace("-0.00", "0.00"));
        String[] vae = lines.get(2).split(" ");
        assertEquals(1, Integer.parseInt(vae[1]));
        assertTrue(Integer.parseInt(vae[2]) <= 96, lines.get(2));
        Files.delete(file);
    }
}

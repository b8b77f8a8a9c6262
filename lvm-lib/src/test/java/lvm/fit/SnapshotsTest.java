package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.mixture.GaussianMixture;
import lvm.vae.Vae;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
    private static final Dataset DATA = Digits.generate(40, 1).binarized();

    @TempDir
    Path directory;

    private static Vae.Builder builder() {
        return Vae.builder().latent(2).hidden(5).batchSize(20).seed(1);
    }

    private static double[] elbo(Vae vae) {
        return vae.elbo(DATA.floatMatrix(), 1, new SplittableRandom(1));
    }

    @Test
    void keepsTheModelThatSoManyEpochsGive() {
        Snapshots<Vae> course = Snapshots.every(2);
        Vae last = builder().epochs(5).listener(course).fit(DATA);
        assertArrayEquals(new int[] {2, 4}, course.iterations());
        for (int epochs : course.iterations()) {
            assertArrayEquals(elbo(builder().epochs(epochs).fit(DATA)), elbo(course.at(epochs)));
            assertEquals(epochs, course.at(epochs).history().size());
        }
        assertTrue(elbo(last)[0] != elbo(course.at(4))[0]);
        assertEquals(
                List.of("2: 2", "4: 4"),
                course.map((epoch, vae) -> epoch + ": " + vae.history().size()));
        assertEquals("2 models, of iterations 2 to 4", course.toString());
        assertEquals(
                "Snapshots.at: no model of iteration 3, there are those of [2, 4]",
                assertThrows(IllegalArgumentException.class, () -> course.at(3)).getMessage());
    }

    @Test
    void findsThemInADirectoryAgain() {
        builder().epochs(3).listener(Snapshots.every(1, directory, Vae.class)).fit(DATA);
        Snapshots<Vae> found = Snapshots.read(directory, Vae.class);
        assertArrayEquals(new int[] {1, 2, 3}, found.iterations());
        assertArrayEquals(elbo(builder().epochs(2).fit(DATA)), elbo(found.at(2)));
    }

    @Test
    void aResumedFitAddsItsOwn() {
        Path models = directory.resolve("models");
        Path checkpoint = directory.resolve("checkpoint");
        builder()
                .epochs(2)
                .resume(checkpoint)
                .listener(Snapshots.every(1, models, Vae.class))
                .fit(DATA);
        builder()
                .epochs(4)
                .resume(checkpoint)
                .listener(Snapshots.every(1, models, Vae.class))
                .fit(DATA);
        Snapshots<Vae> found = Snapshots.read(models, Vae.class);
        assertArrayEquals(new int[] {1, 2, 3, 4}, found.iterations());
        assertArrayEquals(elbo(builder().epochs(4).fit(DATA)), elbo(found.at(4)));
        assertEquals(4, found.at(4).history().size());
    }

    @Test
    void aShorterFitLeavesNothingOfALongerOne() {
        builder().epochs(4).listener(Snapshots.every(1, directory, Vae.class)).fit(DATA);
        builder()
                .epochs(2)
                .seed(9)
                .listener(Snapshots.every(1, directory, Vae.class))
                .fit(DATA);
        Snapshots<Vae> found = Snapshots.read(directory, Vae.class);
        assertArrayEquals(new int[] {1, 2}, found.iterations());
        assertArrayEquals(elbo(builder().epochs(1).seed(9).fit(DATA)), elbo(found.at(1)));
    }

    @Test
    void emTellsOfItsStartAndOfEachRestart() {
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{0}, {1}, {2}, {9}, {10}, {12}});
        Snapshots<GaussianMixture> course = Snapshots.every(1);
        GaussianMixture.builder()
                .components(2)
                .restarts(3)
                .seed(1)
                .listener(course)
                .fit(x);
        int[] iterations = course.iterations();
        for (int i = 0; i < iterations.length; i++) {
            assertEquals(i, iterations[i]);
        }
        double before = Double.NEGATIVE_INFINITY; // EM never decreases the likelihood: all are of one run
        for (double now : course.map((i, model) -> model.logLikelihood(x))) {
            assertTrue(now >= before - 1e-9);
            before = now;
        }
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        Files.writeString(directory.resolve("iteration-1.txt"), "");
        assertEquals(
                "Snapshots.read: no file iteration-….safetensors in " + directory
                        + "; a fit puts them there by listener(Snapshots.every(1, directory, type))",
                assertThrows(IllegalArgumentException.class, () -> Snapshots.read(directory, Vae.class))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Snapshots.every(0));
        assertEquals("no model kept yet", Snapshots.every(1).toString());
    }
}

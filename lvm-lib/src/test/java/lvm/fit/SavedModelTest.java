package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved model comes back as it was. */
class SavedModelTest {
    @TempDir
    Path directory;

    private static SavedModel model(double value) {
        History.Recorder recorder = new History.Recorder("elbo", "validation");
        recorder.add(-1.1, Double.NaN);
        recorder.add(-1e-300, Double.NEGATIVE_INFINITY);
        Map<String, Matrix> parameters = new java.util.LinkedHashMap<>();
        parameters.put("W", new FMatrixRMaj(new float[][] {{1, 2.5f}, {3, -4}}));
        parameters.put("b", new DMatrixRMaj(new double[][] {{value}}));
        return new SavedModel("Vae", Map.of("latent", "2"), parameters, recorder.finish(History.Stop.INTERRUPTED));
    }

    @Test
    void comesBackAsItWas() throws IOException {
        for (int i = 0; i < 3; i++) { // over the one before
            model(i + Math.PI).write(directory);
            SavedModel read = SavedModel.read(directory, "Vae");
            assertEquals(Map.of("latent", "2"), read.settings());
            assertEquals(model(0).parameters().keySet(), read.parameters().keySet());
            FMatrixRMaj w = (FMatrixRMaj) read.parameters().get("W");
            assertEquals(2, w.numRows);
            assertArrayEquals(new float[] {1, 2.5f, 3, -4}, w.data);
            assertArrayEquals(
                    new double[] {i + Math.PI}, ((DMatrixRMaj) read.parameters().get("b")).data);
            assertEquals(History.Stop.INTERRUPTED, read.history().stop());
            assertArrayEquals(new double[] {-1.1, -1e-300}, read.history().column("elbo"));
            assertArrayEquals(
                    new double[] {Double.NaN, Double.NEGATIVE_INFINITY},
                    read.history().column("validation"));
        }
        assertTrue(assertThrows(IOException.class, () -> SavedModel.read(directory, "Pca"))
                .getMessage()
                .endsWith("format 1 of a Vae, expected format 1 of a Pca"));
    }

    @Test
    void aFailedWriteLeavesTheOldOne() throws IOException {
        model(1).write(directory);
        Store.probe = point -> {
            if (point.equals("json")) {
                throw new IllegalStateException("the disk is full");
            }
        };
        try {
            assertThrows(IllegalStateException.class, () -> model(2).write(directory));
        } finally {
            Store.probe = point -> {};
        }
        assertEquals(
                1, ((DMatrixRMaj) SavedModel.read(directory, "Vae").parameters().get("b")).data[0]);
    }

    @Test
    void damageIsFound() throws IOException {
        assertThrows(IOException.class, () -> SavedModel.read(directory, "Vae"));
        model(1).write(directory);
        Path json = directory.resolve("model.json");
        Files.writeString(json, Files.readString(json).replace("\"latent\":\"2\"", "\"latent\":\"3\""));
        assertTrue(assertThrows(IOException.class, () -> SavedModel.read(directory, "Vae"))
                .getMessage()
                .contains("it was changed or damaged"));
    }
}

package lvm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On four small files in the form of MNIST's, and on Fashion-MNIST itself where a variable names it. What is downloaded how, {@link MnistTest} says. */
class FashionMnistTest {
    @TempDir
    private Path temp;

    private IdxSet small() throws Exception {
        List<Idx.Spec> specs = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            int[] dimensions = FashionMnist.SET.files().get(k).dimensions().clone();
            dimensions[0] = 10;
            int size = dimensions.length == 1 ? 10 : 7840;
            ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dimensions.length + size);
            bytes.putInt(0x0800 + dimensions.length);
            for (int each : dimensions) {
                bytes.putInt(each);
            }
            for (int i = 0; i < size; i++) {
                bytes.put((byte) (dimensions.length == 1 ? 9 - i : i + k));
            }
            String name = FashionMnist.SET.files().get(k).name();
            Files.write(temp.resolve(name), bytes.array());
            specs.add(new Idx.Spec(
                    name,
                    dimensions,
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()))));
        }
        return new IdxSet("FashionMnist.load", "Fashion-MNIST", FashionMnist.PROPERTY, FashionMnist.VARIABLE, specs);
    }

    private static Download nowhere() {
        return new Download(List.of(), Duration.ofSeconds(1), (file, bytes, total) -> {});
    }

    @Test
    void small1() throws Exception {
        IdxSet set = small();
        FashionMnist read = FashionMnist.load(set, new Mnist.Place(temp, "the test", false), nowhere());
        assertEquals("ankle boot", read.train().labelNames().get(read.train().labels()[0]));
        assertEquals("T-shirt", read.test().labelNames().get(read.test().labels()[9]));
        assertEquals(5 / 255.0, read.train().get(0, 5), 1e-7);
        assertEquals(7 / 255.0, read.test().get(0, 5), 1e-7);
        assertEquals("Fashion-MNIST test", read.test().name());
    }

    /** What somebody names comes before what is installed, and that before the cache. */
    @Test
    void places() throws Exception {
        IdxSet set = small();
        Mnist.Place installed = FashionMnist.place(set, temp, name -> null, name -> null);
        assertEquals(temp, installed.directory());
        assertFalse(installed.isCache());
        Mnist.Place named =
                FashionMnist.place(set, temp, name -> null, name -> name.equals(FashionMnist.VARIABLE) ? "/d" : null);
        assertEquals(Path.of("/d"), named.directory());
        Files.delete(temp.resolve(set.files().get(3).name()));
        assertTrue(FashionMnist.place(set, temp, name -> null, name -> null).isCache());
    }

    @Test
    void missing() throws IOException {
        Mnist.Place place = new Mnist.Place(temp, "the test", false);
        String message = assertThrows(
                        UncheckedIOException.class, () -> FashionMnist.load(FashionMnist.SET, place, nowhere()))
                .getMessage();
        assertTrue(
                message.startsWith("FashionMnist.load: ") && message.contains("four files of Fashion-MNIST"), message);
    }

    @Test
    void theClothes() {
        assumeTrue(System.getenv(FashionMnist.VARIABLE) != null, FashionMnist.VARIABLE + " names no directory");
        FashionMnist clothes = FashionMnist.load();
        assertEquals(60_000, clothes.train().rows());
        int[] counts = new int[10];
        for (int label : clothes.test().labels()) {
            counts[label]++;
        }
        for (int count : counts) {
            assertEquals(1000, count); // as its README says
        }
    }
}

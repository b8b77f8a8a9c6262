package lvm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
    @TempDir
    private Path temp;

    private static String printed(Consumer<PrintStream> printing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        printing.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    @Test
    void shippedFilesAreChecked() {
        assertEquals(
                "In the library: old-faithful.csv, 272 × 2, whole\n",
                printed(out -> assertTrue(DataSets.shipped(out))));
    }

    @Test
    void theFilesOfMnistOneByOne() throws Exception {
        // The SHA-256 of 0, 0, 8, 1, 0, 0, 0, 2, 5, 7 by sha256sum.
        List<Idx.Spec> specs = List.of(
                new Idx.Spec("a", new int[] {2}, "9355fbc0fa2cdea18f8cefbe8bcff7c09df637f1bf51b2810113e50861f7dbc4"),
                new Idx.Spec("b", new int[] {2}, ""),
                new Idx.Spec("c", new int[] {2}, ""));
        byte[] content = {0, 0, 8, 1, 0, 0, 0, 2, 5, 7};
        Files.write(temp.resolve("a"), content);
        Files.write(temp.resolve("b"), new byte[3]);
        String text = printed(out -> DataSets.mnist(out, new Mnist.Place(temp, "the cache", true), specs));
        assertEquals(
                "MNIST is looked for in " + temp + " (the cache):\n  a: whole\n  b: not usable: " + temp.resolve("b")
                        + " ends within its header, after 3 bytes\n  c: missing\n"
                        + "Mnist.load() or ./lvm data mnist downloads what is missing into it; a directory that has the files"
                        + " is named by lvm.mnist.dir or LVM_MNIST_DIR\n",
                text);
        assertTrue(printed(out -> DataSets.mnist(out, new Mnist.Place(temp, "x", false), specs))
                .endsWith("Put the four files there, or name no directory to have them downloaded\n"));
    }

    @Test
    void filesThatOthersPublish() throws Exception {
        // The SHA-256 of 5, 7 by sha256sum.
        String digest = "a37473f76d4814e67eb342853e2321fa6fb8e236f38d5808a8deb11abd7e6fa8";
        List<PublishedFile> files = List.of(
                new PublishedFile("a", 2, digest),
                new PublishedFile("b", 2, digest),
                new PublishedFile("c", -1, ""),
                new PublishedFile("d", 2, digest));
        Files.write(temp.resolve("a"), new byte[] {5, 7});
        Files.write(temp.resolve("b"), new byte[3]);
        Files.write(temp.resolve("c"), new byte[1]);
        String text = printed(out ->
                DataSets.published(out, "SVHN", "svhn", "Svhn", new Mnist.Place(temp, "the cache", true), files));
        assertEquals(
                "SVHN is looked for in " + temp + " (the cache):\n  a: whole\n  b: not usable: " + temp.resolve("b")
                        + " has 3 bytes, expected 2\n  c: there, no digest of it is known\n  d: missing\n"
                        + "Svhn.load() or ./lvm data svhn downloads what is missing into it\n",
                text);
        assertTrue(printed(out ->
                        DataSets.published(out, "SVHN", "svhn", "Svhn", new Mnist.Place(temp, "x", false), files))
                .endsWith("Put what is missing there, or name no directory to have it downloaded\n"));
    }
}

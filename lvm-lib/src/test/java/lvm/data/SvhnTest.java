package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loaders of SVHN and of the Frey faces, on small files that SciPy 1.10 wrote (make_mat.py), and on SVHN where it is named. */
class SvhnTest {
    @TempDir
    private Path temp;

    private Path copy(String resource, String name) throws IOException {
        Path file = temp.resolve(name);
        try (InputStream in = SvhnTest.class.getResourceAsStream(resource)) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    private static PublishedFile published(Path file, String name) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        return new PublishedFile(
                name,
                bytes.length,
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    private static Download nowhere() {
        return new Download(List.of(), Duration.ofSeconds(1), (file, bytes, total) -> {});
    }

    private static void assertSmall(Dataset data) {
        assertEquals(4, data.rows());
        assertEquals(3 * 32 * 32, data.dim());
        assertArrayEquals(new int[] {1, 0, 9, 3}, data.labels(), "10 is the 0");
        assertEquals(10, data.classes());
        for (int i = 0; i < 4; i++) {
            for (int channel = 0; channel < 3; channel++) {
                for (int row = 0; row < 32; row++) {
                    for (int column = 0; column < 32; column++) {
                        assertEquals(
                                (8 * row + 3 * column + 50 * channel + 11 * i) % 256 / 255.0,
                                data.get(i, 1024 * channel + 32 * row + column),
                                1e-12);
                    }
                }
            }
        }
    }

    @Test
    void rowsAreColourPlanesRowByRow() throws Exception {
        assertSmall(Svhn.read(copy("svhn-small.mat", "a.mat")));
        assertSmall(Svhn.read(copy("svhn-doubles.mat", "b.mat"))); // labels as doubles, nothing compressed
    }

    @Test
    void aNamedDirectoryMustHaveBothFilesWhole() throws Exception {
        Path train = copy("svhn-small.mat", "train.mat");
        Path test = copy("svhn-doubles.mat", "test.mat");
        List<PublishedFile> files = List.of(published(train, "train.mat"), published(test, "test.mat"));
        Mnist.Place place = new Mnist.Place(temp, "the test", false);
        Svhn svhn = Svhn.load(place, files, nowhere());
        assertSmall(svhn.train());
        assertSmall(svhn.test());
        assertEquals("SVHN train", svhn.train().name());

        byte[] bytes = Files.readAllBytes(test);
        bytes[200] ^= 1;
        Files.write(test, bytes);
        String message = assertThrows(UncheckedIOException.class, () -> Svhn.load(place, files, nowhere()))
                .getMessage();
        assertTrue(message.contains("has other content: SHA-256") && message.contains("the test names"), message);
        Files.write(test, new byte[10]);
        message = assertThrows(UncheckedIOException.class, () -> Svhn.load(place, files, nowhere()))
                .getMessage();
        assertTrue(message.contains("has 10 bytes, expected"), message);
        Files.delete(test);
        message = assertThrows(UncheckedIOException.class, () -> Svhn.load(place, files, nowhere()))
                .getMessage();
        assertTrue(message.contains("has no file test.mat"), message);
    }

    @Test
    void theCacheIsFilledOnceAndABadCopyReplaced() throws Exception {
        byte[] content = Files.readAllBytes(copy("svhn-small.mat", "served.mat"));
        PublishedFile file = published(temp.resolve("served.mat"), "svhn.mat");
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/numbers/svhn.mat", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
        try {
            URI mirror = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                    + server.getAddress().getPort() + "/numbers/");
            Download download = new Download(List.of(mirror), Duration.ofSeconds(5), (name, bytes, total) -> {});
            Mnist.Place cache = new Mnist.Place(temp.resolve("cache"), "the cache", true);
            for (int i = 0; i < 2; i++) {
                assertSmall(Svhn.load(cache, List.of(file, file), download).test());
            }
            assertEquals(1, requests.get());
            Files.write(cache.directory().resolve("svhn.mat"), new byte[] {1, 2, 3});
            assertSmall(Svhn.load(cache, List.of(file, file), download).train());
            assertEquals(2, requests.get());
        } finally {
            server.stop(0);
        }
        Mnist.Place empty = new Mnist.Place(temp.resolve("empty"), "the cache", true);
        String message = assertThrows(
                        UncheckedIOException.class, () -> Svhn.load(empty, List.of(file, file), nowhere()))
                .getMessage();
        assertTrue(message.contains("svhn.mat cannot be had") && message.contains(Svhn.VARIABLE), message);
    }

    @Test
    void whatIsNotOfTheFormIsNamed() throws Exception {
        assertBad("label 0 of image 1, expected 1 to 10", copy("svhn-labels.mat", "labels.mat"));
        assertBad("4 images, but 3 labels", copy("svhn-counts.mat", "counts.mat"));
        assertBad("has no variable y", copy("frey-small.mat", "other.mat"));
        Path junk = temp.resolve("junk.mat");
        Files.write(junk, new byte[500]);
        assertBad("is no MATLAB file of version 5, or is damaged", junk);
        byte[] whole = Files.readAllBytes(copy("svhn-small.mat", "whole.mat"));
        Path half = temp.resolve("half.mat");
        Files.write(half, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThrows(Idx.BadFile.class, () -> Svhn.read(half));
    }

    private static void assertBad(String expected, Path file) {
        String message = assertThrows(Idx.BadFile.class, () -> Svhn.read(file)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(expected), message);
    }

    @Test
    void freyFacesRowByRow() throws Exception {
        Mnist.Place place = new Mnist.Place(temp, "the test", false);
        String message = assertThrows(UncheckedIOException.class, () -> FreyFaces.load(place, 3, nowhere()))
                .getMessage();
        assertTrue(message.contains("has no file frey_rawface.mat"), message);
        copy("frey-small.mat", "frey_rawface.mat");
        Dataset faces = FreyFaces.load(place, 3, nowhere());
        assertEquals(3, faces.rows());
        assertEquals(560, faces.dim());
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 560; j++) {
                assertEquals((7 * (j / 20) + 2 * (j % 20) + 31 * i) % 256 / 255.0, faces.get(i, j), 1e-12);
            }
        }
        message = assertThrows(UncheckedIOException.class, () -> FreyFaces.load(place, 1965, nowhere()))
                .getMessage();
        assertTrue(message.contains("ff is uint8 of [560, 3], expected numbers of [560, 1965]"), message);
    }

    @Test
    void thePlaceIsNamedByItsOwnSettings() {
        Mnist.Place named = Mnist.place(
                Svhn.PROPERTY, Svhn.VARIABLE, "svhn", name -> null, name -> name.equals(Svhn.VARIABLE) ? "/d" : null);
        assertEquals(Path.of("/d"), named.directory());
        assertEquals(
                Path.of("/c", "svhn"),
                Mnist.place(
                                Svhn.PROPERTY,
                                Svhn.VARIABLE,
                                "svhn",
                                name -> null,
                                name -> name.equals(Mnist.CACHE_VARIABLE) ? "/c" : null)
                        .directory());
    }

    @Test
    void svhnItself() {
        assumeTrue(System.getenv(Svhn.VARIABLE) != null, "SVHN is not named by " + Svhn.VARIABLE);
        Svhn svhn = Svhn.load();
        assertEquals(73_257, svhn.train().rows());
        assertEquals(26_032, svhn.test().rows());
    }
}

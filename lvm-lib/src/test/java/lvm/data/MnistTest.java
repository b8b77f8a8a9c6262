package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On a small set in the form of MNIST, from a server on this machine; and on MNIST itself where a variable names it. */
class MnistTest {
    private static final int ROWS = 40;
    private static final int PIXELS = Mnist.EDGE * Mnist.EDGE;

    @TempDir
    private Path temp;

    private final Map<String, byte[]> content = new LinkedHashMap<>();
    private final List<Idx.Spec> specs = new ArrayList<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void make() throws Exception {
        Random random = new Random(1);
        for (Idx.Spec real : Mnist.FILES) {
            int[] dimensions = real.dimensions().clone();
            dimensions[0] = real.name().startsWith("train") ? ROWS : ROWS / 2;
            ByteBuffer bytes = ByteBuffer.allocate(
                    4 + 4 * dimensions.length + Arrays.stream(dimensions).reduce(1, (a, b) -> a * b));
            bytes.putInt(0x0800 + dimensions.length);
            Arrays.stream(dimensions).forEach(bytes::putInt);
            for (int i = 0; bytes.hasRemaining(); i++) {
                bytes.put((byte) (dimensions.length == 1 ? i % 10 : random.nextInt(256)));
            }
            content.put(real.name(), bytes.array());
            specs.add(new Idx.Spec(real.name(), dimensions, sha256(bytes.array())));
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/whole/", exchange -> answer(exchange, true, Integer.MAX_VALUE));
        server.createContext("/old/", exchange -> answer(exchange, false, Integer.MAX_VALUE));
        server.start();
    }

    @AfterEach
    void end() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private byte[] packed(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        return gzip(content.get(path.substring(path.lastIndexOf('/') + 1).replace(".gz", "")));
    }

    /** Sends a file, at most so many bytes of it: then the connection is cut. */
    private void answer(HttpExchange exchange, boolean ranges, int most) throws IOException {
        byte[] all = packed(exchange);
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
        int from = 0;
        if (ranges && range != null) {
            from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            if (from >= all.length) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + all.length);
                exchange.sendResponseHeaders(416, -1);
                exchange.close();
                return;
            }
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, all.length - from);
        OutputStream body = exchange.getResponseBody();
        body.write(all, from, Math.min(most, all.length - from));
        body.flush();
        exchange.close();
    }

    private URI at(String path) {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + path);
    }

    private void context(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            try {
                handler.handle(exchange);
            } finally {
                exchange.close();
            }
        });
    }

    private Mnist fetch(String... paths) {
        return fetch(Duration.ofSeconds(20), (file, bytes, total) -> {}, paths);
    }

    private Mnist fetch(Duration patience, DownloadListener listener, String... paths) {
        List<URI> mirrors = Stream.of(paths).map(this::at).toList();
        return Mnist.fetch(cache(), specs, new Download(mirrors, patience, listener));
    }

    private Path cache() {
        return temp.resolve("cache").resolve("mnist");
    }

    private TreeSet<String> cached() throws IOException {
        try (Stream<Path> files = Files.list(cache())) {
            TreeSet<String> names = new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
            names.remove("download.lock");
            return names;
        }
    }

    private void assertWhole(Mnist mnist) {
        assertEquals(ROWS, mnist.train().rows());
        assertEquals(ROWS / 2, mnist.test().rows());
        assertEquals(PIXELS, mnist.train().dim());
        byte[] images = content.get("train-images-idx3-ubyte");
        for (int i = 0; i < ROWS; i++) {
            assertEquals(i % 10, mnist.train().label(i));
            for (int j = 0; j < PIXELS; j++) {
                assertEquals(
                        (images[16 + i * PIXELS + j] & 0xff) / 255.0,
                        mnist.train().get(i, j));
            }
        }
        assertEquals(
                (content.get("t10k-images-idx3-ubyte")[16 + PIXELS] & 0xff) / 255.0,
                mnist.test().get(1, 0));
    }

    private void assertWholeCache() throws IOException {
        assertEquals(
                new TreeSet<>(
                        content.keySet().stream().map(name -> name + ".gz").toList()),
                cached());
    }

    // --- downloads

    @ParameterizedTest
    @MethodSource("servers")
    void downloadedOnce(String path) throws Exception {
        assertWhole(fetch(path));
        assertWholeCache();
        assertEquals(4, requests.size());
        assertWhole(fetch("/nowhere/"));
        assertEquals(4, requests.size());
    }

    static Stream<String> servers() {
        return Stream.of("/whole/", "/old/");
    }

    @Test
    void aCutConnectionGoesOnWhereItEnded() throws Exception {
        int most = gzip(content.get("train-images-idx3-ubyte")).length * 2 / 5; // whole after three pieces
        context("/cut/", exchange -> answer(exchange, true, most));
        assertWhole(fetch("/cut/"));
        assertWholeCache();
        String file = "/cut/train-images-idx3-ubyte.gz";
        assertEquals(
                List.of(file, file + " bytes=" + most + "-", file + " bytes=" + 2 * most + "-"),
                requests.subList(0, 3));
    }

    @Test
    void aCutConnectionToAServerWithoutRangesStartsAgain() throws Exception {
        int[] calls = {0};
        context("/cut/", exchange -> answer(exchange, false, calls[0]++ == 0 ? 1000 : Integer.MAX_VALUE));
        assertWhole(fetch("/cut/"));
        assertWholeCache();
        assertEquals("/cut/train-images-idx3-ubyte.gz bytes=1000-", requests.get(1));
    }

    @Test
    void whatCameIsKeptForTheNextTimeAndNeverTakenForTheFile() throws Exception {
        boolean[] dead = {false};
        context("/dying/", exchange -> {
            if (dead[0]) {
                return; // without an answer
            }
            dead[0] = true;
            answer(exchange, true, 5000);
        });
        UncheckedIOException failure = assertThrows(UncheckedIOException.class, () -> fetch("/dying/"));
        assertTrue(failure.getMessage().startsWith("Mnist.load: train-images-idx3-ubyte can not be had. " + cache()));
        assertTrue(failure.getMessage()
                .contains(at("/dying/train-images-idx3-ubyte.gz").toString()));
        assertEquals(1, cached().size());
        Path part = cache().resolve(cached().first());
        assertTrue(part.toString().endsWith(".part"));
        assertEquals(5000, Files.size(part));

        server.removeContext("/dying/");
        context("/dying/", exchange -> answer(exchange, true, Integer.MAX_VALUE));
        requests.clear();
        assertWhole(fetch("/dying/"));
        assertEquals("/dying/train-images-idx3-ubyte.gz bytes=5000-", requests.get(0));
        assertWholeCache();
    }

    @Test
    void aPartThatIsWholeAlready() throws Exception {
        String name = "train-images-idx3-ubyte.gz";
        fetch("/whole/");
        byte[] whole = Files.readAllBytes(cache().resolve(name));
        for (byte[] there : new byte[][] {whole, Arrays.copyOf(whole, whole.length + 10), new byte[whole.length]}) {
            Files.delete(cache().resolve(name));
            Path part = cache().resolve(name + "."
                    + Integer.toHexString(at("/whole/").toString().hashCode()) + ".part");
            Files.write(part, there);
            assertWhole(fetch("/whole/"));
            assertWholeCache();
        }
    }

    @Test
    void aPartThatDoesNotFitTheRestIsFetchedAgain() throws Exception {
        Files.createDirectories(cache());
        String name = "train-images-idx3-ubyte.gz";
        Path part = cache().resolve(name + "."
                + Integer.toHexString(at("/whole/").toString().hashCode()) + ".part");
        Files.write(part, new byte[3000]);
        assertWhole(fetch("/whole/"));
        assertEquals(List.of("/whole/" + name + " bytes=3000-", "/whole/" + name), requests.subList(0, 2));
        assertWholeCache();
    }

    @Test
    void theNextMirrorIsAskedWhereOneFails() throws Exception {
        context("/garbage/", exchange -> {
            byte[] page = "<html>Please log in</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        });
        context("/other/", exchange -> {
            byte[] bytes = content.get("train-images-idx3-ubyte").clone();
            bytes[100] ^= 1;
            byte[] packed = gzip(bytes);
            exchange.sendResponseHeaders(200, packed.length);
            exchange.getResponseBody().write(packed);
        });
        context("/broken/", exchange -> exchange.sendResponseHeaders(503, -1));
        context("/wrong-range/", exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 7-10/11");
            exchange.sendResponseHeaders(206, 4);
            exchange.getResponseBody().write(new byte[4]);
        });
        assertWhole(fetch("/missing/", "/garbage/", "/other/", "/broken/", "/wrong-range/", "/whole/"));
        assertWholeCache();
    }

    @Test
    void allMirrorsFail() throws Exception {
        context("/garbage/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write(new byte[] {1, 2, 3, 4, 5});
        });
        URI nobody;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
        }
        UncheckedIOException failure = assertThrows(
                UncheckedIOException.class,
                () -> Mnist.fetch(
                        cache(),
                        specs,
                        new Download(
                                List.of(at("/missing/"), at("/garbage/"), nobody),
                                Duration.ofSeconds(20),
                                (file, bytes, total) -> {})));
        String[] lines = failure.getMessage().split("\n");
        assertEquals(
                "Mnist.load: train-images-idx3-ubyte can not be had. " + cache()
                        + " has no good copy, and the download failed:",
                lines[0]);
        assertEquals("  " + at("/missing/train-images-idx3-ubyte.gz") + ": HTTP status 404", lines[1]);
        assertEquals(
                "  " + at("/garbage/train-images-idx3-ubyte.gz")
                        + ": what it sent begins with the magic number 0x01020304,"
                        + " expected 0x00000803 (IDX, bytes in 3 dimensions)",
                lines[2]);
        assertTrue(lines[3].startsWith("  " + nobody + "train-images-idx3-ubyte.gz: ConnectException"), lines[3]);
        assertEquals(
                "Try again later, or get the four files elsewhere and name their directory by the system property"
                        + " lvm.mnist.dir or the environment variable LVM_MNIST_DIR",
                lines[4]);
        assertEquals(0, cached().size());
    }

    @Test
    void aServerThatFallsSilent() {
        context("/silent/", exchange -> {
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write(new byte[] {0x1f});
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        UncheckedIOException failure = assertThrows(
                UncheckedIOException.class,
                () -> fetch(Duration.ofMillis(300), (file, bytes, total) -> {}, "/silent/"));
        assertTrue(failure.getMessage().contains("nothing came for"), failure.getMessage());
    }

    @Test
    void anInterruptEndsTheDownloadAndKeepsWhatCame() throws Exception {
        context("/slow/", exchange -> {
            byte[] all = packed(exchange);
            exchange.sendResponseHeaders(200, all.length);
            exchange.getResponseBody().write(all, 0, 2000);
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        List<String> ended = new ArrayList<>();
        DownloadListener interrupting = new DownloadListener() {
            @Override
            public void received(String file, long bytes, long total) {
                if (bytes == 2000) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void ended(String file) {
                ended.add(file);
            }
        };
        UncheckedIOException failure = assertThrows(
                UncheckedIOException.class, () -> fetch(Duration.ofSeconds(20), interrupting, "/slow/", "/whole/"));
        assertTrue(Thread.interrupted(), "the flag stays set");
        assertTrue(failure.getCause() instanceof InterruptedIOException);
        assertEquals(List.of("train-images-idx3-ubyte.gz"), ended);
        assertEquals(2000, Files.size(cache().resolve(cached().first())));
        assertEquals(List.of(), requests, "the next mirror is not asked");
    }

    @Test
    void theListenerSeesTheWholeWay() {
        Map<String, Long> last = new LinkedHashMap<>();
        Map<String, Long> totals = new LinkedHashMap<>();
        Thread here = Thread.currentThread();
        fetch(
                Duration.ofSeconds(20),
                (file, bytes, total) -> {
                    assertEquals(here, Thread.currentThread());
                    assertTrue(bytes >= last.getOrDefault(file, 0L));
                    last.put(file, bytes);
                    totals.put(file, total);
                },
                "/whole/");
        assertEquals(content.keySet().stream().map(name -> name + ".gz").toList(), new ArrayList<>(last.keySet()));
        content.forEach((name, bytes) -> assertEquals(gzip(bytes).length, last.get(name + ".gz")));
        assertEquals(last, totals);
    }

    @Test
    void aBadFileInTheCacheIsReplaced() throws Exception {
        fetch("/whole/");
        Files.write(cache().resolve("t10k-labels-idx1-ubyte.gz"), new byte[7]);
        Files.write(cache().resolve("train-labels-idx1-ubyte"), new byte[7]);
        assertWhole(fetch("/whole/"));
        assertEquals(6, requests.size());
        assertWholeCache();
    }

    // --- a directory of one's own

    private Mnist read() {
        return Mnist.read(new Mnist.Place(temp, "the system property lvm.mnist.dir", false), specs);
    }

    private void write(boolean packed) throws IOException {
        for (Map.Entry<String, byte[]> file : content.entrySet()) {
            Files.write(
                    temp.resolve(file.getKey() + (packed ? ".gz" : "")),
                    packed ? gzip(file.getValue()) : file.getValue());
        }
    }

    @Test
    void packedOrNot() throws Exception {
        write(false);
        assertWhole(read());
        for (String name : content.keySet()) {
            Files.delete(temp.resolve(name));
        }
        write(true);
        assertWhole(read());
    }

    @Test
    void badFilesAreNamed() throws Exception {
        write(false);
        String name = "train-images-idx3-ubyte";
        Path file = temp.resolve(name);
        byte[] good = content.get(name);
        int size = ROWS * PIXELS;
        byte[] magic = good.clone();
        magic[2] = 9;
        byte[] rows = good.clone();
        rows[7]++;
        byte[] other = good.clone();
        other[good.length - 1] ^= 1;
        byte[] packed = gzip(good);
        byte[] damaged = packed.clone();
        damaged[packed.length - 8] ^= 1; // the checksum
        Map<byte[], String> cases = new LinkedHashMap<>();
        cases.put(magic, " begins with the magic number 0x00000903, expected 0x00000803 (IDX, bytes in 3 dimensions)");
        cases.put(rows, " says that its dimension 0 is 41, expected 40");
        cases.put(
                other,
                " has other content: SHA-256 (uncompressed) " + sha256(other) + ", expected "
                        + specs.get(0).sha256());
        cases.put(Arrays.copyOf(good, 9), " ends within its header, after 9 bytes");
        cases.put(
                Arrays.copyOf(good, good.length - 1),
                " is cut short: " + (size - 1) + " bytes after the header, expected " + size);
        cases.put(
                Arrays.copyOf(good, good.length + 1),
                " has more than the expected " + size + " bytes after the header");
        cases.put(Arrays.copyOf(packed, packed.length / 2), " ends in the middle of its compressed data");
        cases.put(damaged, " is damaged: Corrupt GZIP trailer");
        for (Map.Entry<byte[], String> bad : cases.entrySet()) {
            Files.write(file, bad.getKey());
            assertEquals(
                    "Mnist.load: " + file + bad.getValue() + "; the system property lvm.mnist.dir names this directory:"
                            + " replace the file, or name no directory to have it downloaded",
                    assertThrows(UncheckedIOException.class, this::read).getMessage());
        }
        Files.delete(file);
        assertEquals(
                "Mnist.load: " + temp + ", which the system property lvm.mnist.dir names, has no file " + name + " or "
                        + name + ".gz; put the four files of MNIST there, or name no directory to have them downloaded",
                assertThrows(UncheckedIOException.class, this::read).getMessage());
    }

    @Test
    void whereItIsLookedFor() {
        Map<String, String> properties = new LinkedHashMap<>(Map.of("user.home", "home", "os.name", "Linux"));
        Map<String, String> environment = new LinkedHashMap<>();
        Path home = Path.of("home");
        assertEquals(
                new Mnist.Place(home.resolve(".cache").resolve("lvm").resolve("mnist"), "the cache", true),
                Mnist.place(properties::get, environment::get));
        environment.put("XDG_CACHE_HOME", "xdg");
        assertEquals(
                Path.of("xdg", "lvm", "mnist"),
                Mnist.place(properties::get, environment::get).directory());
        properties.put("os.name", "Mac OS X");
        assertEquals(
                Path.of("home", "Library", "Caches", "lvm", "mnist"),
                Mnist.place(properties::get, environment::get).directory());
        properties.put("os.name", "Windows 11");
        environment.put("LOCALAPPDATA", "local");
        assertEquals(
                Path.of("local", "lvm", "cache", "mnist"),
                Mnist.place(properties::get, environment::get).directory());
        environment.put("LVM_CACHE_DIR", "variable");
        assertEquals(
                Path.of("variable", "mnist"),
                Mnist.place(properties::get, environment::get).directory());
        properties.put("lvm.cache.dir", "property");
        assertEquals(
                new Mnist.Place(Path.of("property", "mnist"), "the cache", true),
                Mnist.place(properties::get, environment::get));
        environment.put("LVM_MNIST_DIR", "here");
        assertEquals(
                new Mnist.Place(Path.of("here"), "the environment variable LVM_MNIST_DIR", false),
                Mnist.place(properties::get, environment::get));
        properties.put("lvm.mnist.dir", "there");
        assertEquals(
                new Mnist.Place(Path.of("there"), "the system property lvm.mnist.dir", false),
                Mnist.place(properties::get, environment::get));
    }

    // --- the real one

    @Test
    void mnistItself() {
        Mnist.Place place = Mnist.place(System::getProperty, System::getenv);
        assumeFalse(place.isCache(), "no directory of MNIST is named");
        Mnist mnist = Mnist.load();
        assertEquals(
                "MNIST train: 60000 × 784, bytes / 255, 10 classes",
                mnist.train().toString());
        assertEquals(
                "MNIST test: 10000 × 784, bytes / 255, 10 classes", mnist.test().toString());
        // The first labels, and the sizes of the classes, as published with the data.
        assertArrayEquals(
                new int[] {5, 0, 4, 1, 9, 2, 1, 3, 1, 4},
                Arrays.copyOf(mnist.train().labels(), 10));
        int[] counts = new int[10];
        for (int label : mnist.test().labels()) {
            counts[label]++;
        }
        assertArrayEquals(new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, counts);
        // The mean grey value of the training images, as widely used to standardise them.
        double sum = 0;
        for (int i = 0; i < 60_000; i++) {
            for (int j = 0; j < PIXELS; j++) {
                sum += mnist.train().get(i, j);
            }
        }
        assertEquals(0.1307, sum / 60_000 / PIXELS, 5e-5);

        Splits.Split split = mnist.split(10_000, 1);
        assertEquals(50_000, split.train().rows());
        assertEquals(10_000, split.validation().rows());
        assertEquals("MNIST validation", split.validation().name());
        assertEquals(10_000, split.test().rows());
        for (int size : new int[] {100, 600, 1000, 3000}) {
            Splits.PartlyLabelled part = Splits.labelled(split.train(), size, 1);
            int[] each = new int[10];
            for (int label : part.labelled().labels()) {
                each[label]++;
            }
            assertTrue(Arrays.stream(each).allMatch(count -> count == size / 10));
            assertEquals(50_000 - size, part.unlabelled().rows());
            assertFalse(part.unlabelled().hasLabels());
        }
    }
}

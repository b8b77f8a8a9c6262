package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads through the proxy that the environment names. */
class EnvironmentProxyTest {
    private static final URI HTTPS = URI.create("https://mirror.example/mnist/");

    @TempDir
    Path directory;

    private static EnvironmentProxy proxy(Map<String, String> environment) {
        return new EnvironmentProxy(name -> null, environment::get);
    }

    private static String chosen(URI uri, Map<String, String> environment) {
        Proxy proxy = proxy(environment).select(uri).get(0);
        return proxy.type() == Proxy.Type.DIRECT
                ? "direct"
                : ((InetSocketAddress) proxy.address()).getHostString() + ":"
                        + ((InetSocketAddress) proxy.address()).getPort();
    }

    @Test
    void theVariableOfTheScheme() {
        URI http = URI.create("http://mirror.example/");
        Map<String, String> both = Map.of("HTTPS_PROXY", "http://127.0.0.1:1", "http_proxy", "127.0.0.1:2");
        assertEquals("127.0.0.1:1", chosen(HTTPS, both));
        assertEquals("127.0.0.1:2", chosen(http, both));
        assertEquals("127.0.0.1:80", chosen(HTTPS, Map.of("ALL_PROXY", "http://127.0.0.1")));
        assertEquals("direct", chosen(HTTPS, Map.of()));
        assertEquals("direct", chosen(HTTPS, Map.of("https_proxy", " ", "HTTP_PROXY", "127.0.0.1:2")));
    }

    @Test
    void hostsWithoutProxy() {
        for (String names : List.of("mirror.example", ".example", "*.example", "other, EXAMPLE", "*")) {
            assertEquals("direct", chosen(HTTPS, Map.of("HTTPS_PROXY", "127.0.0.1:1", "NO_PROXY", names)), names);
        }
        for (String names : List.of("rror.example", "example.org", ",", "")) {
            assertEquals("127.0.0.1:1", chosen(HTTPS, Map.of("HTTPS_PROXY", "127.0.0.1:1", "no_proxy", names)), names);
        }
    }

    @Test
    void whatIsNotSupportedIsTold() {
        for (String value : List.of("socks5://127.0.0.1:1", "http://me:secret@127.0.0.1:1", "http://a b")) {
            EnvironmentProxy proxy = proxy(Map.of("HTTPS_PROXY", value));
            assertEquals(List.of(Proxy.NO_PROXY), proxy.select(HTTPS), value);
            assertEquals(
                    " (without the proxy that HTTPS_PROXY names: only http://HOST:PORT without user and password is"
                            + " supported)",
                    proxy.about(HTTPS));
        }
        assertEquals("", proxy(Map.of()).about(HTTPS));
    }

    @Test
    void propertiesComeFirst() {
        EnvironmentProxy proxy = new EnvironmentProxy(
                name -> name.equals("https.proxyHost") ? "by.property" : null,
                Map.of("HTTPS_PROXY", "127.0.0.1:1")::get);
        // What Java's own selector says is what its properties say, and they name nothing in this process.
        assertEquals(java.net.ProxySelector.getDefault().select(HTTPS), proxy.select(HTTPS));
        assertEquals("", proxy.about(HTTPS));
    }

    @Test
    void aDownloadGoesThroughIt() throws Exception {
        byte[] content = {1, 2, 3};
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            boolean there = exchange.getRequestURI().toString().endsWith("/file");
            exchange.sendResponseHeaders(there ? 200 : 404, there ? content.length : -1);
            if (there) {
                exchange.getResponseBody().write(content);
            }
            exchange.close();
        });
        server.start();
        try {
            URI mirror = URI.create("http://mirror.invalid/mnist/");
            EnvironmentProxy proxy = proxy(
                    Map.of("HTTP_PROXY", "127.0.0.1:" + server.getAddress().getPort()));
            DownloadListener nobody = (file, bytes, total) -> {};
            Download download = new Download(List.of(mirror), Duration.ofSeconds(60), nobody, proxy);
            download.fetch("file", directory, part -> {});
            assertArrayEquals(content, Files.readAllBytes(directory.resolve("file")));
            assertEquals(List.of("http://mirror.invalid/mnist/file"), asked);
            String message = assertThrows(IOException.class, () -> download.fetch("none", directory, part -> {}))
                    .getMessage();
            assertTrue(
                    message.endsWith("HTTP status 404 (through the proxy 127.0.0.1 that HTTP_PROXY names)"), message);
        } finally {
            server.stop(0);
        }
    }
}

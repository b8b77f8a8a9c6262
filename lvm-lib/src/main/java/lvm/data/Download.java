package lvm.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Files fetched from the first mirror that has them whole, into a cache where only whole files stand: what has come so far
 * is kept beside them as a .part, and is continued the next time by the same mirror.
 */
final class Download {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 4; // at one mirror, for one file
    private static final long TICK_MILLIS = 100;

    /** Looks at a file that has come; throws if it is not whole. */
    interface Verifier {
        void verify(Path file) throws IOException;
    }

    private final List<URI> mirrors;
    private final Duration patience; // the longest silence of a server
    private final DownloadListener listener;
    private final EnvironmentProxy proxy;
    private final HttpClient client;

    Download(List<URI> mirrors, Duration patience, DownloadListener listener) {
        this(mirrors, patience, listener, new EnvironmentProxy(System::getProperty, System::getenv));
    }

    Download(List<URI> mirrors, Duration patience, DownloadListener listener, EnvironmentProxy proxy) {
        this.mirrors = mirrors;
        this.patience = patience;
        this.listener = listener;
        this.proxy = proxy;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .proxy(proxy)
                .build();
    }

    /**
     * Fetches a file.
     *
     * @param name the file's name, at the mirrors and in the cache
     * @param directory the cache
     * @param verifier what decides whether it is whole
     * @throws InterruptedIOException if the thread is interrupted; the flag stays set and the .part can be continued
     * @throws IOException if no mirror has it; the message has a line for each of them
     */
    void fetch(String name, Path directory, Verifier verifier) throws IOException {
        Files.createDirectories(directory);
        List<String> failures = new ArrayList<>();
        for (URI mirror : mirrors) {
            // Mirrors pack the same content differently, so each has a part of its own.
            Path part = directory.resolve(
                    name + "." + Integer.toHexString(mirror.toString().hashCode()) + ".part");
            String failure = null;
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long before = size(part);
                try {
                    transfer(mirror.resolve(name), name, part);
                    verifier.verify(part);
                    move(part, directory.resolve(name));
                    removeParts(name, directory);
                    return;
                } catch (InterruptedIOException e) {
                    throw e;
                } catch (Refused e) {
                    failure = e.getMessage();
                    break;
                } catch (Idx.BadFile e) {
                    // Named by the mirror, since the part is about to go.
                    failure = e.getMessage().replace(part.toString(), "what it sent");
                    if (!e.truncated() || size(part) <= before) {
                        Files.deleteIfExists(part);
                        if (before == 0) {
                            break; // a whole new copy is wrong: the mirror has no better one
                        }
                    }
                } catch (IOException e) {
                    failure = text(e);
                    if (size(part) <= before && attempt > 0) {
                        break; // nothing came twice
                    }
                }
            }
            failures.add(mirror.resolve(name) + ": " + failure + proxy.about(mirror));
        }
        throw new IOException(String.join("\n  ", failures));
    }

    /** A server that answers, but not with the file. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private void transfer(URI source, String name, Path part) throws IOException {
        long there = size(part);
        HttpRequest.Builder request = HttpRequest.newBuilder(source).header("Accept-Encoding", "identity");
        if (there > 0) {
            request.header("Range", "bytes=" + there + "-");
        }
        Sink sink = new Sink(part, there);
        CompletableFuture<HttpResponse<Void>> future = client.sendAsync(request.build(), sink::begin);
        try {
            long seen = sink.bytes();
            long lastMove = System.nanoTime();
            listener.received(name, seen, sink.total());
            while (true) {
                try {
                    future.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
                    break;
                } catch (TimeoutException e) {
                    long now = sink.bytes();
                    if (now != seen) {
                        seen = now;
                        lastMove = System.nanoTime();
                        listener.received(name, seen, sink.total());
                    } else if (System.nanoTime() - lastMove > patience.toNanos()) {
                        throw new IOException("nothing came for " + patience.toSeconds() + " s");
                    }
                }
            }
            listener.received(name, sink.bytes(), sink.total());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the download was interrupted; the next one goes on from there");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(text(e.getCause()), e.getCause());
        } finally {
            future.cancel(true);
            sink.close();
            listener.ended(name);
        }
        if (sink.status() == 416) { // the part is as long as the file, or longer
            if (there != sink.total()) {
                Files.delete(part);
                throw new IOException("it can not continue after " + there + " bytes");
            }
        } else if (sink.status() != 200 && sink.status() != 206) {
            throw new Refused("HTTP status " + sink.status());
        }
    }

    /** Writes what comes to the part, in the threads of the client. */
    private static final class Sink implements Consumer<Optional<byte[]>> {
        private final Path part;
        private final long there;
        private FileChannel channel;
        private boolean closed;
        private int status;
        private long bytes;
        private long total = -1;

        Sink(Path part, long there) {
            this.part = part;
            this.there = there;
            this.bytes = there;
        }

        synchronized HttpResponse.BodySubscriber<Void> begin(HttpResponse.ResponseInfo info) {
            status = info.statusCode();
            long length = info.headers().firstValueAsLong("Content-Length").orElse(-1);
            String range = info.headers().firstValue("Content-Range").orElse("");
            if (status == 416) {
                total = range.startsWith("bytes */") ? number(range.substring(8)) : -1;
            }
            if (status == 200 || status == 206) {
                // A server that knows no ranges sends everything, one that errs another piece.
                boolean goesOn = status == 206 && range.startsWith("bytes " + there + "-");
                if (status == 206 && !goesOn) {
                    throw new IllegalStateException("it sent the range \"" + range + "\", asked was " + there + "-");
                }
                bytes = goesOn ? there : 0;
                total = length < 0 ? -1 : bytes + length;
                try {
                    channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    channel.truncate(bytes);
                    channel.position(bytes);
                } catch (IOException e) {
                    throw new IllegalStateException("can not write " + part + ": " + e, e);
                }
            }
            return HttpResponse.BodySubscribers.ofByteArrayConsumer(this);
        }

        private static long number(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                return -1;
            }
        }

        @Override
        public synchronized void accept(Optional<byte[]> piece) {
            if (piece.isEmpty() || channel == null || closed) {
                return;
            }
            try {
                ByteBuffer buffer = ByteBuffer.wrap(piece.get());
                while (buffer.hasRemaining()) {
                    bytes += channel.write(buffer);
                }
            } catch (IOException e) {
                throw new IllegalStateException("can not write " + part + ": " + e, e);
            }
        }

        synchronized int status() {
            return status;
        }

        synchronized long bytes() {
            return bytes;
        }

        synchronized long total() {
            return total;
        }

        synchronized void close() throws IOException {
            closed = true;
            if (channel != null) {
                channel.close();
            }
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void removeParts(String name, Path directory) throws IOException {
        try (var parts = Files.newDirectoryStream(directory, name + ".*.part")) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        }
    }

    private static String text(Throwable e) {
        String kind = e.getClass().getSimpleName();
        return e.getMessage() == null
                ? kind
                : e instanceof IllegalStateException ? e.getMessage() : kind + ": " + e.getMessage();
    }
}

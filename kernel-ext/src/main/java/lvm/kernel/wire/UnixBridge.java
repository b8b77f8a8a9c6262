package lvm.kernel.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Connects a Unix socket with a local port, byte by byte. JeroMQ's own ipc is TCP under another name, which no other
 * ZeroMQ understands; what goes over the wire is the same for both.
 */
final class UnixBridge implements AutoCloseable {
    private final Path path;
    private final int port;
    private final ServerSocketChannel server;

    UnixBridge(String path, int port) throws IOException {
        this.path = Path.of(path);
        this.port = port;
        Files.deleteIfExists(this.path);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(this.path));
    }

    void start() {
        daemon(this::accept);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel outside = server.accept();
                SocketChannel inside = SocketChannel.open(
                        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
                daemon(() -> copy(outside, inside));
                daemon(() -> copy(inside, outside));
            } catch (IOException e) {
                // A connection that broke while it was made; the front end tries again.
                continue;
            }
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            // One side has gone; closing both tells the other.
            return;
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "lvm-ipc");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Nothing is left to do for a socket that is going away.
            return;
        }
    }
}

package lvm.kernel.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** A bound socket of the kernel, with its clients. */
final class Endpoint implements AutoCloseable, Peer.Listener {
    /** The role of the socket that sends to all who have subscribed, and knows who has. */
    static final String PUBLISHER = "XPUB";

    private final String role;
    private final BiConsumer<Peer, List<byte[]>> receiver;
    private final BiConsumer<Peer, byte[]> welcome;
    private final ServerSocketChannel server;
    private final Path file;
    /** The clients whose handshake is done; the list is replaced, not changed. */
    private volatile Peer[] peers = {};

    private int named;

    /**
     * Binds a socket that receives and replies.
     *
     * @param file says where
     * @param port the number of the port
     * @param receiver takes the messages, on the thread of the client that sends them
     * @throws IOException if the address is in use or not of this machine
     */
    static Endpoint router(ConnectionFile file, int port, BiConsumer<Peer, List<byte[]>> receiver) throws IOException {
        return new Endpoint("ROUTER", file, port, receiver, (peer, topic) -> {});
    }

    /**
     * Binds a socket that sends to all subscribers.
     *
     * @param file says where
     * @param port the number of the port
     * @param welcome is told who has subscribed to what, on the thread of the client
     * @throws IOException if the address is in use or not of this machine
     */
    static Endpoint publisher(ConnectionFile file, int port, BiConsumer<Peer, byte[]> welcome) throws IOException {
        return new Endpoint(PUBLISHER, file, port, (peer, frames) -> {}, welcome);
    }

    private Endpoint(
            String role,
            ConnectionFile file,
            int port,
            BiConsumer<Peer, List<byte[]>> receiver,
            BiConsumer<Peer, byte[]> welcome)
            throws IOException {
        this.role = role;
        this.receiver = receiver;
        this.welcome = welcome;
        boolean local = file.transport().equals("ipc");
        this.file = local ? Path.of(file.ip() + "-" + port) : null;
        try {
            if (!local && !file.transport().equals("tcp")) {
                throw new IOException("unknown transport");
            }
            server = local ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
            server.bind(local ? unused() : address(file.ip(), port));
        } catch (IOException e) {
            throw new IOException(
                    "Connection: cannot bind to " + file.transport() + "://" + file.ip() + ":" + port + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private SocketAddress unused() throws IOException {
        Files.deleteIfExists(file);
        return UnixDomainSocketAddress.of(file);
    }

    private static SocketAddress address(String ip, int port) throws IOException {
        return ip.equals("*") ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(ip), port);
    }

    void start() {
        Peer.thread(this::accept).start();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                if (file == null) {
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
                new Peer(channel, role, this).start();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | OutOfMemoryError e) {
                // A connection that broke while it was made; the client tries again.
                Peer.pause();
            }
        }
    }

    /** The clients at this moment; not to be changed. */
    Peer[] peers() {
        return peers;
    }

    /** The client of this name, or null. */
    Peer peer(byte[] identity) {
        for (Peer peer : peers) {
            if (Arrays.equals(peer.identity(), identity)) {
                return peer;
            }
        }
        return null;
    }

    @Override
    public synchronized void connected(Peer peer) {
        if (peer.identity().length == 0) {
            // A leading zero, which no client may choose itself.
            peer.identity(ByteBuffer.allocate(5).putInt(1, ++named).array());
        }
        // A client that comes back after a broken connection has the same name.
        Peer before = role.equals("ROUTER") ? peer(peer.identity()) : null;
        if (before != null && before != peer) {
            gone(before);
            before.close();
        }
        List<Peer> all = new ArrayList<>(List.of(peers));
        all.add(peer);
        peers = all.toArray(Peer[]::new);
    }

    @Override
    public synchronized void gone(Peer peer) {
        List<Peer> all = new ArrayList<>(List.of(peers));
        if (all.remove(peer)) {
            peers = all.toArray(Peer[]::new);
        }
    }

    @Override
    public void subscribed(Peer peer, byte[] topic) {
        welcome.accept(peer, topic);
    }

    @Override
    public void received(Peer peer, List<byte[]> frames) {
        receiver.accept(peer, frames);
    }

    @Override
    public void close() {
        try {
            server.close();
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // The socket is being closed in any case.
            return;
        }
    }
}

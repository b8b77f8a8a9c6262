package lvm.kernel.wire;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The sockets of a kernel. A thread takes from the {@link Outbox} and gives each message to the clients that it is for; each
 * client has threads of its own ({@link Peer}). No other thread touches a socket, and nothing interrupts these.
 */
public final class Connection implements AutoCloseable {
    /** With more bytes than this waiting, a subscriber is behind; twice as many when the kernel itself has to say something. */
    private static final long BEHIND_BYTES = 8L * 1024 * 1024;

    private static final int RETRY_MILLIS = 50;
    /** How long sending waits for a subscriber that reads nothing before that one loses output. */
    private static final int STALLED_MILLIS = 5000;

    private static final int REPLIES_MILLIS = 500;
    private static final int CLOSE_MILLIS = 2000;

    private final Codec codec;
    private final Outbox outbox;
    private final Map<Channel, Endpoint> routers = new EnumMap<>(Channel.class);
    private final Endpoint publisher;
    private final List<Endpoint> all = new ArrayList<>();

    private final Thread sender = new Thread(this::send, "lvm-send");

    /**
     * Binds all sockets. Nothing is received before {@link #start}.
     *
     * @param file where to bind
     * @param codec encodes and signs
     * @param outbox what to send
     * @param receivers take the messages of shell, control and stdin; must return at once
     * @throws IOException if a socket cannot be bound
     */
    public Connection(ConnectionFile file, Codec codec, Outbox outbox, Map<Channel, Consumer<Message>> receivers)
            throws IOException {
        this.codec = codec;
        this.outbox = outbox;
        sender.setDaemon(true);
        try {
            router(Channel.SHELL, file, file.shellPort(), receivers);
            router(Channel.CONTROL, file, file.controlPort(), receivers);
            router(Channel.STDIN, file, file.stdinPort(), receivers);
            all.add(Endpoint.router(file, file.heartbeatPort(), Peer::send));
            publisher = Endpoint.publisher(file, file.iopubPort(), this::welcome);
            all.add(publisher);
        } catch (IOException e) {
            all.forEach(Endpoint::close);
            throw e;
        }
    }

    private void router(Channel channel, ConnectionFile file, int port, Map<Channel, Consumer<Message>> receivers)
            throws IOException {
        Consumer<Message> receiver = receivers.get(channel);
        Endpoint endpoint = Endpoint.router(file, port, (peer, frames) -> receive(peer, frames, receiver));
        routers.put(channel, endpoint);
        all.add(endpoint);
    }

    /** Starts to receive and to send. */
    public void start() {
        sender.start();
        all.forEach(Endpoint::start);
    }

    /**
     * Tells a client that its subscription has come (Jupyter Enhancement Proposal 65): from now on it gets all that is sent, so
     * it need not ask until something comes.
     */
    private void welcome(Peer peer, byte[] topic) {
        JsonObject content = new JsonObject();
        content.addProperty("subscription", new String(topic, StandardCharsets.UTF_8));
        peer.send(encode(codec.message(List.of(topic), "iopub_welcome", new JsonObject(), content)));
    }

    private void receive(Peer peer, List<byte[]> frames, Consumer<Message> receiver) {
        while (true) {
            try {
                List<byte[]> routed = new ArrayList<>(frames.size() + 1);
                routed.add(peer.identity());
                routed.addAll(frames);
                codec.decode(routed).ifPresent(receiver);
                return;
            } catch (OutOfMemoryError e) {
                // The cell that has filled the memory is about to end; a request must not be lost.
                Peer.pause();
            }
        }
    }

    /** Sends what waits, for some seconds at most, and closes the sockets. */
    @Override
    public void close() {
        List<Peer> peers = new ArrayList<>();
        try {
            outbox.awaitEmpty(CLOSE_MILLIS);
            outbox.postFirst(null, null);
            sender.join(CLOSE_MILLIS);
            for (Endpoint endpoint : all) {
                endpoint.close();
                peers.addAll(List.of(endpoint.peers()));
            }
            peers.forEach(Peer::finish);
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
            for (Peer peer : peers) {
                peer.join(TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        peers.forEach(Peer::close);
    }

    private void send() {
        while (true) {
            Outbox.Entry entry = null;
            try {
                entry = outbox.take();
                if (entry.channel() == null) {
                    return;
                }
                deliver(entry);
            } catch (InterruptedException e) {
                continue;
            } catch (RuntimeException | OutOfMemoryError e) {
                // The message is lost; those after it are not.
                continue;
            } finally {
                if (entry != null) {
                    outbox.sent(entry);
                }
            }
        }
    }

    private void deliver(Outbox.Entry entry) throws InterruptedException {
        List<byte[]> frames = encode(entry.message());
        if (entry.channel() != Channel.IOPUB) {
            Peer peer = routers.get(entry.channel()).peer(frames.get(0));
            if (peer != null) {
                peer.send(frames.subList(1, frames.size()));
            }
            return;
        }
        for (Peer peer : publisher.peers()) {
            if (peer.wants(frames.get(0))) {
                publish(peer, frames, entry.weight());
            }
        }
    }

    /** Sends to a subscriber. While it is behind, replies of the control channel are sent, and the others after a while. */
    private void publish(Peer peer, List<byte[]> frames, long weight) throws InterruptedException {
        int waited = peer.stalled ? STALLED_MILLIS : 0;
        long most = weight > 0 ? BEHIND_BYTES : 2 * BEHIND_BYTES;
        while (!peer.offer(frames, most, waited < STALLED_MILLIS ? RETRY_MILLIS : 0)) {
            boolean ordered = waited >= REPLIES_MILLIS;
            for (Outbox.Entry next = outbox.takeReply(ordered); next != null; next = outbox.takeReply(ordered)) {
                if (next.channel() == null) {
                    outbox.postFirst(null, null);
                    outbox.sent(next);
                    return;
                }
                try {
                    deliver(next);
                } finally {
                    outbox.sent(next);
                }
            }
            waited += RETRY_MILLIS;
            if (waited > STALLED_MILLIS) {
                // A subscriber that has read nothing for so long loses output until it reads again.
                peer.stalled = true;
                return;
            }
        }
        peer.stalled &= weight == 0;
    }

    private List<byte[]> encode(Message message) {
        for (int waited = 0; waited < STALLED_MILLIS; waited += RETRY_MILLIS) {
            try {
                return codec.encode(message);
            } catch (OutOfMemoryError e) {
                // The cell that has filled the memory is about to end; its reply must not be lost.
                Peer.pause();
            }
        }
        return codec.encode(message);
    }
}

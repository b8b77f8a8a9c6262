package lvm.kernel.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The sockets of a kernel. Two threads own them: one receives and replies, one takes from the {@link Outbox}, publishes
 * and hands replies to the first. No other thread touches a socket, and nothing interrupts these two.
 */
public final class Connection implements AutoCloseable {
    private static final String REPLIES = "inproc://replies";
    /** How many messages a subscriber may be behind before sending waits for it. */
    private static final int BEHIND = 200;

    private static final int RETRY_MILLIS = 50;
    /** How long sending waits for a subscriber that reads nothing before it loses output. */
    private static final int STALLED_MILLIS = 5000;

    private static final int REPLIES_MILLIS = 500;

    private final ZContext context = new ZContext();
    private final Codec codec;
    private final Outbox outbox;
    private final Map<Channel, Consumer<Message>> receivers;
    private final Map<Channel, ZMQ.Socket> routers = new EnumMap<>(Channel.class);
    private final ZMQ.Socket heartbeat;
    private final ZMQ.Socket publisher;
    private final ZMQ.Socket repliesOut;
    private final ZMQ.Socket repliesIn;
    private final List<UnixBridge> bridges = new ArrayList<>();
    /** Whether a subscriber reads nothing; of the sending thread only. */
    private boolean stalled;

    private final Thread receiver = daemon("lvm-receive", this::receive);
    private final Thread sender = daemon("lvm-send", this::send);

    /**
     * Binds all sockets. Nothing is received before {@link #start}.
     *
     * @param file where to bind
     * @param codec encodes and signs
     * @param outbox what to send
     * @param receivers who takes the messages of shell, control and stdin; must return at once
     * @throws IOException if a socket cannot be bound
     */
    public Connection(ConnectionFile file, Codec codec, Outbox outbox, Map<Channel, Consumer<Message>> receivers)
            throws IOException {
        this.codec = codec;
        this.outbox = outbox;
        this.receivers = new EnumMap<>(receivers);
        context.setLinger(1000);
        context.getContext().setThreadFactor(Connection::sturdy);
        routers.put(Channel.SHELL, router(file, file.shellPort()));
        routers.put(Channel.CONTROL, router(file, file.controlPort()));
        routers.put(Channel.STDIN, router(file, file.stdinPort()));
        heartbeat = router(file, file.heartbeatPort());
        publisher = context.createSocket(SocketType.PUB);
        publisher.setSndHWM(BEHIND);
        publisher.setXpubNoDrop(true);
        publisher.setSendTimeOut(RETRY_MILLIS);
        bind(publisher, file, file.iopubPort());
        repliesIn = context.createSocket(SocketType.PULL);
        repliesIn.setHWM(0);
        repliesIn.bind(REPLIES);
        repliesOut = context.createSocket(SocketType.PUSH);
        repliesOut.setHWM(0);
        repliesOut.connect(REPLIES);
    }

    /** A thread of JeroMQ, which would end, and the connection with it, when a cell has filled the memory. */
    private static Thread sturdy(Runnable loop, String name) {
        return daemon(name, () -> {
            while (true) {
                try {
                    loop.run();
                    return;
                } catch (OutOfMemoryError e) {
                    pause();
                }
            }
        });
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<byte[]> encode(Message message) {
        for (int waited = 0; waited < STALLED_MILLIS; waited += RETRY_MILLIS) {
            try {
                return codec.encode(message);
            } catch (OutOfMemoryError e) {
                // The cell that has filled the memory is about to end; its reply must not be lost.
                pause();
            }
        }
        return codec.encode(message);
    }

    private ZMQ.Socket router(ConnectionFile file, int port) throws IOException {
        ZMQ.Socket socket = context.createSocket(SocketType.ROUTER);
        // A front end that comes back after a broken connection has the same identity.
        socket.setRouterHandover(true);
        socket.setHWM(0);
        bind(socket, file, port);
        return socket;
    }

    private void bind(ZMQ.Socket socket, ConnectionFile file, int port) throws IOException {
        try {
            if (file.transport().equals("ipc")) {
                int local = socket.bindToRandomPort("tcp://127.0.0.1");
                bridges.add(new UnixBridge(file.ip() + "-" + port, local));
            } else {
                socket.bind(file.transport() + "://" + file.ip() + ":" + port);
            }
        } catch (ZMQException e) {
            throw new IOException(
                    "Connection: cannot bind to " + file.transport() + "://" + file.ip() + ":" + port + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Starts to receive and to send. */
    public void start() {
        bridges.forEach(UnixBridge::start);
        receiver.start();
        sender.start();
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Sends what waits, for a second at most, and closes the sockets. */
    @Override
    public void close() {
        try {
            outbox.awaitEmpty(1000);
            outbox.postFirst(null, null);
            sender.join(1000);
            receiver.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        bridges.forEach(UnixBridge::close);
        if (!sender.isAlive() && !receiver.isAlive()) {
            // This waits for what the sockets still hold.
            context.close();
        }
    }

    private void receive() {
        ZMQ.Poller poller = context.createPoller(5);
        poller.register(repliesIn, ZMQ.Poller.POLLIN);
        poller.register(heartbeat, ZMQ.Poller.POLLIN);
        routers.values().forEach(router -> poller.register(router, ZMQ.Poller.POLLIN));
        while (true) {
            try {
                poller.poll(-1);
                if (poller.pollin(0)) {
                    List<byte[]> frames = frames(repliesIn);
                    if (frames.get(0).length == 0) {
                        routers.values().forEach(ZMQ.Socket::close);
                        heartbeat.close();
                        repliesIn.close();
                        return;
                    }
                    Channel channel = Channel.values()[frames.get(0)[0]];
                    send(routers.get(channel), frames.subList(1, frames.size()));
                }
                if (poller.pollin(1)) {
                    send(heartbeat, frames(heartbeat));
                }
                int index = 2;
                for (Map.Entry<Channel, ZMQ.Socket> router : routers.entrySet()) {
                    if (poller.pollin(index++)) {
                        codec.decode(frames(router.getValue())).ifPresent(receivers.get(router.getKey()));
                    }
                }
            } catch (RuntimeException | OutOfMemoryError e) {
                // One bad message, or a cell that has filled the memory, must not end the conversation.
                continue;
            }
        }
    }

    private void send() {
        while (true) {
            Outbox.Entry entry = null;
            try {
                entry = outbox.take();
                if (entry.channel() == null) {
                    repliesOut.send(new byte[0]);
                    repliesOut.close();
                    publisher.close();
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

    private void deliver(Outbox.Entry entry) {
        List<byte[]> frames = encode(entry.message());
        if (entry.channel() != Channel.IOPUB) {
            repliesOut.sendMore(new byte[] {(byte) entry.channel().ordinal()});
            send(repliesOut, frames);
            return;
        }
        // Only the first frame can be refused: a subscriber is behind. Replies still go then, those in order after a
        // while.
        int waited = stalled && entry.weight() > 0 ? STALLED_MILLIS : 0;
        while (!publisher.sendMore(frames.get(0))) {
            boolean ordered = waited >= REPLIES_MILLIS;
            for (Outbox.Entry next = outbox.takeReply(ordered); next != null; next = outbox.takeReply(ordered)) {
                if (next.channel() == null) {
                    outbox.postFirst(null, null);
                    publisher.setXpubNoDrop(false);
                    outbox.sent(next);
                    break;
                }
                try {
                    deliver(next);
                } finally {
                    outbox.sent(next);
                }
            }
            waited += RETRY_MILLIS;
            if (waited > STALLED_MILLIS) {
                // Who has not read for so long loses output until it reads again.
                publisher.setXpubNoDrop(false);
                stalled = true;
            }
        }
        send(publisher, frames.subList(1, frames.size()));
        if (waited <= STALLED_MILLIS) {
            stalled = false;
        }
        publisher.setXpubNoDrop(true);
    }

    private static void send(ZMQ.Socket socket, List<byte[]> frames) {
        int last = frames.size() - 1;
        for (int i = 0; i < last; i++) {
            socket.sendMore(frames.get(i));
        }
        socket.send(frames.get(last));
    }

    private static List<byte[]> frames(ZMQ.Socket socket) {
        List<byte[]> frames = new ArrayList<>();
        do {
            frames.add(socket.recv());
        } while (socket.hasReceiveMore());
        return frames;
    }
}

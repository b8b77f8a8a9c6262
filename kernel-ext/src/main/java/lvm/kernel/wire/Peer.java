package lvm.kernel.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One connected client. It speaks ZMTP 3.0 with the mechanism NULL (<a href="https://rfc.zeromq.org/spec/23/">23/ZMTP</a>),
 * which every ZeroMQ since version 4 understands. One thread reads and one writes. A cell can fill the memory at any moment;
 * so each allocation comes before the change of state that needs it and is repeated until it succeeds, and a message is
 * sent as a whole or not at all. The loops that repeat are written out, as a lambda would itself need memory.
 */
final class Peer {
    /** Takes what a client sends; called on the thread that reads from it. */
    interface Listener {
        /** The handshake is done; the identity of the client is known. */
        void connected(Peer peer);

        /** A message was received, all frames of it. */
        void received(Peer peer, List<byte[]> frames);

        /** The client asks for the messages with this topic from now on. */
        void subscribed(Peer peer, byte[] topic);

        /** The connection has ended, or the client has violated the protocol. */
        void gone(Peer peer);
    }

    private static final int MORE = 1;
    private static final int LONG = 2;
    private static final int COMMAND = 4;
    private static final int RESERVED = ~(MORE | LONG | COMMAND);
    private static final int SHORT_LENGTH = 255;
    private static final int MOST_FRAMES = 10_000;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int RETRY_MILLIS = 50;

    private final SocketChannel channel;
    private final String role;
    private final Listener listener;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Thread writer = thread(this::write);

    private byte[] identity = {};
    private boolean introduced;
    private volatile byte[][] subscriptions = {};

    private Waiting first;
    private Waiting last;
    private long waitingBytes;
    private boolean finishing;
    private boolean closed;
    /** Whether the client has read nothing for long; used by the sending thread only. */
    boolean stalled;

    private static final class Waiting {
        private final List<byte[]> frames;
        private final boolean command;
        private Waiting next;

        private Waiting(List<byte[]> frames, boolean command) {
            this.frames = frames;
            this.command = command;
        }
    }

    /**
     * A client that has just connected.
     *
     * @param channel in blocking mode
     * @param role the type of socket that it meets, ROUTER or XPUB
     * @param listener who takes what it sends
     */
    Peer(SocketChannel channel, String role, Listener listener) {
        this.channel = channel;
        this.role = role;
        this.listener = listener;
    }

    void start() {
        thread(this::read).start();
    }

    static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "lvm-wire");
        thread.setDaemon(true);
        return thread;
    }

    /** The identity that the client has given; empty if the server is to choose one. */
    byte[] identity() {
        return identity;
    }

    /** Sets the identity of a client that has given none. */
    void identity(byte[] given) {
        identity = given;
    }

    /** Whether the client has subscribed to messages with this topic. */
    boolean wants(byte[] topic) {
        for (byte[] prefix : subscriptions) {
            if (prefix.length <= topic.length && Arrays.equals(prefix, 0, prefix.length, topic, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }

    // ---------------------------------------------------------------- sending

    /** Queues a message, however much is queued already. */
    void send(List<byte[]> frames) {
        add(patiently(frames, false));
    }

    /**
     * Sends a message unless the client is behind.
     *
     * @param most with more bytes than this waiting it is behind
     * @param millis how long to wait for it at most, 0 not to wait
     * @return whether the message is on its way, or the client has gone
     */
    boolean offer(List<byte[]> frames, long most, long millis) throws InterruptedException {
        Waiting entry = patiently(frames, false);
        synchronized (this) {
            if (isBehind(most) && millis > 0) {
                wait(millis);
            }
            if (isBehind(most)) {
                return false;
            }
            add(entry);
            return true;
        }
    }

    private boolean isBehind(long most) {
        return waitingBytes > most && !closed;
    }

    private static Waiting patiently(List<byte[]> frames, boolean command) {
        while (true) {
            try {
                return new Waiting(frames, command);
            } catch (OutOfMemoryError e) {
                pause();
            }
        }
    }

    private synchronized void add(Waiting entry) {
        if (closed) {
            return;
        }
        if (first == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
        waitingBytes += bytes(entry);
        notifyAll();
    }

    private static long bytes(Waiting entry) {
        long sum = 0;
        for (int i = 0; i < entry.frames.size(); i++) {
            sum += entry.frames.get(i).length;
        }
        return sum;
    }

    private synchronized Waiting await() throws InterruptedException {
        while (first == null && !finishing && !closed) {
            wait();
        }
        return closed ? null : first;
    }

    private synchronized void sent(Waiting entry) {
        first = entry.next;
        waitingBytes -= bytes(entry);
        notifyAll();
    }

    private synchronized boolean isDrained() {
        return first == null;
    }

    private void write() {
        try {
            for (Waiting entry = await(); entry != null; entry = await()) {
                int count = entry.frames.size();
                for (int i = 0; i < count; i++) {
                    put(entry.frames.get(i), entry.command ? COMMAND : i < count - 1 ? MORE : 0);
                }
                sent(entry);
                if (isDrained()) {
                    flush();
                }
            }
            channel.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            close();
        }
    }

    private void put(byte[] frame, int flags) throws IOException {
        if (out.remaining() < 9) {
            flush();
        }
        if (frame.length <= SHORT_LENGTH) {
            out.put((byte) flags).put((byte) frame.length);
        } else {
            out.put((byte) (flags | LONG)).putLong(frame.length);
        }
        for (int at = 0; at < frame.length; ) {
            int part = Math.min(frame.length - at, out.remaining());
            out.put(frame, at, part);
            at += part;
            if (!out.hasRemaining()) {
                flush();
            }
        }
    }

    private void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            try {
                channel.write(out);
            } catch (OutOfMemoryError e) {
                pause();
            }
        }
        out.clear();
    }

    /** Lets the writing thread end when it has sent what is queued. */
    synchronized void finish() {
        finishing = true;
        notifyAll();
    }

    /** Waits for the writing thread to end. */
    void join(long millis) throws InterruptedException {
        writer.join(Math.max(1, millis));
    }

    void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            channel.close();
        } catch (IOException e) {
            // The connection is given up in any case.
            return;
        }
    }

    // ---------------------------------------------------------------- receiving

    private void read() {
        try {
            greet();
            writer.start();
            List<byte[]> ready = List.of(ready());
            add(patiently(ready, true));
            while (true) {
                List<byte[]> frames = message();
                if (frames != null) {
                    listener.received(this, frames);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            // The client has gone or does not speak ZMTP; other clients are not affected.
            close();
        } finally {
            listener.gone(this);
        }
    }

    private void greet() throws IOException {
        byte[] greeting = new byte[64];
        greeting[0] = (byte) 0xff;
        greeting[9] = 0x7f;
        greeting[10] = 3;
        byte[] mechanism = ascii("NULL");
        System.arraycopy(mechanism, 0, greeting, 12, mechanism.length);
        out.put(greeting);
        flush();
        byte[] theirs = take(64);
        boolean same = theirs[0] == greeting[0] && theirs[9] == greeting[9] && theirs[10] >= 3;
        for (int i = 12; i < 32; i++) {
            same &= theirs[i] == greeting[i];
        }
        if (!same) {
            throw new IOException("no ZMTP 3 with the mechanism NULL");
        }
    }

    private byte[] ready() {
        ByteBuffer body = ByteBuffer.allocate(64);
        name(body, "READY");
        property(body, "Socket-Type", ascii(role));
        property(body, "Identity", new byte[0]);
        return Arrays.copyOf(body.array(), body.position());
    }

    private static void name(ByteBuffer into, String name) {
        into.put((byte) name.length()).put(ascii(name));
    }

    private static void property(ByteBuffer into, String name, byte[] value) {
        name(into, name);
        into.putInt(value.length).put(value);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The next message, or null after a command. */
    private List<byte[]> message() throws IOException {
        List<byte[]> frames = list();
        while (true) {
            int flags = octet();
            if ((flags & RESERVED) != 0 || frames.size() > MOST_FRAMES) {
                throw new IOException("no frame of ZMTP");
            }
            long length = (flags & LONG) == 0 ? octet() : longNumber();
            byte[] frame = take(length);
            if ((flags & COMMAND) != 0) {
                obey(frame);
                if (frames.isEmpty()) {
                    return null;
                }
                continue;
            }
            if (!introduced) {
                throw new IOException("a message before READY");
            }
            if (role.equals(Endpoint.PUBLISHER) && frames.isEmpty() && (flags & MORE) == 0) {
                if (frame.length > 0 && frame[0] <= 1 && frame[0] >= 0) {
                    subscribe(Arrays.copyOfRange(frame, 1, frame.length), frame[0] == 1);
                }
                return null;
            }
            append(frames, frame);
            if ((flags & MORE) == 0) {
                return frames;
            }
        }
    }

    private static List<byte[]> list() {
        while (true) {
            try {
                return new ArrayList<>(16);
            } catch (OutOfMemoryError e) {
                pause();
            }
        }
    }

    private static void append(List<byte[]> frames, byte[] frame) {
        while (true) {
            try {
                frames.add(frame);
                return;
            } catch (OutOfMemoryError e) {
                pause();
            }
        }
    }

    private void obey(byte[] command) throws IOException {
        ByteBuffer body = ByteBuffer.wrap(command);
        String name = new String(chunk(body, next(body) & 0xff), StandardCharsets.US_ASCII);
        switch (name) {
            case "READY" -> {
                while (body.hasRemaining()) {
                    String property = new String(chunk(body, next(body) & 0xff), StandardCharsets.US_ASCII);
                    byte[] value = chunk(body, body.remaining() < 4 ? -1 : body.getInt());
                    if (property.equalsIgnoreCase("Identity")) {
                        identity = value;
                    }
                }
                if (!introduced) {
                    introduced = true;
                    listener.connected(this);
                }
            }
            case "SUBSCRIBE" -> subscribe(chunk(body, body.remaining()), true);
            case "CANCEL" -> subscribe(chunk(body, body.remaining()), false);
            case "PING" -> {
                chunk(body, 2);
                byte[] context = chunk(body, body.remaining());
                ByteBuffer pong = ByteBuffer.allocate(5 + context.length);
                name(pong, "PONG");
                pong.put(context);
                add(patiently(List.of(pong.array()), true));
            }
            case "ERROR" -> throw new IOException("the client refuses this socket");
            default -> {
                // Commands of newer versions are ignored.
            }
        }
    }

    private static byte next(ByteBuffer body) throws IOException {
        return chunk(body, 1)[0];
    }

    private static byte[] chunk(ByteBuffer body, int length) throws IOException {
        if (length < 0 || length > body.remaining()) {
            throw new IOException("no command of ZMTP");
        }
        byte[] chunk = new byte[length];
        body.get(chunk);
        return chunk;
    }

    private void subscribe(byte[] prefix, boolean on) {
        List<byte[]> all = new ArrayList<>(List.of(subscriptions));
        if (on) {
            all.add(prefix);
            listener.subscribed(this, prefix); // before anything else that it gets
        } else {
            for (int i = 0; i < all.size(); i++) {
                if (Arrays.equals(all.get(i), prefix)) {
                    all.remove(i); // once only: it may have been asked for twice
                    break;
                }
            }
        }
        subscriptions = all.toArray(byte[][]::new);
    }

    private int octet() throws IOException {
        fill();
        return in.get() & 0xff;
    }

    private long longNumber() throws IOException {
        long number = 0;
        for (int i = 0; i < 8; i++) {
            number = number << 8 | octet();
        }
        return number;
    }

    private byte[] take(long length) throws IOException {
        if (length < 0 || length > Math.min(Runtime.getRuntime().maxMemory() / 2, Integer.MAX_VALUE - 8)) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] bytes = room((int) length);
        for (int at = 0; at < bytes.length; ) {
            fill();
            int part = Math.min(bytes.length - at, in.remaining());
            in.get(bytes, at, part);
            at += part;
        }
        return bytes;
    }

    private static byte[] room(int length) {
        while (true) {
            try {
                return new byte[length];
            } catch (OutOfMemoryError e) {
                pause();
            }
        }
    }

    private void fill() throws IOException {
        while (!in.hasRemaining()) {
            in.clear();
            int count = 0;
            try {
                count = channel.read(in);
            } catch (OutOfMemoryError e) {
                pause();
            } finally {
                in.flip();
            }
            if (count < 0) {
                throw new EOFException();
            }
        }
    }

    static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package lvm.kernel.wire;

import com.google.gson.JsonObject;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The messages that wait to be sent. One thread takes them; all others only add, so none of them touches a socket and an
 * interrupt cannot break a connection. Text for the output streams is gathered for a moment and becomes one message;
 * before any other message is added, the text gathered so far becomes one, so the order is kept. When too much waits,
 * the threads that write output wait.
 */
public final class Outbox {
    /** How long text is gathered before it is sent. */
    static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    /** How many bytes of text make a message at once. */
    static final int GATHER_BYTES = 64 * 1024;
    /** With more bytes than this in the outbox, threads that write wait. */
    static final long BACKLOG_BYTES = 8L * 1024 * 1024;

    /** The two output streams. */
    public enum Stream {
        /** Standard output. */
        STDOUT,
        /** Standard error. */
        STDERR
    }

    /**
     * A message that waits.
     *
     * @param channel where it is sent
     * @param message what is sent
     * @param weight about how many bytes of output it has, 0 for messages of the kernel itself
     */
    record Entry(Channel channel, Message message, long weight) {}

    private final Object lock = new Object();
    private final Codec codec;
    /** So large that it hardly ever grows: without memory to grow, all that waits would be lost. */
    private final Deque<Entry> ordered = new ArrayDeque<>(4096);

    private final Deque<Entry> express = new ArrayDeque<>(256);
    private final Gathered[] gathered = {new Gathered("stdout"), new Gathered("stderr")};
    private final Transcript transcript = new Transcript();
    private JsonObject parent = new JsonObject();
    private long waiting;
    private int unsent;
    private boolean gathering;
    private long deadline;
    private boolean released;

    /**
     * An empty outbox.
     *
     * @param codec makes the messages of the output streams
     */
    public Outbox(Codec codec) {
        this.codec = codec;
    }

    /**
     * Names the request to which text written from now on belongs.
     *
     * @param header the header of the request
     */
    public void parent(JsonObject header) {
        synchronized (lock) {
            sendGathered(true);
            parent = header;
            transcript.begin();
        }
    }

    /**
     * The request to which output belongs now.
     *
     * @return the header of the request, or an empty object before the first one
     */
    public JsonObject parent() {
        synchronized (lock) {
            return parent;
        }
    }

    /**
     * Lets writers pass whatever waits; what does not fit is dropped. This is for a cell that was interrupted: it must
     * not hang in a print until a slow front end has read everything.
     *
     * @param on whether to let pass from now on
     */
    public void release(boolean on) {
        synchronized (lock) {
            released = on;
            if (on && waiting > BACKLOG_BYTES / 2) {
                // The text of an interrupted cell that nobody has read yet is not worth waiting for.
                transcript.lose();
                ordered.removeIf(entry -> {
                    boolean drop = entry.weight() > 0;
                    if (drop) {
                        waiting -= entry.weight();
                        unsent--;
                    }
                    return drop;
                });
            }
            lock.notifyAll();
        }
    }

    /**
     * Writes text to an output stream.
     *
     * @param stream which one
     * @param bytes holds UTF-8
     * @param offset where it begins
     * @param length how long it is
     * @throws InterruptedIOException if the thread was interrupted while it waited for room; nothing was written then
     */
    public void write(Stream stream, byte[] bytes, int offset, int length) throws InterruptedIOException {
        synchronized (lock) {
            if (!awaitRoom()) {
                return;
            }
            Gathered other = gathered[1 - stream.ordinal()];
            if (other.length > 0) {
                send(other, false);
            }
            Gathered mine = gathered[stream.ordinal()];
            mine.append(bytes, offset, length);
            waiting += length;
            if (mine.length >= GATHER_BYTES) {
                send(mine, false);
                lock.notifyAll();
            } else if (!gathering) {
                gathering = true;
                deadline = System.nanoTime() + GATHER_NANOS;
                lock.notifyAll();
            }
        }
    }

    /**
     * Sends a message of the user's program, after the text that was written before it.
     *
     * @param message what to send on the output channel
     * @param weight about how many bytes it has
     * @throws InterruptedIOException if the thread was interrupted while it waited for room; nothing is sent then
     */
    public void publish(Message message, long weight) throws InterruptedIOException {
        synchronized (lock) {
            if (awaitRoom()) {
                add(Channel.IOPUB, message, weight);
            }
        }
    }

    /**
     * Sends a message of the kernel, after the text that was written before it. Never waits.
     *
     * @param channel where
     * @param message what
     */
    public void post(Channel channel, Message message) {
        synchronized (lock) {
            add(channel, message, 0);
        }
    }

    /**
     * Takes displays of the current request back. The protocol can only clear all that a cell has shown, so what else there
     * was is sent again. Displays of other requests stay, and so do those of a cell that has shown very much.
     *
     * @param ids the ids of the displays
     */
    public void takeBack(Set<String> ids) {
        synchronized (lock) {
            sendGathered(true);
            transcript.without(ids).ifPresent(rest -> {
                JsonObject content = new JsonObject();
                // With something to follow, a front end replaces all at once.
                content.addProperty("wait", !rest.isEmpty());
                byte[] topic = "clear_output".getBytes(StandardCharsets.US_ASCII);
                add(Channel.IOPUB, codec.message(List.of(topic), "clear_output", parent, content), 0);
                for (Message old : rest) {
                    Message again = codec.message(
                            old.identities(), old.type(), parent, old.metadata(), old.content(), old.buffers());
                    add(Channel.IOPUB, again, 0);
                }
            });
            lock.notifyAll();
        }
    }

    /**
     * Sends a message before everything that waits.
     *
     * @param channel where
     * @param message what
     */
    public void postFirst(Channel channel, Message message) {
        synchronized (lock) {
            express.add(new Entry(channel, message, 0));
            unsent++;
            lock.notifyAll();
        }
    }

    /** Sends all text that was written, the last incomplete character included. */
    public void flush() {
        synchronized (lock) {
            sendGathered(true);
            lock.notifyAll();
        }
    }

    /**
     * Waits until everything has been sent.
     *
     * @param millis how long at most
     * @return whether everything has been sent
     * @throws InterruptedException if the thread was interrupted
     */
    public boolean awaitEmpty(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (lock) {
            sendGathered(true);
            lock.notifyAll();
            while (unsent > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                lock.wait(left);
            }
            return true;
        }
    }

    /** The next message to send; waits for one. Called by the sending thread only. */
    Entry take() throws InterruptedException {
        synchronized (lock) {
            for (; ; ) {
                Entry first = express.poll();
                if (first == null) {
                    first = ordered.poll();
                }
                if (first != null) {
                    return first;
                }
                if (!gathering) {
                    lock.wait();
                    continue;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    sendGathered(false);
                } else {
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                }
            }
        }
    }

    /** The next reply, while output cannot be sent; null if there is none. Called by the sending thread only. */
    Entry takeReply(boolean orderedToo) {
        synchronized (lock) {
            Entry first = express.poll();
            if (first == null && orderedToo) {
                for (Iterator<Entry> entries = ordered.iterator(); entries.hasNext(); ) {
                    Entry entry = entries.next();
                    if (entry.channel() != Channel.IOPUB) {
                        entries.remove();
                        return entry;
                    }
                }
            }
            return first;
        }
    }

    /** Records that a message was sent. */
    void sent(Entry entry) {
        synchronized (lock) {
            waiting -= entry.weight();
            unsent--;
            lock.notifyAll();
        }
    }

    private boolean awaitRoom() throws InterruptedIOException {
        while (waiting > BACKLOG_BYTES) {
            if (released) {
                return false;
            }
            try {
                lock.wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the front end to read");
            }
        }
        return true;
    }

    private void add(Channel channel, Message message, long weight) {
        sendGathered(false);
        if (channel == Channel.IOPUB) {
            transcript.add(message);
        }
        ordered.add(new Entry(channel, message, weight));
        waiting += weight;
        unsent++;
        lock.notifyAll();
    }

    private void sendGathered(boolean incompleteToo) {
        for (Gathered text : gathered) {
            send(text, incompleteToo);
        }
        gathering = false;
    }

    private void send(Gathered from, boolean incompleteToo) {
        int bytes = incompleteToo ? from.length : from.completeLength();
        if (bytes == 0) {
            return;
        }
        JsonObject content = new JsonObject();
        content.addProperty("name", from.name);
        content.addProperty("text", from.take(bytes));
        byte[] topic = ("stream." + from.name).getBytes(StandardCharsets.US_ASCII);
        Message message = codec.message(List.of(topic), "stream", parent, content);
        transcript.add(message);
        ordered.add(new Entry(Channel.IOPUB, message, bytes));
        unsent++;
    }

    /** Bytes of one stream that wait to become a message. */
    private static final class Gathered {
        final String name;
        byte[] bytes = new byte[1024];
        int length;

        Gathered(String name) {
            this.name = name;
        }

        void append(byte[] from, int offset, int count) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
            }
            System.arraycopy(from, offset, bytes, length, count);
            length += count;
        }

        /** How many bytes there are up to the end of the last complete character. */
        int completeLength() {
            for (int back = 1; back <= Math.min(3, length); back++) {
                int b = bytes[length - back] & 0xff;
                if (b >= 0xc0) {
                    int needed = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
                    return back < needed ? length - back : length;
                }
                if (b < 0x80) {
                    return length;
                }
            }
            return length;
        }

        String take(int count) {
            String text = new String(bytes, 0, count, StandardCharsets.UTF_8);
            System.arraycopy(bytes, count, bytes, 0, length - count);
            length -= count;
            return text;
        }
    }
}

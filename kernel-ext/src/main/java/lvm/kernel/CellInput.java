package lvm.kernel;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import lvm.kernel.wire.Channel;
import lvm.kernel.wire.Codec;
import lvm.kernel.wire.Message;
import lvm.kernel.wire.Outbox;

/** Standard input of cells: a read beyond the end of what was entered asks the front end for a line. */
final class CellInput extends InputStream {
    private final Codec codec;
    private final Outbox outbox;
    private final Object lock = new Object();

    private Message request;
    private boolean allowed;
    private byte[] line = {};
    private int next;

    private boolean asking;
    private boolean cancelled;
    private String answer;

    CellInput(Codec codec, Outbox outbox) {
        this.codec = codec;
        this.outbox = outbox;
    }

    /** Begins a cell: questions go to the front end that sent it, if that allows questions. */
    void begin(Message execute, boolean allowStdin) {
        synchronized (lock) {
            request = execute;
            allowed = allowStdin;
            line = new byte[0];
            next = 0;
        }
    }

    /** Ends a cell: reading from now on is an error, since no front end can be asked. */
    void end() {
        synchronized (lock) {
            request = null;
            cancel();
        }
    }

    /** Ends the wait for an answer; the thread that asked gets an exception. */
    void cancel() {
        synchronized (lock) {
            cancelled = asking;
            lock.notifyAll();
        }
    }

    /** Takes the front end's answer; it is dropped if no thread waits for one. */
    void answer(Message reply) {
        if (!reply.type().equals("input_reply")) {
            return;
        }
        synchronized (lock) {
            if (asking) {
                answer = reply.text("value", "");
                lock.notifyAll();
            }
        }
    }

    /**
     * Asks the user for a line.
     *
     * @throws IllegalStateException if nobody can be asked, or the cell was interrupted while it waited
     */
    String ask(String prompt, boolean password) {
        synchronized (lock) {
            if (request == null) {
                throw new IllegalStateException("System.in: input can be read only while a cell runs");
            }
            if (!allowed) {
                throw new IllegalStateException("System.in: this front end does not take input (allow_stdin is false)");
            }
            if (asking) {
                throw new IllegalStateException("System.in: another thread is waiting for input");
            }
            JsonObject content = new JsonObject();
            content.addProperty("prompt", prompt);
            content.addProperty("password", password);
            asking = true;
            cancelled = false;
            answer = null;
            try {
                outbox.flush();
                outbox.post(
                        Channel.STDIN, codec.message(request.identities(), "input_request", request.header(), content));
                while (answer == null && !cancelled) {
                    lock.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cancelled = true;
            } finally {
                asking = false;
            }
            if (cancelled) {
                throw new IllegalStateException("System.in: interrupted while waiting for input");
            }
            return answer;
        }
    }

    private void fill() {
        if (next == line.length) {
            line = (ask("", false) + "\n").getBytes(StandardCharsets.UTF_8);
            next = 0;
        }
    }

    @Override
    public int read() {
        synchronized (lock) {
            fill();
            return line[next++] & 0xff;
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        synchronized (lock) {
            fill();
            int count = Math.min(length, line.length - next);
            System.arraycopy(line, next, into, offset, count);
            next += count;
            return count;
        }
    }

    @Override
    public int available() {
        synchronized (lock) {
            return line.length - next;
        }
    }

    @Override
    public void close() {
        // A Scanner that is closed in one cell must not end the input of the next.
    }
}

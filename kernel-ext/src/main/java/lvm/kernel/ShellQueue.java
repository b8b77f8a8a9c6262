package lvm.kernel;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lvm.kernel.wire.Message;

/**
 * The requests of the shell channel in the order in which they came. A cell that fails aborts those behind it. Questions
 * about code have a thread of their own, so that a running cell does not hold them up for long.
 */
final class ShellQueue {

    /**
     * A request.
     *
     * @param number how many came before it
     * @param message what was asked
     */
    record Request(long number, Message message) {}

    private static final Set<String> QUESTIONS = Set.of("complete_request", "inspect_request", "is_complete_request");
    /** How long a question waits for the cells before it: what a short one has defined is to be known to it. */
    private static final long PATIENCE_MILLIS = 250;

    private final BlockingQueue<Request> waiting = new LinkedBlockingQueue<>();
    private final BlockingQueue<Request> questions = new LinkedBlockingQueue<>();
    private long lastAdded = -1;
    private long lastDone = -1;
    private final AtomicLong received = new AtomicLong();
    private long abortUpTo = -1;

    /** Adds a request; called on a thread of the sockets. */
    synchronized void add(Message message) {
        if (QUESTIONS.contains(message.type())) {
            questions.add(new Request(lastAdded, message));
        } else {
            lastAdded = received.getAndIncrement();
            waiting.add(new Request(lastAdded, message));
        }
    }

    /** The next request; waits for one. */
    Request take() throws InterruptedException {
        return waiting.take();
    }

    /** The message behind the one that was taken, or null if none has come yet. */
    Message next() {
        Request next = waiting.peek();
        return next == null ? null : next.message();
    }

    /** A request that was taken is answered. */
    synchronized void done(Request request) {
        lastDone = request.number();
        notifyAll();
    }

    /** The next question about code, when what came before it is done or takes long; waits for one. */
    Message takeQuestion() throws InterruptedException {
        Request question = questions.take();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        synchronized (this) {
            while (lastDone < question.number()) {
                long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (millis <= 0) {
                    break;
                }
                wait(millis);
            }
        }
        return question.message();
    }

    /** Aborts all cells that have come up to now; called on the thread that takes. */
    void abortWaiting() {
        abortUpTo = received.get() - 1;
    }

    /** Whether a cell has come before an error that aborts it. */
    boolean isAborted(Request request) {
        return request.number() <= abortUpTo;
    }
}

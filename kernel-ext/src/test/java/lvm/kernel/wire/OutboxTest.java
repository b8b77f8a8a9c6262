package lvm.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lvm.kernel.wire.Outbox.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutboxTest {
    private final Codec codec = new Codec("", "hmac-sha256");
    private final Outbox outbox = new Outbox(codec);

    private void print(Stream stream, String text) throws InterruptedIOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        outbox.write(stream, bytes, 0, bytes.length);
    }

    private Message message(String type) {
        return codec.message(List.of(), type, new JsonObject(), new JsonObject());
    }

    /** The next message in short: its type, or the name and the text of a stream. */
    private String next() throws InterruptedException {
        Outbox.Entry entry = outbox.take();
        outbox.sent(entry);
        Message message = entry.message();
        return message.type().equals("stream")
                ? message.text("name", "") + ":" + message.text("text", "")
                : message.type();
    }

    @Test
    void textBecomesOneMessage() throws Exception {
        for (int i = 0; i < 100; i++) {
            print(Stream.STDOUT, "a");
        }
        assertEquals("stdout:" + "a".repeat(100), next());
    }

    @Test
    void theOrderIsKept() throws Exception {
        print(Stream.STDOUT, "1");
        print(Stream.STDERR, "2");
        print(Stream.STDOUT, "3");
        outbox.post(Channel.IOPUB, message("status"));
        print(Stream.STDOUT, "4");
        outbox.publish(message("display_data"), 10);
        print(Stream.STDERR, "5");
        outbox.flush();
        for (String expected :
                List.of("stdout:1", "stderr:2", "stdout:3", "status", "stdout:4", "display_data", "stderr:5")) {
            assertEquals(expected, next());
        }
        outbox.post(Channel.SHELL, message("reply"));
        outbox.postFirst(Channel.CONTROL, message("urgent"));
        assertEquals("urgent", next());
        assertEquals("reply", next());
    }

    @Test
    void muchTextIsSentAtOnce() throws Exception {
        print(Stream.STDOUT, "b".repeat(Outbox.GATHER_BYTES));
        assertEquals(Outbox.GATHER_BYTES + "stdout:".length(), next().length());
    }

    @Test
    void aCharacterIsNotCut() throws Exception {
        for (String whole : List.of("é", "€", "😀")) {
            byte[] bytes = ("x" + whole).getBytes(StandardCharsets.UTF_8);
            for (int cut = 2; cut < bytes.length; cut++) {
                outbox.write(Stream.STDOUT, bytes, 0, cut);
                outbox.post(Channel.IOPUB, message("between"));
                outbox.write(Stream.STDOUT, bytes, cut, bytes.length - cut);
                outbox.post(Channel.IOPUB, message("after"));
                assertEquals("stdout:x", next());
                assertEquals("between", next());
                assertEquals("stdout:" + whole, next());
                assertEquals("after", next());
            }
        }
        outbox.write(Stream.STDOUT, new byte[] {(byte) 0xc3}, 0, 1);
        outbox.flush();
        assertEquals("stdout:\ufffd", next());
    }

    @Test
    void textBelongsToTheRequestInWhichItWasWritten() throws Exception {
        JsonObject first = new JsonObject();
        first.addProperty("msg_id", "first");
        JsonObject second = new JsonObject();
        second.addProperty("msg_id", "second");
        outbox.parent(first);
        print(Stream.STDOUT, "1");
        outbox.parent(second);
        print(Stream.STDOUT, "2");
        assertEquals(first, outbox.take().message().parent());
        assertEquals(second, outbox.take().message().parent());
    }

    private void fill() throws InterruptedIOException {
        byte[] block = new byte[Outbox.GATHER_BYTES];
        for (long written = 0; written <= Outbox.BACKLOG_BYTES; written += block.length) {
            outbox.write(Stream.STDOUT, block, 0, block.length);
        }
    }

    private Thread writer(CompletableFuture<Throwable> result) {
        Thread thread = new Thread(() -> {
            try {
                print(Stream.STDOUT, "more");
                result.complete(null);
            } catch (InterruptedIOException e) {
                result.complete(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aWriterWaitsForRoom() throws Exception {
        fill();
        CompletableFuture<Throwable> result = new CompletableFuture<>();
        awaitWaiting(writer(result));
        assertFalse(result.isDone());
        // The kernel's own messages never wait.
        outbox.post(Channel.IOPUB, message("status"));
        while (!result.isDone()) {
            next();
        }
        assertEquals(null, result.get());
    }

    @Test
    void aWriterThatWaitsCanBeInterrupted() throws Exception {
        fill();
        CompletableFuture<Throwable> result = new CompletableFuture<>();
        Thread writer = writer(result);
        awaitWaiting(writer);
        writer.interrupt();
        assertInstanceOf(InterruptedIOException.class, result.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aReleasedWriterDoesNotWait() throws Exception {
        fill();
        CompletableFuture<Throwable> result = new CompletableFuture<>();
        awaitWaiting(writer(result));
        outbox.release(true);
        assertEquals(null, result.get(30, TimeUnit.SECONDS));
        outbox.release(false);
        while (!outbox.awaitEmpty(0)) {
            next();
        }
        fill();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> outbox.publish(message("display_data"), 1));
        assertTrue(Thread.interrupted());
    }

    @Test
    void emptyMeansThatEverythingWasSent() throws Exception {
        assertTrue(outbox.awaitEmpty(0));
        print(Stream.STDOUT, "x");
        assertFalse(outbox.awaitEmpty(0));
        Outbox.Entry entry = outbox.take();
        assertFalse(outbox.awaitEmpty(0));
        outbox.sent(entry);
        assertTrue(outbox.awaitEmpty(0));
    }

    private Message display(String type, String id, String text) {
        JsonObject data = new JsonObject();
        data.addProperty("text/plain", text);
        JsonObject transients = new JsonObject();
        transients.addProperty("display_id", id);
        JsonObject content = new JsonObject();
        content.add("data", data);
        content.add("transient", transients);
        return codec.message(List.of(), type, new JsonObject(), content);
    }

    /** All that waits, in short; displays with their text, and whether what is cleared waits for what follows. */
    private String all() throws InterruptedException {
        outbox.flush();
        outbox.post(Channel.IOPUB, message("end"));
        StringBuilder all = new StringBuilder();
        for (; ; ) {
            Outbox.Entry entry = outbox.take();
            outbox.sent(entry);
            Message message = entry.message();
            switch (message.type()) {
                case "end" -> {
                    return all.toString();
                }
                case "stream" -> all.append(message.text("text", ""));
                case "clear_output" -> all.append(message.flag("wait", false) ? "clear and " : "clear");
                default -> all.append(message.object("data").get("text/plain").getAsString());
            }
            all.append(';');
        }
    }

    @Test
    void aDisplayThatIsTakenBackLeavesTheOthersAsTheyAreNow() throws Exception {
        print(Stream.STDOUT, "before");
        outbox.publish(display("display_data", "bar", "half"), 4);
        outbox.publish(display("display_data", "curve", "one point"), 4);
        outbox.publish(display("update_display_data", "bar", "done"), 4);
        outbox.publish(display("update_display_data", "curve", "two points"), 4);
        print(Stream.STDOUT, "after");
        all();
        outbox.takeBack(Set.of("bar"));
        assertEquals("clear and ;before;two points;after;", all());
        outbox.takeBack(Set.of("bar"));
        assertEquals("", all(), "it is gone");
        outbox.takeBack(Set.of("curve"));
        assertEquals("clear and ;before;after;", all());
    }

    @Test
    void theOnlyDisplayIsClearedAtOnceAndOneOfAnotherCellStays() throws Exception {
        outbox.publish(display("display_data", "old", "old"), 3);
        outbox.parent(new JsonObject());
        outbox.publish(display("display_data", "bar", "bar"), 3);
        all();
        outbox.takeBack(Set.of("old"));
        assertEquals("", all());
        outbox.takeBack(Set.of("bar", "old"));
        assertEquals("clear;", all());
    }

    @Test
    void whatTheCellItselfHasClearedDoesNotComeBack() throws Exception {
        print(Stream.STDOUT, "first");
        outbox.post(Channel.IOPUB, message("clear_output"));
        print(Stream.STDOUT, "second");
        outbox.publish(display("display_data", "bar", "bar"), 3);
        all();
        outbox.takeBack(Set.of("bar"));
        assertEquals("clear and ;second;", all());
    }

    @Test
    void aCellThatShowsVeryMuchKeepsItsBar() throws Exception {
        outbox.publish(display("display_data", "bar", "bar"), 3);
        outbox.publish(display("display_data", "film", "x".repeat((int) Transcript.MOST)), 3);
        all();
        outbox.takeBack(Set.of("bar"));
        assertEquals("", all());
    }
}

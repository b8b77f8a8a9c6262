package lvm.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.eval.MemoryReserve;
import lvm.kernel.render.LiveDisplay;
import lvm.kernel.render.Renderers;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.wire.Message;
import lvm.kernel.wire.Outbox;

/** Runs cells, one at a time, on the thread that answers requests. An interrupt may come from any other thread. */
final class CellSession {
    private final CompletableFuture<Evaluator> evaluator;
    private final Outbox outbox;
    private final Sender sender;
    private final CellInput input;
    private final Displays displays;
    private final LiveDisplay live;
    private final SessionHistory history;
    private final ShellQueue queue;
    private int count = 1;

    private final Object lock = new Object();
    private Message cell;
    /** Whether a message to a program of the user's, which is no cell, is being handled. */
    private boolean handling;

    private boolean interrupted;

    CellSession(
            CompletableFuture<Evaluator> evaluator,
            Outbox outbox,
            Sender sender,
            CellInput input,
            Displays displays,
            LiveDisplay live,
            SessionHistory history,
            ShellQueue queue) {
        this.evaluator = evaluator;
        this.outbox = outbox;
        this.sender = sender;
        this.input = input;
        this.displays = displays;
        this.live = live;
        this.history = history;
        this.queue = queue;
    }

    /** The number that the next cell will have, or the running one has. */
    int count() {
        return count;
    }

    /** The request whose cell is running. */
    Optional<Message> running() {
        synchronized (lock) {
            return Optional.ofNullable(cell);
        }
    }

    /** Runs the cell of an {@code execute_request}; the content of the reply. */
    JsonObject execute(Message request) {
        String code = request.text("code", "");
        boolean silent = request.flag("silent", false);
        boolean store = !silent && request.flag("store_history", true);
        int number = count;
        begin(request);
        JsonObject content = new JsonObject();
        String output = null;
        try {
            if (!silent) {
                JsonObject shown = Contents.object("code", code);
                shown.addProperty("execution_count", number);
                sender.publish("execute_input", shown);
            }
            Optional<Object> value = code.isBlank() ? Optional.empty() : run(code, number);
            if (live.isWaiting()) {
                call(() -> {
                    live.flush();
                    return true;
                });
            }
            outbox.takeBack(live.over());
            // A last line display(x) gives the id of the display: it is for a variable, not to be looked at.
            if (value.isPresent() && !silent && !displays.isLastId(value.get())) {
                JsonObject result = draw(value.get());
                output = text(result);
                result.addProperty("execution_count", number);
                sender.publish("execute_result", result);
            }
            content.add("user_expressions", userExpressions(request, number));
            succeed(content);
        } catch (CellException e) {
            // As a word of its own, as in other consoles; a variable of this name would have been found.
            if (e.name().equals("CompilationError") && code.strip().matches("(?:exit|quit);?")) {
                displays.askExit();
                succeed(content);
            } else {
                content = failed(e, request, silent);
            }
        } catch (RuntimeException | Error e) {
            MemoryReserve.releaseFor(e);
            content = failed(Contents.failure(e), request, silent);
        } finally {
            end();
        }
        content.addProperty("execution_count", number);
        if (store && !code.isBlank()) {
            history.add(number, code, output);
            count++;
        }
        return content;
    }

    private void succeed(JsonObject content) {
        content.addProperty("status", "ok");
        if (!content.has("user_expressions")) {
            content.add("user_expressions", new JsonObject());
        }
        content.add("payload", displays.payload());
    }

    /** The content of the reply to a cell that does not run, since one before it has failed. */
    JsonObject aborted() {
        JsonObject content = Contents.object("status", "aborted");
        content.addProperty("execution_count", count);
        return content;
    }

    private JsonObject failed(CellException e, Message request, boolean silent) {
        if (request.flag("stop_on_error", true) && !silent) {
            queue.abortWaiting();
        }
        outbox.takeBack(live.over());
        sender.publish("error", Contents.error(e));
        JsonObject reply = Contents.errorReply(e);
        reply.add("user_expressions", new JsonObject());
        reply.add("payload", new JsonArray());
        return reply;
    }

    private void begin(Message request) {
        outbox.parent(request.header());
        input.begin(request, request.flag("allow_stdin", true));
        displays.begin();
        synchronized (lock) {
            cell = request;
            interrupted = false;
        }
    }

    private void end() {
        synchronized (lock) {
            cell = null;
            // What was meant for this cell must not hit the next.
            Thread.interrupted();
        }
        input.end();
        outbox.flush();
        outbox.release(false);
        MemoryReserve.restore();
    }

    private Optional<Object> run(String code, int number) throws CellException {
        return announced().evaluate(code, number);
    }

    private <T> T call(Callable<T> code) throws CellException {
        return announced().call(code);
    }

    private Evaluator announced() throws CellException {
        Evaluator language = evaluator.join();
        synchronized (lock) {
            if (interrupted) {
                throw new CellException("Interrupted", "the cell was interrupted", List.of("Interrupted"), null);
            }
            language.announce();
        }
        return language;
    }

    /** A value as the content of a message. Drawing runs code of the user's: toString, iterators, renderers. */
    private JsonObject draw(Object value) throws CellException {
        return call(() -> Contents.display(displays.render(value), null));
    }

    private static String text(JsonObject display) {
        JsonElement text = display.getAsJsonObject("data").get(Renderers.TEXT);
        return text == null || !text.isJsonPrimitive() ? "" : text.getAsString();
    }

    /**
     * Handles a message to a program of the user's, which has no reply.
     *
     * @param request the message
     * @param handler what to do, on the thread of cells
     * @param failed gets what was thrown, or that the handler was interrupted
     */
    void handle(Message request, Runnable handler, Consumer<CellException> failed) {
        outbox.parent(request.header());
        synchronized (lock) {
            handling = true;
            interrupted = false;
        }
        try {
            call(() -> {
                handler.run();
                return true;
            });
        } catch (CellException e) {
            failed.accept(e);
        } finally {
            synchronized (lock) {
                handling = false;
                Thread.interrupted();
            }
            outbox.flush();
            outbox.release(false);
        }
    }

    private JsonObject userExpressions(Message request, int number) {
        JsonObject answers = new JsonObject();
        for (Map.Entry<String, JsonElement> expression :
                request.object("user_expressions").entrySet()) {
            JsonObject answer;
            try {
                Optional<Object> value = run(expression.getValue().getAsString(), number);
                answer = value.isPresent()
                        ? draw(value.get())
                        : Contents.display(new Bundle(Map.of(Renderers.TEXT, "null"), Map.of()), null);
                answer.addProperty("status", "ok");
            } catch (CellException e) {
                answer = Contents.errorReply(e);
            } catch (RuntimeException e) {
                answer = Contents.errorReply(Contents.failure(e));
            }
            answers.add(expression.getKey(), answer);
        }
        return answers;
    }

    /** Runs a text as a part of the current cell, for an extension that was called by it. */
    Object evaluate(String code) throws CellException {
        return evaluator.join().evaluate(code, count).orElse(null);
    }

    /** Stops the running cell, if there is one. */
    void interrupt() {
        synchronized (lock) {
            if (cell == null && !handling) {
                return;
            }
            interrupted = true;
            // First of all: what wakes up below must find that its cell is being stopped.
            if (evaluator.isDone() && !evaluator.isCompletedExceptionally()) {
                evaluator.join().interrupt();
            }
            outbox.release(true);
            input.cancel();
        }
    }
}

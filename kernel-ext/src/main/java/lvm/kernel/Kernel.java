package lvm.kernel;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import lvm.display.Display;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.eval.MemoryReserve;
import lvm.kernel.jjava.JJava;
import lvm.kernel.render.LiveDisplay;
import lvm.kernel.widget.Stage;
import lvm.kernel.widget.WidgetComms;
import lvm.kernel.wire.Channel;
import lvm.kernel.wire.Codec;
import lvm.kernel.wire.Connection;
import lvm.kernel.wire.ConnectionFile;
import lvm.kernel.wire.Message;
import lvm.kernel.wire.Outbox;

/**
 * The kernel from its start to its end: puts its parts together, takes the requests of a front end one after the other,
 * and hands each to the part that answers it. Requests on the control channel and questions about code have threads of
 * their own, so a cell can be interrupted, and completed while another runs. Standard input and output belong to the kernel until the process ends.
 */
public final class Kernel {
    static final String NAME = "lvm";
    static final String VERSION = Optional.ofNullable(Kernel.class.getPackage().getImplementationVersion())
            .orElse("unpackaged");

    private static final Set<String> REQUESTS = Set.of(
            "execute_request",
            "kernel_info_request",
            "complete_request",
            "inspect_request",
            "is_complete_request",
            "history_request",
            "comm_info_request",
            "comm_open",
            "comm_msg",
            "comm_close",
            "connect_request",
            "interrupt_request",
            "shutdown_request");

    private static final int ATTEMPTS = 200;
    private static final int RETRY_MILLIS = 50;
    private static final long PARENT_MILLIS = 500;
    /** How long the process stays, at most, when it has been told to end. */
    private static final long END_MILLIS = 4000;

    private static final long SHELL_STACK_BYTES = 16L << 20;

    private static volatile Kernel running;

    private final CompletableFuture<Evaluator> evaluator = new CompletableFuture<>();
    private final CompletableFuture<JJava> jjava = new CompletableFuture<>();
    private final ShellQueue requests = new ShellQueue();
    private final BlockingQueue<Message> controls = new LinkedBlockingQueue<>();
    private final Outbox outbox;
    private final Sender sender;
    private final CellInput input;
    private final Connection connection;
    private final Displays displays;
    private final WidgetComms widgets;
    private final CellSession session;
    private final Answers answers;
    private volatile boolean stopping;

    /**
     * Binds the sockets and takes over standard input and output. The language is made ready in the background.
     *
     * @param file where to meet the front end
     * @param language makes the evaluator
     * @throws IOException if a socket cannot be bound
     */
    public Kernel(ConnectionFile file, Supplier<Evaluator> language) throws IOException {
        Codec codec = new Codec(file.key(), file.scheme());
        outbox = new Outbox(codec);
        sender = new Sender(codec, outbox);
        input = new CellInput(codec, outbox);
        connection = new Connection(
                file,
                codec,
                outbox,
                Map.of(
                        Channel.SHELL, requests::add,
                        Channel.CONTROL, controls::add,
                        Channel.STDIN, input::answer));
        displays = new Displays(sender, jjava);
        widgets = new WidgetComms(sender::publish, requests::next);
        Stage.install(new LiveStage(displays, widgets));
        LiveDisplay live = new LiveDisplay(
                (id, value) -> displays.show(id, value, false), (id, value) -> displays.show(id, value, true));
        SessionHistory history = new SessionHistory();
        session = new CellSession(evaluator, outbox, sender, input, displays, live, history, requests);
        answers = new Answers(file, evaluator, jjava, history, widgets);
        System.setOut(CellOutput.printStream(outbox, Outbox.Stream.STDOUT));
        System.setErr(CellOutput.printStream(outbox, Outbox.Stream.STDERR));
        System.setIn(input);
        Display.install(live);
        running = this;
        MemoryReserve.restore();
        evaluator.completeAsync(language, task -> daemon("lvm-language", task).start());
        jjava.completeAsync(this::startJJava, task -> daemon("lvm-render", task).start());
    }

    private JJava startJJava() {
        JJava made = new JJava(NAME, VERSION, new KernelFront(evaluator, session, sender, input));
        made.start();
        // The first rendering loads what all later ones need.
        made.render("");
        return made;
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    // ---------------------------------------------------------------- what cells reach through Notebook

    /** The kernel of this process, or null. */
    static Kernel running() {
        return running;
    }

    Displays displays() {
        return displays;
    }

    Sender sender() {
        return sender;
    }

    CellInput input() {
        return input;
    }

    JJava extensions() {
        return jjava.join();
    }

    // ---------------------------------------------------------------- requests

    /** Answers what a front end asks at first, and ends the process. */
    void rehearse() {
        Rehearsal.requests().forEach(requests::add);
        run();
    }

    /** Answers requests until the front end ends the kernel; the process ends then. */
    public void run() {
        connection.start();
        sender.starting();
        daemon("lvm-control", this::answerControls).start();
        daemon("lvm-questions", this::answerQuestions).start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::lastWords, "lvm-end"));
        endWithParent();
        // The compiler needs a deep stack for what is nested deeply, such as a sum of thousands of terms.
        Thread shell = new Thread(null, this::answerShell, "lvm-shell", SHELL_STACK_BYTES);
        shell.start();
        while (shell.isAlive()) {
            try {
                shell.join();
            } catch (InterruptedException e) {
                continue;
            }
        }
    }

    private void answerShell() {
        while (true) {
            try {
                ShellQueue.Request request = requests.take();
                try {
                    answer(Channel.SHELL, request.message(), requests.isAborted(request), true);
                } finally {
                    requests.done(request);
                }
            } catch (InterruptedException e) {
                // An interrupt that came too late for the cell that it was meant for.
                continue;
            } catch (OutOfMemoryError e) {
                // Not even the error could be told; the next request may find room.
                MemoryReserve.releaseFor(e);
            }
        }
    }

    private void answerControls() {
        answerBeside(Channel.CONTROL, controls::take);
    }

    private void answerQuestions() {
        answerBeside(Channel.SHELL, requests::takeQuestion);
    }

    /** Answers requests while cells run. */
    private void answerBeside(Channel channel, Callable<Message> source) {
        while (true) {
            try {
                answer(channel, source.call(), false, false);
            } catch (Exception e) {
                continue; // an interrupt; nobody interrupts these threads but code that goes through all
            } catch (OutOfMemoryError e) {
                MemoryReserve.releaseFor(e);
            }
        }
    }

    private void answer(Channel channel, Message request, boolean aborted, boolean queued) {
        String type = request.type();
        if (!REQUESTS.contains(type) || (isOfComm(type) && channel != Channel.SHELL)) {
            return;
        }
        patiently(() -> sender.busy(request, queued));
        try {
            if (type.equals("execute_request") && channel == Channel.SHELL) {
                reply(channel, request, aborted ? session.aborted() : session.execute(request));
            } else if (isOfComm(type)) {
                handle(request);
            } else {
                JsonObject content = content(request);
                content.addProperty(
                        "status", content.has("status") ? content.get("status").getAsString() : "ok");
                reply(channel, request, content);
            }
        } catch (RuntimeException | Error e) {
            MemoryReserve.releaseFor(e);
            if (!isOfComm(type)) {
                patiently(() -> reply(channel, request, Contents.errorReply(Contents.failure(e))));
            }
        } finally {
            patiently(() -> sender.idle(request, queued));
        }
        if (type.equals("shutdown_request")) {
            stop(request.flag("restart", false));
        }
    }

    private void handle(Message message) {
        if (widgets.isMeant(message)) {
            session.handle(
                    message,
                    () -> widgets.handle(message),
                    e -> widgets.failed(message, e.name().equals("Interrupted"), Contents.traceback(e)));
        } else {
            JJava programs = jjava.join();
            session.handle(
                    message, () -> programs.comm(message), e -> e.traceback().forEach(System.err::println));
        }
    }

    /** Whether a message belongs to a comm; it is not replied to. */
    private static boolean isOfComm(String type) {
        return !type.endsWith("_request");
    }

    private void reply(Channel channel, Message request, JsonObject content) {
        sender.reply(channel, request, request.type().replace("_request", "_reply"), content);
    }

    private JsonObject content(Message request) {
        JsonObject content = new JsonObject();
        switch (request.type()) {
            case "interrupt_request" -> session.interrupt();
            case "shutdown_request" -> content.addProperty("restart", request.flag("restart", false));
            default -> content = answers.to(request);
        }
        return content;
    }

    /** Sends something although a cell may have filled the memory, whose threads end or free some of it in a while. */
    private static void patiently(Runnable sending) {
        for (int attempt = 0; ; attempt++) {
            try {
                sending.run();
                return;
            } catch (OutOfMemoryError e) {
                MemoryReserve.releaseFor(e);
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
            }
        }
    }

    // ---------------------------------------------------------------- the end

    /** A front end that was killed cannot say so; Jupyter names its process to the kernels that it starts. */
    private void endWithParent() {
        String parent = System.getenv("JPY_PARENT_PID");
        if (parent != null && parent.matches("[0-9]{1,18}") && Long.parseLong(parent) > 1) {
            // On Windows the number is a handle, and no process has it.
            ProcessHandle.of(Long.parseLong(parent)).ifPresent(process -> {
                process.onExit().thenRun(() -> stop(false));
                if (Files.isReadable(Zombies.status(process.pid()))) {
                    daemon("lvm-parent", () -> endWithZombie(process.pid())).start();
                }
            });
        }
    }

    /** Java takes a process for alive that has died and whose own parent has not asked for it. */
    private void endWithZombie(long parent) {
        while (!Zombies.isZombie(parent)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PARENT_MILLIS));
        }
        stop(false);
    }

    /** Ends the process after sending what has been written. */
    private void stop(boolean restart) {
        stopping = true;
        endInAnyCase();
        if (jjava.isDone() && !jjava.isCompletedExceptionally()) {
            jjava.join().stop(restart);
        }
        connection.close();
        System.exit(0);
    }

    /** Extensions, hooks and finalisers of the user's program run at the end, but they cannot keep the process. */
    private void endInAnyCase() {
        daemon("lvm-halt", () -> {
                    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
                    while (System.nanoTime() < end) {
                        LockSupport.parkNanos(end - System.nanoTime());
                    }
                    Runtime.getRuntime().halt(stopping ? 0 : 1);
                })
                .start();
    }

    /** Answers the running cell when the process ends below it: the cell called System.exit, or a signal came. */
    private void lastWords() {
        if (stopping) {
            return;
        }
        endInAnyCase();
        session.running().ifPresent(request -> {
            String message = "the process ends, with all variables; the front end starts a new one";
            CellException exit = new CellException("SystemExit", message, List.of("SystemExit: " + message), null);
            sender.publish("error", Contents.error(exit));
            JsonObject content = Contents.errorReply(exit);
            content.addProperty("execution_count", session.count());
            reply(Channel.SHELL, request, content);
            sender.idle(request, true);
        });
        connection.close();
    }
}

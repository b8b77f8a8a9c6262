package lvm.kernel;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import lvm.display.Display;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.eval.MemoryReserve;
import lvm.kernel.jjava.Front;
import lvm.kernel.jjava.JJava;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.wire.Channel;
import lvm.kernel.wire.CodePoints;
import lvm.kernel.wire.Codec;
import lvm.kernel.wire.Connection;
import lvm.kernel.wire.ConnectionFile;
import lvm.kernel.wire.Message;
import lvm.kernel.wire.Outbox;

/**
 * The kernel: answers the messages of a front end and runs cells, one at a time and in order, on one thread. Requests on
 * the control channel have a thread of their own, so a cell can be interrupted. Standard input and output belong to the
 * kernel from its start to the end of the process.
 */
public final class Kernel {
    static final String NAME = "lvm";
    static final String VERSION = Optional.ofNullable(Kernel.class.getPackage().getImplementationVersion())
            .orElse("0.1.0");

    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private static final int ATTEMPTS = 200;
    private static final int RETRY_MILLIS = 50;

    private static volatile Kernel running;

    private final Codec codec;
    private final Outbox outbox;
    private final CellInput input;
    private final NotebookOutput live;
    private final SessionHistory history = new SessionHistory();
    private final ConnectionFile file;
    private final Connection connection;
    private final CompletableFuture<Evaluator> evaluator;
    private final CompletableFuture<JJava> jjava;

    private record Request(long number, Message message) {}

    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Message> controls = new LinkedBlockingQueue<>();
    private final AtomicLong received = new AtomicLong();
    private long abortUpTo = -1;
    private int count = 1;

    private final Object cellLock = new Object();
    private Thread cellThread;
    private Message cell;
    private boolean interrupted;
    /** Whether the value of the cell is being drawn, which happens on the kernel's own thread. */
    private boolean drawing;

    private List<JsonObject> payload = new ArrayList<>();
    private volatile String shownId;
    private volatile boolean stopping;

    /**
     * Binds the sockets and takes over standard input and output. The language is made ready in the background.
     *
     * @param file where to meet the front end
     * @param language makes the evaluator
     * @throws IOException if a socket cannot be bound
     */
    public Kernel(ConnectionFile file, Supplier<Evaluator> language) throws IOException {
        this.file = file;
        codec = new Codec(file.key(), file.scheme());
        outbox = new Outbox(codec);
        input = new CellInput(codec, outbox);
        live = new NotebookOutput(this);
        connection = new Connection(
                file,
                codec,
                outbox,
                Map.of(
                        Channel.SHELL,
                        message -> requests.add(new Request(received.getAndIncrement(), message)),
                        Channel.CONTROL,
                        controls::add,
                        Channel.STDIN,
                        input::answer));
        System.setOut(CellOutput.printStream(outbox, Outbox.Stream.STDOUT));
        System.setErr(CellOutput.printStream(outbox, Outbox.Stream.STDERR));
        System.setIn(input);
        Display.install(live);
        running = this;
        MemoryReserve.restore();
        evaluator = background("lvm-language", language);
        jjava = background("lvm-render", () -> {
            JJava made = new JJava(NAME, VERSION, new FrontOfKernel());
            made.start();
            // The first rendering loads what all later ones need.
            made.render("");
            return made;
        });
    }

    private static <T> CompletableFuture<T> background(String name, Supplier<T> task) {
        return CompletableFuture.supplyAsync(
                task, action -> daemon(name, action).start());
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The kernel of this process, or null. */
    static Kernel running() {
        return running;
    }

    /** Answers requests until the front end ends the kernel; the process ends then. */
    public void run() {
        connection.start();
        post(Channel.IOPUB, "status", new JsonObject(), object("execution_state", "starting"), List.of());
        daemon("lvm-control", this::answerControls).start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::lastWords, "lvm-end"));
        cellThread = Thread.currentThread();
        endWithParent();
        while (true) {
            try {
                Request request = requests.take();
                answer(Channel.SHELL, request.message(), request.number());
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
        while (true) {
            try {
                answer(Channel.CONTROL, controls.take(), -1);
            } catch (InterruptedException e) {
                continue;
            } catch (OutOfMemoryError e) {
                MemoryReserve.releaseFor(e);
            }
        }
    }

    // ---------------------------------------------------------------- requests

    private void answer(Channel channel, Message request, long number) {
        switch (request.type()) {
            case "execute_request",
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
                    "shutdown_request" -> {}
            default -> {
                return;
            }
        }
        patiently(() -> status(request, "busy"));
        try {
            if (request.type().equals("execute_request") && channel == Channel.SHELL) {
                reply(channel, request, "execute_reply", number <= abortUpTo ? aborted() : execute(request));
            } else if (request.type().startsWith("comm_") && !request.type().endsWith("_request")) {
                outbox.parent(request.header());
                jjava.join().comm(request);
            } else {
                JsonObject content = content(request);
                content.addProperty(
                        "status", content.has("status") ? content.get("status").getAsString() : "ok");
                reply(channel, request, request.type().replace("_request", "_reply"), content);
            }
        } catch (RuntimeException | Error e) {
            MemoryReserve.releaseFor(e);
            if (request.type().endsWith("_request")) {
                patiently(
                        () -> reply(channel, request, request.type().replace("_request", "_reply"), error(failure(e))));
            }
        } finally {
            patiently(() -> status(request, "idle"));
        }
        if (request.type().equals("shutdown_request")) {
            stop(request.flag("restart", false));
        }
    }

    /** Says something although a cell may have filled the memory: its threads end or let go some time. */
    private static void patiently(Runnable saying) {
        for (int attempt = 0; ; attempt++) {
            try {
                saying.run();
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

    private JsonObject content(Message request) {
        JsonObject content = new JsonObject();
        switch (request.type()) {
            case "kernel_info_request" -> kernelInfo(content);
            case "complete_request" -> complete(request, content);
            case "inspect_request" -> inspect(request, content);
            case "is_complete_request" -> {
                Evaluator.Completeness answer = evaluator.join().isComplete(request.text("code", ""));
                content.addProperty("status", answer.status());
                if (answer.status().equals("incomplete")) {
                    content.addProperty("indent", answer.indent());
                }
            }
            case "history_request" -> content.add("history", history.answer(request));
            case "comm_info_request" -> {
                String target = request.text("target_name", "");
                content.add("comms", jjava.join().comms(target.isEmpty() ? null : target));
            }
            case "connect_request" -> {
                content.addProperty("shell_port", file.shellPort());
                content.addProperty("iopub_port", file.iopubPort());
                content.addProperty("stdin_port", file.stdinPort());
                content.addProperty("control_port", file.controlPort());
                content.addProperty("hb_port", file.heartbeatPort());
            }
            case "interrupt_request" -> interrupt();
            case "shutdown_request" -> content.addProperty("restart", request.flag("restart", false));
            default -> throw new IllegalArgumentException("Kernel: " + request.type() + " is not for this channel");
        }
        return content;
    }

    private static void kernelInfo(JsonObject content) {
        String java = Runtime.version().toString();
        content.addProperty("protocol_version", Codec.PROTOCOL);
        content.addProperty("implementation", NAME);
        content.addProperty("implementation_version", VERSION);
        JsonObject language = new JsonObject();
        language.addProperty("name", "java");
        language.addProperty("version", java);
        language.addProperty("mimetype", "text/x-java-source");
        language.addProperty("file_extension", ".jshell");
        language.addProperty("pygments_lexer", "java");
        language.addProperty("codemirror_mode", "text/x-java");
        language.addProperty("nbconvert_exporter", "script");
        content.add("language_info", language);
        content.addProperty("banner", "Java " + java + " with latent variable models, kernel " + NAME + " " + VERSION);
        content.addProperty("debugger", false);
        JsonArray links = new JsonArray();
        links.add(link(
                "Java API",
                "https://docs.oracle.com/en/java/javase/" + Runtime.version().feature() + "/docs/api/index.html"));
        links.add(link("EJML", "https://ejml.org"));
        links.add(link("Tablesaw", "https://jtablesaw.github.io/tablesaw/"));
        links.add(link("XChart", "https://knowm.org/open-source/xchart/"));
        content.add("help_links", links);
    }

    private static JsonObject link(String text, String url) {
        JsonObject link = object("text", text);
        link.addProperty("url", url);
        return link;
    }

    private void complete(Message request, JsonObject content) {
        String code = request.text("code", "");
        int cursor = CodePoints.toUtf16(code, request.number("cursor_pos", Integer.MAX_VALUE));
        Evaluator.Completion found = evaluator.join().complete(code, cursor);
        content.add("matches", GSON.toJsonTree(found.matches()));
        content.addProperty("cursor_start", CodePoints.fromUtf16(code, found.start()));
        content.addProperty("cursor_end", CodePoints.fromUtf16(code, found.end()));
        content.add("metadata", new JsonObject());
    }

    private void inspect(Message request, JsonObject content) {
        String code = request.text("code", "");
        int cursor = CodePoints.toUtf16(code, request.number("cursor_pos", Integer.MAX_VALUE));
        Optional<Evaluator.Inspection> found =
                evaluator.join().inspect(code, cursor, request.number("detail_level", 0));
        JsonObject data = new JsonObject();
        found.ifPresent(inspection -> {
            data.addProperty("text/plain", inspection.text());
            data.addProperty("text/html", inspection.html());
        });
        content.addProperty("found", found.isPresent());
        content.add("data", data);
        content.add("metadata", new JsonObject());
    }

    // ---------------------------------------------------------------- cells

    private JsonObject execute(Message request) {
        String code = request.text("code", "");
        boolean silent = request.flag("silent", false);
        boolean store = !silent && request.flag("store_history", true);
        int number = count;
        begin(request);
        JsonObject content = new JsonObject();
        String output = null;
        try {
            if (!silent) {
                JsonObject input = object("code", code);
                input.addProperty("execution_count", number);
                publish("execute_input", input);
            }
            Optional<Object> value = code.isBlank() ? Optional.empty() : run(code, number);
            live.flush();
            // A last line display(x) gives the id of the display: it is for a variable, not to be looked at.
            if (value.isPresent() && !silent && value.get() != shownId) {
                Bundle bundle = draw(value.get());
                output = String.valueOf(bundle.data().get("text/plain"));
                JsonObject result = displayed(bundle, null);
                result.addProperty("execution_count", number);
                publish("execute_result", result);
            }
            content.addProperty("status", "ok");
            content.add("user_expressions", userExpressions(request, number));
            content.add("payload", GSON.toJsonTree(payload));
        } catch (CellException e) {
            content = cellError(e, request, silent);
        } catch (RuntimeException | Error e) {
            MemoryReserve.releaseFor(e);
            content = cellError(failure(e), request, silent);
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

    private JsonObject cellError(CellException e, Message request, boolean silent) {
        if (request.flag("stop_on_error", true) && !silent) {
            abortUpTo = received.get() - 1;
        }
        publish("error", errorContent(e));
        JsonObject reply = error(e);
        reply.add("user_expressions", new JsonObject());
        reply.add("payload", new JsonArray());
        return reply;
    }

    private void begin(Message request) {
        outbox.parent(request.header());
        input.begin(request, request.flag("allow_stdin", true));
        payload = new ArrayList<>();
        shownId = null;
        synchronized (cellLock) {
            cell = request;
            interrupted = false;
        }
    }

    private void end() {
        synchronized (cellLock) {
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
        Evaluator language = evaluator.join();
        synchronized (cellLock) {
            if (interrupted) {
                throw new CellException("Interrupted", "the cell was interrupted", List.of("Interrupted"), null);
            }
            language.announce();
        }
        return language.evaluate(code, number);
    }

    private Bundle draw(Object value) {
        synchronized (cellLock) {
            drawing = true;
        }
        try {
            return render(value);
        } finally {
            synchronized (cellLock) {
                drawing = false;
                // Set by an interrupt that the drawing did not notice.
                Thread.interrupted();
            }
        }
    }

    private JsonObject userExpressions(Message request, int number) {
        JsonObject answers = new JsonObject();
        for (Map.Entry<String, JsonElement> expression :
                request.object("user_expressions").entrySet()) {
            JsonObject answer;
            try {
                Optional<Object> value = run(expression.getValue().getAsString(), number);
                answer = displayed(
                        value.isPresent() ? draw(value.get()) : new Bundle(Map.of("text/plain", "null"), Map.of()),
                        null);
                answer.addProperty("status", "ok");
            } catch (CellException e) {
                answer = error(e);
            } catch (RuntimeException e) {
                answer = error(failure(e));
            }
            answers.add(expression.getKey(), answer);
        }
        return answers;
    }

    private void interrupt() {
        synchronized (cellLock) {
            if (cell == null) {
                return;
            }
            interrupted = true;
            // First of all: what wakes up below must find that its cell is being stopped.
            if (evaluator.isDone() && !evaluator.isCompletedExceptionally()) {
                evaluator.join().interrupt();
            }
            outbox.release(true);
            input.cancel();
            if (drawing) {
                cellThread.interrupt();
            }
        }
    }

    private static CellException failure(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        String name = cause.getClass().getSimpleName();
        String message = String.valueOf(cause.getMessage());
        List<String> lines = new ArrayList<>();
        lines.add(name + ": " + message);
        for (StackTraceElement frame : cause.getStackTrace()) {
            if (frame.getClassName().startsWith("org.dflib.")
                    || frame.getClassName().startsWith(Kernel.class.getName())) {
                break;
            }
            lines.add("    at " + frame);
        }
        return new CellException(name, message, lines, cause);
    }

    private static JsonObject errorContent(CellException e) {
        JsonObject content = object("ename", e.name());
        content.addProperty("evalue", String.valueOf(e.getMessage()));
        content.add("traceback", GSON.toJsonTree(e.traceback()));
        return content;
    }

    private static JsonObject error(CellException e) {
        JsonObject content = errorContent(e);
        content.addProperty("status", "error");
        return content;
    }

    private JsonObject aborted() {
        JsonObject content = object("status", "aborted");
        content.addProperty("execution_count", count);
        return content;
    }

    // ---------------------------------------------------------------- what cells reach through Notebook

    Bundle render(Object value, String... types) {
        return jjava.join().render(value, types);
    }

    JJava extensions() {
        return jjava.join();
    }

    String display(Object value, String... types) {
        JJava renderer = jjava.join();
        String own = renderer.displayId(value);
        String id = own != null ? own : java.util.UUID.randomUUID().toString();
        display(renderer.render(value, types), id, false);
        shownId = id;
        return id;
    }

    void display(Bundle bundle, String id, boolean update) {
        JsonObject content = displayed(bundle, id);
        long weight = 0;
        for (Object form : bundle.data().values()) {
            weight += form instanceof String text ? text.length() : 1000;
        }
        try {
            outbox.publish(
                    codec.message(
                            topic("display_data"),
                            update ? "update_display_data" : "display_data",
                            outbox.parent(),
                            content),
                    weight);
        } catch (InterruptedIOException e) {
            // The flag of the thread is set; the cell ends at its next check.
            return;
        }
    }

    void clearOutput(boolean wait) {
        JsonObject content = new JsonObject();
        content.addProperty("wait", wait);
        publish("clear_output", content);
    }

    void page(Bundle bundle) {
        JsonObject page = object("source", "page");
        page.add("data", displayed(bundle, null).get("data"));
        page.addProperty("start", 0);
        payload.add(page);
    }

    String ask(String prompt, boolean password) {
        return input.ask(prompt, password);
    }

    private static JsonObject displayed(Bundle bundle, String id) {
        JsonObject data = new JsonObject();
        bundle.data().forEach((mime, form) -> data.add(mime, form(mime, form)));
        JsonObject content = new JsonObject();
        content.add("data", data);
        content.add("metadata", GSON.toJsonTree(bundle.metadata()));
        JsonObject transients = new JsonObject();
        if (id != null) {
            transients.addProperty("display_id", id);
        }
        content.add("transient", transients);
        return content;
    }

    /** JSON forms stand in a message as they are, not as text. */
    private static JsonElement form(String mime, Object form) {
        if (form instanceof String text && (mime.equals("application/json") || mime.endsWith("+json"))) {
            try {
                return JsonParser.parseString(text);
            } catch (JsonParseException e) {
                return GSON.toJsonTree(text);
            }
        }
        return GSON.toJsonTree(form);
    }

    // ---------------------------------------------------------------- sending

    private void status(Message request, String state) {
        post(Channel.IOPUB, "status", request.header(), object("execution_state", state), List.of());
    }

    private void publish(String type, JsonObject content) {
        post(Channel.IOPUB, type, outbox.parent(), content, List.of());
    }

    private void reply(Channel channel, Message request, String type, JsonObject content) {
        Message reply = codec.message(request.identities(), type, request.header(), content);
        if (channel == Channel.CONTROL) {
            outbox.postFirst(channel, reply);
        } else {
            outbox.post(channel, reply);
        }
    }

    private void post(Channel channel, String type, JsonObject parent, JsonObject content, List<byte[]> buffers) {
        outbox.post(channel, codec.message(topic(type), type, parent, new JsonObject(), content, buffers));
    }

    private static List<byte[]> topic(String type) {
        return List.of(type.getBytes(StandardCharsets.US_ASCII));
    }

    private static JsonObject object(String field, String value) {
        JsonObject object = new JsonObject();
        object.addProperty(field, value);
        return object;
    }

    // ---------------------------------------------------------------- the end

    /** A front end that was killed cannot say so; Jupyter names its process to the kernels that it starts. */
    private void endWithParent() {
        String parent = System.getenv("JPY_PARENT_PID");
        if (parent != null && parent.matches("[0-9]{1,18}") && Long.parseLong(parent) > 1) {
            // On Windows the number is a handle, and no process has it.
            ProcessHandle.of(Long.parseLong(parent))
                    .ifPresent(process -> process.onExit().thenRun(() -> stop(false)));
        }
    }

    /** Ends the process, with what has been written before. */
    void stop(boolean restart) {
        stopping = true;
        if (jjava.isDone() && !jjava.isCompletedExceptionally()) {
            jjava.join().stop(restart);
        }
        connection.close();
        // Hooks of the user's program run, but they cannot keep the process.
        Thread halt = daemon("lvm-halt", () -> {
            try {
                Thread.sleep(2000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(0);
        });
        halt.start();
        System.exit(0);
    }

    /** A cell has called System.exit, or the process was told to end: whoever waits for the cell gets an answer. */
    private void lastWords() {
        if (stopping) {
            return;
        }
        Message request;
        synchronized (cellLock) {
            request = cell;
        }
        if (request != null) {
            String message = "the process ends, with all variables; the front end starts a new one";
            CellException exit = new CellException("SystemExit", message, List.of("SystemExit: " + message), null);
            publish("error", errorContent(exit));
            JsonObject content = error(exit);
            content.addProperty("execution_count", count);
            reply(Channel.SHELL, request, "execute_reply", content);
            status(request, "idle");
        }
        connection.close();
    }

    /** What JJava's extensions reach. */
    private final class FrontOfKernel implements Front {
        @Override
        public Evaluator evaluator() {
            return evaluator.join();
        }

        @Override
        public Object evaluate(String code) throws CellException {
            synchronized (cellLock) {
                if (cell != null && Thread.currentThread() != cellThread) {
                    throw new IllegalStateException("Kernel: a cell cannot run another cell");
                }
            }
            return evaluator.join().evaluate(code, count).orElse(null);
        }

        @Override
        public void display(Bundle bundle, String id, boolean update) {
            Kernel.this.display(bundle, id, update);
        }

        @Override
        public void clearOutput(boolean wait) {
            Kernel.this.clearOutput(wait);
        }

        @Override
        public String input(String prompt, boolean password) {
            return ask(prompt, password);
        }

        @Override
        public void comm(String type, JsonObject content, List<byte[]> buffers) {
            post(Channel.IOPUB, type, outbox.parent(), content, buffers);
        }
    }
}

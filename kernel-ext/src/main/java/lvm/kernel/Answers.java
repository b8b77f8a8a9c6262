package lvm.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.jjava.JJava;
import lvm.kernel.widget.WidgetComms;
import lvm.kernel.wire.CodePoints;
import lvm.kernel.wire.Codec;
import lvm.kernel.wire.ConnectionFile;
import lvm.kernel.wire.Message;

/** The answers to requests that only ask: about the kernel, about code, about the cells so far. */
final class Answers {
    private final ConnectionFile file;
    private final CompletableFuture<Evaluator> evaluator;
    private final CompletableFuture<JJava> jjava;
    private final SessionHistory history;
    private final WidgetComms widgets;

    Answers(
            ConnectionFile file,
            CompletableFuture<Evaluator> evaluator,
            CompletableFuture<JJava> jjava,
            SessionHistory history,
            WidgetComms widgets) {
        this.file = file;
        this.evaluator = evaluator;
        this.jjava = jjava;
        this.history = history;
        this.widgets = widgets;
    }

    /**
     * The content of the reply.
     *
     * @throws IllegalArgumentException if the request is of another type
     */
    JsonObject to(Message request) {
        return switch (request.type()) {
            case "kernel_info_request" -> kernelInfo();
            case "complete_request" -> complete(request);
            case "inspect_request" -> inspect(request);
            case "is_complete_request" -> isComplete(request);
            case "history_request" -> history(request);
            case "comm_info_request" -> comms(request);
            case "connect_request" -> ports();
            default -> throw new IllegalArgumentException("Kernel: " + request.type() + " is not for this channel");
        };
    }

    private static JsonObject kernelInfo() {
        JsonObject content = new JsonObject();
        String java = Runtime.version().toString();
        content.addProperty("protocol_version", Codec.PROTOCOL);
        content.addProperty("implementation", Kernel.NAME);
        content.addProperty("implementation_version", Kernel.VERSION);
        JsonObject language = new JsonObject();
        language.addProperty("name", "java");
        language.addProperty("version", java);
        language.addProperty("mimetype", "text/x-java-source");
        language.addProperty("file_extension", ".jshell");
        language.addProperty("pygments_lexer", "java");
        language.addProperty("codemirror_mode", "text/x-java");
        language.addProperty("nbconvert_exporter", "script");
        content.add("language_info", language);
        content.addProperty(
                "banner",
                "Java " + java + " with latent variable models, kernel " + Kernel.NAME + " " + Kernel.VERSION);
        content.addProperty("debugger", false);
        // No subshells: questions about code are answered beside a running cell on the shell channel itself.
        content.add("supported_features", new JsonArray());
        JsonArray links = new JsonArray();
        links.add(link(
                "Java API",
                "https://docs.oracle.com/en/java/javase/" + Runtime.version().feature() + "/docs/api/index.html"));
        links.add(link("EJML", "https://ejml.org"));
        links.add(link("Tablesaw", "https://jtablesaw.github.io/tablesaw/"));
        links.add(link("XChart", "https://knowm.org/open-source/xchart/"));
        content.add("help_links", links);
        return content;
    }

    private static JsonObject link(String text, String url) {
        JsonObject link = Contents.object("text", text);
        link.addProperty("url", url);
        return link;
    }

    private JsonObject complete(Message request) {
        String code = request.text("code", "");
        Evaluator.Completion found = evaluator.join().complete(code, cursor(request, code));
        JsonObject content = new JsonObject();
        content.add("matches", Contents.json(found.matches()));
        content.addProperty("cursor_start", CodePoints.fromUtf16(code, found.start()));
        content.addProperty("cursor_end", CodePoints.fromUtf16(code, found.end()));
        content.add("metadata", new JsonObject());
        return content;
    }

    private JsonObject inspect(Message request) {
        String code = request.text("code", "");
        Optional<Evaluator.Inspection> found =
                evaluator.join().inspect(code, cursor(request, code), request.number("detail_level", 0));
        JsonObject data = new JsonObject();
        found.ifPresent(inspection -> {
            data.addProperty("text/plain", inspection.text());
            data.addProperty("text/html", inspection.html());
        });
        JsonObject content = new JsonObject();
        content.addProperty("found", found.isPresent());
        content.add("data", data);
        content.add("metadata", new JsonObject());
        return content;
    }

    private static int cursor(Message request, String code) {
        return CodePoints.toUtf16(code, request.number("cursor_pos", Integer.MAX_VALUE));
    }

    private JsonObject isComplete(Message request) {
        Evaluator.Completeness answer = evaluator.join().isComplete(request.text("code", ""));
        JsonObject content = Contents.object("status", answer.status());
        if (answer.status().equals("incomplete")) {
            content.addProperty("indent", answer.indent());
        }
        return content;
    }

    private JsonObject history(Message request) {
        JsonObject content = new JsonObject();
        content.add("history", history.answer(request));
        return content;
    }

    private JsonObject comms(Message request) {
        String name = request.text("target_name", "");
        String target = name.isEmpty() ? null : name;
        widgets.asked(request);
        JsonObject comms = jjava.join().comms(target);
        widgets.comms(target).entrySet().forEach(each -> comms.add(each.getKey(), each.getValue()));
        JsonObject content = new JsonObject();
        content.add("comms", comms);
        return content;
    }

    private JsonObject ports() {
        JsonObject content = new JsonObject();
        content.addProperty("shell_port", file.shellPort());
        content.addProperty("iopub_port", file.iopubPort());
        content.addProperty("stdin_port", file.stdinPort());
        content.addProperty("control_port", file.controlPort());
        content.addProperty("hb_port", file.heartbeatPort());
        return content;
    }
}

package lvm.kernel.jjava;

import java.nio.charset.StandardCharsets;
import java.util.List;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;

/** Our kernel as JJava's extensions see it. JJava's own message handlers and sockets are not used. */
final class HostedKernel extends BaseKernel {
    private final Front front;

    HostedKernel(String name, String version, Front front) {
        super(
                name,
                version,
                new LanguageInfo.Builder("java")
                        .version(Runtime.version().toString())
                        .mimetype("text/x-java-source")
                        .fileExtension(".jshell")
                        .pygments("java")
                        .codemirror("text/x-java")
                        .build(),
                List.of(),
                null,
                new HostedIo(front),
                new HostedComms(front),
                new HostedRenderer(),
                new MagicParser("(?<=(?:\\r?\\n|^))\\s*%", "%%", new MagicTranspiler()),
                new MagicsRegistry(),
                true,
                new StringStyler.Builder().build());
        this.front = front;
    }

    @Override
    public HostedRenderer getRenderer() {
        return (HostedRenderer) renderer;
    }

    HostedComms comms() {
        return (HostedComms) commManager;
    }

    void installFrom(ClassLoader loader) {
        installExtensions(loader);
    }

    @Override
    public Object evalRaw(String source) {
        try {
            return front.evaluate(source);
        } catch (CellException e) {
            throw new IllegalStateException(e.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public DisplayData inspect(String code, int at, boolean extraDetail) {
        return front.evaluator()
                .inspect(code, at, extraDetail ? 1 : 0)
                .map(found -> {
                    DisplayData data = new DisplayData(found.text());
                    data.putHTML(found.html());
                    return data;
                })
                .orElse(null);
    }

    @Override
    public ReplacementOptions complete(String code, int at) {
        Evaluator.Completion completion = front.evaluator().complete(code, at);
        return new ReplacementOptions(completion.matches(), completion.start(), completion.end());
    }

    @Override
    public String isComplete(String code) {
        Evaluator.Completeness answer = front.evaluator().isComplete(code);
        return answer.status().equals("incomplete") ? answer.indent() : answer.status();
    }

    @Override
    public void interrupt() {
        front.evaluator().interrupt();
    }

    /** JJava's display stream, whose messages our kernel sends. */
    private static final class HostedIo extends JupyterIO {
        HostedIo(Front front) {
            super(StandardCharsets.UTF_8);
            setEnv(new HostedEnvironment(front));
            setJupyterInEnabled(true);
        }
    }
}

package lvm.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;

/** JShell as it is. */
final class PlainEvaluator implements Evaluator {
    private final JShell shell = JShell.builder().executionEngine("local").build();

    PlainEvaluator() {
        shell.eval("import static lvm.kernel.Notebook.*;");
        shell.eval("import java.util.*;");
    }

    @Override
    public Optional<Object> evaluate(String code, int cell) throws CellException {
        String rest = code;
        String value = null;
        while (!rest.isBlank()) {
            SourceCodeAnalysis.CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            String source = info.source() == null ? rest : info.source();
            for (SnippetEvent event : shell.eval(source)) {
                if (event.exception() != null) {
                    throw new CellException(
                            "Error",
                            String.valueOf(event.exception().getMessage()),
                            List.of(String.valueOf(event.exception())),
                            event.exception());
                }
                if (event.status() == jdk.jshell.Snippet.Status.REJECTED) {
                    throw new CellException("CompilationError", source, List.of(source), null);
                }
                value = event.value();
            }
            rest = info.remaining();
        }
        return value == null || value.isEmpty() || code.strip().endsWith(";") ? Optional.empty() : Optional.of(value);
    }

    @Override
    public void interrupt() {
        shell.stop();
    }

    @Override
    public Completion complete(String code, int cursor) {
        return new Completion(List.of(), cursor, cursor);
    }

    @Override
    public Optional<Inspection> inspect(String code, int cursor, int detail) {
        return Optional.empty();
    }

    @Override
    public Completeness isComplete(String code) {
        return new Completeness("unknown", "");
    }

    @Override
    public void addToClasspath(Path entry) {
        shell.addToClasspath(entry.toString());
    }

    @Override
    public void close() {
        shell.close();
    }
}

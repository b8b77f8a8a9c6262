package lvm.kernel.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.VarSnippet;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import lvm.kernel.eval.Splitter.Part;

/** Evaluates cells by JShell, in this process. */
public final class JavaEvaluator implements Evaluator {
    /** What every cell can use without an import; a package that is not on the class path is left out. */
    public static final List<String> DEFAULT_IMPORTS = List.of(
            "java.io.*",
            "java.math.*",
            "java.net.*",
            "java.nio.file.*",
            "java.time.*",
            "java.util.*",
            "java.util.concurrent.*",
            "java.util.function.*",
            "java.util.prefs.*",
            "java.util.random.*",
            "java.util.regex.*",
            "java.util.stream.*",
            "org.ejml.data.*",
            "tech.tablesaw.api.*",
            "lvm.autodiff.*",
            "lvm.bernoulli.*",
            "lvm.data.*",
            "lvm.display.*",
            "lvm.dist.*",
            "lvm.evaluation.*",
            "lvm.factor.*",
            "lvm.fit.*",
            "lvm.flow.*",
            "lvm.linalg.*",
            "lvm.mcmc.*",
            "lvm.mixture.*",
            "lvm.model.*",
            "lvm.nn.*",
            "lvm.optim.*",
            "lvm.plot.*",
            "lvm.random.*",
            "lvm.vae.*",
            "static lvm.kernel.Notebook.*");

    private static final long PATIENCE_MILLIS = 1_000;

    private final CellRunner runner;
    private final CellControl control;
    private final CompletableFuture<JShell> started;
    private final ReentrantLock lock = new ReentrantLock();
    private final CellTexts texts = new CellTexts();

    /** Starts with the class path of this process, in the background; the first cell waits for it. */
    public JavaEvaluator() {
        this(System.getProperty("java.class.path"));
    }

    /**
     * Starts with a class path of its own, in the background; the first cell waits for it.
     *
     * @param classPath the entries that cells compile against, all loadable by the class loader of this class
     */
    public JavaEvaluator(String classPath) {
        SnippetLoader loader = new SnippetLoader(JavaEvaluator.class.getClassLoader());
        runner = new CellRunner(loader);
        control = new CellControl(loader, runner, classPath);
        started = CompletableFuture.supplyAsync(() -> start(classPath), task -> {
            Thread thread = new Thread(task, "jshell-start");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private JShell start(String classPath) {
        JShell shell = JShell.builder()
                .executionEngine(new Provider(), Map.of())
                .compilerOptions("-parameters", "-Xlint:none")
                .build();
        // As an option of the compiler it would outrank what is added later; and CLASSPATH must not count.
        shell.addToClasspath(classPath);
        for (String name : DEFAULT_IMPORTS) {
            shell.eval("import " + name + ";");
        }
        // The first snippet of a kind loads much of the compiler; better now than in the first cell.
        shell.sourceCodeAnalysis().analyzeCompletion("int warm = 1;");
        for (String warm : List.of("int warm = 1;", "warm + 1")) {
            for (SnippetEvent event : shell.eval(warm)) {
                shell.drop(event.snippet());
            }
        }
        control.takeValue();
        return shell;
    }

    @Override
    public Optional<Object> evaluate(String code, int cell) throws CellException {
        JShell shell = started.join();
        lock.lock();
        runner.begin();
        try {
            return Optional.ofNullable(new Run(shell, code, cell).run());
        } finally {
            runner.end();
            lock.unlock();
        }
    }

    /** One run of a cell. */
    private final class Run {
        private final JShell shell;
        private final String code;
        private final int cell;
        private final List<Part> parts;
        private final boolean[] done;
        /** The declarations of this cell; whether they are whole is judged at its end. */
        private final Map<Snippet, Part> declared = new LinkedHashMap<>();

        Run(JShell shell, String code, int cell) throws CellException {
            this.shell = shell;
            this.code = code;
            this.cell = cell;
            this.parts = Splitter.split(shell, code, cell);
            this.done = new boolean[parts.size()];
        }

        Object run() throws CellException {
            Object value = null;
            for (int i = 0; i < parts.size(); i++) {
                if (!done[i]) {
                    done[i] = true;
                    value = run(i);
                } else {
                    value = null;
                }
            }
            judge();
            return parts.isEmpty() || Splitter.endsWithSemicolon(code) ? null : value;
        }

        private Object run(int index) throws CellException {
            Part part = parts.get(index);
            List<SnippetEvent> events = eval(part);
            if (isRejected(events) && lacksNames(events) && runLaterDeclarations(index)) {
                events = eval(part);
            }
            if (isRejected(events)) {
                throw rejected(events, part);
            }
            Object value = control.takeValue();
            Throwable thrown = control.takeThrown();
            boolean abandoned = control.takeAbandoned();
            tellResets(events);
            boolean hasValue = false;
            for (SnippetEvent event : events) {
                if (event.causeSnippet() == null) {
                    Snippet snippet = event.snippet();
                    hasValue = isShown(snippet.subKind());
                    if (snippet.subKind() == SubKind.VAR_DECLARATION_SUBKIND) {
                        control.clear(((VarSnippet) snippet).name());
                    }
                    if (snippet.subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
                        forget((VarSnippet) snippet);
                    }
                    if (snippet.kind() == Snippet.Kind.TYPE_DECL
                            || snippet.kind() == Snippet.Kind.METHOD
                            || snippet.kind() == Snippet.Kind.VAR) {
                        declared.put(snippet, part);
                    }
                }
            }
            if (runner.isStopping()) {
                throw interrupted(abandoned);
            }
            if (thrown != null) {
                throw thrown(thrown, events);
            }
            return hasValue ? value : null;
        }

        private List<SnippetEvent> eval(Part part) {
            List<SnippetEvent> events = shell.eval(part.source());
            for (SnippetEvent event : events) {
                if (event.causeSnippet() == null) {
                    texts.put(event.snippet().id(), cell, code, part.start());
                }
            }
            return events;
        }

        private boolean isRejected(List<SnippetEvent> events) {
            return events.stream().anyMatch(e -> e.causeSnippet() == null && e.status() == Status.REJECTED);
        }

        /** Whether a snippet was rejected only for names that are not known (yet). */
        private boolean lacksNames(List<SnippetEvent> events) {
            return events.stream()
                    .filter(e -> e.status() == Status.REJECTED)
                    .flatMap(e -> shell.diagnostics(e.snippet()))
                    .filter(Diag::isError)
                    .anyMatch(d -> d.getCode().startsWith("compiler.err.cant.resolve")
                            || d.getCode().startsWith("compiler.err.cant.apply")
                            || d.getCode().startsWith("compiler.err.doesnt.exist"));
        }

        /** Evaluates the classes and methods that come later in the cell. */
        private boolean runLaterDeclarations(int index) throws CellException {
            boolean any = false;
            for (int i = index + 1; i < parts.size(); i++) {
                if (!done[i] && Splitter.isDeclaration(parts.get(i))) {
                    done[i] = true;
                    any = true;
                    run(i);
                }
            }
            return any;
        }

        private CellException rejected(List<SnippetEvent> events, Part part) {
            List<Diag> diags = events.stream()
                    .filter(e -> e.status() == Status.REJECTED)
                    .flatMap(e -> shell.diagnostics(e.snippet()))
                    .toList();
            List<String> remarks = new ArrayList<>();
            int line = Splitter.line(code, part.start());
            if (parts.indexOf(part) > 0 && line > 1) {
                remarks.add("What stands before line " + line + " has run.");
            }
            return Reports.compilation(code, cell, Reports.faults(diags, part.start(), code), remarks);
        }

        /** Reports the declarations that name something that exists nowhere. */
        private void judge() throws CellException {
            List<Reports.Fault> faults = new ArrayList<>();
            declared.forEach((snippet, part) -> {
                Status status = shell.status(snippet);
                if (status != Status.RECOVERABLE_DEFINED && status != Status.RECOVERABLE_NOT_DEFINED) {
                    return;
                }
                List<String> missing = shell.unresolvedDependencies((DeclarationSnippet) snippet)
                        .map(Reports::clean)
                        .toList();
                for (String name : missing) {
                    faults.add(Splitter.missing(part, code, name));
                }
                List<Diag> diags = shell.diagnostics(snippet).toList();
                faults.addAll(Reports.faults(diags, part.start(), code));
            });
            if (!faults.isEmpty()) {
                throw Reports.compilation(code, cell, faults, overloadRemark());
            }
        }

        /** JShell of Java 17 hides the overloads of a method from its body. */
        private List<String> overloadRemark() {
            boolean hidden = Runtime.version().feature() < 21
                    && declared.keySet().stream()
                            .filter(snippet -> snippet instanceof MethodSnippet)
                            .filter(snippet -> shell.diagnostics(snippet)
                                    .anyMatch(d -> d.getCode().startsWith("compiler.err.cant.apply")))
                            .anyMatch(snippet -> shell.methods()
                                            .filter(m -> m.name().equals(((MethodSnippet) snippet).name()))
                                            .count()
                                    > 1);
            return hidden
                    ? List.of("In a cell on Java " + Runtime.version().feature()
                            + " a method cannot call another one of its own name: rename one, put both into a class, or use"
                            + " a newer JDK.")
                    : List.of();
        }

        private boolean isShown(SubKind kind) {
            return kind == SubKind.TEMP_VAR_EXPRESSION_SUBKIND
                    || kind == SubKind.VAR_VALUE_SUBKIND
                    || kind == SubKind.ASSIGNMENT_SUBKIND
                    || kind == SubKind.OTHER_EXPRESSION_SUBKIND;
        }

        /** JShell keeps the value of each expression in a variable, which would fill the memory. */
        private void forget(VarSnippet temporary) {
            control.clear(temporary.name());
            shell.drop(temporary);
        }

        private void tellResets(List<SnippetEvent> events) {
            Set<String> resets = control.takeResets();
            for (SnippetEvent event : events) {
                if (event.causeSnippet() == null && event.snippet() instanceof VarSnippet variable) {
                    resets.remove(variable.name());
                }
            }
            if (!resets.isEmpty()) {
                System.out.println(String.join(", ", new TreeSet<>(resets))
                        + (resets.size() == 1 ? " was reset: its class was" : " were reset: their classes were")
                        + " redefined.");
            }
        }

        private CellException interrupted(boolean abandoned) {
            String message = abandoned
                    ? "the cell was interrupted, but code outside the control of the kernel still runs;"
                            + " restart the kernel to end it"
                    : "the cell was interrupted";
            return Reports.interrupted(message);
        }

        private CellException thrown(Throwable thrown, List<SnippetEvent> events) throws CellException {
            List<StackTraceElement> frames = control.takeFlattened();
            Map<StackTraceElement, CellTexts.Place> places = new IdentityHashMap<>();
            for (SnippetEvent event : events) {
                if (event.exception() != null) {
                    StackTraceElement[] translated = event.exception().getStackTrace();
                    for (int i = 0; i < Math.min(translated.length, frames.size()); i++) {
                        String file = translated[i].getFileName();
                        if (file != null && file.startsWith("#")) {
                            StackTraceElement frame = frames.get(i);
                            texts.place(file.substring(1), translated[i].getLineNumber())
                                    .ifPresent(place -> places.put(frame, place));
                        }
                    }
                }
                if (event.exception() instanceof UnresolvedReferenceException unresolved) {
                    judge(); // a declaration of this cell is shown with the place that is wrong
                    DeclarationSnippet snippet = unresolved.getSnippet();
                    List<String> reasons = new ArrayList<>();
                    shell.unresolvedDependencies(snippet)
                            .forEach(name -> reasons.add("cannot find " + Reports.clean(name)));
                    Reports.faults(shell.diagnostics(snippet).toList(), 0, snippet.source())
                            .forEach(fault -> reasons.add(fault.message()));
                    return Reports.plain(
                            "CompilationError",
                            snippet.name() + " cannot run: " + String.join("; ", reasons),
                            List.of());
                }
            }
            return Reports.thrown(thrown, places);
        }
    }

    /**
     * How long the code of cells has run so far, without the time to compile it.
     *
     * @return nanoseconds since the start
     */
    public long runNanos() {
        return control.runNanos();
    }

    @Override
    public void announce() {
        runner.announce();
    }

    /** Takes back {@link #announce}: the cell has ended without a piece of Java, and its interrupt with it. */
    public void withdraw() {
        runner.withdraw();
    }

    @Override
    public void interrupt() {
        runner.interrupt();
    }

    @Override
    public void addToClasspath(Path entry) {
        JShell shell = started.join();
        lock.lock();
        try {
            shell.addToClasspath(entry.toAbsolutePath().toString());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        JShell shell = started.join();
        shell.close();
        runner.close();
    }

    @Override
    public Completion complete(String code, int cursor) {
        int at = Math.max(0, Math.min(cursor, code.length()));
        return ask(shell -> Completions.complete(shell, code, at), new Completion(List.of(), at, at));
    }

    @Override
    public Optional<Inspection> inspect(String code, int cursor, int detail) {
        int at = Math.max(0, Math.min(cursor, code.length()));
        return ask(shell -> Inspections.inspect(shell, control, code, at, detail), Optional.empty());
    }

    @Override
    public Completeness isComplete(String code) {
        return ask(shell -> Completions.isComplete(shell, code), new Completeness("unknown", ""));
    }

    /** Answers a question about code, unless a cell is running. */
    private <T> T ask(Function<JShell, T> question, T otherwise) {
        JShell shell = started.join();
        try {
            if (!lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return otherwise;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise;
        }
        try {
            return question.apply(shell);
        } catch (RuntimeException e) {
            return otherwise; // the compiler does not survive every half-written text
        } finally {
            lock.unlock();
        }
    }

    private final class Provider implements ExecutionControlProvider {
        @Override
        public String name() {
            return "cells";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
            return control;
        }
    }
}

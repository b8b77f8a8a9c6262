package lvm.kernel.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** Evaluates cells by JShell, in this process. */
public final class JavaEvaluator implements Evaluator {
    /**
     * What every cell can use without an import; a package that is not on the class path is left out, and one that no cell
     * names is not imported. A new package of the library needs its line here, and nowhere else in the kernel.
     */
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
            "lvm.autoregressive.*",
            "lvm.bernoulli.*",
            "lvm.boltzmann.*",
            "lvm.classify.*",
            "lvm.data.*",
            "lvm.display.*",
            "lvm.distribution.*",
            "lvm.evaluation.*",
            "lvm.factor.*",
            "lvm.fit.*",
            "lvm.flow.*",
            "lvm.gan.*",
            "lvm.linalg.*",
            "lvm.mcmc.*",
            "lvm.mixture.*",
            "lvm.model.*",
            "lvm.nn.*",
            "lvm.optim.*",
            "lvm.plot.*",
            "lvm.random.*",
            "lvm.representation.*",
            "lvm.results.*",
            "lvm.store.*",
            "lvm.vae.*",
            "lvm.distribution.Enumeration", // by name, or java.util.Enumeration would be meant as well
            "lvm.nn.Module", // by name, or java.lang.Module would be meant as well
            "lvm.kernel.Interact",
            "static lvm.kernel.Notebook.*");

    private static final long PATIENCE_MILLIS = 1_000;

    private final String classPath;
    private final CellRunner runner;
    private final CellControl control;
    private final CompletableFuture<JShell> started;
    /** Fair, or the statements of a cell would leave no gap for a question. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final CellTexts texts = new CellTexts();
    private final FinalVariables finals = new FinalVariables();
    private volatile boolean evaluating;
    private final ClassIndex index;
    private final DefaultImports imports;

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
        index = new ClassIndex(loader);
        index.add(classPath);
        imports = new DefaultImports(loader);
        control = new CellControl(loader, runner, classPath, lock);
        CompletableFuture.runAsync(() -> ClassFiles.read(classPath), task -> daemon("class-path", task));
        started = CompletableFuture.supplyAsync(() -> start(classPath), task -> daemon("jshell-start", task));
        this.classPath = classPath;
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private JShell start(String classPath) {
        JShell shell = JShell.builder()
                .executionEngine(new Provider(), Map.of())
                .fileManager(ClassFiles::new)
                .compilerOptions(CompilerOptions.ofThisJvm().toArray(String[]::new))
                .build();
        // As a compiler option it would hide what is added later; without either, the variable CLASSPATH would be used.
        shell.addToClasspath(classPath);
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
        if (evaluating && runner.isThreadOfCell()) {
            throw new IllegalStateException("JavaEvaluator: a cell cannot run another cell");
        }
        lock.lock();
        evaluating = true;
        runner.begin();
        try {
            Compiler compiler = new Compiler(shell, classPath);
            imports.need(shell, code);
            return Optional.ofNullable(new CellRun(compiler, runner, control, texts, finals, code, cell).run());
        } finally {
            runner.end();
            evaluating = false;
            lock.unlock();
        }
    }

    @Override
    public <T> T call(Callable<T> code) throws CellException {
        started.join(); // it needs the thread of cells as well
        List<T> result = new ArrayList<>(1);
        runner.begin();
        try {
            CellRunner.Outcome outcome = runner.run(() -> result.add(reported(code)));
            if (outcome.thrown() instanceof CellException e) {
                throw e;
            }
            if (runner.isStopping()) {
                throw Reports.interrupted(outcome.abandoned());
            }
            if (outcome.thrown() != null) {
                throw Reports.thrown(outcome.thrown(), control.frames()::place);
            }
            return result.get(0);
        } finally {
            runner.end();
        }
    }

    /** The value of a code; what it throws becomes a report at once, since exceptions may have methods of the user's own. */
    private <T> T reported(Callable<T> code) throws CellException {
        try {
            return code.call();
        } catch (CellException | CellGuard.CellStopped | OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            throw Reports.thrown(e, control.frames()::place);
        }
    }

    /**
     * Whether the calling thread is in the compiler. What it prints then to standard error says no more than the error of the
     * cell.
     *
     * @return whether it is
     */
    public static boolean isCompiling() {
        return Compiler.isCompiling();
    }

    /**
     * A line of a printed stack trace as it is to be shown: with the line of the cell in place of names that JShell makes up.
     *
     * @param printed the line
     * @return the line, or null if it is a frame of the kernel
     */
    public static String traceLine(String printed) {
        return CellFrames.shown(printed);
    }

    /**
     * Printed text as it is to be shown: a stack trace in it, such as a logger writes, has the lines of cells.
     *
     * @param printed the text
     * @return the text
     */
    public static String traceText(String printed) {
        return CellFrames.shownText(printed);
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

    /** Takes back {@link #announce} when a cell has ended without running Java: an interrupt is no longer kept for it. */
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
            index.add(entry.toAbsolutePath().toString());
            imports.forget();
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
        return ask(
                shell -> {
                    imports.all(shell);
                    return Completions.complete(shell, index, code, at);
                },
                new Completion(List.of(), at, at));
    }

    @Override
    public Optional<Inspection> inspect(String code, int cursor, int detail) {
        int at = Math.max(0, Math.min(cursor, code.length()));
        return ask(
                shell -> {
                    imports.all(shell);
                    return Inspections.inspect(shell, index, control, code, at, detail);
                },
                Optional.empty());
    }

    @Override
    public Completeness isComplete(String code) {
        return ask(shell -> Endings.judge(shell, code), new Completeness("unknown", ""));
    }

    /**
     * The variables of the cells.
     *
     * @return name, type and value of each, in the order in which they were declared first
     */
    public List<Variable> variables() {
        return ask(
                shell -> shell.variables()
                        .filter(each -> shell.status(each).isActive())
                        .map(each -> new Variable(
                                each.name(),
                                DefaultImports.simple(Reports.clean(each.typeName())),
                                control.variable(each.name()).map(Glance::at).orElse("null")))
                        .toList(),
                List.of());
    }

    /**
     * A variable of the cells.
     *
     * @param name its name
     * @param type its type
     * @param value its value in one line
     */
    public record Variable(String name, String type, String value) {}

    /** Answers a question about code, while the code of a cell runs too, but not while a cell is compiled. */
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
        Compiler.compiling(true);
        try {
            return question.apply(shell);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError | InternalError e) {
            return otherwise; // the compiler throws on some incomplete texts
        } finally {
            Compiler.compiling(false);
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

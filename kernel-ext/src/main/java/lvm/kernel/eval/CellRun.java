package lvm.kernel.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import lvm.kernel.eval.CompilerRound.Compiled;
import lvm.kernel.eval.Splitter.Part;

/**
 * One run of a cell: gives its snippets to JShell one after the other. JShell tells of most that goes wrong by a status
 * and not by an exception; here, what was neither defined nor run is an error.
 */
final class CellRun {
    private final JShell shell;
    private final CellRunner runner;
    private final CellControl control;
    private final CellTexts texts;
    private final FinalVariables finals;
    private final Compiler compiler;
    private final String code;
    private final int cell;
    private final List<Part> parts;
    private final boolean[] done;
    /** What lies before is not declared together with others. */
    private int alone;
    /** The declarations of this cell; at its end, those that name something unknown are reported. */
    private final Map<Snippet, Part> declared = new LinkedHashMap<>();
    /** The declarations of earlier cells that what was defined here has made invalid, and why. */
    private final Map<Snippet, String> lost = new LinkedHashMap<>();
    /** The non-sealed types that wait for the sealed type above them. */
    private final List<Part> nonSealed = new ArrayList<>();

    CellRun(
            Compiler compiler,
            CellRunner runner,
            CellControl control,
            CellTexts texts,
            FinalVariables finals,
            String code,
            int cell)
            throws CellException {
        this.compiler = compiler;
        this.shell = compiler.shell();
        this.runner = runner;
        this.control = control;
        this.texts = texts;
        this.finals = finals;
        this.code = code;
        this.cell = cell;
        this.parts = split();
        this.done = new boolean[parts.size()];
    }

    private List<Part> split() throws CellException {
        try {
            return Splitter.split(shell, code, cell);
        } catch (IllegalStateException | StackOverflowError | InternalError | AssertionError e) {
            throw crashed(e, new Part(code, 0));
        }
    }

    Object run() throws CellException {
        try {
            return runParts();
        } finally {
            tellDropped();
        }
    }

    private Object runParts() throws CellException {
        Object value = null;
        int apart = 0; // what lies before is run by itself
        for (int i = 0; i < parts.size(); i++) {
            int end = i < apart ? i : Statements.end(parts, i);
            if (end - i > 1 && runTogether(i, end)) {
                i = end - 1;
                continue;
            }
            if (i >= apart && i >= alone) {
                int declared = declareTogether(i);
                if (declared > i) {
                    i = declared - 1;
                    value = null;
                    continue;
                }
            }
            apart = Math.max(apart, end);
            if (!done[i]) {
                done[i] = true;
                value = run(i);
            } else {
                value = null;
            }
        }
        reportUnresolved();
        return parts.isEmpty() || Splitter.endsWithSemicolon(code) ? null : value;
    }

    /**
     * Runs statements as one block.
     *
     * @return whether they have run; if not, nothing of them has
     */
    private boolean runTogether(int from, int end) throws CellException {
        for (int i = from; i < end; i++) {
            if (done[i] || finals.assigned(parts.get(i)).isPresent()) {
                return false;
            }
        }
        Part block = Statements.block(code, parts, from, end);
        List<SnippetEvent> events = eval(block);
        if (isRejected(events)) {
            return false;
        }
        Arrays.fill(done, from, end, true);
        finish(events, block);
        return true;
    }

    /**
     * Declares variables in one round of the compiler.
     *
     * @return the index after the last one that is declared; those after it are as they were
     */
    private int declareTogether(int from) throws CellException {
        if (!compiler.takesRounds()) {
            return from;
        }
        Set<String> known = shell.variables()
                .filter(each -> shell.status(each).isActive())
                .map(VarSnippet::name)
                .collect(Collectors.toSet());
        int end = Declarations.end(parts, from, name -> !known.contains(name));
        if (end - from < 2 || IntStream.range(from, end).anyMatch(i -> done[i])) {
            return from;
        }
        List<Compiled> compiled;
        control.frames().place(start(parts.get(from)));
        try {
            compiled = compiler.evalTogether(
                    parts.subList(from, end).stream().map(Part::source).toList());
        } catch (RuntimeException | StackOverflowError | InternalError | AssertionError e) {
            compiler.endRounds();
            alone = end;
            return from;
        }
        boolean broken = control.takeBroken() != null;
        int next = 0;
        while (!broken
                && next < compiled.size()
                && compiled.get(next).events().get(0).status() == Status.VALID) {
            next++;
        }
        drop(compiled.subList(next, compiled.size()));
        alone = next < end - from ? from + next + 1 : 0;
        for (int i = 0; i < next; i++) {
            try {
                runDeclared(compiled.get(i), from + i);
            } catch (CellException e) {
                drop(compiled.subList(i + 1, next));
                throw e;
            }
        }
        return from + next;
    }

    private void runDeclared(Compiled declared, int index) throws CellException {
        Part part = parts.get(index);
        CellTexts.Start start = start(part);
        texts.put(declared.snippet().id(), start);
        control.place(declared.className(), start);
        done[index] = true;
        if (declared.snippet().subKind().isExecutable()) {
            control.run(declared.className());
        }
        finish(declared.events(), part);
    }

    private void drop(List<Compiled> unwanted) {
        unwanted.stream()
                .map(Compiled::snippet)
                .filter(each -> shell.status(each).isActive())
                .forEach(shell::drop);
    }

    private Object run(int index) throws CellException {
        Part part = parts.get(index);
        Optional<Reports.Fault> assigned = finals.assigned(part);
        if (assigned.isPresent()) {
            throw Reports.compilation(code, cell, List.of(assigned.get()), remarks(part));
        }
        List<SnippetEvent> events = eval(part);
        if (isRejected(events) && isNonSealedTooEarly(events)) {
            // Java 17 knows the sealed type only when all that it permits are there: others stand in until then.
            nonSealed.add(part);
            part = new Part(Splitter.standIn(part.source()), part.start());
            events = eval(part);
        }
        if (isRejected(events) && lacksNames(events) && runLaterDeclarations(index)) {
            events = eval(part);
        }
        if (isRejected(events)) {
            throw rejected(events, part);
        }
        Object value = finish(events, part);
        for (Part waiting : List.copyOf(nonSealed)) {
            if (parts.get(index) != waiting) {
                List<SnippetEvent> again = eval(waiting);
                if (!isRejected(again)) {
                    nonSealed.remove(waiting);
                    finish(again, waiting);
                }
            }
        }
        return value;
    }

    /** What a snippet gave, after everything that can have gone wrong with it. */
    private Object finish(List<SnippetEvent> events, Part part) throws CellException {
        Object value = control.takeValue();
        Throwable thrown = control.takeThrown();
        boolean abandoned = control.takeAbandoned();
        Throwable broken = control.takeBroken();
        List<Snippet> failed = own(events)
                .filter(event -> !isFine(event))
                .map(SnippetEvent::snippet)
                .toList();
        if (!failed.isEmpty()) {
            throw failed(failed, part);
        }
        if (broken != null) {
            own(events).forEach(event -> shell.drop(event.snippet()));
            throw Reports.plain(
                    Reports.name(broken),
                    String.valueOf(broken.getMessage()),
                    List.of("line " + Splitter.line(code, part.start()) + " could not be loaded, and has not run"));
        }
        keepVariables(events);
        tellResets(events);
        boolean hasValue = false;
        for (SnippetEvent event : own(events).toList()) {
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
            if (snippet instanceof VarSnippet variable) {
                finals.declared(variable, part.source());
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

    private List<SnippetEvent> eval(Part part) throws CellException {
        List<SnippetEvent> events;
        CellTexts.Start start = start(part);
        control.frames().place(start);
        try {
            events = compiler.eval(part.source());
        } catch (RuntimeException | StackOverflowError | InternalError | AssertionError e) {
            throw crashed(e, part);
        }
        for (SnippetEvent event : events) {
            if (event.causeSnippet() == null) {
                texts.put(event.snippet().id(), start);
            }
        }
        return events;
    }

    private CellTexts.Start start(Part part) {
        return new CellTexts.Start(cell, code, part.start(), part.source());
    }

    /** The events of the snippets that are evaluated, without those that hang on them. */
    private static Stream<SnippetEvent> own(List<SnippetEvent> events) {
        return events.stream().filter(event -> event.causeSnippet() == null);
    }

    private boolean isRejected(List<SnippetEvent> events) {
        return own(events).anyMatch(event -> event.status() == Status.REJECTED);
    }

    private Stream<Diag> errors(List<SnippetEvent> events) {
        return events.stream()
                .filter(e -> e.status() == Status.REJECTED)
                .flatMap(e -> shell.diagnostics(e.snippet()))
                .filter(Diag::isError);
    }

    /** Whether a snippet was rejected for a name that a later declaration of the cell may define. */
    private boolean lacksNames(List<SnippetEvent> events) {
        return errors(events)
                .anyMatch(d -> d.getCode().startsWith("compiler.err.cant.resolve")
                        || d.getCode().startsWith("compiler.err.cant.apply")
                        || d.getCode().startsWith("compiler.err.doesnt.exist")
                        || (d.getCode().equals("compiler.err.cant.inherit.from.final") && !nonSealed.isEmpty()));
    }

    private boolean isNonSealedTooEarly(List<SnippetEvent> events) {
        return errors(events).anyMatch(d -> d.getCode().startsWith("compiler.err.non.sealed.with.no.sealed.supertype"))
                && errors(events).anyMatch(d -> d.getCode().startsWith("compiler.err.cant.resolve"));
    }

    /**
     * Whether a snippet is defined, or has run. A declaration that names something unknown may still be completed by a
     * later one of the cell; all others are as they will be.
     */
    private boolean isFine(SnippetEvent event) {
        Snippet snippet = event.snippet();
        if (event.status() == Status.VALID) {
            return true;
        }
        return isWaiting(event.status())
                && snippet instanceof DeclarationSnippet declaration
                && snippet.subKind() != SubKind.TEMP_VAR_EXPRESSION_SUBKIND
                && shell.diagnostics(snippet).noneMatch(CompilerLimits::isReached)
                && (shell.unresolvedDependencies(declaration).findAny().isPresent()
                        || shell.diagnostics(snippet).anyMatch(Diag::isError));
    }

    /** Whether a declaration is there, but lacks something that may come. */
    private static boolean isWaiting(Status status) {
        return status == Status.RECOVERABLE_DEFINED || status == Status.RECOVERABLE_NOT_DEFINED;
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
        return compilation(errors(events).toList(), part);
    }

    /** The error of snippets that JShell has accepted, and neither defined nor run. */
    private CellException failed(List<Snippet> failed, Part part) {
        List<Diag> diags = failed.stream().flatMap(shell::diagnostics).toList();
        // What cannot be compiled now must not be tried again with whatever it hangs on.
        failed.forEach(shell::drop);
        compiler.renew();
        return compilation(diags, part);
    }

    /** The error of a snippet on which the compiler itself failed. */
    private CellException crashed(Throwable failure, Part part) {
        compiler.renew();
        Reports.Fault fault =
                new Reports.Fault(part.start(), part.start() + part.source().length(), CompilerLimits.meaning(failure));
        return Reports.compilation(code, cell, List.of(fault), remarks(part));
    }

    private CellException compilation(List<Diag> diags, Part part) {
        List<Reports.Fault> faults = Reports.faults(diags, part.start(), code);
        if (faults.isEmpty()) {
            int end = part.start() + part.source().length();
            faults = List.of(new Reports.Fault(
                    part.start(), end, "not compiled, and not run; the compiler does not say why. Restart the kernel"));
        }
        return Reports.compilation(code, cell, faults, remarks(part));
    }

    private List<String> remarks(Part part) {
        int line = Splitter.line(code, part.start());
        boolean first = parts == null || parts.isEmpty() || parts.get(0).start() >= part.start();
        return first || line <= 1 ? List.of() : List.of("What stands before line " + line + " has run.");
    }

    /** Reports the declarations that name something that exists nowhere. */
    private void reportUnresolved() throws CellException {
        List<Reports.Fault> faults = new ArrayList<>();
        declared.forEach((snippet, part) -> {
            Status status = shell.status(snippet);
            if (!isWaiting(status)) {
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
        for (Part waiting : nonSealed) {
            List<SnippetEvent> events = eval(waiting);
            if (isRejected(events)) {
                throw rejected(events, waiting);
            }
        }
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

    private static boolean isShown(SubKind kind) {
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

    // ---------------------------------------------------------------- what a redefinition does to the rest

    /** Notes what no longer compiles by what has just been defined anew, and keeps of it the variables. */
    private void keepVariables(List<SnippetEvent> events) {
        for (SnippetEvent event : events) {
            Snippet snippet = event.snippet();
            if (event.causeSnippet() != null
                    && event.previousStatus() == Status.VALID
                    && snippet instanceof DeclarationSnippet
                    && !declared.containsKey(snippet)
                    && isWaiting(shell.status(snippet))) {
                lost.put(snippet, reason(snippet));
            }
        }
        lost.keySet().stream()
                .filter(snippet -> isWaiting(shell.status(snippet)))
                .filter(VarSnippet.class::isInstance)
                .toList()
                .forEach(variable -> declare((VarSnippet) variable));
    }

    /** Declares a variable without the initialiser that no longer compiles; its value stays if it is still of the type. */
    private void declare(VarSnippet variable) {
        control.declaring(true);
        try {
            compiler.eval(variable.typeName() + " " + variable.name() + ";");
        } finally {
            control.declaring(false);
        }
    }

    /** Says which variables lost their value. */
    private void tellResets(List<SnippetEvent> events) {
        Set<String> resets = control.takeResets();
        own(events)
                .map(SnippetEvent::snippet)
                .filter(VarSnippet.class::isInstance)
                .forEach(variable -> resets.remove(((VarSnippet) variable).name()));
        if (!resets.isEmpty()) {
            System.out.println(String.join(", ", new TreeSet<>(resets))
                    + (resets.size() == 1 ? " was reset: its class was" : " were reset: their classes were")
                    + " redefined.");
        }
    }

    /** Says at the end of the cell, which may have defined what was missing, what is lost; variables are dropped. */
    private void tellDropped() {
        lost.forEach((snippet, reason) -> {
            String name = ((DeclarationSnippet) snippet).name();
            if (snippet instanceof VarSnippet) {
                List<VarSnippet> unusable = shell.variables()
                        .filter(each -> each.name().equals(name) && isWaiting(shell.status(each)))
                        .filter(each -> !declared.containsKey(each))
                        .toList();
                if (!unusable.isEmpty()) {
                    System.out.println(name + " was dropped: its declaration no longer compiles: " + reason);
                    unusable.forEach(shell::drop);
                }
            } else if (isWaiting(shell.status(snippet))) {
                System.out.println(
                        name + (snippet instanceof MethodSnippet ? "()" : "") + " no longer compiles: " + reason);
            }
        });
    }

    private String reason(Snippet lost) {
        return Stream.concat(
                        shell.diagnostics(lost).filter(Diag::isError).map(Reports::message),
                        shell.unresolvedDependencies((DeclarationSnippet) lost)
                                .map(name -> "cannot find " + Reports.clean(name)))
                .map(reason -> reason.lines().findFirst().orElse("").replaceAll(";$", ""))
                .findFirst()
                .orElse("the compiler does not say why");
    }

    // ---------------------------------------------------------------- exceptions

    private CellException interrupted(boolean abandoned) {
        return Reports.interrupted(abandoned);
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
                reportUnresolved(); // a declaration of this cell is shown with the place that is wrong
                DeclarationSnippet snippet = unresolved.getSnippet();
                List<String> reasons = new ArrayList<>();
                shell.unresolvedDependencies(snippet)
                        .forEach(name -> reasons.add("cannot find " + Reports.clean(name)));
                Reports.faults(shell.diagnostics(snippet).toList(), 0, snippet.source())
                        .forEach(fault -> reasons.add(fault.message()));
                return Reports.plain(
                        "CompilationError", snippet.name() + " cannot run: " + String.join("; ", reasons), List.of());
            }
        }
        CellRunner.Outcome told = runner.run(() -> Reports.thrown(
                thrown,
                frame -> Optional.ofNullable(places.get(frame))
                        .or(() -> control.frames().place(frame))));
        if (told.value() instanceof CellException e) {
            return e;
        }
        return runner.isStopping()
                ? interrupted(told.abandoned())
                : Reports.plain(Reports.name(thrown), "the exception cannot be shown: " + told.thrown(), List.of());
    }
}

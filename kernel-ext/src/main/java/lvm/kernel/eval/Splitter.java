package lvm.kernel.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Splits a cell into the snippets that JShell takes one at a time. */
final class Splitter {

    /** A snippet's text as JShell takes it, and the offset in the cell where it starts. */
    record Part(String source, int start) {}

    private static final String MODIFIERS =
            "^(?:(?:@[\\w.]+(?:\\([^)]*\\))?|public|protected|private|static|abstract|final|sealed|non-sealed|strictfp|default)\\s+)*";
    private static final Pattern TYPE =
            Pattern.compile(MODIFIERS + "(?:class|interface|enum|record|@interface)\\s+[\\w$]+\\s*[<({\\w]");
    private static final Pattern METHOD = Pattern.compile(
            MODIFIERS
                    + "(?:<[^({;=]*>\\s*)?[\\w$.]+(?:<[^({;=]*>)?(?:\\s*\\[\\s*\\])*\\s+[\\w$]+\\s*\\([^;{]*\\)\\s*(?:throws[\\w$.,\\s]+)?\\{");
    private static final String NON = "non-sealed";
    private static final Pattern NON_SEALED =
            Pattern.compile("\\bnon-sealed\\s+(?:[\\w.@]+(?:\\([^)]*\\))?\\s+)*?(class|interface)\\s+([\\w$]+)");
    private static final Pattern STATEMENT = Pattern.compile("^(?:new|else|return|throw|case|yield|do|try)\\b");

    private Splitter() {}

    /**
     * The snippets of a cell.
     *
     * @throws CellException if a part of the cell cannot be parsed; then nothing of it is to run
     */
    static List<Part> split(JShell shell, String code, int cell) throws CellException {
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        List<Part> parts = new ArrayList<>();
        int start = 0;
        while (true) {
            while (start < code.length() && Character.isWhitespace(code.charAt(start))) {
                start++;
            }
            String rest = code.substring(start);
            if (rest.isEmpty()) {
                return parts;
            }
            String plain = withoutNonSealed(rest);
            CompletionInfo info = analysis.analyzeCompletion(plain);
            switch (info.completeness()) {
                case COMPLETE -> {
                    parts.add(new Part(source(info, plain, rest), start));
                    start = code.length() - info.remaining().length();
                }
                case COMPLETE_WITH_SEMI, CONSIDERED_INCOMPLETE -> {
                    parts.add(new Part(source(info, plain, rest), start));
                    return parts;
                }
                case EMPTY -> {
                    int next = code.length() - info.remaining().length();
                    if (next <= start) {
                        return parts;
                    }
                    start = next;
                }
                case DEFINITELY_INCOMPLETE, UNKNOWN -> {
                    List<Diag> diags = diagnose(shell, rest);
                    List<Reports.Fault> faults = new ArrayList<>(Reports.faults(diags, start, code));
                    if (faults.isEmpty()) {
                        int end = code.stripTrailing().length();
                        faults.add(new Reports.Fault(end, end, "the cell ends too early"));
                    }
                    throw Reports.compilation(code, cell, faults, List.of());
                }
            }
        }
    }

    /** JShell of Java 17 can parse {@code non-sealed}, but cannot tell where such a declaration ends. */
    private static String withoutNonSealed(String text) {
        if (!text.contains(NON)) {
            return text;
        }
        StringBuilder replaced = new StringBuilder(text);
        Matcher found = NON_SEALED.matcher(JavaText.mask(text));
        while (found.find()) {
            replaced.replace(found.start(), found.start() + NON.length(), "strictfp  ");
        }
        return replaced.toString();
    }

    /**
     * A non-sealed declaration as one that needs no sealed type above it: a final class, or a sealed interface that permits
     * an interface of its own. It has the same lines.
     */
    static String standIn(String declaration) {
        Matcher found = NON_SEALED.matcher(JavaText.mask(declaration));
        if (!found.find()) {
            return declaration;
        }
        StringBuilder replaced = new StringBuilder(declaration);
        boolean isInterface = found.group(1).equals("interface");
        if (isInterface) {
            String own = " non-sealed interface $Own extends " + found.group(2) + " { } ";
            replaced.insert(JavaText.mask(declaration).lastIndexOf('}'), own);
        }
        replaced.replace(found.start(), found.start() + NON.length(), isInterface ? "sealed    " : "final     ");
        return replaced.toString();
    }

    /** What JShell has found in the plain text, as it is in the text. */
    private static String source(CompletionInfo info, String plain, String text) {
        String source = info.source();
        int same = Math.min(source.length(), text.length());
        return plain.startsWith(source.substring(0, same)) ? text.substring(0, same) + source.substring(same) : source;
    }

    /** What is wrong with a text that does not parse. */
    private static List<Diag> diagnose(JShell shell, String text) {
        boolean erroneous = shell.sourceCodeAnalysis().sourceToSnippets(text).stream()
                .anyMatch(s -> s.kind() == Snippet.Kind.ERRONEOUS);
        if (!erroneous) {
            return List.of();
        }
        // An erroneous snippet cannot run; only evaluating it gives its diagnostics.
        return shell.eval(text).stream()
                .flatMap(e -> shell.diagnostics(e.snippet()))
                .filter(Diag::isError)
                .toList();
    }

    /**
     * Whether a snippet declares a class or a method. Read off the text: asking JShell 25 about a record leaves its
     * analysis unable to document anything later.
     */
    static boolean isDeclaration(Part part) {
        String text = JavaText.mask(part.source()).strip();
        return TYPE.matcher(text).find()
                || (METHOD.matcher(text).find() && !STATEMENT.matcher(text).find());
    }

    static boolean endsWithSemicolon(String code) {
        return JavaText.mask(code).stripTrailing().endsWith(";");
    }

    /** The line of an offset, from 1. */
    static int line(String code, int offset) {
        return 1
                + (int) code.substring(0, offset).chars().filter(c -> c == '\n').count();
    }

    /** The place where a snippet names something that does not exist, such as {@code class Foo} or {@code method f(int)}. */
    static Reports.Fault missing(Part part, String code, String what) {
        String message = "cannot find " + what;
        Matcher name = Pattern.compile("^\\S+\\s+([\\w$]+)").matcher(what);
        if (name.find()) {
            Matcher use = Pattern.compile("\\b" + Pattern.quote(name.group(1)) + "\\b")
                    .matcher(JavaText.mask(code.substring(part.start())));
            if (use.find()) {
                return new Reports.Fault(part.start() + use.start(), part.start() + use.end(), message);
            }
        }
        return new Reports.Fault(part.start(), part.start(), message);
    }
}

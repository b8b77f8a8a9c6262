package lvm.kernel.eval;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Whether a text is a whole cell, the beginning of one, or cannot become one. */
final class Endings {
    private static final int INDENT = 4;

    /** What the text of a snippet may stand in: a method, a class, an expression. */
    private static final List<String> PLACES = List.of(
            "class $Cell { void $cell() throws Throwable { ", "class $Cell { ", "class $Cell { Object $cell = (");

    /** A part of a statement whose beginning is missing, which no further text can mend. */
    private static final Set<String> LATE = Set.of(
            "compiler.err.else.without.if",
            "compiler.err.catch.without.try",
            "compiler.err.finally.without.try",
            "compiler.err.orphaned");

    private static final List<String> CLOSED = List.of("\n} }", "\n }", "\n); }");

    private Endings() {}

    static Evaluator.Completeness judge(JShell shell, String code) {
        if (isUnbalanced(JavaText.mask(code))) {
            return new Evaluator.Completeness("invalid", "");
        }
        String rest = code;
        while (true) {
            CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            boolean last = info.remaining().isBlank() || info.remaining().length() >= rest.length();
            String part = last
                    ? rest
                    : rest.substring(0, rest.length() - info.remaining().length());
            boolean whole = switch (info.completeness()) {
                case COMPLETE, COMPLETE_WITH_SEMI -> isWhole(info.source());
                case DEFINITELY_INCOMPLETE, UNKNOWN -> isWhole(rest); // JShell 17 does not know all of Java 17
                case CONSIDERED_INCOMPLETE -> false;
                case EMPTY -> true;
            };
            String status = whole ? "complete" : unfinished(part);
            if (!status.equals("complete") || last) {
                return new Evaluator.Completeness(status, status.equals("incomplete") ? indent(code) : "");
            }
            rest = info.remaining();
        }
    }

    /** Whether a bracket is closed that is not open, which no further text can mend. */
    private static boolean isUnbalanced(String masked) {
        Deque<Character> open = new ArrayDeque<>();
        for (char c : masked.toCharArray()) {
            switch (c) {
                case '(' -> open.push(')');
                case '[' -> open.push(']');
                case '{' -> open.push('}');
                case ')', ']', '}' -> {
                    if (open.isEmpty() || open.pop() != c) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    private static boolean isWhole(String part) {
        String text = part.strip();
        if (isImport(text)) {
            return errors(text).isEmpty();
        }
        String masked = JavaText.mask(text).stripTrailing();
        String bare = masked.endsWith(";") ? text.substring(0, masked.length() - 1) : text;
        for (int i = 0; i < PLACES.size(); i++) {
            if (errors(PLACES.get(i) + (i == 2 ? bare : text) + CLOSED.get(i)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Incomplete if what is wrong is the end, in one of the places that the text may stand in. */
    private static String unfinished(String part) {
        List<String> sources = new ArrayList<>();
        if (isImport(part)) {
            sources.add(part);
        } else {
            PLACES.forEach(place -> sources.add(place + part));
        }
        String masked = JavaText.mask(part).stripTrailing();
        boolean closed = masked.endsWith("}") || masked.endsWith(";");
        if (closed && errors(PLACES.get(0) + part + CLOSED.get(0)).stream().anyMatch(LATE::contains)) {
            return "invalid";
        }
        return sources.stream().map(Endings::errors).anyMatch(Endings::isCutShort) ? "incomplete" : "invalid";
    }

    private static boolean isCutShort(List<String> errors) {
        return errors.isEmpty()
                || switch (errors.get(0)) {
                    case "compiler.err.premature.eof",
                            "compiler.err.unclosed.comment",
                            "compiler.err.unclosed.text.block" -> true;
                    // The compiler says so before it says that the text ends there.
                    case "compiler.err.try.without.catch.finally.or.resource.decls",
                            "compiler.err.try.without.catch.or.finally" ->
                        errors.size() == 1 || errors.get(1).equals("compiler.err.premature.eof");
                    default -> false;
                };
    }

    private static boolean isImport(String text) {
        return JavaText.mask(text).strip().startsWith("import");
    }

    private static List<String> errors(String source) {
        return JavaSyntax.parse(source).errors().stream()
                .filter(code -> !code.startsWith("compiler.err.preview"))
                .toList();
    }

    private static String indent(String code) {
        String text = code.stripTrailing();
        String line = text.substring(text.lastIndexOf('\n') + 1);
        int depth = line.length() - line.stripLeading().length();
        String masked = JavaText.mask(text).stripTrailing();
        boolean opens = masked.endsWith("{") || masked.endsWith("(") || masked.endsWith("->");
        return " ".repeat(depth + (opens ? INDENT : 0));
    }
}

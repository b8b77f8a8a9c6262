package lvm.kernel.eval;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** Completion and completeness of cells. */
final class Completions {
    private static final Pattern NAME_AT_END = Pattern.compile("(?<![\\w$.])[A-Z][\\w$]*$");
    private static final int INDENT = 4;

    private Completions() {}

    static Evaluator.Completion complete(JShell shell, String code, int cursor) {
        String before = code.substring(0, cursor);
        if (!JavaText.mask(before + ";").endsWith(";")) {
            return new Evaluator.Completion(List.of(), cursor, cursor); // in a comment or a literal
        }
        List<Splitter.Part> head = new ArrayList<>();
        int start = head(shell, before, head);
        String tail = before.substring(start);
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        int[] anchor = {tail.length()};
        List<Suggestion> found = new ArrayList<>();
        int from = cursor;
        if (!head.isEmpty()) {
            String text = asMethod(head) + tail;
            List<Suggestion> more = analysis.completionSuggestions(text, text.length(), anchor);
            if (!more.isEmpty()) {
                found.addAll(more);
                from = cursor - (text.length() - anchor[0]);
            }
        }
        List<Suggestion> plain = analysis.completionSuggestions(tail, tail.length(), anchor);
        if (found.isEmpty() || from == cursor - (tail.length() - anchor[0])) {
            found.addAll(plain);
            from = plain.isEmpty() ? from : cursor - (tail.length() - anchor[0]);
        }
        Set<String> matches = new LinkedHashSet<>();
        found.stream()
                .filter(Suggestion::matchesType)
                .map(Suggestion::continuation)
                .forEach(matches::add);
        found.stream().map(Suggestion::continuation).forEach(matches::add);
        matches.removeIf(
                name -> name.startsWith("$") || name.startsWith("REPL") || name.startsWith(Instrumenter.DO_IT));
        Matcher name = NAME_AT_END.matcher(before);
        if (name.find() && matches.stream().noneMatch(m -> m.startsWith(name.group()))) {
            // A class that is not imported: its full name.
            List<String> full = analysis.listQualifiedNames(tail, tail.length()).getNames();
            if (!full.isEmpty()) {
                matches.addAll(full);
                from = name.start();
            }
        }
        return new Evaluator.Completion(List.copyOf(matches), Math.max(0, Math.min(from, cursor)), cursor);
    }

    /** Collects the finished snippets of a text and gives the offset of what follows them. */
    private static int head(JShell shell, String text, List<Splitter.Part> head) {
        int start = 0;
        while (true) {
            String rest = text.substring(start);
            if (rest.isBlank()) {
                return start;
            }
            CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            if (info.completeness() != SourceCodeAnalysis.Completeness.COMPLETE) {
                return start;
            }
            int next = text.length() - info.remaining().length();
            if (next <= start) {
                return start;
            }
            boolean atEnd = info.remaining().isEmpty();
            char last = text.charAt(text.length() - 1);
            if (atEnd && last != ';' && last != '}' && !Character.isWhitespace(last)) {
                return start;
            }
            head.add(new Splitter.Part(info.source(), start));
            start = next;
        }
    }

    /** The snippets before the cursor as members and statements of a class, so that what they declare is known. */
    private static String asMethod(List<Splitter.Part> head) {
        StringBuilder members = new StringBuilder("class $Cell { ");
        StringBuilder statements = new StringBuilder(" void $cell() throws Throwable { ");
        for (Splitter.Part part : head) {
            String text = part.source().strip();
            if (text.startsWith("import ")) {
                continue;
            }
            // What a class may hold besides statements.
            boolean member = Splitter.isDeclaration(part);
            (member ? members : statements).append(part.source()).append('\n');
        }
        return members.append(statements).toString();
    }

    static Evaluator.Completeness isComplete(JShell shell, String code) {
        String rest = code;
        while (true) {
            CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            switch (info.completeness()) {
                case COMPLETE -> {
                    if (info.remaining().isBlank() || info.remaining().length() >= rest.length()) {
                        return new Evaluator.Completeness("complete", "");
                    }
                    rest = info.remaining();
                }
                case COMPLETE_WITH_SEMI, CONSIDERED_INCOMPLETE, EMPTY -> {
                    return new Evaluator.Completeness("complete", "");
                }
                case DEFINITELY_INCOMPLETE -> {
                    return new Evaluator.Completeness("incomplete", indent(code));
                }
                case UNKNOWN -> {
                    return new Evaluator.Completeness("invalid", "");
                }
            }
        }
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

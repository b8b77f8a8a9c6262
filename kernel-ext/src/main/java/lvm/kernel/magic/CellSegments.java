package lvm.kernel.magic;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lvm.kernel.eval.JavaText;

/** Finds the magics of a cell: lines that start with a percent sign where a statement could start. */
final class CellSegments {
    private static final Pattern MAGIC = Pattern.compile("^[ \\t]*(%%?)([A-Za-z]\\w*)[ \\t]*(.*)$");
    /** A question about a name, before or behind it, as in IPython. */
    private static final Pattern HELP_BEFORE =
            Pattern.compile("^[ \\t]*(\\?{1,2})[ \\t]*(%{0,2}[\\p{L}\\p{N}_$.:]+)(?:\\(\\))?[ \\t;]*$");

    private static final Pattern HELP_BEHIND =
            Pattern.compile("^[ \\t]*(%{0,2}[\\p{L}_$][\\p{L}\\p{N}_$.:]*)(?:\\(\\))?[ \\t]*(\\?{1,2})[ \\t;]*$");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private CellSegments() {}

    /**
     * A part of a cell.
     *
     * @param line the number of its first line, from 0
     * @param magic the name of the magic, or null if the part is Java
     * @param argument what follows the name on its line
     * @param ofCell whether the magic takes the rest of the cell
     * @param text the Java, or the rest of the cell, with empty lines in place of all lines before
     */
    record Segment(int line, String magic, String argument, boolean ofCell, String text) {

        /** Whether the user asks what a name is. */
        boolean isQuestion() {
            return magic != null && magic.startsWith("?");
        }

        /** The name of the magic with its percent signs. */
        String shownName() {
            if (isQuestion()) {
                return magic;
            }
            return (ofCell ? "%%" : "%") + magic;
        }

        /** The words of the argument; quotes keep spaces. */
        List<String> words() {
            List<String> words = new ArrayList<>();
            Matcher matcher = WORD.matcher(argument);
            while (matcher.find()) {
                words.add(Stream.of(matcher.group(1), matcher.group(2), matcher.group(3))
                        .filter(group -> group != null)
                        .findFirst()
                        .orElse(""));
            }
            return words;
        }
    }

    /**
     * The name of a magic that is being typed at the start of a line.
     *
     * @return the offset of the percent sign, or -1
     */
    static int typed(String code, int cursor) {
        int lineStart = code.lastIndexOf('\n', cursor - 1) + 1;
        String line = code.substring(lineStart, cursor);
        Matcher matcher = Pattern.compile("^[ \\t]*\\?{0,2}[ \\t]*%%?\\w*$").matcher(line);
        return matcher.find() && canStart(javaBefore(code, lineStart)) ? lineStart + line.indexOf('%') : -1;
    }

    /** The Java directly before a line. */
    private static String javaBefore(String code, int lineStart) {
        List<Segment> before = split(code.substring(0, lineStart));
        Segment last = before.isEmpty() ? null : before.get(before.size() - 1);
        return last == null || last.magic() != null ? "" : last.text();
    }

    static boolean hasMagic(String code) {
        return (code.indexOf('%') >= 0 || code.indexOf('?') >= 0)
                && split(code).stream().anyMatch(s -> s.magic() != null);
    }

    static List<Segment> split(String code) {
        List<Segment> segments = new ArrayList<>();
        List<String> lines = code.lines().toList();
        StringBuilder java = new StringBuilder();
        int javaStart = 0;
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = MAGIC.matcher(lines.get(i));
            String[] question = question(lines, i);
            if (question != null && canStart(java.toString())) {
                if (!java.toString().isBlank()) {
                    segments.add(new Segment(javaStart, null, "", false, java.toString()));
                }
                segments.add(new Segment(i, question[0], question[1], false, "\n".repeat(i + 1)));
                javaStart = i + 1;
                java = new StringBuilder("\n".repeat(i + 1));
            } else if (matcher.matches() && canStart(java.toString())) {
                boolean ofCell = matcher.group(1).length() == 2;
                if (!java.toString().isBlank()) {
                    segments.add(new Segment(javaStart, null, "", false, java.toString()));
                }
                String rest = "\n".repeat(i + 1);
                if (ofCell) {
                    rest += String.join("\n", lines.subList(i + 1, lines.size()));
                }
                segments.add(new Segment(i, matcher.group(2), matcher.group(3).strip(), ofCell, rest));
                if (ofCell) {
                    return segments;
                }
                javaStart = i + 1;
                java = new StringBuilder("\n".repeat(i + 1));
            } else {
                java.append(lines.get(i)).append('\n');
            }
        }
        if (!java.toString().isBlank()) {
            segments.add(new Segment(javaStart, null, "", false, java.toString()));
        }
        return segments;
    }

    /** The question marks and the name of a line that asks for help, or null. */
    private static String[] question(List<String> lines, int line) {
        Matcher before = HELP_BEFORE.matcher(lines.get(line));
        if (before.matches()) {
            return new String[] {before.group(1), before.group(2)};
        }
        Matcher behind = HELP_BEHIND.matcher(lines.get(line));
        // With Java behind it, it may be the beginning of a conditional expression.
        boolean last = lines.subList(line + 1, lines.size()).stream()
                .allMatch(each -> each.isBlank()
                        || HELP_BEFORE.matcher(each).matches()
                        || HELP_BEHIND.matcher(each).matches());
        return last && behind.matches() ? new String[] {behind.group(2), behind.group(1)} : null;
    }

    /** Whether a statement can start behind this code; if not, a percent sign is an operator or part of a literal. */
    private static boolean canStart(String java) {
        String masked = JavaText.mask(java + ";");
        if (!masked.endsWith(";")) {
            return false; // inside a comment or a text block
        }
        int depth = 0;
        for (int i = 0; i < masked.length(); i++) {
            char c = masked.charAt(i);
            if (c == '{' || c == '(') {
                depth++;
            } else if (c == '}' || c == ')') {
                depth--;
            }
        }
        String before = masked.substring(0, masked.length() - 1).stripTrailing();
        return depth == 0 && (before.isEmpty() || before.endsWith(";") || before.endsWith("}"));
    }
}

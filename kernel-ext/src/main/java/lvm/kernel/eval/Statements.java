package lvm.kernel.eval;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lvm.kernel.eval.Splitter.Part;

/**
 * Statements of a cell that follow each other and show no value, as one block: JShell takes as long for a block of fifty as for
 * one statement. Which are taken together is read off the text, and only what is surely a statement: a call, an assignment, a
 * step by one, {@code if}, {@code for} or {@code while}. If the block does not compile, each is run by itself, with its own error.
 */
final class Statements {
    private static final int MOST = 50;
    private static final int MOST_CHARACTERS = 10_000;

    private static final String NAME = "[\\p{javaJavaIdentifierStart}][\\p{javaJavaIdentifierPart}]*";
    private static final String PLACE = NAME + "(?:\\s*\\.\\s*" + NAME + "|\\s*\\[[^\\]]*\\])*\\s*";
    private static final Pattern STATEMENT = Pattern.compile("^(?:(?:\\+\\+|--)\\s*" + PLACE + ";$"
            + "|" + PLACE + "(?:\\+\\+|--)\\s*;$"
            + "|" + PLACE + "(?:[-+*/%&|^]|<<|>>>?)?=(?!=)"
            + "|(" + NAME + ")(?:\\s*\\.\\s*" + NAME + ")*\\s*\\()");

    /** What looks like a call and is none, or leaves the block. */
    private static final Set<String> OTHERS = Set.of(
            "switch", "synchronized", "try", "catch", "return", "throw", "yield", "super", "this", "assert", "new");

    private Statements() {}

    /**
     * The end of the statements that can run as one block.
     *
     * @param parts the parts of a cell
     * @param from the first statement
     * @return the index after the last one; from + 1 or from if there is nothing to take together
     */
    static int end(List<Part> parts, int from) {
        int characters = 0;
        int end = from;
        // The last part of a cell may have a value to show.
        while (end < parts.size() - 1 && end - from < MOST && isStatement(parts.get(end))) {
            characters += parts.get(end).source().length();
            if (characters > MOST_CHARACTERS) {
                break;
            }
            end++;
        }
        return end;
    }

    private static boolean isStatement(Part part) {
        String text = JavaText.mask(part.source()).strip();
        if (Splitter.isDeclaration(part) || !(text.endsWith(";") || text.endsWith("}"))) {
            return false;
        }
        Matcher found = STATEMENT.matcher(text);
        return found.find() && (found.group(1) == null || !OTHERS.contains(found.group(1)));
    }

    /** Parts of a cell as one block, which has the lines of the cell. */
    static Part block(String code, List<Part> parts, int from, int end) {
        int start = parts.get(from).start();
        Part last = parts.get(end - 1);
        return new Part("{" + code.substring(start, last.start() + last.source().length()) + "\n}", start);
    }
}

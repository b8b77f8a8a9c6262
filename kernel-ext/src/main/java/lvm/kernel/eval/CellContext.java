package lvm.kernel.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * The text before the cursor: snippets that are finished but have not run, and the one that is being written. JShell knows
 * nothing of the first, so they are shown to it as members and statements of a class around the second.
 *
 * @param head the finished snippets
 * @param tail what follows them, up to the cursor
 * @param imports what the head imports
 */
record CellContext(List<Splitter.Part> head, String tail, List<Import> imports) {
    private static final Pattern IMPORT =
            Pattern.compile("(?U)^import\\s+(static\\s+)?((?:[\\w$]+\\s*\\.\\s*)*)([\\w$]+|\\*)\\s*;?$");
    private static final Pattern TYPE_NAME = Pattern.compile("(?U)(?<![\\w$.])[A-Z][\\w$]*");

    /**
     * An import of the cell that has not run yet.
     *
     * @param isStatic whether it imports members
     * @param owner the package, or the class of the members
     * @param name the name in it, or an asterisk
     */
    record Import(boolean isStatic, String owner, String name) {
        boolean all() {
            return name.equals("*");
        }
    }

    static CellContext at(JShell shell, String before) {
        List<Splitter.Part> head = new ArrayList<>();
        List<Import> imports = new ArrayList<>();
        int start = 0;
        while (true) {
            String rest = before.substring(start);
            if (rest.isBlank()) {
                break;
            }
            CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            int next = before.length() - info.remaining().length();
            if (info.completeness() != SourceCodeAnalysis.Completeness.COMPLETE || next <= start) {
                break;
            }
            char last = before.charAt(before.length() - 1);
            if (info.remaining().isEmpty() && last != ';' && last != '}' && !Character.isWhitespace(last)) {
                break; // the cursor stands behind it
            }
            Matcher matcher = IMPORT.matcher(JavaText.mask(info.source()).strip());
            if (matcher.matches()) {
                String owner = matcher.group(2).replaceAll("\\s", "").replaceFirst("\\.$", "");
                imports.add(new Import(matcher.group(1) != null, owner, matcher.group(3)));
            } else {
                head.add(new Splitter.Part(info.source(), start));
            }
            start = next;
        }
        return new CellContext(head, before.substring(start), imports);
    }

    /** A text in place of the tail, with the head around it. */
    String around(String text, ClassIndex index) {
        if (head.isEmpty()) {
            return qualified(text, index);
        }
        StringBuilder members = new StringBuilder("class $Cell { ");
        StringBuilder statements = new StringBuilder(" void $cell() throws Throwable { ");
        for (Splitter.Part part : head) {
            // What a class may hold besides statements.
            boolean member = Splitter.isDeclaration(part);
            (member ? members : statements).append(part.source()).append('\n');
        }
        return qualified(members.append(statements).append(text).toString(), index);
    }

    /** A text with the full names of the classes that the head imports. */
    private String qualified(String text, ClassIndex index) {
        if (imports.isEmpty()) {
            return text;
        }
        Matcher name = TYPE_NAME.matcher(JavaText.mask(text));
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (name.find()) {
            Optional<String> owner = owner(name.group(), index);
            if (owner.isPresent() && name.end() < text.length()) {
                out.append(text, from, name.start()).append(owner.get()).append('.');
                from = name.start();
            }
        }
        return out.append(text.substring(from)).toString();
    }

    /** The package or class from which the head imports a class of this name. */
    Optional<String> owner(String name, ClassIndex index) {
        return imports.stream()
                .filter(each -> !each.isStatic())
                .filter(each ->
                        each.all() ? index.has(each.owner(), name) : each.name().equals(name))
                .map(Import::owner)
                .findFirst();
    }
}

package lvm.kernel.eval;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis.Documentation;

/** Signatures and documentation of what stands at the cursor. */
final class Inspections {
    private static final int GLANCE = 12;
    private static final Pattern NAME = Pattern.compile("(?U)[\\w$]+$");
    private static final Pattern IMPORT = Pattern.compile("(?U)^\\s*import\\s+(?:static\\s+)?([\\w$.]+)$");
    private static final Pattern REFERENCE = Pattern.compile("(?U)(.*)::([\\w$]+)$", Pattern.DOTALL);

    private final JShell shell;
    private final ClassIndex index;
    private final CellContext context;

    private Inspections(JShell shell, ClassIndex index, CellContext context) {
        this.shell = shell;
        this.index = index;
        this.context = context;
    }

    private record Entry(String signature, String doc) {}

    static Optional<Evaluator.Inspection> inspect(
            JShell shell, ClassIndex index, CellControl control, String code, int cursor, int detail) {
        int end = cursor;
        while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
            end++;
        }
        if (end == 0) {
            return Optional.empty();
        }
        if (end == cursor && !Character.isJavaIdentifierPart(code.charAt(end - 1))) {
            // Behind an opening parenthesis or among the arguments: the method that is being called.
            int open = enclosingCall(JavaText.mask(code.substring(0, cursor)));
            end = open < 0 ? end : open;
        }
        int next = end;
        while (next < code.length() && (code.charAt(next) == ' ' || code.charAt(next) == '<')) {
            next = code.charAt(next) == '<' ? Math.max(next, code.indexOf('>', next)) + 1 : next + 1;
        }
        boolean call = next < code.length() && code.charAt(next) == '(';
        CellContext context = CellContext.at(shell, code.substring(0, end));
        List<Entry> entries = new Inspections(shell, index, context).find(call);
        return entries.isEmpty() ? Optional.empty() : Optional.of(render(entries, control, detail));
    }

    /** What the name at the end of the context's tail may be; a method if it is called. */
    private List<Entry> find(boolean call) {
        String tail = context.tail();
        Matcher imported = IMPORT.matcher(tail);
        if (imported.find()) {
            return firstOf(imported.group(1), imported.group(1) + "(");
        }
        Matcher reference = REFERENCE.matcher(tail);
        if (reference.matches()) {
            String type = reference.group(1).replaceFirst("(?U)^.*?([\\w$.]+)(?:<.*>)?$", "$1");
            String name = reference.group(2);
            return name.equals("new")
                    ? firstOf(context.around("new " + type + "(", index))
                    : firstOf(
                            context.around(reference.group(1) + "." + name + "(", index),
                            context.around(type + "." + name + "(", index),
                            context.around("((" + type + ") null)." + name + "(", index));
        }
        Matcher typed = NAME.matcher(tail);
        String name = typed.find() ? typed.group() : "";
        String lead = tail.substring(0, tail.length() - name.length());
        if (JavaText.mask(lead).stripTrailing().endsWith("@")) {
            return firstOf(name, index.classes(name, 1).stream().findFirst().orElse(name));
        }
        String text = tail + (call ? "(" : "");
        List<Entry> entries = firstOf(context.around(text, index), text);
        if (entries.isEmpty() && !call) {
            entries = firstOf(
                    context.around(text + "(", index), text + "("); // the name of a method without its arguments
        }
        if (entries.isEmpty() && !name.isEmpty() && !lead.stripTrailing().endsWith(".")) {
            Locals.Local local = Locals.at(lead).get(name);
            if (local != null) {
                return List.of(new Entry(name + (local.type() == null ? "" : ":" + local.type()), null));
            }
            List<String> classes = index.classes(name, 1);
            if (!classes.isEmpty() && classes.get(0).endsWith("." + name)) {
                return firstOf(classes.get(0));
            }
        }
        return entries;
    }

    private List<Entry> firstOf(String... texts) {
        for (String text : texts) {
            List<Entry> entries = entries(text);
            if (!entries.isEmpty()) {
                return entries;
            }
        }
        return List.of();
    }

    private List<Entry> entries(String text) {
        List<Entry> entries = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Documentation each : shell.sourceCodeAnalysis().documentation(text, text.length(), true)) {
            String signature = shown(each.signature());
            if (seen.add(signature)) {
                String doc = each.javadoc();
                if (doc == null) {
                    doc = SourceDocs.ofCells(shell, signature, context.head());
                }
                entries.add(new Entry(signature, doc == null ? SourceDocs.ofLibrary(each.signature()) : doc));
            }
        }
        return entries;
    }

    private static String shown(String signature) {
        return Reports.clean(signature)
                .replaceAll("\\$Cell\\.", "")
                .replaceAll("(?U)\\bjava\\.lang\\.(?=[A-Z]\\w*\\b(?!\\.))(?<!^java\\.lang\\.)", "");
    }

    private static int enclosingCall(String masked) {
        int depth = 0;
        for (int i = masked.length() - 1; i >= 0; i--) {
            char c = masked.charAt(i);
            if (c == ')') {
                depth++;
            } else if (c == '(' && depth-- == 0) {
                return i;
            } else if (c == ';' || c == '{' || c == '}') {
                return -1;
            }
        }
        return -1;
    }

    private static Evaluator.Inspection render(List<Entry> entries, CellControl control, int detail) {
        StringBuilder text = new StringBuilder();
        StringBuilder html = new StringBuilder();
        int shown = detail == 0 ? GLANCE : Integer.MAX_VALUE;
        for (Entry entry : entries.subList(0, Math.min(shown, entries.size()))) {
            text.append(entry.signature()).append('\n');
            html.append("<p><code>").append(escape(entry.signature())).append("</code></p>");
            value(entry.signature(), control).ifPresent(value -> {
                text.append("value: ").append(value).append('\n');
                html.append("<p>value: <code>").append(escape(value)).append("</code></p>");
            });
            if (entry.doc() != null) {
                text.append('\n').append(DocText.plain(entry.doc()).indent(4)).append('\n');
                html.append("<blockquote>").append(DocText.html(entry.doc())).append("</blockquote>");
            }
        }
        if (entries.size() > shown) {
            String more = "… and " + (entries.size() - shown) + " more";
            text.append(more);
            html.append("<p>").append(more).append("</p>");
        }
        return new Evaluator.Inspection(text.toString().stripTrailing(), html.toString());
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** The value of a variable of the cells, in one line. */
    private static Optional<String> value(String signature, CellControl control) {
        Matcher variable = Pattern.compile("(?U)^([\\w$]+):.*").matcher(signature);
        return variable.matches() ? control.variable(variable.group(1)).map(Glance::at) : Optional.empty();
    }
}

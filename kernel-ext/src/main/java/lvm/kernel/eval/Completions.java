package lvm.kernel.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** Completion of cells: what JShell suggests, and what it does not see. */
final class Completions {
    private static final Pattern IMPORT = Pattern.compile("(?U)^\\s*import\\s+(static\\s+)?((?:[\\w$]+\\.)*)$");
    private static final Pattern CHAIN =
            Pattern.compile("(?U)(?<![\\w$.)\\]>\"])([a-z_][\\w$]*(?:\\.[a-z_][\\w$]*)*)\\.$");
    private static final Pattern RECEIVER = Pattern.compile("(?U)(?<![\\w$.)\\]>\"])([\\w$]+)\\.$");
    private static final Pattern TYPE_LIKE =
            Pattern.compile("(?U)(?<![\\w$.)\\]>\"])[\\w$]+(?:\\.[\\w$]+)*(?:<[\\w$.,<>?\\[\\] ]*>)?(?:\\[\\])*$");

    /** What every object has comes last. */
    private static final Set<String> OF_OBJECT = Set.of(
            "clone()",
            "equals(",
            "getClass()",
            "hashCode()",
            "notify()",
            "notifyAll()",
            "toString()",
            "wait()",
            "wait(");

    private static final int MOST_UNIMPORTED = 30;

    private final JShell shell;
    private final ClassIndex index;
    private final String typed;
    private final CellContext context;
    /** The snippet up to the name that is being typed. */
    private final String lead;

    private final String masked;
    private final Set<String> matches = new LinkedHashSet<>();

    private Completions(JShell shell, ClassIndex index, String before, String typed) {
        this.shell = shell;
        this.index = index;
        this.typed = typed;
        context = CellContext.at(shell, before);
        lead = context.tail().substring(0, Math.max(0, context.tail().length() - typed.length()));
        masked = JavaText.mask(lead).stripTrailing();
    }

    static Evaluator.Completion complete(JShell shell, ClassIndex index, String code, int cursor) {
        String before = code.substring(0, cursor);
        boolean isCode = JavaText.mask(before + ";").endsWith(";");
        Evaluator.Completion symbol = Symbols.complete(before, isCode);
        if (symbol != null) {
            return symbol;
        }
        int from = cursor;
        while (from > 0 && Character.isJavaIdentifierPart(before.charAt(from - 1))) {
            from--;
        }
        String typed = before.substring(from);
        if (!isCode || (!typed.isEmpty() && Character.isDigit(typed.charAt(0)))) {
            return new Evaluator.Completion(List.of(), cursor, cursor);
        }
        List<String> found = new Completions(shell, index, before, typed).find();
        return new Evaluator.Completion(found, found.isEmpty() ? cursor : from, cursor);
    }

    private List<String> find() {
        Matcher path = IMPORT.matcher(masked.isEmpty() ? "" : JavaText.mask(lead));
        if (path.matches()) {
            imports(path.group(1) != null, path.group(2).replaceFirst("\\.$", ""));
        } else if (masked.endsWith("::")) {
            methodReferences();
        } else if (masked.endsWith("@")) {
            annotations();
        } else if (masked.endsWith(".")) {
            members();
        } else {
            names();
        }
        List<String> sorted = new ArrayList<>(matches);
        sorted.removeIf(name -> name.startsWith("$")
                || name.startsWith("REPL")
                || name.startsWith(Instrumenter.DO_IT)
                || name.equals("finalize()"));
        if (masked.endsWith(".") || masked.endsWith("::")) {
            sorted.sort(Comparator.comparing(name ->
                    OF_OBJECT.contains(masked.endsWith(".") ? name : name + "(") || OF_OBJECT.contains(name + "()")));
        }
        return sorted;
    }

    /** Names that can be used as they are, then classes that need their full name. */
    private void names() {
        for (Map.Entry<String, Locals.Local> local : Locals.at(lead).entrySet()) {
            add(local.getKey());
        }
        if (!context.head().isEmpty()) {
            suggest(context.around(context.tail(), index));
        }
        suggest(context.tail());
        for (CellContext.Import each : context.imports()) {
            if (!each.isStatic() && !each.all()) {
                add(each.name());
            } else if (!each.isStatic()) {
                index.classesIn(each.owner(), typed).forEach(this::add);
            } else if (each.all() || each.name().startsWith(typed)) {
                suggestions(each.owner() + "." + typed).stream()
                        .filter(name ->
                                each.all() || name.replaceFirst("\\(.*", "").equals(each.name()))
                        .forEach(this::add);
            }
        }
        if (typed.length() > 1 && Character.isUpperCase(typed.charAt(0))) {
            for (String name : index.classes(typed, MOST_UNIMPORTED)) {
                String simple = name.substring(name.lastIndexOf('.') + 1);
                if (!matches.contains(simple) && !matches.contains(simple + "(") && !matches.contains(simple + "()")) {
                    matches.add(name);
                }
            }
        }
    }

    private void members() {
        Matcher receiver = RECEIVER.matcher(masked);
        if (receiver.find()) {
            String name = receiver.group(1);
            Locals.Local local = Locals.at(lead.substring(0, receiver.start())).get(name);
            if (local != null && local.pattern() && local.type() != null) {
                // JShell 17 does not see it.
                suggest(context.around("((" + local.type() + ") null)." + typed, index));
                return;
            }
        }
        suggest(context.around(context.tail(), index));
        if (matches.isEmpty()) {
            suggest(context.tail());
        }
        Matcher chain = CHAIN.matcher(masked);
        if (chain.find() && index.isPackage(chain.group(1))) {
            index.packagesIn(chain.group(1), typed).forEach(this::add);
            index.classesIn(chain.group(1), typed).forEach(this::add);
        }
    }

    private void imports(boolean isStatic, String owner) {
        if (owner.isEmpty() || index.isPackage(owner)) {
            index.packagesIn(owner, typed).forEach(this::add);
            index.classesIn(owner, typed).forEach(this::add);
        } else {
            for (String name : suggestions(owner + "." + typed)) {
                // JShell gives methods with parentheses, which an import has not.
                if (!name.equals("class") && (isStatic || Character.isUpperCase(name.charAt(0)))) {
                    add(name.replaceFirst("\\(.*", ""));
                }
            }
        }
        if (owner.isEmpty() && !isStatic && !typed.isEmpty()) {
            add("static");
        }
        if (typed.isEmpty() && !owner.isEmpty()) {
            matches.add("*");
        }
    }

    /** Methods behind two colons, and {@code new}. */
    private void methodReferences() {
        String text = lead.substring(0, masked.length() - 2);
        Matcher type = TYPE_LIKE.matcher(masked.substring(0, masked.length() - 2));
        boolean isType = type.find() && isType(type.group());
        List<String> found = new ArrayList<>();
        if (isType) {
            String name = type.group();
            String bare = name.replaceFirst("<.*>", "");
            boolean isArray = name.endsWith("]");
            if (!isArray) {
                found.addAll(suggestions(context.around(bare + "." + typed, index)));
            }
            found.addAll(suggestions(context.around("((" + name + ") null)." + typed, index)));
            if (isArray || hasConstructor(bare)) {
                add("new");
            }
        } else {
            found.addAll(suggestions(context.around(text + "." + typed, index)));
        }
        for (String name : found) {
            if (name.indexOf('(') > 0) {
                add(name.substring(0, name.indexOf('(')));
            }
        }
    }

    private boolean hasConstructor(String type) {
        String text = context.around("new " + type + "(", index);
        return !shell.sourceCodeAnalysis()
                .documentation(text, text.length(), false)
                .isEmpty();
    }

    private boolean isType(String name) {
        return name.endsWith("]")
                || suggestions(context.around(name.replaceFirst("<.*>", "") + ".", index))
                        .contains("class");
    }

    private void annotations() {
        shell.types()
                .filter(type -> type.subKind() == SubKind.ANNOTATION_TYPE_SUBKIND)
                .forEach(type -> add(type.name()));
        suggest(context.around(context.tail(), index));
        for (String name : index.annotations(index.classes(typed, Integer.MAX_VALUE))) {
            int dot = name.lastIndexOf('.');
            matches.add(isImported(name.substring(0, dot)) ? name.substring(dot + 1) : name);
        }
    }

    private boolean isImported(String owner) {
        return owner.equals("java.lang")
                || shell.imports().map(ImportSnippet::fullname).anyMatch((owner + ".*")::equals);
    }

    /** Adds a name if it begins as what has been typed. */
    private void add(String name) {
        if (!name.isEmpty() && name.startsWith(typed)) {
            matches.add(name);
        }
    }

    private void suggest(String text) {
        suggestions(text).forEach(this::add);
    }

    /** What JShell suggests at the end of a text, what has the expected type first. */
    private List<String> suggestions(String text) {
        List<Suggestion> found = shell.sourceCodeAnalysis().completionSuggestions(text, text.length(), new int[1]);
        Set<String> names = new LinkedHashSet<>();
        found.stream()
                .filter(Suggestion::matchesType)
                .map(Suggestion::continuation)
                .forEach(names::add);
        found.stream().map(Suggestion::continuation).forEach(names::add);
        return List.copyOf(names);
    }
}

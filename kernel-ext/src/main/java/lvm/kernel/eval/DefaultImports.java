package lvm.kernel.eval;

import java.lang.reflect.Member;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.JShell;

/**
 * What cells know without an import. JShell puts every import into the text of every snippet, and looks into each of these
 * packages for each name; so a package is imported when a cell first has the name of one of its classes, which nobody can tell
 * from importing all of them at the start.
 */
final class DefaultImports {
    private static final String ALL = ".*";
    private static final String STATIC = "static ";
    private static final Pattern NAME = Pattern.compile("[\\p{javaJavaIdentifierStart}][\\p{javaJavaIdentifierPart}]*");
    /** A package in front of the name of a class, in the names of types that JShell makes. */
    private static final Pattern OWNER = Pattern.compile("(?<![\\w$.])((?:[a-z_][\\w$]*\\.)+)(?=[A-Z])");

    private final ClassLoader loader;
    private final Set<String> waiting = new LinkedHashSet<>(JavaEvaluator.DEFAULT_IMPORTS);
    /** The names that were looked up since the class path last changed. */
    private final Set<String> known = new HashSet<>();

    private Set<String> members;

    /** Imports of classes that a loader finds. */
    DefaultImports(ClassLoader loader) {
        this.loader = loader;
    }

    /** Imports what a text may name. */
    void need(JShell shell, String text) {
        if (waiting.isEmpty()) {
            return;
        }
        if (text.contains("\\u")) {
            all(shell); // names may be written in numbers
            return;
        }
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            String name = matcher.group();
            if (known.add(name)) {
                evaluate(shell, waiting.stream().filter(each -> has(each, name)).toList());
            }
        }
    }

    /** Imports all, for what looks at names that are not in the text. */
    void all(JShell shell) {
        evaluate(shell, List.copyOf(waiting));
    }

    /** The class path has more than before. */
    void forget() {
        known.clear();
    }

    private void evaluate(JShell shell, Collection<String> imports) {
        boolean before = Compiler.compiling(true);
        try {
            for (String each : imports) {
                shell.eval("import " + each + ";");
                waiting.remove(each);
            }
        } finally {
            Compiler.compiling(before);
        }
    }

    private boolean has(String imported, String name) {
        if (imported.startsWith(STATIC)) {
            return members(imported.substring(STATIC.length(), imported.length() - ALL.length()))
                    .contains(name);
        }
        if (!imported.endsWith(ALL)) {
            return imported.endsWith("." + name);
        }
        // No class of these packages begins with a small letter, and most names of a cell do.
        String owner = imported.substring(0, imported.length() - ALL.length());
        return Character.isUpperCase(name.charAt(0))
                && loader.getResource(owner.replace('.', '/') + "/" + name + ".class") != null;
    }

    private Set<String> members(String owner) {
        if (members == null) {
            try {
                Class<?> type = Class.forName(owner, false, loader);
                members = Stream.concat(
                                Stream.concat(Stream.of(type.getDeclaredMethods()), Stream.of(type.getDeclaredFields()))
                                        .map(Member::getName),
                                Stream.of(type.getDeclaredClasses()).map(Class::getSimpleName))
                        .collect(Collectors.toSet());
            } catch (ClassNotFoundException | LinkageError e) {
                members = Set.of(); // an evaluator without the kernel around it
            }
        }
        return members;
    }

    /** The name of a type without the packages that cells need not name. */
    static String simple(String type) {
        return OWNER.matcher(type)
                .replaceAll(found -> Matcher.quoteReplacement(
                        JavaEvaluator.DEFAULT_IMPORTS.contains(found.group(1) + "*")
                                        || found.group(1).equals("java.lang.")
                                ? ""
                                : found.group()));
    }
}

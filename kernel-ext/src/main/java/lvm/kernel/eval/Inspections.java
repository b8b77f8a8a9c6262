package lvm.kernel.eval;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis.Documentation;

/** Signatures and documentation of what stands at the cursor. */
final class Inspections {
    /** Where the kernel's jar keeps the sources of the library. */
    private static final String SOURCES = "/META-INF/lvm-sources/";

    private static final int VALUE_LENGTH = 200;
    private static final int GLANCE = 12;

    private Inspections() {}

    private record Entry(String signature, String doc) {}

    static Optional<Evaluator.Inspection> inspect(
            JShell shell, CellControl control, String code, int cursor, int detail) {
        int end = cursor;
        while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
            end++;
        }
        if (end == 0) {
            return Optional.empty();
        }
        if (end == cursor && end > 0 && !Character.isJavaIdentifierPart(code.charAt(end - 1))) {
            // Behind an opening parenthesis or among the arguments: the method that is being called.
            String call = JavaText.mask(code.substring(0, cursor));
            int open = enclosingCall(call);
            end = open < 0 ? end : open;
        }
        int next = end;
        while (next < code.length() && (code.charAt(next) == ' ' || code.charAt(next) == '<')) {
            next = code.charAt(next) == '<' ? Math.max(next, code.indexOf('>', next)) + 1 : next + 1;
        }
        boolean call = next < code.length() && code.charAt(next) == '(';
        String text = part(shell, code.substring(0, end)) + (call ? "(" : "");
        List<Entry> entries = entries(shell, text);
        if (entries.isEmpty() && !call) {
            entries = entries(shell, text + "("); // the name of a method without its arguments
        }
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(render(entries, control, detail));
    }

    private static List<Entry> entries(JShell shell, String text) {
        List<Entry> entries = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Documentation each : shell.sourceCodeAnalysis().documentation(text, text.length(), true)) {
            if (seen.add(each.signature())) {
                String doc = each.javadoc() != null ? each.javadoc() : libraryDoc(each.signature());
                entries.add(new Entry(shown(each.signature()), doc));
            }
        }
        return entries;
    }

    private static String shown(String signature) {
        return Reports.clean(signature).replaceAll("\\bjava\\.lang\\.(?=[A-Z]\\w*\\b(?!\\.))(?<!^java\\.lang\\.)", "");
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

    /** The text of the snippet that the end of the text belongs to. */
    private static String part(JShell shell, String text) {
        String rest = text;
        while (true) {
            String remaining =
                    shell.sourceCodeAnalysis().analyzeCompletion(rest).remaining();
            if (remaining.isBlank() || remaining.length() >= rest.length()) {
                return rest;
            }
            rest = remaining;
        }
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

    /** A variable of the cells, shortly. */
    private static Optional<String> value(String signature, CellControl control) {
        Matcher variable = Pattern.compile("^([\\w$]+):.*").matcher(signature);
        return variable.matches() ? control.variable(variable.group(1)).map(Inspections::brief) : Optional.empty();
    }

    private static String brief(Object value) {
        String text;
        if (value.getClass().isArray()) {
            text = value.getClass().getComponentType().getSimpleName() + "[" + Array.getLength(value) + "]";
        } else if (value instanceof Collection<?> all && all.size() > 20) {
            text = value.getClass().getSimpleName() + " of " + all.size();
        } else if (value instanceof Map<?, ?> all && all.size() > 20) {
            text = value.getClass().getSimpleName() + " of " + all.size();
        } else {
            try {
                text = String.valueOf(value);
            } catch (RuntimeException | StackOverflowError e) {
                text = value.getClass().getSimpleName();
            }
        }
        return text.length() > VALUE_LENGTH ? text.substring(0, VALUE_LENGTH) + "…" : text;
    }

    // ---------------------------------------------------------------- the library's own sources

    /** The comment of a class or member of the library, found by the signature that JShell writes. */
    private static String libraryDoc(String signature) {
        String plain = signature.replaceAll("<[^<>()]*>", "").replaceAll("<[^<>()]*>", "");
        int open = plain.indexOf('(');
        String name = (open < 0 ? plain.replaceFirst(":.*", "") : plain.substring(0, open)).strip();
        name = name.substring(name.lastIndexOf(' ') + 1);
        List<String> types = null;
        if (open >= 0) {
            types = new ArrayList<>();
            String inside = plain.substring(open + 1, plain.lastIndexOf(')'));
            for (String parameter : inside.isBlank() ? new String[0] : inside.split(",")) {
                types.add(simple(parameter.strip().replaceFirst("\\s+[\\w$]+$", "")));
            }
        }
        List<String> words = List.of(name.split("\\."));
        for (String library : packages()) {
            List<String> path = words;
            if (name.startsWith(library + ".")) {
                path = List.of(name.substring(library.length() + 1).split("\\."));
            } else if (Character.isLowerCase(name.charAt(0))) {
                continue;
            }
            String file = SOURCES + library.replace('.', '/') + "/" + path.get(0) + ".java";
            try (InputStream in = Inspections.class.getResourceAsStream(file)) {
                if (in != null) {
                    String doc = find(new String(in.readAllBytes(), StandardCharsets.UTF_8), path, types);
                    if (doc != null) {
                        return doc;
                    }
                }
            } catch (IOException e) {
                return null;
            }
        }
        return null;
    }

    private static Set<String> packages() {
        return JavaEvaluator.DEFAULT_IMPORTS.stream()
                .filter(name -> name.contains("lvm."))
                .map(name -> name.replace("static ", "").replaceFirst("(\\.Notebook)?\\.\\*$", ""))
                .collect(Collectors.toCollection(() -> new LinkedHashSet<>(List.of("lvm.fit"))));
    }

    private static String simple(String type) {
        String bare =
                type.replaceAll("\\s*\\.\\.\\.", "[]").replaceAll("<.*>", "").strip();
        return bare.replaceAll("(?:[\\w$]+\\.)+", "");
    }

    private static String find(String source, List<String> path, List<String> types) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        JavacTask task =
                (JavacTask) compiler.getTask(null, null, diagnostic -> {}, List.of("-proc:none"), null, List.of(file));
        DocTrees docs = DocTrees.instance(task);
        String[] found = {null};
        for (CompilationUnitTree unit : task.parse()) {
            new TreePathScanner<Void, List<String>>() {
                @Override
                public Void visitClass(ClassTree type, List<String> left) {
                    if (left.isEmpty() || !type.getSimpleName().contentEquals(left.get(0))) {
                        return null;
                    }
                    List<String> rest = left.subList(1, left.size());
                    if (rest.isEmpty() && types == null) {
                        take(getCurrentPath());
                    } else if (rest.isEmpty()) {
                        members(type, "<init>");
                        if (found[0] == null && type.getKind() == Tree.Kind.RECORD) {
                            take(getCurrentPath());
                        }
                    } else {
                        members(type, rest.get(0));
                        super.visitClass(type, rest);
                    }
                    return null;
                }

                private void members(ClassTree type, String name) {
                    for (Tree member : type.getMembers()) {
                        boolean fits = member instanceof MethodTree method
                                ? types != null
                                        && method.getName().contentEquals(name)
                                        && types.equals(method.getParameters().stream()
                                                .map(p -> simple(p.getType().toString()))
                                                .toList())
                                : types == null
                                        && member instanceof VariableTree field
                                        && field.getName().contentEquals(name);
                        if (fits) {
                            take(new TreePath(getCurrentPath(), member));
                        }
                    }
                }

                private void take(TreePath at) {
                    if (found[0] == null) {
                        found[0] = docs.getDocComment(at);
                    }
                }
            }.scan(unit, path);
        }
        return found[0];
    }
}

package lvm.kernel.eval;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;

/** Documentation comments that JShell does not find: in the cells and in the sources of the library. */
final class SourceDocs {
    /** Where the kernel's jar keeps the sources of the library. */
    private static final String SOURCES = "/META-INF/lvm-sources/";

    private SourceDocs() {}

    /** The name in a signature as JShell writes it, and the simple types of the parameters, or null if it has none. */
    private record Element(String name, List<String> types) {
        static Element of(String signature) {
            String plain = signature.replaceAll("<[^<>()]*>", "").replaceAll("<[^<>()]*>", "");
            int open = plain.indexOf('(');
            String name = (open < 0 ? plain.replaceFirst(":.*", "") : plain.substring(0, open)).strip();
            List<String> types = null;
            if (open >= 0) {
                types = new ArrayList<>();
                String inside = plain.substring(open + 1, plain.lastIndexOf(')'));
                for (String parameter : inside.isBlank() ? new String[0] : inside.split(",")) {
                    types.add(simple(parameter.strip().replaceFirst("(?U)\\s+[\\w$]+$", "")));
                }
            }
            return new Element(name.substring(name.lastIndexOf(' ') + 1), types);
        }

        List<String> path() {
            return List.of(name.split("\\."));
        }
    }

    /**
     * The comment of what cells define.
     *
     * @param signature as JShell writes it, without the names that it makes up
     * @param unfinished snippets of the present cell that have not run
     * @return the comment, or null
     */
    static String ofCells(JShell shell, String signature, List<Splitter.Part> unfinished) {
        Element element = Element.of(signature);
        List<String> sources = new ArrayList<>();
        unfinished.forEach(part -> sources.add(0, part.source()));
        shell.snippets()
                .filter(each ->
                        each instanceof DeclarationSnippet && shell.status(each).isActive())
                .map(Snippet::source)
                .forEach(sources::add);
        List<String> path = new ArrayList<>(List.of("$Cell"));
        path.addAll(element.path());
        for (String source : sources) {
            if (source.contains("/**") && source.contains(path.get(path.size() - 1))) {
                String doc = find("class $Cell {\n" + source + "\n}", path, element.types());
                if (doc != null) {
                    return doc;
                }
            }
        }
        return null;
    }

    /** The comment of a class or member of the library, or null. */
    static String ofLibrary(String signature) {
        Element element = Element.of(signature);
        String name = element.name();
        List<String> types = element.types();
        List<String> words = element.path();
        for (String library : packages()) {
            List<String> path = words;
            if (name.startsWith(library + ".")) {
                path = List.of(name.substring(library.length() + 1).split("\\."));
            } else if (Character.isLowerCase(name.charAt(0))) {
                continue;
            }
            String file = SOURCES + library.replace('.', '/') + "/" + path.get(0) + ".java";
            try (InputStream in = SourceDocs.class.getResourceAsStream(file)) {
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
        return bare.replaceAll("(?U)(?:[\\w$]+\\.)+", "");
    }

    private static String find(String source, List<String> path, List<String> types) {
        JavaSyntax.Parsed parsed = JavaSyntax.parse(source);
        String[] found = {null};
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
                    found[0] = parsed.trees().getDocComment(at);
                }
            }
        }.scan(parsed.unit(), path);
        return found[0];
    }
}

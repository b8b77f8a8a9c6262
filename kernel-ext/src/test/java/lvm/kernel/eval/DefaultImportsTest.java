package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What cells know without an import: all of the library, each type by its simple name. */
class DefaultImportsTest {
    private static final StandardJavaFileManager FILES =
            ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null);

    @AfterAll
    static void close() throws IOException {
        FILES.close();
    }

    /** The public types of a package, those in other types left out; with the packages below it if wanted. */
    private static List<Class<?>> types(StandardLocation where, String name, boolean below) {
        try {
            List<Class<?>> types = new ArrayList<>();
            for (JavaFileObject file : FILES.list(where, name, Set.of(JavaFileObject.Kind.CLASS), below)) {
                String type = FILES.inferBinaryName(where, file);
                if (!type.contains("$") && !type.endsWith("-info")) {
                    types.add(Class.forName(type, false, DefaultImportsTest.class.getClassLoader()));
                }
            }
            types.removeIf(type -> !Modifier.isPublic(type.getModifiers()));
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The public types of the library; what cells are to know of the kernel is imported statically. */
    private static List<Class<?>> library() {
        List<Class<?>> types = types(StandardLocation.CLASS_PATH, "lvm", true);
        types.removeIf(type -> type.getName().startsWith("lvm.kernel."));
        return types;
    }

    private static Set<String> importedPackages() {
        return JavaEvaluator.DEFAULT_IMPORTS.stream()
                .filter(name -> name.endsWith(".*") && !name.startsWith("static "))
                .map(name -> name.substring(0, name.length() - 2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyPackageOfTheLibraryIsImportedAndNoOther() {
        Set<String> imported = importedPackages();
        imported.removeIf(name -> !name.startsWith("lvm."));
        Set<String> there =
                library().stream().map(Class::getPackageName).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(there, imported, "JavaEvaluator.DEFAULT_IMPORTS needs a line for each package, in order");
        List<String> lines = JavaEvaluator.DEFAULT_IMPORTS;
        assertEquals(lines.stream().distinct().toList(), lines);
    }

    @Test
    void noTypeOfTheLibraryHasTheNameOfAnotherTypeThatCellsImport() {
        Map<String, List<String>> bySimpleName = new TreeMap<>();
        for (String name : importedPackages()) {
            List<Class<?>> types = new ArrayList<>(types(StandardLocation.CLASS_PATH, name, false));
            types.addAll(types(StandardLocation.PLATFORM_CLASS_PATH, name, false));
            types.forEach(type -> bySimpleName
                    .computeIfAbsent(type.getSimpleName(), simple -> new ArrayList<>())
                    .add(type.getName()));
        }
        Map<String, List<String>> shared = new TreeMap<>(bySimpleName);
        // What is imported by name is meant, whoever else has that name.
        shared.values()
                .removeIf(names -> names.size() == 1
                        || names.stream().noneMatch(name -> name.startsWith("lvm."))
                        || names.stream().anyMatch(JavaEvaluator.DEFAULT_IMPORTS::contains));
        assertEquals(Map.of(), shared);
        assertEquals(List.of("java.util.List"), bySimpleName.get("List"));
    }

    @Test
    void aCellKnowsEveryTypeOfTheLibraryByItsSimpleName() throws CellException {
        JavaEvaluator evaluator = new JavaEvaluator();
        try {
            List<Class<?>> library = library();
            String names = library.stream()
                    .map(type -> type.getSimpleName() + ".class")
                    .collect(Collectors.joining(", "));
            Object known = evaluator.evaluate("List.of(" + names + ")", 1).orElseThrow();
            assertEquals(library, known);
        } finally {
            evaluator.close();
        }
    }

    /** {@link DefaultImports} looks for the names that begin with a capital letter only. */
    @Test
    void everyTypeThatCellsImportBeginsWithACapitalLetter() {
        for (String name : importedPackages()) {
            List<Class<?>> types = new ArrayList<>(types(StandardLocation.CLASS_PATH, name, false));
            types.addAll(types(StandardLocation.PLATFORM_CLASS_PATH, name, false));
            assertEquals(
                    List.of(),
                    types.stream()
                            .map(Class::getSimpleName)
                            .filter(simple -> !Character.isUpperCase(simple.charAt(0)))
                            .toList());
        }
    }

    @Test
    void aPackageIsImportedWhenACellNamesAClassOfIt() throws CellException {
        JavaEvaluator evaluator = new JavaEvaluator();
        try {
            assertEquals(
                    Map.of(),
                    evaluator
                            .evaluate("Map<String, Pca> none = Map.of();\nnone", 1)
                            .orElseThrow());
            assertEquals("List<Integer>", typeOf(evaluator, "var list = Stream.of(1).toList();", "list"));
            assertEquals("BigInteger[]", typeOf(evaluator, "var big = new java.math.BigInteger[0];", "big"));
            assertEquals(
                    3,
                    evaluator
                            .evaluate("new \\u0041rrayList<>(List.of(1, 2, 3)).size()", 3)
                            .orElseThrow());
            // As if all were imported from the start: an own class hides the library's, and two of one name are told
            // apart.
            assertEquals(
                    "own",
                    evaluator
                            .evaluate("class Pca { public String toString() { return \"own\"; } }\nnew Pca() + \"\"", 4)
                            .orElseThrow());
            String text = Cells.failure(() -> evaluator.evaluate("import java.awt.*;\nList<String> l = null;", 5));
            assertTrue(text.contains("reference to List is ambiguous"), text);
            for (String name : List.of("Scanner", "Enumeration", "display")) {
                List<String> matches = evaluator.complete(name, 5).matches();
                assertTrue(matches.stream().anyMatch(each -> each.startsWith(name)), matches.toString());
            }
        } finally {
            evaluator.close();
        }
    }

    private static String typeOf(JavaEvaluator evaluator, String declaration, String name) throws CellException {
        evaluator.evaluate(declaration, 2);
        return evaluator.variables().stream()
                .filter(each -> each.name().equals(name))
                .map(JavaEvaluator.Variable::type)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void namesOfTypesAreShownWithoutWhatNeedNotBeImported() {
        assertEquals(
                "Map<String, java.awt.List[]>",
                DefaultImports.simple("java.util.Map<java.lang.String, java.awt.List[]>"));
        assertEquals("int", DefaultImports.simple("int"));
        assertEquals("Map.Entry<?, ?>", DefaultImports.simple("java.util.Map.Entry<?, ?>"));
    }
}

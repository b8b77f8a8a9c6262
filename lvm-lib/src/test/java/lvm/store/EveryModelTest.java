package lvm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import lvm.Child;
import lvm.SmallFits;
import lvm.model.Classifier;
import lvm.model.FittedModel;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of model, saved, and loaded in another process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryModelTest {
    private final Map<String, Object> models = new LinkedHashMap<>();
    private String child;

    /** Loads the models in a directory and prints what all their methods give. */
    static final class Loader {
        private Loader() {}

        public static void main(String[] args) throws IOException {
            try (var files = Files.list(Path.of(args[0]))) {
                for (Path file : files.sorted().toList()) {
                    print(file.getFileName().toString(), Models.load(file)).forEach(System.out::println);
                }
            }
        }
    }

    private static List<String> print(String file, Object model) {
        return ModelMethods.of(model).entrySet().stream()
                .map(entry ->
                        file + " " + entry.getKey() + " " + entry.getValue().replace('\n', ' '))
                .toList();
    }

    private static String file(String name) {
        return name.replace(' ', '_') + ".safetensors";
    }

    @BeforeAll
    void save(@TempDir Path directory) throws Exception {
        SmallFits.models().forEach((name, model) -> models.put(name, model.get()));
        models.forEach((name, model) -> ((SavedModel) model).save(directory.resolve(file(name))));
        child = Child.run(Loader.class, List.of(), directory.toString());
    }

    @Test
    void everyMethodGivesTheSameBitsInAnotherProcess() {
        Set<String> found = child.lines().collect(Collectors.toCollection(TreeSet::new));
        Set<String> expected = new TreeSet<>();
        models.forEach((name, model) -> expected.addAll(print(file(name), model)));
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(found);
        assertEquals(Set.of(), missing);
        assertEquals(expected, found);
    }

    /** In half precision every model can be saved and read, its file is shorter where it has floats, and it is rounded once only. */
    @Test
    void everyModelHasAHalfPrecision(@TempDir Path directory) throws IOException {
        int shorter = 0;
        for (Map.Entry<String, Object> entry : models.entrySet()) {
            SavedModel model = (SavedModel) entry.getValue();
            Path full = directory.resolve("whole");
            Path half = directory.resolve("half");
            Path again = directory.resolve("again");
            model.save(full);
            model.save(half, Precision.HALF);
            Models.load(half, model.getClass()).save(again, Precision.HALF);
            assertEquals(-1, Files.mismatch(half, again), entry.getKey());
            Safetensors.read(full).matrices("").forEach((name, matrix) -> {
                if (matrix instanceof FMatrixRMaj floats) {
                    float[] found = tensor(half, name).data;
                    for (int i = 0; i < found.length; i++) {
                        float whole = floats.data[i];
                        float expected = floats.numRows > 1 ? Half.value(Half.bits(whole)) : whole;
                        assertEquals(expected, found[i], entry.getKey() + " " + name);
                    }
                }
            });
            shorter += Files.size(half) < Files.size(full) ? 1 : 0;
        }
        assertTrue(shorter > models.size() / 3, shorter + " of " + models.size() + " have floats");
    }

    private static FMatrixRMaj tensor(Path file, String name) {
        try {
            return Safetensors.read(file).floats(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void mostMethodsAreReallyCalled() {
        long refused = child.lines().filter(line -> line.contains(" refused: ")).count();
        long all = child.lines().count();
        assertTrue(
                all > 10L * models.size() && refused < .15 * all,
                refused + " of " + all + " refused:\n"
                        + child.lines()
                                .filter(line -> line.contains(" refused: "))
                                .collect(Collectors.joining("\n")));
    }

    @Test
    void everyModelOfTheLibraryIsHere() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("lvm");
        Set<String> kinds = new TreeSet<>();
        classes.forEach(type -> {
            boolean model = type.isAssignableTo(FittedModel.class) || type.isAssignableTo(Classifier.class);
            if (model && !type.isInterface() && !type.getModifiers().contains(JavaModifier.ABSTRACT)) {
                kinds.add(type.getFullName());
            }
        });
        assertFalse(kinds.isEmpty());
        Set<String> tried = new TreeSet<>();
        models.values().forEach(model -> tried.add(model.getClass().getName()));
        kinds.removeAll(tried);
        assertEquals(Set.of(), kinds, "models that SmallFits does not have");
    }
}

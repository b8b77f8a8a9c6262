package lvm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package of the library may import which: the table of the architecture, for packages present and to come. */
class ImportsTest {
    private static final List<String> FAMILIES =
            List.of("factor", "mixture", "bernoulli", "vae", "flow", "boltzmann", "autoregressive", "gan");

    private static final Set<String> GROUND = Set.of("linalg", "random");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("lvm");

    private static final Map<String, Set<String>> MAY_IMPORT = table();

    private static Map<String, Set<String>> table() {
        Map<String, Set<String>> table = new LinkedHashMap<>();
        table.put("linalg", Set.of());
        table.put("random", GROUND);
        table.put("display", with("data"));
        table.put("autodiff", GROUND);
        table.put("data", GROUND);
        table.put("nn", with("autodiff", "model", "store"));
        table.put("distribution", with("autodiff", "data", "model", "nn", "store"));
        table.put("model", with("data"));
        table.put("store", with("model"));
        table.put("results", with("evaluation", "store"));
        table.put("optim", with("autodiff"));
        table.put("mcmc", with("model", "distribution", "store"));
        table.put("fit", with("autodiff", "model", "data", "display", "nn", "optim", "store"));
        Set<String> below = new TreeSet<>(table.keySet());
        below.remove("results");
        table.put("classify", Set.copyOf(below));
        FAMILIES.forEach(family -> {
            Set<String> more = new TreeSet<>(below);
            more.add("classify");
            table.put(family, more);
        });
        table.put("evaluation", with("model", "data", "distribution", "mcmc"));
        Set<String> representation = new TreeSet<>(below);
        representation.add("classify");
        representation.add("evaluation");
        table.put("representation", representation);
        table.put("plot", with("model", "data"));
        return table;
    }

    private static Set<String> with(String... names) {
        Set<String> all = new TreeSet<>(GROUND);
        all.addAll(List.of(names));
        return all;
    }

    static Stream<String> packages() {
        return MAY_IMPORT.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void importsOnlyWhatItMay(String name) {
        List<String> forbidden = new ArrayList<>(MAY_IMPORT.keySet());
        forbidden.removeAll(MAY_IMPORT.get(name));
        forbidden.remove(name);
        forbidden.add("kernel");
        noClasses()
                .that()
                .resideInAPackage("lvm." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        forbidden.stream().map(other -> "lvm." + other + "..").toArray(String[]::new))
                .allowEmptyShould(true) // a package that is still to come
                .check(CLASSES);
    }

    @Test
    void everyPackageStandsInTheTable() {
        Set<String> unknown = new TreeSet<>();
        CLASSES.forEach(type -> unknown.add(type.getPackageName()));
        unknown.removeIf(name -> MAY_IMPORT.containsKey(name.substring(name.indexOf('.') + 1)));
        assertEquals(Set.of(), unknown);
    }

    @Test
    void noFamilyMayImportAnotherOrPlot() {
        for (String family : FAMILIES) {
            Set<String> others = new HashSet<>(MAY_IMPORT.get(family));
            others.retainAll(FAMILIES);
            assertTrue(others.isEmpty(), family + " may import " + others);
            assertFalse(MAY_IMPORT.get(family).contains("plot"), family);
        }
    }
}

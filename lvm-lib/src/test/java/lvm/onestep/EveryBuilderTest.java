package lvm.onestep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import lvm.fit.NeuralFitBuilder;
import org.junit.jupiter.api.Test;

/** Every builder of a neural family has its step judged in one of the tests of this package. */
class EveryBuilderTest {
    private static Set<String> builders(JavaClass owner) {
        return owner.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(EveryBuilderTest::isBuilder)
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
    }

    private static boolean isBuilder(JavaClass c) {
        return c.isAssignableTo(NeuralFitBuilder.class) && !c.getModifiers().contains(JavaModifier.ABSTRACT);
    }

    @Test
    void everyBuilder() {
        var library = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("lvm");
        var tests = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages("lvm.onestep");
        Set<String> all = library.stream()
                .filter(EveryBuilderTest::isBuilder)
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> judged = tests.stream()
                .flatMap(c -> builders(c).stream())
                .filter(all::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(all, judged);
    }
}

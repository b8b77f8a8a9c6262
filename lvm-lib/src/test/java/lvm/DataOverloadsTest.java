package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import lvm.data.Dataset;
import lvm.model.Observed;
import org.ejml.data.Matrix;
import org.junit.jupiter.api.Test;

/** Every method of a model that takes rows of observations takes a data set too. */
class DataOverloadsTest {
    /** What takes latent variables, codes or descriptions, or rows that may hold NaN, which data do not. */
    private static final Set<String> OF_OTHER_ROWS = Set.of(
            "decode",
            "decodeVariance",
            "unwhiten",
            "principalAngles",
            "logDensityObserved",
            "encodeObserved",
            "impute",
            "energy",
            "sample",
            "walk",
            "means",
            "task");

    @Test
    void everyMethodTakesData() {
        Set<String> missing = new TreeSet<>();
        int seen = 0;
        for (JavaClass imported : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("lvm")) {
            Class<?> type = imported.reflect();
            if (!Observed.class.isAssignableFrom(type) || !Modifier.isPublic(type.getModifiers())) {
                continue;
            }
            for (Method method : type.getMethods()) {
                if (takesRows(method) && !OF_OTHER_ROWS.contains(method.getName())) {
                    seen++;
                    if (!hasTwin(type, method)) {
                        missing.add(type.getSimpleName() + "." + method.getName()
                                + Arrays.toString(method.getParameterTypes()));
                    }
                }
            }
        }
        assertEquals(Set.of(), missing);
        assertTrue(seen > 100, "methods looked at: " + seen);
    }

    private static boolean takesRows(Method method) {
        return !Modifier.isStatic(method.getModifiers())
                && !method.isBridge()
                && method.getParameterCount() > 0
                && Matrix.class.isAssignableFrom(method.getParameterTypes()[0]);
    }

    /** Whether there is a method with data in place of the rows; the labels of data need no argument of their own. */
    private static boolean hasTwin(Class<?> type, Method method) {
        List<Class<?>> rest = others(method);
        List<Class<?>> withoutLabels = new ArrayList<>(rest);
        withoutLabels.remove(int[].class);
        return Arrays.stream(type.getMethods())
                .filter(m -> m.getName().equals(method.getName()))
                .filter(m -> m.getParameterCount() > 0 && m.getParameterTypes()[0] == Dataset.class)
                .map(DataOverloadsTest::others)
                .anyMatch(found -> found.equals(rest)
                        || found.equals(withoutLabels)
                        || found.equals(rest.stream()
                                .map(c -> Matrix.class.isAssignableFrom(c) ? Dataset.class : c)
                                .toList()));
    }

    private static List<Class<?>> others(Method method) {
        Class<?>[] all = method.getParameterTypes();
        return List.of(all).subList(1, all.length);
    }
}

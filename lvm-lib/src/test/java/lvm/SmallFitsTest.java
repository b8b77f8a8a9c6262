package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import lvm.fit.FitBuilder;
import lvm.store.ModelMethods;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every model that a builder fits. */
class SmallFitsTest {
    static Stream<String> names() {
        return SmallFits.builders().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFitChangesNothingInItsBuilder(String name) {
        SmallFits.Case fit = SmallFits.builders().get(name);
        FitBuilder<?, ?> builder = fit.builder().get();
        Object first = builder.fit(fit.data());
        Object second = builder.fit(fit.data());
        assertEquals(ModelMethods.withoutSeconds(first), ModelMethods.withoutSeconds(second));
    }
}

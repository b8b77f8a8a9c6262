package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Tape;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An architecture does what its name says: every column that may depend on another does, and none that may not. The parameters are
 * random, and a dependence is one at any of many places, as rectified units are silent at some.
 */
class ReachTest {
    private static final int D = 5;

    /** Which column of z = f⁻¹(x), or of x = f(z), depends on which. */
    private record Case(String name, Architecture architecture, boolean inverse, boolean[][] expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Pattern {
        boolean depends(int i, int j);
    }

    private static boolean[][] pattern(Pattern pattern) {
        boolean[][] all = new boolean[D][D];
        for (int i = 0; i < D; i++) {
            for (int j = 0; j < D; j++) {
                all[i][j] = i == j || pattern.depends(i, j);
            }
        }
        return all;
    }

    /** The second after the first. */
    private static boolean[][] then(boolean[][] first, boolean[][] second) {
        return pattern((i, j) -> {
            boolean any = false;
            for (int k = 0; k < D; k++) {
                any |= second[i][k] && first[k][j];
            }
            return any;
        });
    }

    static Stream<Case> cases() {
        boolean[][] before = pattern((i, j) -> j < i);
        boolean[][] after = pattern((i, j) -> j > i);
        boolean[][] even = pattern((i, j) -> i % 2 == 0 && j % 2 == 1);
        boolean[][] odd = pattern((i, j) -> i % 2 == 1 && j % 2 == 0);
        boolean[][] all = pattern((i, j) -> true);
        return Stream.of(
                new Case("MAF", Maf.layers(1, 9), true, before),
                new Case("MAF of two hidden layers", Maf.layers(1, 9, 8), true, before),
                new Case("MAF, splines", Maf.layers(1, Transformer.spline(4, 3), 9), true, before),
                new Case("MAF, sampling", Maf.layers(1, 9), false, before),
                new Case("two MAFs, the second reversed", Maf.layers(2, 9), true, then(after, before)),
                new Case("IAF", Iaf.conditional(1, 0, 9), false, before),
                new Case("two IAFs", Iaf.conditional(2, 0, 9, 9), false, then(before, after)),
                new Case("RealNVP", RealNvp.layers(1, 6), true, even),
                new Case("RealNVP of two couplings", RealNvp.layers(2, 6), true, then(even, odd)),
                new Case("RealNVP of three couplings", RealNvp.layers(3, 6), true, then(then(even, odd), even)),
                new Case("NICE", Nice.layers(2, 6), true, then(even, odd)),
                new Case("Glow", Glow.layers(1, 6), true, all),
                new Case("planar", Planar.layers(1), false, all),
                new Case("radial", Radial.layers(1), false, all),
                new Case("Sylvester", Sylvester.layers(1, 2), false, all));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyDependenceIsThereAndNoOther(Case c) {
        SplittableRandom rng = new SplittableRandom(4);
        Bijector map = BijectorContractTest.random(c.architecture.make("", D, rng), rng);
        boolean[][] depends = new boolean[D][D];
        Tape tape = Tape.withoutGradients();
        for (int place = 0; place < 40; place++) {
            FMatrixRMaj rows = new FMatrixRMaj(D + 1, D);
            for (int j = 0; j < D; j++) {
                float v = (float) rng.nextGaussian();
                for (int i = 0; i <= D; i++) {
                    rows.set(i, j, i == j + 1 ? v + 0.5f : v);
                }
            }
            FMatrixRMaj y = (c.inverse
                            ? map.inverse(tape.reset(), tape.constant(rows), null)
                            : map.forward(tape.reset(), tape.constant(rows), null))
                    .y()
                    .value();
            for (int j = 0; j < D; j++) {
                for (int i = 0; i < D; i++) {
                    depends[i][j] |= Math.abs(y.get(j + 1, i) - y.get(0, i)) > 1e-5;
                }
            }
        }
        assertEquals(text(c.expected), text(depends));
    }

    private static String text(boolean[][] pattern) {
        StringBuilder s = new StringBuilder("\n");
        for (boolean[] row : pattern) {
            s.append(Arrays.toString(row).replace("true", "x").replace("false", "."))
                    .append('\n');
        }
        return s.toString();
    }
}

package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outside the image of its map a flow has the density 0. */
class OutsideTest {
    @ParameterizedTest
    @EnumSource(Base.class)
    void theDensityIsZeroWhereTheMapDoesNotReach(Base base) {
        Map<Bijector, float[]> outside = Map.of(
                Bijectors.exp(), new float[] {0, -1e-30f, -1, -1e30f},
                Bijectors.softplus(), new float[] {0, -1e-30f, -1, -1e30f},
                Bijectors.sigmoid(), new float[] {0, 1, -.1f, 1.1f, 1e30f, -1e30f},
                Bijectors.tanh(), new float[] {1, -1, 1.5f, -7, 1e30f, -1e30f});
        outside.forEach((map, values) -> {
            for (Bijector whole : new Bijector[] {map, Bijectors.affine(2, 1).then(map)}) {
                NormalizingFlow flow = NormalizingFlow.of(whole, 2, base);
                for (float value : values) {
                    FMatrixRMaj x = new FMatrixRMaj(3, 2, true, .5f, value, value, .5f, .5f, .5f);
                    double[] logs = flow.logDensity(x);
                    assertEquals(Double.NEGATIVE_INFINITY, logs[0], map + " at " + value);
                    assertEquals(Double.NEGATIVE_INFINITY, logs[1], map + " at " + value);
                    assertTrue(Double.isFinite(logs[2]), map + " within");
                }
            }
        });
    }

    /** The parts of a whole that is outside in one column only. */
    @ParameterizedTest
    @EnumSource(Base.class)
    void withinNothingChanges(Base base) {
        NormalizingFlow flow = NormalizingFlow.of(Bijectors.exp(), 1, base);
        double[] logs = flow.logDensity(new FMatrixRMaj(2, 1, true, 1, (float) Math.E));
        double[] ofBase =
                NormalizingFlow.of(Bijectors.identity(), 1, base).logDensity(new FMatrixRMaj(2, 1, true, 0, 1));
        assertArrayEquals(new double[] {ofBase[0], ofBase[1] - 1}, logs, 1e-6);
    }
}

package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.data.PlanarEnergy;
import lvm.data.Toy2d;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.distribution.Energy;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** A flow of the first layers, and flows on the rows of data. */
class PrefixTest {
    private static final NormalizingFlow PLANAR = NormalizingFlow.builder()
            .architecture(Planar.layers(3))
            .batchSize(50)
            .steps(20)
            .seed(2)
            .fit(Energy.of(PlanarEnergy.U1));
    private static final FMatrixRMaj Z = Matrices.normals(5, 2, new SplittableRandom(1));

    @Test
    void theFirstLayersAreThoseOfTheMap() {
        assertEquals(3, PLANAR.layers());
        assertArrayEquals(Z.data, PLANAR.prefix(0).decode(Z).data, 1e-6f);
        Bijector first = Bijectors.parts(PLANAR.map()).get(0);
        Bijector second = Bijectors.parts(PLANAR.map()).get(1);
        FMatrixRMaj expected = second.forward(first.forward(Z).y()).y();
        assertArrayEquals(expected.data, PLANAR.prefix(2).decode(Z).data, 1e-6f);
        assertArrayEquals(PLANAR.decode(Z).data, PLANAR.prefix(3).decode(Z).data, 1e-6f);
        assertThrows(IllegalArgumentException.class, () -> PLANAR.prefix(4));
        assertThrows(IllegalArgumentException.class, () -> PLANAR.prefix(-1));
    }

    @Test
    void theUnitsOfTheDataStay() {
        Dataset moons = Toy2d.TWO_MOONS.generate(200, 1);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(RealNvp.layers(2, 8))
                .batchSize(50)
                .steps(10)
                .seed(2)
                .fit(moons);
        assertArrayEquals(flow.decode(Z).data, flow.prefix(flow.layers()).decode(Z).data, 1e-4f);
        FMatrixRMaj base = flow.prefix(0).sample(4000, new SplittableRandom(3));
        assertArrayEquals(Matrices.means(moons.matrix()), Matrices.means(base), 0.1);
        assertArrayEquals(Matrices.variances(moons.matrix()), Matrices.variances(base), 0.15);
    }

    @Test
    void linesBetweenCodes() {
        Dataset a = Toy2d.TWO_MOONS.generate(2, 1);
        Dataset b = Toy2d.TWO_MOONS.generate(2, 2);
        FMatrixRMaj path = PLANAR.prefix(0).interpolate(a, b, 3);
        double middle = (a.get(1, 0) + b.get(1, 0)) / 2;
        assertEquals(middle, path.get(4, 0), 1e-6);
        assertArrayEquals(path.data, PLANAR.prefix(0).interpolate(a.floatMatrix(), b.floatMatrix(), 3).data);
    }

    @Test
    void levelsOfData() {
        Dataset levels = Dataset.of(new double[][] {{0, 1}, {1, 0}, {0.5, 0.5}, {1, 1}});
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(RealNvp.layers(2, 4))
                .dequantization(3)
                .batchSize(4)
                .steps(3)
                .seed(1)
                .fit(levels);
        FMatrixRMaj x = levels.floatMatrix();
        assertArrayEquals(
                flow.levelBound(x, 2, new SplittableRandom(1)), flow.levelBound(levels, 2, new SplittableRandom(1)));
        assertArrayEquals(
                flow.dequantize(x, new SplittableRandom(1)).data,
                flow.dequantize(levels, new SplittableRandom(1)).data);
    }
}

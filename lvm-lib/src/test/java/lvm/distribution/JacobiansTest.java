package lvm.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.flow.Coupling;
import lvm.flow.Maf;
import lvm.flow.Planar;
import lvm.flow.Transformer;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JacobiansTest {

    static Stream<Bijector> maps() {
        SplittableRandom rng = new SplittableRandom(3);
        List<Bijector> maps = List.of(
                new Coupling(
                        4,
                        new int[] {2, 3},
                        Transformer.affine(),
                        new lvm.nn.Mlp("net", lvm.autodiff.Activation.TANH, rng, 2, 8, 4)),
                new Maf("maf", 4, false, Transformer.affine(), rng, 16),
                new Planar("planar", 4, rng),
                new Planar("planar", 4, rng).inverted(),
                new Maf("a", 4, false, Transformer.affine(), rng, 16).then(new Planar("b", 4, rng)),
                Bijectors.sigmoid());
        maps.forEach(map -> map.params().forEach(p -> {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] += (float) (0.3 * rng.nextGaussian());
            }
        }));
        return maps.stream();
    }

    @ParameterizedTest
    @MethodSource("maps")
    void isTheQuotientOfDifferences(Bijector map) {
        FMatrixRMaj x = map.forward(new FMatrixRMaj(new float[][] {{0.3f, -0.6f, 0.9f, 0.2f}}))
                .y();
        DMatrixRMaj exact = map.jacobian(x);
        float h = 1e-3f; // the networks have kinks
        for (int j = 0; j < 4; j++) {
            FMatrixRMaj up = x.copy();
            FMatrixRMaj down = x.copy();
            up.data[j] += h;
            down.data[j] -= h;
            FMatrixRMaj zUp = map.inverse(up).y();
            FMatrixRMaj zDown = map.inverse(down).y();
            for (int i = 0; i < 4; i++) {
                double difference = ((double) zUp.data[i] - zDown.data[i]) / ((double) up.data[j] - down.data[j]);
                assertEquals(difference, exact.get(i, j), 5e-3 * Math.max(1, Math.abs(difference)), i + ", " + j);
            }
        }
        assertEquals(map.inverse(x).logDet()[0], Math.log(Math.abs(CommonOps_DDRM.det(exact))), 1e-4);
    }

    @ParameterizedTest
    @MethodSource("maps")
    void theInvertedMapHasTheInverseMatrix(Bijector map) {
        FMatrixRMaj z = new FMatrixRMaj(new float[][] {{0.3f, -0.6f, 0.9f, 0.2f}});
        DMatrixRMaj product = new DMatrixRMaj(4, 4);
        CommonOps_DDRM.mult(
                map.inverted().jacobian(z), map.jacobian(map.forward(z).y()), product);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                assertEquals(i == j ? 1 : 0, product.get(i, j), 1e-3);
            }
        }
    }

    @Test
    void anAutoregressiveMapIsTriangular() {
        Bijector maf = maps().toList().get(1);
        DMatrixRMaj jacobian = maf.jacobian(new FMatrixRMaj(new float[][] {{1, 2, 3, 4}}));
        assertEquals(0, jacobian.get(0, 1));
        assertEquals(0, jacobian.get(1, 3));
        assertTrue(jacobian.get(2, 0) != 0);
    }

    @Test
    void oneRowOnly() {
        assertThrows(IllegalArgumentException.class, () -> Bijectors.sigmoid().jacobian(new FMatrixRMaj(2, 3)));
    }

    @Test
    void partsOfMaps() {
        Bijector a = Bijectors.sigmoid();
        Bijector b = Bijectors.affine(2, 1);
        Bijector c = Bijectors.affine(3, 0);
        assertEquals(List.of(a, b, c), Bijectors.parts(Bijectors.chain(a, b).then(c)));
        assertEquals(List.of(a), Bijectors.parts(a));
        List<Bijector> inverse =
                Bijectors.parts(Bijectors.chain(a, b).inverted().then(c));
        assertEquals(3, inverse.size());
        assertEquals(b, inverse.get(0).inverted());
        assertEquals(a, inverse.get(1).inverted());
        assertEquals(c, inverse.get(2));
    }
}

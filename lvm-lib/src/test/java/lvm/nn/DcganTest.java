package lvm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** The networks of adversarial networks that are offered by name. */
class DcganTest {
    private static FMatrixRMaj forward(Layer layer, FMatrixRMaj x) {
        Tape tape = new Tape();
        return layer.forward(tape, tape.constant(x)).value().copy();
    }

    private static FMatrixRMaj random(int rows, int cols) {
        return WeightInit.HE.draw(rows, cols, new SplittableRandom(8));
    }

    @Test
    void recipesMakeTheSameNetworks() {
        List<NetworkFactory> all = List.of(
                NetworkFactory.dcganGenerator(8, 4, 3),
                NetworkFactory.dcganDiscriminator(8, true, 3, 4),
                NetworkFactory.maxout(3, 6, 5),
                NetworkFactory.batchNormalized(Activation.TANH, 6, 5));
        for (NetworkFactory factory : all) {
            Recipe recipe = factory.recipe().orElseThrow();
            FMatrixRMaj x = random(5, 64);
            assertArrayEquals(
                    forward(factory.make("a", 64, 64, new SplittableRandom(1)), x).data,
                    forward(NetworkFactory.of(recipe).make("a", 64, 64, new SplittableRandom(1)), x).data);
        }
    }

    /** A condition is seen by the discriminator, and images side by side are channels: the second is not the first. */
    @Test
    void imagesAndConditionsAreChannels() {
        Layer layer = NetworkFactory.dcganDiscriminator(4, false, 2).make("d", 2 * 16 + 3, 1, new SplittableRandom(2));
        FMatrixRMaj x = random(1, 35);
        float before = forward(layer, x).data[0];
        for (int column : new int[] {0, 15, 16, 31, 32, 34}) {
            FMatrixRMaj moved = x.copy();
            moved.data[column] += 1;
            assertNotEquals(before, forward(layer, moved).data[0], "column " + column);
        }
        // 4×4 filters over two images and three planes of conditions
        assertEquals(5 * 16, layer.params().get(0).value().numRows);
    }

    @Test
    void imagesOfAnotherShapeAreRefused() {
        String text = assertThrows(
                        IllegalArgumentException.class,
                        () -> NetworkFactory.dcganGenerator(28, 4, 3).make("g", 2, 100, new SplittableRandom(1)))
                .getMessage();
        assertTrue(text.contains("100 columns") && text.contains("784"), text);
        text = assertThrows(
                        IllegalArgumentException.class,
                        () -> NetworkFactory.dcganDiscriminator(28, true, 4).make("d", 100, 1, new SplittableRandom(1)))
                .getMessage();
        assertTrue(text.contains("100 columns") && text.contains("784"), text);
        assertThrows(IllegalArgumentException.class, () -> NetworkFactory.dcganGenerator(28, 4, 3, 2));
        assertThrows(IllegalArgumentException.class, () -> NetworkFactory.dcganDiscriminator(28, true));
        assertThrows(IllegalArgumentException.class, () -> NetworkFactory.maxout(0, 3));
        assertThrows(IllegalArgumentException.class, () -> NetworkFactory.batchNormalized(Activation.TANH, 0));
        assertThrows(IllegalArgumentException.class, () -> new LeakyRelu(Double.NaN));
    }

    /** yⱼ is the largest of the k products of its columns of weights. */
    @Test
    void maxoutTakesTheLargest() {
        Maxout layer = new Maxout("m", 3, 2, 4, new SplittableRandom(4));
        FMatrixRMaj x = random(5, 3);
        FMatrixRMaj w = layer.params().get(0).value();
        FMatrixRMaj b = layer.params().get(1).value();
        for (int j = 0; j < 8; j++) {
            b.data[j] = 0.1f * j;
        }
        FMatrixRMaj y = forward(layer, x);
        for (int i = 0; i < 5; i++) {
            for (int unit = 0; unit < 2; unit++) {
                double most = Double.NEGATIVE_INFINITY;
                for (int j = 4 * unit; j < 4 * unit + 4; j++) {
                    double a = b.get(0, j);
                    for (int k = 0; k < 3; k++) {
                        a += x.get(i, k) * w.get(k, j);
                    }
                    most = Math.max(most, a);
                }
                assertEquals(most, y.get(i, unit), 1e-6);
            }
        }
    }
}

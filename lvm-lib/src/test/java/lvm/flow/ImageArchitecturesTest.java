package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lvm.autodiff.Param;
import lvm.distribution.Bijector;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which pixels each coupling of a multi-scale flow moves. At the start every coupling is the identity; where the bias of one network
 * is not 0, the pixels change that this coupling maps.
 */
class ImageArchitecturesTest {
    private static final Pattern COUPLING = Pattern.compile("(coupling\\.\\d+)\\..*");

    /** The last parameter of the network of each coupling, from the image to the latents. */
    private static List<Param> biases(Bijector map) {
        Map<String, Param> biases = new LinkedHashMap<>();
        for (Param p : map.params()) {
            Matcher name = COUPLING.matcher(p.name());
            if (name.matches()) {
                biases.put(name.group(1), p);
            }
        }
        return new ArrayList<>(biases.values());
    }

    private static FMatrixRMaj normal(int rows, int dim) {
        FMatrixRMaj z = new FMatrixRMaj(rows, dim);
        SplittableRandom rng = new SplittableRandom(1);
        for (int i = 0; i < z.getNumElements(); i++) {
            z.data[i] = (float) rng.nextGaussian();
        }
        return z;
    }

    private static BitSet changed(FMatrixRMaj before, FMatrixRMaj after) {
        BitSet columns = new BitSet();
        for (int i = 0; i < after.getNumElements(); i++) {
            if (Math.abs(after.data[i] - before.data[i]) > 1e-5) {
                columns.set(i % after.numCols);
            }
        }
        return columns;
    }

    /** The pixels that each coupling maps, from the image to the latents. */
    private static List<BitSet> moved(Bijector map, int dim) {
        FMatrixRMaj z = normal(2, dim);
        FMatrixRMaj start = map.forward(z).y();
        List<BitSet> all = new ArrayList<>();
        for (Param bias : biases(map)) {
            bias.value().fill(0.3f);
            all.add(changed(start, map.forward(z).y()));
            bias.value().zero();
        }
        return all;
    }

    /**
     * Dinh, Sohl-Dickstein and Bengio, section 3.6: three couplings of alternating colours of a checkerboard, three of alternating
     * halves of the channels after a squeeze, half of the channels is done; at the end four of a checkerboard.
     */
    @ParameterizedTest
    @CsvSource({"1, 4, 4, 1", "1, 8, 8, 2", "3, 8, 4, 2", "2, 4, 8, 1"})
    void realNvp(int channels, int height, int width, int scales) {
        int dim = channels * height * width;
        Bijector map = RealNvp.images(channels, height, width, scales, 3).make(dim, new SplittableRandom(2));
        List<BitSet> moved = moved(map, dim);
        assertEquals(6 * scales + 4, moved.size());
        BitSet left = new BitSet();
        left.set(0, dim);
        for (int at = 0; at < moved.size(); at += at < 6 * scales ? 3 : 4) {
            assertAlternate(moved.subList(at, at < 6 * scales ? at + 3 : at + 4), left);
            BitSet first = moved.get(at);
            if (at % 6 == 0) {
                // No two of a checkerboard lie side by side: at the first scale that is the parity of row and column.
                for (int p = 0; at == 0 && p < dim; p++) {
                    assertEquals((p / width % height + p % width) % 2 == 0, first.get(p), "pixel " + p);
                }
            } else {
                for (int p = 0; at == 3 && p < dim; p++) {
                    // The channels after a squeeze are those before, each with the corners of its squares of 2×2.
                    int channel = 4 * (p / (height * width)) + 2 * (p / width % height % 2) + p % width % 2;
                    assertEquals(channel < 2 * channels, first.get(p), "pixel " + p);
                }
                // The first half goes on.
                left.and(first);
            }
        }
        assertEquals(dim >> scales, left.cardinality());
    }

    /** Each moves half of what is left, and the next one the other half. */
    private static void assertAlternate(List<BitSet> moved, BitSet left) {
        for (int k = 0; k < moved.size(); k++) {
            BitSet pixels = moved.get(k);
            assertEquals(left.cardinality() / 2, pixels.cardinality());
            BitSet beyond = (BitSet) pixels.clone();
            beyond.andNot(left);
            assertTrue(beyond.isEmpty(), "coupling " + k + " moves what is done: " + beyond);
            assertEquals(k > 0, k > 0 && !pixels.intersects(moved.get(k - 1)), "coupling " + k + " of " + moved);
        }
    }

    /**
     * Kingma and Dhariwal, table 1 and figure 2: in each step a linear map mixes the channels of a place, then the coupling maps one
     * half of them, in the next step the other half.
     */
    @Test
    void glow() {
        int dim = 32;
        List<BitSet> last = new ArrayList<>();
        for (int steps = 1; steps <= 3; steps++) {
            Bijector map = Glow.images(2, 4, 4, 1, steps, 3).make(dim, new SplittableRandom(2));
            FMatrixRMaj x = normal(1, dim);
            FMatrixRMaj z = map.inverse(x).y();
            List<Param> biases = biases(map);
            assertEquals(steps, biases.size());
            biases.get(steps - 1).value().fill(0.3f);
            last.add(changed(z, map.inverse(x).y()));
            assertEquals(dim / 2, last.get(steps - 1).cardinality());
            if (steps == 1) {
                // What the coupling leaves alone has seen all channels of its square of 2×2 pixels, and nothing else.
                for (int p = 0; p < dim; p++) {
                    FMatrixRMaj other = x.copy();
                    other.data[p] += 1;
                    BitSet reached =
                            changed(map.inverse(x).y(), map.inverse(other).y());
                    int place = p / 4 % 4 / 2 * 2 + p % 4 / 2;
                    for (int c = 0; c < dim; c++) {
                        if (!last.get(0).get(c)) {
                            assertEquals(c % 4 == place, reached.get(c), "pixel " + p + ", latent variable " + c);
                        }
                    }
                }
            }
        }
        assertTrue(!last.get(0).intersects(last.get(1)), last.toString());
        assertEquals(last.get(0), last.get(2));
    }
}

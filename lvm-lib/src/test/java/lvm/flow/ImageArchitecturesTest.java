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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which pixels each coupling of a multi-scale flow moves. At the start every coupling is the identity; where the bias of one network
 * is not 0, the pixels change that this coupling maps.
 */
class ImageArchitecturesTest {
    private static final Pattern COUPLING = Pattern.compile("(coupling\\.\\d+)\\..*");

    /** The pixels that each coupling maps, from the image to the latents. */
    private static List<BitSet> moved(Bijector map, int dim) {
        Map<String, Param> biases = new LinkedHashMap<>();
        for (Param p : map.params()) {
            Matcher name = COUPLING.matcher(p.name());
            if (name.matches()) {
                biases.put(name.group(1), p); // the last one of the network
            }
        }
        FMatrixRMaj z = new FMatrixRMaj(2, dim);
        SplittableRandom rng = new SplittableRandom(1);
        for (int i = 0; i < z.getNumElements(); i++) {
            z.data[i] = (float) rng.nextGaussian();
        }
        FMatrixRMaj start = map.forward(z).y();
        List<BitSet> all = new ArrayList<>();
        for (Param bias : biases.values()) {
            bias.value().fill(0.3f);
            FMatrixRMaj x = map.forward(z).y();
            bias.value().zero();
            BitSet pixels = new BitSet();
            for (int i = 0; i < x.getNumElements(); i++) {
                if (Math.abs(x.data[i] - start.data[i]) > 1e-5) {
                    pixels.set(i % dim);
                }
            }
            all.add(pixels);
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
        Bijector map =
                RealNvp.images(channels, height, width, scales, 3).make(dim, new SplittableRandom(2));
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
}

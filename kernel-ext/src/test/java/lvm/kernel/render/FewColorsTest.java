package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FewColorsTest {

    private static int distance(int a, int b) {
        int most = 0;
        for (int channel = 0; channel < 32; channel += 8) {
            most = Math.max(most, Math.abs((a >>> channel & 255) - (b >>> channel & 255)));
        }
        return most;
    }

    @Test
    void fewColoursStayAsTheyAre() {
        int[] pixels = new int[2560];
        Arrays.setAll(pixels, i -> 0xff000000 | i % 256 << 8 | i % 256);
        FewColors few = FewColors.of(pixels);
        assertEquals(256, few.palette().length);
        for (int pixel : pixels) {
            assertEquals(pixel, few.palette()[few.place(pixel)]);
        }
    }

    @Test
    void manyColoursAreNear() {
        int[] pixels = new int[4000];
        // A scale of a thousand colours, as of a heat map, and text at the edge of which the page is seen.
        Arrays.setAll(
                pixels,
                i -> i < 3000
                        ? 0xff000000 | 255 - i / 12 << 16 | 200 - i / 30 << 8 | 255 - i / 24
                        : (i % 256) << 24 | 0x6b6b6b);
        FewColors few = FewColors.of(pixels);
        assertTrue(few.palette().length <= 256);
        for (int pixel : pixels) {
            int shown = few.palette()[few.place(pixel)];
            boolean near = pixel >>> 24 == 0 ? shown >>> 24 < 8 : distance(pixel, shown) <= 8;
            assertTrue(near, Integer.toHexString(pixel) + " is " + Integer.toHexString(shown));
        }
    }

    @Test
    void noiseIsApproximatedToo() {
        SplittableRandom rng = new SplittableRandom(1);
        int[] pixels = new int[20_000];
        Arrays.setAll(pixels, i -> 0xff000000 | rng.nextInt(1 << 24));
        FewColors few = FewColors.of(pixels);
        assertEquals(256, few.palette().length);
        double sum = 0;
        for (int pixel : pixels) {
            sum += distance(pixel, few.palette()[few.place(pixel)]);
        }
        assertTrue(sum / pixels.length < 32, "mean distance " + sum / pixels.length);
    }

    @Test
    void whatCanNotBeSeenIsOneColour() {
        FewColors few = FewColors.of(new int[] {0x00ffffff, 0x00123456, 0, 0xff000000});
        assertEquals(2, few.palette().length);
        assertEquals(few.place(0), few.place(0x00ffffff));
        assertEquals(0, few.palette()[few.place(0x00123456)] >>> 24);
    }
}

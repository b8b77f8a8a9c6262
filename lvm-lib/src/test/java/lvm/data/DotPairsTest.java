package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class DotPairsTest {
    /** Pixel (y, x) of the first image is pixel (y + label / 3 − 1, x + label % 3 − 1) of the second, around the edges. */
    @Test
    void shifts() {
        Dataset pairs = DotPairs.SHIFTS.generate(27, 5, 3);
        assertEquals(50, pairs.dim());
        for (int r = 0; r < 27; r++) {
            assertEquals(r % 9, pairs.label(r));
            for (int y = 0; y < 5; y++) {
                for (int x = 0; x < 5; x++) {
                    int toY = (y + pairs.label(r) / 3 - 1 + 5) % 5;
                    int toX = (x + pairs.label(r) % 3 - 1 + 5) % 5;
                    assertEquals(pairs.get(r, 25 + 5 * y + x), pairs.get(r, 5 * toY + toX));
                }
            }
        }
    }

    /** A quarter is exact: rows become columns. By none, the disc stays. The middle stays. */
    @Test
    void rotations() {
        Dataset pairs = DotPairs.ROTATIONS.generate(16, 5, 3);
        int[] disc = {1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23};
        for (int r = 0; r < 16; r++) {
            assertEquals(pairs.get(r, 25 + 12), pairs.get(r, 12));
            for (int corner : new int[] {0, 4, 20, 24}) {
                assertEquals(0, pairs.get(r, corner));
            }
            for (int i : disc) {
                int y = i / 5 - 2;
                int x = i % 5 - 2;
                if (pairs.label(r) == 0) {
                    assertEquals(pairs.get(r, 25 + i), pairs.get(r, i));
                } else if (pairs.label(r) == 2) {
                    assertEquals(pairs.get(r, 25 + 5 * (2 - x) + 2 + y), pairs.get(r, i));
                } else if (pairs.label(r) == 4) {
                    assertEquals(pairs.get(r, 25 + 5 * (2 - y) + 2 - x), pairs.get(r, i));
                }
            }
        }
        assertArrayEquals(pairs.labels(), DotPairs.ROTATIONS.generate(16, 5, 9).labels());
        assertThrows(IllegalArgumentException.class, () -> DotPairs.SHIFTS.generate(1, 2, 1));
    }
}

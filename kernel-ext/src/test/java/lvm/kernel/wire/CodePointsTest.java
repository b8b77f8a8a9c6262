package lvm.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CodePointsTest {
    private static final String TEXT = "a😀é😀b";

    @Test
    void everyPositionGoesThereAndBack() {
        int length = TEXT.codePointCount(0, TEXT.length());
        for (int i = 0; i <= length; i++) {
            int units = CodePoints.toUtf16(TEXT, i);
            assertEquals(i, TEXT.substring(0, units).codePoints().count());
            assertEquals(i, CodePoints.fromUtf16(TEXT, units));
        }
    }

    @Test
    void positionsOutsideAreMovedToTheEnds() {
        assertEquals(0, CodePoints.toUtf16(TEXT, -3));
        assertEquals(TEXT.length(), CodePoints.toUtf16(TEXT, Integer.MAX_VALUE));
        assertEquals(0, CodePoints.fromUtf16(TEXT, -3));
        assertEquals(5, CodePoints.fromUtf16(TEXT, 100));
        assertEquals(0, CodePoints.toUtf16("", 1));
    }
}

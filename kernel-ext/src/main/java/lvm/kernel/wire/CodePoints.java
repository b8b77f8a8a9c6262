package lvm.kernel.wire;

/** Cursor positions: the protocol counts Unicode code points, Java counts UTF-16 units. */
public final class CodePoints {
    private CodePoints() {}

    /**
     * The position in UTF-16 units.
     *
     * @param text the text
     * @param codePoints a position in code points; one beyond the text stands for its end, a negative one for its start
     * @return the position in UTF-16 units
     */
    public static int toUtf16(String text, int codePoints) {
        if (codePoints <= 0) {
            return 0;
        }
        int length = text.codePointCount(0, text.length());
        return codePoints >= length ? text.length() : text.offsetByCodePoints(0, codePoints);
    }

    /**
     * The position in code points.
     *
     * @param text the text
     * @param units a position in UTF-16 units; one beyond the text stands for its end, a negative one for its start
     * @return the position in code points
     */
    public static int fromUtf16(String text, int units) {
        return text.codePointCount(0, Math.max(0, Math.min(units, text.length())));
    }
}

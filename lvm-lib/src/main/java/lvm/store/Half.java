package lvm.store;

/** Numbers of 16 bits, the binary16 of IEEE 754: a sign, 5 bits of an exponent and 10 of a fraction. */
final class Half {
    /** The largest one. */
    static final float MOST = 65504;

    /** Halfway from the largest one to the next that 11 bits would have: rounding to even carries it out of the range. */
    private static final int BEYOND = Float.floatToIntBits(65520);

    /** 2⁻¹⁴: what is nearer to 0 is a multiple of {@link #STEP}. */
    private static final int LEAST_NORMAL = Float.floatToIntBits(0x1p-14f);

    private static final float STEP = 0x1p-24f;
    private static final int INFINITY = Float.floatToIntBits(Float.POSITIVE_INFINITY);
    private static final int FRACTION = 10;
    private static final int DROPPED = 13; // of the 23 bits of a float's fraction
    private static final int BIASES = 127 - 15 << 23; // the exponents of a float count from another number

    private Half() {}

    /** Whether a number is finite and rounds to none that is. */
    static boolean overflows(float x) {
        int magnitude = Float.floatToIntBits(Math.abs(x));
        return magnitude >= BEYOND && magnitude < INFINITY;
    }

    /** The nearest number's bits, halfway those that are even; what overflows must have been asked for before. */
    static short bits(float x) {
        int sign = Float.floatToRawIntBits(x) >>> 16 & 0x8000;
        int magnitude = Float.floatToIntBits(Math.abs(x));
        if (magnitude > INFINITY) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude == INFINITY) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < LEAST_NORMAL) {
            return (short) (sign | (int) Math.rint(Math.abs((double) x) / STEP));
        }
        int half = (1 << DROPPED - 1) - 1 + (magnitude >>> DROPPED & 1);
        return (short) (sign | magnitude + half - BIASES >>> DROPPED);
    }

    /** The number of 16 bits, which a float has exactly. */
    static float value(short bits) {
        int exponent = bits >>> FRACTION & 0x1f;
        int fraction = bits & (1 << FRACTION) - 1;
        float magnitude;
        if (exponent == 0) {
            magnitude = fraction * STEP;
        } else if (exponent == 0x1f) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Float.intBitsToFloat(((exponent << FRACTION | fraction) << DROPPED) + BIASES);
        }
        return bits < 0 ? -magnitude : magnitude;
    }
}

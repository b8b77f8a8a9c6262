package lvm.data;

import java.nio.ByteBuffer;

/** Where the numbers of data stand, one after the other, as bytes, floats or doubles. They never change. */
abstract class Storage {

    /** The number at a place. */
    abstract double get(long place);

    /** Called before and after some numbers are read: numbers that stand elsewhere may have been changed there. */
    void check() {}

    /** Whether the numbers stand in files, of which nobody wants to have a copy in memory. */
    boolean isOnDisk() {
        return false;
    }

    /** Whether the numbers are bytes over a divisor, such as grey levels. */
    boolean isBytes() {
        return false;
    }

    /** Copies neighbouring numbers, rounded to floats. */
    abstract void copy(long start, int count, float[] out, int at);

    /** Copies neighbouring numbers. */
    abstract void copy(long start, int count, double[] out, int at);

    /** The bytes that a number takes. */
    abstract int width();

    /** Puts neighbouring numbers into a buffer as they are stored, the most significant byte first. */
    abstract void put(long start, int count, ByteBuffer out);

    /** The place of the first number that is too large for a float; -1 if there is none. */
    long tooLargeForFloat() {
        return -1;
    }

    /** Bytes, each standing for the number b / divisor, with b from 0 to 255. */
    static final class Bytes extends Storage {
        private final byte[] values;
        private final double divisor;
        private final float[] floats = new float[256]; // what each byte stands for
        private final double[] doubles = new double[256];

        Bytes(byte[] values, double divisor) {
            this.values = values;
            this.divisor = divisor;
            for (int b = 0; b < 256; b++) {
                doubles[b] = b / divisor;
                floats[b] = (float) doubles[b];
            }
        }

        /** Whole rows of bytes, checked. */
        static Bytes rows(byte[] values, int dim, double divisor) {
            if (dim < 1) {
                throw new IllegalArgumentException("Dataset.ofBytes: dim " + dim + ", expected at least 1");
            }
            if (!(divisor > 0 && divisor < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "Dataset.ofBytes: divisor " + divisor + ", expected a positive finite number");
            }
            if (values.length == 0 || values.length % dim != 0) {
                throw new IllegalArgumentException(
                        "Dataset.ofBytes: " + values.length + " bytes, expected one or more rows of " + dim);
            }
            return new Bytes(values, divisor);
        }

        @Override
        double get(long place) {
            return doubles[values[(int) place] & 0xff];
        }

        @Override
        void copy(long start, int count, float[] out, int at) {
            for (int j = 0; j < count; j++) {
                out[at + j] = floats[values[(int) start + j] & 0xff];
            }
        }

        @Override
        void copy(long start, int count, double[] out, int at) {
            for (int j = 0; j < count; j++) {
                out[at + j] = doubles[values[(int) start + j] & 0xff];
            }
        }

        @Override
        int width() {
            return 1;
        }

        @Override
        void put(long start, int count, ByteBuffer out) {
            out.put(values, (int) start, count);
        }

        @Override
        boolean isBytes() {
            return true;
        }

        @Override
        public String toString() {
            return text(divisor);
        }

        static String text(double divisor) {
            String text = Double.toString(divisor);
            return "bytes / " + (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
        }
    }

    /** Floats. */
    static final class Floats extends Storage {
        private final float[] values;

        Floats(float[] values) {
            this.values = values;
        }

        @Override
        double get(long place) {
            return values[(int) place];
        }

        @Override
        void copy(long start, int count, float[] out, int at) {
            System.arraycopy(values, (int) start, out, at, count);
        }

        @Override
        void copy(long start, int count, double[] out, int at) {
            for (int j = 0; j < count; j++) {
                out[at + j] = values[(int) start + j];
            }
        }

        @Override
        int width() {
            return Float.BYTES;
        }

        @Override
        void put(long start, int count, ByteBuffer out) {
            out.asFloatBuffer().put(values, (int) start, count);
            out.position(out.position() + Float.BYTES * count);
        }

        @Override
        public String toString() {
            return "floats";
        }
    }

    /** Doubles. */
    static final class Doubles extends Storage {
        private final double[] values;
        private final int tooLarge;

        Doubles(double[] values) {
            this.values = values;
            int place = -1;
            for (int i = 0; i < values.length && place < 0; i++) {
                if (Math.abs(values[i]) > Float.MAX_VALUE) {
                    place = i;
                }
            }
            tooLarge = place;
        }

        @Override
        double get(long place) {
            return values[(int) place];
        }

        @Override
        void copy(long start, int count, float[] out, int at) {
            for (int j = 0; j < count; j++) {
                out[at + j] = (float) values[(int) start + j];
            }
        }

        @Override
        void copy(long start, int count, double[] out, int at) {
            System.arraycopy(values, (int) start, out, at, count);
        }

        @Override
        int width() {
            return Double.BYTES;
        }

        @Override
        void put(long start, int count, ByteBuffer out) {
            out.asDoubleBuffer().put(values, (int) start, count);
            out.position(out.position() + Double.BYTES * count);
        }

        @Override
        long tooLargeForFloat() {
            return tooLarge;
        }

        @Override
        public String toString() {
            return "doubles";
        }
    }
}

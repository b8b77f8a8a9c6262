package lvm.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongFunction;
import org.ejml.data.DMatrixRMaj;

/** Writes files of numbers for tests. */
public final class NumberFiles {
    private NumberFiles() {}

    /** A matrix as {@code .npy} in doubles. */
    public static Path npy(Path file, DMatrixRMaj x) {
        return npy(file, "<f8", x.numRows, x.numCols, i -> {
            double[] row = new double[x.numCols];
            System.arraycopy(x.data, (int) i * x.numCols, row, 0, row.length);
            return row;
        });
    }

    /** Rows as {@code .npy}, made one after the other. */
    public static Path npy(Path file, String type, long rows, int dim, LongFunction<double[]> row) {
        String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + rows + ", " + dim + "), }";
        return write(file, header(text), order(type), type.substring(1), rows, row);
    }

    /** What stands before the numbers, as NumPy writes it. */
    public static byte[] header(String text) {
        int length = (10 + text.length() + 1 + 63) / 64 * 64 - 10;
        ByteBuffer bytes = ByteBuffer.allocate(10 + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        bytes.putShort((short) length).put(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.position() < 9 + length) {
            bytes.put((byte) ' ');
        }
        return bytes.put((byte) '\n').array();
    }

    private static ByteOrder order(String type) {
        return type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** Numbers of a type of NumPy behind a header. */
    public static Path write(
            Path file, byte[] header, ByteOrder order, String type, long rows, LongFunction<double[]> row) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            out.write(header);
            for (long i = 0; i < rows; i++) {
                double[] values = row.apply(i);
                ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(order);
                for (double value : values) {
                    switch (type) {
                        case "u1", "i1", "b1" -> bytes.put((byte) value);
                        case "i2" -> bytes.putShort((short) value);
                        case "i4" -> bytes.putInt((int) value);
                        case "i8" -> bytes.putLong((long) value);
                        case "f4" -> bytes.putFloat((float) value);
                        default -> bytes.putDouble(value);
                    }
                }
                out.write(bytes.array(), 0, bytes.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}

package lvm.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a file in NumPy's format {@code .npy} (numpy.lib.format, versions 1 to 3): the magic bytes, the version, the length
 * of a text, and the text of a Python dictionary that says type, order and shape.
 *
 * @param offset the first byte of the numbers
 */
record Npy(Mapped.Type type, ByteOrder order, long rows, int dim, long offset) {
    private static final String WHAT = "DataFiles.npy";
    private static final String MAGIC = "\u0093NUMPY";
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=])(\\w+)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*True");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
    private static final int ALIGNED = 64;

    static Npy read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(8);
            String magic = new String(start, 0, Math.min(6, start.length), StandardCharsets.ISO_8859_1);
            if (start.length < 8 || !magic.equals(MAGIC) || start[6] < 1 || start[6] > 3) {
                throw bad(file, "is no NumPy file of version 1 to 3: it begins with other bytes");
            }
            int width = start[6] == 1 ? Short.BYTES : Integer.BYTES;
            byte[] number = in.readNBytes(width);
            ByteBuffer bytes = ByteBuffer.wrap(number).order(ByteOrder.LITTLE_ENDIAN);
            int length = number.length < width ? -1 : width == Short.BYTES ? bytes.getShort() & 0xffff : bytes.getInt();
            byte[] text = length < 0 ? new byte[0] : in.readNBytes(length);
            if (length < 0 || text.length < length) {
                throw bad(file, "is cut short: it ends within its header");
            }
            return parse(file, new String(text, StandardCharsets.UTF_8), start.length + (long) width + length);
        } catch (IOException e) {
            throw DataFiles.unreadable(WHAT, file, e);
        }
    }

    private static Npy parse(Path file, String text, long offset) {
        Matcher type = TYPE.matcher(text);
        Matcher shape = SHAPE.matcher(text);
        if (!type.find() || !shape.find()) {
            throw bad(file, "has the header " + text.strip() + ", expected one type of numbers and a shape");
        }
        if (FORTRAN.matcher(text).find()) {
            throw bad(
                    file, "has its numbers by columns; write it anew by numpy.save(file, numpy.ascontiguousarray(x))");
        }
        String[] sizes = shape.group(1).replace(" ", "").split(",");
        if (sizes.length > 2 || sizes[0].isEmpty()) {
            throw bad(file, "has the shape (" + shape.group(1) + "), expected (n, D) or (n,); reshape it first");
        }
        long rows = Long.parseLong(sizes[0]);
        long dim = sizes.length == 2 ? Long.parseLong(sizes[1]) : 1;
        if (dim < 1 || dim > Integer.MAX_VALUE) {
            throw bad(file, "has " + dim + " columns");
        }
        Mapped.Type numbers = switch (type.group(2)) {
            case "f4" -> Mapped.Type.FLOAT;
            case "f8" -> Mapped.Type.DOUBLE;
            case "u1", "b1" -> Mapped.Type.UNSIGNED_BYTE;
            case "i1" -> Mapped.Type.SIGNED_BYTE;
            case "i2" -> Mapped.Type.SHORT;
            case "i4" -> Mapped.Type.INT;
            case "i8" -> Mapped.Type.LONG;
            default ->
                throw bad(
                        file,
                        "has numbers of the type " + type.group(2) + ", expected f4, f8, u1, i1, i2, i4, i8 or b1");
        };
        ByteOrder order = type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new Npy(numbers, order, rows, (int) dim, offset);
    }

    /** A header for doubles with the least significant byte first, of a length that does not depend on the number of rows. */
    static byte[] doubles(long rows, int dim) {
        String text = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + rows + ", " + dim + "), }";
        int before = MAGIC.length() + 2 + Short.BYTES;
        int length = 2 * ALIGNED - before;
        ByteBuffer header = ByteBuffer.allocate(2 * ALIGNED).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC.getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) length);
        header.put((text + " ".repeat(length - 1 - text.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
        return header.array();
    }

    private static IllegalArgumentException bad(Path file, String what) {
        return new IllegalArgumentException(WHAT + ": " + file + " " + what);
    }
}

package lvm.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Named matrices in one file of the safetensors layout, which programs in Python and elsewhere read and write: 8 bytes
 * with the little-endian length of the header; the header, a JSON object that gives each name its {@code dtype},
 * {@code shape} and {@code data_offsets}, and strings under {@code __metadata__}; then the numbers, little-endian and by
 * rows. Here {@code F32} and {@code F16} are an {@code FMatrixRMaj}, {@code F64} a {@code DMatrixRMaj}, {@code I64} a
 * {@code long[]}. What was read as {@code F16} is written as {@code F16} again.
 *
 * <p>A tensor of one dimension is read as a matrix of one row, a scalar as 1×1; one of more than two keeps its first
 * dimension as the rows. Not thread-safe.
 */
public final class Safetensors {
    private static final String METADATA = "__metadata__";
    private static final long MOST_HEADER = 100_000_000;
    private static final int BUFFER = 1 << 16;

    private final Map<String, Object> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Set<String> halves = new HashSet<>(); // the names of those that are F16

    /** A file without a tensor, to which {@link #put} adds. */
    public Safetensors() {}

    /**
     * Adds a matrix as F32.
     *
     * @param name a name that is not there yet
     * @param matrix the matrix; kept until it is written
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public Safetensors put(String name, FMatrixRMaj matrix) {
        return putAny(name, matrix);
    }

    /**
     * Adds a matrix as F16: each number as the nearest one of 16 bits ({@link Precision#HALF}), and halfway as the even one.
     *
     * @param name a name that is not there yet
     * @param matrix the matrix; copied
     * @return this
     * @throws IllegalArgumentException if the name is taken, or a finite number is 65520 or more from 0, which is infinite in
     *     this precision; the message names it
     */
    public Safetensors putHalf(String name, FMatrixRMaj matrix) {
        FMatrixRMaj rounded = new FMatrixRMaj(matrix.numRows, matrix.numCols);
        for (int i = 0; i < rounded.data.length; i++) {
            float value = matrix.data[i];
            if (Half.overflows(value)) {
                throw new IllegalArgumentException("Safetensors.putHalf: \"" + name + "\" has " + value + " in row "
                        + i / matrix.numCols + ", column " + i % matrix.numCols + ", expected at most " + Half.MOST
                        + " from 0 in half precision");
            }
            rounded.data[i] = Half.value(Half.bits(value));
        }
        putAny(name, rounded);
        halves.add(name);
        return this;
    }

    /**
     * Adds a matrix as F64.
     *
     * @param name a name that is not there yet
     * @param matrix the matrix; kept until it is written
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public Safetensors put(String name, DMatrixRMaj matrix) {
        return putAny(name, matrix);
    }

    /**
     * Adds whole numbers as I64.
     *
     * @param name a name that is not there yet
     * @param values the numbers; kept until they are written
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public Safetensors put(String name, long[] values) {
        return putAny(name, values);
    }

    /**
     * Adds a string.
     *
     * @param key its key
     * @param value the string
     * @return this
     */
    public Safetensors putMetadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Adds matrices of either type.
     *
     * @param prefix what their names get before them
     * @param matrices name → {@code FMatrixRMaj} or {@code DMatrixRMaj}; kept until they are written
     * @return this
     * @throws IllegalArgumentException if a name is taken or a matrix is of another type
     */
    public Safetensors putAll(String prefix, Map<String, ? extends Matrix> matrices) {
        matrices.forEach((name, matrix) -> putAny(prefix + name, matrix));
        return this;
    }

    /**
     * The matrices whose names begin so.
     *
     * @param prefix the beginning, which may be empty
     * @return the rest of the name → {@code FMatrixRMaj} or {@code DMatrixRMaj}, in the order of the file
     */
    public Map<String, Matrix> matrices(String prefix) {
        Map<String, Matrix> matrices = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix) && tensor instanceof Matrix matrix) {
                matrices.put(name.substring(prefix.length()), matrix);
            }
        });
        return matrices;
    }

    private Safetensors putAny(String name, Object tensor) {
        if (name.equals(METADATA) || tensors.containsKey(name)) {
            throw new IllegalArgumentException("Safetensors.put: the name \"" + name + "\" is taken");
        }
        dtype(name, tensor);
        tensors.put(name, tensor);
        return this;
    }

    /**
     * The names of the tensors.
     *
     * @return the names, in the order of the numbers in the file
     */
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** {@return the strings beside the tensors, key → string} */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /**
     * A tensor of floats.
     *
     * @param name one of {@link #names()}
     * @return the matrix, not a copy
     * @throws IllegalArgumentException if there is none of that name, or it is not F32 or F16
     */
    public FMatrixRMaj floats(String name) {
        return get(name, FMatrixRMaj.class, "F32");
    }

    /**
     * A tensor of doubles.
     *
     * @param name one of {@link #names()}
     * @return the matrix, not a copy
     * @throws IllegalArgumentException if there is none of that name, or it is not F64
     */
    public DMatrixRMaj doubles(String name) {
        return get(name, DMatrixRMaj.class, "F64");
    }

    /**
     * A tensor of whole numbers.
     *
     * @param name one of {@link #names()}
     * @return the numbers, not a copy
     * @throws IllegalArgumentException if there is none of that name, or it is not I64
     */
    public long[] longs(String name) {
        return get(name, long[].class, "I64");
    }

    private <T> T get(String name, Class<T> type, String dtype) {
        Object tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "Safetensors: no tensor \"" + name + "\", there are " + tensors.keySet());
        }
        if (!type.isInstance(tensor)) {
            throw new IllegalArgumentException(
                    "Safetensors: \"" + name + "\" is " + dtype(name, tensor) + ", expected " + dtype);
        }
        return type.cast(tensor);
    }

    private String dtype(String name, Object tensor) {
        if (tensor instanceof FMatrixRMaj) {
            return halves.contains(name) ? "F16" : "F32";
        }
        if (tensor instanceof DMatrixRMaj) {
            return "F64";
        }
        if (tensor instanceof long[]) {
            return "I64";
        }
        throw new IllegalArgumentException("Safetensors: a " + tensor.getClass().getSimpleName()
                + ", expected FMatrixRMaj, DMatrixRMaj or long[]");
    }

    private static long[] shape(Object tensor) {
        if (tensor instanceof FMatrixRMaj m) {
            return new long[] {m.numRows, m.numCols};
        }
        if (tensor instanceof DMatrixRMaj m) {
            return new long[] {m.numRows, m.numCols};
        }
        return new long[] {((long[]) tensor).length};
    }

    private static long count(long[] shape) {
        long count = 1;
        for (long size : shape) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    private static int width(String dtype) {
        return switch (dtype) {
            case "F16" -> Short.BYTES;
            case "F32" -> Float.BYTES;
            default -> Double.BYTES;
        };
    }

    /**
     * Writes the file: whole or not at all, also if the process or the machine fails on the way. A file that was there is
     * replaced at the end.
     *
     * @param file where to
     * @throws IOException if it can not be written
     */
    public void write(Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
            BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
            write(buffered);
            buffered.flush();
            out.getFD().sync();
        }
        Store.move(temporary, file);
    }

    void write(OutputStream out) throws IOException {
        JsonObject header = new JsonObject();
        if (!metadata.isEmpty()) {
            JsonObject strings = new JsonObject();
            metadata.forEach(strings::addProperty);
            header.add(METADATA, strings);
        }
        long offset = 0;
        for (Map.Entry<String, Object> entry : tensors.entrySet()) {
            Object tensor = entry.getValue();
            JsonObject about = new JsonObject();
            String dtype = dtype(entry.getKey(), tensor);
            about.addProperty("dtype", dtype);
            JsonArray sizes = new JsonArray();
            for (long size : shape(tensor)) {
                sizes.add(size);
            }
            about.add("shape", sizes);
            JsonArray offsets = new JsonArray();
            offsets.add(offset);
            offset += count(shape(tensor)) * width(dtype);
            offsets.add(offset);
            about.add("data_offsets", offsets);
            header.add(entry.getKey(), about);
        }
        StringBuilder text = new StringBuilder(header.toString());
        int length = text.toString().getBytes(StandardCharsets.UTF_8).length;
        text.append(" ".repeat((8 - length % 8) % 8)); // the numbers begin at a multiple of 8
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(bytes.length);
        flush(buffer, out);
        out.write(bytes);
        for (Map.Entry<String, Object> entry : tensors.entrySet()) {
            Object tensor = entry.getValue();
            boolean half = halves.contains(entry.getKey());
            int size = (int) count(shape(tensor));
            for (int i = 0; i < size; i++) {
                if (buffer.remaining() < Long.BYTES) {
                    flush(buffer, out);
                }
                if (tensor instanceof FMatrixRMaj m && half) {
                    buffer.putShort(Half.bits(m.data[i]));
                } else if (tensor instanceof FMatrixRMaj m) {
                    buffer.putFloat(m.data[i]);
                } else if (tensor instanceof DMatrixRMaj m) {
                    buffer.putDouble(m.data[i]);
                } else {
                    buffer.putLong(((long[]) tensor)[i]);
                }
            }
            flush(buffer, out);
        }
    }

    /** The SHA-256 of all that the file holds but one entry of the metadata, which may keep it; in no matter what order. */
    String sha256(String without) {
        Safetensors content = new Safetensors();
        content.tensors.putAll(new TreeMap<>(tensors)); // a reader gets them in another order if some are empty
        content.halves.addAll(halves);
        content.metadata.putAll(new TreeMap<>(metadata));
        content.metadata.remove(without);
        try {
            MessageDigest digest = Store.sha256();
            content.write(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new IllegalStateException(e); // nothing is written anywhere
        }
    }

    private static void flush(ByteBuffer buffer, OutputStream out) throws IOException {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    /**
     * Reads a file.
     *
     * @param file a file of the safetensors layout with tensors of F16, F32, F64 and I64
     * @return what is in it
     * @throws IOException if it can not be read, is cut short, or is not of that layout; the message says what is wrong
     */
    public static Safetensors read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(new FileInputStream(file.toFile()), BUFFER)) {
            return read(in, Files.size(file), file.toString());
        }
    }

    static Safetensors read(InputStream stream, long fileSize, String name) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        try {
            if (fileSize < Long.BYTES) {
                throw new IOException("it has " + fileSize + " bytes, a header needs at least 8");
            }
            long headerSize = Long.reverseBytes(in.readLong());
            if (headerSize < 2 || headerSize > MOST_HEADER || headerSize > fileSize - Long.BYTES) {
                throw new IOException("it says that its header has " + headerSize + " bytes, the file has " + fileSize
                        + "; it is cut short or no safetensors file");
            }
            byte[] header = new byte[(int) headerSize];
            in.readFully(header);
            return read(in, new String(header, StandardCharsets.UTF_8), fileSize - Long.BYTES - headerSize);
        } catch (EOFException e) {
            throw new IOException("Safetensors.read: " + name + ": it ends before its numbers do", e);
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | ClassCastException
                | IndexOutOfBoundsException
                | ArithmeticException
                | NumberFormatException
                | NullPointerException e) {
            String what = e instanceof IOException ? e.getMessage() : "its header can not be understood: " + e;
            throw new IOException("Safetensors.read: " + name + ": " + what, e);
        }
    }

    private static Safetensors read(DataInputStream in, String header, long dataSize) throws IOException {
        Safetensors all = new Safetensors();
        JsonObject entries = JsonParser.parseString(header).getAsJsonObject();
        TreeMap<Long, Map.Entry<String, JsonElement>> byOffset = new TreeMap<>();
        Set<String> empty = new HashSet<>();
        for (Map.Entry<String, JsonElement> entry : entries.entrySet()) {
            if (entry.getKey().equals(METADATA)) {
                entry.getValue()
                        .getAsJsonObject()
                        .asMap()
                        .forEach((key, value) -> all.metadata.put(key, value.getAsString()));
                continue;
            }
            JsonArray offsets = entry.getValue().getAsJsonObject().getAsJsonArray("data_offsets");
            long begin = offsets.get(0).getAsLong();
            if (begin == offsets.get(1).getAsLong()) {
                empty.add(entry.getKey());
            } else if (byOffset.put(begin, entry) != null) {
                throw new IOException("two tensors begin at byte " + begin + " of the numbers");
            }
        }
        long end = 0;
        for (Map.Entry<String, JsonElement> entry : byOffset.values()) {
            end = all.readTensor(in, entry.getKey(), entry.getValue().getAsJsonObject(), end, dataSize);
        }
        for (String name : empty) {
            all.readTensor(in, name, entries.getAsJsonObject(name), -1, dataSize);
        }
        if (end != dataSize) {
            throw new IOException(
                    "its tensors have " + end + " bytes of numbers, the file has " + dataSize + " after the header");
        }
        return all;
    }

    /** Reads one tensor that must begin at an offset, or anywhere if it is empty and the offset −1. */
    private long readTensor(DataInputStream in, String name, JsonObject about, long offset, long dataSize)
            throws IOException {
        String dtype = about.get("dtype").getAsString();
        if (!Set.of("F16", "F32", "F64", "I64").contains(dtype)) {
            throw new IOException("\"" + name + "\" is " + dtype + ", expected F16, F32, F64 or I64");
        }
        JsonArray sizes = about.getAsJsonArray("shape");
        long[] shape = new long[sizes.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i).getAsLong();
            if (shape[i] < 0) {
                throw new IOException("\"" + name + "\" has the shape " + sizes);
            }
        }
        long begin = about.getAsJsonArray("data_offsets").get(0).getAsLong();
        long end = about.getAsJsonArray("data_offsets").get(1).getAsLong();
        long count = count(shape);
        if (end - begin != Math.multiplyExact(count, width(dtype)) || offset >= 0 && begin != offset) {
            throw new IOException("\"" + name + "\" of shape " + sizes + " lies at bytes " + begin + " to " + end
                    + ", expected " + Math.max(offset, 0) + " to " + (Math.max(offset, 0) + count * width(dtype)));
        }
        if (end > dataSize) {
            throw new IOException("\"" + name + "\" ends at byte " + end + " of the numbers, the file has " + dataSize
                    + "; it is cut short");
        }
        int size = Math.toIntExact(count);
        int rows = shape.length < 2 ? 1 : Math.toIntExact(shape[0]);
        int columns = rows == 0 ? Math.toIntExact(count(shape) == 0 && shape.length == 2 ? shape[1] : 0) : size / rows;
        if (dtype.equals("F16")) {
            FMatrixRMaj matrix = new FMatrixRMaj(rows, columns);
            fill(in, size, Short.BYTES, (i, buffer) -> matrix.data[i] = Half.value(buffer.getShort()));
            put(name, matrix);
            halves.add(name);
        } else if (dtype.equals("F32")) {
            FMatrixRMaj matrix = new FMatrixRMaj(rows, columns);
            fill(in, size, Float.BYTES, (i, buffer) -> matrix.data[i] = buffer.getFloat());
            put(name, matrix);
        } else if (dtype.equals("F64")) {
            DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
            fill(in, size, Double.BYTES, (i, buffer) -> matrix.data[i] = buffer.getDouble());
            put(name, matrix);
        } else {
            long[] values = new long[size];
            fill(in, size, Long.BYTES, (i, buffer) -> values[i] = buffer.getLong());
            put(name, values);
        }
        return end;
    }

    private interface Sink {
        void take(int i, ByteBuffer buffer);
    }

    private static void fill(DataInputStream in, int size, int width, Sink sink) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; ) {
            int count = Math.min(size - i, BUFFER / width);
            buffer.clear();
            in.readFully(buffer.array(), 0, count * width);
            for (int j = 0; j < count; j++) {
                sink.take(i++, buffer);
            }
        }
    }
}

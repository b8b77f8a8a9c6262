package lvm.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * Numbers of one type that stand in a file, one after the other, mapped into memory: the system reads the pages that are wanted and
 * forgets them again. The file must stay as it is; its size and its time are compared whenever rows are read.
 */
final class Mapped {
    /** How a number is written. */
    enum Type {
        UNSIGNED_BYTE(1),
        SIGNED_BYTE(1),
        SHORT(2),
        INT(4),
        LONG(8),
        FLOAT(4),
        DOUBLE(8);

        final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /** A buffer has no more than 2³¹ − 1 bytes: the file is mapped in parts of 2³⁰. */
    private static final int PART = 30;

    private final Path file;
    private final Type type;
    private final long size;
    private final FileTime time;
    private final ByteBuffer[] parts;

    /**
     * Maps numbers of a file.
     *
     * @param what begins a message, such as {@code DataFiles.npy}
     * @param from the first byte of the first number
     * @param count the numbers, all of which must be there
     */
    Mapped(String what, Path file, Type type, ByteOrder order, long from, long count) {
        this.file = file;
        this.type = type;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            size = channel.size();
            time = Files.getLastModifiedTime(file);
            long bytes = Math.multiplyExact(count, type.bytes);
            if (size - from != bytes) {
                String how = size - from < bytes ? " is cut short: it has " : " is too long: it has ";
                throw new IllegalArgumentException(
                        what + ": " + file + how + (size - from) + " bytes of numbers, expected " + bytes);
            }
            parts = new ByteBuffer[(int) ((bytes + (1L << PART) - 1) >>> PART)];
            for (int p = 0; p < parts.length; p++) {
                long begin = (long) p << PART;
                parts[p] = channel.map(FileChannel.MapMode.READ_ONLY, from + begin, Math.min(1L << PART, bytes - begin))
                        .order(order);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(what + ": " + file + " can not be read: " + e.getMessage(), e);
        }
    }

    Path file() {
        return file;
    }

    Type type() {
        return type;
    }

    /**
     * The number at a place, as it is written.
     *
     * @throws InternalError if the file no longer has it, now or a little later: who reads catches it around all that is read
     */
    double get(long place) {
        long at = place * type.bytes;
        ByteBuffer part = parts[(int) (at >>> PART)];
        int i = (int) (at & ((1 << PART) - 1));
        return switch (type) {
            case UNSIGNED_BYTE -> part.get(i) & 0xff;
            case SIGNED_BYTE -> part.get(i);
            case SHORT -> part.getShort(i);
            case INT -> part.getInt(i);
            case LONG -> part.getLong(i);
            case FLOAT -> part.getFloat(i);
            case DOUBLE -> part.getDouble(i);
        };
    }

    /**
     * Compares size and time of the file with those at the beginning.
     *
     * @throws UncheckedIOException if they are others
     */
    void check() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (now.size() != size || !now.lastModifiedTime().equals(time)) {
                throw changed(null);
            }
        } catch (IOException e) {
            throw changed(e);
        }
    }

    private UncheckedIOException changed(Throwable cause) {
        String now;
        try {
            now = "it had " + size + " bytes and was written at " + time + ", now it has " + Files.size(file)
                    + " and was written at " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            now = "it is no longer there";
        }
        String message = file + " was changed while it was read: " + now + "; open it again when nobody writes to it";
        return new UncheckedIOException(message, new IOException(message, cause));
    }
}

package lvm.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The IDX format of MNIST: a magic number (0, 0, 8 for bytes, the number of dimensions), the dimensions, the bytes. */
final class Idx {

    /**
     * A file as it should be.
     *
     * @param name its name without .gz
     * @param dimensions its dimensions
     * @param sha256 the digest of the uncompressed content, in hexadecimal digits
     */
    record Spec(String name, int[] dimensions, String sha256) {

        /** The number of bytes that follow the header. */
        int size() {
            int size = 1;
            for (int dimension : dimensions) {
                size *= dimension;
            }
            return size;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A file that is not what it should be; the message begins with what is wrong. */
    static final class BadFile extends IOException {
        private static final long serialVersionUID = 1;

        /** Whether the content just ends too early, so that more of it could mend it. */
        private final boolean truncated;

        BadFile(boolean truncated, String message) {
            super(message);
            this.truncated = truncated;
        }

        boolean truncated() {
            return truncated;
        }
    }

    private Idx() {}

    /** The bytes of a file that is gzipped or not, after its header; checked against what it should be. */
    static byte[] read(Path file, Spec spec) throws IOException {
        MessageDigest digest = Sha256.start();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            raw.mark(2);
            boolean gzipped = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            try (InputStream plain = gzipped ? new GZIPInputStream(raw, 1 << 16) : raw) {
                return read(new DigestInputStream(plain, digest), file, spec, digest);
            }
        } catch (EOFException e) {
            throw new BadFile(true, file + " ends in the middle of its compressed data");
        } catch (ZipException e) {
            throw new BadFile(false, file + " is damaged: " + e.getMessage());
        }
    }

    private static byte[] read(InputStream in, Path file, Spec spec, MessageDigest digest) throws IOException {
        int[] expected = spec.dimensions();
        byte[] header = in.readNBytes(4 + 4 * expected.length);
        ByteBuffer numbers = ByteBuffer.wrap(header);
        int magic = 0x0800 + expected.length;
        if (header.length >= 4 && numbers.getInt() != magic) {
            throw new BadFile(
                    false,
                    String.format(
                            "%s begins with the magic number 0x%08x, expected 0x%08x (IDX, bytes in %d dimension%s)",
                            file, numbers.getInt(0), magic, expected.length, expected.length == 1 ? "" : "s"));
        }
        if (header.length < 4 + 4 * expected.length) {
            throw new BadFile(true, file + " ends within its header, after " + header.length + " bytes");
        }
        for (int i = 0; i < expected.length; i++) {
            int dimension = numbers.getInt();
            if (dimension != expected[i]) {
                throw new BadFile(
                        false,
                        file + " says that its dimension " + i + " is " + dimension + ", expected " + expected[i]);
            }
        }
        byte[] content = in.readNBytes(spec.size());
        if (content.length < spec.size()) {
            throw new BadFile(
                    true,
                    file + " is cut short: " + content.length + " bytes after the header, expected " + spec.size());
        }
        if (in.read() >= 0) {
            throw new BadFile(false, file + " has more than the expected " + spec.size() + " bytes after the header");
        }
        String found = Sha256.hex(digest);
        if (!found.equals(spec.sha256())) {
            throw new BadFile(
                    false,
                    file + " has other content: SHA-256 (uncompressed) " + found + ", expected " + spec.sha256());
        }
        return content;
    }
}

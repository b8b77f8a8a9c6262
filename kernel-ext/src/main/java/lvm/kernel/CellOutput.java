package lvm.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import lvm.kernel.wire.Outbox;

/** Standard output or standard error of cells: everything goes to the outbox at once. */
final class CellOutput extends OutputStream {
    private final Outbox outbox;
    private final Outbox.Stream stream;

    private CellOutput(Outbox outbox, Outbox.Stream stream) {
        this.outbox = outbox;
        this.stream = stream;
    }

    static PrintStream printStream(Outbox outbox, Outbox.Stream stream) {
        return new PrintStream(new CellOutput(outbox, stream), false, StandardCharsets.UTF_8) {
            @Override
            public void close() {
                // A program that closes System.out must not silence the cells after it.
                flush();
            }
        };
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        outbox.write(stream, bytes, offset, length);
    }
}

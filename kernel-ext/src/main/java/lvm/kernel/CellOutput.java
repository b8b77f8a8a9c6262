package lvm.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import lvm.kernel.eval.JavaEvaluator;
import lvm.kernel.wire.Outbox;

/** Standard output or standard error of cells, written to the outbox without a buffer. */
final class CellOutput extends OutputStream {
    private static final byte[] MARK = "$JShell$".getBytes(StandardCharsets.US_ASCII);

    private final Outbox outbox;
    private final Outbox.Stream stream;

    private CellOutput(Outbox outbox, Outbox.Stream stream) {
        this.outbox = outbox;
        this.stream = stream;
    }

    static PrintStream printStream(Outbox outbox, Outbox.Stream stream) {
        return new PrintStream(new CellOutput(outbox, stream), false, StandardCharsets.UTF_8) {
            /** By this method, and only by it, a throwable prints its stack: line by line, as an object. */
            @Override
            public void println(Object x) {
                String line = String.valueOf(x);
                if (x instanceof Throwable || x instanceof String) {
                    line = JavaEvaluator.traceLine(line);
                }
                if (line != null) {
                    super.println(line);
                }
            }

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
        if (JavaEvaluator.isCompiling()) {
            return;
        }
        if (holds(bytes, offset, length)) {
            byte[] shown = JavaEvaluator.traceText(new String(bytes, offset, length, StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
            outbox.write(stream, shown, 0, shown.length);
        } else {
            outbox.write(stream, bytes, offset, length);
        }
    }

    /** Whether there is a name in it that JShell makes up. */
    private static boolean holds(byte[] bytes, int offset, int length) {
        for (int i = offset; i <= offset + length - MARK.length; i++) {
            if (bytes[i] == MARK[0] && Arrays.equals(bytes, i, i + MARK.length, MARK, 0, MARK.length)) {
                return true;
            }
        }
        return false;
    }
}

package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the tests of evaluators look at besides the value of a cell. */
public final class Cells {
    private Cells() {}

    /** Evaluates a cell. */
    @FunctionalInterface
    public interface Evaluation {
        void run() throws CellException;
    }

    /** The report of a cell that must fail, without colours. */
    public static String failure(Evaluation cell) {
        CellException e = assertThrows(CellException.class, cell::run);
        return String.join("\n", e.traceback()).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    /** What a cell prints. */
    public static String printed(Evaluation cell) throws CellException {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            cell.run();
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
    }
}

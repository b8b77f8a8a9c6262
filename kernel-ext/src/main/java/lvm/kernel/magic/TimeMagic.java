package lvm.kernel.magic;

import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;

/**
 * {@code %time}: runs a statement or a cell and says how long its code took.
 *
 * @param evaluator runs it
 * @param runNanos how long the code of cells has run so far
 */
record TimeMagic(Evaluator evaluator, LongSupplier runNanos) implements Magic {

    @Override
    public List<String> forms() {
        return List.of(
                "%time statement    runs a statement and says how long it took",
                "%%time    runs the cell and says how long it took");
    }

    @Override
    public boolean takesJava() {
        return true;
    }

    @Override
    public Object run(Use use) throws MagicException, CellException {
        if (!use.ofCell() && use.argument().isEmpty()) {
            throw use.lacks("a statement is missing");
        }
        // Empty lines before a statement keep the numbers of lines in its errors.
        String code =
                use.ofCell() ? use.segment().text() : "\n".repeat(use.segment().line()) + use.argument();
        long before = runNanos.getAsLong();
        try {
            return evaluator.evaluate(code, use.cell()).orElse(null);
        } finally {
            System.out.println("time: " + duration(runNanos.getAsLong() - before));
        }
    }

    private static String duration(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 1000) {
            return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.0f ms", millis);
        }
        double seconds = millis / 1000;
        return seconds < 60
                ? String.format(Locale.ROOT, "%.2f s", seconds)
                : String.format(Locale.ROOT, "%d min %.0f s", (long) seconds / 60, seconds % 60);
    }
}

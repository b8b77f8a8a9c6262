package lvm.display;

import java.io.Console;
import java.util.function.LongSupplier;

/**
 * Plain text on standard output, a line each: to a person at a terminal at most one a second, to a file the first, one a
 * minute, so that whoever looks sees that it goes on, and the last.
 */
final class TextOutput implements LiveOutput {

    private static final long TERMINAL_NANOS = 1_000_000_000L;
    private static final long FILE_NANOS = 60 * TERMINAL_NANOS;

    private final long interval;
    private final LongSupplier nanoTime;

    TextOutput() {
        this(atTerminal(), System::nanoTime);
    }

    TextOutput(boolean terminal, LongSupplier nanoTime) {
        interval = terminal ? TERMINAL_NANOS : FILE_NANOS;
        this.nanoTime = nanoTime;
    }

    private static boolean atTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on there is a console without a terminal too, and this method tells them apart.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    @Override
    public Handle show(Object value) {
        String first = String.valueOf(value);
        System.out.println(first);
        return new Handle() {
            private String printed = first;
            private long printedAt = nanoTime.getAsLong();

            @Override
            public void update(Object next) {
                if (nanoTime.getAsLong() - printedAt >= interval) {
                    print(next);
                }
            }

            @Override
            public void close(Object last) {
                print(last);
            }

            private void print(Object value) {
                String text = String.valueOf(value);
                if (!text.equals(printed)) {
                    System.out.println(text);
                    printed = text;
                }
                printedAt = nanoTime.getAsLong();
            }
        };
    }
}

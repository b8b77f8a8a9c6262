package lvm.kernel.eval;

import java.util.Map;
import jdk.jshell.Diag;

/** What a class file cannot hold, and what to do about it. */
final class CompilerLimits {
    private static final String LIMIT = "compiler.err.limit.";
    private static final String STRING =
            "a class file holds at most 65,535 bytes of a string: read it from a file, or put"
                    + " it together from shorter ones while the program runs";
    private static final String POOL =
            "a class file holds at most 65,535 constants and names: use several classes, or read"
                    + " the data from a file";
    private static final Map<String, String> CURES = Map.of(
            "string", STRING,
            "string.overflow", STRING,
            "code", "a method has at most 64 KB of byte code: split it, or read its data from a file",
            "code.too.large.for.try.stmt",
                    "a try statement has at most 64 KB of byte code: move its parts into methods",
            "pool", POOL,
            "pool.in.class", POOL,
            "parameters",
                    "a method has at most 255 parameters, and long and double count twice: pass an array or an object",
            "dimensions", "an array has at most 255 dimensions",
            "locals", "a method has at most 65,535 local variables: split it",
            "stack", "split the expression");

    private CompilerLimits() {}

    /** Whether the code is correct Java that is too large for a class file. */
    static boolean isReached(Diag diag) {
        return diag.isError() && diag.getCode().startsWith(LIMIT);
    }

    /** A fault with the limit and what to do. */
    static Reports.Fault explained(Diag diag, Reports.Fault fault) {
        String cure = isReached(diag) ? CURES.get(diag.getCode().substring(LIMIT.length())) : null;
        return cure == null ? fault : new Reports.Fault(fault.start(), fault.end(), fault.message() + "\n" + cure);
    }

    /** What a failure of the compiler itself means. */
    static String meaning(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StackOverflowError
                    || String.valueOf(cause.getMessage()).contains("StackOverflowError")) {
                return "nested too deeply for the compiler, or too long a chain of operators"
                        + "\nput parts of it into variables or methods";
            }
        }
        return "the compiler failed on this code: " + Reports.clean(failure.toString());
    }
}

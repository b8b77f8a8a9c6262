package lvm.linalg;

/**
 * What computes the matrix products. Chosen once, at the first product or the first look: the system property
 * {@code lvm.backend} ({@code openblas}, {@code vector} or {@code java}) names one, else it is the fastest that is there.
 * The system property {@code lvm.threads} sets the number of threads, else it is the number of processors.
 */
public final class Backend {

    /**
     * The backend in use.
     *
     * @param name {@code openblas}, {@code vector} or {@code java}
     * @param library the library and its version
     * @param threads how many threads a large product uses
     * @param reason why it is not a faster one, empty if it is the fastest
     */
    public record Description(String name, String library, int threads, String reason) {
        @Override
        public String toString() {
            return "Matrix products: " + library + ", " + threads + (threads == 1 ? " thread" : " threads")
                    + (reason.isEmpty() ? "" : "; " + reason);
        }
    }

    private Backend() {}

    /**
     * The backend in use.
     *
     * @return its name, library, threads, and why it is not a faster one
     */
    public static Description describe() {
        return Chosen.DESCRIPTION;
    }

    static Gemm gemm() {
        return Chosen.GEMM;
    }

    /** The number of threads asked for, else the number of processors. */
    static int threadsWanted() {
        String wanted = System.getProperty("lvm.threads");
        if (wanted == null || wanted.isBlank()) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int threads = Integer.parseInt(wanted.trim());
            if (threads >= 1) {
                return threads;
            }
        } catch (NumberFormatException e) {
            // Reported below, as 0 and less are.
        }
        throw new IllegalArgumentException(
                "Backend: the system property lvm.threads is '" + wanted + "', expected a number of at least 1");
    }

    /** Loaded when first needed. */
    private static final class Chosen {
        static final Gemm GEMM = new JavaGemm();
        static final Description DESCRIPTION = new Description("java", "plain Java", Parallel.threads(), "");
    }
}

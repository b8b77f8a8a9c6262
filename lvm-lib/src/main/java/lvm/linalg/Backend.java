package lvm.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What computes the matrix products. Chosen once, at the first product or the first look: the system property
 * {@code lvm.backend} names the fastest to try, else all are tried:
 *
 * <ul>
 *   <li>{@code openblas}: OpenBLAS, from the jars {@code org.bytedeco:openblas} and {@code org.bytedeco:javacpp} with the
 *       natives of the platform. From Java 24 on the JVM warns of native libraries unless it is started with
 *       {@code --enable-native-access=ALL-UNNAMED}.
 *   <li>{@code vector}: the Vector API, where the JVM was started with {@code --add-modules jdk.incubator.vector}. From Java
 *       24 on the JVM adds up the lanes of a vector in another order once a method is compiled, so the last bits of a product
 *       change while a program runs: there it is taken only where {@code lvm.backend} names it, and no fit has the same bits
 *       twice with it.
 *   <li>{@code java}: plain Java, which is always there.
 * </ul>
 *
 * <p>The system property {@code lvm.threads} sets the number of threads, else it is the number of processors. Why a faster
 * one is not in use is told by {@link #describe}; a fit whose products would gain by OpenBLAS shows {@link #advice}, once.
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

    private static final List<String> NAMES = List.of("openblas", "vector", "java");
    private static final Map<String, String> NAMES_FOR_USERS =
            Map.of("openblas", "OpenBLAS", "vector", "the Vector API", "java", "plain Java");

    /** From here on the sum of a vector's lanes has one order when interpreted and another when compiled. */
    private static final int SUMS_CHANGE = 24;

    /** Netlib announces its choice in the log, which would be standard error; kept so that the level stays. */
    private static final Logger LOGGER = Logger.getLogger("dev.ludovic.netlib.blas.InstanceBuilder");

    /** What gives the advice; null where there is none, or as long as no product was computed: a question chooses no backend. */
    private static volatile Natives toTell;

    private Backend() {}

    /**
     * The backend in use.
     *
     * @return its name, library, threads, and why it is not a faster one
     */
    public static Description describe() {
        return Chosen.DESCRIPTION;
    }

    /**
     * What to add to a program so that its products take a fraction of the time. Given once, when there is something to gain:
     * OpenBLAS is not on the class path, exists for this platform, and the large products of the program have come to 2³⁴
     * multiplications, one or two seconds in plain Java. Where {@code lvm.backend} asks for {@code java} or {@code vector}
     * there is none. Every iterative fit and those of principal components ask for it and show it where progress is shown.
     *
     * @return some lines with the dependency to add; null if there is nothing to say, or it was said before
     */
    public static String advice() {
        Natives natives = toTell;
        return natives == null ? null : natives.advice();
    }

    /** The backend, for a product of m·n·k multiplications. */
    static Gemm gemm(int m, int n, int k) {
        Natives natives = Chosen.NATIVES;
        if (natives != null) {
            natives.count(m, n, k);
        }
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
        static final Gemm GEMM;
        static final Description DESCRIPTION;
        static final Natives NATIVES;

        static {
            Choice choice = choose(System.getProperty("lvm.backend"), Parallel.threads());
            GEMM = choice.gemm;
            DESCRIPTION = choice.description;
            NATIVES = Natives.of(DESCRIPTION.library(), choice.missing);
            toTell = NATIVES;
        }
    }

    /** A backend, what it is, and why OpenBLAS could not be had, null if it was not tried or is there. */
    record Choice(Gemm gemm, Description description, Throwable missing) {}

    /** The wanted backend or, where it is null, blank or not to be had, the next slower one that is there. */
    static Choice choose(String wanted, int threads) {
        String name = wanted == null || wanted.isBlank()
                ? NAMES.get(0)
                : wanted.trim().toLowerCase(Locale.ROOT);
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "Backend: the system property lvm.backend is '" + wanted + "', expected one of " + NAMES);
        }
        String reason = name.equals(NAMES.get(0)) ? "" : "asked for by lvm.backend";
        Throwable missing = null;
        for (String next : NAMES.subList(NAMES.indexOf(name), NAMES.size())) {
            try {
                return attempt(next, threads, reason, next.equals(name), missing);
            } catch (LinkageError | RuntimeException e) {
                missing = next.equals("openblas") ? e : missing;
                String why = NAMES_FOR_USERS.get(next) + " is not used: " + explain(next, e);
                reason = reason.isEmpty() ? why : reason + "; " + why;
            }
        }
        throw new AssertionError(reason); // plain Java does not fail
    }

    private static String explain(String name, Throwable e) {
        if (e instanceof NoClassDefFoundError && name.equals("openblas")) {
            return "org.bytedeco:openblas is not on the class path";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static Choice attempt(String name, int threads, String reason, boolean asked, Throwable missing) {
        switch (name) {
            case "openblas" -> {
                LOGGER.setLevel(Level.WARNING);
                BLAS blas = OpenBlas.load();
                return new Choice(
                        new NetlibGemm(blas), new Description(name, OpenBlas.version(), threads, reason), null);
            }
            case "vector" -> {
                if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
                    throw new IllegalStateException("the JVM was started without --add-modules jdk.incubator.vector");
                }
                boolean sumsChange = Runtime.version().feature() >= SUMS_CHANGE;
                if (sumsChange && !asked) {
                    throw new IllegalStateException("its sums change while Java "
                            + Runtime.version().feature() + " compiles; lvm.backend=vector takes it all the same");
                }
                LOGGER.setLevel(Level.WARNING);
                if (System.getProperty("dev.ludovic.netlib.blas.nativeLibPath") == null) {
                    // Else netlib would look for a BLAS of the system, and complain on standard error of what it finds.
                    System.setProperty(BLAS.ALLOW_NATIVE_BLAS, "false");
                }
                JavaBLAS blas = JavaBLAS.getInstance();
                if (!blas.getClass().getSimpleName().equals("VectorBLAS")) {
                    throw new IllegalStateException(
                            "netlib chose " + blas.getClass().getName());
                }
                return new Choice(
                        new NetlibGemm(blas),
                        new Description(
                                name,
                                "Vector API (netlib), Java " + Runtime.version().feature(),
                                threads,
                                sumsChange ? reason + "; not the same bits from run to run" : reason),
                        missing);
            }
            default -> {
                return new Choice(
                        new JavaGemm(),
                        new Description(name, "plain Java " + Runtime.version().feature(), threads, reason),
                        missing);
            }
        }
    }
}

package lvm.linalg;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What to add where OpenBLAS is missing, for {@link Backend#advice}. There is advice where a cure is known: the jars are not
 * on the class path, and there are such jars for this platform.
 */
final class Natives {
    /** A product of fewer multiplications takes about as long in Java. */
    private static final long LARGE = 1L << 15;

    /** Products of so many multiplications take one or two seconds in plain Java, and a fifth of that or less in OpenBLAS. */
    static long gain = 1L << 34;

    private static final String PLACE = "natives.properties";

    private final String text;
    private final AtomicLong work = new AtomicLong();
    private volatile boolean told;

    private Natives(String text) {
        this.text = text;
    }

    /**
     * What to say of a backend that is not OpenBLAS.
     *
     * @param library what computes the products instead
     * @param missing why OpenBLAS is not in use; null if it is, or something else was asked for
     * @return what gives the advice; null where there is none
     */
    static Natives of(String library, Throwable missing) {
        if (missing == null || !exist(System.getProperty("os.name", ""), System.getProperty("os.arch", ""))) {
            return null;
        }
        String slow = "Matrix products are computed by " + library + ", OpenBLAS takes a fraction of the time.";
        String silence = "\n(-Dlvm.backend=java asks for plain Java, and then this is not said.)";
        if (missing instanceof NoClassDefFoundError) {
            return new Natives(slow + " It comes with lvm-platform in place of lvm-lib:\n"
                    + dependency("lvm", "lvm-platform", property("version")) + silence);
        }
        if (missing instanceof Absent) {
            return new Natives(slow + " But " + missing.getMessage() + "; this brings it for all platforms:\n"
                    + dependency("org.bytedeco", "openblas-platform", property("openblas")) + silence);
        }
        return null;
    }

    private static String dependency(String group, String artifact, String version) {
        return "<dependency><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId><version>"
                + version + "</version></dependency>";
    }

    /** Whether OpenBLAS and netlib have jars for a platform, by the JVM's names of it. */
    static boolean exist(String os, String arch) {
        String name = os.toLowerCase(Locale.ROOT);
        boolean intel = arch.equals("amd64") || arch.equals("x86_64");
        return name.startsWith("windows") && intel
                || (name.startsWith("linux") || name.startsWith("mac")) && (intel || arch.equals("aarch64"));
    }

    /** Takes down a product of m·n·k multiplications. */
    void count(int m, int n, int k) {
        long product = (long) m * n * k;
        if (product >= LARGE && !told) {
            work.addAndGet(product);
        }
    }

    /** The advice, once; null before there is something to gain, and after it was given. */
    String advice() {
        if (told || work.get() < gain) {
            return null;
        }
        synchronized (this) {
            if (told) {
                return null;
            }
            told = true;
            return text;
        }
    }

    private static String property(String name) {
        Properties properties = new Properties();
        try (InputStream in = Natives.class.getResourceAsStream(PLACE)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(name);
    }

    /** OpenBLAS is there, but not for this platform. */
    static final class Absent extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Absent(String platform) {
            super("org.bytedeco:openblas for " + platform + " is not on the class path");
        }
    }
}

package lvm.kernel;

import java.util.List;

/** How the Java virtual machine of the kernel is started. */
public final class JvmFlags {

    /**
     * The flags, in order; each is known to or ignored by every Java from 17 on. Counted loops get safepoints, where an
     * interrupt reaches them, with every garbage collector: the one that the virtual machine chooses for a single
     * processor or little memory has them not by itself. The last two keep newer versions from printing warnings about
     * libraries in the notebook.
     */
    public static final List<String> ALL = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UseCountedLoopSafepoints",
            "-XX:LoopStripMiningIter=1000",
            "-Djava.awt.headless=true",
            "-Dfile.encoding=UTF-8",
            "-Dstdin.encoding=UTF-8",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private JvmFlags() {}
}

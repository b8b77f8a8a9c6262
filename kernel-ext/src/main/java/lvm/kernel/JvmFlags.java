package lvm.kernel;

import java.util.List;

/** How the Java virtual machine of the kernel is started. */
public final class JvmFlags {

    /** The flags, in order; each is known to or ignored by every Java from 17 on. */
    public static final List<String> ALL =
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "-Djava.awt.headless=true", "-Dfile.encoding=UTF-8");

    private JvmFlags() {}
}

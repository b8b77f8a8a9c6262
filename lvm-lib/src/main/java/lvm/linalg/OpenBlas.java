package lvm.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.Loader;

/**
 * OpenBLAS from the jar {@code org.bytedeco:openblas} of this platform. JavaCPP copies the library to its cache, once for
 * each version, loads it, and sets it to one thread (see {@link NetlibGemm}). The cache is in the directory of the
 * environment variable {@code LVM_CACHE_DIR}, else where JavaCPP has it, in the user's home. Netlib calls the library, since
 * JavaCPP copies heap arrays and netlib does not. Touched by {@link Backend} only, for JavaCPP may be absent.
 */
final class OpenBlas {
    /** Where JavaCPP keeps its copies. */
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";

    private OpenBlas() {}

    /**
     * The native library.
     *
     * @throws IllegalStateException if it can not be had, with the reason for the user
     * @throws LinkageError if a library does not load, or JavaCPP is absent
     */
    static BLAS load() {
        if (!isOnClassPath()) {
            throw new Natives.Absent(Loader.getPlatform());
        }
        String cache = System.getenv("LVM_CACHE_DIR");
        if (cache != null && !cache.isBlank() && System.getProperty(CACHE) == null) {
            System.setProperty(CACHE, Path.of(cache, "javacpp").toString());
        }
        Loader.load(org.bytedeco.openblas.global.openblas_nolapack.class);
        org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(1);
        String path = path();
        System.setProperty("dev.ludovic.netlib.blas.nativeLibPath", path);
        return NativeBLAS.getInstance();
    }

    private static boolean isOnClassPath() {
        for (String name : new String[] {"libopenblas.so.0", "libopenblas.0.dylib", "libopenblas.dll"}) {
            if (OpenBlas.class.getResource("/org/bytedeco/openblas/" + Loader.getPlatform() + "/" + name) != null) {
                return true;
            }
        }
        return false;
    }

    static String version() {
        return org.bytedeco.openblas.global.openblas_nolapack.OPENBLAS_VERSION.trim();
    }

    /** Where the loaded library lies. */
    private static String path() {
        Map<String, String> loaded = Loader.getLoadedLibraries();
        for (String path : loaded.values()) {
            if (path == null) {
                continue;
            }
            String file = Path.of(path).getFileName().toString();
            if (file.startsWith("libopenblas") && Files.exists(Path.of(path))) {
                return path;
            }
        }
        throw new IllegalStateException("OpenBLAS was loaded, but not from a file: " + loaded);
    }
}

package lvm.kernel.install;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where Jupyter looks for kernels.
 *
 * @param os the name of the operating system, as in the system property {@code os.name}
 * @param home the person's home folder
 * @param env the environment
 */
record JupyterPaths(String os, Path home, Map<String, String> env) {

    static JupyterPaths ofThisMachine() {
        return new JupyterPaths(
                System.getProperty("os.name"), Path.of(System.getProperty("user.home")), System.getenv());
    }

    /** The folder of the person's own kernels. */
    Path user() {
        String set = value("JUPYTER_DATA_DIR");
        return (set != null ? Path.of(set) : userData()).resolve("kernels");
    }

    private Path userData() {
        String system = os.toLowerCase(Locale.ROOT);
        if (system.startsWith("mac")) {
            return home.resolve("Library").resolve("Jupyter");
        }
        if (system.startsWith("windows")) {
            String roaming = value("APPDATA");
            return roaming != null
                    ? Path.of(roaming, "jupyter")
                    : home.resolve("AppData").resolve("Roaming").resolve("jupyter");
        }
        String data = value("XDG_DATA_HOME");
        return (data != null ? Path.of(data) : home.resolve(".local").resolve("share")).resolve("jupyter");
    }

    /** The folder of the kernels of a Python installed under a prefix. */
    static Path prefix(Path prefix) {
        return prefix.resolve("share").resolve("jupyter").resolve("kernels");
    }

    /** The folder of the kernels of the active virtual or conda environment. */
    Path sysPrefix() {
        String active = value("VIRTUAL_ENV");
        if (active == null) {
            active = value("CONDA_PREFIX");
        }
        if (active == null) {
            throw new IllegalArgumentException(
                    "--sys-prefix: no Python environment is active (neither VIRTUAL_ENV nor CONDA_PREFIX is set); "
                            + "activate one, or name its folder by --prefix DIR "
                            + "(python -c \"import sys; print(sys.prefix)\" prints it)");
        }
        return prefix(Path.of(active));
    }

    private String value(String name) {
        String value = env.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}

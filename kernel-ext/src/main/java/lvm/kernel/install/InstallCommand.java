package lvm.kernel.install;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import lvm.kernel.Jdk;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Installs the kernel for Jupyter; needs no Python. */
@Command(
        name = "install",
        description = "Makes the kernel known to Jupyter.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class InstallCommand implements Callable<Integer> {

    /** The name of the kernel in notebooks when nothing else is set. */
    public static final String DEFAULT_NAME = "lvm";

    /** The name that is shown to users when nothing else is set. */
    public static final String DEFAULT_DISPLAY_NAME = "Java (lvm)";

    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true)
    private Where where = new Where();

    @Option(
            names = "--name",
            paramLabel = "N",
            defaultValue = DEFAULT_NAME,
            description = "The kernel's name in notebooks and on the command line; by default ${DEFAULT-VALUE}.")
    private String name;

    @Option(
            names = "--display-name",
            paramLabel = "TEXT",
            defaultValue = DEFAULT_DISPLAY_NAME,
            description = "What Jupyter's menus show; by default ${DEFAULT-VALUE}.")
    private String displayName;

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "An option of the Java virtual machine, such as -Xmx4g; may be given several times.")
    private List<String> jvmOptions = List.of();

    @Option(
            names = "--in-place",
            description = "Run the kernel from this very jar instead of a copy; it must then stay where it is.")
    private boolean inPlace;

    /** Where to install; at most one of them. */
    private static final class Where {
        @Option(names = "--user", description = "For you, in your Jupyter data folder; the default.")
        private boolean user;

        @Option(names = "--sys-prefix", description = "Into the active Python environment (VIRTUAL_ENV, CONDA_PREFIX).")
        private boolean sysPrefix;

        @Option(names = "--prefix", paramLabel = "DIR", description = "Into DIR/share/jupyter/kernels.")
        private Path prefix;
    }

    /** Called by picocli. */
    public InstallCommand() {}

    @Override
    public Integer call() {
        Optional<String> problem = Jdk.problem();
        if (problem.isPresent()) {
            return failure(problem.get());
        }
        JupyterPaths paths = JupyterPaths.ofThisMachine();
        try {
            Path kernels = where.prefix != null
                    ? JupyterPaths.prefix(where.prefix)
                    : where.sysPrefix ? paths.sysPrefix() : paths.user();
            KernelSpec kernel = new KernelSpec(name, displayName, java(), jar(), inPlace, jvmOptions);
            Path folder = kernel.install(kernels);
            kernel.archive(folder);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Installed the kernel \"" + kernel.displayName() + "\" in " + folder);
            out.println("It runs on " + kernel.java() + (inPlace ? " from " + kernel.jar() : ""));
            out.println("Next: start Jupyter and choose it for a new notebook, or: jupyter console --kernel "
                    + kernel.name());
            if (where.prefix != null) {
                out.println("A Jupyter whose own prefix is another one finds it with JUPYTER_PATH="
                        + kernels.toAbsolutePath().normalize().getParent());
            }
            out.flush();
            return 0;
        } catch (IllegalArgumentException e) {
            return failure(e.getMessage());
        } catch (IOException e) {
            return failure("the kernel could not be installed: " + e);
        }
    }

    private int failure(String message) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("install: " + message);
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static Path java() {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        return Path.of(System.getProperty("java.home"), "bin", windows ? "java.exe" : "java");
    }

    private static Path jar() {
        Path jar;
        try {
            jar = Path.of(InstallCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the place of the kernel jar is not a file: " + e.getInput(), e);
        }
        if (!Files.isRegularFile(jar)) {
            throw new IllegalArgumentException("the kernel runs from " + jar
                    + ", not from its jar; build it and run: java -jar lvm-kernel.jar install");
        }
        return jar;
    }
}

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lvm.cmd calls: the part of ./lvm that Windows has too, for any system with a JDK. It is run from this file,
 * {@code java -Dlvm.root=FOLDER Lvm.java notebook}, and written in Java 11, so that an older JDK can be told of.
 */
public final class Lvm {
    private static final String HELP = String.join(
            System.lineSeparator(),
            "Latent variable models for Java",
            "",
            "  lvm.cmd notebook [NAME] [ARGS]  opens Jupyter at a notebook, 00-start if none is named; ARGS go there",
            "  lvm.cmd run [NAME...] [--size small|full] [--out DIR] [--in-place]",
            "                                  executes notebooks without a browser, writes them and their HTML pages",
            "  lvm.cmd build                   builds and installs the kernel for this project, if something changed",
            "  lvm.cmd help                    this text",
            "",
            "homework, grade, test, bench, reproduce, coverage, site and data need a POSIX shell: in Git Bash or WSL",
            "./lvm help lists them. What is missing is installed for this project, or named. Environment: JAVA_HOME,",
            "LVM_PYTHON (a Python with Jupyter), LVM_SIZE (small or full notebooks), LVM_CACHE_DIR (where downloads",
            "go, data\\cache if not set).");

    private static final List<String> ELSEWHERE =
            List.of("homework", "grade", "test", "bench", "reproduce", "coverage", "site", "data");

    private static final List<String> SOURCES =
            List.of("pom.xml", "lvm-lib/pom.xml", "kernel-ext/pom.xml", "lvm-lib/src/main", "kernel-ext/src/main");

    private static final boolean WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

    /** Whether Python has modules: one of each argument, whose alternatives a slash divides. It has no quotes. */
    private static final String HAS = "import sys; from importlib.util import find_spec; "
            + "sys.exit(not all(any(map(find_spec, word.split(chr(47)))) for word in sys.argv[1:]))";

    /** What is wrong, for the user. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int code;

        Refused(int code, String message) {
            super(message);
            this.code = code;
        }

        Refused(String message) {
            this(1, message);
        }
    }

    private final Path root;
    private final Path state;
    private final Path log;
    private final Path jar;

    private Lvm(Path root) {
        this.root = root;
        this.state = root.resolve(".lvm");
        this.log = state.resolve("log");
        this.jar = root.resolve("kernel-ext").resolve("target").resolve("lvm-kernel.jar");
    }

    /**
     * Does what the arguments say.
     *
     * @param arguments a command and its arguments
     */
    public static void main(String[] arguments) {
        int code;
        try {
            Path root = Path.of(System.getProperty("lvm.root", ".")).toAbsolutePath().normalize();
            code = new Lvm(root).command(arguments);
        } catch (Refused e) {
            System.err.println("lvm: " + e.getMessage());
            code = e.code;
        } catch (IOException | UncheckedIOException e) {
            System.err.println("lvm: " + e);
            code = 1;
        } catch (InterruptedException e) {
            code = 130;
        }
        System.exit(code);
    }

    private int command(String[] arguments) throws IOException, InterruptedException {
        String command = arguments.length == 0 ? "help" : arguments[0];
        List<String> rest = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        switch (command) {
            case "notebook":
                return notebook(rest);
            case "run":
                return run(rest);
            case "build":
                needJava();
                build();
                installKernel();
                return 0;
            case "help":
            case "-h":
            case "--help":
                System.out.println(HELP);
                return 0;
            default:
                throw new Refused(
                        2,
                        ELSEWHERE.contains(command)
                                ? "'" + command + "' needs a POSIX shell: type ./lvm " + command + " in Git Bash or WSL"
                                : "there is no '" + command + "'; lvm.cmd help lists what there is");
        }
    }

    // --- the commands

    private int notebook(List<String> arguments) throws IOException, InterruptedException {
        needJava();
        List<String> python =
                needPython(
                        List.of("nbclient", "nbconvert", "jupyter_client", "jupyterlab/notebook"),
                        "nbclient nbconvert jupyterlab");
        Path folder = root.resolve("notebooks");
        List<String> rest = new ArrayList<>(arguments);
        String name = "00-start";
        if (!rest.isEmpty() && !rest.get(0).startsWith("-")) {
            name = rest.remove(0).replaceFirst(".*[/\\\\]", "").replaceFirst("\\.ipynb$", "");
            if (!Files.isRegularFile(folder.resolve(name + ".ipynb"))) {
                throw new Refused(2, "notebook: there is no '" + name + "' in notebooks");
            }
        }
        build();
        installKernel();
        List<String> line = new ArrayList<>(python);
        line.addAll(List.of("-m", has(python, List.of("jupyterlab")) ? "jupyterlab" : "notebook"));
        if (Files.isRegularFile(folder.resolve(name + ".ipynb"))) {
            line.add(name + ".ipynb");
        }
        line.addAll(rest);
        return handOver(line, folder);
    }

    private int run(List<String> arguments) throws IOException, InterruptedException {
        needJava();
        List<String> line =
                new ArrayList<>(needPython(List.of("nbclient", "nbconvert", "jupyter_client"), "nbclient nbconvert"));
        build();
        installKernel();
        line.add(root.resolve("kernel-ext/src/launcher/run_notebooks.py").toString());
        line.addAll(arguments);
        return handOver(line, null);
    }

    /** Lets a program have the terminal, and waits for its end after Ctrl-C too, which it handles itself. */
    private int handOver(List<String> line, Path folder) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        Map<String, String> environment = builder.environment();
        environment.merge(
                "JUPYTER_PATH",
                state.resolve("share").resolve("jupyter").toString(),
                (old, ours) -> old.isEmpty() ? ours : ours + File.pathSeparator + old);
        environment.putIfAbsent("LVM_CACHE_DIR", root.resolve("data").resolve("cache").toString());
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        return process.waitFor();
    }

    // --- Java and Maven

    private static void needJava() {
        String cure = "; to get one: " + (WINDOWS ? "winget install EclipseAdoptium.Temurin.21.JDK" : "./lvm build");
        if (Runtime.version().feature() < 17) {
            throw new Refused(System.getProperty("java.home") + " is Java "
                    + Runtime.version().feature() + ", needed is a JDK 17 or newer" + cure);
        }
        if (!ModuleFinder.ofSystem().find("jdk.jshell").isPresent()) {
            throw new Refused(
                    System.getProperty("java.home") + " has no module jdk.jshell, needed is a JDK 17 or newer" + cure);
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", WINDOWS ? "java.exe" : "java").toString();
    }

    private String needMaven() throws IOException, InterruptedException {
        String cure = ", needed is Maven 3.8 or newer; get it from https://maven.apache.org/download.html and add its"
                + " bin folder to PATH";
        String maven = which("mvn").orElseThrow(() -> new Refused("no mvn found" + cure));
        Process process = new ProcessBuilder(maven, "-version").redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher version = Pattern.compile("Apache Maven (\\d+)\\.(\\d+)").matcher(text);
        if (process.waitFor() != 0 || !version.find()) {
            throw new Refused("mvn -version fails" + cure);
        }
        int major = Integer.parseInt(version.group(1));
        if (major < 3 || major == 3 && Integer.parseInt(version.group(2)) < 8) {
            throw new Refused("mvn is version " + version.group(1) + "." + version.group(2) + cure);
        }
        return maven;
    }

    /** The file of a program on the path; Windows takes the endings of PATHEXT. */
    private static Optional<String> which(String name) {
        String extensions = System.getenv("PATHEXT");
        List<String> endings = !WINDOWS
                ? List.of("")
                : List.of((extensions == null ? ".COM;.EXE;.BAT;.CMD" : extensions).split(";"));
        String path = System.getenv("PATH");
        for (String entry : (path == null ? "" : path).split(Pattern.quote(File.pathSeparator))) {
            String folder = entry.replace("\"", "");
            for (String ending : endings) {
                if (!folder.isEmpty()) {
                    Path file = Path.of(folder, name + ending);
                    if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                        return Optional.of(file.toString());
                    }
                }
            }
        }
        return Optional.empty();
    }

    // --- Python and Jupyter

    private Path venv() {
        return state.resolve("venv");
    }

    private String venvPython() {
        return venv().resolve(WINDOWS ? "Scripts" : "bin")
                .resolve(WINDOWS ? "python.exe" : "python")
                .toString();
    }

    /** The Pythons to try, the project's own first. */
    private List<List<String>> pythons() {
        List<List<String>> found = new ArrayList<>();
        if (Files.isRegularFile(Path.of(venvPython()))) {
            found.add(List.of(venvPython()));
        }
        if (WINDOWS) {
            which("py").ifPresent(py -> found.add(List.of(py, "-3")));
        }
        for (String name : List.of("python3", "python")) {
            which(name).ifPresent(python -> found.add(List.of(python)));
        }
        return found;
    }

    private boolean has(List<String> python, List<String> modules) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(python);
        line.addAll(List.of("-c", HAS));
        line.addAll(modules);
        return succeeds(line, null);
    }

    private List<String> needPython(List<String> modules, String packages) throws IOException, InterruptedException {
        String own = System.getenv("LVM_PYTHON");
        if (own != null && !own.isEmpty()) {
            List<String> python = List.of(own);
            try {
                if (has(python, modules)) {
                    return python;
                }
            } catch (IOException e) {
                throw new Refused("LVM_PYTHON=" + own + " is not a command");
            }
            throw new Refused("LVM_PYTHON=" + own + " lacks something of: " + packages + "; to get it: " + own
                    + " -m pip install " + packages);
        }
        for (List<String> python : pythons()) {
            if (has(python, modules)) {
                return python;
            }
        }
        if (install(List.of(packages.split(" ")))) {
            List<String> python = List.of(venvPython());
            if (has(python, modules)) {
                System.out.println("Jupyter is installed, in .lvm/venv");
                return python;
            }
        }
        throw new Refused("no Python with Jupyter, and none could be installed; "
                + (WINDOWS ? "type: winget install Python.Python.3.12" : "install Python 3 with pip, or uv")
                + ", open a new window and type the same again, or set LVM_PYTHON");
    }

    /** Puts packages into the project's virtual environment, by uv or by pip. */
    private boolean install(List<String> packages) throws IOException, InterruptedException {
        Path output = log.resolve("venv.log");
        String how = " (some minutes the first time, log in .lvm/log/venv.log): " + String.join(" ", packages);
        Optional<String> uv = which("uv");
        List<String> line = new ArrayList<>();
        if (uv.isPresent()) {
            System.out.println("Installing into .lvm/venv with uv" + how);
            line.addAll(List.of(uv.get(), "pip", "install", "-q", "--python", venvPython()));
            line.addAll(packages);
            return (Files.exists(venv()) || succeeds(List.of(uv.get(), "venv", "-q", venv().toString()), output))
                    && (succeeds(line, output) || told(output));
        }
        for (List<String> python : pythons()) {
            if (!succeeds(with(python, "-c", "import venv, ensurepip"), null)) {
                continue; // such as the python.exe of Windows that only opens the store
            }
            System.out.println("Installing into .lvm/venv with pip" + how);
            if (!Files.exists(venv()) && !succeeds(with(python, "-m", "venv", venv().toString()), output)) {
                delete(venv());
                return told(output);
            }
            line.addAll(List.of(venvPython(), "-m", "pip", "install", "-q", "--disable-pip-version-check"));
            line.addAll(packages);
            return succeeds(line, output) || told(output);
        }
        return false;
    }

    private static List<String> with(List<String> line, String... more) {
        return Stream.concat(line.stream(), Stream.of(more)).collect(Collectors.toList());
    }

    /** Shows the last line of a log; false. */
    private static boolean told(Path output) throws IOException {
        List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
        lines.removeIf(String::isBlank);
        if (!lines.isEmpty()) {
            System.err.println(lines.get(lines.size() - 1));
        }
        return false;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Runs a program without a terminal; what it writes goes into a log, or nowhere. */
    private boolean succeeds(List<String> line, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(line).directory(root.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (output == null) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        } else {
            Files.createDirectories(output.getParent());
            builder.redirectOutput(output.toFile());
        }
        Process process = builder.start();
        process.getOutputStream().close();
        return process.waitFor() == 0;
    }

    // --- building

    private boolean sourcesChanged() throws IOException {
        Path built = state.resolve("built");
        if (!Files.isRegularFile(jar) || !Files.isRegularFile(built)) {
            return true;
        }
        FileTime time = Files.getLastModifiedTime(built);
        for (String place : SOURCES) {
            try (Stream<Path> files = Files.walk(root.resolve(place))) {
                for (Path file : files.collect(Collectors.toList())) {
                    if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).compareTo(time) > 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void build() throws IOException, InterruptedException {
        if (!sourcesChanged()) {
            return;
        }
        String maven = needMaven();
        System.out.println("Building (log in .lvm/log/build.log) ...");
        Path output = log.resolve("build.log");
        Files.createDirectories(log);
        // The stamp has the time of the start, so that what is changed meanwhile is built next time.
        Path stamp = state.resolve("building");
        Files.deleteIfExists(stamp);
        Files.createFile(stamp);
        List<String> line = List.of(
                maven, "-B", "-ntp", "-Dstyle.color=never", "package", "-pl", "kernel-ext", "-am",
                "-Dmaven.test.skip=true", "-Dspotless.check.skip=true");
        if (!succeeds(line, output)) {
            Files.readAllLines(output, StandardCharsets.ISO_8859_1).stream()
                    .filter(text -> text.startsWith("[ERROR]"))
                    .limit(20)
                    .forEach(System.err::println);
            throw new Refused("the build failed, the whole log is " + output);
        }
        Files.move(stamp, state.resolve("built"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the installed kernel depends on: a moved checkout, another Java or a new jar make it stale. */
    private void installKernel() throws IOException, InterruptedException {
        Path spec = state.resolve("share").resolve("jupyter").resolve("kernels").resolve("lvm").resolve("kernel.json");
        Path mark = state.resolve("kernel");
        String what = java() + " in " + root + "\n";
        if (Files.isRegularFile(spec)
                && Files.getLastModifiedTime(spec).compareTo(Files.getLastModifiedTime(jar)) > 0
                && Files.isRegularFile(mark)
                && Files.readString(mark).equals(what)) {
            return;
        }
        Path output = log.resolve("install.log");
        List<String> line =
                List.of(java(), "-jar", jar.toString(), "install", "--prefix", state.toString(), "--name", "lvm");
        if (!succeeds(line, output)) {
            System.err.print(Files.readString(output, StandardCharsets.ISO_8859_1));
            throw new Refused("the kernel could not be installed in .lvm");
        }
        Files.writeString(mark, what);
    }
}

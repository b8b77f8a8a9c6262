package lvm.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Mnist;
import org.ejml.data.FMatrixRMaj;

/**
 * Training of a variational autoencoder 784-500-500-50 on binary images: whole epochs through {@link lvm.fit.Fit}
 * against their matrix products alone, against PyTorch at its best number of threads, against another JDK, and on the
 * slower backends. Each side is a process of its own with a heap of 1 GB; they take turns, and each ratio is the median of
 * the ratios of the turns, so that it means something on a machine with other work to do.
 *
 * <p>Arguments: {@code --against} and the class path of another build of the project (its test classes and its kernel's jar),
 * for epochs of both programs in turns and nothing else; the number of turns, of images (thousands), and a file for the
 * table; all optional. The images are MNIST, or
 * {@link Digits} where that can not be had. The Python is that of the environment variable {@code LVM_PYTHON}, else the
 * first of {@code python3} and {@code /usr/bin/python3} that has PyTorch; the other JDK is the newest of those named by
 * {@code LVM_JDKS}, else of those beside the running one.
 */
public final class VaeBench {
    private static final int[] BATCHES = {100, 1000};
    private static final double[] PRODUCTS_LIMIT = {1.5, 1.4};
    private static final double[] PYTORCH_LIMIT = {0.5, 0.75};
    private static final double[] AGAINST_LIMIT = {1.05, 1.05};

    private final List<String> report = new ArrayList<>();

    private final int rows;

    private VaeBench(int rows) {
        if (rows % 1000 != 0 || rows < 1000 || rows > 60_000) {
            throw new IllegalArgumentException("VaeBench: " + rows + " images, expected some thousands up to 60000");
        }
        this.rows = rows;
    }

    /**
     * Runs the comparison.
     *
     * @param arguments another build, turns, images, file
     * @throws IOException if the data can not be handed over or a side fails
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean against = arguments.length > 1 && arguments[0].equals("--against");
        String[] args = Arrays.copyOfRange(arguments, against ? 2 : 0, arguments.length);
        int turns = args.length > 0 ? Integer.parseInt(args[0]) : against ? 9 : 5;
        VaeBench bench = new VaeBench(args.length > 1 ? Integer.parseInt(args[1]) : 50_000);
        Path file = Files.createTempFile("vae-bench", ".bin");
        Path script = Files.createTempFile("vae-bench", ".py");
        try (var in = VaeBench.class.getResourceAsStream("vae_bench.py")) {
            Files.write(script, in.readAllBytes());
            if (against) {
                bench.against(arguments[1], turns, file);
            } else {
                bench.run(turns, file, script);
            }
        } finally {
            Files.delete(file);
            Files.delete(script);
        }
        if (args.length > 2) {
            Files.writeString(Path.of(args[2]), String.join("\n", bench.report) + "\n");
        }
    }

    /** Whole epochs of this program and of another build of it. */
    private void against(String classPath, int turns, Path file) throws IOException, InterruptedException {
        String load = load(turns, file);
        double[][] now = new double[BATCHES.length][turns];
        double[][] before = new double[BATCHES.length][turns];
        try (Side ours = Side.java(own(), load);
                Side other = Side.of(own(), classPath, load)) {
            table(ours);
            for (int b = 0; b < BATCHES.length; b++) {
                String epoch = "epoch " + BATCHES[b] + " " + rows;
                ours.ask(epoch); // compiled from here on
                other.ask(epoch);
                for (int t = 0; t < turns; t++) {
                    before[b][t] = other.ask(epoch)[0];
                    now[b][t] = ours.ask(epoch)[0];
                }
            }
        }
        row("an epoch, s", now, null, "%.2f", null, "");
        row("an epoch of the other build, s", before, null, "%.2f", null, "");
        row("epoch / the other build's", now, before, "%.3f", AGAINST_LIMIT, "at most");
    }

    private void run(int turns, Path file, Path script) throws IOException, InterruptedException {
        String load = load(turns, file);
        try (Side ours = Side.java(own(), load);
                Side other = otherJdk(load);
                Side vector = Side.java(own(), load, "--add-modules", "jdk.incubator.vector", "-Dlvm.backend=vector");
                Side plain = Side.java(own(), load, "-Dlvm.backend=java")) {
            table(ours);
            epochs(turns, ours, other, load, script);
            steps(turns, ours, other, vector, plain);
        }
    }

    private void table(Side ours) {
        say("%s.", ours.description);
        say("");
        say("| | batch %d | batch %d | wanted |", BATCHES[0], BATCHES[1]);
        say("|---|---|---|---|");
    }

    /** Says what is measured, and gives the command that hands the images over. */
    private String load(int turns, Path file) throws IOException, InterruptedException {
        say("# A training step of a variational autoencoder");
        say("");
        say("784-500-500-50, softplus, Bernoulli, Adam; %,d images of %s, binary.", rows, images(file));
        say(
                "%s, %s %s, %d processors, %s; %d turns, medians. A heap of 1 GB for each JVM.",
                LocalDate.now(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                turns);
        return "load " + file + " " + rows + " " + Mnist.EDGE * Mnist.EDGE;
    }

    /** Whole epochs. */
    private void epochs(int turns, Side ours, Side other, String load, Path script)
            throws IOException, InterruptedException {
        double[][] products = new double[BATCHES.length][turns];
        double[][] mine = new double[BATCHES.length][turns];
        double[][] others = new double[BATCHES.length][turns];
        double[][] theirs = new double[BATCHES.length][turns];
        String[] settings = new String[BATCHES.length];
        String python = Python.with("torch, numpy");
        String torch = null;
        for (int b = 0; b < BATCHES.length; b++) {
            int batch = BATCHES[b];
            String epoch = "epoch " + batch + " " + rows;
            for (Side side : Arrays.asList(ours, other)) {
                if (side != null) {
                    side.ask("epoch " + batch + " " + Math.min(rows, 200 * batch)); // compiled from here on
                }
            }
            try (Side peer = python == null ? null : bestPeer(python, script, load, batch)) {
                if (peer != null) {
                    settings[b] = peer.description;
                    torch = version(python, script);
                }
                for (int t = 0; t < turns; t++) {
                    products[b][t] = ours.ask("products " + batch + " " + rows / batch)[0];
                    mine[b][t] = ours.ask(epoch)[0];
                    others[b][t] = other == null ? Double.NaN : other.ask(epoch)[0];
                    theirs[b][t] = peer == null ? Double.NaN : peer.ask(epoch)[0];
                }
            }
        }
        row("an epoch, s", mine, null, "%.2f", null, "");
        row("its matrix products alone, s", products, null, "%.2f", null, "");
        row("epoch / products", mine, products, "%.2f", PRODUCTS_LIMIT, "at most");
        if (other != null) {
            row("an epoch on JDK " + other.version() + ", s", others, null, "%.2f", null, "");
            row("JDK " + other.version() + " / JDK " + ours.version(), others, mine, "%.2f", null, "not above 1");
        }
        if (torch != null) {
            row("an epoch of PyTorch " + torch + ", s", theirs, null, "%.2f", null, "");
            row("epoch / PyTorch", mine, theirs, "%.2f", PYTORCH_LIMIT, "at most");
            say("| threads of PyTorch, of its BLAS: the best setting | %s | %s | |", settings[0], settings[1]);
        } else {
            say("| PyTorch | no Python with it was found | | |");
        }
    }

    /** Single steps, also on the slower backends. */
    private void steps(int turns, Side ours, Side other, Side vector, Side plain) throws IOException {
        List<Side> sides = new ArrayList<>(Arrays.asList(ours, other, vector, plain));
        double[][][] step = new double[sides.size()][BATCHES.length][turns];
        double[][] alone = new double[BATCHES.length][turns];
        for (int b = 0; b < BATCHES.length; b++) {
            for (int t = -1; t < turns; t++) {
                for (int s = 0; s < sides.size(); s++) {
                    if (sides.get(s) != null) {
                        double[] times = sides.get(s).ask("step " + BATCHES[b] + " " + 5_000 / BATCHES[b]);
                        if (t >= 0) {
                            step[s][b][t] = 1e3 * times[0];
                            if (s == 0) {
                                alone[b][t] = 1e3 * times[1];
                            }
                        }
                    }
                }
            }
        }
        row("a step without the loop around it, ms", step[0], null, "%.2f", null, "");
        row("step / products", step[0], alone, "%.2f", PRODUCTS_LIMIT, "at most");
        if (other != null) {
            row(
                    "step, JDK " + other.version() + " / JDK " + ours.version(),
                    step[1],
                    step[0],
                    "%.2f",
                    null,
                    "not above 1");
        }
        for (int s = 2; s < sides.size(); s++) {
            String name = sides.get(s).description.replaceAll("Matrix products: |,.*", "");
            row("a step on " + name + ", ms", step[s], null, "%.1f", null, "");
            row(name + " / OpenBLAS", step[s], step[0], "%.1f", null, "");
        }
    }

    private void row(String name, double[][] a, double[][] per, String format, double[] limits, String wanted) {
        StringBuilder line = new StringBuilder("| " + name + " |");
        StringBuilder limit = new StringBuilder(wanted);
        for (int b = 0; b < BATCHES.length; b++) {
            double[] values = a[b].clone();
            for (int t = 0; t < values.length && per != null; t++) {
                values[t] /= per[b][t];
            }
            Arrays.sort(values);
            line.append(String.format(Locale.ROOT, ' ' + format + " |", values[values.length / 2]));
            if (limits != null) {
                limit.append(b == 0 ? " " : ", ").append(limits[b]);
            }
        }
        say("%s %s |", line, limit);
    }

    private void say(String format, Object... arguments) {
        String line = arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments);
        report.add(line);
        System.out.println(line);
    }

    // --- the sides

    /** A process that answers commands. */
    private static final class Side implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final PrintWriter commands;
        private String description;

        private Side(ProcessBuilder builder, String load) throws IOException {
            process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
            description = answer(load);
        }

        static Side java(String java, String load, String... options) throws IOException {
            return of(java, System.getProperty("java.class.path"), load, options);
        }

        static Side of(String java, String classPath, String load, String... options) throws IOException {
            List<String> command = new ArrayList<>(List.of(java, "-Xmx1g", "--enable-native-access=ALL-UNNAMED"));
            command.addAll(List.of(options));
            command.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"));
            for (String property : new String[] {"lvm.threads", "org.bytedeco.javacpp.cachedir"}) {
                if (System.getProperty(property) != null) {
                    command.add("-D" + property + "=" + System.getProperty(property));
                }
            }
            command.addAll(List.of("-cp", classPath, VaeTrainer.class.getName()));
            return new Side(new ProcessBuilder(command), load);
        }

        static Side torch(String python, Path script, String load, int threads, int blasThreads) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(python, script.toString(), String.valueOf(threads));
            builder.environment().put("OPENBLAS_NUM_THREADS", String.valueOf(blasThreads));
            Side side = new Side(builder, load);
            side.description = threads + ", " + blasThreads;
            return side;
        }

        /** The numbers of an answer. */
        double[] ask(String command) throws IOException {
            return Stream.of(answer(command).split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }

        private String answer(String command) throws IOException {
            commands.println(command);
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("VaeBench: a side ended at \"" + command + "\": " + process.info());
            }
            return line;
        }

        String version() {
            return description.replaceAll(".*JDK ", "");
        }

        @Override
        public void close() {
            commands.close(); // the end of its input ends the process
        }
    }

    private static String own() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The newest other JDK, null if there is none of another version. */
    private static Side otherJdk(String load) throws IOException {
        String named = System.getenv("LVM_JDKS");
        List<Path> homes = new ArrayList<>();
        if (named != null && !named.isBlank()) {
            Stream.of(named.split(File.pathSeparator)).map(Path::of).forEach(homes::add);
        } else {
            try (Stream<Path> beside =
                    Files.list(Path.of(System.getProperty("java.home")).getParent())) {
                beside.forEach(homes::add);
            }
        }
        TreeMap<Integer, Path> found = new TreeMap<>();
        for (Path home : homes) {
            Path release = home.resolve("release");
            if (Files.isExecutable(home.resolve("bin/java")) && Files.isRegularFile(release)) {
                for (String line : Files.readAllLines(release)) {
                    if (line.startsWith("JAVA_VERSION=")) { // JAVA_VERSION="17.0.15"
                        found.put(Integer.parseInt(line.split("[\".]")[1]), home);
                    }
                }
            }
        }
        found.remove(Runtime.version().feature());
        return found.isEmpty() || found.lastKey() < 17
                ? null
                : Side.java(found.lastEntry().getValue().resolve("bin/java").toString(), load);
    }

    /** PyTorch with the numbers of threads that are fastest on some of the images. */
    private Side bestPeer(String python, Path script, String load, int batch) throws IOException {
        Side best = null;
        double least = Double.POSITIVE_INFINITY;
        int processors = Runtime.getRuntime().availableProcessors();
        for (int threads : processors == 1 ? new int[] {1} : new int[] {1, processors}) {
            for (int blasThreads : processors == 1 ? new int[] {1} : new int[] {1, processors}) {
                Side side = Side.torch(python, script, load, threads, blasThreads);
                double seconds = Double.POSITIVE_INFINITY;
                for (int trial = 0; trial < 4 && !(trial > 0 && seconds > 4 * least); trial++) {
                    seconds = Math.min(seconds, side.ask("epoch " + batch + " " + Math.min(rows, 2000))[0]);
                }
                if (seconds < least) {
                    least = seconds;
                    if (best != null) {
                        best.close();
                    }
                    best = side;
                } else {
                    side.close();
                }
            }
        }
        return best;
    }

    private static String version(String python, Path script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(python, script.toString(), "0").start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.trim();
    }

    // --- data and machine

    /** Writes the images, a byte a pixel, and says which they are. */
    private String images(Path file) throws IOException {
        Dataset data;
        String name = "MNIST";
        try {
            data = Mnist.load().train();
        } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
            name = "drawn digits (no MNIST: "
                    + e.getMessage().lines().findFirst().orElse("") + ")";
            data = Digits.generate(rows, 1);
        }
        Dataset binary = data.slice(0, rows).binarized();
        int[] order = new int[rows];
        Arrays.setAll(order, i -> i);
        byte[] pixels = new byte[rows * binary.dim()];
        FMatrixRMaj chunk = new FMatrixRMaj(1, 1);
        for (int from = 0, at = 0; from < rows; from += 1000) {
            binary.copyRows(order, from, 1000, chunk);
            for (int i = 0; i < chunk.getNumElements(); i++) {
                pixels[at++] = (byte) chunk.data[i];
            }
        }
        Files.write(file, pixels);
        return name;
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException e) {
            return "unknown processor";
        }
    }
}

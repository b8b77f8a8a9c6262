package lvm.reproduce;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lvm.results.References;
import lvm.results.References.Reference;
import lvm.results.Result;

/** {@code ./lvm reproduce}: runs experiments, goes on with those that were stopped, keeps their results. */
final class Reproduce {
    /** Every experiment; a new one needs a line here. */
    static final List<Experiment> EXPERIMENTS = Stream.<List<Experiment>>of(
                    List.of(
                            new OldFaithfulExperiment(),
                            new MlpExperiment(),
                            new EstimatorsExperiment(),
                            new SbnExperiment(),
                            new RbmExperiment(),
                            new Rbm500Experiment(),
                            new RbmClassifyExperiment(),
                            new AisCostExperiment(),
                            new RnnRbmExperiment(),
                            new BallsExperiment(),
                            new GatedExperiment(),
                            new ConvDbnExperiment(),
                            new DbnExperiment(),
                            new DbnClassifyExperiment(),
                            new DbmSmallExperiment(),
                            new DeepSmallExperiment(),
                            new MixingExperiment(),
                            new DbmExperiment(DbmExperiment.Way.PRETRAINED),
                            new DbmExperiment(DbmExperiment.Way.CENTRED),
                            new DbmExperiment(DbmExperiment.Way.PREDICTING),
                            new TexturesExperiment(),
                            new GaussianRbm2dExperiment(),
                            new GaussianRbmPatchesExperiment(),
                            new McRbmExperiment()),
                    List.of(
                            new PretrainingExperiment(),
                            new OneShotExperiment(),
                            new FactorsExperiment(),
                            new DomainExperiment(),
                            new ZeroShotExperiment()),
                    VaeExperiment.all(),
                    List.of(new VaeAisExperiment()),
                    AutoregressiveExperiment.all(),
                    List.of(new FlowsExperiment(), new GanModesExperiment()),
                    FlowsMnistExperiment.all(),
                    List.of(new Figure3Experiment(), new FullMnistExperiment(), new M2SamplingExperiment()),
                    Table1Experiment.all())
            .flatMap(List::stream)
            .toList();

    static final long DEFAULT_SEED = 1;
    private static final long PATIENCE_SECONDS = 60; // for the checkpoint of a run that is told to stop
    private static final String LOCK = "lock";
    private static final int SYSTEM_LETTERS = 40; // of what is listed in a line

    private final List<Experiment> experiments;
    private final List<Reference> published;
    private final PrintStream out;
    private final PrintStream err;

    Reproduce(List<Experiment> experiments, List<Reference> published, PrintStream out, PrintStream err) {
        this.experiments = experiments;
        this.published = published;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs.
     *
     * @param args the project's folder, then what the user typed
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Thread self = Thread.currentThread();
        CountDownLatch done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // Ctrl-C and the end of a session: the fit writes a checkpoint and ends.
            self.interrupt();
            try {
                done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                self.interrupt();
            }
        }));
        int code = 1;
        try {
            code = new Reproduce(EXPERIMENTS, References.load(), out, err)
                    .run(Path.of(args[0]), List.of(args).subList(1, args.length));
        } finally {
            done.countDown();
        }
        System.exit(code);
    }

    /** What the command line says. */
    private static final class Options {
        private final List<Experiment> chosen = new ArrayList<>();
        private final List<Long> seeds = new ArrayList<>();
        private Path out;
        private boolean small;
        private boolean fresh;
        private boolean verbose;
    }

    /** Runs and returns the exit code: 0, 1 for a failure, 2 for a wrong argument, 130 if stopped. */
    int run(Path project, List<String> args) {
        Options options;
        try {
            options = parse(args);
        } catch (IllegalArgumentException e) {
            err.println("lvm: reproduce: " + e.getMessage());
            return 2;
        }
        Path state = options.out != null ? options.out : project.resolve(".lvm").resolve("reproduce");
        Path results = options.out != null
                ? options.out
                : options.small
                        ? state.resolve("small")
                        : project.resolve("notebooks").resolve("results");
        Records records = new Records(results, state.resolve(".lock"), published);
        try {
            if (options.chosen.isEmpty()) {
                list(records, state, options.verbose);
                return 0;
            }
            for (long seed : options.seeds) {
                if (options.fresh) {
                    delete(shared(state, seed, options));
                }
                for (Experiment experiment : options.chosen) {
                    int code = run(experiment, seed, options, state, records);
                    if (code != 0) {
                        return code;
                    }
                }
            }
            return 0;
        } catch (IOException e) {
            err.println("lvm: reproduce: " + e);
            return 1;
        }
    }

    private Options parse(List<String> args) {
        Options options = new Options();
        int i = 0;
        while (i < args.size()) {
            String arg = args.get(i++);
            switch (arg) {
                case "--out" -> {
                    if (i == args.size()) {
                        throw new IllegalArgumentException("--out needs a directory");
                    }
                    options.out = Path.of(args.get(i++));
                }
                case "--seed" -> {
                    int before = options.seeds.size();
                    while (i < args.size() && args.get(i).matches("-?\\d+")) {
                        options.seeds.add(Long.parseLong(args.get(i++)));
                    }
                    if (options.seeds.size() == before) {
                        throw new IllegalArgumentException("--seed needs whole numbers");
                    }
                }
                case "--size" -> {
                    String size = i == args.size() ? "" : args.get(i++);
                    if (!size.equals("small") && !size.equals("full")) {
                        throw new IllegalArgumentException("--size is '" + size + "', expected small or full");
                    }
                    options.small = size.equals("small");
                }
                case "--fresh" -> options.fresh = true;
                case "--verbose" -> options.verbose = true;
                default -> {
                    if (arg.startsWith("-")) {
                        throw new IllegalArgumentException("there is no '" + arg
                                + "', only --out DIR, --seed N..., --size small|full, --fresh, --verbose");
                    }
                    options.chosen.addAll(find(arg));
                }
            }
        }
        if (options.seeds.isEmpty()) {
            options.seeds.add(DEFAULT_SEED);
        }
        return options;
    }

    /** The experiment of this name, or all whose names begin with it and a hyphen. */
    private List<Experiment> find(String name) {
        List<Experiment> group = experiments.stream()
                .filter(experiment -> experiment.name().startsWith(name + "-"))
                .toList();
        List<Experiment> found = experiments.stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst()
                .map(List::of)
                .orElse(group);
        if (found.isEmpty()) {
            throw new IllegalArgumentException("there is no '" + name + "', only " + String.join(", ", names()));
        }
        return found;
    }

    private List<String> names() {
        return experiments.stream().map(Experiment::name).toList();
    }

    private void list(Records records, Path state, boolean verbose) throws IOException {
        out.println("./lvm reproduce NAME... [--seed N...] [--out DIR] [--size small|full] [--fresh]; NAME may be the"
                + " beginning of several up to a hyphen");
        if (!verbose) {
            out.println("One number of each, --verbose shows all of them and what is measured:");
            out.println();
        }
        int width = names().stream().mapToInt(String::length).max().orElse(0);
        for (Experiment experiment : experiments) {
            List<Records.Dated> known = records.read(experiment.name());
            List<String> begun = begun(state.resolve(experiment.name()));
            if (verbose) {
                out.println();
                out.println("  " + experiment.name() + ": " + experiment.about());
                known.forEach(dated -> out.println("    " + line(dated, Integer.MAX_VALUE)));
                begun.forEach(place -> out.println("    begun: " + place + " in "
                        + state.resolve(experiment.name()).resolve(place)));
            } else {
                String name =
                        experiment.name() + " ".repeat(width - experiment.name().length());
                out.println("  " + name + "  " + headline(experiment, known)
                        + (begun.isEmpty() ? "" : "; begun: " + String.join(", ", begun)));
            }
        }
    }

    /** The headline of the latest run, or that there was none. */
    private static String headline(Experiment experiment, List<Records.Dated> known) {
        if (known.isEmpty()) {
            return "not run yet";
        }
        Records.Dated latest =
                known.stream().max(Comparator.comparing(Records.Dated::date)).orElseThrow();
        List<Records.Dated> run = known.stream()
                .filter(dated ->
                        Objects.equals(dated.result().seed(), latest.result().seed()))
                .toList();
        Result headline =
                experiment.headline(run.stream().map(Records.Dated::result).toList());
        return line(new Records.Dated(headline, latest.date()), SYSTEM_LETTERS);
    }

    /** A number with what it is, of what, and of which run; the system may be cut. */
    private static String line(Records.Dated dated, int systemLetters) {
        Result r = dated.result();
        String system = r.system();
        if (system.length() > systemLetters) {
            system = system.substring(0, systemLetters).replaceFirst("[,;]?\\s+\\S*$", "") + " …";
        }
        return r.quantity() + " " + Records.number(r.value(), r.standardError())
                + (r.unit().equals("1") ? "" : " " + r.unit()) + ", " + system + ", "
                + (r.seed() == null ? "" : "seed " + r.seed() + ", ") + dated.date();
    }

    /** The runs that have begun and not ended. */
    private static List<String> begun(Path runs) throws IOException {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> places = Files.list(runs)) {
            return places.map(place -> place.getFileName().toString()).sorted().toList();
        }
    }

    private static String which(long seed, Options options) {
        return (options.small ? "small-" : "") + "seed-" + seed;
    }

    /** Where experiments with this seed and size keep what several of them begin with. */
    private static Path shared(Path state, long seed, Options options) {
        return state.resolve("shared").resolve(which(seed, options));
    }

    private int run(Experiment experiment, long seed, Options options, Path state, Records records) throws IOException {
        Path place = state.resolve(experiment.name()).resolve(which(seed, options));
        Path checkpoints = place.resolve("checkpoints");
        Files.createDirectories(place);
        try (RandomAccessFile file = new RandomAccessFile(place.resolve(LOCK).toFile(), "rw");
                FileLock lock = tryLock(file)) {
            if (lock == null) {
                err.println("lvm: reproduce: " + experiment.name() + " with seed " + seed + " runs already");
                return 1;
            }
            if (options.fresh) {
                delete(checkpoints);
            }
            boolean goesOn = Files.exists(checkpoints);
            out.println(experiment.name() + ", seed " + seed + (goesOn ? ", goes on from " + checkpoints : ""));
            Files.createDirectories(checkpoints);
            List<Result> results;
            try {
                results = experiment.run(
                        new Experiment.Run(seed, options.small, checkpoints, shared(state, seed, options)));
            } catch (RuntimeException e) {
                if (Thread.interrupted()) {
                    return stopped();
                }
                err.println("lvm: reproduce: " + experiment.name() + " failed: " + e);
                if (goesOn) {
                    err.println("     --fresh begins anew, without " + checkpoints);
                }
                return 1;
            }
            if (Thread.interrupted()) {
                return stopped();
            }
            move(
                    checkpoints.resolve(Experiment.Run.WEIGHTS),
                    records.directory().resolve(Experiment.Run.WEIGHTS));
            String today = LocalDate.now(ZoneOffset.UTC).toString();
            records.add(experiment.name(), seed, results, today, names());
            for (Result r : results) {
                out.println("  " + r.quantity() + ": " + Records.number(r.value(), r.standardError()) + " " + r.unit()
                        + (r.interval() == null ? "" : "; " + r.interval()));
            }
            out.println("  written to " + records.file(experiment.name()));
        }
        delete(place); // whoever runs it again wants to see it happen again
        deleteIfEmpty(place.getParent());
        return 0;
    }

    /** Moves the models that a run has kept to where its record will be. */
    private static void move(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.move(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private int stopped() {
        out.println("Stopped; the same command goes on from there.");
        return 130;
    }

    private static FileLock tryLock(RandomAccessFile file) throws IOException {
        try {
            return file.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this process has it
        }
    }

    private static void deleteIfEmpty(Path place) throws IOException {
        try {
            Files.delete(place);
        } catch (DirectoryNotEmptyException e) {
            return; // another seed is under way
        }
    }

    private static void delete(Path place) throws IOException {
        if (!Files.exists(place)) {
            return;
        }
        List<Path> inside;
        try (Stream<Path> files = Files.walk(place)) {
            inside = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : inside) {
            Files.delete(file);
        }
    }
}

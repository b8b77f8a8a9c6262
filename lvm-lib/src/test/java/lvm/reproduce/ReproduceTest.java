package lvm.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.evaluation.Interval;
import lvm.fit.Fit;
import lvm.fit.FitOptions;
import lvm.fit.Parameters;
import lvm.mixture.KMeans;
import lvm.results.Protocol;
import lvm.results.References.Reference;
import lvm.results.References.Status;
import lvm.results.Result;
import lvm.results.Results;
import lvm.results.Weights;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code ./lvm reproduce} does with experiments, their checkpoints and their results. */
class ReproduceTest {
    /** Of which experiments the models are kept, under which names. */
    private static final Map<String, List<String>> KEPT = Map.ofEntries(
            Map.entry("sbn", List.of("sbn")),
            Map.entry("rbm-500", List.of("rbm-500")),
            Map.entry("rnn-rbm", List.of("rnn-rbm")),
            Map.entry("dbn", List.of("dbn")),
            Map.entry("dbm", List.of("dbm")),
            Map.entry("dbm-centred", List.of("dbm-centred")),
            Map.entry("dbm-mp", List.of("dbm-mp")),
            Map.entry("vae-static", List.of("vae-static")),
            Map.entry("made-8", List.of("made-8")),
            Map.entry("nade", List.of("nade")),
            Map.entry("pixelcnn", List.of("pixelcnn")),
            Map.entry("flows-mnist-realnvp", List.of("flows-mnist-realnvp")),
            Map.entry("flows-mnist-spline", List.of("flows-mnist-spline")),
            Map.entry("m2-sampling", List.of("m2-sampling")),
            Map.entry("table1-m1-m2-100", List.of("table1-m1-m2-100")));

    private static final Protocol PROTOCOL = new Protocol("rows", "test", "none", Protocol.Kind.ESTIMATE, 7);

    @TempDir
    Path project;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Adds up numbers drawn at each step; an interrupt comes after a given number of steps. */
    private static final class Sum implements Experiment {
        int stopAfter = -1;
        int steps;
        RuntimeException failure;

        @Override
        public String name() {
            return "sum";
        }

        @Override
        public String about() {
            return "a sum";
        }

        @Override
        public List<Result> run(Run run) {
            DMatrixRMaj sum = new DMatrixRMaj(1, 1);
            new Fit((batch, rng) -> {
                        steps++;
                        sum.data[0] += rng.nextDouble();
                        if (steps == stopAfter) {
                            Thread.currentThread().interrupt();
                        }
                        return sum.data[0];
                    })
                    .parameters(Parameters.of(Map.of("sum", sum)))
                    .options(new FitOptions()
                            .epochs(run.pick(2, 20))
                            .batchSize(1)
                            .seed(run.seed())
                            .resume(run.checkpoints()))
                    .label(null)
                    .run(Dataset.of(new double[][] {{1}, {2}}));
            if (failure != null) {
                throw failure;
            }
            Estimate estimate = new Estimate(sum.data[0], 0.5);
            return List.of(Result.of("Sum", "total", estimate, "nats", PROTOCOL, run.seed(), 1.5)
                    .with(new Interval(-1, 100, 0.9)));
        }
    }

    private static Reference published(double value, Protocol protocol) {
        Result result = new Result("Theirs", "total", value, "nats", protocol, 0.5, null, null, Double.NaN, "", null);
        return new Reference(result, "a book", Status.V);
    }

    private int run(List<Experiment> experiments, List<Reference> published, String... args) {
        out.reset();
        err.reset();
        PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Reproduce(experiments, published, o, e).run(project, Arrays.asList(args));
    }

    private int run(Sum sum, String... args) {
        return run(List.of(sum), List.of(), args);
    }

    private Path results() {
        return project.resolve("notebooks").resolve("results");
    }

    private static double value(Path directory, long seed) throws Exception {
        return new Records(directory, directory.resolve(".lock"), List.of())
                .read("sum").stream()
                        .filter(dated -> dated.result().seed() == seed)
                        .findFirst()
                        .orElseThrow()
                        .result()
                        .value();
    }

    @Test
    void aStoppedRunGoesOnAndGivesTheSameNumber() throws Exception {
        Sum whole = new Sum();
        assertEquals(0, run(whole, "sum", "--out", project.resolve("whole").toString()));
        assertEquals(40, whole.steps);
        Sum stopped = new Sum();
        stopped.stopAfter = 13;
        assertEquals(130, run(stopped, "sum"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("the same command goes on"));
        assertFalse(Thread.interrupted());
        assertFalse(Files.exists(results()), "there is no result of a part");
        assertEquals(0, run(stopped));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("begun: seed-1"));
        stopped.steps = 0;
        stopped.stopAfter = -1;
        assertEquals(0, run(stopped, "sum"));
        assertEquals(27, stopped.steps);
        assertEquals(value(project.resolve("whole"), 1), value(results(), 1));
        // What is done is done: the next run is a whole one.
        stopped.steps = 0;
        assertEquals(0, run(stopped, "sum"));
        assertEquals(40, stopped.steps);
        try (Stream<Path> left = Files.list(project.resolve(".lvm").resolve("reproduce"))) {
            assertEquals(
                    List.of(".lock"),
                    left.map(path -> path.getFileName().toString()).toList());
        }
    }

    @Test
    void freshBeginsAnew() throws Exception {
        Sum sum = new Sum();
        sum.stopAfter = 13;
        assertEquals(130, run(sum, "sum"));
        sum.steps = 0;
        sum.stopAfter = -1;
        assertEquals(0, run(sum, "sum", "--fresh"));
        assertEquals(40, sum.steps);
    }

    @Test
    void theBeginningOfNamesRunsAllOfThemAndTheyShareAPlace() throws Exception {
        List<Path> places = new ArrayList<>();
        List<Experiment> experiments = new ArrayList<>();
        for (String name : List.of("sum", "table-a-1", "table-a-2", "table-b-1")) {
            experiments.add(new Experiment() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public String about() {
                    return name;
                }

                @Override
                public List<Result> run(Run run) {
                    places.add(run.shared());
                    return List.of(Result.of(name, "total", new Estimate(1, 0), "nats", PROTOCOL, run.seed(), 1));
                }
            });
        }
        assertEquals(0, run(experiments, List.of(), "table-a"));
        assertEquals(2, places.size());
        assertEquals(places.get(0), places.get(1));
        assertTrue(Files.exists(results().resolve("table-a-2.json")));
        assertFalse(Files.exists(results().resolve("table-b-1.json")));
        Path kept = Files.writeString(Files.createDirectories(places.get(0)).resolve("model"), "");
        assertEquals(0, run(experiments, List.of(), "table", "--seed", "1", "2"));
        assertEquals(8, places.size());
        assertTrue(Files.exists(kept), "what is shared stays");
        assertEquals(2, places.stream().distinct().count(), "seeds do not share");
        assertEquals(2, run(experiments, List.of(), "tab"));
        assertEquals(0, run(experiments, List.of(), "table-b-1", "--fresh"));
        assertFalse(Files.exists(kept), "but not if everything begins anew");
    }

    @Test
    void aFailureIsTold() {
        Sum sum = new Sum();
        sum.failure = new IllegalStateException("no luck");
        assertEquals(1, run(sum, "sum"));
        assertEquals(
                "lvm: reproduce: sum failed: java.lang.IllegalStateException: no luck",
                err.toString(StandardCharsets.UTF_8).strip());
        assertEquals(1, run(sum, "sum"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("--fresh"));
        assertFalse(Files.exists(results()));
    }

    @Test
    void resultsOfOtherSeedsAndTextsAroundTheTableStay() throws Exception {
        Files.createDirectories(results());
        Path readme = results().resolve("README.md");
        Files.writeString(readme, "# Mine\n\nfirst\n");
        assertEquals(0, run(new Sum(), "sum", "--seed", "1", "-2"));
        double first = value(results(), 1);
        double second = value(results(), -2);
        assertTrue(first != second);
        Files.writeString(readme, Files.readString(readme) + "\nlast\n");
        String before = Files.readString(readme);
        assertEquals(0, run(new Sum(), "sum", "--seed", "-2"));
        assertEquals(before, Files.readString(readme));
        assertTrue(before.startsWith("# Mine\n\nfirst\n") && before.endsWith("\nlast\n"), before);
        assertEquals(
                2, before.lines().filter(line -> line.startsWith("| `sum`")).count());
        assertEquals(first, value(results(), 1));
        assertEquals(second, value(results(), -2));
        assertEquals(4, Files.readAllLines(results().resolve("sum.json")).size());
        try (Stream<Path> files = Files.list(results())) {
            assertEquals(2, files.count(), "nothing temporary is left");
        }
    }

    @Test
    void onlyNumbersOfTheSameProtocolStandBesideAResult() throws Exception {
        List<Reference> published = new ArrayList<>();
        published.add(published(10.25, PROTOCOL));
        published.add(published(11.25, new Protocol("rows", "not stated", "none", Protocol.Kind.ESTIMATE, 7)));
        published.add(published(12.25, new Protocol("rows", "test", "none", Protocol.Kind.LOWER_BOUND, 7)));
        published.add(published(13.25, new Protocol("rows", "test", "none", Protocol.Kind.ESTIMATE, 8)));
        published.add(new Reference(published(14.25, PROTOCOL).result(), "", Status.V));
        assertEquals(0, run(List.of(new Sum()), published, "sum"));
        String row = Files.readAllLines(results().resolve("README.md")).stream()
                .filter(line -> line.startsWith("| `sum`"))
                .findFirst()
                .orElseThrow();
        String difference = Records.number(value(results(), 1) - 10.25, value(results(), 1) - 10.25);
        assertTrue(row.contains("Theirs: 10.25, here +" + difference + " (V: a book)"), row);
        for (String other : List.of("11.25", "12.25", "13.25", "14.25")) {
            assertFalse(row.contains(other), row);
        }
        assertTrue(row.contains("-1.00 to 100 (90 %)") && row.contains("7 draws"), row);
    }

    @Test
    void smallResultsDoNotStandBesideTheOthers() {
        assertEquals(0, run(new Sum(), "sum", "--size", "small"));
        assertFalse(Files.exists(results()));
        assertTrue(Files.exists(project.resolve(".lvm/reproduce/small/sum.json")));
    }

    @Test
    void theListHasALineForEachExperimentWithOneNumberOfIts() throws Exception {
        Experiment many = new Experiment() {
            @Override
            public String name() {
                return "many";
            }

            @Override
            public String about() {
                return "many numbers";
            }

            @Override
            public List<Result> run(Run run) {
                Protocol bound = new Protocol("rows", "test", "none", Protocol.Kind.LOWER_BOUND, 1);
                String system = "a network of so many layers, that its name goes on and on";
                return List.of(
                        Result.of(system, "log-likelihood", new Estimate(-7, 0), "nats", bound, run.seed(), 0),
                        Result.of(system, "log-likelihood", new Estimate(-5, 0), "nats", PROTOCOL, run.seed(), 0),
                        Result.of("of " + run.seed(), "variance", new Estimate(3, 0), "1", PROTOCOL, run.seed(), 0));
            }
        };
        List<Experiment> all = List.of(new Sum(), many);
        assertEquals(0, run(all, List.of(), "many", "--seed", "1", "2"));
        out.reset();
        assertEquals(0, run(all, List.of()));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("  sum   not run yet", lines.get(lines.size() - 2));
        String line = lines.get(lines.size() - 1);
        assertTrue(
                line.startsWith("  many  log-likelihood -5 nats, a network of so many layers, that its …, seed 1, 20"),
                line);
        out.reset();
        assertEquals(0, run(all, List.of(), "--verbose"));
        String whole = out.toString(StandardCharsets.UTF_8);
        assertTrue(whole.contains("\n  many: many numbers\n    log-likelihood -7 nats, a network of so many layers,"
                + " that its name goes on and on, seed 1, 20"));
        assertTrue(whole.contains("\n    variance 3, of 2, seed 2, 20"), whole);
        assertTrue(whole.contains("\n  sum: a sum\n"), whole);
    }

    @Test
    void everyHeadlineIsOneOfTheResultsThatAreKept() throws Exception {
        Path kept = Path.of("..", "notebooks", "results");
        for (Experiment experiment : Reproduce.EXPERIMENTS) {
            List<Result> results = new Records(kept, kept, List.of())
                    .read(experiment.name()).stream().map(Records.Dated::result).toList();
            if (!results.isEmpty()) {
                Result headline = experiment.headline(results);
                assertTrue(results.contains(headline), experiment.name());
                assertFalse(headline.protocol().kind() == Protocol.Kind.LOWER_BOUND, experiment.name());
            }
        }
    }

    @Test
    void wrongArguments() {
        String[][] wrong = {
            {"sun"}, {"--seed"}, {"--seed", "x"}, {"--out"}, {"--size", "tiny"}, {"--size"}, {"sum", "--what"}
        };
        for (String[] args : wrong) {
            assertEquals(2, run(new Sum(), args), String.join(" ", args));
            assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("lvm: reproduce: "));
        }
        run(new Sum(), "sun");
        assertEquals(
                "lvm: reproduce: there is no 'sun', only sum",
                err.toString(StandardCharsets.UTF_8).strip());
    }

    @Test
    void aResultFileThatIsNoneIsNotOverwritten() throws Exception {
        Files.createDirectories(results());
        Path file = Files.writeString(results().resolve("sum.json"), "[{\"value\": 1}]");
        assertEquals(1, run(new Sum(), "sum"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("it is no list of results"));
        assertEquals("[{\"value\": 1}]", Files.readString(file));
    }

    @Test
    void digitsFollowTheError() {
        assertEquals("-89.78", Records.number(-89.7812, 0.123));
        assertEquals("1.6", Records.number(1.62, 1.0));
        assertEquals("12350", Records.number(12348, 999));
        assertEquals("-1130.26396", Records.number(-1130.2639601847, Double.NaN));
        assertEquals("0", Records.number(0, 0));
    }

    static Stream<Experiment> experiments() {
        return Reproduce.EXPERIMENTS.stream();
    }

    /** Of the cells of table 1 one for each column: at the small size the others are the same. */
    static Stream<Experiment> differing() {
        return experiments().filter(experiment -> !experiment.name().matches("table1-.*-(600|1000|3000)"));
    }

    @ParameterizedTest
    @MethodSource("differing")
    void everyExperimentRunsAtTheSmallSize(Experiment experiment) throws Exception {
        assertTrue(experiment.name().matches("[a-z0-9-]+"), experiment.name());
        assertEquals(
                0,
                run(List.of(experiment), List.of(), experiment.name(), "--size", "small"),
                err.toString(StandardCharsets.UTF_8));
        Path records = project.resolve(".lvm/reproduce/small");
        assertTrue(Files.exists(records.resolve(experiment.name() + ".json")));
        Results kept = Results.load(records, experiment.name()).where(r -> r.weights() != null);
        List<String> files = new ArrayList<>();
        for (Result result : kept) {
            Weights weights = result.weights();
            files.add(weights.file().replaceFirst("^weights/(.*)\\.safetensors$", "$1"));
            SavedModel model = weights.load(records, SavedModel.class);
            assertTrue(model.toString().length() > 0);
            // Of 100 images a few may be on the border between two classes.
            double most = result.unit().equals("%") ? 3 : 0.05;
            assertEquals(weights.whole(), weights.half(), most, weights.file());
        }
        assertEquals(KEPT.getOrDefault(experiment.name(), List.of()), files);
    }

    private Result keep(long seed, double half) {
        Path place = project.resolve("place");
        Result result = Result.of("Means", "sum", new Estimate(3, 0), "nats", PROTOCOL, seed, 1);
        KMeans model = KMeans.builder().clusters(1).fit(new DMatrixRMaj(new double[][] {{1}, {5}}));
        return new Experiment.Run(seed, false, place, place)
                .keep(
                        result,
                        "means",
                        KMeans.class,
                        model,
                        m -> half + m.centres().get(0, 0));
    }

    @Test
    void aModelThatHalfPrecisionHarmsIsNotKept() {
        assertEquals(3.04, keep(1, 0.04).weights().half());
        assertEquals("weights/means.safetensors", keep(1, -0.04).weights().file());
        for (double off : new double[] {-0.06, 0.06, Double.NaN}) {
            String message = assertThrows(IllegalStateException.class, () -> keep(1, off))
                    .getMessage();
            assertTrue(
                    message.startsWith("means is worth " + (3 + off) + " in half precision and 3.0 before"), message);
        }
        assertEquals(null, keep(2, 0).weights(), "of other seeds there is no file");
    }

    @Test
    void keptModelsLieBesideTheRecordOnceTheRunHasEnded() throws Exception {
        boolean[] stop = {true};
        Experiment keeping = new Experiment() {
            @Override
            public String name() {
                return "means";
            }

            @Override
            public String about() {
                return "means";
            }

            @Override
            public List<Result> run(Run run) {
                Result result = Result.of("Means", "sum", new Estimate(3, 0), "nats", PROTOCOL, run.seed(), 1);
                KMeans model = KMeans.builder().clusters(1).fit(new DMatrixRMaj(new double[][] {{1}, {5}}));
                Result kept = run.keep(
                        result, name(), KMeans.class, model, m -> m.centres().get(0, 0));
                if (stop[0]) {
                    Thread.currentThread().interrupt();
                }
                return List.of(kept);
            }
        };
        Path file = results().resolve("weights/means.safetensors");
        assertEquals(130, run(List.of(keeping), List.of(), "means"));
        assertFalse(Files.exists(file));
        stop[0] = false;
        for (int k = 0; k < 2; k++) {
            assertEquals(0, run(List.of(keeping), List.of(), "means"), err.toString(StandardCharsets.UTF_8));
            assertEquals(
                    3,
                    Results.load(results(), "means")
                            .model(KMeans.class)
                            .orElseThrow()
                            .centres()
                            .get(0, 0));
        }
        assertEquals(0, run(List.of(keeping), List.of(), "means", "--seed", "2"));
        assertTrue(Results.load(results(), "means").model(KMeans.class).isPresent(), "another seed leaves it");
    }

    @Test
    void namesDiffer() {
        assertEquals(
                Reproduce.EXPERIMENTS.size(),
                experiments().map(Experiment::name).distinct().count());
    }
}

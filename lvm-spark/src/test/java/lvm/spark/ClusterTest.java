package lvm.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lvm.mixture.GaussianMixture;
import lvm.mixture.GaussianMixtureBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real cluster of a master and two workers: machines may be lost. */
class ClusterTest {
    private static final int PARTITIONS = 6;
    private static final DMatrixRMaj X = Sessions.numbers(3000, 3);

    @TempDir
    private Path folder;

    private Cluster cluster;
    private Path files;

    @BeforeEach
    void start() throws Exception {
        cluster = new Cluster(folder, 2);
        files = folder.resolve("rows");
        try (SparkSession session = Sessions.builder("local[1]").getOrCreate()) {
            Sessions.write(session, X, PARTITIONS, files);
        }
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static GaussianMixtureBuilder builder() {
        return GaussianMixture.builder().components(3).tolerance(0).maxIterations(12);
    }

    /** The files in their order, one a partition. */
    private static Dataset<Row> rows(SparkSession session, Path files) {
        session.conf().set("spark.sql.files.openCostInBytes", "128m"); // as much as a partition may have
        return session.read().parquet(files.toString());
    }

    @Test
    void aFitOutlivesAWorkerAndADriver() throws Exception {
        GaussianMixture one = builder().fit(X);
        double[] undisturbed;
        try (SparkSession session = cluster.session()) {
            Dataset<Row> rows = Sessions.rows(session, X, PARTITIONS);
            GaussianMixture mixture = SparkFit.of(builder()).fit(rows);
            undisturbed = mixture.means().data;
            double size = Arrays.stream(one.means().data).map(Math::abs).max().orElseThrow();
            assertArrayEquals(one.means().data, undisturbed, 1e-9 * size);
            List<Row> scored = SparkScore.logDensity(mixture, rows).collectAsList();
            assertEquals(mixture.logDensity(X)[2999], scored.get(2999).<Double>getAs(SparkScore.LOG_DENSITY), 1e-12);
            GaussianMixture bereft = SparkFit.of(builder().listener((i, model) -> {
                        if (i == 4) {
                            cluster.kill(1);
                        }
                    }))
                    .fit(Sessions.rows(session, X, PARTITIONS));
            assertArrayEquals(undisturbed, bereft.means().data);
        }
        String whole = driver("whole", "12").waitForLine("means ");
        // A driver that is killed in the middle, and another that goes on from its checkpoint.
        Driver first = driver("killed", "5", "1000000");
        first.waitForLine("iteration 9");
        first.kill();
        String resumed = driver("killed", "12").waitForLine("means ");
        assertEquals(whole, resumed);
    }

    // --- drivers in processes of their own

    private record Driver(Process process, BufferedReader output, List<String> lines) {
        String waitForLine(String start) throws Exception {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (line.startsWith(start)) {
                    return line;
                }
            }
            throw new AssertionError("no line \"" + start + "\" in " + String.join("\n", lines));
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertNotEquals(0, process.exitValue());
        }
    }

    private Driver driver(String checkpoint, String... iterations) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.add("-Xmx500m"); // the least that Spark takes
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ClusterTest.class.getName()));
        command.addAll(List.of(
                cluster.master(), files.toString(), folder.resolve(checkpoint).toString()));
        command.addAll(List.of(iterations));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new Driver(
                process,
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                new ArrayList<>());
    }

    /** Fits with one budget of iterations after the other, each from the checkpoint of the last. */
    public static void main(String[] arguments) throws Exception {
        try (SparkSession session = Cluster.session(arguments[0])) {
            Dataset<Row> rows = rows(session, Path.of(arguments[1]));
            GaussianMixture mixture = null;
            for (String iterations : Arrays.copyOfRange(arguments, 3, arguments.length)) {
                mixture = SparkFit.of(builder()
                                .maxIterations(Integer.parseInt(iterations))
                                .resume(Path.of(arguments[2]))
                                .listener((i, model) -> System.out.println("iteration " + i)))
                        .fit(rows);
            }
            System.out.println("means " + Arrays.toString(mixture.means().data));
        }
    }
}

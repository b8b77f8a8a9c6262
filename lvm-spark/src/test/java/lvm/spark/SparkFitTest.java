package lvm.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import lvm.factor.FactorAnalysis;
import lvm.factor.Pca;
import lvm.factor.ProbabilisticPca;
import lvm.flow.NormalizingFlow;
import lvm.flow.RealNvp;
import lvm.mixture.BernoulliMixture;
import lvm.mixture.GaussianMixture;
import lvm.mixture.KMeans;
import lvm.model.History;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** In one process: what is fitted to partitions is what is fitted to all rows, and what can not be is said. */
class SparkFitTest {
    private static final double LIKE = 1e-9;
    private static final DMatrixRMaj X = Sessions.numbers(1500, 4);

    private static SparkSession session;

    @BeforeAll
    static void start() {
        session = Sessions.builder("local[2]").getOrCreate();
    }

    @AfterAll
    static void stop() {
        session.stop();
    }

    private static org.apache.spark.sql.Dataset<Row> rows(int partitions) {
        return Sessions.rows(session, X, partitions);
    }

    private static void assertLike(double[] expected, double[] found) {
        double size = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElseThrow());
        assertArrayEquals(expected, found, LIKE * size);
    }

    @Test
    void mixturesAreThoseOfOneMachine() {
        var builder = GaussianMixture.builder().components(3).maxIterations(10).tolerance(0);
        GaussianMixture one = builder.fit(X);
        GaussianMixture five = SparkFit.of(builder).fit(rows(5));
        assertLike(one.means().data, five.means().data);
        assertLike(one.weights(), five.weights());
        for (int c = 0; c < 3; c++) {
            assertLike(one.covariance(c).data, five.covariance(c).data);
        }
        assertLike(one.history().objective(), five.history().objective());
        assertEquals(List.of("x0", "x1", "x2", "x3"), five.columns());
        GaussianMixture again = SparkFit.of(builder).fit(rows(5));
        assertArrayEquals(five.means().data, again.means().data); // whichever partition is ready first
    }

    @Test
    void kMeansIsThatOfOneMachine() {
        KMeans.Builder builder = KMeans.builder().clusters(5).restarts(2);
        KMeans one = builder.fit(X);
        KMeans four = SparkFit.of(builder).fit(rows(4));
        assertLike(one.centres().data, four.centres().data);
        assertEquals(one.inertia(), four.inertia(), LIKE * one.inertia());
    }

    @Test
    void linearModelsAreThoseOfOneMachine() {
        Pca one = Pca.builder().components(2).fit(X);
        Pca three = SparkFit.of(Pca.builder().components(2))
                .columns("x0", "x1", "x2", "x3")
                .fit(rows(3));
        assertLike(one.components().data, three.components().data);
        assertLike(one.explainedVariance(), three.explainedVariance());
        var closed = ProbabilisticPca.builder().components(2);
        assertLike(
                closed.fit(X).weights().data, SparkFit.of(closed).fit(rows(3)).weights().data);
        var factors = FactorAnalysis.builder().factors(1).maxIterations(20);
        assertLike(
                factors.fit(X).loadings().data,
                SparkFit.of(factors).fit(rows(3)).loadings().data);
        assertLike(
                factors.fit(X).noiseVariances(),
                SparkFit.of(factors).fit(rows(3)).noiseVariances());
    }

    @Test
    void mixturesOfBitsTakeTruthValues() {
        DMatrixRMaj bits = new DMatrixRMaj(X.numRows, 4);
        Arrays.setAll(bits.data, i -> X.data[i] > (i % 4 == 0 ? 50 : 3) ? 1 : 0);
        var truths = Sessions.rows(session, bits, 3);
        for (String name : truths.columns()) {
            truths = truths.withColumn(name, functions.col(name).equalTo(1));
        }
        var builder = BernoulliMixture.builder().components(2).restarts(1).maxIterations(15);
        BernoulliMixture one = builder.fit(bits);
        BernoulliMixture three = SparkFit.of(builder).fit(truths);
        assertLike(one.probabilities().data, three.probabilities().data);
        assertLike(one.weights(), three.weights());
    }

    /** Partitions without rows, and more numbers than a block has. */
    @Test
    void partitionsMayBeEmptyOrLarge() {
        var builder = Pca.builder().components(1);
        var sparse = rows(4).filter("x0 > 52.5");
        List<Row> kept = sparse.collectAsList();
        DMatrixRMaj x = new DMatrixRMaj(kept.size(), 4);
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < 4; j++) {
                x.set(i, j, kept.get(i).getDouble(j));
            }
        }
        assertLike(
                builder.fit(x).components().data,
                SparkFit.of(builder).fit(sparse.repartition(1)).components().data);
        var one = rows(1);
        var all = one.union(one.filter("x0 < -1e9")).union(one);
        DMatrixRMaj twice = new DMatrixRMaj(2 * X.numRows, 4);
        System.arraycopy(X.data, 0, twice.data, 0, X.data.length);
        System.arraycopy(X.data, 0, twice.data, X.data.length, X.data.length);
        var mixture = GaussianMixture.builder().components(2).maxIterations(4).tolerance(0);
        assertLike(
                mixture.fit(twice).means().data, SparkFit.of(mixture).fit(all).means().data);
        var wide = session.range(0, 40_000, 1, 1)
                .select(
                        functions.col("id").cast("double").as("a"),
                        functions.expr("id % 7").as("b"));
        assertEquals(19_999.5, SparkFit.of(Pca.builder()).fit(wide).mean()[0], 1e-7);
        DMatrixRMaj picked = SparkChunks.of("test", wide, List.of()).rows(39_999, 3, 20_000);
        assertArrayEquals(new double[] {39_999, 39_999 % 7, 3, 3, 20_000, 20_000 % 7}, picked.data);
    }

    @Test
    void aValueThatIsNoneIsNamedByItsPlace(@TempDir Path folder) {
        DMatrixRMaj x = X.copy();
        x.set(1300, 2, Double.NaN);
        Path files = folder.resolve("rows");
        Sessions.write(session, x, 3, files);
        String message = message(() -> SparkFit.of(GaussianMixture.builder().components(2))
                .fit(session.read().parquet(files.toString())));
        assertTrue(message.contains("column \"x2\" has NaN in row 300 of partition "), message); // 1000 + 300
        assertTrue(message.contains(", of the file file:") && message.contains("part-00002"), message);
        var missing =
                rows(4).withColumn("x1", functions.expr("CASE WHEN x1 = " + X.get(400, 1) + "D THEN NULL ELSE x1 END"));
        assertEquals(
                "SparkFit.fit: column \"x1\" has no value in row 25 of partition 1 (both counted from 0), expected finite numbers",
                message(() -> SparkFit.of(Pca.builder()).fit(missing)));
    }

    @Test
    void columnsThatAreNotThereAreSaid() {
        assertTrue(message(() -> SparkFit.of(Pca.builder()).columns("x0", "y").fit(rows(1)))
                .contains("no column \"y\", there are [x0, x1, x2, x3]"));
        var text = rows(1).withColumn("name", functions.lit("a"));
        assertTrue(message(() -> SparkFit.of(Pca.builder()).fit(text)).contains("column \"name\" is string"));
        assertTrue(message(() -> SparkFit.of(Pca.builder()).columns("x0", "x0")).contains("a name occurs twice"));
        assertTrue(
                message(() -> SparkFit.of(Pca.builder()).fit(rows(2).limit(0))).contains("has no rows"));
    }

    private static String message(Executable what) {
        return assertThrows(IllegalArgumentException.class, what).getMessage();
    }

    @Test
    void anInterruptKeepsTheLastIteration() {
        var builder = GaussianMixture.builder().components(2).tolerance(0).listener((i, model) -> {
            if (i == 3) {
                Thread.currentThread().interrupt();
            }
        });
        GaussianMixture model = SparkFit.of(builder).fit(rows(2));
        assertTrue(Thread.interrupted());
        assertEquals(History.Stop.INTERRUPTED, model.history().stop());
        assertEquals(3, model.history().size());
    }

    private static final CountDownLatch RUNNING = new CountDownLatch(1);

    /** A job that runs is ended: this one would take hours. */
    @Test
    void anInterruptEndsTheJob() {
        UDF1<Double, Double> slow = value -> {
            RUNNING.countDown();
            Thread.sleep(10_000);
            return value;
        };
        session.udf().register("slow", slow, DataTypes.DoubleType);
        Thread fit = Thread.currentThread();
        Thread other = new Thread(() -> {
            try {
                RUNNING.await();
                fit.interrupt();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        other.start();
        var endless = rows(2).withColumn("x0", functions.expr("slow(x0)"));
        assertThrows(
                CancellationException.class, () -> SparkFit.of(Pca.builder()).fit(endless));
        assertTrue(Thread.interrupted());
    }

    @Test
    void densitiesAreAColumn() {
        GaussianMixture mixture =
                GaussianMixture.builder().components(2).fit(Dataset.of(X).withColumns("x0", "x1", "x2", "x3"));
        var named = rows(3).withColumn("id", functions.monotonically_increasing_id())
                .select("id", "x3", "x2", "x1", "x0");
        List<Row> scored = SparkScore.logDensity(mixture, named).collectAsList();
        double[] expected = mixture.logDensity(X);
        assertArrayEquals(
                expected,
                scored.stream()
                        .mapToDouble(row -> row.getAs(SparkScore.LOG_DENSITY))
                        .toArray(),
                1e-12);
        assertEquals(X.get(7, 0), scored.get(7).<Double>getAs("x0"));
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(RealNvp.layers(2, 4))
                .steps(3)
                .fit(Dataset.of(X));
        double[] densities = flow.logDensity(Dataset.of(X));
        List<Row> neural = SparkScore.logDensity(flow, rows(2)).collectAsList();
        IntStream.range(0, X.numRows)
                .forEach(i -> assertEquals(densities[i], neural.get(i).<Double>getAs(SparkScore.LOG_DENSITY), 1e-6));
        assertTrue(message(() -> SparkScore.logDensity(mixture, SparkScore.logDensity(mixture, named)))
                .contains("there is a column \"logDensity\" already"));
    }
}

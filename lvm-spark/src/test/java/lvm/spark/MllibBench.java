package lvm.spark;

import java.util.Arrays;
import java.util.function.Supplier;
import lvm.factor.Pca;
import lvm.mixture.GaussianMixture;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.PCAModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.ejml.data.DMatrixRMaj;

/**
 * MLlib's GaussianMixture and PCA beside the library's on the same rows of a local session, in turns: {@code ./lvm bench spark [ROWS]}.
 * Both mixtures make as many iterations; each has its own start. The exit code is 1 where MLlib is better or, by the least of its
 * times, faster.
 */
public final class MllibBench {
    private static final int DIM = 10;
    private static final int COMPONENTS = 5;
    private static final int ITERATIONS = 20;
    private static final int TURNS = 3;

    private MllibBench() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int n = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        DMatrixRMaj x = Sessions.numbers(n, DIM);
        boolean good;
        try (SparkSession session = Sessions.builder("local[*]").getOrCreate()) {
            Dataset<Row> rows = Sessions.rows(session, x, 8).cache();
            Dataset<Row> vectors = new VectorAssembler()
                    .setInputCols(rows.columns())
                    .setOutputCol("x")
                    .transform(rows)
                    .cache();
            vectors.count();
            double[][] seconds = new double[4][TURNS];
            double ours = 0;
            double theirs = 0;
            double angle = 0;
            for (int turn = 0; turn < TURNS; turn++) {
                int t = turn;
                GaussianMixture mixture = timed(
                        seconds[0],
                        t,
                        () -> SparkFit.of(GaussianMixture.builder()
                                        .components(COMPONENTS)
                                        .maxIterations(ITERATIONS)
                                        .tolerance(0)
                                        .seed(t + 1))
                                .fit(rows));
                var mllib = timed(
                        seconds[1],
                        t,
                        () -> new org.apache.spark.ml.clustering.GaussianMixture()
                                .setFeaturesCol("x")
                                .setK(COMPONENTS)
                                .setMaxIter(ITERATIONS)
                                .setTol(0)
                                .setSeed(t + 1)
                                .fit(vectors));
                ours += mixture.logLikelihood(x) / n / TURNS;
                theirs += mllib.summary().logLikelihood() / n / TURNS;
                Pca pca = timed(
                        seconds[2],
                        t,
                        () -> SparkFit.of(Pca.builder().components(2)).fit(rows));
                PCAModel plane = timed(
                        seconds[3],
                        t,
                        () -> new PCA()
                                .setInputCol("x")
                                .setOutputCol("h")
                                .setK(2)
                                .fit(vectors));
                angle = pca.principalAngles(directions(plane))[1];
            }
            double[] least = Arrays.stream(seconds)
                    .mapToDouble(s -> Arrays.stream(s).min().orElseThrow())
                    .toArray();
            System.out.printf("%d rows of %d numbers, %d turns, least seconds%n", n, DIM, TURNS);
            System.out.printf("GaussianMixture  here %.2f s, %.6f nats a row%n", least[0], ours);
            System.out.printf("                MLlib %.2f s, %.6f nats a row%n", least[1], theirs);
            System.out.printf("PCA              here %.2f s%n", least[2]);
            System.out.printf("                MLlib %.2f s, angle between the planes %.1e%n", least[3], angle);
            good = ours >= theirs - 1e-6 && least[0] <= least[1] && least[2] <= least[3] && angle < 1e-6;
        }
        System.exit(good ? 0 : 1);
    }

    private static DMatrixRMaj directions(PCAModel plane) {
        DMatrixRMaj rows = new DMatrixRMaj(2, DIM);
        for (int k = 0; k < 2; k++) {
            for (int j = 0; j < DIM; j++) {
                rows.set(k, j, plane.pc().apply(j, k));
            }
        }
        return rows;
    }

    private static <T> T timed(double[] seconds, int turn, Supplier<T> what) {
        long start = System.nanoTime();
        T result = what.get();
        seconds[turn] = (System.nanoTime() - start) / 1e9;
        return result;
    }
}

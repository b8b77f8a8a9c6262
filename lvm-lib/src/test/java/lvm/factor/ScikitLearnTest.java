package lvm.factor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import lvm.factor.FactorAnalysis.Algorithm;
import lvm.factor.Pca.Solver;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What scikit-learn finds in data sets of data/: the file with its results names program, version and digests. */
class ScikitLearnTest {
    private static final Path DATA = Path.of("../data");

    static Stream<Named<JsonObject>> pca() throws IOException {
        return fits("PCA");
    }

    static Stream<Named<JsonObject>> factorAnalysis() throws IOException {
        return fits("FactorAnalysis");
    }

    private static Stream<Named<JsonObject>> fits(String model) throws IOException {
        String text = Files.readString(DATA.resolve("reference/scikit-learn/linear-gaussian.json"));
        return JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("fits").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(fit -> fit.get("model").getAsString().equals(model))
                .map(fit -> Named.of(fit.get("data").getAsString() + ", " + fit.get("components"), fit));
    }

    private static DMatrixRMaj data(JsonObject fit) throws Exception {
        byte[] bytes = Files.readAllBytes(DATA.resolve(fit.get("data").getAsString()));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertEquals(fit.get("sha256").getAsString(), HexFormat.of().formatHex(digest), "the data of the reference");
        List<String> lines = new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .toList();
        DMatrixRMaj x = new DMatrixRMaj(lines.size() - 1, fit.get("columns").getAsInt());
        for (int i = 0; i < x.numRows; i++) {
            String[] fields = lines.get(i + 1).split(",");
            for (int j = 0; j < x.numCols; j++) {
                x.set(i, j, Double.parseDouble(fields[j]));
            }
        }
        return x;
    }

    private static double[] numbers(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("pca")
    void pcaHasItsVariancesDirectionsAndLikelihood(JsonObject fit) throws Exception {
        DMatrixRMaj x = data(fit);
        double l = fit.get("logLikelihood").getAsDouble();
        for (Solver solver : new Solver[] {Solver.SVD, Solver.EIGEN}) {
            Pca pca = Pca.builder()
                    .components(fit.get("components").getAsInt())
                    .solver(solver)
                    .fit(x);
            double[] variances = numbers(fit.get("explainedVariance"));
            JsonArray directions = fit.getAsJsonArray("directions");
            for (int k = 0; k < variances.length; k++) {
                assertEquals(variances[k], pca.explainedVariance()[k], 1e-9 * variances[0]);
                double[] theirs = numbers(directions.get(k));
                double cosine = 0;
                for (int j = 0; j < x.numCols; j++) {
                    cosine += theirs[j] * pca.components().get(k, j);
                }
                assertEquals(1, Math.abs(cosine), 1e-9);
            }
            assertEquals(fit.get("noiseVariance").getAsDouble(), pca.noiseVariance(), 1e-9 * variances[0]);
            assertEquals(l, pca.probabilistic().logLikelihood(x), 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("factorAnalysis")
    void factorAnalysisHasItsLikelihoodAndNoise(JsonObject fit) throws Exception {
        DMatrixRMaj x = data(fit);
        double l = fit.get("logLikelihood").getAsDouble();
        double[] noise = numbers(fit.get("noiseVariances"));
        FactorAnalysis.Builder builder =
                FactorAnalysis.builder().factors(fit.get("components").getAsInt());
        for (Algorithm algorithm : Algorithm.values()) {
            FactorAnalysis fitted =
                    builder.algorithm(algorithm).tolerance(1e-13).fit(x);
            assertEquals(l, fitted.logLikelihood(x), 1e-5, algorithm + ", " + fitted.history());
            assertEquals(History.Stop.CONVERGED, fitted.history().stop());
            double slack = x.numCols > 2 ? 1e-3 : 1; // two columns have the same likelihood with other noise variances
            for (int j = 0; j < noise.length; j++) {
                assertEquals(
                        noise[j],
                        fitted.noiseVariances()[j],
                        slack * fitted.covariance().get(j, j));
            }
            // Its rotation stops early, at a criterion of the same size.
            double theirs = Varimax.criterion(transposed(fit.getAsJsonArray("varimax")));
            double ours = Varimax.criterion(fitted.varimax().loadings());
            if (x.numCols > 2) {
                assertTrue(ours >= theirs * (1 - 1e-4), ours + " against " + theirs);
            }
        }
    }

    private static DMatrixRMaj transposed(JsonArray rows) {
        DMatrixRMaj w = new DMatrixRMaj(numbers(rows.get(0)).length, rows.size());
        for (int k = 0; k < rows.size(); k++) {
            double[] row = numbers(rows.get(k));
            for (int j = 0; j < row.length; j++) {
                w.set(j, k, row[j]);
            }
        }
        return w;
    }
}

package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lvm.boltzmann.Rbm;
import lvm.classify.NeuralClassifier;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.data.Toy2d;
import lvm.factor.Pca;
import lvm.mcmc.AnnealingSchedule;
import lvm.mixture.GaussianMixture;
import lvm.model.LogPartition.Kind;
import lvm.vae.Likelihood;
import lvm.vae.Vae;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class EvaluationTest {
    private static final Dataset TRAIN = Toy2d.TWO_MOONS.generate(200, 1);
    private static final Dataset TEST = Toy2d.TWO_MOONS.generate(60, 2);
    private static final GaussianMixture MIXTURE =
            GaussianMixture.builder().components(4).seed(1).fit(TRAIN);

    private static List<String> quantities(EvaluationReport report) {
        return report.scores().stream().map(Score::quantity).toList();
    }

    @Test
    void densityAndDrawsOfAMixture() {
        EvaluationReport report =
                Evaluation.of(MIXTURE).training(TRAIN).samples(50).seed(3).on(TEST);
        assertEquals(
                List.of("log-likelihood", "precision", "recall", "distance to the nearest training row"),
                quantities(report));
        Score nats = report.score("log-lik");
        assertEquals(Kind.EXACT, nats.kind());
        double[] rows = MIXTURE.logDensity(TEST);
        assertEquals(Matrices.mean(rows), nats.value(), 1e-12);
        assertEquals(Matrices.standardError(rows), nats.standardError(), 1e-12);
        FMatrixRMaj drawn = Matrices.floats(report.samples());
        assertEquals(50, drawn.numRows);
        PrecisionRecall shares = PrecisionRecall.of(Matrices.first(TEST.floatMatrix(), 50), drawn, 3);
        assertEquals(shares.precision(), report.score("precision").value());
        assertEquals(shares.recall(), report.score("recall").value());
        Table table = report.table();
        assertEquals(List.of("quantity", "value", "standard error", "kind", "unit", "how"), table.columnNames());
        assertTrue(table.doubleColumn("standard error").isMissing(1));
        assertEquals("exact", table.stringColumn("kind").get(0));
        assertTrue(report.toString().contains("nats per row"), report.toString());
    }

    /** Draws that are the training rows themselves have a distance of 0, and a classifier can not tell a mixture's draws from its own. */
    @Test
    void drawsOfTheSameDistributionAreNotToldApart() {
        Dataset own = Dataset.of(Matrices.floats(MIXTURE.sample(400)));
        EvaluationReport report = Evaluation.of(MIXTURE)
                .twoSampleTest(data ->
                        NeuralClassifier.builder().hidden(8).epochs(10).seed(1).fit(data))
                .training(own)
                .seed(5)
                .on(own);
        Score told = report.score("accuracy of telling");
        assertEquals(0.5, told.value(), 4 * told.standardError());
        assertEquals(1 / Math.sqrt(4 * 400), told.standardError(), 1e-12);
        assertTrue(
                report.score("precision").value() > 0.9
                        && report.score("recall").value() > 0.9,
                report.toString());
        // A test row is at 0 of itself, so that the median to divide by is 0.
        assertEquals(Double.POSITIVE_INFINITY, report.score("distance").value());
    }

    @Test
    void boundsOfAnAutoencoderInTheirOrder() {
        Vae vae = Vae.builder()
                .latent(2)
                .hidden(10)
                .likelihood(Likelihood.GAUSSIAN_SHARED)
                .epochs(60)
                .learningRate(0.01)
                .seed(1)
                .fit(TRAIN);
        EvaluationReport report = Evaluation.of(vae)
                .draws(50)
                .annealed(
                        60, ais -> ais.schedule(AnnealingSchedule.sigmoid(100)).chains(4))
                .on(TEST);
        double elbo = report.score("evidence").value();
        double importance = report.score("log-likelihood by importance").value();
        Score annealed = report.score("log-likelihood by annealed");
        // The truth, by a grid of the two latent variables.
        double grid = 0;
        for (int i = 0; i < 60; i++) {
            FMatrixRMaj row = Matrices.rows(TEST.floatMatrix(), i, i + 1);
            grid += PlanarPosterior.of(z -> vae.logJoint(row, z), 41).logP() / 60;
        }
        assertTrue(elbo < importance + 0.02, report.toString());
        assertTrue(importance < grid + 0.05, grid + " " + report);
        assertEquals(grid, annealed.value(), 0.05, report.toString());
        assertTrue(report.score("gap").value() < 0.1, report.toString());
        for (String bound : List.of("evidence", "log-likelihood by importance", "log-likelihood by annealed")) {
            assertEquals(Kind.LOWER_BOUND, report.score(bound).kind());
        }
        double[] errors = new double[60];
        FMatrixRMaj made = vae.reconstruct(TEST);
        for (int i = 0; i < made.getNumElements(); i++) {
            double off = made.data[i] - TEST.floatMatrix().data[i];
            errors[i / 2] += off * off;
        }
        assertEquals(Matrices.mean(errors), report.score("squared error").value(), 1e-6);
    }

    @Test
    void energyNeedsItsPartitionFunction() {
        Dataset bits = Bars.generate(60, 3, 0.3, 0.05, 1).pictures();
        Rbm rbm = Rbm.builder().hidden(4).epochs(3).seed(1).fit(bits);
        Score nats =
                Evaluation.of(rbm).logPartition(rbm.logPartition()).on(bits).score("log-likelihood");
        assertEquals(Matrices.mean(rbm.enumerated().logDensity(bits)), nats.value(), 1e-4);
        assertEquals(Kind.EXACT, nats.kind());
        assertTrue(nats.how().contains("log Z"), nats.how());
        Score bare = Evaluation.of(rbm).on(bits).score("log-likelihood");
        assertEquals("log-likelihood + log Z", bare.quantity());
        assertEquals(nats.value() + rbm.logPartition().nats(), bare.value(), 1e-6);
    }

    @Test
    void classesAndFeatures() {
        int[] half = new int[60];
        for (int i = 0; i < 60; i++) {
            half[i] = TEST.floatMatrix().get(i, 1) > 0 ? 1 : 0;
        }
        Dataset labelled = TEST.withLabels(half);
        NeuralClassifier upper =
                NeuralClassifier.builder().hidden(5).epochs(30).seed(1).fit(labelled);
        Score errors = Evaluation.of(upper).on(labelled).score("error rate");
        assertEquals(ErrorRate.of(upper, labelled).value(), errors.value());
        EvaluationReport report = Evaluation.of(MIXTURE)
                .classifier(upper)
                .features(Vae.builder()
                        .latent(1)
                        .hidden(3)
                        .epochs(1)
                        .likelihood(Likelihood.GAUSSIAN_SHARED)
                        .fit(TRAIN))
                .on(labelled);
        FMatrixRMaj drawn = Matrices.floats(report.samples());
        assertEquals(
                InceptionScore.of(upper, drawn), report.score("inception score").value());
        assertEquals(
                InceptionScore.of(upper, TEST.floatMatrix()),
                report.score("inception score of the test").value());
        assertTrue(report.score("squared Fréchet distance").how().contains("1 given features"), report.toString());
        assertFalse(quantities(report).contains("error rate"));
    }

    @Test
    void whatDoesNotApplyIsRefused() {
        Pca pca = Pca.builder().components(1).fit(TRAIN);
        assertEquals(
                List.of("squared error of the reconstruction"),
                quantities(Evaluation.of(pca).on(TEST)));
        fails(() -> Evaluation.of(pca).training(TRAIN).on(TEST), "training is set", "can not be drawn from");
        fails(() -> Evaluation.of(MIXTURE).annealed(10, a -> a).on(TEST), "annealed is set", "slope");
        fails(() -> Evaluation.of(MIXTURE).on(TEST.slice(0, 5)), "5 rows");
        fails(() -> Evaluation.of(MIXTURE).samples(2), "samples");
        fails(() -> Evaluation.of(MIXTURE).on(TEST).score("error"), "log-likelihood, precision, recall");
    }

    private static void fails(Runnable body, String... parts) {
        String text = assertThrows(IllegalArgumentException.class, body::run).getMessage();
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }
}

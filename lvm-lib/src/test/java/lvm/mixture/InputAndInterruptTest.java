package lvm.mixture;

import static lvm.model.Messages.assertMessage;
import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/** What a fit does with bad data, bad settings, singular and dying components, and interrupts. */
class InputAndInterruptTest {
    private static final double[][] I = {{1, 0}, {0, 1}};

    private static GaussianMixtureBuilder two() {
        return GaussianMixture.builder().components(2);
    }

    // --- data
    // ---------------------------------------------------------------------------------------------------------

    @Test
    void nanIsNamedByRowAndColumn() {
        double[][] rows = {{1, 2}, {3, 4}, {5, Double.NaN}};
        assertMessage(
                "GaussianMixture.fit: NaN in row 2, column 1 (counted from 0), expected finite numbers",
                () -> two().fit(rows));
        rows[2][1] = Double.POSITIVE_INFINITY;
        assertMessage(
                "GaussianMixture.fit: Infinity in row 2, column 1 (counted from 0), expected finite numbers",
                () -> two().fit(rows));
        Table table = Table.create("t", DoubleColumn.create("a", 1, 2), DoubleColumn.create("b", 1, Double.NaN));
        assertMessageHas("column \"b\" has no value in row 1", () -> two().fit(table));
    }

    @Test
    void tooFewRows() {
        assertMessage(
                "GaussianMixture.fit: x has 2 rows, expected at least 3",
                () -> GaussianMixture.builder().components(3).fit(new double[][] {{1}, {2}}));
        assertMessage(
                "GaussianMixture.fit: x has 1 rows, expected at least 2", () -> two().fit(new double[][] {{1, 2}}));
        assertMessage(
                "GaussianMixture.fit: x has 1 rows, expected at least 2",
                () -> GaussianMixture.builder().components(1).fit(new double[][] {{1, 2}}));
    }

    @Test
    void nothing() {
        assertMessage(
                "GaussianMixture.fit: no rows, expected at least 1",
                () -> two().fit(Table.create("t", DoubleColumn.create("a"))));
        assertMessage("Tables.matrix: the table \"t\" has no columns", () -> two().fit(Table.create("t")));
        assertMessage("Tables.matrix: no rows", () -> two().fit(new double[0][]));
        assertMessage("GaussianMixture.fit: no columns, expected at least 1", () -> two().fit(new DMatrixRMaj(3, 0)));
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void constantColumns(Covariance type) {
        assertMessage(
                "GaussianMixture.fit: column 1 (counted from 0) of x is constant, 7.0 in every row; leave it out",
                () -> two().covariance(type).fit(new double[][] {{1, 7}, {2, 7}, {3, 7}}));
    }

    @ParameterizedTest
    @EnumSource(Init.class)
    void fewerDifferentRowsThanComponents(Init init) {
        double[][] rows = {{1, 2}, {1, 2}, {3, 4}, {3, 4}, {3, 4}};
        assertMessage(
                "GaussianMixture.fit: x has only 2 different rows, fewer than the 3 asked for; the others repeat them",
                () -> GaussianMixture.builder().components(3).init(init).fit(rows));
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void duplicatedPointsFitDownToTheFloor(Covariance type) {
        double[][] rows = {{1, 2}, {1, 2}, {1, 2}, {3, 4}, {3, 4}, {3, 4}};
        GaussianMixture model = two().covariance(type).fit(rows);
        assertTrue(Double.isFinite(model.history().last("logLikelihood")));
        assertArrayEquals(new double[] {.5, .5}, model.weights(), 1e-9);
        // The variance of both columns is 1, so the floor itself is the variance of a component.
        assertEquals(
                GaussianMixtureBuilder.DEFAULT_COVARIANCE_FLOOR,
                model.covariance(0).get(0, 0),
                1e-12);
    }

    @Test
    void duplicatedPointsWithoutAFloorAreASingularCovariance() {
        double[][] rows = {{1, 2}, {1, 2}, {1, 2}, {3, 4}, {5, 1}, {6, 9}};
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> GaussianMixture.builder()
                                .start(new double[] {.5, .5}, new double[][] {{4, 5}, {1, 2}}, I, I)
                                .covarianceFloor(0)
                                .fit(rows))
                .getMessage();
        assertTrue(
                message.matches(
                        "GaussianMixture\\.fit: iteration \\d+: the covariance of component 1 \\(counted from 0\\) is singular:"
                                + " it is not positive definite\\. It has no density; use a covariance floor above 0, .*"),
                message);
        for (Covariance type : new Covariance[] {Covariance.DIAGONAL, Covariance.SPHERICAL}) {
            assertMessageHas("component 1 (counted from 0) is singular: its variance in dimension 0 is 0.0", () -> {
                GaussianMixture.builder()
                        .start(new double[] {.5, .5}, new double[][] {{4, 5}, {1, 2}}, I, I)
                        .covariance(type)
                        .covarianceFloor(0)
                        .fit(rows);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void aComponentThatDiesKeepsItsPlaceAndLosesItsWeight(Covariance type) {
        DMatrixRMaj x = Samples.mixture(1, 2, 0, 3).sample(200, new SplittableRandom(1));
        GaussianMixture model = GaussianMixture.builder()
                .start(new double[] {.3, .3, .4}, new double[][] {{0, 0}, {1e4, 1e4}, {1, 1}}, I, I, I)
                .covariance(type)
                .maxIterations(50)
                .fit(x);
        assertEquals(0, model.weights()[1]);
        assertEquals(1, model.weights()[0] + model.weights()[2], 1e-12);
        assertArrayEquals(new double[] {1e4, 1e4}, model.mean(1), 1e-9);
        if (type != Covariance.TIED) {
            assertArrayEquals(new double[] {1, 0, 0, 1}, model.covariance(1).data, 1e-12);
        }
        double[] l = model.history().column("logLikelihood");
        double[] before = model.history().column("logLikelihoodBefore");
        for (int t = 0; t < l.length; t++) {
            assertTrue(l[t] >= before[t] - 1e-9, "iteration " + t);
            assertEquals(
                    l[t],
                    model.history().column("boundAfterM")[t] + model.history().column("klAfterM")[t],
                    1e-7);
        }
        assertEquals(l[l.length - 1], model.logLikelihood(x), 1e-8);
        assertEquals(0, model.responsibilities(x).get(0, 1));
    }

    // --- settings
    // -----------------------------------------------------------------------------------------------------

    @Test
    void settingsAreCheckedAtOnce() {
        GaussianMixtureBuilder b = GaussianMixture.builder();
        assertMessage("GaussianMixture: components not set", () -> b.fit(new double[][] {{1}, {2}}));
        assertMessage("GaussianMixture: components is 0, expected at least 1", () -> b.components(0));
        assertMessage("GaussianMixture: restarts is 0, expected at least 1", () -> b.restarts(0));
        assertMessage("GaussianMixture: maxIterations is -1, expected at least 0", () -> b.maxIterations(-1));
        assertMessage("GaussianMixture: tolerance is NaN, expected at least 0", () -> b.tolerance(Double.NaN));
        assertMessage("GaussianMixture: covarianceFloor is 1.0, expected 0 ≤ floor < 1", () -> b.covarianceFloor(1));
        assertMessage("GaussianMixture: threads is 0, expected at least 1", () -> b.threads(0));
    }

    @Test
    void aStartMustFit() {
        GaussianMixture start = GaussianMixture.of(
                new double[] {.5, .5}, new double[][] {{0, 0}, {1, 1}}, new double[][] {{1, .5}, {.5, 1}}, I);
        double[][] rows = {{1, 2}, {3, 4}, {5, 7}};
        assertMessage(
                "GaussianMixture.fit: x has 1 columns, expected 2",
                () -> GaussianMixture.builder().start(start).fit(new double[][] {{1}, {2}}));
        assertMessage(
                "GaussianMixture.fit: the start has 2 components, 3 are set",
                () -> GaussianMixture.builder().components(3).start(start).fit(rows));
        assertMessage(
                "GaussianMixture.fit: covariance 0 of the start is not DIAGONAL as the fit",
                () -> two().start(start).covariance(Covariance.DIAGONAL).fit(rows));
        assertMessage(
                "GaussianMixture.fit: the start has different covariances for components 0 and 1, but covariance is TIED",
                () -> two().start(start).covariance(Covariance.TIED).fit(rows));
    }

    @Test
    void aSettingThatAGivenStartDoesNotUseIsNamed() {
        GaussianMixture start = GaussianMixture.of(new double[] {.5, .5}, new double[][] {{0, 0}, {1, 1}}, I, I);
        double[][] rows = {{1, 2}, {3, 4}, {5, 7}};
        assertMessage(
                "GaussianMixture: restarts is set, but a given start does not use it",
                () -> GaussianMixture.builder().restarts(1).start(start).fit(rows));
        assertMessage(
                "GaussianMixture: init is set, but a given start does not use it",
                () -> GaussianMixture.builder().start(start).init(Init.K_MEANS).fit(rows));
    }

    @Test
    void givenParametersMustBeAMixture() {
        double[] half = {.5, .5};
        double[][] means = {{0, 0}, {1, 1}};
        assertMessageHas("the weights sum to 0.75", () -> GaussianMixture.of(new double[] {.5, .25}, means, I, I));
        assertMessageHas("weight 0 is -0.5", () -> GaussianMixture.of(new double[] {-.5, 1.5}, means, I, I));
        assertMessageHas("weight 1 is NaN", () -> GaussianMixture.of(new double[] {1, Double.NaN}, means, I, I));
        assertMessageHas(
                "the number of weights is 0, expected at least 1", () -> GaussianMixture.of(new double[0], means));
        assertMessageHas(
                "2 means and 1 covariances for 1 weights", () -> GaussianMixture.of(new double[] {1}, means, I));
        assertMessageHas("2 means and 1 covariances for 2 weights", () -> GaussianMixture.of(half, means, I));
        assertMessageHas(
                "covariance 1 is 1×1, the means have 2 dimensions",
                () -> GaussianMixture.of(half, means, I, new double[][] {{1}}));
        assertMessageHas(
                "covariance 1 is not symmetric",
                () -> GaussianMixture.of(half, means, I, new double[][] {{1, .5}, {.4, 1}}));
        assertMessageHas(
                "the covariance of component 1 (counted from 0) is singular",
                () -> GaussianMixture.of(half, means, I, new double[][] {{1, 1}, {1, 1}}));
        assertMessageHas(
                "means has NaN in row 0, column 1",
                () -> GaussianMixture.of(half, new double[][] {{0, Double.NaN}, {1, 1}}, I, I));
        GaussianMixture model = GaussianMixture.of(half, means, I, I);
        assertMessageHas("component 2, there are 0 to 1", () -> model.mean(2));
        assertMessageHas("component -1, there are 0 to 1", () -> model.covariance(-1));
    }

    // --- interrupts
    // ---------------------------------------------------------------------------------------------------

    @Test
    void anInterruptLeavesTheLastModel() {
        DMatrixRMaj x = Samples.mixture(3, 2, 1, 3).sample(500, new SplittableRandom(1));
        GaussianMixture[] third = new GaussianMixture[1];
        try {
            GaussianMixture model = GaussianMixture.builder()
                    .components(3)
                    .restarts(5)
                    .tolerance(0)
                    .listener((t, now) -> {
                        if (t == 3) {
                            third[0] = now;
                            Thread.currentThread().interrupt();
                        }
                    })
                    .fit(x);
            assertTrue(Thread.currentThread().isInterrupted(), "the flag stays for the caller");
            assertEquals(History.Stop.INTERRUPTED, model.history().stop());
            assertEquals(3, model.history().size());
            assertArrayEquals(third[0].means().data, model.means().data);
            Thread.interrupted();
            assertEquals(model.logLikelihood(x), model.history().last("logLikelihood"), 1e-8);
        } finally {
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @EnumSource(Init.class)
    void anInterruptBeforeTheStartIsACancellation(Init init) {
        Thread.currentThread().interrupt();
        try {
            CancellationException e = assertThrows(
                    CancellationException.class, () -> two().init(init).fit(new double[][] {{1}, {2}, {4}}));
            assertEquals("GaussianMixture.fit: interrupted before there was a model", e.getMessage());
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void anInterruptFromOutsideEndsALongFitInTheMiddleOfAStep() throws Exception {
        // A step of this fit takes about a second in one thread.
        DMatrixRMaj x = Samples.mixture(2, 40, .1, 3).sample(60_000, new SplittableRandom(1));
        CountDownLatch started = new CountDownLatch(1);
        FutureTask<Boolean> fit = new FutureTask<>(() -> {
            GaussianMixture model = GaussianMixture.builder()
                    .components(20)
                    .init(Init.RANDOM)
                    .tolerance(0)
                    .maxIterations(Integer.MAX_VALUE)
                    .listener((t, now) -> started.countDown())
                    .fit(x);
            return Thread.currentThread().isInterrupted()
                    && model.history().stop() == History.Stop.INTERRUPTED
                    && Double.isFinite(model.logDensity(x)[0]);
        });
        Thread thread = new Thread(fit);
        thread.start();
        assertTrue(started.await(120, TimeUnit.SECONDS));
        assertFalse(fit.isDone());
        thread.interrupt();
        assertTrue(fit.get(60, TimeUnit.SECONDS));
    }
}

package lvm.boltzmann;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.data.Sequences;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.LogPartition;
import lvm.optim.Sgd;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines of conditions: what is said of a row against the ordinary machine of its condition, which is enumerated. */
class ConditionedTest {
    private static final int D = 5;
    private static final int K = 3;

    private static FMatrixRMaj normal(int rows, int columns, double deviation, long seed) {
        FMatrixRMaj m = new FMatrixRMaj(rows, columns);
        Fill.normal(0, (float) deviation, m, new SplittableRandom(seed));
        return m;
    }

    private static ConditionalRbm machine(int hidden) {
        return ConditionalRbm.of(
                normal(D, hidden, 1, 1),
                normal(1, D, .5, 2),
                normal(1, hidden, .5, 3),
                normal(K, D, .8, 4),
                normal(K, hidden, .8, 5));
    }

    /** All states of v with some conditions. */
    private static FMatrixRMaj rows(FMatrixRMaj x) {
        FMatrixRMaj rows = new FMatrixRMaj(x.numRows << D, D + x.numCols);
        for (int i = 0; i < rows.numRows; i++) {
            for (int j = 0; j < D; j++) {
                rows.set(i, j, i >> j & 1);
            }
            for (int j = 0; j < x.numCols; j++) {
                rows.set(i, D + j, x.get(i >> D, j));
            }
        }
        return rows;
    }

    private static FMatrixRMaj row(FMatrixRMaj x, int i) {
        return ConditionedUnits.rows(x, i, i + 1);
    }

    private static HigherOrderRbm gated(int hidden) {
        return HigherOrderRbm.of(
                normal(D, 6, 1, 1),
                normal(hidden, 6, .7, 2),
                normal(K, 6, .7, 3),
                normal(1, D, .5, 4),
                normal(1, hidden, .5, 5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRowIsOfTheMachineOfItsCondition(boolean gated) {
        ConditionedRbm machine = gated ? gated(4) : machine(4);
        FMatrixRMaj x = normal(3, K, 1, 6);
        FMatrixRMaj rows = rows(x);
        ConditionalLikelihood exact = machine.logLikelihood(rows);
        assertEquals(LogPartition.Kind.EXACT, exact.kind());
        FMatrixRMaj means = machine.means(x, 1, 1, 0);
        FMatrixRMaj h = machine.encode(rows);
        double[] f = machine.freeEnergy(rows);
        for (int r = 0; r < 3; r++) {
            Rbm rbm = machine.at(row(x, r));
            EnumeratedRbm twin = rbm.enumerated();
            FMatrixRMaj v = new FMatrixRMaj(1 << D, D);
            for (int i = 0; i < v.numRows; i++) {
                System.arraycopy(rows.data, i * rows.numCols, v.data, i * D, D);
            }
            double[] logP = twin.logDensity(v);
            double[] free = rbm.freeEnergy(v);
            FMatrixRMaj encoded = rbm.encode(v);
            double[] mean = new double[D];
            for (int i = 0; i < v.numRows; i++) {
                int at = (r << D) + i;
                assertEquals(logP[i], exact.rows()[at], 1e-5);
                assertEquals(free[i], f[at], 1e-5);
                for (int j = 0; j < 4; j++) {
                    assertEquals(encoded.get(i, j), h.get(at, j), 1e-6);
                }
                for (int j = 0; j < D; j++) {
                    mean[j] += Math.exp(logP[i]) * v.get(i, j);
                }
            }
            for (int j = 0; j < D; j++) {
                assertEquals(mean[j], means.get(r, j), 1e-5);
            }
        }
    }

    /** More states than a block has, and more rows than are taken at once. */
    @Test
    void manyStatesAndRows() {
        ConditionalRbm machine = machine(12);
        FMatrixRMaj rows = rows(normal(2, K, 1, 6));
        ConditionalLikelihood exact = machine.logLikelihood(rows);
        Rbm rbm = machine.at(ConditionedUnits.rows(divide(rows), rows.numRows - 1, rows.numRows));
        FMatrixRMaj last = new FMatrixRMaj(1, D);
        last.fill(1);
        assertEquals(rbm.enumerated().logDensity(last)[0], exact.rows()[rows.numRows - 1], 1e-5);
    }

    private static FMatrixRMaj divide(FMatrixRMaj rows) {
        FMatrixRMaj x = new FMatrixRMaj(0, 0);
        ConditionedRbm.divide(rows, new FMatrixRMaj(0, D), x);
        return x;
    }

    /** Annealing against the sum: within five of its standard errors in each row, and above on average; 512 rows, 1 in 3000 by chance. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void annealing(boolean gated) {
        ConditionedRbm machine = gated ? gated(6) : machine(6);
        FMatrixRMaj rows = rows(normal(16, K, 1, 6));
        ConditionalLikelihood exact = machine.logLikelihood(rows);
        ConditionalLikelihood annealed = machine.logLikelihood(rows, 200, AnnealingSchedule.linear(100), 3);
        assertEquals(LogPartition.Kind.UPPER_BOUND, annealed.kind());
        assertTrue(annealed.effectiveChains() > 50, annealed.toString());
        assertEquals(exact.mean(), annealed.mean(), 5 * annealed.standardError());
        assertTrue(annealed.standardError() < .01 && annealed.standardError() > 1e-4, annealed.toString());
        // Few chains at few temperatures: log Z too low, and so the likelihood too high.
        ConditionalLikelihood poor = machine.logLikelihood(rows, 1, AnnealingSchedule.linear(3), 3);
        assertTrue(poor.mean() > exact.mean() + .02, poor.mean() + " and " + exact.mean());
        assertThrows(
                IllegalArgumentException.class, () -> machine.logLikelihood(rows, 1, new double[] {0, .5, .5, 1}, 3));
    }

    /** Draws have the exact means, and so have chains that count their second half: 20,000 draws, five standard errors. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void draws(boolean gated) {
        ConditionedRbm machine = gated ? gated(4) : machine(4);
        FMatrixRMaj x = normal(1, K, 1, 6);
        FMatrixRMaj means = machine.means(x, 1, 1, 0);
        int n = 20_000;
        FMatrixRMaj drawn = machine.sample(ConditionedUnits.repeat(x, n), 300, new SplittableRandom(4));
        for (int j = 0; j < D; j++) {
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += drawn.get(i, j) / n;
            }
            assertEquals(means.get(0, j), mean, 5 * .5 / Math.sqrt(n));
        }
        ConditionedRbm wide = gated ? gated(12) : machine(12);
        FMatrixRMaj chains = wide.means(x, 500, 600, 5);
        Rbm rbm = wide.at(x);
        FMatrixRMaj all = rbm.enumerated().sample(n, new SplittableRandom(1));
        for (int j = 0; j < D; j++) {
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += all.get(i, j) / n;
            }
            assertEquals(mean, chains.get(0, j), .02);
        }
    }

    /** The change that turns a bit into its neighbour or leaves it: learnt from pairs, and done to another image. */
    @Test
    void learnsAChange() {
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj pairs = new FMatrixRMaj(400, 12);
        for (int n = 0; n < 400; n++) {
            int by = n % 2 + 1;
            for (int i = 0; i < 6; i++) {
                float bit = rng.nextInt(3) == 0 ? 1 : 0;
                pairs.set(n, 6 + i, bit);
                pairs.set(n, (i + by) % 6, bit);
            }
        }
        HigherOrderRbm model = HigherOrderRbm.builder()
                .hidden(4)
                .factors(24)
                .startDeviation(.3)
                .learning(RbmLearning.cd(5))
                .learningRate(.01)
                .epochs(150)
                .batchSize(50)
                .fit(pairs);
        // Which of the two changes is log 2; a mean of both leaves log 2 for each of the 8/3 bits on average that they
        // make differ, 1.85.
        double value = model.logLikelihood(pairs).mean();
        assertTrue(value > -1.3, String.valueOf(value));
        // What a pair's change makes of its own first image, of that of another pair of the same change, and of one of
        // the other change.
        FMatrixRMaj h = model.encode(pairs);
        double[] errors = new double[3];
        for (int next = 0; next < 3; next++) {
            FMatrixRMaj x = new FMatrixRMaj(390, 6);
            FMatrixRMaj v = new FMatrixRMaj(390, 6);
            int by = new int[] {0, 2, 1}[next];
            ConditionedRbm.divide(ConditionedUnits.rows(pairs, by, 390 + by), v, x);
            FMatrixRMaj moved = model.means(x, ConditionedUnits.rows(h, 0, 390));
            for (int i = 0; i < v.getNumElements(); i++) {
                errors[next] += Math.abs(v.data[i] - moved.data[i]) / v.getNumElements();
            }
        }
        assertTrue(errors[0] < .1 && errors[1] < .2 && errors[2] > .25, java.util.Arrays.toString(errors));
        FMatrixRMaj other = new FMatrixRMaj(2, 6);
        assertTrue(message(() -> HigherOrderRbm.builder().hidden(2).fit(pairs)).contains("factors not set"));
        assertTrue(message(() -> model.means(other, new FMatrixRMaj(1, 4))).contains("expected as many"));
    }

    private static Sequences pieces() {
        List<FMatrixRMaj> all = new ArrayList<>();
        FMatrixRMaj bits = Bars.generate(40, 3, .3, .05, 1).pictures().floatMatrix();
        for (int[] range : new int[][] {{0, 5}, {5, 17}, {17, 18}, {18, 40}}) {
            all.add(ConditionedUnits.rows(bits, range[0], range[1]));
        }
        return Sequences.of(all);
    }

    private static RnnRbm fitted(Recurrence recurrence, int hidden, Sequences pieces) {
        return RnnRbm.builder()
                .hidden(hidden)
                .recurrence(recurrence)
                .startDeviation(.8)
                .learning(RbmLearning.cd(1))
                .batchSize(2)
                .epochs(2)
                .fit(pieces);
    }

    /** Every frame is one of the ordinary machine that the frames before it give, whichever pieces stand beside its own. */
    @ParameterizedTest
    @EnumSource(Recurrence.class)
    void aFrameIsOfTheMachineThatFollowsOnItsPast(Recurrence recurrence) {
        Sequences pieces = pieces();
        RnnRbm model = fitted(recurrence, 5, pieces);
        ConditionalLikelihood all = model.logLikelihood(pieces);
        Sequences means = model.predictions(pieces, 1, 1, 0);
        int at = 0;
        for (int k = 0; k < pieces.size(); k++) {
            FMatrixRMaj piece = pieces.piece(k);
            for (int t = 0; t < piece.numRows; t++, at++) {
                if (t > 3 && t != piece.numRows - 1) {
                    continue;
                }
                Rbm rbm = t == 0 ? model.first() : model.next(Sequences.of(ConditionedUnits.rows(piece, 0, t)));
                EnumeratedRbm twin = rbm.enumerated();
                assertEquals(twin.logDensity(row(piece, t))[0], all.rows()[at], 2e-5, k + ", " + t);
                FMatrixRMaj expected = ConditionedSums.means(
                        "test", new ConditionedUnits.Shared(rbm.weights(), rbm.visibleBias(), rbm.hiddenBias()));
                for (int j = 0; j < piece.numCols; j++) {
                    assertEquals(expected.get(0, j), means.piece(k).get(t, j), 1e-5);
                }
            }
        }
        assertEquals(at, all.rows().length);
        ConditionalLikelihood annealed = model.logLikelihood(pieces, 200, AnnealingSchedule.linear(50), 3);
        assertEquals(all.mean(), annealed.mean(), 5 * annealed.standardError());
    }

    /** Long chains from many equal pieces give the exact slope, short ones do not: CD of W, and back through time of the rest. */
    @Test
    void longChainsGiveTheExactSlope() {
        FMatrixRMaj some = normal(3, D, 1, 8);
        for (int i = 0; i < some.getNumElements(); i++) {
            some.data[i] = some.data[i] > 0 ? 1 : 0;
        }
        int n = 3000;
        FMatrixRMaj[] many = new FMatrixRMaj[n];
        java.util.Arrays.fill(many, some);
        Sequences pieces = Sequences.of(many);
        double[] far = new double[2];
        for (int k = 0; k < 2; k++) {
            RnnRbm exact = step(RbmLearning.exact(), pieces, 1);
            RnnRbm start = step(RbmLearning.exact(), pieces, 0);
            RnnRbm chains = step(RbmLearning.cd(k == 0 ? 40 : 1), pieces, 1);
            for (int i = 0; i < D * 4; i++) {
                double moved = exact.weights().data[i] - start.weights().data[i];
                double found = chains.weights().data[i] - start.weights().data[i];
                far[k] = Math.max(far[k], Math.abs(found - moved));
            }
        }
        // The mean of products of bits over 9000 frames has a standard error of at most 0.0053.
        assertTrue(far[0] < 5 * .0053, "CD-40: " + far[0]);
        assertTrue(far[1] > .06, "CD-1: " + far[1]);
    }

    private static RnnRbm step(RbmLearning learning, Sequences pieces, int epochs) {
        return RnnRbm.builder()
                .hidden(4)
                .learning(learning)
                .startDeviation(1.2)
                .optimizer(Sgd::new)
                .learningRate(1)
                .batchSize(pieces.size())
                .epochs(epochs)
                .fit(pieces);
    }

    /** A cycle of three frames, each of which follows on one other: the model comes near certainty, where a machine of single frames has log 3. */
    @ParameterizedTest
    @EnumSource(Recurrence.class)
    void learnsACycle(Recurrence recurrence) {
        FMatrixRMaj cycle = new FMatrixRMaj(12, 3);
        for (int t = 0; t < 12; t++) {
            cycle.set(t, t % 3, 1);
        }
        Sequences pieces = Sequences.of(cycle);
        RnnRbm model = RnnRbm.builder()
                .hidden(4)
                .recurrence(recurrence)
                .learning(RbmLearning.cd(2))
                .learningRate(.03)
                .epochs(500)
                .fit(pieces);
        assertTrue(
                model.logLikelihood(pieces).mean() > -.35,
                model.logLikelihood(pieces).toString());
        FMatrixRMaj on = model.continued(pieces, 30, 20, new SplittableRandom(1));
        int right = 0;
        for (int t = 12; t < 42; t++) {
            right += on.get(t, t % 3) == 1 ? 1 : 0;
        }
        assertTrue(right > 18, right + " of 30");
        ConditionalRbm past = ConditionalRbm.builder()
                .hidden(4)
                .order(2)
                .learning(RbmLearning.cd(2))
                .learningRate(.03)
                .epochs(500)
                .fit(pieces);
        assertEquals(2, past.order());
        Sequences means = past.predictions(pieces, 1, 1, 0);
        Dataset windows = pieces.windows(2);
        for (int k = 0, row = 0; k < pieces.size(); k++) {
            for (int t = 0; t < pieces.length(k); t++, row++) { // the mean by the density of each state
                FMatrixRMaj one = new FMatrixRMaj(1, past.condition());
                for (int i = 0; i < one.numCols; i++) {
                    one.data[i] = (float) windows.get(row, past.visible() + i);
                }
                EnumeratedRbm twin = past.at(one).enumerated();
                FMatrixRMaj states = SmallMachines.states(past.visible());
                double[] log = twin.logDensity(states);
                for (int j = 0; j < past.visible() && row < 8; j++) {
                    double mean = 0;
                    for (int s = 0; s < log.length; s++) {
                        mean += Math.exp(log[s]) * states.get(s, j);
                    }
                    assertEquals(mean, means.piece(k).get(t, j), 1e-5);
                }
            }
        }
        assertTrue(past.logLikelihood(pieces).mean() > -.35);
        assertEquals(42, past.continued(pieces, 30, 20, new SplittableRandom(1)).numRows);
    }

    @Test
    void savedWithTheSameBits(@TempDir Path directory) {
        Sequences pieces = pieces();
        for (Recurrence recurrence : Recurrence.values()) {
            RnnRbm model = fitted(recurrence, 4, pieces);
            Path file = directory.resolve(recurrence + ".safetensors");
            model.save(file);
            RnnRbm loaded = RnnRbm.load(file);
            assertEquals(
                    model.logLikelihood(pieces).mean(),
                    loaded.logLikelihood(pieces).mean());
            assertEquals(recurrence, loaded.recurrence());
        }
    }

    private static String message(Runnable bad) {
        return assertThrows(IllegalArgumentException.class, bad::run).getMessage();
    }

    @Test
    void badInput() {
        Dataset bits = Bars.generate(10, 3, .3, .05, 1).pictures();
        Sequences pieces = pieces();
        assertTrue(message(() -> ConditionalRbm.builder().hidden(2).fit(bits)).contains("condition not set"));
        assertTrue(message(() -> ConditionalRbm.builder().hidden(2).condition(9).fit(bits))
                .contains("x has 9 columns and condition is 9, expected fewer"));
        assertTrue(message(() -> ConditionalRbm.builder().hidden(2).fit(pieces)).contains("order not set"));
        assertTrue(message(() ->
                        ConditionalRbm.builder().hidden(2).order(1).condition(2).fit(pieces))
                .contains("condition is set, but"));
        assertTrue(message(() -> RnnRbm.builder().fit(pieces)).contains("hidden not set"));
        assertTrue(message(() -> RnnRbm.builder().learning(RbmLearning.pcd(1))).contains("expected cd or exact"));
        assertTrue(message(() -> RnnRbm.builder()
                        .hidden(11)
                        .learning(RbmLearning.exact())
                        .fit(pieces))
                .contains("expected at most 10"));
        assertTrue(message(() -> RnnRbm.builder()
                        .hidden(2)
                        .recurrence(Recurrence.RTRBM)
                        .states(3)
                        .fit(pieces))
                .contains("states is set, but"));
        RnnRbm model = fitted(Recurrence.RNN, 2, pieces);
        Sequences narrow = Sequences.of(new FMatrixRMaj(2, 4));
        assertTrue(
                message(() -> model.logLikelihood(narrow)).contains("frames of 4 columns, the model was fitted on 9"));
        assertTrue(message(() -> RnnRbm.builder().hidden(2).validation(narrow).fit(pieces))
                .contains("4 columns"));
        FMatrixRMaj grey = new FMatrixRMaj(1, 9);
        grey.set(0, 3, .5f);
        assertTrue(message(() -> model.logLikelihood(Sequences.of(grey))).contains("piece 0"));
        grey.set(0, 3, 1.5f);
        assertTrue(message(() -> RnnRbm.builder().hidden(2).fit(Sequences.of(grey)))
                .contains("1.5"));
        ConditionalRbm wide = machine(21);
        assertTrue(message(() -> wide.logLikelihood(rows(normal(1, K, 1, 1)))).contains("expected at most 20"));
        assertTrue(message(() -> machine(2).logLikelihood(pieces)).contains("knows no order"));
        assertNotEquals(0.0, machine(2).at(normal(1, K, 1, 1)).freeEnergy(new FMatrixRMaj(1, D))[0]);
    }
}

package lvm.autoregressive;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.HasMassContract;
import lvm.model.Rows;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** What holds for every autoregressive model of a few bits, beside what holds for all models of bits. */
interface AutoregressiveContract extends HasMassContract<FMatrixRMaj>, Rows.Floats {
    /** The model under test, of at most 12 columns, made by its builder. */
    AutoregressiveModel model();

    /** What one pass through the whole network gives for a column: n×K parameters of its distribution. */
    FMatrixRMaj pass(FMatrixRMaj x, int part, int column);

    @Override
    default GenerativeModel<FMatrixRMaj> generativeModel() {
        return model();
    }

    @Override
    default HasDensity<FMatrixRMaj> massModel() {
        return model();
    }

    @Override
    default FMatrixRMaj matrix(double[][] rows) {
        return Rows.Floats.super.matrix(rows);
    }

    @Override
    default double precision() {
        return 1e-5;
    }

    private static float[] column(FMatrixRMaj x, int j) {
        float[] values = new float[x.numRows];
        for (int i = 0; i < values.length; i++) {
            values[i] = x.get(i, j);
        }
        return values;
    }

    /** Step by step as by one pass: the kept numbers are those of the whole network. */
    @Test
    default void stepsGiveWhatOnePassGives() {
        AutoregressiveModel model = model();
        FMatrixRMaj x = model.sample(7, new SplittableRandom(3));
        for (int part = 0; part < model.parts(); part++) {
            int[] order = model.orderOf(part);
            Steps steps = model.steps(x.numRows, part);
            for (int column : order) {
                FMatrixRMaj expected = pass(x, part, column);
                FMatrixRMaj found = steps.next();
                assertEquals(expected.numCols, found.numCols);
                assertArrayEquals(
                        Arrays.copyOf(expected.data, expected.getNumElements()),
                        Arrays.copyOf(found.data, expected.getNumElements()),
                        1e-5f,
                        "column " + column + " of part " + part);
                steps.put(column(x, column));
            }
        }
    }

    /** A pass through the whole network for each column draws the same rows from the same numbers. */
    @Test
    default void drawsAreThoseOfTheSlowWay() {
        AutoregressiveModel model = model();
        int n = 40;
        for (int part = 0; part < model.parts(); part++) {
            int[] parts = new int[n];
            Arrays.fill(parts, part);
            FMatrixRMaj fast = new FMatrixRMaj(n, model.dim());
            model.goOn("sample", fast, parts, 0, new SplittableRandom(9));
            FMatrixRMaj slow = new FMatrixRMaj(n, model.dim());
            SplittableRandom rng = new SplittableRandom(9);
            for (int column : model.orderOf(part)) {
                FMatrixRMaj parameters = pass(slow, part, column);
                for (int i = 0; i < n; i++) {
                    slow.set(i, column, (float) model.output().draw(parameters.data, i * parameters.numCols, rng));
                }
            }
            assertArrayEquals(slow.data, fast.data);
        }
    }

    /** The product of the conditional probabilities of one pass, mixed over the parts. */
    @Test
    default void logProbabilityIsTheSumOverTheColumns() {
        AutoregressiveModel model = model();
        FMatrixRMaj x = model.sample(30, new SplittableRandom(4));
        double[] p = new double[x.numRows];
        for (int part = 0; part < model.parts(); part++) {
            double[] logs = new double[x.numRows];
            for (int j = 0; j < model.dim(); j++) {
                FMatrixRMaj parameters = pass(x, part, j);
                for (int i = 0; i < logs.length; i++) {
                    logs[i] += model.output().logProbability(parameters.data, i * parameters.numCols, x.get(i, j));
                }
            }
            for (int i = 0; i < p.length; i++) {
                p[i] += Math.exp(model.logWeight(part) + logs[i]);
            }
        }
        double[] found = model.logDensity(x);
        for (int i = 0; i < p.length; i++) {
            assertEquals(Math.log(p[i]), found[i], 1e-5);
        }
    }

    /** A pass does not see what comes later: nothing changes there if the later columns do. */
    @Test
    default void aColumnDoesNotHangOnTheLaterOnes() {
        AutoregressiveModel model = model();
        FMatrixRMaj x = model.sample(20, new SplittableRandom(5));
        for (int part = 0; part < model.parts(); part++) {
            int[] order = model.orderOf(part);
            for (int t = 0; t < order.length; t++) {
                FMatrixRMaj other = x.copy();
                for (int later = t; later < order.length; later++) {
                    for (int i = 0; i < x.numRows; i++) {
                        other.set(i, order[later], 1 - x.get(i, order[later]));
                    }
                }
                FMatrixRMaj one = pass(x, part, order[t]);
                FMatrixRMaj two = pass(other, part, order[t]);
                assertArrayEquals(one.data, two.data, "place " + t + " of part " + part);
            }
        }
    }

    /** The parameters of all columns are those that a pass gives for each, and what they hang on is what differences say. */
    @Test
    default void parametersAndTheirSlopes() {
        AutoregressiveModel model = model();
        int d = model.dim();
        FMatrixRMaj x = model.sample(6, new SplittableRandom(11));
        for (int part = 0; part < model.parts(); part++) {
            FMatrixRMaj found = model.parameters(x, part);
            assertEquals(found.toString(), model.parameters(Dataset.of(x), part).toString());
            FMatrixRMaj row = new FMatrixRMaj(1, d, true, Arrays.copyOfRange(x.data, d, 2 * d));
            FMatrixRMaj slopes = model.jacobian(row, part);
            assertEquals(
                    slopes.toString(), model.jacobian(Dataset.of(row), part).toString());
            for (int column = 0; column < d; column++) {
                FMatrixRMaj expected = pass(x, part, column);
                int kinds = expected.numCols;
                assertEquals(kinds * d, found.numCols);
                assertEquals(kinds * d, slopes.numRows);
                for (int i = 0; i < x.numRows; i++) {
                    for (int k = 0; k < kinds; k++) {
                        assertEquals(expected.get(i, k), found.get(i, k * d + column), 1e-5);
                    }
                }
                for (int other = 0; other < d; other++) {
                    FMatrixRMaj up = row.copy();
                    FMatrixRMaj down = row.copy();
                    up.data[other] += 1e-3f; // short, for rectified units have kinks
                    down.data[other] -= 1e-3f;
                    FMatrixRMaj above = pass(up, part, column).copy();
                    FMatrixRMaj below = pass(down, part, column);
                    for (int k = 0; k < kinds; k++) {
                        double slope = (above.get(0, k) - below.get(0, k)) / 2e-3;
                        assertEquals(slope, slopes.get(k * d + column, other), 2e-3 + 2e-3 * Math.abs(slope));
                    }
                }
            }
        }
        int parts = model.parts();
        assertMessageHas("part is " + parts + ", expected 0 to " + (parts - 1), () -> model.parameters(x, parts));
        assertMessageHas("part is -1", () -> model.jacobian(x, -1));
        assertMessageHas("x has 6 rows, expected one", () -> model.jacobian(x, 0));
        assertMessageHas(d + 1 + " columns", () -> model.parameters(new FMatrixRMaj(1, d + 1), 0));
        assertMessageHas("row 0, column 0", () -> model.jacobian(half(d), 0));
    }

    private static FMatrixRMaj half(int d) {
        FMatrixRMaj x = new FMatrixRMaj(1, d);
        x.data[0] = .5f;
        return x;
    }

    /** How many columns come first in all orders. */
    default int shared() {
        return model().dim() / 2;
    }

    /**
     * Completions have the probabilities of the states given what is known, by a test that a right sampler fails with probability
     * 10⁻⁶; the seed is fixed.
     */
    @Test
    default void completionsAreDrawsGivenTheKnownColumns() {
        AutoregressiveModel model = model();
        int d = model.dim();
        boolean[] known = new boolean[d];
        for (int t = 0; t < shared(); t++) {
            known[model.orderOf(0)[t]] = true;
        }
        int n = 6000;
        FMatrixRMaj given = model.sample(1, new SplittableRandom(6));
        FMatrixRMaj x = new FMatrixRMaj(n, d);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = known[i % d] ? given.data[i % d] : Float.NaN;
        }
        FMatrixRMaj y = model.complete(x, known, new SplittableRandom(8));
        FMatrixRMaj all = BinaryStates.all(d);
        double[] p = Arrays.stream(model.logDensity(all)).map(Math::exp).toArray();
        double total = 0;
        for (int s = 0; s < p.length; s++) {
            for (int j = 0; j < d; j++) {
                p[s] = known[j] && all.get(s, j) != given.data[j] ? 0 : p[s];
            }
            total += p[s];
        }
        double sum = total;
        double[] counts = new double[p.length];
        for (int i = 0; i < n; i++) {
            counts[BinaryStates.index(y, i)]++;
        }
        Arrays.setAll(p, k -> p[k] / sum);
        assertFrequencies(p, counts, n);
    }

    /** Pearson's statistic of counts is below what a right sampler exceeds with probability 10⁻⁶; rare states are taken together. */
    static void assertFrequencies(double[] p, double[] counts, int n) {
        double statistic = 0;
        double rest = 0;
        double restExpected = 0;
        int cells = 0;
        for (int s = 0; s < p.length; s++) {
            double expected = n * p[s];
            if (expected >= 10) {
                statistic += (counts[s] - expected) * (counts[s] - expected) / expected;
                cells++;
            } else {
                assertTrue(expected > 0 || counts[s] == 0, "a state of probability 0 was drawn");
                rest += counts[s];
                restExpected += expected;
            }
        }
        if (restExpected >= 10) {
            statistic += (rest - restExpected) * (rest - restExpected) / restExpected;
            cells++;
        }
        assertTrue(cells > 2, "nothing is left open");
        double limit = ChiSquaredDistribution.of(cells - 1.0).inverseSurvivalProbability(1e-6);
        assertTrue(statistic < limit, "χ² is " + statistic + ", limit " + limit);
    }

    /**
     * The last columns known, and of many draws one is taken: the means of the others are those given what is known, within five standard
     * errors (false with probability 10⁻⁵ for nine columns) and what a finite number of draws is off by.
     */
    @Test
    default void completionsOfAnyColumnsByManyDraws() {
        AutoregressiveModel model = model();
        int d = model.dim();
        boolean[] known = new boolean[d];
        for (int t = d - 3; t < d; t++) {
            known[model.orderOf(0)[t]] = true;
        }
        FMatrixRMaj all = BinaryStates.all(d);
        double[] p = Arrays.stream(model.logDensity(all)).map(Math::exp).toArray();
        // The bits that are least likely at the end say most of what comes before.
        FMatrixRMaj given = new FMatrixRMaj(1, d);
        double least = Double.POSITIVE_INFINITY;
        double[] means = new double[d];
        for (int s = 0; s < p.length; s++) {
            double total = 0;
            double[] sums = new double[d];
            for (int u = 0; u < p.length; u++) {
                boolean same = true;
                for (int j = 0; j < d; j++) {
                    same &= !known[j] || all.get(s, j) == all.get(u, j);
                }
                for (int j = 0; j < d && same; j++) {
                    sums[j] += p[u] * all.get(u, j);
                }
                total += same ? p[u] : 0;
            }
            if (total < least) {
                least = total;
                System.arraycopy(all.data, s * d, given.data, 0, d);
                for (int j = 0; j < d; j++) {
                    means[j] = sums[j] / total;
                }
            }
        }
        int n = 150;
        FMatrixRMaj x = new FMatrixRMaj(n, d);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = known[i % d] ? given.data[i % d] : Float.NaN;
        }
        FMatrixRMaj y = model.complete(x, known, 100, new SplittableRandom(8));
        for (int j = 0; j < d; j++) {
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += (double) y.get(i, j) / n;
            }
            double error = Math.sqrt(means[j] * (1 - means[j]) / n);
            assertEquals(means[j], mean, 5 * error + (known[j] ? 1e-9 : .03), "column " + j);
        }
        assertMessageHas("draws is 0", () -> model.complete(x, known, 0, new SplittableRandom(1)));
        assertEquals(
                model.complete(new FMatrixRMaj(2, d), known, 3, new SplittableRandom(1))
                        .toString(),
                model.complete(Dataset.of(new FMatrixRMaj(2, d)), known, 3, new SplittableRandom(1))
                        .toString());
    }

    @Test
    default void completionsOfTheWrongColumnsAreRefused() {
        AutoregressiveModel model = model();
        int d = model.dim();
        int[] order = model.orderOf(0);
        SplittableRandom rng = new SplittableRandom(1);
        boolean[] last = new boolean[d];
        last[order[d - 1]] = true;
        FMatrixRMaj x = new FMatrixRMaj(2, d);
        assertMessageHas(
                "column " + order[d - 1] + " is known, but column " + order[0], () -> model.complete(x, last, rng));
        assertMessageHas("known has 1 columns, expected " + d, () -> model.complete(x, new boolean[1], rng));
        assertMessageHas(d + 1 + " columns", () -> model.complete(new FMatrixRMaj(1, d + 1), new boolean[d], rng));
        boolean[] all = new boolean[d];
        Arrays.fill(all, true);
        x.set(1, 0, .3f);
        assertMessageHas("in row 1, column 0", () -> model.complete(x, all, rng));
        assertArrayEquals(new float[2 * d], model.complete(new FMatrixRMaj(2, d), all, rng).data);
        assertEquals(0, model.complete(new FMatrixRMaj(0, d), all, rng).numRows);
        assertEquals(
                model.complete(new FMatrixRMaj(2, d), all, rng).toString(),
                model.complete(Dataset.of(new FMatrixRMaj(2, d)), all, rng).toString());
    }
}

package lvm.mcmc;

import static lvm.model.Messages.assertMessage;
import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import lvm.distribution.BinaryStates;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.ops.ConvertMatrixData;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransitionsTest {
    private static BlockGibbs.Block<DMatrixRMaj> bit(int bit) {
        return (x, rng) -> TransitionContract.drawBit(x, bit, rng);
    }

    @Nested
    class Sweep implements TransitionContract {
        @Override
        public Transition<DMatrixRMaj> transition() {
            return BlockGibbs.sweep(bit(0), bit(1), bit(2));
        }

        @Override
        public boolean reversible() {
            return false;
        }
    }

    /** A block of two bits beside one of one. */
    @Nested
    class Blocks implements TransitionContract {
        @Override
        public Transition<DMatrixRMaj> transition() {
            return BlockGibbs.sweep(bit(0), (x, rng) -> {
                for (int i = 0; i < x.numRows; i++) {
                    int high = TransitionContract.index(x, i) / 4 * 4;
                    double u = rng.nextDouble() * (PI[high] + PI[high + 1] + PI[high + 2] + PI[high + 3]);
                    int state = high;
                    while (state < high + 3 && u >= PI[state]) {
                        u -= PI[state++];
                    }
                    TransitionContract.put(x, i, state);
                }
            });
        }

        @Override
        public boolean reversible() {
            return false;
        }
    }

    @Nested
    class RandomScan implements TransitionContract {
        @Override
        public Transition<DMatrixRMaj> transition() {
            return BlockGibbs.randomScan(bit(0), bit(1), bit(2));
        }

        @Override
        public boolean reversible() {
            return true;
        }
    }

    /** Proposes state + 1 three times as often as state − 1: without q it would go round. */
    @Nested
    class Hastings implements TransitionContract {
        @Override
        public Transition<DMatrixRMaj> transition() {
            return new MetropolisHastings<>(TransitionContract::logTarget, (x, proposal, rng) -> {
                double[] ratio = new double[x.numRows];
                for (int i = 0; i < x.numRows; i++) {
                    boolean up = rng.nextDouble() < .75;
                    int state = TransitionContract.index(x, i);
                    TransitionContract.put(proposal, i, (state + (up ? 1 : STATES - 1)) % STATES);
                    ratio[i] = up ? Math.log(.25 / .75) : Math.log(.75 / .25);
                }
                return ratio;
            });
        }

        @Override
        public boolean reversible() {
            return true;
        }
    }

    @Nested
    class Metropolis implements TransitionContract {
        @Override
        public Transition<DMatrixRMaj> transition() {
            return new MetropolisHastings<>(TransitionContract::logTarget, (x, proposal, rng) -> {
                for (int i = 0; i < x.numRows; i++) {
                    int bit = rng.nextInt(BITS);
                    proposal.set(i, bit, 1 - proposal.get(i, bit));
                }
                return null;
            });
        }

        @Override
        public boolean reversible() {
            return true;
        }
    }

    @Nested
    class Together implements TransitionContract {
        @Override
        public Transition<DMatrixRMaj> transition() {
            return new Metropolis().transition().repeated(2).then(new Sweep().transition());
        }

        @Override
        public boolean reversible() {
            return false;
        }
    }

    /** As {@link Sweep}, by logits in single precision, on states of floats. */
    @Nested
    class Bits implements TransitionContract {
        private static BlockGibbs.Block<FMatrixRMaj> unit(int bit) {
            return BlockGibbs.bits(bit, bit + 1, (z, logits) -> {
                for (int i = 0; i < z.numRows; i++) {
                    int on = BinaryStates.index(z, i) | 1 << (BITS - 1 - bit);
                    int off = on ^ 1 << (BITS - 1 - bit);
                    logits.data[i] = (float) Math.log(PI[on] / PI[off]);
                }
            });
        }

        @Override
        public Transition<DMatrixRMaj> transition() {
            return onFloats(BlockGibbs.sweep(unit(0), unit(1), unit(2)));
        }

        @Override
        public boolean reversible() {
            return false;
        }
    }

    /** A transition of floats as one of doubles. */
    private static Transition<DMatrixRMaj> onFloats(Transition<FMatrixRMaj> transition) {
        return (x, rng) -> {
            FMatrixRMaj z = new FMatrixRMaj(x.numRows, x.numCols);
            ConvertMatrixData.convert(x, z);
            Transition.Info info = transition.step(z, rng);
            ConvertMatrixData.convert(z, x);
            return info;
        };
    }

    @Nested
    class BitFlips implements TransitionContract {
        @Override
        public Transition<DMatrixRMaj> transition() {
            return onFloats(new MetropolisHastings<>(
                    z -> IntStream.range(0, z.numRows)
                            .mapToDouble(i -> Math.log(PI[BinaryStates.index(z, i)]))
                            .toArray(),
                    MetropolisHastings.bitFlip()));
        }

        @Override
        public boolean reversible() {
            return true;
        }
    }

    /** What the contract is for: each of these is wrong, and far beyond the 5 standard deviations that are allowed. */
    /** What a step, several, and a chain tell of themselves: means of acceptances, the last energy, in a chain the mean of both. */
    @Test
    void acceptancesAndEnergiesOfSeveralSteps() {
        double[] acceptance = {0.5, 0.25, 1, 0.75};
        int[] at = {0};
        Transition<DMatrixRMaj> told = (x, rng) -> new Transition.Info(acceptance[at[0] % 4], 10 * (1 + at[0]++));
        Transition.Info two = told.then(told).step(new DMatrixRMaj(1, 1), new SplittableRandom(1));
        assertEquals(0.375, two.acceptance());
        assertEquals(20, two.energy());
        at[0] = 0;
        Transition.Info three = told.repeated(3).step(new DMatrixRMaj(1, 1), new SplittableRandom(1));
        assertEquals((0.5 + 0.25 + 1) / 3, three.acceptance(), 1e-15);
        assertEquals(30, three.energy());
        at[0] = 0;
        Transition.Info run = new Chain<>(told, new DMatrixRMaj(1, 1), 1).run(4);
        assertEquals(0.625, run.acceptance());
        assertEquals(25, run.energy());
    }

    /** Of each row one bit, and the bits of a block in the columns that it has. */
    @Test
    void everyRowIsMovedInItsOwnPlace() {
        org.ejml.data.FMatrixRMaj x = new org.ejml.data.FMatrixRMaj(5, 3);
        org.ejml.data.FMatrixRMaj flipped = x.copy();
        MetropolisHastings.bitFlip().propose(x, flipped, new SplittableRandom(2));
        for (int i = 0; i < 5; i++) {
            assertEquals(1, flipped.get(i, 0) + flipped.get(i, 1) + flipped.get(i, 2), "row " + i);
        }
        BlockGibbs.bits(1, 3, (state, logits) -> {
                    assertEquals(5, logits.numRows);
                    assertEquals(2, logits.numCols);
                    for (int i = 0; i < 5; i++) {
                        logits.set(i, 0, i % 2 == 0 ? 50 : -50);
                        logits.set(i, 1, i % 2 == 0 ? -50 : 50);
                    }
                })
                .draw(x, new SplittableRandom(3));
        for (int i = 0; i < 5; i++) {
            assertEquals(0, x.get(i, 0));
            assertEquals(i % 2 == 0 ? 1 : 0, x.get(i, 1), "row " + i);
            assertEquals(i % 2 == 0 ? 0 : 1, x.get(i, 2), "row " + i);
        }
    }

    @Test
    void mistakesAreFound() {
        MetropolisHastings.Proposal<DMatrixRMaj> uneven = (x, proposal, rng) -> {
            for (int i = 0; i < x.numRows; i++) {
                int step = rng.nextDouble() < .75 ? 1 : TransitionContract.STATES - 1;
                TransitionContract.put(
                        proposal, i, (TransitionContract.index(x, i) + step) % TransitionContract.STATES);
            }
            return null;
        };
        double forgotten = TransitionContract.drift(new MetropolisHastings<>(TransitionContract::logTarget, uneven), 1);
        assertTrue(forgotten > 20, "the ratio of the proposals is forgotten: " + forgotten);
        double always = TransitionContract.drift(new MetropolisHastings<>(x -> new double[x.numRows], uneven), 1);
        assertTrue(always > 20, "every proposal is accepted: " + always);
        double stale = TransitionContract.drift(
                (x, rng) -> {
                    DMatrixRMaj before = x.copy();
                    for (int bit = 0; bit < TransitionContract.BITS; bit++) {
                        DMatrixRMaj one = before.copy();
                        TransitionContract.drawBit(one, bit, rng);
                        for (int i = 0; i < x.numRows; i++) {
                            x.set(i, bit, one.get(i, bit));
                        }
                    }
                    return new Transition.Info(1, Double.NaN);
                },
                1);
        assertTrue(stale > 20, "all blocks are drawn given the state before the sweep: " + stale);
    }

    /** Mean and variance of a logistic distribution after ten steps from exact draws; 5 standard errors, false with 1e-6. */
    @Test
    void theRandomWalkKeepsADensityOfRealNumbers() {
        int n = 40_000;
        SplittableRandom rng = new SplittableRandom(2);
        DMatrixRMaj x = new DMatrixRMaj(n, 1);
        for (int i = 0; i < n; i++) {
            double u = rng.nextDouble();
            x.data[i] = Math.log(u / (1 - u));
        }
        Transition<DMatrixRMaj> walk = new MetropolisHastings<>(
                q -> Arrays.stream(q.data)
                        .map(Math::abs)
                        .map(a -> -a - 2 * Math.log1p(Math.exp(-a)))
                        .toArray(),
                MetropolisHastings.randomWalk(3));
        double acceptance = walk.repeated(10).step(x, rng).acceptance();
        assertTrue(acceptance > .3 && acceptance < .8, "acceptance " + acceptance);
        double variance = Math.PI * Math.PI / 3;
        double fourth = 7 * Math.pow(Math.PI, 4) / 15;
        assertEquals(0, Arrays.stream(x.data).average().orElseThrow(), 5 * Math.sqrt(variance / n));
        assertEquals(
                variance,
                Arrays.stream(x.data).map(v -> v * v).average().orElseThrow(),
                5 * Math.sqrt((fourth - variance * variance) / n));
    }

    @Test
    void badArgumentsAreNamed() {
        assertMessage("BlockGibbs: the number of blocks is 0, expected at least 1", () -> BlockGibbs.sweep());
        assertMessageHas("to is 2, expected at least 3", () -> BlockGibbs.bits(2, 2, (z, logits) -> {}));
        assertMessageHas(
                "the number of columns of the state is 3, expected at least 4",
                () -> BlockGibbs.bits(3, 4, (z, logits) -> {}).draw(new FMatrixRMaj(1, 3), new SplittableRandom(1)));
        assertMessageHas("sigma is NaN", () -> MetropolisHastings.randomWalk(Double.NaN));
    }

    /** What a step says of itself is the mean over the chains of min(1, ratio), and of −log π where they are then. */
    @Test
    void acceptanceAndEnergyAreThoseOfTheDefinition() {
        DMatrixRMaj x = new DMatrixRMaj(TransitionContract.STATES, TransitionContract.BITS);
        double expected = 0;
        for (int s = 0; s < x.numRows; s++) {
            TransitionContract.put(x, s, s);
            int flipped = s ^ 1;
            expected += Math.min(1, TransitionContract.PI[flipped] / TransitionContract.PI[s]) / x.numRows;
        }
        Transition<DMatrixRMaj> flip = new MetropolisHastings<>(TransitionContract::logTarget, (from, to, rng) -> {
            for (int i = 0; i < from.numRows; i++) {
                to.set(i, 2, 1 - from.get(i, 2));
            }
            return null;
        });
        Transition.Info info = flip.step(x, new SplittableRandom(1));
        assertEquals(expected, info.acceptance(), 1e-12);
        double energy = 0;
        for (double logP : TransitionContract.logTarget(x)) {
            energy -= logP / x.numRows;
        }
        assertEquals(energy, info.energy(), 1e-12);
    }

    @Test
    void nothingMovesToAStateOfNoDensity() {
        Transition<FMatrixRMaj> out = new MetropolisHastings<>(
                x -> new double[] {x.get(0, 0) > 0 ? Double.NEGATIVE_INFINITY : 0}, (from, to, rng) -> {
                    to.set(0, 0, 1);
                    return null;
                });
        FMatrixRMaj state = new FMatrixRMaj(1, 1);
        assertEquals(0, out.step(state, new SplittableRandom(1)).acceptance());
        assertEquals(0, state.get(0, 0));
    }

    /** As a transition, Hamiltonian Monte Carlo does what its own chains do; and it notices that it was put elsewhere. */
    @Test
    void hamiltonianMonteCarloIsATransition() {
        Hmc.Target normal = (q, logDensity, gradient) -> {
            for (int i = 0; i < q.numRows; i++) {
                logDensity[i] = -.5 * q.get(i, 0) * q.get(i, 0);
                gradient.set(i, 0, -q.get(i, 0));
            }
        };
        DMatrixRMaj start = new DMatrixRMaj(3, 1, true, -1, .5, 2);
        Hmc own = new Hmc(normal, start, 4, .4);
        Hmc given = new Hmc(normal, start, 4, .4);
        DMatrixRMaj state = start.copy();
        SplittableRandom a = new SplittableRandom(2);
        SplittableRandom b = new SplittableRandom(2);
        for (int t = 0; t < 20; t++) {
            assertEquals(own.step(a), given.step(state, b).acceptance());
            assertArrayEquals(own.positions().data, state.data);
        }
        state.setTo(start);
        DMatrixRMaj fresh = start.copy();
        given.step(state, new SplittableRandom(5));
        new Hmc(normal, start, 4, .4).step(fresh, new SplittableRandom(5));
        assertArrayEquals(fresh.data, state.data);
        assertThrows(IllegalArgumentException.class, () -> given.step(new DMatrixRMaj(2, 1), a));
    }

    @Test
    void aChainGoesOnFromItsFileBitForBit(@TempDir Path directory) {
        Transition<DMatrixRMaj> gibbs = BlockGibbs.sweep(bit(0), bit(1), bit(2));
        Chain<DMatrixRMaj> whole = new Chain<>(gibbs, new DMatrixRMaj(4, 3), 9);
        whole.run(12);
        Chain<DMatrixRMaj> first = new Chain<>(gibbs, new DMatrixRMaj(4, 3), 9);
        first.run(5);
        first.save(directory.resolve("chain.safetensors"));
        Chain<DMatrixRMaj> rest = Chain.resume(gibbs, directory.resolve("chain.safetensors"), new DMatrixRMaj(1, 3));
        assertEquals(5, rest.steps());
        rest.run(7);
        assertArrayEquals(whole.state().data, rest.state().data);
        assertThrows(
                IllegalArgumentException.class,
                () -> Chain.resume(gibbs, directory.resolve("chain.safetensors"), new DMatrixRMaj(1, 2)));
    }

    @Test
    void anInterruptLeavesTheLastCompleteStep() {
        Chain<DMatrixRMaj> chain = new Chain<>(BlockGibbs.sweep(bit(0)), new DMatrixRMaj(1, 3), 1);
        Thread.currentThread().interrupt();
        try {
            assertThrows(CancellationException.class, () -> chain.run(3));
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            Thread.interrupted();
        }
        assertEquals(0, chain.steps());
    }
}

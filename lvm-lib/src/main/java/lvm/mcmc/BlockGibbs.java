package lvm.mcmc;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.linalg.VectorMath;
import lvm.model.Require;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Block Gibbs sampling: one block of the variables after the other is drawn from its conditional distribution given all others,
 * x_B ~ π(x_B | x_rest). Each draw leaves π invariant, and so does the sweep, which is reversible only if the order of the
 * blocks is drawn. S. Geman and D. Geman (1984).
 *
 * @param <S> the state
 */
public final class BlockGibbs<S> implements Transition<S> {

    /**
     * The conditional distribution of a block.
     *
     * @param <S> the state
     */
    @FunctionalInterface
    public interface Block<S> {
        /**
         * Draws the block anew.
         *
         * @param state the state. Modified: the block, and nothing else
         * @param rng the source of randomness; advanced
         */
        void draw(S state, RandomGenerator rng);
    }

    /** The logits of binary variables that are independent of each other given all others. */
    @FunctionalInterface
    public interface Logits {
        /**
         * Evaluates them for every chain.
         *
         * @param state n×D variables, a chain a row; not to be modified
         * @param logits log p(zₖ = 1 | others) − log p(zₖ = 0 | others) of the variables of the block, n rows. Modified: all
         *     values
         */
        void evaluate(FMatrixRMaj state, FMatrixRMaj logits);
    }

    private static final Info INFO = new Info(1, Double.NaN);

    private final List<Block<S>> blocks;
    private final boolean randomScan;

    private BlockGibbs(List<Block<S>> blocks, boolean randomScan) {
        Require.atLeast("BlockGibbs", "the number of blocks", 1, blocks.size());
        this.blocks = blocks;
        this.randomScan = randomScan;
    }

    /**
     * A sweep over all blocks in their order.
     *
     * @param blocks at least one
     * @param <S> the state
     * @return the transition
     * @throws IllegalArgumentException if there is none
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <S> BlockGibbs<S> sweep(Block<S>... blocks) {
        return new BlockGibbs<>(List.of(blocks), false);
    }

    /**
     * A draw of one block, each with the same probability: reversible.
     *
     * @param blocks at least one
     * @param <S> the state
     * @return the transition
     * @throws IllegalArgumentException if there is none
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <S> BlockGibbs<S> randomScan(Block<S>... blocks) {
        return new BlockGibbs<>(List.of(blocks), true);
    }

    /**
     * A block of binary variables, consecutive columns of the state, that are independent of each other given all others, such as
     * a layer of a Boltzmann machine. Not thread-safe.
     *
     * @param from the first column
     * @param to the column after the last one
     * @param logits their logits given the others
     * @return draws all variables of the block, in all chains
     * @throws IllegalArgumentException if there are no such columns
     */
    public static Block<FMatrixRMaj> bits(int from, int to, Logits logits) {
        Require.atLeast("BlockGibbs.bits", "from", 0, from);
        Require.atLeast("BlockGibbs.bits", "to", from + 1, to);
        FMatrixRMaj p = new FMatrixRMaj(0, to - from);
        return (state, rng) -> {
            Require.atLeast("BlockGibbs.bits", "the number of columns of the state", to, state.numCols);
            p.reshape(state.numRows, to - from);
            logits.evaluate(state, p);
            VectorMath.sigmoid(p, p);
            Fill.bernoulli(p, p, rng);
            for (int i = 0; i < state.numRows; i++) {
                System.arraycopy(p.data, i * p.numCols, state.data, i * state.numCols + from, p.numCols);
            }
        };
    }

    @Override
    public Info step(S state, RandomGenerator rng) {
        if (randomScan) {
            blocks.get(rng.nextInt(blocks.size())).draw(state, rng);
        } else {
            for (int b = 0; b < blocks.size(); b++) {
                blocks.get(b).draw(state, rng);
            }
        }
        return INFO;
    }
}

package lvm.bernoulli;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.BinaryStates;
import lvm.model.Require;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/**
 * A table as a layer: each of the 2^K binary inputs has a row of outputs of its own, so that every function of K bits is one.
 * The rows are in the order of {@link BinaryStates}.
 */
public final class BitTable implements Layer {
    /** The most bits of an input. */
    public static final int MAX_BITS = 16;

    /** The standard deviation of the start values of a {@link #factory}. */
    public static final double START_DEVIATION = 0.5;

    private final Param rows;
    private final int bits;

    /**
     * A table of small random numbers.
     *
     * @param name the layer's name; the parameter is name.rows
     * @param bits K, the columns of the input, 1 to {@link #MAX_BITS}
     * @param out the columns of the output, at least 1
     * @param deviation the standard deviation of the start values, at least 0
     * @param rng the source of the start values; advanced
     * @throws IllegalArgumentException if a size is out of range
     */
    public BitTable(String name, int bits, int out, double deviation, RandomGenerator rng) {
        this(name, random(bits, out, deviation, rng));
    }

    /**
     * Tables: logits of their own for each state.
     *
     * @return makes tables with start values of the standard deviation {@link #START_DEVIATION}
     */
    public static NetworkFactory factory() {
        return NetworkFactory.offered(
                Recipe.of("table"), (name, in, out, rng) -> new BitTable(name, in, out, START_DEVIATION, rng));
    }

    /** Makes {@link BitTable#factory} of its recipe. */
    public static final class Provider implements NetworkFactory.Provider {
        /** For {@link java.util.ServiceLoader}; {@link NetworkFactory#of} is what a user calls. */
        public Provider() {}

        @Override
        public Optional<NetworkFactory> of(Recipe recipe) {
            return recipe.name().equals("table") ? Optional.of(factory()) : Optional.empty();
        }
    }

    /**
     * A table of given numbers.
     *
     * @param name the layer's name; the parameter is name.rows
     * @param rows 2^K rows of outputs; kept, and modified by optimisers
     * @throws IllegalArgumentException if the number of rows is no power of 2 from 2 to 2^{@link #MAX_BITS}
     */
    public BitTable(String name, FMatrixRMaj rows) {
        bits = Integer.numberOfTrailingZeros(rows.numRows);
        if (bits < 1 || bits > MAX_BITS || rows.numRows != 1 << bits) {
            throw new IllegalArgumentException("BitTable: " + rows.numRows
                    + " rows, expected a power of 2, one for each state of 1 to " + MAX_BITS + " bits");
        }
        this.rows = new Param(name + ".rows", rows);
    }

    private static FMatrixRMaj random(int bits, int out, double deviation, RandomGenerator rng) {
        if (bits < 1 || bits > MAX_BITS || out < 1 || !(deviation >= 0)) {
            throw new IllegalArgumentException(
                    "BitTable: " + bits + " bits, " + out + " outputs, deviation " + deviation + "; expected 1 to "
                            + MAX_BITS + " bits, at least 1 output, a deviation of at least 0");
        }
        FMatrixRMaj rows = new FMatrixRMaj(1 << bits, out);
        for (int i = 0; i < rows.getNumElements(); i++) {
            rows.data[i] = (float) (deviation * rng.nextGaussian());
        }
        return rows;
    }

    /**
     * The table.
     *
     * @return 2^K rows of outputs
     */
    public Param rows() {
        return rows;
    }

    @Override
    public List<Param> params() {
        return List.of(rows);
    }

    @Override
    public Optional<Recipe> recipe() {
        return factory().recipe();
    }

    /**
     * Looks up a row for each input.
     *
     * @param tape the tape of x
     * @param x n×K bits
     * @return n rows of the table
     * @throws IllegalArgumentException if x has another number of columns, or holds something else than 0 and 1: a table
     *     has nothing between its rows
     */
    @Override
    public Var forward(Tape tape, Var x) {
        FMatrixRMaj z = x.value();
        Require.columns("BitTable.forward", "x", z, bits);
        int[] index = new int[z.numRows];
        for (int i = 0; i < index.length; i++) {
            index[i] = BinaryStates.index("BitTable.forward", z, i);
        }
        return tape.param(rows).gatherRows(index);
    }
}

package lvm.boltzmann;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.fit.Scaling;
import lvm.linalg.Interrupts;
import lvm.store.ModelData;
import org.ejml.data.FMatrixRMaj;

/**
 * The visible units of a restricted machine, the one place that knows of which kind they are. The parameters of {@link RbmUnits} are those of
 * −E(v, h) = bᵀv + cᵀh + vᵀW h − square(v) − offset(b) whatever the kind: what the hidden units send down, b + W h, is called logits, and the layer
 * says which distribution has them. A layer of units that are not zeros and ones sees v in its own units, see {@link #seen}.
 */
abstract class VisibleLayer {
    private static final int ROWS = 1000;

    /** Independent units: where annealing starts. */
    record Base(VisibleLayer layer, FMatrixRMaj bias) {
        double logSum() {
            return layer.logSum(LayerSums.doubles(bias).data, 0);
        }
    }

    // --- of what kind

    /** The sizes of the groups of units of which exactly one is on. */
    int[] groups() {
        return new int[0];
    }

    /** How many units are binary and in no group. */
    int binary() {
        return 0;
    }

    /** Whether the layer is one whose states can be enumerated bit by bit. */
    boolean independentBits() {
        return false;
    }

    // --- between the units of the data and those of the layer

    /** Rows of what an energy is defined for. */
    abstract void require(String where, FMatrixRMaj v);

    /** Rows of states, which have a probability or a density. */
    abstract void requireStates(String where, FMatrixRMaj v);

    /** Rows of states of units that flip. */
    abstract void requireBits(String where, FMatrixRMaj v);

    /** How the layer sees rows. */
    Scaling scaling() {
        return Scaling.none();
    }

    /** Checked rows as the layer sees them. */
    final FMatrixRMaj seen(String where, FMatrixRMaj v) {
        require(where, v);
        return scaling().of(v);
    }

    /** W, b and c of the energy as it is published, in the units of the data. */
    RbmUnits published(RbmUnits units) {
        return units;
    }

    /** The published W by what a unit is multiplied with on its way up, D×H; the logits of the hidden units are v times this + c. */
    FMatrixRMaj filters(RbmUnits units) {
        return units.w();
    }

    /** What a published weight is multiplied with on the way up from unit i. */
    float precision(int i) {
        return 1;
    }

    // --- the distribution given logits

    /** From logits to means. */
    abstract void means(FMatrixRMaj x);

    /** From means to draws. */
    abstract void draw(FMatrixRMaj x, RandomGenerator rng);

    /** From logits to means, in double precision. */
    abstract void means(double[] x, int at);

    /** Draws a row from means in double precision. */
    abstract void draw(double[] means, FMatrixRMaj x, int row, RandomGenerator rng);

    /** log of the sum or integral over the states of the layer, in the units of the data, of e^(logitsᵀv − square(v)). */
    abstract double logSum(double[] logits, int at);

    /** The same of logits in floats. */
    abstract double logSum(float[] logits, int at);

    /** The part of the energy of a row that no parameter of {@link RbmUnits} is in. */
    double square(float[] v, int at) {
        return 0;
    }

    /** The part of the energy that no state is in. */
    double offset(FMatrixRMaj bias) {
        return 0;
    }

    /** The units at (1 − β) of another layer and β of this one. */
    VisibleLayer between(VisibleLayer base, double beta) {
        return this;
    }

    /** The units of energies that are divided by a temperature. */
    VisibleLayer at(double temperature) {
        return this;
    }

    /** The same with parameters of its own. */
    VisibleLayer copy() {
        return this;
    }

    // --- learning

    /** Room for the statistic of {@link #square}, 1×0 where there is none. */
    FMatrixRMaj squares() {
        return new FMatrixRMaj(1, 0);
    }

    /** Adds the scaled sums of vᵢ² over rows. */
    void addSquares(FMatrixRMaj v, float scale, FMatrixRMaj squares) {}

    /** Adds the scaled sums of the means of vᵢ² over rows of means of vᵢ. */
    void addMeanSquares(FMatrixRMaj means, float scale, FMatrixRMaj squares) {}

    /** Adds the means of vᵢ², times a probability, where the means of vᵢ are known. */
    void addSquares(double p, double[] means, int at, double[] squares) {}

    /** What is recorded while a machine learns by chains. */
    abstract Monitor monitor(RbmUnits machine);

    // --- base rates

    /** Independent units of given base rates. */
    abstract Base base(FMatrixRMaj rates);

    /** Draws of independent units of base rates; null for none known. */
    abstract FMatrixRMaj draws(int n, FMatrixRMaj rates, RandomGenerator rng);

    /**
     * Base rates from rows, each of which is checked.
     *
     * @param bitsOnly what takes bits only, for the message; null if grey levels are allowed
     */
    abstract FMatrixRMaj rates(String where, Dataset data, String bitsOnly);

    /** Checked base rates, as the layer sees them; a copy. */
    abstract FMatrixRMaj requireRates(String where, FMatrixRMaj rates);

    /** Base rates in the units of the data; a copy. */
    FMatrixRMaj ratesBack(FMatrixRMaj rates) {
        return rates.copy();
    }

    abstract void store(ModelData data);

    static VisibleLayer read(ModelData data, int units) {
        VisibleLayer gaussian = GaussianLayer.read(data);
        return gaussian != null
                ? gaussian
                : new BinaryLayer(units, data.has("groups") ? data.integers("groups") : new int[0]);
    }

    // --- for the kinds

    static void fill(FMatrixRMaj rows, FMatrixRMaj row) {
        for (int i = 0; i < rows.numRows; i++) {
            System.arraycopy(row.data, 0, rows.data, i * rows.numCols, rows.numCols);
        }
    }

    static void requireRows(String where, FMatrixRMaj rates, int rows) {
        if (rates.numRows != rows) {
            throw new IllegalArgumentException(where + ": rates has " + rates.numRows + " rows, expected " + rows);
        }
    }

    /** The rows of a data set, part by part, each with a name for messages. */
    static void parts(String where, Dataset data, BiConsumer<String, FMatrixRMaj> visitor) {
        int[] order = new int[data.rows()];
        Arrays.setAll(order, i -> i);
        FMatrixRMaj part = new FMatrixRMaj(0, 0);
        RandomGenerator rng = new SplittableRandom(0);
        for (int from = 0; from < order.length; from += ROWS) {
            Interrupts.check(where);
            data.copyRows(order, from, Math.min(ROWS, order.length - from), part, rng);
            visitor.accept(where + (from == 0 ? "" : ", rows from " + from), part);
        }
    }
}

package lvm.boltzmann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import lvm.linalg.Products;
import lvm.model.Require;
import lvm.store.ModelData;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The parameters of a deep Boltzmann machine and what is computed from them. Layer 0 is the visible one, the weights l stand between the
 * layers l and l + 1. Layers of even number hang on those of odd number only: the machine is a restricted one between the two blocks. Where the
 * visible units are Gaussian W and b are divided by σ², as in {@link RbmUnits}.
 */
record DbmUnits(List<VisibleLayer> layers, List<FMatrixRMaj> weights, List<FMatrixRMaj> biases) {

    static DbmUnits of(VisibleLayer visible, List<FMatrixRMaj> weights, List<FMatrixRMaj> biases) {
        List<VisibleLayer> layers = new ArrayList<>(List.of(visible));
        for (FMatrixRMaj w : weights) {
            layers.add(new BinaryLayer(w.numCols));
        }
        return new DbmUnits(List.copyOf(layers), List.copyOf(weights), List.copyOf(biases));
    }

    DbmUnits copy() {
        return of(visible().copy(), copies(weights), copies(biases));
    }

    void store(ModelData data) {
        data.put("layers", top());
        if (!bits()) {
            visible().store(data);
        }
        for (int l = 0; l <= top(); l++) {
            data.put("b" + l, biases.get(l));
            if (l > 0) {
                data.put("w" + l, weights.get(l - 1));
            }
        }
    }

    static DbmUnits read(ModelData data) {
        List<FMatrixRMaj> weights = new ArrayList<>();
        List<FMatrixRMaj> biases = new ArrayList<>();
        for (int l = 0; l <= data.integer("layers"); l++) {
            biases.add(data.floats("b" + l));
            if (l > 0) {
                weights.add(data.floats("w" + l));
            }
        }
        return of(VisibleLayer.read(data, biases.get(0).numCols), weights, biases);
    }

    static List<FMatrixRMaj> copies(List<FMatrixRMaj> matrices) {
        return matrices.stream().map(FMatrixRMaj::copy).toList();
    }

    VisibleLayer visible() {
        return layers.get(0);
    }

    boolean gaussian() {
        return visible() instanceof GaussianLayer;
    }

    /** Whether the visible units are independent bits, as all others are. */
    boolean bits() {
        return visible().independentBits();
    }

    /** The machine of the visible and the lowest hidden layer. */
    RbmUnits lowest() {
        return new RbmUnits(weights.get(0), biases.get(0), biases.get(1), visible());
    }

    /** The part of the energy of a row of visible units that no unit of another layer is in, but the bias. */
    double square(FMatrixRMaj v, int row) {
        return visible().square(v.data, row * v.numCols) + visible().offset(biases.get(0));
    }

    /** The number of the last layer. */
    int top() {
        return weights.size();
    }

    int width(int layer) {
        return biases.get(layer).numCols;
    }

    /** One matrix for each layer, without rows. */
    FMatrixRMaj[] states() {
        return biases.stream().map(b -> new FMatrixRMaj(0, b.numCols)).toArray(FMatrixRMaj[]::new);
    }

    /** b + (x below) W + (x above) Wᵀ, the logits of a layer given its neighbours. */
    void logits(int layer, FMatrixRMaj[] x, FMatrixRMaj out) {
        if (layer == 0) {
            out.reshape(x[1].numRows, width(0));
            Products.multBiasTransB(x[1], weights.get(0), biases.get(0), out);
            return;
        }
        out.reshape(x[layer - 1].numRows, width(layer));
        Products.multBias(x[layer - 1], weights.get(layer - 1), biases.get(layer), out);
        if (layer < top()) {
            Products.multAddTransB(x[layer + 1], weights.get(layer), out);
        }
    }

    // --- as a restricted machine

    /** The layers of a block from a first one on, those of odd or of even number. */
    private List<Integer> block(int from, boolean odd) {
        return IntStream.rangeClosed(from, top())
                .filter(l -> l % 2 == 1 == odd)
                .boxed()
                .toList();
    }

    int blockUnits(int from, boolean odd) {
        return block(from, odd).stream().mapToInt(this::width).sum();
    }

    /** Rows of the layers of a block beside each other. */
    FMatrixRMaj joined(int from, boolean odd, Function<Integer, FMatrixRMaj> of) {
        List<FMatrixRMaj> parts = block(from, odd).stream().map(of).toList();
        int rows = parts.get(0).numRows;
        FMatrixRMaj all = new FMatrixRMaj(rows, blockUnits(from, odd));
        int at = 0;
        for (FMatrixRMaj part : parts) {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(part.data, i * part.numCols, all.data, i * all.numCols + at, part.numCols);
            }
            at += part.numCols;
        }
        return all;
    }

    /** The columns of a layer among those of its block. */
    FMatrixRMaj part(FMatrixRMaj joined, int from, int layer) {
        FMatrixRMaj part = new FMatrixRMaj(joined.numRows, width(layer));
        int at = offset(from, layer);
        for (int i = 0; i < part.numRows; i++) {
            System.arraycopy(joined.data, i * joined.numCols + at, part.data, i * part.numCols, part.numCols);
        }
        return part;
    }

    private int offset(int from, int layer) {
        return block(from, layer % 2 == 1).stream()
                .filter(l -> l < layer)
                .mapToInt(this::width)
                .sum();
    }

    /**
     * The restricted machine of the layers from a first one on.
     *
     * @param visibleOdd whether the layers of odd number are its visible ones
     */
    RbmUnits bipartite(int from, boolean visibleOdd) {
        FMatrixRMaj w = new FMatrixRMaj(blockUnits(from, visibleOdd), blockUnits(from, !visibleOdd));
        for (int l = from; l < top(); l++) {
            FMatrixRMaj part = weights.get(l);
            boolean down = l % 2 == 1 == visibleOdd; // the lower layer is among the visible ones
            int rows = offset(from, down ? l : l + 1);
            int columns = offset(from, down ? l + 1 : l);
            for (int i = 0; i < part.numRows; i++) {
                for (int j = 0; j < part.numCols; j++) {
                    w.set(rows + (down ? i : j), columns + (down ? j : i), part.get(i, j));
                }
            }
        }
        return new RbmUnits(
                w,
                joined(from, visibleOdd, biases::get),
                joined(from, !visibleOdd, biases::get),
                from == 0 && !visibleOdd ? beside(visible(), w.numRows) : new BinaryLayer(w.numRows));
    }

    /** A layer with bits beside it, so many units in all. */
    private static VisibleLayer beside(VisibleLayer layer, int units) {
        return layer instanceof GaussianLayer gaussian
                ? new GaussianAndBits(gaussian, new BinaryLayer(units - gaussian.variances().numCols))
                : ((BinaryLayer) layer).withUnits(units);
    }

    /** Independent units of a block, with the base rates of their layers. */
    VisibleLayer.Base base(boolean odd, List<FMatrixRMaj> rates) {
        List<VisibleLayer.Base> bases = IntStream.rangeClosed(0, top())
                .mapToObj(l -> layers.get(l).base(rates.get(l)))
                .toList();
        FMatrixRMaj bias = joined(0, odd, l -> bases.get(l).bias());
        return new VisibleLayer.Base(beside(bases.get(odd ? 1 : 0).layer(), bias.numCols), bias);
    }

    /** Sums over the states of the hidden layers given a row of visible units: those of even number are the visible ones of the sums. */
    LayerSums given(FMatrixRMaj v, int row) {
        RbmUnits hidden = bipartite(1, false);
        DMatrixRMaj c = LayerSums.doubles(hidden.c());
        FMatrixRMaj w = weights.get(0);
        for (int i = 0; i < w.numRows; i++) {
            double x = v.data[row * v.numCols + i];
            for (int j = 0; j < w.numCols; j++) {
                c.data[j] += x * w.data[i * w.numCols + j];
            }
        }
        return new LayerSums(hidden, c, hidden.hidden() <= hidden.visible(), (done, total) -> {});
    }

    /** E[x xᵀ] of two neighbours, from the moments of a restricted machine of the layers from a first one on. */
    DMatrixRMaj moment(LayerSums.Moments moments, int from, boolean visibleOdd, int lower) {
        boolean down = lower % 2 == 1 == visibleOdd;
        int rows = offset(from, down ? lower : lower + 1);
        int columns = offset(from, down ? lower + 1 : lower);
        DMatrixRMaj part = new DMatrixRMaj(width(lower), width(lower + 1));
        for (int i = 0; i < part.numRows; i++) {
            for (int j = 0; j < part.numCols; j++) {
                part.set(i, j, moments.vh().get(rows + (down ? i : j), columns + (down ? j : i)));
            }
        }
        return part;
    }

    /** E[x] of a layer, from the moments of a restricted machine of the layers from a first one on. */
    double[] mean(LayerSums.Moments moments, int from, boolean visibleOdd, int layer) {
        DMatrixRMaj all = layer % 2 == 1 == visibleOdd ? moments.v() : moments.h();
        int at = offset(from, layer);
        return Arrays.copyOfRange(all.data, at, at + width(layer));
    }

    /** Parameters of a machine as they were given. */
    static void require(String where, List<FMatrixRMaj> weights, List<FMatrixRMaj> biases) {
        Require.atLeast(where, "the number of weight matrices, the hidden layers,", 2, weights.size());
        if (biases.size() != weights.size() + 1) {
            throw new IllegalArgumentException(where + ": " + biases.size() + " biases for " + weights.size()
                    + " weight matrices, expected one more than these: those of the visible units first");
        }
        for (int l = 0; l < biases.size(); l++) {
            int units = l == 0 ? weights.get(0).numRows : weights.get(l - 1).numCols;
            Require.atLeast(where, "the number of units in layer " + l, 1, units);
            RbmUnits.row(where, "the bias of layer " + l, biases.get(l), units);
            if (l > 0 && l < weights.size()) {
                requireRows(where, l, weights.get(l).numRows, units);
            }
            if (l > 0) {
                Require.finite(where, "the weights below layer " + l, weights.get(l - 1));
            }
        }
    }

    private static void requireRows(String where, int layer, int rows, int units) {
        if (rows != units) {
            throw new IllegalArgumentException(where + ": the weights above layer " + layer + " have " + rows
                    + " rows, expected " + units + " as the weights below it have columns");
        }
    }
}

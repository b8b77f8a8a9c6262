package lvm.representation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lvm.autodiff.Activation;
import lvm.linalg.Interrupts;
import lvm.model.Require;
import lvm.nn.Linear;
import org.ejml.data.FMatrixRMaj;

/**
 * The linear regions of a network of rectified units in one or two input variables, counted exactly. Unit after unit, every cell in which the
 * network so far is linear is split where the unit's input changes its sign; weights, cells and signs are exact numbers, so that no region is
 * too small to be counted. G. Montúfar, R. Pascanu, K. Cho and Y. Bengio (2014), On the number of linear regions of deep neural networks.
 *
 * <p>Two numbers differ: {@link #count} is of the regions of activation, in which the same units are on; {@link #maps} of the linear functions
 * that the network is in them. Neighbours may have the same function, where a unit that changes reaches no output.
 */
public final class LinearRegions {
    private final List<Piece> pieces;
    private final int maps;

    private LinearRegions(List<Piece> pieces, int maps) {
        this.pieces = pieces;
        this.maps = maps;
    }

    /**
     * A region in which the same units are on.
     *
     * @param polygon the corners in turn, rounded, [corner][coordinate]; of one input variable the interval, [end][0]
     * @param slope the derivative of the first output by the input variables in it, rounded
     * @param value the first output at the point 0 if the function of the region went on to there, rounded
     */
    public record Piece(double[][] polygon, double[] slope, double value) {}

    private record State(Plane.Cell cell, List<Plane.Line> h) {}

    /**
     * The regions within a square, or an interval.
     *
     * @param layers the network, from one or two columns on, with rectified or linear activations; not modified
     * @param from the lower end of each input variable
     * @param to the upper end, above the lower
     * @return the regions
     * @throws IllegalArgumentException if the network has other activations or more input variables, layers do not fit, a parameter is not
     *     finite, or the range is empty
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public static LinearRegions of(List<Linear> layers, double from, double to) {
        String where = "LinearRegions.of";
        if (layers.isEmpty()) {
            throw new IllegalArgumentException(where + ": there are no layers");
        }
        int dim = EncoderNetwork.in(layers.get(0));
        if (dim > 2) {
            throw new IllegalArgumentException(
                    where + ": the network has " + dim + " input variables, expected 1 or 2");
        }
        if (!(from < to && from > Double.NEGATIVE_INFINITY && to < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    where + ": a range from " + from + " to " + to + ", expected from below to");
        }
        BigDecimal low = new BigDecimal(from);
        BigDecimal high = new BigDecimal(to);
        // One variable is a strip of the plane in which nothing hangs on the second.
        Plane.Cell box = dim == 2
                ? Plane.Cell.box(low, high, low, high)
                : Plane.Cell.box(low, high, BigDecimal.ZERO, BigDecimal.ONE);
        List<Plane.Line> inputs = new ArrayList<>(List.of(Plane.Line.of(1, 0, 0)));
        if (dim == 2) {
            inputs.add(Plane.Line.of(0, 1, 0));
        }
        List<State> states = List.of(new State(box, inputs));
        for (Linear layer : layers) {
            states = through(where, layer, states);
        }
        Set<List<Plane.Line>> maps = new HashSet<>();
        List<Piece> pieces = new ArrayList<>();
        for (State state : states) {
            maps.add(state.h.stream().map(Plane.Line::normal).toList());
            pieces.add(piece(state, dim));
        }
        return new LinearRegions(List.copyOf(pieces), maps.size());
    }

    private static Piece piece(State state, int dim) {
        Plane.Line first = state.h.get(0);
        double[][] polygon = state.cell.polygon();
        if (dim == 1) {
            double left = Double.POSITIVE_INFINITY;
            double right = Double.NEGATIVE_INFINITY;
            for (double[] corner : polygon) {
                left = Math.min(left, corner[0]);
                right = Math.max(right, corner[0]);
            }
            return new Piece(
                    new double[][] {{left}, {right}},
                    new double[] {first.a().doubleValue()},
                    first.c().doubleValue());
        }
        double[] slope = {first.a().doubleValue(), first.b().doubleValue()};
        return new Piece(polygon, slope, first.c().doubleValue());
    }

    private static List<State> through(String where, Linear layer, List<State> states) {
        FMatrixRMaj w = layer.weights().value();
        FMatrixRMaj b = layer.bias().value();
        Require.finiteRows(where, "a layer's weights", w, w.numCols);
        Require.finiteRows(where, "a layer's bias", b, w.numCols);
        Activation f = layer.activation();
        if (f != Activation.RELU && f != Activation.IDENTITY) {
            throw new IllegalArgumentException(
                    where + ": a layer has the activation " + f + ", expected RELU or IDENTITY");
        }
        if (w.numRows != states.get(0).h.size()) {
            throw new IllegalArgumentException(where + ": a layer takes " + w.numRows
                    + " columns, the one before makes " + states.get(0).h.size());
        }
        BigDecimal[][] weights = new BigDecimal[w.numCols][w.numRows];
        for (int i = 0; i < w.numRows; i++) {
            for (int j = 0; j < w.numCols; j++) {
                weights[j][i] = new BigDecimal(w.get(i, j));
            }
        }
        List<State> out = new ArrayList<>();
        for (State state : states) {
            Interrupts.check(where);
            List<Plane.Line> inputs = new ArrayList<>();
            for (int j = 0; j < w.numCols; j++) {
                Plane.Line a = Plane.Line.of(0, 0, b.data[j]);
                for (int i = 0; i < w.numRows; i++) {
                    a = a.plus(weights[j][i], state.h.get(i));
                }
                inputs.add(a);
            }
            if (f == Activation.IDENTITY) {
                out.add(new State(state.cell, List.copyOf(inputs)));
            } else {
                rectify(state.cell, inputs, new ArrayList<>(), out);
            }
        }
        return out;
    }

    private static void rectify(Plane.Cell cell, List<Plane.Line> inputs, List<Plane.Line> h, List<State> out) {
        int next = h.size();
        if (next == inputs.size()) {
            out.add(new State(cell, List.copyOf(h)));
            return;
        }
        Plane.Line a = inputs.get(next);
        Plane.Line off = Plane.Line.of(0, 0, 0);
        if (a.isConstant()) {
            h.add(a.c().signum() > 0 ? a : off);
            rectify(cell, inputs, h, out);
            h.remove(next);
            return;
        }
        for (int sign : new int[] {-1, 1}) {
            Plane.Cell part = cell.side(a, sign);
            if (part != null) {
                h.add(sign > 0 ? a : off);
                rectify(part, inputs, h, out);
                h.remove(next);
            }
        }
    }

    /** {@return the number of regions in which the same units are on, exact} */
    public int count() {
        return pieces.size();
    }

    /** {@return the number of different linear functions that the network is in them, exact; at most {@link #count}} */
    public int maps() {
        return maps;
    }

    /** {@return the regions} */
    public List<Piece> pieces() {
        return pieces;
    }

    /**
     * The sawtooth: the tent t(x) = 2 max(0, x) − 4 max(0, x − ½) put into itself, so that a network of 2 units a layer has 2ᵏ linear pieces on
     * [0, 1] after k layers, where one layer of n units has at most n + 1. M. Telgarsky (2016), Benefits of depth in neural networks.
     *
     * @param layers k, from 1 to 20
     * @return the layers of the network from x to tᵏ(x), the last of them linear
     * @throws IllegalArgumentException if k is out of range
     */
    public static List<Linear> sawtooth(int layers) {
        if (layers < 1 || layers > 20) {
            throw new IllegalArgumentException("LinearRegions.sawtooth: " + layers + " layers, expected 1 to 20");
        }
        List<Linear> net = new ArrayList<>();
        FMatrixRMaj offsets = new FMatrixRMaj(1, 2, true, 0, -0.5f);
        FMatrixRMaj first = new FMatrixRMaj(1, 2, true, 1, 1);
        FMatrixRMaj inner = new FMatrixRMaj(2, 2, true, 2, 2, -4, -4);
        for (int k = 0; k < layers; k++) {
            net.add(new Linear("sawtooth." + k, k == 0 ? first : inner, offsets, Activation.RELU));
        }
        FMatrixRMaj last = new FMatrixRMaj(2, 1, true, 2, -4);
        net.add(new Linear("sawtooth." + layers, last, new FMatrixRMaj(1, 1), Activation.IDENTITY));
        return List.copyOf(net);
    }
}

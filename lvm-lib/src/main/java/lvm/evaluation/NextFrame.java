package lvm.evaluation;

import java.util.ArrayList;
import java.util.List;
import lvm.data.Sequences;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/** Predictions of the next frame of sequences: their error, and the plain ones that a model is to be better than. */
public final class NextFrame {
    private NextFrame() {}

    /**
     * The frame before: nothing moves.
     *
     * @param x pieces of frames
     * @return as many pieces of as many frames, x̂ᵗ = xᵗ⁻¹; the first of a piece is 0
     */
    public static Sequences last(Sequences x) {
        return extrapolated(x, 0);
    }

    /**
     * The frame before and its change once more, each number cut to [0, 1]: everything moves on.
     *
     * @param x pieces of frames of grey values in [0, 1]
     * @return as many pieces of as many frames, x̂ᵗ = xᵗ⁻¹ + (xᵗ⁻¹ − xᵗ⁻²); the first of a piece is 0, the second the first
     */
    public static Sequences extrapolated(Sequences x) {
        return extrapolated(x, 1);
    }

    private static Sequences extrapolated(Sequences x, double change) {
        List<FMatrixRMaj> pieces = new ArrayList<>();
        for (int k = 0; k < x.size(); k++) {
            FMatrixRMaj is = x.piece(k);
            FMatrixRMaj says = is.createLike();
            int d = is.numCols;
            for (int i = d; i < is.getNumElements(); i++) {
                double before = i < 2 * d || change == 0 ? 0 : change * (is.data[i - d] - is.data[i - 2 * d]);
                says.data[i] = before == 0 ? is.data[i - d] : cut(is.data[i - d] + before);
            }
            pieces.add(says);
        }
        return Sequences.of(pieces);
    }

    private static float cut(double value) {
        return (float) Math.max(0, Math.min(1, value));
    }

    /**
     * A linear map of the frames before, of least squares with a ridge of 1: x̂ᵗ = (xᵗ⁻¹, …, xᵗ⁻ᵐ, 1) A, A minimising
     * Σ ‖xᵗ − x̂ᵗ‖² + ‖A‖² over the training frames, with zeros before the first frame of a piece; each number is cut to [0, 1].
     *
     * @param order m, the frames before, at least 1
     * @param train pieces of frames of grey values in [0, 1]
     * @param x the pieces that are predicted
     * @return as many pieces of as many frames as x
     * @throws IllegalArgumentException if the order is less than 1, or the frames have different columns
     */
    public static Sequences linear(int order, Sequences train, Sequences x) {
        Require.atLeast("NextFrame.linear", "order", 1, order);
        requireSame("NextFrame.linear", train, x);
        int d = train.dim();
        int k = order * d + 1;
        DMatrixRMaj rows = train.windows(order).matrix();
        DMatrixRMaj xx = new DMatrixRMaj(k, k);
        DMatrixRMaj xy = new DMatrixRMaj(k, d);
        double[] in = new double[k];
        for (int r = 0; r < rows.numRows; r++) {
            inputs(rows, r, d, in);
            for (int i = 0; i < k; i++) {
                for (int j = 0; in[i] != 0 && j < k; j++) {
                    xx.data[i * k + j] += in[i] * in[j];
                }
                for (int j = 0; in[i] != 0 && j < d; j++) {
                    xy.data[i * d + j] += in[i] * rows.get(r, j);
                }
            }
        }
        for (int i = 0; i < k; i++) {
            xx.data[i * k + i] += 1;
        }
        DMatrixRMaj map = new DMatrixRMaj(k, d);
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(k);
        solver.setA(xx);
        solver.solve(xy, map);
        DMatrixRMaj others = x.windows(order).matrix();
        List<FMatrixRMaj> pieces = new ArrayList<>();
        int r = 0;
        for (int p = 0; p < x.size(); p++) {
            FMatrixRMaj says = new FMatrixRMaj(x.length(p), d);
            for (int t = 0; t < says.numRows; t++, r++) {
                inputs(others, r, d, in);
                for (int j = 0; j < d; j++) {
                    double sum = 0;
                    for (int i = 0; i < k; i++) {
                        sum += in[i] * map.data[i * d + j];
                    }
                    says.set(t, j, cut(sum));
                }
            }
            pieces.add(says);
        }
        return Sequences.of(pieces);
    }

    /** The frames before, and 1. */
    private static void inputs(DMatrixRMaj rows, int r, int d, double... in) {
        in[in.length - 1] = 1;
        for (int i = 0; i < in.length - 1; i++) {
            in[i] = rows.get(r, d + i);
        }
    }

    /**
     * The squared error of predictions, ‖xᵗ − x̂ᵗ‖² summed over the columns of a frame.
     *
     * @param x pieces of frames
     * @param predicted as many pieces of as many frames
     * @param first the first frame of a piece that counts, from 0: before it a prediction knows too little
     * @return the mean over the frames of a piece, and over pieces, with the standard error between pieces
     * @throws IllegalArgumentException if the pieces have other lengths or columns, or a piece has no frame that counts
     */
    public static Estimate error(Sequences x, Sequences predicted, int first) {
        requireSame("NextFrame.error", x, predicted);
        Require.atLeast("NextFrame.error", "first", 0, first);
        double sum = 0;
        double squares = 0;
        for (int k = 0; k < x.size(); k++) {
            if (x.size() != predicted.size() || x.length(k) != predicted.length(k) || x.length(k) <= first) {
                throw new IllegalArgumentException("NextFrame.error: piece " + k + " of " + x.size() + " has "
                        + x.length(k) + " frames, expected more than " + first + " and as many predicted ones");
            }
            FMatrixRMaj is = x.piece(k);
            FMatrixRMaj says = predicted.piece(k);
            double piece = 0;
            for (int i = first * is.numCols; i < is.getNumElements(); i++) {
                double e = is.data[i] - says.data[i];
                piece += e * e / (is.numRows - first);
            }
            sum += piece / x.size();
            squares += piece * piece / x.size();
        }
        return new Estimate(sum, Math.sqrt(Math.max(0, squares - sum * sum) / Math.max(1, x.size() - 1)));
    }

    private static void requireSame(String where, Sequences x, Sequences other) {
        if (x.dim() != other.dim()) {
            throw new IllegalArgumentException(where + ": frames of " + other.dim() + " columns, expected " + x.dim());
        }
    }
}

package lvm.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lvm.data.Sequences;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * n-grams of whole frames, what a model of sequences of bits is to be better than. p(xᵗ | the n − 1 frames before) is a mixture of the shares
 * among the training frames after the same n − 1, n − 2, …, 0 frames, and of independent bits with the rates of the training frames, which
 * gives a frame that was never seen its probability; the weights are those of the greatest likelihood of the validation pieces, by EM. With
 * n = 0 it is the independent bits alone. Mixing orders so is F. Jelinek and R. L. Mercer (1980), Interpolated estimation of Markov source
 * parameters from sparse data. Immutable.
 */
public final class FrameGrams {
    private static final int ITERATIONS = 200;

    private final int n;
    private final double[] rates;
    private final List<Map<String, Map<String, Integer>>> counts;
    private double[] weights;

    private FrameGrams(int n, Sequences train, Sequences validation) {
        this.n = n;
        rates = new double[train.dim()];
        counts = IntStream.range(0, n)
                .<Map<String, Map<String, Integer>>>mapToObj(k -> new HashMap<>())
                .toList();
        for (int k = 0; k < train.size(); k++) {
            FMatrixRMaj piece = train.piece(k);
            for (int t = 0; t < piece.numRows; t++) {
                for (int back = 0; back < n; back++) {
                    counts.get(back)
                            .computeIfAbsent(past(piece, t, back), key -> new HashMap<>())
                            .merge(frame(piece, t), 1, Integer::sum);
                }
                for (int j = 0; j < rates.length; j++) {
                    rates[j] += piece.get(t, j);
                }
            }
        }
        for (int j = 0; j < rates.length; j++) { // a half more of each kind: no bit is impossible
            rates[j] = (rates[j] + .5) / (train.frames() + 1);
        }
        weights = new double[n + 1];
        Arrays.fill(weights, 1.0 / (n + 1));
        double[][] parts = parts(validation);
        for (int i = 0; i < ITERATIONS; i++) {
            double[] sums = new double[n + 1];
            for (double[] p : parts) {
                double total = mixed(p);
                for (int k = 0; k <= n; k++) {
                    sums[k] += weights[k] * p[k] / total / parts.length;
                }
            }
            weights = sums;
        }
    }

    /**
     * Counts frames, and weighs the orders.
     *
     * @param n the frames that count, at least 0: the frame itself and n − 1 before it
     * @param train pieces of zeros and ones that are counted
     * @param validation pieces by which the orders are weighed; not those of train, by which the longest would weigh all
     * @return the n-grams
     * @throws IllegalArgumentException if n is negative, the frames have different columns, or a number is not 0 or 1
     */
    public static FrameGrams of(int n, Sequences train, Sequences validation) {
        Require.atLeast("FrameGrams.of", "n", 0, n);
        requireBits("FrameGrams.of", train, train.dim());
        requireBits("FrameGrams.of", validation, train.dim());
        return new FrameGrams(n, train, validation);
    }

    private static void requireBits(String where, Sequences pieces, int columns) {
        for (int k = 0; k < pieces.size(); k++) {
            Require.binary(where, "piece " + k, pieces.piece(k), columns);
        }
    }

    /** {@return the weights of independent bits and of the shares after 0, 1, … n − 1 frames; they sum to 1} */
    public double[] weights() {
        return weights.clone();
    }

    /**
     * The log-likelihood of pieces, exact.
     *
     * @param pieces of as many columns, zeros and ones
     * @return the mean over all frames of log p(xᵗ | the frames before), nats
     * @throws IllegalArgumentException if the frames have other columns, or a number is not 0 or 1
     */
    public double logLikelihood(Sequences pieces) {
        requireBits("FrameGrams.logLikelihood", pieces, rates.length);
        return Arrays.stream(parts(pieces))
                .mapToDouble(p -> Math.log(mixed(p)))
                .average()
                .orElseThrow();
    }

    private double mixed(double... p) {
        double sum = 0;
        for (int k = 0; k <= n; k++) {
            sum += weights[k] * p[k];
        }
        return sum;
    }

    /** For each frame the probability by independent bits, and by the shares after 0, 1, … frames. */
    private double[][] parts(Sequences pieces) {
        double[][] all = new double[pieces.frames()][n + 1];
        int at = 0;
        for (int k = 0; k < pieces.size(); k++) {
            FMatrixRMaj piece = pieces.piece(k);
            for (int t = 0; t < piece.numRows; t++, at++) {
                double log = 0;
                for (int j = 0; j < rates.length; j++) {
                    log += Math.log(piece.get(t, j) > 0 ? rates[j] : 1 - rates[j]);
                }
                all[at][0] = Math.exp(log);
                for (int back = 0; back < n; back++) {
                    Map<String, Integer> after = counts.get(back).getOrDefault(past(piece, t, back), Map.of());
                    double sum = after.values().stream().mapToInt(c -> c).sum();
                    // After frames that were never seen the shares are those of one frame less.
                    all[at][back + 1] = sum == 0 ? all[at][back] : after.getOrDefault(frame(piece, t), 0) / sum;
                }
            }
        }
        return all;
    }

    private static String frame(FMatrixRMaj piece, int t) {
        if (t < 0) {
            return "-";
        }
        StringBuilder on = new StringBuilder();
        for (int j = 0; j < piece.numCols; j++) {
            if (piece.get(t, j) > 0) {
                on.append(j).append(' ');
            }
        }
        return on.toString();
    }

    private static String past(FMatrixRMaj piece, int t, int back) {
        StringBuilder frames = new StringBuilder();
        for (int k = 1; k <= back; k++) {
            frames.append(frame(piece, t - k)).append('|');
        }
        return frames.toString();
    }
}

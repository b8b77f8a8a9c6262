package lvm.vae;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * The objective −Jᵅ/n of M2 on a minibatch: nats per row of the whole data, unbiased.
 *
 * <p>−Jᵅ/n = (1 − s) mean of −U(x) over rows without label + s mean of −L(x, y) over rows with one + α mean of log q(y | x) over
 * these, s being the share of the labelled rows in the data. A labelled row weighs its log q(y | x) with α n/n_labelled that
 * way.
 */
final class SemiSupervised {
    private static final float NEVER = -1e9f;

    private final M2Net net;
    private final double share;
    private final double alpha;
    private final double least;

    private final FMatrixRMaj mask = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj entropyWeights = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj factors = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj addends = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj q = new FMatrixRMaj(0, 0);
    private int[] pairRows = {};
    private int[] pairClasses = {};
    private int[] labelledRows = {};

    /**
     * @param share s, the labelled rows' part of all rows
     * @param alpha α
     * @param least classes of a lower probability are left out of the sum of a row, 0 for none
     */
    SemiSupervised(M2Net net, double share, double alpha, double least) {
        this.net = net;
        this.share = share;
        this.alpha = alpha;
        this.least = least;
    }

    /** The bound of rows without labels. */
    static SemiSupervised unlabelled(M2Net net) {
        return new SemiSupervised(net, 0, 0, 0);
    }

    /** 1×1; the first rows of x have no label, the last ones these. */
    Var value(Tape tape, FMatrixRMaj data, int[] labels, RandomGenerator rng) {
        int labelled = labels.length;
        int free = data.numRows - labelled;
        int k = net.shape.classes();
        Var x = tape.constant(data);
        Var logits = net.classifier.forward(tape, x);
        boolean left = choose(logits.value(), free, labels);
        Var logQ = (left ? logits.add(tape.constant(mask)) : logits).logSoftmax();
        Var bounds = net.pairs(tape, x, pairRows, pairClasses, false, rng);

        // A pair's weight is q(y | x) for a row without label, 1 for one with.
        int pairs = pairRows.length;
        factors.reshape(pairs, 1);
        addends.reshape(pairs, 1);
        for (int r = 0; r < pairs; r++) {
            boolean known = pairRows[r] >= free;
            factors.data[r] = known ? 0 : (float) ((1 - share) / free);
            addends.data[r] = known ? (float) (share / labelled) : 0;
        }
        Var probabilities = logQ.exp();
        Var weights = probabilities
                .elements(pairRows, pairClasses)
                .mul(tape.constant(factors))
                .add(tape.constant(addends));
        Var sum = weights.mul(bounds).sum();
        if (free > 0) {
            entropyWeights.reshape(data.numRows, 1);
            Arrays.fill(entropyWeights.data, 0, free, (float) (-(1 - share) / free));
            Arrays.fill(entropyWeights.data, free, data.numRows, 0);
            Var entropies = probabilities.mul(logQ).sumPerRow().mul(tape.constant(entropyWeights));
            sum = sum.add(entropies.sum());
        }
        if (labelled > 0 && alpha > 0) {
            if (labelledRows.length != labelled) {
                labelledRows = new int[labelled];
            }
            for (int i = 0; i < labelled; i++) {
                labelledRows[i] = free + i;
            }
            sum = sum.add(logQ.elements(labelledRows, labels).sum().mul((float) (alpha / labelled)));
        }
        return sum;
    }

    /** The pairs of row and class of the sum; true if classes are left out, the mask then says which. */
    private boolean choose(FMatrixRMaj logits, int free, int[] labels) {
        int k = logits.numCols;
        int count = free * k;
        boolean leavesOut = least > 0 && free > 0;
        if (leavesOut) {
            mask.reshape(logits.numRows, k);
            Arrays.fill(mask.data, 0, mask.getNumElements(), 0);
            q.reshape(logits.numRows, k);
            VectorMath.softmaxRows(logits, q);
            for (int i = 0; i < free * k; i++) {
                if (q.data[i] < least) {
                    mask.data[i] = NEVER;
                    count--;
                }
            }
        }
        count += labels.length;
        if (pairRows.length != count) {
            pairRows = new int[count];
            pairClasses = new int[count];
        }
        int r = 0;
        for (int i = 0; i < free; i++) {
            for (int c = 0; c < k; c++) {
                if (!leavesOut || mask.data[i * k + c] == 0) {
                    pairRows[r] = i;
                    pairClasses[r++] = c;
                }
            }
        }
        for (int i = 0; i < labels.length; i++) {
            pairRows[r] = free + i;
            pairClasses[r++] = labels[i];
        }
        return leavesOut;
    }
}

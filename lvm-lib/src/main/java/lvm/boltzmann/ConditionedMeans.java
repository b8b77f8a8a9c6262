package lvm.boltzmann;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Sequences;
import lvm.linalg.Interrupts;
import lvm.linalg.VectorMath;
import lvm.model.Require;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/** The means of the visible units of conditioned machines. */
final class ConditionedMeans {
    /** The most hidden units whose states are summed over. */
    static final int MAX_EXACT = 10;

    private ConditionedMeans() {}

    /** Exact where there are few hidden units, else the mean of p(v | h) over the second half of the sweeps of chains. */
    static FMatrixRMaj of(String where, ConditionedUnits units, int chains, int sweeps, long seed) {
        Require.atLeast(where, "chains", 1, chains);
        Require.atLeast(where, "sweeps", 1, sweeps);
        if (units.hidden() <= MAX_EXACT) {
            return ConditionedSums.means(where, units);
        }
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed, "means"));
        FMatrixRMaj v = units.start(chains, rng);
        FMatrixRMaj h = new FMatrixRMaj(0, units.hidden());
        int d = units.visible();
        double[] sums = new double[units.rows() * d];
        int counted = sweeps - sweeps / 2;
        for (int k = 0; k < sweeps; k++) {
            Interrupts.check(where);
            units.hiddenLogits(v, h);
            VectorMath.sigmoid(h, h);
            Fill.bits(h, rng);
            units.visibleLogits(h, v);
            VectorMath.sigmoid(v, v);
            for (int i = 0; k >= sweeps / 2 && i < v.getNumElements(); i++) {
                sums[i / d / chains * d + i % d] += v.data[i];
            }
            Fill.bits(v, rng);
        }
        FMatrixRMaj means = new FMatrixRMaj(units.rows(), d);
        for (int i = 0; i < sums.length; i++) {
            means.data[i] = (float) (sums[i] / chains / counted);
        }
        return means;
    }

    /** The rows of a matrix as frames of as many pieces of as many frames. */
    static Sequences pieces(FMatrixRMaj means, Sequences like) {
        List<FMatrixRMaj> pieces = new ArrayList<>();
        int from = 0;
        for (int k = 0; k < like.size(); k++) {
            pieces.add(ConditionedUnits.rows(means, from, from + like.length(k)));
            from += like.length(k);
        }
        return Sequences.of(pieces);
    }
}

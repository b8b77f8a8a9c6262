package lvm.boltzmann;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.linalg.Interrupts;
import lvm.model.Require;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/** The mean field of rows as the visible units see them, and what follows from it: block by block, so that little is held at a time. */
final class DbmInference {
    private static final int ROWS = 500;

    private final DbmUnits units;
    private final MeanField field;

    DbmInference(DbmUnits units, MeanField field) {
        this.units = units;
        this.field = field;
    }

    private interface Block {
        void rows(int from, int updates);
    }

    private void eachBlock(FMatrixRMaj x, Block block) {
        for (int from = 0; from < x.numRows; from += ROWS) {
            Interrupts.check("Dbm");
            int count = Math.min(ROWS, x.numRows - from);
            FMatrixRMaj v = new FMatrixRMaj(count, x.numCols);
            System.arraycopy(x.data, from * x.numCols, v.data, 0, v.getNumElements());
            block.rows(from, field.run(v));
        }
    }

    MeanFieldPosterior posterior(FMatrixRMaj x) {
        List<FMatrixRMaj> means = new ArrayList<>();
        for (int l = 1; l <= units.top(); l++) {
            means.add(new FMatrixRMaj(x.numRows, units.width(l)));
        }
        int[] updates = new int[1];
        eachBlock(x, (from, done) -> {
            updates[0] = Math.max(updates[0], done);
            for (int l = 0; l < means.size(); l++) {
                FMatrixRMaj q = field.means()[l + 1];
                System.arraycopy(q.data, 0, means.get(l).data, from * q.numCols, q.getNumElements());
            }
        });
        return new MeanFieldPosterior(means, updates[0]);
    }

    /** E_Q[E] − H(Q) of every row. */
    double[] freeEnergies(FMatrixRMaj x) {
        double[] f = new double[x.numRows];
        eachBlock(x, (from, done) -> {
            double[] part = field.freeEnergy();
            System.arraycopy(part, 0, f, from, part.length);
        });
        return f;
    }

    /** The same with the layers of even number summed out, the mean over draws of those of odd number. */
    double[] tighter(FMatrixRMaj x, int draws, long seed) {
        Require.atLeast("Dbm.tighterBound", "draws", 1, draws);
        double[] f = new double[x.numRows];
        eachBlock(x, (from, done) -> {
            double[] part = field.tighterFreeEnergy(draws, new SplittableRandom(Seeds.split(seed, from)));
            System.arraycopy(part, 0, f, from, part.length);
        });
        return f;
    }

    /** Rows in the units of the data, in which NaN is missing, filled. */
    FMatrixRMaj complete(FMatrixRMaj x) {
        VisibleLayer visible = units.visible();
        FMatrixRMaj seen = visible.scaling().of(x).copy();
        double[] start = LayerSums.doubles(units.biases().get(0)).data;
        visible.means(start, 0);
        boolean[] missing = new boolean[x.getNumElements()];
        for (int k = 0; k < missing.length; k++) {
            missing[k] = Float.isNaN(x.data[k]);
            if (missing[k]) {
                seen.data[k] = (float) start[k % start.length];
            }
        }
        visible.require("Dbm.complete, what is not missing", seen);
        field.complete(seen, missing);
        FMatrixRMaj filled = visible.scaling().back(seen);
        for (int k = 0; k < missing.length; k++) {
            if (!missing[k]) {
                filled.data[k] = x.data[k];
            }
        }
        return filled;
    }
}

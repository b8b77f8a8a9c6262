package lvm.reproduce;

import java.util.Arrays;
import java.util.List;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.MeanFieldPosterior;
import lvm.linalg.Logs;
import org.ejml.data.FMatrixRMaj;

/**
 * Pseudo-likelihood tried on a small deep Boltzmann machine of two hidden layers: the mean over rows of Σᵢ log σ(F(v with bit i flipped) − F(v)).
 * It wants the free energy F, which is a sum over states here and not to be had elsewhere. In its place the variational free energy can be put,
 * which is F plus KL(Q ‖ p(h | v)): of the difference of two of them nothing is known, not even whether it is a bound.
 */
final class DbmPseudoLikelihood {
    private final boolean exact;
    private final FMatrixRMaj rows; // each row, followed by itself with each bit flipped
    private final int each;

    /**
     * The objective.
     *
     * @param v rows of bits
     * @param exact whether with the free energies, else with the variational ones
     */
    DbmPseudoLikelihood(FMatrixRMaj v, boolean exact) {
        this.exact = exact;
        each = v.numCols + 1;
        rows = new FMatrixRMaj(v.numRows * each, v.numCols);
        for (int i = 0; i < rows.numRows; i++) {
            System.arraycopy(v.data, i / each * v.numCols, rows.data, i * v.numCols, v.numCols);
            if (i % each > 0) {
                int flipped = i * v.numCols + i % each - 1;
                rows.data[flipped] = 1 - rows.data[flipped];
            }
        }
    }

    private double[] freeEnergies(Dbm dbm) {
        if (!exact) {
            return dbm.variationalFreeEnergy(rows);
        }
        double[] f = new double[rows.numRows];
        for (int i = 0; i < f.length; i++) {
            double[] log = dbm.toRbm().freeEnergy(DeepPosterior.withStates(rows, i, dbm.latentDim()));
            f[i] = -Logs.logSumExp(Arrays.stream(log).map(x -> -x).toArray());
        }
        return f;
    }

    /** Nats per row. */
    double value(Dbm dbm) {
        double[] f = freeEnergies(dbm);
        double sum = 0;
        for (int i = 0; i < f.length; i++) {
            sum -= i % each == 0 ? 0 : Logs.softplus(f[i - i % each] - f[i]);
        }
        return sum * each / f.length;
    }

    /** The slopes of the value by W₁, W₂, b₀, b₁ and b₂. */
    List<FMatrixRMaj> slopes(Dbm dbm) {
        double[] f = freeEnergies(dbm);
        double[] weights = new double[f.length]; // of −∂F of each row
        for (int i = 0; i < f.length; i++) {
            if (i % each > 0) {
                int row = i - i % each;
                double g = each / (double) f.length / (1 + Math.exp(f[i] - f[row]));
                weights[row] += g;
                weights[i] -= g;
            }
        }
        List<FMatrixRMaj> slopes = List.of(dbm.weights(1), dbm.weights(2), dbm.bias(0), dbm.bias(1), dbm.bias(2));
        slopes.forEach(FMatrixRMaj::zero);
        MeanFieldPosterior field = exact ? null : dbm.meanField(rows);
        for (int i = 0; i < f.length; i++) {
            if (exact) {
                DeepPosterior posterior = DeepPosterior.of(dbm, rows, i);
                for (int s = 0; s < posterior.p().length; s++) {
                    add(slopes, weights[i] * posterior.p()[s], i, posterior.lower(), posterior.upper(), s);
                }
            } else {
                add(slopes, weights[i], i, field.layer(1), field.layer(2), i);
            }
        }
        return slopes;
    }

    private void add(List<FMatrixRMaj> slopes, double weight, int i, FMatrixRMaj lower, FMatrixRMaj upper, int s) {
        FMatrixRMaj[] x = {rows, lower, upper};
        int[] at = {i, s, s};
        for (int l = 0; l < 3; l++) {
            for (int j = 0; j < x[l].numCols; j++) {
                float w = (float) (weight * x[l].get(at[l], j));
                slopes.get(2 + l).data[j] += w;
                for (int k = 0; l < 2 && k < x[l + 1].numCols; k++) {
                    slopes.get(l).data[j * x[l + 1].numCols + k] += w * x[l + 1].get(at[l + 1], k);
                }
            }
        }
    }

    /** Steps along the slopes, at a rate that falls to 0 by a half wave of the cosine. */
    Dbm learn(Dbm start, int steps, double rate) {
        Dbm dbm = start;
        for (int t = 0; t < steps; t++) {
            List<FMatrixRMaj> slopes = slopes(dbm);
            List<FMatrixRMaj> moved = List.of(dbm.weights(1), dbm.weights(2), dbm.bias(0), dbm.bias(1), dbm.bias(2));
            float now = (float) (rate * (1 + Math.cos(Math.PI * t / steps)) / 2);
            for (int p = 0; p < moved.size(); p++) {
                for (int k = 0; k < moved.get(p).getNumElements(); k++) {
                    moved.get(p).data[k] += now * slopes.get(p).data[k];
                }
            }
            dbm = Dbm.of(moved.subList(0, 2), moved.subList(2, 5));
        }
        return dbm;
    }
}

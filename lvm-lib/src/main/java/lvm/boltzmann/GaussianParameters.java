package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * W, b, c and z = log σ² of a machine with Gaussian visible units, as they are in the published energy. The units have U = W e^−z and a = b e^−z in their
 * place, so that with the slopes g of a loss by U, a and κ = −e^−z/2 (that of v²)
 *
 * <p>∂W = e^−z g_U, ∂b = e^−z g_a, ∂z = ½ e^−z g_κ − Σⱼ U g_U − a g_a.
 *
 * <p>K. Cho, A. Ilin and T. Raiko (2011), Improved learning of Gaussian-Bernoulli restricted Boltzmann machines.
 */
final class GaussianParameters extends RbmParameters {
    private final GaussianLayer layer;
    private final Param w;
    private final Param b;
    private final Param z;
    private final boolean learnt;
    private final List<Param> moved;

    private GaussianParameters(GaussianLayer layer, FMatrixRMaj w, FMatrixRMaj b, boolean learnt) {
        super(layer, w.copy(), b.copy());
        this.layer = layer;
        this.w = new Param("w", w);
        this.b = new Param("b", b);
        this.learnt = learnt;
        moved = List.of(this.w, this.b, natural.get(2));
        FMatrixRMaj logs = layer.variances().copy();
        for (int i = 0; i < logs.numCols; i++) {
            logs.data[i] = (float) Math.log(logs.data[i]);
        }
        z = new Param("log variances", logs);
        refresh();
    }

    static GaussianParameters start(
            GaussianLayer layer, FMatrixRMaj rates, int hidden, double deviation, boolean learnt, RandomGenerator rng) {
        FMatrixRMaj w = new FMatrixRMaj(rates.numCols, hidden);
        Fill.normal(0, (float) deviation, w, rng);
        FMatrixRMaj b = new FMatrixRMaj(1, rates.numCols);
        System.arraycopy(rates.data, 0, b.data, 0, b.numCols);
        return new GaussianParameters(layer, w, b, learnt);
    }

    @Override
    List<Param> moved() {
        return moved;
    }

    @Override
    List<Param> logVariances() {
        return learnt ? List.of(z) : List.of();
    }

    @Override
    void refresh() {
        int h = w.value().numCols;
        for (int i = 0; i < w.value().numRows; i++) {
            if (learnt) {
                layer.variances().data[i] = (float) Math.exp(z.value().data[i]);
            }
            double precision = 1.0 / layer.variances().data[i];
            units.b().data[i] = (float) (precision * b.value().data[i]);
            for (int j = i * h; j < (i + 1) * h; j++) {
                units.w().data[j] = (float) (precision * w.value().data[j]);
            }
        }
    }

    @Override
    void clear() {
        w.gradient().zero();
        b.gradient().zero();
        z.gradient().zero();
    }

    @Override
    void slopes(RbmRule rule) {
        int h = w.value().numCols;
        for (int i = 0; i < w.value().numRows; i++) {
            float precision = layer.precision(i);
            b.gradient().data[i] += precision * rule.b().data[i];
            double slope = .5 * precision * rule.squares.data[i] - (double) units.b().data[i] * rule.b().data[i];
            for (int j = i * h; j < (i + 1) * h; j++) {
                w.gradient().data[j] += precision * rule.w().data[j];
                slope -= (double) units.w().data[j] * rule.w().data[j];
            }
            z.gradient().data[i] += (float) slope;
        }
    }
}

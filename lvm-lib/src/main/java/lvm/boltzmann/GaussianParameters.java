package lvm.boltzmann;

import java.util.List;
import lvm.autodiff.Param;
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

    /** The units have parameters of their own, and the layer variances that become live. */
    private GaussianParameters(GaussianLayer layer, Param w, Param b, Param c, Param z, boolean learnt) {
        super(layer, copy("natural ", w), copy("natural ", b), c);
        this.layer = layer;
        this.w = w;
        this.b = b;
        this.z = z;
        this.learnt = learnt;
        moved = List.of(w, b, c);
        refresh();
    }

    /** Begins at the variances of the layer, at the means of the rates and at given weights. */
    static GaussianParameters start(
            GaussianLayer layer, FMatrixRMaj rates, Param w, String bias, Param c, boolean learnt) {
        FMatrixRMaj b = new FMatrixRMaj(1, rates.numCols);
        System.arraycopy(rates.data, 0, b.data, 0, b.numCols);
        FMatrixRMaj logs = layer.variances().copy();
        for (int i = 0; i < logs.numCols; i++) {
            logs.data[i] = (float) Math.log(logs.data[i]);
        }
        return new GaussianParameters(layer, w, new Param(bias, b), c, new Param("log variances", logs), learnt);
    }

    @Override
    GaussianParameters copy(String prefix) {
        return new GaussianParameters(
                (GaussianLayer) layer.copy(),
                copy(prefix, w),
                copy(prefix, b),
                copy(prefix, natural.get(2)),
                copy(prefix, z),
                learnt);
    }

    @Override
    void setTo(RbmParameters from) {
        GaussianParameters other = (GaussianParameters) from;
        for (int p = 0; p < moved.size(); p++) {
            moved.get(p).value().setTo(other.moved.get(p).value());
        }
        z.value().setTo(other.z.value());
        layer.variances().setTo(other.layer.variances());
        refresh();
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
    void slopes(FMatrixRMaj squares) {
        FMatrixRMaj byW = natural.get(0).gradient();
        FMatrixRMaj byB = natural.get(1).gradient();
        int h = w.value().numCols;
        for (int i = 0; i < w.value().numRows; i++) {
            float precision = layer.precision(i);
            b.gradient().data[i] += precision * byB.data[i];
            double slope = .5 * precision * squares.data[i] - (double) units.b().data[i] * byB.data[i];
            for (int j = i * h; j < (i + 1) * h; j++) {
                w.gradient().data[j] += precision * byW.data[j];
                slope -= (double) units.w().data[j] * byW.data[j];
            }
            z.gradient().data[i] += (float) slope;
        }
    }
}

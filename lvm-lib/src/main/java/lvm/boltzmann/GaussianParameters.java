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
 * <p>A rectified hidden unit j stands for n copies with the same weights and the biases cⱼ − ½, cⱼ − 3/2, …, cⱼ − n + ½: they have one W and one c, whose slopes are the
 * sums over the copies.
 *
 * <p>K. Cho, A. Ilin and T. Raiko (2011), Improved learning of Gaussian-Bernoulli restricted Boltzmann machines.
 */
final class GaussianParameters extends RbmParameters {
    private final GaussianLayer layer;
    private final Param w;
    private final Param b;
    private final Param c;
    private final Param z;
    private final int copies;
    private final boolean learnt;
    private final List<Param> moved;

    /** The units have parameters of their own, and the layer variances that become live. */
    private GaussianParameters(GaussianLayer layer, Param w, Param b, Param c, Param z, boolean learnt, int copies) {
        super(
                layer,
                expanded("natural ", w, copies),
                copy("natural ", b),
                copies == 1 ? c : expanded("natural ", c, copies));
        this.layer = layer;
        this.w = w;
        this.b = b;
        this.c = c;
        this.copies = copies;
        this.z = z;
        this.learnt = learnt;
        moved = List.of(w, b, c);
        refresh();
    }

    /** Room for the copies of each column. */
    private static Param expanded(String prefix, Param from, int copies) {
        return new Param(prefix + from.name(), new FMatrixRMaj(from.value().numRows, from.value().numCols * copies));
    }

    /** Begins at the variances of the layer, at the means of the rates and at given weights. */
    static GaussianParameters start(
            GaussianLayer layer, FMatrixRMaj rates, Param w, String bias, Param c, boolean learnt, int copies) {
        FMatrixRMaj b = new FMatrixRMaj(1, rates.numCols);
        System.arraycopy(rates.data, 0, b.data, 0, b.numCols);
        FMatrixRMaj logs = layer.variances().copy();
        for (int i = 0; i < logs.numCols; i++) {
            logs.data[i] = (float) Math.log(logs.data[i]);
        }
        return new GaussianParameters(
                layer, w, new Param(bias, b), c, new Param("log variances", logs), learnt, copies);
    }

    @Override
    GaussianParameters copy(String prefix) {
        return new GaussianParameters(
                (GaussianLayer) layer.copy(),
                copy(prefix, w),
                copy(prefix, b),
                copy(prefix, c),
                copy(prefix, z),
                learnt,
                copies);
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
            for (int j = 0; j < h * copies; j++) {
                units.w().data[i * h * copies + j] = (float) (precision * w.value().data[i * h + j / copies]);
            }
        }
        for (int j = 0; copies > 1 && j < h * copies; j++) {
            units.c().data[j] = c.value().data[j / copies] - j % copies - .5f;
        }
    }

    @Override
    void clear() {
        w.gradient().zero();
        b.gradient().zero();
        z.gradient().zero();
        if (copies > 1) {
            c.gradient().zero();
        }
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
            for (int j = 0; j < h * copies; j++) {
                int k = i * h * copies + j;
                w.gradient().data[i * h + j / copies] += precision * byW.data[k];
                slope -= (double) units.w().data[k] * byW.data[k];
            }
            z.gradient().data[i] += (float) slope;
        }
        for (int j = 0; copies > 1 && j < h * copies; j++) {
            c.gradient().data[j / copies] += natural.get(2).gradient().data[j];
        }
    }
}

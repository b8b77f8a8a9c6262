package lvm.boltzmann;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * One way of learning a deep machine: writes the gradient of a loss into the parameters of {@link DbmUnits}, the weights first, then the biases, and that
 * by −1/(2σ²) into {@link #squares} where the visible units have variances. The means of the
 * hidden units for the rows of the step stay in the mean field, for what is added to every rule.
 */
abstract class DbmRule {
    final DbmUnits units;
    final MeanField field;
    final FMatrixRMaj squares;
    private final List<Param> params;
    private final FMatrixRMaj[] slopes;
    private final FMatrixRMaj[] neighbours;

    /** The units are live: they are made of the values of the parameters. */
    DbmRule(DbmUnits units, List<Param> params, MeanField field) {
        this.units = units;
        this.params = params;
        this.field = field;
        squares = units.visible().squares();
        slopes = rows(units);
        neighbours = rows(units);
    }

    private static FMatrixRMaj[] rows(DbmUnits units) {
        FMatrixRMaj[] rows = units.states();
        for (FMatrixRMaj row : rows) {
            row.reshape(1, row.numCols);
        }
        return rows;
    }

    /**
     * Writes the gradients.
     *
     * @return the objective in nats per row, higher is better
     */
    abstract double gradient(FMatrixRMaj v, RandomGenerator rng);

    /** What the number that is recorded stands for. */
    abstract String objective();

    /** That number for other rows, which moves nothing. */
    abstract double value(FMatrixRMaj v, RandomGenerator rng);

    /** What is kept from step to step. */
    Map<String, FMatrixRMaj> buffers() {
        return Map.of();
    }

    /** The slope of the weights between the layers l and l + 1. */
    FMatrixRMaj w(int l) {
        return params.get(l).gradient();
    }

    FMatrixRMaj b(int l) {
        return params.get(units.weights().size() + l).gradient();
    }

    /** Adds the statistics of rows of all layers, weighted. */
    final void add(FMatrixRMaj[] x, float scale, boolean first) {
        for (int l = 0; l <= units.top(); l++) {
            if (l < units.top()) {
                Products.gemm(true, false, scale, x[l], x[l + 1], first ? 0 : 1, w(l));
            }
            if (first) {
                b(l).zero();
            }
            RbmRule.addRows(x[l], scale, b(l));
        }
        if (first) {
            squares.zero();
        }
        units.visible().addSquares(x[0], scale, squares);
    }

    /** Adds the slope of cost · Σⱼ KL(p ‖ qⱼ) of a hidden layer with qⱼ − p for the slope by every total input. */
    final void sparse(int layer, FMatrixRMaj[] means, double target, double cost) {
        FMatrixRMaj slope = slopes[layer];
        slope.zero();
        RbmRule.addRows(means[layer], 1f / means[layer].numRows, slope);
        for (int j = 0; j < slope.numCols; j++) {
            slope.data[j] = (float) (cost * (slope.data[j] - target));
        }
        CommonOps_FDRM.addEquals(b(layer), slope);
        for (int from : new int[] {layer - 1, layer + 1}) {
            if (from <= units.top()) {
                FMatrixRMaj x = neighbours[from];
                x.zero();
                RbmRule.addRows(means[from], 1f / means[from].numRows, x);
                if (from < layer) {
                    CommonOps_FDRM.multAddTransA(x, slope, w(from));
                } else {
                    CommonOps_FDRM.multAddTransA(slope, x, w(layer));
                }
            }
        }
    }

    /** States of independent units with the base rates of their layers, null for none known. */
    static FMatrixRMaj[] start(DbmUnits units, List<FMatrixRMaj> rates, int chains, RandomGenerator rng) {
        FMatrixRMaj[] x = new FMatrixRMaj[units.top() + 1];
        for (int l = 0; l < x.length; l++) {
            x[l] = units.layers().get(l).draws(chains, rates == null ? null : rates.get(l), rng);
        }
        return x;
    }

    // --- the rules

    /** The mean field for the data and chains for the machine. */
    static final class Chains extends DbmRule {
        private final int sweeps;
        private final boolean persistent;
        private final FMatrixRMaj[] x;
        private final DbmGibbs gibbs;
        private final FMatrixRMaj logits;
        private double[] perRow = new double[0];

        /**
         * A rule.
         *
         * @param start where persistent chains begin; null for chains that begin at the data
         */
        Chains(DbmUnits units, List<Param> params, MeanField field, int sweeps, FMatrixRMaj[] start) {
            super(units, params, field);
            this.sweeps = sweeps;
            persistent = start != null;
            x = persistent ? start : units.states();
            gibbs = new DbmGibbs(units);
            logits = new FMatrixRMaj(0, units.width(0));
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            if (!persistent) {
                return Map.of();
            }
            // Those of odd number; the others are drawn from them first.
            Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
            for (int l = 1; l < x.length; l += 2) {
                all.put("chains." + l, x[l]);
            }
            return all;
        }

        @Override
        double gradient(FMatrixRMaj v, RandomGenerator rng) {
            field.run(v);
            FMatrixRMaj[] q = field.means();
            add(q, -1f / v.numRows, true);
            if (!persistent) {
                for (int l = 1; l < x.length; l += 2) {
                    x[l].setTo(q[l]);
                }
                gibbs.draw(x, true, rng);
            }
            for (int k = 0; k < sweeps; k++) {
                gibbs.step(x, false, rng);
                gibbs.means(x, true);
                if (k == sweeps - 1) {
                    // The layers of odd number at their means: less noise than draws, and the same expectation.
                    add(x, 1f / x[0].numRows, false);
                }
                gibbs.draw(x, true, rng);
            }
            return reconstruction(v);
        }

        /** The mean of log p(v | h¹) with h¹ at the mean field. */
        private double reconstruction(FMatrixRMaj v) {
            units.logits(0, field.means(), logits);
            if (perRow.length < v.numRows) {
                perRow = new double[v.numRows];
            }
            int d = v.numCols;
            Parallel.range(v.numRows, Parallel.grain(8 * d), (from, to) -> {
                for (int i = from; i < to; i++) {
                    perRow[i] = 0;
                    for (int k = i * d; k < (i + 1) * d; k++) {
                        perRow[i] += (double) v.data[k] * logits.data[k];
                    }
                }
            });
            double sum = 0;
            if (!units.bits()) {
                for (int i = 0; i < v.numRows; i++) {
                    sum += perRow[i]
                            - units.visible().square(v.data, i * d)
                            - units.visible().logSum(logits.data, i * d);
                }
                return sum / v.numRows;
            }
            VectorMath.softplus(logits, logits);
            for (int i = 0; i < v.numRows; i++) {
                sum += perRow[i];
                for (int k = i * d; k < (i + 1) * d; k++) {
                    sum -= logits.data[k];
                }
            }
            return sum / v.numRows;
        }

        @Override
        double value(FMatrixRMaj v, RandomGenerator rng) {
            field.run(v);
            return reconstruction(v);
        }

        @Override
        String objective() {
            return "log p(v | mean field), a reconstruction";
        }
    }

    /** Both statistics by sums over all states of a block of layers. */
    static final class Exact extends DbmRule {
        Exact(DbmUnits units, List<Param> params, MeanField field) {
            super(units, params, field);
        }

        @Override
        double gradient(FMatrixRMaj v, RandomGenerator rng) {
            field.run(v);
            for (int l = 0; l <= units.top(); l++) {
                b(l).zero();
                if (l < units.top()) {
                    w(l).zero();
                }
            }
            squares.zero();
            units.visible().addSquares(v, -1f / v.numRows, squares);
            double scale = 1.0 / v.numRows;
            double total = 0;
            for (int i = 0; i < v.numRows; i++) {
                LayerSums posterior = units.given(v, i);
                LayerSums.Moments moments = posterior.moments();
                add(moments, 1, false, -scale);
                // What hangs on the visible units, which are known.
                double[] h = units.mean(moments, 1, false, 1);
                for (int k = 0; k < v.numCols; k++) {
                    double x = v.data[i * v.numCols + k];
                    b(0).data[k] -= (float) (scale * x);
                    for (int j = 0; j < h.length; j++) {
                        w(0).data[k * h.length + j] -= (float) (scale * x * h[j]);
                    }
                    total += x * units.biases().get(0).data[k];
                }
                total += posterior.logZ() - units.square(v, i);
            }
            LayerSums machine = new LayerSums(units.bipartite(0, false), (done, all) -> {});
            LayerSums.Moments moments = machine.moments();
            add(moments, 0, false, 1);
            for (int k = 0; k < squares.numCols; k++) {
                squares.data[k] += (float) moments.squares().data[k];
            }
            return total * scale - machine.logZ();
        }

        private void add(LayerSums.Moments moments, int from, boolean visibleOdd, double scale) {
            for (int l = from; l <= units.top(); l++) {
                double[] mean = units.mean(moments, from, visibleOdd, l);
                for (int j = 0; j < mean.length; j++) {
                    b(l).data[j] += (float) (scale * mean[j]);
                }
                if (l < units.top()) {
                    DMatrixRMaj both = units.moment(moments, from, visibleOdd, l);
                    for (int k = 0; k < both.getNumElements(); k++) {
                        w(l).data[k] += (float) (scale * both.data[k]);
                    }
                }
            }
        }

        @Override
        double value(FMatrixRMaj v, RandomGenerator rng) {
            return EnumeratedDbm.mean(units, v);
        }

        @Override
        String objective() {
            return "log p(v)";
        }
    }
}

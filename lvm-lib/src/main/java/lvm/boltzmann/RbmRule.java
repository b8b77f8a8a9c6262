package lvm.boltzmann;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * One way of learning a restricted machine: writes the gradient of a loss into the parameters w, b and c. It keeps the logits and the
 * means of the hidden units for the rows of the step, for what is added to every rule.
 */
abstract class RbmRule {
    final RbmUnits units;
    final List<Param> params;
    final Flips flips;
    final FMatrixRMaj logits;
    final FMatrixRMaj means;

    /** The units are live: they are made of the values of the parameters. */
    RbmRule(RbmUnits units, List<Param> params) {
        this.params = params;
        this.units = units;
        flips = new Flips(units);
        logits = new FMatrixRMaj(0, units.hidden());
        means = new FMatrixRMaj(0, units.hidden());
    }

    /**
     * Writes the gradients.
     *
     * @return the objective in nats per row, higher is better
     */
    final double gradient(FMatrixRMaj v, RandomGenerator rng) {
        units.hiddenLogits(v, logits);
        means.reshape(logits.numRows, logits.numCols);
        VectorMath.sigmoid(logits, means);
        return learn(v, rng);
    }

    abstract double learn(FMatrixRMaj v, RandomGenerator rng);

    /** What the number that is recorded stands for. */
    abstract String objective();

    /** That number for other rows, which moves nothing. */
    abstract double value(FMatrixRMaj v, RandomGenerator rng);

    /** What is kept from step to step. */
    Map<String, FMatrixRMaj> buffers() {
        return new LinkedHashMap<>();
    }

    FMatrixRMaj w() {
        return params.get(0).gradient();
    }

    FMatrixRMaj b() {
        return params.get(1).gradient();
    }

    FMatrixRMaj c() {
        return params.get(2).gradient();
    }

    /** Minus the statistics of the data, whose hidden units are at their means: that has less noise than draws and the same mean. */
    void positive(FMatrixRMaj v) {
        b().zero();
        c().zero();
        add(v, means, -1f / v.numRows, 0);
    }

    /** The statistics of the model at draws of the visible units. */
    void negative(FMatrixRMaj v, FMatrixRMaj hiddenMeans) {
        add(v, hiddenMeans, 1f / v.numRows, 1);
    }

    private void add(FMatrixRMaj v, FMatrixRMaj h, float scale, float keep) {
        Products.gemm(true, false, scale, v, h, keep, w());
        addRows(v, scale, b());
        addRows(h, scale, c());
    }

    static void addRows(FMatrixRMaj x, float scale, FMatrixRMaj sum) {
        int m = x.numCols;
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < m; j++) {
                sum.data[j] += scale * x.data[i * m + j];
            }
        }
    }

    // --- the rules

    /** The gradient of log p(v), the statistics of the model summed over all states of a layer. */
    static final class Exact extends RbmRule {
        Exact(RbmUnits units, List<Param> params) {
            super(units, params);
        }

        @Override
        double learn(FMatrixRMaj v, RandomGenerator rng) {
            LayerSums sums = new LayerSums(units, (done, total) -> {});
            LayerSums.Moments moments = sums.moments();
            positive(v);
            add(moments.vh(), w());
            add(moments.v(), b());
            add(moments.h(), c());
            return mean(v, sums);
        }

        @Override
        double value(FMatrixRMaj v, RandomGenerator rng) {
            return mean(v, new LayerSums(units, (done, total) -> {}));
        }

        private double mean(FMatrixRMaj v, LayerSums sums) {
            double total = 0;
            for (double f : LayerSums.freeEnergy(units, v)) {
                total -= f;
            }
            return total / v.numRows - sums.logZ();
        }

        private static void add(DMatrixRMaj part, FMatrixRMaj sum) {
            for (int i = 0; i < sum.getNumElements(); i++) {
                sum.data[i] += (float) part.data[i];
            }
        }

        @Override
        String objective() {
            return "log p(v)";
        }
    }

    /** Rules whose statistics of the model come from chains: what is recorded is an estimate of the pseudo-likelihood. */
    abstract static class Sampling extends RbmRule {
        /** The estimate is to cost little beside the step. */
        private static final int RECORDED_ROWS = 16;

        Sampling(RbmUnits units, List<Param> params) {
            super(units, params);
        }

        @Override
        final double learn(FMatrixRMaj v, RandomGenerator rng) {
            double value = flips.estimate(v, logits, RECORDED_ROWS, rng);
            positive(v);
            chains(v, rng);
            return value;
        }

        /** Adds the statistics of the model. */
        abstract void chains(FMatrixRMaj v, RandomGenerator rng);

        @Override
        final String objective() {
            return "log pseudo-likelihood, estimate";
        }

        @Override
        final double value(FMatrixRMaj v, RandomGenerator rng) {
            FMatrixRMaj a = new FMatrixRMaj(0, units.hidden());
            units.hiddenLogits(v, a);
            return flips.estimate(v, a, v.numRows, rng);
        }
    }

    /** Contrastive divergence: the chains begin at the data, at each step anew. */
    static final class Contrastive extends Sampling {
        private final int sweeps;
        private final FMatrixRMaj v;
        private final FMatrixRMaj h;
        private final Gibbs gibbs;

        Contrastive(RbmUnits units, List<Param> params, int sweeps) {
            super(units, params);
            this.sweeps = sweeps;
            v = new FMatrixRMaj(0, units.visible());
            h = new FMatrixRMaj(0, units.hidden());
            gibbs = new Gibbs(units);
        }

        @Override
        void chains(FMatrixRMaj data, RandomGenerator rng) {
            gibbs.refresh();
            h.setTo(logits);
            for (int k = 0; k < sweeps; k++) {
                gibbs.drawHidden(h, rng);
                gibbs.drawVisible(h, v, rng);
                units.hiddenLogits(v, h);
            }
            VectorMath.sigmoid(h, h);
            negative(v, h);
        }
    }

    /** Persistent chains, moved by sweeps of Gibbs sampling between the steps. */
    static final class Persistent extends Sampling {
        private final int sweeps;
        private final FMatrixRMaj chains;
        private final FMatrixRMaj h;
        private final Gibbs gibbs;

        Persistent(RbmUnits units, List<Param> params, int sweeps, FMatrixRMaj chains) {
            super(units, params);
            this.sweeps = sweeps;
            this.chains = chains;
            h = new FMatrixRMaj(0, units.hidden());
            gibbs = new Gibbs(units);
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            return Map.of("chains", chains);
        }

        @Override
        void chains(FMatrixRMaj data, RandomGenerator rng) {
            gibbs.refresh();
            for (int k = 0; k < sweeps; k++) {
                gibbs.step(chains, rng);
            }
            units.hiddenLogits(chains, h);
            VectorMath.sigmoid(h, h);
            negative(chains, h);
        }
    }

    /** Persistent chains of the parameters plus fast ones, which push the chains away from where they are. */
    static final class Fast extends Sampling {
        private final int sweeps;
        private final float rate;
        private final float decay;
        private final FMatrixRMaj chains;
        private final FMatrixRMaj[] fast = new FMatrixRMaj[3];
        private final FMatrixRMaj[] sum = new FMatrixRMaj[3];
        private final RbmUnits summed;
        private final FMatrixRMaj h;
        private final Gibbs gibbs;

        Fast(RbmUnits units, List<Param> params, int sweeps, double rate, double decay, FMatrixRMaj chains) {
            super(units, params);
            this.sweeps = sweeps;
            this.rate = (float) rate;
            this.decay = (float) decay;
            this.chains = chains;
            for (int p = 0; p < fast.length; p++) {
                FMatrixRMaj value = params.get(p).value();
                fast[p] = new FMatrixRMaj(value.numRows, value.numCols);
                sum[p] = new FMatrixRMaj(value.numRows, value.numCols);
            }
            h = new FMatrixRMaj(0, units.hidden());
            summed = new RbmUnits(sum[0], sum[1], sum[2], units.layer());
            gibbs = new Gibbs(summed);
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            Map<String, FMatrixRMaj> all = super.buffers();
            all.put("chains", chains);
            for (int p = 0; p < fast.length; p++) {
                all.put("fast." + params.get(p).name(), fast[p]);
            }
            return all;
        }

        @Override
        void chains(FMatrixRMaj data, RandomGenerator rng) {
            for (int p = 0; p < fast.length; p++) {
                float[] slow = params.get(p).value().data;
                for (int i = 0; i < sum[p].getNumElements(); i++) {
                    sum[p].data[i] = slow[i] + fast[p].data[i];
                }
            }
            gibbs.refresh();
            for (int k = 0; k < sweeps; k++) {
                gibbs.step(chains, rng);
            }
            summed.hiddenLogits(chains, h);
            VectorMath.sigmoid(h, h);
            negative(chains, h);
            for (int p = 0; p < fast.length; p++) {
                float[] g = params.get(p).gradient().data;
                for (int i = 0; i < sum[p].getNumElements(); i++) {
                    fast[p].data[i] = decay * fast[p].data[i] - rate * g[i];
                }
            }
        }
    }

    /** Chains at several temperatures, those at the temperature of the model give its statistics. */
    static final class Tempered extends Sampling {
        private final Tempering tempering;
        private final FMatrixRMaj states;
        private final FMatrixRMaj v;
        private final FMatrixRMaj h;

        Tempered(RbmUnits units, List<Param> params, int temperatures, FMatrixRMaj base, FMatrixRMaj states) {
            super(units, params);
            tempering = new Tempering(units, base, temperatures);
            this.states = states;
            v = new FMatrixRMaj(states.numRows / temperatures, units.visible());
            h = new FMatrixRMaj(0, units.hidden());
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            return Map.of("chains", states);
        }

        @Override
        void chains(FMatrixRMaj data, RandomGenerator rng) {
            tempering.step(states, rng);
            int n = v.getNumElements();
            System.arraycopy(states.data, states.getNumElements() - n, v.data, 0, n);
            units.hiddenLogits(v, h);
            VectorMath.sigmoid(h, h);
            negative(v, h);
        }
    }

    /** Objectives of one unit given the others, for bits. */
    static final class Conditional extends RbmRule {
        private final Flips.Objective rule;

        Conditional(RbmUnits units, List<Param> params, Flips.Objective rule) {
            super(units, params);
            this.rule = rule;
        }

        @Override
        double learn(FMatrixRMaj v, RandomGenerator rng) {
            units.layer().requireBits("Rbm.fit, learning by " + objective(), v);
            return flips.gradient(rule, v, logits, w(), b(), c());
        }

        @Override
        double value(FMatrixRMaj v, RandomGenerator rng) {
            return Arrays.stream(flips.values(rule, v)).average().orElseThrow();
        }

        @Override
        String objective() {
            return rule == Flips.Objective.PSEUDO_LIKELIHOOD ? "log pseudo-likelihood" : "ratio matching, −Σ g²";
        }
    }
}

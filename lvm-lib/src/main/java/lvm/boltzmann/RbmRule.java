package lvm.boltzmann;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import lvm.mcmc.Transition;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * One way of learning a restricted machine: writes the gradient of a loss into the parameters w, b and c of {@link RbmUnits}, and that by
 * −1/(2σ²) into {@link #squares} where the visible units have variances. It keeps the logits and the
 * means of the hidden units for the rows of the step, for what is added to every rule.
 */
abstract class RbmRule {
    final RbmUnits units;
    final List<Param> params;
    final FMatrixRMaj logits;
    final FMatrixRMaj means;
    final FMatrixRMaj squares;
    private final FMatrixRMaj visibleMeans;
    private final FMatrixRMaj hiddenMeans;

    /** The units are live: they are made of the values of the parameters. */
    RbmRule(RbmUnits units, List<Param> params) {
        this.params = params;
        this.units = units;
        squares = units.layer().squares();
        logits = new FMatrixRMaj(0, units.hidden());
        means = new FMatrixRMaj(0, units.hidden());
        visibleMeans = new FMatrixRMaj(1, units.visible());
        hiddenMeans = new FMatrixRMaj(1, units.hidden());
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

    /** What the number that is recorded stands for, and its unit. */
    abstract String objective();

    /** That number for other rows, which moves nothing. */
    abstract double value(FMatrixRMaj v, RandomGenerator rng);

    /**
     * States of the visible units as the chains of the step have left them, where wake-sleep begins to dream; not a copy.
     *
     * @param n how many, where the rule has no chains and draws from the distribution itself
     */
    FMatrixRMaj dreams(int n, RandomGenerator rng) {
        throw new IllegalStateException("a rule without chains has no dreams");
    }

    /** What is kept from step to step. */
    Map<String, FMatrixRMaj> buffers() {
        return new LinkedHashMap<>();
    }

    /** Whether the rule knows layers that stand for two. */
    boolean withCopies() {
        return false;
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
        squares.zero();
        add(v, means, -1f / v.numRows, 0);
    }

    /** The statistics of the model at draws of the visible units. */
    void negative(FMatrixRMaj v, FMatrixRMaj hiddenMeans) {
        add(v, hiddenMeans, 1f / v.numRows, 1);
    }

    /** Adds the slope of cost · Σⱼ KL(p ‖ qⱼ) with qⱼ − p for the slope by every total input. */
    void sparse(FMatrixRMaj v, double target, double cost) {
        visibleMeans.zero();
        hiddenMeans.zero();
        addRows(v, 1f / v.numRows, visibleMeans);
        addRows(means, 1f / v.numRows, hiddenMeans);
        for (int j = 0; j < hiddenMeans.numCols; j++) {
            hiddenMeans.data[j] = (float) (cost * (hiddenMeans.data[j] - target));
        }
        CommonOps_FDRM.addEquals(c(), hiddenMeans);
        CommonOps_FDRM.multAddTransA(visibleMeans, hiddenMeans, w());
    }

    private void add(FMatrixRMaj v, FMatrixRMaj h, float scale, float keep) {
        Products.gemm(true, false, scale, v, h, keep, w());
        addRows(v, scale, b());
        addRows(h, scale, c());
        units.layer().addSquares(v, scale, squares);
    }

    static void addRows(FMatrixRMaj x, float scale, FMatrixRMaj sum) {
        int m = x.numCols;
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < m; j++) {
                sum.data[j] += scale * x.data[i * m + j];
            }
        }
    }

    static void addToRows(FMatrixRMaj row, FMatrixRMaj x) {
        int m = x.numCols;
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < m; j++) {
                x.data[i * m + j] += row.data[j];
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
            add(moments.squares(), squares);
            return mean(v, sums);
        }

        @Override
        double value(FMatrixRMaj v, RandomGenerator rng) {
            return mean(v, new LayerSums(units, (done, total) -> {}));
        }

        @Override
        FMatrixRMaj dreams(int n, RandomGenerator rng) {
            return new LayerSums(units, (done, total) -> {}).sample(n, units.visible(), rng);
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
            return "log p(v), nats per row";
        }
    }

    /** Rules whose statistics of the model come from chains: what is recorded needs no partition function, see {@link Monitor}. */
    abstract static class Sampling extends RbmRule {
        /** The estimate is to cost little beside the step. */
        private static final int RECORDED_ROWS = 16;

        private final Monitor monitor;

        Sampling(RbmUnits units, List<Param> params) {
            super(units, params);
            monitor = units.layer().monitor(units);
        }

        @Override
        final double learn(FMatrixRMaj v, RandomGenerator rng) {
            double value = monitor.estimate(v, logits, RECORDED_ROWS, rng);
            positive(v);
            chains(v, rng);
            return value;
        }

        /** Adds the statistics of the model. */
        abstract void chains(FMatrixRMaj v, RandomGenerator rng);

        @Override
        final String objective() {
            return monitor.objective();
        }

        @Override
        final double value(FMatrixRMaj v, RandomGenerator rng) {
            FMatrixRMaj a = new FMatrixRMaj(0, units.hidden());
            units.hiddenLogits(v, a);
            return monitor.estimate(v, a, v.numRows, rng);
        }
    }

    /** Contrastive divergence: the chains begin at the data, at each step anew. */
    static final class Contrastive extends Sampling {
        private final int sweeps;
        private final FMatrixRMaj v;
        private final FMatrixRMaj h;
        private final Gibbs gibbs;

        @Override
        boolean withCopies() {
            return true;
        }

        Contrastive(RbmUnits units, List<Param> params, int sweeps) {
            super(units, params);
            this.sweeps = sweeps;
            v = new FMatrixRMaj(0, units.visible());
            h = new FMatrixRMaj(0, units.hidden());
            gibbs = new Gibbs(units);
        }

        @Override
        FMatrixRMaj dreams(int n, RandomGenerator rng) {
            return v;
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

    /**
     * Persistent chains, moved by sweeps of Gibbs sampling between the steps. The state that is kept is that of the hidden units, of
     * which the visible ones are drawn: so a sweep needs two products, and the logits of its end serve the statistics, too.
     */
    private abstract static class Chains extends Sampling {
        private final int sweeps;
        private final FMatrixRMaj h;
        private final FMatrixRMaj v;
        private final FMatrixRMaj at;
        final RbmUnits walked;
        private final Gibbs gibbs;

        /**
         * Starts the chains.
         *
         * @param walked the units whose conditionals move the chains
         * @param start visible states
         */
        Chains(
                RbmUnits units,
                List<Param> params,
                RbmUnits walked,
                int sweeps,
                FMatrixRMaj start,
                RandomGenerator rng) {
            super(units, params);
            this.walked = walked;
            this.sweeps = sweeps;
            v = start;
            at = new FMatrixRMaj(0, units.hidden());
            h = new FMatrixRMaj(0, units.hidden());
            gibbs = new Gibbs(walked);
            units.hiddenLogits(v, h);
            gibbs.drawHidden(h, rng);
        }

        @Override
        boolean withCopies() {
            return true;
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            Map<String, FMatrixRMaj> all = super.buffers();
            all.put("chains", h);
            return all;
        }

        @Override
        FMatrixRMaj dreams(int n, RandomGenerator rng) {
            return v;
        }

        @Override
        void chains(FMatrixRMaj data, RandomGenerator rng) {
            gibbs.refresh();
            for (int k = 0; k < sweeps; k++) {
                gibbs.drawVisible(h, v, rng);
                walked.hiddenLogits(v, at);
                VectorMath.sigmoid(at, at);
                h.setTo(at);
                Fill.bits(h, rng);
            }
            negative(v, at);
        }
    }

    /** Chains of the parameters. */
    static final class Persistent extends Chains {
        Persistent(RbmUnits units, List<Param> params, int sweeps, FMatrixRMaj start, RandomGenerator rng) {
            super(units, params, units, sweeps, start, rng);
        }
    }

    /** Chains of the parameters plus fast ones, which push the chains away from where they are. */
    static final class Fast extends Chains {
        private final float rate;
        private final float decay;
        private final RbmUnits fast;

        Fast(
                RbmUnits units,
                List<Param> params,
                int sweeps,
                double rate,
                double decay,
                FMatrixRMaj start,
                RandomGenerator rng) {
            super(units, params, units.beside(), sweeps, start, rng);
            this.rate = (float) rate;
            this.decay = (float) decay;
            fast = units.beside();
            for (FMatrixRMaj part : fast.parts()) {
                part.zero();
            }
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            Map<String, FMatrixRMaj> all = super.buffers();
            for (int p = 0; p < params.size(); p++) {
                all.put("fast." + params.get(p).name(), fast.parts().get(p));
            }
            return all;
        }

        @Override
        void chains(FMatrixRMaj data, RandomGenerator rng) {
            for (int p = 0; p < params.size(); p++) {
                CommonOps_FDRM.add(
                        params.get(p).value(),
                        fast.parts().get(p),
                        walked.parts().get(p));
            }
            super.chains(data, rng);
            for (int p = 0; p < params.size(); p++) {
                FMatrixRMaj moved = fast.parts().get(p);
                CommonOps_FDRM.add(decay, moved, -rate, params.get(p).gradient(), moved);
            }
        }
    }

    /** Chains of visible states that a transition moves; the last of them are the machine's own and give its statistics. */
    static final class Moved extends Sampling {
        private final Transition<FMatrixRMaj> transition;
        private final FMatrixRMaj states;
        private final FMatrixRMaj v;
        private final FMatrixRMaj h;

        Moved(RbmUnits units, List<Param> params, Transition<FMatrixRMaj> transition, FMatrixRMaj states, int chains) {
            super(units, params);
            this.transition = transition;
            this.states = states;
            v = new FMatrixRMaj(chains, units.visible());
            h = new FMatrixRMaj(0, units.hidden());
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            return Map.of("chains", states);
        }

        @Override
        FMatrixRMaj dreams(int n, RandomGenerator rng) {
            return v;
        }

        @Override
        void chains(FMatrixRMaj data, RandomGenerator rng) {
            transition.step(states, rng);
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
        private final Flips flips;

        Conditional(RbmUnits units, List<Param> params, Flips.Objective rule) {
            super(units, params);
            flips = new Flips(units);
            this.rule = rule;
        }

        @Override
        double learn(FMatrixRMaj v, RandomGenerator rng) {
            units.layer().requireBits("Rbm.fit, learning by " + name(), v);
            return flips.gradient(rule, v, logits, w(), b(), c());
        }

        @Override
        double value(FMatrixRMaj v, RandomGenerator rng) {
            return Arrays.stream(flips.values(rule, v)).average().orElseThrow();
        }

        private String name() {
            return rule == Flips.Objective.PSEUDO_LIKELIHOOD ? "log pseudo-likelihood" : "ratio matching, −Σ g²";
        }

        @Override
        String objective() {
            return name() + ", nats per row";
        }
    }

    /** The exact slope of {@link ScoreMatching}, for Gaussian units. */
    static final class Score extends RbmRule {
        private final ScoreMatching matching;

        Score(RbmUnits units, List<Param> params) {
            super(units, params);
            matching = new ScoreMatching(units);
        }

        @Override
        double learn(FMatrixRMaj v, RandomGenerator rng) {
            return matching.gradient(v, logits, w(), b(), c(), squares);
        }

        @Override
        double value(FMatrixRMaj v, RandomGenerator rng) {
            FMatrixRMaj a = new FMatrixRMaj(0, units.hidden());
            units.hiddenLogits(v, a);
            return matching.estimate(v, a, v.numRows, rng);
        }

        @Override
        String objective() {
            return matching.objective();
        }
    }
}

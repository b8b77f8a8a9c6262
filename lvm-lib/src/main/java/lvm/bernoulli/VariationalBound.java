package lvm.bernoulli;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The variational lower bound of the {@link BernoulliLvm}, exactly: for any distribution q over the 2^K states,
 *
 * <p>log p(x) = VLB(q) + KL(q ‖ p(z | x)), VLB(q) = Σ_z q(z) (log p(x, z) − log q(z)).
 *
 * <p>For a network's factorial q(z | x) the divergence has two parts: the approximation gap, which no factorial q can close,
 * and the amortisation gap, by which the network's q falls short of the best factorial one (C. Cremer, X. Li and D. Duvenaud
 * 2018, Inference suboptimality in variational autoencoders).
 *
 * <p>Everything is enumerated, K is that of small models.
 */
public final class VariationalBound {
    private static final double ROW_SUM = 1e-6;
    private static final int MAX_SWEEPS = 1000;
    private static final int STARTS = 8;
    private static final double SMALL_GAIN = 1e-12;

    private VariationalBound() {}

    /**
     * The bound of any q.
     *
     * @param model p(x, z)
     * @param x n×L rows of zeros and ones; not modified
     * @param q n×2^K, a distribution over the states in each row; not modified
     * @return n lower bounds of log p(xᵢ), nats
     * @throws IllegalArgumentException if shapes do not agree or a row of q is no distribution
     */
    public static double[] elbo(BernoulliLvm model, FMatrixRMaj x, DMatrixRMaj q) {
        DMatrixRMaj logJoint = model.logJoint(x);
        requireDistributions("elbo", q, logJoint);
        return bounds(logJoint, q);
    }

    static double[] bounds(DMatrixRMaj logJoint, DMatrixRMaj q) {
        double[] bound = new double[q.numRows];
        for (int i = 0; i < q.getNumElements(); i++) {
            if (q.data[i] > 0) {
                bound[i / q.numCols] += q.data[i] * (logJoint.data[i] - Math.log(q.data[i]));
            }
        }
        return bound;
    }

    /**
     * The gap of any q, from its own definition: KL(q ‖ p(z | xᵢ)).
     *
     * @param model p(x, z)
     * @param x n×L rows of zeros and ones; not modified
     * @param q n×2^K, a distribution over the states in each row; not modified
     * @return n divergences, nats, at least 0
     * @throws IllegalArgumentException if shapes do not agree or a row of q is no distribution
     */
    public static double[] gap(BernoulliLvm model, FMatrixRMaj x, DMatrixRMaj q) {
        DMatrixRMaj logPosterior = model.logJoint(x);
        requireDistributions("gap", q, logPosterior);
        for (int i = 0; i < q.numRows; i++) {
            Logs.logSoftmax(logPosterior.data, i * q.numCols, logPosterior.data, i * q.numCols, q.numCols);
        }
        double[] gap = new double[q.numRows];
        for (int i = 0; i < q.getNumElements(); i++) {
            if (q.data[i] > 0) {
                gap[i / q.numCols] += q.data[i] * (Math.log(q.data[i]) - logPosterior.data[i]);
            }
        }
        for (int i = 0; i < gap.length; i++) {
            gap[i] = Math.max(0, gap[i]); // below 0 by rounding only
        }
        return gap;
    }

    /**
     * A factorial q over all states, q(z) = Πₖ μₖ^zₖ (1 − μₖ)^(1 − zₖ).
     *
     * @param means n×K probabilities μ; not modified
     * @return n×2^K probabilities, the states in the order of {@link BinaryStates}
     * @throws IllegalArgumentException if a mean is not within 0 and 1
     */
    public static DMatrixRMaj product(DMatrixRMaj means) {
        for (double mean : Arrays.copyOf(means.data, means.getNumElements())) {
            if (!(mean >= 0 && mean <= 1)) {
                throw new IllegalArgumentException(
                        "VariationalBound.product: the mean " + mean + " is not within 0 and 1");
            }
        }
        int k = means.numCols;
        DMatrixRMaj q = new DMatrixRMaj(means.numRows, 1 << k);
        for (int i = 0; i < q.numRows; i++) {
            product(means.data, i * k, k, q.data, i << k);
        }
        return q;
    }

    /** Doubles the table with each variable, the highest bit first. */
    private static void product(double[] means, int from, int k, double[] q, int at) {
        q[at] = 1;
        for (int j = 0; j < k; j++) {
            for (int s = (1 << j) - 1; s >= 0; s--) {
                double p = q[at + s];
                q[at + 2 * s + 1] = p * means[from + j];
                q[at + 2 * s] = p * (1 - means[from + j]);
            }
        }
    }

    /**
     * log q(z | xᵢ) of a network's q, of all states.
     *
     * @param net a network of one level
     * @param x n×L rows of zeros and ones; not modified
     * @return n×2^K values, nats
     * @throws IllegalArgumentException if there are more levels
     */
    public static DMatrixRMaj logQ(SigmoidBeliefNet net, FMatrixRMaj x) {
        FMatrixRMaj logits = logits(net, x);
        int k = logits.numCols;
        DMatrixRMaj logQ = new DMatrixRMaj(x.numRows, 1 << k);
        for (int i = 0; i < x.numRows; i++) {
            for (int s = 0; s < logQ.numCols; s++) {
                double sum = 0;
                for (int j = 0; j < k; j++) {
                    double l = logits.get(i, j);
                    sum -= Logs.softplus((s >> (k - 1 - j) & 1) == 1 ? -l : l);
                }
                logQ.set(i, s, sum);
            }
        }
        return logQ;
    }

    /**
     * The means of a network's q.
     *
     * @param net a network of one level
     * @param x n×L rows of zeros and ones; not modified
     * @return n×K probabilities q(zₖ = 1 | xᵢ)
     * @throws IllegalArgumentException if there are more levels
     */
    public static DMatrixRMaj means(SigmoidBeliefNet net, FMatrixRMaj x) {
        FMatrixRMaj logits = logits(net, x);
        DMatrixRMaj means = new DMatrixRMaj(logits.numRows, logits.numCols);
        for (int i = 0; i < means.getNumElements(); i++) {
            means.data[i] = 1 / (1 + Math.exp(-(double) logits.data[i]));
        }
        return means;
    }

    /**
     * As {@link #means(SigmoidBeliefNet, FMatrixRMaj)}, of the rows of data.
     *
     * @param net a network of one level
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K probabilities q(zₖ = 1 | xᵢ)
     * @throws IllegalArgumentException as there
     */
    public static DMatrixRMaj means(SigmoidBeliefNet net, Dataset data) {
        return means(net, net.observations(data));
    }

    private static FMatrixRMaj logits(SigmoidBeliefNet net, FMatrixRMaj x) {
        ExactGradient.requireOneLevel("VariationalBound", net);
        Tape tape = Tape.withoutGradients();
        return net.encoder(1).forward(tape, tape.constant(x)).value().copy();
    }

    /**
     * The bound of a network's q, exactly.
     *
     * @param net a network of one level
     * @param x n×L rows of zeros and ones; not modified
     * @return n lower bounds of log p(xᵢ), nats
     * @throws IllegalArgumentException if there are more levels, or x does not fit
     */
    public static double[] elbo(SigmoidBeliefNet net, FMatrixRMaj x) {
        return bounds(net.model().logJoint(x), product(means(net, x)));
    }

    /**
     * As {@link #elbo(SigmoidBeliefNet, FMatrixRMaj)}, of the rows of data.
     *
     * @param net a network of one level
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n lower bounds of log p(xᵢ), nats
     * @throws IllegalArgumentException as there
     */
    public static double[] elbo(SigmoidBeliefNet net, Dataset data) {
        return elbo(net, net.observations(data));
    }

    // --- a free q for each row

    /**
     * Mean field: the q of each row is factorial and free, and the bound is raised by coordinate ascent, each variable's
     * logit in turn set to E_q[log p(x, z with zₖ = 1) − log p(x, z with zₖ = 0)], until it gains nothing. No turn lowers the
     * bound. What is found is a local maximum that depends on the start.
     *
     * @param model p(x, z)
     * @param x n×L rows of zeros and ones; not modified
     * @param start n×K means to start from; not modified
     * @param sweeps the most turns over all variables
     * @return n×K means
     * @throws IllegalArgumentException if shapes do not agree or a mean is not within 0 and 1
     */
    public static DMatrixRMaj meanField(BernoulliLvm model, FMatrixRMaj x, DMatrixRMaj start, int sweeps) {
        if (start.numRows != x.numRows || start.numCols != model.latentDim()) {
            throw new IllegalArgumentException("VariationalBound.meanField: the start is " + start.numRows + "×"
                    + start.numCols + ", expected " + x.numRows + "×" + model.latentDim());
        }
        DMatrixRMaj logJoint = model.logJoint(x);
        product(start); // the check of the means
        DMatrixRMaj means = start.copy();
        ascend(logJoint, means, sweeps);
        return means;
    }

    /** Coordinate ascent of every row, in place; the rows on all cores. */
    static void ascend(DMatrixRMaj logJoint, DMatrixRMaj means, int sweeps) {
        int k = means.numCols;
        Parallel.range(means.numRows, 1, (from, to) -> {
            double[] q = new double[1 << k];
            for (int i = from; i < to; i++) {
                double before = Double.NEGATIVE_INFINITY;
                for (int sweep = 0; sweep < sweeps; sweep++) {
                    for (int j = 0; j < k; j++) {
                        update(logJoint.data, i << k, means.data, i * k, k, j, q);
                    }
                    product(means.data, i * k, k, q, 0);
                    double bound = 0;
                    for (int s = 0; s < q.length; s++) {
                        if (q[s] > 0) {
                            bound += q[s] * (logJoint.data[(i << k) + s] - Math.log(q[s]));
                        }
                    }
                    if (bound - before < SMALL_GAIN) {
                        break;
                    }
                    before = bound;
                }
            }
        });
    }

    private static void update(double[] logJoint, int at, double[] means, int from, int k, int j, double[] q) {
        double old = means[from + j];
        means[from + j] = 0.5; // its own mean drops out: both halves have the same weights
        product(means, from, k, q, 0);
        int bit = 1 << (k - 1 - j);
        double on = 0;
        double off = 0;
        for (int s = 0; s < q.length; s++) {
            if (q[s] > 0) { // 0 · ∞ is no number
                double term = 2 * q[s] * logJoint[at + s];
                on += (s & bit) != 0 ? term : 0;
                off += (s & bit) != 0 ? 0 : term;
            }
        }
        // Where both halves are impossible, neither is better.
        boolean impossible = on == Double.NEGATIVE_INFINITY && off == Double.NEGATIVE_INFINITY;
        means[from + j] = impossible ? old : 1 / (1 + Math.exp(off - on));
    }

    /**
     * The best factorial q that is found from several starts: given ones, the means of the posterior, every state that a
     * random draw of the posterior gives.
     *
     * @param model p(x, z)
     * @param x n×L rows of zeros and ones; not modified
     * @param start n×K means to start from as well, or null
     * @param draws the draws of the posterior to start from
     * @param seed the seed of these draws
     * @return n×K means
     * @throws IllegalArgumentException if shapes do not agree
     */
    public static DMatrixRMaj bestFactorial(
            BernoulliLvm model, FMatrixRMaj x, DMatrixRMaj start, int draws, long seed) {
        DMatrixRMaj logJoint = model.logJoint(x);
        return bestFactorial(logJoint, model.latentDim(), start, draws, seed);
    }

    private static DMatrixRMaj bestFactorial(DMatrixRMaj logJoint, int k, DMatrixRMaj start, int draws, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj posterior = logJoint.copy();
        BernoulliLvm.normalize(posterior, null);
        int n = logJoint.numRows;
        DMatrixRMaj best = null;
        double[] bestBound = null;
        for (int attempt = start == null ? 1 : 0; attempt < 2 + draws; attempt++) {
            DMatrixRMaj means = new DMatrixRMaj(n, k);
            for (int i = 0; i < n; i++) {
                if (attempt == 0) {
                    System.arraycopy(start.data, i * k, means.data, i * k, k);
                } else if (attempt == 1) {
                    for (int s = 0; s < posterior.numCols; s++) {
                        addState(means, i, s, posterior.get(i, s));
                    }
                } else {
                    int state = draw(posterior, i, rng);
                    for (int j = 0; j < k; j++) {
                        // Near the corner: at a corner itself every other state has no weight.
                        means.set(i, j, (state >> (k - 1 - j) & 1) == 1 ? 0.9 : 0.1);
                    }
                }
            }
            ascend(logJoint, means, MAX_SWEEPS);
            double[] bound = bounds(logJoint, product(means));
            if (best == null) {
                best = means;
                bestBound = bound;
            } else {
                for (int i = 0; i < n; i++) {
                    if (bound[i] > bestBound[i]) {
                        bestBound[i] = bound[i];
                        System.arraycopy(means.data, i * k, best.data, i * k, k);
                    }
                }
            }
        }
        return best;
    }

    private static void addState(DMatrixRMaj means, int row, int state, double weight) {
        int k = means.numCols;
        for (int j = 0; j < k; j++) {
            if ((state >> (k - 1 - j) & 1) == 1) {
                means.data[row * k + j] = Math.min(1, means.data[row * k + j] + weight);
            }
        }
    }

    private static int draw(DMatrixRMaj p, int row, SplittableRandom rng) {
        double u = rng.nextDouble();
        int s = 0;
        while (s < p.numCols - 1 && u >= p.get(row, s)) {
            u -= p.get(row, s);
            s++;
        }
        return s;
    }

    // --- the decomposition

    /**
     * log p(x) in its parts, for each row: logDensity = elbo + approximationGap + amortizationGap.
     *
     * @param logDensity log p(xᵢ)
     * @param elbo the lower bound of the network's q
     * @param approximationGap KL(best factorial q ‖ p(z | xᵢ))
     * @param amortizationGap the bound of the best factorial q less that of the network's
     */
    public record Decomposition(
            double[] logDensity, double[] elbo, double[] approximationGap, double[] amortizationGap) {
        /**
         * Keeps the arrays.
         *
         * @param logDensity log p(xᵢ)
         * @param elbo the bound
         * @param approximationGap the first gap
         * @param amortizationGap the second gap
         */
        public Decomposition {}

        /**
         * KL(q(z | xᵢ) ‖ p(z | xᵢ)), the sum of both gaps.
         *
         * @return n divergences, nats
         */
        public double[] kl() {
            double[] kl = new double[elbo.length];
            Arrays.setAll(kl, i -> approximationGap[i] + amortizationGap[i]);
            return kl;
        }

        /**
         * The means over the rows.
         *
         * @return log density, bound, approximation gap, amortisation gap, nats per row
         */
        public double[] means() {
            return new double[] {mean(logDensity), mean(elbo), mean(approximationGap), mean(amortizationGap)};
        }

        private static double mean(double[] values) {
            return Arrays.stream(values).average().orElse(Double.NaN);
        }

        @Override
        public String toString() {
            double[] m = means();
            return String.format(
                    Locale.ROOT,
                    "log p(x) %.4f = bound %.4f + approximation gap %.4f + amortisation gap %.4f (means of %d rows, nats)",
                    m[0],
                    m[1],
                    m[2],
                    m[3],
                    elbo.length);
        }
    }

    /**
     * Splits log p(x) of each row into the bound of a network's q and the two gaps. The best factorial q is sought from that
     * of the network, from the posterior's means and from 8 draws of the posterior. A listener of the fit that calls this
     * sees the parts over the training.
     *
     * @param net a network of one level
     * @param x n×L rows of zeros and ones; not modified
     * @return the parts
     * @throws IllegalArgumentException if there are more levels or x does not fit
     */
    public static Decomposition decompose(SigmoidBeliefNet net, FMatrixRMaj x) {
        DMatrixRMaj logJoint = net.model().logJoint(x);
        DMatrixRMaj means = means(net, x);
        double[] bound = bounds(logJoint, product(means));
        double[] best = bounds(logJoint, product(bestFactorial(logJoint, means.numCols, means, STARTS, 1)));
        double[] logP = new double[x.numRows];
        BernoulliLvm.normalize(logJoint, logP);
        double[] approximation = new double[logP.length];
        double[] amortization = new double[logP.length];
        for (int i = 0; i < logP.length; i++) {
            approximation[i] = Math.max(0, logP[i] - best[i]); // below 0 by rounding only
            amortization[i] = Math.max(0, best[i] - bound[i]);
        }
        return new Decomposition(logP, bound, approximation, amortization);
    }

    /**
     * As {@link #decompose(SigmoidBeliefNet, FMatrixRMaj)}, of the rows of data.
     *
     * @param net a network of one level
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return the parts
     * @throws IllegalArgumentException as there
     */
    public static Decomposition decompose(SigmoidBeliefNet net, Dataset data) {
        return decompose(net, net.observations(data));
    }

    private static void requireDistributions(String method, DMatrixRMaj q, DMatrixRMaj logJoint) {
        if (q.numRows != logJoint.numRows || q.numCols != logJoint.numCols) {
            throw new IllegalArgumentException("VariationalBound." + method + ": q is " + q.numRows + "×" + q.numCols
                    + ", expected " + logJoint.numRows + "×" + logJoint.numCols + ", a row of x by a state");
        }
        for (int i = 0; i < q.numRows; i++) {
            double sum = 0;
            for (int s = 0; s < q.numCols; s++) {
                if (!(q.get(i, s) >= 0)) {
                    throw new IllegalArgumentException("VariationalBound." + method + ": q has " + q.get(i, s)
                            + " in row " + i + ", expected probabilities");
                }
                sum += q.get(i, s);
            }
            if (!(Math.abs(sum - 1) <= ROW_SUM)) {
                throw new IllegalArgumentException(
                        "VariationalBound." + method + ": row " + i + " of q sums to " + sum + ", expected 1");
            }
        }
    }
}

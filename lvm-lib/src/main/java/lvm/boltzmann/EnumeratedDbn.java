package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.linalg.Logs;
import lvm.linalg.Products;
import lvm.model.GenerativeModel;
import lvm.model.HasBound;
import lvm.model.HasDensity;
import lvm.model.LogPartition;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A deep belief network whose layers between the visible and the highest one are small enough that their states are summed: log p(v),
 * draws, the posterior of h¹ and the variational bound, all exact. A view of {@link Dbn}.
 */
public final class EnumeratedDbn
        implements SinglePrecision, HasDensity<FMatrixRMaj>, HasBound<FMatrixRMaj>, GenerativeModel<FMatrixRMaj> {
    /** The most units in a layer between. */
    public static final int MAX_UNITS = 12;

    private static final String ELBO = "EnumeratedDbn.elbo";
    private static final String LOG_WEIGHTS = "EnumeratedDbn.logWeights";

    private final Dbn dbn;
    private final EnumeratedRbm top;
    private final double[] logPrior; // of h¹

    EnumeratedDbn(Dbn dbn) {
        this.dbn = dbn;
        int[] sizes = dbn.sizes();
        for (int k = 1; k < dbn.depth(); k++) {
            if (sizes[k] > MAX_UNITS) {
                throw new IllegalArgumentException("Dbn.enumerated: hidden layer " + k + " has " + sizes[k]
                        + " units, expected at most " + MAX_UNITS + "; Dbn.logLikelihood estimates");
            }
        }
        top = dbn.top().enumerated();
        double[] log = top.logDensity(BinaryStates.all(sizes[dbn.depth() - 1]));
        for (int k = dbn.depth() - 1; k > 1; k--) {
            log = marginal(logGiven(k, BinaryStates.all(sizes[k - 1])), log);
        }
        logPrior = log;
    }

    /** log Σ_h p(x | h) p(h) for each x. */
    private static double[] marginal(DMatrixRMaj logGiven, double[] logPrior) {
        double[] sums = new double[logGiven.numRows];
        double[] terms = new double[logPrior.length];
        for (int i = 0; i < sums.length; i++) {
            for (int s = 0; s < terms.length; s++) {
                terms[s] = logGiven.get(i, s) + logPrior[s];
            }
            sums[i] = Logs.logSumExp(terms);
        }
        return sums;
    }

    /** log p(x | h) of rows of layer k − 1 given every state of layer k, a state a column. */
    private DMatrixRMaj logGiven(int k, FMatrixRMaj x) {
        RbmUnits units = dbn.down().get(k - 1).units();
        FMatrixRMaj h = BinaryStates.all(units.hidden());
        DMatrixRMaj logits = new DMatrixRMaj(h.numRows, units.visible());
        Products.multBiasTransB(
                LayerSums.doubles(h), LayerSums.doubles(units.w()), LayerSums.doubles(units.b()), logits);
        DMatrixRMaj log = new DMatrixRMaj(x.numRows, h.numRows);
        Products.multTransB(LayerSums.doubles(x), logits, log);
        for (int s = 0; s < h.numRows; s++) {
            double sum = units.layer().logSum(logits.data, s * logits.numCols);
            for (int i = 0; i < x.numRows; i++) {
                log.data[i * log.numCols + s] -= sum + units.layer().square(x.data, i * x.numCols);
            }
        }
        return log;
    }

    /** log q(h | x) of every state of layer k given rows of layer k − 1, a state a column. */
    private DMatrixRMaj logRecognition(int k, FMatrixRMaj x) {
        RbmUnits units = dbn.up().get(k - 1).units();
        FMatrixRMaj h = BinaryStates.all(units.hidden());
        DMatrixRMaj logits = new DMatrixRMaj(x.numRows, units.hidden());
        Products.multBias(LayerSums.doubles(x), LayerSums.doubles(units.w()), LayerSums.doubles(units.c()), logits);
        DMatrixRMaj log = new DMatrixRMaj(x.numRows, h.numRows);
        Products.multTransB(logits, LayerSums.doubles(h), log);
        for (int i = 0; i < x.numRows; i++) {
            double sum = Logs.sumSoftplus(logits.data, i * logits.numCols, logits.numCols);
            for (int s = 0; s < h.numRows; s++) {
                log.data[i * log.numCols + s] -= sum;
            }
        }
        return log;
    }

    /** {@return the network} */
    public Dbn dbn() {
        return dbn;
    }

    /** {@return log Z of the machine at the top, exact} */
    public LogPartition logPartition() {
        return top.logPartition();
    }

    @Override
    public int dim() {
        return dbn.dim();
    }

    @Override
    public List<String> columns() {
        return dbn.columns();
    }

    /** Rows of states as the visible units see them. */
    private FMatrixRMaj seen(String method, FMatrixRMaj x) {
        dbn.visible().requireStates("EnumeratedDbn." + method, x);
        return dbn.visible().scaling().of(x);
    }

    private FMatrixRMaj seen(String method, Dataset data) {
        FMatrixRMaj x = dbn.seen("EnumeratedDbn." + method, data);
        dbn.visible().requireStates("EnumeratedDbn." + method, x);
        return x;
    }

    @Override
    public double[] logDensity(FMatrixRMaj x) {
        return marginal(logGiven(1, seen("logDensity", x)), logPrior);
    }

    @Override
    public double[] logDensity(Dataset data) {
        return marginal(logGiven(1, seen("logDensity", data)), logPrior);
    }

    @Override
    public double logLikelihood(Dataset data) {
        return EnumeratedRbm.total(logDensity(data));
    }

    /**
     * The exact posterior of the first hidden layer, p(h¹ | v): what q(h¹ | v), which has independent units, stands for.
     *
     * @param x n×D states, zeros and ones of binary units; not modified
     * @return n×2^H₁ probabilities, the states in the order of {@link BinaryStates}
     * @throws IllegalArgumentException if x has another number of columns, or something else than 0 and 1
     */
    public DMatrixRMaj posterior(FMatrixRMaj x) {
        return posteriorOf(seen("posterior", x));
    }

    private DMatrixRMaj posteriorOf(FMatrixRMaj x) {
        DMatrixRMaj p = logGiven(1, x);
        double[] sums = marginal(p, logPrior);
        for (int i = 0; i < p.numRows; i++) {
            for (int s = 0; s < p.numCols; s++) {
                int at = i * p.numCols + s;
                p.data[at] = Math.exp(p.data[at] + logPrior[s] - sums[i]);
            }
        }
        return p;
    }

    /**
     * The exact posterior of the first hidden layer for the rows of a data set, see {@link #posterior(FMatrixRMaj)}.
     *
     * @param data n rows of states with the columns of the model, matched by name where both have names; not modified
     * @return n×2^H₁ probabilities
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public DMatrixRMaj posterior(Dataset data) {
        return posteriorOf(seen("posterior", data));
    }

    /**
     * The variational bound with its expectation summed over all states of the layers between: log p(v) − KL(q(h | v) ‖ p(h | v)). The
     * network of the lowest k machines of a stack has the bound that the stack had reached when k layers were learnt.
     *
     * @param x n×D states, zeros and ones of binary units; not modified
     * @return n lower bounds in nats, exact
     * @throws IllegalArgumentException if x has another number of columns, or something else than 0 and 1
     */
    public double[] bound(FMatrixRMaj x) {
        return bound(1, seen("bound", x));
    }

    /**
     * The variational bound of the rows of a data set, see {@link #bound(FMatrixRMaj)}.
     *
     * @param data n rows of states with the columns of the model, matched by name where both have names; not modified
     * @return n lower bounds in nats, exact
     * @throws IllegalArgumentException as {@link #bound(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public double[] bound(Dataset data) {
        return bound(1, seen("bound", data));
    }

    /** E_q[log p(x, hᵏ, …) − log q(hᵏ, … | x)] of rows of layer k − 1. */
    private double[] bound(int k, FMatrixRMaj x) {
        if (k == dbn.depth()) {
            return top.logDensity(x);
        }
        double[] above = bound(k + 1, BinaryStates.all(dbn.down().get(k - 1).latentDim()));
        DMatrixRMaj given = logGiven(k, x);
        DMatrixRMaj q = logRecognition(k, x);
        double[] sums = new double[x.numRows];
        for (int i = 0; i < sums.length; i++) {
            for (int s = 0; s < above.length; s++) {
                double log = q.get(i, s);
                sums[i] += Math.exp(log) * (given.get(i, s) - log + above[s]);
            }
        }
        return sums;
    }

    @Override
    public double[] elbo(FMatrixRMaj x, int draws, RandomGenerator rng) {
        return means(weights(ELBO, dbn.visible().seen(ELBO, x), draws, rng));
    }

    @Override
    public double[] elbo(Dataset data, int draws, RandomGenerator rng) {
        return means(weights(ELBO, dbn.seen(ELBO, data), draws, rng));
    }

    private static double[] means(DMatrixRMaj weights) {
        double[] means = new double[weights.numRows];
        for (int i = 0; i < weights.getNumElements(); i++) {
            means[i / weights.numCols] += weights.data[i] / weights.numCols;
        }
        return means;
    }

    @Override
    public DMatrixRMaj logWeights(FMatrixRMaj x, int draws, RandomGenerator rng) {
        return weights(LOG_WEIGHTS, dbn.visible().seen(LOG_WEIGHTS, x), draws, rng);
    }

    @Override
    public DMatrixRMaj logWeights(Dataset data, int draws, RandomGenerator rng) {
        return weights(LOG_WEIGHTS, dbn.seen(LOG_WEIGHTS, data), draws, rng);
    }

    private DMatrixRMaj weights(String where, FMatrixRMaj x, int draws, RandomGenerator rng) {
        Require.atLeast(where, "draws", 1, draws);
        DMatrixRMaj weights = dbn.logWeightsTimesZ(where, x, draws, rng);
        for (int i = 0; i < weights.getNumElements(); i++) {
            weights.data[i] -= logPartition().nats();
        }
        return weights;
    }

    /**
     * Exact draws: of the machine at the top by its states, then one pass down.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D draws
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        return dbn.descend(top.sample(n, rng), true, rng);
    }
}

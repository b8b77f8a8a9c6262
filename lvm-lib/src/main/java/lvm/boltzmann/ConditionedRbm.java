package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.linalg.VectorMath;
import lvm.model.HasEncoder;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * What restricted Boltzmann machines of some columns v given others, x, have in common: p(v, h | x) = e^−E(v, h | x)/Z(x), with another Z(x) for
 * every x. A row of data is (v, x), the D visible columns first and the K columns of the condition last. Given x it is an ordinary
 * {@link Rbm}, {@link #at}. Log-likelihoods are exact where there are at most 20 hidden units, or annealed row by row. Immutable.
 */
public abstract class ConditionedRbm extends SavedModel implements SinglePrecision, HasEncoder<FMatrixRMaj> {
    /** The sweeps of Gibbs sampling from the start of a chain to its draw, where none are given. */
    public static final int DEFAULT_SWEEPS = 100;

    ConditionedRbm(ModelSummary summary) {
        super(summary);
    }

    /** {@return the columns of a row (v, x), D + K} */
    @Override
    public int dim() {
        return visible() + condition();
    }

    /** {@return the number of visible units, D} */
    public abstract int visible();

    /** {@return the columns of the condition, K} */
    public abstract int condition();

    /** The machines of conditions. */
    abstract ConditionedUnits units(FMatrixRMaj x);

    /** The base rates of v in the training data, 1×D; null for none known. */
    abstract FMatrixRMaj rates();

    private String where(String method) {
        return getClass().getSimpleName() + "." + method;
    }

    private record Both(FMatrixRMaj v, FMatrixRMaj x) {}

    private Both both(String where, FMatrixRMaj rows, boolean states) {
        Require.finiteRows(where, "x", rows, dim());
        Both both = divided(rows, visible());
        if (states) {
            Require.binary(where, "the visible columns", both.v, visible());
        } else {
            Require.unitInterval(where, "the visible columns", both.v, visible());
        }
        return both;
    }

    private static Both divided(FMatrixRMaj rows, int visible) {
        FMatrixRMaj v = new FMatrixRMaj(rows.numRows, visible);
        FMatrixRMaj x = new FMatrixRMaj(rows.numRows, rows.numCols - visible);
        divide(rows, v, x);
        return new Both(v, x);
    }

    /** The visible columns and the condition of rows; v has the number of its columns. */
    static void divide(FMatrixRMaj rows, FMatrixRMaj v, FMatrixRMaj x) {
        int d = v.numCols;
        int k = rows.numCols - d;
        v.reshape(rows.numRows, d);
        x.reshape(rows.numRows, k);
        for (int i = 0; i < rows.numRows; i++) {
            System.arraycopy(rows.data, i * rows.numCols, v.data, i * d, d);
            System.arraycopy(rows.data, i * rows.numCols + d, x.data, i * k, k);
        }
    }

    /**
     * The machine of one condition.
     *
     * @param condition x, 1×K finite numbers; not modified
     * @return the ordinary restricted machine of v given x; a fitted one has the base rates of v in the training data
     * @throws IllegalArgumentException if it is not one row of K finite numbers
     */
    public Rbm at(FMatrixRMaj condition) {
        RbmUnits.row(where("at"), "condition", condition, condition());
        ConditionedUnits one = units(condition);
        Rbm rbm = Rbm.of(one.weights(0), one.b, one.c);
        return rates() == null ? rbm : rbm.withBaseRates(rates());
    }

    /**
     * The machine of the condition in the only row of a data set, see {@link #at(FMatrixRMaj)}.
     *
     * @param condition one row of K columns
     * @return the machine
     * @throws IllegalArgumentException as {@link #at(FMatrixRMaj)}
     */
    public Rbm at(Dataset condition) {
        return at(condition.floatMatrix());
    }

    /**
     * The free energies F(v | x) = −log Σ_h e^−E(v, h | x). Those of rows with the same x can be compared, others have another Z.
     *
     * @param rows n×(D + K), (v, x), the visible columns from 0 to 1; not modified
     * @return n values in nats
     * @throws IllegalArgumentException if there is another number of columns, or a number is out of range
     */
    public double[] freeEnergy(FMatrixRMaj rows) {
        Both both = both(where("freeEnergy"), rows, false);
        double[] f = units(both.x).minusFreeEnergy(both.v);
        for (int i = 0; i < f.length; i++) {
            f[i] = -f[i];
        }
        return f;
    }

    /**
     * The free energies of the rows of a data set, see {@link #freeEnergy(FMatrixRMaj)}.
     *
     * @param data rows (v, x), matched by name where both have names; not modified
     * @return n values in nats
     * @throws IllegalArgumentException as {@link #freeEnergy(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public double[] freeEnergy(Dataset data) {
        return freeEnergy(observations(data));
    }

    /**
     * The means of the hidden units, p(hⱼ = 1 | v, x), exact.
     *
     * @param rows n×(D + K), (v, x), the visible columns from 0 to 1; not modified
     * @return n×H probabilities
     * @throws IllegalArgumentException as {@link #freeEnergy(FMatrixRMaj)}
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj rows) {
        Both both = both(where("encode"), rows, false);
        FMatrixRMaj h = new FMatrixRMaj(rows.numRows, latentDim());
        units(both.x).hiddenLogits(both.v, h);
        VectorMath.sigmoid(h, h);
        return h;
    }

    /**
     * The log-likelihood of rows, exact: the sum over the states of the hidden units in each of them.
     *
     * @param rows n×(D + K), (v, x), the visible columns zeros and ones; not modified
     * @return log p(vᵢ | xᵢ) of each row, nats
     * @throws IllegalArgumentException if there is no row or another number of columns, a visible number is not 0 or 1, or there are more
     *     than 20 hidden units
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public ConditionalLikelihood logLikelihood(FMatrixRMaj rows) {
        String where = where("logLikelihood");
        Both both = both(where, rows, true);
        return ConditionedSums.exact(where, units(both.x), both.v);
    }

    /**
     * The exact log-likelihood of the rows of a data set, see {@link #logLikelihood(FMatrixRMaj)}.
     *
     * @param data rows (v, x), matched by name where both have names; not modified
     * @return log p(vᵢ | xᵢ) of each row, nats
     * @throws IllegalArgumentException as {@link #logLikelihood(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    public ConditionalLikelihood logLikelihood(Dataset data) {
        return logLikelihood(observations(data));
    }

    /**
     * The log-likelihood of rows with log Z(x) by annealed importance sampling in each of them.
     *
     * @param rows n×(D + K), (v, x), the visible columns zeros and ones; not modified
     * @param chains for each row, at least 1
     * @param betas inverse temperatures that rise from 0 to 1
     * @param seed of all that is random
     * @return log p(vᵢ | xᵢ) of each row, nats, above the true ones on average
     * @throws IllegalArgumentException as {@link #logLikelihood(FMatrixRMaj)}, for any number of hidden units, or if a setting is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public ConditionalLikelihood logLikelihood(FMatrixRMaj rows, int chains, double[] betas, long seed) {
        String where = where("logLikelihood");
        Both both = both(where, rows, true);
        return ConditionedSums.annealed(where, units(both.x), both.v, chains, betas, seed);
    }

    /**
     * The annealed log-likelihood of the rows of a data set, see {@link #logLikelihood(FMatrixRMaj, int, double[], long)}.
     *
     * @param data rows (v, x), matched by name where both have names; not modified
     * @param chains for each row, at least 1
     * @param betas inverse temperatures that rise from 0 to 1
     * @param seed of all that is random
     * @return log p(vᵢ | xᵢ) of each row, nats, above the true ones on average
     * @throws IllegalArgumentException as {@link #logLikelihood(FMatrixRMaj, int, double[], long)} and {@link #observations(Dataset)}
     */
    public ConditionalLikelihood logLikelihood(Dataset data, int chains, double[] betas, long seed) {
        return logLikelihood(observations(data), chains, betas, seed);
    }

    // --- draws

    /**
     * Draws of v given x, by chains of their own that begin at independent units with the visible biases given x.
     *
     * @param condition x, n×K finite numbers; not modified
     * @param sweeps of Gibbs sampling, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D zeros and ones
     * @throws IllegalArgumentException if the shape does not fit, a number is not finite, or sweeps is negative
     */
    public FMatrixRMaj sample(FMatrixRMaj condition, int sweeps, RandomGenerator rng) {
        Require.finiteRows(where("sample"), "condition", condition, condition());
        Require.atLeast(where("sample"), "sweeps", 0, sweeps);
        ConditionedUnits units = units(condition);
        FMatrixRMaj v = units.start(1, rng);
        units.gibbs(v, sweeps, new FMatrixRMaj(0, latentDim()), rng);
        return v;
    }

    /**
     * The means of v given x, E[v | x]: exact where there are at most 10 hidden units, else the mean of p(v | h) over chains.
     *
     * @param condition x, n×K finite numbers; not modified
     * @param chains for each row, at least 1; not used where the means are exact
     * @param sweeps of each chain, at least 1; not used where the means are exact
     * @param seed of all that is random
     * @return n×D probabilities
     * @throws IllegalArgumentException if the shape does not fit, a number is not finite, or a setting is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj means(FMatrixRMaj condition, int chains, int sweeps, long seed) {
        Require.finiteRows(where("means"), "condition", condition, condition());
        return ConditionedMeans.of(where("means"), units(condition), chains, sweeps, seed);
    }
}

package lvm.factor;

import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.model.DoublePrecision;
import lvm.model.GenerativeModel;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.store.ModelData;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;

/**
 * What {@link FactorAnalysis} and {@link ProbabilisticPca} have in common: x = W h + b + noise with h ~ N(0, I) in ℝᴷ,
 * W ∈ ℝᴰˣᴷ, b ∈ ℝᴰ and noise ~ N(0, ψ), ψ diagonal, so that x ~ N(b, WWᵀ + ψ) and h given x is Gaussian. Densities and
 * posteriors take K×K inverses only (Woodbury's identity). Immutable.
 */
public abstract sealed class LinearGaussianModel extends SavedModel
        implements DoublePrecision,
                GenerativeModel<DMatrixRMaj>,
                HasDensity<DMatrixRMaj>,
                HasEncoder<DMatrixRMaj>,
                HasDecoder<DMatrixRMaj>
        permits FactorAnalysis, ProbabilisticPca {
    final LinearGaussian model;
    private final String name;

    LinearGaussianModel(String name, LinearGaussian model, ModelSummary summary) {
        super(summary);
        this.name = name;
        this.model = model;
    }

    @Override
    public void store(ModelData data) {
        data.put("weights", model.w).put("mean", model.mean).put("noise", model.noise);
    }

    static LinearGaussian parameters(ModelData data) {
        return new LinearGaussian(data.doubles("weights"), data.doubleArray("mean"), data.doubleArray("noise"));
    }

    @Override
    public final int dim() {
        return model.d;
    }

    @Override
    public final int latentDim() {
        return model.k;
    }

    /** {@return a copy of the D numbers of the mean b} */
    public final double[] mean() {
        return model.mean.clone();
    }

    /** {@return the covariance of x, WWᵀ + ψ, D×D} */
    public final DMatrixRMaj covariance() {
        return model.covariance();
    }

    /** {@return the covariance (I + Wᵀψ⁻¹W)⁻¹ of the posterior p(h | x), which is the same for every x, K×K} */
    public final DMatrixRMaj posteriorCovariance() {
        return model.posteriorCovariance.copy();
    }

    /**
     * The number of free parameters: those of W up to a rotation, of b and of ψ.
     *
     * @return D·K − K(K − 1)/2 + D, and as many as the noise has
     */
    public abstract long parameterCount();

    /** D·K − K(K − 1)/2 + D: W up to a rotation, and b. */
    final long parametersOfTheMap() {
        long k = model.k;
        return model.d * k - k * (k - 1) / 2 + model.d;
    }

    /**
     * {@return p log n − 2L with p parameters, the Bayesian information criterion of G. Schwarz 1978; smaller is better}
     *
     * @param x n×D rows of observations, usually those of the fit; not modified
     * @throws IllegalArgumentException as {@link #logDensity}
     */
    public final double bic(DMatrixRMaj x) {
        return parameterCount() * Math.log(x.numRows) - 2 * logLikelihood(x);
    }

    /**
     * As {@link #bic(DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @throws IllegalArgumentException as there
     * @return p log n − 2L with p parameters, the Bayesian information criterion of G. Schwarz 1978; smaller is better
     */
    public final double bic(Dataset data) {
        return bic(observations(data));
    }

    @Override
    public final double[] logDensity(DMatrixRMaj x) {
        return model.logDensity(name + ".logDensity", x);
    }

    @Override
    public final DMatrixRMaj sample(int n, RandomGenerator rng) {
        return model.sample(name + ".sample", n, rng);
    }

    /**
     * The means of the posterior, (I + Wᵀψ⁻¹W)⁻¹Wᵀψ⁻¹(x − b): of factor analysis, the factor scores of the regression
     * method.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K means
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    @Override
    public final DMatrixRMaj encode(DMatrixRMaj x) {
        return model.encode(name + ".encode", x);
    }

    @Override
    public final DMatrixRMaj decode(DMatrixRMaj h) {
        return model.decode(name + ".decode", h);
    }

    /**
     * The log density of what is observed of every row, log p(x_observed).
     *
     * @param x n×D rows of observations, NaN where an entry is missing; not modified
     * @return n values in nats, 0 for a row without any entry
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds an infinite number
     */
    public final double[] logDensityObserved(DMatrixRMaj x) {
        return model.logDensityObserved(name + ".logDensityObserved", x);
    }

    /**
     * The means of the posterior given what is observed of every row.
     *
     * @param x n×D rows of observations, NaN where an entry is missing; not modified
     * @return n×K means of p(h | x_observed)
     * @throws IllegalArgumentException as {@link #logDensityObserved}
     */
    public final DMatrixRMaj encodeObserved(DMatrixRMaj x) {
        return model.encodeObserved(name + ".encodeObserved", x);
    }

    /**
     * Fills in missing entries by their mean given those observed in the row.
     *
     * @param x n×D rows of observations, NaN where an entry is missing; not modified
     * @return n×D rows, with E[x_missing | x_observed] in place of NaN
     * @throws IllegalArgumentException as {@link #logDensityObserved}
     */
    public final DMatrixRMaj impute(DMatrixRMaj x) {
        return model.impute(name + ".impute", x);
    }

    /**
     * The course of the fit; of EM, {@code logLikelihood} in nats, the total over the rows, and {@code noiseVariance}, the
     * mean of ψ.
     */
    @Override
    public final History history() {
        return super.history();
    }
}

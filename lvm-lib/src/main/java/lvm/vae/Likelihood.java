package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.VectorMath;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * The distribution p(x | z) of an observation given what a decoder makes of z, independent over the D dimensions. Its
 * logarithm is a sum over them, in nats.
 */
public final class Likelihood {
    private enum Kind {
        BERNOULLI,
        FIXED,
        SHARED,
        DIAGONAL,
        FREE
    }

    /**
     * xⱼ ~ Bernoulli(sigmoid(lⱼ)), with D logits l from the decoder. Grey levels in [0,1] are taken as the probabilities of
     * ones.
     */
    public static final Likelihood BERNOULLI = new Likelihood(Kind.BERNOULLI, Double.NaN, "Bernoulli");

    /** xⱼ ~ N(μⱼ, σⱼ²), with D means and then D log variances from the decoder. The density of a constant column is unbounded. */
    public static final Likelihood GAUSSIAN =
            new Likelihood(Kind.FREE, Double.NaN, "Gaussian, variances from the decoder");

    /** xⱼ ~ N(μⱼ, σ²), with D means from the decoder and one σ that is learnt. */
    public static final Likelihood GAUSSIAN_SHARED = new Likelihood(Kind.SHARED, Double.NaN, "Gaussian, one variance");

    /**
     * xⱼ ~ N(μⱼ, σⱼ²), with D means from the decoder and a σⱼ for each dimension that is learnt. The density of a constant
     * column is unbounded.
     */
    public static final Likelihood GAUSSIAN_DIAGONAL =
            new Likelihood(Kind.DIAGONAL, Double.NaN, "Gaussian, a variance for each dimension");

    private final Kind kind;
    private final double sigma;
    private final String text;

    private Likelihood(Kind kind, double sigma, String text) {
        this.kind = kind;
        this.sigma = sigma;
        this.text = text;
    }

    /**
     * xⱼ ~ N(μⱼ, σ²), with D means from the decoder and a fixed σ.
     *
     * @param sigma σ, above 0 and finite
     * @return the likelihood
     * @throws IllegalArgumentException if σ is out of range
     */
    public static Likelihood gaussian(double sigma) {
        if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Likelihood.gaussian: sigma is " + sigma + ", expected above 0 and finite");
        }
        return new Likelihood(Kind.FIXED, sigma, "Gaussian, σ = " + sigma);
    }

    /** The columns that the decoder must give for D observed dimensions. */
    int outputs(int dim) {
        return kind == Kind.FREE ? 2 * dim : dim;
    }

    /** The log variance that is learnt beside the decoder, from the variances of the data; null if there is none. */
    Param parameter(double[] variances) {
        if (kind != Kind.SHARED && kind != Kind.DIAGONAL) {
            return null;
        }
        double mean = 0;
        for (double v : variances) {
            mean += v / variances.length;
        }
        FMatrixRMaj start = new FMatrixRMaj(1, kind == Kind.SHARED ? 1 : variances.length);
        start.fill(mean > 0 ? (float) Math.log(mean) : 0);
        return new Param("likelihood.logVariance", start);
    }

    /** The start of the decoder's bias, from the moments of the data. */
    FMatrixRMaj bias(double[] means, double[] variances) {
        int dim = means.length;
        FMatrixRMaj bias = new FMatrixRMaj(1, outputs(dim));
        double mean = 0;
        for (double v : variances) {
            mean += v / dim;
        }
        for (int j = 0; j < dim; j++) {
            if (kind == Kind.BERNOULLI) {
                double p = Math.min(0.99, Math.max(0.01, means[j]));
                bias.data[j] = (float) Math.log(p / (1 - p));
            } else {
                bias.data[j] = (float) means[j];
            }
            if (kind == Kind.FREE) {
                bias.data[dim + j] = mean > 0 ? (float) Math.log(mean) : 0;
            }
        }
        return bias;
    }

    /** log p(xᵢ | zᵢ), n×1, from what the decoder gave; ones is 1×D. */
    Var logProbability(Tape tape, Var outputs, Var x, Param logVariance, FMatrixRMaj ones) {
        int dim = x.cols();
        return switch (kind) {
            case BERNOULLI -> outputs.bernoulliLogLikelihood(x);
            case FIXED -> outputs.gaussianLogLikelihood(x, (float) sigma);
            case SHARED ->
                outputs.gaussianLogLikelihood(x, tape.param(logVariance).mult(tape.constant(ones)));
            case DIAGONAL -> outputs.gaussianLogLikelihood(x, tape.param(logVariance));
            case FREE -> outputs.columns(0, dim).gaussianLogLikelihood(x, outputs.columns(dim, 2 * dim));
        };
    }

    /** The means of x, n×D. */
    FMatrixRMaj mean(FMatrixRMaj outputs, int dim) {
        FMatrixRMaj mean = columns(outputs, 0, dim);
        if (kind == Kind.BERNOULLI) {
            VectorMath.sigmoid(mean, mean);
        }
        return mean;
    }

    /** The variances of x, n×D. */
    FMatrixRMaj variance(FMatrixRMaj outputs, int dim, Param logVariance) {
        FMatrixRMaj variance;
        switch (kind) {
            case BERNOULLI -> {
                variance = mean(outputs, dim);
                for (int i = 0; i < variance.getNumElements(); i++) {
                    variance.data[i] *= 1 - variance.data[i];
                }
            }
            case FREE -> {
                variance = columns(outputs, dim, 2 * dim);
                VectorMath.exp(variance, variance);
            }
            default -> {
                variance = new FMatrixRMaj(outputs.numRows, dim);
                for (int i = 0; i < variance.getNumElements(); i++) {
                    variance.data[i] = (float)
                            switch (kind) {
                                case FIXED -> sigma * sigma;
                                case SHARED -> Math.exp(logVariance.value().data[0]);
                                default -> Math.exp(logVariance.value().data[i % dim]);
                            };
                }
            }
        }
        return variance;
    }

    /** Draws of x, n×D. */
    FMatrixRMaj sample(FMatrixRMaj outputs, int dim, Param logVariance, RandomGenerator rng) {
        FMatrixRMaj x = new FMatrixRMaj(outputs.numRows, dim);
        sample(outputs, dim, logVariance, rng, x);
        return x;
    }

    /** Draws of x, n×D, into a matrix that is used again. */
    void sample(FMatrixRMaj outputs, int dim, Param logVariance, RandomGenerator rng, FMatrixRMaj x) {
        x.reshape(outputs.numRows, dim);
        if (kind == Kind.BERNOULLI) {
            VectorMath.sigmoid(outputs, x);
            Fill.bernoulli(x, x, rng);
            return;
        }
        int width = outputs.numCols;
        for (int i = 0, k = 0; i < x.numRows; i++) {
            for (int j = 0; j < dim; j++, k++) {
                double deviation = switch (kind) {
                    case FREE -> Math.exp(0.5 * outputs.data[i * width + dim + j]);
                    case SHARED -> Math.exp(0.5 * logVariance.value().data[0]);
                    case DIAGONAL -> Math.exp(0.5 * logVariance.value().data[j]);
                    default -> sigma;
                };
                x.data[k] = (float) (outputs.data[i * width + j] + deviation * rng.nextGaussian());
            }
        }
    }

    /** Fails at observations that the distribution can not give. */
    void requireSupport(String where, FMatrixRMaj x) {
        if (kind != Kind.BERNOULLI) {
            return;
        }
        for (int i = 0; i < x.getNumElements(); i++) {
            if (!(x.data[i] >= 0 && x.data[i] <= 1)) {
                throw new IllegalArgumentException(where + ": " + x.data[i] + " in row " + i / x.numCols + ", column "
                        + i % x.numCols + " (counted from 0), a Bernoulli likelihood expects numbers in [0,1]");
            }
        }
    }

    private static FMatrixRMaj columns(FMatrixRMaj m, int from, int to) {
        FMatrixRMaj part = new FMatrixRMaj(m.numRows, to - from);
        for (int i = 0; i < m.numRows; i++) {
            System.arraycopy(m.data, i * m.numCols + from, part.data, i * part.numCols, part.numCols);
        }
        return part;
    }

    @Override
    public String toString() {
        return text;
    }
}

package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.ConditionalDensity;
import lvm.fit.Scaling;
import lvm.linalg.VectorMath;
import lvm.model.Require;
import lvm.random.Fill;
import lvm.store.Recipe;
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
        FREE,
        CONDITIONAL
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

    private final ConditionalDensity.Factory conditional; // null but for CONDITIONAL

    private Likelihood(Kind kind, double sigma, String text) {
        this(kind, sigma, text, null);
    }

    private Likelihood(Kind kind, double sigma, String text, ConditionalDensity.Factory conditional) {
        this.kind = kind;
        this.sigma = sigma;
        this.text = text;
        this.conditional = conditional;
    }

    /**
     * A distribution of all D numbers together, such as {@code PixelCnn.decoder(28, 28, 32, 8, 2)}: the decoder gives the columns
     * of its context. It has no means in closed form, so that what asks for them fails and says so; draws can be had. With
     * a distribution that can describe the data without its context the bound may be best where z says nothing.
     *
     * @param density makes the distribution, which is learnt with the decoder
     * @return the likelihood
     */
    public static Likelihood conditional(ConditionalDensity.Factory density) {
        return new Likelihood(Kind.CONDITIONAL, Double.NaN, density.toString(), density);
    }

    /** The distribution at its start; null for numbers that are independent given z. */
    ConditionalDensity density(double[] means, RandomGenerator rng) {
        if (kind != Kind.CONDITIONAL) {
            return null;
        }
        ConditionalDensity density = conditional.make(means.length, rng);
        density.begin(means);
        return density;
    }

    /** Whether the data are taken as they are: zeros and ones, or levels. */
    boolean isOfLevels() {
        return kind == Kind.BERNOULLI || kind == Kind.CONDITIONAL;
    }

    /**
     * xⱼ ~ N(μⱼ, σ²), with D means from the decoder and a fixed σ.
     *
     * @param sigma σ, above 0 and finite
     * @return the likelihood
     * @throws IllegalArgumentException if σ is out of range
     */
    public static Likelihood gaussian(double sigma) {
        Require.positive("Likelihood.gaussian", "sigma", sigma);
        return new Likelihood(Kind.FIXED, sigma, "Gaussian, σ = " + sigma);
    }

    /** How it is called in a file. */
    Recipe recipe() {
        return switch (kind) {
            case FIXED -> Recipe.of(kind.name(), sigma);
            case CONDITIONAL ->
                Recipe.of(
                        kind.name(),
                        conditional
                                .recipe()
                                .orElseThrow(() -> new IllegalArgumentException("likelihood(" + text
                                        + ") is code of your own, which a file can not hold; take one that the library"
                                        + " makes by name")));
            default -> Recipe.of(kind.name());
        };
    }

    static Likelihood of(Recipe recipe) {
        return switch (recipe.name()) {
            case "BERNOULLI" -> BERNOULLI;
            case "FREE" -> GAUSSIAN;
            case "SHARED" -> GAUSSIAN_SHARED;
            case "DIAGONAL" -> GAUSSIAN_DIAGONAL;
            case "FIXED" -> gaussian(recipe.number(0));
            case "CONDITIONAL" -> conditional(ConditionalDensity.Factory.of(recipe.recipe(0)));
            default -> throw new IllegalArgumentException("a likelihood \"" + recipe + "\" is not known");
        };
    }

    /** The columns that the decoder must give for D observed dimensions. */
    int outputs(int dim) {
        return switch (kind) {
            case FREE -> 2 * dim;
            case CONDITIONAL -> conditional.contextColumns();
            default -> dim;
        };
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
        if (kind == Kind.CONDITIONAL) {
            return bias;
        }
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

    /**
     * What stands beside the log variances of standardised columns so that one σ for all is one in the units of the data: 2 log(σ/sⱼ)
     * for a fixed σ, log(s²/sⱼ²) with the mean s² for one that is learnt, else 0.
     */
    FMatrixRMaj offsets(int dim, Scaling scaling) {
        double square = 0;
        int varying = 0; // a constant column has the scale 1, which says nothing of the units
        for (int j = 0; j < dim; j++) {
            if (scaling.scale(j) != 1) {
                square += (scaling.scale(j) * scaling.scale(j) - square) / ++varying;
            }
        }
        square = varying == 0 ? 1 : square;
        FMatrixRMaj offsets = new FMatrixRMaj(1, dim);
        for (int j = 0; j < dim; j++) {
            double s = scaling.scale(j);
            offsets.data[j] = (float)
                    switch (kind) {
                        case FIXED -> 2 * Math.log(sigma / s);
                        case SHARED -> Math.log(square / s / s);
                        default -> 0;
                    };
        }
        return offsets;
    }

    /** log p(xᵢ | zᵢ), n×1, from what the decoder gave; ones is 1×D, offsets are those of standardised columns or null. */
    Var logProbability(Tape tape, Var outputs, Var x, Param logVariance, FMatrixRMaj ones, FMatrixRMaj offsets) {
        int dim = x.cols();
        return switch (kind) {
            case BERNOULLI -> outputs.bernoulliLogLikelihood(x);
            case FIXED ->
                offsets == null
                        ? outputs.gaussianLogLikelihood(x, (float) sigma)
                        : outputs.gaussianLogLikelihood(x, tape.constant(offsets));
            case SHARED -> {
                Var all = tape.param(logVariance).mult(tape.constant(ones));
                yield outputs.gaussianLogLikelihood(x, offsets == null ? all : all.add(tape.constant(offsets)));
            }
            case DIAGONAL -> outputs.gaussianLogLikelihood(x, tape.param(logVariance));
            case FREE -> outputs.columns(0, dim).gaussianLogLikelihood(x, outputs.columns(dim, 2 * dim));
            case CONDITIONAL -> throw new IllegalStateException("the distribution itself is asked");
        };
    }

    /** The means of x, n×D. */
    FMatrixRMaj mean(FMatrixRMaj outputs, int dim) {
        if (kind == Kind.CONDITIONAL) {
            throw new UnsupportedOperationException("the means of p(x | z) have no closed form where the likelihood is "
                    + text + ": its numbers depend on each other given z; draw them, by sample(z, rng)");
        }
        FMatrixRMaj mean = columns(outputs, 0, dim);
        if (kind == Kind.BERNOULLI) {
            VectorMath.sigmoid(mean, mean);
        }
        return mean;
    }

    boolean isFixed() {
        return kind == Kind.FIXED;
    }

    /** The variances of x, n×D: those of standardised columns, but for a fixed one. */
    FMatrixRMaj variance(FMatrixRMaj outputs, int dim, Param logVariance, FMatrixRMaj offsets) {
        FMatrixRMaj variance;
        switch (kind) {
            case BERNOULLI -> {
                variance = mean(outputs, dim);
                for (int i = 0; i < variance.getNumElements(); i++) {
                    variance.data[i] *= 1 - variance.data[i];
                }
            }
            case CONDITIONAL -> variance = mean(outputs, dim); // which says that there is none
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
                                case SHARED -> Math.exp(shared(logVariance, offsets, i % dim));
                                default -> Math.exp(logVariance.value().data[i % dim]);
                            };
                }
            }
        }
        return variance;
    }

    private static double shared(Param logVariance, FMatrixRMaj offsets, int column) {
        return logVariance.value().data[0] + (offsets == null ? 0 : offsets.data[column]);
    }

    /** Draws of x, n×D, into a matrix that is used again. */
    void sample(
            FMatrixRMaj outputs, int dim, Param logVariance, FMatrixRMaj offsets, RandomGenerator rng, FMatrixRMaj x) {
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
                    case SHARED -> Math.exp(0.5 * shared(logVariance, offsets, j));
                    case DIAGONAL -> Math.exp(0.5 * logVariance.value().data[j]);
                    default -> offsets == null ? sigma : Math.exp(0.5 * offsets.data[j]);
                };
                x.data[k] = (float) (outputs.data[i * width + j] + deviation * rng.nextGaussian());
            }
        }
    }

    /** Fails at observations that the distribution can not give. */
    void requireSupport(String where, FMatrixRMaj x) {
        if (kind == Kind.CONDITIONAL) {
            conditional.require(where, x);
        }
        if (kind != Kind.BERNOULLI) {
            return;
        }
        for (int i = 0; i < x.getNumElements(); i++) {
            if (!(x.data[i] >= 0 && x.data[i] <= 1)) {
                throw new IllegalArgumentException(where + ": " + x.data[i] + " in row " + i / x.numCols + ", column "
                        + i % x.numCols
                        + " (counted from 0), a Bernoulli likelihood expects numbers in [0,1]; for other numbers set"
                        + " likelihood(Likelihood.GAUSSIAN), or cost(Reconstruction.SQUARED_ERROR) of an autoencoder,"
                        + " and divide grey levels by the largest");
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

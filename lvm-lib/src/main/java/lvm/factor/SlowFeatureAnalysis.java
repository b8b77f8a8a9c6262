package lvm.factor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lvm.data.Tables;
import lvm.fit.FitBuilder;
import lvm.linalg.Products;
import lvm.model.Card;
import lvm.model.DoublePrecision;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;

/**
 * Slow feature analysis: features fᵢ(x) of a signal x(t) that change as slowly as can be. They minimise
 * Δᵢ = Eₜ (fᵢ(x(t + 1)) − fᵢ(x(t)))² under Eₜ fᵢ = 0, Eₜ fᵢ² = 1 and Eₜ fᵢ fⱼ = 0 for j &lt; i (L. Wiskott and T. J. Sejnowski
 * 2002, Slow feature analysis: unsupervised learning of invariances). Immutable.
 *
 * <p>The features are linear in an expansion e(x) ∈ ℝᴹ of the signal, fᵢ(x) = wᵢᵀ(e(x) − E e): its coordinates, or these and
 * their products. Then wᵢ solve the generalised eigenproblem A w = Δ B w in closed form, with A = E ė ėᵀ of the differences
 * ė from one moment to the next, B the covariance of e, and Δᵢ in rising order. Directions in which e does not vary
 * are left out.
 *
 * <p>The sign of a feature is not told by the data: the largest of its coefficients wᵢ is positive.
 */
public final class SlowFeatureAnalysis extends SavedModel implements DoublePrecision, HasEncoder<DMatrixRMaj> {

    /** The functions of the signal that the features are made of. */
    public enum Expansion {
        /** The D coordinates. */
        LINEAR,
        /** The D coordinates, and the D (D + 1) / 2 products of two of them. */
        QUADRATIC;

        int size(int d) {
            long size = this == LINEAR ? d : d + (long) d * (d + 1) / 2;
            if (size > 20_000) {
                throw new IllegalArgumentException("SlowFeatureAnalysis: the " + this + " expansion of " + d
                        + " columns has " + size + " functions, at most 20000 are possible; reduce the columns first");
            }
            return (int) size;
        }
    }

    /** Below this part of the greatest variance a direction of the expansion is taken for one that does not vary. */
    private static final double RANK = 1e-12;

    private final Expansion expansion;
    private final double[] mean;
    private final double[] deviation;
    private final double[] expandedMean;
    private final DMatrixRMaj weights;
    private final double[] slowness;

    private SlowFeatureAnalysis(
            Expansion expansion,
            double[] mean,
            double[] deviation,
            double[] expandedMean,
            DMatrixRMaj weights,
            double[] slowness,
            ModelSummary summary) {
        super(summary);
        this.expansion = expansion;
        this.mean = mean;
        this.deviation = deviation;
        this.expandedMean = expandedMean;
        this.weights = weights;
        this.slowness = slowness;
    }

    /** {@return the settings of a slow feature analysis; nothing must be set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the slow features as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static SlowFeatureAnalysis load(Path file) {
        return Models.load(file, SlowFeatureAnalysis.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("expansion", expansion)
                .put("mean", mean)
                .put("deviation", deviation)
                .put("expandedMean", expandedMean)
                .put("weights", weights)
                .put("slowness", slowness);
    }

    static SlowFeatureAnalysis read(ModelData data) {
        return new SlowFeatureAnalysis(
                data.choice("expansion", Expansion.class),
                data.doubleArray("mean"),
                data.doubleArray("deviation"),
                data.doubleArray("expandedMean"),
                data.doubles("weights"),
                data.doubleArray("slowness"),
                data.summary());
    }

    @Override
    public int dim() {
        return mean.length;
    }

    /** {@return the number of features, K} */
    @Override
    public int latentDim() {
        return weights.numRows;
    }

    /**
     * The mean squared changes Δᵢ from one moment to the next, on the signal of the fit; 2 is that of noise without memory.
     *
     * @return a copy of the K numbers, in rising order
     */
    public double[] slowness() {
        return slowness.clone();
    }

    /**
     * The coefficients w of the features in the expansion of the standardised coordinates zⱼ = (xⱼ − E xⱼ) / σⱼ: those of
     * z₁ … z_D, then those of z₁z₁, z₁z₂, …, z₁z_D, z₂z₂, ….
     *
     * @return a copy, K×M, a feature a row
     */
    public DMatrixRMaj weights() {
        return weights.copy();
    }

    /**
     * The features of each moment, fᵢ(x) = wᵢᵀ(e(x) − E e), with the mean of the fit.
     *
     * @param x n×D rows, the values of the signal; not modified
     * @return n×K features, the slowest first
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    @Override
    public DMatrixRMaj encode(DMatrixRMaj x) {
        Require.finiteRows("SlowFeatureAnalysis.encode", "x", x, dim());
        DMatrixRMaj expanded = expand(x, expansion, mean, deviation);
        int m = expanded.numCols;
        for (int i = 0; i < expanded.numRows; i++) {
            for (int j = 0; j < m; j++) {
                expanded.data[i * m + j] -= expandedMean[j];
            }
        }
        DMatrixRMaj features = new DMatrixRMaj(x.numRows, latentDim());
        Products.multTransB(expanded, weights, features);
        return features;
    }

    private static DMatrixRMaj expand(DMatrixRMaj x, Expansion expansion, double[] mean, double[] deviation) {
        int d = x.numCols;
        int m = expansion.size(d);
        DMatrixRMaj out = new DMatrixRMaj(x.numRows, m);
        for (int i = 0; i < x.numRows; i++) {
            int at = i * m;
            for (int j = 0; j < d; j++) {
                out.data[at + j] = (x.data[i * d + j] - mean[j]) / deviation[j];
            }
            if (expansion == Expansion.QUADRATIC) {
                int next = at + d;
                for (int j = 0; j < d; j++) {
                    double zj = out.data[at + j];
                    for (int l = j; l < d; l++) {
                        out.data[next++] = zj * out.data[at + l];
                    }
                }
            }
        }
        return out;
    }

    /** The settings of a fit. */
    public static final class Builder extends FitBuilder<Builder, SlowFeatureAnalysis> {
        /** The expansion used when none is set. */
        public static final Expansion DEFAULT_EXPANSION = Expansion.LINEAR;

        private static final String WHERE = "SlowFeatureAnalysis.fit";

        private int components;
        private Expansion expansion = DEFAULT_EXPANSION;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of features.
         *
         * @param components K, at least 1; by default as many as the expansion has linearly independent functions
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder components(int components) {
            this.components = requireAtLeast("components", 1, components);
            return given("components");
        }

        /**
         * The functions of the signal that the features are made of.
         *
         * @param expansion the expansion, by default {@link #DEFAULT_EXPANSION}
         * @return this
         */
        public Builder expansion(Expansion expansion) {
            this.expansion = Objects.requireNonNull(expansion, "SlowFeatureAnalysis: expansion");
            return given("expansion");
        }

        /**
         * Finds the features of a signal.
         *
         * @param x n×D rows, the values of the signal at one moment after another; not modified and not kept
         * @param columns the names of the columns; none if they have none
         * @return the fitted model
         * @throws IllegalArgumentException if x is empty, holds a NaN or a constant column, has not at least two rows more
         *     than the expansion has functions, or the expansion has fewer linearly independent functions than there
         *     are components
         */
        @Override
        protected SlowFeatureAnalysis fit(DMatrixRMaj x, List<String> columns) {
            Tables.requireFinite(WHERE, x);
            int n = x.numRows;
            int m = expansion.size(x.numCols);
            if (components > m) {
                throw new IllegalArgumentException(WHERE + ": " + components + " components of the " + m
                        + " functions of the " + expansion + " expansion of " + x.numCols + " columns");
            }
            if (n < m + 2) {
                throw new IllegalArgumentException(WHERE + ": x has " + n + (n == 1 ? " row" : " rows") + ", the " + m
                        + " functions of the " + expansion + " expansion need at least " + (m + 2));
            }
            Require.varying(WHERE, "x", x);
            Require.moderate(WHERE, "x", x);
            DMatrixRMaj centred = x.copy();
            double[] mean = Whitening.centre(centred);
            double[] deviation = new double[x.numCols];
            for (int i = 0; i < centred.data.length; i++) {
                deviation[i % x.numCols] += centred.data[i] * centred.data[i] / n;
            }
            for (int j = 0; j < deviation.length; j++) {
                deviation[j] = Math.sqrt(deviation[j]);
            }
            DMatrixRMaj expanded = expand(x, expansion, mean, deviation);
            double[] expandedMean = Whitening.centre(expanded);
            DMatrixRMaj b = new DMatrixRMaj(m, m);
            Products.gemm(true, false, 1.0 / n, expanded, expanded, 0, b);
            Whitening.Directions directions = Whitening.Directions.of(b);
            int rank = directions.rank(RANK);
            if (rank < components) {
                throw new IllegalArgumentException(WHERE + ": the " + expansion + " expansion of x has only " + rank
                        + " linearly independent functions, fewer than the " + components + " components asked for");
            }
            Whitening white = Whitening.of(expandedMean, expanded, directions, rank);
            // With z = Q (e − E e) the covariance B becomes I, and A that of the differences of z.
            DMatrixRMaj z = white.data();
            DMatrixRMaj differences = new DMatrixRMaj(rank, n - 1);
            for (int i = 0; i < rank; i++) {
                for (int t = 0; t < n - 1; t++) {
                    differences.data[i * (n - 1) + t] = z.data[i * n + t + 1] - z.data[i * n + t];
                }
            }
            DMatrixRMaj a = new DMatrixRMaj(rank, rank);
            Products.gemm(false, true, 1.0 / (n - 1), differences, differences, 0, a);
            advise();
            Whitening.Directions fastest = Whitening.Directions.of(a);
            int k = components == 0 ? rank : components;
            DMatrixRMaj turn = new DMatrixRMaj(k, rank);
            double[] slowness = new double[k];
            for (int i = 0; i < k; i++) {
                System.arraycopy(fastest.vectors()[rank - 1 - i], 0, turn.data, i * rank, rank);
                slowness[i] = Math.max(0, fastest.values()[rank - 1 - i]);
            }
            DMatrixRMaj weights = Whitening.product(turn, white.matrix());
            for (int i = 0; i < k; i++) {
                double largest = 0;
                for (int j = 0; j < m; j++) {
                    double w = weights.get(i, j);
                    largest = Math.abs(w) > Math.abs(largest) ? w : largest;
                }
                if (largest < 0) {
                    for (int j = 0; j < m; j++) {
                        weights.set(i, j, -weights.get(i, j));
                    }
                }
            }
            ModelSummary summary = Card.of("SlowFeatureAnalysis")
                    .setting("components", k)
                    .setting("dimensions", x.numCols)
                    .setting("expansion", expansion + ", " + m + " functions")
                    .result("rows", n)
                    .result("independent functions", rank)
                    .results("Δ of the slowest", "%.4g", 10, slowness)
                    .columns(columns)
                    .summary(History.closedForm());
            return new SlowFeatureAnalysis(
                    expansion, mean, deviation, Arrays.copyOf(expandedMean, m), weights, slowness, summary);
        }
    }
}

package lvm.factor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import lvm.data.Tables;
import lvm.fit.FitBuilder;
import lvm.linalg.Products;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import tech.tablesaw.api.Table;

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
public final class SlowFeatureAnalysis implements FittedModel {

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
    private final Map<String, String> results;

    private SlowFeatureAnalysis(
            Expansion expansion,
            double[] mean,
            double[] deviation,
            double[] expandedMean,
            DMatrixRMaj weights,
            double[] slowness,
            Map<String, String> results) {
        this.expansion = expansion;
        this.mean = mean;
        this.deviation = deviation;
        this.expandedMean = expandedMean;
        this.weights = weights;
        this.slowness = slowness;
        this.results = results;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; nothing must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The number of dimensions of the signal.
     *
     * @return D
     */
    public int dim() {
        return mean.length;
    }

    /**
     * The number of features.
     *
     * @return K
     */
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
    public DMatrixRMaj encode(DMatrixRMaj x) {
        LinearMap.require("SlowFeatureAnalysis.encode", "x", x, dim(), "dimensions");
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

    /**
     * The features of each row of a table.
     *
     * @param table n rows of D numeric columns, in the order of time
     * @return n×K features, the slowest first
     * @throws IllegalArgumentException as {@link #encode(DMatrixRMaj)} and {@link Tables#matrix(Table)}
     */
    public DMatrixRMaj encode(Table table) {
        return encode(Tables.matrix(table));
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

    @Override
    public History history() {
        return History.closedForm();
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("components", String.valueOf(latentDim()));
        settings.put("dimensions", String.valueOf(dim()));
        settings.put("expansion", expansion + ", " + weights.numCols + " functions");
        Map<String, String> shown = new LinkedHashMap<>(results);
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < Math.min(10, slowness.length); i++) {
            values.append(i == 0 ? "" : ", ").append(String.format(Locale.ROOT, "%.4g", slowness[i]));
        }
        shown.put("Δ of the slowest", values + (slowness.length > 10 ? ", …" : ""));
        return new ModelSummary("SlowFeatureAnalysis", settings, shown, history());
    }

    @Override
    public String toString() {
        return summary().toString();
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
            return this;
        }

        /**
         * The functions of the signal that the features are made of.
         *
         * @param expansion the expansion, by default {@link #DEFAULT_EXPANSION}
         * @return this
         */
        public Builder expansion(Expansion expansion) {
            this.expansion = Objects.requireNonNull(expansion, "SlowFeatureAnalysis: expansion");
            return this;
        }

        /**
         * Finds the features of a signal.
         *
         * @param x n×D rows, the values of the signal at one moment after another; not modified and not kept
         * @return the fitted model
         * @throws IllegalArgumentException if x is empty, holds a NaN or a constant column, has not at least two rows more
         *     than the expansion has functions, or the expansion has fewer linearly independent functions than there
         *     are components
         */
        @Override
        public SlowFeatureAnalysis fit(DMatrixRMaj x) {
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
            Whitening.requireNoConstant(WHERE, x);
            DMatrixRMaj centred = x.copy();
            double[] mean = Whitening.centre(centred);
            double[] deviation = new double[x.numCols];
            for (int i = 0; i < centred.data.length; i++) {
                deviation[i % x.numCols] += centred.data[i] * centred.data[i] / n;
            }
            for (int j = 0; j < deviation.length; j++) {
                deviation[j] = Math.sqrt(deviation[j]);
                if (!(deviation[j] > 0 && deviation[j] < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException(WHERE + ": the standard deviation of column " + j
                            + " (counted from 0) is " + deviation[j] + "; scale it to a moderate range");
                }
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
            Map<String, String> results = new LinkedHashMap<>();
            results.put("rows", String.valueOf(n));
            results.put("independent functions", String.valueOf(rank));
            return new SlowFeatureAnalysis(
                    expansion, mean, deviation, Arrays.copyOf(expandedMean, m), weights, slowness, results);
        }
    }
}

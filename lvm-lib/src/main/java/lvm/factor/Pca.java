package lvm.factor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lvm.data.Chunks;
import lvm.data.ColumnRanges;
import lvm.data.Dataset;
import lvm.fit.FitBuilder;
import lvm.fit.FitsChunks;
import lvm.linalg.Products;
import lvm.model.Card;
import lvm.model.DoublePrecision;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Principal component analysis: the K-dimensional plane b + span(v₁ … v_K) that is nearest to the data in the sum of
 * squared distances. The orthonormal directions v are the leading eigenvectors of the covariance of the data, their
 * eigenvalues λ the variances along them; the plane is the simplest picture of a manifold that data lie near. Immutable.
 *
 * <p>h = V(x − b) encodes an observation, x̂ = Vᵀh + b decodes it, with b ∈ ℝᴰ the mean and V the K×D matrix of
 * directions. PCA has no density: {@link #probabilistic()} and {@link ProbabilisticPca} do.
 *
 * <p>K. Pearson 1901; H. Hotelling 1933. The randomised solver is that of N. Halko, P.-G. Martinsson and J. A. Tropp 2011.
 */
public final class Pca extends SavedModel implements DoublePrecision, HasEncoder<DMatrixRMaj>, HasDecoder<DMatrixRMaj> {

    /** How the directions are found. */
    public enum Solver {
        /**
         * {@link #SVD} where that is quick (up to 10⁷ multiplications n·D·min(n, D)), else {@link #EIGEN} where the smaller
         * of n and D is at most 4000, else {@link #RANDOMIZED}.
         */
        AUTO,
        /** The singular values of the centred data, the most accurate: also tiny variances have all their digits. */
        SVD,
        /**
         * The eigenvalues of the covariance or, where there are fewer rows than columns, of the products of the rows. A
         * variance below 10⁻¹⁶ of the largest is lost in rounding.
         */
        EIGEN,
        /**
         * A random sketch and power iterations, for large n and D: approximate, the better the faster the variances fall.
         * The seed is that of the builder.
         */
        RANDOMIZED
    }

    private final Principal principal;
    private final long rows;
    private final double[] variances;

    private Pca(Principal principal, long rows, ModelSummary summary) {
        super(summary);
        this.principal = principal;
        this.rows = rows;
        this.variances = principal.variances().clone();
        for (int j = 0; j < variances.length; j++) {
            variances[j] *= unbiased(rows);
        }
    }

    /** {@return the settings of a principal component analysis; nothing must be set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the principal plane as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static Pca load(Path file) {
        return Models.load(file, Pca.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("mean", principal.mean())
                .put("directions", principal.directions())
                .put("variances", principal.variances())
                .put("totalVariance", principal.totalVariance())
                .put("solver", principal.solver())
                .put("rows", rows);
    }

    static Pca read(ModelData data) {
        Principal principal = new Principal(
                data.doubleArray("mean"),
                data.doubles("directions"),
                data.doubleArray("variances"),
                data.number("totalVariance"),
                data.choice("solver", Solver.class));
        return new Pca(principal, data.whole("rows"), data.summary());
    }

    /** What makes of squares divided by n squares divided by n − 1. */
    private static double unbiased(long rows) {
        return rows / (rows - 1.0);
    }

    @Override
    public int latentDim() {
        return variances.length;
    }

    @Override
    public int dim() {
        return principal.mean().length;
    }

    /** {@return a copy of the D numbers of the mean b} */
    public double[] mean() {
        return principal.mean().clone();
    }

    /**
     * The principal directions V.
     *
     * @return a copy, K×D, one direction a row, orthonormal, the one of the largest variance first; the element of each
     *     that is largest in size is positive
     */
    public DMatrixRMaj components() {
        return principal.directions().copy();
    }

    /** {@return the variances λ along the directions, the squares divided by n − 1: a copy of K numbers, the largest first} */
    public double[] explainedVariance() {
        return variances.clone();
    }

    /**
     * The parts of the total variance that the directions explain.
     *
     * @return K numbers, the largest first; they sum to 1 if no direction was left out
     */
    public double[] explainedVarianceRatio() {
        return principal.ratios();
    }

    /**
     * The sum of the variances of all D columns, which is that along all directions.
     *
     * @return the sum, the squares divided by n − 1
     */
    public double totalVariance() {
        return principal.totalVariance() * unbiased(rows);
    }

    /**
     * The singular values of the centred data.
     *
     * @return K numbers, the largest first; their squares are n − 1 times the variances
     */
    public double[] singularValues() {
        return Arrays.stream(principal.variances())
                .map(v -> Math.sqrt(v * rows))
                .toArray();
    }

    /**
     * The mean of the D − K variances along the directions that were left out.
     *
     * @return the variance, the squares divided by n − 1; 0 if nothing was left out
     */
    public double noiseVariance() {
        return principal.discardedVariance() * unbiased(rows);
    }

    /**
     * The coordinates of every row in the plane, h = V(x − b).
     *
     * @param x n×D rows of observations; not modified
     * @return n×K coordinates
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    @Override
    public DMatrixRMaj encode(DMatrixRMaj x) {
        return encode("Pca.encode", x);
    }

    private DMatrixRMaj encode(String where, DMatrixRMaj x) {
        return LinearMap.encode(where, x, principal.mean(), principal.directions());
    }

    /**
     * The points of the plane with given coordinates, x̂ = Vᵀh + b.
     *
     * @param h n×K coordinates; not modified
     * @return n×D points
     * @throws IllegalArgumentException if h has another number of columns than there are directions, or holds a NaN
     */
    @Override
    public DMatrixRMaj decode(DMatrixRMaj h) {
        Require.finiteRows("Pca.decode", "h", h, latentDim());
        return plane(h);
    }

    private DMatrixRMaj plane(DMatrixRMaj h) {
        DMatrixRMaj x = new DMatrixRMaj(h.numRows, dim());
        Products.multBias(h, principal.directions(), new DMatrixRMaj(1, dim(), true, principal.mean()), x);
        return x;
    }

    /**
     * The point of the plane that is nearest to every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n×D points
     * @throws IllegalArgumentException as {@link #encode(DMatrixRMaj)}
     */
    public DMatrixRMaj reconstruct(DMatrixRMaj x) {
        return plane(encode("Pca.reconstruct", x));
    }

    /**
     * As {@link #reconstruct(DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×D points
     * @throws IllegalArgumentException as there
     */
    public DMatrixRMaj reconstruct(Dataset data) {
        return reconstruct(observations(data));
    }

    /**
     * The squared distance of every row to the plane.
     *
     * @param x n×D rows of observations; not modified
     * @return n values of |xᵢ − x̂ᵢ|²; over the data of the fit their mean is (n − 1)/n times the variance left out
     * @throws IllegalArgumentException as {@link #encode(DMatrixRMaj)}
     */
    public double[] reconstructionError(DMatrixRMaj x) {
        DMatrixRMaj nearest = plane(encode("Pca.reconstructionError", x));
        int d = dim();
        double[] error = new double[x.numRows];
        for (int i = 0; i < x.numRows; i++) {
            for (int j = i * d; j < (i + 1) * d; j++) {
                double difference = x.data[j] - nearest.data[j];
                error[i] += difference * difference;
            }
        }
        return error;
    }

    /**
     * As {@link #reconstructionError(DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n values of |xᵢ − x̂ᵢ|²; over the data of the fit their mean is (n − 1)/n times the variance left out
     * @throws IllegalArgumentException as there
     */
    public double[] reconstructionError(Dataset data) {
        return reconstructionError(observations(data));
    }

    /**
     * The coordinates of every row in standard deviations, h_k / √λ_k: over the data of the fit their covariance is the unit
     * matrix.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K coordinates
     * @throws IllegalArgumentException as {@link #encode(DMatrixRMaj)}, or if the data of the fit have no variance along one
     *     of the directions
     */
    public DMatrixRMaj whiten(DMatrixRMaj x) {
        DMatrixRMaj h = encode("Pca.whiten", x);
        double[] scale = standardDeviations("Pca.whiten");
        for (int i = 0; i < h.getNumElements(); i++) {
            h.data[i] /= scale[i % scale.length];
        }
        return h;
    }

    /**
     * As {@link #whiten(DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K coordinates
     * @throws IllegalArgumentException as there
     */
    public DMatrixRMaj whiten(Dataset data) {
        return whiten(observations(data));
    }

    /**
     * The points of the plane with given coordinates in standard deviations: the inverse of {@link #whiten} on the plane.
     *
     * @param h n×K coordinates; not modified
     * @return n×D points
     * @throws IllegalArgumentException as {@link #decode}
     */
    public DMatrixRMaj unwhiten(DMatrixRMaj h) {
        Require.finiteRows("Pca.unwhiten", "h", h, latentDim());
        DMatrixRMaj scaled = h.copy();
        for (int i = 0; i < h.getNumElements(); i++) {
            scaled.data[i] *= Math.sqrt(variances[i % variances.length]);
        }
        return plane(scaled);
    }

    private double[] standardDeviations(String where) {
        double[] deviations = new double[variances.length];
        for (int j = 0; j < deviations.length; j++) {
            if (!(principal.variances()[j] > principal.negligible())) {
                throw new IllegalArgumentException(where + ": the data of the fit have no variance along component " + j
                        + " (counted from 0), so it can not be scaled to 1; fit " + j + " components");
            }
            deviations[j] = Math.sqrt(variances[j]);
        }
        return deviations;
    }

    /**
     * The angles between the principal plane and the span of other directions: all are 0 where one holds the other.
     *
     * @param directions M×D, one direction a row, not necessarily orthonormal, of full rank; not modified
     * @return min(K, M) angles in radians, from 0 to π/2, the smallest first
     * @throws IllegalArgumentException if there are other than D columns or no or more than D rows, or there is a NaN
     */
    public double[] principalAngles(DMatrixRMaj directions) {
        Require.finiteRows("Pca.principalAngles", "directions", directions, dim());
        int m = directions.numRows;
        if (m == 0 || m > dim()) {
            throw new IllegalArgumentException("Pca.principalAngles: " + m + " directions, expected 1 to " + dim());
        }
        DMatrixRMaj columns = new DMatrixRMaj(dim(), m);
        CommonOps_DDRM.transpose(directions, columns);
        DMatrixRMaj q = Centered.orthonormal(columns);
        int k = latentDim();
        DMatrixRMaj cosines = new DMatrixRMaj(k, m);
        Products.mult(principal.directions(), q, cosines);
        // Near 0 the cosine says nothing, the sine does: that part of the smaller basis which is outside the larger.
        DMatrixRMaj outside;
        if (k <= m) {
            outside = new DMatrixRMaj(k, dim());
            Products.multTransB(cosines, q, outside);
            subtractFrom(principal.directions(), outside);
        } else {
            outside = new DMatrixRMaj(dim(), m);
            Products.multTransA(principal.directions(), cosines, outside);
            subtractFrom(q, outside);
        }
        double[] cosine = singularValues(cosines);
        double[] sine = singularValues(outside);
        int count = Math.min(k, m);
        double[] angles = new double[count];
        for (int i = 0; i < count; i++) {
            angles[i] = Math.atan2(sine[count - 1 - i], cosine[i]);
        }
        return angles;
    }

    private static void subtractFrom(DMatrixRMaj a, DMatrixRMaj b) {
        for (int i = 0; i < b.getNumElements(); i++) {
            b.data[i] = a.data[i] - b.data[i];
        }
    }

    /** The largest first. */
    private static double[] singularValues(DMatrixRMaj a) {
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(a.numRows, a.numCols, false, false, true);
        if (!svd.decompose(a.copy())) {
            throw new ArithmeticException("Pca: the singular values were not found");
        }
        double[] values = Arrays.copyOf(svd.getSingularValues(), Math.min(a.numRows, a.numCols));
        Arrays.sort(values);
        for (int i = 0, j = values.length - 1; i < j; i++, j--) {
            double swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
        return values;
    }

    /**
     * The density that goes with this plane: probabilistic PCA with W = Vᵀ(Λ − σ²I)^½ and σ² the {@link #noiseVariance()}.
     * Its variances are divided by n − 1, those of {@link ProbabilisticPca#builder()} by n, which maximises the likelihood.
     *
     * @return the model; its history is a closed form's
     * @throws IllegalArgumentException if no variance was left out
     */
    public ProbabilisticPca probabilistic() {
        return ProbabilisticPca.of("Pca.probabilistic", principal, unbiased(rows), columns());
    }

    /** The settings of a fit. */
    public static final class Builder extends FitBuilder<Builder, Pca> implements FitsChunks<Pca> {
        /** The solver used when none is set. */
        public static final Solver DEFAULT_SOLVER = Solver.AUTO;

        /** The columns that a randomised sketch has beyond the components when no number is set. */
        public static final int DEFAULT_OVERSAMPLING = 10;

        /** The power iterations of a randomised sketch when no number is set. */
        public static final int DEFAULT_POWER_ITERATIONS = 4;

        private int components;
        private Solver solver = DEFAULT_SOLVER;
        private int oversampling = DEFAULT_OVERSAMPLING;
        private int powerIterations = DEFAULT_POWER_ITERATIONS;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of directions to keep.
         *
         * @param components K, at least 1; by default all, min(n − 1, D)
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder components(int components) {
            this.components = requireAtLeast("components", 1, components);
            return given("components");
        }

        /**
         * How the directions are found.
         *
         * @param solver the solver, by default {@link #DEFAULT_SOLVER}
         * @return this
         */
        public Builder solver(Solver solver) {
            this.solver = Objects.requireNonNull(solver, "Pca: solver");
            return given("solver");
        }

        /**
         * The columns that a randomised sketch has beyond the components; not to be set with a solver that makes none.
         *
         * @param oversampling at least 0, by default {@link #DEFAULT_OVERSAMPLING}
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder oversampling(int oversampling) {
            this.oversampling = requireAtLeast("oversampling", 0, oversampling);
            return given("oversampling");
        }

        /**
         * The power iterations of a randomised sketch: each lets the large variances stand out by another factor of their
         * squared ratio to the small ones. Not to be set with a solver that makes no sketch.
         *
         * @param powerIterations at least 0, by default {@link #DEFAULT_POWER_ITERATIONS}
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder powerIterations(int powerIterations) {
            this.powerIterations = requireAtLeast("powerIterations", 0, powerIterations);
            return given("powerIterations");
        }

        /**
         * Finds the principal plane.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @param columns the names of the columns; none if they have none
         * @return the fitted model
         * @throws IllegalArgumentException if x is empty, has one row or holds a NaN, all its rows are the same, there are
         *     more components than min(n − 1, D), or a setting of the sketch is set for a solver without one
         * @throws java.util.concurrent.CancellationException if interrupted
         */
        @Override
        protected Pca fit(DMatrixRMaj x, List<String> columns) {
            String where = "Pca.fit";
            if (solver != Solver.AUTO && solver != Solver.RANDOMIZED) {
                unused("the solver " + solver, "oversampling", "powerIterations");
            }
            Centered.requireData(where, x);
            Require.moderateTogether(where, "x", x);
            Centered.requireDirections(where, "components", components, x);
            Principal.Sketch sketch = new Principal.Sketch(oversampling, powerIterations, seed());
            Principal principal = Principal.of(where, x, components, solver, sketch);
            advise();
            return new Pca(principal, x.numRows, summary(principal, x.numRows, sketch, columns));
        }

        /**
         * Finds the principal plane of rows that are read in chunks, by the eigenvalues of their covariance: D×D numbers are in
         * memory.
         *
         * @param x n rows of D observations
         * @return the fitted model, with the solver {@link Solver#EIGEN}
         * @throws IllegalArgumentException as for rows in memory, or if the solver is another than AUTO and EIGEN
         * @throws java.util.concurrent.CancellationException if interrupted
         */
        @Override
        public Pca fit(Chunks x) {
            String where = "Pca.fit";
            unused("a fit in chunks, by the eigenvalues of the covariance,", "oversampling", "powerIterations");
            if (solver != Solver.AUTO && solver != Solver.EIGEN) {
                throw new IllegalArgumentException(where + ": the solver " + solver
                        + " takes all rows in memory, but x is read in chunks; use AUTO or EIGEN");
            }
            ColumnRanges ranges = Centered.requireData(where, x);
            Require.moderate(where, "x", ranges, false);
            Centered.requireDirections(where, "components", components, x, ranges);
            Principal principal = Principal.of(where, x, components);
            advise();
            return new Pca(principal, x.rows(), summary(principal, x.rows(), null, x.columns()));
        }

        @Override
        protected Pca fitOnDisk(Dataset data) {
            return fit(data.chunks());
        }

        private static ModelSummary summary(
                Principal principal, long rows, Principal.Sketch sketch, List<String> columns) {
            Card card = Card.of("Pca")
                    .setting("components", principal.variances().length)
                    .setting("dimensions", principal.mean().length)
                    .setting("solver", principal.solver());
            if (principal.solver() == Solver.RANDOMIZED) {
                card.setting("oversampling", sketch.oversampling())
                        .setting("power iterations", sketch.powerIterations())
                        .setting("seed", sketch.seed());
            }
            double[] ratios = principal.ratios();
            double explained = 100 * Arrays.stream(ratios).sum();
            double unbiased = unbiased(rows);
            return card.result("rows", rows)
                    .result("explained variance", "%.2f %% of %.6g", explained, principal.totalVariance() * unbiased)
                    .results("ratios", "%.4f", 8, ratios)
                    .result("noise variance", "%.6g", principal.discardedVariance() * unbiased)
                    .columns(columns)
                    .summary(History.closedForm());
        }
    }
}

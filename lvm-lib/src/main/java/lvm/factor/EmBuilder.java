package lvm.factor;

import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.fit.ConvergentFitBuilder;
import lvm.fit.FitsChunks;
import lvm.model.Card;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * The settings that the linear Gaussian models have for their fit by the EM algorithm. It has converged when an iteration
 * raises the log-likelihood by less than the {@link #tolerance} in nats per row; with a tolerance of 0 the budget is used up.
 * After 1000 iterations each is made of several steps of EM with extrapolations between them (R. Varadhan and C. Roland 2008),
 * which never lower the likelihood: where a noise variance goes to 0, EM alone would need any number of iterations.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class EmBuilder<B extends EmBuilder<B, M>, M> extends ConvergentFitBuilder<B, M>
        implements FitsChunks<M> {
    /** The budget of iterations used when none is set. */
    public static final int DEFAULT_MAX_ITERATIONS = 10_000;

    /** The tolerance used when none is set, in nats per row. */
    public static final double DEFAULT_TOLERANCE = 1e-9;

    private boolean missingEntries;

    EmBuilder() {
        super(DEFAULT_MAX_ITERATIONS, DEFAULT_TOLERANCE, 1);
    }

    /**
     * Whether NaN stands for an entry that is missing, at random; in a table a missing value does. The fit then maximises
     * the likelihood of what is observed, by EM.
     *
     * @param missingEntries by default false: NaN is refused
     * @return this
     */
    public B missingEntries(boolean missingEntries) {
        this.missingEntries = missingEntries;
        return given("missingEntries");
    }

    /**
     * Fits the model to the numeric columns of a table.
     *
     * @param table n rows; every column must be numeric and, unless {@link #missingEntries} are allowed, without missing
     *     values
     * @return the fitted model
     * @throws IllegalArgumentException as {@link #fit(DMatrixRMaj)} and {@link Tables#matrix(Table)}
     */
    @Override
    public M fit(Table table) {
        if (!missingEntries) {
            return super.fit(table);
        }
        DMatrixRMaj x = new DMatrixRMaj(table.rowCount(), table.columnCount());
        for (int j = 0; j < x.numCols; j++) {
            Column<?> column = table.column(j);
            if (!(column instanceof NumericColumn<?> numbers)) {
                return super.fit(table); // which says what is wrong with it
            }
            for (int i = 0; i < x.numRows; i++) {
                x.set(i, j, numbers.isMissing(i) ? Double.NaN : numbers.getDouble(i));
            }
        }
        return fit(x, table.columnNames());
    }

    @Override
    protected final M fitOnDisk(Dataset data) {
        return fit(data.chunks());
    }

    final boolean allowsMissing() {
        return missingEntries;
    }

    /** Refuses what takes each row by itself. */
    final void requireNoneMissing() {
        if (missingEntries) {
            throw new IllegalArgumentException(modelName()
                    + ": missingEntries is set, but rows that are read in chunks have none: their numbers are finite");
        }
    }

    /** What the card says of a fit by EM. */
    final void tell(Card card) {
        card.setting("max iterations", maxIterations()).setting("tolerance", "%.1e nats per row", tolerance());
        if (missingEntries) {
            card.setting("missing entries", "NaN");
        }
    }

    /** What the card says of every fit. */
    static void tell(Card card, long rows, double logLikelihood, double tolerance, History history) {
        card.result("rows", rows).result("log-likelihood", "%.6f nats", logLikelihood);
        if (history.stop() != History.Stop.CLOSED_FORM) {
            card.result("iterations", history.size() + ", " + history.stop());
        }
        if (history.stop() == History.Stop.BUDGET && tolerance > 0) {
            card.result("not converged", "raise maxIterations, or the tolerance of " + tolerance + " nats per row");
        }
    }

    /** Data with holes: numbers or NaN, no infinite ones, no empty or constant column. */
    static void requireDataWithHoles(String where, DMatrixRMaj x) {
        if (x.numRows == 0 || x.numCols == 0) {
            Tables.requireFinite(where, x); // says which
        }
        LinearGaussian.requireFiniteOrNan(where, x);
        for (int j = 0; j < x.numCols; j++) {
            double first = Double.NaN;
            boolean varies = false;
            for (int i = 0; i < x.numRows && !varies; i++) {
                double value = x.get(i, j);
                varies = !Double.isNaN(first) && !Double.isNaN(value) && value != first;
                first = Double.isNaN(first) ? value : first;
            }
            if (Double.isNaN(first)) {
                throw new IllegalArgumentException(
                        where + ": column " + j + " (counted from 0) has no entry in any row; leave it out");
            }
            if (!varies) {
                throw new IllegalArgumentException(where + ": column " + j + " (counted from 0) of x is constant, "
                        + first + " in every row; leave it out");
            }
        }
    }
}

package lvm.factor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import lvm.data.Tables;
import lvm.fit.Fit;
import lvm.fit.IterationListener;
import lvm.fit.IterativeFitBuilder;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * The settings that the linear Gaussian models have for their fit by the EM algorithm.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class EmBuilder<B extends EmBuilder<B, M>, M> extends IterativeFitBuilder<B, M> {
    /** The budget of iterations used when none is set. */
    public static final int DEFAULT_MAX_ITERATIONS = 10_000;

    /** The tolerance used when none is set, in nats per row. */
    public static final double DEFAULT_TOLERANCE = 1e-9;

    static final List<String> COLUMNS = List.of("logLikelihood", "noiseVariance");

    private final String name;
    private int maxIterations = DEFAULT_MAX_ITERATIONS;
    private double tolerance = DEFAULT_TOLERANCE;
    private boolean missingEntries;
    private IterationListener<? super M> listener;

    EmBuilder(String name) {
        this.name = name;
    }

    /**
     * The budget of iterations.
     *
     * @param maxIterations at least 0, by default {@link #DEFAULT_MAX_ITERATIONS}
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public B maxIterations(int maxIterations) {
        this.maxIterations = Centered.atLeast(name, "maxIterations", 0, maxIterations);
        return self();
    }

    /**
     * The stopping rule: EM has converged when an iteration raises the log-likelihood by less than this per row.
     *
     * @param tolerance in nats per row, at least 0, by default {@link #DEFAULT_TOLERANCE}; 0 uses up the budget
     * @return this
     * @throws IllegalArgumentException if negative or NaN
     */
    public B tolerance(double tolerance) {
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException(name + ": tolerance is " + tolerance + ", expected at least 0");
        }
        this.tolerance = tolerance;
        return self();
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
        return self();
    }

    /**
     * Who looks on: called with the start as iteration 0 and with the model after each iteration of EM.
     *
     * @param listener called in the thread of the fit
     * @return this
     */
    public B listener(IterationListener<? super M> listener) {
        this.listener = Objects.requireNonNull(listener, name + ": listener");
        return self();
    }

    /**
     * Fits the model to the numeric columns of a table.
     *
     * @param table n rows; every column must be numeric and, unless {@link #missingEntries} are allowed, without missing
     *     values
     * @return the fitted model
     * @throws IllegalArgumentException as {@link #fit(DMatrixRMaj)} and {@link Tables#matrix}
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
        return fit(x);
    }

    final boolean allowsMissing() {
        return missingEntries;
    }

    /** What a fit by EM left behind. */
    record Fitted(LinearGaussian model, History history, double logLikelihood) {}

    /** Makes the model of where a fit stands. */
    interface Maker<M> {
        M make(Fitted fitted);
    }

    /** EM from a start: {@link Fit} repeats its steps. */
    final M run(Em em, Maker<M> maker) {
        Fit fit = new Fit(em)
                .options(options(0, maxIterations))
                .label("EM")
                .objectiveName("log-likelihood")
                .columns(COLUMNS, () -> new double[] {em.logLikelihood(), em.meanNoise()});
        if (tolerance > 0) {
            fit.convergedWhen(() -> em.gain() < tolerance);
        }
        if (keepsCheckpoints()) {
            fit.parameters(em);
        }
        if (listener != null) {
            History none = new History.Recorder(COLUMNS.toArray(String[]::new)).finish(History.Stop.BUDGET);
            listener.iteration(0, maker.make(new Fitted(em.model(), none, em.logLikelihood())));
            fit.listener(epoch -> listener.iteration(
                    (int) epoch.epoch(), maker.make(new Fitted(em.model(), epoch.history(), em.logLikelihood()))));
        }
        History history = fit.run();
        return maker.make(new Fitted(em.model(), history, em.logLikelihood()));
    }

    /** The settings of EM for the summary. */
    final Map<String, String> emSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max iterations", String.valueOf(maxIterations));
        settings.put("tolerance", String.format(Locale.ROOT, "%.1e nats per row", tolerance));
        if (missingEntries) {
            settings.put("missing entries", "NaN");
        }
        return settings;
    }

    /** The results of a fit for the summary. */
    static Map<String, String> results(int rows, Fitted fitted) {
        Map<String, String> results = new LinkedHashMap<>();
        results.put("rows", String.valueOf(rows));
        results.put("log-likelihood", String.format(Locale.ROOT, "%.6f nats", fitted.logLikelihood));
        if (fitted.history.stop() != History.Stop.CLOSED_FORM) {
            results.put("iterations", fitted.history.size() + ", " + fitted.history.stop());
        }
        return results;
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
                throw constant(where, j, first);
            }
        }
    }

    static IllegalArgumentException constant(String where, int column, double value) {
        return new IllegalArgumentException(where + ": column " + column + " (counted from 0) is constant, " + value
                + " in every row; it has no density, leave it out");
    }
}

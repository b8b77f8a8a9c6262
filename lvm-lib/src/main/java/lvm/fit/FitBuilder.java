package lvm.fit;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Tables;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import tech.tablesaw.api.Table;

/**
 * The settings that every model has, and the forms of data that every {@code fit} takes: a {@link Dataset}, a matrix of
 * doubles or floats, a table, rows of numbers. A family implements one of them, the others lead there.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class FitBuilder<B extends FitBuilder<B, M>, M> {

    /** The seed used when none is set. */
    public static final long DEFAULT_SEED = 1;

    private long seed = DEFAULT_SEED;

    /** For the builders of the families. */
    protected FitBuilder() {}

    /**
     * This builder, as its own type.
     *
     * @return this
     */
    protected abstract B self();

    /**
     * Fits the model.
     *
     * @param x n×D rows of observations; not modified and not kept
     * @return the fitted model
     * @throws IllegalArgumentException if a setting is missing or x can not be fitted; the message says what and where
     */
    public abstract M fit(DMatrixRMaj x);

    /**
     * The seed of everything random in the fit: the same seed, data, settings and machine give the same model.
     *
     * @param seed any number, by default {@link #DEFAULT_SEED}
     * @return this
     */
    public B seed(long seed) {
        this.seed = seed;
        return self();
    }

    /**
     * The seed that is set.
     *
     * @return the seed
     */
    protected final long seed() {
        return seed;
    }

    /**
     * Fits the model to the observations of a data set; labels are not looked at unless the model says so.
     *
     * @param data n rows of D observations; grey levels that are binarised anew at each reading are drawn once, from the
     *     seed
     * @return the fitted model
     * @throws IllegalArgumentException as {@link #fit(DMatrixRMaj)}
     */
    public M fit(Dataset data) {
        return fit(data.matrix(new SplittableRandom(seed)));
    }

    /**
     * Fits the model to observations in single precision.
     *
     * @param x n×D rows of observations; not modified and not kept
     * @return the fitted model
     * @throws IllegalArgumentException as {@link #fit(DMatrixRMaj)}
     */
    public M fit(FMatrixRMaj x) {
        return fit(Dataset.of(x));
    }

    /**
     * Fits the model to the numeric columns of a table.
     *
     * @param table n rows; every column must be numeric and without missing values
     * @return the fitted model
     * @throws IllegalArgumentException as {@link #fit(DMatrixRMaj)} and {@link Tables#matrix}
     */
    public M fit(Table table) {
        return fit(Tables.matrix(table));
    }

    /**
     * Fits the model to rows of numbers.
     *
     * @param rows n rows of D numbers; not modified and not kept
     * @return the fitted model
     * @throws IllegalArgumentException as {@link #fit(DMatrixRMaj)}, or if there is no row or the rows differ in length
     */
    public M fit(double[][] rows) {
        return fit(Tables.matrix(rows));
    }

    /**
     * The name of the model in messages and on its card.
     *
     * @return the class that the builder stands in, or else the builder's own
     */
    protected final String modelName() {
        Class<?> outer = getClass().getEnclosingClass();
        return (outer == null ? getClass() : outer).getSimpleName();
    }

    /**
     * Checks a whole number that is set.
     *
     * @param setting the name of the setting
     * @param least the least value
     * @param value the value
     * @return the value
     * @throws IllegalArgumentException if it is less, named by the model and the setting
     */
    protected final int requireAtLeast(String setting, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    modelName() + ": " + setting + " is " + value + ", expected at least " + least);
        }
        return value;
    }
}

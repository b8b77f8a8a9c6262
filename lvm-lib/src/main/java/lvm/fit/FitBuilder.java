package lvm.fit;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

    private static final String BUILDER = "Builder";

    private long seed = DEFAULT_SEED;
    private final Set<String> given = new LinkedHashSet<>();

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
    public M fit(DMatrixRMaj x) {
        return fit(x, List.of());
    }

    /**
     * Fits the model to columns that may have names. Families in double precision implement this one.
     *
     * @param x n×D rows of observations; not modified and not kept
     * @param columns the names of the columns, for the model's card; none if they have none
     * @return the fitted model
     * @throws IllegalArgumentException if a setting is missing or x can not be fitted; the message says what and where
     */
    protected abstract M fit(DMatrixRMaj x, List<String> columns);

    /**
     * The seed of everything random in the fit: the same seed, data, settings and machine give the same model.
     *
     * @param seed any number, by default {@link #DEFAULT_SEED}
     * @return this
     */
    public B seed(long seed) {
        this.seed = seed;
        return given("seed");
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
        return data.isOnDisk() ? fitOnDisk(data) : fit(data.matrix(new SplittableRandom(seed)), data.columns());
    }

    /**
     * Fits the model to rows on disk: by default to all of them in memory. Builders that fit in chunks do so here.
     *
     * @param data n rows of D observations
     * @return the fitted model
     * @throws IllegalArgumentException as {@link #fit(DMatrixRMaj)}
     */
    protected M fitOnDisk(Dataset data) {
        return fit(data.matrix(new SplittableRandom(seed)), data.columns());
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
        return fit(Tables.matrix(table), table.columnNames());
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
     * @return the class that the builder stands in, or else the builder's own without the word "Builder" at its end
     */
    protected final String modelName() {
        Class<?> outer = getClass().getEnclosingClass();
        String name = (outer == null ? getClass() : outer).getSimpleName();
        return name.endsWith(BUILDER) && name.length() > BUILDER.length()
                ? name.substring(0, name.length() - BUILDER.length())
                : name;
    }

    /**
     * Takes down that a setting was set. Setters end with {@code return given("name")}, so that {@link #unused} can tell it
     * from a default. The seed is not taken down: it may be set where nothing is random.
     *
     * @param setting the name of the setter
     * @return this
     */
    protected final B given(String setting) {
        given.add(setting);
        return self();
    }

    /**
     * Whether a setting was set.
     *
     * @param setting the name of the setter
     * @return true if it was called
     */
    protected final boolean isGiven(String setting) {
        return given.contains(setting);
    }

    /**
     * Refuses settings that the chosen way of learning does not use: nobody should think that they have an effect.
     *
     * @param by what does not use them, such as {@code learning(EM)}
     * @param settings the names of the setters
     * @throws IllegalArgumentException if one of them was called; the message names it
     */
    protected final void unused(String by, String... settings) {
        for (String setting : settings) {
            if (isGiven(setting)) {
                throw new IllegalArgumentException(
                        modelName() + ": " + setting + " is set, but " + by + " does not use it");
            }
        }
    }

    /**
     * Shows what would make the products of the fit faster, if there is something that was not yet said. {@link Fit} does so by
     * itself; fits in closed form with large products do at their end.
     *
     * @see lvm.linalg.Backend#advice
     */
    protected final void advise() {
        Advice.show();
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

package lvm.model;

import java.util.List;
import lvm.data.Dataset;
import org.ejml.data.Matrix;
import tech.tablesaw.api.Table;

/**
 * A model of observations: rows of D numbers. What a model can do with them is said by the other interfaces of this package,
 * which all begin here; {@link SinglePrecision} and {@link DoublePrecision} say in which matrices a family keeps them.
 *
 * @param <X> the matrix type of the family, {@code FMatrixRMaj} or {@code DMatrixRMaj}
 */
public interface Observed<X extends Matrix> {

    /** {@return the number of observed dimensions, D, the number of columns of an observation matrix} */
    int dim();

    /**
     * The names of the columns that the model was fitted on.
     *
     * @return D names in the order of the model; none if the data had no names
     */
    default List<String> columns() {
        return this instanceof FittedModel fitted ? fitted.summary().columns() : List.of();
    }

    /**
     * The observations of a data set as the model takes them: in the matrices of its family and, where both the model and the
     * data have names of columns, in the model's order. Grey levels that are binarised anew at each reading are drawn from a
     * fixed seed, so that the same data give the same rows.
     *
     * @param data n rows with the columns of the model; not modified
     * @return n×D rows of observations
     * @throws IllegalArgumentException if columns are missing or are not the model's; the message names them
     */
    X observations(Dataset data);

    /**
     * The observations of a table as the model takes them.
     *
     * @param table n rows; its columns must be numeric, without missing values, and those of the model in any order
     * @return n×D rows of observations
     * @throws IllegalArgumentException as {@link #observations(Dataset)}, or if a column can not be read as numbers
     */
    default X observations(Table table) {
        return observations(Dataset.of(table));
    }
}

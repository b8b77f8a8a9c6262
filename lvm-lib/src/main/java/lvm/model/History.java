package lvm.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/**
 * The course of a fit: one row an iteration, named columns of numbers, and why it ended. Immutable; a {@link Recorder}
 * makes one.
 */
public final class History {

    /** Why a fit ended. */
    public enum Stop {
        /** The stopping rule was met. */
        CONVERGED,
        /** The budget of iterations was used up before the stopping rule was met. */
        BUDGET,
        /** The thread was interrupted; the model is the last consistent one. */
        INTERRUPTED,
        /** There was nothing to iterate: a closed form. */
        CLOSED_FORM
    }

    /** The column of the objective on validation rows. */
    public static final String VALIDATION = "validation";

    private final List<String> names;
    private final List<double[]> columns;
    private final Stop stop;
    private final Map<String, History> stages;

    private History(List<String> names, List<double[]> columns, Stop stop, Map<String, History> stages) {
        this.names = names;
        this.columns = columns;
        this.stop = stop;
        this.stages = stages;
    }

    /**
     * The history of a fit that needed no iterations.
     *
     * @return a history without columns that ended as {@link Stop#CLOSED_FORM}
     */
    public static History closedForm() {
        return new History(List.of(), List.of(), Stop.CLOSED_FORM, Map.of());
    }

    /**
     * The names of the columns; the first is the objective, the quantity that the fit increases or decreases.
     *
     * @return the names, in order
     */
    public List<String> names() {
        return names;
    }

    /**
     * The number of recorded iterations.
     *
     * @return the number of rows
     */
    public int size() {
        return columns.isEmpty() ? 0 : columns.get(0).length;
    }

    /**
     * Why the fit ended.
     *
     * @return the reason
     */
    public Stop stop() {
        return stop;
    }

    /**
     * The same course with another end.
     *
     * @param stop why the fit ended
     * @return a history of the same rows
     */
    public History ended(Stop stop) {
        return new History(names, columns, stop, stages);
    }

    /**
     * The courses of the stages of a fit that has several, one after the other, such as pretraining and fine tuning. The
     * history of such a fit is that of its last stage.
     *
     * @return name → history, in the order of the stages; empty if the fit has no stages
     */
    public Map<String, History> stages() {
        return stages;
    }

    /**
     * The same course as the last stage of a fit.
     *
     * @param stages name → history, in their order; copied
     * @return a history of the same rows with these stages
     */
    public History withStages(Map<String, History> stages) {
        return new History(names, columns, stop, Collections.unmodifiableMap(new LinkedHashMap<>(stages)));
    }

    /**
     * One column.
     *
     * @param name one of {@link #names()}
     * @return a copy of its values, one an iteration
     * @throws IllegalArgumentException if there is no such column
     */
    public double[] column(String name) {
        int i = names.indexOf(name);
        if (i < 0) {
            throw new IllegalArgumentException("History.column: no column \"" + name + "\", there are " + names);
        }
        return columns.get(i).clone();
    }

    /**
     * The last value of one column.
     *
     * @param name one of {@link #names()}
     * @return its value at the last iteration
     * @throws IllegalArgumentException if there is no such column or no row
     */
    public double last(String name) {
        double[] values = column(name);
        if (values.length == 0) {
            throw new IllegalArgumentException("History.last: no iteration was recorded");
        }
        return values[values.length - 1];
    }

    /** {@return the objective, one value an iteration: the first column; none if nothing was recorded} */
    public double[] objective() {
        return names.isEmpty() ? new double[0] : column(names.get(0));
    }

    /**
     * The objective on the validation rows.
     *
     * @return a copy of its values, one an epoch
     * @throws IllegalArgumentException if the fit had no validation rows
     */
    public double[] validation() {
        if (!names.contains(VALIDATION)) {
            throw new IllegalArgumentException(
                    "History.validation: the fit had no validation rows; give some by validation(data) of the builder");
        }
        return column(VALIDATION);
    }

    /** {@return the history as a table, a column {@code iteration} counted from 0, then the columns of {@link #names()}} */
    public Table table() {
        Table table = Table.create("history");
        double[] iteration = new double[size()];
        Arrays.setAll(iteration, i -> i);
        table.addColumns(DoubleColumn.create("iteration", iteration));
        for (int i = 0; i < names.size(); i++) {
            table.addColumns(DoubleColumn.create(names.get(i), columns.get(i).clone()));
        }
        return table;
    }

    @Override
    public String toString() {
        return "History of " + size() + " iterations of " + names + ", ended " + stop;
    }

    /** Takes down a fit row by row. Not thread-safe. */
    public static final class Recorder {
        private final List<String> names;
        private final List<double[]> rows = new ArrayList<>();

        /**
         * A recorder of these columns.
         *
         * @param names the names; the first is the objective
         * @throws IllegalArgumentException if there is no name
         */
        public Recorder(String... names) {
            if (names.length == 0) {
                throw new IllegalArgumentException("History.Recorder: no column named");
            }
            this.names = List.of(names);
        }

        /**
         * Appends one iteration.
         *
         * @param values one value a column, in the order of the names
         * @throws IllegalArgumentException if there are more or fewer values than columns
         */
        public void add(double... values) {
            if (values.length != names.size()) {
                throw new IllegalArgumentException(
                        "History.Recorder: " + values.length + " values for the columns " + names);
            }
            rows.add(values.clone());
        }

        /**
         * The history up to now.
         *
         * @param stop why the fit ended
         * @return the rows recorded so far
         */
        public History finish(Stop stop) {
            List<double[]> columns = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                int column = i;
                columns.add(rows.stream().mapToDouble(row -> row[column]).toArray());
            }
            return new History(names, List.copyOf(columns), stop, Map.of());
        }
    }
}

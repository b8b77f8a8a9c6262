package lvm.fit;

import java.util.Map;
import lvm.data.Dataset;
import lvm.model.History;
import org.ejml.data.Matrix;

/** The parameters at the end of the last epoch after which all was finite, to which a fit returns when something is not. */
final class LastGood {
    private static final double LARGE = 100; // deviations that standardised columns do not have

    private final Parameters parameters; // null: not known, then there is nothing to return to
    private final Map<String, Matrix> values;
    private final Dataset data; // null: the step has its own
    private String where;

    LastGood(Parameters parameters, Dataset data, String where) {
        this.parameters = parameters;
        this.data = data;
        this.values = parameters == null ? null : Matrices.copies(parameters.values());
        this.where = where;
    }

    void take(String at) {
        if (parameters != null) {
            Parameters.copy(parameters.values(), values);
            where = at;
        }
    }

    void requireFinite(double objective, Course course) {
        if (!Double.isFinite(objective)) {
            throw stopped("the objective is " + objective, course, course.steps + 1, objective);
        }
    }

    void requireFiniteParameters(Course course) {
        if (parameters == null) {
            return;
        }
        parameters.values().forEach((name, matrix) -> {
            double value = Matrices.firstNonFinite(matrix);
            if (!Double.isFinite(value)) {
                throw stopped("the parameter \"" + name + "\" has become " + value, course, course.steps, value);
            }
        });
    }

    /** What is most often the reason, and what helps. */
    private String cause() {
        int column = data == null || data.binarization() == Dataset.Binarization.ANEW ? -1 : largest();
        if (column >= 0) {
            String name = data.columns().isEmpty()
                    ? "column " + column
                    : "column \"" + data.columns().get(column) + "\"";
            return "Likely because " + name + " has numbers far from 0, such as " + most(column)
                    + ": leave standardize on if the model has it, or standardise the columns first";
        }
        return "Likely because the steps are too long: try a lower learningRate, or clipNorm(1); or because the likelihood is"
                + " without bound, as with a learnt variance of a column that is known exactly";
    }

    /** The column with the largest number, if that is far from 0 for a network; -1 if there is none. */
    private int largest() {
        int column = -1;
        double largest = LARGE;
        for (int j = 0; j < data.dim(); j++) {
            double most = Math.abs(most(j));
            if (most > largest) {
                largest = most;
                column = j;
            }
        }
        return column;
    }

    private double most(int column) {
        double most = 0;
        for (int i = 0; i < data.rows(); i++) {
            double value = data.get(i, column);
            most = Math.abs(value) > Math.abs(most) ? value : most;
        }
        return most;
    }

    NonFiniteObjectiveException stopped(String what, Course course, long atStep, double value) {
        String message = "Fit.run: " + what + " in epoch " + (course.epoch + 1) + ", step " + atStep
                + " (both counted from 1); it was "
                + (Double.isNaN(course.lastFinite)
                        ? "not evaluated before"
                        : course.lastFinite + " at the last step where it was finite")
                + (parameters == null ? "" : "; the parameters are back at " + where) + ". " + cause();
        if (parameters != null) {
            parameters.setValues(values);
        }
        return new NonFiniteObjectiveException(
                message, course.epoch + 1, atStep, value, course.lastFinite, course.history(History.Stop.BUDGET));
    }
}

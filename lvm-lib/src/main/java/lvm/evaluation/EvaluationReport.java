package lvm.evaluation;

import java.util.List;
import java.util.Locale;
import org.ejml.data.Matrix;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What {@link Evaluation} found of a model.
 *
 * @param model the model, in a few words
 * @param scores a number for each quantity that applies to the model
 * @param samples the draws that were judged, one a row; without rows where the model can not be drawn from
 */
public record EvaluationReport(String model, List<Score> scores, Matrix samples) {
    /**
     * Copies the list.
     *
     * @param model the model
     * @param scores the numbers
     * @param samples the draws
     */
    public EvaluationReport {
        scores = List.copyOf(scores);
    }

    /**
     * The number for a quantity.
     *
     * @param quantity its name or the beginning of it
     * @return the first score of that name
     * @throws IllegalArgumentException if none applies to the model; the message names those that do
     */
    public Score score(String quantity) {
        return scores.stream()
                .filter(s -> s.quantity().startsWith(quantity))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("EvaluationReport.score: no \"" + quantity + "\" of "
                        + model
                        + ", there are: "
                        + String.join(", ", scores.stream().map(Score::quantity).toList())));
    }

    /** {@return the scores as a table: quantity, value, standard error (missing where there is none), kind, unit, how} */
    public Table table() {
        StringColumn quantity = StringColumn.create("quantity");
        DoubleColumn value = DoubleColumn.create("value");
        DoubleColumn error = DoubleColumn.create("standard error");
        StringColumn kind = StringColumn.create("kind");
        StringColumn unit = StringColumn.create("unit");
        StringColumn how = StringColumn.create("how");
        for (Score s : scores) {
            quantity.append(s.quantity());
            value.append(s.value());
            error.append(s.standardError()); // NaN is a missing value
            kind.append(s.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            unit.append(s.unit());
            how.append(s.how());
        }
        return Table.create(model, quantity, value, error, kind, unit, how);
    }

    @Override
    public String toString() {
        return table().print();
    }
}

package lvm.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import lvm.results.References.Reference;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Results in rows and columns, ours alone or beside published numbers. A value is followed by its standard error where that is
 * known. Immutable: every setting gives a new table.
 */
public final class ResultTable {
    private final List<Result> results;
    private final List<Result> published; // null: ours alone
    private final String rowKey;
    private final String columnKey;
    private final List<String> rows; // null: all
    private final List<String> columns; // null: all
    private final int decimals;
    private final String title;

    ResultTable(List<Result> results, String rowKey, String columnKey) {
        this(results, null, rowKey, columnKey, null, null, 2, "results");
    }

    private ResultTable(
            List<Result> results,
            List<Result> published,
            String rowKey,
            String columnKey,
            List<String> rows,
            List<String> columns,
            int decimals,
            String title) {
        this.results = results;
        this.published = published;
        this.rowKey = rowKey;
        this.columnKey = columnKey;
        this.rows = rows;
        this.columns = columns;
        this.decimals = decimals;
        this.title = title;
    }

    /**
     * Published numbers beside ours: two columns for each value of the key, and the rows that only they have too. Where a row has
     * no result of ours at all, its cells say {@code quoted only}, where one is missing {@code not run}.
     *
     * @param references such as {@code References.load("semi-supervised")}
     * @return a new table
     */
    public ResultTable beside(List<Reference> references) {
        List<Result> all = references.stream().map(Reference::result).toList();
        return new ResultTable(results, all, rowKey, columnKey, rows, columns, decimals, title);
    }

    /**
     * The rows to show, in this order.
     *
     * @param names values of the key of the rows, or the beginnings of texts
     * @return a new table
     */
    public ResultTable rows(String... names) {
        return new ResultTable(results, published, rowKey, columnKey, List.of(names), columns, decimals, title);
    }

    /**
     * The columns to show, in this order.
     *
     * @param names values of the key of the columns, or the beginnings of texts
     * @return a new table
     */
    public ResultTable columns(String... names) {
        return new ResultTable(results, published, rowKey, columnKey, rows, List.of(names), decimals, title);
    }

    /**
     * The digits after the point, 2 if nothing else is said.
     *
     * @param decimals from 0 to 12
     * @return a new table
     * @throws IllegalArgumentException if it is out of range
     */
    public ResultTable decimals(int decimals) {
        if (decimals < 0 || decimals > 12) {
            throw new IllegalArgumentException("ResultTable.decimals: " + decimals + ", expected 0 to 12");
        }
        return new ResultTable(results, published, rowKey, columnKey, rows, columns, decimals, title);
    }

    /**
     * The heading.
     *
     * @param title a line of text
     * @return a new table
     */
    public ResultTable title(String title) {
        return new ResultTable(results, published, rowKey, columnKey, rows, columns, decimals, title);
    }

    /** {@return the table as one of Tablesaw, all texts} */
    public Table table() {
        List<String> shownRows = rows != null ? rows : values(rowKey);
        List<String> shownColumns = columns != null ? columns : values(columnKey);
        Table table = Table.create(title);
        table.addColumns(StringColumn.create(rowKey, shownRows));
        for (String column : shownColumns) {
            String name = isNumber(column) ? column + " " + columnKey : column;
            if (published != null) {
                table.addColumns(StringColumn.create(
                        name + ", published", shownRows.stream().map(row -> text(published, row, column, "–"))));
            }
            table.addColumns(StringColumn.create(
                    published == null ? name : name + ", ours",
                    shownRows.stream().map(row -> text(results, row, column, missing(row)))));
        }
        return table;
    }

    private String missing(String row) {
        boolean ran = results.stream().anyMatch(r -> fits(r.text(rowKey), row));
        return published == null ? "–" : ran ? "not run" : "quoted only";
    }

    private String text(List<Result> from, String row, String column, String missing) {
        Result found = null;
        for (Result r : from) {
            if (fits(r.text(rowKey), row) && fits(r.text(columnKey), column)) {
                found = r;
            }
        }
        if (found == null) {
            return missing;
        }
        String value = number(found.value());
        return Double.isNaN(found.standardError()) ? value : value + " ± " + number(found.standardError());
    }

    private String number(double value) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value).replace('-', '−');
    }

    private static boolean fits(String found, String wanted) {
        return found.equals(wanted)
                || !isNumber(wanted)
                        && found.startsWith(wanted)
                        && !Character.isLetterOrDigit(found.charAt(wanted.length()))
                        && found.charAt(wanted.length()) != '+';
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> Character.isDigit(c) || c == '.');
    }

    /** The values of a key in the order in which they occur, numbers in ascending order; published ones first. */
    private List<String> values(String key) {
        Set<String> seen = new LinkedHashSet<>();
        if (published != null) {
            published.forEach(r -> seen.add(r.text(key)));
        }
        results.forEach(r -> seen.add(r.text(key)));
        seen.remove("");
        List<String> values = new ArrayList<>(seen);
        if (values.stream().allMatch(ResultTable::isNumber)) {
            values.sort(Comparator.comparingDouble(Double::parseDouble));
        }
        return values;
    }

    @Override
    public String toString() {
        return table().printAll();
    }
}

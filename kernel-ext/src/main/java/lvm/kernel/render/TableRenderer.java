package lvm.kernel.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import lvm.kernel.render.Renderers.Bundle;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tablesaw tables: the first and last rows, the types of the columns, the size below. */
final class TableRenderer {
    private static final int DIGITS = 6;

    private TableRenderer() {}

    static Bundle render(Table table, Set<String> wanted) {
        int n = table.rowCount();
        String size = count(n, "row") + " × " + count(table.columnCount(), "column");
        String name = table.name();
        return render(table, wanted, name == null || name.isBlank() ? size : name + ": " + size);
    }

    /** A table with a caption of its own. */
    static Bundle render(Table table, Set<String> wanted, String caption) {
        Grid grid = grid(table, caption);
        Bundle bundle = Bundle.text(grid.text());
        if (wanted.contains(Renderers.HTML)) {
            bundle.data().put(Renderers.HTML, grid.html());
        }
        return bundle;
    }

    private static Grid grid(Table table, String caption) {
        int d = table.columnCount();
        int[] rows = Grid.shown(table.rowCount(), Renderers.maxRows());
        List<String> labels = new ArrayList<>();
        for (int i : rows) {
            labels.add(i < 0 ? "⋮" : Integer.toString(i));
        }
        Grid grid = new Grid(caption, labels);
        for (int j : Grid.shown(d, Renderers.maxColumns())) {
            if (j < 0) {
                grid.add(new Grid.Column(
                        "⋯",
                        "",
                        false,
                        rows.length == 0
                                ? List.of()
                                : List.of("⋯".repeat(rows.length).split(""))));
            } else {
                grid.add(column(table.column(j), rows));
            }
        }
        return grid;
    }

    private static Grid.Column column(Column<?> column, int[] rows) {
        boolean right = column instanceof NumericColumn;
        List<String> cells = new ArrayList<>();
        if (column instanceof NumericColumn<?> numbers
                && (column instanceof DoubleColumn || column instanceof FloatColumn)) {
            double[] values = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                values[i] = rows[i] < 0 ? Double.NaN : numbers.getDouble(rows[i]);
            }
            cells.addAll(Numbers.format(values, DIGITS));
        } else {
            for (int row : rows) {
                cells.add(row < 0 ? "" : right ? column.getUnformattedString(row) : column.getString(row));
            }
        }
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] < 0) {
                cells.set(i, "⋮");
            } else if (column.isMissing(rows[i])) {
                cells.set(i, null);
            }
        }
        return new Grid.Column(column.name(), column.type().name().toLowerCase(Locale.ROOT), right, cells);
    }

    private static String count(int n, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", n, thing, n == 1 ? "" : "s");
    }
}

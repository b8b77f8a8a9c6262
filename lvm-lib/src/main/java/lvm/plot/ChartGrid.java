package lvm.plot;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.internal.chartpart.Chart;

/** Small multiples: pictures in rows and columns, each column as wide and each row as high as its largest picture. */
public final class ChartGrid implements Picture {

    private final List<Picture> pictures;
    private final int[] columnWidths;
    private final int[] rowHeights;

    ChartGrid(int columns, List<? extends Picture> pictures) {
        if (columns < 1) {
            throw new IllegalArgumentException("Plots.grid: " + columns + " columns, expected 1 or more");
        }
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("Plots.grid: no pictures");
        }
        this.pictures = List.copyOf(pictures);
        int used = Math.min(columns, pictures.size());
        columnWidths = new int[used];
        rowHeights = new int[(pictures.size() + used - 1) / used];
        for (int i = 0; i < pictures.size(); i++) {
            columnWidths[i % used] =
                    Math.max(columnWidths[i % used], pictures.get(i).width());
            rowHeights[i / used] =
                    Math.max(rowHeights[i / used], pictures.get(i).height());
        }
    }

    /** {@return the pictures in the order of reading} */
    public List<Picture> pictures() {
        return pictures;
    }

    /**
     * The number of columns in use.
     *
     * @return at least 1
     */
    public int columns() {
        return columnWidths.length;
    }

    @Override
    public int width() {
        return Arrays.stream(columnWidths).sum();
    }

    @Override
    public int height() {
        return Arrays.stream(rowHeights).sum();
    }

    @Override
    public void paint(Graphics2D g) {
        List<Picture> shown = aligned();
        int y = 0;
        for (int row = 0, i = 0; row < rowHeights.length; row++) {
            int x = 0;
            for (int column = 0; column < columnWidths.length && i < pictures.size(); column++, i++) {
                Picture picture = shown.get(i);
                Graphics2D cell = (Graphics2D) g.create(x, y, picture.width(), picture.height());
                try {
                    picture.paint(cell);
                } finally {
                    cell.dispose();
                }
                x += columnWidths[column];
            }
            y += rowHeights[row];
        }
    }

    /**
     * The pictures, with as much room below each plot as that of its row that needs most and as much at its left as that of its column
     * that needs most, so that the axes of a row are level and those of a column under each other.
     */
    private List<Picture> aligned() {
        int columns = columns();
        List<Chart<?, ?>> charts = new ArrayList<>();
        for (Picture picture : pictures) {
            charts.add(picture instanceof Plot<?> plot ? plot.build() : null);
        }
        boolean stacked = rowHeights.length > 1;
        int[] below = new int[rowHeights.length];
        int[] left = new int[columns];
        for (int i = 0; i < charts.size(); i++) {
            below[i / columns] = Math.max(below[i / columns], below(charts.get(i)));
            left[i % columns] = Math.max(left[i % columns], stacked ? indent(charts.get(i)) + axis(charts.get(i)) : 0);
        }
        List<Picture> shown = new ArrayList<>();
        for (int i = 0; i < charts.size(); i++) {
            Chart<?, ?> chart = charts.get(i);
            int indent = stacked ? left[i % columns] - axis(chart) : indent(chart);
            boolean again = chart != null && (below(chart) < below[i / columns] || indent(chart) < indent);
            if (again) {
                chart = ((Plot<?>) pictures.get(i)).build(below[i / columns], indent);
            }
            shown.add(chart == null ? pictures.get(i) : Picture.of(chart));
        }
        return shown;
    }

    /** What the vertical axis takes of the width, which a chart knows when it has been painted. */
    private static int axis(Chart<?, ?> chart) {
        if (!(chart instanceof AxesChart<?, ?> axes)) {
            return 0;
        }
        if (axes.getYAxisLeftWidth() == 0) {
            Picture.of(chart).toImage(1);
        }
        return (int) Math.ceil(axes.getYAxisLeftWidth());
    }

    private static int indent(Chart<?, ?> chart) {
        return chart instanceof Surround.Surrounded around ? around.surround().indent() : 0;
    }

    private static int below(Chart<?, ?> chart) {
        return chart instanceof Surround.Surrounded around ? around.surround().heightBelow() : 0;
    }

    @Override
    public String description() {
        return pictures.stream().map(Picture::description).collect(Collectors.joining(" "));
    }

    @Override
    public String toString() {
        return "ChartGrid of " + pictures.size() + " pictures in " + columns() + " columns";
    }
}

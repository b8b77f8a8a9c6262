package lvm.plot;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
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

    /** The pictures, those of a row with as much room below each plot as the one that needs most, so that their axes are level. */
    private List<Picture> aligned() {
        int columns = columns();
        List<Picture> shown = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += columns) {
            List<Picture> row = pictures.subList(from, Math.min(pictures.size(), from + columns));
            List<Chart<?, ?>> charts = new ArrayList<>();
            for (Picture picture : row) {
                charts.add(picture instanceof Plot<?> plot ? plot.build() : null);
            }
            int most = charts.stream().mapToInt(ChartGrid::below).max().orElse(0);
            for (int i = 0; i < row.size(); i++) {
                boolean again = row.get(i) instanceof Plot<?> && below(charts.get(i)) < most;
                Chart<?, ?> chart = again ? ((Plot<?>) row.get(i)).build(most) : charts.get(i);
                shown.add(chart == null ? row.get(i) : Picture.of(chart));
            }
        }
        return shown;
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

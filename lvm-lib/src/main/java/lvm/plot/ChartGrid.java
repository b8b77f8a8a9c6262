package lvm.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;

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
        Color before = g.getColor();
        g.setColor(Color.WHITE);
        g.fill(new Rectangle2D.Double(0, 0, width(), height()));
        g.setColor(before);
        int y = 0;
        for (int row = 0, i = 0; row < rowHeights.length; row++) {
            int x = 0;
            for (int column = 0; column < columnWidths.length && i < pictures.size(); column++, i++) {
                Picture picture = pictures.get(i);
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

    @Override
    public String toString() {
        return "ChartGrid of " + pictures.size() + " pictures in " + columns() + " columns";
    }
}

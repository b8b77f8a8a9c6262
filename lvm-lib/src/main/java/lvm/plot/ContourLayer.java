package lvm.plot;

import java.awt.Color;
import java.util.Arrays;

/** Lines along which a field has one value. */
final class ContourLayer extends FieldLayer {
    /** The values; null if they are to be chosen. */
    private final double[] levels;

    private final int lines;

    /** Lines of a log density between which equal shares of the probability lie. */
    ContourLayer(Field density, int lines) {
        super("contour", null, density);
        if (lines < 1 || lines > 50) {
            throw new IllegalArgumentException("XyPlot.contour: " + lines + " lines, expected 1 to 50");
        }
        this.levels = null;
        this.lines = lines;
    }

    ContourLayer(String name, Field field, double[] levels) {
        super("contour", name, field);
        Numbers.finite("XyPlot.contour", name, "levels", levels);
        if (levels.length == 0) {
            throw new IllegalArgumentException("XyPlot.contour: no level");
        }
        this.levels = levels.clone();
        this.lines = levels.length;
    }

    @Override
    float strokeWidth() {
        return field.isDensity() ? Math.min(width, 1.2f) : width;
    }

    @Override
    void draw(Canvas canvas) {
        Color own = colorOr(Palette.DARK);
        Contours.Grid grid = new Contours.Grid(
                field.values(canvas.x(), canvas.y()),
                Field.COLUMNS,
                Field.ROWS,
                canvas.x().shown(),
                canvas.y().shown());
        double[] shown = levels != null ? levels : Contours.massLevels(grid.values(), lines);
        String label = name;
        for (double level : Arrays.stream(shown).distinct().toArray()) {
            double[][] line = Contours.lines(grid, level);
            if (line[0].length > 0) {
                // One entry in the legend stands for all lines.
                canvas.line(this, label, line[0], line[1], own, true);
                label = null;
            }
        }
    }
}

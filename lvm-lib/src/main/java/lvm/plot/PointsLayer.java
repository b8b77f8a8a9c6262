package lvm.plot;

import java.awt.Color;
import java.util.Arrays;
import lvm.linalg.Doubles;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.knowm.xchart.XYSeries;

/** Points of one colour, of a colour for each group, or of the mixed colours of their responsibilities. */
final class PointsLayer extends MarkedLayer {
    private static final int MOST_GROUPS = 1000;

    private int[] groups;
    private DMatrixRMaj responsibilities;
    private String[] groupNames;

    /** Whether the groups have an order that their colours show. */
    boolean ordered;

    PointsLayer(String name, double[] x, double[] y) {
        super("points", name, x, y);
        Numbers.points("XyPlot.points", name, x, y);
    }

    void groupBy(int[] groups, String[] names) {
        if (groups.length != x.length) {
            throw new IllegalArgumentException(
                    "XyPlot.groupBy: " + groups.length + " groups for " + x.length + " points");
        }
        for (int i = 0; i < groups.length; i++) {
            if (groups[i] < -1) {
                throw new IllegalArgumentException(
                        "XyPlot.groupBy: point " + i + " is in group " + groups[i] + ", expected -1 or more");
            }
        }
        int distinct = distinct(groups).length;
        if (distinct > MOST_GROUPS) {
            throw new IllegalArgumentException("XyPlot.groupBy: " + distinct + " groups, at most " + MOST_GROUPS
                    + " can be drawn; put numbers into bins first");
        }
        this.groups = groups.clone();
        responsibilities = null;
        groupNames = names.clone();
    }

    void responsibilities(Matrix matrix, String[] names) {
        DMatrixRMaj r = Doubles.of("XyPlot.responsibilities: r", matrix).copy();
        if (r.numRows != x.length) {
            throw new IllegalArgumentException(
                    "XyPlot.responsibilities: " + r.numRows + " rows for " + x.length + " points");
        }
        for (int i = 0; i < r.numRows; i++) {
            double sum = 0;
            for (int k = 0; k < r.numCols; k++) {
                double value = r.get(i, k);
                if (!(value >= -1e-6 && value <= 1 + 1e-6)) {
                    throw new IllegalArgumentException(
                            "XyPlot.responsibilities: row " + i + ", column " + k + " is " + value + ", not in [0, 1]");
                }
                sum += value;
            }
            if (!(Math.abs(sum - 1) < 1e-5)) {
                throw new IllegalArgumentException("XyPlot.responsibilities: row " + i + " sums to " + sum + ", not 1");
            }
        }
        responsibilities = r;
        groups = null;
        groupNames = names.clone();
    }

    @Override
    void draw(Canvas canvas) {
        int n = x.length;
        double size = markerSize > 0 ? markerSize : n <= 60 ? 9 : n <= 400 ? 7.5 : n <= 2000 ? 5.5 : 4;
        if (groups != null) {
            drawGroups(canvas, size);
            return;
        }
        Marks.Form form = canvas.nextForm();
        if (responsibilities != null) {
            drawMixed(canvas, size);
            return;
        }
        Color own = canvas.nextColor(this);
        if (crowded()) {
            crowd(canvas, own.getRGB());
            canvas.legend(name, new Marks.Symbol(form, 9), own);
            return;
        }
        XYSeries series =
                canvas.scatter(name, kind, canvas.x().at(x), canvas.y().at(y));
        series.setMarker(new Marks.Symbol(form, size)).setMarkerColor(own);
    }

    private boolean crowded() {
        return x.length > Crowd.MANY && !everyPoint;
    }

    private void crowd(Canvas canvas, int... colors) {
        canvas.mark(this, canvas.x().at(x), canvas.y().at(y), new Crowd(x.length, colors), colorOr(Palette.color(0)));
        canvas.note((name == null ? "" : name + ": ") + Canvas.count(x.length) + " points in squares of " + Crowd.CELL
                + " pixels, the darker the more" + (colors.length > 1 ? ", in the mixed colour of their points" : ""));
    }

    private void drawGroups(Canvas canvas, double size) {
        if (crowded()) {
            crowd(canvas, Arrays.stream(groups).map(k -> colorOf(k).getRGB()).toArray());
        }
        double[] xs = canvas.x().at(x);
        double[] ys = canvas.y().at(y);
        for (int[] members : members()) {
            int group = groups[members[0]];
            String label = group < 0 ? "no group" : groupName(group, "group ");
            Marks.Form form = Marks.Form.of(Math.max(0, group));
            if (crowded()) {
                canvas.legend(label, new Marks.Symbol(form, 9), colorOf(group));
            } else {
                XYSeries series = canvas.scatter(label, kind, pick(xs, members), pick(ys, members));
                series.setMarker(new Marks.Symbol(form, group < 0 ? 0.7 * size : size));
                series.setMarkerColor(colorOf(group));
            }
        }
    }

    private Color colorOf(int group) {
        if (group < 0) {
            return Palette.GREY;
        }
        return ordered ? Palette.ordered(group, 1 + Arrays.stream(groups).max().orElse(0)) : Palette.color(group);
    }

    /** The groups that there are, in ascending order. */
    private static int[] distinct(int[] groups) {
        int[] sorted = groups.clone();
        Arrays.sort(sorted);
        int n = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sorted[n++] = sorted[i];
            }
        }
        return Arrays.copyOf(sorted, n);
    }

    /** The points of each group, the lowest group first. */
    private int[][] members() {
        int[] distinct = distinct(groups);
        int[] index =
                Arrays.stream(groups).map(k -> Arrays.binarySearch(distinct, k)).toArray();
        int[] sizes = new int[distinct.length];
        for (int k : index) {
            sizes[k]++;
        }
        int[][] members = Arrays.stream(sizes).mapToObj(int[]::new).toArray(int[][]::new);
        for (int i = index.length - 1; i >= 0; i--) {
            members[index[i]][--sizes[index[i]]] = i;
        }
        return members;
    }

    private static double[] pick(double[] values, int[] members) {
        return Arrays.stream(members).mapToDouble(i -> values[i]).toArray();
    }

    private void drawMixed(Canvas canvas, double size) {
        int components = responsibilities.numCols;
        Color[] colors = new Color[x.length];
        Marks.Form[] forms = new Marks.Form[x.length];
        for (int i = 0; i < x.length; i++) {
            double[] row = Arrays.copyOfRange(responsibilities.data, i * components, (i + 1) * components);
            int best = 0;
            for (int k = 1; k < components; k++) {
                best = row[k] > row[best] ? k : best;
            }
            colors[i] = Palette.mix(row);
            forms[i] = Marks.Form.of(best);
        }
        if (crowded()) {
            crowd(canvas, Arrays.stream(colors).mapToInt(Color::getRGB).toArray());
        } else {
            canvas.mark(
                    this, canvas.x().at(x), canvas.y().at(y), new Marks.Coloured(colors, forms, size), Palette.GREY);
        }
        for (int k = 0; k < components; k++) {
            canvas.legend(groupName(k, "component "), new Marks.Symbol(Marks.Form.of(k), 9), Palette.color(k));
        }
    }

    private String groupName(int group, String prefix) {
        String own = group < groupNames.length ? groupNames[group] : prefix + group;
        return name == null ? own : name + ", " + own;
    }
}

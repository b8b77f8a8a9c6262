package lvm.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.TextLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What stands around a chart where XChart has no place for it: notes below, and a legend in columns at the right. The
 * chart is painted into what is left of the picture.
 */
final class Surround {
    private static final double ROW = 16.5;
    private static final double GLYPH = 26;
    private static final double BETWEEN = 12;
    private static final double[] TEXTS = {150, 115, 85};

    /** What a legend may take of the width of the picture. */
    private static final double MOST = 0.5;

    private static final int TOP = 34;
    private static final int BOTTOM = 12;
    private static final double NOTE = 15;
    private static final int MARGIN = 10;
    private static final int BELOW_ROOM = 8;

    /** A chart with something around it. */
    interface Surrounded {
        Surround surround();
    }

    /** An entry of the legend: its text, and what draws its sign around a place. */
    record Entry(String text, Sign sign) {}

    /** Draws the sign of an entry around a place. */
    interface Sign {
        void draw(Graphics2D g, double x, double y);
    }

    private final List<String> notes = new ArrayList<>();
    private List<Entry> entries = List.of();
    private int rows;
    private double[] widths = new double[0];
    private double text = TEXTS[0];
    private List<List<Entry>> below = List.of();
    private int reserve;
    private int indent;

    void note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    /** What is said below the chart. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** The texts of the legend in columns; none if there is no such legend. */
    List<String> legend() {
        return entries.stream().map(Entry::text).toList();
    }

    /** Puts entries below the chart, in as many rows as they need. */
    void below(List<Entry> all, int width) {
        List<List<Entry>> lines = new ArrayList<>();
        double used = Double.POSITIVE_INFINITY;
        for (Entry entry : all) {
            double wide = widthBelow(entry);
            if (used + wide > width - 2 * MARGIN) {
                lines.add(new ArrayList<>());
                used = 0;
            }
            lines.get(lines.size() - 1).add(entry);
            used += wide;
        }
        below = lines;
    }

    private static double widthBelow(Entry entry) {
        return GLYPH + Labels.width(entry.text(), font()) + BETWEEN;
    }

    /** The texts of the legend below the chart, row by row. */
    List<List<String>> rowsBelow() {
        return below.stream().map(row -> row.stream().map(Entry::text).toList()).toList();
    }

    /** What the legend below takes of the height. */
    int heightBelow() {
        int own = below.isEmpty() ? 0 : (int) Math.ceil(below.size() * ROW) + BELOW_ROOM;
        return Math.max(own, reserve);
    }

    /** Leaves at least so much height below the chart, so that it stands like the one beside it. */
    void reserve(int height) {
        reserve = height;
    }

    /** Leaves so much width at the left of the chart. */
    void indent(int width) {
        indent = width;
    }

    /** What is left at the left of the chart. */
    int indent() {
        return indent;
    }

    /** Puts entries into as many columns as they need, and says how many more there are if that is too wide. */
    void legend(List<Entry> all, int width, int height) {
        rows = Math.max(1, (int) ((height - TOP - BOTTOM) / ROW));
        entries = List.copyOf(all);
        int fitting = 0;
        for (int k = 0; k < TEXTS.length && fitting < widths.length || k == 0; k++) {
            text = TEXTS[k];
            widths = columns(entries);
            fitting = 1;
            double used = widths[0];
            while (fitting < widths.length && used + widths[fitting] <= MOST * width) {
                used += widths[fitting++];
            }
        }
        if (fitting < widths.length) {
            List<Entry> shown = new ArrayList<>(all.subList(0, Math.max(0, fitting * rows - 1)));
            shown.add(new Entry("… " + (all.size() - shown.size()) + " more", (g, x, y) -> {}));
            entries = List.copyOf(shown);
            widths = columns(entries);
        }
    }

    /** What the legend takes of the width. */
    double legendWidth() {
        return entries.isEmpty() ? 0 : Arrays.stream(widths).sum();
    }

    private double[] columns(List<Entry> list) {
        double[] out = new double[Math.max(1, (list.size() + rows - 1) / rows)];
        for (int i = 0; i < list.size(); i++) {
            double wide = Math.min(text, Labels.width(list.get(i).text(), font()));
            out[i / rows] = Math.max(out[i / rows], GLYPH + wide + BETWEEN);
        }
        return out;
    }

    private static Font font() {
        return PlotTheme.font(PlotTheme.SMALLEST_FONT);
    }

    /**
     * Paints a chart and what stands around it.
     *
     * @param chart paints the chart in a width and a height
     */
    void paint(Graphics2D g, int width, int height, BiConsumer<Integer, Integer> chart) {
        if (entries.isEmpty() && notes.isEmpty() && heightBelow() == 0 && indent == 0) {
            chart.accept(width, height);
            return;
        }
        List<String> lines = lines(width - 2 * MARGIN);
        int innerWidth = width - (int) Math.ceil(legendWidth());
        int chartHeight = height - (int) Math.ceil(lines.size() * NOTE);
        int innerHeight = chartHeight - heightBelow();
        g.translate(indent, 0);
        chart.accept(innerWidth - indent, innerHeight);
        g.translate(-indent, 0);
        Object before = g.getRenderingHint(RenderingHints.KEY_ANTIALIASING);
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        double x = innerWidth;
        for (int i = 0; i < entries.size(); i++) {
            if (i > 0 && i % rows == 0) {
                x += widths[i / rows - 1];
            }
            double y = TOP + (i % rows + 0.5) * ROW;
            entries.get(i).sign().draw(g, x + GLYPH / 2 - 2, y);
            text(g, Labels.fittingBothEnds(entries.get(i).text(), font(), text), x + GLYPH, y + 4.2, Palette.DARK);
        }
        for (int i = 0; i < below.size(); i++) {
            row(g, below.get(i), width, innerHeight + (i + 0.5) * ROW);
        }
        for (int i = 0; i < lines.size(); i++) {
            text(g, lines.get(i), MARGIN, chartHeight + (i + 1) * NOTE - 6, Palette.DARK);
        }
        if (before != null) {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, before);
        }
    }

    /** A row of the legend below, in the middle. */
    private static void row(Graphics2D g, List<Entry> row, int width, double y) {
        double x = Math.max(
                MARGIN, (width - row.stream().mapToDouble(Surround::widthBelow).sum() + BETWEEN) / 2);
        for (Entry entry : row) {
            entry.sign().draw(g, x + GLYPH / 2 - 2, y);
            text(g, entry.text(), x + GLYPH, y + 4.2, Palette.DARK);
            x += widthBelow(entry);
        }
    }

    private static void text(Graphics2D g, String text, double x, double y, Color color) {
        g.setColor(color);
        TextLayout layout = Paper.text(text, font());
        g.fill(layout.getOutline(java.awt.geom.AffineTransform.getTranslateInstance(x, y)));
    }

    /** The notes, broken where a line is full. */
    private List<String> lines(double room) {
        List<String> lines = new ArrayList<>();
        for (String note : notes) {
            StringBuilder line = new StringBuilder();
            for (String word : note.split(" ")) {
                if (line.length() > 0 && Labels.width(line + " " + word, font()) > room) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.length() > 0 ? " " : "").append(word);
            }
            lines.add(line.toString());
        }
        return lines;
    }
}

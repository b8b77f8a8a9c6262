package lvm.kernel.render;

import java.util.ArrayList;
import java.util.List;

/** What tables and matrices look like: labelled rows and columns of short texts, as HTML and as plain text. */
final class Grid {

    /** The text of a cell that holds no value. */
    static final String MISSING = "missing";

    private static final int LONGEST_TEXT = 120;
    private static final String FAINT = "opacity:.6;font-weight:normal";
    // Only greys with transparency, and the text colour of the page: readable on light and on dark themes.
    private static final String LINE = "1px solid rgba(128,128,128,.35)";

    private final String caption;
    private final List<String> rows;
    private final List<Column> columns = new ArrayList<>();

    /**
     * One column.
     *
     * @param name what stands above it
     * @param type a second, fainter line above it; may be empty
     * @param right whether it is aligned to the right
     * @param cells one text a row; null is a missing value
     */
    record Column(String name, String type, boolean right, List<String> cells) {}

    Grid(String caption, List<String> rows) {
        this.caption = caption;
        this.rows = rows;
    }

    void add(Column column) {
        columns.add(column);
    }

    /**
     * Which of n things are shown when there is room for a few: all, or the first and last ones.
     *
     * @param n how many there are
     * @param limit how many are shown
     * @return indices in order, with −1 where some are left out
     */
    static int[] shown(int n, int limit) {
        if (n <= limit) {
            int[] all = new int[n];
            for (int i = 0; i < n; i++) {
                all[i] = i;
            }
            return all;
        }
        int head = (limit + 1) / 2;
        int tail = limit - head;
        int[] some = new int[limit + 1];
        for (int i = 0; i < head; i++) {
            some[i] = i;
        }
        some[head] = -1;
        for (int i = 0; i < tail; i++) {
            some[head + 1 + i] = n - tail + i;
        }
        return some;
    }

    private static String shorten(String text) {
        if (text.length() <= LONGEST_TEXT) {
            return text;
        }
        int end = LONGEST_TEXT - 1;
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + "…";
    }

    String html() {
        StringBuilder html = new StringBuilder(1024);
        // A wide table scrolls inside its own box and never pushes the page.
        html.append("<div style=\"overflow-x:auto;max-width:100%\">\n")
                .append("<table style=\"border-collapse:collapse;border:none;color:inherit;background:transparent;")
                .append("font-variant-numeric:tabular-nums;margin:0\">\n")
                .append(
                        "<caption style=\"caption-side:bottom;text-align:left;color:inherit;opacity:.75;padding:4px 0\">")
                .append(Html.escape(caption))
                .append("</caption>\n");
        boolean named = columns.stream().anyMatch(column -> !column.name.isEmpty());
        if (named) {
            html.append("<thead><tr style=\"color:inherit;background:transparent\">");
            head(html, "", "", false);
            for (Column column : columns) {
                head(html, column.name, column.type, column.right);
            }
            html.append("</tr></thead>\n");
        }
        html.append("<tbody>\n");
        for (int i = 0; i < rows.size(); i++) {
            html.append(
                            "<tr style=\"color:inherit;background:transparent\"><th style=\"text-align:right;padding:2px 8px;")
                    .append(FAINT)
                    .append("\">")
                    .append(Html.escape(rows.get(i)))
                    .append("</th>");
            for (Column column : columns) {
                html.append("<td style=\"text-align:")
                        .append(column.right ? "right" : "left")
                        .append(";padding:2px 8px;white-space:pre;border-top:")
                        .append(LINE)
                        .append("\">");
                String cell = column.cells.get(i);
                if (cell == null) {
                    html.append("<i style=\"opacity:.6\">").append(MISSING).append("</i>");
                } else {
                    html.append(Html.escape(shorten(cell)));
                }
                html.append("</td>");
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody>\n</table>\n</div>").toString();
    }

    private static void head(StringBuilder html, String name, String type, boolean right) {
        html.append("<th style=\"text-align:")
                .append(right ? "right" : "left")
                .append(";vertical-align:bottom;padding:2px 8px;white-space:pre\">")
                .append(Html.escape(shorten(name)));
        if (!type.isEmpty()) {
            html.append("<br/><span style=\"")
                    .append(FAINT)
                    .append("\">")
                    .append(Html.escape(type))
                    .append("</span>");
        }
        html.append("</th>");
    }

    String text() {
        List<List<String>> lines = new ArrayList<>();
        boolean named = columns.stream().anyMatch(column -> !column.name.isEmpty());
        boolean typed = columns.stream().anyMatch(column -> !column.type.isEmpty());
        List<Boolean> right = new ArrayList<>(List.of(true));
        columns.forEach(column -> right.add(column.right));
        if (named) {
            lines.add(line("", columns.stream().map(column -> column.name)));
        }
        if (typed) {
            lines.add(line("", columns.stream().map(column -> column.type)));
        }
        for (int i = 0; i < rows.size(); i++) {
            int row = i;
            lines.add(line(rows.get(i), columns.stream().map(column -> column.cells.get(row))));
        }
        int[] widths = new int[columns.size() + 1];
        for (List<String> line : lines) {
            for (int j = 0; j < widths.length; j++) {
                widths[j] = Math.max(widths[j], length(line.get(j)));
            }
        }
        StringBuilder text = new StringBuilder(caption);
        for (List<String> line : lines) {
            StringBuilder joined = new StringBuilder();
            for (int j = 0; j < widths.length; j++) {
                String pad = " ".repeat(widths[j] - length(line.get(j)));
                joined.append(j == 0 ? "" : "  ")
                        .append(right.get(j) ? pad : "")
                        .append(line.get(j))
                        .append(right.get(j) ? "" : pad);
            }
            text.append('\n').append(joined.toString().stripTrailing());
        }
        return text.toString();
    }

    private static List<String> line(String label, java.util.stream.Stream<String> cells) {
        List<String> line = new ArrayList<>(List.of(label));
        cells.map(cell -> cell == null ? MISSING : shorten(cell).replaceAll("\\R", "⏎"))
                .forEach(line::add);
        return line;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}

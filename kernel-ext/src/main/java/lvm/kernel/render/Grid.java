package lvm.kernel.render;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What tables and matrices look like: labelled rows and columns of short texts, as HTML and as plain text. */
final class Grid {

    /** The text of a cell that holds no value. */
    static final String MISSING = "missing";

    private static final int LONGEST_TEXT = 120;
    /** The longest line; a front end would wrap longer ones, and the columns would no longer stand below each other. */
    private static final int TEXT_WIDTH = 110;

    private static final String GAP = "  ";
    private static final String FAINT = "opacity:.7;font-weight:normal";
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
                        "<caption style=\"caption-side:bottom;text-align:left;color:inherit;opacity:.75;padding:4px 0;white-space:nowrap\">")
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
                            "<tr style=\"color:inherit;background:transparent\"><th style=\"text-align:right;padding:2px 8px;border-top:")
                    .append(LINE)
                    .append(";")
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
                    html.append("<i style=\"opacity:.7\">").append(MISSING).append("</i>");
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

    /** As plain text: the caption, then the columns; where a line would be too long the middle ones are left out. */
    String text() {
        boolean named = columns.stream().anyMatch(column -> !column.name.isEmpty());
        boolean typed = columns.stream().anyMatch(column -> !column.type.isEmpty());
        List<List<String>> blocks = new ArrayList<>();
        blocks.add(block("", "", rows, named, typed, true));
        for (Column column : columns) {
            blocks.add(block(column.name, column.type, column.cells, named, typed, column.right));
        }
        blocks = narrow(blocks, block("⋯", "", Collections.nCopies(rows.size(), "⋯"), named, typed, false));
        StringBuilder text = new StringBuilder(caption);
        for (int i = 0; i < blocks.get(0).size(); i++) {
            StringBuilder line = new StringBuilder();
            for (List<String> block : blocks) {
                line.append(line.isEmpty() ? "" : GAP).append(block.get(i));
            }
            text.append('\n').append(line.toString().stripTrailing());
        }
        return text.toString();
    }

    /** The lines of one column, all of the same length. */
    private static List<String> block(
            String name, String type, List<String> cells, boolean named, boolean typed, boolean right) {
        List<String> lines = new ArrayList<>();
        if (named) {
            lines.add(oneLine(name));
        }
        if (typed) {
            lines.add(oneLine(type));
        }
        cells.forEach(cell -> lines.add(cell == null ? MISSING : oneLine(cell)));
        int width = lines.stream().mapToInt(Grid::length).max().orElse(0);
        lines.replaceAll(line -> {
            String pad = " ".repeat(width - length(line));
            return right ? pad + line : line + pad;
        });
        return lines;
    }

    private static List<List<String>> narrow(List<List<String>> blocks, List<String> dots) {
        int total = blocks.stream().mapToInt(Grid::width).sum();
        if (total <= TEXT_WIDTH) {
            return blocks;
        }
        // The labels and the outer columns, from both ends in turn, while there is room.
        List<List<String>> head = new ArrayList<>(blocks.subList(0, Math.min(2, blocks.size())));
        List<List<String>> tail = new ArrayList<>();
        int used = width(dots) + head.stream().mapToInt(Grid::width).sum();
        int first = head.size();
        int last = blocks.size() - 1;
        while (first <= last) {
            boolean back = tail.size() < head.size() - 1;
            List<String> next = blocks.get(back ? last : first);
            used += width(next);
            if (used > TEXT_WIDTH) {
                break;
            }
            if (back) {
                tail.add(0, next);
                last--;
            } else {
                head.add(next);
                first++;
            }
        }
        // Where the grid itself has left out columns the dots are there already.
        head.removeIf(dots::equals);
        tail.removeIf(dots::equals);
        if (first <= last) {
            head.add(dots);
        }
        head.addAll(tail);
        return head;
    }

    private static int width(List<String> block) {
        return (block.isEmpty() ? 0 : length(block.get(0))) + GAP.length();
    }

    private static String oneLine(String text) {
        return shorten(text).replaceAll("\\R", "⏎");
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}

package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TableRendererTest {

    @AfterEach
    void defaults() {
        Renderers.maxRows(Renderers.DEFAULT_MAX_ROWS);
        Renderers.maxColumns(Renderers.DEFAULT_MAX_COLUMNS);
    }

    private static Table numbered(int n) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> i + 0.5);
        return Table.create("numbered", DoubleColumn.create("x", values));
    }

    @Test
    void textFromDataIsShownAndNotInterpreted() {
        String evil = "<script>alert('1 & \"2\"')</script>";
        Table table = Table.create("<img src=x onerror=alert(1)>", StringColumn.create(evil, evil, "$a^2$ \\(b\\)"));
        Document dom = Shown.dom(table);
        assertEquals(0, dom.getElementsByTagName("script").getLength());
        assertEquals(0, dom.getElementsByTagName("img").getLength());
        assertTrue(Shown.text(dom, "th", 1).startsWith(evil));
        assertArrayEquals(new String[][] {{evil}, {"$a^2$ \\(b\\)"}}, Shown.cells(dom));
        assertTrue(Shown.text(dom, "caption", 0).startsWith("<img"));
        // Between the tags no two dollars stand in one run of text, nor a backslash beside a parenthesis.
        assertFalse(Shown.html(table).matches("(?s).*>[^<]*(\\$[^<]*\\$|\\\\[()])[^<]*<.*"));
    }

    @Test
    void sayHowManyRowsAndColumnsAndOfWhatType() {
        Table table = Table.create(
                "t",
                DoubleColumn.create("d", 1.5),
                IntColumn.create("i", new int[] {3}),
                StringColumn.create("s", "a"));
        Document dom = Shown.dom(table);
        assertEquals("t: 1 row × 3 columns", Shown.text(dom, "caption", 0));
        assertEquals("ddouble", Shown.text(dom, "th", 1));
        assertEquals("iinteger", Shown.text(dom, "th", 2));
        assertEquals("sstring", Shown.text(dom, "th", 3));
        assertEquals(
                "t: 1 row × 3 columns\n        d        i  s\n   double  integer  string\n0     1.5        3  a",
                Shown.text(table));
    }

    @Test
    void longTablesShowTheFirstAndTheLastRows() {
        String[][] cells = Shown.cells(Shown.dom(numbered(1000)));
        assertEquals(21, cells.length);
        assertEquals("0.5", cells[0][0]);
        assertEquals("9.5", cells[9][0]);
        assertEquals("⋮", cells[10][0]);
        assertEquals("990.5", cells[11][0]);
        assertEquals("999.5", cells[20][0]);
        assertEquals("numbered: 1,000 rows × 1 column", Shown.text(Shown.dom(numbered(1000)), "caption", 0));
        assertEquals(24, Shown.text(numbered(1000)).lines().count());
    }

    @Test
    void tablesUpToTheLimitAreShownWhole() {
        assertEquals(20, Shown.cells(Shown.dom(numbered(20))).length);
        assertFalse(Shown.text(numbered(20)).contains("⋮"));
        Renderers.maxRows(5);
        String[][] cells = Shown.cells(Shown.dom(numbered(20)));
        assertEquals(6, cells.length);
        assertEquals("2.5", cells[2][0]);
        assertEquals("⋮", cells[3][0]);
        assertEquals("18.5", cells[4][0]);
        assertThrows(IllegalArgumentException.class, () -> Renderers.maxRows(1));
    }

    @Test
    void wideTablesShowTheFirstAndTheLastColumnsInABoxThatScrolls() {
        Table table = Table.create("wide");
        for (int j = 0; j < 784; j++) {
            table.addColumns(IntColumn.create("pixel" + j, new int[] {j}));
        }
        Document dom = Shown.dom(table);
        String[] row = Shown.cells(dom)[0];
        assertEquals(21, row.length);
        assertEquals("⋯", row[10]);
        assertEquals("783", row[20]);
        Element box = dom.getDocumentElement();
        assertEquals("div", box.getTagName());
        assertTrue(box.getAttribute("style").contains("overflow-x:auto"));
    }

    @Test
    void missingValuesAreNamed() {
        DoubleColumn x = DoubleColumn.create("x", 1, 2);
        x.appendMissing();
        StringColumn s = StringColumn.create("s", "a", "b");
        s.appendMissing();
        IntColumn i = IntColumn.create("i", 1, 2);
        i.appendMissing();
        Table table = Table.create("t", x, s, i);
        Document dom = Shown.dom(table);
        assertArrayEquals(new String[] {"missing", "missing", "missing"}, Shown.cells(dom)[2]);
        assertEquals(3, dom.getElementsByTagName("i").getLength());
        assertTrue(Shown.text(table).endsWith("2  missing  missing  missing"));
    }

    @Test
    void numbersAreAlignedRightAndTextsLeft() {
        Document dom = Shown.dom(Table.create("t", DoubleColumn.create("d", 1.5), StringColumn.create("s", "a")));
        assertTrue(style(dom, 0).contains("text-align:right"));
        assertTrue(style(dom, 1).contains("text-align:left"));
    }

    private static String style(Document dom, int cell) {
        return ((Element) dom.getElementsByTagName("td").item(cell)).getAttribute("style");
    }

    @Test
    void doublesAreShownWithSensibleDigits() {
        Table table = Table.create(
                "t",
                DoubleColumn.create("third", 1 / 3.0, 100, -2),
                DoubleColumn.create("tiny", 1.23456789e-9, 0, 1),
                FloatColumn.create("float", 0.1f, 0.25f, 3));
        String[][] cells = Shown.cells(Shown.dom(table));
        assertArrayEquals(new String[] {"0.333", "1.23457e-09", "0.10"}, cells[0]);
        assertArrayEquals(new String[] {"100.000", "0", "0.25"}, cells[1]);
        assertArrayEquals(new String[] {"-2.000", "1", "3.00"}, cells[2]);
    }

    @Test
    void plainTextStaysNarrow() {
        Table table = Table.create("wide");
        for (int j = 0; j < 60; j++) {
            table.addColumns(DoubleColumn.create("quite a long name " + j, j + 0.5));
        }
        String text = Shown.text(table);
        assertTrue(text.lines().allMatch(line -> line.length() <= 110), text);
        assertTrue(text.contains("long name 0 ") && text.contains("long name 59"), text);
        assertEquals(2, text.chars().filter(c -> c == '⋯').count(), "once above, once in the row");
    }

    @Test
    void noColourIsFixed() {
        String html = Shown.html(numbered(3));
        assertFalse(html.matches("(?s).*(color|background):\\s*(#|black|white|rgb\\().*"), html);
    }

    @Test
    void emptyTablesSayThatTheyAreEmpty() {
        assertEquals("empty: 0 rows × 0 columns", Shown.text(Table.create("empty")));
        Table noRows = Table.create("none", DoubleColumn.create("x"));
        assertEquals("none: 0 rows × 1 column", Shown.text(Shown.dom(noRows), "caption", 0));
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        String cell = Shown.cells(Shown.dom(Table.create("t", StringColumn.create("s", "😀".repeat(200)))))[0][0];
        assertTrue(cell.endsWith("😀…"));
        assertTrue(cell.length() <= 120);
        String lines = Shown.text(Table.create("t", StringColumn.create("s", "one\ntwo")));
        assertTrue(lines.endsWith("one⏎two"), lines);
    }

    @Test
    void onlyTextWhenNothingElseIsWanted() {
        assertNull(Shown.of(numbered(2), "image/png").data().get("text/html"));
        assertTrue(Shown.of(numbered(2), "image/png").data().containsKey("text/plain"));
    }
}

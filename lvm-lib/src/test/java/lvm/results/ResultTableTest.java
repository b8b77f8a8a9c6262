package lvm.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lvm.results.References.Reference;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class ResultTableTest {

    private static Result result(String system, String data, double value, double error) {
        Protocol protocol = new Protocol(data, "test", "none", Protocol.Kind.ESTIMATE, 7);
        return new Result(system, "error after 3000 samples", value, "%", protocol, error, null, 1L, 2, "", null);
    }

    private final Results ours = Results.of(List.of(
            result("M1+M2, z of 10", "MNIST, 1000 labels", 2.5, 0.25),
            result("M1+M2, z of 10", "MNIST, 600 labels", 3, Double.NaN),
            result("M1, z of 5, N = 1,000", "MNIST, 1000 labels", -4.126, 0.5)));

    @Test
    void keysOfResults() {
        Result r = ours.get(2);
        assertEquals("M1", r.text("system"));
        assertEquals("z of 5, N = 1,000", r.text("settings"));
        assertEquals("MNIST", r.text("data"));
        assertEquals("1000", r.text("labels"));
        assertEquals("1000", r.text("N"));
        assertEquals(3000, r.number("samples"));
        assertEquals(7, r.number("draws"));
        assertEquals("", r.text("epochs"));
        assertThrows(IllegalArgumentException.class, () -> r.number("epochs"));
        assertEquals("", r.text("label"), "a part of a word is none");
    }

    @Test
    void whatFits() {
        assertArrayEquals(
                new double[] {2.5, -4.126}, ours.where("labels", "1000").values());
        assertEquals(0, ours.where("labels", "100").size(), "numbers are compared as a whole");
        assertEquals(3, ours.where("system", "M1").size());
        assertArrayEquals(new double[] {1000, 600, 1000}, ours.numbers("labels"));
        assertArrayEquals(
                new double[] {3},
                ours.where(r -> Double.isNaN(r.standardError())).values());
    }

    @Test
    void rowsAndColumns() {
        Table table = ours.pivot("system", "labels").table();
        assertEquals(List.of("system", "600 labels", "1000 labels"), table.columnNames());
        assertEquals(List.of("M1+M2", "M1"), table.stringColumn(0).asList());
        assertEquals(List.of("3.00", "–"), table.stringColumn(1).asList());
        assertEquals(
                List.of("2.50 ± 0.25", "−4.13 ± 0.50"), table.stringColumn(2).asList());
    }

    @Test
    void chosenRowsAndColumns() {
        Table table = ours.pivot("system", "labels")
                .rows("M1", "M2")
                .columns("1000")
                .decimals(1)
                .table();
        assertEquals(List.of("M1", "M2"), table.stringColumn(0).asList());
        assertEquals(List.of("−4.1 ± 0.5", "–"), table.stringColumn(1).asList(), "M1 is not M1+M2");
        assertThrows(
                IllegalArgumentException.class,
                () -> ours.pivot("system", "labels").decimals(-1));
    }

    @Test
    void besidePublishedNumbers() {
        List<Reference> published = List.of(
                new Reference(result("CAE", "MNIST, 600 labels", 6, Double.NaN), "a paper", References.Status.V),
                new Reference(result("M1", "MNIST, 1000 labels", 5, Double.NaN), "a paper", References.Status.V));
        Table table = ours.pivot("system", "labels")
                .beside(published)
                .title("Table 1")
                .table();
        assertEquals("Table 1", table.name());
        assertEquals(
                List.of(
                        "system",
                        "600 labels, published",
                        "600 labels, ours",
                        "1000 labels, published",
                        "1000 labels, ours"),
                table.columnNames());
        assertEquals(List.of("CAE", "M1", "M1+M2"), table.stringColumn(0).asList());
        assertEquals(List.of("6.00", "–", "–"), table.stringColumn(1).asList());
        assertEquals(
                List.of("quoted only", "not run", "3.00"), table.stringColumn(2).asList());
        assertEquals(List.of("–", "5.00", "–"), table.stringColumn(3).asList());
    }

    @Test
    void theRecordsOfTheProject() {
        Table table = Results.load("table1")
                .pivot("system", "labels")
                .beside(References.load("semi-supervised"))
                .columns("100", "600", "1000", "3000")
                .table();
        int row = table.stringColumn("system").asList().indexOf("M1+M2");
        assertTrue(row >= 0);
        assertEquals("3.33", table.stringColumn("100 labels, published").get(row));
        assertTrue(table.stringColumn("100 labels, ours").get(row).contains("±"));
    }
}

package lvm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class OldFaithfulTest {

    @Test
    void isTheDataOfR() {
        // R 4.2.2: dim(faithful), colMeans(faithful), head(faithful, 2), tail(faithful, 1)
        Table table = OldFaithful.load();
        assertEquals(List.of("eruptions", "waiting"), table.columnNames());
        assertEquals(272, table.rowCount());
        assertEquals(3.48778308824, table.doubleColumn("eruptions").mean(), 1e-11);
        assertEquals(70.89705882353, table.doubleColumn("waiting").mean(), 1e-11);
        assertEquals(3.6, table.doubleColumn(0).get(0));
        assertEquals(54, table.doubleColumn(1).get(1));
        assertEquals(4.467, table.doubleColumn(0).get(271));
        assertEquals(74, table.doubleColumn(1).get(271));
    }

    @Test
    void hasTheDigestOfTheLedger() throws Exception {
        try (InputStream in = OldFaithful.class.getResourceAsStream("old-faithful.csv")) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
            assertEquals(
                    "d40b983752ab7ec0b15b740089c3ca7b7b59d0c7433a029a1714d134de1e8d14",
                    HexFormat.of().formatHex(digest));
        }
    }

    @Test
    void tableAndDatasetAgree() {
        Dataset data = OldFaithful.dataset();
        assertEquals("Old Faithful: 272 × 2, doubles", data.toString());
        assertEquals(List.of("eruptions", "waiting"), data.columns());
        assertEquals(74, data.get(271, 1));
        assertEquals(OldFaithful.load().print(), data.asTable().print());
    }

    @Test
    void everyLoadIsACopyOfItsOwn() {
        OldFaithful.load().doubleColumn(0).set(0, -1);
        assertEquals(3.6, OldFaithful.load().doubleColumn(0).get(0));
    }
}

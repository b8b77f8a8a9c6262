package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Collectors;
import lvm.data.Dataset;
import lvm.data.Toy2d;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;

/** Names that a plot finds by itself. */
class NamesTest {
    private static List<String> legend(XYChart chart) {
        return chart.getSeriesCollection().stream()
                .filter(s -> s.isShowInLegend())
                .map(s -> s.getLabel())
                .collect(Collectors.toList());
    }

    @Test
    void groupsHaveTheNamesOfTheClasses() {
        Dataset data = Dataset.of(new double[][] {{0, 1}, {1, 2}, {2, 0}})
                .withClasses(new int[] {1, 0, 1}, List.of("cat", "dog"))
                .withColumns("weight", "height");
        XYChart chart = Plots.scatter(data).build();
        assertEquals(List.of("cat", "dog"), legend(chart));
        assertEquals("weight", chart.getXAxisTitle());
        assertEquals("height", chart.getYAxisTitle());
        assertEquals(
                List.of("cat", "dog"),
                legend(Plots.scatter(data.matrix())
                        .groupBy(data.labels(), data.labelNames())
                        .build()));
        assertEquals(
                List.of("cat", "dog"), legend(Plots.scatter(data.matrix(), data).build()));
    }

    @Test
    void classesThatAreNumbersHaveNoOtherName() {
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{0, 1}, {1, 2}, {2, 0}});
        int[] groups = {0, 2, -1};
        XYChart chart = Plots.scatter(x).groupBy(groups, List.of()).build();
        assertEquals(List.of("no group", "0", "2"), legend(chart));
        assertThrows(IllegalArgumentException.class, () -> Plots.scatter(x).groupBy(new int[2], List.of("a")));
    }

    @Test
    void dataWithoutLabelsAreOfOneColour() {
        XYChart chart =
                Plots.scatter(Toy2d.TWO_MOONS.generate(30, 1).withoutLabels()).build();
        assertEquals(1, chart.getSeriesCollection().size());
        assertThrows(IllegalArgumentException.class, () -> Plots.scatter(Dataset.of(new DMatrixRMaj(2, 3))));
    }
}

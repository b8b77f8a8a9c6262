package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.knowm.xchart.XYChart;

class EqualAxesTest {

    private static double[] unitsInPixels(XYChart chart) {
        var g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        chart.paint(g, chart.getWidth(), chart.getHeight());
        return new double[] {
            chart.getScreenXFromChart(1) - chart.getScreenXFromChart(0),
            chart.getScreenYFromChart(0) - chart.getScreenYFromChart(1)
        };
    }

    @ParameterizedTest
    @CsvSource({"400, 300", "300, 500", "640, 400"})
    void aUnitIsAsLongOnBothAxes(int width, int height) {
        XyPlot plot = Plots.line(new double[] {-3, 3}, new double[] {0, 1})
                .title("a title")
                .xLabel("x₁")
                .yLabel("x₂")
                .size(width, height);
        double[] before = unitsInPixels(plot.build());
        assertTrue(Math.abs(before[0] / before[1] - 1) > 0.3, "not before");
        double[] units = unitsInPixels(plot.axisEqual().build());
        assertEquals(1, units[0] / units[1], 0.02);
    }

    @Test
    void everythingThatWasShownIsShown() {
        XYChart chart = Plots.line(new double[] {-3, 3}, new double[] {0, 1})
                .xRange(-4, 5)
                .yRange(0, 2)
                .axisEqual()
                .build();
        assertTrue(chart.getStyler().getXAxisMin() <= -4 && chart.getStyler().getXAxisMax() >= 5);
        assertTrue(chart.getStyler().getYAxisMin() <= 0 && chart.getStyler().getYAxisMax() >= 2);
        assertEquals(0.5, (chart.getStyler().getXAxisMin() + chart.getStyler().getXAxisMax()) / 2, 1e-9);
        assertEquals(1, (chart.getStyler().getYAxisMin() + chart.getStyler().getYAxisMax()) / 2, 1e-9);
    }

    @Test
    void logarithmicAxesHaveNoEqualUnits() {
        XyPlot plot =
                Plots.line(new double[] {1, 10}, new double[] {1, 100}).yLog().axisEqual();
        assertThrows(IllegalArgumentException.class, plot::build);
    }
}

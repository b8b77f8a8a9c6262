package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.util.List;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;

class LabelsTest {

    /** What a label of this project may want to say. */
    private static final String SYMBOLS =
            "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₜ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ∑∏∫∂∇√∞≈≠≤≥±×·−→∈∼∝‖⟨⟩ℒℓℝℕ𝔼ẑx̂μ̂…½";

    @Test
    void dejaVuHasTheSymbolsOfTheField() {
        assumeTrue(List.of(GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames())
                .contains("DejaVu Sans"));
        Font font = new Font("DejaVu Sans", Font.PLAIN, 12);
        assertEquals(-1, font.canDisplayUpTo(SYMBOLS));
        assertEquals(SYMBOLS, Labels.displayable(SYMBOLS, font));
        // What it lacks is replaced by what it has.
        assertEquals("ℒ(q, θ), N(μ, σ), x, ℰ, D", Labels.displayable("𝓛(q, 𝜃), 𝒩(μ, 𝜎), 𝐱, 𝓔, 𝒟", font));
    }

    @Test
    void theFontOfTheThemeShowsEveryLabel() {
        Font font = new PlotTheme().getBaseFont();
        assertEquals(-1, font.canDisplayUpTo(Labels.displayable(SYMBOLS + "𝓛𝒩𝐱𝜃", font)));
    }

    @Test
    void ticksAreShortAndExact() {
        DoubleFunction<String> unit = Labels.linear(0, 1, 0);
        assertEquals("0", unit.apply(0));
        assertEquals("0.2", unit.apply(0.2));
        assertEquals("0.3", unit.apply(0.1 + 0.2));
        DoubleFunction<String> nats = Labels.linear(-1400, -1100, 0);
        assertEquals("−1150", nats.apply(-1150));
        assertEquals("−1150", Labels.linear(0, 300, -1400).apply(250));
        assertEquals("2.5×10⁶", Labels.linear(0, 4e6, 0).apply(2.5e6));
        assertEquals("−2×10⁻⁵", Labels.linear(-3e-5, 3e-5, 0).apply(-2e-5));
        assertEquals("0", Labels.linear(-3e-5, 3e-5, 0).apply(1e-20));
        assertEquals("1000.0002", Labels.linear(1000, 1000.001, 0).apply(1000.0002));
    }

    @Test
    void logarithmicTicksAreDecades() {
        DoubleFunction<String> wide = Labels.logarithmic(1e-8, 1e3);
        assertEquals("10⁻⁶", wide.apply(1e-6));
        assertEquals(" ", wide.apply(1e-5));
        assertEquals(" ", wide.apply(2e-6));
        assertEquals("100", wide.apply(100));
        DoubleFunction<String> narrow = Labels.logarithmic(1, 90);
        assertEquals("20", narrow.apply(20));
        assertEquals("50", narrow.apply(50));
        assertEquals(" ", narrow.apply(30));
        assertArrayEquals(new double[] {1, 2, 5, 10, 20, 50}, Labels.logGrid(1, 90), 1e-12);
        assertArrayEquals(new double[] {0.01, 0.1, 1, 10}, Labels.logGrid(0.005, 11), 1e-12);
    }

    @Test
    void textIsNeverSmallerThanTwelvePixels() {
        PlotTheme theme = new PlotTheme();
        for (Font font : List.of(
                theme.getBaseFont(),
                theme.getAxisTickLabelsFont(),
                theme.getAxisTitleFont(),
                theme.getLegendFont(),
                theme.getChartTitleFont(),
                theme.getAnnotationTextFont())) {
            assertTrue(font.getSize2D() >= 12, font.toString());
        }
    }
}

package lvm.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.theme.AbstractBaseTheme;

/**
 * The look that all plots have in common: white, a light grey grid, text of at least 12 pixels, {@link Palette#COLORS}. Also for
 * charts made with XChart alone: {@code new XYChartBuilder().theme(new PlotTheme())}.
 */
public final class PlotTheme extends AbstractBaseTheme {

    static {
        // Charts are painted into memory; a notebook never opens a window.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    /** The size of the smallest text. */
    public static final int SMALLEST_FONT = 12;

    private static final Font BASE = new Font(Font.SANS_SERIF, Font.PLAIN, SMALLEST_FONT);
    private static final Color TEXT = Palette.DARK;
    private static final Color GRID = new Color(0x80, 0x80, 0x80, 60);
    private static final Color GREY_LINE = new Color(0x80, 0x80, 0x80, 140);

    /** What lies under a picture is seen through it: the page may be light or dark. */
    static final Color CLEAR = new Color(255, 255, 255, 0);

    /** Creates the theme; it has no settings. */
    public PlotTheme() {}

    static Font font(float size) {
        return BASE.deriveFont(size);
    }

    @Override
    public Font getBaseFont() {
        return BASE;
    }

    @Override
    public Color getChartFontColor() {
        return TEXT;
    }

    @Override
    public Font getChartTitleFont() {
        return BASE.deriveFont(Font.BOLD, 15f);
    }

    @Override
    public boolean isChartTitleBoxVisible() {
        return false;
    }

    @Override
    public Font getAxisTitleFont() {
        return BASE.deriveFont(13.5f);
    }

    @Override
    public Font getAxisTickLabelsFont() {
        return BASE;
    }

    @Override
    public Color getAxisTickLabelsColor() {
        return TEXT;
    }

    @Override
    public Color getAxisTickMarksColor() {
        return GREY_LINE;
    }

    @Override
    public Color getChartBackgroundColor() {
        return CLEAR;
    }

    @Override
    public Color getPlotBackgroundColor() {
        return CLEAR;
    }

    @Override
    public Color getLegendBackgroundColor() {
        return CLEAR;
    }

    @Override
    public Font getLegendFont() {
        return BASE;
    }

    @Override
    public Color getLegendBorderColor() {
        return CLEAR;
    }

    @Override
    public int getLegendPadding() {
        return 8;
    }

    @Override
    public int getLegendSeriesLineLength() {
        // As wide as the boxes of the legend, so that lines and boxes stand under each other.
        return 20;
    }

    @Override
    public int getChartTitlePadding() {
        return 8;
    }

    @Override
    public boolean isAxisTicksLineVisible() {
        return false;
    }

    @Override
    public Color getPlotGridLinesColor() {
        return GRID;
    }

    @Override
    public BasicStroke getPlotGridLinesStroke() {
        return new BasicStroke(1f);
    }

    @Override
    public Color getPlotBorderColor() {
        return GREY_LINE;
    }

    @Override
    public boolean isPlotTicksMarksVisible() {
        return false;
    }

    @Override
    public double getPlotContentSize() {
        // All of the plot; XChart leaves out ticks that lie exactly on the frame.
        return 0.9999;
    }

    @Override
    public int getPlotMargin() {
        return 0;
    }

    @Override
    public int getAxisTitlePadding() {
        return 9;
    }

    @Override
    public Color[] getSeriesColors() {
        return Palette.COLORS.toArray(new Color[0]);
    }

    @Override
    public BasicStroke[] getSeriesLines() {
        return new BasicStroke[] {Strokes.solid(2)};
    }

    @Override
    public Marker[] getSeriesMarkers() {
        return Marks.symbols(8);
    }

    @Override
    public int getMarkerSize() {
        return 8;
    }

    @Override
    public Font getAnnotationTextFont() {
        return BASE;
    }

    @Override
    public Font getAnnotationTextPanelFont() {
        return BASE;
    }
}

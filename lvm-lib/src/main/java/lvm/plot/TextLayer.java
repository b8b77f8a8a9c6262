package lvm.plot;

import java.awt.Font;

/** A line of text, centred at a place and kept inside the plot. */
final class TextLayer extends Layer {
    private static final float FONT_SIZE = 13;

    private final double[] x;
    private final double[] y;
    private final String text;

    TextLayer(double x, double y, String text) {
        super("text", null);
        Numbers.finite("XyPlot.text", text, "place", x, y);
        if (text.isBlank()) {
            throw new IllegalArgumentException("XyPlot.text: the text is blank");
        }
        this.x = new double[] {x};
        this.y = new double[] {y};
        this.text = text;
    }

    @Override
    Extent extent() {
        return Extent.of(x, y);
    }

    @Override
    void draw(Canvas canvas) {
        Font font = PlotTheme.font(FONT_SIZE);
        Marks.Text mark = new Marks.Text(Labels.displayable(text, font), font);
        canvas.mark(this, canvas.x().at(x), canvas.y().at(y), mark, colorOr(Palette.DARK));
    }
}

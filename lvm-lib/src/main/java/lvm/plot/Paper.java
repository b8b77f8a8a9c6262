package lvm.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.util.function.Consumer;

/** What pictures share that are no charts of XChart: they have text on them. */
final class Paper {
    private Paper() {}

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

    /** Draws a picture; the graphics stay as they were. */
    static void paint(Graphics2D g, Consumer<Graphics2D> content) {
        Graphics2D own = (Graphics2D) g.create();
        try {
            content.accept(own);
        } finally {
            own.dispose();
        }
    }

    /** A line of text in letters that the font has; a blank one if there is none. */
    static TextLayout text(String text, Font font) {
        return new TextLayout(text.isEmpty() ? " " : Labels.displayable(text, font), font, CONTEXT);
    }

    /** The title above a picture. */
    static TextLayout title(String text) {
        return text(text, PlotTheme.font(14).deriveFont(Font.BOLD));
    }
}

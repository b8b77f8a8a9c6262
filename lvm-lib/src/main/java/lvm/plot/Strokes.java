package lvm.plot;

import java.awt.BasicStroke;

/** The lines of the theme. */
final class Strokes {
    private Strokes() {}

    static BasicStroke solid(float width) {
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    static BasicStroke dashed(float width) {
        return new BasicStroke(
                width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {3 * width, 2.5f * width}, 0);
    }
}

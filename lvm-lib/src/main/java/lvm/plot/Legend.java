package lvm.plot;

import org.knowm.xchart.style.Styler.LegendPosition;

/** Where the legend stands. Outside it never covers data. */
public enum Legend {
    /** To the right of the plot. */
    RIGHT(LegendPosition.OutsideE),
    /** Below the plot, in as many rows as it needs. */
    BELOW(LegendPosition.OutsideS),
    /** Inside, upper left; it may cover data. */
    TOP_LEFT(LegendPosition.InsideNW),
    /** Inside, upper right; it may cover data. */
    TOP_RIGHT(LegendPosition.InsideNE),
    /** Inside, lower left; it may cover data. */
    BOTTOM_LEFT(LegendPosition.InsideSW),
    /** Inside, lower right; it may cover data. */
    BOTTOM_RIGHT(LegendPosition.InsideSE),
    /** No legend. */
    NONE(LegendPosition.OutsideE);

    final LegendPosition position;

    Legend(LegendPosition position) {
        this.position = position;
    }
}

package lvm.plot;

import java.awt.Color;

/** One layer of a plot over two numeric axes: what it shows, where that lies, and how it is drawn. */
abstract class Layer {

    /** What is drawn, such as "points"; also the label of its series where it has no name. */
    final String kind;

    /** The entry in the legend, null for none. */
    final String name;

    /** The colour that was set, null for that of its kind. */
    Color color;

    boolean dashed;
    float width = 2;

    /** Whether all of its points are drawn one by one, however many there are. */
    boolean everyPoint;

    Layer(String kind, String name) {
        if (name != null && name.isBlank()) {
            throw new IllegalArgumentException("XyPlot: a layer's name is blank; leave it out instead");
        }
        this.kind = kind;
        this.name = name;
    }

    /** Where it lies, in the units of the axes. */
    abstract Extent extent();

    abstract void draw(Canvas canvas);

    /** Where to look at it if neither a range that was set nor the extent of any layer says so. */
    Extent view() {
        return Extent.NONE;
    }

    /** Whether it fills the whole plot, whatever part of the plane that shows. */
    boolean fillsThePlot() {
        return false;
    }

    /** Whether its heights are measured from 0, so that there is no room to leave below. */
    boolean standsOnZero() {
        return false;
    }

    /**
     * The places along the horizontal axis at which it has values. If those of all layers are whole numbers, such as
     * iterations, so are the ticks. NaN for a continuum; none for what only points at something.
     */
    double[] places() {
        return new double[0];
    }

    /** What the horizontal axis is called where no label was set. */
    String xName() {
        return "x";
    }

    /** What the vertical axis is called where no label was set. */
    String yName() {
        return "y";
    }

    /** The first colour of the palette that can be seen on it. */
    int firstColor() {
        return 0;
    }

    /** The width of its lines as they are drawn. */
    float strokeWidth() {
        return width;
    }

    final Color colorOr(Color usual) {
        return color != null ? color : usual;
    }
}

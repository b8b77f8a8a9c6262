package lvm.plot;

/** A line from edge to edge of the plot, upright or level. */
final class ReferenceLayer extends Layer {
    private final boolean vertical;
    private final double at;

    ReferenceLayer(boolean vertical, String name, double at) {
        super(vertical ? "vertical" : "horizontal", name);
        Numbers.finite("XyPlot." + kind, name, "place", at);
        this.vertical = vertical;
        this.at = at;
        dashed = true;
        width = 1.5f;
    }

    @Override
    Extent extent() {
        Range here = Range.NONE.and(at);
        return vertical ? new Extent(here, Range.NONE) : new Extent(Range.NONE, here);
    }

    @Override
    void draw(Canvas canvas) {
        double place = vertical ? canvas.x().at(at) : canvas.y().at(at);
        double[] same = {place, place};
        Range along = vertical ? canvas.y().shown() : canvas.x().shown();
        double[] ends = {along.lo(), along.hi()};
        canvas.line(this, vertical ? same : ends, vertical ? ends : same, colorOr(Palette.GREY));
    }
}

package lvm.plot;

/** A layer of places that are joined or marked: points, a line. */
abstract class MarkedLayer extends Layer {
    final double[] x;
    final double[] y;

    /** The diameter of the markers in logical pixels, 0 for that of its kind. */
    double markerSize;

    MarkedLayer(String kind, String name, double[] x, double[] y) {
        super(kind, name);
        this.x = x.clone();
        this.y = y.clone();
    }

    @Override
    final Extent extent() {
        return Extent.of(x, y);
    }

    @Override
    final double[] places() {
        return x;
    }
}

package lvm.plot;

/** A layer that shows a field over the whole plot, whatever part of the plane that is. */
abstract class FieldLayer extends Layer {
    final Field field;

    FieldLayer(String kind, String name, Field field) {
        super(kind, name);
        this.field = field;
    }

    @Override
    final Extent extent() {
        return Extent.NONE;
    }

    @Override
    final Extent view() {
        return field.view();
    }

    @Override
    final boolean fillsThePlot() {
        return true;
    }

    @Override
    final double[] places() {
        return new double[] {Double.NaN};
    }
}

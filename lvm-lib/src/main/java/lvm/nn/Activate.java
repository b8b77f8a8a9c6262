package lvm.nn;

import java.util.List;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/** An activation alone, behind a layer that has none. */
final class Activate implements Layer {
    private final Activation f;

    Activate(Activation f) {
        this.f = f;
    }

    @Override
    public List<Param> params() {
        return List.of();
    }

    @Override
    public Var forward(Tape tape, Var x) {
        return x.activate(f);
    }

    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        return new Tangent(x.activate(f), along.mul(x.slope(f)));
    }
}

package lvm.nn;

import java.util.List;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/**
 * Sets values to zero at random and scales up the others, on a tape in training mode; does nothing else. Srivastava et al.
 * (2014).
 */
public final class Dropout implements Layer {
    private final float rate;

    /**
     * A layer of dropout; {@link Tape#random} draws.
     *
     * @param rate the probability of a zero, in [0,1)
     * @throws IllegalArgumentException if it is out of range
     */
    public Dropout(double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Dropout: rate is " + rate + ", expected within [0,1)");
        }
        this.rate = (float) rate;
    }

    @Override
    public List<Param> params() {
        return List.of();
    }

    @Override
    public Var forward(Tape tape, Var x) {
        return tape.isTraining() ? x.dropout(rate, tape.random()) : x;
    }

    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        if (!tape.isTraining()) {
            return new Tangent(x, along);
        }
        Var kept = x.mul(0).add(1).stopGradient().dropout(rate, tape.random());
        return new Tangent(x.mul(kept), along.mul(kept));
    }
}

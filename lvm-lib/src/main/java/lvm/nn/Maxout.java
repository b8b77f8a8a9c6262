package lvm.nn;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** The largest of k linear maps for each unit, yⱼ = maxₚ (x Wⱼₚ + bⱼₚ). I. J. Goodfellow and others (2013), Maxout networks. */
public final class Maxout implements Layer {
    private final Linear maps;
    private final int units;
    private final Op largest;
    private final Op sameOf;

    /**
     * A layer with a {@link WeightInit#HE} start.
     *
     * @param name the layer's name; the parameters are name.w and name.b, with the k columns of a unit side by side
     * @param in the columns of x, at least 1
     * @param units the columns of y, at least 1
     * @param pieces k, at least 1
     * @param rng the source of the start values; advanced
     * @throws IllegalArgumentException if a number is less than 1
     */
    public Maxout(String name, int in, int units, int pieces, RandomGenerator rng) {
        if (pieces < 1) {
            throw new IllegalArgumentException("Maxout: " + pieces + " pieces, expected at least 1");
        }
        maps = new Linear(name, in, units * pieces, Activation.IDENTITY, WeightInit.HE, rng);
        this.units = units;
        largest = new Op("maxout") {
            @Override
            protected void forward(Node y) {
                float[] a = y.input(0).value().data;
                float[] which = y.scratch(0, y.rows(), y.cols()).data;
                choose(a, which, y.size(), pieces);
                take(a, which, y.value(), pieces);
            }

            @Override
            protected void backward(Node y) {
                give(y.gradient(), y.scratch(0).data, y.input(0).addend(), pieces);
            }
        };
        sameOf = new Op("maxout along") {
            @Override
            protected void forward(Node y) {
                float[] which = y.scratch(0, y.rows(), y.cols()).data;
                choose(y.input(1).value().data, which, y.size(), pieces);
                take(y.input(0).value().data, which, y.value(), pieces);
            }

            @Override
            protected void backward(Node y) {
                if (y.input(0).needsGradient()) {
                    give(y.gradient(), y.scratch(0).data, y.input(0).addend(), pieces);
                }
            }
        };
    }

    /** The place of the largest of each group, the first of equal ones. */
    private static void choose(float[] a, float[] which, int n, int pieces) {
        for (int i = 0; i < n; i++) {
            int best = 0;
            for (int p = 1; p < pieces; p++) {
                best = a[i * pieces + p] > a[i * pieces + best] ? p : best;
            }
            which[i] = best;
        }
    }

    private static void take(float[] a, float[] which, FMatrixRMaj y, int pieces) {
        for (int i = 0; i < y.numRows * y.numCols; i++) {
            y.data[i] = a[i * pieces + (int) which[i]];
        }
    }

    private static void give(FMatrixRMaj g, float[] which, float[] to, int pieces) {
        for (int i = 0; i < g.numRows * g.numCols; i++) {
            to[i * pieces + (int) which[i]] += g.data[i];
        }
    }

    @Override
    public List<Param> params() {
        return maps.params();
    }

    @Override
    public Var forward(Tape tape, Var x) {
        Var a = maps.forward(tape, x);
        return tape.apply(largest, a.rows(), units, a);
    }

    /** With the derivative of the map that is the largest. */
    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        Tangent a = maps.tangent(tape, x, along);
        Var y = tape.apply(largest, a.value().rows(), units, a.value());
        return new Tangent(y, tape.apply(sameOf, y.rows(), units, a.along(), a.value()));
    }
}

package lvm.flow;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Mapped;
import lvm.nn.Layer;

/**
 * A coupling: some columns stay, the others are mapped one by one with parameters that a network makes of those that stay. The
 * Jacobian is triangular, both directions cost one pass through the network. L. Dinh, D. Krueger and Y. Bengio (2014), NICE,
 * section 3.2; L. Dinh, J. Sohl-Dickstein and S. Bengio (2017), Density estimation using Real NVP, equations 4 to 8.
 */
public final class Coupling extends ByNetwork {
    private final int[] in;
    private final int[] out;

    /**
     * A coupling of vectors.
     *
     * @param dim D, at least 2
     * @param active the columns that are mapped, each once, not all; copied
     * @param transformer how
     * @param net from the columns that stay, in order, to the parameters; kept
     * @throws IllegalArgumentException if a column does not exist, is there twice or none stays
     */
    public Coupling(int dim, int[] active, Transformer transformer, Layer net) {
        this(dim, active.clone(), transformer, net, staying(dim, active), null, 0);
    }

    /**
     * A coupling with a network that looks at its own arrangement of the columns, such as a picture with holes.
     *
     * @param active the columns that are mapped, or null for all; kept
     * @param in the column for each input of the network, −1 for a zero
     * @param out the output of the network for each parameter, or null for all in order
     * @param context the columns of a context, which the network sees before the others
     */
    Coupling(int dim, int[] active, Transformer transformer, Layer net, int[] in, int[] out, int context) {
        super(dim, transformer, active, net, context);
        this.in = in;
        this.out = out;
    }

    /** A coupling of vectors whose network sees a context before the columns that stay. */
    static Coupling conditional(int dim, int[] active, Transformer transformer, Layer net, int context) {
        return new Coupling(dim, active, transformer, net, staying(dim, active), null, context);
    }

    private static int[] staying(int dim, int... active) {
        boolean[] moves = new boolean[dim];
        for (int column : active) {
            if (column < 0 || column >= dim || moves[column]) {
                throw new IllegalArgumentException(
                        "Coupling: column " + column + " of " + dim + " does not exist or is there twice");
            }
            moves[column] = true;
        }
        if (active.length == 0 || active.length == dim) {
            throw new IllegalArgumentException("Coupling: " + active.length + " of " + dim
                    + " columns are mapped, expected some to move and some to stay");
        }
        int[] stay = new int[dim - active.length];
        int k = 0;
        for (int j = 0; j < dim; j++) {
            if (!moves[j]) {
                stay[k++] = j;
            }
        }
        return stay;
    }

    private Var parameters(Tape tape, Var x, Var context) {
        Var seen = in.length == 0 ? context : x.gatherColumns(in);
        if (context != null && in.length > 0) {
            seen = tape.concatColumns(context, seen);
        }
        Var h = net.forward(tape, seen);
        return out == null ? h : h.gatherColumns(out);
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        requireFit("Coupling.forward", z, context);
        return map.forward(tape, z, parameters(tape, z, context));
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        requireFit("Coupling.inverse", x, context);
        return map.inverse(tape, x, parameters(tape, x, context));
    }

    @Override
    public String toString() {
        return transformer + " coupling";
    }
}

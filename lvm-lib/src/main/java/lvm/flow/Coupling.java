package lvm.flow;

import java.util.List;
import java.util.Map;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.dist.Bijector;
import lvm.nn.Layer;
import org.ejml.data.FMatrixRMaj;

/**
 * A coupling: some columns stay, the others are mapped one by one with parameters that a network makes of those that stay. The
 * Jacobian is triangular, both directions cost one pass through the network. L. Dinh, D. Krueger and Y. Bengio (2014), NICE,
 * section 3.2; L. Dinh, J. Sohl-Dickstein and S. Bengio (2017), Density estimation using Real NVP, equations 4 to 8.
 */
public final class Coupling implements Bijector {
    private final int dim;
    private final int[] active;
    private final int[] places;
    private final int[] in;
    private final int[] out;
    private final Transformer transformer;
    private final Layer net;

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
        this(dim, active, transformer, net, staying(dim, active), null);
    }

    /**
     * A coupling with a network that looks at its own arrangement of the columns, such as a picture with holes.
     *
     * @param in the column for each input of the network, −1 for a zero
     * @param out the output of the network for each parameter, or null for all in order
     */
    Coupling(int dim, int[] active, Transformer transformer, Layer net, int[] in, int[] out) {
        this.dim = dim;
        this.active = active.clone();
        this.transformer = transformer;
        this.net = net;
        this.in = in;
        this.out = out;
        places = Transformer.places(dim, active);
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

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public List<Param> params() {
        return net.params();
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return net.buffers();
    }

    private Var parameters(Tape tape, Var x) {
        Var h = net.forward(tape, x.gatherColumns(in));
        return out == null ? h : h.gatherColumns(out);
    }

    @Override
    public Mapped forward(Tape tape, Var z) {
        Checks.columns("Coupling.forward", z, dim);
        return transformer.forward(tape, z, parameters(tape, z), active, places);
    }

    @Override
    public Mapped inverse(Tape tape, Var x) {
        Checks.columns("Coupling.inverse", x, dim);
        return transformer.inverse(tape, x, parameters(tape, x), active, places);
    }

    @Override
    public String toString() {
        return transformer + " coupling";
    }
}

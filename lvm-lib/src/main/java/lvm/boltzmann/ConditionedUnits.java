package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Restricted machines of binary units, as many as there are rows of what they are conditioned on: −E_r(v, h) = b_rᵀv + c_rᵀh + vᵀW_r h. Of
 * states there are the same number of rows for each machine, one machine after the other.
 */
abstract class ConditionedUnits {
    /** The biases of the visible units, n×D, a row for each machine. */
    final FMatrixRMaj b;
    /** The biases of the hidden units, n×H. */
    final FMatrixRMaj c;

    ConditionedUnits(FMatrixRMaj b, FMatrixRMaj c) {
        this.b = b;
        this.c = c;
    }

    /** v W_r, as many rows as v. */
    abstract void up(FMatrixRMaj v, FMatrixRMaj out);

    /** h W_rᵀ, as many rows as h. */
    abstract void down(FMatrixRMaj h, FMatrixRMaj out);

    /** Some of the machines. */
    abstract ConditionedUnits slice(int from, int to);

    /** The weights of one of the machines, D×H. */
    abstract FMatrixRMaj weights(int row);

    final int rows() {
        return b.numRows;
    }

    final int visible() {
        return b.numCols;
    }

    final int hidden() {
        return c.numCols;
    }

    final int each(FMatrixRMaj states) {
        return rows() == 0 ? 1 : states.numRows / rows();
    }

    final void hiddenLogits(FMatrixRMaj v, FMatrixRMaj out) {
        out.reshape(v.numRows, hidden());
        up(v, out);
        add(c, 1, out);
    }

    final void visibleLogits(FMatrixRMaj h, FMatrixRMaj out) {
        out.reshape(h.numRows, visible());
        down(h, out);
        add(b, 1, out);
    }

    /** Adds a row of each machine, scaled, to the rows of its states. */
    final void add(FMatrixRMaj bias, float scale, FMatrixRMaj states) {
        int each = each(states);
        int m = bias.numCols;
        Parallel.range(states.numRows, Parallel.grain(m), (from, to) -> {
            for (int i = from; i < to; i++) {
                int at = i * m;
                int row = i / each * m;
                for (int j = 0; j < m; j++) {
                    states.data[at + j] += scale * bias.data[row + j];
                }
            }
        });
    }

    /** −F(v) of every row of states. */
    final double[] minusFreeEnergy(FMatrixRMaj v) {
        FMatrixRMaj a = new FMatrixRMaj(v.numRows, hidden());
        hiddenLogits(v, a);
        int each = each(v);
        double[] f = new double[v.numRows];
        Parallel.range(f.length, Parallel.grain(8 * hidden()), (from, to) -> {
            for (int i = from; i < to; i++) {
                f[i] = RbmUnits.dot(b.data, i / each * visible(), v.data, i * visible(), visible())
                        + Logs.sumSoftplus(1, a.data, i * hidden(), hidden());
            }
        });
        return f;
    }

    /** h ~ p(h | v), v ~ p(v | h), so many times; h is room. */
    final void gibbs(FMatrixRMaj v, int sweeps, FMatrixRMaj h, RandomGenerator rng) {
        for (int k = 0; k < sweeps; k++) {
            hiddenLogits(v, h);
            VectorMath.sigmoid(h, h);
            Fill.bits(h, rng);
            visibleLogits(h, v);
            VectorMath.sigmoid(v, v);
            Fill.bits(v, rng);
        }
    }

    /** Visible states, each unit drawn from its bias alone. */
    final FMatrixRMaj start(int each, RandomGenerator rng) {
        FMatrixRMaj v = new FMatrixRMaj(rows() * each, visible());
        add(b, 1, v);
        VectorMath.sigmoid(v, v);
        Fill.bits(v, rng);
        return v;
    }

    /** Machines with the same weights W, D×H. */
    static final class Shared extends ConditionedUnits {
        private final FMatrixRMaj w;

        Shared(FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c) {
            super(b, c);
            this.w = w;
        }

        @Override
        void up(FMatrixRMaj v, FMatrixRMaj out) {
            Products.mult(v, w, out);
        }

        @Override
        void down(FMatrixRMaj h, FMatrixRMaj out) {
            Products.multTransB(h, w, out);
        }

        @Override
        ConditionedUnits slice(int from, int to) {
            return new Shared(w, rows(b, from, to), rows(c, from, to));
        }

        @Override
        FMatrixRMaj weights(int row) {
            return w.copy();
        }
    }

    /** Machines with W_r = P diag(f_r) Qᵀ, P D×F, Q H×F, and the same biases. */
    static final class Factored extends ConditionedUnits {
        private final FMatrixRMaj p;
        private final FMatrixRMaj q;
        private final FMatrixRMaj factors; // n×F
        private final FMatrixRMaj room = new FMatrixRMaj(0, 0);

        Factored(FMatrixRMaj p, FMatrixRMaj q, FMatrixRMaj factors, FMatrixRMaj b, FMatrixRMaj c) {
            super(b, c);
            this.p = p;
            this.q = q;
            this.factors = factors;
        }

        @Override
        void up(FMatrixRMaj v, FMatrixRMaj out) {
            through(v, p, q, out);
        }

        @Override
        void down(FMatrixRMaj h, FMatrixRMaj out) {
            through(h, q, p, out);
        }

        private void through(FMatrixRMaj states, FMatrixRMaj in, FMatrixRMaj back, FMatrixRMaj out) {
            int f = factors.numCols;
            int each = each(states);
            room.reshape(states.numRows, f);
            Products.mult(states, in, room);
            for (int i = 0; i < states.numRows; i++) {
                for (int k = 0; k < f; k++) {
                    room.data[i * f + k] *= factors.data[i / each * f + k];
                }
            }
            Products.multTransB(room, back, out);
        }

        @Override
        ConditionedUnits slice(int from, int to) {
            return new Factored(p, q, rows(factors, from, to), rows(b, from, to), rows(c, from, to));
        }

        @Override
        FMatrixRMaj weights(int row) {
            FMatrixRMaj scaled = p.copy();
            for (int i = 0; i < scaled.getNumElements(); i++) {
                scaled.data[i] *= factors.data[row * p.numCols + i % p.numCols];
            }
            FMatrixRMaj w = new FMatrixRMaj(p.numRows, q.numRows);
            Products.multTransB(scaled, q, w);
            return w;
        }
    }

    static FMatrixRMaj rows(FMatrixRMaj x, int from, int to) {
        FMatrixRMaj part = new FMatrixRMaj(to - from, x.numCols);
        System.arraycopy(x.data, from * x.numCols, part.data, 0, part.getNumElements());
        return part;
    }

    /** Every row so many times. */
    static FMatrixRMaj repeat(FMatrixRMaj x, int each) {
        FMatrixRMaj all = new FMatrixRMaj(x.numRows * each, x.numCols);
        for (int i = 0; i < all.numRows; i++) {
            System.arraycopy(x.data, i / each * x.numCols, all.data, i * x.numCols, x.numCols);
        }
        return all;
    }
}

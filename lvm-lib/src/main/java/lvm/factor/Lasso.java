package lvm.factor;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * The codes argmin_h τ‖h‖₁ + ½‖x − W h‖² of many rows by FISTA (A. Beck and M. Teboulle 2009), with the momentum of a row
 * taken away where it points uphill (B. O'Donoghue and E. Candès 2015). FISTA is soon near but takes long over the last
 * digits: rows that are late are finished from there, exactly, by the search over signs of H. Lee, A. Battle, R. Raina and
 * A. Ng (2007, Efficient sparse coding algorithms). Rows that are done leave the block.
 */
final class Lasso {
    private static final int ROWS = 256;
    private static final int LEAST_ROWS = 12;

    /** A product of at most so many multiplications is done by one thread of the matrix library. */
    private static final int ONE_THREAD = 200_000;

    /** Iterations after which a row is late; again after twice as many. */
    private static final int LATE = 32;

    private final int k;
    private final double tau;
    private final DMatrixRMaj atoms;
    private final double[] gram;
    private final double lipschitz;

    /**
     * Codes by a dictionary.
     *
     * @param atoms Wᵀ, K×D; kept and not modified
     * @param tau τ &gt; 0
     */
    Lasso(DMatrixRMaj atoms, double tau) {
        this.k = atoms.numRows;
        this.tau = tau;
        this.atoms = atoms;
        DMatrixRMaj g = new DMatrixRMaj(k, k);
        Products.multTransB(atoms, atoms, g);
        gram = g.data;
        lipschitz = greatestEigenvalue(g);
    }

    /** An upper bound, by at most the factor K^(1/32): λ ≤ ‖G¹⁶‖^(1/16). */
    private static double greatestEigenvalue(DMatrixRMaj gram) {
        DMatrixRMaj power = gram.copy();
        DMatrixRMaj square = gram.createLike();
        double log = 0;
        for (int exponent = 1; ; exponent *= 2) {
            double norm = NormOps_DDRM.normF(power);
            if (norm == 0) {
                return 1;
            }
            log += Math.log(norm) / exponent;
            if (exponent == 16) {
                return Math.exp(log) * (1 + 1e-9);
            }
            for (int i = 0; i < power.data.length; i++) {
                power.data[i] /= norm;
            }
            Products.mult(power, power, square);
            DMatrixRMaj swap = power;
            power = square;
            square = swap;
        }
    }

    /**
     * Finds the codes.
     *
     * @param x n×D rows; not modified
     * @param tolerance by what part of τ the conditions of optimality may be violated
     * @param budget of iterations
     * @param h n×K. Modified: the codes
     * @return −1 if every row met the tolerance, else the first that did not
     * @throws CancellationException if the thread is interrupted
     */
    int solve(DMatrixRMaj x, double tolerance, int budget, DMatrixRMaj h) {
        // Small products are done by one thread each, with the blocks in parallel; large ones by all threads together.
        int fitting = ONE_THREAD / (k * k);
        boolean ours = fitting >= LEAST_ROWS;
        int rows = Math.min(ours ? Math.min(fitting, ROWS) : ROWS, Math.max(1, x.numRows));
        int blocks = (x.numRows + rows - 1) / rows;
        int[] unfinished = new int[blocks];
        Thread caller = Thread.currentThread();
        Parallel.Body body = (from, to) -> {
            Block block = new Block(rows, caller);
            for (int b = from; b < to; b++) {
                int first = b * rows;
                unfinished[b] = block.solve(x, first, Math.min(rows, x.numRows - first), tolerance, budget, h);
            }
        };
        if (ours) {
            Parallel.range(blocks, 1, body);
        } else {
            body.run(0, blocks);
        }
        return Arrays.stream(unfinished).filter(row -> row >= 0).findFirst().orElse(-1);
    }

    private final class Block {
        private final double[] c;
        private final double[] y;
        private final double[] h;
        private final double[] next;
        private final double[] momentum;
        private final int[] row;
        private final Thread caller;
        private final Signs signs = new Signs();

        Block(int rows, Thread caller) {
            this.caller = caller;
            c = new double[rows * k];
            y = new double[rows * k];
            h = new double[rows * k];
            next = new double[rows * k];
            momentum = new double[rows];
            row = new int[rows];
        }

        int solve(DMatrixRMaj x, int first, int rows, double tolerance, int budget, DMatrixRMaj out) {
            int d = x.numCols;
            Products.gemm(false, true, rows, k, d, 1, x.data, first * d, d, atoms.data, 0, d, 0, c, 0, k);
            Arrays.fill(y, 0, rows * k, 0);
            Arrays.fill(h, 0, rows * k, 0);
            Arrays.fill(momentum, 0, rows, 1);
            Arrays.setAll(row, r -> first + r);
            int left = rows;
            // With the gradient step s from y to h, |(L I − G) s| bounds the violation at h, and the norm of L I − G is
            // at
            // most L.
            double close = tolerance * tau / lipschitz;
            for (int iteration = 0; left > 0 && iteration < budget; iteration++) {
                if (caller.isInterrupted()) {
                    throw new CancellationException("SparseCoding: interrupted");
                }
                Products.gemm(false, false, left, k, k, 1, y, 0, k, gram, 0, k, 0, next, 0, k);
                boolean late = iteration >= LATE && Integer.bitCount(iteration) == 1;
                for (int r = left - 1; r >= 0; r--) {
                    int at = r * k;
                    shrink(at);
                    boolean exact = late && signs.solve(at, next, c, tolerance);
                    if (exact || Math.sqrt(squaredStep(at)) <= close) {
                        System.arraycopy(next, at, out.data, row[r] * k, k);
                        left--;
                        if (r < left) {
                            move(left, r);
                        }
                        continue;
                    }
                    double before = momentum[r];
                    if (turn(at) > 0) {
                        before = 1;
                    }
                    double after = (1 + Math.sqrt(1 + 4 * before * before)) / 2;
                    momentum[r] = after;
                    advance(at, (before - 1) / after);
                }
            }
            int unfinished = -1;
            for (int r = 0; r < left; r++) {
                System.arraycopy(h, r * k, out.data, row[r] * k, k);
                unfinished = unfinished < 0 ? row[r] : Math.min(unfinished, row[r]);
            }
            return unfinished;
        }

        private void move(int from, int to) {
            System.arraycopy(c, from * k, c, to * k, k);
            System.arraycopy(y, from * k, y, to * k, k);
            System.arraycopy(h, from * k, h, to * k, k);
            momentum[to] = momentum[from];
            row[to] = row[from];
        }

        /** next ← S(y − (G y − Wᵀx)/L) with the soft threshold S at τ/L; next holds G y before. */
        private void shrink(int at) {
            double scale = 1 / lipschitz;
            double threshold = tau / lipschitz;
            for (int j = at; j < at + k; j++) {
                double v = y[j] - (next[j] - c[j]) * scale;
                next[j] = v - Math.max(-threshold, Math.min(threshold, v));
            }
        }

        private double squaredStep(int at) {
            double even = 0;
            double odd = 0;
            int j = at;
            for (; j + 2 <= at + k; j += 2) {
                double a = y[j] - next[j];
                double b = y[j + 1] - next[j + 1];
                even += a * a;
                odd += b * b;
            }
            if (j < at + k) {
                even += (y[j] - next[j]) * (y[j] - next[j]);
            }
            return even + odd;
        }

        private double turn(int at) {
            double even = 0;
            double odd = 0;
            int j = at;
            for (; j + 2 <= at + k; j += 2) {
                even += (y[j] - next[j]) * (next[j] - h[j]);
                odd += (y[j + 1] - next[j + 1]) * (next[j + 1] - h[j + 1]);
            }
            if (j < at + k) {
                even += (y[j] - next[j]) * (next[j] - h[j]);
            }
            return even + odd;
        }

        private void advance(int at, double factor) {
            for (int j = at; j < at + k; j++) {
                double now = next[j];
                y[j] = now + factor * (now - h[j]);
                h[j] = now;
            }
        }
    }

    /**
     * The search over signs. It holds numbers h that are not 0 at the places A only, and lowers the loss in each step: to the
     * minimum G_AA h_A = c_A − τ sign(h_A) for the signs at hand or to the first place on the way where one becomes 0.
     */
    private final class Signs {
        private final int most = Math.min(k, atoms.numCols); // more atoms are never linearly independent
        private final int[] active = new int[most + 1];
        private final double[] value = new double[most + 1];
        private final double[] sign = new double[most + 1];
        private final double[] target = new double[most + 1];
        private final double[] factor = new double[(most + 1) * (most + 1)];
        private int size;

        /**
         * Replaces a code by the optimal one.
         *
         * @return whether it was found; else nothing was changed
         */
        boolean solve(int at, double[] code, double[] c, double tolerance) {
            size = 0;
            for (int j = 0; j < k && size <= most; j++) {
                if (code[at + j] != 0) {
                    active[size] = j;
                    value[size] = code[at + j];
                    sign[size++] = Math.signum(code[at + j]);
                }
            }
            if (size > most || !cholesky()) {
                size = 0;
            }
            for (int step = 0; step < 20 * (most + 5); step++) {
                if (!settle(at, c)) {
                    return false;
                }
                int worst = -1;
                double worstSlope = 0;
                for (int j = 0; j < k; j++) {
                    double slope = slope(at, j, c);
                    if (Math.abs(slope) > Math.max(tau, Math.abs(worstSlope)) && !isActive(j)) {
                        worst = j;
                        worstSlope = slope;
                    }
                }
                if (Math.abs(worstSlope) <= tau * (1 + tolerance / 4)) {
                    return take(at, code, c, tolerance);
                }
                if (!enter(worst, Math.signum(worstSlope))) {
                    return false;
                }
            }
            return false;
        }

        private boolean isActive(int j) {
            for (int a = 0; a < size; a++) {
                if (active[a] == j) {
                    return true;
                }
            }
            return false;
        }

        private double slope(int at, int j, double[] c) {
            double slope = c[at + j];
            for (int a = 0; a < size; a++) {
                slope -= gram[j * k + active[a]] * value[a];
            }
            return slope;
        }

        /** Goes to the minimum with the numbers that are not 0, leaving those behind that become 0 on the way. */
        private boolean settle(int at, double[] c) {
            while (true) {
                if (!cholesky()) {
                    return false;
                }
                for (int a = 0; a < size; a++) {
                    target[a] = c[at + active[a]] - tau * sign[a];
                }
                substitute();
                // Between here and the target the loss falls as long as no sign changes.
                double part = 1;
                int first = -1;
                for (int a = 0; a < size; a++) {
                    if (target[a] * sign[a] <= 0) {
                        double crossing = value[a] == 0 ? 0 : value[a] / (value[a] - target[a]);
                        if (!(crossing >= part)) {
                            part = crossing;
                            first = a;
                        }
                    }
                }
                if (first < 0) {
                    System.arraycopy(target, 0, value, 0, size);
                    return true;
                }
                for (int a = 0; a < size; a++) {
                    value[a] += part * (target[a] - value[a]);
                }
                remove(first);
            }
        }

        private void remove(int a) {
            size--;
            for (int i = a; i < size; i++) {
                active[i] = active[i + 1];
                value[i] = value[i + 1];
                sign[i] = sign[i + 1];
            }
        }

        /** An atom joins, still with the number 0. */
        private boolean enter(int j, double itsSign) {
            active[size] = j;
            value[size] = 0;
            sign[size++] = itsSign;
            if (size <= most && cholesky()) {
                return true;
            }
            // It is a combination of the others, w_j = W_A v: h_j and h_A − v h_j make the same x, and the sum of the
            // absolute
            // values falls until one of the others is 0.
            size--;
            if (!cholesky()) {
                return false;
            }
            for (int a = 0; a < size; a++) {
                target[a] = gram[j * k + active[a]];
            }
            substitute();
            double length = Double.POSITIVE_INFINITY;
            int first = -1;
            for (int a = 0; a < size; a++) {
                double until = value[a] / (itsSign * target[a]);
                if (until > 0 && until < length) {
                    length = until;
                    first = a;
                }
            }
            if (first < 0) {
                return false;
            }
            for (int a = 0; a < size; a++) {
                value[a] -= itsSign * length * target[a];
            }
            remove(first);
            active[size] = j;
            value[size] = itsSign * length;
            sign[size++] = itsSign;
            return true;
        }

        /** Takes the code over if it is optimal. */
        private boolean take(int at, double[] code, double[] c, double tolerance) {
            for (int a = 0; a < size; a++) {
                if (!(Math.abs(slope(at, active[a], c) - tau * sign[a]) <= tolerance / 2 * tau)
                        || value[a] * sign[a] <= 0) {
                    return false;
                }
            }
            Arrays.fill(code, at, at + k, 0);
            for (int a = 0; a < size; a++) {
                code[at + active[a]] = value[a];
            }
            return true;
        }

        private boolean cholesky() {
            for (int i = 0; i < size; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = gram[active[i] * k + active[j]];
                    for (int l = 0; l < j; l++) {
                        sum -= factor[i * size + l] * factor[j * size + l];
                    }
                    if (i > j) {
                        factor[i * size + j] = sum / factor[j * size + j];
                    } else if (sum > 1e-10 * gram[active[i] * k + active[i]]) {
                        factor[i * size + i] = Math.sqrt(sum);
                    } else {
                        return false;
                    }
                }
            }
            return true;
        }

        /** G_AA⁻¹ times the target. */
        private void substitute() {
            for (int i = 0; i < size; i++) {
                for (int l = 0; l < i; l++) {
                    target[i] -= factor[i * size + l] * target[l];
                }
                target[i] /= factor[i * size + i];
            }
            for (int i = size - 1; i >= 0; i--) {
                for (int l = i + 1; l < size; l++) {
                    target[i] -= factor[l * size + i] * target[l];
                }
                target[i] /= factor[i * size + i];
            }
        }
    }
}

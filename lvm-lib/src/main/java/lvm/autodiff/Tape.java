package lvm.autodiff;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.ejml.data.FMatrixRMaj;

/**
 * Records operations on float matrices in the order in which they are made, and walks them backwards for the gradients
 * (reverse-mode differentiation).
 *
 * <p>A training step is {@link #reset}, operations on {@link #param} and {@link #constant} variables, {@link #backward}.
 * The places on the tape and their buffers are used again by the next step, so that a loop that makes the same
 * operations in every step allocates almost nothing; shapes may change. All sums have a fixed order: the same operations
 * on the same numbers give the same bits. A tape serves one thread.
 */
public final class Tape {
    private final boolean gradients;
    private final boolean paramGradients;
    private final boolean partial;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Param, Node> params = new IdentityHashMap<>();
    private int used;
    private int step;
    private boolean walked;
    private boolean debug;
    private RandomGenerator training;

    /** An empty tape that records gradients, in evaluation mode. */
    public Tape() {
        this(true, true, false);
    }

    private Tape(boolean gradients, boolean paramGradients, boolean partial) {
        this.gradients = gradients;
        this.paramGradients = paramGradients;
        this.partial = partial;
    }

    /** A tape that keeps the gradients of parameters to itself, for {@link #addGradients}. */
    static Tape partial() {
        return new Tape(true, true, true);
    }

    /**
     * A tape for values only: nothing is kept for a backward pass.
     *
     * @return an empty tape, in evaluation mode
     */
    public static Tape withoutGradients() {
        return new Tape(false, false, false);
    }

    /**
     * A tape for gradients with respect to inputs: parameters are constants on it, their gradients are neither computed nor
     * touched.
     *
     * @return an empty tape, in evaluation mode
     */
    public static Tape forInputs() {
        return new Tape(true, false, false);
    }

    /**
     * Whether gradients can be asked for.
     *
     * @return false for a tape of {@link #withoutGradients}
     */
    public boolean hasGradients() {
        return gradients;
    }

    /**
     * Rewinds for the next step. Variables made before are void; buffers are kept and used again. Modes stay.
     *
     * @return this
     */
    public Tape reset() {
        for (int k = 0; k < used; k++) {
            nodes.get(k).release();
        }
        params.clear();
        used = 0;
        walked = false;
        step++;
        return this;
    }

    /**
     * Training mode: batch normalisation uses the moments of the batch, and layers that draw (dropout) do so.
     *
     * @param rng the source of randomness of such layers; kept, advanced by them
     * @return this
     * @throws IllegalArgumentException if it is null
     */
    public Tape training(RandomGenerator rng) {
        if (rng == null) {
            throw new IllegalArgumentException("Tape.training: no source of randomness");
        }
        training = rng;
        return this;
    }

    /**
     * Evaluation mode, as at the start: batch normalisation uses running moments, dropout does nothing.
     *
     * @return this
     */
    public Tape evaluation() {
        training = null;
        return this;
    }

    /**
     * The mode.
     *
     * @return true in training mode
     */
    public boolean isTraining() {
        return training != null;
    }

    /**
     * The source of randomness of layers that draw in training mode.
     *
     * @return what {@link #training} was given
     * @throws IllegalStateException in evaluation mode
     */
    public RandomGenerator random() {
        if (training == null) {
            throw new IllegalStateException("Tape.random: the tape is in evaluation mode; call training(rng) first");
        }
        return training;
    }

    /**
     * Debug mode looks at every value and gradient, and fails at the first that is not finite, by the operation's name.
     *
     * @param on whether to look
     * @return this
     */
    public Tape debug(boolean on) {
        debug = on;
        return this;
    }

    /**
     * A parameter on this tape. The same parameter gives the same variable until the next {@link #reset}.
     *
     * @param p the parameter; its gradient is written by {@link #backward}
     * @return its variable
     */
    public Var param(Param p) {
        Node known = params.get(p);
        if (known != null) {
            return new Var(this, known, step);
        }
        Node y = next();
        y.value = p.value();
        if (paramGradients) {
            if (!partial) {
                y.grad = p.grad();
            }
            y.param = p;
            y.needsGrad = true;
        }
        params.put(p, y);
        return finish(y, debug ? "param " + p.name() : "param");
    }

    /**
     * Puts a variable in the place of a parameter: whatever asks for {@link #param} of it gets the variable until the next
     * {@link #reset}. So a network is seen with weights that are made of its own, or, with constants of the same values, as one
     * that is not learnt.
     *
     * @param p the parameter
     * @param y a variable of its shape; where it is made of the parameter's own variable, the gradient goes on to that
     * @throws IllegalArgumentException if the shapes differ or the variable belongs to another tape
     */
    public void substitute(Param p, Var y) {
        Node node = in(y, "substitute");
        if (node.rows() != p.value().numRows || node.cols() != p.value().numCols) {
            throw new IllegalArgumentException(
                    "Tape.substitute: " + p.name() + " is " + shape(p.value()) + ", the variable " + shape(node.value));
        }
        params.put(p, node);
    }

    /**
     * Puts constants in the places of parameters, so that {@link #backward} leaves their gradients alone.
     *
     * @param frozen the parameters; their values must not change before the next {@link #reset}
     */
    public void freeze(List<Param> frozen) {
        for (int k = 0; k < frozen.size(); k++) {
            substitute(frozen.get(k), constant(frozen.get(k).value()));
        }
    }

    /**
     * A matrix on this tape that needs no gradient.
     *
     * @param m the matrix; kept until the next {@link #reset}, and must not change before; not modified
     * @return its variable
     */
    public Var constant(FMatrixRMaj m) {
        Node y = next();
        y.value = m;
        return finish(y, "constant");
    }

    /**
     * A matrix on this tape whose gradient is wanted: the place where gradients with respect to an input are read.
     *
     * @param m the matrix; kept until the next {@link #reset}, and must not change before; not modified
     * @return its variable; {@link Var#grad} is the gradient after {@link #backward}
     */
    public Var input(FMatrixRMaj m) {
        Node y = next();
        y.value = m;
        y.needsGrad = gradients;
        return finish(y, "input");
    }

    /**
     * The gradient of a 1×1 variable with respect to all parameters and inputs before it.
     *
     * @param loss a 1×1 variable of this tape
     * @throws IllegalArgumentException if the variable is not 1×1 or belongs to another tape
     * @throws IllegalStateException if a backward pass has run since the last {@link #reset}, if the tape is without
     *     gradients, or in debug mode at a gradient that is not finite
     */
    public void backward(Var loss) {
        Node y = in(loss, "backward");
        if (y.rows() != 1 || y.cols() != 1) {
            throw new IllegalArgumentException(
                    "Tape.backward: the variable is " + shape(y.value) + ", expected 1×1; take sum() or mean() first");
        }
        walk(y, null);
    }

    /**
     * The gradient of Σ weight ∘ y with respect to all parameters and inputs before it.
     *
     * @param y a variable of this tape
     * @param weight a matrix of the shape of y; not modified
     * @throws IllegalArgumentException if the shapes differ or y belongs to another tape
     * @throws IllegalStateException as {@link #backward(Var)}
     */
    public void backward(Var y, FMatrixRMaj weight) {
        Node top = in(y, "backward");
        if (weight.numRows != top.rows() || weight.numCols != top.cols()) {
            throw new IllegalArgumentException(
                    "Tape.backward: the variable is " + shape(top.value) + ", the weight " + shape(weight));
        }
        walk(top, weight);
    }

    private void walk(Node top, FMatrixRMaj weight) {
        if (!gradients) {
            throw new IllegalStateException("Tape.backward: this tape is without gradients");
        }
        if (walked) {
            throw new IllegalStateException(
                    "Tape.backward: a backward pass has run; call reset() and make the step again");
        }
        walked = true;
        for (int k = 0; k < used; k++) {
            Node node = nodes.get(k);
            node.touched = !partial && node.param != null && node.param.hasGradient();
        }
        if (top.needsGrad) {
            float[] seed = top.addend();
            for (int i = 0; i < top.size(); i++) {
                seed[i] += weight == null ? 1 : weight.data[i];
            }
        }
        for (int k = used - 1; k >= 0; k--) {
            Node node = nodes.get(k);
            if (!node.touched) {
                continue;
            }
            if (debug) {
                checkFinite("gradient of " + name(node), node.grad);
            }
            if (node.op != null) {
                node.op.backward(node);
            }
        }
        for (int k = 0; k < used; k++) {
            Node node = nodes.get(k);
            if (node.param != null) {
                node.addend();
                if (!partial) {
                    node.param.gradientWritten();
                }
            }
        }
    }

    /** Adds the gradients of a partial tape to those of the parameters. */
    void addGradients() {
        for (int k = 0; k < used; k++) {
            Node node = nodes.get(k);
            if (node.param != null) {
                node.param.addGradient(node.grad);
            }
        }
    }

    /**
     * An operation of one variable.
     *
     * @param op the operation, which has checked that the shapes fit
     * @param rows the rows of the result
     * @param cols the columns of the result
     * @param a the input
     * @return the result
     * @throws IllegalArgumentException if the variable belongs to another tape
     */
    public Var apply(Op op, int rows, int cols, Var a) {
        return run(begin(op, rows, cols, in(a, op.name)));
    }

    /**
     * An operation of two variables.
     *
     * @param op the operation, which has checked that the shapes fit
     * @param rows the rows of the result
     * @param cols the columns of the result
     * @param a input 0
     * @param b input 1
     * @return the result
     * @throws IllegalArgumentException if a variable belongs to another tape
     */
    public Var apply(Op op, int rows, int cols, Var a, Var b) {
        return run(begin(op, rows, cols, in(a, op.name), in(b, op.name)));
    }

    /**
     * An operation of three variables.
     *
     * @param op the operation, which has checked that the shapes fit
     * @param rows the rows of the result
     * @param cols the columns of the result
     * @param a input 0
     * @param b input 1
     * @param c input 2
     * @return the result
     * @throws IllegalArgumentException if a variable belongs to another tape
     */
    public Var apply(Op op, int rows, int cols, Var a, Var b, Var c) {
        return run(begin(op, rows, cols, in(a, op.name), in(b, op.name), in(c, op.name)));
    }

    /**
     * Variables side by side.
     *
     * @param parts at least one variable, all with the same number of rows
     * @return n×(d₁+d₂+…) values
     * @throws IllegalArgumentException if there is none or the numbers of rows differ
     */
    public Var concatColumns(Var... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("Tape.concatColumns: no variables");
        }
        Node[] many = new Node[parts.length];
        int cols = 0;
        for (int k = 0; k < parts.length; k++) {
            many[k] = in(parts[k], "concatColumns");
            if (many[k].rows() != many[0].rows()) {
                throw new IllegalArgumentException("Var.concatColumns: part 0 is " + shape(many[0].value) + ", part "
                        + k + " is " + shape(many[k].value) + ": the numbers of rows differ");
            }
            cols += many[k].cols();
        }
        Node y = begin(Shaping.CONCAT, many[0].rows(), cols);
        y.many = many;
        for (Node part : many) {
            y.needsGrad |= part.needsGrad;
        }
        return run(y);
    }

    /**
     * Variables one below the other.
     *
     * @param parts at least one variable, all with the same number of columns
     * @return (n₁+n₂+…)×d values
     * @throws IllegalArgumentException if there is none or the numbers of columns differ
     */
    public Var concatRows(Var... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("Tape.concatRows: no variables");
        }
        Node[] many = new Node[parts.length];
        int rows = 0;
        for (int k = 0; k < parts.length; k++) {
            many[k] = in(parts[k], "concatRows");
            if (many[k].cols() != many[0].cols()) {
                throw new IllegalArgumentException("Tape.concatRows: part 0 is " + shape(many[0].value) + ", part " + k
                        + " is " + shape(many[k].value) + ": the numbers of columns differ");
            }
            rows += many[k].rows();
        }
        Node y = begin(Shaping.CONCAT_ROWS, rows, many[0].cols());
        y.many = many;
        for (Node part : many) {
            y.needsGrad |= part.needsGrad;
        }
        return run(y);
    }

    /** The node of a variable, after the checks that every operation makes. */
    Node in(Expression v, String op) {
        if (v == null) {
            throw new IllegalArgumentException("Var." + op + ": a variable is null");
        }
        if (v.tape() != this) {
            throw new IllegalArgumentException("Var." + op + ": a " + shape(v.raw().value)
                    + " variable belongs to another tape; pass its value through constant()");
        }
        checkCurrent(v.step(), op);
        return v.raw();
    }

    void checkCurrent(int madeIn, String op) {
        if (madeIn != step) {
            throw new IllegalStateException("Var." + op + ": the variable was made before the tape's last reset()");
        }
    }

    boolean walked() {
        return walked;
    }

    Node begin(Op op, int rows, int cols) {
        if (walked) {
            throw new IllegalStateException(
                    "Var." + op.name + ": the backward pass has run; call reset() before the next step");
        }
        Node y = next();
        y.op = op;
        y.value.reshape(rows, cols);
        return y;
    }

    Node begin(Op op, int rows, int cols, Node a) {
        Node y = begin(op, rows, cols);
        y.a = a;
        y.needsGrad = a.needsGrad;
        return y;
    }

    Node begin(Op op, int rows, int cols, Node a, Node b) {
        Node y = begin(op, rows, cols, a);
        y.b = b;
        y.needsGrad |= b != null && b.needsGrad;
        return y;
    }

    Node begin(Op op, int rows, int cols, Node a, Node b, Node c) {
        Node y = begin(op, rows, cols, a, b);
        y.c = c;
        y.needsGrad |= c != null && c.needsGrad;
        return y;
    }

    Var run(Node y) {
        y.op.forward(y);
        return finish(y, y.op.name);
    }

    private Var finish(Node y, String name) {
        if (debug) {
            checkFinite(name, y.value);
        }
        return new Var(this, y, step);
    }

    private Node next() {
        if (used == nodes.size()) {
            nodes.add(new Node());
        }
        return nodes.get(used++);
    }

    private static String name(Node node) {
        return node.op != null ? node.op.name : node.param != null ? "param " + node.param.name() : "input";
    }

    private static void checkFinite(String what, FMatrixRMaj m) {
        for (int i = 0; i < m.numRows * m.numCols; i++) {
            if (!Float.isFinite(m.data[i])) {
                throw new IllegalStateException("Tape: " + what + " (" + shape(m) + ") has " + m.data[i] + " in row "
                        + i / m.numCols + ", column " + i % m.numCols);
            }
        }
    }

    static String shape(FMatrixRMaj m) {
        return m.numRows + "×" + m.numCols;
    }
}

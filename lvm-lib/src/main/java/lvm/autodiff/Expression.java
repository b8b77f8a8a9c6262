package lvm.autodiff;

import org.ejml.data.FMatrixRMaj;

/** What a {@link Var} is, with its elementwise operations, sums and means. */
abstract sealed class Expression permits Var {
    final Tape tape;
    final Node node;
    private final int step;

    Expression(Tape tape, Node node, int step) {
        this.tape = tape;
        this.node = node;
        this.step = step;
    }

    Node raw() {
        return node;
    }

    int step() {
        return step;
    }

    /**
     * The tape.
     *
     * @return the tape that this variable stands on
     */
    public Tape tape() {
        return tape;
    }

    /**
     * The value, live until the tape's next {@link Tape#reset}; copy what is to stay.
     *
     * @return the matrix itself; not to be modified
     */
    public FMatrixRMaj value() {
        tape.checkCurrent(step, "value");
        return node.value;
    }

    /**
     * The number of a 1×1 variable.
     *
     * @return the value
     * @throws IllegalArgumentException if the variable is not 1×1
     */
    public float scalar() {
        tape.checkCurrent(step, "scalar");
        if (node.size() != 1 || node.rows() != 1) {
            throw new IllegalArgumentException(
                    "Var.scalar: the variable is " + Tape.shape(node.value) + ", expected 1×1");
        }
        return node.value.data[0];
    }

    /**
     * The gradient of what {@link Tape#backward} was called on, with respect to this variable.
     *
     * @return the matrix itself, zeros where nothing depends on this variable, live until the next {@link Tape#reset}
     * @throws IllegalStateException before the backward pass, and for what needs no gradient (made of constants only)
     */
    public FMatrixRMaj grad() {
        tape.checkCurrent(step, "grad");
        if (!tape.walked()) {
            throw new IllegalStateException("Var.grad: no backward pass has run on this tape");
        }
        if (!node.needsGrad) {
            throw new IllegalStateException("Var.grad: this " + Tape.shape(node.value)
                    + " variable is made of constants; make it with input() to get its gradient");
        }
        node.addend();
        return node.grad;
    }

    /** {@return the number of rows, n} */
    public int rows() {
        return value().numRows;
    }

    /** {@return the number of columns, d} */
    public int cols() {
        return value().numCols;
    }

    final Node self(String op) {
        return tape.in(this, op);
    }

    final Var same(Op op) {
        Node a = self(op.name);
        return tape.run(tape.begin(op, a.rows(), a.cols(), a));
    }

    private Var same(Op op, float s) {
        Node a = self(op.name);
        Node y = tape.begin(op, a.rows(), a.cols(), a);
        y.s = s;
        return tape.run(y);
    }

    private Var activate(Activation f, float s) {
        Node a = self("activate");
        Node y = tape.begin(Elementwise.ACTIVATE, a.rows(), a.cols(), a);
        y.activation = f;
        y.s = s;
        return tape.run(y);
    }

    private Var binary(Op op, Var other) {
        Node a = self(op.name);
        Node b = tape.in(other, op.name);
        boolean rows = a.rows() == b.rows() || a.rows() == 1 || b.rows() == 1;
        boolean cols = a.cols() == b.cols() || a.cols() == 1 || b.cols() == 1;
        if (!rows || !cols) {
            throw unfit(op.name, a, b, "equal shapes, or one row or one column to repeat");
        }
        int n = a.rows() == 1 ? b.rows() : a.rows();
        int d = a.cols() == 1 ? b.cols() : a.cols();
        return tape.run(tape.begin(op, n, d, a, b));
    }

    private Var reduce(Op op, boolean keepRows, boolean keepCols, boolean mean) {
        Node a = self(op.name);
        int n = (keepRows ? 1 : a.rows()) * (keepCols ? 1 : a.cols());
        if (mean && n == 0) {
            throw new IllegalArgumentException("Var.mean: a mean over nothing; the variable is " + Tape.shape(a.value));
        }
        Node y = tape.begin(op, keepRows ? a.rows() : 1, keepCols ? a.cols() : 1, a);
        y.s = mean ? 1f / n : 1;
        return tape.run(y);
    }

    static IllegalArgumentException unfit(String op, Node a, Node b, String expected) {
        return new IllegalArgumentException("Var." + op + ": a is " + Tape.shape(a.value) + ", b is "
                + Tape.shape(b.value) + "; expected " + expected);
    }

    static void sameShape(String op, Node a, Node b) {
        if (a.rows() != b.rows() || a.cols() != b.cols()) {
            throw unfit(op, a, b, "equal shapes");
        }
    }

    static void columnsOf(String op, Node a) {
        if (a.cols() == 0) {
            throw new IllegalArgumentException(
                    "Var." + op + ": the variable is " + Tape.shape(a.value) + ", expected at least one column");
        }
    }

    static void shaped(String op, String what, FMatrixRMaj m, int rows, int cols) {
        if (m.numRows != rows || m.numCols != cols) {
            throw new IllegalArgumentException(
                    "Var." + op + ": " + what + " is " + Tape.shape(m) + ", expected " + rows + "×" + cols);
        }
    }

    /**
     * a + b.
     *
     * @param other b, of the same shape or with one row or one column that is repeated
     * @return the values, of the larger shape
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var add(Var other) {
        return binary(Elementwise.ADD, other);
    }

    /**
     * a − b.
     *
     * @param other b, of the same shape or with one row or one column that is repeated
     * @return the values, of the larger shape
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var sub(Var other) {
        return binary(Elementwise.SUB, other);
    }

    /**
     * a ∘ b, elementwise.
     *
     * @param other b, of the same shape or with one row or one column that is repeated
     * @return the values, of the larger shape
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var mul(Var other) {
        return binary(Elementwise.MUL, other);
    }

    /**
     * a / b, elementwise.
     *
     * @param other b, of the same shape or with one row or one column that is repeated
     * @return the values, of the larger shape
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var div(Var other) {
        return binary(Elementwise.DIV, other);
    }

    /**
     * a + s.
     *
     * @param s a constant
     * @return the values
     */
    public Var add(float s) {
        return same(Elementwise.SHIFT, s);
    }

    /**
     * s a.
     *
     * @param s a constant
     * @return the values
     */
    public Var mul(float s) {
        return same(Elementwise.SCALE, s);
    }

    /**
     * −a.
     *
     * @return the values
     */
    public Var neg() {
        return same(Elementwise.SCALE, -1);
    }

    /**
     * e^a.
     *
     * @return the values, elementwise
     */
    public Var exp() {
        return same(Elementwise.EXP);
    }

    /**
     * log a.
     *
     * @return the values, elementwise
     */
    public Var log() {
        return same(Elementwise.LOG);
    }

    /**
     * log(1 + a).
     *
     * @return the values, elementwise
     */
    public Var log1p() {
        return same(Elementwise.LOG1P);
    }

    /**
     * a².
     *
     * @return the values, elementwise
     */
    public Var square() {
        return same(Elementwise.SQUARE);
    }

    /**
     * √a; the gradient at 0 is infinite.
     *
     * @return the values, elementwise
     */
    public Var sqrt() {
        return same(Elementwise.SQRT);
    }

    /**
     * |a|; the derivative at 0 is taken as 0.
     *
     * @return the values, elementwise
     */
    public Var abs() {
        return same(Elementwise.ABS);
    }

    /**
     * f(a), elementwise.
     *
     * @param f the function
     * @return the values
     */
    public Var activate(Activation f) {
        return activate(f, f.standardSlope());
    }

    /**
     * f′(a), elementwise: with it the derivative of a network along a direction is made of operations of the tape. Its own
     * derivative is f″(a), and 0 where f is linear on either side of a kink.
     *
     * @param f the function
     * @return the values of its derivative
     */
    public Var slope(Activation f) {
        Node a = self("slope");
        Node y = tape.begin(Elementwise.SLOPE, a.rows(), a.cols(), a);
        y.activation = f;
        y.s = f.standardSlope();
        return tape.run(y);
    }

    /**
     * max(a, 0); the derivative at 0 is taken as 0.
     *
     * @return the values, elementwise
     */
    public Var relu() {
        return activate(Activation.RELU);
    }

    /**
     * log(1 + e^a), without overflow.
     *
     * @return the values, elementwise
     */
    public Var softplus() {
        return activate(Activation.SOFTPLUS);
    }

    /**
     * 1/(1 + e^−a).
     *
     * @return the values, elementwise
     */
    public Var sigmoid() {
        return activate(Activation.SIGMOID);
    }

    /**
     * tanh a.
     *
     * @return the values, elementwise
     */
    public Var tanh() {
        return activate(Activation.TANH);
    }

    /**
     * a where a &gt; 0, else slope·a.
     *
     * @param slope the slope on the left
     * @return the values, elementwise
     */
    public Var leakyRelu(float slope) {
        return activate(Activation.LEAKY_RELU, slope);
    }

    /**
     * a where a &gt; 0, else scale·(e^a − 1).
     *
     * @param scale minus the limit on the left
     * @return the values, elementwise
     */
    public Var elu(float scale) {
        return activate(Activation.ELU, scale);
    }

    /**
     * Over all rows and columns: the sum.
     *
     * @return 1×1 values
     */
    public Var sum() {
        return reduce(Shaping.SUM, false, false, false);
    }

    /**
     * Over all rows and columns: the mean.
     *
     * @return 1×1 values
     * @throws IllegalArgumentException if there is nothing to take the mean of
     */
    public Var mean() {
        return reduce(Shaping.SUM, false, false, true);
    }

    /**
     * Over the columns of each row: the sum.
     *
     * @return n×1 values
     */
    public Var sumPerRow() {
        return reduce(Shaping.ROW_SUMS, true, false, false);
    }

    /**
     * Over the columns of each row: the mean.
     *
     * @return n×1 values
     * @throws IllegalArgumentException if there is nothing to take the mean of
     */
    public Var meanPerRow() {
        return reduce(Shaping.ROW_SUMS, true, false, true);
    }

    /**
     * Over the rows of each column: the sum.
     *
     * @return 1×d values
     */
    public Var sumPerColumn() {
        return reduce(Shaping.COLUMN_SUMS, false, true, false);
    }

    /**
     * Over the rows of each column: the mean.
     *
     * @return 1×d values
     * @throws IllegalArgumentException if there is nothing to take the mean of
     */
    public Var meanPerColumn() {
        return reduce(Shaping.COLUMN_SUMS, false, true, true);
    }
}

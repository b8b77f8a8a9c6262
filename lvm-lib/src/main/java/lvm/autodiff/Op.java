package lvm.autodiff;

/**
 * One kind of operation: how a node's value follows from its inputs, and how its gradient goes back to them. A package adds an
 * operation of its own by a subclass, and puts it on a tape with {@link Tape#apply}:
 *
 * <pre>{@code
 * Op cube = new Op("cube") {
 *     protected void forward(Node y) {
 *         float[] x = y.input(0).value().data;
 *         for (int i = 0; i < y.size(); i++) y.value().data[i] = x[i] * x[i] * x[i];
 *     }
 *     protected void backward(Node y) {
 *         float[] x = y.input(0).value().data;
 *         float[] dx = y.input(0).addend();
 *         for (int i = 0; i < y.size(); i++) dx[i] += 3 * x[i] * x[i] * y.gradient().data[i];
 *     }
 * };
 * Var y = tape.apply(cube, x.rows(), x.cols(), x);
 * }</pre>
 *
 * <p>An operation may have settings; it keeps nothing of a call, since it stands at many places of many tapes. What the pull-back
 * needs again goes into {@link Node#scratch}, whose buffers stay from step to step, so that training allocates nothing.
 */
public abstract class Op {
    final String name;

    /**
     * An operation.
     *
     * @param name the name in messages
     */
    protected Op(String name) {
        this.name = name;
    }

    /**
     * Writes the value of y from those of its inputs.
     *
     * @param y the node; its value has its shape, and the numbers of an earlier step: all are to be written
     */
    protected abstract void forward(Node y);

    /**
     * The pull-back: adds to the {@link Node#addend} of each input that {@link Node#needsGradient} what the gradient of y
     * gives for it. Where several inputs can need none, each is to be asked.
     *
     * @param y the node, with its {@link Node#gradient}
     */
    protected abstract void backward(Node y);

    @Override
    public String toString() {
        return name;
    }
}

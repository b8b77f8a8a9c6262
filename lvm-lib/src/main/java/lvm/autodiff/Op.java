package lvm.autodiff;

/** One kind of operation: how a node's value follows from its inputs, and how its gradient goes back to them. */
abstract class Op {
    final String name;

    Op(String name) {
        this.name = name;
    }

    /** Writes the value of y, whose shape is set. */
    abstract void forward(Node y);

    /** Adds to the gradients of those inputs of y that need one. */
    abstract void backward(Node y);
}

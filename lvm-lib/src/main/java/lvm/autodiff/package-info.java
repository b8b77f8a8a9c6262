/**
 * Reverse-mode differentiation of float matrices on a tape.
 *
 * <pre>{@code
 * Param w = new Param("w", new FMatrixRMaj(3, 1));
 * Tape tape = new Tape();
 * for (int step = 0; step < 100; step++) {
 *     tape.reset();
 *     Var error = tape.constant(x).mult(tape.param(w)).sub(tape.constant(y));
 *     tape.backward(error.square().mean());
 *     optimizer.step(); // or read w.gradient(), or write it: w.addGradient(statistics)
 * }
 * }</pre>
 *
 * <p>{@link lvm.autodiff.Var} has the operations of general use. One of your own is a subclass of {@link lvm.autodiff.Op}, put on the
 * tape by {@link lvm.autodiff.Tape#apply}. After the first step nothing but the variables themselves is allocated.
 */
package lvm.autodiff;

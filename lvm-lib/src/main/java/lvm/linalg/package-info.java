/**
 * What EJML lacks: matrix products at the speed of the machine, elementary functions of whole arrays, loops in several threads.
 * Imports no other package of the library. Matrices are EJML's {@code FMatrixRMaj} and {@code DMatrixRMaj}.
 *
 * <ul>
 *   <li>{@link lvm.linalg.Products}: A B with or without transposes, sums, a bias; {@link lvm.linalg.Backend} says what
 *       computes them: OpenBLAS, the Vector API or plain Java.
 *   <li>{@link lvm.linalg.SymmetricEigen}: eigenvalues and eigenvectors of symmetric matrices.
 *   <li>{@link lvm.linalg.VectorMath}: exp, log, tanh, softplus, softmax of arrays of floats.
 *   <li>{@link lvm.linalg.Logs}: log Σ exp, log mean exp, softplus, logit and log 2π in double precision.
 *   <li>{@link lvm.linalg.RowOps}: parts of rows, the largest value of each row.
 *   <li>{@link lvm.linalg.Parallel}: the pool of threads, for loops over ranges and over chunks; {@link lvm.linalg.Interrupts}: how a
 *       loop ends when its thread is interrupted.
 * </ul>
 */
package lvm.linalg;

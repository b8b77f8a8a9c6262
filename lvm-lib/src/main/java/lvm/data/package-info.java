/**
 * Data sets, and Tablesaw tables in and out.
 *
 * <p>{@link lvm.data.Dataset} is what models are fitted to: n rows of D numbers, with or without labels and names of columns.
 * It is made from EJML matrices, rows of numbers, bytes or a table, and never changes; some of the rows, a shuffled order
 * and binarised images are views of the same numbers. A fit reads minibatches from it by {@code copyRows}. A model puts the
 * columns of a table into the order that it knows by {@code matching}, and tells data from others by {@code digest}.
 * {@link lvm.data.Splits} divides data to train, validate and test, {@link lvm.data.Tables} turns tables and matrices into
 * each other.
 *
 * <p>Within, a data set is a {@code Storage} (where the numbers stand: bytes, floats or doubles), a {@code Reading} (which
 * rows and columns are read, and how values become zeros and ones), {@code Labels}, and the names of the columns.
 *
 * <p>Sets that are read: {@link lvm.data.Mnist} (by {@code Idx} and {@code Download}), {@link lvm.data.Svhn} and
 * {@link lvm.data.FreyFaces} (by {@code MatFile}, {@code PublishedFile} and {@code Download}) and {@link lvm.data.OldFaithful}. Sets
 * that are drawn from a seed: {@link lvm.data.Digits}, {@link lvm.data.HouseNumbers}, {@link lvm.data.Faces}, {@link lvm.data.Bars}
 * and {@link lvm.data.DeadLeaves} are images, {@link lvm.data.Toy2d} and {@link lvm.data.PlanarEnergy} distributions in the plane,
 * {@link lvm.data.Sources} mixed signals.
 */
package lvm.data;

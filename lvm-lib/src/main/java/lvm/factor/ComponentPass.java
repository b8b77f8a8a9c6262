package lvm.factor;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import lvm.linalg.Interrupts;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;

/**
 * One pass over whitened data with a function of each component: for y = W z and every component i the sums Σₜ gᵢ(yᵢ) zᵀ and
 * what else the function adds up. The data are done block by block while they are in the cache; sums are taken in a fixed
 * order, whatever the number of threads.
 */
final class ComponentPass {

    /** A function of the values of one component. */
    interface Function {
        /** How many numbers it adds up beside its products with z. */
        int sums();

        /**
         * Replaces values y of a component by g(y) and adds to the sums.
         *
         * @param component its number
         * @param y the array of the values. Modified
         * @param from where they begin
         * @param n how many, at most {@link Elementary#BLOCK}
         * @param elementary the functions, with the scratch of this thread
         * @param sums the sums. Modified
         * @param at where those of the component begin
         */
        void apply(int component, double[] y, int from, int n, Elementary elementary, double[] sums, int at);
    }

    /** A product of at most so many multiplications is done by one thread of the matrix library, so that ours are not in
     * each other's way. */
    private static final int ONE_THREAD = 200_000;

    private static final int GROUPS = 16;
    private static final int LONGEST = 2048;

    /** The sums Σₜ g(y) zᵀ, rows × K. */
    final double[] products;

    /** What the function added up, one row a component. */
    final double[] sums;

    private final double[] z;
    private final int k;
    private final int n;
    private final int rows;
    private final Function function;
    private final int groups;
    private final int blocks;
    private final int block;
    private final Group[] parts;

    /**
     * A pass.
     *
     * @param z K×n whitened data, a dimension a row; kept and not modified
     * @param rows the number of components done at a time, at most K
     * @param function the function
     */
    ComponentPass(DMatrixRMaj z, int rows, Function function) {
        this.z = z.data;
        this.k = z.numRows;
        this.n = z.numCols;
        this.rows = rows;
        this.function = function;
        int fitting = ONE_THREAD / (rows * k);
        boolean ours = fitting >= 64;
        block = ours ? Math.min(LONGEST, fitting / 16 * 16) : LONGEST;
        blocks = (n + block - 1) / block;
        groups = ours ? Math.min(GROUPS, blocks) : 1;
        parts = new Group[groups];
        Arrays.setAll(parts, g -> new Group());
        products = new double[rows * k];
        sums = new double[rows * function.sums()];
    }

    /**
     * Does it.
     *
     * @param w rows × K; not modified
     * @throws CancellationException if the thread is interrupted meanwhile
     */
    void run(double[] w) {
        Thread caller = Thread.currentThread();
        Parallel.range(groups, 1, (from, to) -> {
            for (int g = from; g < to; g++) {
                parts[g].run(w, (int) ((long) blocks * g / groups), (int) ((long) blocks * (g + 1) / groups), caller);
            }
        });
        Interrupts.check("ComponentPass.run");
        Arrays.fill(products, 0);
        Arrays.fill(sums, 0);
        for (Group part : parts) {
            add(part.products, products);
            add(part.sums, sums);
        }
    }

    private static void add(double[] from, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
        }
    }

    /** What one thread does at a time: consecutive blocks. */
    private final class Group {
        private final double[] y = new double[rows * block];
        private final double[] products = new double[rows * k];
        private final double[] sums = new double[rows * function.sums()];
        private final Elementary elementary = new Elementary();

        void run(double[] w, int first, int end, Thread caller) {
            Arrays.fill(products, 0);
            Arrays.fill(sums, 0);
            for (int b = first; b < end && !caller.isInterrupted(); b++) {
                int at = b * block;
                int size = Math.min(block, n - at);
                Products.gemm(false, false, rows, size, k, 1, w, 0, k, z, at, n, 0, y, 0, block);
                for (int i = 0; i < rows; i++) {
                    for (int from = 0; from < size; from += Elementary.BLOCK) {
                        int length = Math.min(Elementary.BLOCK, size - from);
                        function.apply(i, y, i * block + from, length, elementary, sums, i * function.sums());
                    }
                }
                Products.gemm(false, true, rows, k, size, 1, y, 0, block, z, at, n, 1, products, 0, k);
            }
        }
    }
}

package lvm.linalg;

import dev.ludovic.netlib.lapack.LAPACK;
import dev.ludovic.netlib.lapack.NativeLAPACK;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.ejml.data.DMatrixRMaj;
import org.netlib.util.intW;

/**
 * LAPACK out of the OpenBLAS that computes the products, called by netlib, which does not copy heap arrays. Touched by
 * {@link SymmetricEigen} only, for netlib's LAPACK may be absent.
 */
final class Lapack {
    /** Netlib announces its choice in the log, which would be standard error; kept so that the level stays. */
    private static final Logger LOGGER = Logger.getLogger("dev.ludovic.netlib.lapack.InstanceBuilder");

    private final LAPACK lapack;

    private Lapack(LAPACK lapack) {
        this.lapack = lapack;
    }

    /**
     * The native library.
     *
     * @throws IllegalStateException if products are not computed by OpenBLAS
     * @throws LinkageError if netlib's LAPACK is absent or does not load
     */
    static Lapack load() {
        if (!Backend.describe().name().equals("openblas")) {
            throw new IllegalStateException("products are not computed by OpenBLAS");
        }
        LOGGER.setLevel(Level.WARNING);
        System.setProperty(
                "dev.ludovic.netlib.lapack.nativeLibPath", System.getProperty("dev.ludovic.netlib.blas.nativeLibPath"));
        return new Lapack(NativeLAPACK.getInstance());
    }

    /**
     * The largest eigenvalues of a symmetric matrix.
     *
     * @param s d×d; not modified
     * @param values k numbers. Written: the eigenvalues, the smallest first
     * @param vectors k·d numbers. Written: the eigenvectors one after the other
     * @return false if they were not found
     */
    boolean largest(DMatrixRMaj s, int k, double[] values, double[] vectors) {
        int d = s.numRows;
        double[] a = s.data.clone(); // is overwritten
        double[] all = new double[d];
        int[] support = new int[2 * d];
        intW found = new intW(0);
        intW info = new intW(0);
        double[] work = new double[1];
        int[] iwork = new int[1];
        for (boolean ask = true; ; ask = false) {
            int size = ask ? -1 : work.length;
            int isize = ask ? -1 : iwork.length;
            lapack.dsyevr(
                    "V", "I", "L", d, a, d, 0, 0, d - k + 1, d, 0, found, all, vectors, d, support, work, size, iwork,
                    isize, info);
            if (info.val != 0) {
                return false;
            }
            if (!ask) {
                break;
            }
            work = new double[(int) work[0]];
            iwork = new int[iwork[0]];
        }
        System.arraycopy(all, 0, values, 0, k);
        return found.val == k;
    }
}

package lvm.mixture;

import java.io.Serializable;
import java.util.Arrays;
import lvm.data.Chunks;
import lvm.linalg.Interrupts;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** The rows of a Bernoulli mixture, and what EM needs of them: in memory, or read in chunks. */
interface BitRows {
    /**
     * The sums over rows under the posterior r(i, k) of a model.
     *
     * @param likelihood Σᵢ log p(xᵢ), in one place
     * @param rows Nₖ = Σᵢ r(i, k)
     * @param ones Σᵢ r(i, k) xᵢ, K×D
     */
    record Sums(double[] likelihood, double[] rows, DMatrixRMaj ones) implements Serializable {
        static Sums of(DMatrixRMaj x, double[] weights, DMatrixRMaj mu) {
            DMatrixRMaj r = BernoulliMixture.logJoint(x, weights, mu);
            double logLikelihood = Arrays.stream(BernoulliMixture.normalise(r)).sum();
            Sums sums = new Sums(new double[] {logLikelihood}, new double[mu.numRows], mu.createLike());
            Products.multTransA(r, x, sums.ones);
            for (int i = 0; i < x.numRows; i++) {
                for (int c = 0; c < mu.numRows; c++) {
                    sums.rows[c] += r.get(i, c);
                }
            }
            return sums;
        }

        Sums with(Sums more) {
            likelihood[0] += more.likelihood[0];
            for (int c = 0; c < rows.length; c++) {
                rows[c] += more.rows[c];
            }
            CommonOps_DDRM.addEquals(ones, more.ones);
            return this;
        }

        double logLikelihood() {
            return likelihood[0];
        }
    }

    long rows();

    int dim();

    double[] row(long number);

    /** The E-step under a model: the sums for the M-step. */
    Sums eStep(double[] weights, DMatrixRMaj mu);

    /** Rows in memory. */
    record InMemory(DMatrixRMaj x) implements BitRows {
        @Override
        public long rows() {
            return x.numRows;
        }

        @Override
        public int dim() {
            return x.numCols;
        }

        @Override
        public double[] row(long number) {
            int from = (int) number * x.numCols;
            return Arrays.copyOfRange(x.data, from, from + x.numCols);
        }

        @Override
        public Sums eStep(double[] weights, DMatrixRMaj mu) {
            return Sums.of(x, weights, mu);
        }
    }

    /** Rows that are read in chunks. */
    record InChunks(Chunks x) implements BitRows {
        private static final int NUMBERS = 1 << 20;
        private static final int BLOCK = 1 << 16;

        @Override
        public long rows() {
            return x.rows();
        }

        @Override
        public int dim() {
            return x.dim();
        }

        @Override
        public double[] row(long number) {
            return x.rows(number).data;
        }

        @Override
        public Sums eStep(double[] weights, DMatrixRMaj mu) {
            double[] pi = weights.clone();
            return x.sum(
                    Chunks.every(x.rows(), Math.max(1, NUMBERS / mu.numCols)),
                    source -> sums(source, pi, mu),
                    Sums::with);
        }

        private static Sums sums(Chunks.Source source, double[] weights, DMatrixRMaj mu) {
            Sums all = new Sums(new double[1], new double[mu.numRows], mu.createLike());
            DMatrixRMaj block = new DMatrixRMaj(0, 0);
            while (source.read(block, Math.max(1, BLOCK / mu.numCols)) > 0) {
                Interrupts.check("BernoulliMixture.fit");
                all.with(Sums.of(block, weights, mu));
            }
            return all;
        }
    }
}

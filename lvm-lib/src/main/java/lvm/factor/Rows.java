package lvm.factor;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import lvm.data.Chunks;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;

/** What the data contribute to a step of EM for {@link LinearGaussian}: the E-step and the sums that the M-step needs. */
abstract class Rows {
    final long n;
    final int d;
    /** Where the origin was put, near the mean of the data: parameters of the steps are around it. */
    final double[] centre;
    /** The variances of the columns, over the entries that are there. */
    final double[] variances;

    private Rows(long n, int d, double[] centre, double[] variances) {
        this.n = n;
        this.d = d;
        this.centre = centre;
        this.variances = variances;
    }

    /** The expected statistics of the E-step under one model. */
    interface Expected {
        /** L = Σᵢ log p(xᵢ) of the model. */
        double logLikelihood();

        /**
         * The W, b and ψ that maximise the bound where also the covariance of h is free, and then W in units in which it is I
         * again (PX-EM of C. Liu, D. B. Rubin and Y. N. Wu 1998): the likelihood grows no less than by EM, and the length of W
         * does not creep where the noise is small.
         *
         * @param w D×K. Written
         * @param mean D numbers. Written
         * @param noise D numbers: the mean squared residuals, before any constraint. Written
         */
        void maximise(DMatrixRMaj w, double[] mean, double[] noise);

        /** The number of entries of a column that are there. */
        double count(int column);
    }

    /** W L with L Lᵀ = A: a model whose h has the covariance A, in units in which it is I. */
    private static void standardise(DMatrixRMaj w, DMatrixRMaj a) {
        int k = a.numRows;
        double[] l = LinearGaussian.Inverse.cholesky(a.copy());
        for (int j = 0; j < w.numRows; j++) {
            for (int c = 0; c < k; c++) {
                double sum = 0;
                for (int r = c; r < k; r++) {
                    sum += w.data[j * k + r] * l[r * k + c];
                }
                w.data[j * k + c] = sum; // later columns need later elements only
            }
        }
    }

    /**
     * The E-step.
     *
     * @throws CancellationException if interrupted
     */
    abstract Expected eStep(LinearGaussian theta);

    /** The covariance of the columns, missing entries at their mean. */
    abstract DMatrixRMaj covariance();

    /** The factors of a covariance that a data set without holes needs to be looked at only once for. */
    static final class Complete extends Rows {
        private final String where;
        /** S, if it is smaller than the data, else null. */
        private DMatrixRMaj s;

        private final DMatrixRMaj x;

        Complete(String where, DMatrixRMaj x) {
            this(where, x, Centered.mean(x));
        }

        private Complete(String where, DMatrixRMaj x, double[] mean) {
            super(x.numRows, x.numCols, mean, new double[x.numCols]);
            this.where = where;
            if (d <= Math.max(n, 1000)) {
                this.x = null;
                s = Centered.covariance(where, x, mean);
                for (int j = 0; j < d; j++) {
                    variances[j] = s.data[j * d + j];
                }
            } else {
                this.x = Centered.minus(x, mean);
                System.arraycopy(Centered.variances(x, mean), 0, variances, 0, d);
            }
        }

        /** Rows that are read in chunks: only here, for their mean and their covariance. */
        Complete(String where, Chunks x) {
            super(x.rows(), x.dim(), Centered.mean(x), new double[x.dim()]);
            this.where = where;
            this.x = null;
            s = Centered.covariance(where, x, centre);
            for (int j = 0; j < d; j++) {
                variances[j] = s.data[j * d + j];
            }
        }

        @Override
        DMatrixRMaj covariance() {
            if (s == null) {
                s = Centered.covariance(where, x, new double[d]);
            }
            return s;
        }

        /** S G. */
        private DMatrixRMaj times(DMatrixRMaj g) {
            DMatrixRMaj product = new DMatrixRMaj(d, g.numCols);
            if (s != null) {
                Products.mult(s, g, product);
            } else {
                DMatrixRMaj xg = new DMatrixRMaj(x.numRows, g.numCols);
                Products.mult(x, g, xg);
                Products.gemm(true, false, 1.0 / n, x, xg, 0, product);
            }
            return product;
        }

        @Override
        Expected eStep(LinearGaussian theta) {
            Interrupts.check(where);
            int k = theta.k;
            DMatrixRMaj xh = times(theta.gain); // E[x hᵀ] = S ψ⁻¹W M⁻¹, averaged over the rows
            DMatrixRMaj hh = new DMatrixRMaj(k, k); // E[h hᵀ] = M⁻¹ + Gᵀ S G
            Products.multTransA(theta.gain, xh, hh);
            double quadratic = 0; // tr (WWᵀ + ψ)⁻¹S
            for (int j = 0; j < d; j++) {
                double explained = 0;
                for (int a = j * k; a < (j + 1) * k; a++) {
                    explained += theta.w.data[a] * xh.data[a];
                }
                quadratic += (variances[j] - explained) / theta.noise[j];
            }
            for (int a = 0; a < k * k; a++) {
                hh.data[a] += theta.posteriorCovariance.data[a];
            }
            double logLikelihood = -.5 * n * (d * Logs.LOG_2_PI + theta.logDet + quadratic);
            return new Expected() {
                @Override
                public double logLikelihood() {
                    return logLikelihood;
                }

                @Override
                public double count(int column) {
                    return n;
                }

                @Override
                public void maximise(DMatrixRMaj w, double[] mean, double[] noise) {
                    Products.mult(xh, LinearGaussian.Inverse.of(hh.copy()).matrix(), w);
                    Arrays.fill(mean, 0);
                    for (int j = 0; j < d; j++) {
                        double explained = 0;
                        for (int a = j * k; a < (j + 1) * k; a++) {
                            explained += w.data[a] * xh.data[a];
                        }
                        noise[j] = variances[j] - explained;
                    }
                    standardise(w, hh);
                }
            };
        }
    }

    /** Rows with missing entries: the posterior of each is its own. */
    static final class WithHoles extends Rows {
        private static final int CHUNKS = 16;

        private final String where;
        private final DMatrixRMaj x;
        private final int[] counts;

        /** Data that was checked: every column has two different entries. */
        WithHoles(String where, DMatrixRMaj data) {
            super(data.numRows, data.numCols, new double[data.numCols], new double[data.numCols]);
            this.where = where;
            counts = new int[d];
            x = data.copy();
            for (int i = 0; i < x.numRows * d; i++) {
                if (!Double.isNaN(x.data[i])) {
                    centre[i % d] += (x.data[i] - centre[i % d]) / ++counts[i % d];
                }
            }
            for (int i = 0; i < x.numRows * d; i++) {
                x.data[i] -= centre[i % d];
                if (!Double.isNaN(x.data[i])) {
                    variances[i % d] += x.data[i] * x.data[i] / counts[i % d];
                }
            }
        }

        @Override
        DMatrixRMaj covariance() {
            DMatrixRMaj filled = x.copy();
            for (int i = 0; i < x.numRows * d; i++) {
                if (Double.isNaN(filled.data[i])) {
                    filled.data[i] = 0;
                }
            }
            return Centered.covariance(where, filled, new double[d]);
        }

        /** Sums over some of the rows. */
        private static final class Sums {
            double logLikelihood;
            /** For each column Σᵢ E[z zᵀ], z = (h, 1), over the rows where it is there: the lower triangle. */
            final double[][] zz;
            /** For each column Σᵢ xᵢⱼ E[z]. */
            final double[][] xz;

            final double[] xx;
            /** Σᵢ E[h hᵀ], over all rows, as the first elements of zz. */
            final double[] hh;

            Sums(int d, int k) {
                hh = new double[k * (k + 1) / 2];
                zz = new double[d][(k + 1) * (k + 2) / 2];
                xz = new double[d][k + 1];
                xx = new double[d];
            }

            void add(Sums more) {
                logLikelihood += more.logLikelihood;
                add(hh, more.hh);
                for (int j = 0; j < xx.length; j++) {
                    xx[j] += more.xx[j];
                    add(zz[j], more.zz[j]);
                    add(xz[j], more.xz[j]);
                }
            }

            private static void add(double[] to, double[] from) {
                for (int i = 0; i < to.length; i++) {
                    to[i] += from[i];
                }
            }
        }

        @Override
        Expected eStep(LinearGaussian theta) {
            Thread caller = Thread.currentThread();
            int k = theta.k;
            int chunks = Math.min(CHUNKS, x.numRows);
            Sums[] parts = new Sums[chunks];
            Parallel.range(chunks, 1, (from, to) -> {
                for (int c = from; c < to && !caller.isInterrupted(); c++) {
                    parts[c] = sums(theta, (int) (n * c / chunks), (int) (n * (c + 1) / chunks));
                }
            });
            Interrupts.check(where);
            Sums total = parts[0];
            for (int c = 1; c < chunks; c++) {
                total.add(parts[c]);
            }
            return new Expected() {
                @Override
                public double logLikelihood() {
                    return total.logLikelihood;
                }

                @Override
                public double count(int column) {
                    return counts[column];
                }

                @Override
                public void maximise(DMatrixRMaj w, double[] mean, double[] noise) {
                    DMatrixRMaj zz = new DMatrixRMaj(k + 1, k + 1);
                    for (int j = 0; j < d; j++) {
                        for (int a = 0, m = 0; a <= k; a++) {
                            for (int b = 0; b <= a; b++, m++) {
                                zz.set(a, b, total.zz[j][m]);
                                zz.set(b, a, total.zz[j][m]);
                            }
                        }
                        double[] inverse = LinearGaussian.Inverse.of(zz).matrix().data;
                        double explained = 0;
                        for (int a = 0; a <= k; a++) {
                            double weight = 0;
                            for (int b = 0; b <= k; b++) {
                                weight += inverse[a * (k + 1) + b] * total.xz[j][b];
                            }
                            explained += weight * total.xz[j][a];
                            if (a < k) {
                                w.data[j * k + a] = weight;
                            } else {
                                mean[j] = weight;
                            }
                        }
                        noise[j] = (total.xx[j] - explained) / counts[j];
                    }
                    DMatrixRMaj hh = new DMatrixRMaj(k, k);
                    for (int a = 0, m = 0; a < k; a++) {
                        for (int b = 0; b <= a; b++, m++) {
                            hh.set(a, b, total.hh[m] / n);
                            hh.set(b, a, total.hh[m] / n);
                        }
                    }
                    standardise(w, hh);
                }
            };
        }

        private Sums sums(LinearGaussian theta, int from, int to) {
            int k = theta.k;
            Sums sums = new Sums(d, k);
            LinearGaussian.Partial row = theta.new Partial();
            double[] zz = new double[(k + 1) * (k + 2) / 2];
            for (int i = from; i < to; i++) {
                row.of(x.data, i * d);
                sums.logLikelihood += row.logDensity;
                int m = 0;
                for (int a = 0; a < k; a++) {
                    for (int b = 0; b <= a; b++) {
                        zz[m++] = row.covariance.data[a * k + b] + row.h[a] * row.h[b];
                    }
                }
                Sums.add(sums.hh, zz);
                System.arraycopy(row.h, 0, zz, m, k);
                zz[m + k] = 1;
                for (int j = 0; j < d; j++) {
                    double value = x.data[i * d + j];
                    if (!Double.isNaN(value)) {
                        Sums.add(sums.zz[j], zz);
                        for (int a = 0; a < k; a++) {
                            sums.xz[j][a] += value * row.h[a];
                        }
                        sums.xz[j][k] += value;
                        sums.xx[j] += value * value;
                    }
                }
            }
            return sums;
        }
    }
}

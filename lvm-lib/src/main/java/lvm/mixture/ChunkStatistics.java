package lvm.mixture;

import java.io.Serializable;
import java.util.Arrays;
import lvm.data.Chunks;
import org.ejml.data.DMatrixRMaj;

/**
 * The sufficient statistics of a Gaussian mixture on rows that are read in chunks. Neither the rows nor their responsibilities are
 * kept: a pass makes these from what they depend on. Rows of a file are cut where {@link SufficientStatistics} cuts those in memory,
 * so that all sums are the same; only the gap before an E-step is a difference here.
 */
final class ChunkStatistics extends MixtureStatistics {
    /** How the responsibilities of rows come about. */
    private interface Rule extends Serializable {
        /**
         * Makes the responsibilities of a block.
         *
         * @param q the responsibilities. Written
         * @param totals what {@link BlockSums#eStep} finds is added
         * @param sums the sums of the components are added
         */
        void add(BlockSums worker, DMatrixRMaj rows, double[][] x, double[][] q, double[] totals, double[][] sums);
    }

    /** The posterior of a model; the responsibilities before it are its weights. */
    private record Posterior(Gaussians model) implements Rule {
        @Override
        public void add(
                BlockSums worker, DMatrixRMaj rows, double[][] x, double[][] q, double[] totals, double[][] sums) {
            for (int c = 0; c < q.length; c++) {
                Arrays.fill(q[c], 0, rows.numRows, model.weights[c]);
                Arrays.fill(q[c], rows.numRows, BlockSums.BLOCK, 0);
            }
            worker.eStep(model, x, q, rows.numRows, totals, sums);
        }
    }

    /** 1 for the nearest of some centres in standardised columns. */
    private record Nearest(DMatrixRMaj centres, double[] centre, double[] variances) implements Rule {
        @Override
        public void add(
                BlockSums worker, DMatrixRMaj rows, double[][] x, double[][] q, double[] totals, double[][] sums) {
            int[] nearest = Lloyd.nearest(standardised(rows, centre, variances), centres);
            for (int c = 0; c < q.length; c++) {
                Arrays.fill(q[c], 0);
                for (int r = 0; r < nearest.length; r++) {
                    q[c][r] = nearest[r] == c ? 1 : 0;
                }
            }
            worker.add(x, q, rows.numRows, sums);
        }
    }

    /** What a pass finds. */
    private record Sums(double[] totals, double[][] sums) implements Serializable {
        Sums with(Sums more) {
            for (int i = 0; i < totals.length; i++) {
                totals[i] += more.totals[i];
            }
            add(sums, more.sums);
            return this;
        }
    }

    /** A running mean of the columns. */
    private record Mean(long[] rows, double[] mean) implements Serializable {
        static Mean of(Chunks.Source source, int d) {
            Mean mean = new Mean(new long[1], new double[d]);
            DMatrixRMaj block = new DMatrixRMaj(0, 0);
            for (int m = source.read(block, BlockSums.BLOCK); m > 0; m = source.read(block, BlockSums.BLOCK)) {
                for (int i = 0, at = 0; i < m; i++) {
                    mean.rows[0]++;
                    for (int j = 0; j < d; j++, at++) {
                        mean.mean[j] += (block.data[at] - mean.mean[j]) / mean.rows[0];
                    }
                }
            }
            return mean;
        }

        Mean with(Mean more) {
            rows[0] += more.rows[0];
            for (int j = 0; j < mean.length && rows[0] > 0; j++) {
                mean[j] += (more.mean[j] - mean[j]) * ((double) more.rows[0] / rows[0]);
            }
            return this;
        }
    }

    private final Chunks x;
    private final long[] bounds;
    private double[] scales;
    private Rule rule;
    private double[][] sums;

    ChunkStatistics(Chunks x, int k, boolean diagonal) {
        super(x.rows(), x.dim(), k, diagonal);
        this.x = x;
        int chunks = chunks(n, k, d, diagonal);
        bounds = new long[chunks + 1];
        Arrays.setAll(bounds, c -> Math.min(n, firstBlock(c, chunks, n) * BlockSums.BLOCK));
        int columns = d;
        double[] mean = x.sum(Chunks.whole(n), source -> Mean.of(source, columns), Mean::with).mean;
        System.arraycopy(mean, 0, centre, 0, d);
        DMatrixRMaj squares = ColumnSquares.around(x, mean);
        for (int j = 0; j < d; j++) {
            variances[j] = squares.data[j] / n;
        }
    }

    @Override
    boolean knowsScales() {
        return scales != null;
    }

    @Override
    double[] scales() {
        if (scales == null) {
            scales = ColumnSquares.scales(x, variances);
        }
        return scales;
    }

    @Override
    DMatrixRMaj rows(long... numbers) {
        return x.rows(numbers);
    }

    @Override
    void assign(DMatrixRMaj centres) {
        pass(new Nearest(centres, centre, variances));
    }

    @Override
    void firstEStep(Gaussians model) {
        Sums found = pass(new Posterior(model));
        gapBefore = found.totals[1] - n * entropy(model.weights);
    }

    @Override
    void eStep(Gaussians model, double boundBefore) {
        pass(new Posterior(model));
        gapBefore = logLikelihood - boundBefore;
    }

    private Sums pass(Rule next) {
        Pass pass = new Pass(next, d, k, diagonal, centre);
        Sums found = x.sum(bounds, source -> pass.over(source, (block, q, rows) -> {}), Sums::with);
        rule = next;
        sums = found.sums;
        logLikelihood = found.totals[0];
        entropy = found.totals[2];
        return found;
    }

    @Override
    double[][] sums() {
        return sums;
    }

    @Override
    void addAround(int component, double[] mean, double[] covariance) {
        Pass pass = new Pass(rule, d, k, diagonal, centre);
        int length = covariance.length;
        DMatrixRMaj found = x.sum(
                Chunks.whole(n),
                source -> {
                    DMatrixRMaj sum = new DMatrixRMaj(1, length);
                    pass.over(
                            source, (block, q, rows) -> BlockSums.addAround(block, q[component], rows, mean, sum.data));
                    return sum;
                },
                ColumnSquares::add);
        System.arraycopy(found.data, 0, covariance, 0, length);
    }

    /** What is done with a block and its responsibilities. */
    private interface Then {
        void with(double[][] block, double[][] q, int rows);
    }

    /** A pass over the rows of a chunk. */
    private record Pass(Rule rule, int d, int k, boolean diagonal, double[] centre) implements Serializable {
        Sums over(Chunks.Source source, Then then) {
            BlockSums worker = new BlockSums(d, k, diagonal);
            Sums sums = new Sums(new double[3], new double[k][BlockSums.length(d, diagonal)]);
            double[][] q = new double[k][BlockSums.BLOCK];
            double[][] block = new double[d][BlockSums.BLOCK];
            DMatrixRMaj rows = new DMatrixRMaj(0, 0);
            while (source.read(rows, BlockSums.BLOCK) > 0) {
                BlockSums.fill(block, rows.data, 0, rows.numRows, centre);
                rule.add(worker, rows, block, q, sums.totals, sums.sums);
                then.with(block, q, rows.numRows);
            }
            return sums;
        }
    }
}

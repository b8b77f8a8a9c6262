package lvm.boltzmann;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.linalg.Parallel;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * Hidden units in maps of height×width, in blocks of side×side of which at most one is on: probabilistic max pooling. A block has the softmax of
 * its units' logits and of a 0 for "all off"; its pooling unit is on if one of them is.
 *
 * @param maps the number of maps
 * @param height of a map, a multiple of the side
 * @param width of a map, a multiple of the side
 * @param side of a block
 */
record PoolingBlocks(int maps, int height, int width, int side) {
    /** The units of all maps. */
    int units() {
        return maps * height * width;
    }

    /** The pooling units. */
    int pools() {
        return units() / (side * side);
    }

    int poolHeight() {
        return height / side;
    }

    int poolWidth() {
        return width / side;
    }

    /** The first unit of a block: those of the block stand side by side in so many rows of the map. */
    private int first(int pool) {
        int inMap = poolHeight() * poolWidth();
        int at = pool % inMap;
        return pool / inMap * height * width + at / poolWidth() * side * width + at % poolWidth() * side;
    }

    private int unit(int first, int k) {
        return first + k / side * width + k % side;
    }

    /** log(1 + Σ e^a) of a block at a place of an array; where p is given, its units' probabilities are written there. */
    private double block(float[] a, int row, int first, float[] p) {
        double most = 0;
        for (int k = 0; k < side * side; k++) {
            most = Math.max(most, a[row + unit(first, k)]);
        }
        double sum = Math.exp(-most);
        for (int k = 0; k < side * side; k++) {
            sum += Math.exp(a[row + unit(first, k)] - most);
        }
        double log = most + Math.log(sum);
        for (int k = 0; p != null && k < side * side; k++) {
            int i = row + unit(first, k);
            p[i] = (float) Math.exp(a[i] - log);
        }
        return log;
    }

    /** Σ over blocks of log(1 + Σ e^a), of every row of logits. */
    double[] logSums(FMatrixRMaj logits) {
        double[] sums = new double[logits.numRows];
        Parallel.range(sums.length, 1, (from, to) -> {
            for (int r = from; r < to; r++) {
                for (int pool = 0; pool < pools(); pool++) {
                    sums[r] += block(logits.data, r * units(), first(pool), null);
                }
            }
        });
        return sums;
    }

    /** Adds a number for each pooling unit to the logits of the units of its block. */
    void add(FMatrixRMaj toPools, FMatrixRMaj logits) {
        for (int r = 0; r < logits.numRows; r++) {
            for (int pool = 0; pool < pools(); pool++) {
                float more = toPools.data[r * pools() + pool];
                for (int k = 0; k < side * side; k++) {
                    logits.data[r * units() + unit(first(pool), k)] += more;
                }
            }
        }
    }

    /** From logits to probabilities. */
    void means(FMatrixRMaj x) {
        Parallel.range(x.numRows, 1, (from, to) -> {
            for (int r = from; r < to; r++) {
                for (int pool = 0; pool < pools(); pool++) {
                    block(x.data, r * units(), first(pool), x.data);
                }
            }
        });
    }

    /** From probabilities to states; every row has a generator of its own, so that the number of threads does not matter. */
    void draw(FMatrixRMaj x, RandomGenerator rng) {
        long seed = rng.nextLong();
        Parallel.range(x.numRows, 1, (from, to) -> {
            for (int r = from; r < to; r++) {
                SplittableRandom own = new SplittableRandom(Seeds.split(seed, r));
                for (int pool = 0; pool < pools(); pool++) {
                    double u = own.nextDouble();
                    int first = first(pool);
                    for (int k = 0; k < side * side; k++) {
                        int i = r * units() + unit(first, k);
                        double p = x.data[i];
                        x.data[i] = u >= 0 && u < p ? 1 : 0;
                        u -= p;
                    }
                }
            }
        });
    }

    /** Sums over blocks: from probabilities those of the pooling units, from states theirs. */
    FMatrixRMaj pooled(FMatrixRMaj x) {
        FMatrixRMaj pooled = new FMatrixRMaj(x.numRows, pools());
        for (int r = 0; r < x.numRows; r++) {
            for (int pool = 0; pool < pools(); pool++) {
                double sum = 0;
                for (int k = 0; k < side * side; k++) {
                    sum += x.data[r * units() + unit(first(pool), k)];
                }
                pooled.data[r * pools() + pool] = (float) Math.min(1, sum);
            }
        }
        return pooled;
    }

    /** Σ over blocks of log(1 + Σ e^a), n×1, as an operation. */
    Op logSums() {
        return new Op("poolingBlocks") {
            @Override
            protected void forward(Node y) {
                FMatrixRMaj a = y.input(0).value();
                FMatrixRMaj p = y.scratch(0, a.numRows, units());
                Parallel.range(a.numRows, 1, (from, to) -> {
                    for (int r = from; r < to; r++) {
                        double sum = 0;
                        for (int pool = 0; pool < pools(); pool++) {
                            sum += block(a.data, r * units(), first(pool), p.data);
                        }
                        y.value().data[r] = (float) sum;
                    }
                });
            }

            @Override
            protected void backward(Node y) {
                float[] p = y.scratch(0).data;
                float[] d = y.input(0).addend();
                float[] g = y.gradient().data;
                int n = units();
                for (int i = 0; i < y.rows() * n; i++) {
                    d[i] += g[i / n] * p[i];
                }
            }
        };
    }
}

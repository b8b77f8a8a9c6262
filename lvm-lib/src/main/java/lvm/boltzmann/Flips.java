package lvm.boltzmann;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * What a restricted machine says of one visible unit given all the others, which needs no partition function: with
 * Δᵢ = F(v) − F(v with bit i flipped), p(vᵢ | others) = 1 − gᵢ, gᵢ = σ(Δᵢ).
 */
final class Flips implements Monitor {
    private static final int PARTS = 4;

    private final RbmUnits units;
    private final float[] off;
    private final float[] on;

    Flips(RbmUnits units) {
        this.units = units;
        off = new float[units.hidden()];
        on = new float[units.hidden()];
    }

    /** Takes the derivative of an objective by Δᵢ from gᵢ, the sign changed. */
    enum Objective {
        /** Σᵢ log(1 − gᵢ), the log pseudo-likelihood. */
        PSEUDO_LIKELIHOOD {
            @Override
            double value(double delta, double g) {
                return -Logs.softplus(delta);
            }

            @Override
            double weight(double g) {
                return g;
            }
        },
        /** −Σᵢ gᵢ², minus the objective of ratio matching. */
        RATIO_MATCHING {
            @Override
            double value(double delta, double g) {
                return -g * g;
            }

            @Override
            double weight(double g) {
                return 2 * g * g * (1 - g);
            }
        };

        abstract double value(double delta, double g);

        abstract double weight(double g);
    }

    /** An objective of every row, exact. */
    double[] values(Objective objective, FMatrixRMaj v) {
        FMatrixRMaj a = new FMatrixRMaj(v.numRows, units.hidden());
        units.hiddenLogits(v, a);
        double[] sums = new double[v.numRows];
        Parallel.range(v.numRows, 1, (from, to) -> {
            double[] flipped = new double[a.numCols];
            for (int n = from; n < to; n++) {
                double before = Logs.sumSoftplus(1, a.data, n * a.numCols, a.numCols);
                for (int i = 0; i < units.layer().binary(); i++) {
                    double delta = delta(v, a, n, i, before, flipped);
                    sums[n] += objective.value(delta, sigmoid(delta));
                }
                sums[n] += groups(v, a, n);
            }
        });
        return sums;
    }

    /** Σ over the groups of log p(the unit that is on | all units outside of the group). */
    private double groups(FMatrixRMaj v, FMatrixRMaj a, int n) {
        int h = a.numCols;
        int from = units.layer().binary();
        double total = 0;
        for (int size : units.layer().groups()) {
            double[] logs = new double[size];
            double is = 0;
            for (int k = 0; k < size; k++) {
                double[] moved = new double[h];
                for (int j = 0; j < h; j++) {
                    double off = a.data[n * h + j] + units.w().data[(from + k) * h + j];
                    for (int other = 0; other < size; other++) {
                        off -= v.data[n * v.numCols + from + other] * units.w().data[(from + other) * h + j];
                    }
                    moved[j] = off;
                }
                logs[k] = units.b().data[from + k] + Logs.sumSoftplus(moved, 0, h);
                is += v.data[n * v.numCols + from + k] * logs[k];
            }
            total += is - Logs.logSumExp(logs);
            from += size;
        }
        return total;
    }

    /** Δᵢ of row n; the logits of the hidden units with bit i flipped are left in the array. */
    private double delta(FMatrixRMaj v, FMatrixRMaj a, int n, int i, double before, double[] flipped) {
        int h = a.numCols;
        double sign = 1 - 2 * v.data[n * v.numCols + i];
        for (int j = 0; j < h; j++) {
            flipped[j] = a.data[n * h + j] + sign * units.w().data[i * h + j];
        }
        // F = −bᵀv − Σ softplus
        return sign * units.b().data[i] - before + Logs.sumSoftplus(flipped, 0, h);
    }

    /**
     * An unbiased estimate of the mean log pseudo-likelihood of rows, one unit drawn for each of some of them: what is recorded
     * while a machine learns by other rules. Grey levels weigh both values of the unit.
     *
     * @param v n×D
     * @param a n×H, the logits of the hidden units
     * @param most of how many rows, at most
     */
    @Override
    public double estimate(FMatrixRMaj v, FMatrixRMaj a, int most, RandomGenerator rng) {
        int rows = Math.min(most, v.numRows);
        int h = a.numCols;
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            int n = rows == v.numRows ? r : rng.nextInt(v.numRows);
            int variables = units.layer().binary() + units.layer().groups().length;
            int i = rng.nextInt(variables);
            if (i >= units.layer().binary()) {
                // Any of the groups: all of them, shared out.
                sum += groups(v, a, n) / units.layer().groups().length;
                continue;
            }
            double grey = v.data[n * v.numCols + i];
            double logit = units.b().data[i];
            for (int j = 0; j < h; j++) {
                float w = units.w().data[i * h + j];
                off[j] = (float) (a.data[n * h + j] - grey * w);
                on[j] = off[j] + w;
            }
            VectorMath.softplus(off, 0, off, 0, h);
            VectorMath.softplus(on, 0, on, 0, h);
            for (int j = 0; j < h; j++) {
                logit += on[j] - off[j];
            }
            logit *= units.hiddenCopies();
            sum -= grey * Logs.softplus(-logit) + (1 - grey) * Logs.softplus(logit);
        }
        return sum / rows * (units.layer().binary() + units.layer().groups().length);
    }

    @Override
    public String objective() {
        return "log pseudo-likelihood, estimate, nats per row";
    }

    /** Sums of one part of the rows. */
    private final class Part {
        final double[] w = new double[units.w().getNumElements()];
        final double[] b = new double[units.visible()];
        final double[] c = new double[units.hidden()];
        final double[] flipped = new double[units.hidden()];
        final double[] on = new double[units.hidden()];
        final double[] q = new double[units.hidden()];
        double value;

        void rows(Objective objective, FMatrixRMaj v, FMatrixRMaj a, int from, int to) {
            Arrays.fill(w, 0);
            Arrays.fill(b, 0);
            Arrays.fill(c, 0);
            value = 0;
            for (int n = from; n < to; n++) {
                row(objective, v, a, n);
            }
        }

        /** The slope is −Σᵢ weightᵢ ∇Δᵢ, ∇_W Δᵢ = vⁱ σ(aⁱ)ᵀ − v σ(a)ᵀ with bit i flipped in vⁱ and aⁱ. */
        private void row(Objective objective, FMatrixRMaj v, FMatrixRMaj a, int n) {
            int h = a.numCols;
            int d = v.numCols;
            double before = Logs.sumSoftplus(1, a.data, n * h, h);
            double weights = 0;
            Arrays.fill(q, 0);
            for (int i = 0; i < d; i++) {
                double delta = delta(v, a, n, i, before, flipped);
                double g = sigmoid(delta);
                double weight = objective.weight(g);
                double sign = 1 - 2 * v.data[n * d + i];
                value += objective.value(delta, g);
                weights += weight;
                b[i] -= weight * sign;
                for (int j = 0; j < h; j++) {
                    double mean = weight * sigmoid(flipped[j]);
                    q[j] += mean;
                    w[i * h + j] -= sign * mean;
                }
            }
            for (int j = 0; j < h; j++) {
                on[j] = weights * sigmoid(a.data[n * h + j]) - q[j];
                c[j] += on[j];
            }
            for (int i = 0; i < d; i++) {
                if (v.data[n * d + i] == 1) {
                    for (int j = 0; j < h; j++) {
                        w[i * h + j] += on[j];
                    }
                }
            }
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private Part[] parts;

    /**
     * The gradient of minus the mean of an objective over rows of bits.
     *
     * @param a n×H, the logits of the hidden units
     * @return the mean of the objective
     */
    double gradient(Objective objective, FMatrixRMaj v, FMatrixRMaj a, FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c) {
        if (parts == null) {
            parts = new Part[PARTS];
            Arrays.setAll(parts, p -> new Part());
        }
        int rows = v.numRows;
        Parallel.chunks(
                PARTS, PARTS, (p, worker) -> parts[p].rows(objective, v, a, rows * p / PARTS, rows * (p + 1) / PARTS));
        add(w, part -> part.w, rows);
        add(b, part -> part.b, rows);
        add(c, part -> part.c, rows);
        double value = 0;
        for (Part part : parts) {
            value += part.value;
        }
        return value / rows;
    }

    private void add(FMatrixRMaj gradient, java.util.function.Function<Part, double[]> of, int rows) {
        double[] first = of.apply(parts[0]);
        for (int i = 0; i < first.length; i++) {
            double sum = 0;
            for (Part part : parts) {
                sum += of.apply(part)[i];
            }
            gradient.data[i] = (float) (-sum / rows);
        }
    }
}

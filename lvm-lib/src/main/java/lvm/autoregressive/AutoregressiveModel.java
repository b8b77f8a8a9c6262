package lvm.autoregressive;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.RowOps;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A model that takes the columns of a row one after the other, each with a distribution that depends on those before it:
 *
 * <p>p(x) = Πⱼ p(x_o(j) | x_o(1), …, x_o(j − 1)), with an order o of the D columns.
 *
 * <p>Its log probability is exact, by one pass through a network. Draws are made column by column; what the known columns say to the others is
 * kept from step to step, so that a draw costs about one pass, too. A model may be a mixture of several such distributions,
 * p(x) = Σₖ πₖ pₖ(x), of which each has an order of its own or is that of a class.
 */
public abstract sealed class AutoregressiveModel extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasDensity<FMatrixRMaj>
        permits Made, Nade, ConditionalAutoregressive {

    AutoregressiveModel(ModelSummary summary) {
        super(summary);
    }

    /** The number of distributions in the mixture, at least 1. */
    abstract int parts();

    /** The logarithm of the weight of one of them. */
    abstract double logWeight(int part);

    /** Its order of the columns; not a copy. */
    abstract int[] orderOf(int part);

    /** The distribution of a column. */
    abstract LevelOutput output();

    /** How many rows go through the network at once. */
    abstract int rowsAtOnce();

    /** The log probabilities of rows in one of the distributions, nats. */
    abstract double[] logProbability(Tape tape, FMatrixRMaj x, int part);

    /** The columns of so many rows, one after the other. */
    abstract Steps steps(int rows, int part);

    static double[] doubles(Var column) {
        double[] values = new double[column.rows()];
        Arrays.setAll(values, i -> column.value().data[i]);
        return values;
    }

    private String where(String method) {
        return getClass().getSimpleName() + "." + method;
    }

    /**
     * The exact log probability of every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n values of log p(xᵢ) in nats, summed over the D columns
     * @throws IllegalArgumentException if x has another number of columns than the model, or a number that is no level
     */
    @Override
    public double[] logDensity(FMatrixRMaj x) {
        output().require(where("logDensity"), x, dim());
        int parts = parts();
        double[][] logs = new double[parts][];
        for (int part = 0; part < parts; part++) {
            logs[part] = logProbability(x, part);
        }
        if (parts == 1) {
            return logs[0];
        }
        double[] mixed = new double[x.numRows];
        double[] terms = new double[parts];
        for (int i = 0; i < mixed.length; i++) {
            for (int part = 0; part < parts; part++) {
                terms[part] = logWeight(part) + logs[part][i];
            }
            mixed[i] = Logs.logSumExp(terms);
        }
        return mixed;
    }

    final double[] logProbability(FMatrixRMaj x, int part) {
        double[] all = new double[x.numRows];
        Tape tape = Tape.withoutGradients();
        int most = rowsAtOnce();
        for (int from = 0; from < x.numRows; from += most) {
            Interrupts.check(where("logDensity"));
            int to = Math.min(x.numRows, from + most);
            double[] some = logProbability(tape.reset(), RowOps.part(x, from, to), part);
            System.arraycopy(some, 0, all, from, some.length);
        }
        return all;
    }

    /**
     * Independent draws from the model, column by column.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D draws, one a row
     * @throws IllegalArgumentException if n is negative
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast(where("sample"), "n", 0, n);
        FMatrixRMaj x = new FMatrixRMaj(n, dim());
        double[] logWeights = new double[parts()];
        Arrays.setAll(logWeights, this::logWeight);
        int[] part = new int[n];
        for (int i = 0; i < n && logWeights.length > 1; i++) {
            part[i] = choice(logWeights, rng);
        }
        goOn("sample", x, part, 0, rng);
        return x;
    }

    /** One of the places of log weights, with probabilities in proportion to the weights. */
    private static int choice(double[] logWeights, RandomGenerator rng) {
        double u = rng.nextDouble();
        double total = Logs.logSumExp(logWeights);
        double sum = 0;
        int last = 0;
        for (int k = 0; k < logWeights.length; k++) {
            double p = Math.exp(logWeights[k] - total);
            sum += p;
            last = p > 0 ? k : last;
            if (u < sum) {
                return k;
            }
        }
        return last;
    }

    /**
     * Draws of the columns that are not known from their distribution given those that are. The known ones must come first in the order of
     * the columns, in all orders if there are several: only then are the draws exact.
     *
     * @param x n×D rows of observations, of which only the known columns are looked at; not modified
     * @param known whether each of the D columns is known, such as the upper half of an image; not modified
     * @param rng the source of randomness; advanced
     * @return n×D rows: the known columns, and a draw of the others
     * @throws IllegalArgumentException if x or known are of another number of columns than the model, a known number is no level, or a known
     *     column comes after one that is not; the message names both
     */
    public FMatrixRMaj complete(FMatrixRMaj x, boolean[] known, RandomGenerator rng) {
        return complete(x, known, (y, count) -> partsOf(y, count, rng), rng);
    }

    /** Says in which distribution each row goes on, from the columns that are known. */
    @FunctionalInterface
    interface Choice {
        int[] parts(FMatrixRMaj x, int known);
    }

    final FMatrixRMaj complete(FMatrixRMaj x, boolean[] known, Choice choice, RandomGenerator rng) {
        String where = where("complete");
        Require.columns(where, "x", x, dim());
        if (known.length != dim()) {
            throw new IllegalArgumentException(where + ": known has " + known.length + " columns, expected " + dim());
        }
        int count = 0;
        for (boolean one : known) {
            count += one ? 1 : 0;
        }
        for (int part = 0; part < parts(); part++) {
            requireFirst(where, known, count, orderOf(part));
        }
        FMatrixRMaj y = new FMatrixRMaj(x.numRows, dim());
        for (int i = 0; i < y.getNumElements(); i++) {
            y.data[i] = known[i % dim()] ? x.data[i] : 0;
        }
        output().require(where, y, dim());
        goOn("complete", y, choice.parts(y, count), count, rng);
        return y;
    }

    /**
     * As {@link #complete(FMatrixRMaj, boolean[], RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param known whether each of the D columns is known; not modified
     * @param rng the source of randomness; advanced
     * @return n×D rows: the known columns, and a draw of the others
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj complete(Dataset data, boolean[] known, RandomGenerator rng) {
        return complete(observations(data), known, rng);
    }

    private static void requireFirst(String where, boolean[] known, int count, int[] order) {
        for (int t = 0; t < count; t++) {
            if (!known[order[t]]) {
                int later = t;
                while (!known[order[later]]) {
                    later++;
                }
                throw new IllegalArgumentException(where + ": column " + order[later] + " is known, but column "
                        + order[t] + ", which comes before it in the order of the model, is not (counted from 0); "
                        + "draws are exact only where the known columns come first: fit a model with such an order");
            }
        }
    }

    /** The distribution that each row goes on in, a draw given its known columns. */
    private int[] partsOf(FMatrixRMaj x, int count, RandomGenerator rng) {
        int[] part = new int[x.numRows];
        int parts = parts();
        if (parts == 1) {
            return part;
        }
        double[][] logs = new double[x.numRows][parts];
        int most = rowsAtOnce();
        float[] values = new float[Math.min(most, x.numRows)];
        for (int k = 0; k < parts; k++) {
            int[] order = orderOf(k);
            for (int from = 0; from < x.numRows; from += most) {
                Interrupts.check(where("complete"));
                int n = Math.min(most, x.numRows - from);
                Steps steps = steps(n, k);
                for (int i = 0; i < n; i++) {
                    logs[from + i][k] = logWeight(k);
                }
                for (int t = 0; t < count; t++) {
                    FMatrixRMaj parameters = steps.next();
                    for (int i = 0; i < n; i++) {
                        values[i] = x.get(from + i, order[t]);
                        logs[from + i][k] +=
                                output().logProbability(parameters.data, i * parameters.numCols, values[i]);
                    }
                    steps.put(values);
                }
            }
        }
        Arrays.setAll(part, i -> choice(logs[i], rng));
        return part;
    }

    /** Draws the columns after those that are known, rows of one distribution together. */
    final void goOn(String method, FMatrixRMaj x, int[] part, int known, RandomGenerator rng) {
        int[] rows = new int[x.numRows];
        for (int k = 0; k < parts(); k++) {
            int count = 0;
            for (int i = 0; i < x.numRows; i++) {
                if (part[i] == k) {
                    rows[count++] = i;
                }
            }
            for (int from = 0; from < count; from += rowsAtOnce()) {
                int to = Math.min(count, from + rowsAtOnce());
                goOn(method, x, Arrays.copyOfRange(rows, from, to), steps(to - from, k), orderOf(k), known, rng);
            }
        }
    }

    private void goOn(
            String method, FMatrixRMaj x, int[] rows, Steps steps, int[] order, int known, RandomGenerator rng) {
        int d = dim();
        float[] values = new float[rows.length];
        LevelOutput output = output();
        for (int t = 0; t < d; t++) {
            Interrupts.check(where(method));
            if (t < known) {
                for (int i = 0; i < rows.length; i++) {
                    values[i] = x.data[rows[i] * d + order[t]];
                }
            } else {
                FMatrixRMaj parameters = steps.next();
                for (int i = 0; i < rows.length; i++) {
                    values[i] = (float) output.draw(parameters.data, i * parameters.numCols, rng);
                    x.data[rows[i] * d + order[t]] = values[i];
                }
            }
            if (t + 1 < d) {
                steps.put(values);
            }
        }
    }
}

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
    static final int MOST_ROWS = 500;

    AutoregressiveModel(ModelSummary summary) {
        super(summary);
    }

    /** The number of distributions in the mixture, at least 1. */
    int parts() {
        return 1;
    }

    /** The logarithm of the weight of one of them, by default of all alike. */
    double logWeight(int part) {
        return -Math.log(parts());
    }

    /** Its order of the columns; not a copy. */
    abstract int[] orderOf(int part);

    /** The distribution of a column, by default one of bits. */
    LevelOutput output() {
        return LevelOutput.BINARY;
    }

    /** How many rows go through the network at once. */
    int rowsAtOnce() {
        return MOST_ROWS;
    }

    /** The log probabilities of rows in one of the distributions, nats. */
    abstract double[] logProbability(Tape tape, FMatrixRMaj x, int part);

    /** The parameters of the distributions of all columns of rows, n×(K·D), those of one kind side by side, as the columns stand. */
    abstract Var parameters(Tape tape, Var x, int part);

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

    private void requirePart(String method, int part) {
        if (part < 0 || part >= parts()) {
            throw new IllegalArgumentException(where(method) + ": part is " + part + ", expected 0 to " + (parts() - 1)
                    + ", one for each of the " + parts() + " distributions that the model mixes");
        }
    }

    /**
     * The parameters of the distribution of every column given those before it: of bits the logit of a one, lⱼ with
     * p(x_o(j) = 1 | x_o(1), …, x_o(j − 1)) = σ(lⱼ).
     *
     * @param x n×D rows of observations; not modified
     * @param part which distribution of the mixture, from 0: the order of a {@link Made}, the class of a model that knows classes; 0 for a
     *     model of one
     * @return n×(K·D): parameter k of column j, as the columns stand in x, is in column k·D + j; K is 1 for bits, else as {@link LevelOutput}
     *     says
     * @throws IllegalArgumentException if x has another number of columns than the model, or a number that is no level, or there is no such
     *     distribution
     */
    public FMatrixRMaj parameters(FMatrixRMaj x, int part) {
        output().require(where("parameters"), x, dim());
        requirePart("parameters", part);
        FMatrixRMaj all = new FMatrixRMaj(x.numRows, output().parameters() * dim());
        Tape tape = Tape.withoutGradients();
        int most = rowsAtOnce();
        for (int from = 0; from < x.numRows; from += most) {
            Interrupts.check(where("parameters"));
            int to = Math.min(x.numRows, from + most);
            tape.reset();
            FMatrixRMaj some = parameters(tape, tape.constant(RowOps.part(x, from, to)), part)
                    .value();
            System.arraycopy(some.data, 0, all.data, from * all.numCols, some.getNumElements());
        }
        return all;
    }

    /**
     * As {@link #parameters(FMatrixRMaj, int)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param part which distribution of the mixture, from 0
     * @return n×(K·D) parameters
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj parameters(Dataset data, int part) {
        return parameters(observations(data), part);
    }

    /**
     * How the parameters of every column hang on every column at one row: the slopes of {@link #parameters(FMatrixRMaj, int)}, by automatic
     * differentiation, as if the levels were real numbers. No column hangs on itself or on one after it, so in the order of the model the
     * matrix of a model of bits is a triangle; where it is 0 below the diagonal, too, something is not seen that may be seen.
     *
     * @param x one row of D numbers; not modified
     * @param part which distribution of the mixture, from 0
     * @return (K·D)×D: row k·D + i, column j has ∂(parameter k of column i)/∂xⱼ
     * @throws IllegalArgumentException if x is not one row, and as {@link #parameters(FMatrixRMaj, int)}
     */
    public FMatrixRMaj jacobian(FMatrixRMaj x, int part) {
        output().require(where("jacobian"), x, dim());
        requirePart("jacobian", part);
        if (x.numRows != 1) {
            throw new IllegalArgumentException(where("jacobian") + ": x has " + x.numRows + " rows, expected one");
        }
        int d = dim();
        FMatrixRMaj slopes = new FMatrixRMaj(output().parameters() * d, d);
        FMatrixRMaj one = new FMatrixRMaj(1, slopes.numRows);
        Tape tape = Tape.forInputs();
        for (int i = 0; i < slopes.numRows; i++) {
            Interrupts.check(where("jacobian"));
            Var in = tape.reset().input(x);
            one.data[i] = 1;
            tape.backward(parameters(tape, in, part), one);
            one.data[i] = 0;
            System.arraycopy(in.grad().data, 0, slopes.data, i * d, d);
        }
        return slopes;
    }

    /**
     * As {@link #jacobian(FMatrixRMaj, int)}, at a row of data.
     *
     * @param data one row with the columns of the model, matched by name where both have names
     * @param part which distribution of the mixture, from 0
     * @return (K·D)×D slopes
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj jacobian(Dataset data, int part) {
        return jacobian(observations(data), part);
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
        FMatrixRMaj y = known(x, known);
        int count = 0;
        for (boolean one : known) {
            count += one ? 1 : 0;
        }
        for (int part = 0; part < parts(); part++) {
            requireFirst(where("complete"), known, count, orderOf(part));
        }
        goOn("complete", y, choice.parts(y, count), count, rng);
        return y;
    }

    /** The known columns, with zeros in the others. */
    private FMatrixRMaj known(FMatrixRMaj x, boolean[] known) {
        String where = where("complete");
        Require.columns(where, "x", x, dim());
        if (known.length != dim()) {
            throw new IllegalArgumentException(where + ": known has " + known.length + " columns, expected " + dim());
        }
        FMatrixRMaj y = new FMatrixRMaj(x.numRows, dim());
        for (int i = 0; i < y.getNumElements(); i++) {
            y.data[i] = known[i % dim()] ? x.data[i] : 0;
        }
        output().require(where, y, dim());
        return y;
    }

    /**
     * Draws of the columns that are not known, whatever the order, by sampling and resampling: of several rows, each drawn column by column
     * with the known ones put in their places, one is taken in proportion to the probability that the model gives to what was put in. That is
     * the distribution given the known columns in the limit of many draws, and exact with one where they come first in one order. D. B. Rubin
     * (1988), Using the SIR algorithm to simulate posterior distributions.
     *
     * @param x n×D rows of observations, of which only the known columns are looked at; not modified
     * @param known whether each of the D columns is known; not modified
     * @param draws how many rows are drawn for each that is taken, at least 1
     * @param rng the source of randomness; advanced
     * @return n×D rows: the known columns, and an approximate draw of the others
     * @throws IllegalArgumentException if x or known are of another number of columns than the model, a known number is no level, or there is
     *     no draw
     */
    public FMatrixRMaj complete(FMatrixRMaj x, boolean[] known, int draws, RandomGenerator rng) {
        FMatrixRMaj given = known(x, known);
        Require.atLeast(where("complete"), "draws", 1, draws);
        double[] logWeights = new double[parts()];
        Arrays.setAll(logWeights, this::logWeight);
        FMatrixRMaj y = new FMatrixRMaj(x.numRows, dim());
        FMatrixRMaj rows = new FMatrixRMaj(draws, dim());
        int[] part = new int[draws];
        for (int i = 0; i < x.numRows; i++) {
            for (int k = 0; k < draws; k++) {
                RowOps.copyRow(given, i, rows, k);
                part[k] = logWeights.length == 1 ? 0 : choice(logWeights, rng);
            }
            double[] weights = goOn("complete", rows, part, (place, column) -> known[column], rng);
            RowOps.copyRow(rows, choice(weights, rng), y, i);
        }
        return y;
    }

    /**
     * As {@link #complete(FMatrixRMaj, boolean[], int, RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param known whether each of the D columns is known; not modified
     * @param draws how many rows are drawn for each that is taken, at least 1
     * @param rng the source of randomness; advanced
     * @return n×D rows: the known columns, and an approximate draw of the others
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj complete(Dataset data, boolean[] known, int draws, RandomGenerator rng) {
        return complete(observations(data), known, draws, rng);
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

    /** The distribution that each row goes on in, a draw given its known columns, which come first. */
    private int[] partsOf(FMatrixRMaj x, int count, RandomGenerator rng) {
        int[] part = new int[x.numRows];
        int parts = parts();
        if (parts == 1) {
            return part;
        }
        double[][] logs = new double[x.numRows][parts];
        for (int k = 0; k < parts; k++) {
            Arrays.fill(part, k);
            double[] found = goOn("complete", x.copy(), part, (place, column) -> place < count, null);
            for (int i = 0; i < part.length; i++) {
                logs[i][k] = logWeight(k) + found[i];
            }
        }
        Arrays.setAll(part, i -> choice(logs[i], rng));
        return part;
    }

    /** Draws the columns after the first ones, which are known. */
    final void goOn(String method, FMatrixRMaj x, int[] part, int known, RandomGenerator rng) {
        goOn(method, x, part, (place, column) -> place < known, rng);
    }

    /** Says which columns are there already. */
    @FunctionalInterface
    private interface Known {
        boolean has(int place, int column);
    }

    /**
     * Draws the columns that are not known, rows of one distribution together, and gives the log probabilities of those that are, each given
     * what comes before it; without a generator only those, up to the last that is known.
     */
    private double[] goOn(String method, FMatrixRMaj x, int[] part, Known known, RandomGenerator rng) {
        double[] logs = new double[x.numRows];
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
                goOn(method, x, Arrays.copyOfRange(rows, from, to), k, known, rng, logs);
            }
        }
        return logs;
    }

    private void goOn(
            String method, FMatrixRMaj x, int[] rows, int part, Known known, RandomGenerator rng, double[] logs) {
        int d = dim();
        int[] order = orderOf(part);
        Steps steps = steps(rows.length, part);
        float[] values = new float[rows.length];
        LevelOutput output = output();
        for (int t = 0; t < d; t++) {
            Interrupts.check(where(method));
            FMatrixRMaj parameters = steps.next();
            boolean isKnown = known.has(t, order[t]);
            if (!isKnown && rng == null) {
                return;
            }
            for (int i = 0; i < rows.length; i++) {
                int at = rows[i] * d + order[t];
                if (isKnown) {
                    logs[rows[i]] += output.logProbability(parameters.data, i * parameters.numCols, x.data[at]);
                } else {
                    x.data[at] = (float) output.draw(parameters.data, i * parameters.numCols, rng);
                }
                values[i] = x.data[at];
            }
            if (t + 1 < d) {
                steps.put(values);
            }
        }
    }
}

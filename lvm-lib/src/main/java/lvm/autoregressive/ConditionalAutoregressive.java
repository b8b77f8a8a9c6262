package lvm.autoregressive;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.linalg.RowOps;
import lvm.model.ModelSummary;
import lvm.store.ModelData;
import org.ejml.data.FMatrixRMaj;

/**
 * An autoregressive model of convolutions that may be one for each class y of a row, p(x | y). Without classes it is p(x). With them p(x) is the
 * mixture Σ π(y) p(x | y) with the frequencies π of the classes in the data of the fit.
 */
public abstract sealed class ConditionalAutoregressive extends AutoregressiveModel permits PixelCnn, WaveNet {
    private final CausalNet net;
    private final double[] frequencies;
    private final int[] order;

    ConditionalAutoregressive(CausalNet net, double[] frequencies, ModelSummary summary) {
        super(summary);
        this.net = net;
        this.frequencies = frequencies;
        order = Orders.natural(net.places());
    }

    /** Puts down what all of them have. */
    final void storeNet(ModelData data) {
        data.put("height", net.height)
                .put("width", net.width)
                .put("output", net.output.recipe())
                .put("frequencies", frequencies)
                .put("network", net.values());
    }

    CausalNet net() {
        return net;
    }

    @Override
    public int dim() {
        return net.places();
    }

    /** {@return the number of classes, 0 for a model that knows none} */
    public int classes() {
        return net.classes;
    }

    /** {@return the names of the classes: the labels of the data of the fit; none for a model that knows none} */
    public List<String> classNames() {
        List<String> names = summary().classNames();
        return names.isEmpty()
                ? IntStream.range(0, classes()).mapToObj(Integer::toString).toList()
                : names;
    }

    /** {@return the distribution of a number given those before it} */
    public LevelOutput distribution() {
        return net.output;
    }

    @Override
    final int parts() {
        return Math.max(1, net.classes);
    }

    @Override
    final double logWeight(int part) {
        return net.classes == 0 ? 0 : Math.log(frequencies[part]);
    }

    @Override
    final int[] orderOf(int part) {
        return order;
    }

    @Override
    final LevelOutput output() {
        return net.output;
    }

    @Override
    final int rowsAtOnce() {
        return net.rowsAtOnce();
    }

    @Override
    final double[] logProbability(Tape tape, FMatrixRMaj x, int part) {
        int[] labels = new int[x.numRows];
        Arrays.fill(labels, part);
        return doubles(net.logProbability(tape, x, net.oneHot(labels, new FMatrixRMaj(0, 0))));
    }

    @Override
    final Var parameters(Tape tape, Var x, int part) {
        int[] labels = new int[x.rows()];
        Arrays.fill(labels, part);
        FMatrixRMaj classes = net.oneHot(labels, new FMatrixRMaj(0, 0));
        return net.parameters(tape, CausalNet.signal(x), classes == null ? null : tape.constant(classes));
    }

    @Override
    final Steps steps(int rows, int part) {
        return net.steps(rows, part);
    }

    private void requireClasses(String method, int... classes) {
        String where = getClass().getSimpleName() + "." + method;
        if (net.classes == 0) {
            throw new IllegalArgumentException(
                    where + ": the model knows no classes; fit one with conditional(true) to labelled rows");
        }
        for (int i = 0; i < classes.length; i++) {
            if (classes[i] < 0 || classes[i] >= net.classes) {
                throw new IllegalArgumentException(
                        where + ": class " + classes[i] + " in row " + i + ", expected 0 to " + (net.classes - 1));
            }
        }
    }

    private void requireClasses(String method, FMatrixRMaj x, int[] classes) {
        requireClasses(method, classes);
        if (classes.length != x.numRows) {
            throw new IllegalArgumentException(getClass().getSimpleName() + "." + method + ": " + classes.length
                    + " classes for " + x.numRows + " rows");
        }
    }

    /**
     * The exact log probability of every row given its class.
     *
     * @param x n×D rows of observations; not modified
     * @param classes yᵢ for each row, from 0; not modified
     * @return n values of log p(xᵢ | yᵢ) in nats, summed over the D columns
     * @throws IllegalArgumentException if x has another number of columns than the model or a number that is no level, the model knows no
     *     classes, or there is no such class
     */
    public double[] logConditional(FMatrixRMaj x, int... classes) {
        requireClasses("logConditional", x, classes);
        net.output.require(getClass().getSimpleName() + ".logConditional", x, dim());
        double[] logs = new double[x.numRows];
        for (int y = 0; y < net.classes; y++) {
            int of = y;
            int[] rows = IntStream.range(0, logs.length)
                    .filter(i -> classes[i] == of)
                    .toArray();
            FMatrixRMaj some = new FMatrixRMaj(rows.length, dim());
            for (int k = 0; k < rows.length; k++) {
                RowOps.copyRow(x, rows[k], some, k);
            }
            double[] found = logProbability(some, y);
            for (int k = 0; k < rows.length; k++) {
                logs[rows[k]] = found[k];
            }
        }
        return logs;
    }

    /**
     * The exact log probability of the rows of data given their labels.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @return n values of log p(xᵢ | yᵢ) in nats, summed over the D columns
     * @throws IllegalArgumentException as {@link #logConditional(FMatrixRMaj, int...)}
     */
    public double[] logConditional(Dataset data) {
        requireClasses("logConditional");
        return logConditional(
                observations(data),
                data.matchingClasses(classNames(), getClass().getSimpleName() + ".logConditional")
                        .labels());
    }

    /**
     * Draws x ~ p(x | y), one for each class given.
     *
     * @param classes y for each draw, from 0; not modified
     * @param rng the source of randomness; advanced
     * @return a row of D numbers for each class
     * @throws IllegalArgumentException if the model knows no classes, or there is no such class
     */
    public FMatrixRMaj sample(int[] classes, RandomGenerator rng) {
        requireClasses("sample", classes);
        FMatrixRMaj x = new FMatrixRMaj(classes.length, dim());
        goOn("sample", x, classes, 0, rng);
        return x;
    }

    /**
     * As {@link #complete(FMatrixRMaj, boolean[], RandomGenerator)}, given the class of each row, too.
     *
     * @param x n×D rows of observations, of which only the known columns are looked at; not modified
     * @param known whether each of the D columns is known; they come first; not modified
     * @param classes y for each row, from 0; not modified
     * @param rng the source of randomness; advanced
     * @return n×D rows: the known columns, and a draw of the others
     * @throws IllegalArgumentException as there, or if the model knows no classes, or there is no such class
     */
    public FMatrixRMaj complete(FMatrixRMaj x, boolean[] known, int[] classes, RandomGenerator rng) {
        requireClasses("complete", x, classes);
        return complete(x, known, (rows, count) -> classes, rng);
    }

    /**
     * As {@link #complete(FMatrixRMaj, boolean[], int[], RandomGenerator)}, of the rows of data given their labels or other classes.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param known whether each of the D columns is known; they come first; not modified
     * @param classes y for each row, from 0; not modified
     * @param rng the source of randomness; advanced
     * @return n×D rows: the known columns, and a draw of the others
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj complete(Dataset data, boolean[] known, int[] classes, RandomGenerator rng) {
        return complete(observations(data), known, classes, rng);
    }
}

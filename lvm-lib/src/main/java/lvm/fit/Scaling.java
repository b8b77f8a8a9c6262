package lvm.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.model.Card;
import lvm.nn.Linear;
import lvm.store.ModelData;
import lvm.store.Storable;
import org.ejml.data.FMatrixRMaj;

/**
 * How a model in floats sees its columns, x̃ⱼ = (xⱼ − mⱼ)/sⱼ: a shift and a scale for each. It is computed in double precision
 * before numbers are rounded to floats, so that neither the units of a column nor its distance from 0 matter to the model. A
 * density of x̃ is one of x after − Σⱼ log sⱼ.
 *
 * <p>Mean and standard deviation of a column are those of the rows of the fit; a column that is the same in every row is only
 * shifted. Immutable; models keep it and put it down with themselves.
 */
public final class Scaling implements Storable {
    /** What has a mean and a deviation of its own. */
    public enum Kind {
        /** Each column. */
        COLUMNS("each column"),
        /** A mean for each column, and one deviation for all: where a cost weighs columns by their units. */
        ONE_SCALE("each column shifted, one scale for all"),
        /** All columns together: pixels of an image are of one kind. */
        TOGETHER("all columns together");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final Scaling NONE = new Scaling(new double[0], new double[0]);
    private static final double FAR = 16; // deviations from 0, with which a float has four bits less for what varies
    private static final double MUCH = 1e30; // a float has it, but not its square
    private static final int LEAST_EXPONENT = -60;
    private static final int GREATEST_EXPONENT = 60;
    private static final double STEPS = 100; // the steps of a float that a deviation should have

    private final double[] shift; // empty: numbers stay as they are
    private final double[] scale;

    private Scaling(double[] shift, double[] scale) {
        this.shift = shift;
        this.scale = scale;
    }

    /** {@return what leaves all numbers as they are} */
    public static Scaling none() {
        return NONE;
    }

    /**
     * The means and deviations of the rows of a fit.
     *
     * @param data n rows, not binarised anew at each reading
     * @param kind what has a mean and a deviation of its own
     * @return (x − m)/s, with s = 1 for what does not vary
     */
    public static Scaling of(Dataset data, Kind kind) {
        return of(moments(data), kind);
    }

    /**
     * The same, but nothing for numbers that are not measurements: {@link Dataset#hasGreyLevels}.
     *
     * @param data n rows
     * @param kind what has a mean and a deviation of its own
     * @return the means and deviations, or {@link #none}
     */
    public static Scaling ofMeasurements(Dataset data, Kind kind) {
        return data.hasGreyLevels() ? NONE : of(data, kind);
    }

    private static Scaling of(double[][] moments, Kind kind) {
        double[] mean = moments[0].clone();
        double[] deviation = moments[1].clone();
        int d = mean.length;
        if (kind == Kind.TOGETHER) {
            double all = Arrays.stream(mean).sum() / d;
            for (int j = 0; j < d; j++) {
                deviation[j] = Math.hypot(deviation[j], mean[j] - all);
                mean[j] = all;
            }
        }
        if (kind != Kind.COLUMNS) {
            Arrays.fill(deviation, rootMeanSquare(deviation));
        }
        for (int j = 0; j < d; j++) {
            deviation[j] = deviation[j] > 0 ? deviation[j] : 1;
        }
        return new Scaling(mean, deviation);
    }

    private static double rootMeanSquare(double... values) {
        double r = power(Arrays.stream(values).map(Math::abs).max().orElse(0));
        double sum = 0;
        for (double v : values) {
            sum += (v / r) * (v / r);
        }
        return r * Math.sqrt(sum / values.length);
    }

    /** A power of two near a number, by which it can be divided without rounding; 1 for 0. */
    private static double power(double value) {
        return value > 0 ? Math.scalb(1.0, Math.max(-1000, Math.min(1000, Math.getExponent(value)))) : 1;
    }

    /**
     * The least that must be done before numbers are rounded to floats: columns that lie far from 0 in their own deviations are
     * shifted by their means, and those that are far too large or small for a float are divided by a power of two. All others
     * stay as they are, in every bit.
     *
     * @param data n rows, not binarised anew at each reading
     * @return the shifts and scales; {@link #none} if no column needs one
     */
    public static Scaling near(Dataset data) {
        double[][] moments = data.hasGreyLevels() ? null : moments(data);
        return moments == null ? NONE : near(moments[0], moments[1]);
    }

    /**
     * The same for models that look at distances of rows: if all columns together lie far from 0, all are shifted, and one scale
     * is for all.
     *
     * @param data n rows
     * @param scaled whether there may be a scale, which changes what a given width of a kernel means
     * @return the shifts and the scale; {@link #none} if none is needed
     */
    public static Scaling nearTogether(Dataset data, boolean scaled) {
        if (data.hasGreyLevels()) {
            return NONE;
        }
        double[][] moments = moments(data);
        double[] size = {rootMeanSquare(moments[0])};
        double[] deviation = {rootMeanSquare(moments[1])};
        Scaling one = near(size, deviation);
        if (one == NONE) {
            return NONE;
        }
        double[] scale = new double[data.dim()];
        Arrays.fill(scale, scaled ? one.scale[0] : 1);
        return new Scaling(one.shift[0] == 0 ? new double[scale.length] : moments[0], scale);
    }

    private static Scaling near(double[] mean, double[] deviation) {
        double[] shift = new double[mean.length];
        double[] scale = new double[mean.length];
        boolean any = false;
        for (int j = 0; j < shift.length; j++) {
            boolean far = Math.abs(mean[j]) > (deviation[j] > 0 ? FAR * deviation[j] : MUCH);
            shift[j] = far ? mean[j] : 0;
            int exponent = deviation[j] > 0 ? Math.getExponent(deviation[j]) : 0;
            boolean extreme = exponent < LEAST_EXPONENT || exponent > GREATEST_EXPONENT;
            scale[j] = extreme ? power(deviation[j]) : 1;
            any |= far || extreme;
        }
        return any ? new Scaling(shift, scale) : NONE;
    }

    /**
     * The means and deviations of columns.
     *
     * @param data n rows, not binarised anew at each reading
     * @return D means and D standard deviations, these with 1/n; 0 for a column that is the same in every row, and only then
     */
    public static double[][] moments(Dataset data) {
        int d = data.dim();
        int n = data.rows();
        double[] least = new double[d];
        double[] most = new double[d];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Arrays.fill(most, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                double v = data.get(i, j);
                least[j] = Math.min(least[j], v);
                most[j] = Math.max(most[j], v);
            }
        }
        // Powers of two change no digit, and with them no square is too large or too small.
        double[] r = new double[d];
        Arrays.setAll(r, j -> power(Math.max(Math.abs(least[j]), Math.abs(most[j]))));
        double[] mean = new double[d];
        double[] deviation = new double[d];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                double v = data.get(i, j) / r[j];
                double change = v - mean[j];
                mean[j] += change / (i + 1);
                deviation[j] += change * (v - mean[j]);
            }
        }
        for (int j = 0; j < d; j++) {
            boolean constant = least[j] == most[j];
            double root = r[j] * Math.sqrt(deviation[j] / n);
            deviation[j] = constant ? 0 : root > 0 ? root : (most[j] - least[j]) / 2;
            mean[j] = constant ? least[j] : r[j] * mean[j];
        }
        return new double[][] {mean, deviation};
    }

    /** {@return whether all numbers stay as they are} */
    public boolean isNone() {
        return shift.length == 0;
    }

    /**
     * The mean that is subtracted.
     *
     * @param column counted from 0
     * @return mⱼ, 0 without a scaling
     */
    public double shift(int column) {
        return isNone() ? 0 : shift[column];
    }

    /**
     * What is divided by.
     *
     * @param column counted from 0
     * @return sⱼ above 0, 1 without a scaling
     */
    public double scale(int column) {
        return isNone() ? 1 : scale[column];
    }

    /** {@return Σⱼ log sⱼ, by which the log density of x is below that of x̃; 0 without a scaling} */
    public double logScale() {
        double sum = 0;
        for (double s : scale) {
            sum += Math.log(s);
        }
        return sum;
    }

    /**
     * A data set as the model sees it.
     *
     * @param data n rows of D numbers
     * @return a view
     */
    public Dataset of(Dataset data) {
        return isNone() ? data : data.standardized(shift, scale);
    }

    /**
     * Rows as the model sees them.
     *
     * @param x n×D numbers; not modified
     * @return (x − m)/s in a new matrix, or x itself without a scaling
     */
    public FMatrixRMaj of(FMatrixRMaj x) {
        if (isNone()) {
            return x;
        }
        FMatrixRMaj seen = new FMatrixRMaj(x.numRows, x.numCols);
        for (int i = 0, k = 0; i < x.numRows; i++) {
            for (int j = 0; j < x.numCols; j++, k++) {
                seen.data[k] = (float) ((x.data[k] - shift[j]) / scale[j]);
            }
        }
        return seen;
    }

    /**
     * A layer that takes the data as they are, from one that takes them as the model sees them: f(x W′ + b′) with W′ = W/s, row by row, and
     * b′ = b − (m/s) W. In floats it agrees with the first as far as the means are not much larger than the deviations.
     *
     * @param layer f(x̃ W + b); not modified
     * @return the layer of the same name, with parameters of its own
     * @throws IllegalArgumentException if it takes another number of columns
     */
    public Linear into(Linear layer) {
        FMatrixRMaj w = layer.weights().value().copy();
        FMatrixRMaj b = layer.bias().value().copy();
        if (!isNone()) {
            if (w.numRows != shift.length) {
                throw new IllegalArgumentException(
                        "Scaling.into: the layer takes " + w.numRows + " columns, expected " + shift.length);
            }
            for (int k = 0; k < w.numCols; k++) {
                double bias = b.data[k];
                for (int j = 0; j < w.numRows; j++) {
                    double scaled = w.get(j, k) / scale[j];
                    w.set(j, k, (float) scaled);
                    bias -= shift[j] * scaled;
                }
                b.data[k] = (float) bias;
            }
        }
        return new Linear(layer.name(), w, b, layer.activation());
    }

    /**
     * Layers one after the other of which the first takes the data as they are, see {@link #into(Linear)}.
     *
     * @param layers of which the first takes the data as the model sees them; not modified
     * @return the layers, each with parameters of its own
     * @throws IllegalArgumentException as {@link #into(Linear)}
     */
    public List<Linear> into(List<Linear> layers) {
        List<Linear> all = new ArrayList<>();
        for (Linear layer : layers) {
            all.add(all.isEmpty() ? into(layer) : none().into(layer));
        }
        return List.copyOf(all);
    }

    /**
     * The rows of a data set as the model sees them, standardised before they are rounded to floats. Grey levels that are
     * binarised anew at each reading are drawn from a fixed seed.
     *
     * @param where the method that asks; a message begins with it
     * @param data n rows; not modified
     * @param dim D, the columns of the model
     * @return n×D numbers
     * @throws IllegalArgumentException if the data have another number of columns
     */
    public FMatrixRMaj rows(String where, Dataset data, int dim) {
        if (data.dim() != dim) {
            throw new IllegalArgumentException(where + ": x has " + data.dim() + " columns, expected " + dim);
        }
        return of(data).floatMatrix(new SplittableRandom(0));
    }

    /**
     * Rows in the units of the data.
     *
     * @param x n×D numbers as the model sees them; becomes s x̃ + m
     * @return x
     */
    public FMatrixRMaj back(FMatrixRMaj x) {
        if (!isNone()) {
            for (int i = 0, k = 0; i < x.numRows; i++) {
                for (int j = 0; j < x.numCols; j++, k++) {
                    x.data[k] = (float) (x.data[k] * scale[j] + shift[j]);
                }
            }
        }
        return x;
    }

    /**
     * Says on a card which columns floats can hardly hold: what the model gives back, and rows in floats that it is given,
     * have steps there that are not far below the deviation of the column.
     *
     * @param card the card
     * @param data the rows of the fit
     * @return the card, with a line if there are such columns
     */
    public Card warn(Card card, Dataset data) {
        if (data.hasGreyLevels()) {
            return card;
        }
        double[][] moments = moments(data);
        for (int j = 0; j < moments[0].length; j++) {
            double size = Math.abs(moments[0][j]) + moments[1][j];
            double step = size > Float.MAX_VALUE ? Double.POSITIVE_INFINITY : Math.ulp((float) size);
            if (moments[1][j] > 0 && step * STEPS > moments[1][j]) {
                String column = data.columns().isEmpty()
                        ? "column " + j
                        : "column \"" + data.columns().get(j) + "\"";
                boolean whole = shift(j) != 0 || scale(j) != 1;
                return card.result(
                        "precision",
                        "%s is %.6g ± %.3g, where floats are %.3g apart: %s",
                        column,
                        moments[0][j],
                        moments[1][j],
                        step,
                        whole
                                ? "learnt in double precision; rows in floats and what the model gives back are rounded to that"
                                : "what varies is lost; subtract its mean, or leave standardize on");
            }
        }
        return card;
    }

    @Override
    public void store(ModelData data) {
        data.put("shift", shift).put("scale", scale);
    }

    /**
     * Makes a scaling again.
     *
     * @param data what a model put down
     * @param name the name of the part
     * @return the scaling; none if the model put down none, as in files of before there were some
     */
    public static Scaling read(ModelData data, String name) {
        if (!data.has(name)) {
            return NONE;
        }
        ModelData part = data.part(name);
        return new Scaling(part.doubleArray("shift"), part.doubleArray("scale"));
    }

    /**
     * Puts a scaling down as a part of a model; {@link #none} leaves no trace.
     *
     * @param data where to
     * @param name the name of the part
     */
    public void store(ModelData data, String name) {
        if (!isNone()) {
            data.put(name, this);
        }
    }
}

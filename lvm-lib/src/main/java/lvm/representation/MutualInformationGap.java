package lvm.representation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.model.HasEncoder;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * How far the factors that data were made from stand each in one latent variable of its own: for every factor v the mutual information with
 * the latent variable that has most of it, less that with the next, as a share of the entropy of the factor,
 *
 * <p>gap(v) = (I(h₍₁₎; v) − I(h₍₂₎; v)) / H(v), and the mean over the factors. R. T. Q. Chen, X. Li, R. Grosse and D. Duvenaud (2018), Isolating
 * sources of disentanglement in variational autoencoders, equation 6.
 *
 * <p>Latent variables and factors with more different values than there are bins are cut into bins of as many rows as possible each, so that no
 * rising function of a variable changes anything; with I and H of the shares of rows. That is a plug-in estimate: of independent variables with
 * b and c values it is about (b − 1)(c − 1)/2n nats on average, not 0. Of variables with few values and all their combinations it is exact.
 */
public final class MutualInformationGap {
    /** The bins used when none are set. */
    public static final int DEFAULT_BINS = 20;

    private final List<String> names;
    private final DMatrixRMaj information;
    private final double[] entropies;

    private MutualInformationGap(List<String> names, DMatrixRMaj information, double[] entropies) {
        this.names = names;
        this.information = information;
        this.entropies = entropies;
    }

    /**
     * The gap of what a model makes of rows.
     *
     * @param model the encoder
     * @param rows n rows of observations
     * @param factors n rows of the factors that they were made from
     * @return the gap, with {@link #DEFAULT_BINS} bins
     * @throws IllegalArgumentException as {@link #of(Matrix, Dataset, int)}
     */
    public static MutualInformationGap of(HasEncoder<?> model, Dataset rows, Dataset factors) {
        return of(model.encode(rows), factors, DEFAULT_BINS);
    }

    /**
     * The gap of latent variables.
     *
     * @param latent n×K numbers, K at least 2; not modified
     * @param factors n rows of F factors, each with at least two values
     * @param bins the most values of a variable, at least 2
     * @return the gap
     * @throws IllegalArgumentException if the numbers of rows differ, there is one latent variable alone, a number is NaN or a factor is
     *     constant
     */
    public static MutualInformationGap of(Matrix latent, Dataset factors, int bins) {
        String where = "MutualInformationGap.of";
        Require.numbers(where, "the latent variables", latent);
        if (latent.getNumRows() != factors.rows()) {
            throw new IllegalArgumentException(where + ": there are " + latent.getNumRows()
                    + " rows of latent variables and " + factors.rows() + " of factors, expected as many");
        }
        if (latent.getNumCols() < 2) {
            throw new IllegalArgumentException(
                    where + ": " + latent.getNumCols() + " latent variables, expected at least 2");
        }
        if (bins < 2) {
            throw new IllegalArgumentException(where + ": " + bins + " bins, expected at least 2");
        }
        DMatrixRMaj v = factors.matrix();
        Require.varying(where, "the factors", v);
        int[][] codes = new int[latent.getNumCols()][];
        Arrays.setAll(codes, j -> binned(Matrices.column(latent, j), bins));
        DMatrixRMaj information = new DMatrixRMaj(v.numCols, codes.length);
        double[] entropies = new double[v.numCols];
        for (int k = 0; k < v.numCols; k++) {
            int[] factor = binned(Matrices.column(v, k), bins);
            entropies[k] = information(factor, factor);
            for (int j = 0; j < codes.length; j++) {
                information.set(k, j, information(factor, codes[j]));
            }
        }
        List<String> columns = factors.columns();
        List<String> names = columns.isEmpty()
                ? IntStream.range(0, v.numCols).mapToObj(k -> "factor " + k).toList()
                : columns;
        return new MutualInformationGap(names, information, entropies);
    }

    /** The number of a bin for each value: equal values are in one bin. */
    static int[] binned(double[] values, int bins) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int different = 1;
        for (int i = 1; i < sorted.length; i++) {
            different += sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        double[] edges = new double[sorted.length];
        int count = 0;
        for (int i = 1; i < sorted.length; i++) {
            boolean begins = different <= bins || (long) i * bins / sorted.length > (i - 1L) * bins / sorted.length;
            if (begins && (count == 0 ? sorted[i] > sorted[0] : sorted[i] > edges[count - 1])) {
                edges[count++] = sorted[i];
            }
        }
        int[] bin = new int[values.length];
        for (int i = 0; i < bin.length; i++) {
            int at = Arrays.binarySearch(edges, 0, count, values[i]);
            bin[i] = at >= 0 ? at + 1 : -at - 1;
        }
        return bin;
    }

    /** The mutual information of the shares of rows, in nats; of a variable with itself its entropy. */
    static double information(int[] a, int[] b) {
        int width = Arrays.stream(b).max().orElse(0) + 1;
        int height = Arrays.stream(a).max().orElse(0) + 1;
        double[] joint = new double[height * width];
        double[] ofA = new double[height];
        double[] ofB = new double[width];
        for (int i = 0; i < a.length; i++) {
            joint[a[i] * width + b[i]] += 1.0 / a.length;
            ofA[a[i]] += 1.0 / a.length;
            ofB[b[i]] += 1.0 / a.length;
        }
        double sum = 0;
        for (int i = 0; i < joint.length; i++) {
            if (joint[i] > 0) {
                sum += joint[i] * Math.log(joint[i] / (ofA[i / width] * ofB[i % width]));
            }
        }
        return Math.max(0, sum);
    }

    /** {@return the mean of the gaps of all factors, from 0 to 1} */
    public double value() {
        return Arrays.stream(gaps()).average().orElseThrow();
    }

    /** {@return the gap of each factor, from 0 to 1} */
    public double[] gaps() {
        double[] gaps = new double[entropies.length];
        for (int k = 0; k < gaps.length; k++) {
            double[] row = Matrices.row(information, k);
            Arrays.sort(row);
            gaps[k] = (row[row.length - 1] - row[row.length - 2]) / entropies[k];
        }
        return gaps;
    }

    /**
     * Which latent variable has most of a factor.
     *
     * @param factor its number, from 0
     * @return the number of the latent variable, from 0
     */
    public int best(int factor) {
        return Matrices.descending(Matrices.row(information, factor))[0];
    }

    /** {@return F×K mutual informations of factor and latent variable in nats, a copy} */
    public DMatrixRMaj information() {
        return information.copy();
    }

    /** {@return the entropies of the factors in their bins, nats; a copy} */
    public double[] entropies() {
        return entropies.clone();
    }

    /** {@return the names of the factors} */
    public List<String> names() {
        return names;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "mutual information gap %.3f:", value()));
        double[] gaps = gaps();
        for (int k = 0; k < gaps.length; k++) {
            text.append(String.format(Locale.ROOT, "%s %s %.3f", k == 0 ? "" : ",", names.get(k), gaps[k]));
        }
        return text.toString();
    }
}

package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.fit.Scaling;
import lvm.model.Require;
import lvm.store.ModelData;
import org.ejml.data.FMatrixRMaj;

/**
 * Gaussian units with a variance each: with a logit η of the other layer unit i is N(σᵢ² ηᵢ, σᵢ²). With b/σ² and W/σ² for the b and the W of the
 * published energy, Σᵢ (vᵢ − bᵢ)²/(2σᵢ²) − cᵀh − Σᵢⱼ vᵢ Wᵢⱼ hⱼ/σᵢ², it is −E = bᵀv + cᵀh + vᵀW h − Σᵢ vᵢ²/(2σᵢ²) − Σᵢ σᵢ² bᵢ²/2. The units see
 * standardised columns.
 */
class GaussianLayer extends VisibleLayer {
    private static final String VISIBLE = "visible units";
    private static final String VARIANCES = "variances";
    private static final String SCALING = "scaling";

    private final FMatrixRMaj variances; // live while a machine learns
    private final Scaling scaling;
    private final double logScale;

    /**
     * A layer.
     *
     * @param variances σ² of the units as they see their columns, 1×D; kept
     * @param scaling how they see them
     */
    GaussianLayer(FMatrixRMaj variances, Scaling scaling) {
        this.variances = variances;
        this.scaling = scaling;
        logScale = scaling.isNone() ? 0 : scaling.logScale();
    }

    /** The units of a machine of given parameters. */
    static RbmUnits units(String where, FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c, FMatrixRMaj variances) {
        new RbmUnits(w, b, c, null).checked(where);
        RbmUnits.row(where, "variances", variances, w.numRows);
        FMatrixRMaj natural = w.copy();
        FMatrixRMaj bias = b.copy();
        for (int i = 0; i < w.numRows; i++) {
            float variance = variances.data[i];
            Require.positive(where, "the variance of column " + i, variance);
            bias.data[i] /= variance;
            for (int k = i * w.numCols; k < (i + 1) * w.numCols; k++) {
                natural.data[k] /= variance;
            }
        }
        return new RbmUnits(natural, bias, c.copy(), new GaussianLayer(variances.copy(), Scaling.none()));
    }

    /** As the units see their columns; live. */
    FMatrixRMaj variances() {
        return variances;
    }

    /** In the units of the data. */
    FMatrixRMaj publishedVariances() {
        FMatrixRMaj published = variances.copy();
        for (int i = 0; i < published.numCols; i++) {
            published.data[i] = (float) (published.data[i] * scaling.scale(i) * scaling.scale(i));
        }
        return published;
    }

    // --- between the units of the data and those of the layer

    @Override
    void require(String where, FMatrixRMaj v) {
        Require.finiteRows(where, "x", v, variances.numCols);
    }

    @Override
    void requireStates(String where, FMatrixRMaj v) {
        require(where, v);
    }

    @Override
    void requireBits(String where, FMatrixRMaj v) {
        throw new IllegalArgumentException(where + ": is defined for binary units, and the visible units are Gaussian;"
                + " for these RbmLearning.scoreMatching() needs no partition function");
    }

    @Override
    Scaling scaling() {
        return scaling;
    }

    @Override
    RbmUnits published(RbmUnits units) {
        int h = units.hidden();
        FMatrixRMaj w = filters(units);
        FMatrixRMaj b = units.b().copy();
        double[] c = LayerSums.doubles(units.c()).data;
        for (int i = 0; i < b.numCols; i++) {
            double s = scaling.scale(i);
            b.data[i] = (float) (scaling.shift(i) + s * variances.data[i] * b.data[i]);
            for (int j = 0; j < h; j++) {
                c[j] -= scaling.shift(i) * (units.w().data[i * h + j] / s);
                w.data[i * h + j] = (float) (s * variances.data[i] * units.w().data[i * h + j]);
            }
        }
        FMatrixRMaj shifted = new FMatrixRMaj(1, h);
        for (int j = 0; j < h; j++) {
            shifted.data[j] = (float) c[j];
        }
        return new RbmUnits(w, b, shifted, this);
    }

    @Override
    FMatrixRMaj filters(RbmUnits units) {
        FMatrixRMaj w = units.w().copy();
        for (int k = 0; k < w.getNumElements(); k++) {
            w.data[k] = (float) (w.data[k] / scaling.scale(k / w.numCols));
        }
        return w;
    }

    @Override
    float precision(int i) {
        return 1 / variances.data[i];
    }

    // --- the distribution given logits

    @Override
    void means(FMatrixRMaj x) {
        for (int k = 0; k < x.getNumElements(); k++) {
            x.data[k] *= variances.data[k % x.numCols];
        }
    }

    @Override
    void draw(FMatrixRMaj x, RandomGenerator rng) {
        for (int k = 0; k < x.getNumElements(); k++) {
            x.data[k] += (float) (Math.sqrt(variances.data[k % x.numCols]) * rng.nextGaussian());
        }
    }

    @Override
    void means(double[] x, int at) {
        for (int i = 0; i < variances.numCols; i++) {
            x[at + i] *= variances.data[i];
        }
    }

    @Override
    void draw(double[] means, FMatrixRMaj x, int row, RandomGenerator rng) {
        for (int i = 0; i < variances.numCols; i++) {
            double drawn = means[i] + Math.sqrt(variances.data[i]) * rng.nextGaussian();
            x.data[row * x.numCols + i] = (float) drawn;
        }
    }

    /** Of each unit ½ σ² η² + ½ log(2πσ²); the integral is over the data in their own units. */
    @Override
    double logSum(double[] logits, int at) {
        double sum = logScale;
        for (int i = 0; i < variances.numCols; i++) {
            double variance = variances.data[i];
            sum += .5 * (variance * logits[at + i] * logits[at + i] + Math.log(2 * Math.PI * variance));
        }
        return sum;
    }

    @Override
    double logSum(float[] logits, int at) {
        double sum = logScale;
        for (int i = 0; i < variances.numCols; i++) {
            double variance = variances.data[i];
            double logit = logits[at + i];
            sum += .5 * (variance * logit * logit + Math.log(2 * Math.PI * variance));
        }
        return sum;
    }

    @Override
    double square(float[] v, int at) {
        double sum = 0;
        for (int i = 0; i < variances.numCols; i++) {
            sum += (double) v[at + i] * v[at + i] / variances.data[i];
        }
        return sum / 2;
    }

    @Override
    double offset(FMatrixRMaj bias) {
        double sum = 0;
        for (int i = 0; i < variances.numCols; i++) {
            sum += (double) bias.data[i] * bias.data[i] * variances.data[i];
        }
        return sum / 2;
    }

    @Override
    VisibleLayer between(VisibleLayer base, double beta) {
        FMatrixRMaj from = ((GaussianLayer) base).variances;
        FMatrixRMaj mixed = variances.copy();
        for (int i = 0; i < mixed.numCols; i++) {
            mixed.data[i] = (float) (1 / ((1 - beta) / from.data[i] + beta / variances.data[i]));
        }
        return new GaussianLayer(mixed, scaling);
    }

    @Override
    VisibleLayer at(double temperature) {
        FMatrixRMaj warm = variances.copy();
        for (int i = 0; i < warm.numCols; i++) {
            warm.data[i] = (float) (warm.data[i] * temperature);
            Require.positive("Rbm.withTemperature", "a variance times " + temperature, warm.data[i]);
        }
        return new GaussianLayer(warm, scaling);
    }

    @Override
    VisibleLayer copy() {
        return new GaussianLayer(variances.copy(), scaling);
    }

    // --- learning

    @Override
    FMatrixRMaj squares() {
        return new FMatrixRMaj(1, variances.numCols);
    }

    @Override
    void addSquares(FMatrixRMaj v, float scale, FMatrixRMaj squares) {
        for (int k = 0; k < v.getNumElements(); k++) {
            squares.data[k % v.numCols] += scale * v.data[k] * v.data[k];
        }
    }

    @Override
    void addMeanSquares(FMatrixRMaj means, float scale, FMatrixRMaj squares) {
        addSquares(means, scale, squares);
        for (int i = 0; i < variances.numCols; i++) {
            squares.data[i] += scale * means.numRows * variances.data[i];
        }
    }

    @Override
    void addSquares(double p, double[] means, int at, double[] squares) {
        for (int i = 0; i < squares.length; i++) {
            squares[i] += p * (means[at + i] * means[at + i] + variances.data[i]);
        }
    }

    @Override
    Monitor monitor(RbmUnits machine) {
        return new ScoreMatching(machine);
    }

    // --- base rates: means and variances

    @Override
    Base base(FMatrixRMaj rates) {
        int d = rates.numCols;
        FMatrixRMaj bias = new FMatrixRMaj(1, d);
        FMatrixRMaj spread = new FMatrixRMaj(1, d);
        for (int i = 0; i < d; i++) {
            spread.data[i] = rates.data[d + i];
            bias.data[i] = rates.data[i] / rates.data[d + i];
        }
        return new Base(new GaussianLayer(spread, scaling), bias);
    }

    /** Where no rates are known the units are drawn without the hidden ones and their biases. */
    @Override
    FMatrixRMaj draws(int n, FMatrixRMaj rates, RandomGenerator rng) {
        FMatrixRMaj v = new FMatrixRMaj(n, variances.numCols);
        if (rates == null) {
            draw(v, rng);
            return v;
        }
        Base base = base(rates);
        fill(v, rates);
        base.layer().draw(v, rng);
        return v;
    }

    /** Means and variances of rows as they are seen, 2×D; of a column that is the same in every row the variance of its unit. */
    @Override
    FMatrixRMaj rates(String where, Dataset data, String bitsOnly) {
        int d = variances.numCols;
        if (data.dim() != d) {
            throw new IllegalArgumentException(where + ": x has " + data.dim() + " columns, expected " + d);
        }
        double[] mean = new double[d];
        double[] squares = new double[d];
        int[] seen = {0};
        parts(where, scaling.of(data), (rows, part) -> {
            require(rows, part);
            for (int k = 0; k < part.getNumElements(); k++) {
                int i = k % d;
                double change = part.data[k] - mean[i];
                mean[i] += change / (seen[0] + k / d + 1);
                squares[i] += change * (part.data[k] - mean[i]);
            }
            seen[0] += part.numRows;
        });
        FMatrixRMaj rates = new FMatrixRMaj(2, d);
        for (int i = 0; i < d; i++) {
            rates.data[i] = (float) mean[i];
            rates.data[d + i] = squares[i] > 0 ? (float) (squares[i] / seen[0]) : variances.data[i];
        }
        return rates;
    }

    @Override
    FMatrixRMaj requireRates(String where, FMatrixRMaj rates) {
        int d = variances.numCols;
        Require.finiteRows(where, "rates", rates, d);
        requireRows(where, rates, 2);
        FMatrixRMaj seen = rates.copy();
        for (int i = 0; i < d; i++) {
            double s = scaling.scale(i);
            Require.positive(where, "the variance of column " + i + ", in the second row of rates,", rates.data[d + i]);
            seen.data[i] = (float) ((rates.data[i] - scaling.shift(i)) / s);
            seen.data[d + i] = (float) (rates.data[d + i] / s / s);
        }
        return seen;
    }

    @Override
    FMatrixRMaj ratesBack(FMatrixRMaj rates) {
        int d = variances.numCols;
        FMatrixRMaj back = rates.copy();
        for (int i = 0; i < d; i++) {
            double s = scaling.scale(i);
            back.data[i] = (float) (rates.data[i] * s + scaling.shift(i));
            back.data[d + i] = (float) (rates.data[d + i] * s * s);
        }
        return back;
    }

    @Override
    void store(ModelData data) {
        data.put(VISIBLE, VisibleUnits.GAUSSIAN).put(VARIANCES, variances);
        scaling.store(data, SCALING);
    }

    /** Null where a file is of other units. */
    static GaussianLayer read(ModelData data) {
        return data.has(VISIBLE) ? new GaussianLayer(data.floats(VARIANCES), Scaling.read(data, SCALING)) : null;
    }
}

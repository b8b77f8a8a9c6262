package lvm.boltzmann;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Parameters of a machine of real-valued rows whose hidden units are independent given x, and what is computed of them: the free energy F(x) with its
 * slopes by x and by the parameters, h given x, and, where it is Gaussian, x given h. Parameters are learnt and stored in floats, everything else is done in
 * doubles with copies that {@link #refresh} takes.
 */
abstract class RealUnits {
    final int visible;
    private final List<Param> params;
    private final List<DMatrixRMaj> values = new ArrayList<>();
    private final List<DMatrixRMaj> slopes = new ArrayList<>();

    RealUnits(int visible, List<Param> params) {
        this.visible = visible;
        this.params = List.copyOf(params);
        for (Param p : params) {
            values.add(new DMatrixRMaj(p.value().numRows, p.value().numCols));
            slopes.add(new DMatrixRMaj(p.value().numRows, p.value().numCols));
        }
    }

    final List<Param> params() {
        return params;
    }

    /** A parameter in floats; live. */
    final FMatrixRMaj floats(int parameter) {
        return params.get(parameter).value();
    }

    final DMatrixRMaj value(int parameter) {
        return values.get(parameter);
    }

    final DMatrixRMaj slope(int parameter) {
        return slopes.get(parameter);
    }

    /** Takes over parameters that have moved. */
    final void refresh() {
        for (int p = 0; p < values.size(); p++) {
            float[] from = floats(p).data;
            double[] to = values.get(p).data;
            for (int k = 0; k < to.length; k++) {
                to[k] = from[k];
            }
        }
        derive();
    }

    /** Computes what follows from the parameters. */
    void derive() {}

    final boolean finite() {
        for (Param p : params) {
            for (int k = 0; k < p.value().getNumElements(); k++) {
                if (!Float.isFinite(p.value().data[k])) {
                    return false;
                }
            }
        }
        return true;
    }

    final void clearSlopes() {
        slopes.forEach(DMatrixRMaj::zero);
    }

    /** Puts the slopes into the gradients of the parameters. */
    final void toGradients() {
        for (int p = 0; p < slopes.size(); p++) {
            double[] from = slopes.get(p).data;
            float[] to = params.get(p).gradient().data;
            for (int k = 0; k < from.length; k++) {
                to[k] = (float) from[k];
            }
        }
    }

    /** The same numbers once more. */
    abstract RealUnits copy();

    static Param copy(Param from) {
        return new Param(from.name(), from.value().copy());
    }

    /** What a step of an optimiser must not leave as it is. */
    void project() {}

    abstract int hidden();

    /** How many of the hidden units, the first ones, are in no covariance. */
    abstract int meanUnits();

    /** Whether all hidden units are bits. */
    abstract boolean bits();

    /** Whether p(x | h) is Gaussian; where it is not, what asks for it is refused. */
    boolean gaussianGivenHidden() {
        return true;
    }

    // --- x

    /**
     * The free energy of rows.
     *
     * @param f n numbers. Written
     * @param gradient n×D. Written: ∂F/∂x; null for none
     */
    abstract void freeEnergy(DMatrixRMaj x, double[] f, DMatrixRMaj gradient);

    /**
     * Adds Σₙ wₙ ∂F(xₙ)/∂θ to the slopes.
     *
     * @param weights of the rows; null for the same for all
     * @param scale of all of them
     */
    abstract void addSlopes(DMatrixRMaj x, double[] weights, double scale);

    // --- h given x

    abstract void means(DMatrixRMaj x, DMatrixRMaj h);

    abstract void draw(DMatrixRMaj x, DMatrixRMaj h, RandomGenerator rng);

    // --- x given h: −E(x, h) = bias(h) + linear(h)ᵀ x − ½ xᵀ P(h) x

    abstract void precision(double[] h, DMatrixRMaj p);

    abstract void linear(double[] h, double[] b);

    abstract double bias(double[] h);

    /** E(x, h). */
    double energy(double[] x, double[] h) {
        double[] b = new double[visible];
        DMatrixRMaj p = new DMatrixRMaj(visible, visible);
        linear(h, b);
        precision(h, p);
        double e = -bias(h);
        for (int i = 0; i < visible; i++) {
            e -= b[i] * x[i];
            for (int k = 0; k < visible; k++) {
                e += x[i] * p.data[i * visible + k] * x[k] / 2;
            }
        }
        return e;
    }

    /** Adds p E[∂E(x, h)/∂θ] to the slopes, for a state h that x has the mean and the second moments E[x xᵀ] of. */
    abstract void addJoint(double p, double[] h, double[] mean, DMatrixRMaj second);

    /** Draws x given h; as long as it takes a Cholesky factor for each row, unless there is a quicker way. */
    void drawVisible(DMatrixRMaj h, DMatrixRMaj x, Precision work, RandomGenerator rng) {
        double[] state = new double[h.numCols];
        double[] b = new double[visible];
        for (int i = 0; i < h.numRows; i++) {
            System.arraycopy(h.data, i * h.numCols, state, 0, state.length);
            precision(state, work.matrix());
            work.decompose();
            linear(state, b);
            work.solve(b);
            work.draw(b, x.data, i * visible, rng);
        }
    }

    static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    static FMatrixRMaj random(int rows, int columns, double deviation, RandomGenerator rng) {
        FMatrixRMaj m = new FMatrixRMaj(rows, columns);
        Fill.normal(0, (float) deviation, m, rng);
        return m;
    }

    static FMatrixRMaj filled(int rows, int columns, double value) {
        FMatrixRMaj m = new FMatrixRMaj(rows, columns);
        m.fill((float) value);
        return m;
    }
}

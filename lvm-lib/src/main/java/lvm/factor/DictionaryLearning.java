package lvm.factor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.fit.Batch;
import lvm.fit.Parameters;
import lvm.fit.TrainStep;
import lvm.linalg.Products;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/** The steps of {@link SparseCoding} on minibatches: the codes for a dictionary, then the dictionary for the codes. */
final class DictionaryLearning implements TrainStep, Parameters {
    /** Rounds of the dictionary update on all rows at once; one is enough for a minibatch. */
    private static final int ROUNDS = 10;

    /**
     * The minibatch t has a weight about proportional to t to this power less one: the last twentieth counts. A longer
     * memory holds the dictionary near its start.
     */
    private static final double FORGETTING = 20;

    /** The cosine of atoms of the start that would do the same work. */
    private static final double ALIKE = 0.99;

    private final int n;
    private final int d;
    private final int k;
    private final double lambda;
    private final double beta;

    /** Wᵀ, K×D. */
    final DMatrixRMaj atoms;

    /** The forgetting means of h hᵀ and of h xᵀ. */
    private final DMatrixRMaj codes;

    private final DMatrixRMaj products;

    /** How often each atom was in use in this epoch. */
    private final DMatrixRMaj used;

    private double steps;
    private double rows;
    private double loss;
    private double squaredError;
    private double active;

    /**
     * The start.
     *
     * @param centred n×D rows around their mean; kept and not modified
     * @param components K
     * @param lambda λ
     * @param beta β
     * @param seed the seed of the start
     */
    DictionaryLearning(DMatrixRMaj centred, int components, double lambda, double beta, long seed) {
        this.k = components;
        this.lambda = lambda;
        this.beta = beta;
        n = centred.numRows;
        d = centred.numCols;
        atoms = new DMatrixRMaj(k, d);
        codes = new DMatrixRMaj(k, k);
        products = new DMatrixRMaj(k, d);
        used = new DMatrixRMaj(1, k);
        start(centred, new SplittableRandom(Seeds.split(seed, "dictionary")));
    }

    /** Rows of different directions at random; where they are too few, random directions. */
    private void start(DMatrixRMaj centred, SplittableRandom rng) {
        int found = 0;
        for (int row : Fill.permutation(n, rng)) {
            if (found == k) {
                return;
            }
            System.arraycopy(centred.data, row * d, atoms.data, found * d, d);
            if (normalise(found) && isNew(found)) {
                found++;
            }
        }
        while (found < k) {
            for (int j = 0; j < d; j++) {
                atoms.set(found, j, rng.nextGaussian());
            }
            if (normalise(found)) {
                found++;
            }
        }
    }

    private boolean isNew(int atom) {
        for (int other = 0; other < atom; other++) {
            double cos = 0;
            for (int j = 0; j < d; j++) {
                cos += atoms.data[atom * d + j] * atoms.data[other * d + j];
            }
            if (Math.abs(cos) > ALIKE) {
                return false;
            }
        }
        return true;
    }

    private boolean normalise(int atom) {
        double norm = Math.sqrt(SparseCoding.squareSum(atoms, atom));
        if (!(norm > Double.MIN_NORMAL)) {
            return false;
        }
        for (int j = atom * d; j < (atom + 1) * d; j++) {
            atoms.data[j] /= norm;
        }
        return true;
    }

    /** Whether a minibatch was learnt from. */
    boolean begun() {
        return steps > 0;
    }

    double[] means() {
        return new double[] {loss / rows, squaredError / rows, active / rows};
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        DMatrixRMaj x = batch.doubles();
        int m = x.numRows;
        DMatrixRMaj h = new DMatrixRMaj(m, k);
        new Lasso(atoms, lambda / (2 * beta)).solve(x, SparseCoding.TOLERANCE, SparseCoding.BUDGET, h);
        if (rows == n) {
            rows = loss = squaredError = active = 0;
            used.zero();
        }
        DMatrixRMaj rest = x.copy();
        Products.gemm(false, false, -1, h, atoms, 1, rest);
        double sum = 0;
        for (int i = 0; i < m; i++) {
            double square = SparseCoding.squareSum(rest, i);
            squaredError += square;
            sum += lambda * SparseCoding.absoluteSum(h, i) + beta * square;
            for (int j = 0; j < k; j++) {
                if (h.data[i * k + j] != 0) {
                    active++;
                    used.data[j]++;
                }
            }
        }
        loss += sum;
        rows += m;
        steps++;
        // All rows at once need no memory.
        boolean whole = m == n;
        double rate = whole ? 1 : Math.min(1, FORGETTING / (steps + FORGETTING - 1));
        Products.gemm(true, false, rate / m, h, h, 1 - rate, codes);
        Products.gemm(true, false, rate / m, h, x, 1 - rate, products);
        for (int round = 0; round < (whole ? ROUNDS : 1); round++) {
            for (int j = 0; j < k; j++) {
                improve(j);
            }
        }
        if (rows == n) {
            replaceUnused(x, rest);
        }
        return -sum / m;
    }

    /**
     * The best atom j for given others among those of length 1: along Σ h_j (x − Σ_{l≠j} w_l h_l).
     */
    private void improve(int j) {
        if (codes.get(j, j) <= 0) {
            return; // not in use
        }
        double[] direction = Arrays.copyOfRange(products.data, j * d, (j + 1) * d);
        for (int l = 0; l < k; l++) {
            double a = codes.data[j * k + l];
            if (l != j && a != 0) {
                for (int i = 0; i < d; i++) {
                    direction[i] -= a * atoms.data[l * d + i];
                }
            }
        }
        double square = 0;
        for (double value : direction) {
            square += value * value;
        }
        double norm = Math.sqrt(square);
        if (norm > Double.MIN_NORMAL) {
            for (int i = 0; i < d; i++) {
                atoms.data[j * d + i] = direction[i] / norm;
            }
        }
    }

    /** An atom that no row of the epoch used becomes the row of this minibatch that is coded worst, one for each. */
    private void replaceUnused(DMatrixRMaj x, DMatrixRMaj rest) {
        double[] errors = new double[x.numRows];
        Arrays.setAll(errors, i -> SparseCoding.squareSum(rest, i));
        for (int j = 0; j < k; j++) {
            if (used.data[j] > 0) {
                continue;
            }
            int worst = 0;
            for (int i = 1; i < errors.length; i++) {
                worst = errors[i] > errors[worst] ? i : worst;
            }
            if (!(errors[worst] > 0)) {
                return;
            }
            errors[worst] = 0;
            System.arraycopy(x.data, worst * d, atoms.data, j * d, d);
            normalise(j);
            for (int l = 0; l < k; l++) {
                codes.set(j, l, 0);
                codes.set(l, j, 0);
            }
            Arrays.fill(products.data, j * d, (j + 1) * d, 0);
        }
    }

    @Override
    public Map<String, Matrix> values() {
        return Map.of("atoms", atoms);
    }

    @Override
    public Map<String, Matrix> state() {
        Map<String, Matrix> state = new LinkedHashMap<>();
        state.put("codes", codes);
        state.put("products", products);
        state.put("used", used);
        return state;
    }

    @Override
    public Map<String, Double> scalars() {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("steps", steps);
        scalars.put("rows", rows);
        scalars.put("loss", loss);
        scalars.put("squaredError", squaredError);
        scalars.put("active", active);
        return scalars;
    }

    @Override
    public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
        Parameters.copy(state, state());
        steps = scalars.get("steps");
        rows = scalars.get("rows");
        loss = scalars.get("loss");
        squaredError = scalars.get("squaredError");
        active = scalars.get("active");
    }
}

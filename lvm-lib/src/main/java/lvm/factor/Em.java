package lvm.factor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.fit.Batch;
import lvm.fit.ConvergentFitBuilder;
import lvm.linalg.SymmetricEigen;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The steps of EM for a {@link LinearGaussian}. Between two steps θ and what the E-step found under it belong together. Where
 * noise goes to its floor EM creeps: after {@link #PATIENCE} iterations each is two steps of EM, a leap of R. Varadhan and
 * C. Roland (2008, Simple and globally convergent methods for accelerating the convergence of any EM algorithm, SqS3) and a
 * step of EM from there. Leaps are shortened until they raise the likelihood, or taken back.
 */
final class Em implements ConvergentFitBuilder.Iteration {
    private static final List<String> COLUMNS = List.of("logLikelihood", "noiseVariance");

    /** What is asked of ψ; given the mean squared residuals of the columns it makes them the constrained maximum. */
    interface Noise {
        /**
         * Sets ψ.
         *
         * @param noise the mean squared residual of every column. Modified: ψ
         * @param expected tells how many entries each column has
         */
        void constrain(double[] noise, Rows.Expected expected);
    }

    /** The iterations of plain EM; most fits have converged before. */
    static final int PATIENCE = 1000;

    private static final int SHORTER = 6;

    private final Rows rows;
    private final Noise constraint;
    /** Whether W is the maximum of the likelihood at the old ψ (ECME) or that of the bound (EM). */
    private final boolean ofTheLikelihood;

    private final double tolerance;
    private LinearGaussian theta;
    private Rows.Expected expected;
    private double before;
    private long iterations;

    Em(Rows rows, Noise constraint, boolean ofTheLikelihood, double tolerance, LinearGaussian start) {
        this.rows = rows;
        this.constraint = constraint;
        this.ofTheLikelihood = ofTheLikelihood;
        this.tolerance = tolerance;
        this.theta = start;
        this.expected = rows.eStep(start);
        this.before = Double.NEGATIVE_INFINITY;
    }

    /** Where the fit stands, in the coordinates of the data. */
    LinearGaussian model() {
        return theta.shifted(rows.centre);
    }

    double logLikelihood() {
        return expected.logLikelihood();
    }

    private double meanNoise() {
        double sum = 0;
        for (double value : theta.noise) {
            sum += value;
        }
        return sum / theta.d;
    }

    @Override
    public List<String> columns() {
        return COLUMNS;
    }

    @Override
    public double[] row() {
        return new double[] {logLikelihood(), meanNoise()};
    }

    @Override
    public boolean converged() {
        return tolerance > 0 && (logLikelihood() - before) / rows.n < tolerance;
    }

    @Override
    public double quality() {
        return logLikelihood();
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        double start = logLikelihood();
        iterations++;
        if (iterations <= PATIENCE) {
            maximise();
        } else {
            leap();
        }
        before = start;
        return logLikelihood() / rows.n;
    }

    private void maximise() {
        DMatrixRMaj w = new DMatrixRMaj(theta.d, theta.k);
        double[] mean = new double[theta.d];
        double[] noise = new double[theta.d];
        if (ofTheLikelihood) {
            w = weights(rows.covariance(), theta.noise, theta.k, 0);
            for (int j = 0; j < theta.d; j++) {
                noise[j] = rows.variances[j];
                for (int a = j * theta.k; a < (j + 1) * theta.k; a++) {
                    noise[j] -= w.data[a] * w.data[a];
                }
            }
        } else {
            expected.maximise(w, mean, noise);
        }
        constraint.constrain(noise, expected);
        take(new LinearGaussian(w, mean, noise));
    }

    private void take(LinearGaussian next) {
        Rows.Expected under = rows.eStep(next);
        theta = next;
        expected = under;
    }

    /** From θ₀ over θ₁ and θ₂ to θ₀ − 2 a r + a² v with r = θ₁ − θ₀, v = θ₂ − 2θ₁ + θ₀ and at first a = −|r|/|v|. */
    private void leap() {
        LinearGaussian start = theta;
        double[] zero = coordinates();
        maximise();
        double[] one = coordinates();
        maximise();
        double[] two = coordinates();
        double first = 0;
        double second = 0;
        for (int i = 0; i < zero.length; i++) {
            double r = one[i] - zero[i];
            double v = two[i] - one[i] - r;
            first += r * r;
            second += v * v;
        }
        LinearGaussian sure = theta;
        Rows.Expected under = expected;
        double a = -Math.sqrt(first / second);
        for (int shorter = 0; shorter < SHORTER && a < -1 && Double.isFinite(a); shorter++) {
            double[] there = zero.clone();
            for (int i = 0; i < zero.length; i++) {
                double r = one[i] - zero[i];
                there[i] += -2 * a * r + a * a * (two[i] - one[i] - r);
            }
            try {
                take(of(there, start.d, start.k));
                maximise(); // W and ψ must fit each other
                if (logLikelihood() > under.logLikelihood()) {
                    return;
                }
            } catch (ArithmeticException | IllegalArgumentException e) {
                // So far that W or ψ left the range of doubles.
            }
            theta = sure;
            expected = under;
            a = (a - 1) / 2;
        }
    }

    /** W, b and log ψ, with the columns in units of their standard deviations. */
    private double[] coordinates() {
        int d = theta.d;
        int k = theta.k;
        double[] all = new double[d * (k + 2)];
        for (int j = 0; j < d; j++) {
            double scale = Math.sqrt(rows.variances[j]);
            for (int a = 0; a < k; a++) {
                all[j * (k + 2) + a] = theta.w.data[j * k + a] / scale;
            }
            all[j * (k + 2) + k] = theta.mean[j] / scale;
            all[j * (k + 2) + k + 1] = Math.log(theta.noise[j] / rows.variances[j]);
        }
        return all;
    }

    private LinearGaussian of(double[] all, int d, int k) {
        DMatrixRMaj w = new DMatrixRMaj(d, k);
        double[] mean = new double[d];
        double[] noise = new double[d];
        for (int j = 0; j < d; j++) {
            double scale = Math.sqrt(rows.variances[j]);
            for (int a = 0; a < k; a++) {
                w.data[j * k + a] = all[j * (k + 2) + a] * scale;
            }
            mean[j] = all[j * (k + 2) + k] * scale;
            noise[j] = Math.exp(all[j * (k + 2) + k + 1]) * rows.variances[j];
        }
        constraint.constrain(noise, expected);
        return new LinearGaussian(w, mean, noise);
    }

    /**
     * The W that maximises the likelihood at given ψ: ψ^½U(Λ − I)^½ with the leading eigenvalues and eigenvectors of
     * ψ^−½Sψ^−½.
     *
     * @param least the least value of an element of Λ − I
     */
    static DMatrixRMaj weights(DMatrixRMaj s, double[] noise, int k, double least) {
        int d = noise.length;
        double[] scale = new double[d];
        for (int j = 0; j < d; j++) {
            scale[j] = Math.sqrt(noise[j]);
        }
        DMatrixRMaj scaled = new DMatrixRMaj(d, d);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                scaled.data[i * d + j] = s.data[i * d + j] / (scale[i] * scale[j]);
            }
        }
        SymmetricEigen eigen = SymmetricEigen.largest(scaled, k);
        double[] lambda = eigen.values();
        DMatrixRMaj w = eigen.vectors();
        for (int i = 0; i < d; i++) {
            for (int a = 0; a < k; a++) {
                w.data[i * k + a] *= scale[i] * Math.sqrt(Math.max(lambda[a] - 1, least));
            }
        }
        return w;
    }

    // --- checkpoints

    @Override
    public Map<String, Matrix> values() {
        Map<String, Matrix> values = new LinkedHashMap<>();
        values.put("weights", theta.w);
        values.put("mean", new DMatrixRMaj(1, theta.d, true, theta.mean));
        values.put("noise", new DMatrixRMaj(1, theta.d, true, theta.noise));
        return values;
    }

    @Override
    public Map<String, Double> scalars() {
        return Map.of("iterations", (double) iterations);
    }

    @Override
    public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
        iterations = scalars.getOrDefault("iterations", 0.0).longValue();
    }

    @Override
    public void setValues(Map<String, Matrix> values) {
        LinearGaussian given = new LinearGaussian(
                ((DMatrixRMaj) values.get("weights")).copy(),
                ((DMatrixRMaj) values.get("mean")).data.clone(),
                ((DMatrixRMaj) values.get("noise")).data.clone());
        expected = rows.eStep(given);
        theta = given;
    }
}

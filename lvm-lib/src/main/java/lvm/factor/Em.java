package lvm.factor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.fit.Batch;
import lvm.fit.Parameters;
import lvm.fit.TrainStep;
import lvm.linalg.SymmetricEigen;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/** The steps of EM for a {@link LinearGaussian}. Between two steps θ and what the E-step found under it belong together. */
final class Em implements TrainStep, Parameters {

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

    private final Rows rows;
    private final Noise constraint;
    /** Whether W is the maximum of the likelihood at the old ψ (ECME) or that of the bound (EM). */
    private final boolean ofTheLikelihood;

    private LinearGaussian theta;
    private Rows.Expected expected;
    private double before;

    Em(Rows rows, Noise constraint, boolean ofTheLikelihood, LinearGaussian start) {
        this.rows = rows;
        this.constraint = constraint;
        this.ofTheLikelihood = ofTheLikelihood;
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

    double meanNoise() {
        double sum = 0;
        for (double value : theta.noise) {
            sum += value;
        }
        return sum / theta.d;
    }

    /** What the last step added to the log-likelihood, per row. */
    double gain() {
        return (logLikelihood() - before) / rows.n;
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
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
        LinearGaussian next = new LinearGaussian(w, mean, noise);
        Rows.Expected under = rows.eStep(next);
        before = logLikelihood();
        theta = next;
        expected = under;
        return logLikelihood() / rows.n;
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
    public void setValues(Map<String, Matrix> values) {
        LinearGaussian given = new LinearGaussian(
                ((DMatrixRMaj) values.get("weights")).copy(),
                ((DMatrixRMaj) values.get("mean")).data.clone(),
                ((DMatrixRMaj) values.get("noise")).data.clone());
        expected = rows.eStep(given);
        theta = given;
    }
}

package lvm.mixture;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.fit.Batch;
import lvm.fit.ConvergentFitBuilder;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/** The steps of EM. Between two steps, θ, its log-likelihood and the responsibilities belong together. */
final class EmSteps implements ConvergentFitBuilder.Iteration {
    private static final String WHERE = "GaussianMixture.fit";
    private static final List<String> COLUMNS = List.of(
            "logLikelihood",
            "logLikelihoodBefore",
            "boundBeforeE",
            "klBeforeE",
            "boundAfterE",
            "klAfterE",
            "boundAfterM",
            "klAfterM");

    private final MixtureStatistics statistics;
    private final MStep mStep;
    private final Covariance covariance;
    private final double tolerance;
    private Gaussians theta;
    private double logLikelihood;
    private double before;
    private double bound;
    private double gap;
    private long iterations;
    private double[] row;

    /** The E-step under the start. */
    EmSteps(MixtureStatistics statistics, MStep mStep, Covariance covariance, double tolerance, Gaussians start) {
        this.statistics = statistics;
        this.mStep = mStep;
        this.covariance = covariance;
        this.tolerance = tolerance;
        begin(start);
    }

    /** Takes parameters and computes the responsibilities under them. */
    private void begin(Gaussians given) {
        theta = given;
        statistics.firstEStep(theta);
        logLikelihood = requireFinite(statistics.logLikelihood, Double.NaN);
        gap = statistics.gapBefore;
        bound = logLikelihood - gap;
    }

    /** The parameters, around the centre of the data. */
    Gaussians theta() {
        return theta;
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        Gaussians next = mStep.maximise(theta, WHERE + ": iteration " + (iterations + 1));
        statistics.eStep(next, mStep.bound);
        iterations++;
        before = logLikelihood;
        logLikelihood = requireFinite(statistics.logLikelihood, before);
        row = new double[] {logLikelihood, before, bound, gap, before, 0, mStep.bound, statistics.gapBefore};
        bound = mStep.bound;
        gap = statistics.gapBefore;
        theta = next;
        return logLikelihood / statistics.n;
    }

    private double requireFinite(double logLikelihood, double before) {
        if (!Double.isFinite(logLikelihood)) {
            throw new IllegalArgumentException(WHERE + ": the log-likelihood is " + logLikelihood + " after iteration "
                    + iterations + (iterations == 0 ? "" : " and was " + before + " before it")
                    + "; scale the columns of x to a moderate range");
        }
        return logLikelihood;
    }

    @Override
    public List<String> columns() {
        return COLUMNS;
    }

    @Override
    public double[] row() {
        return row;
    }

    @Override
    public boolean converged() {
        return tolerance > 0 && logLikelihood - before < tolerance * statistics.n;
    }

    /** L, the total over the rows in nats. */
    @Override
    public double quality() {
        return logLikelihood;
    }

    // --- checkpoints

    @Override
    public Map<String, Matrix> values() {
        return theta.matrices();
    }

    @Override
    public Map<String, Double> scalars() {
        return Map.of("iterations", (double) iterations, "bound", bound, "gap", gap);
    }

    @Override
    public void setValues(Map<String, Matrix> values) {
        begin(Gaussians.of(
                WHERE + ": checkpoint", name -> (DMatrixRMaj) values.get(name), covariance, statistics::poll));
    }

    @Override
    public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
        iterations = scalars.get("iterations").longValue();
        bound = scalars.get("bound");
        gap = scalars.get("gap");
    }
}

package lvm.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.linalg.Logs;
import lvm.linalg.RowOps;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.HasJointDensity;
import lvm.model.LatentGaussians;
import lvm.model.Require;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The log-likelihood of a decoder, log p(x) = log ∫ p(x | z) N(z; 0, I) dz, by annealed importance sampling over z: for each row M chains
 * go from a Gaussian g, the prior or what an encoder says, to the posterior of the row,
 *
 * <p>f_β(z) = g(z)^(1−β) (N(z; 0, I) p(x | z))^β, log p̂(x) = log 1/M Σₘ wₘ,
 *
 * <p>with transitions by Hamiltonian Monte Carlo. p̂ is unbiased for p(x), so that its logarithm is low on average: a lower bound in
 * expectation, which comes near with more steps. How near is told by {@link #simulated}: rows that are drawn from the model come with an exact
 * draw of their posterior, from which chains that run back give an upper bound (R. Grosse, Z. Ghahramani and R. Adams 2015,
 * bidirectional Monte Carlo). The step sizes are found for each β by a run of its own that is thrown away. Y. Wu, Y. Burda, R.
 * Salakhutdinov and R. Grosse (2017), On the quantitative analysis of decoder-based generative models.
 *
 * <pre>{@code
 * var ais = AnnealedLikelihood.of(vae).schedule(AnnealingSchedule.sigmoid(1000)).chains(16);
 * Estimate nats = ImportanceSampling.mean(ais.logLikelihood(test));
 * System.out.println(ais.simulated(100));
 * }</pre>
 *
 * @param <X> the matrix type of the model
 */
public final class AnnealedLikelihood<X extends Matrix> {
    /** The chains of a row where none are given. */
    public static final int DEFAULT_CHAINS = 16;

    /** The steps of a run where no schedule is given. */
    public static final int DEFAULT_STEPS = 1000;

    private static final String WHERE = "AnnealedLikelihood";
    private static final int ROWS = 1600; // chains that move together
    private static final double FIRST_STEP_SIZE = 0.1;

    private final HasJointDensity<X> model;
    private double[] betas = AnnealingSchedule.sigmoid(DEFAULT_STEPS);
    private int chains = DEFAULT_CHAINS;
    private int leapfrogSteps = 10;
    private double acceptance = 0.65;
    private boolean fromPrior;
    private long seed;

    private AnnealedLikelihood(HasJointDensity<X> model) {
        this.model = model;
    }

    /**
     * Starts the settings.
     *
     * @param model p(z) p(x | z)
     * @param <X> the matrix type of the model
     * @return settings: {@value #DEFAULT_STEPS} steps, {@value #DEFAULT_CHAINS} chains a row, 10 leapfrog steps, an acceptance of 0.65, from
     *     what the encoder says where there is one, seed 0
     */
    public static <X extends Matrix> AnnealedLikelihood<X> of(HasJointDensity<X> model) {
        return new AnnealedLikelihood<>(model);
    }

    /**
     * The inverse temperatures.
     *
     * @param inverseTemperatures numbers that rise from 0 to 1, such as those of {@link AnnealingSchedule}; copied
     * @return this
     * @throws IllegalArgumentException if they do not rise from 0 to 1
     */
    public AnnealedLikelihood<X> schedule(double... inverseTemperatures) {
        betas = AnnealingSchedule.require(WHERE + ".schedule", inverseTemperatures);
        return this;
    }

    /**
     * The chains of a row.
     *
     * @param count M, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public AnnealedLikelihood<X> chains(int count) {
        chains = Require.atLeast(WHERE, "chains", 1, count);
        return this;
    }

    /**
     * The steps of a motion.
     *
     * @param count at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public AnnealedLikelihood<X> leapfrogSteps(int count) {
        leapfrogSteps = Require.atLeast(WHERE, "leapfrogSteps", 1, count);
        return this;
    }

    /**
     * The rate of acceptance that the step sizes are chosen for.
     *
     * @param wanted above 0 and below 1
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public AnnealedLikelihood<X> acceptance(double wanted) {
        acceptance = Require.within01(WHERE, "acceptance", wanted);
        return this;
    }

    /**
     * Begins at the prior also where an encoder says something better, which tells apart models without regard to their encoders.
     *
     * @return this
     */
    public AnnealedLikelihood<X> fromPrior() {
        fromPrior = true;
        return this;
    }

    /**
     * The seed.
     *
     * @param number of all that is random, by default 0
     * @return this
     */
    public AnnealedLikelihood<X> seed(long number) {
        seed = number;
        return this;
    }

    /**
     * Log-likelihoods of rows that the model drew, from both sides. On average lower ≤ log p(x) ≤ upper.
     *
     * @param lower log p̂ of each row forwards, nats
     * @param upper the same backwards from exact draws of the posterior, nats
     */
    public record Sandwich(double[] lower, double[] upper) {
        /**
         * Copies both.
         *
         * @param lower of each row, nats
         * @param upper of each row, nats
         */
        public Sandwich {
            lower = lower.clone();
            upper = upper.clone();
        }

        /** {@return log p̂ of each row forwards, a copy} */
        @Override
        public double[] lower() {
            return lower.clone();
        }

        /** {@return log p̂ of each row backwards, a copy} */
        @Override
        public double[] upper() {
            return upper.clone();
        }

        /** {@return the mean of upper − lower over the rows in nats, with its standard error: what annealing may miss, on average} */
        public Estimate gap() {
            double[] gaps = Matrices.minus(upper, lower);
            return new Estimate(Matrices.mean(gaps), gaps.length < 2 ? Double.NaN : Matrices.standardError(gaps));
        }

        @Override
        public String toString() {
            return String.format(
                    java.util.Locale.ROOT,
                    "%d simulated rows: on average above %.2f and below %.2f nats, a gap of %.2f ± %.2f",
                    lower.length,
                    Matrices.mean(lower),
                    Matrices.mean(upper),
                    gap().value(),
                    gap().standardError());
        }
    }

    /**
     * The log-likelihood of each row, a lower bound in expectation.
     *
     * @param x n×D rows of observations; not modified
     * @return n estimates of log p(xᵢ) in nats, with the standard error by the delta method from the weights of the row's chains, which is too
     *     small where few of them carry the weight; NaN of one chain
     * @throws IllegalArgumentException if the model refuses x
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Estimate[] logLikelihood(X x) {
        int n = x.getNumRows();
        Estimate[] estimates = new Estimate[n];
        int block = block();
        for (int from = 0; from < n; from += block) {
            int to = Math.min(n, from + block);
            double[] logWeights = new Block(RowOps.part(x, from, to), Seeds.split(seed, from)).forward();
            for (int i = from; i < to; i++) {
                double[] own = Arrays.copyOfRange(logWeights, (i - from) * chains, (i - from + 1) * chains);
                AnnealedImportanceSampling.Run run = new AnnealedImportanceSampling.Run(0, own, true);
                estimates[i] = new Estimate(run.logZ(), run.standardError());
            }
        }
        return estimates;
    }

    /**
     * The log-likelihood of each row of data, a lower bound in expectation.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n estimates of log p(xᵢ) in nats, see {@link #logLikelihood(Matrix)}
     * @throws IllegalArgumentException if the model refuses the rows
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Estimate[] logLikelihood(Dataset data) {
        return logLikelihood(model.observations(data));
    }

    /**
     * Draws rows from the model and gives their log-likelihoods from both sides.
     *
     * @param rows how many, at least 1
     * @return both
     * @throws IllegalArgumentException if there is none
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Sandwich simulated(int rows) {
        Require.atLeast(WHERE + ".simulated", "rows", 1, rows);
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed, "simulated"));
        X z = model.samplePrior(rows, rng);
        return between(model.sample(z, rng), z);
    }

    /**
     * The log-likelihoods of rows that the model drew, from both sides.
     *
     * @param x n×D rows, xᵢ ~ p(x | zᵢ): other rows have no upper bound by this way; not modified
     * @param z n×K latent variables that they were drawn from, zᵢ ~ N(0, I); not modified
     * @return both
     * @throws IllegalArgumentException if the model refuses x, or z has other numbers of rows or columns
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Sandwich between(X x, X z) {
        int rows = x.getNumRows();
        if (z.getNumRows() != rows || z.getNumCols() != model.latentDim()) {
            throw new IllegalArgumentException(WHERE + ".between: z is " + z.getNumRows() + "×" + z.getNumCols()
                    + ", expected " + rows + "×" + model.latentDim() + ", those that x was drawn from");
        }
        double[] lower = new double[rows];
        double[] upper = new double[rows];
        int size = block();
        for (int from = 0; from < rows; from += size) {
            int to = Math.min(rows, from + size);
            Block block = new Block(RowOps.part(x, from, to), Seeds.split(seed, from));
            double[] up = block.forward();
            double[] down = block.backward(Matrices.doubles(RowOps.part(z, from, to)));
            for (int i = from; i < to; i++) {
                lower[i] = Logs.logMeanExp(up, (i - from) * chains, chains);
                upper[i] = -Logs.logMeanExp(down, (i - from) * chains, chains);
            }
        }
        return new Sandwich(lower, upper);
    }

    private int block() {
        return Math.max(1, ROWS / chains);
    }

    private LatentGaussians guess(X x) {
        return fromPrior ? LatentGaussians.standard(x.getNumRows(), model.latentDim()) : model.posteriorGuess(x);
    }

    private static int[] repeated(int rows, int times) {
        int[] places = new int[rows * times];
        Arrays.setAll(places, i -> i / times);
        return places;
    }

    /** Rows whose chains move together, with the step sizes of a run of one chain a row. */
    private final class Block {
        private final int count;
        private final AnnealedImportanceSampling<DMatrixRMaj> sampling;

        Block(X x, long blockSeed) {
            LatentGaussians base = guess(x);
            double[] stepSizes = new double[betas.length];
            Arrays.fill(stepSizes, FIRST_STEP_SIZE);
            LatentPath pilot =
                    new LatentPath(model.latentLikelihood(x), base, betas, stepSizes, leapfrogSteps, acceptance);
            AnnealedImportanceSampling.over(pilot)
                    .schedule(betas)
                    .chains(x.getNumRows())
                    .seed(Seeds.split(blockSeed, "pilot"))
                    .forward();
            int[] places = repeated(x.getNumRows(), chains);
            count = places.length;
            LatentPath path = new LatentPath(
                    model.latentLikelihood(Matrices.selectRows(x, places)),
                    new LatentGaussians(
                            Matrices.selectRows(base.mean(), places), Matrices.selectRows(base.deviation(), places)),
                    betas,
                    stepSizes,
                    leapfrogSteps,
                    Double.NaN);
            sampling = AnnealedImportanceSampling.over(path)
                    .schedule(betas)
                    .chains(count)
                    .seed(blockSeed);
        }

        double[] forward() {
            return sampling.forward().logWeights();
        }

        double[] backward(DMatrixRMaj z) {
            DMatrixRMaj start = Matrices.selectRows(z, repeated(z.numRows, chains));
            return sampling.backward(start, count).logWeights();
        }
    }
}

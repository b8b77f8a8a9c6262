package lvm.mcmc;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.linalg.Interrupts;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;

/**
 * Hamiltonian Monte Carlo: Markov chains on ℝᴷ that leave a density π(q) ∝ e^−U(q) invariant, by way of its gradient. With a
 * momentum p ~ N(0, I) drawn anew, L leapfrog steps of size ε follow the motion under H(q, p) = U(q) + ½ pᵀp,
 *
 * <p>p ← p − ½ε ∇U(q), q ← q + ε p, p ← p − ½ε ∇U(q),
 *
 * <p>and the end is accepted with probability min(1, e^(H before − H after)). S. Duane, A. D. Kennedy, B. J. Pendleton and
 * D. Roweth (1987); R. M. Neal (2011), MCMC using Hamiltonian dynamics, figure 2.
 *
 * <p>Each row of the state is a chain of its own, of which each may have a density of its own, such as the posterior of one
 * observation; all move together, with one step size. It keeps the chains that it was made with, for {@link #step(RandomGenerator)};
 * as a {@link Transition} it moves the state that it is given. Not thread-safe.
 */
public final class Hmc implements Transition<DMatrixRMaj> {
    /** The rate of acceptance that {@link #adapt} aims at where none is given. */
    public static final double DEFAULT_ACCEPTANCE = 0.9;

    private static final double GAIN = 1;
    private static final double DELAY = 10;

    private final Target target;
    private final int leapfrogSteps;
    private double stepSize;
    private final DMatrixRMaj q;
    private final DMatrixRMaj gradient;
    private final double[] logDensity;
    private final DMatrixRMaj proposal;
    private final DMatrixRMaj proposalGradient;
    private final DMatrixRMaj momentum;
    private final double[] proposalLogDensity;
    private final double[] kinetic;
    private final double[] energyChange;
    private double acceptance = Double.NaN;
    private boolean stale;

    /** The log densities of all chains, each up to a constant; they must not change while the chains move. */
    @FunctionalInterface
    public interface Target {
        /**
         * Evaluates log π and its gradient for every chain.
         *
         * @param q n×K positions, a chain a row; not to be modified
         * @param logDensity log π of each row. Modified: all n values; −∞ where the density is 0
         * @param gradient ∇ log π of each row, n×K. Modified: all values
         */
        void evaluate(DMatrixRMaj q, double[] logDensity, DMatrixRMaj gradient);
    }

    /**
     * Chains at their start.
     *
     * @param target the densities
     * @param start n×K positions, a chain a row, at which the densities are above 0; copied
     * @param leapfrogSteps L, at least 1
     * @param stepSize ε, above 0 and finite
     * @throws IllegalArgumentException if a setting is out of range, or the log density or its gradient at a start is not
     *     finite
     */
    public Hmc(Target target, DMatrixRMaj start, int leapfrogSteps, double stepSize) {
        this.target = target;
        this.leapfrogSteps = Require.atLeast("Hmc", "leapfrogSteps", 1, leapfrogSteps);
        stepSize(stepSize);
        q = start.copy();
        int n = q.numRows;
        gradient = new DMatrixRMaj(n, q.numCols);
        proposal = new DMatrixRMaj(n, q.numCols);
        proposalGradient = new DMatrixRMaj(n, q.numCols);
        momentum = new DMatrixRMaj(n, q.numCols);
        logDensity = new double[n];
        proposalLogDensity = new double[n];
        kinetic = new double[n];
        energyChange = new double[n];
        begin();
    }

    private void begin() {
        stale = false;
        target.evaluate(q, logDensity, gradient);
        for (int i = 0; i < q.numRows; i++) {
            boolean finite = Double.isFinite(logDensity[i]);
            for (int k = 0; k < q.numCols; k++) {
                finite &= Double.isFinite(gradient.get(i, k));
            }
            if (!finite) {
                throw new IllegalArgumentException("Hmc: at the start of chain " + i + " the log density is "
                        + logDensity[i] + " or its gradient is not finite");
            }
        }
    }

    /**
     * Says that the densities have changed, as those of a model that learns do: the next step evaluates them anew where the chains are.
     */
    public void densitiesChanged() {
        stale = true;
    }

    /**
     * One transition of every chain from a given state.
     *
     * @param state n×K positions, as many as at the start. Modified: the new positions
     * @param rng the source of randomness; advanced
     * @return the mean probability of acceptance and the mean of U at the new positions
     * @throws IllegalArgumentException if there are other numbers of chains or columns than at the start, or the log density or
     *     its gradient at the state is not finite
     */
    @Override
    public Info step(DMatrixRMaj state, RandomGenerator rng) {
        if (state.numRows != q.numRows || state.numCols != q.numCols) {
            throw new IllegalArgumentException("Hmc.step: the state is " + state.numRows + "×" + state.numCols
                    + ", expected " + q.numRows + "×" + q.numCols);
        }
        // Where the last step ended, density and gradient are known.
        if (stale || !Arrays.equals(q.data, 0, q.getNumElements(), state.data, 0, q.getNumElements())) {
            q.setTo(state);
            begin();
        }
        double rate = step(rng);
        state.setTo(q);
        double energy = 0;
        for (double value : logDensity) {
            energy -= value / logDensity.length;
        }
        return new Info(rate, energy);
    }

    /**
     * One transition of every chain.
     *
     * @param rng the source of randomness; advanced
     * @return the mean over the chains of the probability of acceptance
     */
    public double step(RandomGenerator rng) {
        if (stale) {
            begin();
        }
        int n = q.numRows;
        int columns = q.numCols;
        for (int i = 0; i < n * columns; i++) {
            momentum.data[i] = rng.nextGaussian();
        }
        proposal.setTo(q);
        proposalGradient.setTo(gradient);
        Arrays.fill(kinetic, 0);
        addKinetic(1);
        leapfrog(proposal, momentum, proposalGradient, proposalLogDensity);
        addKinetic(-1);
        double mean = 0;
        for (int i = 0; i < n; i++) {
            // H before − H after; a motion that ran away is no number and is not accepted
            double down = proposalLogDensity[i] - logDensity[i] + kinetic[i];
            energyChange[i] = -down;
            double probability = MetropolisHastings.probability(down);
            mean += probability / n;
            if (rng.nextDouble() < probability) {
                logDensity[i] = proposalLogDensity[i];
                System.arraycopy(proposal.data, i * columns, q.data, i * columns, columns);
                System.arraycopy(proposalGradient.data, i * columns, gradient.data, i * columns, columns);
            }
        }
        acceptance = mean;
        return mean;
    }

    private void addKinetic(int sign) {
        for (int i = 0; i < momentum.numRows * momentum.numCols; i++) {
            kinetic[i / momentum.numCols] += 0.5 * sign * momentum.data[i] * momentum.data[i];
        }
    }

    /** L steps of the motion, in place; the gradient is that at the positions, before and after. */
    void leapfrog(DMatrixRMaj q, DMatrixRMaj p, DMatrixRMaj gradient, double[] logDensity) {
        int size = q.numRows * q.numCols;
        for (int step = 0; step < leapfrogSteps; step++) {
            for (int i = 0; i < size; i++) {
                p.data[i] += 0.5 * stepSize * gradient.data[i];
                q.data[i] += stepSize * p.data[i];
            }
            target.evaluate(q, logDensity, gradient);
            for (int i = 0; i < size; i++) {
                p.data[i] += 0.5 * stepSize * gradient.data[i];
            }
        }
    }

    /**
     * Transitions with the step size adapted towards a rate of acceptance. First ε is doubled or halved while the rate is far
     * off; then log ε moves after each transition by the difference of the mean probability of acceptance and the wanted one,
     * by less and less (H. Robbins and S. Monro 1951). The density is left invariant only by transitions of a fixed step size:
     * samples are those after this.
     *
     * @param transitions how many, at least 0
     * @param wanted the rate of acceptance, above 0 and below 1
     * @param rng the source of randomness; advanced
     * @return the step size that was found, which stays
     * @throws IllegalArgumentException if an argument is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted, between two transitions
     */
    public double adapt(int transitions, double wanted, RandomGenerator rng) {
        Require.atLeast("Hmc.adapt", "transitions", 0, transitions);
        Require.within01("Hmc.adapt", "wanted", wanted);
        double late = 0;
        int count = 0;
        int fine = 0;
        int coarse = 0; // 1 while ε is doubled, −1 while it is halved, then 0
        for (int t = 0; t < transitions; t++) {
            Interrupts.check("Hmc.adapt");
            double rate = step(rng);
            int way = rate > 0.5 * (1 + wanted) ? 1 : rate < 0.5 * wanted ? -1 : 0;
            coarse = t == 0 ? way : coarse == way ? coarse : 0;
            if (coarse != 0) {
                stepSize *= coarse > 0 ? 2 : 0.5;
            } else {
                stepSize *= Math.exp(GAIN * (rate - wanted) / Math.sqrt(1 + fine++ / DELAY));
            }
            if (2 * t >= transitions) {
                late += Math.log(stepSize);
                count++;
            }
        }
        if (count > 0) {
            stepSize = Math.exp(late / count); // the mean of the second half has less noise than the last one
        }
        return stepSize;
    }

    /**
     * Transitions with a fixed step size.
     *
     * @param transitions how many, at least 0
     * @param rng the source of randomness; advanced
     * @return the mean probability of acceptance over chains and transitions; NaN of none
     * @throws IllegalArgumentException if negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted, between two transitions
     */
    public double run(int transitions, RandomGenerator rng) {
        Require.atLeast("Hmc.run", "transitions", 0, transitions);
        double mean = 0;
        for (int t = 0; t < transitions; t++) {
            Interrupts.check("Hmc.run");
            mean += step(rng);
        }
        return mean / transitions;
    }

    /**
     * Where the chains are.
     *
     * @return a copy of the n×K positions
     */
    public DMatrixRMaj positions() {
        return q.copy();
    }

    /** {@return the log density at the positions, a copy of n values} */
    public double[] logDensity() {
        return logDensity.clone();
    }

    /**
     * H after minus H before of each chain's last motion, whether it was accepted or not: 0 for an exact motion.
     *
     * @return a copy of n values
     */
    public double[] energyChange() {
        return energyChange.clone();
    }

    /** {@return the mean probability of acceptance of the last transition, in [0,1]; NaN before the first} */
    public double acceptance() {
        return acceptance;
    }

    /** {@return the step size ε} */
    public double stepSize() {
        return stepSize;
    }

    /**
     * Sets the step size.
     *
     * @param stepSize ε, above 0 and finite
     * @throws IllegalArgumentException if it is out of range
     */
    public void stepSize(double stepSize) {
        this.stepSize = Require.positive("Hmc", "stepSize", stepSize);
    }
}

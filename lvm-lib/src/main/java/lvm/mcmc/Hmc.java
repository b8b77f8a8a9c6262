package lvm.mcmc;

import java.util.random.RandomGenerator;
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
 * observation; all move together, with one step size. Not thread-safe.
 */
public final class Hmc {
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
    private final double[] energyChange;
    private double acceptance = Double.NaN;

    /** The log densities of all chains, each up to a constant. */
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
        if (leapfrogSteps < 1) {
            throw new IllegalArgumentException("Hmc: " + leapfrogSteps + " leapfrog steps, expected at least 1");
        }
        this.target = target;
        this.leapfrogSteps = leapfrogSteps;
        stepSize(stepSize);
        q = start.copy();
        int n = q.numRows;
        gradient = new DMatrixRMaj(n, q.numCols);
        proposal = new DMatrixRMaj(n, q.numCols);
        proposalGradient = new DMatrixRMaj(n, q.numCols);
        momentum = new DMatrixRMaj(n, q.numCols);
        logDensity = new double[n];
        proposalLogDensity = new double[n];
        energyChange = new double[n];
        target.evaluate(q, logDensity, gradient);
        for (int i = 0; i < n; i++) {
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
     * One transition of every chain.
     *
     * @param rng the source of randomness; advanced
     * @return the mean over the chains of the probability of acceptance
     */
    public double step(RandomGenerator rng) {
        int n = q.numRows;
        int columns = q.numCols;
        for (int i = 0; i < n * columns; i++) {
            momentum.data[i] = rng.nextGaussian();
        }
        proposal.setTo(q);
        proposalGradient.setTo(gradient);
        double[] kinetic = new double[n];
        addKinetic(kinetic, 1);
        leapfrog(proposal, momentum, proposalGradient, proposalLogDensity);
        addKinetic(kinetic, -1);
        double mean = 0;
        for (int i = 0; i < n; i++) {
            // H before − H after; a motion that ran away is no number and is not accepted
            double down = proposalLogDensity[i] - logDensity[i] + kinetic[i];
            energyChange[i] = -down;
            double probability = down >= 0 ? 1 : Math.exp(down);
            if (Double.isNaN(probability)) {
                probability = 0;
            }
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

    private void addKinetic(double[] kinetic, int sign) {
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
     * by less and less (H. Robbins and S. Monro 1951). The density is left
     * invariant only by transitions of a fixed step size: samples are those after this.
     *
     * @param transitions how many, at least 0
     * @param wanted the rate of acceptance, above 0 and below 1
     * @param rng the source of randomness; advanced
     * @return the step size that was found, which stays
     * @throws IllegalArgumentException if an argument is out of range
     */
    public double adapt(int transitions, double wanted, RandomGenerator rng) {
        if (transitions < 0 || !(wanted > 0 && wanted < 1)) {
            throw new IllegalArgumentException("Hmc.adapt: " + transitions + " transitions towards an acceptance of "
                    + wanted + ", expected at least 0 and within (0,1)");
        }
        double late = 0;
        int count = 0;
        int fine = 0;
        int coarse = 0; // 1 while ε is doubled, −1 while it is halved, then 0
        for (int t = 0; t < transitions; t++) {
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
     */
    public double run(int transitions, RandomGenerator rng) {
        if (transitions < 0) {
            throw new IllegalArgumentException("Hmc.run: " + transitions + " transitions, expected at least 0");
        }
        double mean = 0;
        for (int t = 0; t < transitions; t++) {
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

    /**
     * The log density at the positions.
     *
     * @return a copy of n values
     */
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

    /**
     * The mean probability of acceptance of the last transition.
     *
     * @return in [0,1]; NaN before the first
     */
    public double acceptance() {
        return acceptance;
    }

    /**
     * The step size.
     *
     * @return ε
     */
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
        if (!(stepSize > 0 && stepSize < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Hmc: the step size is " + stepSize + ", expected above 0 and finite");
        }
        this.stepSize = stepSize;
    }
}

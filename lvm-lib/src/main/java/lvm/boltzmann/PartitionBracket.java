package lvm.boltzmann;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import lvm.linalg.Interrupts;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealingSchedule;
import lvm.mcmc.Transition;
import lvm.model.LogPartition;
import lvm.model.LogPartition.Kind;
import lvm.model.Require;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * Log Z of a Boltzmann machine from both sides, by annealed importance sampling such as along {@link Rbm#annealing()}: forwards from
 * the base, on average below log Z, and backwards from draws of the machine, on average above it if these are exact.
 *
 * <p>Where a layer has at most {@value EnumeratedRbm#MAX_UNITS} units the draws can be exact, and then both ends are stochastic bounds
 * (Jensen's inequality; R. Grosse et al. 2015). Larger machines have the ends of long tempered chains in their place: what comes of them is an
 * estimate from above and no bound, and it stands beside the same number from chains of twice the length.
 *
 * @param lower from below, a lower bound in expectation
 * @param upper from above, an upper bound in expectation or an estimate
 * @param upperOfLonger the same from chains of twice the length; equal to upper where the draws were exact
 */
public record PartitionBracket(LogPartition lower, LogPartition upper, LogPartition upperOfLonger) {
    private static final double FAR = 1;
    private static final double SHARE = 0.1;

    /**
     * Starts the settings.
     *
     * @param rbm a machine with base rates
     * @return settings: the schedule of Salakhutdinov and Murray, 100 chains, exact draws where a layer has at most 20 units
     * @throws IllegalStateException if the machine has no base rates
     */
    public static Settings of(Rbm rbm) {
        return new Settings(rbm.units(), rbm.base("PartitionBracket"), null, rbm.summedUnits());
    }

    /**
     * Starts the settings for a deep machine, which is annealed as the restricted machine of its layers of even and of odd number: the
     * states are those of odd number, the others are summed out; with visible units that are Gaussian or in groups it is the other way round. The base are
     * independent units with the means of all layers in the mean field of the training data, and the variances of its columns.
     *
     * @param dbm a machine with base rates
     * @return settings as {@link #of(Rbm)}, exact draws where a block of layers has at most 20 units
     * @throws IllegalStateException if the machine has no base rates
     */
    public static Settings of(Dbm dbm) {
        DbmUnits units = dbm.units();
        List<FMatrixRMaj> rates = dbm.knownRates("PartitionBracket");
        boolean odd = units.bits();
        RbmUnits both = units.bipartite(0, odd);
        return new Settings(
                both,
                units.base(odd, rates),
                units.base(!odd, rates).bias(),
                odd ? Math.min(both.visible(), both.hidden()) : both.hidden());
    }

    /** {@return how far the ends are apart, nats; below 0 where noise has them change places} */
    public double width() {
        return upperOfLonger.nats() - lower.nats();
    }

    /** {@return in words, what the numbers are worth} */
    public String verdict() {
        StringBuilder text = new StringBuilder();
        for (LogPartition end : new LogPartition[] {lower, upperOfLonger}) {
            if (end.effectiveDraws() < SHARE * end.draws()) {
                text.append(String.format(
                        Locale.ROOT,
                        "The chains from %s are worth %.1f of %d: their estimate is bad, whatever its standard error. ",
                        end == lower ? "below" : "above",
                        end.effectiveDraws(),
                        end.draws()));
            }
        }
        if (Math.abs(upper.nats() - upperOfLonger.nats()) > FAR) {
            text.append(String.format(
                    Locale.ROOT,
                    "Chains of twice the length change the estimate from above by %.2f nats: they are too short. ",
                    upperOfLonger.nats() - upper.nats()));
        }
        if (Math.abs(width()) > FAR) {
            text.append(
                    String.format(Locale.ROOT, "The ends are %.2f nats apart: log Z is not known to a nat. ", width()));
        }
        if (text.isEmpty()) {
            text.append(String.format(Locale.ROOT, "The ends are %.2f nats apart. ", width()));
        }
        if (upper.kind() != Kind.UPPER_BOUND) {
            text.append("The end above is an estimate and no bound.");
        }
        return text.toString().strip();
    }

    @Override
    public String toString() {
        return "below: " + lower + "\nabove: " + upperOfLonger + "\n" + verdict();
    }

    /** The settings of the runs. */
    public static final class Settings {
        private static final int EXACT_UNITS = 20;

        private final RbmUnits units;
        private final VisibleLayer.Base base;
        private final FMatrixRMaj hiddenBase;
        private double[] betas = AnnealingSchedule.salakhutdinovMurray();
        private int chains = 100;
        private long seed;
        private boolean exactDraws;
        private int temperatures = 20;
        private int steps = 1000;

        private Settings(RbmUnits units, VisibleLayer.Base base, FMatrixRMaj hiddenBase, int summed) {
            this.units = units;
            this.base = base;
            this.hiddenBase = hiddenBase;
            exactDraws = summed <= EXACT_UNITS;
        }

        RbmPath path() {
            return new RbmPath(units, base, hiddenBase);
        }

        /**
         * The inverse temperatures of both directions.
         *
         * @param betas numbers that rise from 0 to 1; by default {@link AnnealingSchedule#salakhutdinovMurray}
         * @return this
         */
        public Settings schedule(double... betas) {
            this.betas = betas.clone();
            return this;
        }

        /**
         * The chains of each direction.
         *
         * @param chains at least 1, by default 100
         * @return this
         * @throws IllegalArgumentException if there is none
         */
        public Settings chains(int chains) {
            this.chains = Require.atLeast("PartitionBracket", "chains", 1, chains);
            return this;
        }

        /**
         * The seed.
         *
         * @param seed of all that is random, by default 0
         * @return this
         */
        public Settings seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Takes the ends of tempered chains for the way back, also where exact draws can be had.
         *
         * @param temperatures at least 2
         * @param steps the steps of the shorter chains, at least 1; the others make twice as many
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         */
        public Settings temperedDraws(int temperatures, int steps) {
            this.temperatures = Require.atLeast("PartitionBracket", "temperatures", 2, temperatures);
            this.steps = Require.atLeast("PartitionBracket", "steps", 1, steps);
            exactDraws = false;
            return this;
        }

        /**
         * Runs both directions.
         *
         * @return log Z from both sides
         * @throws java.util.concurrent.CancellationException if the thread is interrupted
         */
        public PartitionBracket run() {
            LogPartition lower = sampling().forward().logPartition(Kind.LOWER_BOUND, "annealed from the base rates");
            if (exactDraws) {
                FMatrixRMaj draws = new LayerSums(units, (done, total) -> {})
                        .sample(chains, units.visible(), new SplittableRandom(Seeds.split(seed, "exact draws")));
                LogPartition upper = backward(draws, Kind.UPPER_BOUND, "annealed back from exact draws");
                return new PartitionBracket(lower, upper, upper);
            }
            Transition<FMatrixRMaj> tempered = new Tempering(path(), temperatures);
            FMatrixRMaj states =
                    path().base(chains * temperatures, new SplittableRandom(Seeds.split(seed, "tempered draws")));
            run(tempered, states, 0);
            LogPartition upper = backward(last(states), Kind.ESTIMATE, how(steps));
            run(tempered, states, steps);
            LogPartition longer = backward(last(states), Kind.ESTIMATE, how(2 * steps));
            return new PartitionBracket(lower, upper, longer);
        }

        private AnnealedImportanceSampling<FMatrixRMaj> sampling() {
            return AnnealedImportanceSampling.over(path())
                    .schedule(betas)
                    .chains(chains)
                    .seed(seed);
        }

        private LogPartition backward(FMatrixRMaj draws, Kind kind, String how) {
            return sampling().backward(draws, chains).logPartition(kind, how);
        }

        private String how(int length) {
            return "annealed back from the ends of tempered chains of " + length + " steps";
        }

        private void run(Transition<FMatrixRMaj> tempered, FMatrixRMaj states, int from) {
            for (int t = from; t < from + steps; t++) {
                Interrupts.check("PartitionBracket");
                tempered.step(states, new SplittableRandom(Seeds.split(Seeds.split(seed, "tempering"), t)));
            }
        }

        private FMatrixRMaj last(FMatrixRMaj states) {
            FMatrixRMaj v = new FMatrixRMaj(chains, units.visible());
            int n = v.getNumElements();
            System.arraycopy(states.data, states.getNumElements() - n, v.data, 0, n);
            return v;
        }
    }
}

package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * How a deep Boltzmann machine learns. The slope of log p(v) by W between two layers is E[x yᵀ | v] − E[x yᵀ]: the first statistic needs
 * the posterior of the hidden units, the second the machine's own distribution, and neither can be had in closed form.
 */
public final class DbmLearning {
    /** Makes the rule of a fit. */
    @FunctionalInterface
    private interface Maker {
        DbmRule over(DbmUnits units, List<Param> params, MeanField field, List<FMatrixRMaj> rates, RandomGenerator rng);
    }

    private final String text;
    private final boolean means;
    private final Maker maker;

    private DbmLearning(String text, boolean means, Maker maker) {
        this.text = text;
        this.means = means;
        this.maker = maker;
    }

    /**
     * Variational stochastic maximum likelihood: the posterior is the mean field, the statistics of the machine are those of chains that go
     * on from step to step. R. Salakhutdinov and G. E. Hinton (2009), Deep Boltzmann machines; Algorithm 20.1 of I. Goodfellow,
     * Y. Bengio and A. Courville (2016), Deep learning.
     *
     * @param sweeps the sweeps of block Gibbs sampling in a step, at least 1
     * @param chains how many, at least 1
     * @return the rule
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static DbmLearning sml(int sweeps, int chains) {
        Require.atLeast("DbmLearning.sml", "sweeps", 1, sweeps);
        Require.atLeast("DbmLearning.sml", "chains", 1, chains);
        return new DbmLearning(
                "SML-" + sweeps + ", " + chains + " chains",
                true,
                (units, params, field, rates, rng) ->
                        new DbmRule.Chains(units, params, field, sweeps, DbmRule.start(units, rates, chains, rng)));
    }

    /**
     * Variational stochastic maximum likelihood with {@value RbmLearning#DEFAULT_CHAINS} chains, see {@link #sml(int, int)}.
     *
     * @param sweeps the sweeps of block Gibbs sampling in a step, at least 1
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    public static DbmLearning sml(int sweeps) {
        return sml(sweeps, RbmLearning.DEFAULT_CHAINS);
    }

    /**
     * Contrastive divergence: the chains begin at the data, the hidden units drawn from the mean field. It is here to be compared: the
     * posterior can not be drawn from, so that chains of a few sweeps stay near a start that is wrong itself.
     *
     * @param sweeps the sweeps of block Gibbs sampling in a step, at least 1
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    public static DbmLearning cd(int sweeps) {
        Require.atLeast("DbmLearning.cd", "sweeps", 1, sweeps);
        return new DbmLearning(
                "CD-" + sweeps,
                true,
                (units, params, field, rates, rng) -> new DbmRule.Chains(units, params, field, sweeps, null));
    }

    /**
     * The exact slope of the log-likelihood: both statistics by sums over states, in each step. What the history records is log p(v), exact.
     *
     * @return the rule, for machines of which either block of layers has few units
     */
    public static DbmLearning exact() {
        return new DbmLearning(
                "exact", true, (units, params, field, rates, rng) -> new DbmRule.Exact(units, params, field));
    }

    /**
     * Multi-prediction: of each row a random half of the visible units is hidden, and predicted from the rest by updates of the mean field in
     * which they are units as those of the hidden layers; the slope of their log probability goes back through all updates. The machine
     * learns to answer questions about missing inputs ({@link Dbm#complete}), not to be sampled from, and needs neither chains nor
     * pretraining. I. Goodfellow, M. Mirza, A. Courville and Y. Bengio (2013), Multi-prediction deep Boltzmann machines, who hide labels too.
     * For visible units that are bits of their own.
     *
     * @param updates of all layers, at least 1; they take 14
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    public static DbmLearning multiPrediction(int updates) {
        Require.atLeast("DbmLearning.multiPrediction", "updates", 1, updates);
        return new DbmLearning(
                "multi-prediction, " + updates + " updates",
                false,
                (units, params, field, rates, rng) -> new MultiPrediction(units, params, field, updates));
    }

    DbmRule over(DbmUnits units, List<Param> params, MeanField field, List<FMatrixRMaj> rates, RandomGenerator rng) {
        return maker.over(units, params, field, rates, rng);
    }

    /** Whether a step leaves the means of the hidden units for its rows, which centring and sparsity look at. */
    boolean leavesMeans() {
        return means;
    }

    /** Whether the rule is for visible units that are bits of their own. */
    boolean bitsOnly() {
        return !means;
    }

    @Override
    public String toString() {
        return text;
    }
}

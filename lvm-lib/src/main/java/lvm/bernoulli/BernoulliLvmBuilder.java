package lvm.bernoulli;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * Fits a {@link BernoulliLvm} to binary observations by maximum likelihood, or with {@link Learning#MEAN_FIELD} by the bound of
 * a free q for each row. With a network for q, by estimates of the bound's gradient or by wake-sleep, it is the one level of a
 * {@link SigmoidBeliefNet}: {@code SigmoidBeliefNet.builder().latent(K)} and {@link SigmoidBeliefNet#model}.
 *
 * <p>The objective is log p(x), or the bound, in nats per row: in EM that before the M-step of each iteration.
 */
public final class BernoulliLvmBuilder extends NeuralFitBuilder<BernoulliLvmBuilder, BernoulliLvm> {
    /** The way to learn used when none is set. */
    public static final Learning DEFAULT_LEARNING = Learning.EXACT_GRADIENT;

    private static final int SWEEPS = 20;

    private int latent;
    private Learning learning = DEFAULT_LEARNING;
    private NetworkFactory decoder = NetworkFactory.linear();

    BernoulliLvmBuilder() {
        super("log p(x), nats per row");
    }

    @Override
    protected BernoulliLvmBuilder self() {
        return this;
    }

    /**
     * The number of latent variables; must be set.
     *
     * @param latent K, 1 to {@link BernoulliLvm#MAX_LATENT_ON_TAPE}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public BernoulliLvmBuilder latent(int latent) {
        this.latent = requireAtLeast("latent", 1, latent);
        BernoulliLvm.requireOnTape("BernoulliLvm: latent", latent);
        return this;
    }

    /**
     * The decoder.
     *
     * @param decoder makes it; by default {@link NetworkFactory#linear}
     * @return this
     */
    public BernoulliLvmBuilder decoder(NetworkFactory decoder) {
        this.decoder = Objects.requireNonNull(decoder, "BernoulliLvm: decoder");
        return this;
    }

    /**
     * The way to learn. Both forms of EM take all rows in each step, and no optimiser: settings of batches and of the
     * optimiser are refused.
     *
     * @param learning by default {@link #DEFAULT_LEARNING}
     * @return this
     */
    public BernoulliLvmBuilder learning(Learning learning) {
        this.learning = Objects.requireNonNull(learning, "BernoulliLvm: learning");
        return this;
    }

    /**
     * Fits the model.
     *
     * @param data n rows of L zeros and ones; in EM, grey levels that are binarised anew are drawn once, from the seed
     * @return the model; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of latent variables is not set, there is no row, or a value is not 0 or 1
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public BernoulliLvm fit(Dataset data) {
        Require.set("BernoulliLvm", "latent", latent > 0);
        Require.atLeast("BernoulliLvm.fit", "the number of rows", 1, data.rows());
        FMatrixRMaj x = data.floatMatrix(new SplittableRandom(Seeds.split(seed(), "data")));
        Require.binary("BernoulliLvm.fit", "x", x, data.dim());
        BernoulliLvm model = start(x);
        Learner learner = (learning == Learning.EXACT_GRADIENT ? exactGradient(model) : em(model, x))
                .buffers(model.decoder().buffers())
                .objective((batch, rng) -> model.logLikelihood(batch.x()) / batch.size())
                .way("learning(" + learning.name() + ")");
        Card card = BernoulliLvm.card(latent, model.dim())
                .columns(data.columns())
                .setting("learning", learning)
                .settings(trainingSettings(learner));
        return train(data, learner, history -> copy(model, card, history, data.rows()));
    }

    private Learner exactGradient(BernoulliLvm model) {
        Optimizer optimizer = optimizer().over(model.params(), learningRate());
        Tape tape = new Tape();
        return Learner.of(
                (batch, rng) -> {
                    tape.reset().training(rng);
                    return optimizer.ascend(
                            model.logDensity(tape, tape.constant(batch.x())).mean());
                },
                optimizer);
    }

    /** Steps on all rows at once, which write the parameters themselves. */
    private Learner em(BernoulliLvm model, FMatrixRMaj x) {
        EmSteps steps = new EmSteps(model, x);
        if (learning == Learning.EM) {
            return onAllRows(Learner.of((batch, rng) -> steps.exact()), model, x);
        }
        FMatrixRMaj means = new FMatrixRMaj(x.numRows, latent);
        means.fill(0.5f);
        return onAllRows(Learner.of((batch, rng) -> steps.meanField(means, SWEEPS)), model, x)
                .buffers(Map.of("q.means", means))
                .objectiveName("bound, nats per row");
    }

    private static Learner onAllRows(Learner learner, BernoulliLvm model, FMatrixRMaj x) {
        return learner.params(model.params()).batchSize(x.numRows);
    }

    private BernoulliLvm start(FMatrixRMaj x) {
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
        Layer network = decoder.make("decoder", latent, x.numCols, rng);
        // The observed variables begin near the frequencies of the data.
        double[] means = new double[x.numCols];
        for (int i = 0; i < x.getNumElements(); i++) {
            means[i % x.numCols] += (double) x.data[i] / x.numRows;
        }
        Optional<Param> last = network instanceof BitTable table ? Optional.of(table.rows()) : network.outputBias();
        last.map(Param::value).filter(m -> m.numCols == x.numCols).ifPresent(m -> {
            for (int i = 0; i < m.getNumElements(); i++) {
                m.data[i] += Networks.startLogit(means[i % x.numCols]);
            }
        });
        return BernoulliLvm.of(new Param("prior", new FMatrixRMaj(1, latent)), network, decoder.recipe());
    }

    private BernoulliLvm copy(BernoulliLvm model, Card card, History history, int rows) {
        return new BernoulliLvm(
                new Param("prior", model.priorLogits().value().copy()),
                decoder.copy("decoder", latent, model.dim(), model.decoder()),
                Networks.recipe(decoder.recipe(), model.decoder()),
                model.dim(),
                card.course(history, rows, "nats per row").summary(history));
    }
}

package lvm.bernoulli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
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
 * Trains a {@link SigmoidBeliefNet} on binary observations. The objective is the lower bound, or what else the estimator says,
 * in nats per row; the objective on validation rows is the lower bound of one draw.
 */
public final class SigmoidBeliefNetBuilder extends NeuralFitBuilder<SigmoidBeliefNetBuilder, SigmoidBeliefNet> {
    private static final int ROWS = 1000;

    private int[] latent;
    private GradientEstimator.Factory learning = GradientEstimator.nvil(100, true);
    private NetworkFactory decoder = NetworkFactory.linear();
    private NetworkFactory encoder = NetworkFactory.linear();

    SigmoidBeliefNetBuilder() {
        super("bound, nats per row");
    }

    @Override
    protected SigmoidBeliefNetBuilder self() {
        return this;
    }

    /**
     * The numbers of latent variables of the levels; must be set.
     *
     * @param sizes from the level above x to the top, at least one number, each at least 1
     * @return this
     * @throws IllegalArgumentException if there is no level or one is empty
     */
    public SigmoidBeliefNetBuilder latent(int... sizes) {
        Require.atLeast("SigmoidBeliefNet", "the number of levels in latent", 1, sizes.length);
        for (int size : sizes) {
            requireAtLeast("latent", 1, size);
        }
        this.latent = sizes.clone();
        return this;
    }

    /**
     * How the network learns.
     *
     * @param learning such as {@link GradientEstimator#nvil()} or {@link GradientEstimator#wakeSleep()}; by default NVIL with
     *     100 hidden units in its baselines and normalised signals
     * @return this
     */
    public SigmoidBeliefNetBuilder learning(GradientEstimator.Factory learning) {
        this.learning = Objects.requireNonNull(learning, "SigmoidBeliefNet: learning");
        return this;
    }

    /**
     * The networks of p, from each level to the one below.
     *
     * @param decoder makes them; by default {@link NetworkFactory#linear}
     * @return this
     */
    public SigmoidBeliefNetBuilder decoder(NetworkFactory decoder) {
        this.decoder = Objects.requireNonNull(decoder, "SigmoidBeliefNet: decoder");
        return this;
    }

    /**
     * The networks of q, from each level to the one above.
     *
     * @param encoder makes them; by default {@link NetworkFactory#linear}
     * @return this
     */
    public SigmoidBeliefNetBuilder encoder(NetworkFactory encoder) {
        this.encoder = Objects.requireNonNull(encoder, "SigmoidBeliefNet: encoder");
        return this;
    }

    /**
     * Trains the network.
     *
     * @param data n rows of L zeros and ones; grey levels that are binarised anew at each reading are so in each epoch
     * @return the network; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the numbers of latent variables are not set, there is no row, or a value is not 0 or 1
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public SigmoidBeliefNet fit(Dataset data) {
        Require.set("SigmoidBeliefNet", "latent", latent != null);
        Require.atLeast("SigmoidBeliefNet.fit", "the number of rows", 1, data.rows());
        double[] means = means(data);
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
        SigmoidBeliefNet net = start(means, rng);
        GradientEstimator estimator = learning.over(net, rng);
        List<Param> all = new ArrayList<>(net.generativeParams());
        all.addAll(net.recognitionParams());
        all.addAll(estimator.params());
        Optimizer optimizer = optimizer().over(all, learningRate());
        Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>(net.buffers());
        buffers.putAll(estimator.buffers());
        Learner learner = Learner.of(
                        (batch, random) -> {
                            double bound = estimator.backward(batch.x(), random);
                            optimizer.step();
                            return bound;
                        },
                        optimizer)
                .buffers(buffers)
                .objectiveName(estimator.recorded() + ", nats per row")
                .objective((batch, random) ->
                        Arrays.stream(net.elbo(batch.x(), 1, random)).average().orElseThrow());
        Card card = SigmoidBeliefNet.card(sizes(data.dim()))
                .columns(data.columns())
                .setting("learning", learning)
                .settings(trainingSettings(learner));
        return train(data, learner, history -> copy(net, card, history, data.rows()));
    }

    private int[] sizes(int dim) {
        int[] sizes = new int[latent.length + 1];
        sizes[0] = dim;
        System.arraycopy(latent, 0, sizes, 1, latent.length);
        return sizes;
    }

    private static double[] means(Dataset data) {
        int[] order = new int[data.rows()];
        Arrays.setAll(order, i -> i);
        double[] means = new double[data.dim()];
        FMatrixRMaj part = new FMatrixRMaj(0, 0);
        SplittableRandom rng = new SplittableRandom(0);
        for (int from = 0; from < order.length; from += ROWS) {
            int count = Math.min(ROWS, order.length - from);
            data.copyRows(order, from, count, part, rng);
            Require.binary("SigmoidBeliefNet.fit, rows from " + from, "x", part, data.dim());
            for (int i = 0; i < part.getNumElements(); i++) {
                means[i % means.length] += part.data[i] / order.length;
            }
        }
        return means;
    }

    private SigmoidBeliefNet start(double[] means, SplittableRandom rng) {
        int[] sizes = sizes(means.length);
        List<Layer> decoders = new ArrayList<>();
        List<Layer> encoders = new ArrayList<>();
        for (int level = 1; level < sizes.length; level++) {
            decoders.add(decoder.make("decoder." + level, sizes[level], sizes[level - 1], rng));
            encoders.add(encoder.make("encoder." + level, sizes[level - 1], sizes[level], rng));
        }
        // The observed variables begin with the frequencies of the data.
        decoders.get(0)
                .outputBias()
                .map(Param::value)
                .filter(b -> b.numCols == means.length)
                .ifPresent(b -> {
                    for (int j = 0; j < means.length; j++) {
                        b.data[j] = Networks.startLogit(means[j]);
                    }
                });
        return SigmoidBeliefNet.of(new Param("prior", new FMatrixRMaj(1, sizes[latent.length])), decoders, encoders);
    }

    private SigmoidBeliefNet copy(SigmoidBeliefNet net, Card card, History history, int rows) {
        List<Layer> decoders = new ArrayList<>();
        List<Layer> encoders = new ArrayList<>();
        for (int level = 1; level <= net.levels(); level++) {
            decoders.add(decoder.copy("decoder." + level, net.size(level), net.size(level - 1), net.decoder(level)));
            encoders.add(encoder.copy("encoder." + level, net.size(level - 1), net.size(level), net.encoder(level)));
        }
        return new SigmoidBeliefNet(
                new Param("prior", net.priorLogits().value().copy()),
                decoders,
                encoders,
                decoder.recipe(),
                encoder.recipe(),
                card.course(history, rows, "nats per row").summary(history));
    }
}

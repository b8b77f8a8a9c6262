package lvm.boltzmann;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.boltzmann.ConvolutionalRbm.Network;
import lvm.data.Dataset;
import lvm.data.ImageShape;
import lvm.distribution.BinaryStates;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.linalg.Logs;
import lvm.model.Card;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/** The settings of a fit of {@link ConvolutionalRbm}. */
public final class ConvolutionalRbmBuilder extends NeuralFitBuilder<ConvolutionalRbmBuilder, ConvolutionalRbm> {
    /** The side of a pooling block, where none is set. */
    public static final int DEFAULT_POOL = 2;

    /** The most numbers of an image that are summed over for the exact slope. */
    static final int MAX_EXACT = 12;

    private int filters;
    private int kernel;
    private int pool = DEFAULT_POOL;
    private int padding;
    private int channels = 1;
    private int height;
    private int width;
    private RbmLearning learning = RbmLearning.cd(1);
    private double weightDecay;
    private double sparsityTarget;
    private double sparsityCost;
    private double startDeviation = RbmBuilder.DEFAULT_START_DEVIATION;

    ConvolutionalRbmBuilder() {
        super("log pseudo-likelihood, estimate, nats per row");
    }

    @Override
    protected ConvolutionalRbmBuilder self() {
        return this;
    }

    /**
     * The number of filters; must be set.
     *
     * @param filters K, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public ConvolutionalRbmBuilder filters(int filters) {
        this.filters = requireAtLeast("filters", 1, filters);
        return given("filters");
    }

    /**
     * The side of the square filters; must be set.
     *
     * @param side in pixels, at least 1
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public ConvolutionalRbmBuilder kernel(int side) {
        kernel = requireAtLeast("kernel", 1, side);
        return given("kernel");
    }

    /**
     * The side of a pooling block. At 1 every hidden unit is its own, as without pooling.
     *
     * @param side C, at least 1, by default {@value #DEFAULT_POOL}
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public ConvolutionalRbmBuilder pool(int side) {
        pool = requireAtLeast("pool", 1, side);
        return given("pool");
    }

    /**
     * The zeros on each side of an image.
     *
     * @param zeros at least 0 and less than the kernel, by default 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ConvolutionalRbmBuilder padding(int zeros) {
        padding = requireAtLeast("padding", 0, zeros);
        return given("padding");
    }

    /**
     * The shape of an image, a row of data: channel by channel, each row by row. By default that of the data set where it has one
     * ({@link Dataset#asImages(int, int)}), or else a square of one channel.
     *
     * @param channels at least 1
     * @param height the rows of pixels, at least 1
     * @param width the pixels of a row, at least 1
     * @return this
     * @throws IllegalArgumentException if a number is less
     */
    public ConvolutionalRbmBuilder image(int channels, int height, int width) {
        this.channels = requireAtLeast("the number of channels", 1, channels);
        this.height = requireAtLeast("height", 1, height);
        this.width = requireAtLeast("width", 1, width);
        return given("image");
    }

    /**
     * How the machine learns: {@link RbmLearning#cd(int)}, or {@link RbmLearning#exact()} for images of at most 12 numbers.
     *
     * @param learning by default CD-1
     * @return this
     * @throws IllegalArgumentException if it is another rule
     */
    public ConvolutionalRbmBuilder learning(RbmLearning learning) {
        Objects.requireNonNull(learning, "ConvolutionalRbm: learning");
        if (!learning.fromData()) {
            throw new IllegalArgumentException(
                    "ConvolutionalRbm: learning(" + learning + "), expected cd, or exact for images of a few pixels");
        }
        this.learning = learning;
        return given("learning");
    }

    /**
     * Weight decay: the objective less λ/2 Σ w²; the biases are free.
     *
     * @param lambda λ, at least 0, by default 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ConvolutionalRbmBuilder weightDecay(double lambda) {
        weightDecay = Require.notNegative("ConvolutionalRbm", "weightDecay", lambda);
        return given("weightDecay");
    }

    /**
     * A target for how often hidden units are on, which an overcomplete machine needs: the objective less cost/2 · Σ_k (q_k − p)², q_k the mean
     * of filter k's units over places and rows, of which only the slope by the bias of the filter is taken (Lee et al. 2009, section 3.6).
     *
     * @param target p, above 0 and below 1
     * @param cost at least 0
     * @return this
     * @throws IllegalArgumentException if a number is out of range
     */
    public ConvolutionalRbmBuilder sparsity(double target, double cost) {
        if (!(target > 0 && target < 1)) {
            throw new IllegalArgumentException(
                    "ConvolutionalRbm: the target of sparsity is " + target + ", expected above 0 and below 1");
        }
        sparsityTarget = target;
        sparsityCost = Require.notNegative("ConvolutionalRbm", "the cost of sparsity", cost);
        return given("sparsity");
    }

    /**
     * The standard deviation of the weights at the start. At 0 the filters would begin equal, and stay equal.
     *
     * @param deviation above 0, by default {@value RbmBuilder#DEFAULT_START_DEVIATION}
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public ConvolutionalRbmBuilder startDeviation(double deviation) {
        startDeviation =
                Require.positive("ConvolutionalRbm", "startDeviation, without which filters stay equal,", deviation);
        return given("startDeviation");
    }

    private int[] shape(Dataset data) {
        if (height > 0) {
            return new int[] {channels, height, width};
        }
        ImageShape known = data.imageShape().orElse(null);
        if (known != null) {
            return new int[] {known.channels(), known.height(), known.width()};
        }
        int side = (int) Math.round(Math.sqrt(data.dim()));
        return new int[] {1, side, side};
    }

    /**
     * Trains the machine.
     *
     * @param data n images of numbers from 0 to 1: bits, or grey levels, which are taken as probabilities
     * @return the machine; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if filters or kernel are not set, the rows are no images of the shape, the kernel is larger than the
     *     padded image, the maps are not divided by the blocks, there is no row, or a value is out of range
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public ConvolutionalRbm fit(Dataset data) {
        Require.set("ConvolutionalRbm", "filters", filters > 0);
        Require.set("ConvolutionalRbm", "kernel", kernel > 0);
        Require.atLeast("ConvolutionalRbm.fit", "the number of rows", 1, data.rows());
        int[] s = shape(data);
        if (s[0] * s[1] * s[2] != data.dim()) {
            throw new IllegalArgumentException(
                    "ConvolutionalRbm.fit: x has " + data.dim() + " columns, expected images of " + s[0] + " × " + s[1]
                            + "×" + s[2] + "; image(channels, height, width) says which they are");
        }
        if (learning.sweeps() == 0 && data.dim() > MAX_EXACT) {
            throw new IllegalArgumentException("ConvolutionalRbm: learning(exact) of images of " + data.dim()
                    + " numbers, expected at most " + MAX_EXACT + " for the sum over all of them");
        }
        Network net = Network.of("ConvolutionalRbm.fit", s[0], s[1], s[2], filters, kernel, padding, pool);
        Fill.normal(0, (float) startDeviation, net.w(), new SplittableRandom(Seeds.split(seed(), "start")));
        start(data, net);
        List<Param> params = List.of(new Param("w", net.w()), new Param("b", net.b()), new Param("c", net.c()));
        Optimizer optimizer = optimizer().over(params, learningRate());
        Rule rule = new Rule(net, params, learning.sweeps());
        Learner learner = Learner.of(
                        (batch, rng) -> {
                            double value = rule.value(batch.x(), rng);
                            Var objective = rule.objective(batch.x(), rng);
                            if (weightDecay > 0) {
                                objective = objective.sub(rule.tape
                                        .param(params.get(0))
                                        .square()
                                        .sum()
                                        .mul((float) (weightDecay / 2)));
                            }
                            if (sparsityCost > 0) {
                                objective = objective.sub(rule.sparse(batch.x(), sparsityTarget, sparsityCost));
                            }
                            optimizer.ascend(objective);
                            return value;
                        },
                        optimizer)
                .objective((batch, rng) -> rule.value(batch.x(), rng))
                .objectiveName(
                        learning.sweeps() == 0
                                ? "log p(v), nats per row"
                                : "log pseudo-likelihood, estimate, nats per row")
                .way("learning(" + learning + ")");
        Card card = ConvolutionalRbm.card(net)
                .columns(data.columns())
                .setting("learning", learning)
                .setting("weight decay", weightDecay)
                .setting("start deviation", startDeviation);
        if (sparsityCost > 0) {
            card.setting("sparsity", "target " + sparsityTarget + ", cost " + sparsityCost);
        }
        card.settings(trainingSettings(learner));
        return train(
                data,
                learner,
                history -> new ConvolutionalRbm(
                        net.with(net.w(), net.b(), net.c()),
                        card.course(history, data.rows(), "nats per row").summary(history)));
    }

    /** The visible biases with which a channel has its mean, where no filter says more. */
    private static void start(Dataset data, Network net) {
        FMatrixRMaj means = new BinaryLayer(data.dim()).rates("ConvolutionalRbm.fit", data, null);
        int pixels = data.dim() / net.b().numCols;
        for (int c = 0; c < net.b().numCols; c++) {
            double mean = 0;
            for (int i = 0; i < pixels; i++) {
                mean += means.data[c * pixels + i] / pixels;
            }
            double p = Math.min(1 - BinaryLayer.LEAST_RATE, Math.max(BinaryLayer.LEAST_RATE, mean));
            net.b().data[c] = (float) Logs.logit(p);
        }
    }

    /** The slopes by the tape. */
    private static final class Rule {
        private final Network net;
        private final List<Param> params;
        private final int sweeps;
        private final Tape tape = new Tape();
        private final FMatrixRMaj chain = new FMatrixRMaj(0, 0);

        Rule(Network net, List<Param> params, int sweeps) {
            this.net = net;
            this.params = params;
            this.sweeps = sweeps;
        }

        private Var inputs(FMatrixRMaj v) {
            return tape.constant(v).conv2d(tape.param(params.get(0)), tape.param(params.get(2)), net.shape());
        }

        /** −F(v), n×1. */
        private Var minusFreeEnergy(FMatrixRMaj v) {
            int pixels = net.shape().height() * net.shape().width();
            FMatrixRMaj sums = new FMatrixRMaj(v.numRows, net.b().numCols);
            for (int i = 0; i < v.getNumElements(); i++) {
                sums.data[i / pixels] += v.data[i];
            }
            return tape.constant(sums)
                    .mul(tape.param(params.get(1)))
                    .sumPerRow()
                    .add(tape.apply(net.blocks().logSums(), v.numRows, 1, inputs(v)));
        }

        Var objective(FMatrixRMaj v, RandomGenerator rng) {
            tape.reset();
            Var data = minusFreeEnergy(v).mean();
            if (sweeps > 0) {
                chain.setTo(v);
                net.gibbs(chain, sweeps, rng);
                return data.sub(minusFreeEnergy(chain).mean());
            }
            double[] all = net.allStates("learning(exact)");
            double logZ = Logs.logSumExp(all);
            FMatrixRMaj p = new FMatrixRMaj(all.length, 1);
            for (int s = 0; s < all.length; s++) {
                p.data[s] = (float) Math.exp(all[s] - logZ);
            }
            FMatrixRMaj states = BinaryStates.all(v.numCols);
            return data.sub(minusFreeEnergy(states).mul(tape.constant(p)).sum());
        }

        /** A number whose slope is that of cost/2 Σ (q − p)² by the biases of the filters. */
        Var sparse(FMatrixRMaj v, double target, double cost) {
            FMatrixRMaj p = net.up(v);
            net.blocks().means(p);
            int places = net.blocks().height() * net.blocks().width();
            int k = net.c().numCols;
            double[] q = new double[k];
            double[] slopes = new double[k];
            // The units of a block add up to its pooling unit, whose probability P has the slope P (1 − P) by the bias.
            FMatrixRMaj pools = net.blocks().pooled(p);
            int blocks = net.blocks().poolHeight() * net.blocks().poolWidth();
            for (int i = 0; i < pools.getNumElements(); i++) {
                int filter = i / blocks % k;
                double share = 1.0 / ((double) places * v.numRows);
                q[filter] += pools.data[i] * share;
                slopes[filter] += pools.data[i] * (1 - pools.data[i]) * share;
            }
            FMatrixRMaj g = new FMatrixRMaj(1, k);
            for (int f = 0; f < k; f++) {
                g.data[f] = (float) (cost * (q[f] - target) * slopes[f]);
            }
            return tape.param(params.get(2)).mul(tape.constant(g)).sum();
        }

        double value(FMatrixRMaj v, RandomGenerator rng) {
            double[] at = net.minusFreeEnergy(v);
            double sum = 0;
            if (sweeps == 0) {
                double logZ = Logs.logSumExp(net.allStates("learning(exact)"));
                for (double each : at) {
                    sum += each - logZ;
                }
                return sum / at.length;
            }
            chain.setTo(v);
            for (int r = 0; r < v.numRows; r++) {
                int i = r * v.numCols + rng.nextInt(v.numCols);
                chain.data[i] = 1 - chain.data[i];
            }
            double[] flipped = net.minusFreeEnergy(chain);
            for (int r = 0; r < at.length; r++) {
                sum -= Logs.softplus(flipped[r] - at[r]);
            }
            return v.numCols * sum / at.length;
        }
    }
}

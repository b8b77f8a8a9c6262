package lvm.boltzmann;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.LogPartition;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.nn.Mlp;
import lvm.nn.NetworkFactory;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A deep belief network: a restricted Boltzmann machine on top of directed layers. With h⁰ = v of D units and L ≥ 2 hidden layers hᵏ of
 * Hₖ bits,
 *
 * <p>p(v, h¹, …, hᴸ) = Πₖ p(hᵏ⁻¹ | hᵏ) · p(hᴸ⁻¹, hᴸ), k = 1, …, L − 1, p(hᵢᵏ⁻¹ = 1 | hᵏ) = σ(bᵢᵏ⁻¹ + Σⱼ Wᵢⱼᵏ hⱼᵏ),
 *
 * <p>where Wᵏ is Hₖ₋₁×Hₖ and p(hᴸ⁻¹, hᴸ) is the {@link Rbm} at the top. What lies above v is not known exactly: within a directed layer
 * causes of the same v explain each other away, and the undirected top binds the units of hᴸ⁻¹ together. In the place of the posterior
 * stands q(h | v) = Πₖ q(hᵏ | hᵏ⁻¹), q(hⱼᵏ = 1 | hᵏ⁻¹) = σ(cⱼᵏ + Σᵢ hᵢᵏ⁻¹ Rᵢⱼᵏ), with R = W until up–down fine tuning unties them, and
 *
 * <p>log p(v) ≥ E_q[Σₖ log p(hᵏ⁻¹ | hᵏ) − F(hᴸ⁻¹) − log Z − log q(h | v)], F and Z those of the machine at the top.
 *
 * <p>Layers are learnt from below, each as an Rbm of what the layer below makes of the data: with W and q of the lower layers kept, a
 * higher log p(hᴸ⁻¹) under the new machine raises the bound, and a new machine that starts as the one below it, turned around, starts from
 * the bound reached there. G. E. Hinton, S. Osindero and Y.-W. Teh (2006), A fast learning algorithm for deep belief nets. Small ones
 * have their exact distribution by {@link #enumerated}.
 *
 * <p>The lowest machine may have Gaussian visible units ({@link VisibleUnits#GAUSSIAN}): then vᵢ | h¹ ~ N(bᵢ⁰ + Σⱼ Wᵢⱼ¹ hⱼ¹, σᵢ²), Rᵢⱼ¹ = Wᵢⱼ¹/σᵢ²
 * until fine tuning, and densities and draws are in the units of the data, whose columns the machine standardises. Immutable.
 */
public final class Dbn extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasEncoder<FMatrixRMaj> {
    /** The states that are weighted at a time. */
    private static final int BLOCK = 2000;

    private static final String LOG_LIKELIHOOD = "Dbn.logLikelihood";

    private final List<Rbm> down;
    private final List<Rbm> up; // the same machines where the weights are tied
    private final Rbm top;

    Dbn(List<Rbm> down, List<Rbm> up, Rbm top, ModelSummary summary) {
        super(summary);
        this.down = List.copyOf(down);
        this.up = List.copyOf(up);
        this.top = top;
    }

    /**
     * A network of given machines, of which each but the last becomes a directed layer with the weights up and down.
     *
     * <p>Annealing the machine at the top wants its base rates, the means of what it sees of the data:
     * {@code second.withBaseRates(Dataset.of(first.encode(x)))}.
     *
     * @param machines at least two, from below; the hidden units of each are the visible ones of the next
     * @return the network; its history is a closed form's
     * @throws IllegalArgumentException if there are fewer, a width does not fit, or a machine above the lowest has other visible units than
     *     bits; the lowest may have groups or Gaussian ones
     */
    public static Dbn of(List<Rbm> machines) {
        requireStack("Dbn.of", machines);
        List<Rbm> below = machines.subList(0, machines.size() - 1);
        Rbm top = machines.get(below.size());
        Card card = card(machines).columns(machines.get(0).columns());
        return new Dbn(below, below, top, card.summary(History.closedForm()));
    }

    private static void requireStack(String where, List<Rbm> machines) {
        Require.atLeast(where, "the number of machines", 2, machines.size());
        for (int k = 1; k < machines.size(); k++) {
            int below = machines.get(k - 1).latentDim();
            Rbm machine = machines.get(k);
            if (machine.dim() != below) {
                throw new IllegalArgumentException(where + ": machine " + (k + 1) + " has " + machine.dim()
                        + " visible units, expected the " + below + " hidden units of machine " + k);
            }
            if (machine.units().layer().binary() != machine.dim()) {
                throw new IllegalArgumentException(where + ": machine " + (k + 1) + " has "
                        + (machine.dim() - machine.units().layer().binary())
                        + " visible units that are no bits of their own, expected bits only, as the hidden units of machine "
                        + k + " are");
            }
        }
    }

    static Card card(List<Rbm> machines) {
        StringBuilder sizes = new StringBuilder().append(machines.get(0).dim());
        machines.forEach(machine -> sizes.append("-").append(machine.latentDim()));
        return Card.of("Dbn").setting("units", sizes);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the layers must be set
     */
    public static DbnBuilder builder() {
        return new DbnBuilder();
    }

    /**
     * Reads a network.
     *
     * @param file a file of {@link #save(Path)}
     * @return the network, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static Dbn load(Path file) {
        return Models.load(file, Dbn.class);
    }

    @Override
    public void store(ModelData data) {
        boolean tied = isTied();
        data.put("directed layers", down.size()).put("tied", tied).putModel("top", top);
        for (int k = 0; k < down.size(); k++) {
            data.putModel("layer " + (k + 1), down.get(k));
            if (!tied) {
                data.putModel("recognition " + (k + 1), up.get(k));
            }
        }
    }

    static Dbn read(ModelData data) {
        List<Rbm> down = new ArrayList<>();
        List<Rbm> up = new ArrayList<>();
        boolean tied = data.flag("tied");
        for (int k = 1; k <= data.integer("directed layers"); k++) {
            down.add(data.model("layer " + k, Rbm.class));
            up.add(tied ? down.get(k - 1) : data.model("recognition " + k, Rbm.class));
        }
        return new Dbn(down, up, data.model("top", Rbm.class), data.summary());
    }

    // --- what it is made of

    @Override
    public int dim() {
        return down.get(0).dim();
    }

    /** {@return the number of units of the highest hidden layer, H_L} */
    @Override
    public int latentDim() {
        return top.latentDim();
    }

    /** {@return the number of hidden layers, L} */
    public int depth() {
        return down.size() + 1;
    }

    /** {@return the numbers of units, L + 1 of them: D, H₁, …, H_L} */
    public int[] sizes() {
        int[] sizes = new int[depth() + 1];
        sizes[0] = dim();
        for (int k = 1; k <= depth(); k++) {
            sizes[k] = machine(k).latentDim();
        }
        return sizes;
    }

    private Rbm machine(int layer) {
        return layer == depth() ? top : up.get(layer - 1);
    }

    /** {@return the kind of the visible units} */
    public VisibleUnits visibleUnits() {
        return down.get(0).visibleUnits();
    }

    /** {@return the variances σ² of Gaussian visible units given h¹, 1×D, a copy; empty for binary units} */
    public Optional<FMatrixRMaj> variances() {
        return down.get(0).variances();
    }

    /** {@return the machine of the two highest layers, with the base rates of hᴸ⁻¹ if the network was fitted} */
    public Rbm top() {
        return top;
    }

    /** {@return whether recognition still has the weights of generation, R = W: until up–down fine tuning} */
    public boolean isTied() {
        return up.equals(down);
    }

    /**
     * The machines that the network is a stack of.
     *
     * @return L machines, from below; none after up–down fine tuning, when the directed layers are machines no more
     */
    public Optional<List<Rbm>> machines() {
        if (!isTied()) {
            return Optional.empty();
        }
        List<Rbm> all = new ArrayList<>(down);
        all.add(top);
        return Optional.of(List.copyOf(all));
    }

    /**
     * The weights downwards, Wᵏ.
     *
     * @param layer k, 1 to L − 1
     * @return Hₖ₋₁×Hₖ numbers, a copy
     * @throws IllegalArgumentException if there is no such layer
     */
    public FMatrixRMaj generativeWeights(int layer) {
        return directed("generativeWeights", down, layer).weights();
    }

    /**
     * The biases downwards, bᵏ⁻¹.
     *
     * @param layer k, 1 to L − 1
     * @return 1×Hₖ₋₁ numbers, a copy
     * @throws IllegalArgumentException if there is no such layer
     */
    public FMatrixRMaj generativeBias(int layer) {
        return directed("generativeBias", down, layer).visibleBias();
    }

    /**
     * The weights upwards, Rᵏ: what units of the lower layer are multiplied with on their way up.
     *
     * @param layer k, 1 to L − 1
     * @return Hₖ₋₁×Hₖ numbers, a copy
     * @throws IllegalArgumentException if there is no such layer
     */
    public FMatrixRMaj recognitionWeights(int layer) {
        RbmUnits units = directed("recognitionWeights", up, layer).units();
        return units.layer().filters(units).copy();
    }

    /**
     * The biases upwards, cᵏ.
     *
     * @param layer k, 1 to L − 1
     * @return 1×Hₖ numbers, a copy
     * @throws IllegalArgumentException if there is no such layer
     */
    public FMatrixRMaj recognitionBias(int layer) {
        return directed("recognitionBias", up, layer).hiddenBias();
    }

    private Rbm directed(String method, List<Rbm> layers, int layer) {
        if (layer < 1 || layer >= depth()) {
            throw new IllegalArgumentException("Dbn." + method + ": layer is " + layer + ", expected 1 to "
                    + (depth() - 1) + ", a directed layer");
        }
        return layers.get(layer - 1);
    }

    List<Rbm> down() {
        return down;
    }

    List<Rbm> up() {
        return up;
    }

    /** How the rows of the data are seen. */
    VisibleLayer visible() {
        return down.get(0).units().layer();
    }

    /** Rows of a data set as the visible units see them. */
    FMatrixRMaj seen(String where, Dataset data) {
        return down.get(0).seen(where, data.matching(columns(), "Dbn"));
    }

    // --- up and down

    /**
     * The means of the highest hidden layer, each layer given the means of the one below: what {@link #toMlp} computes in its hidden
     * layers, and no mean of the posterior.
     *
     * @param x n×D observations as the lowest machine takes them; not modified
     * @return n×H_L probabilities
     * @throws IllegalArgumentException if x has another number of columns, or a number out of range
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        return encode(x, depth());
    }

    /**
     * The means of a hidden layer, see {@link #encode(FMatrixRMaj)}. Those of the first are its means under q(h¹ | v).
     *
     * @param x n×D observations as the lowest machine takes them; not modified
     * @param layer k, 1 to L
     * @return n×Hₖ probabilities
     * @throws IllegalArgumentException as {@link #encode(FMatrixRMaj)}, or if there is no such layer
     */
    public FMatrixRMaj encode(FMatrixRMaj x, int layer) {
        return hiddenMeans(visible().seen("Dbn.encode", x), layer);
    }

    @Override
    public FMatrixRMaj encode(Dataset data) {
        return encode(data, depth());
    }

    private FMatrixRMaj hiddenMeans(FMatrixRMaj seen, int layer) {
        if (layer < 1 || layer > depth()) {
            throw new IllegalArgumentException(
                    "Dbn.encode: layer is " + layer + ", expected 1 to " + depth() + ", a hidden layer");
        }
        FMatrixRMaj h = machine(1).hiddenMeans(seen);
        for (int k = 2; k <= layer; k++) {
            h = machine(k).encode(h);
        }
        return h;
    }

    /**
     * The means of a hidden layer for the rows of a data set, see {@link #encode(FMatrixRMaj, int)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @param layer k, 1 to L
     * @return n×Hₖ probabilities
     * @throws IllegalArgumentException as {@link #encode(FMatrixRMaj, int)} and {@link #observations(Dataset)}
     */
    public FMatrixRMaj encode(Dataset data, int layer) {
        return hiddenMeans(seen("Dbn.encode", data), layer);
    }

    /**
     * Draws: {@value Rbm#DEFAULT_SWEEPS} sweeps of Gibbs sampling in the machine at the top, see {@link Rbm#sample}, and one pass down.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D draws
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        return sample(n, Rbm.DEFAULT_SWEEPS, rng);
    }

    /**
     * Draws by chains of a given length, see {@link #sample(int, RandomGenerator)}.
     *
     * @param n the number of draws, at least 0
     * @param sweeps the sweeps at the top, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D draws
     * @throws IllegalArgumentException if n or sweeps is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj sample(int n, int sweeps, RandomGenerator rng) {
        return descend(top.sample(n, sweeps, rng), true, rng);
    }

    /**
     * The means of the visible units given draws of h¹: pictures without the noise of the last step.
     *
     * @param n the number of draws, at least 0
     * @param sweeps the sweeps at the top, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D means
     * @throws IllegalArgumentException if n or sweeps is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public FMatrixRMaj sampleMeans(int n, int sweeps, RandomGenerator rng) {
        return descend(top.sample(n, sweeps, rng), false, rng);
    }

    /** The pass down from draws of hᴸ⁻¹. */
    FMatrixRMaj descend(FMatrixRMaj h, boolean draw, RandomGenerator rng) {
        FMatrixRMaj state = h;
        for (int k = down.size() - 1; k >= 0; k--) {
            RbmUnits units = down.get(k).units();
            FMatrixRMaj below = new FMatrixRMaj(state.numRows, units.visible());
            Directed.means(units, state, below);
            if (k > 0 || draw) {
                units.layer().draw(below, rng);
            }
            state = below;
        }
        return visible().scaling().back(state);
    }

    // --- likelihood

    /** log p(v, h) + log Z − log q(h | v) of draws of h¹, …, hᴸ⁻¹ ~ q, hᴸ summed in closed form: n×draws values for rows as they are seen. */
    DMatrixRMaj logWeightsTimesZ(String where, FMatrixRMaj x, int draws, RandomGenerator rng) {
        DMatrixRMaj all = new DMatrixRMaj(x.numRows, draws);
        long total = (long) x.numRows * draws;
        for (long from = 0; from < total; from += BLOCK) {
            Interrupts.check(where);
            int count = (int) Math.min(BLOCK, total - from);
            FMatrixRMaj v = new FMatrixRMaj(count, dim());
            for (int i = 0; i < count; i++) {
                RowOps.copyRow(x, (int) ((from + i) / draws), v, i);
            }
            System.arraycopy(logWeights(v, rng), 0, all.data, (int) from, count);
        }
        return all;
    }

    private double[] logWeights(FMatrixRMaj v, RandomGenerator rng) {
        double[] log = new double[v.numRows];
        FMatrixRMaj below = v;
        for (int k = 0; k < down.size(); k++) {
            below = Directed.weigh(down.get(k).units(), up.get(k).units(), below, log, rng);
        }
        double[] f = LayerSums.freeEnergy(top.units(), below);
        for (int i = 0; i < log.length; i++) {
            log[i] -= f[i];
        }
        return log;
    }

    /**
     * The mean log-likelihood of rows by importance sampling: for each row log 1/S Σₛ p(v, hₛ)/q(hₛ | v) with hₛ ~ q(h | v), the highest
     * layer summed in closed form. R. Salakhutdinov and I. Murray (2008). The log Z is that of {@link #top}, by
     * {@link Rbm#logPartition()} or {@link PartitionBracket}, and decides whether the number is a bound: see {@link DbnLikelihood}.
     * Grey levels are taken as they are.
     *
     * @param x n×D observations as the lowest machine takes them, at least one; not modified
     * @param logPartition log Z of the machine at the top
     * @param draws S, the draws for each row, at least 1
     * @param seed of all that is random
     * @return nats per row, and of which kind the number is
     * @throws IllegalArgumentException if x has no row, another number of columns or a number out of range, or there is no draw
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public DbnLikelihood logLikelihood(FMatrixRMaj x, LogPartition logPartition, int draws, long seed) {
        return estimate(visible().seen(LOG_LIKELIHOOD, x), logPartition, draws, seed);
    }

    private DbnLikelihood estimate(FMatrixRMaj x, LogPartition logPartition, int draws, long seed) {
        String where = LOG_LIKELIHOOD;
        Require.atLeast(where, "the number of rows", 1, x.numRows);
        Require.atLeast(where, "draws", 1, draws);
        RandomGenerator rng = new SplittableRandom(Seeds.split(seed, where));
        int n = x.numRows;
        int rows = Math.max(1, BLOCK / draws);
        double value = 0;
        double variance = 0;
        double worth = 0;
        for (int from = 0; from < n; from += rows) {
            FMatrixRMaj part = RowOps.part(x, from, Math.min(n, from + rows));
            DMatrixRMaj weights = logWeightsTimesZ(where, part, draws, rng);
            for (int i = 0; i < part.numRows; i++) {
                double[] row = Arrays.copyOfRange(weights.data, i * draws, (i + 1) * draws);
                double effective = Logs.effectiveNumber(row);
                value += Logs.logMeanExp(row) / n;
                variance += Math.max(0, 1 / effective - 1.0 / draws) * draws / (draws - 1.0); // NaN for one draw
                worth += effective / n;
            }
        }
        return new DbnLikelihood(
                value - logPartition.nats(),
                DbnLikelihood.kind(logPartition),
                Math.sqrt(variance) / n,
                n,
                draws,
                worth,
                logPartition);
    }

    /**
     * The mean log-likelihood of the rows of a data set, see {@link #logLikelihood(FMatrixRMaj, LogPartition, int, long)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @param logPartition log Z of the machine at the top
     * @param draws S, the draws for each row, at least 1
     * @param seed of all that is random
     * @return nats per row, and of which kind the number is
     * @throws IllegalArgumentException as {@link #logLikelihood(FMatrixRMaj, LogPartition, int, long)} and
     *     {@link #observations(Dataset)}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public DbnLikelihood logLikelihood(Dataset data, LogPartition logPartition, int draws, long seed) {
        return estimate(seen(LOG_LIKELIHOOD, data), logPartition, draws, seed);
    }

    /**
     * The network with its exact distribution over the visible units, and its exact bound.
     *
     * @return log p(v), exact draws, bound and posterior
     * @throws IllegalArgumentException if one of the layers between has more than {@value EnumeratedDbn#MAX_UNITS} units
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public EnumeratedDbn enumerated() {
        return new EnumeratedDbn(this);
    }

    // --- as the start of a network

    /**
     * A multilayer perceptron of sigmoid units whose hidden layers are those of {@link #encode}, and whose last layer is at its random
     * start: copies of the recognition weights, and those of the machine at the top.
     *
     * @param name the network's name; the layers are name.0, name.1, …
     * @param outputs the columns of its output, at least 1
     * @param rng the source of the last layer's start; advanced
     * @return the network; its parameters are its own
     * @throws IllegalArgumentException if there is no output
     */
    public Mlp toMlp(String name, int outputs, RandomGenerator rng) {
        int[] sizes = Arrays.copyOf(sizes(), depth() + 2);
        sizes[depth() + 1] = Require.atLeast("Dbn.toMlp", "outputs", 1, outputs);
        Mlp mlp = new Mlp(name, Activation.SIGMOID, rng, sizes);
        for (int k = 1; k <= depth(); k++) {
            List<Param> from = machine(k).toLayer(name).params();
            List<Param> to = mlp.layers().get(k - 1).params();
            for (int p = 0; p < to.size(); p++) {
                to.get(p).value().setTo(from.get(p).value());
            }
        }
        return mlp;
    }

    /**
     * Networks that begin as this one, for discriminative fine tuning: {@link #toMlp} for whatever makes networks. The rows are to be
     * those that the lowest machine takes, as they are:
     *
     * <pre>{@code
     * NeuralClassifier.builder().network(dbn.toNetwork()).standardize(false).fit(labelled)
     * }</pre>
     *
     * @return makes them; it is stored as a multilayer perceptron of sigmoid units
     */
    public NetworkFactory toNetwork() {
        int[] hidden = Arrays.copyOfRange(sizes(), 1, depth() + 1);
        return NetworkFactory.offered(
                NetworkFactory.mlp(Activation.SIGMOID, hidden).recipe().orElseThrow(), (name, in, out, rng) -> {
                    if (in != dim()) {
                        throw new IllegalArgumentException(
                                "Dbn.toNetwork: the rows have " + in + " columns, expected " + dim());
                    }
                    return toMlp(name, out, rng);
                });
    }
}

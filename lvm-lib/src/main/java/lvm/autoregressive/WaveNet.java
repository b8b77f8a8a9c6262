package lvm.autoregressive;

import java.nio.file.Path;
import java.util.SplittableRandom;
import lvm.model.ModelSummary;
import lvm.store.ModelData;
import lvm.store.Models;

/**
 * A WaveNet of signals: each number has a distribution that layers of causal dilated convolutions make of the numbers before it,
 *
 * <p>p(x) = Πₜ p(xₜ | xₜ₋ᵣ, …, xₜ₋₁), with a field of r = 2 + Σ dilations,
 *
 * <p>A. van den Oord and others (2016), WaveNet: a generative model for raw audio, equations 1 to 4. The filters have two weights; a layer is
 * gated, adds its input, and gives its part of the sum that the parameters are made of. Numbers are levels k/(L − 1): {@link MuLaw} makes such
 * of signals within [−1, 1], finer near 0, and signals of levels. Draws keep what each layer gave in a queue as long as its dilation.
 * Immutable.
 */
public final class WaveNet extends ConditionalAutoregressive {
    private final WaveNetwork net;

    WaveNet(WaveNetwork net, double[] frequencies, ModelSummary summary) {
        super(net, frequencies, summary);
        this.net = net;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the filters must be set
     */
    public static WaveNetBuilder builder() {
        return new WaveNetBuilder();
    }

    /**
     * Reads a model.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, the same in every bit
     * @throws java.io.UncheckedIOException as {@link Models#load(Path, Class)}
     */
    public static WaveNet load(Path file) {
        return Models.load(file, WaveNet.class);
    }

    @Override
    public void store(ModelData data) {
        storeNet(data);
        data.put("filters", net.filters).put("skips", net.skips).put("dilations", net.dilations);
    }

    static WaveNet read(ModelData data) {
        double[] frequencies = data.doubleArray("frequencies");
        WaveNetwork net = new WaveNetwork(
                data.integer("width"),
                frequencies.length,
                LevelOutput.of(data.recipe("output")),
                data.integer("filters"),
                data.integer("skips"),
                data.integers("dilations"),
                new SplittableRandom(0));
        data.copyTo("network", net.values());
        return new WaveNet(net, frequencies, data.summary());
    }

    /** {@return how many numbers before it the distribution of a number hangs on, r} */
    public int field() {
        return field(net.dilations);
    }

    static int field(int... dilations) {
        int sum = 2;
        for (int dilation : dilations) {
            sum += dilation;
        }
        return sum;
    }
}

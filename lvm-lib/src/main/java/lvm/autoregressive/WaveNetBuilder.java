package lvm.autoregressive;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;

/** The settings of a fit of {@link WaveNet}. */
public final class WaveNetBuilder extends CausalNetBuilder<WaveNetBuilder, WaveNet> {
    private static final int[] DILATIONS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

    private int[] dilations = DILATIONS;
    private int skips;

    WaveNetBuilder() {
        super(LevelOutput.softmax(MuLaw.DEFAULT_LEVELS));
    }

    @Override
    protected WaveNetBuilder self() {
        return this;
    }

    /**
     * The dilations of the layers: the step between the two numbers that a filter sees.
     *
     * @param dilations one for each layer, each at least 1; by default 1, 2, 4, …, 512; copied
     * @return this
     * @throws IllegalArgumentException if there is no layer, or a number is less than 1
     */
    public WaveNetBuilder dilations(int... dilations) {
        Require.atLeast("WaveNet", "the number of layers in dilations", 1, dilations.length);
        for (int dilation : dilations) {
            requireAtLeast("dilations", 1, dilation);
        }
        this.dilations = dilations.clone();
        return given("dilations");
    }

    /**
     * The channels of the sum that all layers give to.
     *
     * @param channels at least 1; by default as many as there are filters
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public WaveNetBuilder skips(int channels) {
        this.skips = requireAtLeast("skips", 1, channels);
        return given("skips");
    }

    /**
     * The distribution of a number.
     *
     * @param output by default a softmax of {@value MuLaw#DEFAULT_LEVELS} levels
     * @return this
     */
    public WaveNetBuilder output(LevelOutput output) {
        setOutput(output);
        return given("output");
    }

    @Override
    CausalNet net(Dataset data, int classes, SplittableRandom rng) {
        return new WaveNetwork(data.dim(), classes, output, filters, skips == 0 ? filters : skips, dilations, rng);
    }

    @Override
    void describe(Card card, CausalNet net) {
        card.setting("skips", ((WaveNetwork) net).skips)
                .setting("dilations", Arrays.toString(dilations))
                .setting("field", WaveNet.field(dilations));
    }

    @Override
    WaveNet model(CausalNet net, double[] frequencies, ModelSummary summary) {
        return new WaveNet((WaveNetwork) net, frequencies, summary);
    }
}

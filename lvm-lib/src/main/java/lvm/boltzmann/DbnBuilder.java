package lvm.boltzmann;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.boltzmann.VisibleSettings.Visible;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.fit.Scaling;
import lvm.fit.Stages;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * The settings of a fit of {@link Dbn}, whose stages are the layers, from below, and then, if wanted, up–down fine tuning. How a layer
 * learns is set in its own {@link RbmBuilder}, budget and batches included; what is set here beside the layers, such as epochs and learning
 * rate, is that of the fine tuning. A moving average is one of every stage, whose machine it stands for when the next one begins.
 */
public final class DbnBuilder extends NeuralFitBuilder<DbnBuilder, Dbn> {
    private static final String UP_DOWN = "up-down";

    /** What a machine learns from: what the machine below it makes of the rows. */
    public enum NextLayer {
        /** Draws of its hidden units, anew in each step: what the bound asks for. */
        SAMPLES,
        /** Their means, which have less noise and are no bits. */
        MEANS
    }

    private List<RbmBuilder> layers = List.of();
    private NextLayer nextLayer = NextLayer.SAMPLES;
    private boolean startFromTranspose;
    private RbmLearning upDown;

    DbnBuilder() {
        super("bound, estimate, nats per row");
    }

    @Override
    protected DbnBuilder self() {
        return this;
    }

    /**
     * The layers, each with its own settings; must be set. The seeds are this builder's, and so are checkpoints. The lowest may have groups or
     * Gaussian visible units, which then see the rows standardised as an {@link Rbm} does.
     *
     * @param machines at least two, from below; kept
     * @return this
     * @throws IllegalArgumentException if there are fewer
     */
    public DbnBuilder layers(RbmBuilder... machines) {
        Require.atLeast("Dbn", "the number of layers", 2, machines.length);
        layers = List.of(machines);
        return given("layers");
    }

    /**
     * What the machines above the lowest learn from.
     *
     * @param data by default {@link NextLayer#SAMPLES}
     * @return this
     */
    public DbnBuilder nextLayer(NextLayer data) {
        nextLayer = Objects.requireNonNull(data, "Dbn: nextLayer");
        return given("nextLayer");
    }

    /**
     * Whether a machine starts as the one below it turned around, W = Wᵀ with the biases exchanged, wherever it has as many hidden units as
     * that one has visible ones, which are bits. Then it starts with the distribution that the machine below has over the units between, and
     * the bound from where it was.
     *
     * @param transposed by default false: small random weights
     * @return this
     */
    public DbnBuilder startFromTranspose(boolean transposed) {
        startFromTranspose = transposed;
        return given("startFromTranspose");
    }

    /**
     * Adds up–down fine tuning after the layers: wake-sleep, which unties recognition from generation, with the machine at the top learning
     * beside. Epochs, batches, optimiser, learning rate and validation of this builder are those of this stage. Variances of Gaussian visible units
     * are learnt where those of the lowest layer are, with its {@link RbmBuilder#varianceRate}.
     *
     * @param top how the machine at the top learns, such as {@link RbmLearning#cd(int)} with the sweeps between up and down; its chains
     *     are where dreams begin
     * @return this
     * @throws IllegalArgumentException if the rule has no chains
     */
    public DbnBuilder upDown(RbmLearning top) {
        Objects.requireNonNull(top, "Dbn: upDown");
        if (top.bitsOnly()) {
            throw new IllegalArgumentException("Dbn: upDown(" + top
                    + ") draws nothing that dreams could begin at, expected chains such as CD or PCD");
        }
        upDown = top;
        return given("upDown");
    }

    /**
     * Trains the network, layer by layer.
     *
     * @param data n rows as the lowest machine takes them
     * @return the network; if the thread was interrupted, that of the last complete step: layers that were not begun are at their random
     *     starts
     * @throws IllegalArgumentException if the layers are not set, a setting or a row is refused by one of them, a setting of a layer
     *     belongs to a fit of its own, or fine tuning is set but not asked for
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.util.concurrent.CancellationException if the thread is interrupted before the first stage has begun
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public Dbn fit(Dataset data) {
        Require.set("Dbn", "layers", !layers.isEmpty());
        for (int k = 0; k < layers.size(); k++) {
            layers.get(k).requireStackable(by(k), k == 0);
            if (k > 0
                    && nextLayer == NextLayer.MEANS
                    && layers.get(k).learning().bitsOnly()) {
                throw new IllegalArgumentException("Dbn: " + name(k) + " learns by "
                        + layers.get(k).learning() + ", which takes bits, expected nextLayer(SAMPLES)");
            }
        }
        if (upDown == null) {
            unused(
                    "a fit without upDown",
                    "epochs",
                    "steps",
                    "seconds",
                    "batchSize",
                    "optimizer",
                    "learningRate",
                    "schedule",
                    "clipValue",
                    "clipNorm",
                    "maxNorm",
                    "movingAverage",
                    "validation",
                    "patience");
        }
        Visible visible = layers.get(0).visible("Dbn.fit", data);
        requireTransposes(data.dim());
        return new Fitting(data, visible).run();
    }

    private static String name(int k) {
        return "layer " + (k + 1);
    }

    private static String by(int k) {
        return name(k) + " of a Dbn";
    }

    private void requireTransposes(int dim) {
        if (!startFromTranspose) {
            return;
        }
        boolean any = false;
        for (int k = 1; k < layers.size(); k++) {
            boolean fits = turns(k, dim);
            any |= fits;
            if (fits && !layers.get(k).startsAnywhere()) {
                throw new IllegalArgumentException(
                        "Dbn: startDeviation of " + name(k) + " is set, but startFromTranspose(true) does not use it");
            }
        }
        if (!any) {
            throw new IllegalArgumentException(
                    "Dbn: startFromTranspose is set, but no layer has as many hidden units as the one"
                            + " below it has visible ones that are bits: the visible ones are " + dim
                            + ", the hidden ones "
                            + layers.stream().map(RbmBuilder::hidden).toList());
        }
    }

    /** Whether layer k + 1 can start as the one below it turned around. */
    private boolean turns(int k, int dim) {
        int below = k == 1 ? dim : layers.get(k - 2).hidden();
        return layers.get(k).hidden() == below && (k > 1 || layers.get(0).bits());
    }

    /** A fit on its way. */
    private final class Fitting {
        private final Dataset data;
        private final Visible visible;
        private final Scaling scaling;
        private final List<RbmBuilder.Layer> begun = new ArrayList<>();
        private UpDown tuning;
        private Map<String, String> tuningSettings = Map.of();

        Fitting(Dataset data, Visible visible) {
            this.data = data;
            this.visible = visible;
            scaling = visible.layer().scaling();
        }

        Dbn run() {
            Stages stages = Stages.of(name(0), () -> layer(0));
            for (int k = 1; k < layers.size(); k++) {
                int layer = k;
                stages.then(name(k), () -> layer(layer));
            }
            if (upDown != null) {
                stages.then(UP_DOWN, this::tuning);
            }
            return train(data, stages, this::model);
        }

        private List<RbmUnits> units() {
            return begun.stream().map(RbmBuilder.Layer::units).toList();
        }

        private long seed(int k) {
            return Seeds.split(DbnBuilder.this.seed(), name(k));
        }

        private Learner layer(int k) {
            if (k == 0) {
                begun.add(layers.get(0).lowest(by(0), visible, data, seed(0)));
                return begun.get(0).learner();
            }
            begun.get(k - 1).parameters().refresh();
            List<RbmUnits> below = units();
            Directed.Up up = new Directed.Up(below, false);
            FMatrixRMaj means = RbmBuilder.means(
                    "Dbn.fit", scaling.of(data), below.get(k - 1).hidden(), rows -> up.of(rows, null));
            RbmUnits first = startFromTranspose && turns(k, data.dim()) ? turned(below.get(k - 1)) : null;
            Directed.Up seen = new Directed.Up(below, nextLayer == NextLayer.SAMPLES);
            begun.add(layers.get(k).stage(by(k), means, first, seed(k), seen));
            return begun.get(k).learner().scaling(scaling);
        }

        private RbmUnits turned(RbmUnits below) {
            return new RbmUnits(
                    CommonOps_FDRM.transpose(below.w(), null), below.c(), below.b(), Directed.hidden(below));
        }

        private Learner tuning() {
            RbmBuilder.Layer top = begun.get(begun.size() - 1);
            SplittableRandom rng = new SplittableRandom(Seeds.split(DbnBuilder.this.seed(), "chains"));
            tuning = new UpDown(begun.stream().map(RbmBuilder.Layer::parameters).toList(), top.rates(), upDown, rng);
            List<Optimizer> optimizers = new ArrayList<>(List.of(optimizer().over(tuning.params(), learningRate())));
            if (!tuning.logVariances().isEmpty()) {
                double rate = layers.get(0).settings().varianceRate() * learningRate();
                optimizers.add(optimizer().over(tuning.logVariances(), rate));
            }
            Learner learner = Learner.of(
                            (batch, random) -> {
                                double value = tuning.gradient(batch.x(), random);
                                optimizers.forEach(Optimizer::step);
                                return value;
                            },
                            optimizers.toArray(Optimizer[]::new))
                    .scaling(scaling)
                    .buffers(tuning.rule().buffers())
                    .objectiveName(tuning.objective())
                    .objective((batch, random) -> tuning.objective(batch.x(), random))
                    .way("upDown(" + upDown + ")");
            tuningSettings = trainingSettings(learner);
            return learner;
        }

        private Dbn model(History history) {
            List<Rbm> machines = new ArrayList<>();
            for (int k = 0; k < layers.size(); k++) {
                machines.add(
                        k < begun.size()
                                ? learnt(k, history.stages().get(name(k)))
                                : layers.get(k).start(layers.get(k - 1).hidden(), seed(k)));
            }
            List<Rbm> below = machines.subList(0, machines.size() - 1);
            List<Rbm> down = below;
            List<Rbm> up = below;
            Rbm top = machines.get(below.size());
            if (tuning != null) {
                tuning.refresh();
                down = tuned(below, tuning.down());
                up = tuned(below, tuning.up());
                top = tuned(List.of(top), List.of(tuning.top())).get(0);
            }
            return new Dbn(down, up, top, card(machines, history).summary(history));
        }

        private Rbm learnt(int k, History history) {
            // Without a history it was interrupted before its first step.
            return begun.get(k).rbm(history == null ? History.closedForm() : history, data.rows());
        }

        private static List<Rbm> tuned(List<Rbm> machines, List<RbmUnits> units) {
            List<Rbm> all = new ArrayList<>();
            for (int k = 0; k < machines.size(); k++) {
                Rbm machine = machines.get(k);
                all.add(new Rbm(units.get(k).copy(), machine.baseRates().orElseThrow(), machine.summary()));
            }
            return all;
        }

        private Card card(List<Rbm> machines, History history) {
            Card card = Dbn.card(machines).columns(data.columns());
            for (int k = 0; k < layers.size(); k++) {
                card.setting(name(k), layers.get(k).asLayer());
            }
            card.setting("layers above learn from", nextLayer.name().toLowerCase(Locale.ROOT))
                    .setting("start of layers above", startFromTranspose ? "the one below turned around" : "random")
                    .setting("up-down", upDown == null ? "no" : upDown)
                    .settings(tuningSettings)
                    .setting("seed", DbnBuilder.this.seed())
                    .result("rows", data.rows());
            history.stages().forEach((stage, course) -> {
                String end = course.size() + " epochs, " + course.stop();
                if (course.size() > 0) {
                    String name = course.names().get(0);
                    card.result(stage, "%s, %.4f %s", end, course.last(name), name);
                } else {
                    card.result(stage, end);
                }
            });
            return card;
        }
    }
}

package lvm.boltzmann;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.classify.Labelled;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.NeuralFitBuilder;
import lvm.model.Card;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * The settings of a fit of {@link DiscriminativeRbm}. The objective is log p(y | v) + α log p(v, y): the slope of the first part is exact,
 * that of the second is by the rule of {@link #generative(double, RbmLearning)}.
 */
public final class DiscriminativeRbmBuilder extends NeuralFitBuilder<DiscriminativeRbmBuilder, DiscriminativeRbm> {
    private int hidden;
    private double alpha;
    private RbmLearning rule = RbmLearning.cd(1);
    private double weightDecay;
    private double startDeviation = RbmBuilder.DEFAULT_START_DEVIATION;

    DiscriminativeRbmBuilder() {
        super("log p(y | v), nats per row");
    }

    @Override
    protected DiscriminativeRbmBuilder self() {
        return this;
    }

    /**
     * The number of hidden units; must be set.
     *
     * @param units H, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public DiscriminativeRbmBuilder hidden(int units) {
        this.hidden = requireAtLeast("hidden", 1, units);
        return given("hidden");
    }

    /**
     * The hybrid objective, log p(y | v) + α log p(v, y), Larochelle and Bengio (2008), section 5.
     *
     * @param alpha α, at least 0; by default 0, for the first part alone
     * @param rule how the second part is learnt, such as {@link RbmLearning#cd(int)}
     * @return this
     * @throws IllegalArgumentException if α is negative, or the rule takes no groups of units
     */
    public DiscriminativeRbmBuilder generative(double alpha, RbmLearning rule) {
        this.alpha = Require.notNegative("DiscriminativeRbm", "the weight of the generative part", alpha);
        this.rule = Objects.requireNonNull(rule, "DiscriminativeRbm: rule");
        rule.requireUnits("DiscriminativeRbm", VisibleUnits.BINARY);
        if (rule.bitsOnly()) {
            throw new IllegalArgumentException("DiscriminativeRbm: generative(" + alpha + ", " + rule
                    + ") takes no classes, whose units do not flip alone; cd, pcd, tempering and exact do");
        }
        return given("generative");
    }

    /**
     * Weight decay: the objective less λ/2 Σ Wᵢⱼ² of the weights of observations and classes; the biases are free.
     *
     * @param lambda λ, at least 0, by default 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public DiscriminativeRbmBuilder weightDecay(double lambda) {
        this.weightDecay = Require.notNegative("DiscriminativeRbm", "weightDecay", lambda);
        return given("weightDecay");
    }

    /**
     * The standard deviation of the weights at the start. At 0 the hidden units of a layer would begin equal, and stay equal.
     *
     * @param deviation above 0, by default {@value RbmBuilder#DEFAULT_START_DEVIATION}
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public DiscriminativeRbmBuilder startDeviation(double deviation) {
        this.startDeviation = Require.positive(
                "DiscriminativeRbm", "startDeviation, without which hidden units stay equal,", deviation);
        return given("startDeviation");
    }

    /**
     * Trains the machine on the labelled rows.
     *
     * @param data n rows of D numbers from 0 to 1 of which at least one has a label; those without are left out
     * @return the classifier; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if the number of hidden units is not set, no row has a label, there is one class only, or a value is
     *     out of range
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public DiscriminativeRbm fit(Dataset data) {
        Require.set("DiscriminativeRbm", "hidden", hidden > 0);
        Dataset rows = Labelled.rows("DiscriminativeRbm.fit", data);
        int classes = Labelled.classes("DiscriminativeRbm.fit", data);
        int dim = data.dim();
        VisibleLayer layer = new BinaryLayer(dim + classes, classes);
        FMatrixRMaj rates = rates(rows, classes);
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
        RbmParameters parameters = RbmParameters.start(layer, rates, hidden, 1, startDeviation, false, rng);
        List<Param> params = parameters.natural;
        RbmUnits units = parameters.units;
        DiscriminativeRbm.Classes classifier = new DiscriminativeRbm.Classes(units, classes);
        RbmRule generative = alpha == 0 ? null : rule.over(units, params, rates, rng);
        Optimizer optimizer = optimizer().over(params, learningRate());
        Map<String, FMatrixRMaj> buffers = generative == null ? Map.of() : new LinkedHashMap<>(generative.buffers());
        FMatrixRMaj both = new FMatrixRMaj(0, dim + classes);
        Learner learner = Learner.of(
                        (batch, random) -> {
                            FMatrixRMaj v = batch.x();
                            if (generative != null) {
                                beside(v, batch.labels(), classes, both);
                                generative.gradient(both, random);
                                params.forEach(p -> scale(p.gradient(), (float) alpha));
                            }
                            double value = classifier.backward(
                                    v,
                                    batch.labels(),
                                    params.get(0).gradient(),
                                    params.get(1).gradient(),
                                    params.get(2).gradient());
                            decay(params.get(0));
                            optimizer.step();
                            return value;
                        },
                        optimizer)
                .classes(data.classNames())
                .buffers(buffers)
                .objective((batch, random) -> {
                    FMatrixRMaj logP = classifier.logProbabilities(batch.x());
                    double sum = 0;
                    for (int i = 0; i < logP.numRows; i++) {
                        sum += logP.get(i, batch.labels()[i]);
                    }
                    return sum / logP.numRows;
                });
        Card card = DiscriminativeRbm.card(dim, hidden, classes)
                .columns(data.columns())
                .classes(data.labelNames())
                .setting("labelled rows", rows.rows())
                .setting("generative part", alpha == 0 ? "none" : alpha + ", by " + rule)
                .setting("weight decay", weightDecay)
                .settings(trainingSettings(learner));
        return train(
                rows,
                learner,
                history -> new DiscriminativeRbm(
                        new Rbm(
                                units.copy(),
                                rates,
                                Rbm.card(dim + classes, hidden).summary(history)),
                        classes,
                        card.course(history, rows.rows(), "nats per row").summary(history)));
    }

    private void decay(Param w) {
        float lambda = (float) weightDecay;
        for (int i = 0; lambda > 0 && i < w.value().getNumElements(); i++) {
            w.gradient().data[i] += lambda * w.value().data[i];
        }
    }

    private static void scale(FMatrixRMaj g, float factor) {
        for (int i = 0; i < g.getNumElements(); i++) {
            g.data[i] *= factor;
        }
    }

    private static void beside(FMatrixRMaj v, int[] labels, int classes, FMatrixRMaj both) {
        int d = v.numCols;
        both.reshape(v.numRows, d + classes);
        both.zero();
        for (int i = 0; i < v.numRows; i++) {
            System.arraycopy(v.data, i * d, both.data, i * both.numCols, d);
            both.data[i * both.numCols + d + labels[i]] = 1;
        }
    }

    private static FMatrixRMaj rates(Dataset rows, int classes) {
        FMatrixRMaj means = new BinaryLayer(rows.dim()).rates("DiscriminativeRbm.fit", rows, null);
        FMatrixRMaj rates = new FMatrixRMaj(1, means.numCols + classes);
        System.arraycopy(means.data, 0, rates.data, 0, means.numCols);
        for (int label : rows.labels()) {
            rates.data[means.numCols + label] += 1f / rows.rows();
        }
        return rates;
    }
}

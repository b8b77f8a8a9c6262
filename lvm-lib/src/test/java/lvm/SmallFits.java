package lvm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import lvm.autodiff.Activation;
import lvm.autoregressive.LevelOutput;
import lvm.autoregressive.Made;
import lvm.autoregressive.Nade;
import lvm.autoregressive.PixelCnn;
import lvm.autoregressive.PixelCnnBuilder;
import lvm.autoregressive.WaveNet;
import lvm.bernoulli.BernoulliLvm;
import lvm.bernoulli.HelmholtzMachine;
import lvm.bernoulli.Learning;
import lvm.bernoulli.SigmoidBeliefNet;
import lvm.boltzmann.BoltzmannLearning;
import lvm.boltzmann.BoltzmannMachine;
import lvm.boltzmann.ConditionalRbm;
import lvm.boltzmann.ConvolutionalDbn;
import lvm.boltzmann.ConvolutionalRbm;
import lvm.boltzmann.ConvolutionalRbmBuilder;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmClassifier;
import lvm.boltzmann.DbmLearning;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.DbnBuilder;
import lvm.boltzmann.DiscriminativeRbm;
import lvm.boltzmann.HigherOrderRbm;
import lvm.boltzmann.McRbm;
import lvm.boltzmann.MeanPot;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.RealLearning;
import lvm.boltzmann.Recurrence;
import lvm.boltzmann.RnnRbm;
import lvm.boltzmann.SpikeSlabRbm;
import lvm.boltzmann.VisibleUnits;
import lvm.classify.LabelPropagation;
import lvm.classify.NearestNeighbours;
import lvm.classify.NeuralClassifier;
import lvm.classify.SupportVectorMachine;
import lvm.classify.TransductiveSvm;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.data.Toy2d;
import lvm.factor.FactorAnalysis;
import lvm.factor.FastIca;
import lvm.factor.MaximumLikelihoodIca;
import lvm.factor.Pca;
import lvm.factor.ProbabilisticPca;
import lvm.factor.SlowFeatureAnalysis;
import lvm.factor.SparseCoding;
import lvm.fit.FitBuilder;
import lvm.flow.Dequantization;
import lvm.flow.Glow;
import lvm.flow.Iaf;
import lvm.flow.Maf;
import lvm.flow.Nice;
import lvm.flow.NormalizingFlow;
import lvm.flow.Planar;
import lvm.flow.Radial;
import lvm.flow.RealNvp;
import lvm.flow.Sylvester;
import lvm.flow.Transformer;
import lvm.gan.ConditionalGan;
import lvm.gan.Gan;
import lvm.gan.GanLoss;
import lvm.mixture.BernoulliMixture;
import lvm.mixture.Covariance;
import lvm.mixture.GaussianMixture;
import lvm.mixture.KMeans;
import lvm.nn.NetworkFactory;
import lvm.representation.AdversarialFeatures;
import lvm.representation.EncoderNetwork;
import lvm.representation.ZeroShot;
import lvm.vae.Autoencoder;
import lvm.vae.ConditionalVae;
import lvm.vae.ContractiveAutoencoder;
import lvm.vae.DenoisingAutoencoder;
import lvm.vae.Likelihood;
import lvm.vae.M1;
import lvm.vae.M2;
import lvm.vae.StackedM1M2;
import lvm.vae.Vae;
import lvm.vae.VaeLearning;
import org.ejml.data.FMatrixRMaj;

/**
 * A small fit of every kind of model through its public builder, each a fraction of a second: for what must hold for all of
 * them. A new model gets a line here.
 */
public final class SmallFits {
    /** 120 rows of four columns with names, three of them mixed. */
    private static final Dataset NUMBERS = numbers();

    /** 60 pictures of bars, 9 zeros and ones. */
    private static final Dataset BITS = Bars.generate(60, 3, 0.3, 0.05, 1).pictures();

    /** The same with three classes. */
    private static final Dataset LABELLED_BITS = BITS.withLabels(
            java.util.stream.IntStream.range(0, 60).map(i -> i % 3).toArray());

    /** 90 rows in the plane, of two classes. */
    private static final Dataset PLANE = Toy2d.TWO_MOONS.generate(90, 1);

    /** The same, most without a label. */
    private static final Dataset FEW_LABELS = fewLabels(PLANE);

    private static final Pca PLANE_CODES = Pca.builder().components(1).fit(PLANE);

    private SmallFits() {}

    private static Dataset numbers() {
        java.util.SplittableRandom rng = new java.util.SplittableRandom(3);
        double[][] rows = new double[120][4];
        for (int i = 0; i < rows.length; i++) {
            double a = rng.nextDouble() < .5 ? -2 : 2;
            double b = rng.nextDouble(-1, 1);
            double c = Math.sin(i / 9.0);
            rows[i] =
                    new double[] {a + b, a - .5 * b + c, b + 2 * c + .3 * rng.nextGaussian(), c - a + rng.nextGaussian()
                    };
        }
        return Dataset.of(rows).withColumns("height", "width", "weight", "age");
    }

    private static Dataset fewLabels(Dataset all) {
        int[] labels = all.labels();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 6 == 0 ? labels[i] : Dataset.UNLABELLED;
        }
        return all.withLabels(labels);
    }

    /**
     * The builders with their data.
     *
     * @param builder makes a builder with its settings
     * @param data what it is fitted to
     */
    public record Case(Supplier<? extends FitBuilder<?, ?>> builder, Dataset data) {
        /** The model. */
        public Object fit() {
            return builder.get().fit(data);
        }
    }

    /** Name → builder and data, of every kind of model that has a builder of the common bases. */
    public static Map<String, Case> builders() {
        Map<String, Case> all = new LinkedHashMap<>();
        for (Covariance covariance : Covariance.values()) {
            all.put(
                    "GaussianMixture " + covariance,
                    new Case(
                            () -> GaussianMixture.builder()
                                    .components(2)
                                    .covariance(covariance)
                                    .restarts(2),
                            NUMBERS));
        }
        all.put(
                "BernoulliMixture",
                new Case(() -> BernoulliMixture.builder().components(3).restarts(2), BITS));
        all.put("KMeans", new Case(() -> KMeans.builder().clusters(3), NUMBERS));
        for (Pca.Solver solver : Pca.Solver.values()) {
            all.put("Pca " + solver, new Case(() -> Pca.builder().components(2).solver(solver), NUMBERS));
        }
        for (ProbabilisticPca.Method method : ProbabilisticPca.Method.values()) {
            all.put(
                    "ProbabilisticPca " + method,
                    new Case(() -> ProbabilisticPca.builder().components(2).method(method), NUMBERS));
        }
        for (FactorAnalysis.Algorithm algorithm : FactorAnalysis.Algorithm.values()) {
            all.put(
                    "FactorAnalysis " + algorithm,
                    new Case(() -> FactorAnalysis.builder().factors(2).algorithm(algorithm), NUMBERS));
        }
        all.put("FastIca", new Case(() -> FastIca.builder().components(2), NUMBERS));
        all.put("MaximumLikelihoodIca", new Case(MaximumLikelihoodIca::builder, NUMBERS));
        all.put(
                "SlowFeatureAnalysis",
                new Case(() -> SlowFeatureAnalysis.builder().components(2), NUMBERS));
        all.put(
                "SparseCoding",
                new Case(() -> SparseCoding.builder().components(5).epochs(3), NUMBERS));
        for (Learning learning : Learning.values()) {
            all.put(
                    "BernoulliLvm " + learning,
                    new Case(
                            () -> BernoulliLvm.builder()
                                    .latent(3)
                                    .learning(learning)
                                    .epochs(3),
                            BITS));
        }
        all.put(
                "SigmoidBeliefNet",
                new Case(() -> SigmoidBeliefNet.builder().latent(4, 3).epochs(2).batchSize(20), BITS));
        all.put(
                "SigmoidBeliefNet wake-sleep",
                new Case(
                        () -> SigmoidBeliefNet.builder()
                                .latent(4)
                                .learning((net, rng) -> new HelmholtzMachine(net))
                                .epochs(2)
                                .batchSize(20),
                        BITS));
        for (RbmLearning learning : List.of(
                RbmLearning.exact(),
                RbmLearning.cd(2),
                RbmLearning.pcd(1, 10),
                RbmLearning.fastPcd(1, 10, .01),
                RbmLearning.tempering(3, 10),
                RbmLearning.pseudoLikelihood(),
                RbmLearning.ratioMatching())) {
            all.put(
                    "Rbm " + learning,
                    new Case(
                            () -> Rbm.builder()
                                    .hidden(5)
                                    .learning(learning)
                                    .centred(true)
                                    .epochs(2)
                                    .batchSize(20),
                            BITS));
        }
        for (RbmLearning learning : List.of(
                RbmLearning.exact(),
                RbmLearning.cd(2),
                RbmLearning.pcd(1, 10),
                RbmLearning.fastPcd(1, 10, .01),
                RbmLearning.tempering(3, 10),
                RbmLearning.langevin(2, 10, 2, .5),
                RbmLearning.scoreMatching())) {
            all.put(
                    "Rbm, Gaussian, " + learning,
                    new Case(
                            () -> Rbm.builder()
                                    .visible(VisibleUnits.GAUSSIAN)
                                    .hidden(5)
                                    .learning(learning)
                                    .centred(true)
                                    .epochs(2)
                                    .batchSize(20),
                            NUMBERS));
        }
        for (RealLearning learning : List.of(
                RealLearning.exact(),
                RealLearning.hmc(10, 3),
                RealLearning.hmcFromData(2),
                RealLearning.gibbs(1, 10))) {
            all.put(
                    "McRbm, " + learning,
                    new Case(
                            () -> McRbm.builder()
                                    .meanUnits(2)
                                    .covarianceUnits(3)
                                    .learning(learning)
                                    .epochs(2)
                                    .batchSize(20),
                            NUMBERS));
            all.put(
                    "SpikeSlabRbm, " + learning,
                    new Case(
                            () -> SpikeSlabRbm.builder()
                                    .hidden(4)
                                    .learning(learning)
                                    .epochs(2)
                                    .batchSize(20),
                            NUMBERS));
        }
        all.put(
                "McRbm, normalised",
                new Case(
                        () -> McRbm.builder()
                                .meanUnits(2)
                                .covarianceUnits(3)
                                .normalized(true)
                                .learning(RealLearning.hmc(10, 3))
                                .epochs(2)
                                .batchSize(20),
                        NUMBERS));
        for (RealLearning learning : List.of(RealLearning.hmc(10, 3), RealLearning.gibbs(1, 10))) {
            all.put(
                    "MeanPot, " + learning,
                    new Case(
                            () -> MeanPot.builder()
                                    .meanUnits(2)
                                    .covarianceUnits(3)
                                    .learning(learning)
                                    .epochs(2)
                                    .batchSize(20),
                            NUMBERS));
        }
        all.put(
                "Rbm, Gaussian, rectified",
                new Case(
                        () -> Rbm.builder()
                                .visible(VisibleUnits.GAUSSIAN)
                                .hidden(3)
                                .rectified(4)
                                .learning(RbmLearning.cd(1))
                                .epochs(2)
                                .batchSize(20),
                        NUMBERS));
        for (DbmLearning learning : List.of(DbmLearning.exact(), DbmLearning.sml(2, 10), DbmLearning.cd(1))) {
            all.put(
                    "Dbm " + learning,
                    new Case(
                            () -> Dbm.builder()
                                    .hidden(4, 3)
                                    .learning(learning)
                                    .centred(true)
                                    .epochs(2)
                                    .batchSize(20),
                            BITS));
        }
        for (DbmLearning learning : List.of(DbmLearning.exact(), DbmLearning.sml(2, 10), DbmLearning.cd(1))) {
            all.put(
                    "Dbm, Gaussian, " + learning,
                    new Case(
                            () -> Dbm.builder()
                                    .visible(VisibleUnits.GAUSSIAN)
                                    .hidden(4, 3)
                                    .learning(learning)
                                    .centred(true)
                                    .epochs(2)
                                    .batchSize(20),
                            NUMBERS));
        }
        all.put(
                "Dbm, Gaussian, pretrained",
                new Case(
                        () -> Dbm.builder()
                                .pretraining(gaussian(), upper(), upper())
                                .epochs(2)
                                .batchSize(20),
                        NUMBERS));
        all.put(
                "Dbm with a label",
                new Case(
                        () -> Dbm.builder()
                                .hidden(4, 3)
                                .groups(3)
                                .learning(DbmLearning.sml(2, 10))
                                .epochs(2)
                                .batchSize(20),
                        DbmClassifier.rows(LABELLED_BITS, 3)));
        all.put(
                "Dbm multi-prediction",
                new Case(
                        () -> Dbm.builder()
                                .hidden(4, 3)
                                .learning(DbmLearning.multiPrediction(3))
                                .epochs(2)
                                .batchSize(20),
                        BITS));
        all.put(
                "Dbm pretrained",
                new Case(
                        () -> Dbm.builder()
                                .pretraining(
                                        Rbm.builder().hidden(4).epochs(1),
                                        Rbm.builder().hidden(3).epochs(1),
                                        Rbm.builder().hidden(2).epochs(1))
                                .epochs(2)
                                .batchSize(20),
                        BITS));
        all.put("Dbn", new Case(SmallFits::dbn, BITS));
        all.put(
                "Dbn up-down",
                new Case(
                        () -> dbn().nextLayer(DbnBuilder.NextLayer.MEANS)
                                .startFromTranspose(true)
                                .upDown(RbmLearning.pcd(1, 10))
                                .epochs(2)
                                .batchSize(20),
                        BITS));
        all.put("Dbn, Gaussian", new Case(() -> Dbn.builder().layers(gaussian(), upper()), NUMBERS));
        all.put(
                "Dbn, Gaussian, up-down",
                new Case(
                        () -> Dbn.builder()
                                .layers(gaussian(), upper())
                                .upDown(RbmLearning.pcd(1, 10))
                                .epochs(2)
                                .batchSize(20),
                        NUMBERS));
        for (BoltzmannLearning learning : List.of(
                BoltzmannLearning.exact(), BoltzmannLearning.gibbs(2, 10), BoltzmannLearning.pseudoLikelihood())) {
            all.put(
                    "BoltzmannMachine " + learning,
                    new Case(
                            () -> BoltzmannMachine.builder()
                                    .learning(learning)
                                    .epochs(2)
                                    .batchSize(20),
                            BITS));
        }
        for (double alpha : new double[] {0, .1}) {
            all.put(
                    "DiscriminativeRbm " + alpha,
                    new Case(
                            () -> DiscriminativeRbm.builder()
                                    .hidden(5)
                                    .generative(alpha, RbmLearning.cd(1))
                                    .epochs(2)
                                    .batchSize(20),
                            LABELLED_BITS));
        }
        for (RbmLearning learning : List.of(RbmLearning.exact(), RbmLearning.cd(2))) {
            all.put(
                    "ConditionalRbm " + learning,
                    new Case(
                            () -> ConditionalRbm.builder()
                                    .hidden(4)
                                    .condition(3)
                                    .learning(learning)
                                    .epochs(2)
                                    .batchSize(20),
                            BITS));
        }
        all.put(
                "HigherOrderRbm",
                new Case(
                        () -> HigherOrderRbm.builder()
                                .hidden(4)
                                .factors(5)
                                .condition(3)
                                .epochs(2)
                                .batchSize(20),
                        BITS));
        all.put("ConvolutionalRbm", new Case(SmallFits::convolutional, BITS));
        all.put(
                "ConvolutionalDbn",
                new Case(
                        () -> ConvolutionalDbn.builder()
                                .layers(
                                        convolutional(),
                                        convolutional().kernel(1).pool(1)),
                        BITS));
        for (Recurrence recurrence : Recurrence.values()) {
            all.put(
                    "RnnRbm " + recurrence,
                    new Case(
                            () -> RnnRbm.builder()
                                    .hidden(4)
                                    .recurrence(recurrence)
                                    .epochs(2),
                            BITS));
        }
        all.put("Made", new Case(() -> Made.builder().hidden(12, 7).epochs(2).batchSize(20), BITS));
        all.put(
                "Made of several orders",
                new Case(
                        () -> Made.builder()
                                .hidden(12)
                                .randomOrders(3)
                                .epochs(2)
                                .batchSize(20),
                        BITS));
        all.put("Nade", new Case(() -> Nade.builder().hidden(6).epochs(2).batchSize(20), BITS));
        all.put("PixelCnn", new Case(SmallFits::pixelCnn, BITS.asImages(3, 3)));
        all.put("PixelCnn of classes", new Case(() -> pixelCnn().conditional(true), LABELLED_BITS.asImages(3, 3)));
        for (LevelOutput output : List.of(LevelOutput.softmax(256), LevelOutput.logistics(256, 2))) {
            all.put(
                    "PixelCnn " + output,
                    new Case(() -> pixelCnn().output(output), pictures().asImages(4, 4)));
        }
        for (boolean conditional : new boolean[] {false, true}) {
            all.put(
                    "WaveNet" + (conditional ? " of classes" : ""),
                    new Case(
                            () -> WaveNet.builder()
                                    .filters(3)
                                    .dilations(1, 2, 4)
                                    .conditional(conditional)
                                    .epochs(2)
                                    .batchSize(20),
                            LABELLED_BITS));
        }
        all.put(
                "Autoencoder",
                new Case(() -> Autoencoder.builder().latent(2).hidden(5).epochs(2), NUMBERS));
        all.put(
                "DenoisingAutoencoder",
                new Case(
                        () -> DenoisingAutoencoder.builder().latent(3).noise(.1).epochs(2), NUMBERS));
        all.put(
                "ContractiveAutoencoder",
                new Case(() -> ContractiveAutoencoder.builder().latent(3).epochs(2), NUMBERS));
        all.put("Vae", new Case(SmallFits::vae, NUMBERS));
        all.put(
                "Vae Bernoulli",
                new Case(() -> vae().likelihood(Likelihood.BERNOULLI).movingAverage(.9), BITS));
        all.put("Vae wake-sleep", new Case(() -> vae().learning(VaeLearning.WAKE_SLEEP), NUMBERS));
        all.put("Vae Monte Carlo EM", new Case(() -> vae().learning(VaeLearning.monteCarloEm(3, 2, .9)), NUMBERS));
        all.put("Vae with planar flow", new Case(() -> vae().posteriorFlow(Planar.conditional(2)), NUMBERS));
        all.put(
                "Vae with inverse autoregressive flow",
                new Case(() -> vae().posteriorFlow(Iaf.conditional(2, 3, 8)), NUMBERS));
        all.put(
                "ConditionalVae",
                new Case(
                        () -> ConditionalVae.builder()
                                .latent(2)
                                .hidden(6)
                                .likelihood(Likelihood.GAUSSIAN_SHARED)
                                .epochs(2),
                        PLANE));
        all.put(
                "M2",
                new Case(
                        () -> M2.builder()
                                .latent(2)
                                .hidden(6)
                                .likelihood(Likelihood.GAUSSIAN_DIAGONAL)
                                .epochs(2),
                        FEW_LABELS));
        all.put(
                "StackedM1M2",
                new Case(
                        () -> StackedM1M2.builder()
                                .features(features())
                                .latent(2)
                                .hidden(5)
                                .epochs(2),
                        FEW_LABELS));
        Map.of(
                        "planar", Planar.layers(2).inverted(),
                        "radial", Radial.layers(2).inverted(),
                        "Sylvester", Sylvester.layers(2, 2).inverted(),
                        "NICE", Nice.layers(2, 6),
                        "RealNVP", RealNvp.layers(2, 6),
                        "spline", RealNvp.layers(2, Transformer.spline(4, 3), 6),
                        "MAF", Maf.layers(2, 6),
                        "Glow", Glow.layers(2, 6))
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> all.put(
                        "NormalizingFlow " + entry.getKey(),
                        new Case(
                                () -> NormalizingFlow.builder()
                                        .architecture(entry.getValue())
                                        .epochs(2)
                                        .batchSize(30),
                                PLANE)));
        all.put(
                "NormalizingFlow of pictures",
                new Case(
                        () -> NormalizingFlow.builder()
                                .architecture(RealNvp.images(1, 4, 4, 1, 3))
                                .dequantization(256)
                                .noise(Dequantization.variational(2, 5))
                                .epochs(2)
                                .batchSize(15),
                        pictures()));
        all.put(
                "NeuralClassifier",
                new Case(() -> NeuralClassifier.builder().hidden(6).epochs(2), PLANE));
        all.put(
                "EncoderNetwork",
                new Case(
                        () -> EncoderNetwork.builder()
                                .teacher(PLANE_CODES)
                                .split(true)
                                .epochs(2),
                        PLANE));
        all.put(
                "AdversarialFeatures",
                new Case(
                        () -> AdversarialFeatures.builder()
                                .hidden(6)
                                .discriminator(4)
                                .epochs(2),
                        FEW_LABELS));
        all.put("Gan", new Case(SmallFits::gan, NUMBERS));
        all.put(
                "Gan of a critic",
                new Case(
                        () -> gan().loss(GanLoss.wassersteinGradientPenalty(1))
                                .criticSteps(2)
                                .packing(2)
                                .movingAverage(.9),
                        NUMBERS));
        all.put(
                "Gan, all devices",
                new Case(
                        () -> gan().loss(GanLoss.leastSquares())
                                .generator(NetworkFactory.batchNormalized(Activation.RELU, 6))
                                .discriminator(NetworkFactory.maxout(3, 6))
                                .features(4)
                                .featureMatching(true)
                                .minibatchDiscrimination(2, 3)
                                .spectralNorm(true),
                        BITS));
        all.put(
                "Gan of pictures",
                new Case(
                        () -> gan().generator(NetworkFactory.dcganGenerator(4, 4, 3))
                                .discriminator(NetworkFactory.dcganDiscriminator(4, true, 3, 4))
                                .packing(2)
                                .movingAverage(.9),
                        pictures()));
        all.put(
                "ConditionalGan",
                new Case(
                        () -> ConditionalGan.builder()
                                .latent(2)
                                .generator(NetworkFactory.dcganGenerator(4, 3))
                                .discriminator(NetworkFactory.dcganDiscriminator(4, true, 3))
                                .loss(GanLoss.wasserstein(.1))
                                .epochs(2)
                                .batchSize(10),
                        pictures()
                                .withLabels(java.util.stream.IntStream.range(0, 30)
                                        .map(i -> i % 3)
                                        .toArray())));
        all.put(
                "TransductiveSvm",
                new Case(() -> TransductiveSvm.builder().kernel(.5, 20).epochs(2), FEW_LABELS));
        return all;
    }

    private static Gan.Builder gan() {
        return Gan.builder()
                .latent(2)
                .generator(NetworkFactory.mlp(Activation.TANH, 5))
                .discriminator(NetworkFactory.mlp(Activation.LEAKY_RELU, 5))
                .learningRate(.01)
                .epochs(2)
                .batchSize(20);
    }

    private static PixelCnnBuilder pixelCnn() {
        return PixelCnn.builder().filters(3).blocks(2).kernel(5, 3).epochs(2).batchSize(20);
    }

    private static DbnBuilder dbn() {
        return Dbn.builder()
                .layers(
                        Rbm.builder().hidden(5).epochs(2).batchSize(20),
                        Rbm.builder().hidden(9).learning(RbmLearning.cd(1)).epochs(1),
                        Rbm.builder().hidden(4).centred(true).epochs(2).batchSize(30));
    }

    private static ConvolutionalRbmBuilder convolutional() {
        return ConvolutionalRbm.builder().filters(3).kernel(2).epochs(2).batchSize(20);
    }

    private static RbmBuilder gaussian() {
        return Rbm.builder().visible(VisibleUnits.GAUSSIAN).hidden(5).epochs(2).batchSize(20);
    }

    private static RbmBuilder upper() {
        return Rbm.builder().hidden(4).epochs(1);
    }

    private static Vae.Builder vae() {
        return Vae.builder()
                .latent(2)
                .hidden(6)
                .activation(Activation.TANH)
                .likelihood(Likelihood.GAUSSIAN)
                .epochs(2)
                .batchSize(25);
    }

    private static Vae features() {
        return vae().fit(PLANE.withoutLabels());
    }

    private static Dataset pictures() {
        byte[] levels = new byte[30 * 16];
        new java.util.Random(5).nextBytes(levels);
        return Dataset.ofBytes(levels, 16, 255);
    }

    /** Name → model, of every kind. */
    public static Map<String, Supplier<Object>> models() {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        builders().forEach((name, fit) -> all.put(name, fit::fit));
        all.put("NearestNeighbours", () -> NearestNeighbours.of(PLANE, 3));
        all.put("LabelPropagation", () -> LabelPropagation.of(FEW_LABELS, 3));
        all.put(
                "SupportVectorMachine",
                () -> SupportVectorMachine.builder().gamma(.5).fit(PLANE));
        all.put(
                "HelmholtzMachine",
                () -> new HelmholtzMachine(
                        SigmoidBeliefNet.builder().latent(3).epochs(1).fit(BITS), 2));
        Supplier<Dbm> labelled =
                () -> Dbm.builder().hidden(4, 3).groups(3).epochs(1).fit(DbmClassifier.rows(LABELLED_BITS, 3));
        all.put("DbmClassifier", () -> labelled.get().classifier());
        all.put("DbmClassifier, exact", () -> labelled.get().enumerated().classifier());
        all.put(
                "ZeroShot",
                () -> ZeroShot.learn(
                        NeuralClassifier.builder().epochs(2),
                        new FMatrixRMaj(new float[][] {{1, 0, 1}, {0, 1, 1}}),
                        PLANE,
                        4));
        all.put("M1", () -> M1.of(features(), rows -> NearestNeighbours.of(rows, 3), PLANE));
        return all;
    }
}

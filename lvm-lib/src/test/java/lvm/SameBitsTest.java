package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.autoregressive.Made;
import lvm.autoregressive.Nade;
import lvm.autoregressive.PixelCnn;
import lvm.bernoulli.BernoulliLvm;
import lvm.bernoulli.HelmholtzMachine;
import lvm.bernoulli.SigmoidBeliefNet;
import lvm.classify.LabelPropagation;
import lvm.classify.NeuralClassifier;
import lvm.classify.TransductiveSvm;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Toy2d;
import lvm.factor.FactorAnalysis;
import lvm.factor.FastIca;
import lvm.factor.MaximumLikelihoodIca;
import lvm.factor.Pca;
import lvm.factor.ProbabilisticPca;
import lvm.factor.SlowFeatureAnalysis;
import lvm.factor.SparseCoding;
import lvm.flow.Glow;
import lvm.flow.Iaf;
import lvm.flow.Maf;
import lvm.flow.NormalizingFlow;
import lvm.flow.RealNvp;
import lvm.flow.Transformer;
import lvm.linalg.Backend;
import lvm.linalg.Parallel;
import lvm.mixture.BernoulliMixture;
import lvm.mixture.GaussianMixture;
import lvm.mixture.KMeans;
import lvm.nn.NetworkFactory;
import lvm.store.ModelMethods;
import lvm.vae.Autoencoder;
import lvm.vae.ContractiveAutoencoder;
import lvm.vae.M2;
import lvm.vae.Vae;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fit gives the same model, bit for bit, on any number of threads; the data are large enough for several to be used. */
class SameBitsTest {

    @ParameterizedTest
    @CsvSource({"openblas, 1 2 4", "java, 1 2"})
    void everyFamilysFitIsTheSameOnAnyNumberOfThreads(String backend, String numbers) throws Exception {
        List<CompletableFuture<String>> outputs = Stream.of(numbers.split(" "))
                .map(threads -> CompletableFuture.supplyAsync(() -> fits(backend, threads)))
                .toList();
        String one = results(outputs.get(0).get());
        assertEquals(
                Probe.fits().size() + SmallFits.models().size(), one.lines().count(), one);
        for (CompletableFuture<String> output : outputs) {
            assertEquals(
                    one, results(output.get()), output.get().lines().findFirst().orElseThrow());
        }
    }

    /** Without what tells of the progress. */
    private static String results(String output) {
        return output.lines().filter(line -> line.startsWith("= ")).collect(Collectors.joining("\n"));
    }

    private static String fits(String backend, String threads) {
        try {
            String output = Child.run(
                    Probe.class,
                    List.of(
                            "-Dlvm.backend=" + backend,
                            "-Dlvm.threads=" + threads,
                            "-XX:ActiveProcessorCount=" + threads,
                            "--enable-native-access=ALL-UNNAMED"));
            assertTrue(output.startsWith("threads: " + threads), output);
            return output;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fits a model of each family and prints what it computes. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] args) {
            System.out.println("threads: " + Parallel.threads());
            System.out.println(Backend.describe().name());
            fits().forEach(Probe::print);
            SmallFits.models().forEach((name, fit) -> print("small " + name, fit));
        }

        private static void print(String name, Supplier<Object> fit) {
            System.out.println("= " + name + " "
                    + ModelMethods.withoutSeconds(fit.get()).toString().replace('\n', ' '));
        }

        private static DMatrixRMaj withGaps(DMatrixRMaj x) {
            for (int i = 0; i < x.getNumElements(); i += 17) {
                x.data[i] = Double.NaN;
            }
            return x;
        }

        private static Dataset mixed(int rows, int columns) {
            SplittableRandom rng = new SplittableRandom(2);
            DMatrixRMaj x = new DMatrixRMaj(rows, columns);
            for (int i = 0; i < rows; i++) {
                double shift = i % 3 * 4;
                double common = rng.nextGaussian();
                for (int j = 0; j < columns; j++) {
                    x.set(i, j, shift * (j % 2) + common + rng.nextDouble(-1, 1) * (1 + j % 5));
                }
            }
            return Dataset.of(x);
        }

        private static Map<String, Supplier<Object>> fits() {
            Dataset wide = mixed(3000, 40);
            Dataset narrow = mixed(20_000, 6);
            Dataset digits = Digits.generate(240, 1);
            Dataset bits = digits.binarizedAt(.5);
            Dataset plane = Toy2d.TWO_MOONS.generate(2000, 1);
            Map<String, Supplier<Object>> all = new LinkedHashMap<>();
            all.put(
                    "mixture",
                    () -> GaussianMixture.builder()
                            .components(3)
                            .maxIterations(3)
                            .fit(wide));
            all.put("k-means", () -> KMeans.builder().clusters(3).restarts(1).fit(narrow));
            all.put(
                    "Bernoulli mixture",
                    () -> BernoulliMixture.builder()
                            .components(4)
                            .restarts(1)
                            .maxIterations(5)
                            .fit(bits));
            all.put("PCA", () -> Pca.builder().components(10).fit(wide));
            all.put(
                    "factor analysis",
                    () -> FactorAnalysis.builder().factors(4).maxIterations(4).fit(wide));
            all.put(
                    "factor analysis with gaps",
                    () -> FactorAnalysis.builder()
                            .factors(2)
                            .algorithm(FactorAnalysis.Algorithm.EM)
                            .missingEntries(true)
                            .maxIterations(4)
                            .fit(withGaps(narrow.slice(0, 500).matrix())));
            all.put(
                    "probabilistic PCA",
                    () -> ProbabilisticPca.builder()
                            .components(4)
                            .method(ProbabilisticPca.Method.EM)
                            .maxIterations(4)
                            .fit(wide));
            all.put(
                    "slow features",
                    () -> SlowFeatureAnalysis.builder().components(4).fit(wide));
            all.put("FastICA", () -> FastIca.builder().maxIterations(5).fit(narrow));
            all.put(
                    "maximum likelihood ICA",
                    () -> MaximumLikelihoodIca.builder().maxIterations(3).fit(narrow));
            all.put(
                    "sparse coding",
                    () -> SparseCoding.builder().components(50).epochs(1).fit(wide.slice(0, 200)));
            all.put(
                    "Bernoulli",
                    () -> BernoulliLvm.builder().latent(8).epochs(1).fit(bits));
            all.put(
                    "belief net",
                    () -> SigmoidBeliefNet.builder().latent(100, 50).epochs(1).fit(bits));
            all.put(
                    "Helmholtz machine",
                    () -> SigmoidBeliefNet.builder()
                            .latent(100)
                            .learning((net, rng) -> new HelmholtzMachine(net))
                            .epochs(1)
                            .fit(bits));
            all.put(
                    "masked autoencoder",
                    () -> Made.builder()
                            .hidden(200, 100)
                            .randomOrders(2)
                            .epochs(1)
                            .fit(bits));
            all.put("NADE", () -> Nade.builder().hidden(100).epochs(1).fit(bits));
            all.put(
                    "PixelCNN",
                    () -> PixelCnn.builder()
                            .shape(28, 28)
                            .filters(6)
                            .blocks(2)
                            .batchSize(30)
                            .epochs(1)
                            .fit(bits.slice(0, 90)));
            all.put(
                    "contractive autoencoder",
                    () -> ContractiveAutoencoder.builder().latent(100).epochs(1).fit(digits));
            all.put(
                    "autoencoder",
                    () -> Autoencoder.builder().latent(20).hidden(200).epochs(1).fit(digits));
            all.put("VAE", () -> Vae.builder().latent(20).hidden(300).epochs(1).fit(digits));
            all.put(
                    "VAE with a flow",
                    () -> Vae.builder()
                            .latent(10)
                            .hidden(200)
                            .posteriorFlow(Iaf.conditional(2, 20, 100))
                            .epochs(1)
                            .fit(bits));
            all.put(
                    "M2",
                    () -> M2.builder()
                            .latent(10)
                            .hidden(200)
                            .activation(Activation.RELU)
                            .epochs(1)
                            .fit(digits));
            all.put(
                    "RealNVP",
                    () -> NormalizingFlow.builder()
                            .architecture(RealNvp.layers(4, 128))
                            .batchSize(600)
                            .epochs(1)
                            .fit(plane));
            all.put(
                    "spline",
                    () -> NormalizingFlow.builder()
                            .architecture(RealNvp.layers(2, Transformer.spline(5, 3), 60))
                            .batchSize(300)
                            .epochs(1)
                            .fit(plane));
            all.put(
                    "Glow",
                    () -> NormalizingFlow.builder()
                            .architecture(Glow.layers(2, 100))
                            .batchSize(300)
                            .epochs(1)
                            .fit(wide.slice(0, 600)));
            all.put(
                    "MAF",
                    () -> NormalizingFlow.builder()
                            .architecture(Maf.layers(2, 300))
                            .epochs(1)
                            .fit(wide));
            all.put(
                    "RealNVP of pictures",
                    () -> NormalizingFlow.builder()
                            .architecture(RealNvp.images(1, 28, 28, 2, 8))
                            .dequantization(256)
                            .batchSize(30)
                            .epochs(1)
                            .fit(digits.slice(0, 90)));
            all.put(
                    "convolutions",
                    () -> NeuralClassifier.builder()
                            .network(NetworkFactory.convolutional(28, 32, 8, 8))
                            .epochs(1)
                            .fit(digits));
            all.put(
                    "transductive",
                    () -> TransductiveSvm.builder().kernel(.5, 500).epochs(1).fit(plane));
            all.put("label propagation", () -> LabelPropagation.of(digits, 5));
            return all;
        }
    }
}

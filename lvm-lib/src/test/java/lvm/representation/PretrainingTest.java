package lvm.representation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.VisibleUnits;
import lvm.classify.NeuralClassifier;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.evaluation.ErrorRate;
import lvm.factor.Pca;
import lvm.factor.SparseCoding;
import lvm.model.HasEncoder;
import lvm.nn.HasEncoderLayers;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.optim.AdamW;
import lvm.optim.Schedule;
import lvm.vae.Autoencoder;
import lvm.vae.ContractiveAutoencoder;
import lvm.vae.DenoisingAutoencoder;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stacks of layers, each learnt for itself, and the networks that begin as they are. */
class PretrainingTest {
    private static final Dataset BITS = Bars.generate(80, 3, 0.3, 0.05, 1).pictures();

    /** Three columns of means and deviations of their own. */
    private static final Dataset NUMBERS = numbers();

    private static Dataset numbers() {
        FMatrixRMaj x = Matrices.normals(60, 3, new SplittableRandom(3));
        for (int i = 0; i < x.numRows; i++) {
            x.set(i, 0, 4 + 3 * x.get(i, 0));
            x.set(i, 2, x.get(i, 0) - 3 * x.get(i, 2));
        }
        return Dataset.of(x);
    }

    private static RbmBuilder rbm(int hidden) {
        return Rbm.builder().hidden(hidden).epochs(2).seed(5);
    }

    private static Autoencoder.Builder autoencoder(int latent) {
        return Autoencoder.builder().latent(latent).hidden(4).epochs(2).seed(6);
    }

    private static void assertNear(FMatrixRMaj expected, FMatrixRMaj found) {
        assertEquals(expected.numRows, found.numRows);
        assertEquals(expected.numCols, found.numCols);
        assertArrayEquals(expected.data, found.data, 2e-5f);
    }

    private static void assertLayersEncode(HasEncoderLayers model, Dataset data) {
        Tape tape = Tape.withoutGradients();
        assertNear(
                model.encode(data),
                new Sequential(model.encoderLayers())
                        .forward(tape, tape.constant(data.floatMatrix()))
                        .value());
    }

    @Test
    void layersEncodeAsTheirModels() {
        assertLayersEncode(rbm(4).fit(BITS), BITS);
        assertLayersEncode(rbm(4).visible(VisibleUnits.GAUSSIAN).fit(NUMBERS), NUMBERS);
        assertLayersEncode(autoencoder(2).fit(NUMBERS), NUMBERS);
        assertLayersEncode(
                Autoencoder.builder()
                        .latent(2)
                        .codeActivation(Activation.SIGMOID)
                        .epochs(1)
                        .fit(NUMBERS),
                NUMBERS);
        assertLayersEncode(
                DenoisingAutoencoder.builder()
                        .missing(.3)
                        .latent(3)
                        .hidden(5)
                        .epochs(1)
                        .fit(BITS),
                BITS);
        assertLayersEncode(ContractiveAutoencoder.builder().latent(3).epochs(1).fit(NUMBERS), NUMBERS);
        HasEncoderLayers other = Autoencoder.builder()
                .latent(2)
                .encoder(NetworkFactory.maxout(2, 3))
                .epochs(1)
                .fit(NUMBERS);
        assertTrue(assertThrows(IllegalArgumentException.class, other::encoderLayers)
                .getMessage()
                .contains("expected linear maps"));
    }

    /** The stack by hand: each learner on what the one before makes of the rows. */
    @Test
    void greedy() {
        Dataset labelled = BITS.withLabels(new int[80]);
        Pretraining stack = Pretraining.of(labelled)
                .stack(rbm(5)::fit)
                .stack(autoencoder(3)::fit)
                .stack(rbm(2).visible(VisibleUnits.GAUSSIAN)::fit);
        Rbm first = rbm(5).fit(BITS);
        Autoencoder second = autoencoder(3).fit(Dataset.of(first.encode(BITS)));
        Rbm third =
                rbm(2).visible(VisibleUnits.GAUSSIAN).fit(Dataset.of(second.encode(Dataset.of(first.encode(BITS)))));
        FMatrixRMaj h1 = first.encode(BITS);
        FMatrixRMaj h3 = third.encode(second.encode(h1));
        assertEquals(4, stack.depth());
        assertArrayEquals(new int[] {5, 4, 3, 2}, stack.hidden());
        assertEquals(3, stack.models().size());
        assertNear(h3, stack.toEncoder().encode(BITS));
        assertNear(h3, stack.codes().floatMatrix());
        assertEquals(0, Pretraining.of(BITS).depth());
        assertNear(BITS.floatMatrix(), Pretraining.of(labelled).codes().floatMatrix());
        assertThrows(IllegalArgumentException.class, () -> Pretraining.of(BITS).toEncoder());
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> Pretraining.of(NUMBERS).stack(rows -> first))
                .getMessage()
                .contains("takes 9 columns, expected 3"));
    }

    private static Dataset labelledBits() {
        int[] labels = new int[80];
        FMatrixRMaj x = BITS.floatMatrix();
        for (int i = 0; i < 80; i++) {
            labels[i] = x.get(i, 0) > 0 ? 1 : 0;
        }
        return BITS.withLabels(labels);
    }

    /** Frozen layers stay as they were pretrained, to the bit; the last one learns. */
    @Test
    void classifier(@TempDir Path temp) {
        Dataset data = labelledBits();
        Pretraining stack = Pretraining.of(BITS).stack(rbm(6)::fit).stack(autoencoder(3)::fit);
        NeuralClassifier.Builder builder = stack.toClassifier()
                .optimizer((params, rate) -> new AdamW(params, rate, .1))
                .learningRate(.05)
                .seed(2);
        NeuralClassifier frozen = builder.layerRates(0, 0, 0, 1).epochs(20).fit(data);
        NeuralClassifier start = stack.toClassifier().seed(2).epochs(0).fit(data);
        FMatrixRMaj features = stack.toEncoder().encode(BITS);
        NeuralClassifier onFeatures = NeuralClassifier.builder()
                .hidden()
                .standardize(false)
                .epochs(0)
                .fit(Dataset.of(features).withLabels(data.labels()));
        assertEquals(features.numCols, onFeatures.dim());
        // log odds of two classes are linear in the features: those of all rows follow from any four that are
        // independent.
        assertTrue(worstFit(features, frozen.classProbabilities(BITS)) < 1e-3, "layers below the last have moved");
        NeuralClassifier tuned = builder.layerRates(1, 1, 1, 1).epochs(200).fit(data);
        assertTrue(worstFit(features, tuned.classProbabilities(BITS)) > 1e-2, "tuning moves the features");
        assertTrue(error(tuned, data) < error(start, data));
        assertEquals(0, error(tuned, data), 0.03);
        Path file = temp.resolve("net.safetensors");
        tuned.save(file);
        assertArrayEquals(
                tuned.classProbabilities(BITS).data, NeuralClassifier.load(file).classProbabilities(BITS).data);
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> stack.toClassifier().layerRates(1, 1).fit(data))
                .getMessage()
                .contains("layerRates has 2 factors, the network has 4 layers"));
        assertThrows(
                IllegalArgumentException.class, () -> NeuralClassifier.builder().layerRates(1, Double.NaN));
    }

    private static double error(NeuralClassifier classifier, Dataset data) {
        return ErrorRate.of(classifier.classify(data), data.labels()).value();
    }

    /** How far log p₁/p₀ is from the least-squares plane over the features, beside its deviation. */
    private static double worstFit(FMatrixRMaj h, FMatrixRMaj p) {
        int n = h.numRows;
        org.ejml.simple.SimpleMatrix a = new org.ejml.simple.SimpleMatrix(n, h.numCols + 1);
        org.ejml.simple.SimpleMatrix y = new org.ejml.simple.SimpleMatrix(n, 1);
        for (int i = 0; i < n; i++) {
            a.set(i, h.numCols, 1);
            for (int j = 0; j < h.numCols; j++) {
                a.set(i, j, h.get(i, j));
            }
            y.set(i, Math.log(p.get(i, 1) / p.get(i, 0)));
        }
        org.ejml.simple.SimpleMatrix left = y.minus(a.mult(a.solve(y)));
        return left.elementMaxAbs() / y.minus(y.elementSum() / n).normF() * Math.sqrt(n);
    }

    /** The random twin has the sizes and not the weights. */
    @Test
    void networks() {
        Pretraining stack = Pretraining.of(BITS).stack(rbm(6)::fit);
        Layer begun = stack.toNetwork().make("net", 9, 2, new SplittableRandom(1));
        Layer random = stack.toRandomNetwork().make("net", 9, 2, new SplittableRandom(1));
        assertEquals(begun.values().keySet(), random.values().keySet());
        assertEquals(stack.toNetwork().recipe(), stack.toRandomNetwork().recipe());
        assertArrayEquals(rbm(6).fit(BITS).weights().data, begun.values().get("net.0.w").data);
        assertNotEquals(begun.values().get("net.0.w").data[0], random.values().get("net.0.w").data[0]);
        assertThrows(
                IllegalArgumentException.class, () -> stack.toNetwork().make("net", 8, 2, new SplittableRandom(1)));
        assertThrows(IllegalArgumentException.class, () -> NetworkFactory.layers(List.of(), 3));
    }

    /** Unrolled: the code is the stack's, and the decoder goes back through the transposed weights. */
    @Test
    void deepAutoencoder() {
        Pretraining stack = Pretraining.of(BITS)
                .stack(rbm(6).learningRate(.03).epochs(30)::fit)
                .stack(Autoencoder.builder()
                        .latent(2)
                        .codeActivation(Activation.TANH)
                        .learningRate(.05)
                        .epochs(30)::fit);
        Autoencoder deep = Autoencoder.builder()
                .latent(2)
                .codeActivation(Activation.TANH)
                .encoder(stack.toDeepEncoder())
                .decoder(stack.toDeepDecoder())
                .epochs(0)
                .fit(BITS);
        FMatrixRMaj code = stack.toEncoder().encode(BITS);
        assertNear(code, deep.encode(BITS));
        List<Linear> up = stack.toEncoder().encoderLayers();
        FMatrixRMaj h = Matrices.floats(
                Matrices.times(code, Matrices.transpose(up.get(1).weights().value())));
        h = Matrices.map(h, v -> 1 / (1 + Math.exp(-v)));
        FMatrixRMaj x = Matrices.floats(
                Matrices.times(h, Matrices.transpose(up.get(0).weights().value())));
        FMatrixRMaj found = deep.decode(code);
        // but for the bias of the output, which begins at the means of the data
        for (int j = 0; j < 9; j++) {
            double bias = found.get(0, j) - x.get(0, j);
            for (int i = 1; i < 80; i++) {
                assertEquals(bias, found.get(i, j) - x.get(i, j), 1e-4);
            }
        }
        assertEquals(2, deep.encoderLayers().size());
    }

    /** A linear layer that is regressed on linear codes is the codes' own map. */
    @Test
    void regression() {
        Pca pca = Pca.builder().components(2).fit(NUMBERS);
        EncoderNetwork layer = EncoderNetwork.builder()
                .teacher(pca)
                .schedule(Schedule.cosine(2000, 0))
                .activation(Activation.IDENTITY)
                .learningRate(.05)
                .epochs(2000)
                .batchSize(60)
                .fit(NUMBERS);
        FMatrixRMaj h = Matrices.floats(pca.encode(NUMBERS));
        FMatrixRMaj found = layer.encode(NUMBERS);
        for (int i = 0; i < h.getNumElements(); i++) {
            assertEquals(h.data[i], found.data[i], 2e-3);
        }
        HasEncoder<?> sparse =
                SparseCoding.builder().components(4).lambda(.5).epochs(2).fit(NUMBERS);
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> EncoderNetwork.builder().teacher(sparse).fit(NUMBERS))
                .getMessage()
                .contains("set split(true)"));
        EncoderNetwork split = EncoderNetwork.builder()
                .teacher(sparse)
                .split(true)
                .learningRate(.02)
                .epochs(60)
                .fit(NUMBERS);
        assertEquals(8, split.latentDim());
        assertArrayEquals(
                new int[] {8}, Pretraining.of(NUMBERS).stack(rows -> split).hidden());
        assertThrows(
                IllegalArgumentException.class, () -> EncoderNetwork.builder().fit(NUMBERS));
    }
}

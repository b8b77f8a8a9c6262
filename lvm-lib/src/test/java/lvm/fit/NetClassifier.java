package lvm.fit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.model.History;
import lvm.nn.BatchNorm;
import lvm.nn.Dropout;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.WeightInit;
import lvm.optim.Optimizer;
import org.ejml.data.FMatrixRMaj;

/** A small family of the neural kind: a classifier with batch normalisation and dropout. */
record NetClassifier(Map<String, FMatrixRMaj> parameters, Map<String, String> settings, History history) {
    static final int DIM = 6;
    static final int CLASSES = 3;

    /** Rows around one of three centres, a part of them with a wrong label. */
    static Dataset data(int rows, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(rows, DIM);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            int centre = rng.nextInt(CLASSES);
            labels[i] = rng.nextInt(10) == 0 ? rng.nextInt(CLASSES) : centre;
            for (int j = 0; j < DIM; j++) {
                x.set(i, j, (float) (rng.nextGaussian() + (j % CLASSES == centre ? 2 : 0)));
            }
        }
        return Dataset.of(x).withLabels(labels);
    }

    static final class Net {
        private final List<Layer> layers;

        Net(SplittableRandom rng) {
            layers = List.of(
                    new Linear("a", DIM, 8, Activation.IDENTITY, WeightInit.GLOROT, rng),
                    new BatchNorm("norm", 8),
                    new Dropout(0.2),
                    new Linear("b", 8, CLASSES, Activation.IDENTITY, WeightInit.GLOROT, rng));
        }

        List<Param> params() {
            List<Param> params = new ArrayList<>();
            layers.forEach(layer -> params.addAll(layer.params()));
            return params;
        }

        Map<String, FMatrixRMaj> buffers() {
            Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>();
            layers.forEach(layer -> buffers.putAll(layer.buffers()));
            return buffers;
        }

        /** The mean log-likelihood of the labels. */
        Var objective(Tape tape, Batch batch) {
            Var y = tape.constant(batch.x());
            for (Layer layer : layers) {
                y = layer.forward(tape, y);
            }
            return y.categoricalLogLikelihood(batch.labels()).mean();
        }
    }

    static Builder builder() {
        return new Builder();
    }

    static final class Builder extends NeuralFitBuilder<Builder, NetClassifier> {
        /** Every value of the parameters after a step, and every one that validation looked at. */
        final List<Float> afterSteps = new ArrayList<>();

        final List<Float> validated = new ArrayList<>();

        Builder() {
            super("log-likelihood, nats per row");
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        public NetClassifier fit(Dataset data) {
            Net net = new Net(new SplittableRandom(seed()));
            Optimizer optimizer = optimizer().over(net.params(), learningRate());
            FMatrixRMaj one = net.params().get(0).value();
            Tape tape = new Tape();
            Learner learner = Learner.of(
                            (batch, rng) -> {
                                double value = optimizer.ascend(
                                        net.objective(tape.reset().training(rng), batch));
                                afterSteps.add(one.data[0]);
                                return value;
                            },
                            optimizer)
                    .buffers(net.buffers())
                    .objective((batch, rng) -> {
                        validated.add(one.data[0]);
                        return net.objective(tape.reset().evaluation(), batch).scalar();
                    });
            return train(data, learner, history -> {
                Map<String, FMatrixRMaj> copies = new LinkedHashMap<>(optimizer.values());
                copies.putAll(net.buffers());
                copies.replaceAll((name, matrix) -> matrix.copy());
                return new NetClassifier(copies, trainingSettings(learner), history);
            });
        }
    }
}

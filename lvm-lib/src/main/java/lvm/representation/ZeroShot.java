package lvm.representation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lvm.autodiff.Activation;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.HasClassProbabilities;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * Classes that are told by a description alone, without an example. A task T is a list of descriptions, one row t_y of A attributes for each of
 * its classes, and
 *
 * <p>p(y | x, T) = softmax_y( a(x) · t_y ),
 *
 * <p>with a network a from x to A numbers that was learnt on other classes, with their descriptions: what is learnt is how the attributes look. H.
 * Larochelle, D. Erhan and Y. Bengio (2008), Zero-data learning of new tasks; Z. Akata, F. Perronnin, Z. Harchaoui and C. Schmid (2013).
 *
 * <pre>{@code
 * ZeroShot seen = ZeroShot.learn(NeuralClassifier.builder().epochs(20), descriptions, images, 100);
 * ErrorRate.of(seen.task(others).classify(newImages), newImages.labels());
 * }</pre>
 */
public final class ZeroShot extends SavedModel implements HasClassProbabilities {
    private final EncoderNetwork attributes;
    private final FMatrixRMaj descriptions;

    private ZeroShot(EncoderNetwork attributes, FMatrixRMaj descriptions, ModelSummary summary) {
        super(summary);
        this.attributes = attributes;
        this.descriptions = descriptions;
    }

    private static ZeroShot of(EncoderNetwork attributes, FMatrixRMaj descriptions, History history) {
        Card card = Card.of("ZeroShot")
                .setting("classes", Integer.toString(descriptions.numRows))
                .setting("attributes", Integer.toString(descriptions.numCols));
        return new ZeroShot(attributes, descriptions, card.summary(history));
    }

    /**
     * Reads a model from a file.
     *
     * @param file a file of {@link #save}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static ZeroShot load(Path file) {
        return Models.load(file, ZeroShot.class);
    }

    @Override
    public void store(ModelData data) {
        data.putModel("attributes", attributes).put("descriptions", descriptions);
    }

    static ZeroShot read(ModelData data) {
        return new ZeroShot(
                data.model("attributes", EncoderNetwork.class), data.floats("descriptions"), data.summary());
    }

    /**
     * Learns a from labelled rows of classes that are described.
     *
     * @param settings of the training; the network is set here, and the learning rates of its layers
     * @param descriptions K×A finite numbers, a class a row; not modified
     * @param data n rows with labels of these K classes
     * @param hidden the sizes of the hidden layers of a, of rectified units; none for a linear map
     * @return p(y | x, T) of the classes that it learnt from
     * @throws IllegalArgumentException if there are not as many descriptions as classes, or no row has a label
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     */
    public static ZeroShot learn(
            NeuralClassifier.Builder settings, FMatrixRMaj descriptions, Dataset data, int... hidden) {
        String where = "ZeroShot.learn";
        Require.finite(where, "the descriptions", descriptions);
        if (descriptions.numRows != data.classes()) {
            throw new IllegalArgumentException(where + ": there are " + descriptions.numRows
                    + " descriptions, expected " + data.classes() + ", one for each class of the data");
        }
        FMatrixRMaj given = Matrices.transpose(descriptions);
        List<Activation> f = new ArrayList<>();
        Arrays.stream(hidden).forEach(size -> f.add(Activation.RELU));
        NetworkFactory inner = NetworkFactory.layers(f, hidden);
        // The descriptions are the last layer, which stays as it is.
        NetworkFactory network = (name, in, out, rng) -> new Sequential(
                inner.make(name + ".a", in, given.numRows, rng),
                new Linear(name + ".t", given, new FMatrixRMaj(1, out), Activation.IDENTITY));
        double[] rates = new double[hidden.length + 2];
        Arrays.fill(rates, 0, hidden.length + 1, 1);
        NeuralClassifier learnt = settings.network(network).layerRates(rates).fit(data);
        List<Linear> layers = learnt.layers();
        return of(EncoderNetwork.of(layers.subList(0, layers.size() - 1)), descriptions.copy(), learnt.history());
    }

    /**
     * The same network for another task.
     *
     * @param descriptions K×A finite numbers, a class a row, of any number of classes; not modified
     * @return p(y | x, T) of these classes
     * @throws IllegalArgumentException if there are other attributes or less than 2 classes
     */
    public ZeroShot task(FMatrixRMaj descriptions) {
        Require.finiteRows("ZeroShot.task", "the descriptions", descriptions, this.descriptions.numCols);
        Require.atLeastRows("ZeroShot.task", "the descriptions", descriptions, 2);
        return of(attributes, descriptions.copy(), history());
    }

    /** {@return the network a, from x to A numbers} */
    public EncoderNetwork attributes() {
        return attributes;
    }

    @Override
    public int dim() {
        return attributes.dim();
    }

    @Override
    public int classes() {
        return descriptions.numRows;
    }

    @Override
    public FMatrixRMaj classProbabilities(FMatrixRMaj x) {
        FMatrixRMaj a = attributes.encode(x);
        FMatrixRMaj p = Matrices.floats(Matrices.times(a, Matrices.transpose(descriptions)));
        for (int i = 0; i < p.numRows; i++) {
            double[] row = Matrices.row(p, i);
            double log = Matrices.logSumExp(row);
            for (int k = 0; k < row.length; k++) {
                p.set(i, k, (float) Math.exp(row[k] - log));
            }
        }
        return p;
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        return RowOps.largest(classProbabilities(x));
    }
}

package lvm.representation;

import java.util.ArrayList;
import java.util.List;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.evaluation.ErrorRate;
import lvm.model.HasEncoder;
import lvm.nn.Linear;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Linear probes: how well a linear classifier, q(y | h) = softmax(h W + b), tells the class from a representation that stays as it is, layer by
 * layer. G. Alain and Y. Bengio (2016), Understanding intermediate layers using linear classifier probes.
 */
public final class LinearProbe {
    private LinearProbe() {}

    /**
     * The error of a probe on what an encoder makes of rows.
     *
     * @param encoder the representation, not changed
     * @param train rows with labels, from which the probe learns; those without are left out
     * @param test rows with labels
     * @param settings of the training of the probe: epochs, learning rate, seed; the network is set here, and is linear
     * @return the errors on the test rows
     * @throws IllegalArgumentException if no row has a label
     */
    public static ErrorRate of(HasEncoder<?> encoder, Dataset train, Dataset test, NeuralClassifier.Builder settings) {
        return error(codes(encoder, train), codes(encoder, test), settings);
    }

    private static Dataset codes(HasEncoder<?> encoder, Dataset rows) {
        return of(encoder.encode(rows)).withLabelsOf(rows);
    }

    private static Dataset of(Matrix codes) {
        return codes instanceof FMatrixRMaj floats ? Dataset.of(floats) : Dataset.of((DMatrixRMaj) codes);
    }

    private static ErrorRate error(Dataset train, Dataset test, NeuralClassifier.Builder settings) {
        return ErrorRate.of(settings.hidden().fit(train), test);
    }

    /**
     * The errors of probes on the rows as they are and on the output of each layer of a network.
     *
     * @param layers the network, from the rows on, such as {@link NeuralClassifier#layers} or {@link Pretraining#toEncoder}'s
     * @param train rows with labels, from which the probes learn
     * @param test rows with labels
     * @param settings of the training of the probes, as in {@link #of(HasEncoder, Dataset, Dataset, NeuralClassifier.Builder)}
     * @return one more than there are layers, the first of the rows as they are
     * @throws IllegalArgumentException if no row has a label
     */
    public static List<ErrorRate> layers(
            List<Linear> layers, Dataset train, Dataset test, NeuralClassifier.Builder settings) {
        List<ErrorRate> errors = new ArrayList<>();
        errors.add(error(train, test, settings));
        for (int k = 1; k <= layers.size(); k++) {
            errors.add(of(EncoderNetwork.of(layers.subList(0, k)), train, test, settings));
        }
        return List.copyOf(errors);
    }
}

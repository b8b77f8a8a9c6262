package lvm.vae;

import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;

/**
 * M1, semi-supervised learning by features: a variational autoencoder learnt from x alone, p(z) = N(z | 0, I), p(x | z) =
 * f(x; z, θ), and a classifier from the means of q(z | x) to the label. D. P. Kingma, D. J. Rezende, S. Mohamed and M. Welling
 * (2014), Semi-supervised learning with deep generative models.
 */
public final class M1 implements Classifier {
    private final Vae features;
    private final Classifier classifier;

    private M1(Vae features, Classifier classifier) {
        this.features = features;
        this.classifier = classifier;
    }

    /**
     * Learns a classifier on the features of rows.
     *
     * <pre>{@code
     * M1 m1 = M1.of(vae, TransductiveSvm.builder()::fit, data);
     * }</pre>
     *
     * @param features the autoencoder; kept
     * @param classifier learns from the rows' features and labels
     * @param data rows of which some have labels, not binarised anew at each reading
     * @return the classifier of x
     * @throws IllegalArgumentException if the features do not take the data, or the classifier its features
     */
    public static M1 of(Vae features, Classifier.Trainer classifier, Dataset data) {
        Dataset encoded = Dataset.of(features.encode(data.floatMatrix())).named(data.name());
        return new M1(features, classifier.fit(data.hasLabels() ? encoded.withLabels(data.labels()) : encoded));
    }

    /**
     * The autoencoder.
     *
     * @return p(x | z) and q(z | x)
     */
    public Vae features() {
        return features;
    }

    /**
     * What classifies the features.
     *
     * @return the classifier of means of q(z | x)
     */
    public Classifier classifier() {
        return classifier;
    }

    @Override
    public int dim() {
        return features.dim();
    }

    @Override
    public int classes() {
        return classifier.classes();
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        return classifier.classify(features.encode(x));
    }
}

package lvm.vae;

import java.nio.file.Path;
import java.util.Optional;
import lvm.data.Dataset;
import lvm.model.Card;
import lvm.model.Classifier;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.Recipe;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * M1, semi-supervised learning by features: a variational autoencoder learnt from x alone, p(z) = N(z | 0, I), p(x | z) =
 * f(x; z, θ), and a classifier from the means of q(z | x) to the label. D. P. Kingma, D. J. Rezende, S. Mohamed and M. Welling
 * (2014), Semi-supervised learning with deep generative models.
 */
public final class M1 extends SavedModel implements Classifier {
    private final Vae features;
    private final Classifier classifier;

    private M1(Vae features, Classifier classifier, ModelSummary summary) {
        super(summary);
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
        if (data.binarization() == Dataset.Binarization.ANEW) {
            throw new IllegalArgumentException("M1.of: the data are " + data.binarization()
                    + ", expected fixed ones, such as binarizedOnce(seed): the features are computed once");
        }
        Dataset encoded = Dataset.of(features.encode(data)).named(data.name());
        Classifier fitted = classifier.fit(encoded.withLabelsOf(data));
        ModelSummary summary = Card.of("M1")
                .columns(data.columns())
                .classes(data.labelNames())
                .setting("features", features)
                .setting("classifier", fitted.getClass().getSimpleName())
                .summary(History.closedForm());
        return new M1(features, fitted, summary);
    }

    /**
     * Reads a classifier from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static M1 load(Path file) {
        return Models.load(file, M1.class);
    }

    @Override
    public void store(ModelData data) {
        data.putModel("features", features);
        if (classifier instanceof SavedModel saved) {
            data.put("classifier", Optional.of(Recipe.of("model"))).putModel("classifier model", saved);
        } else {
            data.put("classifier", Optional.empty());
        }
    }

    static M1 read(ModelData data) {
        return new M1(
                data.model("features", Vae.class),
                data.code("classifier", Classifier.class, recipe -> data.model("classifier model", Classifier.class)),
                data.summary());
    }

    /** {@return the autoencoder, p(x | z) and q(z | x)} */
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

    @Override
    public int[] classify(Dataset data) {
        return classifier.classify(features.encode(data));
    }
}

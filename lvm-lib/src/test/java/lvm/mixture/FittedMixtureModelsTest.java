package lvm.mixture;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.fit.FitBuilder;
import lvm.model.FittedModelContract;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Nested;

/** Builders and files of every model of the package. */
class FittedMixtureModelsTest {

    @Nested
    class OfKMeans implements FittedModelContract<KMeans> {
        @Override
        public FitBuilder<?, KMeans> fitting() {
            return KMeans.builder().clusters(3).restarts(4);
        }

        @Override
        public List<Object> own(KMeans model, DMatrixRMaj x) {
            return List.of(model.clusters(), model.centres(), model.inertia());
        }
    }

    abstract static class OfGaussianMixture implements FittedModelContract<GaussianMixture> {
        private final Covariance covariance;

        OfGaussianMixture(Covariance covariance) {
            this.covariance = covariance;
        }

        @Override
        public FitBuilder<?, GaussianMixture> fitting() {
            return GaussianMixture.builder()
                    .components(3)
                    .covariance(covariance)
                    .restarts(2)
                    .maxIterations(30);
        }

        @Override
        public List<Object> own(GaussianMixture model, DMatrixRMaj x) {
            return List.of(
                    model.weights(),
                    model.means(),
                    model.mean(1),
                    model.covariances().stream()
                            .map(s -> Arrays.toString(s.data))
                            .toList(),
                    model.covarianceType(),
                    model.parameterCount(),
                    model.logJoint(x),
                    model.bic(x),
                    model.aic(x),
                    Arrays.toString(model.sampleWithComponents(9, new SplittableRandom(4))
                            .component()));
        }
    }

    @Nested
    class Spherical extends OfGaussianMixture {
        Spherical() {
            super(Covariance.SPHERICAL);
        }
    }

    @Nested
    class Diagonal extends OfGaussianMixture {
        Diagonal() {
            super(Covariance.DIAGONAL);
        }
    }

    @Nested
    class Tied extends OfGaussianMixture {
        Tied() {
            super(Covariance.TIED);
        }
    }

    @Nested
    class Full extends OfGaussianMixture {
        Full() {
            super(Covariance.FULL);
        }
    }
}

package lvm.factor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lvm.fit.FitBuilder;
import lvm.model.FittedModelContract;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Nested;

/** Builders and files of every model of the package. */
class FittedFactorModelsTest {

    @Nested
    class OfPca implements FittedModelContract<Pca> {
        @Override
        public FitBuilder<?, Pca> fitting() {
            return Pca.builder().components(2);
        }

        @Override
        public List<Object> own(Pca model, DMatrixRMaj x) {
            return List.of(
                    model.mean(),
                    model.components(),
                    model.explainedVariance(),
                    model.explainedVarianceRatio(),
                    model.totalVariance(),
                    model.singularValues(),
                    model.noiseVariance(),
                    model.reconstruct(x),
                    model.reconstructionError(x),
                    model.whiten(x),
                    model.unwhiten(model.whiten(x)),
                    model.principalAngles(new DMatrixRMaj(new double[][] {{1, 2, 3}})),
                    model.probabilistic().logDensity(x),
                    model.probabilistic().columns());
        }
    }

    private static List<Object> linear(LinearGaussianModel model, DMatrixRMaj x) {
        DMatrixRMaj holes = x.copy();
        for (int i = 0; i < x.numRows; i++) {
            holes.set(i, i % 3, Double.NaN);
        }
        return List.of(
                model.mean(),
                model.covariance(),
                model.posteriorCovariance(),
                model.parameterCount(),
                model.bic(x),
                model.logDensityObserved(holes),
                model.encodeObserved(holes),
                model.impute(holes));
    }

    @Nested
    class OfProbabilisticPca implements FittedModelContract<ProbabilisticPca> {
        @Override
        public FitBuilder<?, ProbabilisticPca> fitting() {
            return ProbabilisticPca.builder().components(1);
        }

        @Override
        public boolean iterates() {
            return false;
        }

        @Override
        public List<Object> own(ProbabilisticPca model, DMatrixRMaj x) {
            List<Object> all = new ArrayList<>(linear(model, x));
            all.add(model.weights());
            all.add(model.noiseVariance());
            return all;
        }
    }

    @Nested
    class OfProbabilisticPcaByEm extends OfProbabilisticPca {
        @Override
        public FitBuilder<?, ProbabilisticPca> fitting() {
            return ProbabilisticPca.builder().components(1).missingEntries(true).maxIterations(9);
        }

        @Override
        public boolean iterates() {
            return true;
        }
    }

    @Nested
    class OfFactorAnalysis implements FittedModelContract<FactorAnalysis> {
        @Override
        public FitBuilder<?, FactorAnalysis> fitting() {
            return FactorAnalysis.builder().factors(2).maxIterations(200).noiseFloor(.01);
        }

        @Override
        public List<Object> own(FactorAnalysis model, DMatrixRMaj x) {
            List<Object> all = new ArrayList<>(linear(model, x));
            all.addAll(List.of(
                    model.loadings(),
                    model.noiseVariances(),
                    model.communalities(),
                    Arrays.toString(model.columnsAtFloor()),
                    model.varimax().loadings(),
                    model.varimax().summary(),
                    model.varimax().columns()));
            return all;
        }
    }

    @Nested
    class OfFastIca implements FittedModelContract<FastIca> {
        @Override
        public FitBuilder<?, FastIca> fitting() {
            return FastIca.builder().components(2);
        }

        @Override
        public List<Object> own(FastIca model, DMatrixRMaj x) {
            return List.of(
                    model.mean(),
                    model.whitening(),
                    model.mixing(),
                    model.unmixing(),
                    model.change(),
                    model.converged());
        }
    }

    @Nested
    class OfFastIcaByDeflation extends OfFastIca {
        @Override
        public FitBuilder<?, FastIca> fitting() {
            return FastIca.builder()
                    .algorithm(FastIca.Algorithm.DEFLATION)
                    .contrast(FastIca.Contrast.EXP)
                    .maxIterations(3);
        }
    }

    @Nested
    class OfMaximumLikelihoodIca implements FittedModelContract<MaximumLikelihoodIca> {
        @Override
        public FitBuilder<?, MaximumLikelihoodIca> fitting() {
            return MaximumLikelihoodIca.builder();
        }

        @Override
        public List<Object> own(MaximumLikelihoodIca model, DMatrixRMaj x) {
            return List.of(
                    model.mean(),
                    model.mixing(),
                    model.unmixing(),
                    model.sources(),
                    model.gradient(),
                    model.converged());
        }
    }

    @Nested
    class OfSparseCoding implements FittedModelContract<SparseCoding> {
        @Override
        public FitBuilder<?, SparseCoding> fitting() {
            return SparseCoding.builder()
                    .components(4)
                    .lambda(.4)
                    .beta(2)
                    .batchSize(32)
                    .epochs(3);
        }

        @Override
        public List<Object> own(SparseCoding model, DMatrixRMaj x) {
            DMatrixRMaj h = model.encode(x);
            return List.of(
                    model.mean(),
                    model.dictionary(),
                    model.lambda(),
                    model.beta(),
                    model.loss(x, h),
                    model.violation(x, h));
        }
    }

    @Nested
    class OfSlowFeatureAnalysis implements FittedModelContract<SlowFeatureAnalysis> {
        @Override
        public FitBuilder<?, SlowFeatureAnalysis> fitting() {
            return SlowFeatureAnalysis.builder().components(2).expansion(SlowFeatureAnalysis.Expansion.QUADRATIC);
        }

        @Override
        public List<Object> own(SlowFeatureAnalysis model, DMatrixRMaj x) {
            return List.of(model.weights(), model.slowness());
        }
    }
}

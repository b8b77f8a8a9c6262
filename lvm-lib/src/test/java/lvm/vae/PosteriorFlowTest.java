package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.distribution.Architecture;
import lvm.evaluation.Estimate;
import lvm.evaluation.ImportanceSampling;
import lvm.factor.ProbabilisticPca;
import lvm.flow.Iaf;
import lvm.flow.Planar;
import lvm.linalg.RowOps;
import lvm.model.EncoderDecoderContract;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasBound;
import lvm.model.HasBoundContract;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.optim.Adam;
import lvm.optim.Schedule;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Flows as posteriors, where the true one is known: linear networks and one variance are probabilistic principal component
 * analysis. The columns of W are far from orthogonal, so that the posterior is correlated and no product of Gaussians is it.
 */
class PosteriorFlowTest
        implements GenerativeModelContract<FMatrixRMaj>,
                EncoderDecoderContract<FMatrixRMaj>,
                HasBoundContract<FMatrixRMaj> {
    private static final int D = 4;
    private static final int K = 2;
    private static final double[][] W = {{1, .9}, {1, .8}, {.8, 1}, {-.7, -1}};
    private static final double[] B = {.3, -.2, 0, 1};
    private static final double VARIANCE = 0.3;
    private static final ProbabilisticPca EXACT = ProbabilisticPca.of(new DMatrixRMaj(W), B, VARIANCE);
    private static final DMatrixRMaj ROWS = EXACT.sample(300, new SplittableRandom(1));
    private static final FMatrixRMaj X = floats(ROWS);
    private static final double[] LOG_P = EXACT.logDensity(ROWS);
    private static final Vae FITTED = builder(Planar.conditional(2)).epochs(3).fit(Dataset.of(ROWS));

    @TempDir
    Path directory;

    private static FMatrixRMaj floats(DMatrixRMaj m) {
        FMatrixRMaj f = new FMatrixRMaj(m.numRows, m.numCols);
        for (int i = 0; i < m.getNumElements(); i++) {
            f.data[i] = (float) m.data[i];
        }
        return f;
    }

    private static Vae.Builder builder(Architecture flow) {
        Vae.Builder builder = Vae.builder()
                .latent(K)
                .hidden()
                .likelihood(Likelihood.GAUSSIAN_SHARED)
                .batchSize(50)
                .learningRate(0.01)
                .seed(2);
        return flow == null ? builder : builder.posteriorFlow(flow);
    }

    /** The true p with the recognition model at its start. */
    private static Vae truth(Architecture flow) {
        // The parameters are set in the units of the data.
        Vae vae = builder(flow).standardize(false).epochs(0).fit(ROWS);
        Map<String, FMatrixRMaj> values = vae.net().values();
        for (int j = 0; j < D; j++) {
            for (int k = 0; k < K; k++) {
                values.get("decoder.0.w").set(k, j, (float) W[j][k]);
            }
            values.get("decoder.0.b").set(0, j, (float) B[j]);
        }
        values.get("likelihood.logVariance").set(0, 0, (float) Math.log(VARIANCE));
        return vae;
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return FITTED;
    }

    @Override
    public HasEncoder<FMatrixRMaj> encoder() {
        return FITTED;
    }

    @Override
    public HasDecoder<FMatrixRMaj> decoder() {
        return FITTED;
    }

    @Override
    public HasBound<FMatrixRMaj> boundedModel() {
        return FITTED;
    }

    @Override
    public double[][] observations() {
        return new double[][] {{1, 0, 0.5, 0}, {-1, 0, 1, 2}, {0, 0, 0, 0}};
    }

    @Override
    public FMatrixRMaj matrix(double[][] rows) {
        return floats(new DMatrixRMaj(rows));
    }

    /** What the best product of Gaussians is below log p(x), the same for every row: ½ (Σₖ log Λₖₖ − log|Λ|). */
    private static double productGap() {
        DMatrixRMaj precision = new DMatrixRMaj(K, K);
        DMatrixRMaj w = new DMatrixRMaj(W);
        CommonOps_DDRM.multTransA(1 / VARIANCE, w, w, precision);
        double gap = 0;
        for (int k = 0; k < K; k++) {
            precision.add(k, k, 1);
            gap += 0.5 * Math.log(precision.get(k, k));
        }
        return gap - 0.5 * Math.log(CommonOps_DDRM.det(precision));
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** With p as it is, the mean of log p(x) less the bound after training q. */
    private static double gap(Architecture flow) {
        VaeNet net = truth(flow).net();
        int steps = 2500;
        Adam adam = new Adam(net.recognitionParams(), 0.02);
        adam.schedule(Schedule.cosine(steps, 0.005));
        Objective objective = new Objective(BoundForm.SAMPLED, 1, 0, 0, 1, 1);
        Ascent ascent = new Ascent(net, adam, objective);
        SplittableRandom rng = new SplittableRandom(3);
        FMatrixRMaj batch = new FMatrixRMaj(50, D);
        for (int step = 0; step < steps; step++) {
            System.arraycopy(X.data, step % 6 * 50 * D, batch.data, 0, 50 * D);
            ascent.step(batch, rng);
        }
        DMatrixRMaj terms = net.terms(X, null, 300, BoundForm.SAMPLED, new SplittableRandom(4));
        double[] bound = Vae.rowMeans(terms);
        double worst = Double.POSITIVE_INFINITY;
        for (int i = 0; i < X.numRows; i++) {
            double squares = 0;
            for (int s = 0; s < 300; s++) {
                squares += Math.pow(terms.get(i, s) - bound[i], 2) / 300;
            }
            // 300 rows at 5 standard errors: false with probability 9e-5.
            worst = Math.min(worst, LOG_P[i] - bound[i] + 5 * Math.sqrt(squares / 300));
        }
        assertTrue(worst > -1e-3, "a bound is above the likelihood by " + -worst);
        return mean(LOG_P) - mean(bound);
    }

    @Test
    void flowsCloseTheGapThatAProductOfGaussiansLeaves() {
        double product = productGap();
        assertTrue(product > 0.4, "a gap to close: " + product);
        double plain = gap(null);
        double planar = gap(Planar.conditional(8));
        double autoregressive = gap(Iaf.conditional(1, 0));
        double twoLayers = gap(Iaf.conditional(2, 4, 8));
        assertEquals(product, plain, 0.02);
        assertTrue(planar < 0.1 * product, "planar: " + planar + " of " + product);
        // yⱼ = zⱼ e^s + t with t linear is a Gaussian with any covariance: the true posterior.
        assertEquals(0, autoregressive, 0.01);
        assertEquals(0, twoLayers, 0.03);
    }

    static Stream<Architecture> flows() {
        return Stream.of(Planar.conditional(3), Iaf.conditional(2, 3, 5), Iaf.conditional(2, 0));
    }

    @ParameterizedTest
    @MethodSource("flows")
    void withTheIdentityItIsThePlainModel(Architecture flow) {
        Vae with = truth(flow);
        Vae plain = truth(null);
        Map<String, FMatrixRMaj> from = plain.net().values();
        with.net().values().forEach((name, m) -> {
            FMatrixRMaj source = from.get(name);
            for (int i = 0; source != null && i < m.numRows; i++) {
                for (int j = 0; j < source.numCols; j++) {
                    m.set(i, j, source.get(i, j));
                }
            }
        });
        assertTrue(with.hasPosteriorFlow() && !plain.hasPosteriorFlow());
        assertArrayEquals(plain.encode(X).data, with.encode(X).data, 1e-5f);
        assertArrayEquals(plain.reconstruct(X).data, with.reconstruct(X).data, 1e-5f);
        assertArrayEquals(
                plain.encode(X, new SplittableRandom(1)).data, with.encode(X, new SplittableRandom(1)).data, 1e-5f);
        assertArrayEquals(
                plain.logWeights(X, 5, new SplittableRandom(2)).data,
                with.logWeights(X, 5, new SplittableRandom(2)).data,
                1e-4);
        assertArrayEquals(
                plain.elbo(X, 3, BoundForm.SAMPLED, new SplittableRandom(3)),
                with.elbo(X, 3, new SplittableRandom(3)),
                1e-4);
    }

    /** A Gaussian wider than the prior, so that weights have no heavy tails, and a flow that is not the identity. */
    private static Vae scattered(Architecture flow) {
        Vae vae = truth(flow);
        SplittableRandom rng = new SplittableRandom(6);
        for (Param p : vae.net().recognitionParams()) {
            boolean encoder = p.name().startsWith("encoder");
            for (int i = 0; i < p.value().getNumElements(); i++) {
                boolean context = encoder && i % p.value().numCols >= 2 * K;
                p.value().data[i] = encoder ? 0 : p.value().data[i];
                p.value().data[i] += (float) ((context ? 0.2 : encoder ? 0.05 : 0.15) * rng.nextGaussian());
            }
        }
        for (int k = K; k < 2 * K; k++) {
            vae.net().values().get("encoder.0.b").set(0, k, 1.2f);
        }
        return vae;
    }

    /**
     * E_q[p(x, z)/q(z | x)] is the likelihood for every q: it fails if the determinant is wrong. 300 rows at 5 standard errors,
     * false with probability 2e-4 were the means normal.
     */
    @ParameterizedTest
    @MethodSource("flows")
    void weightsAverageToTheLikelihoodAndBoundsAreBelowIt(Architecture flow) {
        Vae vae = scattered(flow);
        int draws = 4000;
        DMatrixRMaj weights = vae.logWeights(X, draws, new SplittableRandom(7));
        int agree = 0;
        for (int i = 0; i < X.numRows; i++) {
            double mean = 0;
            double squares = 0;
            double bound = 0;
            for (int s = 0; s < draws; s++) {
                double w = Math.exp(weights.get(i, s) - LOG_P[i]);
                mean += w / draws;
                squares += w * w / draws;
                bound += weights.get(i, s) / draws;
            }
            assertTrue(bound < LOG_P[i] + 1e-3, "row " + i);
            double error = Math.sqrt((squares - mean * mean) / draws);
            agree += Math.abs(mean - 1) < 5 * error + 1e-3 ? 1 : 0;
        }
        // Where q is narrow the weights have heavy tails.
        assertTrue(agree > 0.97 * X.numRows, agree + " of " + X.numRows + " rows");
    }

    @ParameterizedTest
    @MethodSource("flows")
    void gradientsAreDifferences(Architecture flow) {
        VaeNet net = scattered(flow).net();
        FMatrixRMaj x = floats(EXACT.sample(1000, new SplittableRandom(8)));
        Tape tape = new Tape();
        tape.backward(terms(tape, net, x).mean());
        Tape values = Tape.withoutGradients();
        double middle = mean(terms(values, net, x));
        int compared = 0;
        int places = 0;
        for (Param p : net.params()) {
            double scale = 1;
            for (float g : p.gradient().data) {
                scale = Math.max(scale, Math.abs(g));
            }
            for (int i = 0; i < p.value().getNumElements(); i++) {
                float at = p.value().data[i];
                float h = 1.5e-3f;
                p.value().data[i] = at + h;
                double up = (mean(terms(values.reset(), net, x)) - middle) / h;
                p.value().data[i] = at - h;
                double down = (middle - mean(terms(values.reset(), net, x))) / h;
                p.value().data[i] = at;
                places++;
                // Rectified units have kinks.
                if (Math.abs(up - down) < 1e-2 * scale) {
                    compared++;
                    assertEquals((up + down) / 2, p.gradient().data[i], 6e-3 * scale, flow + ", " + p + ", " + i);
                }
            }
        }
        assertTrue(compared > 0.8 * places, compared + " of " + places + " places compared");
    }

    /** A term of the bound for each row, with the noise of the same draws. */
    private static Var terms(Tape tape, VaeNet net, FMatrixRMaj x) {
        Var rows = tape.constant(x);
        VaeNet.Draw draw = net.encode(tape, rows, null).sample(new SplittableRandom(9));
        return net.logLikelihood(tape, rows, draw.z(), null)
                .add(net.logPrior(draw.z()))
                .sub(draw.logDensity());
    }

    private static double mean(Var rows) {
        double sum = 0;
        for (int i = 0; i < rows.rows(); i++) {
            sum += rows.value().data[i];
        }
        return sum / rows.rows();
    }

    @ParameterizedTest
    @MethodSource("flows")
    void theSameSeedAndAResumedFitGiveTheSameModel(Architecture flow) {
        Vae whole = builder(flow).epochs(4).fit(ROWS);
        builder(flow).epochs(100).steps(11).checkpoint(directory).fit(ROWS);
        Vae resumed = builder(flow).epochs(4).resume(directory).fit(ROWS);
        Map<String, FMatrixRMaj> values = whole.parameters();
        assertTrue(values.keySet().stream().anyMatch(name -> name.startsWith("posterior")), values::toString);
        values.forEach(
                (name, m) -> assertArrayEquals(m.data, resumed.parameters().get(name).data, name));
        assertTrue(whole.summary().toString().contains("posterior: Gaussian, " + flow), whole.summary()::toString);
        assertTrue(whole.toString().endsWith("a flow as posterior"), whole::toString);
    }

    @Test
    void modelsDoNotShareTheirFlow() {
        Map<Integer, float[]> then = new LinkedHashMap<>();
        Map<Integer, Vae> seen = new LinkedHashMap<>();
        builder(Iaf.conditional(1, 2, 4))
                .epochs(2)
                .listener((epoch, model) -> {
                    seen.put(epoch, model);
                    then.put(epoch, model.encode(X).data);
                })
                .fit(ROWS);
        assertFalse(Arrays.equals(then.get(1), then.get(2)));
        assertArrayEquals(then.get(1), seen.get(1).encode(X).data);
    }

    @Test
    void importanceSamplingChainsAndGaussiansOfTheCallersChoiceWork() {
        Vae vae = scattered(Iaf.conditional(1, 0));
        FMatrixRMaj few = RowOps.part(X, 0, 5);
        Estimate[] estimates = ImportanceSampling.logLikelihood(vae, few, 5000, new SplittableRandom(1));
        double[] chains = vae.logLikelihoodByChains(few, 2000, 8, new SplittableRandom(2));
        FMatrixRMaj variance = new FMatrixRMaj(5, K);
        variance.fill(0.1f);
        Vae.Posterior start = new Vae.Posterior(floats(EXACT.encode(rows(5))), variance);
        double[] best = Vae.rowMeans(vae.logWeights(
                few, vae.bestPosterior(few, start, 400, new SplittableRandom(3)), 2000, new SplittableRandom(4)));
        for (int i = 0; i < 5; i++) {
            assertEquals(LOG_P[i], estimates[i].value(), 0.1);
            assertEquals(LOG_P[i], chains[i], 0.6);
            assertEquals(LOG_P[i] - productGap(), best[i], 0.1);
        }
    }

    private static DMatrixRMaj rows(int n) {
        DMatrixRMaj part = new DMatrixRMaj(n, D);
        System.arraycopy(ROWS.data, 0, part.data, 0, n * D);
        return part;
    }

    @Test
    void everyOtherObjectiveLearns() {
        for (Vae.Builder b : new Vae.Builder[] {
            builder(Planar.conditional(2)).importanceWeighted(3),
            builder(Planar.conditional(2)).draws(2).klWarmUp(20).beta(0.9),
            builder(Iaf.conditional(1, 3, 6)).bound(BoundForm.SAMPLED).hidden(8)
        }) {
            SplittableRandom rng = new SplittableRandom(1);
            double before = mean(b.epochs(0).fit(ROWS).elbo(X, 5, rng));
            double after = mean(b.epochs(20).fit(ROWS).elbo(X, 5, rng));
            assertTrue(after > before + 0.3, before + " to " + after);
        }
    }

    @Test
    void whatAFlowCanNotDoIsNamed() {
        Class<UnsupportedOperationException> no = UnsupportedOperationException.class;
        SplittableRandom rng = new SplittableRandom(1);
        assertTrue(assertThrows(no, () -> FITTED.posterior(X))
                .getMessage()
                .startsWith("Vae.posterior: the posterior has"));
        assertTrue(assertThrows(no, () -> FITTED.klPerLatent(X)).getMessage().startsWith("Vae.klPerLatent"));
        assertTrue(assertThrows(no, () -> FITTED.bestPosterior(X, 3, rng))
                .getMessage()
                .contains("give a Gaussian to start from"));
        assertTrue(assertThrows(no, () -> FITTED.elbo(X, 1, BoundForm.ANALYTIC_KL, rng))
                .getMessage()
                .contains("SAMPLED takes draws"));
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        Architecture flow = Planar.conditional(1);
        assertTrue(assertThrows(bad, () -> builder(flow).freeBits(0.1).fit(ROWS))
                .getMessage()
                .startsWith("Vae: freeBits needs the analytic divergence"));
        assertTrue(assertThrows(
                        bad, () -> builder(flow).bound(BoundForm.ANALYTIC_KL).fit(ROWS))
                .getMessage()
                .contains("no closed form"));
        for (VaeLearning training : new VaeLearning[] {VaeLearning.WAKE_SLEEP, VaeLearning.monteCarloEm(2, 1, 0.9)}) {
            assertTrue(assertThrows(bad, () -> builder(flow).learning(training).fit(ROWS))
                    .getMessage()
                    .startsWith("Vae: posteriorFlow is set, but learning(" + training));
        }
        Dataset labelled = Dataset.of(ROWS).withLabels(new int[ROWS.numRows]);
        assertTrue(assertThrows(
                        bad,
                        () -> StackedM1M2.builder()
                                .features(FITTED)
                                .latent(1)
                                .hidden(2)
                                .fit(labelled))
                .getMessage()
                .contains("a flow as posterior"));
    }
}

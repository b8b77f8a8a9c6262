package lvm.bernoulli;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.model.EncoderDecoderContract;
import lvm.model.GenerativeModel;
import lvm.model.HasBound;
import lvm.model.HasBoundContract;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasEncoder;
import lvm.model.HasMassContract;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import lvm.optim.Adam;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.junit.jupiter.api.Test;

class HelmholtzMachineTest
        implements HasMassContract<FMatrixRMaj>, HasBoundContract<FMatrixRMaj>, EncoderDecoderContract<FMatrixRMaj> {

    /** Two levels, all 4·4·16 configurations can be listed. */
    static SigmoidBeliefNet twoLevels(long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return SigmoidBeliefNet.of(
                BernoulliLvmTest.beta(2, rng),
                List.of(
                        BernoulliLvmTest.linear("decoder.1", 2, 4, 0.7, rng),
                        BernoulliLvmTest.linear("decoder.2", 2, 2, 0.7, rng)),
                List.of(
                        BernoulliLvmTest.linear("encoder.1", 4, 2, 0.5, rng),
                        BernoulliLvmTest.linear("encoder.2", 2, 2, 0.5, rng)));
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return twoLevels(1);
    }

    @Override
    public HasBound<FMatrixRMaj> boundedModel() {
        return twoLevels(1);
    }

    @Override
    public HasEncoder<FMatrixRMaj> encoder() {
        return twoLevels(1);
    }

    @Override
    public HasDecoder<FMatrixRMaj> decoder() {
        return twoLevels(1);
    }

    /** log p(x) of two levels, the sum over all their states. */
    private record Exact(SigmoidBeliefNet net) implements SinglePrecision, HasDensity<FMatrixRMaj> {
        @Override
        public int dim() {
            return net.dim();
        }

        @Override
        public double[] logDensity(FMatrixRMaj x) {
            Require.binary("Exact.logDensity", "x", x, dim());
            double[] logP = new double[x.numRows];
            int first = net.size(1);
            for (int i = 0; i < logP.length; i++) {
                FMatrixRMaj xi = CommonOps_FDRM.extractRow(x, i, null);
                logP[i] = BinaryStates.enumerate(first + net.size(2), (z, w) -> {
                            for (int s = 0; s < z.numRows; s++) {
                                FMatrixRMaj z1 = CommonOps_FDRM.extract(z, s, s + 1, 0, first);
                                FMatrixRMaj z2 = CommonOps_FDRM.extract(z, s, s + 1, first, z.numCols);
                                Pass pass = Pass.of(
                                        net, Tape.withoutGradients(), new SigmoidBeliefNet.Draw(List.of(xi, z1, z2)));
                                w[s] = pass.logJoint().scalar();
                            }
                        })
                        .logZ();
            }
            return logP;
        }
    }

    @Override
    public HasDensity<FMatrixRMaj> massModel() {
        return new Exact(twoLevels(1));
    }

    @Override
    public double[][] observations() {
        return new double[][] {{0, 1, 1, 0}, {1, 1, 0, 1}, {0, 0, 0, 1}};
    }

    @Override
    public FMatrixRMaj matrix(double[][] rows) {
        return LearningTest.floats(rows);
    }

    @Override
    public double precision() {
        return BernoulliLvmTest.EXACT;
    }

    /** The bound and the estimate of many draws against log p(x); 5 standard errors, and a bias of order 1/draws. */
    @Test
    void theBoundIsBelowAndManyDrawsFindTheLikelihood() {
        SigmoidBeliefNet net = twoLevels(1);
        FMatrixRMaj x = matrix(observations());
        double[] logP = massModel().logDensity(x);
        int draws = 20_000;
        double[] elbo = net.elbo(x, draws, new SplittableRandom(1));
        DMatrixRMaj weights = net.logWeights(x, draws, new SplittableRandom(2));
        for (int i = 0; i < logP.length; i++) {
            assertTrue(elbo[i] < logP[i], "row " + i);
            double[] w = Arrays.copyOfRange(weights.data, i * draws, (i + 1) * draws);
            double p = Arrays.stream(w).map(Math::exp).average().orElseThrow();
            double square = Arrays.stream(w).map(l -> Math.exp(2 * l)).average().orElseThrow();
            assertEquals(Math.exp(logP[i]), p, 5 * Math.sqrt((square - p * p) / draws), "row " + i);
        }
    }

    @Test
    void latentVariablesAreThoseOfTheFirstLevel() {
        SigmoidBeliefNet net = twoLevels(1);
        assertEquals(2, net.latentDim());
        FMatrixRMaj x = matrix(observations());
        FMatrixRMaj means = net.encode(x);
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj logits = net.encoder(1).forward(tape, tape.constant(x)).value();
        for (int i = 0; i < means.getNumElements(); i++) {
            assertEquals(1 / (1 + Math.exp(-(double) logits.data[i])), means.data[i], 1e-6);
        }
        assertMessageHas("0.5 in row 0, column 1", () -> net.encode(new FMatrixRMaj(1, 4, true, 0, .5f, 0, 0)));
    }

    private static double[] gradients(List<Param> params) {
        return params.stream()
                .flatMapToDouble(p -> {
                    double[] g = new double[p.value().getNumElements()];
                    Arrays.setAll(g, i -> p.gradient().data[i]);
                    return Arrays.stream(g);
                })
                .toArray();
    }

    private static void clear(SigmoidBeliefNet net) {
        net.generativeParams().forEach(Param::clearGradient);
        net.recognitionParams().forEach(Param::clearGradient);
    }

    /** The wake phase moves p only, the sleep phase q only. */
    @Test
    void eachPhaseHasItsParameters() {
        SigmoidBeliefNet net = twoLevels(1);
        HelmholtzMachine machine = new HelmholtzMachine(net);
        FMatrixRMaj x = net.sample(5, new SplittableRandom(1));
        machine.wake(x, new SplittableRandom(2));
        assertTrue(net.generativeParams().stream().allMatch(Param::hasGradient));
        assertFalse(net.recognitionParams().stream().anyMatch(Param::hasGradient));
        clear(net);
        machine.sleep(5, new SplittableRandom(2));
        assertFalse(net.generativeParams().stream().anyMatch(Param::hasGradient));
        assertTrue(net.recognitionParams().stream().allMatch(Param::hasGradient));
        clear(net);
        new HelmholtzMachine(net, 3).wakeRecognition(x, new SplittableRandom(2));
        assertFalse(net.generativeParams().stream().anyMatch(Param::hasGradient));
        assertTrue(net.recognitionParams().stream().allMatch(Param::hasGradient));
    }

    /**
     * The mean of 5,000 wake gradients is the gradient of the bound for θ and β, that of sleep gradients the one of
     * Σ p(x, z) log q(z | x) for φ: within 4.5 standard errors for each of 21 and 16 parameters, false failures 3·10⁻⁴.
     */
    @Test
    void phasesHaveTheirExactGradients() {
        SigmoidBeliefNet net = GradientEstimatorTest.net(1);
        FMatrixRMaj x = GradientEstimatorTest.data(net, 4);
        new ExactGradient(net).backward(x, new SplittableRandom(0));
        double[] exact = gradients(net.generativeParams());
        clear(net);
        HelmholtzMachine machine = new HelmholtzMachine(net);
        SplittableRandom rng = new SplittableRandom(3);
        near(exact, net.generativeParams(), net, () -> machine.wake(x, rng));

        double[] sleep = new double[gradients(net.recognitionParams()).length];
        int at = 0;
        for (Param p : net.recognitionParams()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                float old = p.value().data[i];
                p.value().data[i] = old + 5e-3f;
                double above = dreamed(net);
                p.value().data[i] = old - 5e-3f;
                double below = dreamed(net);
                p.value().data[i] = old;
                sleep[at++] = -(above - below) / 1e-2;
            }
        }
        near(sleep, net.recognitionParams(), net, () -> machine.sleep(4, rng));
    }

    /** As {@link #phasesHaveTheirExactGradients}, with two levels: all 16 · 4 · 4 configurations are listed. */
    @Test
    void phasesOfTwoLevelsHaveTheirExactGradients() {
        SigmoidBeliefNet net = twoLevels(1);
        FMatrixRMaj x = net.sample(3, new SplittableRandom(1));
        HelmholtzMachine machine = new HelmholtzMachine(net);
        SplittableRandom rng = new SplittableRandom(3);
        double[] wake = differences(net.generativeParams(), () -> twoLevelSums(net, x)[0]);
        near(wake, net.generativeParams(), net, () -> machine.wake(x, rng));
        double[] sleep = differences(net.recognitionParams(), () -> twoLevelSums(net, BinaryStates.all(4))[1]);
        near(sleep, net.recognitionParams(), net, () -> machine.sleep(3, rng));
    }

    /** Minus the central differences of a number for all parameters. */
    private static double[] differences(List<Param> params, DoubleSupplier f) {
        return params.stream()
                .flatMapToDouble(p -> {
                    double[] g = new double[p.value().getNumElements()];
                    for (int i = 0; i < g.length; i++) {
                        float old = p.value().data[i];
                        p.value().data[i] = old + 1e-2f;
                        double above = f.getAsDouble();
                        p.value().data[i] = old - 1e-2f;
                        double below = f.getAsDouble();
                        p.value().data[i] = old;
                        g[i] = -(above - below) / 2e-2;
                    }
                    return Arrays.stream(g);
                })
                .toArray();
    }

    /** The bound averaged over the rows, and the sum of p(x, z) log q(z | x) over the rows. */
    private static double[] twoLevelSums(SigmoidBeliefNet net, FMatrixRMaj x) {
        FMatrixRMaj two = BinaryStates.all(2);
        int n = x.numRows * 16;
        FMatrixRMaj xs = new FMatrixRMaj(n, 4);
        FMatrixRMaj z1 = new FMatrixRMaj(n, 2);
        FMatrixRMaj z2 = new FMatrixRMaj(n, 2);
        for (int i = 0; i < n; i++) {
            System.arraycopy(x.data, i / 16 * 4, xs.data, i * 4, 4);
            System.arraycopy(two.data, i / 4 % 4 * 2, z1.data, i * 2, 2);
            System.arraycopy(two.data, i % 4 * 2, z2.data, i * 2, 2);
        }
        Pass pass = Pass.of(net, Tape.withoutGradients(), new SigmoidBeliefNet.Draw(List.of(xs, z1, z2)));
        double[] f = pass.signal(1);
        float[] logJoint = pass.logJoint().value().data;
        double[] sums = new double[2];
        for (int i = 0; i < n; i++) {
            double logQ = (double) pass.logQ[1].value().data[i] + pass.logQ[2].value().data[i];
            sums[0] += Math.exp(logQ) * f[i] / x.numRows;
            sums[1] += Math.exp(logJoint[i]) * logQ;
        }
        return sums;
    }

    /** Σ p(x, z) log q(z | x) over all x and z. */
    private static double dreamed(SigmoidBeliefNet net) {
        FMatrixRMaj x = BinaryStates.all(net.dim());
        DMatrixRMaj logP = net.model().logJoint(x);
        DMatrixRMaj logQ = VariationalBound.logQ(net, x);
        double sum = 0;
        for (int i = 0; i < logP.getNumElements(); i++) {
            sum += Math.exp(logP.data[i]) * logQ.data[i];
        }
        return sum;
    }

    private static void near(double[] exact, List<Param> params, SigmoidBeliefNet net, Runnable estimate) {
        int n = 5_000;
        double[] mean = new double[exact.length];
        double[] squares = new double[exact.length];
        for (int i = 1; i <= n; i++) {
            clear(net);
            estimate.run();
            double[] g = gradients(params);
            for (int k = 0; k < g.length; k++) {
                double change = g[k] - mean[k];
                mean[k] += change / i;
                squares[k] += change * (g[k] - mean[k]);
            }
        }
        clear(net);
        for (int k = 0; k < exact.length; k++) {
            double error = Math.sqrt(squares[k] / (n - 1) / n);
            assertEquals(exact[k], mean[k], 4.5 * error + 2e-4, "parameter " + k);
        }
    }

    /**
     * The weights of reweighted wake-sleep: with many draws the wake gradient of θ is that of log p(x) itself, which no q
     * enters, and not the one of the bound. 1,000 draws leave a bias of order 1/1000 of the weights' variance.
     */
    @Test
    void manyWeightedDrawsGiveTheGradientOfTheLikelihood() {
        SigmoidBeliefNet net = GradientEstimatorTest.net(1);
        FMatrixRMaj x = GradientEstimatorTest.data(net, 4);
        lvm.autodiff.Tape tape = new lvm.autodiff.Tape();
        tape.backward(net.model().logDensity(tape, tape.constant(x)).mean().neg());
        double[] exact = gradients(net.generativeParams());
        clear(net);
        HelmholtzMachine machine = new HelmholtzMachine(net, 1_000);
        SplittableRandom rng = new SplittableRandom(3);
        double[] mean = new double[exact.length];
        double bound = 0;
        for (int i = 0; i < 50; i++) {
            bound += machine.wake(x, rng) / 50;
            double[] g = gradients(net.generativeParams());
            clear(net);
            for (int k = 0; k < g.length; k++) {
                mean[k] += g[k] / 50;
            }
        }
        for (int k = 0; k < exact.length; k++) {
            assertEquals(exact[k], mean[k], 0.02, "parameter " + k);
        }
        assertEquals(Arrays.stream(net.model().logDensity(x)).average().orElseThrow(), bound, 0.02);
    }

    /**
     * The sleep phase and the bound want different things where the posterior has two modes. z₁ and z₂ are fair coins, x says
     * whether they differ, so that p(z | x = 1) is 01 or 10, each with half. Sleep takes the moments of this posterior,
     * q(zₖ = 1 | x = 1) = ½; the bound takes one mode and leaves the other. By exact gradients of both, from the same start.
     */
    @Test
    void sleepCoversBothModesTheBoundTakesOne() {
        float l = 5;
        Layer table = new BitTable("decoder", new FMatrixRMaj(new float[][] {{-l}, {l}, {l}, {-l}}));
        BernoulliLvm model = BernoulliLvm.of(new double[] {0.5, 0.5}, table);
        FMatrixRMaj one = new FMatrixRMaj(new float[][] {{1}});
        double[] q = new double[2];
        double[] bounds = new double[2];
        for (int phase = 0; phase < 2; phase++) {
            SplittableRandom rng = new SplittableRandom(5);
            SigmoidBeliefNet net = SigmoidBeliefNet.of(model, BernoulliLvmTest.linear("encoder", 1, 2, 0.3, rng));
            Adam phi = new Adam(net.recognitionParams(), 0.02);
            HelmholtzMachine machine = new HelmholtzMachine(net);
            ExactGradient exact = new ExactGradient(net);
            for (int step = 0; step < 1_500; step++) {
                if (phase == 0) {
                    machine.sleep(200, rng);
                } else {
                    exact.backward(one, rng);
                }
                phi.step();
                net.generativeParams().forEach(Param::clearGradient);
            }
            q[phase] = VariationalBound.means(net, one).data[0];
            bounds[phase] = VariationalBound.elbo(net, one)[0];
        }
        double logP = model.logDensity(one)[0];
        assertEquals(0.5, q[0], 0.1, "sleep: the mean of both modes");
        assertTrue(q[1] < 0.05 || q[1] > 0.95, "the bound: one mode, " + q[1]);
        // One of two modes costs log 2; half of the mean's weight is on states that do not explain x.
        assertEquals(logP - Math.log(2), bounds[1], 0.02);
        assertTrue(bounds[0] < bounds[1] - 1, Arrays.toString(bounds));
    }

    /** A machine that dreams its own data: wake-sleep gets to a better likelihood than its start, and q to the posterior. */
    @Test
    void trainingByWakeSleepAndNvilRaisesTheExactLikelihood() {
        SigmoidBeliefNet truth = GradientEstimatorTest.net(3);
        FMatrixRMaj x = truth.sample(2_000, new SplittableRandom(5));
        double best = truth.model().logLikelihood(x) / x.numRows;
        for (GradientEstimator.Factory factory : List.of(
                GradientEstimator.wakeSleep(),
                GradientEstimator.reweightedWakeSleep(5),
                GradientEstimator.nvil(10, true),
                GradientEstimator.vimco(5))) {
            SigmoidBeliefNet net = SigmoidBeliefNet.builder()
                    .latent(3)
                    .learning(factory)
                    .learningRate(0.02)
                    .epochs(25)
                    .batchSize(50)
                    .fit(Dataset.of(x));
            double logP = net.model().logLikelihood(x) / x.numRows;
            // The start is independent pixels; the truth's parameters are near the maximum.
            assertTrue(logP > best - 0.15, factory + ": " + logP + ", truth " + best);
            assertTrue(logP < best + 0.05, factory + ": " + logP + ", truth " + best);
            assertEquals(25, net.history().size());
            assertTrue(net.summary().toString().contains(factory.toString()));
        }
    }

    /**
     * Networks of one, two and three levels learn by NVIL and by wake-sleep: their bound on the rows gets above the likelihood
     * of independent pixels, the best that a network can do whose latent variables say nothing.
     */
    @Test
    void oneToThreeLevelsLearnByNvilAndByWakeSleep() {
        FMatrixRMaj x = Bars.generate(400, 3, 0.3, 0.05, 1).pictures().floatMatrix();
        double independent = 0;
        for (int j = 0; j < 9; j++) {
            double p = 0;
            for (int i = 0; i < 400; i++) {
                p += x.get(i, j) / 400;
            }
            independent += p * Math.log(p) + (1 - p) * Math.log(1 - p);
        }
        for (int[] levels : new int[][] {{8}, {8, 4}, {8, 4, 3}}) {
            for (GradientEstimator.Factory factory :
                    List.of(GradientEstimator.nvil(10, true), GradientEstimator.wakeSleep())) {
                SigmoidBeliefNet net = SigmoidBeliefNet.builder()
                        .latent(levels)
                        .learning(factory)
                        .learningRate(0.02)
                        .epochs(40)
                        .batchSize(20)
                        .fit(x);
                double bound = Arrays.stream(net.elbo(x, 50, new SplittableRandom(1)))
                        .average()
                        .orElseThrow();
                assertTrue(
                        bound > independent + 0.3,
                        factory + ", " + levels.length + " levels: " + bound + ", pixels " + independent);
            }
        }
    }

    /** One to three levels, a deep encoder, and the same seed gives the same bits. */
    @Test
    void buildersGiveReproducibleNetworks() {
        FMatrixRMaj x = GradientEstimatorTest.net(3).sample(200, new SplittableRandom(5));
        for (int[] levels : new int[][] {{3}, {4, 2}, {4, 3, 2}}) {
            SigmoidBeliefNetBuilder builder = SigmoidBeliefNet.builder()
                    .latent(levels)
                    .encoder(NetworkFactory.mlp(Activation.TANH, 5))
                    .epochs(3)
                    .validation(Dataset.of(x))
                    .seed(7);
            SigmoidBeliefNet net = builder.fit(x);
            SigmoidBeliefNet same = builder.fit(x);
            assertEquals(levels.length, net.levels());
            for (int k = 0; k < net.recognitionParams().size(); k++) {
                assertEquals(
                        net.recognitionParams().get(k).value().toString(),
                        same.recognitionParams().get(k).value().toString());
            }
            assertTrue(net.history().names().contains("validation"));
            double[] bound = net.elbo(x, 2, new SplittableRandom(1));
            assertTrue(Arrays.stream(bound).allMatch(b -> b < 0));
        }
    }

    @Test
    void badInputIsNamed() {
        FMatrixRMaj x = new FMatrixRMaj(2, 3);
        assertMessageHas("latent not set", () -> SigmoidBeliefNet.builder().fit(x));
        x.set(1, 2, 0.5f);
        assertMessageHas(
                "0.5 in row 1, column 2",
                () -> SigmoidBeliefNet.builder().latent(2).fit(x));
        assertMessageHas("latent is 0", () -> SigmoidBeliefNet.builder().latent(2, 0));
        assertMessageHas("2 levels", () -> new ExactGradient(twoLevels(1)));
        assertThrows(IllegalStateException.class, () -> twoLevels(1).model());
        assertMessageHas("draws is 0", () -> new HelmholtzMachine(twoLevels(1), 0));
        assertMessageHas(
                "x has 3 columns, expected 4",
                () -> twoLevels(1).elbo(new FMatrixRMaj(1, 3), 1, new SplittableRandom(1)));
        assertMessageHas(
                "BitTable",
                () -> Relaxation.straightThrough(SigmoidBeliefNet.of(
                        BernoulliLvm.of(new double[] {0.5}, new BitTable("t", 1, 2, 1, new SplittableRandom(1))),
                        BernoulliLvmTest.linear("e", 2, 1, 1, new SplittableRandom(1)))));
    }
}

package lvm.bernoulli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.distribution.BinaryStates;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * Formulas of the lesson on the Bernoulli latent variable model that are corrected here, each beside its right form. That of
 * the optimal baseline is in {@link GradientEstimatorTest}.
 */
class ErrataTest {
    private static final float STEP = 5e-3f;

    /** A central difference for a number of a parameter. */
    private static double difference(Param p, int i, SigmoidBeliefNet net, ToDoubleFunction<SigmoidBeliefNet> f) {
        float old = p.value().data[i];
        p.value().data[i] = old + STEP;
        double above = f.applyAsDouble(net);
        p.value().data[i] = old - STEP;
        double below = f.applyAsDouble(net);
        p.value().data[i] = old;
        return (above - below) / (2 * STEP);
    }

    /** Equation 2 writes z_L for the last observation; x has L entries, whatever K is. */
    @Test
    void equation2HasOneProbabilityForEachObservation() {
        BernoulliLvm model = BernoulliLvmTest.random(3, 6, 1);
        FMatrixRMaj p = model.decode(BinaryStates.all(3));
        assertEquals(8, p.numRows);
        assertEquals(6, p.numCols);
        assertEquals(6, model.sample(2, new SplittableRandom(1)).numCols);
    }

    /** log Σ p(x | z) r(z | x), the printed equation 5, where r stands in the place of the prior. */
    private static double printed(BernoulliLvm model, FMatrixRMaj x, DMatrixRMaj r) {
        DMatrixRMaj logJoint = model.logJoint(x);
        double[] beta = model.prior();
        double total = 0;
        for (int i = 0; i < x.numRows; i++) {
            double sum = 0;
            for (int s = 0; s < logJoint.numCols; s++) {
                double logPrior = 0;
                for (int k = 0; k < beta.length; k++) {
                    logPrior += Math.log((s >> (beta.length - 1 - k) & 1) == 1 ? beta[k] : 1 - beta[k]);
                }
                sum += Math.exp(logJoint.get(i, s) - logPrior) * r.get(i, s);
            }
            total += Math.log(sum);
        }
        return total;
    }

    /**
     * Equation 5 as printed has p(z | φ(x)) in the place of the prior. With a φ(x) that bets on the state that explains x
     * best its values over all x add up to more than 1, and at no φ(x) does it know of β. The right form is a distribution,
     * and its gradient is that of finite differences, for θ and for β.
     */
    @Test
    void equation5NeedsThePrior() {
        SigmoidBeliefNet net = GradientEstimatorTest.net(1);
        BernoulliLvm model = net.model();
        FMatrixRMaj x = BinaryStates.all(model.dim());
        double right = 0;
        for (double logP : model.logDensity(x)) {
            right += Math.exp(logP);
        }
        assertEquals(1, right, 1e-6);
        double asPrinted = 0;
        FMatrixRMaj row = new FMatrixRMaj(1, x.numCols);
        for (int i = 0; i < x.numRows; i++) {
            System.arraycopy(x.data, i * x.numCols, row.data, 0, x.numCols);
            double best = Double.NEGATIVE_INFINITY;
            for (int s = 0; s < 8; s++) {
                DMatrixRMaj bet = new DMatrixRMaj(1, 8);
                bet.data[s] = 1;
                best = Math.max(best, printed(model, row, bet));
            }
            asPrinted += Math.exp(best);
        }
        assertTrue(asPrinted > 1.5, "sum " + asPrinted);

        FMatrixRMaj data = GradientEstimatorTest.data(net, 6);
        DMatrixRMaj q = VariationalBound.product(VariationalBound.means(net, data));
        Tape tape = new Tape();
        tape.backward(net.model().logDensity(tape, tape.constant(data)).sum());
        double apart = 0;
        for (Param p : net.generativeParams()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                double slope = difference(p, i, net, n -> n.model().logLikelihood(data));
                double printedSlope = difference(p, i, net, n -> printed(n.model(), data, q));
                assertEquals(slope, p.gradient().data[i], 2e-3, p.name());
                apart = Math.max(apart, Math.abs(slope - printedSlope));
                if (p == net.priorLogits()) {
                    assertEquals(0, printedSlope, 1e-6, "the printed form has no β");
                }
            }
        }
        assertTrue(apart > 0.1, "the gradients differ by " + apart);
    }

    /** Σ p(x) KL, of one direction or the other, over all x. */
    private static double divergence(SigmoidBeliefNet net, boolean fromPosterior) {
        FMatrixRMaj x = BinaryStates.all(net.dim());
        double[] logP = net.model().logDensity(x);
        DMatrixRMaj posterior = net.model().posterior(x);
        DMatrixRMaj logQ = VariationalBound.logQ(net, x);
        double sum = 0;
        for (int i = 0; i < posterior.getNumElements(); i++) {
            double logRatio = Math.log(posterior.data[i]) - logQ.data[i];
            double weight = fromPosterior ? posterior.data[i] : -Math.exp(logQ.data[i]);
            sum += Math.exp(logP[i / posterior.numCols]) * weight * logRatio;
        }
        return sum;
    }

    /**
     * Section 2.3.2 lets the sleep phase minimise "the reverse KL". It is KL(p(z | x) ‖ q(z | x)) on dreams: the mean of 4,000
     * sleep gradients of 20 dreams is its gradient by finite differences, within 4.5 standard errors for each of 21
     * parameters (false failures 2·10⁻⁴), and not that of KL(q ‖ p), the divergence that the bound has in it.
     */
    @Test
    void sleepMinimisesTheDivergenceFromThePosterior() {
        SigmoidBeliefNet net = GradientEstimatorTest.net(1);
        HelmholtzMachine machine = new HelmholtzMachine(net);
        SplittableRandom rng = new SplittableRandom(6);
        List<Param> phi = net.recognitionParams();
        int size = phi.stream().mapToInt(p -> p.value().getNumElements()).sum();
        double[] mean = new double[size];
        double[] squares = new double[size];
        int n = 4_000;
        for (int t = 1; t <= n; t++) {
            machine.sleep(20, rng);
            int at = 0;
            for (Param p : phi) {
                for (int i = 0; i < p.value().getNumElements(); i++, at++) {
                    double change = p.gradient().data[i] - mean[at];
                    mean[at] += change / t;
                    squares[at] += change * (p.gradient().data[i] - mean[at]);
                }
                p.clearGradient();
            }
        }
        int at = 0;
        double apart = 0;
        for (Param p : phi) {
            for (int i = 0; i < p.value().getNumElements(); i++, at++) {
                double error = Math.sqrt(squares[at] / (n - 1) / n);
                double right = difference(p, i, net, m -> divergence(m, true));
                assertEquals(right, mean[at], 4.5 * error + 2e-4, p.name());
                apart = Math.max(apart, Math.abs(mean[at] - difference(p, i, net, m -> divergence(m, false))) / error);
            }
        }
        assertTrue(apart > 20, "standard errors from the other direction: " + apart);
    }

    /**
     * Section 2.3.2 lets the algorithm store an approximate posterior for each data point. Mean field does; q(z | φ(x)) is
     * one network, whatever the number of rows.
     */
    @Test
    void theInferenceNetworkDoesNotGrowWithTheData() {
        int[] sizes = new int[2];
        for (int i = 0; i < 2; i++) {
            FMatrixRMaj x = GradientEstimatorTest.data(GradientEstimatorTest.net(1), i == 0 ? 10 : 100);
            SigmoidBeliefNet net = SigmoidBeliefNet.builder()
                    .latent(3)
                    .learning(GradientEstimator.wakeSleep())
                    .epochs(1)
                    .fit(x);
            sizes[i] = net.recognitionParams().stream()
                    .mapToInt(p -> p.value().getNumElements())
                    .sum();
        }
        assertEquals(sizes[0], sizes[1]);
        BernoulliLvm model = BernoulliLvmTest.random(3, 6, 1);
        FMatrixRMaj x = model.sample(100, new SplittableRandom(2));
        DMatrixRMaj start = new DMatrixRMaj(100, 3);
        start.fill(0.5);
        assertEquals(300, VariationalBound.meanField(model, x, start, 3).getNumElements());
    }

    /**
     * Section 2.3.1 calls the bound tight at the optimal q. It is so at the posterior; the best factorial q of a posterior
     * that says "one of the two" leaves log 2, up to the weight of the states that explain x badly.
     */
    @Test
    void theBestFactorialQNeedNotBeTight() {
        BernoulliLvm model = BernoulliLvm.of(
                new double[] {0.5, 0.5}, new BitTable("differ", new FMatrixRMaj(new float[][] {{-9}, {9}, {9}, {-9}})));
        FMatrixRMaj one = new FMatrixRMaj(new float[][] {{1}});
        assertEquals(0, VariationalBound.gap(model, one, model.posterior(one))[0], 1e-12);
        DMatrixRMaj best = VariationalBound.bestFactorial(model, one, null, 8, 1);
        assertEquals(Math.log(2), VariationalBound.gap(model, one, VariationalBound.product(best))[0], 2e-3);
    }
}

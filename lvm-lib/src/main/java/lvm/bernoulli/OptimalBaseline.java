package lvm.bernoulli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.BinaryStates;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * REINFORCE with the baseline of least variance for each parameter ωᵢ of q,
 *
 * <p>b*ᵢ = E_q[f(z) (∂ log q/∂ωᵢ)²] / E_q[(∂ log q/∂ωᵢ)²].
 *
 * <p>The squared derivative is meant where notes print the derivative of a square, ∂(log q)²/∂ωᵢ, or of (log q) squared
 * without brackets: minimising E[(f − b)² (∂ log q/∂ωᵢ)²] over b gives the formula above. Both expectations are sums over the
 * rows of a batch, and either running means of earlier batches, for which the estimate stays unbiased, or exact sums over all
 * states. It takes a backward pass for each row and draw, or for each row and state: a study, not a tool for large networks.
 */
public final class OptimalBaseline implements GradientEstimator {
    private static final float KEEP = 0.99f;
    private static final int MAX_EXACT = 10;

    private final SigmoidBeliefNet net;
    private final boolean exact;
    private final List<Param> phi = new ArrayList<>();
    private final List<Integer> levelOf = new ArrayList<>();
    private final List<FMatrixRMaj> numerator = new ArrayList<>();
    private final List<FMatrixRMaj> denominator = new ArrayList<>();
    private final Tape tape = new Tape();
    private float[] enumerated = {};

    /**
     * An estimator.
     *
     * @param net the network
     * @param exact whether the expectations are sums over all states, of one level of at most 10 variables
     * @throws IllegalArgumentException if they should be and can not
     */
    public OptimalBaseline(SigmoidBeliefNet net, boolean exact) {
        if (exact) {
            ExactGradient.requireOneLevel("OptimalBaseline", net);
            if (net.size(1) > MAX_EXACT) {
                throw new IllegalArgumentException(
                        "OptimalBaseline: a backward pass for each of " + BinaryStates.terms(net.size(1))
                                + "; it is done for up to " + MAX_EXACT + " latent variables");
            }
        }
        this.net = net;
        this.exact = exact;
        for (int level = 1; level <= net.levels(); level++) {
            for (Param p : net.encoder(level).params()) {
                phi.add(p);
                levelOf.add(level);
                numerator.add(p.value().createLike());
                denominator.add(p.value().createLike());
            }
        }
    }

    @Override
    public double backward(FMatrixRMaj x, RandomGenerator rng) {
        int n = x.numRows;
        List<FMatrixRMaj> before = takeGradients();
        SigmoidBeliefNet.Draw draw = net.recognize(x, rng);
        if (exact && !Arrays.equals(inputs(x), enumerated)) {
            numerator.forEach(FMatrixRMaj::zero);
            denominator.forEach(FMatrixRMaj::zero);
            enumerate(x);
            enumerated = inputs(x);
        }
        List<FMatrixRMaj> baselines = baselines();
        List<FMatrixRMaj> score = scores(draw);
        double[][] f = signals(Pass.of(net, tape.reset(), draw));
        if (!exact) {
            // The moments of this draw serve the next ones.
            numerator.forEach(m -> CommonOps_FDRM.scale(KEEP, m));
            denominator.forEach(m -> CommonOps_FDRM.scale(KEEP, m));
            for (int i = 0; i < n; i++) {
                int row = i;
                add(scores(row(draw, i)), level -> f[level][row], 1);
            }
        }
        Pass pass = Pass.of(net, tape.reset(), draw);
        Var surrogate = pass.logJoint();
        for (int level = 1; level <= net.levels(); level++) {
            surrogate = surrogate.add(pass.logQ[level].mul(tape.constant(Reinforce.column(f[level]))));
        }
        tape.backward(surrogate.mean().neg());
        for (int k = 0; k < phi.size(); k++) {
            float[] g = phi.get(k).gradient().data;
            for (int i = 0; i < phi.get(k).gradient().getNumElements(); i++) {
                g[i] += baselines.get(k).data[i] * score.get(k).data[i] / n;
                if (before.get(k) != null) {
                    g[i] += before.get(k).data[i];
                }
            }
        }
        double bound = 0;
        for (double value : f[1]) {
            bound += value / n;
        }
        return bound;
    }

    /** All numbers that exact expectations depend on. */
    private float[] inputs(FMatrixRMaj x) {
        List<FMatrixRMaj> all = new ArrayList<>(List.of(x));
        phi.forEach(p -> all.add(p.value()));
        net.generativeParams().forEach(p -> all.add(p.value()));
        float[] numbers =
                new float[all.stream().mapToInt(FMatrixRMaj::getNumElements).sum()];
        int at = 0;
        for (FMatrixRMaj m : all) {
            System.arraycopy(m.data, 0, numbers, at, m.getNumElements());
            at += m.getNumElements();
        }
        return numbers;
    }

    private double[][] signals(Pass pass) {
        double[][] f = new double[net.levels() + 1][];
        for (int level = 1; level <= net.levels(); level++) {
            f[level] = pass.signal(level);
        }
        return f;
    }

    /** b* as it is known now, 0 where nothing is known. */
    private List<FMatrixRMaj> baselines() {
        List<FMatrixRMaj> all = new ArrayList<>();
        for (int k = 0; k < phi.size(); k++) {
            FMatrixRMaj b = numerator.get(k).copy();
            for (int i = 0; i < b.getNumElements(); i++) {
                b.data[i] = denominator.get(k).data[i] > 0 ? b.data[i] / denominator.get(k).data[i] : 0;
            }
            all.add(b);
        }
        return all;
    }

    /** The gradients of the parameters that are not used yet, null for none; they are marked as used. */
    private List<FMatrixRMaj> takeGradients() {
        List<FMatrixRMaj> all = new ArrayList<>();
        for (Param p : phi) {
            all.add(p.hasGradient() ? p.gradient().copy() : null);
            p.clearGradient();
        }
        return all;
    }

    /** Σᵢ ∂ log q(zᵢ | xᵢ)/∂φ of each parameter. */
    private List<FMatrixRMaj> scores(SigmoidBeliefNet.Draw draw) {
        tape.reset();
        Var sum = null;
        for (int level = 1; level <= net.levels(); level++) {
            Var logits = net.encoder(level).forward(tape, tape.constant(draw.z(level - 1)));
            Var logQ = logits.bernoulliLogLikelihood(tape.constant(draw.z(level)));
            sum = sum == null ? logQ : sum.add(logQ);
        }
        tape.backward(sum.sum());
        return takeGradients();
    }

    private void add(List<FMatrixRMaj> score, IntToDoubleFunction signal, double weight) {
        for (int k = 0; k < phi.size(); k++) {
            float[] g = score.get(k).data;
            double f = signal.applyAsDouble(levelOf.get(k));
            for (int i = 0; i < score.get(k).getNumElements(); i++) {
                double square = weight * g[i] * g[i];
                numerator.get(k).data[i] += (float) (f * square);
                denominator.get(k).data[i] += (float) square;
            }
        }
    }

    private void enumerate(FMatrixRMaj x) {
        int states = 1 << net.size(1);
        FMatrixRMaj all = BinaryStates.all(net.size(1));
        for (int i = 0; i < x.numRows; i++) {
            for (int s = 0; s < states; s++) {
                SigmoidBeliefNet.Draw one = new SigmoidBeliefNet.Draw(List.of(row(x, i), row(all, s)));
                Pass pass = Pass.of(net, tape.reset(), one);
                double f = pass.signal(1)[0];
                double q = Math.exp(pass.logQ[1].value().data[0]);
                add(scores(one), level -> f, q);
            }
        }
    }

    private static SigmoidBeliefNet.Draw row(SigmoidBeliefNet.Draw draw, int i) {
        return new SigmoidBeliefNet.Draw(
                draw.levels().stream().map(z -> row(z, i)).toList());
    }

    private static FMatrixRMaj row(FMatrixRMaj z, int i) {
        return CommonOps_FDRM.extractRow(z, i, null);
    }

    @Override
    public boolean unbiased() {
        return true;
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        for (int k = 0; k < phi.size(); k++) {
            all.put(phi.get(k).name() + ".numerator", numerator.get(k));
            all.put(phi.get(k).name() + ".denominator", denominator.get(k));
        }
        return all;
    }
}

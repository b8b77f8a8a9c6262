package lvm.bernoulli;

import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/** The factors of p and q of a {@link SigmoidBeliefNet} at one draw of all levels, on a tape: n×1 log probabilities. */
final class Pass {
    final Var[] z;
    /** The logits of q(zₘ | zₘ₋₁), from level 1. */
    final Var[] logits;
    /** log q(zₘ | zₘ₋₁), from level 1. */
    final Var[] logQ;
    /** log p(zₘ | zₘ₊₁), from level 0; that of level M is log p(z_M). */
    final Var[] logP;

    private Pass(int levels) {
        z = new Var[levels + 1];
        logits = new Var[levels + 1];
        logQ = new Var[levels + 1];
        logP = new Var[levels + 1];
    }

    int rows() {
        return z[0].rows();
    }

    /**
     * What depends on the draw of a level: Σ over j ≥ m−1 of log p(zⱼ | zⱼ₊₁) − Σ over j ≥ m of log q(zⱼ | zⱼ₋₁). From
     * level 1, log p(x, z) − log q(z | x).
     */
    double[] signal(int level) {
        double[] f = new double[rows()];
        for (int j = level - 1; j < logP.length; j++) {
            float[] p = logP[j].value().data;
            float[] q = j >= level ? logQ[j].value().data : null;
            for (int i = 0; i < f.length; i++) {
                f[i] += q == null ? p[i] : (double) p[i] - q[i];
            }
        }
        return f;
    }

    /** log p(x, z). */
    Var logJoint() {
        Var sum = logP[0];
        for (int j = 1; j < logP.length; j++) {
            sum = sum.add(logP[j]);
        }
        return sum;
    }

    /** A draw z ~ q(z | x) with all factors. */
    static Pass of(SigmoidBeliefNet net, Tape tape, Var x, RandomGenerator rng) {
        return recognition(net, tape, x, rng).generation(net, tape);
    }

    /** All factors at given values of all levels. */
    static Pass of(SigmoidBeliefNet net, Tape tape, SigmoidBeliefNet.Draw draw) {
        return recognition(net, tape, draw).generation(net, tape);
    }

    /** A draw z ~ q(z | x) with the factors of q. */
    static Pass recognition(SigmoidBeliefNet net, Tape tape, Var x, RandomGenerator rng) {
        return recognition(net, tape, x, (level, logits) -> tape.constant(SigmoidBeliefNet.draw(logits.value(), rng)));
    }

    /** The factors of q at given values of all levels. */
    static Pass recognition(SigmoidBeliefNet net, Tape tape, SigmoidBeliefNet.Draw draw) {
        return recognition(net, tape, tape.constant(draw.x()), (level, logits) -> tape.constant(draw.z(level)));
    }

    private interface Values {
        Var of(int level, Var logits);
    }

    private static Pass recognition(SigmoidBeliefNet net, Tape tape, Var x, Values values) {
        Pass pass = new Pass(net.levels());
        pass.z[0] = x;
        for (int level = 1; level <= net.levels(); level++) {
            pass.logits[level] = net.encoder(level).forward(tape, pass.z[level - 1]);
            pass.z[level] = values.of(level, pass.logits[level]);
            pass.logQ[level] = pass.logits[level].bernoulliLogLikelihood(pass.z[level]);
        }
        return pass;
    }

    /** Adds the factors of p, on a tape that need not be the one of q. */
    Pass generation(SigmoidBeliefNet net, Tape tape) {
        Var[] at = new Var[z.length];
        for (int level = 0; level < z.length; level++) {
            at[level] = z[level].tape() == tape ? z[level] : tape.constant(z[level].value());
        }
        int top = net.levels();
        for (int level = 1; level <= top; level++) {
            logP[level - 1] = net.decoder(level).forward(tape, at[level]).bernoulliLogLikelihood(at[level - 1]);
        }
        logP[top] = net.logPrior(tape, at[top]);
        return this;
    }
}

package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * What the training of a variational autoencoder increases, in nats per row.
 *
 * @param form of the bound
 * @param beta the factor on the divergence
 * @param warmUp the steps in which the factor rises to beta
 * @param freeBits the least divergence that counts for a latent variable, nats
 * @param draws of z for each row
 * @param importance the draws in one importance-weighted bound; 1 for the plain one
 */
record Objective(BoundForm form, double beta, long warmUp, double freeBits, int draws, int importance) {
    static final Objective PLAIN = new Objective(BoundForm.ANALYTIC_KL, 1, 0, 0, 1, 1);

    /** The name of the plain bound. */
    static final String BOUND = "bound, nats per row";

    /** What it is: the plain bound, or what it differs by. */
    String name() {
        String bound = importance > 1 ? "bound of " + importance + " draws" : "bound";
        boolean weighted = beta != 1 || warmUp > 0;
        return bound + (weighted ? " with β KL" : "") + (freeBits > 0 ? " with free bits" : "") + ", nats per row";
    }

    /** The bound itself, the mean over the rows of one draw, without what helps the training. */
    double plainBound(Tape tape, VaeNet net, FMatrixRMaj x, FMatrixRMaj y, RandomGenerator rng) {
        Objective plain = new Objective(form, 1, 0, 0, 1, importance);
        Var conditions = y == null ? null : tape.constant(y);
        return plain.value(tape, net, tape.constant(x), conditions, 0, rng).scalar() + net.observation.units;
    }

    double beta(long step) {
        return step >= warmUp ? beta : beta * (step + 1) / (warmUp + 1);
    }

    /** The mean over the rows, 1×1, without {@link Observation#units}; y is null if there are no conditions. */
    Var value(Tape tape, VaeNet net, Var x, Var y, long step, RandomGenerator rng) {
        VaeNet.Posterior q = net.encode(tape, x, y);
        float b = (float) beta(step);
        if (importance > 1) {
            Var[] bounds = new Var[draws];
            for (int l = 0; l < draws; l++) {
                Var[] logWeights = new Var[importance];
                for (int s = 0; s < importance; s++) {
                    logWeights[s] = sampled(tape, net, q, x, y, b, rng);
                }
                bounds[l] = tape.concatColumns(logWeights).logSumExp();
            }
            return mean(bounds).mean().add((float) -Math.log(importance));
        }
        Var[] terms = new Var[draws];
        for (int l = 0; l < draws; l++) {
            terms[l] = form == BoundForm.SAMPLED
                    ? sampled(tape, net, q, x, y, b, rng)
                    : net.logLikelihood(tape, x, q.draw(rng), y);
        }
        Var mean = mean(terms);
        if (form == BoundForm.SAMPLED) {
            return mean.mean();
        }
        if (freeBits > 0) {
            float least = (float) freeBits;
            // Σⱼ max(λ, mean over the rows of KLⱼ)
            Var kl = q.klPerLatent()
                    .meanPerColumn()
                    .add(-least)
                    .relu()
                    .add(least)
                    .sum();
            return mean.mean().sub(kl.mul(b));
        }
        return mean.sub(b == 1 ? q.kl() : q.kl().mul(b)).mean();
    }

    /** log p(x | z) + β (log p(z) − log q(z | x)) at a draw, n×1. */
    private static Var sampled(
            Tape tape, VaeNet net, VaeNet.Posterior q, Var x, Var y, float beta, RandomGenerator rng) {
        VaeNet.Draw draw = q.sample(rng);
        Var ratio = net.logPrior(draw.z()).sub(draw.logDensity());
        return net.logLikelihood(tape, x, draw.z(), y).add(beta == 1 ? ratio : ratio.mul(beta));
    }

    private static Var mean(Var[] terms) {
        Var sum = terms[0];
        for (int l = 1; l < terms.length; l++) {
            sum = sum.add(terms[l]);
        }
        return terms.length == 1 ? sum : sum.mul(1f / terms.length);
    }
}

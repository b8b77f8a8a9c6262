package lvm.gan;

import lvm.autodiff.Var;
import lvm.model.Require;

/**
 * What the two players of an adversarial network raise. D(x) = σ(a(x)) stands for the probability that x is a row of the data, a is
 * the discriminator's output (the logit); f is the same output where it is no logit but a critic or a number to regress.
 *
 * <table>
 * <caption>The objectives, all to raise</caption>
 * <tr><th></th><th>discriminator</th><th>generator</th></tr>
 * <tr><td>minimax</td><td>V = E log D(x) + E log(1 − D(G(z)))</td><td>− E log(1 − D(G(z)))</td></tr>
 * <tr><td>non-saturating</td><td>V</td><td>E log D(G(z))</td></tr>
 * <tr><td>least squares</td><td>− ½ E (f(x) − 1)² − ½ E f(G(z))²</td><td>− ½ E (f(G(z)) − 1)²</td></tr>
 * <tr><td>Wasserstein</td><td>E f(x) − E f(G(z)), f with a bounded slope</td><td>E f(G(z))</td></tr>
 * </table>
 *
 * <p>I. Goodfellow and others (2014); X. Mao and others (2017), with targets 1 and 0; M. Arjovsky, S. Chintala and L. Bottou (2017);
 * I. Gulrajani and others (2017).
 */
public final class GanLoss {
    private enum Kind {
        MINIMAX,
        NON_SATURATING,
        LEAST_SQUARES,
        CLIPPED,
        PENALISED
    }

    private static final GanLoss MINIMAX = new GanLoss(Kind.MINIMAX, 0);
    private static final GanLoss NON_SATURATING = new GanLoss(Kind.NON_SATURATING, 0);
    private static final GanLoss LEAST_SQUARES = new GanLoss(Kind.LEAST_SQUARES, 0);

    private final Kind kind;
    private final double strength;

    private GanLoss(Kind kind, double strength) {
        this.kind = kind;
        this.strength = strength;
    }

    /** {@return the game of one value, which the discriminator raises and the generator lowers} */
    public static GanLoss minimax() {
        return MINIMAX;
    }

    /**
     * The same game for the discriminator, while the generator raises E log D(G(z)): the same fixed point, and a slope also where
     * the discriminator is sure.
     *
     * @return the loss
     */
    public static GanLoss nonSaturating() {
        return NON_SATURATING;
    }

    /** {@return regression on 1 for rows and 0 for draws, for the generator on 1} */
    public static GanLoss leastSquares() {
        return LEAST_SQUARES;
    }

    /**
     * A critic whose weights and biases are held within [−c, c] after each of its steps. What it finds is the Wasserstein distance times
     * an unknown factor, for the clipped functions are those of some largest slope and not all of them.
     *
     * @param clip c, above 0; 0.01 as published
     * @return the loss
     * @throws IllegalArgumentException if it is not above 0 and finite
     */
    public static GanLoss wasserstein(double clip) {
        return new GanLoss(Kind.CLIPPED, Require.positive("GanLoss.wasserstein", "clip", clip));
    }

    /**
     * A critic whose slope is held near 1 by a penalty λ E (‖∇f(x̂)‖ − 1)² that it pays, where x̂ = ε x + (1 − ε) G(z) with ε uniform
     * on [0,1] lies between a row and a draw. The gradient of the penalty is exact: with u = ∇f/‖∇f‖ held constant,
     * d‖∇f‖ = d(uᵀ∇f), and uᵀ∇f is made of operations of the tape ({@link lvm.nn.Layer#tangent}).
     *
     * @param lambda λ, above 0; 10 as published, 0.1 for points in the plane
     * @return the loss
     * @throws IllegalArgumentException if it is not above 0 and finite
     */
    public static GanLoss wassersteinGradientPenalty(double lambda) {
        return new GanLoss(Kind.PENALISED, Require.positive("GanLoss.wassersteinGradientPenalty", "lambda", lambda));
    }

    /** c, or 0 without clipping. */
    float clip() {
        return kind == Kind.CLIPPED ? (float) strength : 0;
    }

    /** λ, or 0 without a penalty. */
    float penalty() {
        return kind == Kind.PENALISED ? (float) strength : 0;
    }

    /** What the discriminator raises, without a penalty: from its outputs for rows and for draws, n×1. */
    Var discriminator(Var rows, Var draws) {
        return switch (kind) {
            case MINIMAX, NON_SATURATING ->
                rows.neg().softplus().mean().add(draws.softplus().mean()).neg();
            case LEAST_SQUARES ->
                rows.add(-1).square().mean().add(draws.square().mean()).mul(-0.5f);
            case CLIPPED, PENALISED -> rows.mean().sub(draws.mean());
        };
    }

    /** What the generator raises, from the discriminator's outputs for its draws, n×1. */
    Var generator(Var draws) {
        return switch (kind) {
            case MINIMAX -> draws.softplus().mean();
            case NON_SATURATING -> draws.neg().softplus().mean().neg();
            case LEAST_SQUARES -> draws.add(-1).square().mean().mul(-0.5f);
            case CLIPPED, PENALISED -> draws.mean();
        };
    }

    /** What the history calls the first objective. */
    String objective() {
        return switch (kind) {
            case MINIMAX, NON_SATURATING -> "value of the game, nats";
            case LEAST_SQUARES -> "score of the discriminator's regression";
            case CLIPPED -> "difference of the critic, Wasserstein distance up to a factor";
            case PENALISED -> "difference of the critic, estimate of the Wasserstein distance";
        };
    }

    /** Which values the objective has in the two cases that are known. */
    String scale() {
        return switch (kind) {
            case MINIMAX, NON_SATURATING ->
                "-1.3863 (−ln 4) where draws are like rows, 0 where the discriminator errs never";
            case LEAST_SQUARES -> "-0.25 where draws are like rows, 0 where the discriminator errs never";
            case CLIPPED, PENALISED -> "0 where draws are like rows; as the columns are seen by the networks";
        };
    }

    /** Whether a mean of the objective over an epoch says that one of the players has lost. */
    String warning(double value) {
        double best = switch (kind) {
            case MINIMAX, NON_SATURATING -> -Math.log(4);
            case LEAST_SQUARES -> -0.25;
            case CLIPPED, PENALISED -> Double.NaN;
        };
        if (value > 0.1 * best) {
            return "the discriminator tells nearly all draws from rows: the generator has lost, its draws are not to be trusted";
        }
        if (value < 2 * best) {
            return "the discriminator does worse than guessing: the game does not settle, try a lower learningRate";
        }
        return "";
    }

    @Override
    public String toString() {
        return switch (kind) {
            case MINIMAX -> "minimax";
            case NON_SATURATING -> "non-saturating";
            case LEAST_SQUARES -> "least squares";
            case CLIPPED -> "Wasserstein, weights within ±" + strength;
            case PENALISED -> "Wasserstein, gradient penalty " + strength;
        };
    }
}

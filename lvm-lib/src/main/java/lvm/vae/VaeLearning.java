package lvm.vae;

/**
 * How the networks of a {@link Vae} learn. The rivals of the bound are those of D. P. Kingma and M. Welling (2014), section 5
 * and appendix E.
 */
public final class VaeLearning {
    enum Kind {
        BOUND,
        WAKE_SLEEP,
        MONTE_CARLO_EM
    }

    /** Both networks ascend the bound through reparameterised draws: auto-encoding variational Bayes. */
    public static final VaeLearning BOUND = new VaeLearning(Kind.BOUND, 0, 0, Double.NaN);

    /**
     * Wake-sleep for continuous z, G. E. Hinton, P. Dayan, B. J. Frey and R. M. Neal (1995): the decoder ascends log p(x | z)
     * at z ~ q(z | x) for the data x (wake), the encoder ascends log q(z | x) at (x, z) ~ p(x, z) (sleep). The encoder thereby
     * descends KL(p(z | x) ‖ q(z | x)) over draws of the model, which is not the divergence in the bound.
     */
    public static final VaeLearning WAKE_SLEEP = new VaeLearning(Kind.WAKE_SLEEP, 0, 0, Double.NaN);

    final Kind kind;
    final int leapfrogSteps;
    final int updates;
    final double acceptance;

    private VaeLearning(Kind kind, int leapfrogSteps, int updates, double acceptance) {
        this.kind = kind;
        this.leapfrogSteps = leapfrogSteps;
        this.updates = updates;
        this.acceptance = acceptance;
    }

    /**
     * Monte Carlo EM: a chain for each row of the data, at z ~ p(z | x), goes on by one transition of Hamiltonian Monte Carlo
     * whenever the row is in a minibatch (E), and then the decoder ascends log p(x, z) there by some steps (M). The step size
     * of the motion follows a rate of acceptance. It needs every row's place in memory and is not an on-line algorithm. The
     * encoder, which it does not use, ascends log q(z | x) at the same draws, so that the model has one.
     *
     * @param leapfrogSteps the steps of a transition, at least 1
     * @param updates the steps of the optimiser after a transition, at least 1; each counts for a schedule
     * @param acceptance the rate of acceptance, above 0 and below 1
     * @return the way of learning; the published one is {@code monteCarloEm(10, 5, 0.9)}
     * @throws IllegalArgumentException if a number is out of range
     */
    public static VaeLearning monteCarloEm(int leapfrogSteps, int updates, double acceptance) {
        if (leapfrogSteps < 1 || updates < 1 || !(acceptance > 0 && acceptance < 1)) {
            throw new IllegalArgumentException(
                    "VaeLearning.monteCarloEm: " + leapfrogSteps + " leapfrog steps, " + updates
                            + " updates, an acceptance of " + acceptance
                            + "; expected at least 1, at least 1 and within (0,1)");
        }
        return new VaeLearning(Kind.MONTE_CARLO_EM, leapfrogSteps, updates, acceptance);
    }

    /** What is recorded of each epoch. */
    String objectiveName(Objective objective) {
        return switch (kind) {
            case BOUND -> objective.name();
            case WAKE_SLEEP -> Objective.BOUND;
            // The entropy of the chains' states is not known, so that it is no bound.
            case MONTE_CARLO_EM -> "log p(x, z), nats per row";
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case BOUND -> "bound";
            case WAKE_SLEEP -> "wake-sleep";
            case MONTE_CARLO_EM -> "Monte Carlo EM, " + leapfrogSteps + " leapfrog steps, " + updates + " updates";
        };
    }
}

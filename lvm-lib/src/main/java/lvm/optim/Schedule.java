package lvm.optim;

/** A learning rate that changes with the number of steps: a factor on the optimiser's own rate. */
@FunctionalInterface
public interface Schedule {

    /**
     * The factor of a step.
     *
     * @param step the number of steps taken before, from 0
     * @return the factor on the learning rate, at least 0
     */
    double factor(long step);

    /**
     * No change.
     *
     * @return the factor 1
     */
    static Schedule constant() {
        return step -> 1;
    }

    /**
     * A factor decay^⌊step/every⌋.
     *
     * @param every the steps between changes, at least 1
     * @param decay what each change multiplies by, above 0
     * @return the schedule
     * @throws IllegalArgumentException if an argument is out of range
     */
    static Schedule step(long every, double decay) {
        positive("Schedule.step: every", every);
        positive("Schedule.step: decay", decay);
        return step -> Math.pow(decay, step / every);
    }

    /**
     * Half a cosine from 1 to a last factor, (1 + cos(π step/steps))/2 between them; the last factor after that.
     *
     * @param steps the steps of the way down, at least 1
     * @param last the last factor, in [0,1]
     * @return the schedule
     * @throws IllegalArgumentException if an argument is out of range
     */
    static Schedule cosine(long steps, double last) {
        positive("Schedule.cosine: steps", steps);
        if (!(last >= 0 && last <= 1)) {
            throw new IllegalArgumentException("Schedule.cosine: last is " + last + ", expected within [0,1]");
        }
        return step -> step >= steps ? last : last + (1 - last) * 0.5 * (1 + Math.cos(Math.PI * step / steps));
    }

    /**
     * This schedule after a linear way up: the factors (step + 1)/steps first, then this one from its step 0.
     *
     * @param steps the steps of the way up, at least 1
     * @return the schedule
     * @throws IllegalArgumentException if steps is less than 1
     */
    default Schedule warmUp(long steps) {
        positive("Schedule.warmUp: steps", steps);
        return step -> step < steps ? (step + 1.0) / steps * factor(0) : factor(step - steps);
    }

    private static void positive(String what, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(what + " is " + value + ", expected above 0");
        }
    }
}

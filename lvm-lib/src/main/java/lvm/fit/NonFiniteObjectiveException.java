package lvm.fit;

import lvm.model.History;

/**
 * A fit was stopped because its objective, or one of its parameters, became NaN or infinite. The parameters are back at
 * the end of the last epoch after which all was finite, or at the start.
 */
public final class NonFiniteObjectiveException extends ArithmeticException {
    private static final long serialVersionUID = 1;

    private final long epoch;
    private final long step;
    private final double value;
    private final double lastFinite;
    private final transient History history;

    NonFiniteObjectiveException(
            String message, long epoch, long step, double value, double lastFinite, History history) {
        super(message);
        this.epoch = epoch;
        this.step = step;
        this.value = value;
        this.lastFinite = lastFinite;
        this.history = history;
    }

    /** {@return the number of the epoch of the stop, counted from 1} */
    public long epoch() {
        return epoch;
    }

    /** {@return the number of the step of the stop since the start of the fit, counted from 1} */
    public long step() {
        return step;
    }

    /** {@return the value that was not finite, NaN or an infinity} */
    public double value() {
        return value;
    }

    /**
     * The objective of the last step at which it was finite.
     *
     * @return the objective per row, NaN if there was none
     */
    public double lastFinite() {
        return lastFinite;
    }

    /**
     * The course of the fit up to the last complete epoch.
     *
     * @return the history; null in an exception that was serialised
     */
    public History history() {
        return history;
    }
}

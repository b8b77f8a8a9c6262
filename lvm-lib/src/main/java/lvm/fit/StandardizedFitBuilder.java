package lvm.fit;

import lvm.data.Dataset;
import lvm.model.Card;

/**
 * The settings of models in single precision that standardise their columns themselves, see {@link Scaling}: the networks see
 * numbers of mean 0 and deviation 1, whatever the units of the data are, and all that the model says is in the units of the data.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class StandardizedFitBuilder<B extends StandardizedFitBuilder<B, M>, M> extends NeuralFitBuilder<B, M> {
    private boolean standardize = true;

    /**
     * For the builders of the families.
     *
     * @param objective what the objective is called in history and progress: the quantity and its unit
     */
    protected StandardizedFitBuilder(String objective) {
        super(objective);
    }

    /**
     * Whether the networks see real-valued columns with mean 0 and deviation 1, see {@link Scaling}. Densities, bounds, costs and
     * fixed deviations stay in the units of the data. Grey levels and zeros and ones are seen as they are
     * ({@link Dataset#hasGreyLevels}).
     *
     * @param standardize by default true
     * @return this
     */
    public B standardize(boolean standardize) {
        this.standardize = standardize;
        return given("standardize");
    }

    /** {@return whether columns are standardised, as it is set} */
    protected final boolean standardizes() {
        return standardize;
    }

    /**
     * How the model sees the rows of a fit.
     *
     * @param data the rows
     * @param kind what has a mean and a deviation of its own
     * @return their means and deviations, or none if they are grey levels or the setting is off
     */
    protected final Scaling scaling(Dataset data, Scaling.Kind kind) {
        return standardize ? Scaling.ofMeasurements(data, kind) : Scaling.none();
    }

    /**
     * Says on a card whether columns are standardised, and which of them floats can hardly hold.
     *
     * @param card the card
     * @param scaling how the model sees the rows
     * @param kind what has a mean and a deviation of its own
     * @param data the rows of the fit
     * @return the card
     */
    protected static Card describe(Card card, Scaling scaling, Scaling.Kind kind, Dataset data) {
        if (!scaling.isNone()) {
            card.setting("standardised", kind);
        }
        return scaling.warn(card, data);
    }
}

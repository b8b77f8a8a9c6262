package lvm.model;

/** A model that came out of a fit: it knows how it was made and how the fit went. */
public interface FittedModel {

    /**
     * What there is to say of the model on one card.
     *
     * @return name, settings, results and the course of the fit
     */
    ModelSummary summary();

    /**
     * The course of the fit.
     *
     * @return one row an iteration; empty for a closed form
     */
    default History history() {
        return summary().history();
    }
}

package lvm.evaluation;

/**
 * An estimate with its standard error.
 *
 * @param value the estimate
 * @param standardError the standard deviation of the estimate, as estimated from the same draws; NaN if one draw gives none
 */
public record Estimate(double value, double standardError) {}

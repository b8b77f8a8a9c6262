package lvm.distribution;

import lvm.autodiff.Var;

/**
 * The values of an invertible map with the logarithm of its volume change.
 *
 * @param y n×d values
 * @param logDet log|det ∂y/∂x| of each row, n×1, or 1×1 where it is the same for all rows; nats
 */
public record Mapped(Var y, Var logDet) {}

package lvm.nn;

import lvm.autodiff.Var;

/**
 * The value of a map at a point, and its derivative along a direction there.
 *
 * @param value f(x), n×d
 * @param along ∂f(x + t ẋ)/∂t at t = 0, n×d
 */
public record Tangent(Var value, Var along) {}

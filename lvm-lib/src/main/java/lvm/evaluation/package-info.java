/**
 * How good a model is, in numbers that say what they are: estimates with their standard errors, and results that carry
 * their protocol.
 */
package lvm.evaluation;

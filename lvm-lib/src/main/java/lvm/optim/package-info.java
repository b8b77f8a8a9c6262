/** Optimisers, learning-rate schedules, gradient clipping and moving averages of parameters. */
package lvm.optim;

// ==== bayes: the other side of the coin
after = (1 - before) * without / (before * with + (1 - before) * without);
// ==== bayes: the densities swapped
after = before * without / (before * without + (1 - before) * with);
// ==== bayes: the probability before forgotten
after = with / (with + without);
// ==== bayes: not divided by the density of x
after = before * with;
// ==== bayes: the odds for the probability
after = before * with / ((1 - before) * without);
// ==== bayes: one way to hear x forgotten in the denominator
after = before * with / (before * with + without);
// ==== bayes: what was believed before
after = before;

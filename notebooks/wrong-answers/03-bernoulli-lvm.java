// ==== covariance: the second moment alone
c = coin * on[0] * on[1] + (1 - coin) * off[0] * off[1];
// ==== covariance: a fair coin taken for granted
c = 0.25 * (on[0] - off[0]) * (on[1] - off[1]);
// ==== covariance: right for a fair coin and for two heads only
c = 0.5 * (1 - coin) * (on[0] - off[0]) * (on[1] - off[1]);
// ==== covariance: the sign
double both = coin * on[0] * on[1] + (1 - coin) * off[0] * off[1];
double first = coin * on[0] + (1 - coin) * off[0], second = coin * on[1] + (1 - coin) * off[1];
c = first * second - both;
// ==== covariance: the correlation
double both = coin * on[0] * on[1] + (1 - coin) * off[0] * off[1];
double first = coin * on[0] + (1 - coin) * off[0], second = coin * on[1] + (1 - coin) * off[1];
c = (both - first * second) / Math.sqrt(first * (1 - first) * second * (1 - second));
// ==== prior: the factors of 0 and 1 swapped
for (int k = 0; k < β.length; k++) p *= z[k] == 0 ? β[k] : 1 - β[k];
// ==== prior: no factor for a 0
for (int k = 0; k < β.length; k++) if (z[k] == 1) p *= β[k];
// ==== prior: the bits in reverse order
for (int k = 0; k < β.length; k++) p *= z[β.length - 1 - k] == 1 ? β[k] : 1 - β[k];
// ==== prior: a sum of the factors
p = 0;
for (int k = 0; k < β.length; k++) p += z[k] == 1 ? β[k] : 1 - β[k];
// ==== prior: the last factor left out
for (int k = 0; k < β.length - 1; k++) p *= z[k] == 1 ? β[k] : 1 - β[k];
// ==== prior: its logarithm
for (int k = 0; k < β.length; k++) p *= z[k] == 1 ? β[k] : 1 - β[k];
p = Math.log(p);
// ==== dog: the two causes swapped
for (int s = 0; s < 4; s++) sum += pGivenZ[s] * bit(β[0], s % 2) * bit(β[1], s / 2);
// ==== dog: without the prior
for (int s = 0; s < 4; s++) sum += pGivenZ[s] / 4;
// ==== dog: the probability of silence
for (int s = 0; s < 4; s++) sum += (1 - pGivenZ[s]) * bit(β[0], s / 2) * bit(β[1], s % 2);
// ==== dog: the state 00 left out
for (int s = 1; s < 4; s++) sum += pGivenZ[s] * bit(β[0], s / 2) * bit(β[1], s % 2);
// ==== dog: no factor for a cause that is off
for (int s = 0; s < 4; s++)
    sum += pGivenZ[s] * (s / 2 == 1 ? β[0] : 1) * (s % 2 == 1 ? β[1] : 1);
// ==== dog: one probability for both causes
for (int s = 0; s < 4; s++) sum += pGivenZ[s] * bit(β[0], s / 2) * bit(β[0], s % 2);
// ==== logsumexp: nothing taken out
result = Math.log(Arrays.stream(a).map(v -> Math.exp(v)).sum());
// ==== logsumexp: not put back
double max = Arrays.stream(a).max().getAsDouble();
result = Math.log(Arrays.stream(a).map(v -> Math.exp(v - max)).sum());
// ==== logsumexp: the smallest taken out
double min = Arrays.stream(a).min().getAsDouble();
result = min + Math.log(Arrays.stream(a).map(v -> Math.exp(v - min)).sum());
// ==== logsumexp: the mean of the terms
double max = Arrays.stream(a).max().getAsDouble();
result = max + Math.log(Arrays.stream(a).map(v -> Math.exp(v - max)).average().getAsDouble());
// ==== logsumexp: the largest alone
result = Arrays.stream(a).max().getAsDouble();
// ==== logsumexp: the first term taken out, whichever it is
result = a[0] + Math.log(Arrays.stream(a).map(v -> Math.exp(v - a[0])).sum());
// ==== em-prior: the sum
for (int n = 0; n < zHat.numRows; n++)
    for (int k = 0; k < β.length; k++) β[k] += zHat.get(n, k);
// ==== em-prior: divided by the number of causes
for (int n = 0; n < zHat.numRows; n++)
    for (int k = 0; k < β.length; k++) β[k] += zHat.get(n, k) / zHat.numCols;
// ==== em-prior: the share that cause k does not explain
for (int n = 0; n < zHat.numRows; n++)
    for (int k = 0; k < β.length; k++) β[k] += (1 - zHat.get(n, k)) / zHat.numRows;
// ==== em-prior: the posterior means rounded to bits
for (int n = 0; n < zHat.numRows; n++)
    for (int k = 0; k < β.length; k++) β[k] += Math.round(zHat.get(n, k)) / (double) zHat.numRows;
// ==== em-prior: the first row left out
for (int n = 1; n < zHat.numRows; n++)
    for (int k = 0; k < β.length; k++) β[k] += zHat.get(n, k) / zHat.numRows;
// ==== em-prior: one number for all
for (int n = 0; n < zHat.numRows; n++)
    for (int k = 0; k < β.length; k++)
        for (int j = 0; j < β.length; j++) β[k] += zHat.get(n, j) / zHat.numRows / β.length;
// ==== oracle: not normalised
for (int s = 0; s < p.length; s++) p[s] = Math.exp(logPxz[s]);
// ==== oracle: underflow
double total = 0;
for (int s = 0; s < p.length; s++) total += p[s] = Math.exp(logPxz[s]);
for (int s = 0; s < p.length; s++) p[s] /= total;
// ==== oracle: divided by the largest
double max = Arrays.stream(logPxz).max().getAsDouble();
for (int s = 0; s < p.length; s++) p[s] = Math.exp(logPxz[s] - max);
// ==== oracle: the logarithm of the posterior
double max = Arrays.stream(logPxz).max().getAsDouble(), total = 0;
for (int s = 0; s < p.length; s++) total += Math.exp(logPxz[s] - max);
for (int s = 0; s < p.length; s++) p[s] = logPxz[s] - max - Math.log(total);
// ==== oracle: all on the best state
int best = 0;
for (int s = 0; s < p.length; s++) if (logPxz[s] > logPxz[best]) best = s;
p[best] = 1;
// ==== oracle: the sign in the exponent
double min = Arrays.stream(logPxz).min().getAsDouble(), total = 0;
for (int s = 0; s < p.length; s++) total += p[s] = Math.exp(min - logPxz[s]);
for (int s = 0; s < p.length; s++) p[s] /= total;
// ==== bound: without the entropy of q
for (int s = 0; s < q.length; s++) if (q[s] > 0) vlb += q[s] * logPxz[s];
// ==== bound: the entropy with the wrong sign
for (int s = 0; s < q.length; s++) if (q[s] > 0) vlb += q[s] * (logPxz[s] + Math.log(q[s]));
// ==== bound: the expectation in (7) itself
for (int s = 0; s < q.length; s++) if (q[s] > 0) vlb -= q[s] * (logPxz[s] - Math.log(q[s]));
// ==== bound: not weighted by q
for (int s = 0; s < q.length; s++) if (q[s] > 0) vlb += logPxz[s] - Math.log(q[s]);
// ==== bound: 0 log 0 is NaN
for (int s = 0; s < q.length; s++) vlb += q[s] * (logPxz[s] - Math.log(q[s]));
// ==== bound: weighted by the joint
for (int s = 0; s < q.length; s++)
    if (q[s] > 0) vlb += Math.exp(logPxz[s]) * (logPxz[s] - Math.log(q[s]));
// ==== bound: an average over the states
for (int s = 0; s < q.length; s++) if (q[s] > 0) vlb += (logPxz[s] - Math.log(q[s])) / q.length;
// ==== sides: believes that halves cost log 2
gapOfHalves = Math.log(2);
gapOfSides = M -> Math.log(M);
// ==== sides: no cost for halves
gapOfHalves = 0;
gapOfSides = M -> Math.log(M);
// ==== sides: minus infinity
gapOfHalves = Double.NEGATIVE_INFINITY;
gapOfSides = M -> Math.log(M);
// ==== sides: the probability of a story in place of its price
gapOfHalves = Double.POSITIVE_INFINITY;
gapOfSides = M -> 1 / M;
// ==== sides: the sign of the price
gapOfHalves = Double.POSITIVE_INFINITY;
gapOfSides = M -> -Math.log(M);
// ==== sides: bits in place of nats
gapOfHalves = Double.POSITIVE_INFINITY;
gapOfSides = M -> Math.log(M) / Math.log(2);
// ==== sides: the price of three stories for any number
gapOfHalves = Double.POSITIVE_INFINITY;
gapOfSides = M -> Math.log(3);
// ==== sides: the stories that were not told
gapOfHalves = Double.POSITIVE_INFINITY;
gapOfSides = M -> Math.log(M - 1);
// ==== gaps: swapped
approximation = bestBound - networkBound;
amortisation = logP - bestBound;
// ==== gaps: signs
approximation = bestBound - logP;
amortisation = networkBound - bestBound;
// ==== gaps: the whole gap as the second
approximation = logP - bestBound;
amortisation = logP - networkBound;
// ==== gaps: the whole gap as the first
approximation = logP - networkBound;
amortisation = bestBound - networkBound;
// ==== gaps: shares of the whole
approximation = (logP - bestBound) / (logP - networkBound);
amortisation = (bestBound - networkBound) / (logP - networkBound);
// ==== gaps: one of them a constant
approximation = 0;
amortisation = logP - networkBound;
// ==== sleep: the bits in reverse order
for (int s = 0; s < posterior.length; s++)
    for (int k = 0; k < K; k++) if ((s >> k & 1) == 1) φ[k] += posterior[s];
// ==== sleep: the states with z off
for (int s = 0; s < posterior.length; s++)
    for (int k = 0; k < K; k++) if ((s >> (K - 1 - k) & 1) == 0) φ[k] += posterior[s];
// ==== sleep: the bits of the best state
int best = 0;
for (int s = 0; s < posterior.length; s++) if (posterior[s] > posterior[best]) best = s;
for (int k = 0; k < K; k++) φ[k] = best >> (K - 1 - k) & 1;
// ==== sleep: one half of every bit
Arrays.fill(φ, 0.5);
// ==== sleep: the last state left out
for (int s = 0; s < posterior.length - 1; s++)
    for (int k = 0; k < K; k++) if ((s >> (K - 1 - k) & 1) == 1) φ[k] += posterior[s];
// ==== sleep: odds in place of a probability
for (int k = 0; k < K; k++) {
    double with = 0;
    for (int s = 0; s < posterior.length; s++) if ((s >> (K - 1 - k) & 1) == 1) with += posterior[s];
    φ[k] = with / (1 - with);
}
// ==== sleep: shifted by one bit
for (int s = 0; s < posterior.length; s++)
    for (int k = 0; k < K; k++) if ((s >> (K - k) & 1) == 1) φ[k] += posterior[s];
// ==== baseline: the mean cost
for (int s = 0; s < q.length; s++) b += q[s] * J[s];
// ==== baseline: the derivative of the square, as printed
double numerator = 0, denominator = 0;
for (int s = 0; s < q.length; s++) {
    numerator += q[s] * J[s] * 2 * Math.log(q[s]) * score[s];
    denominator += q[s] * 2 * Math.log(q[s]) * score[s];
}
b = numerator / denominator;
// ==== baseline: not weighted by q
double numerator = 0, denominator = 0;
for (int s = 0; s < q.length; s++) {
    numerator += J[s] * score[s] * score[s];
    denominator += score[s] * score[s];
}
b = numerator / denominator;
// ==== baseline: sign
double numerator = 0, denominator = 0;
for (int s = 0; s < q.length; s++) {
    numerator += q[s] * J[s] * score[s] * score[s];
    denominator += q[s] * score[s] * score[s];
}
b = -numerator / denominator;
// ==== baseline: the absolute derivative
double numerator = 0, denominator = 0;
for (int s = 0; s < q.length; s++) {
    numerator += q[s] * J[s] * Math.abs(score[s]);
    denominator += q[s] * Math.abs(score[s]);
}
b = numerator / denominator;
// ==== baseline: the denominator forgotten
for (int s = 0; s < q.length; s++) b += q[s] * J[s] * score[s] * score[s];
// ==== baseline: the root of the squared costs
double numerator = 0, denominator = 0;
for (int s = 0; s < q.length; s++) {
    numerator += q[s] * J[s] * J[s] * score[s] * score[s];
    denominator += q[s] * score[s] * score[s];
}
b = Math.sqrt(numerator / denominator);
// ==== wake: the sign
for (int k = 0; k < β.length; k++) g[k] = β[k] - z[k];
// ==== wake: the derivative for the probability
for (int k = 0; k < β.length; k++) g[k] = z[k] / β[k] - (1 - z[k]) / (1 - β[k]);
// ==== wake: the prior forgotten
for (int k = 0; k < β.length; k++) g[k] = z[k];
// ==== wake: the variance as a factor
for (int k = 0; k < β.length; k++) g[k] = (z[k] - β[k]) * β[k] * (1 - β[k]);
// ==== wake: the mean over the causes
for (int k = 0; k < β.length; k++) g[k] = (z[k] - β[k]) / β.length;
// ==== wake: the bits in reverse order
for (int k = 0; k < β.length; k++) g[k] = z[β.length - 1 - k] - β[k];
// ==== wake: against one half
for (int k = 0; k < β.length; k++) g[k] = z[k] - 0.5;

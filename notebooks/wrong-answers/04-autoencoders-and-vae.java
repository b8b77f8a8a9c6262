// ==== cost: the mean
sum = 0;
for (int j = 0; j < x.length; j++) sum += (r[j] - x[j]) * (r[j] - x[j]) / x.length;
// ==== cost: one half of it
sum = 0;
for (int j = 0; j < x.length; j++) sum += 0.5 * (r[j] - x[j]) * (r[j] - x[j]);
// ==== cost: the root
sum = 0;
for (int j = 0; j < x.length; j++) sum += (r[j] - x[j]) * (r[j] - x[j]);
sum = Math.sqrt(sum);
// ==== cost: absolute differences
sum = 0;
for (int j = 0; j < x.length; j++) sum += Math.abs(r[j] - x[j]);
// ==== cost: the difference of the squares
sum = 0;
for (int j = 0; j < x.length; j++) sum += r[j] * r[j] - x[j] * x[j];
// ==== cost: the square of the sum
sum = 0;
for (int j = 0; j < x.length; j++) sum += r[j] - x[j];
sum *= sum;
// ==== cost: the last pixel left out
sum = 0;
for (int j = 0; j < x.length - 1; j++) sum += (r[j] - x[j]) * (r[j] - x[j]);
// ==== wiener: the deviation in place of the variance
a = v / (v + sigma);
// ==== wiener: the share of the noise
a = sigma * sigma / (v + sigma * sigma);
// ==== wiener: minus
a = v / (v - sigma * sigma);
// ==== wiener: the factor that keeps the variance
a = Math.sqrt(v / (v + sigma * sigma));
// ==== wiener: the signal's variance taken for 1
a = 1 / (1 + sigma * sigma);
// ==== wiener: the inverse
a = (v + sigma * sigma) / v;
// ==== wiener: everything passes
a = 1;
// ==== wiener: v squared
a = v * v / (v * v + sigma * sigma);
// ==== kl: without one half
kl = 0;
for (int j = 0; j < mu.length; j++) kl += mu[j] * mu[j] + Math.exp(logVariance[j]) - 1 - logVariance[j];
// ==== kl: the mean over the variables
kl = 0;
for (int j = 0; j < mu.length; j++)
    kl += 0.5 * (mu[j] * mu[j] + Math.exp(logVariance[j]) - 1 - logVariance[j]) / mu.length;
// ==== kl: the mean not squared
kl = 0;
for (int j = 0; j < mu.length; j++) kl += 0.5 * (mu[j] + Math.exp(logVariance[j]) - 1 - logVariance[j]);
// ==== kl: the deviation for the variance
kl = 0;
for (int j = 0; j < mu.length; j++)
    kl += 0.5 * (mu[j] * mu[j] + Math.exp(logVariance[j] / 2) - 1 - logVariance[j]);
// ==== kl: the sign of the logarithm
kl = 0;
for (int j = 0; j < mu.length; j++)
    kl += 0.5 * (mu[j] * mu[j] + Math.exp(logVariance[j]) - 1 + logVariance[j]);
// ==== kl: the sign of the whole
kl = 0;
for (int j = 0; j < mu.length; j++)
    kl -= 0.5 * (mu[j] * mu[j] + Math.exp(logVariance[j]) - 1 - logVariance[j]);
// ==== kl: the other direction
kl = 0;
for (int j = 0; j < mu.length; j++)
    kl += 0.5 * ((1 + mu[j] * mu[j]) / Math.exp(logVariance[j]) - 1 + logVariance[j]);
// ==== kl: the penalty of the mean alone
kl = 0;
for (int j = 0; j < mu.length; j++) kl += 0.5 * mu[j] * mu[j];
// ==== entropy: the sign
h = 0;
for (double l : logVariance) h -= 0.5 * (Math.log(2 * Math.PI * Math.E) + l);
// ==== entropy: the log variance not halved
h = 0;
for (double l : logVariance) h += 0.5 * Math.log(2 * Math.PI * Math.E) + l;
// ==== entropy: e forgotten
h = 0;
for (double l : logVariance) h += 0.5 * (Math.log(2 * Math.PI) + l);
// ==== entropy: the constant once for all variables
h = 0.5 * Math.log(2 * Math.PI * Math.E);
for (double l : logVariance) h += 0.5 * l;
// ==== entropy: the mean over the variables
h = 0;
for (double l : logVariance) h += 0.5 * (Math.log(2 * Math.PI * Math.E) + l) / logVariance.length;
// ==== entropy: the variance in place of its logarithm
h = 0;
for (double l : logVariance) h += 0.5 * (Math.log(2 * Math.PI * Math.E) + Math.exp(l));
// ==== entropy: without the constant
h = 0;
for (double l : logVariance) h += 0.5 * l;
// ==== draw: the variance for the deviation
z = mu + Math.exp(logVariance) * eps;
// ==== draw: the log variance as the deviation
z = mu + logVariance * eps;
// ==== draw: minus
z = mu - Math.exp(logVariance / 2) * eps;
// ==== draw: the noise does not know the deviation
z = mu + eps;
// ==== draw: the mean scaled, too
z = Math.exp(logVariance / 2) * (mu + eps);
// ==== draw: no draw at all
z = mu;
// ==== draw: the precision
z = mu + Math.exp(-logVariance / 2) * eps;
// ==== draw: the deviation added
z = mu + Math.exp(logVariance / 2) + eps;
// ==== bernoulli: overflow
sum = 0;
for (int j = 0; j < x.length; j++) sum += x[j] * logits[j] - Math.log(1 + Math.exp(logits[j]));
// ==== bernoulli: the mean
sum = 0;
for (int j = 0; j < x.length; j++)
    sum += (x[j] * logits[j] - Math.max(logits[j], 0) - Math.log1p(Math.exp(-Math.abs(logits[j])))) / x.length;
// ==== bernoulli: the sign
sum = 0;
for (int j = 0; j < x.length; j++)
    sum -= x[j] * logits[j] - Math.max(logits[j], 0) - Math.log1p(Math.exp(-Math.abs(logits[j])));
// ==== bernoulli: black and white swapped
sum = 0;
for (int j = 0; j < x.length; j++)
    sum += (1 - x[j]) * logits[j] - Math.max(logits[j], 0) - Math.log1p(Math.exp(-Math.abs(logits[j])));
// ==== bernoulli: the part of black pixels forgotten
sum = 0;
for (int j = 0; j < x.length; j++)
    sum += x[j] * (logits[j] - Math.max(logits[j], 0) - Math.log1p(Math.exp(-Math.abs(logits[j]))));
// ==== bernoulli: no absolute value in the exponent
sum = 0;
for (int j = 0; j < x.length; j++)
    sum += x[j] * logits[j] - Math.max(logits[j], 0) - Math.log1p(Math.exp(-logits[j]));
// ==== bernoulli: the small term forgotten
sum = -x.length * Math.log(2);
for (int j = 0; j < x.length; j++)
    if (logits[j] != 0) sum += x[j] * logits[j] - Math.max(logits[j], 0) + Math.log(2);
// ==== bernoulli: the exponent halved
sum = 0;
for (int j = 0; j < x.length; j++)
    sum += x[j] * logits[j] - Math.max(logits[j], 0) - Math.log1p(Math.exp(-Math.abs(logits[j]) / 2));
// ==== iwae: the mean of the logarithms
for (int i = 0; i < result.length; i++)
    for (int s = 0; s < logWeights.numCols; s++) result[i] += logWeights.get(i, s) / logWeights.numCols;
// ==== iwae: the sum in place of the mean
for (int i = 0; i < result.length; i++) {
    double max = Double.NEGATIVE_INFINITY, sum = 0;
    for (int s = 0; s < logWeights.numCols; s++) max = Math.max(max, logWeights.get(i, s));
    for (int s = 0; s < logWeights.numCols; s++) sum += Math.exp(logWeights.get(i, s) - max);
    result[i] = max + Math.log(sum);
}
// ==== iwae: underflow
for (int i = 0; i < result.length; i++) {
    double sum = 0;
    for (int s = 0; s < logWeights.numCols; s++) sum += Math.exp(logWeights.get(i, s));
    result[i] = Math.log(sum / logWeights.numCols);
}
// ==== iwae: the largest weight alone
for (int i = 0; i < result.length; i++) {
    result[i] = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < logWeights.numCols; s++) result[i] = Math.max(result[i], logWeights.get(i, s));
}
// ==== iwae: divided by the number of rows
for (int i = 0; i < result.length; i++) {
    double max = Double.NEGATIVE_INFINITY, sum = 0;
    for (int s = 0; s < logWeights.numCols; s++) max = Math.max(max, logWeights.get(i, s));
    for (int s = 0; s < logWeights.numCols; s++) sum += Math.exp(logWeights.get(i, s) - max);
    result[i] = max + Math.log(sum / logWeights.numRows);
}
// ==== iwae: the weight itself, not its logarithm
for (int i = 0; i < result.length; i++)
    for (int s = 0; s < logWeights.numCols; s++)
        result[i] += Math.exp(logWeights.get(i, s)) / logWeights.numCols;
// ==== iwae: the largest weight of the first row for all rows
for (int i = 0; i < result.length; i++) {
    double max = Double.NEGATIVE_INFINITY, sum = 0;
    for (int s = 0; s < logWeights.numCols; s++) max = Math.max(max, logWeights.get(0, s));
    for (int s = 0; s < logWeights.numCols; s++) sum += Math.exp(logWeights.get(i, s) - max);
    result[i] = max + Math.log(sum / logWeights.numCols);
}
// ==== iwae: the first draw left out
for (int i = 0; i < result.length; i++) {
    double max = Double.NEGATIVE_INFINITY, sum = 0;
    for (int s = 0; s < logWeights.numCols; s++) max = Math.max(max, logWeights.get(i, s));
    for (int s = 1; s < logWeights.numCols; s++) sum += Math.exp(logWeights.get(i, s) - max);
    result[i] = max + Math.log(sum / logWeights.numCols);
}

// ==== evidence: a constant
sum = 0.08;
// ==== evidence: the area of the cells forgotten
for (double s = δ / 2; s < 4; s += δ)
    for (double d = 0.05 + δ / 2; d < 8; d += δ) sum += Math.exp(logJoint(s, d, w));
// ==== evidence: a length for the area
for (double s = δ / 2; s < 4; s += δ)
    for (double d = 0.05 + δ / 2; d < 8; d += δ) sum += Math.exp(logJoint(s, d, w)) * δ;
// ==== evidence: the prior forgotten
for (double s = δ / 2; s < 4; s += δ)
    for (double d = 0.05 + δ / 2; d < 8; d += δ) sum += Math.exp(logNormal(w, c * s / d, 0.5)) * δ * δ;
// ==== evidence: the likelihood forgotten
for (double s = δ / 2; s < 4; s += δ)
    for (double d = 0.05 + δ / 2; d < 8; d += δ) sum += Math.exp(logPrior(s, d)) * δ * δ;
// ==== evidence: logarithms added
for (double s = δ / 2; s < 4; s += δ)
    for (double d = 0.05 + δ / 2; d < 8; d += δ) sum += logJoint(s, d, w) * δ * δ;
// ==== evidence: the width 7, whatever is asked
for (double s = δ / 2; s < 4; s += δ)
    for (double d = 0.05 + δ / 2; d < 8; d += δ) sum += Math.exp(logJoint(s, d, 7)) * δ * δ;
// ==== evidence: half of the sizes only
for (double s = δ / 2; s < 1; s += δ)
    for (double d = 0.05 + δ / 2; d < 8; d += δ) sum += Math.exp(logJoint(s, d, w)) * δ * δ;
// ==== evidence: the largest value for the integral
for (double s = δ / 2; s < 4; s += δ)
    for (double d = 0.05 + δ / 2; d < 8; d += δ) sum = Math.max(sum, Math.exp(logJoint(s, d, w)));
// ==== choose: always the first
k = 0;
// ==== choose: all components as probable
k = (int) (u * π.length);
// ==== choose: compared with the weights themselves, not with their running sum
while (k < π.length - 1 && u >= π[k]) k++;
// ==== choose: from the last to the first
k = π.length - 1;
while (k > 0 && u >= π[k]) {
    u -= π[k];
    k--;
}
// ==== choose: the most probable one
for (int j = 1; j < π.length; j++) if (π[j] > π[k]) k = j;
// ==== choose: one too far
while (k < π.length - 1 && u >= π[k]) {
    u -= π[k];
    k++;
}
k++;
// ==== choose: the comparison turned round
while (k < π.length - 1 && u < π[k]) k++;
// ==== boundary: the middle between the means
x = (m[0] + m[1]) / 2;
// ==== boundary: the weights forgotten
double lo = m[0], hi = m[1];
while (hi - lo > 1e-9) {
    double mid = (lo + hi) / 2;
    if (logNormal(mid, m[0], sd[0]) > logNormal(mid, m[1], sd[1])) lo = mid; else hi = mid;
}
x = lo;
// ==== boundary: as many deviations from both means
x = (m[0] * sd[1] + m[1] * sd[0]) / (sd[0] + sd[1]);
// ==== boundary: the lowest point of the density
x = m[0];
for (double t = m[0]; t < m[1]; t += 1e-4)
    if (joint(0, t) + joint(1, t) < joint(0, x) + joint(1, x)) x = t;
// ==== boundary: the mean of the mixture
x = p[0] * m[0] + p[1] * m[1];
// ==== boundary: two digits only
x = 3.0;
// ==== boundary: bisected in the wrong direction
double lo = m[0], hi = m[1];
while (hi - lo > 1e-9) {
    double mid = (lo + hi) / 2;
    if (γ(0, mid) < 0.5) lo = mid; else hi = mid;
}
x = lo;
// ==== jensen: the other sign
for (int i = 0; i < a.length; i++) {
    mean += a[i] * Math.log(b[i]);
    meanOfLogs += a[i] * b[i];
}
mean = Math.exp(mean);
meanOfLogs = Math.log(meanOfLogs);
// ==== jensen: the weights forgotten
for (int i = 0; i < a.length; i++) {
    mean += b[i] / a.length;
    meanOfLogs += Math.log(b[i]) / a.length;
}
// ==== jensen: two terms, whatever there is
for (int i = 0; i < 2; i++) {
    mean += a[i] * b[i];
    meanOfLogs += a[i] * Math.log(b[i]);
}
// ==== jensen: the logarithm to base 2
for (int i = 0; i < a.length; i++) {
    mean += a[i] * b[i];
    meanOfLogs += a[i] * Math.log(b[i]) / Math.log(2);
}
// ==== jensen: the logarithm of the product
for (int i = 0; i < a.length; i++) {
    mean += a[i] * b[i];
    meanOfLogs += Math.log(a[i] * b[i]);
}
// ==== jensen: weights and values swapped
for (int i = 0; i < a.length; i++) {
    mean += a[i] * b[i];
    meanOfLogs += b[i] * Math.log(a[i]);
}
// ==== jensen: no gap
mean = 1;
// ==== gap: the other direction
for (int n = 0; n < q.numRows; n++)
    for (int k = 0; k < q.numCols; k++)
        if (γ.get(n, k) > 0) sum += γ.get(n, k) * Math.log(γ.get(n, k) / q.get(n, k));
// ==== gap: the other sign
for (int n = 0; n < q.numRows; n++)
    for (int k = 0; k < q.numCols; k++)
        if (q.get(n, k) > 0) sum += q.get(n, k) * Math.log(γ.get(n, k) / q.get(n, k));
// ==== gap: the mean over the points
for (int n = 0; n < q.numRows; n++)
    for (int k = 0; k < q.numCols; k++)
        if (q.get(n, k) > 0) sum += q.get(n, k) * Math.log(q.get(n, k) / γ.get(n, k)) / q.numRows;
// ==== gap: 0 log 0 is not a number
for (int n = 0; n < q.numRows; n++)
    for (int k = 0; k < q.numCols; k++) sum += q.get(n, k) * Math.log(q.get(n, k) / γ.get(n, k));
// ==== gap: not averaged over q
for (int n = 0; n < q.numRows; n++)
    for (int k = 0; k < q.numCols; k++)
        if (q.get(n, k) > 0) sum += Math.log(q.get(n, k) / γ.get(n, k));
// ==== gap: one component only
for (int n = 0; n < q.numRows; n++)
    if (q.get(n, 0) > 0) sum += q.get(n, 0) * Math.log(q.get(n, 0) / γ.get(n, 0));
// ==== gap: the entropy forgotten
for (int n = 0; n < q.numRows; n++)
    for (int k = 0; k < q.numCols; k++)
        if (q.get(n, k) > 0) sum -= q.get(n, k) * Math.log(γ.get(n, k));
// ==== gap: both directions, averaged
for (int n = 0; n < q.numRows; n++)
    for (int k = 0; k < q.numCols; k++)
        if (q.get(n, k) > 0) sum += 0.5 * (q.get(n, k) - γ.get(n, k)) * Math.log(q.get(n, k) / γ.get(n, k));
// ==== mstep: the mean of all rows
for (int k = 0; k < q.numCols; k++)
    for (int n = 0; n < X.numRows; n++)
        for (int d = 0; d < X.numCols; d++) μ[k][d] += X.get(n, d) / X.numRows;
// ==== mstep: divided by the number of rows
for (int k = 0; k < q.numCols; k++)
    for (int n = 0; n < X.numRows; n++)
        for (int d = 0; d < X.numCols; d++) μ[k][d] += q.get(n, k) * X.get(n, d) / X.numRows;
// ==== mstep: not divided at all
for (int k = 0; k < q.numCols; k++)
    for (int n = 0; n < X.numRows; n++)
        for (int d = 0; d < X.numCols; d++) μ[k][d] += q.get(n, k) * X.get(n, d);
// ==== mstep: each row to one component
for (int k = 0; k < q.numCols; k++) {
    double Nk = 0;
    for (int n = 0; n < X.numRows; n++) {
        double hard = q.get(n, k) > 0.5 ? 1 : 0;
        Nk += hard;
        for (int d = 0; d < X.numCols; d++) μ[k][d] += hard * X.get(n, d);
    }
    for (int d = 0; d < X.numCols; d++) μ[k][d] /= Nk;
}
// ==== mstep: the first two components swapped
for (int k = 0; k < q.numCols; k++) {
    int other = k < 2 ? 1 - k : k;
    double Nk = 0;
    for (int n = 0; n < X.numRows; n++) {
        Nk += q.get(n, other);
        for (int d = 0; d < X.numCols; d++) μ[k][d] += q.get(n, other) * X.get(n, d);
    }
    for (int d = 0; d < X.numCols; d++) μ[k][d] /= Nk;
}
// ==== mstep: the weights squared
for (int k = 0; k < q.numCols; k++) {
    double Nk = 0;
    for (int n = 0; n < X.numRows; n++) {
        Nk += q.get(n, k) * q.get(n, k);
        for (int d = 0; d < X.numCols; d++) μ[k][d] += q.get(n, k) * q.get(n, k) * X.get(n, d);
    }
    for (int d = 0; d < X.numCols; d++) μ[k][d] /= Nk;
}
// ==== mstep: the last row forgotten
for (int k = 0; k < q.numCols; k++) {
    double Nk = 0;
    for (int n = 0; n + 1 < X.numRows; n++) {
        Nk += q.get(n, k);
        for (int d = 0; d < X.numCols; d++) μ[k][d] += q.get(n, k) * X.get(n, d);
    }
    for (int d = 0; d < X.numCols; d++) μ[k][d] /= Nk;
}
// ==== fall: KL can fall in the M-step
LInM = false; boundInM = false; klInM = true;
LInE = false; boundInE = false; klInE = true;
// ==== fall: KL cannot fall in the E-step
LInM = false; boundInM = false; klInM = false;
LInE = false; boundInE = false; klInE = false;
// ==== fall: L can fall in the M-step
LInM = true; boundInM = false; klInM = false;
LInE = false; boundInE = false; klInE = true;
// ==== fall: the bound can fall in the E-step
LInM = false; boundInM = false; klInM = false;
LInE = false; boundInE = true; klInE = true;
// ==== fall: nothing can fall
LInM = false; boundInM = false; klInM = false;
LInE = false; boundInE = false; klInE = false;
// ==== fall: everything can fall
LInM = true; boundInM = true; klInM = true;
LInE = true; boundInE = true; klInE = true;
// ==== fall: the steps swapped
LInM = false; boundInM = false; klInM = true;
LInE = false; boundInE = false; klInE = false;
// ==== slopes: divided by one step instead of two
slopeOfL = (family(μt + δ).logLikelihood(E) - family(μt - δ).logLikelihood(E)) / δ;
slopeOfBound = (VariationalEm.bound(family(μt + δ), E, qt)
        - VariationalEm.bound(family(μt - δ), E, qt)) / δ;
// ==== slopes: the other direction
slopeOfL = (family(μt - δ).logLikelihood(E) - family(μt + δ).logLikelihood(E)) / (2 * δ);
slopeOfBound = (VariationalEm.bound(family(μt - δ), E, qt)
        - VariationalEm.bound(family(μt + δ), E, qt)) / (2 * δ);
// ==== slopes: not divided
slopeOfL = family(μt + δ).logLikelihood(E) - family(μt - δ).logLikelihood(E);
slopeOfBound = VariationalEm.bound(family(μt + δ), E, qt) - VariationalEm.bound(family(μt - δ), E, qt);
// ==== slopes: the values, not the slopes
slopeOfL = family(μt).logLikelihood(E);
slopeOfBound = VariationalEm.bound(family(μt), E, qt);
// ==== slopes: the first one only
slopeOfL = (family(μt + δ).logLikelihood(E) - family(μt - δ).logLikelihood(E)) / (2 * δ);
// ==== slopes: at one place, whatever is asked
slopeOfL = (family(3 + δ).logLikelihood(E) - family(3 - δ).logLikelihood(E)) / (2 * δ);
slopeOfBound = slopeOfL;
// ==== slopes: the mean over the rows
slopeOfL = (family(μt + δ).logLikelihood(E) - family(μt - δ).logLikelihood(E)) / (2 * δ) / E.numRows;
slopeOfBound = slopeOfL;
// ==== slopes: the slope of the gap
slopeOfL = (family(μt + δ).logLikelihood(E) - family(μt - δ).logLikelihood(E)) / (2 * δ);
slopeOfBound = (VariationalEm.gap(family(μt + δ), E, qt)
        - VariationalEm.gap(family(μt - δ), E, qt)) / (2 * δ);
// ==== predict: the weights forgotten
for (int k = 0; k < 2; k++)
    joint[k] = Math.exp(logNormal(minutes, gmm.mean(k)[0], Math.sqrt(gmm.covariance(k).get(0, 0))));
// ==== predict: a variance for a deviation
for (int k = 0; k < 2; k++)
    joint[k] = gmm.weights()[k] * Math.exp(logNormal(minutes, gmm.mean(k)[0], gmm.covariance(k).get(0, 0)));
// ==== predict: the margin of the waiting times
for (int k = 0; k < 2; k++)
    joint[k] = gmm.weights()[k]
            * Math.exp(logNormal(minutes, gmm.mean(k)[1], Math.sqrt(gmm.covariance(k).get(1, 1))));
// ==== predict: the other component
for (int k = 0; k < 2; k++)
    joint[1 - k] = gmm.weights()[k]
            * Math.exp(logNormal(minutes, gmm.mean(k)[0], Math.sqrt(gmm.covariance(k).get(0, 0))));
// ==== predict: the weights alone
for (int k = 0; k < 2; k++) joint[k] = gmm.weights()[k];
// ==== predict: logarithms for densities
for (int k = 0; k < 2; k++)
    joint[k] = Math.log(gmm.weights()[k])
            + logNormal(minutes, gmm.mean(k)[0], Math.sqrt(gmm.covariance(k).get(0, 0)));
// ==== predict: one width for both
for (int k = 0; k < 2; k++)
    joint[k] = gmm.weights()[k]
            * Math.exp(logNormal(minutes, gmm.mean(k)[0], Math.sqrt(gmm.covariance(0).get(0, 0))));
// ==== predict: short below three minutes, long above
joint[s] = minutes < 3 ? 1 : 0;
joint[1 - s] = 1 - joint[s];
// ==== missing: the two parts swapped
klPart = gmm.logLikelihood(X) - lazy.logLikelihood(X);
likelihoodPart = VariationalEm.gap(lazy, X, qLazy);
// ==== missing: all of it is the gap
klPart = gmm.logLikelihood(X) - VariationalEm.bound(lazy, X, qLazy);
likelihoodPart = 0;
// ==== missing: half each
klPart = 0.5 * (gmm.logLikelihood(X) - VariationalEm.bound(lazy, X, qLazy));
likelihoodPart = klPart;
// ==== missing: the gap to the wrong model
klPart = VariationalEm.gap(gmm, X, qLazy);
likelihoodPart = gmm.logLikelihood(X) - lazy.logLikelihood(X);
// ==== missing: the other sign
klPart = VariationalEm.gap(lazy, X, qLazy);
likelihoodPart = lazy.logLikelihood(X) - gmm.logLikelihood(X);
// ==== missing: the bound instead of the likelihood
klPart = VariationalEm.gap(lazy, X, qLazy);
likelihoodPart = gmm.logLikelihood(X) - VariationalEm.bound(lazy, X, qLazy);
// ==== missing: the model before the loop
klPart = VariationalEm.gap(rough, X, qLazy);
likelihoodPart = gmm.logLikelihood(X) - rough.logLikelihood(X);
// ==== twins: left as they are
start = twins;
// ==== twins: moved together
start = GaussianMixture.of(new double[] {0.5, 0.5}, new double[][] {{3.5 + ε, 71}, {3.5 + ε, 71}},
        new double[][][] {{{1, 0}, {0, 100}}, {{1, 0}, {0, 100}}});
// ==== twins: other weights, the same components
start = GaussianMixture.of(new double[] {0.5 - ε, 0.5 + ε}, new double[][] {{3.5, 71}, {3.5, 71}},
        new double[][][] {{{1, 0}, {0, 100}}, {{1, 0}, {0, 100}}});
// ==== twins: the same push whatever ε is
start = GaussianMixture.of(new double[] {0.5, 0.5}, new double[][] {{3.4, 71}, {3.6, 71}},
        new double[][][] {{{1, 0}, {0, 100}}, {{1, 0}, {0, 100}}});
// ==== twins: the smaller ε the larger the push
start = GaussianMixture.of(new double[] {0.5, 0.5}, new double[][] {{2.5 + ε, 71}, {4.5 - ε, 71}},
        new double[][][] {{{1, 0}, {0, 100}}, {{1, 0}, {0, 100}}});
// ==== twins: the widths pushed together
start = GaussianMixture.of(new double[] {0.5, 0.5}, new double[][] {{3.5, 71}, {3.5, 71}},
        new double[][][] {{{1 + ε, 0}, {0, 100}}, {{1 + ε, 0}, {0, 100}}});
// ==== bic: as many weights as components
m = K + K * D + K * D * (D + 1) / 2;
// ==== bic: all entries of the covariances
m = (K - 1) + K * D + K * D * D;
// ==== bic: the diagonal forgotten
m = (K - 1) + K * D + K * D * (D - 1) / 2;
// ==== bic: diagonal covariances
m = (K - 1) + K * D + K * D;
// ==== bic: the means forgotten
m = (K - 1) + K * D * (D + 1) / 2;
// ==== bic: the weights forgotten
m = K * D + K * D * (D + 1) / 2;
// ==== bic: one covariance for all
m = (K - 1) + K * D + D * (D + 1) / 2;
// ==== bic: right for the geyser, and for nothing else
m = K == 1 ? 2 : 11;
// ==== vae-form: the prior forgotten
double qnk = q.get(n, k);
reconstruction += qnk * logPxz;
if (qnk > 0) penalty += qnk * Math.log(qnk);
// ==== vae-form: the other direction
double qnk = q.get(n, k);
reconstruction += qnk * logPxz;
if (qnk > 0) penalty += rings.weights()[k] * Math.log(rings.weights()[k] / qnk);
// ==== vae-form: the sign of the penalty
double qnk = q.get(n, k);
reconstruction += qnk * logPxz;
if (qnk > 0) penalty -= qnk * Math.log(qnk / rings.weights()[k]);
// ==== vae-form: the weights swapped
double qnk = q.get(n, k);
reconstruction += qnk * logPxz;
if (qnk > 0) penalty += qnk * Math.log(qnk / rings.weights()[1 - k]);
// ==== vae-form: reconstruction not averaged over q
double qnk = q.get(n, k);
reconstruction += logPxz;
if (qnk > 0) penalty += qnk * Math.log(qnk / rings.weights()[k]);
// ==== vae-form: means over the rows
double qnk = q.get(n, k);
reconstruction += qnk * logPxz / Y.numRows;
if (qnk > 0) penalty += qnk * Math.log(qnk / rings.weights()[k]) / Y.numRows;
// ==== vae-form: 0 log 0 is not a number
double qnk = q.get(n, k);
reconstruction += qnk * logPxz;
penalty += qnk * Math.log(qnk / rings.weights()[k]);
// ==== vae-form: the prior counted in both terms
double qnk = q.get(n, k);
reconstruction += qnk * (logPxz + Math.log(rings.weights()[k]));
if (qnk > 0) penalty += qnk * Math.log(qnk / rings.weights()[k]);
// ==== vae-form: the gap to the posterior for the penalty
double qnk = q.get(n, k);
reconstruction += qnk * logPxz;
if (qnk > 0) penalty += qnk * Math.log(qnk / rings.responsibilities(Y).get(n, k));

// ==== kurtosis: the three not subtracted
double m = Arrays.stream(h).average().orElseThrow();
double second = Arrays.stream(h).map(v -> Math.pow(v - m, 2)).average().orElseThrow();
double fourth = Arrays.stream(h).map(v -> Math.pow(v - m, 4)).average().orElseThrow();
excess = fourth / (second * second);
// ==== kurtosis: the mean not subtracted
double second = Arrays.stream(h).map(v -> v * v).average().orElseThrow();
double fourth = Arrays.stream(h).map(v -> Math.pow(v, 4)).average().orElseThrow();
excess = fourth / (second * second) - 3;
// ==== kurtosis: the second moment not squared
double m = Arrays.stream(h).average().orElseThrow();
double second = Arrays.stream(h).map(v -> Math.pow(v - m, 2)).average().orElseThrow();
double fourth = Arrays.stream(h).map(v -> Math.pow(v - m, 4)).average().orElseThrow();
excess = fourth / second - 3;
// ==== kurtosis: sums instead of means
double m = Arrays.stream(h).average().orElseThrow();
double second = Arrays.stream(h).map(v -> Math.pow(v - m, 2)).sum();
double fourth = Arrays.stream(h).map(v -> Math.pow(v - m, 4)).sum();
excess = fourth / (second * second) - 3;
// ==== kurtosis: the variance divided by n − 1
double m = Arrays.stream(h).average().orElseThrow();
double second = Arrays.stream(h).map(v -> Math.pow(v - m, 2)).sum() / (h.length - 1);
double fourth = Arrays.stream(h).map(v -> Math.pow(v - m, 4)).average().orElseThrow();
excess = fourth / (second * second) - 3;
// ==== kurtosis: the third moment, skewness
double m = Arrays.stream(h).average().orElseThrow();
double second = Arrays.stream(h).map(v -> Math.pow(v - m, 2)).average().orElseThrow();
excess = Arrays.stream(h).map(v -> Math.pow(v - m, 3)).average().orElseThrow() / Math.pow(second, 1.5);
// ==== kurtosis: a constant
excess = -2;
// ==== marginal: the private variances forgotten
C = times(W, transpose(W));
// ==== marginal: deviations for variances
C = times(W, transpose(W));
for (int i = 0; i < ψ.length; i++) C.add(i, i, Math.sqrt(ψ[i]));
// ==== marginal: the noise on every entry
C = times(W, transpose(W));
for (int i = 0; i < ψ.length; i++) for (int j = 0; j < ψ.length; j++) C.add(i, j, ψ[i]);
// ==== marginal: the noise subtracted
C = times(W, transpose(W));
for (int i = 0; i < ψ.length; i++) C.add(i, i, -ψ[i]);
// ==== marginal: the other product
C = times(transpose(W), W);
// ==== marginal: the first cause only
for (int i = 0; i < ψ.length; i++)
    for (int j = 0; j < ψ.length; j++) C.set(i, j, W.get(i, 0) * W.get(j, 0) + (i == j ? ψ[i] : 0));
// ==== marginal: the diagonal only
for (int i = 0; i < ψ.length; i++) {
    C.set(i, i, ψ[i]);
    for (int k = 0; k < W.numCols; k++) C.add(i, i, W.get(i, k) * W.get(i, k));
}
// ==== posterior: the prior forgotten
double M = 0;
for (int i = 0; i < w.length; i++) {
    M += w[i] * w[i] / ψ[i];
    mean += w[i] / ψ[i] * x[i];
}
mean /= M;
variance = 1 / M;
// ==== posterior: deviations for variances
double M = 1;
for (int i = 0; i < w.length; i++) {
    M += w[i] * w[i] / Math.sqrt(ψ[i]);
    mean += w[i] / Math.sqrt(ψ[i]) * x[i];
}
mean /= M;
variance = 1 / M;
// ==== posterior: a deviation returned
double M = 1;
for (int i = 0; i < w.length; i++) {
    M += w[i] * w[i] / ψ[i];
    mean += w[i] / ψ[i] * x[i];
}
mean /= M;
variance = Math.sqrt(1 / M);
// ==== posterior: the mean not divided by M
double M = 1;
for (int i = 0; i < w.length; i++) {
    M += w[i] * w[i] / ψ[i];
    mean += w[i] / ψ[i] * x[i];
}
variance = 1 / M;
// ==== posterior: the precision returned
double M = 1;
for (int i = 0; i < w.length; i++) {
    M += w[i] * w[i] / ψ[i];
    mean += w[i] / ψ[i] * x[i];
}
mean /= M;
variance = M;
// ==== posterior: the noise ignored
double M = 1;
for (int i = 0; i < w.length; i++) {
    M += w[i] * w[i];
    mean += w[i] * x[i];
}
mean /= M;
variance = 1 / M;
// ==== posterior: the loadings not squared
double M = 1;
for (int i = 0; i < w.length; i++) {
    M += w[i] / ψ[i];
    mean += w[i] / ψ[i] * x[i];
}
mean /= M;
variance = 1 / M;
// ==== posterior: the first measurement only
double M = 1 + w[0] * w[0] / ψ[0];
mean = w[0] / ψ[0] * x[0] / M;
variance = 1 / M;
// ==== noise: the sum
for (int i = K; i < λ.length; i++) σ2 += λ[i];
// ==== noise: divided by all
for (int i = K; i < λ.length; i++) σ2 += λ[i] / λ.length;
// ==== noise: one too many kept
for (int i = K + 1; i < λ.length; i++) σ2 += λ[i] / (λ.length - K - 1);
// ==== noise: the mean of what is kept
for (int i = 0; i < K; i++) σ2 += λ[i] / K;
// ==== noise: the smallest
σ2 = λ[λ.length - 1];
// ==== noise: the first that is thrown away
σ2 = λ[K];
// ==== noise: a deviation
for (int i = K; i < λ.length; i++) σ2 += λ[i] / (λ.length - K);
σ2 = Math.sqrt(σ2);
// ==== noise: divided by K
for (int i = K; i < λ.length; i++) σ2 += λ[i] / K;
// ==== shrink: what is lost, not what is left
factor = σ2 / (w2 + σ2);
// ==== shrink: the other way up
factor = (w2 + σ2) / w2;
// ==== shrink: a deviation for the variance
factor = w2 / (w2 + Math.sqrt(σ2));
// ==== shrink: a length for its square
factor = Math.sqrt(w2) / (Math.sqrt(w2) + σ2);
// ==== shrink: the prior's variance for |w|²
factor = 1 / (1 + σ2);
// ==== shrink: the root of it
factor = Math.sqrt(w2 / (w2 + σ2));
// ==== shrink: subtracted
factor = (w2 - σ2) / w2;
// ==== shrink: no pull
factor = 1;
// ==== missed: the mean over all numbers
for (int i = 0; i < X.data.length; i++)
    mean += Math.pow(X.data[i] - reconstructed.data[i], 2) / X.data.length;
// ==== missed: the sum over all rows
for (int i = 0; i < X.data.length; i++) mean += Math.pow(X.data[i] - reconstructed.data[i], 2);
// ==== missed: sizes for squares
for (int i = 0; i < X.data.length; i++)
    mean += Math.abs(X.data[i] - reconstructed.data[i]) / X.numRows;
// ==== missed: the root
for (int i = 0; i < X.data.length; i++)
    mean += Math.pow(X.data[i] - reconstructed.data[i], 2) / X.numRows;
mean = Math.sqrt(mean);
// ==== missed: the variance of the reconstructions
for (int i = 0; i < X.data.length; i++) mean += Math.pow(reconstructed.data[i], 2) / X.numRows;
// ==== missed: the difference of the squares
for (int i = 0; i < X.data.length; i++)
    mean += (Math.pow(X.data[i], 2) - Math.pow(reconstructed.data[i], 2)) / X.numRows;
// ==== missed: divided by the columns
for (int i = 0; i < X.data.length; i++)
    mean += Math.pow(X.data[i] - reconstructed.data[i], 2) / X.numCols;
// ==== units: the other sign
nats = N * Math.log(c);
// ==== units: the rows forgotten
nats = -Math.log(c);
// ==== units: the logarithm to base 10
nats = -N * Math.log10(c);
// ==== units: a variance for a length
nats = -2 * N * Math.log(c);
// ==== units: half of it
nats = -0.5 * N * Math.log(c);
// ==== units: no logarithm
nats = -N * c;
// ==== units: for all twelve sensors
nats = -12 * N * Math.log(c);
// ==== units: right for 400 rows and c = 10 only
nats = -400 * Math.log(10);
// ==== rotate: the other way
R = new DMatrixRMaj(new double[][] {{Math.cos(α), Math.sin(α)}, {-Math.sin(α), Math.cos(α)}});
// ==== rotate: a reflection
R = new DMatrixRMaj(new double[][] {{Math.cos(α), Math.sin(α)}, {Math.sin(α), -Math.cos(α)}});
// ==== rotate: degrees
double radians = Math.toRadians(α);
R = new DMatrixRMaj(new double[][] {{Math.cos(radians), -Math.sin(radians)}, {Math.sin(radians), Math.cos(radians)}});
// ==== rotate: sine and cosine swapped
R = new DMatrixRMaj(new double[][] {{Math.sin(α), -Math.cos(α)}, {Math.cos(α), Math.sin(α)}});
// ==== rotate: not turned
R = CommonOps_DDRM.identity(2);
// ==== rotate: twice the angle
R = new DMatrixRMaj(new double[][] {{Math.cos(2 * α), -Math.sin(2 * α)}, {Math.sin(2 * α), Math.cos(2 * α)}});
// ==== rotate: no minus
R = new DMatrixRMaj(new double[][] {{Math.cos(α), Math.sin(α)}, {Math.sin(α), Math.cos(α)}});
// ==== amari: rows only
sum = 0;
for (int i = 0; i < n; i++) {
    double total = 0, largest = 0;
    for (int j = 0; j < n; j++) {
        total += Math.abs(P.get(i, j));
        largest = Math.max(largest, Math.abs(P.get(i, j)));
    }
    sum += 2 * (total / largest - 1);
}
// ==== amari: columns only
sum = 0;
for (int i = 0; i < n; i++) {
    double total = 0, largest = 0;
    for (int j = 0; j < n; j++) {
        total += Math.abs(P.get(j, i));
        largest = Math.max(largest, Math.abs(P.get(j, i)));
    }
    sum += 2 * (total / largest - 1);
}
// ==== amari: the signs kept
sum = 0;
for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < n; i++) {
        double total = 0, largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            double p = turn == 0 ? P.get(i, j) : P.get(j, i);
            total += p;
            largest = Math.max(largest, p);
        }
        sum += total / largest - 1;
    }
// ==== amari: the one not subtracted
sum = 0;
for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < n; i++) {
        double total = 0, largest = 0;
        for (int j = 0; j < n; j++) {
            double p = Math.abs(turn == 0 ? P.get(i, j) : P.get(j, i));
            total += p;
            largest = Math.max(largest, p);
        }
        sum += total / largest;
    }
// ==== amari: squares for sizes
sum = 0;
for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < n; i++) {
        double total = 0, largest = 0;
        for (int j = 0; j < n; j++) {
            double p = Math.pow(turn == 0 ? P.get(i, j) : P.get(j, i), 2);
            total += p;
            largest = Math.max(largest, p);
        }
        sum += total / largest - 1;
    }
// ==== amari: divided by the diagonal
sum = 0;
for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < n; i++) {
        double total = 0;
        for (int j = 0; j < n; j++) total += Math.abs(turn == 0 ? P.get(i, j) : P.get(j, i));
        sum += total / Math.max(1e-9, Math.abs(P.get(i, i))) - 1;
    }
// ==== amari: the largest of the whole matrix
sum = 0;
double largest = 0;
for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) largest = Math.max(largest, Math.abs(P.get(i, j)));
for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < n; i++) {
        double total = 0;
        for (int j = 0; j < n; j++) total += Math.abs(turn == 0 ? P.get(i, j) : P.get(j, i));
        sum += total / largest - 1;
    }
// ==== mixture-kurtosis: squares for fourth powers
κ = Math.pow(Math.cos(α), 2) * κ1 + Math.pow(Math.sin(α), 2) * κ2;
// ==== mixture-kurtosis: the causes swapped
κ = Math.pow(Math.sin(α), 4) * κ1 + Math.pow(Math.cos(α), 4) * κ2;
// ==== mixture-kurtosis: the sum
κ = κ1 + κ2;
// ==== mixture-kurtosis: the weights themselves
κ = Math.cos(α) * κ1 + Math.sin(α) * κ2;
// ==== mixture-kurtosis: divided as if the variance were not 1
κ = (Math.pow(Math.cos(α), 4) * κ1 + Math.pow(Math.sin(α), 4) * κ2)
        / (Math.pow(Math.cos(α), 4) + Math.pow(Math.sin(α), 4));
// ==== mixture-kurtosis: the mixed term counted again
κ = Math.pow(Math.cos(α), 4) * κ1 + Math.pow(Math.sin(α), 4) * κ2
        + 6 * Math.pow(Math.cos(α) * Math.sin(α), 2);
// ==== mixture-kurtosis: the larger one
κ = Math.max(κ1, κ2);
// ==== mixture-kurtosis: third powers
κ = Math.pow(Math.cos(α), 3) * κ1 + Math.pow(Math.sin(α), 3) * κ2;
// ==== ica-density: the determinant forgotten
logP += Math.log(0.5) - Math.abs(h);
// ==== ica-density: the determinant for each cause
logP += Math.log(0.5) - Math.abs(h) + Math.log(Math.abs(CommonOps_DDRM.det(B)));
// ==== ica-density: the determinant of W
logP += Math.log(0.5) - Math.abs(h) - 0.5 * Math.log(Math.abs(CommonOps_DDRM.det(B)));
// ==== ica-density: a negative determinant has no logarithm
logP += Math.log(0.5) - Math.abs(h) + 0.5 * Math.log(CommonOps_DDRM.det(B));
// ==== ica-density: the prior not normalised
logP += -Math.abs(h) + 0.5 * Math.log(Math.abs(CommonOps_DDRM.det(B)));
// ==== ica-density: a Gaussian prior
logP += -0.5 * h * h - 0.5 * Math.log(2 * Math.PI) + 0.5 * Math.log(Math.abs(CommonOps_DDRM.det(B)));
// ==== ica-density: the size of the cause forgotten
logP += Math.log(0.5) - h + 0.5 * Math.log(Math.abs(CommonOps_DDRM.det(B)));
// ==== ica-density: the determinant without its logarithm
logP += Math.log(0.5) - Math.abs(h) + 0.5 * Math.abs(CommonOps_DDRM.det(B));
// ==== slowness: not divided by the variance
Δ = 0;
for (int t = 0; t + 1 < y.length; t++) Δ += Math.pow(y[t + 1] - y[t], 2) / (y.length - 1);
// ==== slowness: divided by the deviation
double mean = Arrays.stream(y).average().orElseThrow();
double deviation = Math.sqrt(Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
Δ = 0;
for (int t = 0; t + 1 < y.length; t++) Δ += Math.pow(y[t + 1] - y[t], 2) / deviation / (y.length - 1);
// ==== slowness: the mean not subtracted
double second = Arrays.stream(y).map(v -> v * v).average().orElseThrow();
Δ = 0;
for (int t = 0; t + 1 < y.length; t++) Δ += Math.pow(y[t + 1] - y[t], 2) / second / (y.length - 1);
// ==== slowness: sizes of the steps for squares
double mean = Arrays.stream(y).average().orElseThrow();
double variance = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
Δ = 0;
for (int t = 0; t + 1 < y.length; t++)
    Δ += Math.abs(y[t + 1] - y[t]) / Math.sqrt(variance) / (y.length - 1);
// ==== slowness: divided by T
double mean = Arrays.stream(y).average().orElseThrow();
double variance = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
Δ = 0;
for (int t = 0; t + 1 < y.length; t++) Δ += Math.pow(y[t + 1] - y[t], 2) / variance / y.length;
// ==== slowness: the sum
double mean = Arrays.stream(y).average().orElseThrow();
double variance = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
Δ = 0;
for (int t = 0; t + 1 < y.length; t++) Δ += Math.pow(y[t + 1] - y[t], 2) / variance;
// ==== slowness: the variance divided by T − 1
double mean = Arrays.stream(y).average().orElseThrow();
double variance = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).sum() / (y.length - 1);
Δ = 0;
for (int t = 0; t + 1 < y.length; t++) Δ += Math.pow(y[t + 1] - y[t], 2) / variance / (y.length - 1);
// ==== slowness: the last step forgotten
double mean = Arrays.stream(y).average().orElseThrow();
double variance = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
Δ = 0;
for (int t = 0; t + 2 < y.length; t++) Δ += Math.pow(y[t + 1] - y[t], 2) / variance / (y.length - 2);
// ==== soft: a hard threshold
shrunk = Math.abs(u) > τ ? u : 0;
// ==== soft: positive numbers only
shrunk = Math.max(u - τ, 0);
// ==== soft: the sign forgotten
shrunk = Math.max(Math.abs(u) - τ, 0);
// ==== soft: past zero
shrunk = u - Math.signum(u) * τ;
// ==== soft: away from zero
shrunk = Math.signum(u) * (Math.abs(u) + τ);
// ==== soft: cut off instead of shrunk
shrunk = Math.signum(u) * Math.min(Math.abs(u), τ);
// ==== soft: half of the threshold
shrunk = Math.signum(u) * Math.max(Math.abs(u) - τ / 2, 0);
// ==== soft: a factor instead of a difference
shrunk = u / (1 + τ);
// ==== lambda-max: the two forgotten
for (int k = 0; k < W.numCols; k++) {
    double dot = 0;
    for (int i = 0; i < x.length; i++) dot += W.get(i, k) * x[i];
    λ = Math.max(λ, β * Math.abs(dot));
}
// ==== lambda-max: the precision forgotten
for (int k = 0; k < W.numCols; k++) {
    double dot = 0;
    for (int i = 0; i < x.length; i++) dot += W.get(i, k) * x[i];
    λ = Math.max(λ, 2 * Math.abs(dot));
}
// ==== lambda-max: positive slopes only
for (int k = 0; k < W.numCols; k++) {
    double dot = 0;
    for (int i = 0; i < x.length; i++) dot += W.get(i, k) * x[i];
    λ = Math.max(λ, 2 * β * dot);
}
// ==== lambda-max: the sum over the causes
for (int k = 0; k < W.numCols; k++) {
    double dot = 0;
    for (int i = 0; i < x.length; i++) dot += W.get(i, k) * x[i];
    λ += 2 * β * Math.abs(dot);
}
// ==== lambda-max: the smallest
λ = Double.POSITIVE_INFINITY;
for (int k = 0; k < W.numCols; k++) {
    double dot = 0;
    for (int i = 0; i < x.length; i++) dot += W.get(i, k) * x[i];
    λ = Math.min(λ, 2 * β * Math.abs(dot));
}
// ==== lambda-max: the first cause only
double dot = 0;
for (int i = 0; i < x.length; i++) dot += W.get(i, 0) * x[i];
λ = 2 * β * Math.abs(dot);
// ==== lambda-max: the size of x
for (int i = 0; i < x.length; i++) λ += x[i] * x[i];
λ = 2 * β * Math.sqrt(λ);
// ==== needed: one too few
double kept = 0;
while (kept < part) kept += ratio[K++];
K--;
// ==== needed: one too many
double kept = 0;
while (kept < part) kept += ratio[K++];
K++;
// ==== needed: reached is not enough
double kept = 0;
while (K < ratio.length && kept <= part) kept += ratio[K++];
// ==== needed: those that are smaller than the part
for (double r : ratio) if (r < part) K++;
// ==== needed: all of them
K = ratio.length;
// ==== needed: what is left must be smaller, from the end
double left = 0;
for (int i = ratio.length - 1; i >= 0 && left < part; i--) { left += ratio[i]; K++; }
// ==== needed: as if all were equal
K = (int) Math.ceil(part * ratio.length);
// ==== needed: always two
K = 2;

// ==== boltzmann: overflow
p = normalised(map(E, e -> Math.exp(-e / T)));
// ==== boltzmann: the highest energy taken off
double highest = Arrays.stream(E).max().getAsDouble();
p = normalised(map(E, e -> Math.exp(-(e - highest) / T)));
// ==== boltzmann: the sign
double highest = Arrays.stream(E).max().getAsDouble();
p = normalised(map(E, e -> Math.exp((e - highest) / T)));
// ==== boltzmann: without the temperature
double lowest = Arrays.stream(E).min().getAsDouble();
p = normalised(map(E, e -> Math.exp(-(e - lowest))));
// ==== boltzmann: times the temperature
double lowest = Arrays.stream(E).min().getAsDouble();
p = normalised(map(E, e -> Math.exp(-(e - lowest) * T)));
// ==== boltzmann: not normalised
double lowest = Arrays.stream(E).min().getAsDouble();
p = map(E, e -> Math.exp(-(e - lowest) / T));
// ==== boltzmann: the first energy taken off, whichever it is
p = normalised(map(E, e -> Math.exp(-(e - E[0]) / T)));
// ==== energy: every pair once
for (int i = 0; i < x.length; i++) {
    e -= b[i] * x[i];
    for (int j = 0; j < i; j++) e -= U[i][j] * x[i] * x[j];
}
// ==== energy: the signs
for (int i = 0; i < x.length; i++) {
    e += b[i] * x[i];
    for (int j = 0; j < x.length; j++) e += U[i][j] * x[i] * x[j];
}
// ==== energy: the sign of the biases
for (int i = 0; i < x.length; i++) {
    e += b[i] * x[i];
    for (int j = 0; j < x.length; j++) e -= U[i][j] * x[i] * x[j];
}
// ==== energy: without biases
for (int i = 0; i < x.length; i++)
    for (int j = 0; j < x.length; j++) e -= U[i][j] * x[i] * x[j];
// ==== energy: the biases of units that are off, too
for (int i = 0; i < x.length; i++) {
    e -= b[i];
    for (int j = 0; j < x.length; j++) e -= U[i][j] * x[i] * x[j];
}
// ==== energy: pairs of which one is on
for (int i = 0; i < x.length; i++) {
    e -= b[i] * x[i];
    for (int j = 0; j < x.length; j++) e -= U[i][j] * x[j];
}
// ==== unit: without the two
double logit = b[i];
for (int j = 0; j < x.length; j++) if (j != i) logit += U[i][j] * x[j];
p = 1 / (1 + Math.exp(-logit / T));
// ==== unit: that it is off
double logit = b[i];
for (int j = 0; j < x.length; j++) if (j != i) logit += 2 * U[i][j] * x[j];
p = 1 / (1 + Math.exp(logit / T));
// ==== unit: without the temperature
double logit = b[i];
for (int j = 0; j < x.length; j++) if (j != i) logit += 2 * U[i][j] * x[j];
p = 1 / (1 + Math.exp(-logit));
// ==== unit: the temperature below the pairs only
double logit = b[i];
for (int j = 0; j < x.length; j++) if (j != i) logit += 2 * U[i][j] * x[j] / T;
p = 1 / (1 + Math.exp(-logit));
// ==== unit: without the bias
double logit = 0;
for (int j = 0; j < x.length; j++) if (j != i) logit += 2 * U[i][j] * x[j];
p = 1 / (1 + Math.exp(-logit / T));
// ==== unit: the whole energy in place of a difference
p = 1 / (1 + Math.exp(energy(U, b, x) / T));
// ==== unit: only if it is on
double logit = b[i] * x[i];
for (int j = 0; j < x.length; j++) if (j != i) logit += 2 * U[i][j] * x[j];
p = 1 / (1 + Math.exp(-logit / T));
// ==== gradient: asleep less awake
for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
        if (i == j) continue;
        for (double[] y : patterns) g[i][j] -= y[i] * y[j] / patterns.length;
        for (int s = 0; s < p.length; s++) g[i][j] += p[s] * states[s][i] * states[s][j];
    }
// ==== gradient: awake alone
for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
        for (double[] y : patterns) if (i != j) g[i][j] += y[i] * y[j] / patterns.length;
// ==== gradient: the sum over the patterns
for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
        if (i == j) continue;
        for (double[] y : patterns) g[i][j] += y[i] * y[j];
        for (int s = 0; s < p.length; s++) g[i][j] -= p[s] * states[s][i] * states[s][j];
    }
// ==== gradient: every state alike
for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
        if (i == j) continue;
        for (double[] y : patterns) g[i][j] += y[i] * y[j] / patterns.length;
        for (int s = 0; s < p.length; s++) g[i][j] -= states[s][i] * states[s][j] / p.length;
    }
// ==== gradient: the pair counted twice, as for U
for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
        if (i == j) continue;
        for (double[] y : patterns) g[i][j] += 2 * y[i] * y[j] / patterns.length;
        for (int s = 0; s < p.length; s++) g[i][j] -= 2 * p[s] * states[s][i] * states[s][j];
    }
// ==== gradient: one half of the matrix
for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++) {
        for (double[] y : patterns) g[i][j] += y[i] * y[j] / patterns.length;
        for (int s = 0; s < p.length; s++) g[i][j] -= p[s] * states[s][i] * states[s][j];
    }
// ==== adder: pairs once
float[] a = {1, 1, -1, -2};
for (int i = 0; i < 4; i++) {
    bias.data[i] = -κ * a[i] * a[i];
    for (int j = 0; j < 4; j++) if (j != i) u.set(i, j, -κ * a[i] * a[j] / 2);
}
// ==== adder: pairs twice too often
float[] a = {1, 1, -1, -2};
for (int i = 0; i < 4; i++) {
    bias.data[i] = -κ * a[i] * a[i];
    for (int j = 0; j < 4; j++) if (j != i) u.set(i, j, -2 * κ * a[i] * a[j]);
}
// ==== adder: the signs
float[] a = {1, 1, -1, -2};
for (int i = 0; i < 4; i++) {
    bias.data[i] = κ * a[i] * a[i];
    for (int j = 0; j < 4; j++) if (j != i) u.set(i, j, κ * a[i] * a[j]);
}
// ==== adder: without biases
float[] a = {1, 1, -1, -2};
for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) if (j != i) u.set(i, j, -κ * a[i] * a[j]);
// ==== adder: the carry is worth one
float[] a = {1, 1, -1, -1};
for (int i = 0; i < 4; i++) {
    bias.data[i] = -κ * a[i] * a[i];
    for (int j = 0; j < 4; j++) if (j != i) u.set(i, j, -κ * a[i] * a[j]);
}
// ==== adder: the bias of the carry not squared
float[] a = {1, 1, -1, -2};
for (int i = 0; i < 4; i++) {
    bias.data[i] = -κ * Math.abs(a[i]);
    for (int j = 0; j < 4; j++) if (j != i) u.set(i, j, -κ * a[i] * a[j]);
}
// ==== conditional: without the bias
for (int j = 0; j < c.length; j++) {
    double a = 0;
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    p[j] = 1 / (1 + Math.exp(-a));
}
// ==== conditional: that they are off
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    p[j] = 1 / (1 + Math.exp(a));
}
// ==== conditional: the logits
for (int j = 0; j < c.length; j++) {
    p[j] = c[j];
    for (int i = 0; i < v.length; i++) p[j] += v[i] * W[i][j];
}
// ==== conditional: every pair twice
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += 2 * v[i] * W[i][j];
    p[j] = 1 / (1 + Math.exp(-a));
}
// ==== conditional: a softmax over the hidden units
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    p[j] = Math.exp(a);
}
p = normalised(p);
// ==== free-energy: without the visible biases
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    F -= Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
}
// ==== free-energy: the sign
for (int i = 0; i < v.length; i++) F += b[i] * v[i];
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    F += Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
}
// ==== free-energy: overflow
for (int i = 0; i < v.length; i++) F -= b[i] * v[i];
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    F -= Math.log(1 + Math.exp(a));
}
// ==== free-energy: one and a small number are one
for (int i = 0; i < v.length; i++) F -= b[i] * v[i];
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    F -= Math.max(a, 0) + Math.log(1 + Math.exp(-Math.abs(a)));
}
// ==== free-energy: the best state of the hidden units instead of all
for (int i = 0; i < v.length; i++) F -= b[i] * v[i];
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    F -= Math.max(a, 0);
}
// ==== free-energy: the hidden units at their means
for (int i = 0; i < v.length; i++) F -= b[i] * v[i];
for (int j = 0; j < c.length; j++) {
    double a = c[j];
    for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
    F -= a / (1 + Math.exp(-a));
}
// ==== cd: asleep less awake
for (int n = 0; n < v0.length; n++)
    for (int i = 0; i < g.length; i++)
        for (int j = 0; j < g[0].length; j++)
            g[i][j] += (v1[n][i] * h1[n][j] - v0[n][i] * h0[n][j]) / v0.length;
// ==== cd: the sum over the rows
for (int n = 0; n < v0.length; n++)
    for (int i = 0; i < g.length; i++)
        for (int j = 0; j < g[0].length; j++)
            g[i][j] += v0[n][i] * h0[n][j] - v1[n][i] * h1[n][j];
// ==== cd: the hidden units of the data in both halves
for (int n = 0; n < v0.length; n++)
    for (int i = 0; i < g.length; i++)
        for (int j = 0; j < g[0].length; j++)
            g[i][j] += (v0[n][i] - v1[n][i]) * h0[n][j] / v0.length;
// ==== cd: the data in both halves
for (int n = 0; n < v0.length; n++)
    for (int i = 0; i < g.length; i++)
        for (int j = 0; j < g[0].length; j++)
            g[i][j] += v0[n][i] * (h0[n][j] - h1[n][j]) / v0.length;
// ==== cd: a product of differences
for (int n = 0; n < v0.length; n++)
    for (int i = 0; i < g.length; i++)
        for (int j = 0; j < g[0].length; j++)
            g[i][j] += (v0[n][i] - v1[n][i]) * (h0[n][j] - h1[n][j]) / v0.length;
// ==== cd: the first row only
for (int i = 0; i < g.length; i++)
    for (int j = 0; j < g[0].length; j++)
        g[i][j] = v0[0][i] * h0[0][j] - v1[0][i] * h1[0][j];
// ==== ais: a mean of logarithms
double m = max(logW);
double[] w = map(logW, l -> Math.exp(l - m));
logZHat = logZ0 + mean(logW);
worth = sum(w) * sum(w) / sum(map(w, v -> v * v));
// ==== ais: a sum of weights
double m = max(logW);
double[] w = map(logW, l -> Math.exp(l - m));
logZHat = logZ0 + m + Math.log(sum(w));
worth = sum(w) * sum(w) / sum(map(w, v -> v * v));
// ==== ais: overflow and underflow
double[] w = map(logW, Math::exp);
logZHat = logZ0 + Math.log(mean(w));
worth = sum(w) * sum(w) / sum(map(w, v -> v * v));
// ==== ais: without the base
double m = max(logW);
double[] w = map(logW, l -> Math.exp(l - m));
logZHat = m + Math.log(mean(w));
worth = sum(w) * sum(w) / sum(map(w, v -> v * v));
// ==== ais: the largest not put back
double m = max(logW);
double[] w = map(logW, l -> Math.exp(l - m));
logZHat = logZ0 + Math.log(mean(w));
worth = sum(w) * sum(w) / sum(map(w, v -> v * v));
// ==== ais: the chains that there are
double m = max(logW);
double[] w = map(logW, l -> Math.exp(l - m));
logZHat = logZ0 + m + Math.log(mean(w));
worth = w.length;
// ==== ais: worth by the largest weight
double m = max(logW);
double[] w = map(logW, l -> Math.exp(l - m));
logZHat = logZ0 + m + Math.log(mean(w));
worth = sum(w);

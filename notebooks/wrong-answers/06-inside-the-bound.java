// ==== noise: the two forms swapped
    double a = (x - w * m) * w * Math.sqrt(v) / (s * s), b = -0.5 * w * w * v / (s * s);
    sampled = Math.sqrt(a * a + 2 * b * b);
    a -= m * Math.sqrt(v);
    b += 0.5 - 0.5 * v;
    analytic = Math.sqrt(a * a + 2 * b * b);
// ==== noise: variances for deviations
    double a = (x - w * m) * w * Math.sqrt(v) / (s * s), b = -0.5 * w * w * v / (s * s);
    analytic = a * a + 2 * b * b;
    a -= m * Math.sqrt(v);
    b += 0.5 - 0.5 * v;
    sampled = a * a + 2 * b * b;
// ==== noise: the variance of the square forgotten
    double a = (x - w * m) * w * Math.sqrt(v) / (s * s), b = -0.5 * w * w * v / (s * s);
    analytic = Math.sqrt(a * a + b * b);
    a -= m * Math.sqrt(v);
    b += 0.5 - 0.5 * v;
    sampled = Math.sqrt(a * a + b * b);
// ==== noise: the prior with the wrong sign
    double a = (x - w * m) * w * Math.sqrt(v) / (s * s), b = -0.5 * w * w * v / (s * s);
    analytic = Math.sqrt(a * a + 2 * b * b);
    a += m * Math.sqrt(v);
    b += 0.5 + 0.5 * v;
    sampled = Math.sqrt(a * a + 2 * b * b);
// ==== noise: q forgotten
    double a = (x - w * m) * w * Math.sqrt(v) / (s * s), b = -0.5 * w * w * v / (s * s);
    analytic = Math.sqrt(a * a + 2 * b * b);
    a -= m * Math.sqrt(v);
    b -= 0.5 * v;
    sampled = Math.sqrt(a * a + 2 * b * b);
// ==== noise: s for s²
    double a = (x - w * m) * w * Math.sqrt(v) / s, b = -0.5 * w * w * v / s;
    analytic = Math.sqrt(a * a + 2 * b * b);
    a -= m * Math.sqrt(v);
    b += 0.5 - 0.5 * v;
    sampled = Math.sqrt(a * a + 2 * b * b);
// ==== noise: the sampled form is said to be silent everywhere
    double a = (x - w * m) * w * Math.sqrt(v) / (s * s), b = -0.5 * w * w * v / (s * s);
    analytic = Math.sqrt(a * a + 2 * b * b);
    sampled = 0;
// ==== kl: the other direction
    nats = 0.5 * ((1 + μ * μ) / variance - 1 + Math.log(variance));
// ==== kl: log of the deviation
    nats = 0.5 * (μ * μ + variance - 1 - 0.5 * Math.log(variance));
// ==== kl: the deviation for the variance
    nats = 0.5 * (μ * μ + Math.sqrt(variance) - 1 - Math.log(variance));
// ==== kl: the half forgotten
    nats = μ * μ + variance - 1 - Math.log(variance);
// ==== kl: the mean not squared
    nats = 0.5 * (μ + variance - 1 - Math.log(variance));
// ==== kl: the mean forgotten
    nats = 0.5 * (variance - 1 - Math.log(variance));
// ==== kl: the sign
    nats = -0.5 * (μ * μ + variance - 1 - Math.log(variance));
// ==== kl: the one forgotten
    nats = 0.5 * (μ * μ + variance - Math.log(variance));
// ==== spread: the variance
    for (int j = 0; j < norms.length; j++) {
        int k = j;
        double d = standardDeviation(IntStream.range(0, μ.numRows).mapToDouble(i -> μ.get(i, k)).toArray());
        spread[j] = norms[j] * d * d;
    }
// ==== spread: without the norm
    for (int j = 0; j < norms.length; j++) {
        int k = j;
        spread[j] = standardDeviation(IntStream.range(0, μ.numRows).mapToDouble(i -> μ.get(i, k)).toArray());
    }
// ==== spread: the norm alone
    spread = norms.clone();
// ==== spread: divided by the norm
    for (int j = 0; j < norms.length; j++) {
        int k = j;
        spread[j] = standardDeviation(IntStream.range(0, μ.numRows).mapToDouble(i -> μ.get(i, k)).toArray()) / norms[j];
    }
// ==== spread: not about the mean
    for (int j = 0; j < norms.length; j++) {
        int k = j;
        spread[j] = norms[j] * Math.sqrt(IntStream.range(0, μ.numRows)
                .mapToDouble(i -> μ.get(i, k) * μ.get(i, k)).average().orElseThrow());
    }
// ==== spread: the norm squared
    for (int j = 0; j < norms.length; j++) {
        int k = j;
        spread[j] = norms[j] * norms[j] * standardDeviation(IntStream.range(0, μ.numRows)
                .mapToDouble(i -> μ.get(i, k)).toArray());
    }
// ==== spread: the mean of the distances
    for (int j = 0; j < norms.length; j++) {
        int k = j;
        double m = IntStream.range(0, μ.numRows).mapToDouble(i -> μ.get(i, k)).average().orElseThrow();
        spread[j] = norms[j] * IntStream.range(0, μ.numRows).mapToDouble(i -> Math.abs(μ.get(i, k) - m))
                .average().orElseThrow();
    }
// ==== survivors: the half forgotten
    count = 0;
    nats = 0;
    for (int j = 0; j < K; j++) if (eigenvalues[j] > σ2) {
        count++;
        nats += Math.log(eigenvalues[j] / σ2);
    }
// ==== survivors: all of them, with what those below the noise would take away
    count = K;
    nats = 0;
    for (int j = 0; j < K; j++) nats += 0.5 * Math.log(eigenvalues[j] / σ2);
// ==== survivors: not divided by the noise
    count = 0;
    nats = 0;
    for (int j = 0; j < K; j++) if (eigenvalues[j] > σ2) {
        count++;
        nats += 0.5 * Math.log(eigenvalues[j]);
    }
// ==== survivors: more than there are latent variables
    count = 0;
    nats = 0;
    for (double λ : eigenvalues) if (λ > σ2) {
        count++;
        nats += 0.5 * Math.log(λ / σ2);
    }
// ==== survivors: one at the noise counts
    count = 0;
    nats = 0;
    for (int j = 0; j < K; j++) if (eigenvalues[j] >= σ2) {
        count++;
        nats += 0.5 * Math.log(eigenvalues[j] / σ2);
    }
// ==== survivors: the sign
    count = 0;
    nats = 0;
    for (int j = 0; j < K; j++) if (eigenvalues[j] > σ2) {
        count++;
        nats -= 0.5 * Math.log(eigenvalues[j] / σ2);
    }
// ==== survivors: those below the noise
    count = 0;
    nats = 0;
    for (int j = 0; j < K; j++) if (eigenvalues[j] < σ2) {
        count++;
        nats += 0.5 * Math.log(σ2 / eigenvalues[j]);
    }
// ==== active: the collapsed ones
    count = (int) Arrays.stream(variances(μ)).filter(v -> v <= threshold).count();
// ==== active: the deviation
    count = (int) Arrays.stream(variances(μ)).filter(v -> Math.sqrt(v) > threshold).count();
// ==== active: the mean
    count = (int) Arrays.stream(means(μ)).filter(v -> Math.abs(v) > threshold).count();
// ==== active: all
    count = μ.numCols;
// ==== active: the mean square
    count = 0;
    double[] m = means(μ), v = variances(μ);
    for (int j = 0; j < m.length; j++) if (v[j] + m[j] * m[j] > threshold) count++;
// ==== active: row by row
    count = 0;
    for (int i = 0; i < μ.numRows; i++) {
        int row = i;
        double d = standardDeviation(IntStream.range(0, μ.numCols).mapToDouble(j -> μ.get(row, j)).toArray());
        if (d * d > threshold) count++;
    }
// ==== freebits: the maximum before the mean
    nats = 0;
    for (int i = 0; i < kl.numRows; i++) for (int j = 0; j < kl.numCols; j++)
        nats += Math.max(c, kl.get(i, j)) / kl.numRows;
// ==== freebits: the maximum of the sum
    nats = Math.max(c, Arrays.stream(means(kl)).sum());
// ==== freebits: the minimum
    nats = Arrays.stream(means(kl)).map(k -> Math.min(c, k)).sum();
// ==== freebits: the mean over the variables
    nats = Arrays.stream(means(kl)).map(k -> Math.max(c, k)).average().orElseThrow();
// ==== freebits: not free
    nats = Arrays.stream(means(kl)).sum();
// ==== freebits: c is taken off
    nats = Arrays.stream(means(kl)).map(k -> Math.max(0, k - c)).sum();
// ==== freebits: what is below counts nothing
    nats = Arrays.stream(means(kl)).filter(k -> k > c).sum();
// ==== ess: the weights too small for a double
    double sum = 0, squares = 0;
    for (double l : logWeights) {
        sum += Math.exp(l);
        squares += Math.exp(2 * l);
    }
    size = sum * sum / squares;
// ==== ess: the sum not squared
    double most = Arrays.stream(logWeights).max().orElseThrow(), sum = 0, squares = 0;
    for (double l : logWeights) {
        sum += Math.exp(l - most);
        squares += Math.exp(2 * (l - most));
    }
    size = sum / squares;
// ==== ess: upside down
    double most = Arrays.stream(logWeights).max().orElseThrow(), sum = 0, squares = 0;
    for (double l : logWeights) {
        sum += Math.exp(l - most);
        squares += Math.exp(2 * (l - most));
    }
    size = squares / (sum * sum);
// ==== ess: the inverse of the largest share
    double most = Arrays.stream(logWeights).max().orElseThrow(), sum = 0;
    for (double l : logWeights) sum += Math.exp(l - most);
    size = sum;
// ==== ess: how many there are
    size = logWeights.length;
// ==== ess: from the logarithms
    double sum = Arrays.stream(logWeights).sum(), squares = Arrays.stream(logWeights).map(l -> l * l).sum();
    size = sum * sum / squares;
// ==== ess: divided by the number
    double most = Arrays.stream(logWeights).max().orElseThrow(), sum = 0, squares = 0;
    for (double l : logWeights) {
        sum += Math.exp(l - most);
        squares += Math.exp(2 * (l - most));
    }
    size = sum * sum / squares / logWeights.length;
// ==== gapkl: the other direction
    nats = 0;
    for (int i = 0; i < p.size(); i++) {
        double[] z = p.point(i);
        double logQ = logNormal(z[0], m[0], v[0]) + logNormal(z[1], m[1], v[1]), logP = p.logDensity(i);
        nats += Math.exp(logP) * (logP - logQ) * p.cell();
    }
// ==== gapkl: p(x, z) for p(z | x)
    nats = 0;
    for (int i = 0; i < p.size(); i++) {
        double[] z = p.point(i);
        double logQ = logNormal(z[0], m[0], v[0]) + logNormal(z[1], m[1], v[1]);
        if (Math.exp(logQ) > 0) nats += Math.exp(logQ) * (logQ - p.logDensity(i) - p.logP()) * p.cell();
    }
// ==== gapkl: the area of a cell forgotten
    nats = 0;
    for (int i = 0; i < p.size(); i++) {
        double[] z = p.point(i);
        double logQ = logNormal(z[0], m[0], v[0]) + logNormal(z[1], m[1], v[1]);
        if (Math.exp(logQ) > 0) nats += Math.exp(logQ) * (logQ - p.logDensity(i));
    }
// ==== gapkl: deviations for variances
    nats = 0;
    for (int i = 0; i < p.size(); i++) {
        double[] z = p.point(i);
        double logQ = logNormal(z[0], m[0], Math.sqrt(v[0])) + logNormal(z[1], m[1], Math.sqrt(v[1]));
        if (Math.exp(logQ) > 0) nats += Math.exp(logQ) * (logQ - p.logDensity(i)) * p.cell();
    }
// ==== gapkl: the sign
    nats = 0;
    for (int i = 0; i < p.size(); i++) {
        double[] z = p.point(i);
        double logQ = logNormal(z[0], m[0], v[0]) + logNormal(z[1], m[1], v[1]);
        if (Math.exp(logQ) > 0) nats += Math.exp(logQ) * (p.logDensity(i) - logQ) * p.cell();
    }
// ==== gapkl: one of the two variables
    nats = 0;
    for (int i = 0; i < p.size(); i++) {
        double[] z = p.point(i);
        double logQ = logNormal(z[0], m[0], v[0]);
        if (Math.exp(logQ) > 0) nats += Math.exp(logQ) * (logQ - p.logDensity(i)) * p.cell();
    }
// ==== directions: swapped
    pq = 0.5 * (m * m + v - 1 - Math.log(v));
    qp = 0.5 * ((1 + m * m) / v - 1 + Math.log(v));
// ==== directions: the same twice
    qp = 0.5 * (m * m + v - 1 - Math.log(v));
    pq = qp;
// ==== directions: the mean not divided
    qp = 0.5 * (m * m + v - 1 - Math.log(v));
    pq = 0.5 * (m * m + 1 / v - 1 + Math.log(v));
// ==== directions: the sign of the logarithm
    qp = 0.5 * (m * m + v - 1 - Math.log(v));
    pq = 0.5 * ((1 + m * m) / v - 1 - Math.log(v));
// ==== directions: the half forgotten
    qp = m * m + v - 1 - Math.log(v);
    pq = (1 + m * m) / v - 1 + Math.log(v);
// ==== directions: the deviation for the variance
    qp = 0.5 * (m * m + Math.sqrt(v) - 1 - Math.log(v));
    pq = 0.5 * ((1 + m * m) / Math.sqrt(v) - 1 + Math.log(v));
// ==== bstar: the mean cost
    b = Arrays.stream(costs).average().orElseThrow();
// ==== bstar: the derivative not squared
    double above = 0, below = 0;
    for (int s = 0; s < g.length; s++) {
        above += costs[s] * g[s];
        below += g[s];
    }
    b = above / below;
// ==== bstar: the size of the derivative
    double above = 0, below = 0;
    for (int s = 0; s < g.length; s++) {
        above += costs[s] * Math.abs(g[s]);
        below += Math.abs(g[s]);
    }
    b = above / below;
// ==== bstar: the numerator alone
    double above = 0;
    for (int s = 0; s < g.length; s++) above += costs[s] * g[s] * g[s] / g.length;
    b = above;
// ==== bstar: the sign
    double above = 0, below = 0;
    for (int s = 0; s < g.length; s++) {
        above += costs[s] * g[s] * g[s];
        below += g[s] * g[s];
    }
    b = -above / below;
// ==== bstar: the square of the sums
    double above = 0, below = 0;
    for (int s = 0; s < g.length; s++) {
        above += costs[s] * g[s];
        below += g[s];
    }
    b = above * above / (below * below);

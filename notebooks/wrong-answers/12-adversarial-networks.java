// ==== judge: as if half of what is shown were data
    D = 1 / (1 + Math.exp(logQ - logP));
// ==== judge: densities as doubles
    D = π * Math.exp(logP) / (π * Math.exp(logP) + (1 - π) * Math.exp(logQ));
// ==== judge: how probable it is that it was drawn
    D = 1 / (1 + Math.exp(Math.log(π) - Math.log1p(-π) + logP - logQ));
// ==== judge: the ratio of the densities
    D = Math.exp(logP - logQ);
// ==== judge: π and 1 − π exchanged
    D = 1 / (1 + Math.exp(Math.log(π) - Math.log1p(-π) + logQ - logP));
// ==== judge: log densities instead of densities
    D = logP / (logP + logQ);
// ==== slopes: exchanged
    nonSaturating = 1 / (1 + Math.exp(-a));
    minimax = 1 / (1 + Math.exp(a));
// ==== slopes: both the same
    minimax = 1 / (1 + Math.exp(-a));
    nonSaturating = minimax;
// ==== slopes: by D, not by a
    minimax = 1 / (1 - 1 / (1 + Math.exp(-a)));
    nonSaturating = 1 + Math.exp(-a);
// ==== slopes: with the sign of what is lowered
    minimax = -1 / (1 + Math.exp(-a));
    nonSaturating = 1 / (1 + Math.exp(a));
// ==== slopes: the slope of σ itself
    minimax = 1 / (1 + Math.exp(-a)) / (1 + Math.exp(a));
    nonSaturating = minimax;
// ==== slopes: overflow
    minimax = Math.exp(a) / (1 + Math.exp(a));
    nonSaturating = Math.exp(-a) / (1 + Math.exp(-a));
// ==== wasserstein: in the order of the arrays
    for (int i = 0; i < x.length; i++) W += Math.abs(x[i] - y[i]) / x.length;
// ==== wasserstein: the arguments are sorted in place
    Arrays.sort(x);
    Arrays.sort(y);
    for (int i = 0; i < x.length; i++) W += Math.abs(x[i] - y[i]) / x.length;
// ==== wasserstein: difference of the means
    W = Math.abs(mean(x) - mean(y));
// ==== wasserstein: the sum of the moves
    double[] a = x.clone(), b = y.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    for (int i = 0; i < a.length; i++) W += Math.abs(a[i] - b[i]);
// ==== wasserstein: squared moves
    double[] a = x.clone(), b = y.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    for (int i = 0; i < a.length; i++) W += (a[i] - b[i]) * (a[i] - b[i]) / a.length;
// ==== wasserstein: the largest move
    double[] a = x.clone(), b = y.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    for (int i = 0; i < a.length; i++) W = Math.max(W, Math.abs(a[i] - b[i]));
// ==== wasserstein: to the nearest point
    for (double v : x) {
        double least = Double.POSITIVE_INFINITY;
        for (double t : y) least = Math.min(least, Math.abs(v - t));
        W += least / x.length;
    }
// ==== spectral: the Frobenius norm
    σ = new SimpleMatrix(W).normF();
// ==== spectral: exact, whatever the rounds
    σ = new SimpleMatrix(W).svd().getSingularValues()[0];
// ==== spectral: never divided
    SimpleMatrix A = new SimpleMatrix(W), U = new SimpleMatrix(u.length, 1, true, u.clone());
    for (int t = 0; t < rounds; t++) {
        U = A.transpose().mult(A.mult(U));
        σ = U.normF();
    }
// ==== spectral: its square
    SimpleMatrix A = new SimpleMatrix(W), U = new SimpleMatrix(u.length, 1, true, u.clone());
    for (int t = 0; t < rounds; t++) {
        U = A.transpose().mult(A.mult(U));
        σ = U.normF();
        U = U.divide(σ);
    }
// ==== spectral: the first round only
    SimpleMatrix A = new SimpleMatrix(W), U = new SimpleMatrix(u.length, 1, true, u.clone());
    U = U.divide(U.normF());
    σ = A.mult(U).normF();
// ==== spectral: the vector is changed
    SimpleMatrix A = new SimpleMatrix(W), U = new SimpleMatrix(u.length, 1, true, u.clone());
    for (int t = 0; t < rounds; t++) {
        SimpleMatrix V = A.mult(U);
        V = V.divide(V.normF());
        U = A.transpose().mult(V);
        σ = U.normF();
        U = U.divide(σ);
    }
    for (int j = 0; j < u.length; j++) u[j] = U.get(j, 0);
// ==== inception: without the exponential
    for (int k = 0; k < p[0].length; k++) {
        double all = 0;
        for (double[] row : p) all += row[k] / p.length;
        for (double[] row : p)
            if (row[k] > 0) score += row[k] * Math.log(row[k] / all) / p.length;
    }
// ==== inception: the mean of the exponentials
    double[] all = new double[p[0].length];
    for (double[] row : p)
        for (int k = 0; k < all.length; k++) all[k] += row[k] / p.length;
    for (double[] row : p) {
        double kl = 0;
        for (int k = 0; k < all.length; k++)
            if (row[k] > 0) kl += row[k] * Math.log(row[k] / all[k]);
        score += Math.exp(kl) / p.length;
    }
// ==== inception: against a uniform distribution
    double kl = 0;
    for (double[] row : p)
        for (double v : row) if (v > 0) kl += v * Math.log(v * row.length) / p.length;
    score = Math.exp(kl);
// ==== inception: zero times log zero
    double kl = 0;
    for (int k = 0; k < p[0].length; k++) {
        double all = 0;
        for (double[] row : p) all += row[k] / p.length;
        for (double[] row : p) kl += row[k] * Math.log(row[k] / all) / p.length;
    }
    score = Math.exp(kl);
// ==== inception: the divergence the other way round
    double kl = 0;
    for (int k = 0; k < p[0].length; k++) {
        double all = 0;
        for (double[] row : p) all += row[k] / p.length;
        for (double[] row : p) if (row[k] > 0) kl += all * Math.log(all / row[k]) / p.length;
    }
    score = Math.exp(kl);
// ==== inception: the classes that were chosen are counted
    double[] count = new double[p[0].length];
    for (double[] row : p) count[descending(row)[0]] += 1.0 / p.length;
    double h = 0;
    for (double c : count) if (c > 0) h -= c * Math.log(c);
    score = Math.exp(h);
// ==== share: each centre is its own neighbour
    boolean[] among = new boolean[points.length];
    for (double centre : others) {
        double[] d = map(others, v -> Math.abs(v - centre));
        Arrays.sort(d);
        for (int i = 0; i < among.length; i++) among[i] |= Math.abs(points[i] - centre) <= d[k - 1];
    }
    for (boolean one : among) part += one ? 1.0 / points.length : 0;
// ==== share: the balls of the points
    for (double centre : points) {
        double[] d = map(points, v -> Math.abs(v - centre));
        Arrays.sort(d);
        double reach = d[Math.min(k, d.length - 1)];
        boolean one = Arrays.stream(others).anyMatch(v -> Math.abs(v - centre) <= reach);
        part += one ? 1.0 / points.length : 0;
    }
// ==== share: only the nearest ball is asked
    for (double point : points) {
        double centre = others[descending(map(others, v -> -Math.abs(v - point)))[0]];
        double[] d = map(others, v -> Math.abs(v - centre));
        Arrays.sort(d);
        part += Math.abs(point - centre) <= d[k] ? 1.0 / points.length : 0;
    }
// ==== share: balls are counted and not points
    for (double centre : others) {
        double[] d = map(others, v -> Math.abs(v - centre));
        Arrays.sort(d);
        boolean one = Arrays.stream(points).anyMatch(v -> Math.abs(v - centre) <= d[k]);
        part += one ? 1.0 / others.length : 0;
    }
// ==== share: the number and not the share
    for (double point : points)
        for (double centre : others) {
            double[] d = map(others, v -> Math.abs(v - centre));
            Arrays.sort(d);
            if (Math.abs(point - centre) <= d[k]) {
                part++;
                break;
            }
        }
// ==== share: one reach for all
    double reach = 0;
    for (double centre : others) {
        double[] d = map(others, v -> Math.abs(v - centre));
        Arrays.sort(d);
        reach += d[k] / others.length;
    }
    for (double point : points) {
        double all = reach;
        boolean one = Arrays.stream(others).anyMatch(v -> Math.abs(v - point) <= all);
        part += one ? 1.0 / points.length : 0;
    }

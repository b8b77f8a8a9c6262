// ==== component: the variances of the mass forgotten
    for (int j = 0; j < h.length; j++) out[0] += c[j] * h[j];
    for (int i = 0; i < b.length; i++) {
        double m = b[i];
        for (int j = 0; j < h.length; j++) m += W[i][j] * h[j];
        out[0] += (m * m - b[i] * b[i]) / 2;
        out[1 + i] = m;
    }
// ==== component: without the biases of the hidden units
    for (int i = 0; i < b.length; i++) {
        double m = b[i];
        for (int j = 0; j < h.length; j++) m += W[i][j] * h[j];
        out[0] += (m * m - b[i] * b[i]) / (2 * variance[i]);
        out[1 + i] = m;
    }
// ==== component: the square of the sum alone
    for (int j = 0; j < h.length; j++) out[0] += c[j] * h[j];
    for (int i = 0; i < b.length; i++) {
        double m = 0;
        for (int j = 0; j < h.length; j++) m += W[i][j] * h[j];
        out[0] += m * m / (2 * variance[i]);
        out[1 + i] = b[i] + m;
    }
// ==== component: the energy and not minus it
    for (int j = 0; j < h.length; j++) out[0] -= c[j] * h[j];
    for (int i = 0; i < b.length; i++) {
        double m = b[i];
        for (int j = 0; j < h.length; j++) m += W[i][j] * h[j];
        out[0] -= (m * m - b[i] * b[i]) / (2 * variance[i]);
        out[1 + i] = m;
    }
// ==== component: a centre without b
    for (int j = 0; j < h.length; j++) out[0] += c[j] * h[j];
    for (int i = 0; i < b.length; i++) {
        double m = b[i];
        for (int j = 0; j < h.length; j++) m += W[i][j] * h[j];
        out[0] += (m * m - b[i] * b[i]) / (2 * variance[i]);
        out[1 + i] = m - b[i];
    }
// ==== component: a centre divided by the variance
    for (int j = 0; j < h.length; j++) out[0] += c[j] * h[j];
    for (int i = 0; i < b.length; i++) {
        double m = b[i];
        for (int j = 0; j < h.length; j++) m += W[i][j] * h[j];
        out[0] += (m * m - b[i] * b[i]) / (2 * variance[i]);
        out[1 + i] = m / variance[i];
    }
// ==== precision: without the identity
    for (int i = 0; i < D; i++)
        for (int k = 0; k < D; k++)
            for (int j = 0; j < h.length; j++) P[i][k] += h[j] * R[i][j] * R[k][j];
// ==== precision: half of each unit
    for (int i = 0; i < D; i++)
        for (int k = 0; k < D; k++) {
            P[i][k] = i == k ? 1 : 0;
            for (int j = 0; j < h.length; j++) P[i][k] += h[j] * R[i][j] * R[k][j] / 2;
        }
// ==== precision: what is off
    for (int i = 0; i < D; i++)
        for (int k = 0; k < D; k++) {
            P[i][k] = i == k ? 1 : 0;
            for (int j = 0; j < h.length; j++) P[i][k] += (1 - h[j]) * R[i][j] * R[k][j];
        }
// ==== precision: taken away, as slabs do
    for (int i = 0; i < D; i++)
        for (int k = 0; k < D; k++) {
            P[i][k] = i == k ? 1 : 0;
            for (int j = 0; j < h.length; j++) P[i][k] -= h[j] * R[i][j] * R[k][j];
        }
// ==== precision: squares on the diagonal only
    for (int i = 0; i < D; i++) {
        P[i][i] = 1;
        for (int j = 0; j < h.length; j++) P[i][i] += h[j] * R[i][j] * R[i][j];
    }
// ==== spike: a covariance unit, which holds
    double a = 0, held = 0;
    for (int i = 0; i < x.length; i++) {
        a += x[i] * w[i];
        held += phi[i] * x[i] * x[i] / 2;
    }
    p = 1 / (1 + Math.exp(-(b + mu * a - a * a / (2 * alpha) - held)));
// ==== spike: without the square
    double a = 0, held = 0;
    for (int i = 0; i < x.length; i++) {
        a += x[i] * w[i];
        held += phi[i] * x[i] * x[i] / 2;
    }
    p = 1 / (1 + Math.exp(-(b + mu * a - held)));
// ==== spike: α multiplies
    double a = 0, held = 0;
    for (int i = 0; i < x.length; i++) {
        a += x[i] * w[i];
        held += phi[i] * x[i] * x[i] / 2;
    }
    p = 1 / (1 + Math.exp(-(b + mu * a + alpha * a * a / 2 - held)));
// ==== spike: μ² with α left over, as the book's energy has it
    double a = 0, held = 0;
    for (int i = 0; i < x.length; i++) {
        a += x[i] * w[i];
        held += phi[i] * x[i] * x[i] / 2;
    }
    p = 1 / (1 + Math.exp(-(b + mu * a + a * a / (2 * alpha) - alpha * mu * mu / 2 - held)));
// ==== spike: Φ without the half
    double a = 0, held = 0;
    for (int i = 0; i < x.length; i++) {
        a += x[i] * w[i];
        held += phi[i] * x[i] * x[i];
    }
    p = 1 / (1 + Math.exp(-(b + mu * a + a * a / (2 * alpha) - held)));
// ==== spike: the probability that it is off
    double a = 0, held = 0;
    for (int i = 0; i < x.length; i++) {
        a += x[i] * w[i];
        held += phi[i] * x[i] * x[i] / 2;
    }
    p = 1 / (1 + Math.exp(b + mu * a + a * a / (2 * alpha) - held));
// ==== block: independent units
    double off = 1;
    for (int k = 0; k < a.length; k++) {
        p[k] = 1 / (1 + Math.exp(-a[k]));
        off *= 1 - p[k];
    }
    p[a.length] = off;
// ==== block: one is always on
    double most = max(a), z = 0;
    for (int k = 0; k < a.length; k++) {
        p[k] = Math.exp(a[k] - most);
        z += p[k];
    }
    for (int k = 0; k < a.length; k++) p[k] /= z;
// ==== block: overflows
    double z = 1;
    for (int k = 0; k < a.length; k++) z += Math.exp(a[k]);
    for (int k = 0; k < a.length; k++) p[k] = Math.exp(a[k]) / z;
    p[a.length] = 1 / z;
// ==== block: off first
    double most = Math.max(0, max(a)), z = Math.exp(-most);
    for (int k = 0; k < a.length; k++) z += Math.exp(a[k] - most);
    p[0] = Math.exp(-most) / z;
    for (int k = 0; k < a.length; k++) p[k + 1] = Math.exp(a[k] - most) / z;
// ==== block: the largest takes all
    int best = descending(a)[0];
    p[best] = 1 / (1 + Math.exp(-a[best]));
    p[a.length] = 1 - p[best];
// ==== block: the shift forgotten for none
    double most = max(a), z = 1;
    for (int k = 0; k < a.length; k++) z += Math.exp(a[k] - most);
    for (int k = 0; k < a.length; k++) p[k] = Math.exp(a[k] - most) / z;
    p[a.length] = 1 / z;
// ==== third: without the biases
    for (int f = 0; f < P[0].length; f++) {
        double ofV = 0, ofH = 0, ofX = 0;
        for (int i = 0; i < v.length; i++) ofV += v[i] * P[i][f];
        for (int j = 0; j < h.length; j++) ofH += h[j] * Q[j][f];
        for (int k = 0; k < x.length; k++) ofX += x[k] * R[k][f];
        e -= ofV * ofH * ofX;
    }
// ==== third: a product of three sums over factors
    for (int i = 0; i < v.length; i++) e -= b[i] * v[i];
    for (int j = 0; j < h.length; j++) e -= c[j] * h[j];
    double ofV = 0, ofH = 0, ofX = 0;
    for (int f = 0; f < P[0].length; f++) {
        for (int i = 0; i < v.length; i++) ofV += v[i] * P[i][f];
        for (int j = 0; j < h.length; j++) ofH += h[j] * Q[j][f];
        for (int k = 0; k < x.length; k++) ofX += x[k] * R[k][f];
    }
    e -= ofV * ofH * ofX;
// ==== third: without the condition
    for (int i = 0; i < v.length; i++) e -= b[i] * v[i];
    for (int j = 0; j < h.length; j++) e -= c[j] * h[j];
    for (int f = 0; f < P[0].length; f++) {
        double ofV = 0, ofH = 0;
        for (int i = 0; i < v.length; i++) ofV += v[i] * P[i][f];
        for (int j = 0; j < h.length; j++) ofH += h[j] * Q[j][f];
        e -= ofV * ofH;
    }
// ==== third: the sign of the products
    for (int i = 0; i < v.length; i++) e -= b[i] * v[i];
    for (int j = 0; j < h.length; j++) e -= c[j] * h[j];
    for (int f = 0; f < P[0].length; f++) {
        double ofV = 0, ofH = 0, ofX = 0;
        for (int i = 0; i < v.length; i++) ofV += v[i] * P[i][f];
        for (int j = 0; j < h.length; j++) ofH += h[j] * Q[j][f];
        for (int k = 0; k < x.length; k++) ofX += x[k] * R[k][f];
        e += ofV * ofH * ofX;
    }
// ==== third: added instead of multiplied
    for (int i = 0; i < v.length; i++) e -= b[i] * v[i];
    for (int j = 0; j < h.length; j++) e -= c[j] * h[j];
    for (int f = 0; f < P[0].length; f++) {
        double ofV = 0, ofH = 0, ofX = 0;
        for (int i = 0; i < v.length; i++) ofV += v[i] * P[i][f];
        for (int j = 0; j < h.length; j++) ofH += h[j] * Q[j][f];
        for (int k = 0; k < x.length; k++) ofX += x[k] * R[k][f];
        e -= ofV * ofH + ofX;
    }
// ==== classes: not normalised
    for (int y = 0; y < d.length; y++) {
        log[y] = d[y];
        for (int j = 0; j < c.length; j++) {
            double a = c[j] + U[j][y];
            for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
            log[y] += Math.max(0, a) + Math.log1p(Math.exp(-Math.abs(a)));
        }
    }
// ==== classes: without the biases of the classes
    for (int y = 0; y < d.length; y++)
        for (int j = 0; j < c.length; j++) {
            double a = c[j] + U[j][y];
            for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
            log[y] += Math.max(0, a) + Math.log1p(Math.exp(-Math.abs(a)));
        }
    double all = logSumExp(log);
    log = map(log, l -> l - all);
// ==== classes: overflows
    for (int y = 0; y < d.length; y++) {
        log[y] = d[y];
        for (int j = 0; j < c.length; j++) {
            double a = c[j] + U[j][y];
            for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
            log[y] += Math.log(1 + Math.exp(a));
        }
    }
    double all = logSumExp(log);
    log = map(log, l -> l - all);
// ==== classes: a network, U outside
    for (int y = 0; y < d.length; y++) {
        log[y] = d[y];
        for (int j = 0; j < c.length; j++) {
            double a = c[j];
            for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
            log[y] += U[j][y] * (Math.max(0, a) + Math.log1p(Math.exp(-Math.abs(a))));
        }
    }
    double all = logSumExp(log);
    log = map(log, l -> l - all);
// ==== classes: the free energy, not minus it
    for (int y = 0; y < d.length; y++) {
        log[y] = -d[y];
        for (int j = 0; j < c.length; j++) {
            double a = c[j] + U[j][y];
            for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
            log[y] -= Math.max(0, a) + Math.log1p(Math.exp(-Math.abs(a)));
        }
    }
    double all = logSumExp(log);
    log = map(log, l -> l - all);
// ==== classes: probabilities, not their logarithms
    for (int y = 0; y < d.length; y++) {
        log[y] = d[y];
        for (int j = 0; j < c.length; j++) {
            double a = c[j] + U[j][y];
            for (int i = 0; i < v.length; i++) a += v[i] * W[i][j];
            log[y] += Math.max(0, a) + Math.log1p(Math.exp(-Math.abs(a)));
        }
    }
    double all = logSumExp(log);
    log = map(log, l -> Math.exp(l - all));

// ==== shares: the old shares are not taken out
    for (double[] row : q) {
        double[] weighted = new double[old.length];
        for (int k = 0; k < old.length; k++) weighted[k] = row[k] * now[k];
        double all = sum(weighted);
        for (int k = 0; k < old.length; k++) next[k] += weighted[k] / all / q.length;
    }
// ==== shares: the mean of the classifier's probabilities
    for (double[] row : q)
        for (int k = 0; k < old.length; k++) next[k] += row[k] / q.length;
// ==== shares: normalised after the mean
    for (double[] row : q)
        for (int k = 0; k < old.length; k++) next[k] += row[k] * now[k] / old[k];
    double all = sum(next);
    for (int k = 0; k < old.length; k++) next[k] /= all;
// ==== shares: the ratio upside down
    for (double[] row : q) {
        double[] weighted = new double[old.length];
        for (int k = 0; k < old.length; k++) weighted[k] = row[k] * old[k] / now[k];
        double all = sum(weighted);
        for (int k = 0; k < old.length; k++) next[k] += weighted[k] / all / q.length;
    }
// ==== shares: a sum and no mean
    for (double[] row : q) {
        double[] weighted = new double[old.length];
        for (int k = 0; k < old.length; k++) weighted[k] = row[k] * now[k] / old[k];
        double all = sum(weighted);
        for (int k = 0; k < old.length; k++) next[k] += weighted[k] / all;
    }
// ==== described: no exponential
    double all = 0;
    for (int k = 0; k < p.length; k++)
        for (int j = 0; j < a.length; j++) p[k] += a[j] * T[k][j];
    for (double v : p) all += v;
    for (int k = 0; k < p.length; k++) p[k] /= all;
// ==== described: overflows
    double all = 0;
    for (int k = 0; k < p.length; k++) {
        for (int j = 0; j < a.length; j++) p[k] += a[j] * T[k][j];
        p[k] = Math.exp(p[k]);
        all += p[k];
    }
    for (int k = 0; k < p.length; k++) p[k] /= all;
// ==== described: each class for itself
    for (int k = 0; k < p.length; k++) {
        for (int j = 0; j < a.length; j++) p[k] += a[j] * T[k][j];
        p[k] = 1 / (1 + Math.exp(-p[k]));
    }
// ==== described: minus the distance
    for (int k = 0; k < p.length; k++)
        for (int j = 0; j < a.length; j++) p[k] -= Math.abs(a[j] - T[k][j]);
    double all = logSumExp(p);
    p = map(p, v -> Math.exp(v - all));
// ==== described: minus the product
    for (int k = 0; k < p.length; k++)
        for (int j = 0; j < a.length; j++) p[k] -= a[j] * T[k][j];
    double all = logSumExp(p);
    p = map(p, v -> Math.exp(v - all));
// ==== information: the entropy of the table
    for (double[] row : joint)
        for (double v : row) if (v > 0) nats -= v * Math.log(v);
// ==== information: in bits
    double[] byRow = new double[joint.length], byColumn = new double[joint[0].length];
    for (int i = 0; i < byRow.length; i++)
        for (int j = 0; j < byColumn.length; j++) {
            byRow[i] += joint[i][j];
            byColumn[j] += joint[i][j];
        }
    for (int i = 0; i < byRow.length; i++)
        for (int j = 0; j < byColumn.length; j++)
            if (joint[i][j] > 0)
                nats += joint[i][j] * Math.log(joint[i][j] / (byRow[i] * byColumn[j]))
                        / Math.log(2);
// ==== information: zeros make NaN
    double[] byRow = new double[joint.length], byColumn = new double[joint[0].length];
    for (int i = 0; i < byRow.length; i++)
        for (int j = 0; j < byColumn.length; j++) {
            byRow[i] += joint[i][j];
            byColumn[j] += joint[i][j];
        }
    for (int i = 0; i < byRow.length; i++)
        for (int j = 0; j < byColumn.length; j++)
            nats += joint[i][j] * Math.log(joint[i][j] / (byRow[i] * byColumn[j]));
// ==== information: weighted by the product of the margins
    double[] byRow = new double[joint.length], byColumn = new double[joint[0].length];
    for (int i = 0; i < byRow.length; i++)
        for (int j = 0; j < byColumn.length; j++) {
            byRow[i] += joint[i][j];
            byColumn[j] += joint[i][j];
        }
    for (int i = 0; i < byRow.length; i++)
        for (int j = 0; j < byColumn.length; j++)
            if (joint[i][j] > 0)
                nats += byRow[i] * byColumn[j]
                        * Math.log(joint[i][j] / (byRow[i] * byColumn[j]));
// ==== information: one margin only
    for (double[] row : joint)
        for (double v : row) if (v > 0) nats += v * Math.log(v / sum(row));
// ==== cells: all codes
    cells = Math.pow(2, n);
// ==== cells: from one on
    double choose = 1;
    for (int i = 0; i <= Math.min(n, d); i++) {
        if (i > 0) cells += choose;
        choose = choose * (n - i) / (i + 1);
    }
// ==== cells: one dimension less
    double choose = 1;
    for (int i = 0; i < Math.min(n, d); i++) {
        cells += choose;
        choose = choose * (n - i) / (i + 1);
    }
// ==== cells: by factorials
    for (int i = 0; i <= Math.min(n, d); i++) {
        double up = 1, down = 1;
        for (int k = 1; k <= n; k++) up *= k;
        for (int k = 1; k <= i; k++) down *= k;
        for (int k = 1; k <= n - i; k++) down *= k;
        cells += up / down;
    }
// ==== cells: the last term alone
    cells = 1;
    for (int i = 0; i < Math.min(n, d); i++) cells = cells * (n - i) / (i + 1);
// ==== analogy: a less b
    double[][] u = Arrays.stream(V).map(v -> map(v, x -> x / Math.sqrt(sum(map(v, w -> w * w)))))
            .toArray(double[][]::new);
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < V.length; k++) {
        double cosine = 0;
        for (int j = 0; j < u[k].length; j++) cosine += u[k][j] * (u[a][j] - u[b][j] + u[c][j]);
        if (k != a && k != b && k != c && cosine > most) {
            most = cosine;
            best = k;
        }
    }
// ==== analogy: the three words are allowed
    double[][] u = Arrays.stream(V).map(v -> map(v, x -> x / Math.sqrt(sum(map(v, w -> w * w)))))
            .toArray(double[][]::new);
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < V.length; k++) {
        double cosine = 0;
        for (int j = 0; j < u[k].length; j++) cosine += u[k][j] * (u[b][j] - u[a][j] + u[c][j]);
        if (cosine > most) {
            most = cosine;
            best = k;
        }
    }
// ==== analogy: products with vectors of any length
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < V.length; k++) {
        double product = 0;
        for (int j = 0; j < V[k].length; j++) product += V[k][j] * (V[b][j] - V[a][j] + V[c][j]);
        if (k != a && k != b && k != c && product > most) {
            most = product;
            best = k;
        }
    }
// ==== analogy: the sum of vectors of any length, then the angle
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < V.length; k++) {
        double product = 0;
        for (int j = 0; j < V[k].length; j++) product += V[k][j] * (V[b][j] - V[a][j] + V[c][j]);
        product /= Math.sqrt(sum(map(V[k], w -> w * w)));
        if (k != a && k != b && k != c && product > most) {
            most = product;
            best = k;
        }
    }
// ==== analogy: the nearest point
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < V.length; k++) {
        double far = 0;
        for (int j = 0; j < V[k].length; j++)
            far += Math.pow(V[k][j] - (V[b][j] - V[a][j] + V[c][j]), 2);
        if (k != a && k != b && k != c && far < least) {
            least = far;
            best = k;
        }
    }
// ==== sawtooth: one layer whatever k
    h = 2 * Math.max(0, h) - 4 * Math.max(0, h - 0.5);
// ==== sawtooth: k times the tent
    h = k * (2 * Math.max(0, x) - 4 * Math.max(0, x - 0.5));
// ==== sawtooth: the falling side too flat
    for (int i = 0; i < k; i++) h = 2 * Math.max(0, h) - 2 * Math.max(0, h - 0.5);
// ==== sawtooth: one layer too many
    for (int i = 0; i <= k; i++) h = 2 * Math.max(0, h) - 4 * Math.max(0, h - 0.5);
// ==== sawtooth: half of it is rectified
    for (int i = 0; i < k; i++) h = 2 * h - 4 * (h - 0.5);

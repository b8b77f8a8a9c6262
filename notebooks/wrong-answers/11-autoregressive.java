// ==== conditional: given all other bits
    double here = 0, before = 0;
    for (int t = 0; t < p.length; t++) {
        boolean same = true;
        for (int k = 0; k < states.numCols; k++)
            if (k != j) same &= states.get(t, k) == states.get(s, k);
        if (same) before += p[t];
        if (same && states.get(t, j) == states.get(s, j)) here += p[t];
    }
    c = here / before;
// ==== conditional: given nothing
    for (int t = 0; t < p.length; t++)
        if (states.get(t, j) == states.get(s, j)) c += p[t];
// ==== conditional: the joint probability of the bits so far
    for (int t = 0; t < p.length; t++) {
        boolean same = true;
        for (int k = 0; k <= j; k++) same &= states.get(t, k) == states.get(s, k);
        if (same) c += p[t];
    }
// ==== conditional: given the bits after it
    double here = 0, before = 0;
    for (int t = 0; t < p.length; t++) {
        boolean same = true;
        for (int k = j + 1; k < states.numCols; k++) same &= states.get(t, k) == states.get(s, k);
        if (same) before += p[t];
        if (same && states.get(t, j) == states.get(s, j)) here += p[t];
    }
    c = here / before;
// ==== conditional: that of a one
    double here = 0, before = 0;
    for (int t = 0; t < p.length; t++) {
        boolean same = true;
        for (int k = 0; k < j; k++) same &= states.get(t, k) == states.get(s, k);
        if (same) before += p[t];
        if (same && states.get(t, j) == 1) here += p[t];
    }
    c = here / before;
// ==== conditional: given the bit before it only
    double here = 0, before = 0;
    for (int t = 0; t < p.length; t++) {
        boolean same = j == 0 || states.get(t, j - 1) == states.get(s, j - 1);
        if (same) before += p[t];
        if (same && states.get(t, j) == states.get(s, j)) here += p[t];
    }
    c = here / before;
// ==== nade: a column sees itself
    double[] a = c.clone();
    for (int j = 0; j < x.length; j++) {
        for (int k = 0; k < a.length; k++) a[k] += x[j] * W[j][k];
        double logit = b[j];
        for (int k = 0; k < a.length; k++) logit += V[j][k] / (1 + Math.exp(-a[k]));
        log -= Math.log1p(Math.exp(x[j] == 1 ? -logit : logit));
    }
// ==== nade: without c
    double[] a = new double[c.length];
    for (int j = 0; j < x.length; j++) {
        double logit = b[j];
        for (int k = 0; k < a.length; k++) logit += V[j][k] / (1 + Math.exp(-a[k]));
        log -= Math.log1p(Math.exp(x[j] == 1 ? -logit : logit));
        for (int k = 0; k < a.length; k++) a[k] += x[j] * W[j][k];
    }
// ==== nade: without b
    double[] a = c.clone();
    for (int j = 0; j < x.length; j++) {
        double logit = 0;
        for (int k = 0; k < a.length; k++) logit += V[j][k] / (1 + Math.exp(-a[k]));
        log -= Math.log1p(Math.exp(x[j] == 1 ? -logit : logit));
        for (int k = 0; k < a.length; k++) a[k] += x[j] * W[j][k];
    }
// ==== nade: the hidden units are not squashed
    double[] a = c.clone();
    for (int j = 0; j < x.length; j++) {
        double logit = b[j];
        for (int k = 0; k < a.length; k++) logit += V[j][k] * a[k];
        log -= Math.log1p(Math.exp(x[j] == 1 ? -logit : logit));
        for (int k = 0; k < a.length; k++) a[k] += x[j] * W[j][k];
    }
// ==== nade: zeros and ones exchanged
    double[] a = c.clone();
    for (int j = 0; j < x.length; j++) {
        double logit = b[j];
        for (int k = 0; k < a.length; k++) logit += V[j][k] / (1 + Math.exp(-a[k]));
        log -= Math.log1p(Math.exp(x[j] == 1 ? logit : -logit));
        for (int k = 0; k < a.length; k++) a[k] += x[j] * W[j][k];
    }
// ==== nade: a row is added for zeros, too
    double[] a = c.clone();
    for (int j = 0; j < x.length; j++) {
        double logit = b[j];
        for (int k = 0; k < a.length; k++) logit += V[j][k] / (1 + Math.exp(-a[k]));
        log -= Math.log1p(Math.exp(x[j] == 1 ? -logit : logit));
        for (int k = 0; k < a.length; k++) a[k] += W[j][k];
    }
// ==== nade: only the ones count
    double[] a = c.clone();
    for (int j = 0; j < x.length; j++) {
        double logit = b[j];
        for (int k = 0; k < a.length; k++) logit += V[j][k] / (1 + Math.exp(-a[k]));
        log -= x[j] * Math.log1p(Math.exp(-logit));
        for (int k = 0; k < a.length; k++) a[k] += x[j] * W[j][k];
    }
// ==== sees: whatever comes before
    path = i < j;
// ==== sees: an output sees its own degree
    for (int degree : m) path |= i <= degree && degree <= j;
// ==== sees: a hidden unit does not see its own degree
    for (int degree : m) path |= i < degree && degree < j;
// ==== sees: every unit has to carry it
    path = true;
    for (int degree : m) path &= i <= degree && degree < j;
// ==== sees: each mask by some unit of its own
    boolean first = false, second = false;
    for (int degree : m) {
        first |= i <= degree;
        second |= degree < j;
    }
    path = first && second;
// ==== sees: the wrong way round
    for (int degree : m) path |= j <= degree && degree < i;
// ==== trap: the mixture, which adds up to 1
    for (int x1 = 0; x1 < 2; x1++)
        for (int x2 = 0; x2 < 2; x2++) {
            double l = x1 == x2 ? a : -a;
            mass += 0.5 / (1 + Math.exp(-l));
        }
// ==== trap: the sum of the logits
    for (int x1 = 0; x1 < 2; x1++)
        for (int x2 = 0; x2 < 2; x2++) {
            double l1 = x2 == 1 ? a : -a, l2 = x1 == 1 ? a : -a;
            mass += 1 / (1 + Math.exp(x1 == 1 ? -l1 : l1)) / (1 + Math.exp(x2 == 1 ? -l2 : l2));
        }
// ==== trap: only the states that occur
    double p = 1 / (1 + Math.exp(-a / 2));
    mass = 2 * p * p;
// ==== trap: probabilities averaged, bit by bit
    for (int x1 = 0; x1 < 2; x1++)
        for (int x2 = 0; x2 < 2; x2++) {
            double p = (0.5 + 1 / (1 + Math.exp(x1 == x2 ? -a : a))) / 2;
            mass += p * p;
        }
// ==== trap: a bit looks at itself
    for (int x1 = 0; x1 < 2; x1++)
        for (int x2 = 0; x2 < 2; x2++) {
            double l1 = (x1 == 1 ? a : -a) / 2, l2 = (x2 == 1 ? a : -a) / 2;
            mass += 1 / (1 + Math.exp(x1 == 1 ? -l1 : l1)) / (1 + Math.exp(x2 == 1 ? -l2 : l2));
        }
// ==== trap: always one
    mass = 1;
// ==== mixture: the mean of the logarithms
    for (double l : logs) log += l / logs.length;
// ==== mixture: the sum of the probabilities
    double most = Arrays.stream(logs).max().orElseThrow(), rest = 0;
    for (double l : logs) rest += Math.exp(l - most);
    log = most + Math.log(rest);
// ==== mixture: underflow
    double rest = 0;
    for (double l : logs) rest += Math.exp(l);
    log = Math.log(rest / logs.length);
// ==== mixture: the best order
    log = Arrays.stream(logs).max().orElseThrow();
// ==== mixture: the largest is not put back
    double most = Arrays.stream(logs).max().orElseThrow(), rest = 0;
    for (double l : logs) rest += Math.exp(l - most);
    log = Math.log(rest / logs.length);
// ==== mixture: divided outside of the logarithm
    double most = Arrays.stream(logs).max().orElseThrow(), rest = 0;
    for (double l : logs) rest += Math.exp(l - most);
    log = most + Math.log(rest) / logs.length;
// ==== blind: filters of 3×3 only
    blind = up > 0 && right > up;
// ==== blind: on both sides
    blind = up > 0 && Math.abs(right) > r * up;
// ==== blind: with its edge
    blind = up > 0 && right >= r * up;
// ==== blind: up for right
    blind = right > 0 && up > r * right;
// ==== blind: what comes later, too
    blind = right > r * up;
// ==== blind: what is seen
    blind = (up > 0 || right < 0) && right <= r * up;
// ==== blind: what one layer does not reach
    blind = up > 0 && right > r;
// ==== gate: the slope of tanh is forgotten
    double t = Math.tanh(a), open = 1 / (1 + Math.exp(-b));
    found = new double[] {t * open, open, t * open * (1 - open)};
// ==== gate: the slope of σ without σ
    double t = Math.tanh(a), open = 1 / (1 + Math.exp(-b));
    found = new double[] {t * open, (1 - t * t) * open, t * (1 - open)};
// ==== gate: the slopes exchanged
    double t = Math.tanh(a), open = 1 / (1 + Math.exp(-b));
    found = new double[] {t * open, t * open * (1 - open), (1 - t * t) * open};
// ==== gate: what and whether exchanged
    double t = Math.tanh(b), open = 1 / (1 + Math.exp(-a));
    found = new double[] {t * open, t * open * (1 - open), (1 - t * t) * open};
// ==== gate: the slope of tanh alone
    double t = Math.tanh(a), open = 1 / (1 + Math.exp(-b));
    found = new double[] {t * open, 1 - t * t, open * (1 - open)};
// ==== gate: a sum for a product
    double t = Math.tanh(a), open = 1 / (1 + Math.exp(-b));
    found = new double[] {t + open, 1 - t * t, open * (1 - open)};
// ==== field: the first filter forgotten
    for (int d : dilations) numbers += d;
// ==== field: with the place itself
    numbers = 3;
    for (int d : dilations) numbers += d;
// ==== field: the first filter sees one number
    numbers = 1;
    for (int d : dilations) numbers += d;
// ==== field: a power of two
    numbers = 1 + (1 << dilations.length);
// ==== field: the layers
    numbers = 2 + dilations.length;
// ==== field: the longest step
    numbers = 2 + Arrays.stream(dilations).max().orElse(0);
// ==== field: twice the last one
    numbers = 1 + 2 * dilations[dilations.length - 1];

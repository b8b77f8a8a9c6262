// ==== dbnbound: without the entropy
nats = 0;
for (int s = 0; s < q.length; s++) nats += q[s] * (logLikelihood[s] + logPrior[s]);
// ==== dbnbound: the sign of the entropy
nats = 0;
for (int s = 0; s < q.length; s++)
    if (q[s] > 0) nats += q[s] * (logLikelihood[s] + logPrior[s] + Math.log(q[s]));
// ==== dbnbound: without the prior
nats = 0;
for (int s = 0; s < q.length; s++)
    if (q[s] > 0) nats += q[s] * (logLikelihood[s] - Math.log(q[s]));
// ==== dbnbound: NaN where q is 0
nats = 0;
for (int s = 0; s < q.length; s++)
    nats += q[s] * (logLikelihood[s] + logPrior[s] - Math.log(q[s]));
// ==== dbnbound: the logarithm of the sum
nats = logSumExp(IntStream.range(0, q.length).mapToDouble(s -> logLikelihood[s] + logPrior[s]).toArray());
// ==== dbnbound: not weighted
nats = 0;
for (int s = 0; s < q.length; s++)
    if (q[s] > 0) nats += logLikelihood[s] + logPrior[s] - Math.log(q[s]);
// ==== dbmenergy: without biases
e = 0;
for (int j = 0; j < h1.length; j++) {
    for (int i = 0; i < v.length; i++) e -= v[i] * W1[i][j] * h1[j];
    for (int k = 0; k < h2.length; k++) e -= h1[j] * W2[j][k] * h2[k];
}
// ==== dbmenergy: the sign
e = 0;
for (int i = 0; i < v.length; i++) e += b0[i] * v[i];
for (int k = 0; k < h2.length; k++) e += b2[k] * h2[k];
for (int j = 0; j < h1.length; j++) {
    e += b1[j] * h1[j];
    for (int i = 0; i < v.length; i++) e += v[i] * W1[i][j] * h1[j];
    for (int k = 0; k < h2.length; k++) e += h1[j] * W2[j][k] * h2[k];
}
// ==== dbmenergy: the bias of the first layer twice, as from two machines
e = 0;
for (int i = 0; i < v.length; i++) e -= b0[i] * v[i];
for (int k = 0; k < h2.length; k++) e -= b2[k] * h2[k];
for (int j = 0; j < h1.length; j++) {
    e -= 2 * b1[j] * h1[j];
    for (int i = 0; i < v.length; i++) e -= v[i] * W1[i][j] * h1[j];
    for (int k = 0; k < h2.length; k++) e -= h1[j] * W2[j][k] * h2[k];
}
// ==== dbmenergy: every pair twice
e = 0;
for (int i = 0; i < v.length; i++) e -= b0[i] * v[i];
for (int k = 0; k < h2.length; k++) e -= b2[k] * h2[k];
for (int j = 0; j < h1.length; j++) {
    e -= b1[j] * h1[j];
    for (int i = 0; i < v.length; i++) e -= 2 * v[i] * W1[i][j] * h1[j];
    for (int k = 0; k < h2.length; k++) e -= 2 * h1[j] * W2[j][k] * h2[k];
}
// ==== dbmenergy: the top without the first layer
e = 0;
for (int i = 0; i < v.length; i++) e -= b0[i] * v[i];
for (int k = 0; k < h2.length; k++) e -= b2[k] * h2[k];
for (int j = 0; j < h1.length; j++) {
    e -= b1[j] * h1[j];
    for (int i = 0; i < v.length; i++) e -= v[i] * W1[i][j] * h1[j];
    for (int k = 0; k < h2.length; k++) e -= W2[j][k] * h2[k];
}
// ==== sweep: nothing from above
new1 = sigmoid(plusRow(product(v, W1), b1));
new2 = sigmoid(plusRow(times(new1, W2), b2));
// ==== sweep: without the biases
new1 = sigmoid(plus(product(v, W1), times(q2, transpose(W2))));
new2 = sigmoid(product(new1, W2));
// ==== sweep: the evidence doubled, as in the start
new1 = sigmoid(plusRow(plus(map(product(v, W1), a -> 2 * a), times(q2, transpose(W2))), b1));
new2 = sigmoid(plusRow(times(new1, W2), b2));
// ==== sweep: the second layer from the bits of the first
new1 = sigmoid(plusRow(plus(product(v, W1), times(q2, transpose(W2))), b1));
new2 = sigmoid(plusRow(times(map(new1, p -> p > 0.5 ? 1 : 0), W2), b2));
// ==== sweep: the second layer before the first
new2 = sigmoid(plusRow(times(sigmoid(plusRow(product(v, W1), b1)), W2), b2));
new1 = sigmoid(plusRow(plus(product(v, W1), times(q2, transpose(W2))), b1));
// ==== sweep: half of the way
new1 = sigmoid(plusRow(plus(product(v, W1), times(q2, transpose(W2))), b1));
new2 = map(plus(q2, sigmoid(plusRow(times(new1, W2), b2))), p -> p / 2);
// ==== mfbound: without the entropy
nats = dot(b0, v) + dot(b1, q1) + dot(b2, q2) + dot(fromV, q1) + dot(fromQ, q2) - logZ;
// ==== mfbound: the sign of the entropy
nats = dot(b0, v) + dot(b1, q1) + dot(b2, q2) + dot(fromV, q1) + dot(fromQ, q2) - logZ;
for (double[] q : List.of(q1, q2))
    for (double p : q)
        if (p > 0 && p < 1) nats += p * Math.log(p) + (1 - p) * Math.log(1 - p);
// ==== mfbound: log Z added
nats = dot(b0, v) + dot(b1, q1) + dot(b2, q2) + dot(fromV, q1) + dot(fromQ, q2) + logZ;
for (double[] q : List.of(q1, q2))
    for (double p : q)
        if (p > 0 && p < 1) nats -= p * Math.log(p) + (1 - p) * Math.log(1 - p);
// ==== mfbound: without the biases, as in the document
nats = dot(fromV, q1) + dot(fromQ, q2) - logZ;
for (double[] q : List.of(q1, q2))
    for (double p : q)
        if (p > 0 && p < 1) nats -= p * Math.log(p) + (1 - p) * Math.log(1 - p);
// ==== mfbound: NaN at means of 0 and 1
nats = dot(b0, v) + dot(b1, q1) + dot(b2, q2) + dot(fromV, q1) + dot(fromQ, q2) - logZ;
for (double[] q : List.of(q1, q2))
    for (double p : q) nats -= p * Math.log(p) + (1 - p) * Math.log(1 - p);
// ==== mfbound: half of the entropy
nats = dot(b0, v) + dot(b1, q1) + dot(b2, q2) + dot(fromV, q1) + dot(fromQ, q2) - logZ;
for (double[] q : List.of(q1, q2))
    for (double p : q)
        if (p > 0) nats -= p * Math.log(p);
// ==== doubling: the wrong direction
up = layer > 1 ? 2 : 1;
down = layer < layers ? 2 : 1;
// ==== doubling: everything
up = 2;
down = 2;
// ==== doubling: the ends only, one way
up = layer == 1 ? 2 : 1;
down = layer == layers ? 2 : 1;
// ==== doubling: nothing
up = 1;
down = 1;
// ==== doubling: by the number of layers below
up = layer < layers ? 2 : 1;
down = layer;

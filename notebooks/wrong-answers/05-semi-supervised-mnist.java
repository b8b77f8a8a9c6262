// ==== m1-neighbour: differences are not squared, so that signs cancel
    for (int k = 0; k < a.length; k++) sum += a[k] - b[k];
// ==== m1-neighbour: the first feature alone
    sum = Math.pow(a[0] - b[0], 2);
// ==== m1-neighbour: the last feature is left out
    for (int k = 0; k < a.length - 1; k++) sum += Math.pow(a[k] - b[k], 2);
// ==== m1-neighbour: how alike they are in the place of how far apart
    for (int k = 0; k < a.length; k++) sum += a[k] * b[k];
// ==== m1-neighbour: the sign, so that the farthest is taken
    for (int k = 0; k < a.length; k++) sum -= Math.pow(a[k] - b[k], 2);
// ==== m1-neighbour: the other image is forgotten
    for (int k = 0; k < a.length; k++) sum += Math.pow(b[k], 2);
// ==== m1-neighbour: a sum where the difference is due
    for (int k = 0; k < a.length; k++) sum += Math.pow(a[k] + b[k], 2);
// ==== m1-neighbour: the square of the sum
    for (int k = 0; k < a.length; k++) sum += a[k] - b[k];
    sum = sum * sum;
// ==== m1-neighbour: a constant
    sum = 1;
// ==== unlabelled-bound: the entropy is forgotten
        sum += p * minusL[y];
// ==== unlabelled-bound: the sign of the entropy
        if (p > 0) sum += p * minusL[y] + p * Math.log(p);
// ==== unlabelled-bound: the bounds are summed without their weights
        if (p > 0) sum += minusL[y] - p * Math.log(p);
// ==== unlabelled-bound: bits in the place of nats
        if (p > 0) sum += p * minusL[y] - p * Math.log(p) / Math.log(2);
// ==== unlabelled-bound: 0 log 0 is not a number
        sum += p * minusL[y] - p * Math.log(p);
// ==== unlabelled-bound: the sign of the bound
        if (p > 0) sum += -p * minusL[y] - p * Math.log(p);
// ==== unlabelled-bound: log p without its weight
        if (p > 0) sum += p * minusL[y] - Math.log(p);
// ==== unlabelled-bound: the likeliest class alone
        if (p == Arrays.stream(probabilities).max().getAsDouble()) sum = minusL[y];
// ==== unlabelled-bound: a mean over the classes
        if (p > 0) sum += (p * minusL[y] - p * Math.log(p)) / minusL.length;
// ==== unlabelled-bound: the entropy twice
        if (p > 0) sum += p * minusL[y] - 2 * p * Math.log(p);
// ==== unlabelled-bound: classes in the wrong order
        if (p > 0) sum += p * minusL[minusL.length - 1 - y] - p * Math.log(p);
// ==== softmax: the sign
    double high = Arrays.stream(minusL).min().getAsDouble(), sum = 0;
    for (int y = 0; y < p.length; y++) sum += p[y] = Math.exp(high - minusL[y]);
    for (int y = 0; y < p.length; y++) p[y] /= sum;
// ==== softmax: not divided by the sum
    double high = Arrays.stream(minusL).max().getAsDouble();
    for (int y = 0; y < p.length; y++) p[y] = Math.exp(minusL[y] - high);
// ==== softmax: the best class for certain
    int best = 0;
    for (int y = 1; y < p.length; y++) if (minusL[y] > minusL[best]) best = y;
    p[best] = 1;
// ==== softmax: all alike
    Arrays.fill(p, 1.0 / p.length);
// ==== softmax: underflow
    double sum = 0;
    for (int y = 0; y < p.length; y++) sum += p[y] = Math.exp(minusL[y]);
    for (int y = 0; y < p.length; y++) p[y] /= sum;
// ==== softmax: half of the exponent
    double high = Arrays.stream(minusL).max().getAsDouble(), sum = 0;
    for (int y = 0; y < p.length; y++) sum += p[y] = Math.exp((minusL[y] - high) / 2);
    for (int y = 0; y < p.length; y++) p[y] /= sum;
// ==== softmax: powers of 2
    double high = Arrays.stream(minusL).max().getAsDouble(), sum = 0;
    for (int y = 0; y < p.length; y++) sum += p[y] = Math.pow(2, minusL[y] - high);
    for (int y = 0; y < p.length; y++) p[y] /= sum;
// ==== softmax: shares of the bounds themselves
    double sum = Arrays.stream(minusL).sum();
    for (int y = 0; y < p.length; y++) p[y] = minusL[y] / sum;
// ==== softmax: the answer for three bounds only
    double[] known = {Math.exp(0), Math.exp(-1), Math.exp(-3)};
    for (int y = 0; y < p.length; y++) p[y] = known[y % 3] / (known[0] + known[1] + known[2]);
// ==== analogy: the encoder is told the new class
    FMatrixRMaj z = stylish.encode(x, yNew);
    result = stylish.decode(z, yNew);
// ==== analogy: the class is not changed
    FMatrixRMaj z = stylish.encode(x, y);
    result = stylish.decode(z, y);
// ==== analogy: the two classes are swapped
    FMatrixRMaj z = stylish.encode(x, yNew);
    result = stylish.decode(z, y);
// ==== analogy: no style
    result = stylish.decode(new FMatrixRMaj(x.numRows, stylish.latentDim()), yNew);
// ==== analogy: the image itself
    result = x;
// ==== analogy: the sign of the style
    FMatrixRMaj z = stylish.encode(x, y);
    for (int i = 0; i < z.getNumElements(); i++) z.data[i] *= -1;
    result = stylish.decode(z, yNew);
// ==== analogy: the style of the first image for all
    FMatrixRMaj z = stylish.encode(x, y);
    for (int i = 0; i < z.getNumElements(); i++) z.data[i] = z.data[i % z.numCols];
    result = stylish.decode(z, yNew);
// ==== analogy: the first new class for all
    FMatrixRMaj z = stylish.encode(x, y);
    int[] same = yNew.clone();
    Arrays.fill(same, yNew[0]);
    result = stylish.decode(z, same);

package lvm.autodiff;

import java.util.random.RandomGenerator;
import org.ejml.data.FMatrixRMaj;

/**
 * A variable: a float matrix on a {@link Tape}, made by the tape or by an operation on other variables of the same tape.
 * Rows are observations.
 *
 * <p>Elementwise operations of two variables repeat an operand that has one row, one column or both. Every operation
 * throws an {@link IllegalArgumentException} that names the operation and the shapes where these do not fit or a variable
 * belongs to another tape, and an {@link IllegalStateException} where a variable is older than the tape's last
 * {@link Tape#reset} or the backward pass has run.
 */
public final class Var extends Expression {
    Var(Tape tape, Node node, int step) {
        super(tape, node, step);
    }

    private Var product(LinearMaps.Product op, Var other) {
        Node a = self(op.name);
        Node b = tape.in(other, op.name);
        if (!op.fits(a, b)) {
            throw unfit(op.name, a, b, op.expected());
        }
        return tape.run(tape.begin(op, op.rows(a), op.cols(b), a, b));
    }

    /**
     * The matrix product a b: a is n×k, b is k×m.
     *
     * @param other b
     * @return n×m values
     * @throws IllegalArgumentException if the inner dimensions differ
     */
    public Var mult(Var other) {
        return product(LinearMaps.MULT, other);
    }

    /**
     * The matrix product aᵀ b: a is k×n, b is k×m.
     *
     * @param other b
     * @return n×m values
     * @throws IllegalArgumentException if the inner dimensions differ
     */
    public Var multTransA(Var other) {
        return product(LinearMaps.MULT_TRANS_A, other);
    }

    /**
     * The matrix product a bᵀ: a is n×k, b is m×k.
     *
     * @param other b
     * @return n×m values
     * @throws IllegalArgumentException if the inner dimensions differ
     */
    public Var multTransB(Var other) {
        return product(LinearMaps.MULT_TRANS_B, other);
    }

    /**
     * The matrix product aᵀ bᵀ: a is k×n, b is m×k.
     *
     * @param other b
     * @return n×m values
     * @throws IllegalArgumentException if the inner dimensions differ
     */
    public Var multTransAB(Var other) {
        return product(LinearMaps.MULT_TRANS_AB, other);
    }

    /**
     * Some of the columns.
     *
     * @param from the first column
     * @param to the column after the last
     * @return n×(to−from) values
     * @throws IllegalArgumentException if the range is not in the variable
     */
    public Var columns(int from, int to) {
        Node a = self("columns");
        if (!(0 <= from && from <= to && to <= a.cols())) {
            throw new IllegalArgumentException(
                    "Var.columns: columns " + from + " to " + to + " of a " + Tape.shape(a.value) + " variable");
        }
        Node y = tape.begin(Shaping.SLICE, a.rows(), to - from, a);
        y.i = from;
        return tape.run(y);
    }

    /**
     * Some of the rows.
     *
     * @param from the first row
     * @param to the row after the last
     * @return (to−from)×d values
     * @throws IllegalArgumentException if the range is not in the variable
     */
    public Var rowRange(int from, int to) {
        Node a = self("rowRange");
        if (!(0 <= from && from <= to && to <= a.rows())) {
            throw new IllegalArgumentException(
                    "Var.rowRange: rows " + from + " to " + to + " of a " + Tape.shape(a.value) + " variable");
        }
        Node y = tape.begin(Shaping.ROWS, to - from, a.cols(), a);
        y.i = from;
        return tape.run(y);
    }

    /**
     * Rows in any order, also repeated.
     *
     * @param rows the row of this variable for each row of the result; kept until the next reset, not modified
     * @return rows.length×d values
     * @throws IllegalArgumentException if a row does not exist
     */
    public Var gatherRows(int... rows) {
        Node a = self("gatherRows");
        for (int row : rows) {
            if (row < 0 || row >= a.rows()) {
                throw new IllegalArgumentException(
                        "Var.gatherRows: row " + row + " of a " + Tape.shape(a.value) + " variable");
            }
        }
        Node y = tape.begin(Shaping.GATHER, rows.length, a.cols(), a);
        y.index = rows;
        return tape.run(y);
    }

    /**
     * Single elements.
     *
     * @param rows the row of each
     * @param columns the column of each; both kept until the next reset, not modified
     * @return rows.length×1 values
     * @throws IllegalArgumentException if an element does not exist, or there are more rows than columns or fewer
     */
    public Var elements(int[] rows, int[] columns) {
        Node a = self("elements");
        requireIndices("elements", "row", rows, columns, a.rows(), a);
        requireIndices("elements", "column", columns, rows, a.cols(), a);
        Node y = tape.begin(Shaping.ELEMENTS, rows.length, 1, a);
        y.index = rows;
        y.secondIndex = columns;
        return tape.run(y);
    }

    /**
     * Sums of rows of two variables with an activation, f(a(iᵣ) + b(kᵣ)) for pairs of rows iᵣ and kᵣ: the first layer of a
     * network on two inputs of which there are few, that are combined in many ways.
     *
     * @param rows iᵣ, the row of this variable for each row of the result
     * @param other b, of as many columns
     * @param otherRows kᵣ, the row of b; both kept until the next reset, not modified
     * @param f the activation
     * @return rows.length×d values
     * @throws IllegalArgumentException if a row does not exist, there are not as many of one as of the other, or the
     *     numbers of columns differ
     */
    public Var sumOfRows(int[] rows, Var other, int[] otherRows, Activation f) {
        Node a = self("sumOfRows");
        Node b = tape.in(other, "sumOfRows");
        if (a.cols() != b.cols()) {
            throw unfit("sumOfRows", a, b, "as many columns in both");
        }
        requireIndices("sumOfRows", "row", rows, otherRows, a.rows(), a);
        requireIndices("sumOfRows", "row", otherRows, rows, b.rows(), b);
        Node y = tape.begin(Shaping.SUM_OF_ROWS, rows.length, a.cols(), a, b);
        y.index = rows;
        y.secondIndex = otherRows;
        y.activation = f;
        return tape.run(y);
    }

    private static void requireIndices(String op, String what, int[] indices, int[] others, int bound, Node of) {
        if (indices.length != others.length) {
            throw new IllegalArgumentException(
                    "Var." + op + ": there are " + indices.length + " and " + others.length + " indices");
        }
        for (int index : indices) {
            if (index < 0 || index >= bound) {
                throw new IllegalArgumentException(
                        "Var." + op + ": " + what + " " + index + " of a " + Tape.shape(of.value) + " variable");
            }
        }
    }

    /**
     * Columns in any order, also repeated or left empty.
     *
     * @param columns the column of this variable for each column of the result, −1 for a column of zeros; kept until the next
     *     reset, not modified
     * @return n×columns.length values
     * @throws IllegalArgumentException if a column does not exist
     */
    public Var gatherColumns(int... columns) {
        Node a = self("gatherColumns");
        for (int column : columns) {
            if (column < -1 || column >= a.cols()) {
                throw new IllegalArgumentException(
                        "Var.gatherColumns: column " + column + " of a " + Tape.shape(a.value) + " variable");
            }
        }
        Node y = tape.begin(Shaping.GATHER_COLUMNS, a.rows(), columns.length, a);
        y.index = columns;
        return tape.run(y);
    }

    /**
     * Softmax by row, e^aᵢⱼ / Σₖ e^aᵢₖ.
     *
     * @return n×d probabilities
     * @throws IllegalArgumentException if there are no columns
     */
    public Var softmax() {
        columnsOf("softmax", self("softmax"));
        return same(Softmax.SOFTMAX);
    }

    /**
     * The logarithm of the softmax by row, without overflow.
     *
     * @return n×d values
     * @throws IllegalArgumentException if there are no columns
     */
    public Var logSoftmax() {
        columnsOf("logSoftmax", self("logSoftmax"));
        return same(Softmax.LOG_SOFTMAX);
    }

    /**
     * log Σⱼ e^aᵢⱼ of each row, without overflow.
     *
     * @return n×1 values
     * @throws IllegalArgumentException if there are no columns
     */
    public Var logSumExp() {
        Node a = self("logSumExp");
        columnsOf("logSumExp", a);
        return tape.run(tape.begin(Softmax.LOG_SUM_EXP, a.rows(), 1, a));
    }

    /**
     * The linear map with its activation in one piece, f(x W + b), of x, this n×k variable.
     *
     * @param w W, k×m
     * @param b b, 1×m, or null for none
     * @param f the activation
     * @return n×m values
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var linear(Var w, Var b, Activation f) {
        return linear(LinearMaps.LINEAR, w, null, b, f);
    }

    /**
     * A linear map in which some weights are held at zero, f(x (W ∘ M) + b).
     *
     * @param w W, k×m
     * @param mask M, k×m
     * @param b b, 1×m, or null for none
     * @param f the activation
     * @return n×m values
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var maskedLinear(Var w, Mask mask, Var b, Activation f) {
        Node weights = tape.in(w, "maskedLinear");
        shaped("maskedLinear", "the mask", mask.values, weights.rows(), weights.cols());
        return linear(LinearMaps.MASKED_LINEAR, w, mask, b, f);
    }

    private Var linear(Op op, Var w, Mask mask, Var b, Activation f) {
        Node x = self(op.name);
        Node weights = tape.in(w, op.name);
        if (x.cols() != weights.rows()) {
            throw unfit(op.name, x, weights, "a.cols = b.rows");
        }
        Node bias = null;
        if (b != null) {
            bias = tape.in(b, op.name);
            shaped(op.name, "the bias", bias.value, 1, weights.cols());
        }
        Node y = tape.begin(op, x.rows(), weights.cols(), x, weights, bias);
        y.mask = mask;
        y.activation = f;
        return tape.run(y);
    }

    /**
     * Convolution (in the sense of neural networks: cross-correlation) of this variable, images as rows.
     *
     * @param w the filters, patchSize×filters
     * @param b 1×filters, or null for none
     * @param shape the shapes
     * @return n×outSize values: images of which a channel is a filter
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var conv2d(Var w, Var b, ConvShape shape) {
        return convolve(Convolutions.CONV, w, b, shape, shape.imageSize(), shape.outSize(), shape.filters());
    }

    /**
     * The transposed convolution: the adjoint of {@link #conv2d} of the same shape, from its results to its images.
     *
     * @param w the filters, patchSize×filters
     * @param b 1×channels, or null for none
     * @param shape the shapes of the convolution whose adjoint this is; this variable is n×outSize
     * @return n×imageSize values
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var convTranspose2d(Var w, Var b, ConvShape shape) {
        return convolve(Convolutions.CONV_TRANSPOSE, w, b, shape, shape.outSize(), shape.imageSize(), shape.channels());
    }

    private Var convolve(Op op, Var w, Var b, ConvShape shape, int from, int to, int biases) {
        Node x = self(op.name);
        Node weights = tape.in(w, op.name);
        shaped(op.name, "the images", x.value, x.rows(), from);
        shaped(op.name, "the weight matrix", weights.value, shape.patchSize(), shape.filters());
        Node bias = null;
        if (b != null) {
            bias = tape.in(b, op.name);
            shaped(op.name, "the bias", bias.value, 1, biases);
        }
        Node y = tape.begin(op, x.rows(), to, x, weights, bias);
        y.shape = shape;
        return tape.run(y);
    }

    /**
     * Batch normalisation by channel, γ (a − mean)/√(variance + 1e-5) + β. In training mode with the moments of the
     * batch,
     * which also move the running ones by the given share (the variance with n − 1); in evaluation mode with the
     * running moments.
     *
     * @param gamma γ, 1×channels; a channel is a block of columns of this variable, of equal width
     * @param beta β, 1×channels
     * @param runningMean 1×channels. Modified in training mode
     * @param runningVariance 1×channels. Modified in training mode
     * @param share the weight of this batch in the running moments, in [0,1]
     * @return n×d values
     * @throws IllegalArgumentException if the shapes do not fit, or a channel has one value only in training mode
     */
    public Var batchNorm(Var gamma, Var beta, FMatrixRMaj runningMean, FMatrixRMaj runningVariance, float share) {
        Node x = self("batchNorm");
        Node scale = tape.in(gamma, "batchNorm");
        Node shift = tape.in(beta, "batchNorm");
        int channels = scale.cols();
        if (channels == 0 || x.cols() % channels != 0) {
            throw unfit("batchNorm", x, scale, "the columns of a to be a multiple of the channels of b");
        }
        shaped("batchNorm", "gamma", scale.value, 1, channels);
        shaped("batchNorm", "beta", shift.value, 1, channels);
        shaped("batchNorm", "the running mean", runningMean, 1, channels);
        shaped("batchNorm", "the running variance", runningVariance, 1, channels);
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("Var.batchNorm: share is " + share + ", expected within [0,1]");
        }
        if (tape.isTraining() && x.rows() * (x.cols() / channels) < 2) {
            throw new IllegalArgumentException(
                    "Var.batchNorm: the variable is " + Tape.shape(x.value) + " with " + channels
                            + " channels; in training mode a channel needs at least two values: take minibatches of more rows");
        }
        Op op = tape.isTraining() ? BatchNormalization.TRAINING : BatchNormalization.EVALUATION;
        Node y = tape.begin(op, x.rows(), x.cols(), x, scale, shift);
        y.runningMean = runningMean;
        y.runningVariance = runningVariance;
        y.s = share;
        return tape.run(y);
    }

    /**
     * Dropout: each value is set to 0 with probability rate, else divided by 1 − rate.
     *
     * @param rate the probability, in [0,1)
     * @param rng the source of randomness; advanced by one draw a value
     * @return n×d values
     * @throws IllegalArgumentException if the rate is out of range
     */
    public Var dropout(float rate, RandomGenerator rng) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Var.dropout: rate is " + rate + ", expected within [0,1)");
        }
        Node a = self("dropout");
        Node y = tape.begin(Elementwise.DROPOUT, a.rows(), a.cols(), a);
        float[] mask = y.scratch(0, a.rows(), a.cols()).data;
        float keep = 1 / (1 - rate);
        int n = a.size();
        for (int i = 0; i < n; i++) {
            mask[i] = rng.nextFloat() < rate ? 0 : keep;
        }
        return tape.run(y);
    }

    /**
     * The log-likelihood of binary observations from logits l, Σⱼ xᵢⱼ lᵢⱼ − log(1 + e^lᵢⱼ), without overflow; this
     * variable is l.
     *
     * @param x n×d observations in [0,1]
     * @return n×1 values of log p(xᵢ), nats
     * @throws IllegalArgumentException if the shapes differ
     */
    public Var bernoulliLogLikelihood(Var x) {
        Node l = self("bernoulliLogLikelihood");
        Node data = tape.in(x, "bernoulliLogLikelihood");
        sameShape("bernoulliLogLikelihood", l, data);
        return tape.run(tape.begin(Likelihoods.BERNOULLI, l.rows(), 1, l, data));
    }

    /**
     * The log-likelihood of a Gaussian with one fixed standard deviation, Σⱼ log N(xᵢⱼ; μᵢⱼ, σ²); this variable is μ.
     *
     * @param x n×d observations
     * @param sigma σ, above 0
     * @return n×1 values of log p(xᵢ), nats
     * @throws IllegalArgumentException if the shapes differ or σ is not above 0
     */
    public Var gaussianLogLikelihood(Var x, float sigma) {
        if (!(sigma > 0)) {
            throw new IllegalArgumentException("Var.gaussianLogLikelihood: sigma is " + sigma + ", expected above 0");
        }
        return gaussian(x, null, sigma);
    }

    /**
     * The log-likelihood of a Gaussian with a learnt variance, Σⱼ log N(xᵢⱼ; μᵢⱼ, e^vᵢⱼ); this variable is μ.
     *
     * @param x n×d observations
     * @param logVariance v = log σ², n×d, or 1×d for all rows
     * @return n×1 values of log p(xᵢ), nats
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Var gaussianLogLikelihood(Var x, Var logVariance) {
        return gaussian(x, tape.in(logVariance, "gaussianLogLikelihood"), 1);
    }

    private Var gaussian(Var x, Node v, float sigma) {
        String op = "gaussianLogLikelihood";
        Node mu = self(op);
        Node data = tape.in(x, op);
        sameShape(op, mu, data);
        if (v != null && (v.cols() != mu.cols() || v.rows() != mu.rows() && v.rows() != 1)) {
            throw unfit(op, mu, v, "log variances b of the same shape, or of one row");
        }
        Node y = tape.begin(Likelihoods.GAUSSIAN, mu.rows(), 1, mu, data, v);
        y.s = sigma;
        return tape.run(y);
    }

    /**
     * The log-likelihood of classes from logits l, lᵢ(kᵢ) − log Σⱼ e^lᵢⱼ: minus the cross-entropy; this variable is
     * l.
     *
     * @param labels kᵢ, one class in 0..d−1 for each row; kept until the next reset, not modified
     * @return n×1 values of log p(kᵢ), nats
     * @throws IllegalArgumentException if a label is out of range or their number is not n
     */
    public Var categoricalLogLikelihood(int[] labels) {
        Node l = self("categoricalLogLikelihood");
        if (labels.length != l.rows()) {
            throw new IllegalArgumentException("Var.categoricalLogLikelihood: the logits are " + Tape.shape(l.value)
                    + ", there are " + labels.length + " labels");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= l.cols()) {
                throw new IllegalArgumentException("Var.categoricalLogLikelihood: label " + labels[i] + " in row " + i
                        + ", the logits are " + Tape.shape(l.value));
            }
        }
        Node y = tape.begin(Softmax.CATEGORICAL, l.rows(), 1, l);
        y.index = labels;
        return tape.run(y);
    }

    /**
     * Σⱼ tᵢⱼ log softmax(l)ᵢⱼ: minus the cross-entropy of targets and the softmax of the logits l; this variable is
     * l.
     *
     * @param targets t, n×d probabilities or one-hot rows
     * @return n×1 values, nats
     * @throws IllegalArgumentException if the shapes differ
     */
    public Var categoricalLogLikelihood(Var targets) {
        Node l = self("categoricalLogLikelihood");
        Node t = tape.in(targets, "categoricalLogLikelihood");
        sameShape("categoricalLogLikelihood", l, t);
        columnsOf("categoricalLogLikelihood", l);
        return tape.run(tape.begin(Softmax.CATEGORICAL, l.rows(), 1, l, t));
    }

    /**
     * The log density of the standard normal distribution, Σⱼ log N(xᵢⱼ; 0, 1); this variable is x.
     *
     * @return n×1 values, nats
     */
    public Var standardNormalLogDensity() {
        Node x = self("standardNormalLogDensity");
        return tape.run(tape.begin(Likelihoods.STANDARD_NORMAL, x.rows(), 1, x));
    }

    /**
     * KL(N(μ, diag e^v) ‖ N(0, I)) = ½ Σⱼ μᵢⱼ² + e^vᵢⱼ − 1 − vᵢⱼ of each row; this variable is μ.
     *
     * @param logVariance v = log σ², n×d
     * @return n×1 values, nats
     * @throws IllegalArgumentException if the shapes differ
     */
    public Var klStandardNormal(Var logVariance) {
        Node mu = self("klStandardNormal");
        Node v = tape.in(logVariance, "klStandardNormal");
        sameShape("klStandardNormal", mu, v);
        return tape.run(tape.begin(Likelihoods.KL, mu.rows(), 1, mu, v));
    }

    /**
     * A reparameterised draw from N(μ, diag e^v), z = μ + e^(v/2) ∘ ε with ε ~ N(0, I); this variable is μ.
     *
     * @param logVariance v = log σ², n×d
     * @param rng the source of ε; advanced by one normal draw a value
     * @return n×d values
     * @throws IllegalArgumentException if the shapes differ
     */
    public Var gaussianSample(Var logVariance, RandomGenerator rng) {
        Node mu = self("gaussianSample");
        Node v = tape.in(logVariance, "gaussianSample");
        sameShape("gaussianSample", mu, v);
        Node y = tape.begin(Likelihoods.SAMPLE, mu.rows(), mu.cols(), mu, v);
        float[] noise = y.scratch(0, mu.rows(), mu.cols()).data;
        int n = mu.size();
        for (int i = 0; i < n; i++) {
            noise[i] = (float) rng.nextGaussian();
        }
        return tape.run(y);
    }

    /**
     * The same values as a constant: no gradient flows back through it.
     *
     * @return n×d values
     */
    public Var stopGradient() {
        Var y = same(Elementwise.STOP);
        y.node.needsGrad = false;
        return y;
    }

    @Override
    public String toString() {
        return "Var " + Tape.shape(node.value);
    }
}

package lvm.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;

/** Every general operation is a row of one table. */
class OpTableTest extends OpContract {
    private static final List<Row> TABLE = new ArrayList<>();

    private static final int[][] SHAPES = {{1, 1}, {3, 4}, {5, 1}, {1, 7}, {9, 11}};

    private static void unary(String name, double low, double high, double away, Program op, DoubleUnaryOperator f) {
        for (int[] s : SHAPES) {
            TABLE.add(new Row(name, new int[][] {s}, low, high, away, op, x -> map(x[0], f)));
        }
    }

    private static void binary(String name, double low, double high, Program op, DoubleBinaryOperator f) {
        int[][][] shapes = {
            {{1, 1}, {1, 1}}, {{3, 4}, {3, 4}}, {{3, 4}, {1, 4}}, {{3, 4}, {3, 1}}, {{3, 4}, {1, 1}},
            {{1, 5}, {2, 5}}, {{2, 1}, {2, 5}}, {{1, 1}, {2, 5}}, {{3, 1}, {1, 4}}, {{1, 4}, {3, 1}}
        };
        for (int[][] s : shapes) {
            TABLE.add(new Row(name, s, low, high, 0, op, x -> {
                int n = Math.max(x[0].length, x[1].length);
                int d = Math.max(x[0][0].length, x[1][0].length);
                double[][] y = new double[n][d];
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < d; j++) {
                        y[i][j] = f.applyAsDouble(wide(x[0], i, j), wide(x[1], i, j));
                    }
                }
                return y;
            }));
        }
    }

    private static void row(String name, double low, double high, Program op, Plain plain, int[]... shapes) {
        TABLE.add(new Row(name, shapes, low, high, 0, op, plain));
    }

    private static int[] s(int rows, int cols) {
        return new int[] {rows, cols};
    }

    private static double sigma(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    private static double soft(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    private static DoubleUnaryOperator plain(Activation f) {
        return switch (f) {
            case IDENTITY -> z -> z;
            case RELU -> z -> Math.max(z, 0);
            case LEAKY_RELU -> z -> z > 0 ? z : 0.01 * z;
            case ELU -> z -> z > 0 ? z : Math.expm1(z);
            case SOFTPLUS -> OpTableTest::soft;
            case SIGMOID -> OpTableTest::sigma;
            case TANH -> Math::tanh;
        };
    }

    /** The derivatives, written down. */
    private static DoubleUnaryOperator slope(Activation f) {
        return switch (f) {
            case IDENTITY -> z -> 1;
            case RELU -> z -> z > 0 ? 1 : 0;
            case LEAKY_RELU -> z -> z > 0 ? 1 : 0.01;
            case ELU -> z -> z > 0 ? 1 : Math.exp(z);
            case SOFTPLUS -> OpTableTest::sigma;
            case SIGMOID -> z -> sigma(z) * sigma(-z);
            case TANH -> z -> 1 / (Math.cosh(z) * Math.cosh(z));
        };
    }

    static {
        unary("exp", -2, 1.5, 0, (t, x) -> x[0].exp(), Math::exp);
        unary("log", 0.5, 3, 0, (t, x) -> x[0].log(), Math::log);
        unary("log1p", -0.5, 3, 0, (t, x) -> x[0].log1p(), Math::log1p);
        unary("square", -2, 2, 0, (t, x) -> x[0].square(), v -> v * v);
        unary("sqrt", 0.5, 3, 0, (t, x) -> x[0].sqrt(), Math::sqrt);
        unary("abs", -2, 2, 0.05, (t, x) -> x[0].abs(), Math::abs);
        unary("neg", -2, 2, 0, (t, x) -> x[0].neg(), v -> -v);
        unary("add constant", -2, 2, 0, (t, x) -> x[0].add(1.5f), v -> v + 1.5);
        unary("mul constant", -2, 2, 0, (t, x) -> x[0].mul(-2.5f), v -> -2.5 * v);
        unary("relu", -2, 2, 0.05, (t, x) -> x[0].relu(), plain(Activation.RELU));
        unary("leakyRelu", -2, 2, 0.05, (t, x) -> x[0].leakyRelu(0.2f), v -> v > 0 ? v : 0.2f * v);
        unary("elu", -2, 2, 0.05, (t, x) -> x[0].elu(1.5f), v -> v > 0 ? v : 1.5 * Math.expm1(v));
        unary("softplus", -3, 3, 0, (t, x) -> x[0].softplus(), OpTableTest::soft);
        unary("sigmoid", -3, 3, 0, (t, x) -> x[0].sigmoid(), OpTableTest::sigma);
        unary("tanh", -2, 2, 0, (t, x) -> x[0].tanh(), Math::tanh);
        for (Activation f : Activation.values()) {
            unary("activate " + f, -2, 2, 0.05, (t, x) -> x[0].activate(f), plain(f));
            unary("slope " + f, -2, 2, 0.05, (t, x) -> x[0].slope(f), slope(f));
        }

        binary("add", -2, 2, (t, x) -> x[0].add(x[1]), (a, b) -> a + b);
        binary("sub", -2, 2, (t, x) -> x[0].sub(x[1]), (a, b) -> a - b);
        binary("mul", -2, 2, (t, x) -> x[0].mul(x[1]), (a, b) -> a * b);
        binary("div", 0.7, 2, (t, x) -> x[0].div(x[1]), (a, b) -> a / b);

        for (int[] s : new int[][] {{1, 1}, {3, 4}, {6, 1}, {1, 5}}) {
            row("sum", -2, 2, (t, x) -> x[0].sum(), x -> mult(mult(ones(1, s[0]), x[0]), ones(s[1], 1)), s);
            row("sumPerRow", -2, 2, (t, x) -> x[0].sumPerRow(), x -> mult(x[0], ones(s[1], 1)), s);
            row("sumPerColumn", -2, 2, (t, x) -> x[0].sumPerColumn(), x -> mult(ones(1, s[0]), x[0]), s);
            row(
                    "mean",
                    -2,
                    2,
                    (t, x) -> x[0].mean(),
                    x -> map(mult(mult(ones(1, s[0]), x[0]), ones(s[1], 1)), v -> v / (s[0] * s[1])),
                    s);
            row(
                    "meanPerRow",
                    -2,
                    2,
                    (t, x) -> x[0].meanPerRow(),
                    x -> map(mult(x[0], ones(s[1], 1)), v -> v / s[1]),
                    s);
            row(
                    "meanPerColumn",
                    -2,
                    2,
                    (t, x) -> x[0].meanPerColumn(),
                    x -> map(mult(ones(1, s[0]), x[0]), v -> v / s[0]),
                    s);
        }

        for (int[] s : new int[][] {{1, 1, 1}, {2, 3, 4}, {1, 5, 2}, {4, 1, 3}, {3, 4, 1}}) {
            int n = s[0];
            int k = s[1];
            int m = s[2];
            row("mult", -1, 1, (t, x) -> x[0].mult(x[1]), x -> mult(x[0], x[1]), s(n, k), s(k, m));
            row("multTransA", -1, 1, (t, x) -> x[0].multTransA(x[1]), x -> mult(trans(x[0]), x[1]), s(k, n), s(k, m));
            row("multTransB", -1, 1, (t, x) -> x[0].multTransB(x[1]), x -> mult(x[0], trans(x[1])), s(n, k), s(m, k));
            row(
                    "multTransAB",
                    -1,
                    1,
                    (t, x) -> x[0].multTransAB(x[1]),
                    x -> mult(trans(x[0]), trans(x[1])),
                    s(k, n),
                    s(m, k));
            FMatrixRMaj mask = new FMatrixRMaj(k, m);
            for (int i = 0; i < k * m; i++) {
                mask.data[i] = i % 3 == 1 ? 0 : 1;
            }
            for (Activation f :
                    List.of(Activation.IDENTITY, Activation.SOFTPLUS, Activation.TANH, Activation.SIGMOID)) {
                row(
                        "linear " + f,
                        -1,
                        1,
                        (t, x) -> x[0].linear(x[1], x[2], f),
                        x -> map(add(mult(x[0], x[1]), x[2]), plain(f)),
                        s(n, k),
                        s(k, m),
                        s(1, m));
                row(
                        "linear without bias " + f,
                        -1,
                        1,
                        (t, x) -> x[0].linear(x[1], null, f),
                        x -> map(mult(x[0], x[1]), plain(f)),
                        s(n, k),
                        s(k, m));
                row(
                        "maskedLinear " + f,
                        -1,
                        1,
                        (t, x) -> x[0].maskedLinear(x[1], new Mask(mask), x[2], f),
                        x -> map(add(mult(x[0], hadamard(x[1], plain(mask))), x[2]), plain(f)),
                        s(n, k),
                        s(k, m),
                        s(1, m));
            }
        }

        row("columns", -1, 1, (t, x) -> x[0].columns(1, 3), x -> slice(x[0], 1, 3), s(3, 4));
        row("columns, all", -1, 1, (t, x) -> x[0].columns(0, 1), x -> slice(x[0], 0, 1), s(1, 1));
        row("concatColumns", -1, 1, (t, x) -> t.concatColumns(x), OpTableTest::concat, s(3, 2), s(3, 1), s(3, 4));
        row("concatColumns", -1, 1, (t, x) -> t.concatColumns(x), OpTableTest::concat, s(1, 1), s(1, 1));
        row("rowRange", -1, 1, (t, x) -> x[0].rowRange(1, 3), x -> gather(x[0], 1, 2), s(4, 3));
        row("rowRange", -1, 1, (t, x) -> x[0].rowRange(0, 1), x -> gather(x[0], 0), s(1, 5));
        row(
                "concatRows",
                -1,
                1,
                (t, x) -> t.concatRows(x),
                x -> Arrays.stream(x).flatMap(Arrays::stream).toArray(double[][]::new),
                s(2, 3),
                s(1, 3),
                s(4, 3));
        row(
                "concatRows",
                -1,
                1,
                (t, x) -> t.concatRows(x),
                x -> Arrays.stream(x).flatMap(Arrays::stream).toArray(double[][]::new),
                s(1, 1),
                s(1, 1));
        row("gatherRows", -1, 1, (t, x) -> x[0].gatherRows(2, 0, 2, 1, 2), x -> gather(x[0], 2, 0, 2, 1, 2), s(4, 3));
        row("gatherRows", -1, 1, (t, x) -> x[0].gatherRows(0, 0), x -> gather(x[0], 0, 0), s(1, 1));
        int[] rows = {2, 0, 2, 1, 2};
        int[] others = {1, 1, 0, 0, 1};
        row(
                "elements",
                -1,
                1,
                (t, x) -> x[0].elements(rows, others),
                x -> {
                    double[][] y = new double[rows.length][1];
                    for (int r = 0; r < rows.length; r++) {
                        y[r][0] = x[0][rows[r]][others[r]];
                    }
                    return y;
                },
                s(4, 3));
        for (Activation f : List.of(Activation.IDENTITY, Activation.SOFTPLUS, Activation.TANH)) {
            row(
                    "sumOfRows " + f,
                    -1,
                    1,
                    (t, x) -> x[0].sumOfRows(rows, x[1], others, f),
                    x -> map(add(gather(x[0], rows), gather(x[1], others)), plain(f)),
                    s(4, 3),
                    s(2, 3));
        }

        row(
                "gatherColumns",
                -1,
                1,
                (t, x) -> x[0].gatherColumns(2, -1, 0, 2),
                x -> Stream.of(x[0])
                        .map(v -> new double[] {v[2], 0, v[0], v[2]})
                        .toArray(double[][]::new),
                s(4, 3));
        for (int[] s : new int[][] {{1, 1}, {3, 4}, {2, 7}, {5, 1}}) {
            row("softmax", -2, 2, (t, x) -> x[0].softmax(), x -> softmax(x[0]), s);
            row("logSoftmax", -2, 2, (t, x) -> x[0].logSoftmax(), x -> map(softmax(x[0]), Math::log), s);
            row(
                    "logSumExp",
                    -2,
                    2,
                    (t, x) -> x[0].logSumExp(),
                    x -> map(mult(map(x[0], Math::exp), ones(s[1], 1)), Math::log),
                    s);
            int[] labels = new int[s[0]];
            double[][] oneHot = new double[s[0]][s[1]];
            for (int i = 0; i < s[0]; i++) {
                labels[i] = i % s[1];
                oneHot[i][labels[i]] = 1;
            }
            row(
                    "categoricalLogLikelihood",
                    -2,
                    2,
                    (t, x) -> x[0].categoricalLogLikelihood(labels),
                    x -> mult(hadamard(oneHot, map(softmax(x[0]), Math::log)), ones(s[1], 1)),
                    s);
            row(
                    "categoricalLogLikelihood of targets",
                    0,
                    2,
                    (t, x) -> x[0].categoricalLogLikelihood(x[1]),
                    x -> mult(hadamard(x[1], map(softmax(x[0]), Math::log)), ones(s[1], 1)),
                    s,
                    s);
            row(
                    "bernoulliLogLikelihood",
                    0.1,
                    0.9,
                    (t, x) -> x[0].bernoulliLogLikelihood(x[1]),
                    x -> rowSums(x, v -> v[1] * Math.log(sigma(v[0])) + (1 - v[1]) * Math.log(1 - sigma(v[0]))),
                    s,
                    s);
            row(
                    "gaussianLogLikelihood, fixed",
                    -1,
                    1,
                    (t, x) -> x[0].gaussianLogLikelihood(x[1], 0.7f),
                    x -> rowSums(x, v -> logNormal(v[1], v[0], 0.7f)),
                    s,
                    s);
            row(
                    "gaussianLogLikelihood, learnt",
                    -1,
                    1,
                    (t, x) -> x[0].gaussianLogLikelihood(x[1], x[2]),
                    x -> rowSums(x, v -> logNormal(v[1], v[0], Math.exp(v[2] / 2))),
                    s,
                    s,
                    s);
            row(
                    "gaussianLogLikelihood, one variance row",
                    -1,
                    1,
                    (t, x) -> x[0].gaussianLogLikelihood(x[1], x[2]),
                    x -> rowSums(x, v -> logNormal(v[1], v[0], Math.exp(v[2] / 2))),
                    s,
                    s,
                    s(1, s[1]));
            row(
                    "standardNormalLogDensity",
                    -1,
                    1,
                    (t, x) -> x[0].standardNormalLogDensity(),
                    x -> rowSums(x, v -> logNormal(v[0], 0, 1)),
                    s);
            row(
                    "klStandardNormal",
                    -1,
                    1,
                    (t, x) -> x[0].klStandardNormal(x[1]),
                    x -> rowSums(x, v -> 0.5 * (v[0] * v[0] + Math.exp(v[1]) - 1 - v[1])),
                    s,
                    s);
            row(
                    "gaussianSample",
                    -1,
                    1,
                    (t, x) -> x[0].gaussianSample(x[1], new SplittableRandom(3)),
                    x -> {
                        RandomGenerator rng = new SplittableRandom(3);
                        double[][] z = new double[s[0]][s[1]];
                        for (int i = 0; i < s[0]; i++) {
                            for (int j = 0; j < s[1]; j++) {
                                z[i][j] = x[0][i][j] + Math.exp(x[1][i][j] / 2) * rng.nextGaussian();
                            }
                        }
                        return z;
                    },
                    s,
                    s);
            row(
                    "dropout",
                    -1,
                    1,
                    (t, x) -> x[0].dropout(0.4f, new SplittableRandom(5)),
                    x -> {
                        RandomGenerator rng = new SplittableRandom(5);
                        return map(x[0], v -> rng.nextFloat() < 0.4f ? 0 : v / (1 - 0.4f));
                    },
                    s);
        }

        int[][] bns = {{6, 1, 1}, {5, 3, 1}, {4, 2, 3}, {2, 1, 4}};
        for (int[] b : bns) {
            int d = b[1] * b[2];
            row(
                    "batchNorm, training",
                    -2,
                    2,
                    (t, x) -> {
                        t.training(new SplittableRandom(1));
                        return x[0].batchNorm(x[1], x[2], new FMatrixRMaj(1, b[1]), new FMatrixRMaj(1, b[1]), 0.1f);
                    },
                    x -> batchNorm(x, b[1], null, null),
                    s(b[0], d),
                    s(1, b[1]),
                    s(1, b[1]));
            FMatrixRMaj mean = new FMatrixRMaj(1, b[1]);
            FMatrixRMaj variance = new FMatrixRMaj(1, b[1]);
            for (int k = 0; k < b[1]; k++) {
                mean.data[k] = 0.3f * k - 0.2f;
                variance.data[k] = 0.5f + k;
            }
            row(
                    "batchNorm, evaluation",
                    -2,
                    2,
                    (t, x) -> x[0].batchNorm(x[1], x[2], mean, variance, 0.1f),
                    x -> batchNorm(x, b[1], plain(mean)[0], plain(variance)[0]),
                    s(b[0], d),
                    s(1, b[1]),
                    s(1, b[1]));
        }

        ConvShape[] convs = {
            new ConvShape(1, 1, 1, 1, 1, 1, 0),
            new ConvShape(2, 4, 5, 3, 3, 1, 1),
            new ConvShape(2, 3, 4, 2, 5, 1, 2),
            new ConvShape(1, 1, 2, 2, 5, 1, 2),
            // Fewer filters than channels.
            new ConvShape(3, 4, 5, 2, 3, 1, 1),
            new ConvShape(3, 3, 2, 1, 2, 1, 0),
            new ConvShape(2, 3, 4, 1, 3, 1, 2),
            new ConvShape(4, 1, 2, 3, 5, 1, 2),
            new ConvShape(1, 5, 4, 2, 2, 2, 0),
            new ConvShape(2, 6, 5, 2, 3, 2, 1),
            new ConvShape(1, 3, 3, 1, 3, 1, 2),
            // Above and to the left only, in steps, as in PixelCNN and WaveNet.
            ConvShape.causal(2, 4, 3, 3, 2, 3, 1, 1, 1),
            ConvShape.causal(3, 4, 5, 2, 3, 2, 1, 2, 1),
            ConvShape.causal(2, 3, 4, 2, 1, 2, 1, 0, 2),
            ConvShape.causal(3, 3, 4, 2, 1, 2, 1, 0, 2),
            ConvShape.causal(2, 3, 2, 2, 1, 1, 1, 1, 0),
            ConvShape.causal(3, 3, 2, 2, 1, 1, 1, 1, 0),
            ConvShape.causal(2, 1, 7, 3, 1, 2, 3, 0, 3),
            ConvShape.causal(3, 1, 7, 2, 1, 2, 3, 0, 3),
            ConvShape.causal(1, 1, 3, 2, 1, 2, 4, 0, 4),
            ConvShape.causal(2, 1, 3, 1, 1, 3, 2, 0, 4),
            new ConvShape(2, 5, 4, 3, 2, 3, 2, 2, 1, 3, 3, 2),
            new ConvShape(3, 5, 4, 2, 2, 3, 1, 2, -1, 1, 4, 5)
        };
        for (ConvShape c : convs) {
            for (int n : new int[] {1, 3}) {
                row(
                        "conv2d " + c,
                        -1,
                        1,
                        (t, x) -> x[0].conv2d(x[1], x[2], c),
                        x -> conv(x, c),
                        s(n, c.imageSize()),
                        s(c.patchSize(), c.filters()),
                        s(1, c.filters()));
                row(
                        "convTranspose2d " + c,
                        -1,
                        1,
                        (t, x) -> x[0].convTranspose2d(x[1], x[2], c),
                        x -> convTranspose(x, c),
                        s(n, c.outSize()),
                        s(c.patchSize(), c.filters()),
                        s(1, c.channels()));
            }
        }
    }

    @Override
    protected Stream<Row> table() {
        return TABLE.stream();
    }

    // Plain definitions in double.

    private static double wide(double[][] m, int i, int j) {
        double[] row = m[m.length == 1 ? 0 : i];
        return row[row.length == 1 ? 0 : j];
    }

    private static double[][] map(double[][] x, DoubleUnaryOperator f) {
        return Stream.of(x).map(row -> Arrays.stream(row).map(f).toArray()).toArray(double[][]::new);
    }

    private static double[][] ones(int n, int d) {
        return map(new double[n][d], v -> 1);
    }

    private static double[][] mult(double[][] a, double[][] b) {
        double[][] y = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    y[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return y;
    }

    private static double[][] trans(double[][] a) {
        double[][] y = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                y[j][i] = a[i][j];
            }
        }
        return y;
    }

    private static double[][] add(double[][] a, double[][] b) {
        double[][] y = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                y[i][j] = a[i][j] + wide(b, i, j);
            }
        }
        return y;
    }

    private static double[][] hadamard(double[][] a, double[][] b) {
        double[][] y = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                y[i][j] = a[i][j] * b[i][j];
            }
        }
        return y;
    }

    private static double[][] slice(double[][] a, int from, int to) {
        return Stream.of(a).map(row -> Arrays.copyOfRange(row, from, to)).toArray(double[][]::new);
    }

    private static double[][] concat(double[][][] x) {
        double[][] y = new double[x[0].length][];
        for (int i = 0; i < y.length; i++) {
            int row = i;
            y[i] = Stream.of(x).flatMapToDouble(m -> Arrays.stream(m[row])).toArray();
        }
        return y;
    }

    private static double[][] gather(double[][] a, int... rows) {
        return Arrays.stream(rows).mapToObj(r -> a[r].clone()).toArray(double[][]::new);
    }

    private static double[][] softmax(double[][] a) {
        double[][] y = map(a, Math::exp);
        for (double[] row : y) {
            double sum = Arrays.stream(row).sum();
            for (int j = 0; j < row.length; j++) {
                row[j] /= sum;
            }
        }
        return y;
    }

    private static double logNormal(double x, double mu, double sigma) {
        double z = (x - mu) / sigma;
        return Math.log(Math.exp(-z * z / 2) / (sigma * Math.sqrt(2 * Math.PI)));
    }

    private static double[][] rowSums(double[][][] x, ToDoubleFunction<double[]> f) {
        double[][] y = new double[x[0].length][1];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x[0][0].length; j++) {
                double[] at = new double[x.length];
                for (int k = 0; k < x.length; k++) {
                    at[k] = x[k][x[k].length == 1 ? 0 : i][j];
                }
                y[i][0] += f.applyAsDouble(at);
            }
        }
        return y;
    }

    private static double[][] batchNorm(double[][][] x, int channels, double[] mean, double[] variance) {
        int width = x[0][0].length / channels;
        double[][] y = new double[x[0].length][x[0][0].length];
        for (int k = 0; k < channels; k++) {
            List<Double> all = new ArrayList<>();
            for (double[] row : x[0]) {
                for (int j = k * width; j < (k + 1) * width; j++) {
                    all.add(row[j]);
                }
            }
            double mu = mean != null
                    ? mean[k]
                    : all.stream().mapToDouble(v -> v).average().orElseThrow();
            double var = variance != null
                    ? variance[k]
                    : all.stream()
                            .mapToDouble(v -> (v - mu) * (v - mu))
                            .average()
                            .orElseThrow();
            for (int i = 0; i < y.length; i++) {
                for (int j = k * width; j < (k + 1) * width; j++) {
                    y[i][j] = x[1][0][k] * (x[0][i][j] - mu) / Math.sqrt(var + 1e-5) + x[2][0][k];
                }
            }
        }
        return y;
    }

    /** y(f, p, q) = b(f) + Σ w(c, i, j; f) x(c, p·stride + i·dilation − top, q·stride + j·dilation − left). */
    private static double[][] conv(double[][][] x, ConvShape s) {
        double[][] y = new double[x[0].length][s.outSize()];
        each(s, (out, in, weight, f, c) -> {
            for (int n = 0; n < y.length; n++) {
                y[n][out] += x[0][n][in] * x[1][weight][f];
            }
        });
        for (double[] row : y) {
            for (int k = 0; k < row.length; k++) {
                row[k] += x[2][0][k / (s.outHeight() * s.outWidth())];
            }
        }
        return y;
    }

    private static double[][] convTranspose(double[][][] x, ConvShape s) {
        double[][] y = new double[x[0].length][s.imageSize()];
        each(s, (out, in, weight, f, c) -> {
            for (int n = 0; n < y.length; n++) {
                y[n][in] += x[0][n][out] * x[1][weight][f];
            }
        });
        for (double[] row : y) {
            for (int k = 0; k < row.length; k++) {
                row[k] += x[2][0][k / (s.height() * s.width())];
            }
        }
        return y;
    }

    private interface Link {
        void at(int out, int in, int weight, int filter, int channel);
    }

    private static void each(ConvShape s, Link link) {
        for (int f = 0; f < s.filters(); f++) {
            for (int p = 0; p < s.outHeight(); p++) {
                for (int q = 0; q < s.outWidth(); q++) {
                    for (int c = 0; c < s.channels(); c++) {
                        for (int i = 0; i < s.kernelHeight(); i++) {
                            for (int j = 0; j < s.kernelWidth(); j++) {
                                int r = p * s.stride() + i * s.dilation() - s.top();
                                int t = q * s.stride() + j * s.dilation() - s.left();
                                if (r >= 0 && r < s.height() && t >= 0 && t < s.width()) {
                                    link.at(
                                            (f * s.outHeight() + p) * s.outWidth() + q,
                                            (c * s.height() + r) * s.width() + t,
                                            (c * s.kernelHeight() + i) * s.kernelWidth() + j,
                                            f,
                                            c);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

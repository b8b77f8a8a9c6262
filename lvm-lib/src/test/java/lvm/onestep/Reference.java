package lvm.onestep;

import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;

/** Networks and densities in double precision, written down anew from their definitions. */
final class Reference {
    private Reference() {}

    /**
     * What a model does with real-valued columns before its encoder and after its decoder: x̃ = (x − shift)/scale. Models of which
     * nothing else is said take the columns as they are.
     */
    record Standard(double[] shift, double[] scale) {
        static Standard none(int dim) {
            double[] one = new double[dim];
            java.util.Arrays.fill(one, 1);
            return new Standard(new double[dim], one);
        }

        /** What a builder does to these data. */
        static Standard of(Dataset data) {
            return none(data.dim());
        }

        double[][] in(double[][] x) {
            double[][] y = new double[x.length][];
            for (int i = 0; i < x.length; i++) {
                y[i] = new double[x[i].length];
                for (int j = 0; j < y[i].length; j++) {
                    y[i][j] = (x[i][j] - shift[j]) / scale[j];
                }
            }
            return y;
        }
    }

    static double f(Activation f, double a) {
        return switch (f) {
            case IDENTITY -> a;
            case TANH -> Math.tanh(a);
            case SIGMOID -> sigmoid(a);
            case SOFTPLUS -> softplus(a);
            case RELU -> Math.max(0, a);
            default -> throw new IllegalArgumentException(f.toString());
        };
    }

    static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    static double softplus(double a) {
        return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
    }

    static double[][] linear(double[][] x, double[][] w, double[] b, Activation f) {
        double[][] y = new double[x.length][b.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < b.length; j++) {
                double a = b[j];
                for (int k = 0; k < w.length; k++) {
                    a += x[i][k] * w[k][j];
                }
                y[i][j] = f(f, a);
            }
        }
        return y;
    }

    /** name.0, name.1, …, the last of which is linear. */
    static double[][] perceptron(Numbers p, String name, int layers, Activation f, double[][] x) {
        double[][] y = x;
        for (int k = 0; k < layers; k++) {
            Activation own = k + 1 < layers ? f : Activation.IDENTITY;
            y = linear(y, p.get(name + "." + k + ".w"), p.row(name + "." + k + ".b"), own);
        }
        return y;
    }

    static double[][] beside(double[][] a, double[][] b) {
        double[][] y = new double[a.length][];
        for (int i = 0; i < y.length; i++) {
            y[i] = new double[a[i].length + b[i].length];
            System.arraycopy(a[i], 0, y[i], 0, a[i].length);
            System.arraycopy(b[i], 0, y[i], a[i].length, b[i].length);
        }
        return y;
    }

    static double[] oneHot(int label, int classes) {
        double[] y = new double[classes];
        y[label] = 1;
        return y;
    }

    static double[][] oneHot(int[] labels, int classes) {
        double[][] y = new double[labels.length][];
        for (int i = 0; i < y.length; i++) {
            y[i] = oneHot(labels[i], classes);
        }
        return y;
    }

    /** log N(x | mean, e^v). */
    static double logNormal(double x, double mean, double v) {
        return -0.5 * ((x - mean) * (x - mean) / Math.exp(v) + v + Math.log(2 * Math.PI));
    }

    static double logBernoulli(double x, double logit) {
        return x * logit - softplus(logit);
    }

    static double logSumExp(double... l) {
        double most = Double.NEGATIVE_INFINITY;
        for (double v : l) {
            most = Math.max(most, v);
        }
        double sum = 0;
        for (double v : l) {
            sum += Math.exp(v - most);
        }
        return most + Math.log(sum);
    }

    static double[] logSoftmax(double... l) {
        double sum = logSumExp(l);
        double[] y = new double[l.length];
        for (int k = 0; k < y.length; k++) {
            y[k] = l[k] - sum;
        }
        return y;
    }

    static double mean(double... values) {
        double sum = 0;
        for (double v : values) {
            sum += v;
        }
        return sum / values.length;
    }
}

package lvm.gan;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.Layer;
import lvm.nn.WeightInit;
import org.ejml.data.FMatrixRMaj;

/**
 * Features beside how near the other rows of the minibatch are to them, (fᵢ, o(fᵢ)), o_b(fᵢ) = Σ_{j≠i} exp(−‖Mᵢ_b − Mⱼ_b‖₁) with M = f T of B
 * rows of C numbers for each fᵢ. T. Salimans and others (2016), section 3.2, where the constant of j = i is counted too.
 */
final class MinibatchDiscrimination implements Layer {
    private final Param weights;
    private final int kernels;
    private final Op closeness;

    MinibatchDiscrimination(String name, int features, int kernels, int size, RandomGenerator rng) {
        this.kernels = kernels;
        weights = new Param(name + ".t", WeightInit.GLOROT.draw(features, kernels * size, rng));
        closeness = closeness(size);
    }

    /** From n×(B C) to n×B. */
    static Op closeness(int size) {
        return new Op("closeness") {
            @Override
            protected void forward(Node y) {
                FMatrixRMaj m = y.input(0).value();
                int n = y.rows();
                int kernels = y.cols();
                float[] near = y.scratch(0, n, n * kernels).data;
                float[] o = y.value().data;
                Arrays.fill(o, 0, y.size(), 0);
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < i; j++) {
                        for (int b = 0; b < kernels; b++) {
                            float distance = 0;
                            for (int c = b * size; c < (b + 1) * size; c++) {
                                distance += Math.abs(m.data[i * m.numCols + c] - m.data[j * m.numCols + c]);
                            }
                            float e = (float) Math.exp(-distance);
                            near[(i * n + j) * kernels + b] = e;
                            o[i * kernels + b] += e;
                            o[j * kernels + b] += e;
                        }
                    }
                }
            }

            @Override
            protected void backward(Node y) {
                FMatrixRMaj m = y.input(0).value();
                int n = y.rows();
                int kernels = y.cols();
                float[] near = y.scratch(0).data;
                float[] g = y.gradient().data;
                float[] d = y.input(0).addend();
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < i; j++) {
                        for (int b = 0; b < kernels; b++) {
                            float share = near[(i * n + j) * kernels + b] * (g[i * kernels + b] + g[j * kernels + b]);
                            for (int c = b * size; c < (b + 1) * size; c++) {
                                float sign = Math.signum(m.data[i * m.numCols + c] - m.data[j * m.numCols + c]);
                                d[i * m.numCols + c] -= share * sign;
                                d[j * m.numCols + c] += share * sign;
                            }
                        }
                    }
                }
            }
        };
    }

    @Override
    public List<Param> params() {
        return List.of(weights);
    }

    @Override
    public Var forward(Tape tape, Var x) {
        Var m = x.mult(tape.param(weights));
        return tape.concatColumns(x, tape.apply(closeness, x.rows(), kernels, m));
    }
}

package lvm.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * Spectral normalisation: a network is seen with W/σ(W) in the place of each matrix of weights W, where σ(W) = vᵀ W u is its largest
 * singular value, so that no linear map of it lengthens a vector. T. Miyato and others (2018), algorithm 1: the singular
 * vectors come from power iteration, v ← W u/‖W u‖, u ← Wᵀ v/‖Wᵀ v‖, which goes on from where it was at the step before; they are
 * constants for the gradient, which is that of W/σ then.
 *
 * <p>The weights of a convolution are the matrix patchSize×filters, as published: its largest singular value is not that of the
 * convolution as a map of images, which can be larger by the square root of the number of places that see a pixel.
 */
public final class SpectralNorm {
    private record Weight(Param w, FMatrixRMaj u, FMatrixRMaj v) {}

    private final List<Weight> weights = new ArrayList<>();

    /**
     * The normalisation of a network, at random singular vectors.
     *
     * @param net the network; of a kind of the user's own all parameters of more than one row count as weights
     * @param rng the source of the vectors; advanced
     */
    public SpectralNorm(Layer net, RandomGenerator rng) {
        List<Param> found = new ArrayList<>();
        collect(net, found);
        for (Param w : found) {
            FMatrixRMaj u = new FMatrixRMaj(1, w.value().numCols);
            for (int j = 0; j < u.numCols; j++) {
                u.data[j] = (float) rng.nextGaussian();
            }
            weights.add(new Weight(w, u, new FMatrixRMaj(1, w.value().numRows)));
        }
        iterate(1);
    }

    private static void collect(Layer layer, List<Param> found) {
        if (layer instanceof Sequential chain) {
            chain.layers().forEach(part -> collect(part, found));
        } else if (layer instanceof Mlp mlp) {
            mlp.layers().forEach(part -> found.add(part.weights()));
        } else if (layer instanceof Weighted weighted) {
            found.add(weighted.weights());
        } else {
            layer.params().stream().filter(p -> p.value().numRows > 1).forEach(found::add);
        }
    }

    /**
     * Improves the singular vectors by power iteration.
     *
     * @param times how often, at least 0
     */
    public void iterate(int times) {
        for (int k = 0; k < weights.size(); k++) {
            Weight weight = weights.get(k);
            for (int i = 0; i < times; i++) {
                FMatrixRMaj w = weight.w.value();
                double[] image = new double[Math.max(w.numRows, w.numCols)];
                for (int r = 0; r < w.numRows; r++) {
                    double sum = 0;
                    for (int c = 0; c < w.numCols; c++) {
                        sum += (double) w.data[r * w.numCols + c] * weight.u.data[c];
                    }
                    image[r] = sum;
                }
                normalise(image, weight.v);
                Arrays.fill(image, 0);
                for (int r = 0; r < w.numRows; r++) {
                    for (int c = 0; c < w.numCols; c++) {
                        image[c] += (double) w.data[r * w.numCols + c] * weight.v.data[r];
                    }
                }
                normalise(image, weight.u);
            }
        }
    }

    /** Of an image of length 0 the vector before is kept. */
    private static void normalise(double[] image, FMatrixRMaj vector) {
        double squares = 0;
        for (int i = 0; i < vector.numCols; i++) {
            squares += image[i] * image[i];
        }
        if (squares > 0) {
            double norm = Math.sqrt(squares);
            for (int i = 0; i < vector.numCols; i++) {
                vector.data[i] = (float) (image[i] / norm);
            }
        }
    }

    /**
     * Puts W/σ(W) in the place of each matrix of weights on a tape, until its next reset. Where the parameters are frozen
     * there, what is made of them is constant.
     *
     * @param tape the tape
     */
    public void apply(Tape tape) {
        for (int k = 0; k < weights.size(); k++) {
            Weight weight = weights.get(k);
            Var w = tape.param(weight.w);
            Var sigma = tape.constant(weight.v).mult(w).multTransB(tape.constant(weight.u));
            tape.substitute(weight.w, w.div(sigma));
        }
    }

    /**
     * σ(W) of each matrix as the vectors have it: below the largest singular value by what is still to be iterated.
     *
     * @return vᵀ W u by the name of W, in the order of the network
     */
    public Map<String, Double> norms() {
        Map<String, Double> norms = new LinkedHashMap<>();
        for (Weight weight : weights) {
            FMatrixRMaj w = weight.w.value();
            double sigma = 0;
            for (int r = 0; r < w.numRows; r++) {
                for (int c = 0; c < w.numCols; c++) {
                    sigma += (double) weight.v.data[r] * w.data[r * w.numCols + c] * weight.u.data[c];
                }
            }
            norms.put(weight.w.name(), sigma);
        }
        return norms;
    }

    /**
     * The singular vectors, which belong into a checkpoint.
     *
     * @return rows by name, those of W named W.u and W.v; live
     */
    public Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        for (Weight weight : weights) {
            all.put(weight.w.name() + ".u", weight.u);
            all.put(weight.w.name() + ".v", weight.v);
        }
        return all;
    }
}

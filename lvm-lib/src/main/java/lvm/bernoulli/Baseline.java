package lvm.bernoulli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.model.Require;
import lvm.nn.Mlp;
import org.ejml.data.FMatrixRMaj;

/**
 * A number for each row that is taken off the learning signal of a level before it multiplies the score. As long as it does
 * not depend on the draw itself the estimate stays unbiased: running means are those of earlier batches.
 */
public abstract class Baseline {
    Baseline() {}

    /**
     * No baseline.
     *
     * @return zero
     */
    public static Baseline none() {
        return constant(0);
    }

    /**
     * One number.
     *
     * @param b the baseline, finite
     * @return the baseline
     * @throws IllegalArgumentException if it is not finite
     */
    public static Baseline constant(double b) {
        if (!Double.isFinite(b)) {
            throw new IllegalArgumentException("Baseline.constant: " + b + ", expected a finite number");
        }
        return new Baseline() {
            @Override
            void subtract(int level, double[] signal) {
                for (int i = 0; i < signal.length; i++) {
                    signal[i] -= b;
                }
            }
        };
    }

    /**
     * The running mean of the signal of each level.
     *
     * @param net the network
     * @return the baseline
     */
    public static Baseline running(SigmoidBeliefNet net) {
        return new Learnt(net, 0, false, null);
    }

    /**
     * The running mean and a learnt function of the level below, for each level.
     *
     * @param net the network
     * @param hidden the hidden units of the function, at least 1
     * @param normalized whether the signal is divided by its running standard deviation where this is above 1
     * @param rng the source of start values; advanced
     * @return the baseline
     * @throws IllegalArgumentException if there is no hidden unit
     */
    public static Baseline learnt(SigmoidBeliefNet net, int hidden, boolean normalized, RandomGenerator rng) {
        return new Learnt(net, Require.atLeast("Baseline.learnt", "hidden", 1, hidden), normalized, rng);
    }

    /** The learnt part of a level on the tape, n×1, or null. */
    Var predict(Tape tape, int level, Var below) {
        return null;
    }

    /** Takes the baseline off, but for its learnt part. */
    abstract void subtract(int level, double[] signal);

    /** Whether the signal is divided by a number, so that the estimate is of the gradient over this number. */
    boolean normalizes() {
        return false;
    }

    /** Divides by the running deviation. */
    void scale(int level, double[] signal) {}

    /** Takes the signals of a batch, without the learnt part, into the running moments. */
    void update(int level, double[] signal) {}

    List<Param> params() {
        return List.of();
    }

    Map<String, FMatrixRMaj> buffers() {
        return Map.of();
    }

    private static final class Learnt extends Baseline {
        private static final double KEEP = 0.9;

        private final List<Mlp> networks = new ArrayList<>();
        /** By level: mean, variance, and the number of batches so far. */
        private final FMatrixRMaj moments;

        private final boolean normalized;

        Learnt(SigmoidBeliefNet net, int hidden, boolean normalized, RandomGenerator rng) {
            this.normalized = normalized;
            moments = new FMatrixRMaj(net.levels(), 3);
            for (int level = 1; hidden > 0 && level <= net.levels(); level++) {
                Mlp network = new Mlp("baseline." + level, Activation.TANH, rng, net.size(level - 1), hidden, 1);
                List<Param> last = network.layers().get(1).params();
                last.get(0).value().zero(); // it begins as no baseline
                networks.add(network);
            }
        }

        @Override
        Var predict(Tape tape, int level, Var below) {
            return networks.isEmpty() ? null : networks.get(level - 1).forward(tape, below);
        }

        @Override
        void subtract(int level, double[] signal) {
            float mean = moments.get(level - 1, 0);
            for (int i = 0; i < signal.length; i++) {
                signal[i] -= mean;
            }
        }

        @Override
        boolean normalizes() {
            return normalized;
        }

        @Override
        void scale(int level, double[] signal) {
            if (normalized) {
                double by = Math.max(1, Math.sqrt(moments.get(level - 1, 1)));
                for (int i = 0; i < signal.length; i++) {
                    signal[i] /= by;
                }
            }
        }

        @Override
        void update(int level, double[] signal) {
            double mean = 0;
            for (double f : signal) {
                mean += f / signal.length;
            }
            double variance = 0;
            for (double f : signal) {
                variance += (f - mean) * (f - mean) / signal.length;
            }
            int at = (level - 1) * 3;
            // The first batches count the same: a mean that begins at zero would lag behind.
            float batches = moments.data[at + 2];
            double keep = Math.min(KEEP, batches / (batches + 1));
            moments.data[at] += (float) ((1 - keep) * (mean - moments.data[at]));
            moments.data[at + 1] += (float) ((1 - keep) * (variance - moments.data[at + 1]));
            moments.data[at + 2] = Math.min(1000, batches + 1);
        }

        @Override
        List<Param> params() {
            List<Param> all = new ArrayList<>();
            networks.forEach(network -> all.addAll(network.params()));
            return all;
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
            all.put("baseline.moments", moments);
            return all;
        }
    }
}

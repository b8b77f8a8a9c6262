package lvm.boltzmann;

import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.mcmc.Hmc;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** One way of learning a machine of real-valued rows: writes the gradient of a loss into the parameters of {@link RealUnits}. */
abstract class RealRule {
    private static final int RECORDED_ROWS = 16;
    private static final double MOVE = 1e-4;

    final RealUnits units;
    private final DMatrixRMaj rows;
    private double[] f = {};

    RealRule(RealUnits units) {
        this.units = units;
        rows = new DMatrixRMaj(0, units.visible);
    }

    /**
     * Writes the gradients of −log p(x), E[∂F/∂θ] over the rows less that over the model.
     *
     * @return the objective in nats per row, higher is better; NaN where a parameter is no number, so that the fit says so
     */
    final double gradient(FMatrixRMaj x, RandomGenerator rng) {
        doubles(x, rows);
        units.refresh();
        units.clearSlopes();
        if (!units.finite()) {
            return Double.NaN;
        }
        units.addSlopes(rows, null, 1.0 / x.numRows);
        double value = learn(rows, rng);
        units.toGradients();
        return value;
    }

    /** Takes the slopes under the model away. */
    abstract double learn(DMatrixRMaj x, RandomGenerator rng);

    abstract String objective();

    abstract double value(DMatrixRMaj x, RandomGenerator rng);

    final double value(FMatrixRMaj x, RandomGenerator rng) {
        units.refresh();
        doubles(x, rows);
        return value(rows, rng);
    }

    Map<String, FMatrixRMaj> buffers() {
        return Map.of();
    }

    static void doubles(FMatrixRMaj from, DMatrixRMaj to) {
        to.reshape(from.numRows, from.numCols);
        for (int k = 0; k < from.getNumElements(); k++) {
            to.data[k] = from.data[k];
        }
    }

    static void floats(DMatrixRMaj from, FMatrixRMaj to) {
        for (int k = 0; k < from.getNumElements(); k++) {
            to.data[k] = (float) from.data[k];
        }
    }

    final double[] room(int n) {
        if (f.length < n) {
            f = new double[n];
        }
        return f;
    }

    /** The slope of the exact log-likelihood, by the states of the hidden units or by quadrature in the plane. */
    static final class Exact extends RealRule {
        private final RealSums sums;
        private final Quadrature quadrature;

        Exact(RealUnits units) {
            super(units);
            boolean states = units.bits() && units.gaussianGivenHidden();
            sums = states ? new RealSums("RealLearning.exact", units) : null;
            quadrature = states ? null : new Quadrature("RealLearning.exact", units);
        }

        @Override
        double learn(DMatrixRMaj x, RandomGenerator rng) {
            double value = value(x, rng);
            if (sums != null) {
                sums.addSlopes(-1);
            } else {
                quadrature.addSlopes(-1);
            }
            return value;
        }

        @Override
        double value(DMatrixRMaj x, RandomGenerator rng) {
            double[] f = room(x.numRows);
            units.freeEnergy(x, f, null);
            double total = 0;
            for (int i = 0; i < x.numRows; i++) {
                total -= f[i] / x.numRows;
            }
            return total - (sums != null ? sums.logZ() : quadrature.logZ());
        }

        @Override
        String objective() {
            return "log p(x), nats per row";
        }
    }

    /** Chains give what the model has; what is recorded is sliced score matching, which needs no partition function. */
    abstract static class Sampling extends RealRule {
        private final DMatrixRMaj some;
        private final DMatrixRMaj moved;
        private final DMatrixRMaj slice;
        private final DMatrixRMaj up;
        private final DMatrixRMaj down;

        Sampling(RealUnits units) {
            super(units);
            some = new DMatrixRMaj(0, units.visible);
            moved = some.copy();
            slice = some.copy();
            up = some.copy();
            down = some.copy();
        }

        @Override
        final double learn(DMatrixRMaj x, RandomGenerator rng) {
            double value = scores(x, Math.min(RECORDED_ROWS, x.numRows), rng);
            DMatrixRMaj v = chains(x, rng);
            units.addSlopes(v, null, -1.0 / v.numRows);
            return value;
        }

        /** Where the chains are after the step. */
        abstract DMatrixRMaj chains(DMatrixRMaj x, RandomGenerator rng);

        @Override
        final double value(DMatrixRMaj x, RandomGenerator rng) {
            return scores(x, x.numRows, rng);
        }

        /** −J = −½ ‖∂F/∂x‖² + zᵀ ∂²F/∂x² z with random signs z, by a central difference of ∂F/∂x along z. */
        private double scores(DMatrixRMaj x, int n, RandomGenerator rng) {
            int d = units.visible;
            some.reshape(n, d);
            for (DMatrixRMaj m : new DMatrixRMaj[] {moved, slice, up, down}) {
                m.reshape(n, d);
            }
            for (int i = 0; i < n; i++) {
                int row = n == x.numRows ? i : rng.nextInt(x.numRows);
                System.arraycopy(x.data, row * d, some.data, i * d, d);
            }
            for (int k = 0; k < n * d; k++) {
                slice.data[k] = rng.nextBoolean() ? 1 : -1;
                moved.data[k] = some.data[k] + MOVE * slice.data[k];
            }
            double[] f = room(Math.max(n, x.numRows));
            units.freeEnergy(moved, f, up);
            for (int k = 0; k < n * d; k++) {
                moved.data[k] = some.data[k] - MOVE * slice.data[k];
            }
            units.freeEnergy(moved, f, down);
            double sum = 0;
            for (int k = 0; k < n * d; k++) {
                double slope = (up.data[k] + down.data[k]) / 2;
                sum += slice.data[k] * (up.data[k] - down.data[k]) / (2 * MOVE) - slope * slope / 2;
            }
            return sum / n;
        }

        @Override
        final String objective() {
            return "sliced score matching, −J, estimate, per row";
        }
    }

    /** Chains of Hamiltonian Monte Carlo on the free energy, that begin at the rows or go on from step to step. */
    static final class Hamiltonian extends Sampling {
        private static final double GAIN = .2;
        private static final double LEAST = 1e-4;
        private static final double MOST = 10;

        private final FMatrixRMaj kept; // null: the rows
        private final FMatrixRMaj stepSize;
        private final int leapfrogSteps;
        private final DMatrixRMaj v;
        private Hmc hmc;
        private int rows = -1;

        Hamiltonian(RealUnits units, FMatrixRMaj chains, int leapfrogSteps, double start) {
            super(units);
            kept = chains;
            this.leapfrogSteps = leapfrogSteps;
            stepSize = RealUnits.filled(1, 1, start);
            v = new DMatrixRMaj(0, units.visible);
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            return kept == null ? Map.of("step size", stepSize) : Map.of("chains", kept, "step size", stepSize);
        }

        @Override
        DMatrixRMaj chains(DMatrixRMaj x, RandomGenerator rng) {
            if (kept == null) {
                v.setTo(x);
            } else {
                doubles(kept, v);
            }
            if (rows != v.numRows) {
                rows = v.numRows;
                hmc = new Hmc(
                        (q, logDensity, gradient) -> {
                            units.freeEnergy(q, logDensity, gradient);
                            for (int i = 0; i < q.numRows; i++) {
                                logDensity[i] = -logDensity[i];
                            }
                            for (int k = 0; k < q.getNumElements(); k++) {
                                gradient.data[k] = -gradient.data[k];
                            }
                        },
                        v,
                        leapfrogSteps,
                        stepSize.data[0]);
            }
            hmc.densitiesChanged();
            hmc.stepSize(stepSize.data[0]);
            double accepted = hmc.step(v, rng).acceptance();
            double next = stepSize.data[0] * Math.exp(GAIN * (accepted - Hmc.DEFAULT_ACCEPTANCE));
            stepSize.data[0] = (float) Math.max(LEAST, Math.min(MOST, next));
            if (kept != null) {
                floats(v, kept);
            }
            return v;
        }
    }

    /** Block Gibbs sampling, h given x and x given h, of chains that go on from step to step. */
    static final class Blocks extends Sampling {
        private final FMatrixRMaj kept;
        private final RealGibbs gibbs;
        private final int sweeps;
        private final DMatrixRMaj v;

        Blocks(RealUnits units, FMatrixRMaj chains, int sweeps) {
            super(units);
            kept = chains;
            gibbs = new RealGibbs(units);
            this.sweeps = sweeps;
            v = new DMatrixRMaj(0, units.visible);
        }

        @Override
        Map<String, FMatrixRMaj> buffers() {
            return Map.of("chains", kept);
        }

        @Override
        DMatrixRMaj chains(DMatrixRMaj x, RandomGenerator rng) {
            doubles(kept, v);
            for (int k = 0; k < sweeps; k++) {
                gibbs.step(v, rng);
            }
            floats(v, kept);
            return v;
        }
    }
}

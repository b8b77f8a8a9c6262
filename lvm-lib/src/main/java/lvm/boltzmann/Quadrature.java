package lvm.boltzmann;

import java.util.Arrays;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import org.ejml.data.DMatrixRMaj;

/**
 * The integral of e^−F over the line or the plane by the trapezoidal rule, which for smooth functions that vanish at the ends is exact to many digits
 * once its steps are small: they are halved until log Z changes by less than 10⁻⁹. The box grows until its edge has less than e^−{@value #EDGE} of the
 * greatest value.
 */
final class Quadrature {
    private static final double EDGE = 40;
    private static final double SAME = 1e-9;
    private static final int START = 64;
    private static final int MOST_POINTS = 1 << 24;
    private static final double MOST_HALF_WIDTH = 1e4;
    private static final int PART = 1 << 14;

    private final String where;
    private final RealUnits units;
    private final DMatrixRMaj part;
    private final double[] f = new double[PART];
    private double halfWidth;
    private int across;
    private double logZ = Double.NaN;

    Quadrature(String where, RealUnits units) {
        if (units.visible > IntegratedRealMachine.MAX_COLUMNS) {
            throw new IllegalArgumentException(
                    where + ": an integral over " + units.visible + " columns, expected at most "
                            + IntegratedRealMachine.MAX_COLUMNS + "; bracket() estimates log Z from both sides");
        }
        this.where = where;
        this.units = units;
        part = new DMatrixRMaj(PART, units.visible);
    }

    private interface Visitor {
        /** Points of the grid with their −F in place. */
        void part(int rows);
    }

    private int points() {
        return units.visible == 1 ? across : across * across;
    }

    private double step() {
        return 2 * halfWidth / (across - 1);
    }

    private void run(Visitor visitor) {
        int all = points();
        for (int from = 0; from < all; from += PART) {
            Interrupts.check(where);
            int rows = Math.min(PART, all - from);
            part.reshape(rows, units.visible);
            for (int k = 0; k < rows; k++) {
                for (int d = 0, at = from + k; d < units.visible; d++, at /= across) {
                    part.data[k * units.visible + d] = -halfWidth + step() * (at % across);
                }
            }
            units.freeEnergy(part, f, null);
            for (int k = 0; k < rows; k++) {
                f[k] = -f[k];
            }
            visitor.part(rows);
        }
    }

    /** Computes log Z of the parameters as they are. */
    double logZ() {
        halfWidth = Double.isNaN(logZ) ? 8 : halfWidth;
        across = START + 1;
        while (!edgesVanish()) {
            halfWidth *= 2;
            if (halfWidth > MOST_HALF_WIDTH) {
                throw new IllegalArgumentException(where + ": the density has not vanished " + MOST_HALF_WIDTH
                        + " deviations from the mean of the data");
            }
        }
        double before = Double.NaN;
        double now = sum();
        while (!(Math.abs(now - before) < SAME)) {
            across = 2 * (across - 1) + 1;
            if (points() > MOST_POINTS) {
                throw new IllegalArgumentException(
                        where + ": the integral has not settled with " + MOST_POINTS + " points");
            }
            before = now;
            now = sum();
        }
        logZ = now;
        return logZ;
    }

    private double sum() {
        double[] logs = new double[(points() + PART - 1) / PART];
        int[] next = {0};
        run(rows -> logs[next[0]++] = Logs.logSumExp(f, 0, rows));
        return Logs.logSumExp(logs) + units.visible * Math.log(step());
    }

    private boolean edgesVanish() {
        double[] most = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        run(rows -> {
            for (int k = 0; k < rows; k++) {
                boolean edge = false;
                for (int d = 0; d < units.visible; d++) {
                    edge |= Math.abs(part.data[k * units.visible + d]) > halfWidth * (1 - 1e-9);
                }
                most[edge ? 1 : 0] = Math.max(most[edge ? 1 : 0], f[k]);
            }
        });
        return most[1] < most[0] - EDGE;
    }

    /** Adds weight · E[∂F/∂θ] under the model to the slopes; {@link #logZ} comes first. */
    void addSlopes(double weight) {
        double[] p = new double[PART];
        double log = units.visible * Math.log(step()) - logZ;
        run(rows -> {
            Arrays.fill(p, 0);
            for (int k = 0; k < rows; k++) {
                p[k] = Math.exp(f[k] + log);
            }
            units.addSlopes(part, p, weight);
        });
    }
}

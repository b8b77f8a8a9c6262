package lvm.autoregressive;

import org.ejml.data.FMatrixRMaj;

/**
 * Companding by the μ-law: signals within [−1, 1] become L levels that are closer together near 0, k/(L − 1) with k the whole number next to
 * (L − 1)(F(x) + 1)/2,
 *
 * <p>F(x) = sign(x) log(1 + μ|x|)/log(1 + μ), μ = L − 1.
 *
 * <p>ITU-T recommendation G.711; A. van den Oord and others (2016), WaveNet, section 2.2.
 */
public final class MuLaw {
    /** The levels of bytes. */
    public static final int DEFAULT_LEVELS = 256;

    private final int levels;

    private MuLaw(int levels) {
        this.levels = levels;
    }

    /**
     * The law of 256 levels, μ = 255.
     *
     * @return the law
     */
    public static MuLaw of() {
        return of(DEFAULT_LEVELS);
    }

    /**
     * The law of so many levels.
     *
     * @param levels L, from 2 to {@link LevelOutput#MOST_LEVELS}
     * @return the law
     * @throws IllegalArgumentException if it is out of range
     */
    public static MuLaw of(int levels) {
        return new MuLaw(LevelOutput.requireLevels("MuLaw.of", levels));
    }

    /** {@return the number of levels, L} */
    public int levels() {
        return levels;
    }

    /**
     * The levels of signals.
     *
     * @param signals n×D numbers within [−1, 1]; not modified
     * @return n×D levels, multiples of 1/(L − 1) within [0, 1]
     * @throws IllegalArgumentException if a number is out of range, or NaN
     */
    public FMatrixRMaj encode(FMatrixRMaj signals) {
        int mu = levels - 1;
        FMatrixRMaj y = new FMatrixRMaj(signals.numRows, signals.numCols);
        for (int i = 0; i < y.getNumElements(); i++) {
            double x = signals.data[i];
            if (!(x >= -1 && x <= 1)) {
                throw new IllegalArgumentException("MuLaw.encode: " + signals.data[i] + " in row " + i / y.numCols
                        + ", column " + i % y.numCols
                        + " (counted from 0), expected within [-1,1]; divide a signal by its largest absolute value");
            }
            double f = Math.signum(x) * Math.log1p(mu * Math.abs(x)) / Math.log1p(mu);
            y.data[i] = (float) (Math.rint((f + 1) / 2 * mu) / mu);
        }
        return y;
    }

    /**
     * Signals of levels, the inverse of {@link #encode} but for the rounding.
     *
     * @param levels n×D levels, multiples of 1/(L − 1) within [0, 1]; not modified
     * @return n×D numbers within [−1, 1]
     * @throws IllegalArgumentException if a number is no level
     */
    public FMatrixRMaj decode(FMatrixRMaj levels) {
        LevelOutput.softmax(this.levels).require("MuLaw.decode", levels, levels.numCols);
        int mu = this.levels - 1;
        FMatrixRMaj x = new FMatrixRMaj(levels.numRows, levels.numCols);
        for (int i = 0; i < x.getNumElements(); i++) {
            double f = 2.0 * levels.data[i] - 1;
            x.data[i] = (float) (Math.signum(f) * Math.expm1(Math.abs(f) * Math.log1p(mu)) / mu);
        }
        return x;
    }
}

package lvm.data;

import java.util.SplittableRandom;
import org.ejml.data.FMatrixRMaj;

/**
 * Pictures of bars, a set whose truth is known: each of the rows and columns of an edge×edge picture is a bar that is there
 * with probability π, independently, z ∈ {0,1}^(2·edge); a pixel that a bar covers is 1 with probability 1 − ε, any other
 * with probability ε. After P. Földiák (1990), Forming sparse representations by local anti-Hebbian learning.
 */
public final class Bars {
    /** The longest edge: the sum over all states is over 2^(2·edge). */
    public static final int MAX_EDGE = 7;

    private final int edge;
    private final double probability;
    private final double noise;
    private final Dataset pictures;
    private final Dataset bars;

    private Bars(int edge, double probability, double noise, Dataset pictures, Dataset bars) {
        this.edge = edge;
        this.probability = probability;
        this.noise = noise;
        this.pictures = pictures;
        this.bars = bars;
    }

    /**
     * Draws pictures.
     *
     * @param rows the number of pictures, at least 1
     * @param edge the number of pixels along an edge, 1 to {@link #MAX_EDGE}
     * @param probability π, above 0 and below 1
     * @param noise ε, above 0 and below ½
     * @param seed the seed of everything random
     * @return the pictures and the bars that made them
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Bars generate(int rows, int edge, double probability, double noise, long seed) {
        if (rows < 1 || edge < 1 || edge > MAX_EDGE) {
            throw new IllegalArgumentException("Bars.generate: " + rows + " rows, edge " + edge
                    + ", expected at least 1 row and an edge from 1 to " + MAX_EDGE);
        }
        if (!(probability > 0 && probability < 1) || !(noise > 0 && noise < 0.5)) {
            throw new IllegalArgumentException("Bars.generate: probability " + probability + ", noise " + noise
                    + ", expected a probability above 0 and below 1 and a noise above 0 and below 0.5");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj z = new FMatrixRMaj(rows, 2 * edge);
        FMatrixRMaj x = new FMatrixRMaj(rows, edge * edge);
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < 2 * edge; k++) {
                z.set(i, k, rng.nextDouble() < probability ? 1 : 0);
            }
            for (int j = 0; j < edge * edge; j++) {
                boolean covered = z.get(i, j / edge) == 1 || z.get(i, edge + j % edge) == 1;
                x.set(i, j, rng.nextDouble() < (covered ? 1 - noise : noise) ? 1 : 0);
            }
        }
        return new Bars(
                edge,
                probability,
                noise,
                Dataset.of(x).named("bars").asImages(edge, edge),
                Dataset.of(z).named("states of bars"));
    }

    /** {@return the pictures, n×edge² zeros and ones, row by row of the picture} */
    public Dataset pictures() {
        return pictures;
    }

    /**
     * The bars that made them.
     *
     * @return n×(2·edge) zeros and ones: the horizontal bars from above, then the vertical ones from the left
     */
    public Dataset bars() {
        return bars;
    }

    /**
     * The logits of the pixels for every state of the bars: a table that makes a latent variable model the true one.
     *
     * @return 2^(2·edge) rows of edge² logits; the state in row s has its first bar in the highest bit of s
     */
    public FMatrixRMaj logits() {
        int k = 2 * edge;
        float on = (float) Math.log((1 - noise) / noise);
        FMatrixRMaj logits = new FMatrixRMaj(1 << k, edge * edge);
        for (int s = 0; s < logits.numRows; s++) {
            for (int j = 0; j < logits.numCols; j++) {
                boolean covered = (s >> (k - 1 - j / edge) & 1) == 1 || (s >> (edge - 1 - j % edge) & 1) == 1;
                logits.set(s, j, covered ? on : -on);
            }
        }
        return logits;
    }

    /**
     * The exact log probability of each picture under the process that drew it, a sum over all 2^(2·edge) states.
     *
     * @return n values, nats
     */
    public double[] logDensity() {
        int k = 2 * edge;
        double[] logP = new double[pictures.rows()];
        for (int i = 0; i < logP.length; i++) {
            long on = 0;
            for (int j = 0; j < edge * edge; j++) {
                on |= pictures.get(i, j) == 1 ? 1L << j : 0;
            }
            double p = 0;
            for (int s = 0; s < 1 << k; s++) {
                int there = Integer.bitCount(s);
                int flipped = Long.bitCount(on ^ covered(s));
                p += Math.pow(probability, there)
                        * Math.pow(1 - probability, (double) k - there)
                        * Math.pow(noise, flipped)
                        * Math.pow(1 - noise, (double) edge * edge - flipped);
            }
            logP[i] = Math.log(p);
        }
        return logP;
    }

    private long covered(int s) {
        int k = 2 * edge;
        long pixels = 0;
        for (int j = 0; j < edge * edge; j++) {
            if ((s >> (k - 1 - j / edge) & 1) == 1 || (s >> (edge - 1 - j % edge) & 1) == 1) {
                pixels |= 1L << j;
            }
        }
        return pixels;
    }
}

package lvm.data;

import java.util.List;
import java.util.SplittableRandom;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;

/**
 * Images of digits that the library draws itself: 28×28 grey values in [0,1], row by row from the top left, each with its
 * digit as label, in the form of {@link Mnist}, without any download.
 *
 * <p>A digit is one of several ways to write it (a 4 open or closed, a 7 with or without a bar), a list of strokes of
 * cubic Bézier curves. Drawn at random are the way, the place of every control point, size, proportion, slant, turn,
 * place on the paper, width and darkness of the pen, and a smooth distortion of the plane, as in P. Simard,
 * D. Steinkraus and J. Platt (2003), Best practices for convolutional neural networks, section 2, here a sum of waves. A
 * pixel is dark as far as the pen covers it: clamp(w/2 + ½ − distance to the nearest stroke).
 *
 * <p>The same seed gives the same bytes on every machine: only basic arithmetic, square roots and {@link StrictMath} are
 * used. Image i depends on the seed and i alone, so that more images begin with the fewer ones.
 */
public final class Digits {

    /** The pixels of an edge of an image. */
    public static final int EDGE = 28;

    /** The number of classes. */
    public static final int CLASSES = 10;

    /**
     * The factors of an image: the digit; the number of the way to write it; the height in pixels; the breadth as a share of it; how far the
     * top leans to the right, as a share of it; the turn in radians; the place of the middle in pixels from the left and from the top; the width
     * of the pen in pixels; the darkness of its ink in [0,1].
     */
    public static final List<String> FACTORS =
            List.of("digit", "way", "height", "proportion", "slant", "turn", "x", "y", "width", "ink");

    private static final int HEIGHT = 2;
    private static final int PROPORTION = 3;
    private static final int WIDTH = 8;
    private static final int INK = 9;
    private static final double WOBBLE = 0.03;

    /**
     * The ways to write each digit. A stroke begins with a point, and goes on with one curve for every three points: two
     * control points and the end. x goes from 0 to 1 to the right, y from 0 (top) to 1 (bottom).
     */
    static final double[][][][] WAYS = {
        { // 0: round, narrow, begun at the right
            {{.5, 0, .1, 0, .02, .3, .02, .52, .02, .8, .2, 1, .5, 1, .85, 1, .98, .75, .98, .48, .98, .2, .8, 0, .5, 0}
            },
            {
                {
                    .55, 0, .25, .02, .15, .3, .15, .55, .15, .85, .3, 1, .5, 1, .75, 1, .85, .7, .85, .45, .85, .2,
                    .75, 0, .5, .02
                }
            },
            {
                {
                    .8, .12, .6, -.08, .2, 0, .1, .45, 0, .9, .3, 1.02, .5, 1, .85, .97, 1, .6, .93, .35, .88, .15, .75,
                    .05, .55, .06
                }
            },
        },
        { // 1: a stroke, with a flag, with flag and foot
            {{.52, 0, .51, .3, .5, .7, .49, 1}},
            {{.3, .24, .4, .18, .5, .1, .56, 0, .56, .3, .55, .7, .54, 1}},
            {{.25, .24, .38, .18, .48, .1, .54, 0, .54, .3, .54, .7, .53, .98}, {.22, 1, .4, .99, .65, .99, .86, .99}},
        },
        { // 2: with an angle, with a loop, with a wave
            {
                {
                    .08, .25, .15, .05, .35, 0, .5, 0, .78, 0, .92, .18, .86, .36, .78, .58, .4, .75, .06, .98, .35,
                    .97, .65, .97, .96, .96
                }
            },
            {
                {
                    .1, .22, .2, .03, .4, 0, .52, 0, .82, 0, .92, .2, .84, .4, .75, .62, .45, .85, .22, .96, .05, 1.02,
                    -.02, .84, .14, .8, .35, .76, .5, 1, .98, .94
                }
            },
            {
                {
                    .12, .18, .25, 0, .45, -.02, .55, .01, .85, .06, .88, .28, .76, .45, .6, .66, .35, .8, .1, .96, .3,
                    .86, .6, 1.02, .95, .93
                }
            },
        },
        { // 3: two bows, with a flat top, with a small loop between
            {
                {
                    .12, .14, .25, 0, .4, -.01, .52, 0, .95, .03, .95, .42, .4, .47, 1.02, .46, 1.06, .96, .5, 1, .3,
                    1.01, .15, .95, .06, .84
                }
            },
            {
                {
                    .1, .02, .35, .02, .6, .02, .88, .02, .75, .15, .55, .3, .42, .42, .75, .38, .95, .5, .93, .7, .9,
                    .98, .4, 1.1, .08, .88
                }
            },
            {
                {
                    .14, .12, .3, -.03, .85, -.06, .84, .24, .83, .42, .6, .48, .38, .5, .48, .4, .6, .46, .75, .52, 1,
                    .62, .95, .98, .5, 1, .3, 1, .15, .95, .08, .86
                }
            },
        },
        { // 4: open, closed, open and begun as one stroke
            {{.18, .02, .14, .25, .1, .4, .08, .56, .35, .58, .7, .56, .98, .53}, {.74, .05, .72, .35, .7, .7, .68, 1}},
            {{.66, 0, .45, .22, .25, .45, .02, .68, .35, .68, .7, .67, .99, .66}, {.66, 0, .67, .3, .67, .7, .66, 1}},
            {{.12, .04, .06, .4, .12, .52, .3, .53, .5, .54, .66, .46, .8, .32}, {.86, .02, .82, .35, .76, .7, .72, 1}},
        },
        { // 5: with the bar drawn last, in one stroke, with a round neck
            {
                {.2, .03, .18, .2, .15, .3, .14, .44, .4, .3, .9, .32, .9, .66, .9, 1, .4, 1.08, .06, .86},
                {.2, .03, .4, .03, .65, .02, .92, 0}
            },
            {
                {
                    .9, .02, .65, .02, .45, .02, .24, .03, .2, .2, .17, .32, .15, .43, .45, .3, .92, .38, .88, .68, .84,
                    1, .35, 1.06, .08, .9
                }
            },
            {
                {
                    .88, 0, .6, .03, .45, .03, .3, .04, .18, .2, .1, .36, .2, .42, .45, .4, .88, .46, .86, .72, .84,
                    1.02, .3, 1.04, .06, .9
                }
            },
        },
        { // 6: a long neck, a curled one, straight and narrow
            {
                {
                    .72, 0, .35, .12, .08, .45, .08, .7, .08, .92, .25, 1, .5, 1, .82, 1, .94, .82, .9, .68, .84, .46,
                    .3, .45, .1, .74
                }
            },
            {
                {
                    .86, .1, .7, -.02, .5, -.02, .38, .1, .15, .3, .06, .55, .1, .78, .16, 1, .45, 1.04, .65, .98, .95,
                    .9, .95, .55, .62, .52, .4, .5, .2, .6, .12, .78
                }
            },
            {
                {
                    .5, 0, .3, .25, .18, .5, .18, .74, .18, .95, .35, 1, .5, 1, .72, 1, .84, .88, .82, .74, .78, .54,
                    .35, .55, .2, .78
                }
            },
        },
        { // 7: plain, with a bar, with a hook
            {{.06, .05, .35, .03, .65, .02, .94, .02, .75, .35, .55, .68, .42, 1}},
            {{.06, .04, .35, .05, .65, .04, .92, .03, .75, .35, .58, .68, .48, 1}, {.3, .5, .5, .49, .65, .48, .9, .47}
            },
            {{.08, .22, .08, .15, .1, .08, .12, .03, .4, .06, .65, .05, .92, .02, .72, .3, .5, .6, .44, 1}},
        },
        { // 8: in one stroke from the right, two rings, from the top
            {
                {
                    .84, .16, .6, -.1, .12, .02, .16, .26, .2, .5, .85, .52, .88, .76, .9, 1.06, .12, 1.1, .12, .78,
                    .12, .55, .8, .5, .84, .16
                }
            },
            {
                {.5, 0, .1, 0, .1, .46, .5, .46, .9, .46, .9, 0, .5, 0},
                {.5, .46, -.02, .46, -.02, 1, .5, 1, 1.02, 1, 1.02, .46, .5, .46}
            },
            {
                {
                    .55, 0, .15, 0, .1, .3, .4, .44, .7, .56, .92, .65, .86, .84, .78, 1.06, .16, 1.06, .14, .8, .14,
                    .6, .5, .52, .68, .4, .95, .25, .88, 0, .55, 0
                }
            },
        },
        { // 9: straight, with a curved leg, with a hooked one
            {{.86, .2, .7, -.06, .12, -.06, .12, .28, .12, .6, .7, .56, .86, .2, .86, .5, .82, .75, .8, 1}},
            {{.84, .18, .65, -.08, .14, -.02, .12, .28, .1, .6, .78, .5, .86, .12, .88, .5, .75, .8, .42, 1}},
            {
                {
                    .82, .22, .72, -.06, .16, -.04, .14, .26, .12, .58, .76, .52, .84, .2, .9, .6, .84, .98, .5, 1, .34,
                    1, .22, .96, .14, .88
                }
            },
        },
    };

    private Digits() {}

    /**
     * Draws digits, of each class as many as of any other (one more or less where the number is no multiple of ten), in
     * random order.
     *
     * @param rows the number of images, at least 1
     * @param seed the seed of everything random
     * @return rows × 784 grey values in [0,1], stored as bytes, with labels from 0 to 9
     * @throws IllegalArgumentException if rows is not from 1 to 2,000,000
     */
    public static Dataset generate(int rows, long seed) {
        return generate(rows, seed, null);
    }

    private static Dataset generate(int rows, long seed, DMatrixRMaj factors) {
        if (rows < 1 || rows > 2_000_000) {
            throw new IllegalArgumentException("Digits.generate: " + rows + " rows, expected from 1 to 2000000");
        }
        int[] labels = new int[rows];
        int[] ten = new int[CLASSES];
        for (int i = 0; i < rows; i++) {
            if (i % CLASSES == 0) {
                Fill.permutation(ten, random(seed, -1 - i));
            }
            labels[i] = ten[i % CLASSES];
        }
        return draw(labels, seed, factors);
    }

    /**
     * Digits with what was drawn at random for each.
     *
     * @param images as {@link #generate} gives them
     * @param factors rows × 10 numbers, with the names {@link #FACTORS} of the columns
     */
    public record Drawn(Dataset images, Dataset factors) {}

    /**
     * Digits with the factors that they were drawn from, exactly: the image of a row is a function of its factors and of a hand, the wobble of
     * the strokes and the distortion of the plane, which is no factor here.
     *
     * @param rows the number of images, at least 1
     * @param seed the seed of everything random
     * @return the images of {@link #generate(int, long)}, and their factors
     * @throws IllegalArgumentException if rows is not from 1 to 2,000,000
     */
    public static Drawn drawn(int rows, long seed) {
        DMatrixRMaj factors = new DMatrixRMaj(Math.max(rows, 0), FACTORS.size());
        Dataset images = generate(rows, seed, factors);
        String[] names = FACTORS.toArray(String[]::new);
        return new Drawn(images, Dataset.of(factors).withColumns(names).named("Factors of " + images.name()));
    }

    /**
     * Draws digits of given factors, for interventions: with the factors of {@link #drawn} and its seed these are its images, and where one
     * column is changed all else stays as it was, the hand too.
     *
     * @param factors n rows of numbers in the order of {@link #FACTORS}; not modified
     * @param seed the seed of the hands; that of image i depends on it and i
     * @return n × 784 grey values in [0,1], stored as bytes, with the digits as labels
     * @throws IllegalArgumentException if there are other columns, a digit or a way is none, a size is not above 0, or the ink is not in [0,1]
     */
    public static Dataset draw(Dataset factors, long seed) {
        if (factors.dim() != FACTORS.size()) {
            throw new IllegalArgumentException(
                    "Digits.draw: the factors have " + factors.dim() + " columns, expected " + FACTORS);
        }
        int[] labels = new int[factors.rows()];
        DMatrixRMaj given = factors.matrix();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = requireFactors(given, i);
        }
        return draw(labels, seed, given.copy(), true);
    }

    private static int requireFactors(DMatrixRMaj factors, int row) {
        String where = "Digits.draw: row " + row + " has ";
        for (int j = 0; j < factors.numCols; j++) {
            double v = factors.get(row, j);
            double limit = FACTORS.get(j).equals("ink") ? 1 : 1000;
            boolean size = j == HEIGHT || j == PROPORTION || j == WIDTH;
            if (!(Math.abs(v) <= limit) || size && !(v > 0) || FACTORS.get(j).equals("ink") && v < 0) {
                throw new IllegalArgumentException(where + FACTORS.get(j) + " " + v + ", which can not be drawn");
            }
        }
        double digit = factors.get(row, 0);
        double way = factors.get(row, 1);
        if (!(digit >= 0 && digit < CLASSES && digit == (int) digit)) {
            throw new IllegalArgumentException(where + "the digit " + digit + ", expected 0 to 9");
        }
        if (!(way >= 0 && way < WAYS[(int) digit].length && way == (int) way)) {
            throw new IllegalArgumentException(
                    where + "the way " + way + ", expected 0 to " + (WAYS[(int) digit].length - 1));
        }
        return (int) digit;
    }

    private static Dataset draw(int[] labels, long seed, DMatrixRMaj factors) {
        return draw(labels, seed, factors, false);
    }

    private static Dataset draw(int[] labels, long seed, DMatrixRMaj factors, boolean given) {
        byte[] bytes = new byte[labels.length * EDGE * EDGE];
        Pen pen = new Pen(EDGE);
        double[] row = new double[FACTORS.size()];
        for (int i = 0; i < labels.length; i++) {
            if (given) {
                System.arraycopy(factors.data, i * row.length, row, 0, row.length);
            } else {
                row[0] = labels[i];
            }
            draw(pen, row, given, seed, i, bytes);
            if (factors != null) {
                System.arraycopy(row, 0, factors.data, i * row.length, row.length);
            }
        }
        return Dataset.ofOwnBytes(bytes, EDGE * EDGE, 255)
                .asImages(EDGE, EDGE)
                .withClasses(labels, CLASSES)
                .named("Digits, seed " + seed);
    }

    static SplittableRandom random(long seed, int i) {
        return new SplittableRandom(seed * 0xd1342543de82ef95L + i * 0x2545f4914f6cdd1dL);
    }

    /** One image; the random numbers are the same whether factors are given or written. */
    private static void draw(Pen pen, double[] f, boolean given, long seed, int image, byte[] out) {
        SplittableRandom rng = random(seed, image);
        double[][][] ways = WAYS[(int) f[0]];
        pen.lift();
        int way = rng.nextInt(ways.length);
        f[1] = given ? f[1] : way;
        // A way of more strokes takes more numbers: those of another way come from elsewhere.
        SplittableRandom other = f[1] == way ? rng : random(~seed, image);
        for (double[] stroke : ways[way]) {
            if (other == rng) {
                pen.stroke(stroke, WOBBLE, rng);
            } else {
                Pen.skip(stroke, rng);
            }
        }
        if (other != rng) {
            for (double[] stroke : ways[(int) f[1]]) {
                pen.stroke(stroke, WOBBLE, other);
            }
        }
        double[] drawn = new double[f.length];
        drawn[HEIGHT] = 18.5 + 1.3 * Pen.clipped(rng);
        drawn[PROPORTION] = 0.66 + 0.09 * Pen.clipped(rng);
        drawn[4] = 0.12 + 0.2 * Pen.clipped(rng);
        drawn[5] = 0.09 * Pen.clipped(rng);
        drawn[6] = EDGE / 2.0 + 0.9 * Pen.clipped(rng);
        drawn[7] = EDGE / 2.0 + 0.9 * Pen.clipped(rng);
        double[] waves = Pen.waves(0.6, rng);
        drawn[WIDTH] = 1.7 + 1.9 * rng.nextDouble(); // pixels
        drawn[INK] = 0.86 + 0.14 * rng.nextDouble();
        if (!given) {
            System.arraycopy(drawn, 2, f, 2, f.length - 2);
        }
        double height = f[HEIGHT];
        pen.place(new Pen.Place(f[6], f[7], height, height * f[PROPORTION], f[4], f[5]), waves);
        double[] cover = pen.cover(f[WIDTH]);
        for (int i = 0; i < cover.length; i++) {
            out[image * cover.length + i] = (byte) (int) (255 * f[INK] * cover[i] + 0.5);
        }
    }
}

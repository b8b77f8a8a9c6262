package lvm.data;

import java.util.SplittableRandom;
import lvm.random.Fill;

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
        if (rows < 1 || rows > 2_000_000) {
            throw new IllegalArgumentException("Digits.generate: " + rows + " rows, expected from 1 to 2000000");
        }
        byte[] bytes = new byte[rows * EDGE * EDGE];
        int[] labels = new int[rows];
        Pen pen = new Pen(EDGE);
        int[] ten = new int[CLASSES];
        for (int i = 0; i < rows; i++) {
            if (i % CLASSES == 0) {
                Fill.permutation(ten, random(seed, -1 - i));
            }
            labels[i] = ten[i % CLASSES];
            draw(pen, labels[i], random(seed, i), bytes, i * EDGE * EDGE);
        }
        return Dataset.ofOwnBytes(bytes, EDGE * EDGE, 255)
                .asImages(EDGE, EDGE)
                .withClasses(labels, CLASSES)
                .named("Digits, seed " + seed);
    }

    static SplittableRandom random(long seed, int i) {
        return new SplittableRandom(seed * 0xd1342543de82ef95L + i * 0x2545f4914f6cdd1dL);
    }

    private static void draw(Pen pen, int digit, SplittableRandom rng, byte[] out, int at) {
        double[][][] ways = WAYS[digit];
        pen.lift();
        for (double[] stroke : ways[rng.nextInt(ways.length)]) {
            pen.stroke(stroke, 0.03, rng);
        }
        double height = 18.5 + 1.3 * Pen.clipped(rng);
        double breadth = height * (0.66 + 0.09 * Pen.clipped(rng));
        double slant = 0.12 + 0.2 * Pen.clipped(rng);
        double turn = 0.09 * Pen.clipped(rng);
        double centreX = EDGE / 2.0 + 0.9 * Pen.clipped(rng);
        double centreY = EDGE / 2.0 + 0.9 * Pen.clipped(rng);
        pen.place(new Pen.Place(centreX, centreY, height, breadth, slant, turn), Pen.waves(0.6, rng));
        double width = 1.7 + 1.9 * rng.nextDouble(); // pixels
        double ink = 0.86 + 0.14 * rng.nextDouble();
        double[] cover = pen.cover(width);
        for (int i = 0; i < cover.length; i++) {
            out[at + i] = (byte) (int) (255 * ink * cover[i] + 0.5);
        }
    }
}

package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaletteTest {

    /** Linear RGB as a deuteranope sees it: Machado, Oliveira and Fernandes (2009), severity 1. */
    private static final double[][] DEUTERANOPIA = {
        {0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}
    };

    /** The same for a protanope. */
    private static final double[][] PROTANOPIA = {
        {0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}
    };

    /** The same for a tritanope. */
    private static final double[][] TRITANOPIA = {
        {1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}
    };

    private static final double[][] NORMAL = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

    private static double[] lab(Color color, double[][] vision) {
        double[] rgb = {
            Palette.linear(color.getRed()), Palette.linear(color.getGreen()), Palette.linear(color.getBlue())
        };
        double[] seen = new double[3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                seen[i] += vision[i][j] * rgb[j];
            }
            seen[i] = Math.min(1, Math.max(0, seen[i]));
        }
        double x = (0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505;
        double y = 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2];
        double z = (0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089;
        return new double[] {116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))};
    }

    private static double f(double t) {
        return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16.0 / 116;
    }

    private static double distance(Color a, Color b, double[][] vision) {
        double[] p = lab(a, vision);
        double[] q = lab(b, vision);
        return Math.sqrt(Math.pow(p[0] - q[0], 2) + Math.pow(p[1] - q[1], 2) + Math.pow(p[2] - q[2], 2));
    }

    @Test
    void allColoursDifferForEveryKindOfVision() {
        // A difference of 2.3 in L*a*b* is just noticeable.
        for (double[][] vision : new double[][][] {NORMAL, DEUTERANOPIA, PROTANOPIA, TRITANOPIA}) {
            for (int i = 0; i < Palette.COLORS.size(); i++) {
                for (int j = 0; j < i; j++) {
                    double d = distance(Palette.color(i), Palette.color(j), vision);
                    assertTrue(d > 15, "colours " + j + " and " + i + " differ by " + d);
                }
            }
            // The first two, of which most plots are made, lie far apart.
            assertTrue(distance(Palette.color(0), Palette.color(1), vision) > 60);
        }
    }

    @Test
    void tenClassesHaveTenColours() {
        assertEquals(10, new HashSet<>(Palette.COLORS).size());
    }

    /** The contrast of W3C's guidelines, from 1 for equal colours to 21. */
    private static double contrast(Color a, Color b) {
        double p = luminance(a) + 0.05;
        double q = luminance(b) + 0.05;
        return Math.max(p, q) / Math.min(p, q);
    }

    private static double luminance(Color c) {
        return 0.2126 * Palette.linear(c.getRed())
                + 0.7152 * Palette.linear(c.getGreen())
                + 0.0722 * Palette.linear(c.getBlue());
    }

    @Test
    void everythingIsSeenOnWhiteAndOnADarkPage() {
        Color dark = new Color(0x111111);
        for (Color color : Palette.COLORS) {
            assertTrue(contrast(color, Color.WHITE) > 2.1, color + " on white");
            assertTrue(contrast(color, dark) > 2.6, color + " on a dark page");
        }
        for (int i = 0; i < 7; i++) {
            assertTrue(contrast(Palette.ordered(i, 7), Color.WHITE) > 2.1, i + " of 7 on white");
            assertTrue(contrast(Palette.ordered(i, 7), dark) > 1.9, i + " of 7 on a dark page");
        }
        assertTrue(contrast(Palette.DARK, Color.WHITE) > 4.5, "text on white");
        assertTrue(contrast(Palette.DARK, dark) > 3.4, "text on a dark page");
        assertTrue(contrast(Palette.GREY, Color.WHITE) > 3 && contrast(Palette.GREY, dark) > 3, "grey");
    }

    @Test
    void orderedColoursGetLighterFromOneToTheNext() {
        for (double[][] vision : new double[][][] {NORMAL, DEUTERANOPIA, PROTANOPIA}) {
            double before = -1;
            for (int i = 0; i < 9; i++) {
                double l = lab(Palette.ordered(i, 9), vision)[0];
                assertTrue(l > before + 1, "lightness " + l + " at " + i + " after " + before);
                before = l;
            }
        }
        assertEquals(Palette.ordered(0, 5), Palette.ordered(0, 1));
        assertThrows(IllegalArgumentException.class, () -> Palette.ordered(3, 3));
    }

    @Test
    void groupsThatShareAColourHaveDifferentForms() {
        Set<String> seen = new HashSet<>();
        for (int group = 0; group < 50; group++) {
            assertTrue(seen.add(Palette.color(group) + " " + Marks.Form.of(group)), "group " + group);
        }
        assertThrows(IllegalArgumentException.class, () -> Palette.color(-1));
    }

    @Test
    void mixturesRunFromOneColourToTheOther() {
        assertEquals(Palette.color(0), Palette.mix(1, 0, 0));
        assertEquals(Palette.color(2), Palette.mix(0, 0, 1));
        double before = -1;
        for (int i = 0; i <= 10; i++) {
            double d = distance(Palette.color(0), Palette.mix(1 - i / 10.0, i / 10.0), NORMAL);
            assertTrue(d > before, "not monotone at " + i);
            before = d;
        }
        // Linear light: the luminance of a mixture is the mixture of the luminances.
        Color half = Palette.mix(0.5, 0.5);
        double expected = (Palette.linear(Palette.color(0).getGreen())
                        + Palette.linear(Palette.color(1).getGreen()))
                / 2;
        assertEquals(expected, Palette.linear(half.getGreen()), 0.005);
    }

    /** What is seen of a colour that the page shines through. */
    static Color on(Color page, Color c) {
        double a = c.getAlpha() / 255.0;
        return new Color(
                (int) Math.round(a * c.getRed() + (1 - a) * page.getRed()),
                (int) Math.round(a * c.getGreen() + (1 - a) * page.getGreen()),
                (int) Math.round(a * c.getBlue() + (1 - a) * page.getBlue()));
    }

    @Test
    void edgesOfMarksAreDarkerThanTheMarks() {
        for (Color color : Palette.COLORS) {
            Color rim = Palette.rim(color);
            assertTrue(luminance(rim) < 0.5 * luminance(color), color + " with " + rim);
            assertTrue(contrast(rim, color) > 1.3, "the edge of " + color + " can be seen");
        }
        assertEquals(90, Palette.rim(new Color(10, 20, 30, 90)).getAlpha());
    }

    @Test
    void theSequentialScaleGetsStrongerThroughoutAndTheDivergingOneIsLightestInTheMiddle() {
        for (double[][] vision : new double[][][] {NORMAL, DEUTERANOPIA}) {
            double before = 101;
            for (int i = 0; i <= 50; i++) {
                double l = lab(on(Color.WHITE, Palette.sequential(i / 50.0)), vision)[0];
                assertTrue(l < before, "lightness " + l + " at " + i + " after " + before);
                before = l;
            }
            before = -1;
            for (int i = 0; i <= 50; i++) {
                double l = lab(on(new Color(0x111111), Palette.sequential(i / 50.0)), vision)[0];
                assertTrue(l > before, "lightness " + l + " at " + i + " after " + before + " on a dark page");
                before = l;
            }
            for (int i = 1; i <= 25; i++) {
                double nearer = (25 - i + 1) / 50.0;
                double farther = (25 - i) / 50.0;
                assertTrue(lab(Palette.diverging(farther), vision)[0] < lab(Palette.diverging(nearer), vision)[0]);
                assertTrue(
                        lab(Palette.diverging(1 - farther), vision)[0] < lab(Palette.diverging(1 - nearer), vision)[0]);
            }
        }
        assertEquals(0, Palette.sequential(-1).getAlpha());
        assertEquals(Palette.sequential(1), Palette.sequential(7));
    }
}

package lvm.plot;

import java.awt.Color;
import java.util.List;

/**
 * Ten colours that people with any common colour vision can tell apart, and scales. The first six are of M. Okabe and K. Ito (2008);
 * their yellow can not be seen on white paper and their black not on a dark page, so that four others follow. All of them,
 * and the greys, can be seen on both.
 */
public final class Palette {

    /** The colours in the order in which groups and lines take them. */
    public static final List<Color> COLORS = List.of(
            new Color(0x0072B2),
            new Color(0xE69F00),
            new Color(0x009E73),
            new Color(0xD55E00),
            new Color(0xCC79A7),
            new Color(0x56B4E9),
            new Color(0x8A3FE0),
            new Color(0x8C4A1E),
            new Color(0x4F5A6B),
            new Color(0x98A24E));

    /** For what belongs to no group, and for reference lines. */
    public static final Color GREY = new Color(0x8C8C8C);

    /** For text and contour lines: a grey that can be read on white and on black. */
    public static final Color DARK = new Color(0x6B6B6B);

    private static final Color MOST = new Color(0x1F6FB0);

    /** The part of its light that the edge of a mark has. */
    private static final double RIM = 0.55;

    private static final Color[] DIVERGING = {
        new Color(0x0B4F8A), new Color(0x5BA3D0), new Color(0xF7F7F7), new Color(0xE89A5B), new Color(0x9E3D00)
    };

    private static final Color[] ORDERED = {
        new Color(0x5B2A86), new Color(0x3B6BA5), new Color(0x22A087), new Color(0x7CB83E)
    };

    private Palette() {}

    /**
     * The colour of one of several things that have an order, such as steps of training or depths: from violet over blue to
     * green, lighter from one to the next.
     *
     * @param i its place, counted from 0
     * @param n how many there are
     * @return the colour
     * @throws IllegalArgumentException if there is no such place
     */
    public static Color ordered(int i, int n) {
        if (i < 0 || i >= n) {
            throw new IllegalArgumentException("Palette.ordered: place " + i + " of " + n);
        }
        return along(ORDERED, n == 1 ? 0 : i / (n - 1.0));
    }

    /**
     * The colour of a group.
     *
     * @param group any number from 0; after the last colour the first comes again
     * @return its colour
     * @throws IllegalArgumentException if the group is negative
     */
    public static Color color(int group) {
        if (group < 0) {
            throw new IllegalArgumentException("Palette.color: group " + group + ", expected 0 or more");
        }
        return COLORS.get(group % COLORS.size());
    }

    /**
     * Mixes the colours of groups 0 to K−1, in linear light.
     *
     * @param weights K weights that sum to 1, such as the responsibilities for one observation
     * @return the mixture; a weight of 1 gives {@link #color} of that group
     */
    public static Color mix(double... weights) {
        double[] rgb = new double[3];
        for (int k = 0; k < weights.length; k++) {
            Color c = color(k);
            rgb[0] += weights[k] * linear(c.getRed());
            rgb[1] += weights[k] * linear(c.getGreen());
            rgb[2] += weights[k] * linear(c.getBlue());
        }
        return new Color(encoded(rgb[0]), encoded(rgb[1]), encoded(rgb[2]));
    }

    /**
     * A scale from nothing to blue, by its opacity: on a white page it gets darker throughout, on a dark one lighter.
     *
     * @param t the place on the scale; below 0 is 0, above 1 is 1
     * @return the colour, which the page is seen through
     */
    public static Color sequential(double t) {
        int alpha = (int) Math.round(255 * Math.min(1, Math.max(0, t)));
        return new Color(MOST.getRed(), MOST.getGreen(), MOST.getBlue(), alpha);
    }

    /** The edge of a mark: a darker shade of its colour, which parts marks that overlap and is no white rim on a dark page. */
    static Color rim(Color color) {
        return new Color(
                (int) (RIM * color.getRed()),
                (int) (RIM * color.getGreen()),
                (int) (RIM * color.getBlue()),
                color.getAlpha());
    }

    /**
     * A scale from blue over near-white to brown, for values with a meaningful middle.
     *
     * @param t the place on the scale, 0.5 is the middle; below 0 is 0, above 1 is 1
     * @return the colour
     */
    public static Color diverging(double t) {
        return along(DIVERGING, t);
    }

    private static Color along(Color[] stops, double t) {
        double at = Math.min(1, Math.max(0, t)) * (stops.length - 1);
        int i = Math.min(stops.length - 2, (int) at);
        double f = at - i;
        Color a = stops[i];
        Color b = stops[i + 1];
        return new Color(
                (int) Math.round(a.getRed() + f * (b.getRed() - a.getRed())),
                (int) Math.round(a.getGreen() + f * (b.getGreen() - a.getGreen())),
                (int) Math.round(a.getBlue() + f * (b.getBlue() - a.getBlue())));
    }

    static double linear(int srgb) {
        double c = srgb / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }

    static int encoded(double linear) {
        double c = Math.min(1, Math.max(0, linear));
        double s = c <= 0.0031308 ? 12.92 * c : 1.055 * Math.pow(c, 1 / 2.4) - 0.055;
        return (int) Math.round(255 * s);
    }
}

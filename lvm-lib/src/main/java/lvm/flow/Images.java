package lvm.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.model.Require;
import lvm.nn.Layer;

/** Puts the layers of a multi-scale flow together, from the image to the latents; images are rows, channel by channel. */
final class Images {
    /** With larger factors a dozen couplings in a row carry rare pictures so far away that their densities mean nothing. */
    static final Transformer SCALING = Transformer.affine(1);

    private final String where;
    private final String prefix;
    private final int dim;
    private final Transformer transformer;
    private final int filters;
    private final RandomGenerator rng;
    private final List<Bijector> parts = new ArrayList<>();
    private int channels;
    private int height;
    private int width;

    Images(
            String where,
            String prefix,
            int channels,
            int height,
            int width,
            int dim,
            Transformer transformer,
            int filters,
            RandomGenerator rng) {
        this.where = where;
        this.prefix = prefix;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.dim = dim;
        this.transformer = transformer;
        this.filters = filters;
        this.rng = rng;
        if (dim != size()) {
            throw new IllegalArgumentException(where + ": images of " + channels + "×" + height + "×" + width + " have "
                    + size() + " columns, the data have " + dim);
        }
    }

    static void check(String where, int channels, int height, int width, int scales, int filters) {
        Require.atLeast(where, "the number of channels", 1, channels);
        Require.atLeast(where, "the number of scales", 1, scales);
        Require.atLeast(where, "the number of filters", 1, filters);
        if (height < 1 << scales || width < 1 << scales || height % (1 << scales) != 0 || width % (1 << scales) != 0) {
            throw new IllegalArgumentException(where + ": images of " + height + "×" + width
                    + " pixels, expected multiples of 2^" + scales + " = " + (1 << scales));
        }
    }

    private int size() {
        return channels * height * width;
    }

    private String name(String what) {
        return prefix + what + "." + parts.size();
    }

    private Images add(Bijector map) {
        parts.add(Bijectors.leading(map, dim));
        return this;
    }

    Images normalize() {
        return add(new ActNorm(name("norm"), channels, height * width));
    }

    Images linear() {
        return add(new InvertibleLinear(name("linear"), channels, height, width, rng));
    }

    /** Squares of 2×2 pixels become four channels. */
    Images squeeze() {
        int[] order = new int[size()];
        int h = height / 2;
        int w = width / 2;
        int at = 0;
        for (int c = 0; c < channels; c++) {
            for (int corner = 0; corner < 4; corner++) {
                for (int i = 0; i < h; i++) {
                    for (int j = 0; j < w; j++) {
                        order[at++] = (c * height + 2 * i + corner / 2) * width + 2 * j + corner % 2;
                    }
                }
            }
        }
        add(Bijectors.permutation(order));
        channels *= 4;
        height = h;
        width = w;
        return this;
    }

    /** From here on only the first half of the channels is mapped. */
    Images factorOut() {
        channels /= 2;
        return this;
    }

    /** Maps the pixels of one colour of a checkerboard; the network sees the image with holes in their places. */
    Images checkerboard(int k) {
        boolean[] moves = new boolean[size()];
        for (int at = 0; at < moves.length; at++) {
            moves[at] = (at / width % height + at % width + k) % 2 == 0;
        }
        return coupling(moves);
    }

    /** Maps one half of the channels. */
    Images channels(int k) {
        if (channels < 2) {
            throw new IllegalArgumentException(where + ": one channel can not be halved");
        }
        int places = height * width;
        boolean[] moves = new boolean[size()];
        for (int at = 0; at < moves.length; at++) {
            moves[at] = at / places < channels / 2 == (k % 2 == 0);
        }
        return coupling(moves);
    }

    private Images coupling(boolean... moves) {
        int n = moves.length;
        int places = height * width;
        int[] active = IntStream.range(0, n).filter(at -> moves[at]).toArray();
        // Channels of which nothing moves, or nothing stays, need not be seen, or not be made.
        int[] seen = IntStream.range(0, channels)
                .filter(c -> IntStream.range(0, places).anyMatch(p -> !moves[c * places + p]))
                .toArray();
        int[] made = IntStream.range(0, channels)
                .filter(c -> IntStream.range(0, places).anyMatch(p -> moves[c * places + p]))
                .toArray();
        int[] in = IntStream.of(seen)
                .flatMap(c -> IntStream.range(c * places, (c + 1) * places))
                .map(at -> moves[at] ? -1 : at)
                .toArray();
        int[] numberOf = new int[channels];
        for (int m = 0; m < made.length; m++) {
            numberOf[made[m]] = m;
        }
        int k = active.length;
        int[] out = IntStream.range(0, transformer.parameters() * k)
                .map(q -> {
                    int at = active[transformer.columnOf(q, k)];
                    int channel = transformer.parameterOf(q, k) * made.length + numberOf[at / places];
                    return channel * places + at % places;
                })
                .toArray();
        int outputs = transformer.parameters() * made.length;
        Layer net = Networks.convolutions(name("coupling"), seen.length, height, width, filters, outputs, rng);
        return add(new Coupling(n, active, transformer, net, in, out, 0));
    }

    Bijector toLatents() {
        return Bijectors.chain(parts);
    }
}

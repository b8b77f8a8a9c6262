package lvm.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/** The networks of DCGAN for square images of one channel, whose side is halved or doubled by each convolution. */
final class Dcgan {
    private static final int KERNEL = 4;
    private static final int STRIDE = 2;
    private static final int PADDING = 1;
    private static final double SLOPE = 0.2;

    private Dcgan() {}

    static void requireSizes(String network, int edge, int... filters) {
        if (filters.length == 0) {
            throw new IllegalArgumentException("NetworkFactory." + network + ": no filters");
        }
        if (edge < 1 || edge % (1 << filters.length) != 0) {
            throw new IllegalArgumentException("NetworkFactory." + network + ": images of " + edge + "×" + edge
                    + " pixels can not be halved " + filters.length + " times, once for each layer of filters");
        }
    }

    private static ConvShape shape(int channels, int side, int filters) {
        return new ConvShape(channels, side, side, filters, KERNEL, STRIDE, PADDING);
    }

    static Layer generator(String name, int in, int out, RandomGenerator rng, int edge, int... filters) {
        if (out != edge * edge) {
            throw new IllegalArgumentException("NetworkFactory.dcganGenerator: " + out + " columns to make, expected "
                    + edge * edge + " for images of " + edge + "×" + edge + " pixels");
        }
        List<Layer> layers = new ArrayList<>();
        int side = edge >> filters.length;
        layers.add(new Linear(name + ".in", in, filters[0] * side * side, Activation.IDENTITY, WeightInit.HE, rng));
        for (int k = 0; k < filters.length; k++) {
            layers.add(new BatchNorm(name + ".norm" + k, filters[k]));
            layers.add(new LeakyRelu(0));
            side *= 2;
            boolean last = k + 1 == filters.length;
            layers.add(new ConvTranspose2d(
                    name + ".conv" + k,
                    shape(last ? 1 : filters[k + 1], side, filters[k]),
                    Activation.IDENTITY,
                    last ? WeightInit.GLOROT : WeightInit.HE,
                    rng));
        }
        return new Sequential(layers);
    }

    static Layer discriminator(
            String name, int in, int out, RandomGenerator rng, int edge, boolean batchNorm, int... filters) {
        int pixels = edge * edge;
        if (in < pixels) {
            throw new IllegalArgumentException("NetworkFactory.dcganDiscriminator: " + in + " columns, expected "
                    + pixels + " for each image of " + edge + "×" + edge + " pixels");
        }
        int channels = in / pixels;
        int conditions = in % pixels;
        List<Layer> layers = new ArrayList<>();
        if (conditions > 0) {
            layers.add(new Planes(pixels, channels, conditions));
            channels += conditions;
        }
        int side = edge;
        for (int k = 0; k < filters.length; k++) {
            ConvShape shape = shape(channels, side, filters[k]);
            layers.add(new Conv2d(name + ".conv" + k, shape, Activation.IDENTITY, WeightInit.HE, rng));
            if (batchNorm && k > 0) {
                layers.add(new BatchNorm(name + ".norm" + k, filters[k]));
            }
            layers.add(new LeakyRelu(SLOPE));
            channels = filters[k];
            side = shape.outHeight();
        }
        layers.add(new Linear(name + ".out", channels * side * side, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
        return new Sequential(layers);
    }

    /** Images, then conditions, as channels of one image: a condition is the same number at every pixel. */
    private static final class Planes implements Layer {
        private final int images;
        private final int[] columns;

        Planes(int pixels, int images, int conditions) {
            this.images = images * pixels;
            columns = new int[conditions * pixels];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = this.images + i / pixels;
            }
        }

        @Override
        public List<Param> params() {
            return List.of();
        }

        @Override
        public boolean seesImages() {
            return true;
        }

        @Override
        public Var forward(Tape tape, Var x) {
            return tape.concatColumns(x.columns(0, images), x.gatherColumns(columns));
        }

        @Override
        public Tangent tangent(Tape tape, Var x, Var along) {
            return new Tangent(forward(tape, x), forward(tape, along));
        }
    }
}

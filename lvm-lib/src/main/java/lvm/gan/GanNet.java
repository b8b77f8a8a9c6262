package lvm.gan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.fit.Scaling;
import lvm.linalg.Interrupts;
import lvm.linalg.RowOps;
import lvm.model.Require;
import lvm.nn.Layer;
import lvm.nn.LeakyRelu;
import lvm.nn.Linear;
import lvm.nn.Module;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.nn.SpectralNorm;
import lvm.nn.Tangent;
import lvm.nn.WeightInit;
import lvm.store.ModelData;
import org.ejml.data.FMatrixRMaj;

/**
 * The two players: a generator from z (and a class) to a row as the networks see it, and a discriminator from m rows (and their
 * classes) to one number.
 */
final class GanNet implements Module {
    private static final String SCALING = "standardised";
    private static final int ROWS = 500;
    private static final double SLOPE = 0.2;
    private static final int SINGULAR = 100; // power iterations for a finished model
    private static final int MOMENTS = 50; // minibatches for the running moments of an averaged generator
    private static final int MOMENT_ROWS = 200;

    /** m rows side by side: the same numbers in the same order. */
    private static final Op PACK = new Op("pack") {
        @Override
        protected void forward(Node y) {
            System.arraycopy(y.input(0).value().data, 0, y.value().data, 0, y.size());
        }

        @Override
        protected void backward(Node y) {
            float[] d = y.input(0).addend();
            float[] g = y.gradient().data;
            for (int i = 0; i < y.size(); i++) {
                d[i] += g[i];
            }
        }
    };

    final GanShape shape;
    final Scaling scaling;
    final Layer generator;
    /** From packs to features, or to the output. */
    private final Layer body;
    /** From features to the output; null without. */
    private final Layer head;

    final List<Param> discriminatorParams;
    final SpectralNorm spectral; // null without
    private final NetworkFactory generatorFactory;
    private final NetworkFactory discriminatorFactory;

    private GanNet(
            GanShape shape,
            Scaling scaling,
            NetworkFactory generatorFactory,
            NetworkFactory discriminatorFactory,
            Layer generator,
            Layer body,
            RandomGenerator rng) {
        this.shape = shape;
        this.scaling = scaling;
        this.generatorFactory = generatorFactory;
        this.discriminatorFactory = discriminatorFactory;
        this.generator = generator;
        if (shape.features() == 0) {
            this.body = body;
            head = null;
        } else {
            this.body = new Sequential(body, new LeakyRelu(SLOPE));
            List<Layer> last = new ArrayList<>();
            if (shape.kernels() > 0) {
                last.add(new MinibatchDiscrimination(
                        "discriminator.closeness", shape.features(), shape.kernels(), shape.kernelSize(), rng));
            }
            last.add(new Linear(
                    "discriminator.head",
                    shape.features() + shape.kernels(),
                    1,
                    Activation.IDENTITY,
                    WeightInit.GLOROT,
                    rng));
            head = new Sequential(last);
        }
        discriminatorParams = Module.params(parts());
        spectral = shape.spectral() ? new SpectralNorm(new Sequential(parts()), rng) : null;
    }

    private List<Layer> parts() {
        return head == null ? List.of(body) : List.of(body, head);
    }

    /** Both at their start. */
    static GanNet start(
            String model,
            GanShape shape,
            Scaling scaling,
            NetworkFactory generatorFactory,
            NetworkFactory discriminatorFactory,
            RandomGenerator rng) {
        int out = shape.features() > 0 ? shape.features() : 1;
        Layer generator = generatorFactory.make("generator", shape.generatorInputs(), shape.dim(), rng);
        requireSizes(model + ": the generator", generator, shape.generatorInputs(), shape.dim());
        Layer body = discriminatorFactory.make("discriminator", shape.discriminatorInputs(), out, rng);
        requireSizes(model + ": the discriminator", body, shape.discriminatorInputs(), out);
        return new GanNet(shape, scaling, generatorFactory, discriminatorFactory, generator, body, rng);
    }

    private static void requireSizes(String what, Layer layer, int in, int out) {
        Tape tape = Tape.withoutGradients();
        int columns = layer.forward(tape, tape.constant(new FMatrixRMaj(2, in))).cols();
        if (columns != out) {
            throw new IllegalArgumentException(
                    what + " makes " + columns + " columns of " + in + ", expected " + out + " columns");
        }
    }

    /** Both with parameters of their own, as they are in the midst of a fit. */
    private GanNet twin() {
        GanNet twin = start("Gan", shape, scaling, generatorFactory, discriminatorFactory, new SplittableRandom(0));
        twin.copyFrom(this);
        return twin;
    }

    /**
     * Both for a finished model: with the singular vectors of its weights, and, where the generator was averaged, with running
     * moments of its own and not those of the generator that was not.
     */
    GanNet finished(boolean averaged) {
        GanNet net = twin();
        if (spectral != null) {
            net.spectral.iterate(SINGULAR);
        }
        if (averaged && !generator.buffers().isEmpty()) {
            SplittableRandom rng = new SplittableRandom(0);
            Tape tape = Tape.withoutGradients();
            FMatrixRMaj z = new FMatrixRMaj(MOMENT_ROWS, shape.latent());
            FMatrixRMaj y = shape.classes() == 0 ? null : new FMatrixRMaj(MOMENT_ROWS, shape.classes());
            for (int k = 0; k < MOMENTS; k++) {
                prior(z, rng);
                if (y != null) {
                    RowOps.oneHot(
                            "Gan",
                            rng.ints(MOMENT_ROWS, 0, shape.classes()).toArray(),
                            MOMENT_ROWS,
                            shape.classes(),
                            y);
                }
                net.generate(tape.reset().training(rng), z, y);
            }
        }
        return net;
    }

    /** Lets a generator of grey levels begin at their means, where it ends with a bias for each column or, of images, for all. */
    void beginAt(double[] means) {
        double all = Arrays.stream(means).average().orElse(0.5);
        generator.outputBias().map(Param::value).ifPresent(bias -> {
            if (bias.numCols == shape.dim()) {
                for (int j = 0; j < bias.numCols; j++) {
                    bias.data[j] = (float) Math.log(means[j] / (1 - means[j]));
                }
            } else if (bias.numCols == 1 && generator.seesImages()) {
                bias.data[0] = (float) Math.log(all / (1 - all));
            }
        });
    }

    /** Fails by the name of a layer if the discriminator has no derivative along a direction. */
    void requireTangent() {
        Tape tape = Tape.withoutGradients().training(new SplittableRandom(0));
        Var x = tape.constant(new FMatrixRMaj(2, shape.discriminatorInputs()));
        tangent(tape, x, x);
    }

    @Override
    public List<Param> params() {
        List<Param> all = new ArrayList<>(generator.params());
        all.addAll(discriminatorParams);
        return all;
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>(generator.buffers());
        all.putAll(Module.buffers(parts()));
        if (spectral != null) {
            all.putAll(spectral.buffers());
        }
        return all;
    }

    /** All that both consist of, in copies that nobody can change. */
    Map<String, FMatrixRMaj> copies() {
        Map<String, FMatrixRMaj> copies = new LinkedHashMap<>(values());
        copies.replaceAll((name, m) -> m.copy());
        return Collections.unmodifiableMap(copies);
    }

    void store(ModelData data) {
        data.put("shape", shape);
        scaling.store(data, SCALING);
        data.put("generator", generatorFactory.recipe()).put("discriminator", discriminatorFactory.recipe());
        data.put("networks", values());
    }

    static GanNet read(ModelData data) {
        GanNet net = start(
                "Gan",
                GanShape.read(data.part("shape")),
                Scaling.read(data, SCALING),
                data.code("generator", NetworkFactory.class, NetworkFactory::of),
                data.code("discriminator", NetworkFactory.class, NetworkFactory::of),
                new SplittableRandom(0));
        data.copyTo("networks", net.values());
        return net;
    }

    // --- on a tape, of rows as the networks see them; y is null without conditions

    /** G(z, y), n×D. */
    Var generate(Tape tape, FMatrixRMaj z, FMatrixRMaj y) {
        return generate(tape, tape.constant(z), y);
    }

    Var generate(Tape tape, Var z, FMatrixRMaj y) {
        Var x = generator.forward(tape, y == null ? z : tape.concatColumns(z, tape.constant(y)));
        return shape.sigmoid() ? x.sigmoid() : x;
    }

    /** n rows of d columns as n/m packs of m·d columns. */
    Var packed(Tape tape, Var x) {
        int m = shape.packing();
        return m == 1 ? x : tape.apply(PACK, x.rows() / m, x.cols() * m, x);
    }

    /** What the discriminator takes of n rows and their conditions: n/m packs. */
    Var seen(Tape tape, Var x, FMatrixRMaj y) {
        Var rows = packed(tape, x);
        return y == null ? rows : tape.concatColumns(rows, packed(tape, tape.constant(y)));
    }

    /** W/σ(W) in the places of the weights, where that is set; once after each reset. */
    void normalise(Tape tape) {
        if (spectral != null) {
            spectral.apply(tape);
        }
    }

    Var features(Tape tape, Var packs) {
        return body.forward(tape, packs);
    }

    /** The output for packs, n/m×1. */
    Var discriminate(Tape tape, Var packs) {
        Var features = features(tape, packs);
        return head == null ? features : head.forward(tape, features);
    }

    Tangent tangent(Tape tape, Var packs, Var along) {
        Tangent t = body.tangent(tape, packs, along);
        return head == null ? t : head.tangent(tape, t.value(), t.along());
    }

    // --- for models

    static void prior(FMatrixRMaj z, RandomGenerator rng) {
        for (int i = 0; i < z.getNumElements(); i++) {
            z.data[i] = (float) rng.nextGaussian();
        }
    }

    FMatrixRMaj prior(int n, RandomGenerator rng) {
        FMatrixRMaj z = new FMatrixRMaj(n, shape.latent());
        prior(z, rng);
        return z;
    }

    /** G(z, y) in the units of the data. */
    FMatrixRMaj decode(String where, FMatrixRMaj z, FMatrixRMaj y) {
        Require.finiteRows(where, "z", z, shape.latent());
        FMatrixRMaj x = new FMatrixRMaj(z.numRows, shape.dim());
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < z.numRows; from += ROWS) {
            Interrupts.check(where);
            int to = Math.min(z.numRows, from + ROWS);
            Var part = generate(tape.reset(), RowOps.part(z, from, to), y == null ? null : RowOps.part(y, from, to));
            System.arraycopy(part.value().data, 0, x.data, from * shape.dim(), (to - from) * shape.dim());
        }
        return scaling.back(x);
    }

    /** The output for packs of rows that are as the networks see them. */
    double[] discriminate(String where, FMatrixRMaj x, FMatrixRMaj y) {
        int m = shape.packing();
        if (x.numRows % m != 0) {
            throw new IllegalArgumentException(where + ": x has " + x.numRows + " rows, but the discriminator sees " + m
                    + " rows at once (packing): expected a multiple");
        }
        // Minibatch discrimination sees all rows that are given together.
        int most = shape.kernels() > 0 ? Math.max(1, x.numRows) : ROWS * m;
        double[] out = new double[x.numRows / m];
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += most) {
            Interrupts.check(where);
            int to = Math.min(x.numRows, from + most);
            normalise(tape.reset());
            Var rows = tape.constant(RowOps.part(x, from, to));
            FMatrixRMaj a = discriminate(tape, seen(tape, rows, y == null ? null : RowOps.part(y, from, to)))
                    .value();
            for (int i = 0; i < a.numRows; i++) {
                out[from / m + i] = a.data[i];
            }
        }
        return out;
    }
}

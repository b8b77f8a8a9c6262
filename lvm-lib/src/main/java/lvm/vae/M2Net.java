package lvm.vae;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.fit.Scaling;
import lvm.linalg.Logs;
import lvm.nn.Layer;
import lvm.nn.Mlp;
import lvm.nn.NetworkFactory;
import lvm.nn.WeightInit;
import lvm.store.ModelData;
import org.ejml.data.FMatrixRMaj;

/** The networks of M2: q(y | x), q(z | x, y) and p(x | y, z). */
final class M2Net {
    /**
     * The sizes.
     *
     * @param hidden of the encoder, in reverse of the decoder; at least one
     * @param classifier makes q(y | x), from x to logits
     */
    record Shape(
            int dim,
            int latent,
            int classes,
            int[] hidden,
            NetworkFactory classifier,
            Activation f,
            Likelihood likelihood) {}

    final Shape shape;
    final Layer classifier;
    /** The first layer of the encoder, f(x Wx + Wy of the class + b). */
    final Param wx;

    final Param wy;
    final Param bias;
    /** From the first hidden layer to the means and log variances of z. */
    final Mlp rest;
    /** From z and the class as indicators to what the likelihood needs. */
    final Mlp decoder;

    final Observation observation;
    private final FMatrixRMaj oneHot = new FMatrixRMaj(0, 0);

    M2Net(Shape shape, Moments data, RandomGenerator rng) {
        this.shape = shape;
        int[] hidden = shape.hidden();
        int first = hidden[0];
        int k = shape.classes();
        classifier = shape.classifier().make("classifier", shape.dim(), k, rng);
        // One matrix of weights from x and the indicators of the class, in two parts.
        boolean rectified = shape.f() == Activation.RELU || shape.f() == Activation.LEAKY_RELU;
        FMatrixRMaj both = (rectified ? WeightInit.HE : WeightInit.GLOROT).draw(shape.dim() + k, first, rng);
        int cut = shape.dim() * first;
        wx = new Param("encoder.x", part(both, 0, shape.dim(), cut));
        wy = new Param("encoder.y", part(both, cut, k, k * first));
        bias = new Param("encoder.b", new FMatrixRMaj(1, first));
        int[] others = Arrays.copyOfRange(hidden, 1, hidden.length);
        rest = Mlp.of("encoder", shape.f(), first, 2 * shape.latent(), rng, others);
        int[] back = VaeNet.reversed(hidden);
        int outputs = shape.likelihood().outputs(shape.dim());
        decoder = Mlp.of("decoder", shape.f(), shape.latent() + k, outputs, rng, back);
        decoder.layers()
                .get(hidden.length)
                .bias()
                .value()
                .setTo(shape.likelihood().bias(data.means(), data.variances()));
        observation = Observation.start(shape.likelihood(), data, rng);
    }

    /** Puts down the sizes and the numbers. */
    void store(ModelData data) {
        data.put("dim", shape.dim()).put("latent", shape.latent()).put("classes", shape.classes());
        data.put("hidden", shape.hidden()).put("activation", shape.f());
        data.put("likelihood", shape.likelihood().recipe());
        observation.scaling.store(data, VaeNet.SCALING);
        data.put("classifier", shape.classifier().recipe());
        data.put("networks", values()).put("networks", buffers());
    }

    static M2Net read(ModelData data) {
        Shape shape = new Shape(
                data.integer("dim"),
                data.integer("latent"),
                data.integer("classes"),
                data.integers("hidden"),
                data.code("classifier", NetworkFactory.class, NetworkFactory::of),
                data.choice("activation", Activation.class),
                Likelihood.of(data.recipe("likelihood")));
        Moments unknown = Moments.unknown(shape.dim(), Scaling.read(data, VaeNet.SCALING));
        M2Net net = new M2Net(shape, unknown, new SplittableRandom(0));
        Map<String, FMatrixRMaj> all = net.values();
        all.putAll(net.buffers());
        data.copyTo("networks", all);
        return net;
    }

    private static FMatrixRMaj part(FMatrixRMaj m, int from, int rows, int count) {
        FMatrixRMaj part = new FMatrixRMaj(rows, m.numCols);
        System.arraycopy(m.data, from, part.data, 0, count);
        return part;
    }

    /** The same networks with parameters of their own. */
    M2Net copy() {
        M2Net copy = new M2Net(shape, Moments.unknown(shape.dim(), observation.scaling), new SplittableRandom(0));
        Map<String, FMatrixRMaj> values = copy.values();
        values().forEach((name, value) -> values.get(name).setTo(value));
        copy.buffers().forEach((name, value) -> value.setTo(buffers().get(name)));
        return copy;
    }

    List<Param> params() {
        List<Param> all = new ArrayList<>(classifier.params());
        all.add(wx);
        all.add(wy);
        all.add(bias);
        all.addAll(rest.params());
        all.addAll(decoder.params());
        all.addAll(observation.params());
        return all;
    }

    Map<String, FMatrixRMaj> values() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        params().forEach(p -> all.put(p.name(), p.value()));
        return all;
    }

    /** What is kept beside the parameters, such as running means. */
    Map<String, FMatrixRMaj> buffers() {
        return classifier.buffers();
    }

    double logPrior() {
        return -Math.log(shape.classes());
    }

    /** The means and log variances of q(z | x, y), R×2Z, for pairs of a row of x and a class. */
    Var encode(Tape tape, Var x, int[] rows, int[] classes) {
        Var ofClass = tape.param(wy).add(tape.param(bias));
        // What depends on x alone is computed once for all classes.
        return rest.forward(tape, x.mult(tape.param(wx)).sumOfRows(rows, ofClass, classes, shape.f()));
    }

    /** What the decoder gives for a row of z and a class, R rows. */
    Var decode(Tape tape, Var z, int[] classes) {
        return decoder.forward(tape, tape.concatColumns(z, tape.constant(oneHot(oneHot, classes, shape.classes()))));
    }

    static FMatrixRMaj oneHot(FMatrixRMaj out, int[] classes, int k) {
        out.reshape(classes.length, k);
        Arrays.fill(out.data, 0, out.getNumElements(), 0);
        for (int r = 0; r < classes.length; r++) {
            out.data[r * k + classes[r]] = 1;
        }
        return out;
    }

    /**
     * log p(x̃ | y, z) + log p(y) + log p(z) − log q(z | x, y), without {@link Observation#units}, at a draw of z for pairs of a row of x and a class, R×1: with the
     * analytic form of the divergence, or the sampled one.
     */
    Var pairs(Tape tape, Var x, int[] rows, int[] classes, boolean sampled, RandomGenerator rng) {
        Var moments = encode(tape, x, rows, classes);
        Var mean = moments.columns(0, shape.latent());
        Var spread = moments.columns(shape.latent(), 2 * shape.latent());
        Var z = mean.gaussianSample(spread, rng);
        Var likelihood = observation.logProbability(tape, decode(tape, z, classes), x.gatherRows(rows));
        Var ratio;
        if (sampled) {
            Var prior = z.square().sumPerRow().mul(-0.5f).add((float) (-0.5 * shape.latent() * Logs.LOG_2_PI));
            ratio = prior.sub(mean.gaussianLogLikelihood(z, spread));
        } else {
            ratio = mean.klStandardNormal(spread).neg();
        }
        return likelihood.add(ratio).add((float) logPrior());
    }
}

package lvm.vae;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.fit.Scaling;
import lvm.linalg.RowOps;
import lvm.linalg.VectorMath;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.Module;
import lvm.nn.NetworkFactory;
import lvm.store.ModelData;
import org.ejml.data.FMatrixRMaj;

/**
 * The encoder and the decoder of an autoencoder; with a null decoder it has the transposed weights of a linear encoder. They see
 * and make standardised columns, all with the same scale.
 */
record AutoencoderNet(
        int dim,
        int latent,
        Reconstruction reconstruction,
        Activation code,
        Layer encoder,
        Layer decoder,
        Param bias,
        NetworkFactory encoderFactory,
        NetworkFactory decoderFactory,
        Scaling scaling)
        implements Module {
    private static final int ROWS = 500;

    AutoencoderNet copy() {
        return new AutoencoderNet(
                dim,
                latent,
                reconstruction,
                code,
                encoderFactory.copy("encoder", dim, latent, encoder),
                decoder == null ? null : decoderFactory.copy("decoder", latent, dim, decoder),
                bias == null ? null : new Param(bias.name(), bias.value().copy()),
                encoderFactory,
                decoderFactory,
                scaling);
    }

    /** The square of the scale: a squared error of x in one of what the networks see. */
    double square() {
        return scaling.scale(0) * scaling.scale(0);
    }

    /** The encoder in the units of the data. */
    List<Linear> encoderLayers(String model) {
        List<Linear> layers = new ArrayList<>(scaling.into(Linear.chain(model + ".encoderLayers", encoder)));
        Linear last = layers.remove(layers.size() - 1);
        layers.add(new Linear(last.name(), last.weights().value(), last.bias().value(), code));
        return List.copyOf(layers);
    }

    /** Puts down how the networks are made, and their numbers. */
    void store(ModelData data) {
        data.put("dim", dim)
                .put("latent", latent)
                .put("reconstruction", reconstruction)
                .put("code", code);
        data.put("encoder", encoderFactory.recipe()).put("tied", decoder == null);
        if (decoder != null) {
            data.put("decoder", decoderFactory.recipe());
        }
        data.put("networks", values());
        scaling.store(data, VaeNet.SCALING);
    }

    static AutoencoderNet read(ModelData data) {
        int dim = data.integer("dim");
        int latent = data.integer("latent");
        boolean tied = data.flag("tied");
        NetworkFactory there = data.code("encoder", NetworkFactory.class, NetworkFactory::of);
        NetworkFactory back = tied ? null : data.code("decoder", NetworkFactory.class, NetworkFactory::of);
        AutoencoderNet net = new AutoencoderNet(
                dim,
                latent,
                data.choice("reconstruction", Reconstruction.class),
                data.choice("code", Activation.class),
                there.make("encoder", dim, latent, new SplittableRandom(0)),
                tied ? null : back.make("decoder", latent, dim, new SplittableRandom(0)),
                tied ? new Param("decoder.b", new FMatrixRMaj(1, dim)) : null,
                there,
                back,
                Scaling.read(data, VaeNet.SCALING));
        data.copyTo("networks", net.values());
        return net;
    }

    @Override
    public List<Param> params() {
        List<Param> all = new ArrayList<>(encoder.params());
        if (decoder != null) {
            all.addAll(decoder.params());
        } else {
            all.add(bias);
        }
        return all;
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>(encoder.buffers());
        if (decoder != null) {
            all.putAll(decoder.buffers());
        }
        return all;
    }

    // --- on a tape, of standardised x

    Var encode(Tape tape, Var x) {
        Var a = encoder.forward(tape, x);
        return code == Activation.IDENTITY ? a : a.activate(code);
    }

    Var outputs(Tape tape, Var h) {
        if (decoder != null) {
            return decoder.forward(tape, h);
        }
        return h.multTransB(tape.param(encoder.params().get(0))).add(tape.param(bias));
    }

    /** n×1 costs of the reconstruction of x from codes h, without {@link #square}. */
    Var cost(Tape tape, Var h, Var x) {
        return reconstruction.cost(tape, outputs(tape, h), x);
    }

    // --- values: x is standardised, what comes out is in the units of the data

    FMatrixRMaj encode(FMatrixRMaj x) {
        FMatrixRMaj h = new FMatrixRMaj(x.numRows, latent);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            Var part = encode(tape.reset(), tape.constant(RowOps.part(x, from, to)));
            System.arraycopy(part.value().data, 0, h.data, from * latent, (to - from) * latent);
        }
        return h;
    }

    FMatrixRMaj decode(FMatrixRMaj h) {
        FMatrixRMaj r = new FMatrixRMaj(h.numRows, dim);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < h.numRows; from += ROWS) {
            int to = Math.min(h.numRows, from + ROWS);
            Var part = outputs(tape.reset(), tape.constant(RowOps.part(h, from, to)));
            System.arraycopy(part.value().data, 0, r.data, from * dim, (to - from) * dim);
        }
        if (reconstruction == Reconstruction.CROSS_ENTROPY) {
            VectorMath.sigmoid(r, r);
        }
        return scaling.back(r);
    }

    double[] cost(FMatrixRMaj x) {
        double[] cost = new double[x.numRows];
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            Var part = tape.reset().constant(RowOps.part(x, from, to));
            float[] costs = cost(tape, encode(tape, part), part).value().data;
            for (int i = from; i < to; i++) {
                cost[i] = costs[i - from] * square();
            }
        }
        return cost;
    }
}

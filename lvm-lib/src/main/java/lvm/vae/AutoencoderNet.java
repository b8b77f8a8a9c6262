package lvm.vae;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.VectorMath;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import org.ejml.data.FMatrixRMaj;

/** The encoder and the decoder of an autoencoder; with a null decoder it has the transposed weights of a linear encoder. */
record AutoencoderNet(
        int dim,
        int latent,
        Reconstruction reconstruction,
        Activation code,
        Layer encoder,
        Layer decoder,
        Param bias,
        NetworkFactory encoderFactory,
        NetworkFactory decoderFactory) {
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
                decoderFactory);
    }

    List<Param> params() {
        List<Param> all = new ArrayList<>(encoder.params());
        if (decoder != null) {
            all.addAll(decoder.params());
        } else {
            all.add(bias);
        }
        return all;
    }

    Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>(encoder.buffers());
        if (decoder != null) {
            all.putAll(decoder.buffers());
        }
        return all;
    }

    Map<String, FMatrixRMaj> values() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        params().forEach(p -> all.put(p.name(), p.value()));
        all.putAll(buffers());
        return all;
    }

    // --- on a tape

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

    /** n×1 costs of the reconstruction of x from codes h. */
    Var cost(Tape tape, Var h, Var x) {
        return reconstruction.cost(tape, outputs(tape, h), x);
    }

    // --- values

    FMatrixRMaj encode(FMatrixRMaj x) {
        FMatrixRMaj h = new FMatrixRMaj(x.numRows, latent);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            Var part = encode(tape.reset(), tape.constant(VaeNet.rows(x, from, to)));
            System.arraycopy(part.value().data, 0, h.data, from * latent, (to - from) * latent);
        }
        return h;
    }

    FMatrixRMaj decode(FMatrixRMaj h) {
        FMatrixRMaj r = new FMatrixRMaj(h.numRows, dim);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < h.numRows; from += ROWS) {
            int to = Math.min(h.numRows, from + ROWS);
            Var part = outputs(tape.reset(), tape.constant(VaeNet.rows(h, from, to)));
            System.arraycopy(part.value().data, 0, r.data, from * dim, (to - from) * dim);
        }
        if (reconstruction == Reconstruction.CROSS_ENTROPY) {
            VectorMath.sigmoid(r, r);
        }
        return r;
    }

    double[] cost(FMatrixRMaj x) {
        double[] cost = new double[x.numRows];
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            Var part = tape.reset().constant(VaeNet.rows(x, from, to));
            float[] costs = cost(tape, encode(tape, part), part).value().data;
            for (int i = from; i < to; i++) {
                cost[i] = costs[i - from];
            }
        }
        return cost;
    }
}

package lvm.boltzmann;

import java.util.stream.IntStream;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import org.ejml.data.FMatrixRMaj;

/** A deep machine of two hidden layers as the start of a network, see {@link Dbm#toNetwork}. */
final class DbmNetwork {
    private DbmNetwork() {}

    /** The visible units and the highest layer beside each other. */
    static Dataset rows(FMatrixRMaj v, FMatrixRMaj top) {
        FMatrixRMaj both = new FMatrixRMaj(v.numRows, v.numCols + top.numCols);
        for (int i = 0; i < v.numRows; i++) {
            System.arraycopy(v.data, i * v.numCols, both.data, i * both.numCols, v.numCols);
            System.arraycopy(top.data, i * top.numCols, both.data, i * both.numCols + v.numCols, top.numCols);
        }
        return Dataset.of(both);
    }

    static NetworkFactory of(DbmUnits units) {
        int d = units.width(0);
        int inputs = d + units.width(2);
        int[] hidden = IntStream.rangeClosed(1, 2).map(units::width).toArray();
        NetworkFactory plain = NetworkFactory.mlp(Activation.SIGMOID, hidden);
        return NetworkFactory.offered(plain.recipe().orElseThrow(), (name, in, out, rng) -> {
            if (in != inputs) {
                throw new IllegalArgumentException(
                        "Dbm.toNetwork: " + in + " inputs, expected the " + inputs + " columns of rows of withTop");
            }
            Layer network = plain.make(name, in, out, rng);
            RbmUnits lowest = units.lowest();
            FMatrixRMaj w1 = units.visible().filters(lowest);
            FMatrixRMaj w2 = units.weights().get(1);
            FMatrixRMaj lower = network.params().get(0).value();
            System.arraycopy(w1.data, 0, lower.data, 0, w1.getNumElements());
            for (int j = 0; j < w2.numRows; j++) {
                for (int k = 0; k < w2.numCols; k++) {
                    lower.set(d + k, j, w2.get(j, k));
                }
            }
            network.params()
                    .get(1)
                    .value()
                    .setTo(units.visible().published(lowest).c());
            network.params().get(2).value().setTo(w2);
            network.params().get(3).value().setTo(units.biases().get(2));
            return network;
        });
    }
}

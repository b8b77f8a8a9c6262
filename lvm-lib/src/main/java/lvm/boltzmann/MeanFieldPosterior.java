package lvm.boltzmann;

import java.util.List;
import org.ejml.data.FMatrixRMaj;

/**
 * The mean field of rows, a factorial distribution of the hidden units of a deep Boltzmann machine.
 *
 * @param layers n×H means of the units, the lowest hidden layer first
 * @param updates how many times all layers were updated, at most, until nothing changed by more than the tolerance
 */
public record MeanFieldPosterior(List<FMatrixRMaj> layers, int updates) {
    /**
     * Keeps the layers.
     *
     * @param layers n×H means of the units
     * @param updates how many times all layers were updated
     */
    public MeanFieldPosterior {
        layers = List.copyOf(layers);
    }

    /**
     * The means of a layer.
     *
     * @param layer from 1 for the lowest hidden layer
     * @return n×H means
     * @throws IllegalArgumentException if there is no such layer
     */
    public FMatrixRMaj layer(int layer) {
        if (layer < 1 || layer > layers.size()) {
            throw new IllegalArgumentException("MeanFieldPosterior.layer: layer is " + layer + ", expected from 1 to "
                    + layers.size() + ", the hidden layers");
        }
        return layers.get(layer - 1);
    }
}

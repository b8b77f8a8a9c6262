package lvm.gan;

import org.ejml.data.FMatrixRMaj;

/**
 * Latent variables that a search found for rows.
 *
 * @param z n×K latent variables, each where the search ended nearest to its row
 * @param squaredErrors ‖xᵢ − G(zᵢ)‖² in the units of the data: not 0 where the generator does not make the row, or the search
 *     ended at a local minimum; which of the two it is can not be told
 */
public record Codes(FMatrixRMaj z, double[] squaredErrors) {}

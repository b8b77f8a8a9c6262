package lvm.gan;

import lvm.store.ModelData;
import lvm.store.Storable;

/**
 * What the networks of an adversarial network are made from, beside their factories.
 *
 * @param dim D, the observed columns
 * @param latent K, the latent variables
 * @param classes C, the conditions beside z and x; 0 without
 * @param packing m, the rows that the discriminator sees at once
 * @param features the features that the discriminator's network makes; 0 if it makes the output itself
 * @param kernels B of minibatch discrimination; 0 without
 * @param kernelSize C of minibatch discrimination
 * @param spectral whether the discriminator is spectrally normalised
 * @param sigmoid whether the generator ends in σ, for grey levels
 */
record GanShape(
        int dim,
        int latent,
        int classes,
        int packing,
        int features,
        int kernels,
        int kernelSize,
        boolean spectral,
        boolean sigmoid)
        implements Storable {

    @Override
    public void store(ModelData data) {
        data.put("dim", dim)
                .put("latent", latent)
                .put("classes", classes)
                .put("packing", packing)
                .put("features", features)
                .put("kernels", kernels)
                .put("kernelSize", kernelSize)
                .put("spectral", spectral)
                .put("sigmoid", sigmoid);
    }

    static GanShape read(ModelData data) {
        return new GanShape(
                data.integer("dim"),
                data.integer("latent"),
                data.integer("classes"),
                data.integer("packing"),
                data.integer("features"),
                data.integer("kernels"),
                data.integer("kernelSize"),
                data.flag("spectral"),
                data.flag("sigmoid"));
    }

    /** What the generator's network takes. */
    int generatorInputs() {
        return latent + classes;
    }

    /** What the discriminator's network takes: m rows side by side, then their m conditions. */
    int discriminatorInputs() {
        return packing * (dim + classes);
    }
}

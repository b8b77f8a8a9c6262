package lvm.vae;

import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.fit.Fit;
import lvm.fit.FitOptions;
import lvm.fit.Parameters;
import lvm.optim.Adam;
import org.ejml.data.FMatrixRMaj;

/** The steps of {@link Vae}'s training one by one, for measurements. */
public final class VaeSteps {
    private final Adam adam;
    private final Ascent ascent;

    /**
     * A model 50-500-500 at its start.
     *
     * @param data the images
     */
    public VaeSteps(Dataset data) {
        Vae start = Vae.builder().latent(50).hidden(500, 500).epochs(0).fit(data);
        adam = new Adam(start.net().params(), 3e-4);
        ascent = new Ascent(start.net(), adam, Objective.PLAIN);
    }

    /**
     * An epoch through {@link Fit}.
     *
     * @param data the images
     * @param batch the images in a minibatch
     * @return the mean bound, nats
     */
    public double epoch(Dataset data, int batch) {
        return new Fit(ascent)
                .parameters(Parameters.of(adam, Map.of()))
                .options(new FitOptions().epochs(1).batchSize(batch))
                .label(null)
                .run(data)
                .last("objective");
    }

    /**
     * One step.
     *
     * @param x the minibatch
     * @param rng the source of randomness
     */
    public void step(FMatrixRMaj x, RandomGenerator rng) {
        ascent.step(x, rng);
    }
}

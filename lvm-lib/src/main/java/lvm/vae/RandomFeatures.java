package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/** φ(x) = √(2/F) cos(Wᵀ x + b), whose products approach exp(−γ ‖x − x′‖²): A. Rahimi and B. Recht (2007). */
final class RandomFeatures {
    private final FMatrixRMaj projections;
    private final float[] phases;

    RandomFeatures(int dim, int features, double gamma, RandomGenerator rng) {
        projections = new FMatrixRMaj(dim, features);
        Fill.normal(0, (float) Math.sqrt(2 * gamma), projections, rng);
        phases = new float[features];
        Fill.uniform(0f, (float) (2 * Math.PI), phases, rng);
    }

    int count() {
        return phases.length;
    }

    FMatrixRMaj of(FMatrixRMaj x, FMatrixRMaj out) {
        out.reshape(x.numRows, phases.length);
        Products.mult(x, projections, out);
        float scale = (float) Math.sqrt(2.0 / phases.length);
        int c = phases.length;
        Parallel.range(x.numRows, 1, (from, to) -> {
            for (int i = from * c; i < to * c; i++) {
                out.data[i] = scale * (float) Math.cos(out.data[i] + phases[i % c]);
            }
        });
        return out;
    }
}

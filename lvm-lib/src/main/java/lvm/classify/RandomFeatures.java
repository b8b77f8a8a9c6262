package lvm.classify;

import java.util.random.RandomGenerator;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.random.Fill;
import lvm.store.ModelData;
import lvm.store.Storable;
import org.ejml.data.FMatrixRMaj;

/** φ(x) = √(2/F) cos(Wᵀ x + b), whose products approach exp(−γ ‖x − x′‖²): A. Rahimi and B. Recht (2007). */
final class RandomFeatures implements Storable {
    /** Added and subtracted it rounds a float below 2²² to an integer. */
    private static final float ROUND = 0x1.8p23f;

    /** Columns W and the phases b, both over 2π: in turns. */
    private final FMatrixRMaj projections;

    private final float[] phases;

    RandomFeatures(int dim, int features, double gamma, RandomGenerator rng) {
        projections = new FMatrixRMaj(dim, features);
        Fill.normal(0, (float) (Math.sqrt(2 * gamma) / (2 * Math.PI)), projections, rng);
        phases = new float[features];
        Fill.uniform(0f, 1f, phases, rng);
    }

    private RandomFeatures(FMatrixRMaj projections, float[] phases) {
        this.projections = projections;
        this.phases = phases;
    }

    @Override
    public void store(ModelData data) {
        data.put("projections", projections).put("phases", phases);
    }

    static RandomFeatures read(ModelData data) {
        return new RandomFeatures(data.floats("projections"), data.floatArray("phases"));
    }

    int count() {
        return phases.length;
    }

    FMatrixRMaj of(FMatrixRMaj x, FMatrixRMaj out) {
        out.reshape(x.numRows, phases.length);
        Products.mult(x, projections, out);
        float scale = (float) Math.sqrt(2.0 / phases.length);
        Parallel.range(x.numRows, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                cosines(out.data, i * phases.length, phases, scale);
            }
        });
        return out;
    }

    /**
     * s cos(2π (t + b)) for one row of turns, by the Chebyshev interpolant of degree 6 in the squared distance from the next
     * whole turn: error below 6·10⁻⁷ s for |t + b| up to 1, and one rounding of t + b in 2π more beyond. Without a branch or a
     * call, so that the compiler makes vector instructions of it.
     */
    static void cosines(float[] turns, int at, float[] phases, float scale) {
        for (int j = 0; j < phases.length; j++) {
            float t = turns[at + j] + phases[j];
            float r = t - ((t + ROUND) - ROUND);
            float z = r * r;
            float q = 6.5277061f;
            q = q * z - 25.966885f;
            q = q * z + 60.16743f;
            q = q * z - 85.45011f;
            q = q * z + 64.93912f;
            q = q * z - 19.739204f;
            q = q * z + 1;
            turns[at + j] = scale * q;
        }
    }
}

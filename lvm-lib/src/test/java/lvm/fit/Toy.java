package lvm.fit;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** Noisy gradient ascent with momentum on −½ |x − μ|²; its state is in floats, doubles and a number. */
final class Toy implements TrainStep, Parameters {
    static final int ROWS = 103;
    static final int DIM = 7;

    final FMatrixRMaj mu = new FMatrixRMaj(1, DIM);
    final DMatrixRMaj velocity = new DMatrixRMaj(1, DIM);
    double count;

    static Dataset data() {
        SplittableRandom rng = new SplittableRandom(4);
        DMatrixRMaj x = new DMatrixRMaj(ROWS, DIM);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = 3 + rng.nextGaussian();
        }
        return Dataset.of(x);
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        double value = value(batch, rng);
        FMatrixRMaj x = batch.x();
        count++;
        for (int j = 0; j < DIM; j++) {
            double gradient = rng.nextGaussian() / 10;
            for (int i = 0; i < x.numRows; i++) {
                gradient += (x.get(i, j) - mu.data[j]) / x.numRows;
            }
            velocity.data[j] = .9 * velocity.data[j] + gradient / (1 + Math.sqrt(count));
            mu.data[j] += (float) (.1 * velocity.data[j]);
        }
        return value;
    }

    double value(Batch batch, RandomGenerator rng) {
        FMatrixRMaj x = batch.x();
        double value = 0;
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < DIM; j++) {
                double difference = x.get(i, j) - mu.data[j];
                value -= difference * difference / 2 / x.numRows;
            }
        }
        return value;
    }

    @Override
    public Map<String, Matrix> values() {
        return Map.of("mu", mu);
    }

    @Override
    public Map<String, Matrix> state() {
        return Map.of("velocity", velocity);
    }

    @Override
    public Map<String, Double> scalars() {
        return Map.of("count", count);
    }

    @Override
    public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
        Parameters.copy(state, state());
        count = scalars.get("count");
    }

    static FitOptions options() {
        return new FitOptions().batchSize(10).seed(5).epochs(10);
    }

    Fit fit(FitOptions options) {
        return new Fit(this).parameters(this).options(options).label(null);
    }
}

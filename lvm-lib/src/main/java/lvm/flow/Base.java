package lvm.flow;

import java.util.random.RandomGenerator;
import lvm.autodiff.Var;
import lvm.linalg.Logs;
import org.ejml.data.FMatrixRMaj;

/** The simple distribution that a flow carries to the data: independent columns of mean 0. */
public enum Base {
    /** N(0, 1). */
    NORMAL {
        @Override
        Var logDensity(Var z) {
            return z.standardNormalLogDensity();
        }

        @Override
        void draw(FMatrixRMaj z, RandomGenerator rng) {
            int n = z.getNumElements();
            for (int i = 0; i < n; i++) {
                z.data[i] = (float) rng.nextGaussian();
            }
        }
    },
    /** The logistic distribution, p(z) = σ(z) σ(−z), of variance π²/3, with heavier tails. */
    LOGISTIC {
        @Override
        Var logDensity(Var z) {
            // −softplus(z) − softplus(−z) = z − 2 softplus(z)
            return z.sub(z.softplus().mul(2)).sumPerRow();
        }

        @Override
        void draw(FMatrixRMaj z, RandomGenerator rng) {
            int n = z.getNumElements();
            for (int i = 0; i < n; i++) {
                double u = rng.nextDouble(Double.MIN_NORMAL, 1);
                z.data[i] = (float) Logs.logit(u);
            }
        }
    };

    /** Σⱼ log p(zⱼ) of each row. */
    abstract Var logDensity(Var z);

    abstract void draw(FMatrixRMaj z, RandomGenerator rng);
}

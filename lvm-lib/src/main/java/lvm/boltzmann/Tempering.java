package lvm.boltzmann;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.mcmc.Transition;
import org.ejml.data.FMatrixRMaj;

/**
 * Parallel tempering along the path of {@link Rbm#annealing()}: the rows of a state are as many chains at β₀ = 0, then as many at each
 * further βₜ = t/(T − 1), those at 1 last. A step is a sweep of Gibbs sampling at every β, then neighbours change places with probability
 * min(1, f_β(v′) f_β′(v)/(f_β(v) f_β′(v′))). K. Cho, T. Raiko and A. Ilin (2010), Parallel tempering is efficient for learning
 * restricted Boltzmann machines. Leaves the product of all f_β invariant.
 */
final class Tempering implements Transition<FMatrixRMaj> {
    private final RbmPath path;
    private final int temperatures;
    private final FMatrixRMaj part;
    private double[] logRatio = new double[0];

    Tempering(RbmPath path, int temperatures) {
        this.path = path;
        this.temperatures = temperatures;
        part = new FMatrixRMaj(0, path.visible());
    }

    private double beta(int t) {
        return temperatures == 1 ? 1 : (double) t / (temperatures - 1);
    }

    @Override
    public Info step(FMatrixRMaj state, RandomGenerator rng) {
        if (state.numRows % temperatures != 0) {
            throw new IllegalArgumentException("Rbm.tempered: a state of " + state.numRows
                    + " rows, expected a multiple of the " + temperatures + " temperatures");
        }
        int chains = state.numRows / temperatures;
        int d = state.numCols;
        part.reshape(chains, d);
        for (int t = 0; t < temperatures; t++) {
            System.arraycopy(state.data, t * chains * d, part.data, 0, chains * d);
            path.at(beta(t)).step(part, rng);
            System.arraycopy(part.data, 0, state.data, t * chains * d, chains * d);
        }
        return new Info(swaps(state, chains, rng), Double.NaN);
    }

    /** Pairs that begin at even places and at odd ones in turn, which is drawn so that a step depends on nothing before it. */
    private double swaps(FMatrixRMaj state, int chains, RandomGenerator rng) {
        int d = state.numCols;
        double acceptance = 0;
        int proposed = 0;
        for (int t = rng.nextInt(2); t + 1 < temperatures; t += 2) {
            if (logRatio.length < chains) {
                logRatio = new double[chains];
            }
            Arrays.fill(logRatio, 0, chains, 0);
            System.arraycopy(state.data, t * chains * d, part.data, 0, chains * d);
            path.addLogRatio(part, beta(t), beta(t + 1), logRatio);
            System.arraycopy(state.data, (t + 1) * chains * d, part.data, 0, chains * d);
            path.addLogRatio(part, beta(t + 1), beta(t), logRatio);
            for (int i = 0; i < chains; i++) {
                double accept = Math.exp(Math.min(0, logRatio[i]));
                acceptance += accept;
                proposed++;
                if (rng.nextDouble() < accept) {
                    int one = (t * chains + i) * d;
                    int other = ((t + 1) * chains + i) * d;
                    for (int k = 0; k < d; k++) {
                        float kept = state.data[one + k];
                        state.data[one + k] = state.data[other + k];
                        state.data[other + k] = kept;
                    }
                }
            }
        }
        return proposed == 0 ? 1 : acceptance / proposed;
    }
}

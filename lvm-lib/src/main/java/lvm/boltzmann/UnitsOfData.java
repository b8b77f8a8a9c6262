package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.fit.Scaling;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.Transition;
import org.ejml.data.FMatrixRMaj;

/** Chains of standardised units for a user, whose states are in the units of the data. */
final class UnitsOfData {
    private UnitsOfData() {}

    static Transition<FMatrixRMaj> of(Scaling scaling, Transition<FMatrixRMaj> chains) {
        if (scaling.isNone()) {
            return chains;
        }
        return (state, rng) -> {
            FMatrixRMaj seen = scaling.of(state);
            Transition.Info info = chains.step(seen, rng);
            state.setTo(scaling.back(seen));
            return info;
        };
    }

    static AnnealingPath<FMatrixRMaj> of(Scaling scaling, AnnealingPath<FMatrixRMaj> path) {
        if (scaling.isNone()) {
            return path;
        }
        return new AnnealingPath<>() {
            @Override
            public double logBase() {
                return path.logBase();
            }

            @Override
            public FMatrixRMaj base(int chains, RandomGenerator rng) {
                return scaling.back(path.base(chains, rng));
            }

            @Override
            public void addLogRatio(FMatrixRMaj state, double from, double to, double[] logWeights) {
                path.addLogRatio(scaling.of(state), from, to, logWeights);
            }

            @Override
            public Transition<FMatrixRMaj> at(double beta) {
                return of(scaling, path.at(beta));
            }
        };
    }
}

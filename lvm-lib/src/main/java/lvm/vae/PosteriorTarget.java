package lvm.vae;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.mcmc.Hmc;
import lvm.model.LatentLikelihood;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** log p(xᵢ, z) of every row of observations as a function of z, for chains at p(z | xᵢ), or log p(xᵢ | z) alone. */
final class PosteriorTarget implements Hmc.Target, LatentLikelihood {
    private final Tape tape = Tape.forInputs();
    private final FMatrixRMaj z = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj ones = new FMatrixRMaj(0, 0);
    private final VaeNet net;
    private final boolean prior;
    private FMatrixRMaj x;

    PosteriorTarget(VaeNet net) {
        this(net, true);
    }

    /** With or without log p(z). */
    PosteriorTarget(VaeNet net, boolean prior) {
        this.net = net;
        this.prior = prior;
    }

    /** The observations of the chains, standardised; kept. */
    PosteriorTarget at(FMatrixRMaj x) {
        this.x = x;
        ones.reshape(x.numRows, 1);
        ones.fill(1);
        return this;
    }

    @Override
    public void evaluate(DMatrixRMaj q, double[] logDensity, DMatrixRMaj gradient) {
        int size = q.numRows * q.numCols;
        z.reshape(q.numRows, q.numCols);
        for (int i = 0; i < size; i++) {
            z.data[i] = (float) q.data[i];
        }
        tape.reset();
        Var at = tape.input(z);
        Var likelihood = net.logLikelihood(tape, tape.constant(x), at, null);
        Var asked = prior ? likelihood.add(net.logPrior(at)) : likelihood;
        tape.backward(asked, ones);
        for (int i = 0; i < q.numRows; i++) {
            logDensity[i] = asked.value().data[i] + net.observation.units;
        }
        float[] slope = at.grad().data;
        for (int i = 0; i < size; i++) {
            gradient.data[i] = slope[i];
        }
    }
}

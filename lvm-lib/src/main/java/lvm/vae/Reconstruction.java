package lvm.vae;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/** The cost of a reconstruction r of x, summed over the D dimensions. */
public enum Reconstruction {
    /** ‖r − x‖², with r the decoder's outputs. */
    SQUARED_ERROR {
        @Override
        Var cost(Tape tape, Var outputs, Var x) {
            return outputs.sub(x).square().sumPerRow();
        }
    },
    /** −Σⱼ xⱼ log rⱼ + (1 − xⱼ) log(1 − rⱼ) in nats for x in [0,1], with r the sigmoid of the decoder's outputs. */
    CROSS_ENTROPY {
        @Override
        Var cost(Tape tape, Var outputs, Var x) {
            return outputs.bernoulliLogLikelihood(x).neg();
        }
    };

    /** n×1 costs of what the decoder gave. */
    abstract Var cost(Tape tape, Var outputs, Var x);
}

package lvm.vae;

/** How the evidence lower bound is estimated from draws z ~ q(z | x). Both forms have the same expectation. */
public enum BoundForm {
    /** E_q[log p(x | z)] − KL(q(z | x) ‖ p(z)), with the divergence of the two Gaussians in closed form. */
    ANALYTIC_KL,
    /** E_q[log p(x | z) + log p(z) − log q(z | x)], all of it from draws; its gradient vanishes where q is exact. */
    SAMPLED
}

package lvm.boltzmann;

/** How the state of an {@link RnnRbm} goes from frame to frame. */
public enum Recurrence {
    /**
     * A recurrent layer, uᵗ = tanh(xᵗ W₂ + uᵗ⁻¹ U + d): the RNN-RBM of N. Boulanger-Lewandowski, Y. Bengio and P. Vincent (2012), Modeling temporal
     * dependencies in high-dimensional sequences.
     */
    RNN,
    /** A gated recurrent layer, {@link lvm.nn.GatedRecurrent}. */
    GRU,
    /**
     * The means of the machine's own hidden units, uᵗ = σ(xᵗ W + cᵗ), with the weights of the machine: the recurrent temporal restricted
     * Boltzmann machine of I. Sutskever, G. E. Hinton and G. W. Taylor (2009). As in Boulanger-Lewandowski et al. (2012) the state moves the
     * biases of the visible units too; theirs of 2009 moves those of the hidden ones.
     */
    RTRBM
}

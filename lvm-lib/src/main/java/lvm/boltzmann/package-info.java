/**
 * Boltzmann machines: energies over binary units, and visible ones that are Gaussian, whose partition function is a sum over all states.
 *
 * <p>{@link lvm.boltzmann.Rbm} is the restricted machine; its builder takes a way of learning from
 * {@link lvm.boltzmann.RbmLearning}; its visible units are binary, in groups of which one is on, or Gaussian
 * ({@link lvm.boltzmann.VisibleUnits}). {@code rbm.logPartition()} sums log Z where one layer is small, and
 * {@code rbm.enumerated()} is the machine with exact probabilities or densities and draws. {@link lvm.boltzmann.PartitionBracket} estimates log Z from
 * both sides where that is out of reach. {@code rbm.gibbs()} and {@code rbm.tempered(…)} are transitions for chains.
 *
 * <p>{@link lvm.boltzmann.Dbn} is a stack of such machines, learnt from below, of which only the highest stays undirected;
 * {@code dbn.enumerated()} is a small one with exact probabilities, bound and posterior, and {@code dbn.toNetwork()} begins a classifier.
 * In a {@link lvm.boltzmann.Dbm} all layers stay undirected: its posterior is approximated by the mean field, and it learns all layers
 * together by {@link lvm.boltzmann.DbmLearning}, with layers learnt one by one before or with centring.
 */
package lvm.boltzmann;

/**
 * Representation learning: what is done with encoders, networks and classifiers of any family, which are seen by their capabilities alone.
 *
 * <pre>{@code
 * NeuralClassifier net = Pretraining.of(images)
 *         .stack(Rbm.builder().hidden(500)::fit)
 *         .toClassifier()
 *         .fit(labelled);
 * }</pre>
 *
 * {@link lvm.representation.Pretraining} stacks single-layer learners and makes networks of them.
 */
package lvm.representation;

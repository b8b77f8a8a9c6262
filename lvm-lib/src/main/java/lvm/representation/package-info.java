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
 * {@link lvm.representation.Pretraining} stacks single-layer learners and makes networks of them, {@link lvm.representation.EncoderNetwork} makes
 * a layer of any encoder. {@link lvm.representation.LinearProbe} asks layers for the class, {@link lvm.representation.OneShot} tells classes of one
 * example, {@link lvm.representation.ZeroShot} those of a description alone, {@link lvm.representation.AdversarialFeatures} those of another
 * domain. {@link lvm.representation.MutualInformationGap} measures which factors stand where, {@link lvm.representation.Arrangement} and
 * {@link lvm.representation.LinearRegions} count the regions of features and networks exactly, {@link lvm.representation.SkipGram} learns vectors of
 * words.
 */
package lvm.representation;

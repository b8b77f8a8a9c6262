/**
 * Classifiers: each tells the class of a row, {@code classifier.classify(x)}, and can be saved.
 *
 * <pre>{@code
 * NeuralClassifier net = NeuralClassifier.builder().hidden(300).epochs(20).fit(digits);
 * ErrorRate.of(net.classify(test), test.labels());
 * }</pre>
 *
 * {@link lvm.classify.NeuralClassifier} is a network, {@link lvm.classify.NearestNeighbours} asks the nearest rows,
 * {@link lvm.classify.SupportVectorMachine} has the widest margin. Two learn from rows without a label too:
 * {@link lvm.classify.TransductiveSvm} keeps its border away from them, {@link lvm.classify.LabelPropagation} spreads the labels
 * of few rows over their neighbours.
 */
package lvm.classify;

package lvm.evaluation;

import lvm.model.Classifier;
import lvm.model.HasClassProbabilities;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The inception score of draws by a classifier, exp E KL(p(y | x) ‖ p(y)) with p(y) = E p(y | x): T. Salimans and others (2016),
 * whose classifier was the Inception network; scores by other classifiers can not be compared with theirs. It is in [1, K] for K
 * classes: 1 where p(y | x) is the same for all draws, K where each is sure and all classes are as frequent.
 *
 * <p>What it can not see (S. Barratt and R. Sharma 2018): one draw of each class, made again and again, scores K, and so do rows that the
 * classifier was never meant for but is sure of. It differs between two trainings of the same classifier, and between numbers of groups.
 */
public final class InceptionScore {
    private static final double SUM = 1e-3;

    private InceptionScore() {}

    /**
     * The score of all rows together.
     *
     * @param probabilities n×K values of p(y | xᵢ), which sum to 1 in each row; not modified
     * @return the score, from 1 to K
     * @throws IllegalArgumentException if there is no row or no class, a number is not in [0,1] or a row does not sum to 1
     */
    public static double of(Matrix probabilities) {
        Rows p = checked("InceptionScore.of", probabilities);
        return score(p, 0, p.n);
    }

    /**
     * The score of rows by a classifier. One that says no probabilities counts as sure: then it is exp H(y) of the classes that it tells.
     *
     * @param classifier the classifier
     * @param x n×D rows; not modified
     * @return the score, from 1 to K
     * @throws IllegalArgumentException if there is no row or the classifier does not take them
     */
    public static double of(Classifier classifier, FMatrixRMaj x) {
        return of(probabilities(classifier, x));
    }

    /**
     * The scores of groups of rows, as they were published: mean and standard deviation over 10 groups. Each is on average below
     * that of all rows, the more the smaller the groups.
     *
     * @param probabilities n×K values of p(y | xᵢ); not modified
     * @param groups how many, at least 1 and at most n; as equal as can be
     * @return a score for each group
     * @throws IllegalArgumentException as {@link #of(Matrix)}, or if groups is out of range
     */
    public static double[] groups(Matrix probabilities, int groups) {
        Rows p = checked("InceptionScore.groups", probabilities);
        if (groups < 1 || groups > p.n) {
            throw new IllegalArgumentException(
                    "InceptionScore.groups: " + groups + " groups of " + p.n + " rows, expected 1 to " + p.n);
        }
        double[] scores = new double[groups];
        for (int g = 0; g < groups; g++) {
            scores[g] = score(p, (int) ((long) p.n * g / groups), (int) ((long) p.n * (g + 1) / groups));
        }
        return scores;
    }

    private static Matrix probabilities(Classifier classifier, FMatrixRMaj x) {
        if (classifier instanceof HasClassProbabilities sure) {
            return sure.classProbabilities(x);
        }
        int[] classes = classifier.classify(x);
        DMatrixRMaj p = new DMatrixRMaj(classes.length, classifier.classes());
        for (int i = 0; i < classes.length; i++) {
            p.set(i, classes[i], 1);
        }
        return p;
    }

    private static Rows checked(String where, Matrix probabilities) {
        Require.atLeast(where, "the number of classes", 1, probabilities.getNumCols());
        Require.unitInterval(where, "probabilities", probabilities, probabilities.getNumCols());
        Rows p = Rows.of(where, "probabilities", probabilities, 1, -1);
        for (int i = 0; i < p.n; i++) {
            double sum = 0;
            for (int k = 0; k < p.d; k++) {
                sum += p.get(i, k);
            }
            if (!(Math.abs(sum - 1) < SUM)) {
                throw new IllegalArgumentException(
                        where + ": row " + i + " (counted from 0) of probabilities sums to " + sum + ", expected 1");
            }
        }
        return p;
    }

    private static double score(Rows p, int from, int to) {
        double[] all = new double[p.d];
        for (int i = from; i < to; i++) {
            for (int k = 0; k < p.d; k++) {
                all[k] += p.get(i, k) / (to - from);
            }
        }
        double divergence = 0;
        for (int i = from; i < to; i++) {
            for (int k = 0; k < p.d; k++) {
                double v = p.get(i, k);
                divergence += v > 0 ? v * Math.log(v / all[k]) / (to - from) : 0;
            }
        }
        return Math.exp(Math.max(0, Math.min(Math.log(p.d), divergence))); // the bounds but for rounding
    }
}

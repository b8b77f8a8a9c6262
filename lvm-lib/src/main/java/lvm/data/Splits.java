package lvm.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import lvm.random.Fill;

/** Data divided by a seed: to train, to validate and to test, or with labels and without. All parts are views. */
public final class Splits {
    private Splits() {}

    /**
     * Data to train on, to choose settings by, and to report on.
     *
     * @param train the rows that the model is fitted to
     * @param validation the rows by which settings and the end of the training are chosen
     * @param test the rows that results are reported on
     */
    public record Split(Dataset train, Dataset validation, Dataset test) {}

    /**
     * Data of which few rows are labelled.
     *
     * @param labelled N rows with labels, the classes equally frequent
     * @param unlabelled the other rows, without labels
     * @param all all rows in their order, those that are not among the N with {@link Dataset#UNLABELLED}
     */
    public record PartlyLabelled(Dataset labelled, Dataset unlabelled, Dataset all) {}

    /**
     * A task of learning from few examples.
     *
     * @param known the examples: one row of each class, or few
     * @param test the rows whose class is to be told, with the same classes
     */
    public record Episode(Dataset known, Dataset test) {

        /**
         * The same task with other rows, such as smaller images.
         *
         * @param change what is made of both parts; it must keep rows and labels
         * @return the task
         */
        public Episode map(UnaryOperator<Dataset> change) {
            return new Episode(change.apply(known), change.apply(test));
        }
    }

    /**
     * A task of few examples: some classes drawn at random, and of each some rows to know and others to be told.
     *
     * @param data labelled rows
     * @param ways the number of classes, at least 2
     * @param shots the rows to know of each class, at least 1
     * @param tests the rows to test of each class, at least 1
     * @param seed the seed of the draw
     * @return the task, with the classes numbered anew from 0
     * @throws IllegalArgumentException if there are not so many classes with so many rows
     */
    public static Episode episode(Dataset data, int ways, int shots, int tests, long seed) {
        if (ways < 2 || shots < 1 || tests < 1) {
            throw new IllegalArgumentException("Splits.episode: " + ways + " ways, " + shots + " shots and " + tests
                    + " tests, expected at least 2, 1 and 1");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        int[] order = Fill.permutation(data.rows(), rng);
        int[] known = new int[ways * shots];
        int[] test = new int[ways * tests];
        int[] knownLabels = new int[known.length];
        int[] testLabels = new int[test.length];
        List<String> names = new ArrayList<>();
        for (int c : Fill.permutation(Math.max(data.classes(), 1), rng)) {
            int way = names.size();
            int[] rows = IntStream.of(order)
                    .filter(row -> data.label(row) == c)
                    .limit(shots + tests)
                    .toArray();
            if (way == ways || rows.length < shots + tests) {
                continue;
            }
            for (int k = 0; k < rows.length; k++) {
                int at = k < shots ? way * shots + k : way * tests + k - shots;
                (k < shots ? known : test)[at] = rows[k];
                (k < shots ? knownLabels : testLabels)[at] = way;
            }
            names.add(data.classNames().get(c));
        }
        if (names.size() < ways) {
            throw new IllegalArgumentException("Splits.episode: " + names.size() + " classes have " + (shots + tests)
                    + " rows or more, expected " + ways);
        }
        return new Episode(
                data.subset(known).withClasses(knownLabels, names),
                data.subset(test).withClasses(testLabels, names));
    }

    /**
     * Two parts, drawn at random without replacement.
     *
     * @param data n rows
     * @param size the rows of the second part, from 1 to n − 1
     * @param seed the seed of the draw
     * @return n − size rows and size rows
     * @throws IllegalArgumentException if one part would be empty
     */
    public static Dataset[] split(Dataset data, int size, long seed) {
        int n = data.rows();
        if (size < 1 || size >= n) {
            throw new IllegalArgumentException(
                    "Splits.split: " + size + " of " + n + " rows, expected from 1 to " + (n - 1));
        }
        Dataset shuffled = data.shuffled(new SplittableRandom(seed));
        return new Dataset[] {shuffled.slice(0, n - size), shuffled.slice(n - size, n)};
    }

    /**
     * Three parts, drawn at random without replacement.
     *
     * @param data n rows
     * @param validation the rows to validate on, at least 1
     * @param test the rows to test on, at least 1
     * @param seed the seed of the draw
     * @return n − validation − test rows to train on, and the others
     * @throws IllegalArgumentException if one part would be empty
     */
    public static Split split(Dataset data, int validation, int test, long seed) {
        int n = data.rows();
        if (validation < 1 || test < 1 || validation >= n - (long) test) {
            throw new IllegalArgumentException("Splits.split: " + validation + " rows to validate and " + test
                    + " to test of " + n + ", expected at least 1 each and 1 left to train on");
        }
        Dataset shuffled = data.shuffled(new SplittableRandom(seed)).named(data.name());
        int train = n - validation - test;
        return new Split(
                shuffled.slice(0, train),
                shuffled.slice(train, train + validation),
                shuffled.slice(train + validation, n));
    }

    /**
     * Keeps the labels of N rows drawn at random, as many of each class as of any other (one more or less where N is no
     * multiple of the number of classes), and takes them from the rest.
     *
     * @param data n labelled rows of K classes; rows without label count to the rest
     * @param size N, from K to n − 1
     * @param seed the seed of the draw
     * @return N labelled rows in random order, the others in their order, and both together in theirs
     * @throws IllegalArgumentException if N is too small or too large, or a class has too few rows; the message says which
     */
    public static PartlyLabelled labelled(Dataset data, int size, long seed) {
        int classes = data.classes();
        if (classes == 0) {
            throw new IllegalArgumentException("Splits.labelled: the data have no labels");
        }
        if (size < classes || size >= data.rows()) {
            throw new IllegalArgumentException("Splits.labelled: " + size + " labelled rows of " + data.rows()
                    + ", expected at least one for each of the " + classes + " classes and fewer than all");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        int[] order = Fill.permutation(data.rows(), rng);
        int[] wanted = new int[classes];
        for (int c = 0; c < classes; c++) {
            wanted[c] = size / classes + (c < size % classes ? 1 : 0);
        }
        int[] missing = wanted.clone();
        boolean[] chosen = new boolean[data.rows()];
        int[] few = new int[size];
        int found = 0;
        for (int row : order) {
            int label = data.label(row);
            if (label != Dataset.UNLABELLED && missing[label] > 0) {
                missing[label]--;
                chosen[row] = true;
                few[found++] = row;
            }
        }
        for (int c = 0; c < classes; c++) {
            if (missing[c] > 0) {
                throw new IllegalArgumentException("Splits.labelled: class " + c + " has " + (wanted[c] - missing[c])
                        + " labelled rows, expected at least " + wanted[c]);
            }
        }
        int[] labels = data.labels();
        int[] rest = new int[data.rows() - size];
        int others = 0;
        for (int i = 0; i < labels.length; i++) {
            if (!chosen[i]) {
                labels[i] = Dataset.UNLABELLED;
                rest[others++] = i;
            }
        }
        return new PartlyLabelled(data.subset(few), data.subset(rest).withoutLabels(), data.relabelled(labels));
    }

    /**
     * The rows of some classes.
     *
     * @param data n rows
     * @param classes the classes, counted from 0
     * @return a view of the rows with one of these labels, in their order and with their labels
     * @throws IllegalArgumentException if the data have no such class, or no row is of one of them
     */
    public static Dataset ofClasses(Dataset data, int... classes) {
        BitSet wanted = new BitSet();
        for (int c : classes) {
            if (c < 0 || c >= data.classes()) {
                throw new IllegalArgumentException(
                        "Splits.ofClasses: class " + c + ", expected 0 to " + (data.classes() - 1));
            }
            wanted.set(c);
        }
        return data.subset(IntStream.range(0, data.rows())
                .filter(i -> data.label(i) != Dataset.UNLABELLED && wanted.get(data.label(i)))
                .toArray());
    }
}

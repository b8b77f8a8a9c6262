package lvm.representation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import lvm.data.Matrices;
import lvm.linalg.Interrupts;
import lvm.linalg.VectorMath;
import lvm.model.Require;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * Vectors of words by the skip-gram model with negative sampling. Every word w has a vector u and a vector v for its place as a context; for
 * each pair of a word and one that stands near it, and k words n drawn from a distribution q of noise, training raises
 *
 * <p>log σ(u_w · v_c) + Σₖ log σ(−u_w · v_n).
 *
 * <p>T. Mikolov, I. Sutskever, K. Chen, G. Corrado and J. Dean (2013), equation 4, with q(n) ∝ count^¾ by default. Where vectors are long enough
 * to be free, the optimum is u_w · v_c = log p(w, c) / (p(w) q(c)) − log k, the pointwise mutual information less log k: O. Levy and Y. Goldberg
 * (2014), for q the shares of the contexts ({@link #shiftedPmi}). One thread; the same seed gives the same bits.
 */
public final class SkipGram {
    private final List<String> words;
    private final Map<String, Integer> numbers;
    private final FMatrixRMaj vectors;
    private final FMatrixRMaj contexts;
    private final Pairs pairs;
    private final double[] noise;
    private final int negatives;

    private SkipGram(
            List<String> words, FMatrixRMaj vectors, FMatrixRMaj contexts, Pairs pairs, double[] noise, int negatives) {
        this.words = words;
        this.numbers = numbers(words);
        this.vectors = vectors;
        this.contexts = contexts;
        this.pairs = pairs;
        this.noise = noise;
        this.negatives = negatives;
    }

    /** The pairs of a word and a word near it. */
    private record Pairs(int[] word, int[] context) {}

    private static Map<String, Integer> numbers(List<String> words) {
        Map<String, Integer> numbers = new HashMap<>();
        words.forEach(word -> numbers.put(word, numbers.size()));
        return numbers;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Learns vectors by stochastic gradient ascent, a pair a step, with a rate that falls linearly to 0. */
    public static final class Builder {
        /** The length of a vector when none is set. */
        public static final int DEFAULT_DIMENSIONS = 50;

        /** The words to each side that are contexts when none is set. */
        public static final int DEFAULT_WINDOW = 5;

        /** The negative samples for each pair when none are set. */
        public static final int DEFAULT_NEGATIVES = 5;

        /** The passes over the pairs when none are set. */
        public static final int DEFAULT_EPOCHS = 5;

        private int dimensions = DEFAULT_DIMENSIONS;
        private int window = DEFAULT_WINDOW;
        private int negatives = DEFAULT_NEGATIVES;
        private int epochs = DEFAULT_EPOCHS;
        private int least = 1;
        private double learningRate = 0.05;
        private double power = 0.75;
        private long seed = 1;

        private Builder() {}

        /**
         * The length of the vectors.
         *
         * @param dimensions at least 1, by default {@link #DEFAULT_DIMENSIONS}
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder dimensions(int dimensions) {
            this.dimensions = Require.atLeast("SkipGram", "dimensions", 1, dimensions);
            return this;
        }

        /**
         * How far from a word its contexts are.
         *
         * @param window the words to each side within the sentence, at least 1, by default {@link #DEFAULT_WINDOW}; all weigh the same
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder window(int window) {
            this.window = Require.atLeast("SkipGram", "window", 1, window);
            return this;
        }

        /**
         * The negative samples for each pair.
         *
         * @param negatives k, at least 1, by default {@link #DEFAULT_NEGATIVES}
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder negatives(int negatives) {
            this.negatives = Require.atLeast("SkipGram", "negatives", 1, negatives);
            return this;
        }

        /**
         * The passes over all pairs.
         *
         * @param epochs at least 0, by default {@link #DEFAULT_EPOCHS}
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder epochs(int epochs) {
            this.epochs = Require.atLeast("SkipGram", "epochs", 0, epochs);
            return this;
        }

        /**
         * How often a word must stand in the text to have a vector; rarer ones are left out before the windows are laid.
         *
         * @param times at least 1, by default 1
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder leastCount(int times) {
            this.least = Require.atLeast("SkipGram", "leastCount", 1, times);
            return this;
        }

        /**
         * The learning rate of the first step.
         *
         * @param learningRate above 0 and finite, by default 0.05
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder learningRate(double learningRate) {
            if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "SkipGram: learningRate is " + learningRate + ", expected above 0 and finite");
            }
            this.learningRate = learningRate;
            return this;
        }

        /**
         * The distribution of the negative samples, q(n) ∝ (how often n is a context)^power.
         *
         * @param power from 0 (each word as often) to 1 (as the contexts are), by default ¾
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder noisePower(double power) {
            if (!(power >= 0 && power <= 1)) {
                throw new IllegalArgumentException("SkipGram: noisePower is " + power + ", expected within [0,1]");
            }
            this.power = power;
            return this;
        }

        /**
         * The seed of starts, order and negative samples.
         *
         * @param seed by default 1
         * @return this
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Learns the vectors of the words of a text.
         *
         * @param sentences each a list of words; a window does not reach into another sentence; not modified
         * @return the vectors
         * @throws IllegalArgumentException if no two words stand near each other
         * @throws java.util.concurrent.CancellationException if the thread is interrupted
         */
        public SkipGram fit(List<List<String>> sentences) {
            Map<String, Integer> counts = new TreeMap<>();
            sentences.forEach(sentence -> sentence.forEach(word -> counts.merge(word, 1, Integer::sum)));
            List<String> words = new ArrayList<>(counts.keySet());
            words.removeIf(word -> counts.get(word) < least);
            words.sort(Collections.reverseOrder((a, b) -> counts.get(a) - counts.get(b)));
            Pairs pairs = pairs(sentences, numbers(words), window);
            if (pairs.word.length == 0) {
                throw new IllegalArgumentException("SkipGram.fit: no two words of " + sentences.size()
                        + " sentences stand near each other, expected at least one pair");
            }
            double[] noise = shares(pairs.context, words.size());
            double sum = 0;
            for (int c = 0; c < noise.length; c++) {
                noise[c] = noise[c] > 0 ? Math.pow(noise[c], power) : 0;
                sum += noise[c];
            }
            for (int c = 0; c < noise.length; c++) {
                noise[c] /= sum;
            }
            SplittableRandom rng = new SplittableRandom(Seeds.split(seed, "start"));
            FMatrixRMaj u = new FMatrixRMaj(words.size(), dimensions);
            FMatrixRMaj v = new FMatrixRMaj(words.size(), dimensions);
            for (int i = 0; i < u.data.length; i++) {
                u.data[i] = (float) ((rng.nextDouble() - 0.5) / dimensions);
            }
            ascend(pairs, noise, u, v);
            return new SkipGram(List.copyOf(words), u, v, pairs, noise, negatives);
        }

        private void ascend(Pairs pairs, double[] noise, FMatrixRMaj u, FMatrixRMaj v) {
            double[] cumulative = Matrices.cumulative(noise);
            float[] slope = new float[dimensions];
            int n = pairs.word.length;
            double steps = Math.max(1.0, (double) n * epochs);
            for (int epoch = 0; epoch < epochs; epoch++) {
                SplittableRandom rng = new SplittableRandom(Seeds.split(Seeds.split(seed, "epoch"), epoch));
                int[] order = Fill.permutation(n, rng);
                for (int i = 0; i < n; i++) {
                    if (i % 10_000 == 0) {
                        Interrupts.check("SkipGram.fit");
                    }
                    float rate = (float) (learningRate * (1 - ((double) epoch * n + i) / steps));
                    int word = pairs.word[order[i]] * dimensions;
                    Arrays.fill(slope, 0);
                    for (int k = 0; k <= negatives; k++) {
                        int other = k == 0 ? pairs.context[order[i]] : drawn(cumulative, rng);
                        float dot = (float) VectorMath.dot(u.data, word, v.data, other * dimensions, dimensions);
                        float gradient = rate * ((k == 0 ? 1 : 0) - (float) (1 / (1 + Math.exp(-dot))));
                        for (int j = 0, at = other * dimensions; j < dimensions; j++, at++) {
                            slope[j] += gradient * v.data[at];
                            v.data[at] += gradient * u.data[word + j];
                        }
                    }
                    for (int j = 0; j < dimensions; j++) {
                        u.data[word + j] += slope[j];
                    }
                }
            }
        }

        private static int drawn(double[] cumulative, SplittableRandom rng) {
            int at = Arrays.binarySearch(cumulative, rng.nextDouble() * cumulative[cumulative.length - 1]);
            return Math.min(at >= 0 ? at + 1 : -at - 1, cumulative.length - 1);
        }
    }

    private static Pairs pairs(List<List<String>> sentences, Map<String, Integer> numbers, int window) {
        List<int[]> all = new ArrayList<>();
        for (List<String> sentence : sentences) {
            int[] known = sentence.stream()
                    .filter(numbers::containsKey)
                    .mapToInt(numbers::get)
                    .toArray();
            for (int i = 0; i < known.length; i++) {
                for (int j = Math.max(0, i - window); j <= Math.min(known.length - 1, i + window); j++) {
                    if (i != j) {
                        all.add(new int[] {known[i], known[j]});
                    }
                }
            }
        }
        int[] word = new int[all.size()];
        int[] context = new int[all.size()];
        for (int i = 0; i < word.length; i++) {
            word[i] = all.get(i)[0];
            context[i] = all.get(i)[1];
        }
        return new Pairs(word, context);
    }

    private static double[] shares(int[] numbers, int count) {
        double[] shares = new double[count];
        for (int number : numbers) {
            shares[number] += 1.0 / numbers.length;
        }
        return shares;
    }

    /** {@return the words, from the most frequent} */
    public List<String> words() {
        return words;
    }

    /** {@return the vectors u of the words, a row each in the order of {@link #words}, a copy} */
    public FMatrixRMaj vectors() {
        return vectors.copy();
    }

    /** {@return the vectors v of the words as contexts, a row each, a copy} */
    public FMatrixRMaj contextVectors() {
        return contexts.copy();
    }

    /**
     * The vector of a word.
     *
     * @param word the word
     * @return u, as many numbers as there are dimensions
     * @throws IllegalArgumentException if the word has none
     */
    public double[] vector(String word) {
        return Matrices.row(vectors, number("vector", word));
    }

    private int number(String method, String word) {
        Integer number = numbers.get(word);
        if (number == null) {
            throw new IllegalArgumentException(
                    "SkipGram." + method + ": \"" + word + "\" is none of the " + words.size() + " words of the text");
        }
        return number;
    }

    /**
     * The cosine of the angle between the vectors of two words.
     *
     * @param a a word
     * @param b another
     * @return from −1 to 1
     * @throws IllegalArgumentException if one has no vector
     */
    public double similarity(String a, String b) {
        return cosine(vector(a), vector(b));
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
        }
        return product / Math.max(1e-300, Math.sqrt(length(a) * length(b)));
    }

    private static double length(double[] a) {
        double sum = 0;
        for (double v : a) {
            sum += v * v;
        }
        return sum;
    }

    /**
     * The words that are like a word: those whose vectors have the largest cosine with its own.
     *
     * @param word the word
     * @param count how many, at least 1
     * @return other words, the most similar first
     * @throws IllegalArgumentException if the word has no vector
     */
    public List<String> nearest(String word, int count) {
        return nearest(vector(word), count, List.of(word));
    }

    /**
     * The words that are to b as c is to a: those whose vectors have the largest cosine with b̂ − â + ĉ of the vectors of length 1, without the
     * three words themselves. T. Mikolov, W. Yih and G. Zweig (2013).
     *
     * @param a as {@code man}
     * @param b as {@code woman}
     * @param c as {@code king}
     * @param count how many, at least 1
     * @return words, the best first
     * @throws IllegalArgumentException if one has no vector
     */
    public List<String> analogy(String a, String b, String c, int count) {
        double[] target = new double[vectors.numCols];
        for (String word : List.of(a, b, c)) {
            double[] u = vector(word);
            double factor = (word.equals(a) ? -1 : 1) / Math.sqrt(Math.max(1e-300, length(u)));
            for (int j = 0; j < target.length; j++) {
                target[j] += factor * u[j];
            }
        }
        return nearest(target, count, List.of(a, b, c));
    }

    private List<String> nearest(double[] target, int count, List<String> without) {
        Require.atLeast("SkipGram.nearest", "count", 1, count);
        double[] cosines = new double[words.size()];
        Arrays.setAll(cosines, i -> cosine(target, Matrices.row(vectors, i)));
        List<String> best = new ArrayList<>();
        for (int i : Matrices.descending(cosines)) {
            if (best.size() < count && !without.contains(words.get(i))) {
                best.add(words.get(i));
            }
        }
        return best;
    }

    /**
     * The product that the objective's optimum has for a word and a context, if vectors were free: log p(w, c)/(p(w) q(c)) − log k with the
     * shares p of the pairs of the text and q of the negative samples. With noise of power 1 that is the pointwise mutual information less log k.
     *
     * @param word the word
     * @param context the context
     * @return the number, −∞ where the two never stand near each other
     * @throws IllegalArgumentException if one has no vector
     */
    public double shiftedPmi(String word, String context) {
        int w = number("shiftedPmi", word);
        int c = number("shiftedPmi", context);
        double both = 0;
        double first = 0;
        for (int i = 0; i < pairs.word.length; i++) {
            first += pairs.word[i] == w ? 1 : 0;
            both += pairs.word[i] == w && pairs.context[i] == c ? 1 : 0;
        }
        return Math.log(both / first / noise[c]) - Math.log(negatives);
    }

    /**
     * The product u_w · v_c that was learnt.
     *
     * @param word w
     * @param context c
     * @return the product
     * @throws IllegalArgumentException if one has no vector
     */
    public double product(String word, String context) {
        int d = vectors.numCols;
        return VectorMath.dot(
                vectors.data, number("product", word) * d, contexts.data, number("product", context) * d, d);
    }

    /**
     * The exact expectation of the objective for a pair of the text, over the pairs and the negative samples: a sum over all words and contexts.
     *
     * @return nats per pair, at most 0
     */
    public double objective() {
        double[][] share = new double[words.size()][words.size()];
        for (int i = 0; i < pairs.word.length; i++) {
            share[pairs.word[i]][pairs.context[i]] += 1.0 / pairs.word.length;
        }
        double sum = 0;
        int d = vectors.numCols;
        for (int w = 0; w < share.length; w++) {
            double ofWord = Matrices.sum(share[w]);
            for (int c = 0; c < share.length; c++) {
                double dot = VectorMath.dot(vectors.data, w * d, contexts.data, c * d, d);
                sum += share[w][c] * logSigmoid(dot) + ofWord * negatives * noise[c] * logSigmoid(-dot);
            }
        }
        return sum;
    }

    private static double logSigmoid(double x) {
        return x < 0 ? x - Math.log1p(Math.exp(x)) : -Math.log1p(Math.exp(-x));
    }
}

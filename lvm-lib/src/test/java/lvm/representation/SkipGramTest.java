package lvm.representation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Vectors of words against the optimum that is known where they are long enough. */
class SkipGramTest {
    private static final List<String> VOCABULARY = List.of("a", "b", "c", "d", "e");

    /** Pairs of words of which each is more often with some than with others, and all sometimes. */
    private static List<List<String>> sentences() {
        SplittableRandom rng = new SplittableRandom(1);
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            int first = rng.nextInt(5);
            int second = rng.nextInt(3) == 0 ? rng.nextInt(5) : (first + 1) % 5;
            all.add(List.of(VOCABULARY.get(first), VOCABULARY.get(second)));
        }
        return all;
    }

    private static SkipGram.Builder builder() {
        return SkipGram.builder()
                .dimensions(6)
                .window(1)
                .negatives(3)
                .epochs(60)
                .learningRate(.1);
    }

    @Test
    void theOptimumIsPmiLessLogK() {
        for (double power : new double[] {1, 0.5}) {
            SkipGram model = builder().noisePower(power).fit(sentences());
            for (String word : VOCABULARY) {
                for (String context : VOCABULARY) {
                    assertEquals(
                            model.shiftedPmi(word, context),
                            model.product(word, context),
                            0.25,
                            word + " and " + context + ", noise of power " + power);
                }
            }
        }
    }

    /** log p(w, c) N / (n(w) n(c)) by counting, and the objective by counting pairs one by one. */
    @Test
    void countsByHand() {
        List<List<String>> text = List.of(List.of("x", "y", "x", "z"), List.of("y", "x"), List.of("rare"));
        SkipGram model = SkipGram.builder()
                .window(1)
                .negatives(2)
                .noisePower(1)
                .dimensions(3)
                .epochs(3)
                .fit(text);
        // pairs: xy yx yx xy xz zx yx xy: x is first 4 times of 8 and with y 3 times
        assertEquals(Math.log(3.0 / 8 / (4.0 / 8 * 3 / 8)) - Math.log(2), model.shiftedPmi("x", "y"), 1e-12);
        assertEquals(Math.log(1.0 / 8 / (1.0 / 8 * 4 / 8)) - Math.log(2), model.shiftedPmi("z", "x"), 1e-12);
        assertEquals(Double.NEGATIVE_INFINITY, model.shiftedPmi("z", "y"));
        assertEquals("x", model.words().get(0));
        assertEquals(4, model.words().size());
        String[] first = {"x", "y", "y", "x", "x", "z", "y", "x"};
        String[] second = {"y", "x", "x", "y", "z", "x", "x", "y"};
        double sum = 0;
        for (int i = 0; i < 8; i++) {
            sum += Math.log(1 / (1 + Math.exp(-model.product(first[i], second[i])))) / 8;
            for (String c : second) {
                sum += 2.0 / 8 / 8 * Math.log(1 / (1 + Math.exp(model.product(first[i], c))));
            }
        }
        assertEquals(sum, model.objective(), 1e-6);
        SkipGram two = SkipGram.builder().window(2).leastCount(2).fit(text);
        assertEquals(List.of("x", "y"), two.words());
        // window 2: xx is a pair in both directions
        assertTrue(Double.isFinite(two.shiftedPmi("x", "x")));
    }

    /** The first step of a pair of words that have no choice: u moves by η σ(0) v, and v, which is 0 at first, by η u times what is left. */
    @Test
    void oneStep() {
        List<List<String>> text = List.of(List.of("p", "p"));
        SkipGram before = SkipGram.builder().window(1).dimensions(4).epochs(0).fit(text);
        SkipGram after = SkipGram.builder()
                .window(1)
                .dimensions(4)
                .negatives(1)
                .learningRate(0.5)
                .epochs(1)
                .fit(text);
        // two pairs (p, p), each with the negative p: v moves by η(½ − ½)u = 0 in the first order, then by the second
        // of u v
        double[] u = before.vector("p");
        double length = 0;
        for (double x : u) {
            length += x * x;
        }
        double[] v = new double[4];
        double[] w = u.clone();
        for (double rate : new double[] {0.5, 0.25}) {
            double[] slope = new double[4];
            for (int target = 1; target >= 0; target--) {
                double dot = 0;
                for (int j = 0; j < 4; j++) {
                    dot += w[j] * v[j];
                }
                double g = rate * (target - 1 / (1 + Math.exp(-dot)));
                for (int j = 0; j < 4; j++) {
                    slope[j] += g * v[j];
                    v[j] += g * w[j];
                }
            }
            for (int j = 0; j < 4; j++) {
                w[j] += slope[j];
            }
        }
        assertTrue(length > 0);
        assertArrayEquals(w, after.vector("p"), 1e-6);
        for (int j = 0; j < 4; j++) {
            assertEquals(v[j], after.contextVectors().get(0, j), 1e-6);
        }
    }

    /** Sentences of a small grammar: a person of one of two kinds, of one of four ranks, with words for each alone. */
    @Test
    void arithmetic() {
        String[][] people = {{"king", "queen"}, {"prince", "princess"}, {"man", "woman"}, {"boy", "girl"}};
        String[] ofRank = {"crown", "palace", "field", "school"};
        String[] ofKind = {"he", "she"};
        SplittableRandom rng = new SplittableRandom(4);
        List<List<String>> text = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            int rank = rng.nextInt(4);
            int kind = rng.nextInt(2);
            String sees = rng.nextBoolean() ? ofRank[rank] : ofKind[kind];
            text.add(List.of(people[rank][kind], sees));
        }
        SkipGram model =
                SkipGram.builder().dimensions(8).epochs(15).learningRate(.1).fit(text);
        int right = 0;
        for (int r = 0; r < 4; r++) {
            for (int s = 0; s < 4; s++) {
                if (r != s) {
                    right += model.analogy(people[r][0], people[r][1], people[s][0], 1)
                                    .get(0)
                                    .equals(people[s][1])
                            ? 1
                            : 0;
                }
            }
        }
        assertEquals(12, right);
        assertTrue(model.similarity("king", "queen") > model.similarity("king", "girl"));
        assertEquals("king", model.nearest("king", 30).contains("king") ? "" : "king");
        assertThrows(IllegalArgumentException.class, () -> model.vector("horse"));
        assertThrows(IllegalArgumentException.class, () -> model.nearest("king", 0));
    }

    @Test
    void sameBitsAndBadInput() {
        assertArrayEquals(
                builder().epochs(2).fit(sentences()).vectors().data,
                builder().epochs(2).fit(sentences()).vectors().data);
        assertThrows(IllegalArgumentException.class, () -> builder().fit(List.of(List.of("alone"))));
        assertThrows(IllegalArgumentException.class, () -> builder().noisePower(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> builder().learningRate(0));
        assertThrows(IllegalArgumentException.class, () -> builder().negatives(0));
    }
}
